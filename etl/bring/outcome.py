"""What a file would change: its keys beside those known, and the headline before and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl.build import holding, warehouse
from etl.insight import registry, target_states
from etl.insight.report import reading
from etl.intake import contract
from etl.intake.lake_drop import Drop

# Of the country; each where what it needs is loaded.
HEADLINE = (
    "active_providers", "coverage_population", "requests", "fill_rate", "cooperatives", "pipeline",
)  # fmt: skip
FIRST = 5
PLACES = Path(__file__).with_name("where_rows_fall.sql")


def keys(own: Drop, drops: Sequence[Drop]) -> dict[str, int]:
    """How many keys of a drop are new, changed or the same beside those that the drops before it
    leave, and how many of these it lacks: {known, new, changed, same, lacking}."""
    number = next(place for place, one in enumerate(drops) if one.key == own.key)
    before = holding.around(drops, number, {})[0]
    key = list(_columns(own, contract.load(own.source).key).values())
    told = [column for column in _columns(own, own.fields).values() if column not in key]
    with duckdb.connect() as con:
        if not before:
            (count,) = _one(con, f"SELECT count(*) FROM ({_last_of([own], key, told)})")
            return {"known": 0, "new": count, "changed": 0, "same": 0, "lacking": 0}
        found = _one(
            con,
            f"WITH this AS ({_last_of([own], key, told)}),"
            f" known AS ({_last_of(before, key, told)})"
            " SELECT count(known.key), count(*) FILTER (WHERE known.key IS NULL),"
            " count(*) FILTER (WHERE this.told IS DISTINCT FROM known.told"
            "   AND this.key IS NOT NULL AND known.key IS NOT NULL),"
            " count(*) FILTER (WHERE this.told IS NOT DISTINCT FROM known.told"
            "   AND this.key IS NOT NULL AND known.key IS NOT NULL),"
            " count(*) FILTER (WHERE this.key IS NULL)"
            " FROM this FULL JOIN known ON this.key = known.key",
        )
    return dict(zip(("known", "new", "changed", "same", "lacking"), found, strict=True))


def sharing(folder: Path, own: str, others: Sequence[str]) -> int:
    """How many of other drops tell of a key of a drop; each is known by its key in the lake of a
    warehouse. One that the lake has lost is counted: nobody can tell."""
    found = Drop.from_folder(folder / "lake" / own)
    if found is None:
        return len(others)
    key = _columns(found, contract.load(found.source).key).values()

    def keys(name: str) -> str:
        rows = contract.quote(folder / "lake" / name / "accepted.parquet")
        return f"SELECT {', '.join(key)} FROM read_parquet({rows})"

    shared = 0
    with duckdb.connect() as con:
        for other in others:
            try:
                asked = f"SELECT count(*) > 0 FROM ({keys(own)} INTERSECT {keys(other)})"
                shared += _one(con, asked)[0]
            except duckdb.Error:
                shared += 1
    return shared


def _last_of(drops: Sequence[Drop], key: Sequence[str], told: Sequence[str]) -> str:
    """SQL of each key and what is told of it last: a drop that lacks a field says nothing of it."""
    rows = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS number"
        f" FROM read_parquet({contract.quote(drop.folder / 'accepted.parquet')})"
        for number, drop in enumerate(drops)
    )
    tellers: dict[str, list[int]] = {
        column: [
            n for n, drop in enumerate(drops) if column in _columns(drop, drop.fields).values()
        ]
        for column in told
    }
    last = ", ".join(
        f"arg_max_null({column}, number * 1000000000000 + line)"
        f" FILTER (list_contains({tellers[column]}::INTEGER[], number)) AS {column}"
        for column in told
    )
    latest = f"SELECT {', '.join(key)}{', ' if last else ''}{last} FROM ({rows}) GROUP BY ALL"
    cells = ", ".join([*key, *told])
    return f"SELECT row({', '.join(key)}) AS key, row({cells}) AS told FROM ({latest})"


def _columns(own: Drop, fields: Sequence[str]) -> dict[str, str]:
    """The columns of the accepted rows that hold these fields, by field; a place is held by what
    it was decided to be, not as it was given."""
    described = contract.load(own.source)
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT name FROM parquet_schema(?)", [str(own.folder / "accepted.parquet")]
        ).fetchall()
    there = {name for (name,) in rows}
    found = {}
    for field in fields:
        entry = described[field]
        column = field
        if entry.lookup == "domains":
            column = "domain_codes" if entry.is_list else "domain_code"
        elif entry.name == "region":
            column = "region_code"
        if column in there:
            found[field] = contract.name(column)
    return found


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def places(own: Drop) -> list[dict[str, Any]]:
    """Where the accepted rows fall; nothing where the source has no place."""
    if not contract.load(own.source).has_place:
        return []
    with duckdb.connect() as con:
        asked = {"rows": str(own.folder / "accepted.parquet")}
        rows = con.execute(PLACES.read_text(encoding="utf-8"), asked).fetchall()
    return [{"code": code, "rows": count} for code, count in rows]


def first_rows(own: Drop) -> tuple[list[str], list[list[str]]]:
    """The first accepted rows as they were understood: fields of the contract, and cells as text,
    "" where a value is unknown."""
    columns = _columns(own, own.fields)
    cells = ", ".join(f"coalesce({column}::VARCHAR, '')" for column in columns.values())
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT {cells or 'NULL'} FROM read_parquet($rows) ORDER BY line LIMIT {FIRST}",
            {"rows": str(own.folder / "accepted.parquet")},
        ).fetchall()
    return [*columns], [list(row) for row in rows]


def repaired(build: Path, file: str, into: Path) -> int:
    """Writes the repaired values of a file as Parquet, those among them that only show beside
    other rows or the day of the file; how many. `build` is the folder of one that has the file."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {contract.quote(build / warehouse.DATABASE)} AS build (READ_ONLY)")
        (count,) = _one(
            con,
            "COPY (SELECT line, column_name, value, reason_code, arguments"
            f" FROM build.quality.repaired_values WHERE file = {contract.quote(file)})"
            f" TO {contract.quote(into)} (FORMAT parquet)",
        )
    return int(count)


def headline(build: Path) -> dict[str, float | None]:
    """The figures of HEADLINE by name, of the build in a folder; those that its drops cannot tell
    are not among them, nor any of a build that another version made."""
    try:
        return _headline(build)
    except duckdb.CatalogException:
        return {}


def months(build: Path) -> tuple[date, date]:
    """The first days of the first and the last of the months that its figures speak of."""
    with reading.opened(build / warehouse.DATABASE) as opened:
        return opened.terms["from"], opened.terms["to"]


def _headline(build: Path) -> dict[str, float | None]:
    with reading.opened(build / warehouse.DATABASE) as opened:
        sources = opened.connection.execute("SELECT DISTINCT source FROM quality.files").fetchall()
        loaded = {source for (source,) in sources}
        return {
            name: _value(opened, name)
            for name in HEADLINE
            if loaded >= set(registry.metrics()[name].sources)
        }


def _value(opened: reading.Reading, name: str) -> float | None:
    if name == "coverage_population":
        used = opened.table(target_states.__file__, "domains_of_scope", scope="all")
        rows = opened.metric(name, level="country", scopes=used["domain_code"].tolist())
        people = rows["denominator"].sum()
        return float(rows["numerator"].sum() / people) if people else None
    rows = opened.metric(name, level="country", scopes=["all"])
    value = rows["value"].iloc[0] if len(rows) else None
    return None if value is None or pd.isna(value) else float(value)
