"""Secondary suppression: withholds further cells until nothing sensitive follows from the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from etl.disclosure.programme import Groups, Matrix, Programme, System, View
from etl.disclosure.rules import Rules
from etl.disclosure.solver import Unsolved, Work

WORK = 1_000_000_000  # for one component, before some of it is withheld whole
SWEEPS = 20  # programmes that may be spent on proving many sides of a part at once
FEW_SIDES = 4  # which are asked one by one


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

    def sides(self) -> int:
        """How many are not proven."""
        return int(np.isfinite(self.low).sum() + np.isfinite(self.high).sum())

    def open(self, programme: Programme) -> View:
        """What is not proven, not even by the truth itself; forgets the rest."""
        self.prove(programme.view(self.rows), programme.truth)
        left = np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))
        self.rows, self.values = self.rows[left], self.values[left]
        self.low, self.high = self.low[left], self.high[left]
        return programme.view(self.rows)


class Suppression:
    """Which groups of cells are shown: fewer and fewer. too_large is told of each component whose
    work is used up, and withholds some of it whole."""

    def __init__(
        self,
        system: System,
        rules: Rules,
        groups: Groups,
        too_large: Callable[[np.ndarray], None],
    ) -> None:
        self.system, self.rules, self.groups, self.too_large = system, rules, groups, too_large
        self.shown = ~groups.sensitive
        self.given_away = self.programmes = 0  # sums told by earlier publications; programmes
        self.work = Work(int(system.component.max(initial=0)) + 1, WORK)
        self.targets = Targets.none(system, rules)
        if len(system.values):
            firms, self.watched = _implied(system, rules)
            self.targets.add(firms)
        self.aimed = np.zeros(len(self.shown), dtype=bool)  # groups whose cells are targets

    def settle(self) -> None:
        """Withholds further groups until nothing withheld is given away."""
        while len(self.system.values):
            programme = Programme(self.system, self.system.known(self.shown), self.work)
            self._aim()
            firms, persons = _small_classes(programme, self.rules)
            self.targets.add(firms)
            if not self._open(programme):
                moves = programme.moves()
                self.targets.add(_settled_pairs(programme, self.rules, moves))
                for groups in (self.watched, persons):
                    self.targets.add(groups[programme.settled(groups, moves)])
                if not self._open(programme):
                    return
            try:
                while self._open(programme):
                    self._prove(programme)
                    self._withhold(programme)
                    self._aim()
            except Unsolved as error:
                inside = np.zeros(len(self.system.values), dtype=bool)
                inside[self.system.component == error.component] = True
                rows = np.flatnonzero(self.system.members @ inside)
                groups = np.unique(self.system.carriers[rows].indices)
                if not self.shown[groups].any():
                    raise
                self.too_large(groups)

    def _aim(self) -> None:
        """Each cell withheld since is a target."""
        fresh = np.flatnonzero(~self.shown & ~self.aimed)
        self.aimed[fresh] = True
        own = self.system.own.tocsc()[:, fresh]
        of = self.groups.of_persons[np.repeat(fresh, np.diff(own.indptr))]
        rows = self.system.members[own.indices]
        counted = np.asarray(rows @ ~self.system.counts).ravel() == 0
        self.targets.add(rows, of & counted)

    def _open(self, programme: Programme) -> bool:
        """Whether any side of a target is not proven to be wide enough."""
        self.targets.open(programme)
        return len(self.targets.values) > 0

    def _prove(self, programme: Programme) -> None:
        """Proves many sides at once by worlds that move all targets, chunk by chunk as long as that
        pays."""
        targets = self.targets
        view = programme.view(targets.rows)
        number = targets.sides()
        for world in programme.drifts():
            targets.prove(view, world)
            before, number = number, targets.sides()
            if number >= 0.95 * before:
                break
        draw = np.random.default_rng(2)
        need = 1 / np.maximum(1.0, np.abs(targets.values))
        lead = programme.chunks[view.classes[view.starts[:-1]]]
        active = np.ones(len(programme.truth), dtype=bool)
        for _ in range(SWEEPS):
            low, high = np.isfinite(targets.low), np.isfinite(targets.high)
            sides = low.astype(int) + high
            sides_before = np.bincount(lead, weights=sides, minlength=len(active))
            active &= sides_before >= FEW_SIDES
            if not active.any():
                return
            side = np.where(low & high, draw.choice([1, -1], len(low)), np.where(low, 1, -1))
            weights = side * need * draw.uniform(0.5, 1.5, len(low))
            weights[(sides == 0) | ~active[lead]] = 0.0
            targets.prove(view, programme.sweep(view, weights))
            self.programmes += int(active.sum())
            sides = np.isfinite(targets.low).astype(int) + np.isfinite(targets.high)
            active &= np.bincount(lead, weights=sides, minlength=len(active)) <= 0.95 * sides_before

    def _withhold(self, programme: Programme) -> None:
        """Takes the sides that are left one by one, those that need most first, and withholds for
        each what is cheapest."""
        targets = self.targets
        view = targets.open(programme)
        sides = [
            (abs(goal - value), number, sign)
            for sign, goals in ((1, targets.low), (-1, targets.high))
            for number, (goal, value) in enumerate(zip(goals, targets.values, strict=True))
            if np.isfinite(goal)
        ]
        for need, number, sign in sorted(sides, key=lambda side: (-side[0], side[1], side[2])):
            while np.isfinite(goal := (targets.low if sign > 0 else targets.high)[number]):
                targets.prove(view, programme.extreme(view, number, sign))
                self.programmes += 1
                side = targets.low if sign > 0 else targets.high
                if side[number] != goal:
                    break
                rows, world = programme.repair(view, number, sign, goal, self._cost(need))
                self.programmes += 1
                if not len(rows):  # only earlier publications say it: nothing can cure it now
                    self.given_away += 1
                    side[number] = sign * np.inf
                    break
                self.shown[np.unique(self.system.carriers[rows].indices)] = False
                programme.know(self.system.known(self.shown))
                if world is not None:
                    targets.prove(view, world)

    def _cost(self, need: float) -> np.ndarray:
        """What withholding each row costs, for a target that needs this much; a sum that would
        itself need more draws others in."""
        system = self.system
        cost = system.carriers @ np.where(self.shown, self.groups.cost, 0.0)
        own = self.rules.interval_share * np.abs(system.sums)
        cost *= np.maximum(1.0, own / max(need, 1e-9)) ** 2
        cost[system.always] = np.inf
        return cost


def _judged(system: System, rules: Rules, rows: Matrix) -> tuple[Matrix, Matrix]:
    """Those groups of columns that are too small to be told: of firms alone, and with persons.

    Who a person is, no public register says: a combination of cells that no cell states must not
    be settled, but its interval need not be as wide as a cell's.
    """
    # whoever stands in several columns counts once
    of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    pairs = np.unique(np.stack([of, system.first_owner[rows.indices]]), axis=1)[0]
    owners = np.maximum(
        np.bincount(pairs, minlength=rows.shape[0]),
        np.maximum.reduceat(system.owners[rows.indices], rows.indptr[:-1]),
    )
    private = np.minimum(rows @ system.private, owners)
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
