"""What is proposed for a file: how columns fill fields, what words mean, which source it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as held
from typing import Any


@dataclass(frozen=True)
class Match:
    """How columns fill a field: by a verb of the sidecar, with what the verb needs more
    (separator, part, pattern, values, factor). `reason` is a code of etl/words/bring.toml."""

    field: str
    verb: str
    columns: tuple[str, ...]
    confidence: float
    reason: str
    details: Mapping[str, Any] = held(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """A word of a column, how many of the rows looked at have it, and what it stands for: "" is
    unknown, None is left as it is. `is_known`: intake reads it so without being told; `guess`: what
    it may stand for, among others, so that it stays unknown until somebody says."""

    text: str
    count: int
    value: str | None
    is_known: bool = False
    guess: str = ""


@dataclass(frozen=True)
class Words:
    """The words of a column that fills a field, the most frequent first."""

    field: str
    column: str
    entries: tuple[Word, ...]


@dataclass(frozen=True)
class RowRule:
    """Rows that are left out (`verb` "where": those whose `column` says one of `values`), or that
    together are one ("merge": `values` are the lists that grow). `rows`: of those looked at;
    `reason` is a code of etl/words/bring.toml."""

    verb: str
    column: str
    values: tuple[str, ...]
    rows: int
    reason: str

    @property
    def name(self) -> str:
        """What it is known by, among the rules for a file."""
        return f"{self.reason} {self.column}"


@dataclass(frozen=True)
class SourceGuess:
    """A source that the file may be; `reason` is a code of etl/words/bring.toml."""

    source: str
    score: float
    reason: str
    arguments: Mapping[str, Any] = held(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """`sources`: what the file may be, the likeliest first; none, and `why_none` says why, of a
    file that is no source. `missing`: required fields that nothing fills."""

    sources: tuple[SourceGuess, ...]
    source: str | None
    matches: tuple[Match, ...] = ()
    words: tuple[Words, ...] = ()
    unused: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    key_by_line: bool = False
    missing: tuple[str, ...] = ()
    rules: tuple[RowRule, ...] = ()
    why_none: str | None = None
