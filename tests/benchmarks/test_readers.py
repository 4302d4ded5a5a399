"""Many readers at once: what they wait for, and what they cost; the command prints it all."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "asked",
    [
        ("--readers", "50", "--seconds", "120"),
        ("--readers", "20", "--seconds", "30", "--most"),
        ("--sessions", "500"),
    ],
    ids=["while builds are published", "the most", "who came and went"],
)
def test_readers(
    asked: tuple[str, ...], sample_market: Path, capsys: pytest.CaptureFixture
) -> None:
    command = [sys.executable, "-m", "tests.readers", "--market", str(sample_market), *asked]
    with capsys.disabled():
        subprocess.run(command, cwd=ROOT, check=True)
