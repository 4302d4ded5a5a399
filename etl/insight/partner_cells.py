"""Cells of protected tables: a value, a true zero, "not known", or withheld with its reason."""

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from etl.words.rows import each


@dataclass(frozen=True)
class Withheld:
    """A value that statistical secrecy hides: 'few' contributors, or it would give one away."""

    reason: Literal["few", "secondary"] = "few"


# Tables in which no row is a true zero, once the table has any; in the others it is not known.
COUNTS = {
    "cooperative_hires", "cooperative_providers", "funnel", "hires", "pipeline",
    "projects_under_way", "providers", "compliance",
}  # fmt: skip
Cell = float | Withheld | None


class Cells:
    """Looks cells up by table, measure, period, territory, scope and breakdown."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._cells: dict[tuple, Cell] = {}
        self._periods: dict[str, set[str]] = {}
        for row in each(rows):
            key = (row.table_name, row.measure, row.period, row.territory_code,
                   row.territory_level, row.scope_code, row.breakdown)  # fmt: skip
            is_shown = row.status == "shown"
            self._cells[key] = float(row.value) if is_shown else Withheld(row.reason)
            self._periods.setdefault(row.table_name, set()).add(row.period)

    def periods(self, table: str) -> list[str]:
        """The years or quarters a table has, in order."""
        return sorted(self._periods.get(table, ()))

    def of(
        self, table: str, measure: str, period: str, *, code: str = "FR", level: str = "country",
        scope: str = "all", breakdown: str = "all",
    ) -> Cell:  # fmt: skip
        """The cell; without a row 0 where the table counts things, else None: not known."""
        key = (table, measure, period, code, level, scope, breakdown)
        is_zero = table in COUNTS and period in self._periods.get(table, ())
        return self._cells.get(key, 0.0 if is_zero else None)


def ratio(part: Cell, whole: Cell) -> Cell:
    """part / whole: withheld where either is, None where either is unknown or the whole is 0."""
    for cell in (part, whole):
        if isinstance(cell, Withheld):
            return cell
    if part is None or not whole:
        return None
    return part / whole  # type: ignore[operator]


def less(more: Cell, fewer: Cell) -> Cell:
    """more - fewer, withheld or unknown where either is."""
    for cell in (more, fewer):
        if isinstance(cell, Withheld):
            return cell
    return None if more is None or fewer is None else more - fewer  # type: ignore[operator]


def total(cells: list[Cell]) -> Cell:
    """The sum; withheld where one of them is, None where one is unknown or there is none."""
    hidden = [cell for cell in cells if isinstance(cell, Withheld)]
    if hidden:
        return hidden[0]
    known: list[Any] = [cell for cell in cells if cell is not None]
    return sum(known) if known and len(known) == len(cells) else None
