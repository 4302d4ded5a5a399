"""Numbers of persons: which whole numbers each may be, given all the others and how they add up.

A number is pinned where every world that agrees with the file has the same one. Worlds are found as
whole-numbered programmes that move as many numbers as they can; what none of them moves is asked
for by itself.

    python -m tests.attack.counts marketplace.duckdb partners.duckdb
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

TABLES = ("openings", "providers", "cooperative_providers", "hires")
# of one place and one domain each: they add up, where none is without; others may be in several
ADDING_UP = ("openings", "hires")
AWAY, LEAST = 4, 5  # of a rounded number: how far it may be, and what it is at least
ROUNDS = 6
ASKED = (
    "SELECT period, territory_level, territory_code, scope_code, breakdown, measure, value, status"
    " FROM published."
)


@dataclass(frozen=True)
class Count:
    """A number that is published, with what it may be by itself."""

    table: str
    period: str
    place: tuple[str, str]
    scope: str
    breakdown: str
    measure: str
    truth: int
    low: int
    high: int

    @property
    def name(self) -> str:
        return " ".join(
            (self.table, self.measure, self.period, *self.place, self.scope, self.breakdown)
        )


@dataclass
class Sums:
    """The counts of one year, and what is known of their sums: least and most."""

    counts: list[Count] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def know(self, whole: int, parts: list[int], signs: str) -> None:
        """whole = parts, whole >= parts or whole <= parts, by which of these `signs` hold."""
        weights = {whole: 1.0} | dict.fromkeys(parts, -1.0)
        left = self.counts[whole].truth - sum(self.counts[part].truth for part in parts)
        if "=" in signs and left == 0:
            self.rows.append((weights, 0, 0))
        elif ">" in signs and left >= 0:
            self.rows.append((weights, 0, np.inf))
        elif "<" in signs and left <= 0:
            self.rows.append((weights, -np.inf, 0))


def read(founders: Path, partners: Path) -> list[Sums]:
    """The counts of an edition, year by year."""
    found: dict[str, Sums] = defaultdict(Sums)
    with (
        duckdb.connect(str(founders), read_only=True) as true,
        duckdb.connect(str(partners), read_only=True) as told,
    ):
        inside = dict(
            told.execute(
                "SELECT departement_code, region_code FROM reference.departements"
            ).fetchall()
        )
        families = dict(
            told.execute(
                "SELECT domain_code, min(scope_code) FROM reference.domain_scopes"
                " WHERE scope_code LIKE 'family_%' GROUP BY domain_code"
            ).fetchall()
        )
        for table in TABLES:
            truth = {row[:6]: int(row[6]) for row in true.execute(ASKED + table).fetchall()}
            for *key, value, status in told.execute(ASKED + table).fetchall():
                if status == "withheld":
                    continue
                number = truth[tuple(key)]
                period, level, code, scope, breakdown, measure = key
                low, high = _alone(table, scope, measure, value)
                assert low <= number <= high, (table, key, number, value)
                found[period].counts.append(
                    Count(
                        table, period, (level, code), scope, breakdown, measure, number, low, high
                    )
                )
    for sums in found.values():
        _add_up(sums, inside, families)
    return list(found.values())


def _alone(table: str, scope: str, measure: str, value: int | None) -> tuple[int, int]:
    """What a number may be by itself."""
    if value is None:
        # a zero is told as such, but for openings: of few requests it reads as few, too
        may_be_none = table == "openings" and (measure == "unmet" or scope.startswith("family_"))
        return (0 if may_be_none else 1), LEAST - 1
    return max(LEAST, value - AWAY), value + AWAY


def _add_up(sums: Sums, inside: dict[str, str], families: dict[str, str]) -> None:
    at = {
        (one.table, one.place, one.scope, one.breakdown, one.measure): number
        for number, one in enumerate(sums.counts)
    }
    of_place, of_scope = defaultdict(list), defaultdict(list)
    for (table, place, scope, breakdown, measure), number in at.items():
        if outer := _around(place, inside):
            of_place[table, outer, scope, breakdown, measure].append(number)
        if scope != "all":
            wider = "all" if scope.startswith("family_") else families[scope]
            of_scope[table, place, wider, breakdown, measure].append(number)
    for key, number in at.items():
        table, place, scope, breakdown, measure = key
        adds_up = table in ADDING_UP
        for parts in (of_place[key], of_scope[key]):
            if parts:
                sums.know(number, parts, "=>" if adds_up or parts is of_place[key] else "<")
            for part in parts if not adds_up else ():
                sums.know(number, [part], ">")
        for part in _parts(key):
            if part in at:
                sums.know(number, [at[part]], ">")
        forms = [at[p] for p in _parts(key)[:2] if p in at]
        if table == "cooperative_providers" and breakdown == "all" and forms:
            sums.know(number, forms, "<")


def _around(place: tuple[str, str], inside: dict[str, str]) -> tuple[str, str] | None:
    level, code = place
    if level == "departement":
        return ("region", inside[code])
    return ("country", "FR") if level == "region" else None


Key = tuple[str, tuple[str, str], str, str, str]


def _parts(key: Key) -> list[Key]:
    """Counts that are never more than this one."""
    table, place, scope, breakdown, measure = key
    if table == "openings" and measure == "requests":
        return [(table, place, scope, breakdown, "unmet")]
    if table == "cooperative_providers" and breakdown == "all":
        return [(table, place, scope, form, measure) for form in ("scop", "other")]
    if table == "providers" and breakdown == "all":
        return [
            (table, place, scope, "individual", measure),
            ("cooperative_providers", place, scope, "all", measure),
        ]
    return []


def pinned(sums: Sums, seed: int = 1) -> Iterator[Count]:
    """The counts that can be no other whole number."""
    rng = np.random.default_rng(seed)
    truth = np.array([one.truth for one in sums.counts], dtype=float)
    programme = _Programme(sums)
    suspects = np.arange(len(truth))
    for turn in range(ROUNDS):
        if not len(suspects):
            return
        goal = np.zeros(len(truth))
        goal[suspects] = rng.choice((-1, 1), len(suspects)) if turn > 1 else 1 - 2 * turn
        world = programme.solved(goal)
        suspects = suspects[np.abs(world[suspects] - truth[suspects]) < 0.5]
    left = set(suspects.tolist())
    while left:
        number = left.pop()
        for sign in (-1.0, 1.0):
            goal = np.zeros(len(truth))
            goal[number] = sign
            world = programme.solved(goal)
            if abs(world[number] - truth[number]) > 0.5:
                left -= set(np.flatnonzero(np.abs(world - truth) > 0.5).tolist())
                break
        else:
            yield sums.counts[number]


class _Programme:
    """All worlds of whole numbers that agree with what is known."""

    def __init__(self, sums: Sums) -> None:
        at, columns, values = [], [], []
        for number, (weights, _, _) in enumerate(sums.rows):
            at += [number] * len(weights)
            columns += weights.keys()
            values += weights.values()
        shape = (len(sums.rows), len(sums.counts))
        self.matrix = sparse.csr_matrix((values, (at, columns)), shape=shape)
        self.least = [row[1] for row in sums.rows]
        self.most = [row[2] for row in sums.rows]
        self.bounds = Bounds([one.low for one in sums.counts], [one.high for one in sums.counts])

    def solved(self, goal: np.ndarray) -> np.ndarray:
        """A world that has the least of the goal."""
        found = milp(
            goal, integrality=np.ones(len(goal)), bounds=self.bounds,
            constraints=LinearConstraint(self.matrix, self.least, self.most),
        )  # fmt: skip
        assert found.x is not None, found.message  # the truth itself is one
        return found.x


def main(founders: str, partners: str) -> None:
    """Prints what is pinned, and which share."""
    years = read(Path(founders), Path(partners))
    told = [one for sums in years for one in pinned(sums)]
    count = sum(len(sums.counts) for sums in years)
    for one in told:
        print(f"{one.name}: {one.truth}")
    print(f"{len(told)} of {count} pinned ({100 * len(told) / count:.3f} %)")


if __name__ == "__main__":
    main(*sys.argv[1:3])
