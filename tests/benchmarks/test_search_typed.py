"""The search side by side with FTS5, tantivy and rapidfuzz over what people type (typed.csv)."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pages.finding import search as searching
from pages.shared import query
from tests.judged import rivals, typed


@pytest.mark.parametrize("name", ["sample", "real"])
def test_what_people_type(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse: Path = request.getfixturevalue(f"{name}_market")
    warehouse = warehouse / "warehouse" if name == "sample" else warehouse
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    path = str((warehouse / "current" / "marketplace.duckdb").resolve())
    with query.cursor(path) as cursor:
        everybody = typed.providers(cursor)
    with rivals.full_text(warehouse) as full_text:
        ways: dict[str, Callable[[str], list[str]]] = {
            "search": lambda words: list(searching.search(words)[0]["provider_id"]),
            "FTS5": full_text,
            "rapidfuzz": rivals.fuzzy(warehouse),
        }
        try:
            ways["tantivy"] = rivals.tantivy(warehouse)
        except ImportError:
            print("tantivy is not installed")
        for half in ("dev", "locked"):
            rows = typed.queries(name, half)
            found = {}
            for way, answer in ways.items():
                answer("menage")
                started = time.process_time()
                each = typed.measure(rows, everybody, answer)
                taken = 1000 * (time.process_time() - started) / len(rows)
                found[way] = typed.summary(each)
                print(f"\n{name}, {half}, {way}: {taken:.1f} ms of CPU a query")
                print(found[way].round(3).to_string())
            own = found.pop("search")["mean"]
            for rival in found.values():
                assert own["recall"] > rival.loc["recall", "mean"]
                assert own["mrr"] > rival.loc["mrr", "mean"]
