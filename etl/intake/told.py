"""What the lake tells of one drop: what its rows became, and what was found in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

Rows = list[dict[str, Any]]
GROUPED = Path(__file__).with_name("findings_grouped.sql")
EACH = "SELECT line, column_name, value, reason_code, arguments FROM read_parquet(?)"


def profile(folder: Path) -> Rows:
    """The rows of the profile of a drop whose folder of the lake is given."""
    with duckdb.connect() as con:
        return _rows(con.execute("FROM read_parquet(?)", [str(folder / "profile.parquet")]))


def groups(folder: Path, repaired: Path | None = None) -> Rows:
    """One row per reason, as findings_grouped.sql says; `repaired` stands for what the lake holds
    of it, where more is known."""
    parts = {
        "refused": str(folder / "refused.parquet"),
        "repaired": str(repaired or folder / "repaired.parquet"),
    }
    with duckdb.connect() as con:
        return _rows(con.execute(GROUPED.read_text(encoding="utf-8"), parts))


def each(folder: Path, name: str) -> Rows:
    """Every finding: name is "refused" or "repaired"."""
    with duckdb.connect() as con:
        return _rows(con.execute(EACH, [str(folder / f"{name}.parquet")]))


def _rows(cursor: duckdb.DuckDBPyConnection) -> Rows:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
