"""The careful reading of an irregular CSV: each record with its physical line, bad lines apart.

A quote that is opened and never properly closed costs its own line and no other: reading resumes
on the next line, so that no row vanishes in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from etl.intake.text import Text

JOIN_LINES = 500
JOIN_BYTES = 1024 * 1024
SHOWN = 4000


@dataclass
class Counts:
    records: int = 0
    malformed: int = 0


@dataclass(frozen=True)
class Bad:
    """Why a line is no record: the code of the reason, and the number of columns found."""

    code: str
    found: int


class Lines:
    """The lines of a file one by one, with a push-back for lines that were looked at in vain."""

    def __init__(self, file: IO[bytes], before: int = 0) -> None:
        self._file = file
        self._back: list[bytes] = []
        self.number = before

    def next(self) -> bytes | None:
        line = self._back.pop() if self._back else self._file.readline()
        if not line:
            return None
        self.number += 1
        return line

    def push(self, lines: list[bytes]) -> None:
        self._back.extend(reversed(lines))
        self.number -= len(lines)


def _field_pattern(separator: str, quote: str) -> re.Pattern[bytes]:
    mark, sign = re.escape(separator.encode()), quote.encode()
    # Possessive: a quoted field is read once, without going back over it.
    quoted = rb"%b((?:[^%b]|%b%b)*+)%b[ \t]*(?=" % ((sign,) * 5) + mark + rb"|\Z)"
    return re.compile(rb"[ \t]*" + quoted + rb"|([^" + mark + rb"]*)")


class Splitter:
    """Splits lines into fields; quotes count only where a field begins."""

    def __init__(self, separator: str, width: int, mark: str = '"') -> None:
        self.separator = separator.encode()
        self.width = width
        self.pattern = _field_pattern(separator, mark)

    def fields(self, record: bytes) -> list[bytes] | None:
        """The fields, unquoted; None when a quote is open or followed by text."""
        fields, at = [], 0
        while True:
            match = self.pattern.match(record, at)
            assert match is not None
            quoted, plain = match.groups()
            if quoted is None and plain.lstrip(b" \t").startswith(b'"'):
                return None
            fields.append(plain if quoted is None else quoted.replace(b'""', b'"'))
            at = match.end()
            if at >= len(record):
                return fields
            at += 1

    def is_open(self, record: bytes) -> bool:
        """True when the record ends within a quoted field that the next line may close."""
        at = 0
        while at <= len(record):
            match = self.pattern.match(record, at)
            assert match is not None
            quoted, plain = match.groups()
            if quoted is None and plain.lstrip(b" \t").startswith(b'"'):
                inside = record[record.index(b'"', at) + 1 :].replace(b'""', b"")
                return b'"' not in inside
            at = match.end() + 1
        return False

    def fitting(self, fields: list[bytes]) -> list[bytes] | Bad:
        """The fields if their number is right; empty fields too many at the end are dropped."""
        while len(fields) > self.width and not fields[-1].strip():
            fields.pop()
        if len(fields) > self.width:
            return Bad("too_many_columns", len(fields))
        if len(fields) < self.width:
            return Bad("too_few_columns", len(fields))
        return fields


def split(lines: Lines, splitter: Splitter) -> Iterator[tuple[int, list[bytes] | Bad, bytes]]:
    """Yields (line, fields or what is wrong, raw bytes) for each record; blank lines are passed."""
    while (line := lines.next()) is not None:
        number = lines.number
        raw = line.rstrip(b"\r\n")
        if not raw.strip():
            continue
        if b'"' not in raw:
            yield number, splitter.fitting(raw.split(splitter.separator)), raw
            continue
        fields = splitter.fields(raw)
        if fields is None and splitter.is_open(raw):
            joined = _join(lines, line, splitter)
            if joined is not None:
                yield number, splitter.fitting(joined[0]), joined[1]
                continue
        if fields is None:
            yield number, Bad("broken_quote", 0), raw
        else:
            yield number, splitter.fitting(fields), raw


def _join(lines: Lines, first: bytes, splitter: Splitter) -> tuple[list[bytes], bytes] | None:
    """A record over several lines, or None (the lines are given back) when there is none."""
    taken: list[bytes] = []
    record = first
    while len(taken) < JOIN_LINES and len(record) < JOIN_BYTES:
        line = lines.next()
        if line is None:
            break
        taken.append(line)
        record += line
        if b'"' not in line:
            continue
        raw = record.rstrip(b"\r\n")
        fields = splitter.fields(raw)
        if fields is None:
            if splitter.is_open(raw):
                continue
            break
        alone = splitter.fields(taken[0].rstrip(b"\r\n"))
        if len(fields) != splitter.width and alone and len(alone) == splitter.width:
            break
        return fields, raw
    lines.push(taken)
    return None


def rewrite(
    plain: Text, target: Path, bad_lines: Path, splitter: Splitter, has_header: bool
) -> Counts:
    """Copies the records of a text to `target` behind their line number, its header left out.

    `target` is comma-separated with every quote where it must be. `bad_lines` gets JSON lines:
    line, reason_code, found, expected, text.
    """
    counts = Counts()
    with plain.path.open("rb") as file, target.open("wb") as out, bad_lines.open("w") as bad:
        records = split(Lines(file, plain.skipped), splitter)
        if has_header:
            next(records, None)
        for number, fields, raw in records:
            if isinstance(fields, Bad):
                counts.malformed += 1
                text = raw[:SHOWN].decode("utf-8", "replace")
                entry = {"line": number, "reason_code": fields.code, "text": text}
                bad.write(
                    json.dumps({**entry, "found": fields.found, "expected": splitter.width}) + "\n"
                )
                continue
            counts.records += 1
            out.write(b"%d,%b\n" % (number, b",".join(map(_quoted, fields))))
    return counts


def _quoted(field: bytes) -> bytes:
    if b'"' in field or b"," in field or b"\n" in field or b"\r" in field:
        return b'"' + field.replace(b'"', b'""') + b'"'
    return field
