"""What is the matter with the head of a file whose columns do not fill the contract.

A title above the header, another sheet, no header at all, counts by month, a list within a JSON
object, rows with another separator: each is named, with the line to write into the sidecar.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from etl.intake import drops, heads, json_lists, text, workbook
from etl.intake.contract import Contract
from etl.intake.sidecar import Sidecar
from etl.problems import FileProblem

# Problems of columns: the head of the file may be their cause.
OF_COLUMNS = (
    "header", "sidecar_column", "sidecar_key", "empty_sheet", "no_rows", "broken_format",
    "long_line",
)  # fmt: skip
LOOKED_AT = 50
BELOW = 20
SHOWN = 8
DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b.*|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*")
NUMBER = re.compile(r"[+-]?\d[\d\s .,]*\s?[€%]?")
MAIL = re.compile(r"\S+@\S+\.\w+")
YEAR = r"(?:19|20)\d{2}"
MONTH = (
    r"(?:jan(?:v(?:ier)?|uary)?|f[ée]v(?:r(?:ier)?)?|feb(?:ruary)?|mar(?:s|ch)?|avr(?:il)?|apr(?:il)?"
    r"|mai|may|juin|june?|juil(?:let)?|july?|ao[uû]t|aug(?:ust)?|sept?(?:emb(?:re|er))?"
    r"|oct(?:ob(?:re|er))?|nov(?:emb(?:re|er))?|d[ée]c(?:emb(?:re|er))?)"
)
PERIOD = re.compile(
    rf"{YEAR}|{YEAR}[-_/. ]?(0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-_/. ]{YEAR}"
    rf"|[tqs][1-4][-_/. ]*({YEAR})?|{YEAR}[-_/. ]*[tqs][1-4]"
    rf"|{MONTH}\.?[-_/. ]*({YEAR}|\d\d)?",
    re.I,
)
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Found:
    """A row that looks like the header: of which sheet, how many names of it are known."""

    number: int
    cells: list[str]
    known: int
    sheet: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        return self.known, len(self.cells)


def explained(
    problem: FileProblem, path: Path, sidecar: Sidecar, contract: Contract, folder: Path
) -> FileProblem:
    """The problem that stands behind `problem`, or itself. `folder` takes temporary copies."""
    if problem.code not in OF_COLUMNS or path.is_dir():
        return problem
    ending = Path(path.name.lower().removesuffix(".gz").removesuffix(".zst")).suffix
    known = {*contract.names} | {text.fold_name(column) for _, column in sidecar.columns()}
    try:
        if ending in drops.TEXT_ENDINGS:
            cause = _of_text(path, sidecar, contract, known, folder)
        elif ending == ".xlsx":
            cause = _of_workbook(path, sidecar, contract, known)
        elif ending in drops.JSON_ENDINGS and sidecar.path is None:
            cause = _of_json(text.whole(path, folder, sidecar.encoding, is_lined=False))
        else:
            cause = None
    except (FileProblem, duckdb.Error):
        return problem
    # a key that is misspelt is the user's first word: only a file of counts is past all keys
    if cause is None or (problem.code == "sidecar_key" and cause.code != "counts"):
        return problem
    cause.arguments["sidecar"] = f"{path.name}.toml"
    return cause


def _of_text(
    path: Path, sidecar: Sidecar, contract: Contract, known: set[str], folder: Path
) -> FileProblem | None:
    whole = text.whole(path, folder, sidecar.encoding)
    separators = [sidecar.separator] if sidecar.separator else heads.SEPARATORS
    found: Found | None = None
    for separator in separators:
        rows = _filled(islice(heads.records(whole.path, separator), LOOKED_AT))
        best = best_header(rows, known)
        if best and (found is None or best.rank > found.rank):
            found = best
    plain, separator, _ = drops.opened(path, folder, sidecar, known)
    rows = _filled(islice(heads.records(plain.path, separator, plain.skipped), LOOKED_AT))
    return _of_rows(rows, found, sidecar, contract, known)


def _of_workbook(
    path: Path, sidecar: Sidecar, contract: Contract, known: set[str]
) -> FileProblem | None:
    sheets = {name: _filled(iter(rows)) for name, rows in workbook.heads(path, LOOKED_AT).items()}
    read = next(iter(sidecar.sheets), sidecar.sheet or next(iter(sheets)))
    rows = [(number, cells) for number, cells in sheets.get(read, []) if number > sidecar.skip]
    own = best_header(sheets.get(read, []), known)
    rest = [name for name in sheets if name != read]
    others = [
        Found(found.number, found.cells, found.known, name)
        for name in rest
        if (found := best_header(sheets[name], known))
    ]
    best = max(others, key=lambda found: found.known, default=None)
    if best and best.known > (own.known if own else 0):
        return _other_sheet(read, rest, best, others)
    cause = _of_rows(rows, own, sidecar, contract, known)
    if cause is None and best and not own:
        return _other_sheet(read, rest, best, others)
    if cause is None and rest and not rows:
        return FileProblem("sheet_empty", value=read, found=", ".join(rest))
    return cause


def _other_sheet(read: str, rest: list[str], best: Found, others: list[Found]) -> FileProblem:
    """The sheet to read instead, or the sheets with the same header in the same row."""
    alike = [one.sheet for one in others if (one.number, one.cells) == (best.number, best.cells)]
    quoted = ", ".join(json.dumps(name, ensure_ascii=False) for name in alike)
    write = f"sheets = [{quoted}]" if len(alike) > 1 else f"sheet = {quoted}"
    return FileProblem(
        "other_sheet",
        value=read,
        found=", ".join(rest),
        like=", ".join(alike),
        cells=_shown(best.cells),
        write=write + (f" · skip = {best.number - 1}" if best.number > 1 else ""),
    )


def _of_rows(
    rows: list[Row], found: Found | None, sidecar: Sidecar, contract: Contract, known: set[str]
) -> FileProblem | None:
    """The cause that the rows show: `rows` begin with what was read as the header."""
    if not rows or sidecar.header:
        return None
    number, first = rows[0]
    here = best_header(rows[:1] + rows[1 : BELOW + 1], known, only_first=True)
    if found and found.number != number and found.known >= (here.known + 1 if here else 0):
        return FileProblem(
            "header_below", value=_shown(found.cells), at=found.number, first=number,
            found=_shown(first), write=f"skip = {found.number - 1}",
        )  # fmt: skip
    periods = [cell for cell in first if PERIOD.fullmatch(cell)]
    is_measured = any(contract[field].type == "number" for field in contract.required)
    if len(periods) > 1 and not is_measured:
        return FileProblem("counts", found=_shown(periods), missing=", ".join(contract.required))
    if looks_like_data(first, [cells for _, cells in rows[1:]], known):
        names = [*contract.required, *(f for f in contract.names if f not in contract.required)]
        example = ", ".join(f'"{name}"' for name in names[: min(len(first), 3)])
        return FileProblem(
            "no_header", value=_shown(first), at=number, columns=len(first),
            write=f"header = [{example}{', …' if len(first) > 3 else ''}]",
        )  # fmt: skip
    return None


def _of_json(plain: text.Text) -> FileProblem | None:
    try:
        found = json_lists.wrapper(plain.path)
    except FileProblem as problem:
        return problem
    if found and found.lists:
        names = list(found.lists)
        return FileProblem("wrapper", value=", ".join(names), write=f'path = "{names[0]}"')
    return FileProblem("no_list") if found and plain.scan.lines > 1 else None


def best_header(rows: list[Row], known: set[str], only_first: bool = False) -> Found | None:
    """The first row that looks like a header, among them that with the most known names."""
    best: Found | None = None
    for place, (number, cells) in enumerate(rows[:1] if only_first else rows):
        below = [row for _, row in rows[place + 1 : place + 1 + BELOW]]
        names = len({text.fold_name(cell) for cell in cells} & known)
        valued = sum(shape(cell) in ("date", "number") for cell in cells)
        is_head = names > max(1, valued) or is_header(cells, below)
        if is_head and (best is None or names > best.known):
            best = Found(number, cells, names)
    return best


def is_header(cells: list[str], below: list[list[str]]) -> bool:
    """Whether a row is several different words, as wide as most of the rows below it."""
    widths = Counter(map(len, below)).most_common(1)
    return (
        len(cells) > 1
        and all(cells)
        and len(set(cells)) == len(cells)
        and all(shape(cell) == "text" for cell in cells)
        and bool(widths)
        and len(cells) / 2 <= widths[0][0] <= len(cells)
    )


def looks_like_data(first: list[str], below: list[list[str]], known: set[str]) -> bool:
    """Whether the first row holds dates, numbers or addresses, like the rows below it."""
    if any(text.fold_name(cell) in known for cell in first):
        return False
    same = 0
    for place, cell in enumerate(first):
        shapes = Counter(shape(row[place], "1") for row in below if place < len(row) and row[place])
        usual = shapes.most_common(1)[0][0] if shapes else "text"
        if usual != "text" and shape(cell) == "text" and cell:
            return False
        same += usual != "text" and shape(cell) == usual
    return same > 0


def shape(cell: str, period: str = "text") -> str:
    """date, number, mail or text; a year or a month is text, as it may name a column."""
    if PERIOD.fullmatch(cell):
        return "number" if period != "text" else "text"
    for name, pattern in (("date", DATE), ("number", NUMBER), ("mail", MAIL)):
        if pattern.fullmatch(cell):
            return name
    return "text"


def _filled(rows: Iterator[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows without the empty cells at their ends, and with those that hold something."""
    result = []
    for number, row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            result.append((number, cells))
    return result


def _shown(cells: list[str]) -> str:
    shown = "; ".join(cell[:40] for cell in cells[:SHOWN])
    return shown + ("; …" if len(cells) > SHOWN else "")
