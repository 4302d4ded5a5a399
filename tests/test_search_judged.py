"""The search against judged queries over the providers of a sample: better than its targets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from etl.build import make
from etl.sample import sample
from pages.finding import search as searching
from pages.shared import query
from tests import judged
from tests.judged import rivals

PROVIDERS = 50_000  # those that the queries were judged over

pytestmark = pytest.mark.middle


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The warehouse of a sample's providers; without requests, which cost more."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "search_market"
    with FileLock(f"{shared}.lock"):
        if not (shared / "warehouse" / "current").exists():
            sample(shared / "raw", providers=PROVIDERS, requests=1000)
            for folder in (shared / "raw").iterdir():
                if folder.name not in {"providers", "cooperatives"}:
                    shutil.rmtree(folder)
            assert make.build(shared / "raw", shared / "warehouse").is_published
    return shared / "warehouse"


@pytest.fixture
def queries(market: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[judged.Judged]]:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(market))
    with query.cursor(str((market / "current" / "marketplace.duckdb").resolve())) as cursor:
        yield judged.load(cursor)


def answer(words: str) -> list[str]:
    return list(searching.search(words)[0]["provider_id"])


def test_the_search_finds_what_is_meant(queries: list[judged.Judged], market: Path) -> None:
    assert len(queries) >= 150 and sum(bool(one.hard) for one in queries) >= len(queries) / 2 - 1
    means, each = judged.measure(queries, answer)
    hard = each[each["hard"] != ""][["recall", "mrr"]].mean()
    assert means["recall"] >= 0.95 and means["mrr"] >= 0.85, means
    assert hard["recall"] >= 0.95 and hard["mrr"] >= 0.85, hard
    with rivals.full_text(market) as full_text:
        rival, _each = judged.measure(queries, full_text)
    assert means["recall"] > rival["recall"] and means["mrr"] > rival["mrr"]
