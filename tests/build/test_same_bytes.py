"""The same drops, built in fresh processes with other numbers of threads, are the same build."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from etl.build import warehouse
from tests import cooperative_market
from tests.market import write_drops
from tests.shared_files import shared_file
from tests.sizes import SIZE

ROOT = Path(__file__).resolve().parents[2]
# towns by the postcodes of their companies, which no list holds; capacities that do not add up
# alike in any order; two words a domain
TOWNS = (
    ("44903", "NANTES CEDEX 9"), ("67070", "STRASBOURG CEDEX"), ("34060", "Montpellier Cedex 2"),
    ("97490", "Sainte-Clotilde"), ("59043", "LILLE CEDEX"), ("75008", "Paris 8e"),
)  # fmt: skip
PROVIDERS = "provider_id;name;kind;domains;approvals;postcode;city;capacity_per_month\n" + "".join(
    f"D{number};Chez {number % 7};{('association', 'individual', '')[number % 3]};"
    f"{('ménage|jardinage', 'jardinage|ménage', 'garde d’enfants')[number % 3]};"
    f"{('II-2:déclaration|agrément', '', 'agrément|garde_enfants:autorisation')[number % 3]};"
    f"{';'.join(TOWNS[number % len(TOWNS)])};{number / 10:.1f}\n"
    for number in range(1, 61)
)  # fmt: skip
REQUESTS = "request_id;domain;postcode;city;created_at;status;filled_at;provider_id\n" + "".join(
    f"Q{number};{('ménage', 'jardinage', 'garde d’enfants')[number % 3]};"
    f"{';'.join(TOWNS[number % len(TOWNS)])};2025-{number % 12 + 1:02}-10 10:00;"
    f"{('pourvue', 'expirée', 'ouverte')[number % 3]};;D{number % 60 + 1}\n"
    for number in range(240)
)
RESPONSES = "request_id;provider_id;responded_at\n" + "".join(
    f"Q{number};D{(number + step) % 60 + 1};2025-{number % 12 + 1:02}-10 1{step}:30\n"
    for number in range(0, 240, 2)
    for step in range(3)
)
DROPS = {
    name: cooperative_market.DROPS[name]
    for name in ("cooperatives/2025-12-31.csv", "cooperative_years/2026-01-31.csv")
} | {
    "providers/2026-01-30.csv": PROVIDERS,
    "requests/2026-01-30.csv": REQUESTS,
    "responses/2026-01-30.csv": RESPONSES,
}


PROCESSES = {"small": 3, "middle": 3, "long": 10}[SIZE]


def built(raw: Path, folder: Path, processes: int) -> list[Path]:
    """Builds these drops in so many fresh processes, two at a time; the folder of each."""

    def run(number: int) -> Path:
        here = folder / str(number)
        here.mkdir()
        command = [sys.executable, "-m", "tests.same_bytes", str(number % 5 + 1), raw, here]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": str(number)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return here

    with ThreadPoolExecutor(2) as both:
        return list(both.map(run, range(processes)))


def tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[tuple]]:
    """Each table of an open database, and its columns."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        " WHERE database_name = $database ORDER BY ALL",
        {"database": database},
    ).fetchall()
    return {name: connection.execute(f"DESCRIBE {database}.{name}").fetchall() for (name,) in names}


def differences(one: Path, other: Path) -> list[str]:
    """The tables whose rows are not the same."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        found = tables(connection, "one")
        assert found and found == tables(connection, "other")
        # as many rows, and each of the one among those of the other as often
        return [
            table
            for table in found
            if connection.execute(
                f"SELECT (SELECT count(*) FROM one.{table}) <> (SELECT count(*) FROM other.{table})"
                f" OR EXISTS (FROM one.{table} EXCEPT ALL FROM other.{table})"
            ).fetchall()
            != [(False,)]
        ]


def assert_alike(folders: list[Path]) -> None:
    """All processes made the same build: id, manifest, tables, and what intake looked up."""
    first, *others = folders
    served = [(folder / "warehouse" / "current").resolve() for folder in folders]
    assert len({path.name for path in served}) == 1
    for folder, place in zip(others, served[1:], strict=True):
        assert differences(first / "lookups.duckdb", folder / "lookups.duckdb") == []
        for database in (warehouse.DATABASE, warehouse.PARTNERS):
            assert differences(served[0] / database, place / database) == []
    assert len({(path / "manifest.json").read_text("utf-8") for path in served}) == 1


@pytest.mark.long
def test_many_processes_make_one_build_of_the_same_drops(tmp_path):
    assert_alike(built(write_drops(tmp_path / "raw", DROPS), tmp_path, PROCESSES))


@pytest.mark.long
def test_companies_postcodes_that_no_list_holds_are_read_alike(tmp_path):
    raw = shared_file("cases/foreign/01-cedex-build")
    assert_alike(built(raw, tmp_path, 2))
