"""The audit: what can a reader work out from partners.duckdb and all publications before it?

It goes by the file that partners get and the contributors' rows, not by anything that suppression
decided. For each withheld cell, and each small group that no known sum tells apart, it looks for
the lowest and the highest value in a world that agrees with everything known.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from scipy import sparse

from etl.disclosure.prover import Prover
from etl.disclosure.published_tables import KEYS, DisclosureError, Table
from etl.disclosure.rules import Rules

SQL = Path(__file__).with_name("audit.sql")
TOLERANCE = 1e-5
VALUE, COUNT, TOLD, EARLIER = range(4)  # kinds of lines


@dataclass(frozen=True)
class Finding:
    """Numbers of withheld cells and groups checked, and of those that earlier publications had
    given away. broken: for each figure that could be worked out, the shown cells (numbers) that
    tell it. too_large: shown cells of which too much hangs together to be audited."""

    checked: int
    given_away_earlier: int
    broken: dict[str, np.ndarray]
    too_large: np.ndarray


def read_shown(
    connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table]
) -> np.ndarray:
    """Which cells the file shows, by number; a cell that is withheld must hold nothing."""
    names = ", ".join(KEYS)
    connection.execute(f"ATTACH '{path}' AS audited (READ_ONLY)")
    try:
        stated = [
            f"SELECT '{table.name}' AS table_name, {names}, value, contributors, status"
            f" FROM audited.published.{table.name}"
            for table in tables
        ]
        found = connection.execute(
            "SELECT cells.cell, stated.status = 'shown' AS is_shown, stated.status <> 'shown'"
            " AND (stated.value IS NOT NULL OR stated.contributors IS NOT NULL) AS is_wrong"
            f" FROM cells INNER JOIN ({' UNION ALL '.join(stated)}) AS stated"
            f" USING (table_name, {names}) ORDER BY cells.cell"
        ).df()
    finally:
        connection.execute("DETACH audited")
    wrong = int(found["is_wrong"].sum())
    if wrong:
        raise DisclosureError(f"{wrong} withheld cells hold a figure")
    shown = np.zeros(len(found) + 1, dtype=bool)
    shown[found["cell"].to_numpy()] = found["is_shown"].to_numpy()
    return shown


class Audit:
    """Everything that could be known of the contributors, loaded once; asked of each file."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: list[Table], rules: Rules
    ) -> None:
        self.tables, self.rules = tables, rules
        connection.execute(SQL.read_text("utf-8"))

        def arrays(sql: str) -> dict[str, np.ndarray]:
            found = connection.execute(sql).fetchnumpy()
            return {name: np.asarray(values) for name, values in found.items()}

        variables = arrays("SELECT node, owner, value, is_private FROM audit_vars ORDER BY var")
        entries = arrays("SELECT DISTINCT line, var, sign FROM audit_entries ORDER BY ALL")
        limits = arrays("SELECT low, high FROM audit_limits ORDER BY ALL")
        always = arrays("SELECT line FROM audit_always ORDER BY line")["line"]
        persons = arrays("SELECT cell FROM audit_cells WHERE is_persons")["cell"]
        self.lines, row = np.unique(entries["line"], return_inverse=True)
        self.cell, self.kind = self.lines // 4, self.lines % 4
        self.is_always = np.isin(self.lines, always)
        # a number of persons: the figure itself, where each of them counts as one
        self.is_persons = np.isin(self.cell, persons) & (self.kind == COUNT)
        count = len(variables["value"])
        self.owner, is_private = variables["owner"], variables["is_private"].astype(bool)
        self.private = np.where(is_private, self.owner, -1)
        lines = sparse.csr_matrix(
            (entries["sign"].astype(np.int64), (row, entries["var"])), (len(self.lines), count)
        )
        pairs = np.stack([limits["low"], limits["high"]], axis=1).astype(int)
        # Who stands in the same lines, whatever is shown of them, is one unknown from here on.
        self.bundle = _alike(lines, np.ones(len(self.lines), bool), variables["node"], pairs)
        first = np.unique(self.bundle, return_index=True)[1]
        self.size = np.bincount(self.bundle)
        self.value = np.bincount(self.bundle, weights=variables["value"])
        self.is_free = np.bincount(self.bundle, weights=variables["value"] < 0) > 0
        self.node = variables["node"][first]
        self.sums = sparse.csr_matrix(lines[:, first])
        self.pairs = np.unique(self.bundle[pairs], axis=0)
        self.clean: dict[int, bytes] = {}  # what was shown of each component found clean
        self.component = _linked(self.sums, self.pairs, len(first))

    def run(self, connection: duckdb.DuckDBPyConnection, path: Path) -> Finding:
        """Looks for what a reader of the file could work out."""
        shown = read_shown(connection, path, self.tables)
        if not len(self.value):
            return Finding(0, 0, {}, np.zeros(0, dtype=int))
        of_cell = self.kind != EARLIER
        told = np.zeros(len(self.lines), dtype=bool)
        told[of_cell] = shown[self.cell[of_cell]]
        known = told | self.is_always
        classes = _alike(self.sums, known, self.node, self.pairs)
        targets, persons, named = self._targets(known, of_cell & ~told, classes)
        count = int(classes.max(initial=-1)) + 1
        ones = np.ones(len(classes))
        merge = sparse.csr_matrix((ones, (np.arange(len(classes)), classes)), (len(ones), count))
        held = sparse.csr_matrix(targets @ sparse.diags(self.size.astype(float)) @ merge)
        held.sort_indices()  # is_whole goes by their order
        sizes = np.bincount(classes, weights=self.size, minlength=count)
        prover = Prover(
            sums=sparse.csr_matrix(self.sums[known] @ merge).sign(),
            limits=np.unique(classes[self.pairs], axis=0),
            truth=np.bincount(classes, weights=self.value, minlength=count),
            is_free=np.bincount(classes, weights=self.is_free, minlength=count) > 0,
            targets=held,
            is_whole=held.data >= sizes[held.indices],
        )
        values = targets @ self.value
        low, high = self._goals(values, persons, named)
        component = np.zeros(count, dtype=int)
        component[classes] = self.component
        state = self._state(known)
        changed = np.array([self.clean.get(one) != now for one, now in enumerate(state)], bool)
        asked = changed[component[held.indices[held.indptr[:-1]]]]
        narrow, too_large = prover.narrow(low, high, np.flatnonzero(asked))
        # what earlier publications tell by themselves, no withholding today can take back
        earlier = self.is_always[known]
        given = prover.narrow(low, high, np.array(sorted(narrow), dtype=int), earlier)[0]
        broken = {number: rows for number, rows in narrow.items() if number not in given}
        cells = np.where(told[known], self.cell[known], 0)
        dirty = component[held.indices[held.indptr[sorted(narrow)]]] if narrow else []
        unclear = component[np.unique(prover.sums[too_large].indices)]
        for one in set(range(len(state))) - {*dirty, *unclear.tolist()}:
            self.clean[one] = state[one]
        return Finding(
            len(values),
            len(given),
            {named[number]: _some(cells[rows]) for number, rows in broken.items()},
            _some(cells[too_large]),
        )

    def _state(self, known: np.ndarray) -> list[bytes]:
        """What is known of each component."""
        of_line = self.component[self.sums.indices[self.sums.indptr[:-1]]]
        order = np.argsort(of_line, kind="stable")
        ends = np.searchsorted(of_line[order], np.arange(1, self.component.max(initial=0) + 1))
        return [part.tobytes() for part in np.split(known[order], ends)]

    def _targets(
        self, known: np.ndarray, withheld: np.ndarray, classes: np.ndarray
    ) -> tuple[sparse.csr_matrix, np.ndarray, list[str]]:
        """What must stay uncertain, over bundles: withheld cells, and the few that no known sum
        tells apart. Whether each is a number of persons, and its name."""
        rows = np.flatnonzero(withheld & (self.kind <= COUNT))
        of_var = classes[self.bundle]
        count = int(classes.max(initial=-1)) + 1
        owners = _distinct(of_var, self.owner, count)
        is_private = self.private >= 0
        private = _distinct(of_var[is_private], self.private[is_private], count)
        few = np.where(private > 0, private < self.rules.persons, owners < self.rules.firms)
        small = np.flatnonzero(few)
        at = np.full(count, -1)
        at[small] = np.arange(len(small))
        inside = np.flatnonzero(at[classes] >= 0)
        groups = sparse.csr_matrix(
            (np.ones(len(inside)), (at[classes[inside]], inside)), (len(small), len(classes))
        )
        persons = np.concatenate([self.is_persons[rows], np.zeros(len(small), dtype=bool)])
        named = [f"cell {self.cell[row]}" for row in rows] + [
            f"{'persons' if private[one] else 'firms'} {one}" for one in small
        ]
        return sparse.csr_matrix(sparse.vstack([self.sums[rows], groups])), persons, named

    def _goals(
        self, values: np.ndarray, persons: np.ndarray, named: list[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """How low and how high the interval of each target must reach. Of a few persons whom no
        cell states, the number must not be settled; it is nobody's cell."""
        slack = TOLERANCE * np.maximum(1.0, np.abs(values))
        below, above = self.rules.widths(values, persons)
        unsettled = np.array([name.startswith("persons") for name in named], dtype=bool)
        return (
            np.where(unsettled, values - slack, values - below + slack),
            np.where(unsettled, values + slack, values + above - slack),
        )


def _some(cells: np.ndarray) -> np.ndarray:
    return np.unique(cells[cells > 0])


def _distinct(of: np.ndarray, what: np.ndarray, count: int) -> np.ndarray:
    """How many different things each number stands with."""
    pairs = np.unique(of.astype(np.int64) * (int(what.max(initial=0)) + 1) + what)
    return np.bincount(pairs // (int(what.max(initial=0)) + 1), minlength=count)


def _linked(sums: sparse.csr_matrix, pairs: np.ndarray, count: int) -> np.ndarray:
    """A number for each unknown: the same for those that sums or limits tie together."""
    at = (np.arange(len(pairs)).repeat(2), pairs.ravel())
    tied = sparse.vstack(
        [abs(sums), sparse.csr_matrix((np.ones(at[0].size), at), (len(pairs), count))]
    )
    graph = sparse.bmat([[None, tied.T], [tied, None]])
    return sparse.csgraph.connected_components(graph, directed=False)[1][:count]


def _alike(
    sums: sparse.csr_matrix, known: np.ndarray, node: np.ndarray, pairs: np.ndarray
) -> np.ndarray:
    """A number for each unknown: the same for those of a node that stand in the same known sums.
    Where limits tie several figures of a contributor, all of them must stand in the same.

    Each sum is drawn two numbers of 64 bits; those of the sums an unknown stands in add up to its
    own.
    """
    draw = np.random.default_rng(7)
    whole = np.iinfo(np.int64)
    kept, signs = sums[np.flatnonzero(known)].T.tocsr(), []
    ties = sparse.csr_matrix(
        (np.ones(2 * len(pairs), np.int64), (np.tile(pairs[:, 1], 2), pairs.T.ravel())),
        (len(node), len(node)),
    ).sign()
    for _ in range(2):
        lines = draw.integers(whole.min, whole.max, kept.shape[1], dtype=np.int64)
        nodes = draw.integers(whole.min, whole.max, int(node.max(initial=0)) + 1, dtype=np.int64)
        own = kept @ lines + nodes[node]
        signs.append(own + ties.T @ (ties @ (own * nodes[node])) * 3)
    return np.unique(np.stack(signs), axis=1, return_inverse=True)[1].ravel()
