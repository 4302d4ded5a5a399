"""What is guessed of how a file is written does to its first values, as intake will read them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import duckdb

from etl.bring.dates import DAY_FIRST, MONTH_FIRST
from etl.bring.reaching import Reading
from etl.intake import contract as contracts
from etl.intake import mapping, opening
from etl.intake.contract import Field, quote
from etl.intake.sidecar import DEFAULT_ZONE

DATES, NUMBERS = ("date", "datetime"), ("number", "integer")
REMEMBERED = 2000
_opened = threading.local()


@dataclass(frozen=True)
class Effect:
    """A text of a column, the value that it is read as, and the guess that makes it so:
    "day_first", "month_first", "comma", "point" or "factor"."""

    text: str
    value: Any
    guess: str


@lru_cache(REMEMBERED)
def first(
    source: str, field: str, texts: tuple[str, ...], factor: str | None, reading: Reading
) -> Effect | None:
    """The first value of a column that is read so by a guess; None where all are plain."""
    entry = contracts.load(source)[field]
    marks, formats = (reading.decimal,), (reading.date_format,)
    if entry.type in DATES:
        ways = [(mark, each) for mark in marks for each in (*formats, DAY_FIRST, MONTH_FIRST)]
    elif entry.type in NUMBERS and (factor or reading.decimal):
        other = "." if reading.decimal == "," else ","
        ways = [(mark, each) for mark in (*marks, other) for each in formats]
    else:
        return None
    for text, *values in _read(entry, texts, factor, ways, reading.time_zone or DEFAULT_ZONE):
        guess = "factor" if factor else _guess(values, reading)
        if guess and values[0] is not None:
            return Effect(text, values[0], guess)
    return None


def _guess(values: list[Any], reading: Reading) -> str:
    """What a value tells, beside those that other ways of reading give; "" where it is the same."""
    value, *others = values
    if len(others) == 1:  # by the other mark
        guess = "comma" if reading.decimal == "," else "point"
        return guess if value != others[0] else ""
    day_first, month_first = others
    is_open = day_first != month_first and (reading.date_format or None not in others)
    if not is_open:
        return ""
    return "day_first" if value == day_first else "month_first" if value == month_first else ""


def _read(
    field: Field,
    texts: tuple[str, ...],
    factor: str | None,
    ways: list[tuple[str | None, tuple[str, ...]]],
    zone: str,
) -> list[tuple[Any, ...]]:
    """Each text with what intake reads of it by decimal marks and formats of dates; a moment is
    told by its day where the file is from."""
    values = []
    for mark, formats in ways:
        text = "known"
        if factor:
            text = mapping.multiplied(field, text, mark, Fraction(factor))
        value = contracts.reading(field, text, mark, formats, field.name).value
        if field.type == "datetime":
            value = f"timezone({quote(zone)}, timezone('UTC', {value}))::DATE"
        values.append(value)
    con = _connected()
    con.execute(f"SET TimeZone = {quote(zone)}")
    return con.execute(
        f"SELECT text, {', '.join(values)} FROM (SELECT n, $texts[n] AS text, trimmed($texts[n])"
        " AS known FROM range(1, len($texts) + 1) AS one(n)) ORDER BY n",
        {"texts": [*texts]},
    ).fetchall()


def _connected() -> duckdb.DuckDBPyConnection:
    """A connection of this thread with the macros by which intake reads values."""
    if not hasattr(_opened, "connection"):
        _opened.connection = duckdb.connect()
        opening.add_macros(_opened.connection)
    con: duckdb.DuckDBPyConnection = _opened.connection
    return con
