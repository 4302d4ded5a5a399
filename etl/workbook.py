"""Files whose cells are not plain text: XLSX, Parquet and JSON, turned into a table of text.

A list becomes one text with `|` between its items; a date becomes ISO 8601.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import python_calamine

from etl.contract import name as identifier
from etl.contract import quote
from etl.problems import FileProblem


def load_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Fills `raw` from a Parquet file; returns its column names."""
    source = f"read_parquet({quote(path)}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = [(row[0], row[1]) for row in described if row[0] != "file_row_number"]
        cells = ", ".join(f"{_cell(name, kind)} AS c{i}" for i, (name, kind) in enumerate(columns))
        con.execute(
            f"CREATE OR REPLACE TABLE raw AS "
            f"SELECT file_row_number + 1 AS line, {cells} FROM {source}"
        )
    except duckdb.Error as error:
        raise FileProblem("broken_format", format="Parquet", detail=_short(error)) from error
    return [name for name, _ in columns]


def _cell(name: str, kind: str) -> str:
    column = identifier(name)
    if kind.endswith("[]") and "STRUCT" not in kind:
        return f"array_to_string({column}::VARCHAR[], '|')"
    if kind == "BLOB":
        return f"decode({column})"
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("[]"):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"


def load_json(con: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> list[str]:
    """Fills `raw` and `malformed` from a UTF-8 file of JSON lines or of one JSON array."""
    is_array = _first_mark(path) == b"["
    if is_array and _last_mark(path) != b"]":
        # DuckDB would read the objects that are whole and say nothing of the rest.
        raise FileProblem("broken_format", format="JSON", detail="the array is not closed")
    try:
        if is_array:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE objects AS SELECT row_number() OVER () AS line, "
                f"json::VARCHAR AS text FROM read_json_objects({quote(path)}, format='array', "
                f"maximum_object_size=16777216)"
            )
        else:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE lines AS SELECT text FROM read_csv({quote(path)}, "
                f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', "
                f"columns={{'text': 'VARCHAR'}}, max_line_size=33554432)"
            )
            con.execute(
                "CREATE OR REPLACE TEMP TABLE objects AS "
                "SELECT rowid + 1 AS line, text FROM lines WHERE trim(text) <> ''"
            )
    except duckdb.Error as error:
        raise FileProblem("broken_format", format="JSON", detail=_short(error)) from error
    con.execute(
        "INSERT INTO malformed SELECT line, 'not_json', 0, 0, text FROM objects "
        "WHERE NOT json_valid(text) OR json_type(text) <> 'OBJECT'"
    )
    con.execute("DELETE FROM objects WHERE NOT json_valid(text) OR json_type(text) <> 'OBJECT'")
    names = [
        row[0]
        for row in con.execute(
            "SELECT key FROM (SELECT unnest(json_keys(text)) AS key, line FROM objects) "
            "GROUP BY key ORDER BY min(line), key"
        ).fetchall()
    ]
    cells = "".join(f", {_json_cell(name)} AS c{i}" for i, name in enumerate(names))
    con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT line{cells} FROM objects ORDER BY line")
    return names


def _json_cell(name: str) -> str:
    path = quote('$."' + name.replace('"', '\\"') + '"')
    return (
        f"CASE json_type(text, {path}) WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN "
        f"array_to_string(json_extract_string(text, {path[:-1]}[*]'), '|') "
        f"ELSE json_extract_string(text, {path}) END"
    )


def _first_mark(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(65536).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]


def _last_mark(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65536))
        return file.read().rstrip(b" \t\r\n")[-1:]


def load_sheet(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sheet: str | None
) -> list[str]:
    """Fills `raw` from one sheet, `line` being the row of the sheet."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise FileProblem("sheet", value=sheet, found=", ".join(names))
        rows = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except FileProblem:
        raise
    except Exception as error:  # calamine raises many kinds, some of them bare
        raise FileProblem("broken_format", format="XLSX", detail=_short(error)) from error
    numbered = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1))
    filled = ((number, row) for number, row in numbered if any(row))
    header = next(filled, None)
    if header is None:
        raise FileProblem("empty")
    columns = [" ".join(name.split()) for name in header[1]]
    while columns and not columns[-1]:
        columns.pop()
    copy = folder / "sheet.csv"
    with copy.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        for number, row in filled:
            writer.writerow([number, *(row + [""] * len(columns))[: len(columns)]])
    types = "'line': 'BIGINT'" + "".join(f", 'c{i}': 'VARCHAR'" for i in range(len(columns)))
    con.execute(
        f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv({quote(copy)}, auto_detect=false, "
        f"header=false, delim=',', quote='\"', escape='\"', columns={{{types}}}, "
        f"max_line_size=33554432)"
    )
    return columns


def _text(cell: object) -> str:
    """A cell as its text: whole numbers without `.0`, dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell)


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
