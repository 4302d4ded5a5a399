"""Readers click through all pages while builds are made and published."""

import shutil
import time
from pathlib import Path

import pytest

from tests.browsing import process
from tests.readers.crowd import VIEWS, Crowd, changed
from tests.readers.machine import connections
from tests.waiting import waited

READERS, SECONDS, PAUSE_S = 10, 30, 6
PATIENCE_S = 30  # a deadline against hanging: until a server has noticed that its readers left


@pytest.mark.middle
def test_readers_read_on_while_builds_are_published(sample_market: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_market / "warehouse", tmp_path / "warehouse", symlinks=True)
    raws = [changed(sample_market / "raw", tmp_path / f"raw-{n}", 0.05 * n) for n in (1, 2)]
    with process(tmp_path / "warehouse", logs=tmp_path / "logs") as (address, server):
        crowd = Crowd(address, tmp_path / "warehouse", READERS, PAUSE_S)
        tally = waited(crowd.read(SECONDS, raws))
        deadline = time.monotonic() + PATIENCE_S
        while connections(server.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not connections(server.pid)  # nobody is kept who left
        assert server.poll() is None
    assert not tally.errors()
    assert len(tally.served) == 3 and tally.until_seen(READERS) < float("inf")
    assert not tally.stale() and not tally.mixed()
    assert {click.page for click in tally.all_clicks()} == VIEWS.keys()
    texts = {(build, click.digest) for click in tally.all_clicks() for build in click.builds}
    assert len({build for build, _ in texts}) == 3
