"""How the rows of a file are reached: the sheet, the list within an object, the lines above the
header; what is likely stands first, other ways after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from etl.bring import sampling
from etl.intake import drops, explain, heads, json_lists, json_rows, kinds, text, workbook
from etl.intake.explain import Found, Row
from etl.intake.sidecar import DEFAULT_ZONE, Sidecar
from etl.problems import FileProblem

NAMELESS = "column_{}"
FIRST = 20  # lines of which one may hold the names of columns


@dataclass(frozen=True)
class Reading:
    """How the rows are reached; each None or empty is what intake does by itself."""

    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    path: str | None = None
    skip: int = 0
    header: tuple[str, ...] = ()
    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    date_format: tuple[str, ...] = ()
    time_zone: str | None = None

    @property
    def first_sheet(self) -> str | None:
        """The sheet that is read, or the first of several."""
        return self.sheet or next(iter(self.sheets), None)

    def sidecar(self) -> Sidecar:
        """The sidecar that says no more than this."""
        return Sidecar(
            sheet=self.sheet,
            sheets=self.sheets,
            path=self.path,
            skip=self.skip,
            header=self.header,
            separator=self.separator,
            encoding=self.encoding,
            decimal=self.decimal,
            date_format=self.date_format,
            time_zone=self.time_zone or DEFAULT_ZONE,
        )


def offers(path: Path, folder: Path, known: set[str]) -> tuple[Reading, ...]:
    """The ways to read a file, the likely one first; empty where there is one only."""
    ending = sampling.ending(path)
    try:
        if ending in drops.TEXT_ENDINGS:
            return _of_text(path, folder, known)
        if ending == ".xlsx":
            return _of_workbook(path, known)
        if ending in drops.JSON_ENDINGS:
            return _of_json(path, folder, known)
    except duckdb.Error:
        return ()
    return ()


def first_lines(path: Path, folder: Path, reading: Reading, known: set[str]) -> list[Row]:
    """The first lines that hold anything, with their numbers, whatever stands above the names of
    columns; none of a file that has no lines. Raises FileProblem."""
    ending = sampling.ending(path)
    if ending in drops.TEXT_ENDINGS:
        said = Sidecar(separator=reading.separator, encoding=reading.encoding)
        plain, separator, _ = drops.opened(path, folder, said, known)
        return _filled(islice(heads.records(plain.path, separator, plain.skipped), FIRST))
    if ending == ".xlsx":
        sheets = workbook.heads(path, FIRST)
        return _filled(sheets[reading.first_sheet or next(iter(sheets))])
    return []


def nameless(rows: Sequence[Row]) -> tuple[str, ...]:
    """Names for the columns of rows that nothing names."""
    width = max(len(cells) for _, cells in rows)
    return tuple(NAMELESS.format(place) for place in range(1, width + 1))


def _of_text(path: Path, folder: Path, known: set[str]) -> tuple[Reading, ...]:
    if kinds.is_json(text.first_bytes(path)):
        raise kinds.other(kinds.JSON)
    whole = text.whole(path, folder)
    found: tuple[Found, list[Row], str] | None = None
    for separator in heads.SEPARATORS:
        rows = _filled(islice(heads.records(whole.path, separator), explain.LOOKED_AT))
        best = explain.best_header(rows, known)
        if best and (found is None or best.rank > found[0].rank):
            found = best, rows, separator
    plain, separator, _ = drops.opened(path, folder, Sidecar(), known)
    rows = _filled(islice(heads.records(plain.path, separator, plain.skipped), explain.LOOKED_AT))
    return tuple(filter(None, [_of_rows(rows, found[0] if found else None, known)]))


def _of_rows(rows: list[Row], found: Found | None, known: set[str]) -> Reading | None:
    """What the head asks for: lines to skip, or the names of columns that nothing names."""
    if not rows:
        return None
    number, first = rows[0]
    here = explain.best_header(rows[: explain.BELOW + 1], known, only_first=True)
    if found and found.number > number and found.known >= (here.known + 1 if here else 0):
        return Reading(skip=found.number - 1)
    below = [cells for _, cells in rows[1:]]
    if not here and explain.looks_like_data(first, below, known):
        return Reading(header=nameless(rows), skip=number - 1)
    return None


def _of_workbook(path: Path, known: set[str]) -> tuple[Reading, ...]:
    sheets = {name: _filled(rows) for name, rows in workbook.heads(path, explain.LOOKED_AT).items()}
    first = next(iter(sheets))
    ranked = []
    alike: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for place, (name, rows) in enumerate(sheets.items()):
        found = explain.best_header(rows, known)
        reading = _of_rows(rows, found, known) or Reading()
        if len(sheets) > 1 and name != first:
            reading = Reading(sheet=name, skip=reading.skip, header=reading.header)
        rank = (found.known if found else -1, len(rows) > 1, -place)
        ranked.append((rank, reading))
        if found:
            alike.setdefault((found.number, tuple(found.cells)), []).append(name)
    if len(sheets) == 1:
        return tuple(reading for _, reading in ranked if reading != Reading())
    ranked.sort(key=lambda one: one[0], reverse=True)
    together = [
        Reading(sheets=tuple(names), skip=number - 1)
        for (number, _), names in alike.items()
        if len(names) > 1
    ]
    readings = [reading for (_, is_filled, _), reading in ranked if is_filled]
    return tuple(readings[:1] + together + readings[1:])


def _of_json(path: Path, folder: Path, known: set[str]) -> tuple[Reading, ...]:
    first = text.first_bytes(path)
    if kinds.is_table(first):
        raise kinds.other(kinds.TABLE)
    plain = text.whole(path, folder, is_lined=False)
    if json_rows.is_array(plain.path):
        return ()
    found = json_lists.wrapper(plain.path)
    if found is None:
        return ()
    ranked = []
    for place, inner in enumerate(found.lists.values()):
        keys = json_lists.keys(plain.path, inner)
        if keys is not None:
            names = len({text.fold_name(key) for key in keys} & known)
            ranked.append(((names, len(keys) > 1, -place), Reading(path=inner.name)))
    if not ranked and plain.scan.lines > 1:  # on one line it is a row
        raise FileProblem("no_list")
    ranked.sort(key=lambda one: one[0], reverse=True)
    return tuple(reading for _, reading in ranked)


def _filled(rows: Iterable[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows without the empty cells at their ends, and with those that hold something."""
    found: list[Row] = []
    for number, row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((number, cells))
    return found
