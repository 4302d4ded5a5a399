"""What is wrong with a file or a row, said in English and in French.

Every sentence stands in `reasons.toml`; code only fills in names and values.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

REASONS = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Problem:
    """One reason why a file cannot be loaded, and what to do about it."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    reason_en: str
    reason_fr: str
    remedy_en: str
    remedy_fr: str
    code: str = ""

    def text(self, language: str = "en") -> str:
        """One readable line: where, what, remedy."""
        where = self.file + (f":{self.line}" if self.line else "")
        reason, remedy = (
            (self.reason_fr, self.remedy_fr)
            if language == "fr"
            else (self.reason_en, self.remedy_en)
        )
        return f"{where}: {reason} {remedy}".strip()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Told(Exception):
    """An error whose sentence is for the user; str() gives it in English."""

    def __init__(self, english: str, french: str) -> None:
        super().__init__(english)
        self.french = french

    def text(self, language: str = "en") -> str:
        return self.french if language == "fr" else str(self)


class InputErrors(Exception):
    """Every file-level problem of an ingest, raised once all files were tried."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.text() for problem in self.problems))


class FileProblem(Exception):
    """A problem of the file being read; the caller adds which file it is."""

    def __init__(
        self,
        code: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **names: Any,
    ) -> None:
        self.code, self.line, self.column, self.value, self.names = code, line, column, value, names
        super().__init__(code)

    def of(self, file: str) -> Problem:
        """The problem as it is shown for `file`."""
        entry = templates()["file"][self.code]
        names = {
            "file": file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            **self.names,
        }
        texts = {key: fill(entry.get(key, ""), names) for key in TEXT_KEYS}
        return Problem(file, self.line, self.column, clip(self.value), code=self.code, **texts)


TEXT_KEYS = ("reason_en", "reason_fr", "remedy_en", "remedy_fr")


def clip(value: str | None, length: int = 200) -> str | None:
    """A value short enough to be shown."""
    return value if value is None or len(value) <= length else value[: length - 1] + "…"


class _Names(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def fill(template: str, names: dict[str, object]) -> str:
    """The template with its {names} filled; values never count as templates."""
    return template.format_map(_Names({k: "" if v is None else v for k, v in names.items()}))


@functools.cache
def templates() -> dict[str, Any]:
    return tomllib.loads(REASONS.read_text(encoding="utf-8"))


def row_reason(code: str, refused: bool, **names: object) -> tuple[str, str]:
    """The English and the French sentence for a reason found in a row."""
    entry = templates()["row"][code]
    ending = templates()["ending"][
        "row" if refused else ("part" if entry.get("keeps_rest") else "value")
    ]
    english, french = (
        " ".join(filter(None, (fill(entry[code], names), ending[code], entry.get(f"todo_{code}"))))
        for code in ("en", "fr")
    )
    return english, french
