"""What commands print, and what they say of an error: the texts of console.toml by their names."""

from collections.abc import Mapping
from typing import Any

from etl.problems import Told
from etl.words import catalogue, partner_status, reasons

FILE = "console"
DIFFERENCES = 3  # of a damaged build that are told


def is_known(name: str) -> bool:
    return name in catalogue.english(FILE)


def line(name: str, language: str, /, **values: object) -> str:
    """A text in 'fr' or 'en' with its blanks filled."""
    return catalogue.line(FILE, name, language, **values)


def differs(found: Mapping[str, str], language: str) -> str:
    """What is the matter with a table of a build, as contents.verify found it."""
    what = f"{found['database']} {found['table']}".strip()
    return line(f"verified_{found['what']}", language, what=what)


def told(error: Told, language: str) -> str:
    """What an error tells the user."""
    names: dict[str, Any] = dict(error.arguments)
    if "partners" in names:
        names["why"] = partner_status.why_or_before(names["partners"], language)
    if "checks" in names:
        names["checks"] = ", ".join(reasons.check(name, language) for name in names["checks"])
    if "fault" in names:
        names["fault"] = reasons.fault(names["fault"], language)
    if "differs" in names:
        said = [differs(each, language) for each in names["differs"]]
        more = ["…"] if len(said) > DIFFERENCES else []
        names["differs"] = ", ".join(said[:DIFFERENCES] + more)
    return line(f"error_{error.code}", language, **names)
