"""Secondary suppression: withholds further cells until nothing sensitive follows from the rest."""

import itertools
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from etl.disclosure.programme import Matrix, Programme, System, View, Work
from etl.disclosure.rules import Rules

WORK = 1_000_000_000  # for one component; that of 120 co-operatives takes 4e8
SWEEPS = 20  # programmes that may be spent on proving many sides at once


@dataclass
class Targets:
    """Sums of columns whose interval must stay wide; a proven side stays proven for good,
    because withholding more only widens it."""

    rules: Rules
    system: System
    rows: Matrix
    values: np.ndarray
    low: np.ndarray  # what the interval must reach
    high: np.ndarray
    seen: set[bytes] = field(default_factory=set)

    @classmethod
    def none(cls, system: System, rules: Rules) -> "Targets":
        empty = np.zeros(0)
        rows = sparse.csr_matrix((0, system.members.shape[1]))
        return cls(rules, system, rows, empty, empty, empty)

    def add(self, rows: Matrix, of_persons: np.ndarray | None = None) -> None:
        """Adds those rows (0/1 over columns) that are not there yet."""
        if of_persons is None:
            of_persons = np.zeros(rows.shape[0], dtype=bool)
        fresh = []
        for number in range(rows.shape[0]):
            columns = np.sort(rows.indices[rows.indptr[number] : rows.indptr[number + 1]])
            key = columns.tobytes() + bytes([bool(of_persons[number])])
            if len(columns) and key not in self.seen:
                self.seen.add(key)
                fresh.append(number)
        if not fresh:
            return
        rows = rows[fresh]
        values = rows @ self.system.values
        below, above = self.rules.widths(values, of_persons[fresh])
        slack = 1e-6 * np.maximum(1.0, np.abs(values))
        self.rows = sparse.csr_matrix(sparse.vstack([self.rows, rows]))
        self.values = np.concatenate([self.values, values])
        self.low = np.concatenate([self.low, values - below + slack])
        self.high = np.concatenate([self.high, values + above - slack])

    def prove(self, view: View, world: np.ndarray) -> None:
        """Marks the sides that this world shows to be wide enough."""
        low, high = view.bounds(world)
        self.low = np.where(low <= self.low, np.inf, self.low)
        self.high = np.where(high >= self.high, -np.inf, self.high)

    def open(self, programme: Programme) -> View:
        """What is not proven by the truth itself; forgets the rest."""
        self.prove(programme.view(self.rows), programme.truth)
        left = np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))
        self.rows, self.values = self.rows[left], self.values[left]
        self.low, self.high = self.low[left], self.high[left]
        return programme.view(self.rows)


@dataclass(frozen=True)
class Outcome:
    """shown: groups of cells that stay; given_away: sums that earlier publications already tell;
    programmes: how many linear programmes it took."""

    shown: np.ndarray
    given_away: int
    programmes: int


def suppress(
    system: System,
    rules: Rules,
    shown: np.ndarray,
    of_persons: np.ndarray,
    cost: np.ndarray,
) -> Outcome:
    """Which groups of cells may be shown. shown (at first), of_persons, cost: one entry a group.
    Raises Unsolved when that takes too much work."""
    shown = shown.copy()
    given_away = programmes = 0
    work = Work(WORK)
    targets = Targets.none(system, rules)
    firms, watched = _implied(system, rules)
    targets.add(firms)
    fresh = np.flatnonzero(~shown).tolist()
    while True:
        programme = Programme(system, system.known(shown), work)
        _add_withheld(targets, system, fresh, of_persons)
        firms, persons = _small_classes(programme, rules)
        targets.add(firms)
        view = targets.open(programme)
        if not len(targets.values):
            moves = programme.moves()
            targets.add(_settled_pairs(programme, rules, moves))
            for groups in (watched, persons):
                targets.add(groups[programme.settled(groups, moves)])
            view = targets.open(programme)
            if not len(targets.values):
                return Outcome(shown, given_away, programmes)
        fresh = []
        programmes += _sweep(targets, programme, view)
        for number, sign in itertools.product(range(len(targets.values)), (1, -1)):
            while np.isfinite(goal := (targets.low if sign > 0 else targets.high)[number]):
                world, binding = programme.extreme(view, number, sign)
                programmes += 1
                targets.prove(view, world)
                side = targets.low if sign > 0 else targets.high
                if side[number] != goal:
                    break
                # a row that was published before stays known, whoever carries it now
                told_now = binding[~system.always[binding]]
                loose = (np.asarray(system.carriers[told_now].sum(axis=0)).ravel() > 0) & shown
                if not loose.any():  # only earlier publications say it: nothing can cure it now
                    given_away += 1
                    side[number] = sign * np.inf
                    break
                options = np.flatnonzero(loose)
                chosen = int(options[np.argmin(cost[options])])
                shown[chosen] = False
                fresh.append(chosen)
                programme.forget(system.known(shown))


