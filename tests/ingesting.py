"""Short ways to drop files and look at what the lake made of them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from etl.intake.lake import Drop, ingest
from etl.problems import InputErrors
from etl.words import reasons


def drop_text(folder: Path, source: str, text: str | bytes, name: str = "a-2026-11-01.csv") -> Path:
    """Writes a drop below `folder`/raw; text as UTF-8."""
    path = folder / "raw" / source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def ingested(folder: Path) -> list[Drop]:
    return ingest(folder / "raw", folder / "warehouse")


def only(folder: Path) -> Drop:
    (drop,) = ingested(folder)
    assert drop.read == drop.accepted + drop.refused + drop.filtered
    return drop


def rows(drop: Drop, table: str = "accepted") -> list[dict[str, Any]]:
    """The rows in the order of the file: that of a lake's Parquet is nobody's promise."""
    with duckdb.connect() as con:
        cursor = con.execute(
            "SELECT * FROM read_parquet(?)", [str(drop.folder / f"{table}.parquet")]
        )
        names = [column[0] for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if table in ("refused", "repaired"):  # with their sentences
        found = [row | reasons.told_finding(row, is_refused=table == "refused") for row in found]
    return sorted(found, key=lambda row: row.get("line", 0))  # a profile has none


def findings(drop: Drop, table: str) -> list[tuple[int, str, str]]:
    """(line, column, reason code) of every refused row or repaired value."""
    return [(r["line"], r["column_name"], r["reason_code"]) for r in rows(drop, table)]


def problems(folder: Path) -> list[SimpleNamespace]:
    """The problems of the drops, with their sentences."""
    with pytest.raises(InputErrors) as raised:
        ingested(folder)
    return [SimpleNamespace(**reasons.told_problem(each)) for each in raised.value.problems]
