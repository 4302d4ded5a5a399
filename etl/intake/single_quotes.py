"""Texts whose cells stand in single quotes ('12','Rennes'), as some databases export them: copied
in the quotes that every reader knows."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from etl.intake.text import LINE_LIMIT, Text, chunks, scan

MARK = "'"
LOOKED_AT = 50  # lines that tell
# what stands without quotes beside others that have them
BARE = re.compile(rb"|[+-]?[0-9][0-9., ]*|null|\\n|true|false", re.I)


def told_by(text: Text, separator: str) -> bool:
    """Whether every cell of the first line stands in them, or every one that is no number of those
    below."""
    with text.path.open("rb") as file:
        lines = file.read(65536).splitlines()[:LOOKED_AT]
    if not any(b"'" in line for line in lines):
        return False
    pattern = _cell(separator)
    rows = [
        [(match[3], match[4]) for match in pattern.finditer(line)] for line in lines if line.strip()
    ]
    first, below = rows[0], rows[1:]
    if all(quoted is not None for quoted, _ in first):
        return True
    return bool(below) and all(
        any(quoted is not None for quoted, _ in row)
        and all(quoted is not None or BARE.fullmatch(plain.strip()) for quoted, plain in row)
        for row in below
    )


def without(text: Text, folder: Path, separator: str) -> Text:
    """The text with other quotes; its lines stay where they are."""
    copy, pattern = folder / "requoted.csv", _cell(separator)

    def requoted(match: re.Match[bytes]) -> bytes:
        if match[3] is None:
            return match[0]
        return match[1] + b'"' + match[3].replace(b"''", b"'").replace(b'"', b'""') + b'"'

    with text.path.open("rb") as file, copy.open("wb") as out:
        while line := file.readline(LINE_LIMIT):
            out.write(pattern.sub(requoted, line))
    return replace(text, path=copy, scan=scan(chunks(copy)), mark=MARK)


def _cell(separator: str) -> re.Pattern[bytes]:
    """A cell with what stands before it: in quotes (3), which close before a separator or the end,
    for L'Haÿ may stand in them as it is, or else (4)."""
    mark = re.escape(separator.encode())
    end = rb"(?=" + mark + rb"|\r?\n|\r?\Z)"
    quoted = rb"[ \t]*'((?:[^'\r\n]|'(?!" + mark + rb"|\r?\n|\r?\Z))*+)'" + end
    return re.compile(rb"(^|" + mark + rb")(" + quoted + rb"|([^" + mark + rb"\r\n]*))")
