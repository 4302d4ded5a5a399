"""A build that is killed at any moment leaves the build before served, and the next run whole."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from etl.build import contents, ledger_kept, make, warehouse
from etl.paths import ROOT
from etl.sample import sample
from tests.market import write_drops
from tests.sizes import SIZE

HEADER = "provider_id,domains,departement_code,joined_on\n"
SEED = 20261129
# kills of each market, 5 s of CPU each: of its 33 steps on files one of each of so many stretches,
# at the long size each of them, over 1,000 providers and 10,000 requests and from nothing too
STEPS = {"small": 3, "middle": 4, "long": None}[SIZE]  # None: every one
MOMENTS = {"small": 0, "middle": 1, "long": 100}[SIZE]  # of each market


@dataclass(frozen=True)
class Market:
    """A market whose next build is to be killed: what is served before it (nothing, where none
    is), what stands after a run that nobody disturbed, its steps on files, and its seconds."""

    root: Path
    before: str | None
    whole: dict[str, Any]
    steps: int
    seconds: float


def places(root: Path) -> list[str]:
    return ["build", "--raw", str(root / "raw"), "--warehouse", str(root / "warehouse")]


def child(root: Path, step: int) -> list[str]:
    folder = str(root / "warehouse")
    return [sys.executable, "-m", "tests.killed", folder, str(step), *places(root)]


def standing(folder: Path) -> dict[str, Any]:
    """All that a warehouse holds: what is served, told and kept, and the names of its files."""
    return {
        "served": warehouse.served_build(folder),
        "builds": {one: warehouse.manifest(folder, one) for one in warehouse.build_ids(folder)},
        "journal": warehouse.journal(folder),
        "ledger": ledger_kept.standing(folder),
        "files": sorted(str(path.relative_to(folder)) for path in folder.rglob("*")),
    }


def drops(root: Path) -> None:
    """The drops of the build that is served before."""
    if SIZE == "long":
        sample(root / "raw", providers=1_000, requests=10_000, cooperatives=60)
    else:
        write_drops(root / "raw", {"providers/p-2026-01-31.csv": f"{HEADER}A,gardening,35,\n"})


@pytest.fixture(scope="module", params=["served", "none"] if SIZE == "long" else ["served"])
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Market:
    root = tmp_path_factory.mktemp("killed") / "market"
    drops(root)
    before = None
    if request.param == "served":
        before = make.build(root / "raw", root / "warehouse").build_id
    write_drops(root / "raw", {"providers/p-2027-02-28.csv": f"{HEADER}B,cleaning,29,\n"})
    after = root.with_name("after")
    shutil.copytree(root, after, symlinks=True)
    start = time.monotonic()
    done = subprocess.run(child(after, 0), capture_output=True, text=True, cwd=ROOT, check=True)
    steps = int(done.stdout.rpartition("steps ")[2])
    seconds = time.monotonic() - start
    whole = standing(after / "warehouse")
    assert contents.verify(after / "warehouse", whole["served"])["state"] == "same"
    assert whole["served"] != before and steps > 25
    return Market(root, before, whole, steps, seconds)


def chosen(steps: int, count: int | None) -> list[int]:
    """Steps to be killed at: all, or one by chance of each of so many stretches."""
    draw, count = random.Random(SEED), count or steps
    edges = [1 + steps * number // count for number in range(count + 1)]
    return [draw.randrange(*edge) for edge in pairwise(edges)]


def check(market: Market, root: Path, killed: str) -> None:
    """What is served answers as before, and the next run comes to what nobody disturbed."""
    folder = root / "warehouse"
    served, whole = warehouse.served_build(folder), market.whole
    assert served in (market.before, whole["served"]), killed
    if served:
        assert contents.verify(folder, served) == {"state": "same", "differs": []}, killed
        assert warehouse.manifest(folder, served) == whole["builds"][served], killed
    again = make.build(root / "raw", folder)
    assert again.is_published and again.build_id == whole["served"], killed
    assert not [note for file, note in again.notes if not file.startswith("providers")], killed
    found = standing(folder)
    for what, expected in whole.items():
        assert found[what] == expected, (killed, what)
    assert contents.verify(folder, again.build_id)["state"] == "same", killed


@pytest.fixture
def copies(market: Market, tmp_path: Path) -> Iterator[Path]:
    """A copy of the market for each time it is asked."""

    def copied() -> Iterator[Path]:
        for number in range(10_000):
            root = tmp_path / str(number)
            shutil.copytree(market.root, root, symlinks=True)
            yield root
            shutil.rmtree(root)

    return copied()  # type: ignore[return-value]


@pytest.mark.anew
def test_a_build_killed_before_a_step_is_made_whole_by_the_next(market, copies):
    for step in chosen(market.steps, STEPS):
        root = next(copies)
        done = subprocess.run(child(root, step), capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == -signal.SIGKILL, (step, done.stderr)
        check(market, root, f"step {step} of {market.steps}")


@pytest.mark.anew
def test_a_build_killed_at_any_moment_is_made_whole_by_the_next(market, copies):
    draw = random.Random(SEED)
    for number in range(MOMENTS):
        root, moment = next(copies), draw.uniform(0, market.seconds)
        running = subprocess.Popen(
            [sys.executable, "-m", "etl", *places(root)], cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moment)
        running.kill()
        running.wait()
        check(market, root, f"moment {number} of seed {SEED}: {moment:.3f} s")
