"""What a build costs beside DuckDB reading the same files with types: CPU and peak memory.

The floor: `CREATE TABLE AS SELECT … FROM read_csv(columns=…)` per file into a file database, 2
threads, warm cache. Each measure is a process of its own, the median of N, all in the same run.
The market is made once and kept below .venv, or in MAILLAGE_BENCHMARKS; MAILLAGE_BENCHMARK_REQUESTS
asks for another number of requests than a million, and a fiftieth as many providers,
MAILLAGE_BENCHMARK_RUNS for another number of runs than three.
"""

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.build.make import build
from etl.intake import contract, lake
from tests.benchmarks import market

KEPT = Path(
    os.environ.get("MAILLAGE_BENCHMARKS") or Path(__file__).parents[2] / ".venv" / "benchmarks"
)
REQUESTS = int(os.environ.get("MAILLAGE_BENCHMARK_REQUESTS", "1000000"))
RUNS = int(os.environ.get("MAILLAGE_BENCHMARK_RUNS", "3"))
FLOOR_RUNS = 5
PARTNERS = "what partners may see"
DEAREST = 12


Told = Counter[str]  # numbers, whole or not


class Cost(NamedTuple):
    """Seconds of CPU and by the clock, and the most memory in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    told: Told


def peak_mb() -> float:
    """The most memory that this process has held."""
    return int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


def floor(raw: Path, folder: Path) -> Told:
    """Reads every file into a table of the types of its contract. Tells its rows."""
    rows = 0
    with duckdb.connect(str(folder / "floor.duckdb"), config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        for number, path in enumerate(sorted(raw.rglob("*.csv"))):
            types = {
                f.name: contract.SQL_TYPES[f.type] for f in contract.load(path.parent.name).fields
            }
            with path.open(encoding="utf-8") as stream:
                names = stream.readline().strip().split(",")
            columns = {name: types[name].removesuffix("[]") for name in names}
            (read,) = connection.execute(
                f"CREATE TABLE file_{number} AS SELECT * FROM read_csv('{path}', header=true,"
                f" delim=',', quote='\"', escape='\"', auto_detect=false, columns={columns})"
            ).fetchone() or (0,)
            rows += read
    return Counter(rows=rows)


def ingested(raw: Path, folder: Path) -> Told:
    """Ingests every file. Tells the rows accepted, and the findings."""
    drops = lake.ingest(raw, folder)
    return Counter(
        rows=sum(drop.accepted for drop in drops),
        found=sum(drop.refused + drop.repaired for drop in drops),
    )


def built(raw: Path, folder: Path) -> Told:
    """Makes a build. Tells the seconds of CPU of each step, and the memory before the partners'."""
    told: Told = Counter()
    step, started = "", time.process_time()

    def progress(following: str, share: float) -> None:
        nonlocal step, started
        now = time.process_time()
        source, is_file, _ = step.partition("/")
        told[f"ingest {source}" if is_file else step] += now - started
        if following == PARTNERS:
            told["peak_mb"] = peak_mb()
        step, started = following, now

    assert build(raw, folder, progress).is_published
    return told


def alone(work: Callable[[Path, Path], Told], raw: Path) -> Cost:
    """What a work costs; to be run in a process of its own."""
    folder = KEPT / "cost-scratch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ticked, started = time.perf_counter(), time.process_time()
    told = work(raw, folder)
    cost = time.process_time() - started, time.perf_counter() - ticked
    shutil.rmtree(folder)
    return Cost(*cost, peak_mb(), told)


def measured(work: Callable[[Path, Path], Told], raw: Path, times: int) -> Cost:
    """The run of median CPU."""
    runs = []
    for _ in range(times):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            runs.append(process.submit(alone, work, raw).result())
    return sorted(runs)[times // 2]


def test_cost() -> None:
    clean = market.clean(KEPT / f"cost-{REQUESTS}", REQUESTS // 50, REQUESTS)
    read = measured(floor, clean, FLOOR_RUNS)
    parts = {
        "ingest, clean": measured(ingested, clean, RUNS),
        "ingest, 5 % of rows faulty": measured(ingested, market.faulty(clean), RUNS),
    }
    good, bad = (part.told for part in parts.values())
    assert good["rows"] == read.told["rows"] and not good["found"]
    whole = measured(built, clean, RUNS)
    parts["build, without partners"] = Cost(
        whole.cpu_s - whole.told[PARTNERS], whole.wall_s, whole.told.pop("peak_mb"), whole.told
    )
    parts["build, whole"] = whole
    lines = [
        f"{REQUESTS:,} requests drawn, {read.told['rows']:,} rows of all sources; 5 % faulty:"
        f" {bad['found']:,} findings; CPU s, times the floor's, s by the clock, peak MB"
    ]
    for name, cost in {"floor": read, **parts}.items():
        ratio = cost.cpu_s / read.cpu_s
        lines.append(
            f"  {name:27}{cost.cpu_s:7.1f}{ratio:7.1f}{cost.wall_s:8.1f}{cost.peak_mb:8.0f}"
        )
    dearest = ", ".join(f"{step} {cpu_s:.1f}" for step, cpu_s in whole.told.most_common(DEAREST))
    print("\n".join(["", *lines, f"  dearest steps: {dearest}"]))
