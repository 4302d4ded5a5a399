"""What is wrong with a file, or worth knowing of it: a code and the arguments of its sentence.

Nothing here holds a sentence: `etl/words/reasons.py` words them when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One reason why a file cannot be loaded."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    code: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """What a reader should know of a file that was read, such as a guess or a word of its sidecar
    that met no row."""

    code: str
    arguments: dict[str, Any] = field(default_factory=dict)


class Told(Exception):
    """An error whose sentence is for the user; str() gives its code and what it is about."""

    def __init__(self, code: str, **arguments: Any) -> None:
        super().__init__(" ".join([code, *map(str, arguments.values())]))
        self.code, self.arguments = code, arguments


class InputErrors(Exception):
    """Every file-level problem of an ingest, raised once all files were tried."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{each.file}: {each.code}" for each in self.problems))


class FileProblem(Exception):
    """A problem of the file being read; the caller adds which file it is."""

    def __init__(
        self,
        code: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **arguments: Any,
    ) -> None:
        self.code, self.line, self.column, self.value = code, line, column, value
        self.arguments = arguments
        super().__init__(code)

    def of(self, file: str) -> Problem:
        """The problem as that of `file`."""
        return Problem(shown(file), self.line, self.column, self.value, self.code, self.arguments)


def shown(file: str) -> str:
    """The name of a file as it can be written: bytes of it that are no text stand as numbers."""
    return file.encode("utf-8", "backslashreplace").decode()


def clip(value: str | None, length: int = 200) -> str | None:
    """A value short enough to be shown."""
    return value if value is None or len(value) <= length else value[: length - 1] + "…"
