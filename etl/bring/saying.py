"""What is guessed, in French or English: the sentences of etl/words/bring.toml."""

from __future__ import annotations

from etl.bring.matched import Match, Proposal, RowRule, SourceGuess
from etl.intake import contract as contracts
from etl.words import catalogue
from etl.words.words import of

FILE = "bring"


def match(found: Match, language: str) -> str:
    """Why columns fill a field."""
    return catalogue.line(FILE, f"match_{found.reason}", language)


def rule(found: RowRule, language: str) -> str:
    """Why rows are left out, or are one."""
    rows = of(language).number(found.rows)
    return catalogue.line(FILE, f"rule_{found.reason}", language, rows=rows, column=found.column)


def source(found: SourceGuess, language: str) -> str:
    """Why a file is taken for a source."""
    fields = ", ".join(
        catalogue.gettext(contracts.load(found.source)[field].title, language, "contracts")
        for field in found.arguments["fields"]
    )
    return catalogue.line(FILE, f"source_{found.reason}", language, fields=fields)


def why_none(found: Proposal, language: str) -> str:
    """Why a file is no source; "" where it is one."""
    return catalogue.line(FILE, f"none_{found.why_none}", language) if found.why_none else ""


def private(kind: str, language: str) -> str:
    """What is left out of a column that is private."""
    return catalogue.line(FILE, f"private_{kind}", language)
