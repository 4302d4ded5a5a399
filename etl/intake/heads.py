"""The head of a text: which line its rows begin after, what separates them, what they are named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from etl.intake.text import Text, fold_name
from etl.problems import FileProblem

SEPARATORS = (",", ";", "\t", "|")


def records(path: Path, separator: str, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Each record of the first MiB that is not blank, with its line; `before` lines stand above."""
    with path.open("rb") as file:
        start = file.read(1024 * 1024).decode("utf-8", "ignore")
    line = following = before + 1

    def counted() -> Iterator[str]:
        nonlocal following
        for piece in io.StringIO(start.removeprefix("\ufeff"), newline=""):
            following += piece.endswith("\n")
            yield piece

    try:
        for record in csv.reader(counted(), delimiter=separator, strict=False):
            if any(cell.strip() for cell in record):
                yield line, record
            line = following
    except csv.Error:
        return


def read_header(path: Path, separator: str) -> tuple[list[str], int]:
    """The names of the first record that is not blank, without spaces around, and the lines above.

    Raises FileProblem.
    """
    for line, record in records(path, separator):
        return [" ".join(name.split()) for name in record], line - 1
    raise FileProblem("empty")


def guess_separator(text: Text, known: set[str], width: int | None = None) -> str:
    """The separator whose header holds the most `known` (folded) names and whose rows agree.

    The one that a first line `sep=` names goes before where no other explains the header better.
    `width` is the number of columns of a text without a header.
    """

    def score(separator: str) -> tuple[int, bool, float, int]:
        sample = [record for _, record in islice(records(text.path, separator), 200)]
        header = sample[0] if sample else []
        names = sum(fold_name(name) in known for name in header)
        columns = width or len(header)
        agree = sum(len(record) == columns for record in sample) / max(1, len(sample))
        is_named = separator == text.separator
        return names, is_named, agree if columns > 1 else 0.0, len(header)

    return max(dict.fromkeys([*filter(None, [text.separator]), *SEPARATORS]), key=score)
