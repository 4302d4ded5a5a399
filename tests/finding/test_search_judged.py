"""The search against judged queries: as people type them, and those made of the sample."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.build import make
from etl.sample import sample
from pages.finding import search as searching
from pages.shared import query
from tests import judged
from tests.judged import rivals, typed

PROVIDERS = 50_000  # those that the made queries were judged over
# what neither market may fall below, over both halves; measured higher (pages/finding/README.md)
FLOORS = {"recall": 0.90, "mrr": 0.90, "precision": 0.90, "success": 0.88}
MOST_ZERO, MOST_SHOWN = 0.08, 0.15


def answer(words: str) -> list[str]:
    return list(searching.search(words)[0]["provider_id"])


@pytest.fixture(params=["sample", "real"])
def market(request: pytest.FixtureRequest) -> tuple[str, Path]:
    if request.param == "real":
        return "real", request.getfixturevalue("real_market")
    return "sample", request.getfixturevalue("sample_market") / "warehouse"


@pytest.mark.middle
def test_what_people_type_is_found(
    market: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, warehouse = market
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    path = str((warehouse / "current" / "marketplace.duckdb").resolve())
    with query.cursor(path) as cursor:
        everybody = typed.providers(cursor)
    rows = [*typed.queries(name, "dev"), *typed.queries(name, "locked")]
    assert len(rows) >= 200 and sum(row["kind"] == "nobody" for row in rows) >= 20
    found = typed.summary(typed.measure(rows, everybody, answer))["mean"]
    for measure, floor in FLOORS.items():
        assert found[measure] >= floor, found
    assert found["zero"] <= MOST_ZERO and found["shown to nobody"] <= MOST_SHOWN, found


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The warehouse of a sample's providers; without requests, which cost more."""
    sample(tmp_path / "raw", providers=PROVIDERS, requests=1000)
    for folder in (tmp_path / "raw").iterdir():
        if folder.name not in {"providers", "cooperatives"}:
            shutil.rmtree(folder)
    assert make.build(tmp_path / "raw", tmp_path / "warehouse").is_published
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(tmp_path / "warehouse"))
    yield tmp_path / "warehouse"


@pytest.mark.long
def test_the_search_finds_what_is_meant(large: Path) -> None:
    with query.cursor(str((large / "current" / "marketplace.duckdb").resolve())) as cursor:
        queries = judged.load(cursor)
    assert len(queries) >= 150 and sum(bool(one.hard) for one in queries) >= len(queries) / 2 - 1
    means, each = judged.measure(queries, answer)
    hard = each[each["hard"] != ""][["recall", "mrr"]].mean()
    assert means["recall"] >= 0.95 and means["mrr"] >= 0.85, means
    assert hard["recall"] >= 0.95 and hard["mrr"] >= 0.85, hard
    with rivals.full_text(large) as full_text:
        rival, _each = judged.measure(queries, full_text)
    assert means["recall"] > rival["recall"] and means["mrr"] > rival["mrr"]
