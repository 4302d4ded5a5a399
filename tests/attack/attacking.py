"""The attack itself: which figures of firms do all editions together tell, and to whom."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

from tests.attack.bounds import OUTSIDER, Moves, Told, Worlds, reach
from tests.attack.model import Model
from tests.attack.reading import Publication, learn
from tests.attack.truth import NOBODY, State

ASKED_OF_A_PATTERN = 2  # the largest firms: whoever stands in the same sums hides as well
UP, DOWN = 1, -1
NEAR = 1e-7
SIZES = (0, 1, 3, 6, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 10**7)


@dataclass
class Found:
    """What an attack came to. asked: figures; worlds: moves looked for; exact: cases that no move
    settled; left: sums of one or two firms that differences leave; unsound: where a file says what
    is not so; waiting: editions that were not made."""

    told: list[Told] = field(default_factory=list)
    asked: int = 0
    worlds: int = 0
    exact: int = 0
    left: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def read(
    editions: Iterable[tuple[Path, Path]], *, knows_sizes: bool = False, inverts: bool = False
) -> Model:
    """The model of editions: pairs of marketplace.duckdb and partners.duckdb, the oldest first.

    More than the rule asks: knows_sizes: the reader knows in which size class of Sirene each firm
    is; inverts: and by which rule a band is chosen.
    """
    model = Model()
    states, publications, agreeing = [], [], []
    for founders, partners in editions:
        states.append(State(model, founders))
        publications.append(Publication(partners))
        with duckdb.connect(str(founders), read_only=True) as connection:
            agreeing.append(agreed(connection))
        model.end_edition(agreeing[-1])
    # who agrees later hid others until then, and that edition stands
    model.agreed = set().union(*agreeing)
    model.known = set.intersection(*agreeing)
    learn(model, publications, states, inverts=inverts)
    if knows_sizes:
        _know_sizes(model)
    return model


def _know_sizes(model: Model) -> None:
    """The size classes of Sirene: of how many employees a firm has, facts for everybody."""
    for number, unknown in enumerate(model.unknowns):
        if unknown.key[0] == "employees":
            at = bisect_right(SIZES, unknown.value) - 1
            model.know({number: 1}, SIZES[at], SIZES[at + 1] - 1, "its size class", True)


def agreed(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The firms that agreed to be told."""
    columns = {row[0] for row in connection.execute("DESCRIBE staging.cooperatives").fetchall()}
    if "agrees_to_publish" not in columns:
        return set()
    return {
        siren
        for (siren,) in connection.execute(
            "SELECT siren FROM staging.cooperatives CROSS JOIN reference.settings AS settings"
            " WHERE agrees_to_publish <= settings.as_of"
        ).fetchall()
    }


