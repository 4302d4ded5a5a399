"""Unknown figures, and what a reader knows of them: sums, orderings, either-or."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

SLACK = 1e-6  # of a row, so that the truth fits in spite of binary fractions


@dataclass(frozen=True)
class Unknown:
    """A figure that a firm or a project declared: `owner` knows it, and the organisations in
    `known_to`. Whole numbers are counted in ones; `is_secret`: to be found out."""

    key: tuple
    value: float
    owner: str
    is_whole: bool = True
    is_secret: bool = True
    known_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """low <= sum of weight x unknown <= high; a `fact` is known without any publication."""

    weights: dict[int, float]
    low: float
    high: float
    why: str
    is_fact: bool = False


@dataclass
class Model:
    """Unknowns by number; rows; pairs of which one at least is 0; owners who agreed to be told in
    some edition, and in every one, whose figures are taken as known; `free`: figures that stood in
    an edition in which their owner agreed."""

    unknowns: list[Unknown] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    either_or: list[tuple[int, int]] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    agreed: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    free: set[int] = field(default_factory=set)
    in_whole: bool = False  # whether the reader uses that numbers of persons are whole
    _numbers: dict[tuple, int] = field(default_factory=dict)
    _seen: set[tuple] = field(default_factory=set)
    _stated: set[int] = field(default_factory=set)

    def add(self, unknown: Unknown) -> int:
        """The number of an unknown, which is new or has been added before. Who knows it then has
        known it always, whenever that was told, as has the firm that a project became."""
        number = self._numbers.setdefault(unknown.key, len(self.unknowns))
        if number == len(self.unknowns):
            self.unknowns.append(unknown)
        else:
            known_to = self.unknowns[number].known_to | unknown.known_to
            self.unknowns[number] = replace(unknown, known_to=known_to)
        self._stated.add(number)
        return number

    def end_edition(self, agreeing: set[str]) -> None:
        """Every figure of one edition is stated, and these owners agree in it."""
        self.free |= {n for n in self._stated if self.unknowns[n].owner in agreeing}
        self._stated.clear()

    def is_new(self, mark: tuple) -> bool:
        """Whether this has not been asked before: editions say much of the same."""
        is_new = mark not in self._seen
        self._seen.add(mark)
        return is_new

    @property
    def is_whole(self) -> np.ndarray:
        """Which unknowns the reader takes for whole numbers."""
        return np.array([self.in_whole and one.is_whole for one in self.unknowns], dtype=bool)

    @property
    def truth(self) -> np.ndarray:
        return np.array([unknown.value for unknown in self.unknowns], dtype=float)

    def know(
        self, weights: dict[int, float], low: float, high: float, why: str, is_fact: bool = False
    ) -> None:
        """Adds a row. What the truth contradicts is no knowledge: it is noted in `unsound`, for
        then the reader has misread the file, or the file says what is not so."""
        value = self.value(weights)
        if self.fits(weights, low, high):
            if weights:
                self.rows.append(Row(weights, min(low, value), max(high, value), why, is_fact))
        else:
            self.unsound.append(f"{why}: {value:g} is not in {low:g}..{high:g}")

    def value(self, weights: dict[int, float]) -> float:
        """The true value of a sum."""
        return sum(weight * self.unknowns[number].value for number, weight in weights.items())

    def fits(self, weights: dict[int, float], low: float, high: float) -> bool:
        """Whether the truth agrees."""
        value = self.value(weights)
        room = SLACK * (1 + abs(value))
        return low - room <= value <= high + room

    def matrix(self, rows: Iterable[Row]) -> sparse.csr_matrix:
        """The weights of rows, one line each."""
        at, columns, values, count = [], [], [], 0
        for row in rows:
            at += [count] * len(row.weights)
            columns += row.weights.keys()
            values += row.weights.values()
            count += 1
        return sparse.csr_matrix((values, (at, columns)), shape=(count, len(self.unknowns)))
