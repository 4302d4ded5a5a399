"""What commands print, and what they say of an error: the texts of console.toml by their names."""

from typing import Any

from etl.problems import Told
from etl.words import catalogue, partner_status, reasons

FILE = "console"


def is_known(name: str) -> bool:
    return name in catalogue.english(FILE)


def line(name: str, language: str, /, **values: object) -> str:
    """A text in 'fr' or 'en' with its blanks filled."""
    return catalogue.line(FILE, name, language, **values)


def told(error: Told, language: str) -> str:
    """What an error tells the user."""
    names: dict[str, Any] = dict(error.arguments)
    if "partners" in names:
        names["why"] = partner_status.why_or_before(names["partners"], language)
    if "checks" in names:
        names["checks"] = ", ".join(reasons.check(name, language) for name in names["checks"])
    return line(f"error_{error.code}", language, **names)
