"""Files whose cells are not plain text: XLSX and Parquet, turned into a table of text.

A list becomes one text with `|` between its items; a date becomes ISO 8601.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from etl.intake import counted, kinds, second_table
from etl.intake.contract import name as identifier
from etl.intake.contract import quote
from etl.intake.sheet_reader import NO_MEMORY
from etl.intake.sidecar import Sidecar
from etl.intake.text import fold_name
from etl.paths import ROOT
from etl.problems import FileProblem, Note

COMMAND = [sys.executable, "-m", "etl.intake.sheet_reader"]
MEMORY_LIMIT = 3 * 1024**3 // 2  # of addresses; who asks stays below half a GiB meanwhile
# More than a sheet has rows, and easy to read off: 20000003 is row 3 of the second sheet
SHEET = 10_000_000
SHOWN = 5  # addresses of cells
HIDDEN = "hidden_columns"
NUMBER = re.compile(r"DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$")
LEAST_MOMENT = -9_223_372_022_400_000_000  # microseconds


def load_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], frozenset[int]]:
    """Fills `raw` from a Parquet file; its column names, and the places of those of numbers."""
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({quote(path)})").fetchall()
        columns = [(row[0], row[1]) for row in described]
        kinds.refuse_width(len(columns))
        # the reader's own number of a row, but where a column has its name
        is_taken = any(name.lower() == "file_row_number" for name, _ in columns)
        line = "row_number() OVER ()" if is_taken else "file_row_number + 1"
        source = f"read_parquet({quote(path)}, file_row_number={not is_taken})"
        cells = ", ".join(f"{_cell(name, kind)} AS c{i}" for i, (name, kind) in enumerate(columns))
        con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT {line} AS line, {cells} FROM {source}")
        counted.refuse_difference(con, counted.of_parquet(con, path))
    except duckdb.Error as error:
        raise kinds.broken(error, "Parquet") from error
    numbers = (place for place, (_, kind) in enumerate(columns) if NUMBER.match(kind))
    return [name for name, _ in columns], frozenset(numbers)


def _cell(name: str, kind: str) -> str:
    """SQL of a cell as its text, without NUL; bytes that are no text are written as bytes."""
    column = identifier(name)
    text = f"{column}::VARCHAR"
    if kind.endswith("[]") and "STRUCT" not in kind:
        text = f"array_to_string({column}::VARCHAR[], '|')"
    elif kind == "TIMESTAMP":  # below the least moment DuckDB knows, no cast of it goes on
        moment = f"epoch_us({column})"
        known = f"CASE WHEN ({moment} >= {LEAST_MOMENT}) IS NOT FALSE THEN {column} END"
        text = f"coalesce(({known})::VARCHAR, {moment}::VARCHAR)"
    elif kind == "BLOB":
        text = f"coalesce(TRY(decode({column})), {text})"
    elif kind.startswith(("STRUCT", "MAP")) or kind.endswith("[]"):
        text = f"to_json({column})::VARCHAR"
    return f"replace({text}, chr(0), '')"


def load_sheets(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sidecar: Sidecar
) -> tuple[list[str], tuple[Note, ...]]:
    """Fills `raw` from the sheets that the sidecar names, or from the first one; its columns, and
    what of the workbook no row tells.

    `line` is the row of the sheet; of several sheets, with `SHEET` times the place of the sheet
    among them before it. Raises FileProblem.
    """
    copies = [folder / f"sheet-{place}.csv" for place in range(1, len(sidecar.sheets or "1") + 1)]
    told = _ask(
        path, sheets=list(sidecar.sheets), sheet=sidecar.sheet, copies=list(map(str, copies)),
        skip=sidecar.skip, header=list(sidecar.header),
    )  # fmt: skip
    columns: list[str] = told["found"][0]["columns"]
    kinds.refuse_width(max(len(columns), *(found["width"] for found in told["found"])))
    selects = []
    for place, (name, found) in enumerate(zip(told["names"], told["found"], strict=True), 1):
        if not found["columns"]:
            raise FileProblem("empty_sheet", value=name)
        if list(map(fold_name, found["columns"])) != list(map(fold_name, columns)):
            raise FileProblem(
                "sheets_differ", value=name, other=told["names"][0],
                found=", ".join(found["columns"]), expected=", ".join(columns),
            )  # fmt: skip
        before = place * SHEET if sidecar.sheets else 0
        selects.append(_copied(copies[place - 1], before, found["width"], len(columns)))
    con.execute(f"CREATE OR REPLACE TABLE raw AS {' UNION ALL '.join(selects)}")
    counted.refuse_difference(con, sum(found["rows"] for found in told["found"]))
    return columns, (*_noticed(told), *second_table.notes(con, columns, is_sheet=True))


def _noticed(told: dict[str, Any]) -> Iterator[Note]:
    """Sheets that are left out, formulas without a value, merged cells, what is hidden or struck
    through."""
    if told["other"]:
        every = [told["names"][0], *told["other"]]
        yield Note(
            "other_sheets",
            {
                "sheet": every[0],
                "other": told["other"],
                "write": json.dumps(every, ensure_ascii=False),
            },
        )
    for sheet, found in zip(told["names"], told["found"], strict=True):
        if not found["is_seen"]:
            yield Note("unseen_sheet", {"sheet": sheet})
        for code in ("formulas", "merged"):
            if cells := found[code]:
                more = f" (+ {len(cells) - SHOWN})" if len(cells) > SHOWN else ""
                yield Note(
                    f"{code}_of_sheet", {"sheet": sheet, "cells": cells[:SHOWN], "more": more}
                )
        if hidden := found["hidden_rows"]:
            yield Note("hidden_rows", {"sheet": sheet, "met": hidden, "rows": found["rows"]})
        if struck := found["struck_rows"]:
            more = f" (+ {len(struck) - SHOWN})" if len(struck) > SHOWN else ""
            shown = ", ".join(map(str, struck[:SHOWN])) + more
            yield Note("struck_rows", {"sheet": sheet, "met": len(struck), "lines": shown})
        if places := found["hidden_columns"]:
            columns = [told["found"][0]["columns"][place] for place in places]
            yield Note(HIDDEN, {"sheet": sheet, "columns": columns})


def in_use(notes: Iterable[Note], columns: Collection[str]) -> list[Note]:
    """The notes on a file of which these columns are read: of others nobody cares which are
    hidden."""
    kept = []
    for note in notes:
        if note.code == HIDDEN:
            shown = [each for each in note.arguments["columns"] if each in columns]
            note = replace(note, arguments=note.arguments | {"columns": shown})
        if note.code != HIDDEN or note.arguments["columns"]:
            kept.append(note)
    return kept


def _copied(copy: Path, before: int, width: int, columns: int) -> str:
    """SQL of the rows of a sheet with as many cells as there are columns."""
    types = "'line': 'BIGINT'" + "".join(f", 'c{i}': 'VARCHAR'" for i in range(width))
    cells = "".join(f", c{i}" if i < width else f", NULL::VARCHAR AS c{i}" for i in range(columns))
    return (
        f"SELECT line + {before} AS line{cells} FROM read_csv({quote(copy)}, auto_detect=false, "
        f"header=false, delim=',', quote='\"', escape='\"', columns={{{types}}}, "
        "max_line_size=33554432)"
    )


def heads(path: Path, rows: int) -> dict[str, list[tuple[int, list[str]]]]:
    """The first rows of each sheet that are not blank, with their numbers. Raises FileProblem."""
    sheets = _ask(path, heads=rows)["sheets"]
    return {name: [(number, row) for number, row in found] for name, found in sheets.items()}


def _ask(path: Path, **asked: object) -> dict[str, Any]:
    """What the process that reads workbooks answers. Raises FileProblem."""
    kinds.refuse_other(path, ".xlsx")
    done = subprocess.run(
        COMMAND,
        input=json.dumps({"path": str(path.resolve()), "memory": MEMORY_LIMIT, **asked}),
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode == NO_MEMORY or done.returncode < 0:  # it aborts, or is killed
        raise FileProblem("beyond_memory", limit=MEMORY_LIMIT // 1024**2)
    if done.returncode:
        raise OSError(done.stderr.strip().rpartition("\n")[2])
    answer: dict[str, Any] = json.loads(done.stdout)
    if "problem" in answer:
        raise FileProblem(**answer["problem"])
    return answer


def of_sheet(line: int) -> tuple[int, int]:
    """The place of the sheet, from 1 on, and the row in it, of a line of several sheets."""
    return divmod(line, SHEET)
