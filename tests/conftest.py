"""Fixtures that are dear to make, made once for all workers."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from etl import build
from etl.sample import sample


@pytest.fixture(scope="session")
def sample_market(tmp_path_factory, worker_id) -> Path:
    """A folder with the drops (`raw`) and the published build (`warehouse`) of a small sample."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "sample_market"
    with FileLock(f"{shared}.lock"):
        if not (shared / "done.json").exists():
            written = sample(shared / "raw", providers=1500, requests=12_000, cooperatives=60)
            result = build.build(shared / "raw", shared / "warehouse")
            assert result.is_published, result.checks_failed
            (shared / "done.json").write_text(json.dumps(written))
    return shared
