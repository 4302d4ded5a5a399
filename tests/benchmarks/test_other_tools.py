"""Our reading of requests beside what other tools do of it: the same months, the same faults.

Each tool runs in an environment of its own below .venv, or in MAILLAGE_BENCHMARKS, made at the
first use; one that cannot be installed is left out with the reason. Every run is a process of its
own.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import NamedTuple

import duckdb
import pytest

from etl import paths
from etl.intake import lake
from tests.benchmarks import market
from tests.benchmarks.test_cost import KEPT, REQUESTS, RUNS

SCRIPTS = Path(__file__).with_name("other_tools")
OWN = "our ingest"
# wheels alone: what dbt-core 1.12.6 needs has none and downloads itself
TOOLS = {
    OWN: (),
    "pandas": (),
    "polars": ("polars==1.36.1",),
    "dbt": ("dbt-duckdb==1.11.1", "dbt-core==1.12.0", "duckdb==2.0.0"),
}
FRICTIONLESS = ("frictionless==5.18.1",)
JUDGED = 20_000  # requests that frictionless looks at


class Cost(NamedTuple):
    """Seconds of CPU, and the most memory in MB."""

    cpu_s: float
    peak_mb: float


def python(name: str, needs: tuple[str, ...]) -> Path:
    """The interpreter of an environment with what a tool needs. Skips where it cannot be made."""
    if not needs:
        return Path(sys.executable)
    folder = KEPT / "tools" / name
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = Path(sys.executable).with_name("uv")
        into = ["--python", str(folder / "bin" / "python")]
        for command in (
            ["venv", "--python", sys.executable, str(folder)],
            ["pip", "install", "--only-binary", ":all:", *into, *needs],
        ):
            done = subprocess.run([uv, "--quiet", *command], capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"{name} is left out: {done.stderr.strip()}")
        (folder / "made").touch()
    return folder / "bin" / "python"


def run(script: str, interpreter: Path, *arguments: Path) -> Cost:
    """Runs a script of a tool, with nothing else of ours."""
    command = [interpreter, SCRIPTS / f"{script}.py", *arguments]
    before, peak_mb = getrusage(RUSAGE_CHILDREN), 0.0
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(paths.ROOT)})
    while process.poll() is None:
        with suppress(OSError, IndexError):  # it has just ended
            told = Path(f"/proc/{process.pid}/status").read_text()
            peak_mb = int(re.findall(r"VmHWM:\s*(\d+)", told)[0]) / 1024
        time.sleep(0.02)
    assert not process.returncode, script
    after = getrusage(RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak_mb)


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The clean files of requests alone."""
    folder = tmp_path_factory.mktemp("months")
    shutil.copytree(
        market.clean(KEPT / f"cost-{REQUESTS}", REQUESTS // 50, REQUESTS) / "requests",
        folder / "requests",
    )
    yield folder


@pytest.mark.parametrize("tool", TOOLS)
def test_months(tool: str, requests: Path) -> None:
    script = f"with_{'own' if tool == OWN else tool}"
    interpreter = python(tool, TOOLS[tool])
    out = requests.with_name(f"{script}.csv")
    runs = [run(script, interpreter, requests, out) for _ in range(RUNS)]
    cpu_s, peak_mb = median(one.cpu_s for one in runs), max(one.peak_mb for one in runs)
    print(f"\n{REQUESTS:,} requests, {tool}: {cpu_s:.1f} s of CPU, {peak_mb:.0f} MB")
    months = sorted(out.read_text("utf-8").splitlines())
    own = requests.with_name("with_own.csv")
    assert len(months) > 100 and months == sorted(own.read_text("utf-8").splitlines())


def test_faults(tmp_path: Path) -> None:
    """Row by row, what frictionless says of a contract beside what our ingest says."""
    faulty = market.faulty(market.clean(KEPT / f"cost-{JUDGED}", JUDGED // 50, JUDGED))
    shutil.copytree(faulty / "requests", tmp_path / "raw" / "requests")
    out = tmp_path / "frictionless.csv"
    cost = run(
        "with_frictionless", python("frictionless", FRICTIONLESS), tmp_path / "raw", out,
        paths.ETL / "intake" / "contracts" / "requests.json",
    )  # fmt: skip
    found = " UNION ALL ".join(
        f"SELECT '{Path(drop.file).name}' AS file, line, column_name, reason_code"
        f" FROM read_parquet('{drop.folder}/{name}.parquet')"
        for drop in lake.ingest(tmp_path / "raw", tmp_path / "lake")
        for name in ("refused", "repaired")
    )
    both = duckdb.execute(
        "SELECT reason_code, error, column_name, count(*)"
        f" FROM ({found}) FULL JOIN '{out}' USING (file, line, column_name)"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    print(f"\n{JUDGED:,} requests, frictionless: {cost.cpu_s:.1f} s, {cost.peak_mb:.0f} MB")
    kinds: Counter[str] = Counter()
    for ours, theirs, column, count in both:
        print(
            f"  {column:13} {ours or 'nothing':20} frictionless: {theirs or 'nothing':17} {count}"
        )
        kinds["theirs alone" if not ours else "ours alone" if not theirs else "both"] += count
    # what it alone finds would be a fault that we let pass
    assert kinds["both"] > 500 and not kinds["theirs alone"], kinds
