"""How fast Sirene's stock is filtered, and what it takes at most of the memory."""

import subprocess
import sys

import pytest

from tests import sirene_files

UNITS = 3_000_000
READ = """
import resource, sys, time
from pathlib import Path
from etl.intake.lake import ingest
started = time.monotonic()
(drop,) = ingest(Path(sys.argv[1]), Path(sys.argv[2]))
seconds = time.monotonic() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
assert drop.accepted == int(sys.argv[3]) // 10
print(f"{drop.read:,} rows in {seconds:.1f} s, {drop.read / seconds:,.0f} rows/s, peak {peak} MB")
"""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_millions_of_rows(tmp_path, ending):
    raw = tmp_path / "raw"
    sirene_files.write(raw / "cooperatives" / "sirene-2026-11-01", units=UNITS, ending=ending)
    arguments = [str(raw), str(tmp_path / "warehouse"), str(UNITS)]
    done = subprocess.run(
        [sys.executable, "-c", READ, *arguments], check=True, capture_output=True, text=True
    )
    print(f"\nSirene, {ending}: {done.stdout.strip()}")
