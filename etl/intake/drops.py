"""Finds the dropped files and reads any of them into one DuckDB table of text.

Whatever the format, the result is a table `raw` (line BIGINT, c0, c1, … VARCHAR) and a table
`malformed` (line, reason_code, found, expected, text). `line` is the physical line of a text
file (whatever its head), the row of a sheet (see `workbook`), or the number of the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb

from etl.intake import (
    counted,
    csv_records,
    heads,
    json_rows,
    kinds,
    second_table,
    single_quotes,
    text,
    workbook,
)
from etl.intake.contract import quote
from etl.intake.sidecar import Sidecar
from etl.problems import FileProblem, Note

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
PACKED_ENDINGS = (".gz", ".zst")
# What a sidecar says of where the rows stand, and the kinds of file that it says it of.
VERBS_OF_KINDS = {
    "skip": (*TEXT_ENDINGS, ".xlsx"),
    "header": (*TEXT_ENDINGS, ".xlsx"),
    "sheets": (".xlsx",),
    "path": JSON_ENDINGS,
}
HIDDEN = (".", "~$", "__MACOSX")
IGNORED = ("readme.md", "readme.txt", "readme", "thumbs.db", "desktop.ini")
# rows below a header, or without one, at which a spreadsheet cuts what it is given
LIMITS = (65_535, 65_536, 1_048_575, 1_048_576)
FEWEST_COLUMNS = 3  # of a row that one knows when it stands within a cell
SCAN_OPTIONS = (
    "auto_detect=false, quote='\"', escape='\"', store_rejects=true, rejects_limit=0, "
    "strict_mode=true, max_line_size=33554432"
)


@dataclass(frozen=True)
class Raw:
    """The columns of the file in order (c0, c1, … of table `raw`), how many rows it holds, what was
    guessed to read it, and the places of the columns that the file itself keeps as numbers."""

    columns: list[str]
    rows: int
    malformed: int
    notes: list[Note] = field(default_factory=list)
    numbers: frozenset[int] = frozenset()


def find(raw: Path) -> Iterator[Path]:
    """Every dropped file below the raw folder, sidecars and hidden files left out, sorted."""
    for path in sorted(raw.rglob("*")):
        parts = path.relative_to(raw).parts
        is_hidden = any(part.startswith(HIDDEN) for part in parts)
        if path.is_dir() or is_hidden or path.name.lower() in IGNORED or path.suffix == ".toml":
            continue
        yield path


def linked_folders(raw: Path) -> Iterator[Path]:
    """Links to folders below the raw folder: what they hold lies elsewhere and is not read."""
    for path in sorted(raw.rglob("*")):
        is_hidden = any(part.startswith(HIDDEN) for part in path.relative_to(raw).parts)
        if path.is_symlink() and path.is_dir() and not is_hidden:
            yield path


def orphans(raw: Path) -> Iterator[Path]:
    """Sidecars that stand beside no file."""
    for path in sorted(raw.rglob("*.toml")):
        siblings = {p.name for p in path.parent.iterdir() if p.suffix != ".toml"}
        if path.stem not in siblings and path.stem not in {Path(name).stem for name in siblings}:
            yield path


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
    notes: tuple[Note, ...] = ()
    numbers: frozenset[int] = frozenset()
    if path.stat().st_size == 0:
        raise FileProblem("empty")
    for verb, endings in VERBS_OF_KINDS.items():
        if getattr(sidecar, verb) and ending not in endings:
            allowed = ", ".join(endings)
            raise FileProblem("sidecar_kind", column=verb, value=ending, allowed=allowed)
    if ending in TEXT_ENDINGS:
        if kinds.is_json(text.first_bytes(path)):
            raise kinds.other(kinds.JSON)
        columns, notes = _load_text(con, path, folder, sidecar, known)
    elif ending in JSON_ENDINGS:
        if kinds.is_table(text.first_bytes(path)):
            raise kinds.other(kinds.TABLE)
        plain = text.whole(path, folder, sidecar.encoding, is_lined=False)
        columns, numbers, told = json_rows.load(con, plain, sidecar.path, folder)
        notes = (*plain.notes, *told)
    elif ending == ".parquet" and not is_packed:
        kinds.refuse_other(path, ending)
        columns, numbers = workbook.load_parquet(con, path)
    elif ending == ".xlsx" and not is_packed:
        columns, notes = workbook.load_sheets(con, path, folder, sidecar)
    else:
        raise FileProblem("unknown_extension")
    rows, malformed = _one(
        con, "SELECT (SELECT count(*) FROM raw), (SELECT count(*) FROM malformed)"
    )
    if ending in JSON_ENDINGS and malformed and not rows:
        raise FileProblem("broken_format", format="JSON", fault="json_nothing")
    if ending in TEXT_ENDINGS and malformed and not rows:
        _refuse_mixed(path, folder, sidecar, known)
    if rows + malformed == 0:
        raise FileProblem("no_rows")
    if rows + malformed in LIMITS:
        notes = (*notes, Note("at_limit", {"rows": rows + malformed}))
    return Raw(columns, rows, malformed, [*notes], numbers)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _refuse_mixed(path: Path, folder: Path, sidecar: Sidecar, known: set[str]) -> None:
    """Raises FileProblem when the rows have as many columns as the header by another separator."""
    plain, separator, columns = opened(path, folder, sidecar, known)
    for other in heads.SEPARATORS:
        rows = [row for _, row in islice(heads.records(plain.path, other), 1, 50)]
        if other != separator and rows and all(len(row) == len(columns) > 1 for row in rows):
            raise FileProblem("mixed_separators", value=separator, found=other)


def opened(
    path: Path, folder: Path, sidecar: Sidecar, known: set[str]
) -> tuple[text.Text, str, list[str]]:
    """A text below what its sidecar skips, its separator, and the names of its columns."""
    plain = text.prepare(path, folder, sidecar.encoding, sidecar.skip)
    width = len(sidecar.header) or None
    separator = sidecar.separator or heads.guess_separator(plain, known, width)
    if single_quotes.told_by(plain, separator):
        plain = single_quotes.without(plain, folder, separator)
    if sidecar.header:
        return plain, separator, list(sidecar.header)
    columns, above = heads.read_header(plain.path, separator)
    kinds.refuse_width(len(columns))
    return text.below(plain, folder, above), separator, columns


def _load_text(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sidecar: Sidecar, known: set[str]
) -> tuple[list[str], tuple[Note, ...]]:
    plain, separator, columns = opened(path, folder, sidecar, known)
    has_header = not sidecar.header
    if not (
        plain.scan.is_regular and _read_regular(con, plain, separator, len(columns), has_header)
    ):
        scan, written = irregular_scan(
            con, plain, folder, separator, len(columns), has_header=has_header
        )
        con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT * FROM {scan}")
        (malformed,) = _one(con, "SELECT count(*) FROM malformed")
        counted.refuse_difference(con, written + malformed)
        independent = counted.of_csv(plain, separator, has_header)
        if independent is not None and not malformed:
            counted.refuse_difference(con, independent)
        notes = [*plain.notes, *_swallowed(con, separator, len(columns))]
        if plain.scan.has_blank:
            notes += second_table.notes(con, columns)
        return columns, tuple(notes)
    return columns, plain.notes


def _swallowed(con: duckdb.DuckDBPyConnection, separator: str, width: int) -> list[Note]:
    """Lines within cells that have as many columns as a row: a quotation mark may hide rows."""
    if width < FEWEST_COLUMNS:
        return []
    cells = ", ".join(f"c{place}" for place in range(width))
    met, line = _one(
        con,
        "SELECT count(*), coalesce(min(line), 0) FROM (SELECT line, unnest(string_split(cell, "
        f"chr(10))) AS inside FROM (SELECT line, unnest([{cells}]) AS cell FROM raw) "
        "WHERE contains(cell, chr(10))) "
        f"WHERE len(string_split(inside, {quote(separator)})) = {width}",
    )
    return [Note("swallowed_rows", {"met": met, "line": line})] if met else []


def _read_regular(
    con: duckdb.DuckDBPyConnection, plain: text.Text, separator: str, width: int, has_header: bool
) -> bool:
    """Reads a file whose n-th record stands on line n; False when that turns out to be wrong."""
    forget_rejects(con)
    try:
        scan = regular_scan(plain.path, separator, width, has_header)
        con.execute(f"CREATE TABLE raw AS SELECT * FROM {scan}")
    except duckdb.Error as error:
        kinds.broken(error, "CSV")  # a full disk, and memory, are none of the file's
        return False
    (rows,) = _one(con, "SELECT count(*) FROM raw")
    if rows != plain.scan.lines - has_header or _one(con, "SELECT count(*) FROM reject_errors")[0]:
        return False
    # The rows of a table made in one go keep the order of the file.
    first = plain.skipped + has_header + 1
    con.execute("ALTER TABLE raw RENAME TO raw_rows")
    con.execute(f"CREATE OR REPLACE VIEW raw AS SELECT rowid + {first} AS line, * FROM raw_rows")
    return True


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


def regular_scan(path: Path, separator: str, width: int, has_header: bool = True) -> str:
    """SQL that reads a text whose n-th record stands on line n, as columns c0, c1, …"""
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    options = f"{SCAN_OPTIONS}, header={has_header}, delim={quote(separator)}"
    return f"read_csv({quote(path)}, {options}, columns={{{names}}})"


def irregular_scan(
    con: duckdb.DuckDBPyConnection,
    plain: text.Text,
    folder: Path,
    separator: str,
    width: int,
    label: str = "",
    has_header: bool = True,
) -> tuple[str, int]:
    """SQL that reads a clean copy of a text (line, c0, c1, …), and how many rows it gives.

    Bad lines go to `malformed`; a `label` goes before their text, where it is not the drop's own.
    """
    clean, bad = folder / "records.csv", folder / "bad.jsonl"
    counts = csv_records.rewrite(
        plain, clean, bad, csv_records.Splitter(separator, width), has_header
    )
    forget_rejects(con)
    names = "'line': 'BIGINT'" + "".join(f", 'c{i}': 'VARCHAR'" for i in range(width))
    options = f"{SCAN_OPTIONS}, header=false, delim=',', new_line='\\n'"
    if counts.malformed:
        start = f"{quote(label)} || ':' || line || ': ' || " if label else ""
        con.execute(
            f"INSERT INTO malformed SELECT line, reason_code, found, expected, {start}text "
            f"FROM read_json({quote(bad)}, format='newline_delimited', columns={{"
            f"'line': 'BIGINT', 'reason_code': 'VARCHAR', 'found': 'BIGINT', "
            f"'expected': 'BIGINT', 'text': 'VARCHAR'}}, maximum_object_size=33554432)"
        )
    return f"read_csv({quote(clean)}, {options}, columns={{{names}}})", counts.records
