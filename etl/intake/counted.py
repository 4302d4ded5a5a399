"""How many records a file holds, counted without the reader that reads them: where the two differ,
rows would be lost or made, and the file is refused."""

from __future__ import annotations

import csv
from operator import methodcaller
from pathlib import Path

import duckdb
import numpy as np

from etl.intake.contract import quote
from etl.intake.text import CHUNK, LINE_LIMIT, Text
from etl.problems import FileProblem

# of each byte what it does to the depth of a JSON text
DEPTH = np.zeros(256, np.int8)
DEPTH[list(b"[{")] = 1
DEPTH[list(b"]}")] = -1
NOTHING = list(b" \t\r\n\xef\xbb\xbf")


def refuse_difference(con: duckdb.DuckDBPyConnection, counted: int) -> None:
    """Raises FileProblem unless `raw` and `malformed` hold so many records together."""
    ((read,),) = con.execute(
        "SELECT (SELECT count(*) FROM raw) + (SELECT count(*) FROM malformed)"
    ).fetchall()
    if read != counted:
        raise FileProblem("other_count", counted=counted, read=read)


def of_csv(plain: Text, separator: str, has_header: bool) -> int | None:
    """The records of a text by Python's own reader; None where it cannot tell.

    It is lenient where ours is careful: of a text with bad lines its count says nothing.
    """
    csv.field_size_limit(LINE_LIMIT)
    with plain.path.open("rb") as stream:
        # a carriage return in a cell would end a line, and a blank line in a cell is none
        lines = filter(bytes.strip, map(methodcaller("replace", b"\r", b""), stream))
        texts = map(bytes.decode, lines)
        try:
            records = csv.reader(texts, delimiter=separator, skipinitialspace=separator != " ")
            return sum(map(bool, map(len, records))) - has_header
        except csv.Error:
            return None


def of_json_lines(path: Path) -> int:
    """The lines of a text that are not blank."""
    with path.open("rb") as stream:
        return sum(map(bool, map(bytes.strip, stream)))


def of_json_array(path: Path) -> int:
    """The elements of a JSON array: the commas at its own depth, and one."""
    commas, depth, quotes, marked, rest = 0, 0, 0, 0, b""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            text = rest + piece
            open_mark = (len(text) - len(text.rstrip(b"\\"))) % 2
            rest = text[len(text) - open_mark :] if open_mark else b""
            text = text[: len(text) - open_mark].replace(b"\\\\", b"").replace(b'\\"', b"")
            array = np.frombuffer(text, np.uint8)
            marks = array == ord('"')
            is_inside = (np.cumsum(marks) + quotes) % 2 == 1
            quotes += int(marks.sum())
            depths = np.cumsum(np.where(is_inside, 0, DEPTH[array]), dtype=np.int64) + depth
            commas += int(((depths == 1) & ~is_inside & (array == ord(","))).sum())
            depth = int(depths[-1]) if depths.size else depth
            marked += int((~np.isin(array, NOTHING)).sum())
    return commas + 1 if marked > len("[]") else 0


def of_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The rows that the foot of a Parquet file tells."""
    ((rows,),) = con.execute(
        f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({quote(path)})"
    ).fetchall()
    return int(rows)
