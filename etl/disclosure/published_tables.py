"""The written list of tables that partners may see: published/*.sql, and what their heads say.

    -- protects: firms | persons | founders | nothing
    -- country_only: kept, lost         (firms) measures without regions
    -- decimals: 2                       (firms) of a ratio of sums: value / base
    -- counted: alive_3y_share           (firms) each counts 0 or 1: only their number is asked
    -- known_later: planned_jobs       (firms) who takes a step in the project later knows it, too
    -- grid: 1000                        (firms) the unit of the grid of bands
    -- rounded: gained 10                (firms) told to two digits, and no finer than this: what
                                         other tables tell leaves it as uncertain
    -- relations: lost - gained = employees[-1] - employees
                                         what holds for each contributor (of a ratio, for its part
                                         above); where it tells too much, the first measure is
                                         withheld
    -- at_most: fte = employees         (firms) of each contributor the first is never more
    -- same: realised_jobs = employees[+1]
                                         (firms) of those who stand in it, it is that figure
    -- final: employees_fte              (firms) what an edition told is not told anew
    -- moves: employees                  (firms) gained and lost, which a stock's changes hang on
    -- withheld_below: 5                 (nothing) rows of fewer `reached` lose their `figures`

firms: rows of contributors, protected by rule, partition and bands. persons: numbers, rounded by
their key. founders: in their file alone. nothing: public.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from etl import layers

PROTECTS = ("firms", "persons", "founders", "nothing")
CELL = ("period", "territory_level", "territory_code", "scope_code", "breakdown", "measure")


class DisclosureError(Exception):
    """The list cannot be protected; partners get no new edition of this build. `CODE` says why to
    whom it concerns, the message more to whoever keeps the list."""

    CODE = "mistake"

    def told(self) -> dict[str, str]:
        """For the manifest."""
        return {"why": self.CODE, "detail": str(self)}


@dataclass(frozen=True)
class Term:
    """A measure, how many periods later it is meant, and whether it adds (1) or takes away (-1)."""

    measure: str
    lag: int
    sign: int


@dataclass(frozen=True)
class Relation:
    """The sum of `own` terms of a contributor is that of its `other` terms."""

    own: tuple[Term, ...]
    other: tuple[Term, ...]


@dataclass(frozen=True)
class Table:
    """One file of the list."""

    name: str
    protects: str
    header: dict[str, str]
    body: str
    relations: tuple[Relation, ...]

    def names(self, key: str) -> list[str]:
        """The words of a line of the head."""
        return [name.strip() for name in self.header.get(key, "").split(",") if name.strip()]

    def pairs(self, key: str) -> list[tuple[str, Term]]:
        """Of a line `low = high; low = high[+1]`: measures, and what each is compared with."""
        texts = [text.split("=") for text in self.header.get(key, "").split(";") if text.strip()]
        return [(low.strip(), _terms(high)[0]) for low, high in texts]

    def unit(self, measure: str) -> float | None:
        """To what a figure is rounded at least; None where it is told as it is."""
        told = dict(text.split() for text in self.names("rounded"))
        return float(told[measure]) if measure in told else None

    @property
    def decimals(self) -> int | None:
        """Of its ratios; None where it holds sums."""
        told = self.header.get("decimals")
        return int(told) if told else None


def tables(folder: Path | None = None) -> list[Table]:
    """The list, by name. DisclosureError when a head cannot be understood."""
    place = folder or layers.FOLDERS["published"]
    return [_table(layers.read_sql(path)) for path in sorted(place.glob("*.sql"))]


def _table(file: layers.SqlFile) -> Table:
    protects = file.header.get("protects", "")
    if protects not in PROTECTS:
        raise DisclosureError(f"{file.name}: protects must be one of {', '.join(PROTECTS)}")
    texts = filter(None, file.header.get("relations", "").split(";"))
    relations = tuple(_relation(file.name, text) for text in texts)
    return Table(file.name, protects, file.header, file.body, relations)


def _relation(table: str, text: str) -> Relation:
    own, separator, other = text.partition("=")
    found = Relation(_terms(own), _terms(other))
    if not separator or not found.own or not found.other:
        raise DisclosureError(f"{table}: the relation cannot be read: {text.strip()}")
    return found


def _terms(text: str) -> tuple[Term, ...]:
    found = re.findall(r"(-?)\s*([a-z_][a-z0-9_]*)\s*(?:\[([+-]\d+)\])?", text)
    return tuple(Term(measure, int(lag or 0), -1 if sign else 1) for sign, measure, lag in found)
