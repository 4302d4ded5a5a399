"""Cells of the tables for partners: a value, a true zero, not known, fewer than five, or withheld.

A withheld cell may have a band, and a figure made of it has one, too. :func:`text` writes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from etl.words.rows import each
from etl.words.words import Words


@dataclass(frozen=True)
class Withheld:
    """A value that statistical secrecy hides: between low and high, where these are told."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Fewer:
    """A number of persons from 1 to 4."""

    than: int = 5


class Rounded(float):
    """A number of persons rounded at random: less than five away from what it was."""


class Revised(float):
    """A value that an earlier edition told otherwise; what is made of it is a plain figure."""


FAR = 0.2  # a share that rounding alone moves by more is no figure
REVISED = "\u2009ʳ"  # the mark of a revised figure
# Tables in which no row is a true zero, once the table has any; in the others it is not known.
COUNTS = {"cooperative_hires", "cooperative_providers", "funnel", "hires", "openings", "projects",
          "providers", "compliance"}  # fmt: skip
# of providers and hires: whose shares are told, each a part of the one before
HELD = {"providers": ("all", "scop"), "hires": ("all",)}
Cell = float | Withheld | Fewer | None


class Cells:
    """Looks cells up by table, measure, period, territory, scope and breakdown."""

    def __init__(self, rows: pd.DataFrame) -> None:
        """rows: table_name, the cell, value, status; of firms also low, high."""
        self._cells: dict[tuple, Cell] = {}
        self._periods: dict[str, set[str]] = {}
        for row in each(rows):
            key = (row.table_name, row.measure, row.period, row.territory_code,
                   row.territory_level, row.scope_code, row.breakdown)  # fmt: skip
            self._cells[key] = _cell(row)
            self._periods.setdefault(row.table_name, set()).add(row.period)

    def periods(self, table: str) -> list[str]:
        """The years a table has, in order."""
        return sorted(self._periods.get(table, ()))

    def of(
        self, table: str, measure: str, period: str, *, code: str = "FR", level: str = "country",
        scope: str = "all", breakdown: str = "all",
    ) -> Cell:  # fmt: skip
        """The cell; without a row 0 where the table counts things, else None: not known."""
        key = (table, measure, period, code, level, scope, breakdown)
        is_zero = table in COUNTS and period in self._periods.get(table, ())
        return self._cells.get(key, 0.0 if is_zero else None)


def _cell(row: Any) -> Cell:
    status = row.status
    if status == "fewer":
        return Fewer()
    if status == "withheld":
        low: Any = getattr(row, "low", None)
        return Withheld() if pd.isna(low) else Withheld(float(low), float(row.high))
    value = row.value
    if pd.isna(value):
        return None
    if status == "rounded":
        return Rounded(value)
    return Revised(value) if status == "revised" else float(value)


def text(cell: Cell, words: Words, kind: str = "count") -> str:
    """A cell as a reader sees it: a figure (with a mark where it is revised), a band, or a word.

    kind: count, signed, share, rate or eur."""
    writers: dict[str, Callable[[Any], str]] = {
        "share": words.share, "signed": words.signed, "eur": words.euros,
        "rate": partial(words.number, decimals=1),
    }  # fmt: skip
    write = writers.get(kind, words.number)
    if isinstance(cell, Fewer):
        return words.gettext("fewer than {n}", n=words.number(cell.than))
    if isinstance(cell, Withheld):
        if cell.low is None or cell.high is None:
            return words.name("cell", "withheld")
        return words.gettext("{low} to {high}", low=write(cell.low), high=write(cell.high))
    told = write(cell)
    return f"{told}{REVISED}" if isinstance(cell, Revised) else told


def ends(cell: Cell) -> tuple[float, float] | None:
    """Between what a cell lies; None where that is not told."""
    if isinstance(cell, Fewer):
        return 1.0, float(cell.than - 1)
    if isinstance(cell, Withheld):
        return None if cell.low is None or cell.high is None else (cell.low, cell.high)
    return None if cell is None else (cell, cell)


def is_hidden(*cells: Cell) -> bool:
    """Whether one of them is no bare number."""
    return any(isinstance(cell, (Withheld, Fewer)) for cell in cells)


def is_told(cell: Cell) -> bool:
    """Whether a number is told, or between which it lies."""
    return ends(cell) is not None


def ratio(part: Cell, whole: Cell) -> Cell:
    """part / whole: withheld where either is, None where either is unknown or the whole is 0."""
    if part is None or whole is None or whole == 0:
        return None
    if not is_hidden(part, whole):
        return part / whole  # type: ignore[operator]
    above, below = ends(part), ends(whole)
    if above is None or below is None or not below[0]:
        return Withheld()
    return Withheld(above[0] / below[1], above[1] / below[0])


def share_of_persons(part: Cell, whole: Cell, *, is_unsure: bool = False) -> Cell:
    """part / whole of numbers of persons: a band where rounding alone may move the part by a fifth,
    or where it ``is_unsure``, for the part is told above what it is a part of."""
    away = Fewer().than - 1
    if not isinstance(part, Rounded) or not isinstance(whole, Rounded) or not part:
        return at_most_one(ratio(part, whole))
    if part * FAR >= away and not is_unsure:
        return at_most_one(ratio(part, whole))
    return at_most_one(Withheld((part - away) / (whole + away), (part + away) / (whole - away)))


def shares_of_market(cells: Cells, of: str, period: str, **at: str) -> dict[str, Cell]:
    """The shares of co-operatives ("all"), and of SCOP among them where that is told, in the
    providers or hires of a period and place; None where these are not counted."""
    if period not in cells.periods(of):
        return dict.fromkeys(HELD[of])
    whole = cells.of(of, of, period, **at)
    held = [cells.of(f"cooperative_{of}", of, period, breakdown=one, **at) for one in HELD[of]]
    # a table without any co-operative at all says so for every period that is counted
    parts = [0.0 if cell is None else cell for cell in held]
    told = [cell for cell in parts if isinstance(cell, float)]
    is_unsure = told != sorted(told, reverse=True)  # rounding told a part above what it is part of
    shares = [share_of_persons(part, whole, is_unsure=is_unsure) for part in parts]
    return dict(zip(HELD[of], shares, strict=True))


def at_most_one(cell: Cell) -> Cell:
    """A share of a whole: the grid of bands goes further."""
    if isinstance(cell, Withheld) and cell.low is not None and cell.high is not None:
        return Withheld(min(cell.low, 1.0), min(cell.high, 1.0))
    return cell


def less(more: Cell, fewer: Cell) -> Cell:
    """more - fewer, withheld or unknown where either is."""
    if more is None or fewer is None:
        return None
    if not is_hidden(more, fewer):
        return more - fewer  # type: ignore[operator]
    above, below = ends(more), ends(fewer)
    if above is None or below is None:
        return Withheld()
    return Withheld(above[0] - below[1], above[1] - below[0])


def total(cells: list[Cell]) -> Cell:
    """The sum; withheld where one of them is, None where one is unknown or there is none."""
    if not cells or any(cell is None for cell in cells):
        return None
    told = [ends(cell) for cell in cells]
    if any(one is None for one in told):
        return Withheld()
    low, high = sum(one[0] for one in told if one), sum(one[1] for one in told if one)
    return Withheld(low, high) if is_hidden(*cells) else low
