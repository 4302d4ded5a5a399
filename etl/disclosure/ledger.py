"""The ledger of publications: what partners were shown, build by build, and never rewritten.

warehouse/published/0001-<inputs>.parquet   one file a publication: what it showed for the first
time. <inputs> names the drops, reference and code it was made from, not the ledger: so a build can
be found again after its own publication has entered the ledger.

A firm's cell is kept with the sirens in it (public) and the figure of each, for whoever leaves the
data later must not be worked out either; a cell of persons with their number only.
"""

import hashlib
import secrets
from collections.abc import Collection
from pathlib import Path

import duckdb

from etl import disk

COLUMNS = (
    "is_synthetic BOOLEAN, protects VARCHAR, period VARCHAR, territory_level VARCHAR,"
    " territory_code VARCHAR, scope_code VARCHAR, breakdown VARCHAR, measure VARCHAR,"
    " value DOUBLE, contributors INTEGER, members VARCHAR[], figures DOUBLE[]"
)


def folder(warehouse: Path) -> Path:
    return warehouse / "published"


def before(warehouse: Path, inputs: str) -> list[Path]:
    """The publications that a build of these inputs is made with, oldest first: all of them, or
    those before its own when it has been published already."""
    files = sorted(folder(warehouse).glob("*.parquet"))
    for number, file in enumerate(files):
        if file.stem.partition("-")[2] == inputs:
            return files[:number]
    return files


def fingerprint(files: list[Path]) -> str:
    """Of these publications, their names and content; '' when there is none."""
    if not files:
        return ""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def append(warehouse: Path, inputs: str, shown: Path) -> None:
    """Enters what a build is about to show; nothing when these inputs were published before."""
    files = sorted(folder(warehouse).glob("*.parquet"))
    if any(file.stem.partition("-")[2] == inputs for file in files):
        return
    folder(warehouse).mkdir(parents=True, exist_ok=True)
    number = int(files[-1].stem.partition("-")[0]) + 1 if files else 1
    disk.write(folder(warehouse) / f"{number:04d}-{inputs}.parquet", shown.read_bytes())


def rename(warehouse: Path, sirens: Collection[str]) -> None:
    """Gives the holders of these sirens other names, the same in all publications: persons who are
    to be forgotten. What was shown of them stays protected."""
    names = {siren: f"erased-{secrets.token_hex(8)}" for siren in sirens}
    place = "list_position($sirens, split_part(member, '|', 1))"
    is_theirs = f"len(list_filter(members, lambda member: {place} > 0)) > 0"
    renamed = (
        f"list_transform(members, lambda member: CASE WHEN {place} > 0"
        f" THEN $names[{place}] || '|' || split_part(member, '|', 2) ELSE member END)"
    )
    for file in sorted(folder(warehouse).glob("*.parquet")) if sirens else ():
        asked: dict[str, object] = {"sirens": list(names), "file": str(file)}
        with duckdb.connect() as connection:
            holding = f"SELECT 1 FROM read_parquet($file) WHERE {is_theirs} LIMIT 1"
            if not connection.execute(holding, asked).fetchall():
                continue
            connection.execute(
                f"CREATE TABLE entry AS SELECT * REPLACE ({renamed} AS members)"
                " FROM read_parquet($file)",
                asked | {"names": list(names.values())},
            )
            fresh = file.with_name(".entry")
            connection.execute(f"COPY entry TO '{fresh}' (FORMAT parquet, COMPRESSION zstd)")
        disk.sync(fresh)
        fresh.replace(file)
        disk.sync(file.parent)


def load(connection: duckdb.DuckDBPyConnection, files: list[Path], *, synthetic: bool) -> None:
    """Fills the temporary tables `earlier` (what was shown) and `changed` (cells of persons whose
    number moved by so few that the move itself would tell of them).

    What an invented marketplace showed says nothing of a real one.
    """
    connection.execute(f"CREATE TEMP TABLE told_before ({COLUMNS})")
    if files:
        connection.execute(
            "INSERT INTO told_before BY NAME SELECT * FROM read_parquet($files,"
            " union_by_name = TRUE) WHERE $synthetic OR NOT is_synthetic",
            {"files": [str(file) for file in files], "synthetic": synthetic},
        )
    connection.execute(
        "CREATE TEMP TABLE earlier AS SELECT CAST(row_number() OVER (ORDER BY period,"
        " territory_level, territory_code, scope_code, breakdown, measure, protects, value,"
        " contributors, members, figures, is_synthetic) AS INTEGER) AS entry, * FROM told_before"
    )


def find_changed(connection: duckdb.DuckDBPyConnection, persons: int) -> None:
    connection.execute(
        "CREATE TEMP TABLE changed AS SELECT DISTINCT cells.cell FROM cells INNER JOIN earlier"
        " USING (protects, period, territory_level, territory_code, scope_code, breakdown, measure)"
        " WHERE cells.protects = 'persons' AND cells.contributors <> earlier.contributors"
        " AND abs(cells.contributors - earlier.contributors) < $persons",
        {"persons": persons},
    )


def write(connection: duckdb.DuckDBPyConnection, path: Path, *, synthetic: bool) -> bool:
    """Writes what this build shows and no publication before it did; whether there is any."""
    connection.execute(
        "CREATE TEMP TABLE entry AS"
        " SELECT DISTINCT $synthetic AS is_synthetic, cells.protects, cells.period,"
        " cells.territory_level, cells.territory_code, cells.scope_code, cells.breakdown,"
        " cells.measure, cells.value, cells.contributors, named.members, named.figures"
        " FROM cells INNER JOIN decided ON cells.cell = decided.cell AND decided.status = 'shown'"
        " LEFT JOIN (SELECT members.cell, list(units.contributor || '|' || units.part"
        "   ORDER BY units.contributor, units.part) AS members,"
        "   list(members.value ORDER BY units.contributor, units.part) AS figures"
        "   FROM members INNER JOIN units ON members.unit = units.unit"
        "   INNER JOIN cells ON members.cell = cells.cell AND cells.protects = 'firms'"
        "   GROUP BY members.cell) AS named ON cells.cell = named.cell"
        " EXCEPT SELECT * EXCLUDE (entry) FROM earlier",
        {"synthetic": synthetic},
    )
    connection.execute(
        f"COPY (SELECT * FROM entry ORDER BY ALL) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return bool(connection.execute("SELECT count(*) > 0 FROM entry").fetchall()[0][0])
