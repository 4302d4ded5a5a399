"""The search side by side with FTS5 and ILIKE: what it finds, how long it takes, what it costs.

The markets are the sample's, without requests; each is made once and kept below .venv, or in
MAILLAGE_BENCHMARKS. The largest takes half an hour and 6 GB. Judged where the sample is the judged
one, of 50,000 providers.
"""

import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl import layers
from etl.build.make import build
from etl.sample import sample
from pages.finding import index, lexicon
from pages.finding import search as searching
from pages.shared import query
from tests import judged
from tests.judged import rivals

ROOT = Path(__file__).parents[2]
KEPT = Path(os.environ.get("MAILLAGE_BENCHMARKS") or ROOT / ".venv" / "benchmarks")
TARGETS_MS = {50_000: 20, 200_000: 40, 2_000_000: 100}
JUDGED = 50_000
MOST_OF_BUILD = 0.3
RIVALS_TAKE = 5  # of so many queries one, at their seconds


def market(providers: int) -> tuple[Path, float]:
    """The warehouse of a sample of so many providers, and the CPU seconds that its build took."""
    folder = KEPT / f"search-{providers}"
    if not (folder / "cpu_s").exists():
        sample(folder / "raw", providers=providers, requests=1000)
        for source in (folder / "raw").iterdir():
            if source.name not in {"providers", "cooperatives"}:
                shutil.rmtree(source)
        started = time.process_time()
        result = build(folder / "raw", folder / "warehouse")
        assert result.is_published, result.checks_failed
        (folder / "cpu_s").write_text(str(time.process_time() - started))
    return folder / "warehouse", float((folder / "cpu_s").read_text())


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU, and by the clock."""
    started, ticked = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - started, time.perf_counter() - ticked


def timed(texts: list[str], answer: Callable[[str], object]) -> dict[str, list[float]]:
    """Median and 95th percentile in ms, of CPU and by the clock; warm, the better of two."""
    answer(texts[0])
    runs = np.array([[spent(partial(answer, text)) for text in texts] for _n in range(2)])
    half, most = 1000 * np.quantile(runs.min(axis=0), [0.5, 0.95], axis=0)
    return {what: [half[n], most[n]] for n, what in enumerate(("CPU", "clock"))}


def index_s(path: Path) -> float:
    """CPU seconds of the parts of a build that only the search reads, made again from it."""
    files = [file for file in layers.in_order() if file.name.startswith("search_")]
    with query.cursor(str(path), 600) as cursor:
        return sum(
            spent(partial(cursor.execute, f"CREATE OR REPLACE TEMP TABLE made AS {file.body}"))[0]
            for file in files
        )


@pytest.mark.parametrize("providers", TARGETS_MS)
def test_search(providers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse, build_s = market(providers)
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    path = query.build().path
    share = index_s(path) / build_s
    print(f"\n{providers:,} providers; index {share:.1%} of the build's CPU ({build_s:.0f} s)")
    load_s = spent(lambda: (index.load(), lexicon.load()))[0]
    held = index.load()
    size = sum(array.nbytes for array in (*held.rows.values(), held.holders, held.holder_starts))
    print(f"read once for each build: {load_s:.1f} s of CPU, {size / 2**20:.0f} MB of numbers")
    texts = pd.read_csv(judged.FILE, dtype=str)["query"].tolist()

    def search(words: str) -> list[str]:
        query._kept.cache_clear()
        return list(searching.search(words)[0]["provider_id"])

    ways: dict[str, Callable[[str], list[str]]] = {"search": search}
    with rivals.full_text(warehouse) as full_text, rivals.plain(warehouse) as plain:
        ways |= {"FTS5": full_text, "ILIKE": plain}
        taken = {
            name: timed(texts if name == "search" else texts[::RIVALS_TAKE], answer)
            for name, answer in ways.items()
        }
        for name, ms in taken.items():
            for what, (half, most) in ms.items():
                by_half, by_most = (
                    n / m for n, m in zip((half, most), taken["FTS5"][what], strict=True)
                )
                print(
                    f"{name:7}{what:6}median {half:6.1f} p95 {most:7.1f} ms"
                    f" ({by_half:.2f} and {by_most:.2f} times FTS5)"
                )
        if providers == JUDGED:
            with query.cursor(str(path), 600) as cursor:
                queries = judged.load(cursor)
            for name, answer in ways.items():
                means, each = judged.measure(queries, answer)
                hard = each[each["hard"] != ""][["recall", "mrr", "success"]].mean()
                print(f"{name:7}" + ", ".join(
                    f"{what} {means[key]:.3f} (hard {hard[key]:.3f})" for what, key in
                    (("recall@10", "recall"), ("MRR", "mrr"), ("success@1", "success"))
                ))  # fmt: skip
    assert share <= MOST_OF_BUILD
    assert taken["search"]["CPU"][1] <= TARGETS_MS[providers]
