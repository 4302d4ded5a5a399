"""Finds the dropped files and reads any of them into one DuckDB table of text.

Whatever the format, the result is a table `raw` (line BIGINT, c0, c1, … VARCHAR) and a table
`malformed` (line, reason_code, found, expected, text). `line` is the physical line of a text
file (the header is line 1), the row of a sheet, or the number of the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from etl import records, text, workbook
from etl.contract import quote
from etl.problems import FileProblem
from etl.sidecar import Sidecar

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
PACKED_ENDINGS = (".gz", ".zst")
IGNORED = ("readme.md", "readme.txt", "readme", "thumbs.db", "desktop.ini")
DATE_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)"
)
SCAN_OPTIONS = (
    "auto_detect=false, header=true, quote='\"', escape='\"', store_rejects=true, rejects_limit=0, "
    "strict_mode=true, max_line_size=33554432"
)


@dataclass(frozen=True)
class Raw:
    """The columns of the file in order (c0, c1, … of table `raw`), and how many rows it holds."""

    columns: list[str]
    rows: int
    malformed: int


def find(raw: Path) -> Iterator[Path]:
    """Every dropped file below the raw folder, sidecars and hidden files left out, sorted."""
    for path in sorted(raw.rglob("*")):
        parts = path.relative_to(raw).parts
        is_hidden = any(part.startswith((".", "~$")) for part in parts)
        if path.is_dir() or is_hidden or path.name.lower() in IGNORED or path.suffix == ".toml":
            continue
        yield path


def orphans(raw: Path) -> Iterator[Path]:
    """Sidecars that stand beside no file."""
    for path in sorted(raw.rglob("*.toml")):
        siblings = {p.name for p in path.parent.iterdir() if p.suffix != ".toml"}
        if path.stem not in siblings and path.stem not in {Path(name).stem for name in siblings}:
            yield path


def date_in(name: str) -> date | None:
    """The last date written in a file name (2026-11-22 or 20261122), if any."""
    for year, _, month, day in reversed(DATE_IN_NAME.findall(name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def load(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sidecar: Sidecar, known: set[str]
) -> Raw:
    """Fills the tables `raw` and `malformed`; `folder` takes temporary copies.

    `known` are folded column names that help to find the separator. Raises FileProblem.
    """
    con.execute("DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS malformed")
    con.execute(
        "CREATE TABLE malformed "
        "(line BIGINT, reason_code VARCHAR, found BIGINT, expected BIGINT, text VARCHAR)"
    )
    name = path.name.lower()
    ending = Path(name.removesuffix(".gz").removesuffix(".zst")).suffix
    is_packed = name.endswith(PACKED_ENDINGS)
    if path.stat().st_size == 0:
        raise FileProblem("empty")
    if ending in TEXT_ENDINGS:
        columns = _load_text(con, path, folder, sidecar, known)
    elif ending in JSON_ENDINGS:
        columns = workbook.load_json(con, text.prepare(path, folder, sidecar.encoding).path, folder)
    elif ending == ".parquet" and not is_packed:
        columns = workbook.load_parquet(con, path)
    elif ending == ".xlsx" and not is_packed:
        columns = workbook.load_sheet(con, path, folder, sidecar.sheet)
    else:
        raise FileProblem("unknown_extension")
    rows, malformed = _one(
        con, "SELECT (SELECT count(*) FROM raw), (SELECT count(*) FROM malformed)"
    )
    if ending in JSON_ENDINGS and malformed and not rows:
        raise FileProblem("broken_format", format="JSON", detail="no object on a line, no array")
    if rows + malformed == 0:
        raise FileProblem("no_rows")
    return Raw(columns, rows, malformed)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _load_text(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sidecar: Sidecar, known: set[str]
) -> list[str]:
    plain = text.prepare(path, folder, sidecar.encoding)
    separator = sidecar.separator or text.guess_separator(plain.path, known)
    columns = text.read_header(plain.path, separator)
    if not (plain.scan.is_regular and _read_regular(con, plain, separator, columns)):
        _read_irregular(con, plain.path, folder, separator, columns)
    return columns


def _read_regular(
    con: duckdb.DuckDBPyConnection, plain: text.Text, separator: str, columns: list[str]
) -> bool:
    """Reads a file whose n-th record stands on line n; False when that turns out to be wrong."""
    forget_rejects(con)
    try:
        scan = regular_scan(plain.path, separator, len(columns))
        con.execute(f"CREATE TABLE raw AS SELECT * FROM {scan}")
    except duckdb.Error:
        return False
    (rows,) = _one(con, "SELECT count(*) FROM raw")
    if rows != plain.scan.lines - 1 or _one(con, "SELECT count(*) FROM reject_errors")[0]:
        return False
    # The rows of a table made in one go keep the order of the file.
    con.execute("ALTER TABLE raw RENAME TO raw_rows")
    con.execute("CREATE OR REPLACE VIEW raw AS SELECT rowid + 2 AS line, * FROM raw_rows")
    return True


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


def regular_scan(path: Path, separator: str, width: int) -> str:
    """SQL that reads a text whose n-th record stands on line n, as columns c0, c1, …"""
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    return f"read_csv({quote(path)}, {SCAN_OPTIONS}, delim={quote(separator)}, columns={{{names}}})"


def _read_irregular(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, separator: str, columns: list[str]
) -> None:
    scan, records_written = irregular_scan(con, path, folder, separator, len(columns))
    con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT * FROM {scan}")
    (rows,) = _one(con, "SELECT count(*) FROM raw")
    if rows != records_written:
        raise FileProblem("broken_format", format="CSV", detail=f"{records_written - rows} rows")


def irregular_scan(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    folder: Path,
    separator: str,
    width: int,
    label: str = "",
) -> tuple[str, int]:
    """SQL that reads a clean copy of a text (line, c0, c1, …), and how many rows it gives.

    Bad lines go to `malformed`; a `label` goes before their text, where it is not the drop's own.
    """
    clean, bad = folder / "records.csv", folder / "bad.jsonl"
    counts = records.rewrite(path, clean, bad, separator, width)
    forget_rejects(con)
    names = "'line': 'BIGINT'" + "".join(f", 'c{i}': 'VARCHAR'" for i in range(width))
    options = SCAN_OPTIONS.replace("header=true", "header=false") + ", new_line='\\n'"
    if counts.malformed:
        start = f"{quote(label)} || ':' || line || ': ' || " if label else ""
        con.execute(
            f"INSERT INTO malformed SELECT line, reason_code, found, expected, {start}text "
            f"FROM read_json({quote(bad)}, format='newline_delimited', columns={{"
            f"'line': 'BIGINT', 'reason_code': 'VARCHAR', 'found': 'BIGINT', "
            f"'expected': 'BIGINT', 'text': 'VARCHAR'}}, maximum_object_size=33554432)"
        )
    scan = f"read_csv({quote(clean)}, {options}, delim=',', columns={{{names}}})"
    return scan, counts.records
