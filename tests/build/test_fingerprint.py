"""What makes a new build, and what does not: one byte of each kind of file changed, in a copy."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl import paths
from etl.build import fingerprint
from etl.intake import lake
from tests.modules import MODULES, imports, with_packages

# A process that knows the copy alone: at each line it reads all of it anew.
ASKED = """
import sys
from etl.build import fingerprint
from etl.intake import lake
for _ in sys.stdin:
    lake.code_hash.cache_clear()
    fingerprint.fingerprint.cache_clear()
    print(lake.code_hash(), fingerprint.fingerprint(), flush=True)
"""
Hashes = Callable[[], list[str]]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(paths.ETL, root / "etl", ignore=ignored)
    shutil.copytree(paths.REFERENCE, root / "data" / "reference", ignore=ignored)
    return root


@pytest.fixture(scope="module")
def hashes(copied: Path) -> Iterator[Hashes]:
    """Asks for the lake's and the build's."""
    with subprocess.Popen(
        [sys.executable, "-c", ASKED], cwd=copied, env=os.environ | {"PYTHONPATH": str(copied)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout

        def asked() -> list[str]:
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().split()

        yield asked
        process.stdin.close()


@pytest.mark.parametrize(
    ("file", "old", "new", "reads_again", "builds_again"),
    [
        ("etl/intake/places.sql", "--", "-- ", True, True),
        ("etl/macros.sql", "--", "-- ", True, True),
        ("data/reference/postcodes.csv", "01", "02", True, True),
        ("etl/intake/contracts/providers.json", "{", "{ ", False, True),
        ("etl/settings.toml", "#", "##", False, True),
        ("etl/build/marts/providers.sql", "--", "-- ", False, True),
        ("etl/disclosure/published/jobs.sql", "--", "-- ", False, True),
        ("data/reference/sources.csv", ",", ", ", False, True),
        ("etl/insight/metrics/fill_rate.sql", "-- unit: share", "-- unit: ratio", False, True),
        ("etl/insight/metrics/fill_rate.sql", "-- why: ", "-- why: x", False, False),
        ("etl/words/reasons.toml", "is empty", "holds nothing", False, False),
        ("etl/words/fr.po", "est vide", "ne contient rien", False, False),
        ("etl/words/console.toml", " = ", "  = ", False, False),
        ("etl/words/profile.toml", '"place"', '"where"', False, False),
        ("etl/build/checks/demand_agrees.sql", "-- label: ", "-- label: x", False, False),
        ("etl/build/repairs/target_as_percentage.sql", "-- reason: ", "-- reason: x", False, False),
        ("etl/build/checks/demand_agrees.sql", "SELECT", "SELECT ", False, True),
        ("etl/insight/digest/report.py", '"""', '""" ', False, False),
    ],
)
def test_a_changed_byte_counts_where_it_changes_a_row(
    copied: Path,
    hashes: Hashes,
    file: str,
    old: str,
    new: str,
    reads_again: bool,
    builds_again: bool,
) -> None:
    path = copied / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    before = hashes()
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        after = hashes()
    finally:
        path.write_text(text, encoding="utf-8")
    assert len(before) == 2
    assert [a != b for a, b in zip(before, after, strict=True)] == [reads_again, builds_again]


def test_a_page_is_no_part_of_it() -> None:
    assert all(path.is_relative_to(paths.ETL) for path in lake.files_of(fingerprint.READ))


@pytest.mark.middle
@pytest.mark.parametrize(
    ("module", "counted"),
    [
        ("etl.intake.lake", lake.READ),
        ("etl.build.make", (*lake.READ, *fingerprint.READ)),
    ],
)
def test_all_that_is_imported_is_counted(module: str, counted: tuple[str, ...]) -> None:
    held = {path.relative_to(paths.ETL) for path in lake.files_of(counted)}
    # packages that only say what they hold
    empty = {path.relative_to(paths.ETL) for path in paths.ETL.rglob("__init__.py")}
    assert reached(module) - empty <= held


def reached(module: str) -> set[Path]:
    """Every file of etl that a module imports, itself or through others."""
    found: set[str] = set()
    left = {module}
    while left:
        found |= left
        imported = {each for one in left for each in imports(MODULES[one])}
        left = {other for each in imported for other in with_packages(each)} - found
    return {MODULES[one].relative_to(paths.ETL) for one in found}
