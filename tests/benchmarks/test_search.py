"""The search side by side with FTS5 and ILIKE: what it finds, how long it takes.

MAILLAGE_BENCH_WAREHOUSE names a warehouse made by `python -m etl sample DIR --providers N` and
`python -m etl build`; the judged queries are measured where it is the sample of 50,000 providers.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pages.shared import query
from pages.shared import search as searching
from tests import judged
from tests.judged import rivals

WAREHOUSE = os.environ.get("MAILLAGE_BENCH_WAREHOUSE", "")


def timed(texts: list[str], answer: Callable[[str], object]) -> str:
    """Median and 95th percentile in ms: of CPU, and by the clock."""
    answer(texts[0])
    spent = []
    for text in texts:
        started, ticked = time.process_time(), time.perf_counter()
        answer(text)
        spent.append((time.process_time() - started, time.perf_counter() - ticked))
    ms = pd.DataFrame(spent, columns=["cpu", "clock"]) * 1000
    half, most = ms.quantile(0.5), ms.quantile(0.95)
    return (
        f"CPU median {half['cpu']:.0f} p95 {most['cpu']:.0f} ms,"
        f" clock median {half['clock']:.0f} p95 {most['clock']:.0f} ms"
    )


@pytest.mark.skipif(not WAREHOUSE, reason="MAILLAGE_BENCH_WAREHOUSE is not set")
def test_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", WAREHOUSE)
    path = Path(WAREHOUSE)
    with query.cursor(str((path / "current" / "marketplace.duckdb").resolve()), 600) as cursor:
        row = cursor.execute("SELECT count(*) FROM marts.providers").fetchone()
        assert row is not None
        print(f"\n{row[0]:,} providers")
        try:
            queries = judged.load(cursor)
        except AssertionError:
            queries = []
    texts = pd.read_csv(judged.FILE, dtype=str)["query"].tolist()

    def search(words: str) -> list[str]:
        query._run.cache_clear()
        return list(searching.search(words)[0]["provider_id"])

    print("search:", timed(texts, search))
    ways: dict[str, Callable[[str], list[str]]] = {"search": search}
    with rivals.full_text(path) as full_text, rivals.plain(path) as plain:
        print("FTS5:  ", timed(texts, full_text))
        print("ILIKE: ", timed(texts[:40], plain))
        ways |= {"FTS5": full_text, "ILIKE": plain}
        for name, answer in ways.items() if queries else ():
            means, each = judged.measure(queries, answer)
            hard = each[each["hard"] != ""][["recall", "mrr", "success"]].mean()
            print(
                f"{name}: recall@10 {means['recall']:.3f} (hard {hard['recall']:.3f}),"
                f" MRR {means['mrr']:.3f} ({hard['mrr']:.3f}),"
                f" success@1 {means['success']:.3f} ({hard['success']:.3f})"
            )