def _sweep(targets: Targets, programme: Programme, view: View) -> int:
    """Proves many sides at once by worlds that move all targets, as long as that pays; returns
    how many it solved."""
    draw = np.random.default_rng(2)
    need = 1 / np.maximum(1.0, np.abs(targets.values))
    for solved in range(SWEEPS):
        low, high = np.isfinite(targets.low), np.isfinite(targets.high)
        before = low.sum() + high.sum()
        if before < 8:
            return solved
        side = np.where(low & high, draw.choice([1, -1], len(low)), np.where(low, 1, -1))
        weights = np.where(low | high, side * need * draw.uniform(0.5, 1.5, len(low)), 0.0)
        targets.prove(view, programme.sweep(view, weights))
        after = np.isfinite(targets.low).sum() + np.isfinite(targets.high).sum()
        if before - after < 0.05 * before:
            return solved + 1
    return SWEEPS


def _add_withheld(
    targets: Targets, system: System, groups: list[int], of_persons: np.ndarray
) -> None:
    own = system.own.tocsc()[:, groups]
    rows = own.indices
    of = of_persons[np.repeat(np.array(groups, dtype=int), np.diff(own.indptr))]
    counted = np.asarray(system.members @ ~system.counts).ravel()[rows] == 0
    targets.add(system.members[rows], of & counted)


def _judged(system: System, rules: Rules, rows: Matrix) -> tuple[Matrix, Matrix]:
    """Those groups of columns that are too small to be told: of firms alone, and with persons.

    Who a person is, no public register says: a combination of cells that no cell states must not
    be settled, but its interval need not be as wide as a cell's.
    """
    owners = rows @ system.owners
    private = rows @ system.private
    mass = rows @ np.abs(system.values)
    largest = np.maximum.reduceat(system.largest[rows.indices], rows.indptr[:-1])
    counts = rows @ system.counts.astype(int) > 0
    few = rules.is_few(owners, private, largest, mass, counts)
    return rows[few & (private == 0)], rows[few & (private > 0)]


def _implied(system: System, rules: Rules) -> tuple[Matrix, Matrix]:
    """Groups that no cell states, but a difference could: contributors in the same cells, one
    contributor over all its parts, and a cell without a smaller one that lies within it."""
    count = len(system.values)
    groups = [sparse.identity(count, format="csr")]
    alone = np.flatnonzero(system.owners == 1)
    keys = system.first_owner[alone] * (int(system.node.max()) + 1) + system.node[alone]
    _, owner, parts = np.unique(keys, return_inverse=True, return_counts=True)
    split = parts[owner] > 1
    if split.any():
        _, number = np.unique(owner[split], return_inverse=True)
        ones = np.ones(len(number))
        groups.append(
            sparse.csr_matrix((ones, (number, alone[split])), shape=(number.max() + 1, count))
        )
    sizes = np.where(system.private > 0, system.private, system.owners)
    plain = np.asarray(system.members.min(axis=1).todense()).ravel() >= 0
    members = system.members[plain]
    total = members @ sizes
    shared = sparse.coo_matrix(members @ sparse.diags(sizes.astype(float)) @ members.T)
    rest = total[shared.col] - shared.data
    counts = members @ (system.private > 0) > 0
    limit = np.where(counts[shared.col], rules.persons, rules.firms)
    nested = (shared.data >= total[shared.row]) & (rest > 0) & (rest < limit)
    if nested.any():
        inner, outer = shared.row[nested], shared.col[nested]
        groups.append(sparse.csr_matrix(members[outer] - members[inner]))
    rows = sparse.csr_matrix(sparse.vstack(groups))
    rows.eliminate_zeros()
    return _judged(system, rules, rows)


def _small_classes(programme: Programme, rules: Rules) -> tuple[Matrix, Matrix]:
    """Contributors that what is known does not tell apart, taken together."""
    several = np.flatnonzero(programme.sizes > 1)
    rows = sparse.csr_matrix(programme.of_class.T)[several]
    if not rows.shape[0]:
        return rows, rows
    return _judged(programme.system, rules, rows)


def _settled_pairs(programme: Programme, rules: Rules, moves: np.ndarray) -> Matrix:
    """Two contributors whose sum is known: each of them knows the other."""
    system = programme.system
    single = (system.owners == 1) & (programme.sizes[programme.classes] == 1)
    columns = np.flatnonzero(single)
    column_of = dict(zip(programme.classes[columns].tolist(), columns.tolist(), strict=True))
    pairs = [
        (column_of[one], column_of[other])
        for one, other in programme.settled_pairs(programme.classes[columns], moves)
        if system.node[column_of[one]] == system.node[column_of[other]]
    ]
    if not pairs:
        return sparse.csr_matrix((0, len(system.values)))
    at = np.repeat(np.arange(len(pairs)), 2)
    rows = sparse.csr_matrix(
        (np.ones(len(at)), (at, np.ravel(pairs))), shape=(len(pairs), len(system.values))
    )
    return rows
