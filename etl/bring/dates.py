"""The formats that the dates of a column need to be told in a sidecar, by evidence alone: what
may be read day first or month first says nothing, and intake reads it day first."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from etl.intake.contract import quote

TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", " %I:%M %p")
DAY_FIRST = tuple(
    f"{day}{time}" for day in ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%Y") for time in TIMES
)
MONTH_FIRST = tuple(
    f"{day}{time}" for day in ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%Y") for time in TIMES
)
WORDED = tuple(
    f"{day}{time}"
    for day in ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
    for time in TIMES[:3]
)
OTHERS = ("%Y-%m-%d %I:%M %p", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %Hh%M", "%Y.%m.%d", "%Y%m%d%H%M%S")
ENOUGH = 0.95


def formats(
    con: duckdb.DuckDBPyConnection, facts: Mapping[int, Mapping[str, float]]
) -> dict[int, tuple[str, ...]]:
    """By place of the column, the formats of its dates; () where intake reads them as they are,
    and no entry where the column holds none that could be read."""
    found = {}
    for place, told in facts.items():
        if told["dated"] < 0.5:
            continue
        if told["day_first"] and told["month_first"]:
            continue
        if told["day"] >= ENOUGH and not told["month_first"]:
            continue
        family = MONTH_FIRST if told["month_first"] else (*DAY_FIRST, *WORDED, *OTHERS)
        if chosen := _chosen(con, place, family):
            found[place] = chosen
    return found


def _chosen(con: duckdb.DuckDBPyConnection, place: int, family: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest formats, at most two, that read nearly all texts."""
    reads = [
        f"coalesce(year(try_strptime(text, [{quote(each)}])) BETWEEN 1900 AND 2100, false)"
        for each in family
    ]
    counts = ", ".join(f"coalesce(sum(rows) FILTER ({read}), 0)" for read in reads)
    row = con.execute(
        f"SELECT sum(rows), {counts} FROM bring_tests WHERE place = {place}"
    ).fetchone()
    if not row or not row[0]:
        return ()
    ranked = sorted(zip(family, row[1:], strict=True), key=lambda one: -one[1])
    chosen: list[str] = []
    read = 0
    for each, count in ranked[:2]:
        if count and read < ENOUGH * row[0]:
            chosen.append(each)
            read += count
    return tuple(chosen) if read >= ENOUGH * row[0] else ()
