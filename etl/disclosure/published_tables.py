"""The written list of tables that partners may see: published/*.sql, and what their heads say.

    -- protects: firms | persons | nothing
    -- withheld_below: 11        (protects: nothing) rows of fewer `contributors` lose their figures
    -- relations: a = b[+3]; a <= b; a - b = c - c[-1]     what holds for each contributor alone

`a = b[+3]`: the same quantity, b three periods later. `a <= b`: never more than. Both are used for
those contributors only whose own figures fulfil them. Any other equation: whoever sees a cell of
its first measure is taken to know the right side for the same contributors too.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from etl import layers

PROTECTS = ("firms", "persons", "nothing")
KEYS = ("period", "territory_level", "territory_code", "scope_code", "breakdown", "measure")


class DisclosureError(Exception):
    """The list cannot be protected; partners get nothing of this build. `CODE` says why to whom it
    concerns, the message more to whoever keeps the list."""

    CODE = "mistake"

    def told(self) -> dict[str, str]:
        """For the manifest."""
        return {"why": self.CODE, "detail": str(self)}


class NotProtected(DisclosureError):
    """What is withheld follows from what partners hold already."""

    CODE = "not_protected"


@dataclass(frozen=True)
class Term:
    """A measure, how many periods later it is meant, and whether it adds (1) or takes away (-1)."""

    measure: str
    lag: int
    sign: int


@dataclass(frozen=True)
class Relation:
    """kind 'same' (first = others[0]), 'at_most' (first <= others[0]) or 'tells'."""

    kind: str
    first: str
    others: tuple[Term, ...]


@dataclass(frozen=True)
class Table:
    """One file of the list."""

    name: str
    protects: str
    withheld_below: int | None
    relations: tuple[Relation, ...]
    body: str


def tables(folder: Path | None = None) -> list[Table]:
    """The list, by name. DisclosureError when a head cannot be understood."""
    place = folder or layers.FOLDERS["published"]
    return [_table(layers.read_sql(path)) for path in sorted(place.glob("*.sql"))]


def _table(file: layers.SqlFile) -> Table:
    protects = file.header.get("protects", "")
    if protects not in PROTECTS:
        raise DisclosureError(f"{file.name}: protects must be one of {', '.join(PROTECTS)}")
    below = file.header.get("withheld_below")
    texts = filter(None, file.header.get("relations", "").split(";"))
    relations = tuple(_relation(file.name, text.strip()) for text in texts)
    return Table(file.name, protects, int(below) if below else None, relations, file.body)


def _relation(table: str, text: str) -> Relation:
    left, sign, right = re.split(r"(<=|=)", text, maxsplit=1) if "=" in text else (text, "", "")
    first, *more = _terms(left)
    others = tuple(_terms(right))
    if not sign or first.lag or not others or (sign == "<=" and len(others) > 1):
        raise DisclosureError(f"{table}: the relation cannot be read: {text}")
    kind = "at_most" if sign == "<=" else "tells" if more or len(others) > 1 else "same"
    return Relation(kind, first.measure, others)


def _terms(text: str) -> list[Term]:
    found = re.findall(r"(-?)\s*([a-z_][a-z0-9_]*)\s*(?:\[([+-]\d+)\])?", text)
    return [Term(measure, int(lag or 0), -1 if sign else 1) for sign, measure, lag in found]