class Attack:
    """Bounds of each figure for each kind of reader."""

    def __init__(self, model: Model, every: bool = False) -> None:
        self.model, self.every = model, every
        self.moves = Moves(model)
        self.exact: dict[bool, Worlds] = {}
        self.found = Found(unsound=list(model.unsound))
        self.known: dict[str, np.ndarray] = self._readers()
        self.sets = {reader: set(mine.tolist()) for reader, mine in self.known.items()}
        self.asked: set[int] = set()
        # of an unknown and a side: what changed in worlds that have it far enough
        self.deceived: dict[tuple[int, int], list[set[int]]] = defaultdict(list)

    def _readers(self) -> dict[str, np.ndarray]:
        """The numbers of the unknowns that each reader knows; everybody those of who agreed."""
        known = defaultdict(list)
        for number, unknown in enumerate(self.model.unknowns):
            if unknown.owner in self.model.known:
                known[OUTSIDER].append(number)
                continue
            if unknown.owner != NOBODY:
                known[f"firm {unknown.owner}"].append(number)
            for organisation in unknown.known_to:
                known[organisation].append(number)
        free = known.pop(OUTSIDER, [])
        readers = {reader: np.array(sorted({*mine, *free})) for reader, mine in known.items()}
        return {OUTSIDER: np.array(sorted(free), dtype=int)} | readers

    def targets(self) -> list[int]:
        """The figures to ask for: of each pattern of rows the largest."""
        rows = defaultdict(list)
        for at, row in enumerate(self.model.rows):
            for number, weight in row.weights.items():
                rows[number].append((at, round(weight, 6)) if not row.is_fact else ("fact", weight))
        patterns = defaultdict(list)
        for number, unknown in enumerate(self.model.unknowns):
            is_told = any(at != "fact" for at, _ in rows[number])
            if unknown.value > 0 and unknown.is_secret and number not in self.model.free:
                linked = self._linked(number, rows)
                if is_told or linked:
                    pattern = (unknown.key[0], tuple(rows[number]), linked)
                    patterns[pattern].append(number)
        asked = []
        for numbers in patterns.values():
            numbers.sort(key=lambda number: -self.model.unknowns[number].value)
            asked += numbers if self.every else numbers[:ASKED_OF_A_PATTERN]
        return sorted(asked)

    def _linked(self, number: int, rows: dict[int, list]) -> tuple:
        """The rows of publications that stand one fact away."""
        if not hasattr(self, "_facts"):
            self._facts = defaultdict(set)
            for row in self.model.rows:
                if row.is_fact:
                    for one in row.weights:
                        self._facts[one] |= row.weights.keys()
        near = {at for other in self._facts[number] for at, _ in rows[other] if at != "fact"}
        return tuple(sorted(near))

    def run(self, enough: int = 10**6) -> Found:
        """Asks for each figure, of each reader whom no world found before deceives, until enough
        are told."""
        self.asked = set(self.targets())
        for number in sorted(self.asked):
            if len(self.found.told) >= enough:
                break
            self.found.asked += 1
            for sign in (UP, DOWN):
                self._ask(number, sign)
        self.found.worlds = self.moves.solved
        return self.found

    def _ask(self, number: int, sign: int) -> None:
        for reader, mine in self.known.items():  # the outsider first
            if number in self.sets[reader] or self._is_deceived(reader, number, sign):
                continue
            moved = self.moves.move(number, sign, mine)
            if moved is not None:
                self._note(moved)
            elif self._decide(reader, number, sign):
                break  # one reader is enough for a leak

    def _is_deceived(self, reader: str, number: int, sign: int) -> bool:
        """Whether a world is known that has the figure far enough, and that this reader cannot tell
        from the true one: none of the figures that moved is his."""
        mine = self.sets[reader]
        return any(mine.isdisjoint(changed) for changed in self.deceived[number, sign])

    def _note(self, moved: np.ndarray) -> None:
        changed = set(np.flatnonzero(np.abs(moved) > NEAR).tolist())
        for number in changed & self.asked:
            sign = UP if moved[number] > 0 else DOWN
            if abs(moved[number]) >= reach(self.model.unknowns[number]) - NEAR:
                self.deceived[number, sign].append(changed)

    def exactly(self, with_publication: bool) -> Worlds:
        if with_publication not in self.exact:
            self.exact[with_publication] = Worlds(self.model, with_publication)
        return self.exact[with_publication]

    def _decide(self, reader: str, number: int, sign: int) -> bool:
        """Whether a reader is told the figure by the publication, and not by facts alone."""
        self.found.exact += 1
        mine = self.known[reader]
        is_told, end, how, is_settled = self.exactly(True).is_told(number, sign, mine)
        if is_settled and not is_told:
            return False
        if self.exactly(False).is_told(number, sign, mine)[0]:
            return False  # a fact
        other, *_ = self.exactly(True).end(number, -sign, mine, self.moves.truth[mine])
        low, high = (other, end) if sign > 0 else (end, other)
        self.found.told.append(
            Told(reader, self.model.unknowns[number], low, high, how, sign, is_settled)
        )
        return True
