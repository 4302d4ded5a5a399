"""Which cells are shown: secondary suppression over all components, again after each audit."""

from collections.abc import Iterable

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure import model
from etl.disclosure.listing import KEYS, Table
from etl.disclosure.programme import Unsolved
from etl.disclosure.rules import Rules
from etl.disclosure.suppress import suppress


class Decision:
    """The fate of each group of cells; a group once withheld is never shown again."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: list[Table], rules: Rules
    ) -> None:
        self.rules = rules
        self.groups, self.components = model.components(connection, tables, rules)
        self.shown = ~self.groups.sensitive
        keys = ", ".join(KEYS)
        names = connection.execute(
            f"SELECT concat_ws('/', table_name, {keys}) AS name FROM cells ORDER BY cell"
        ).df()["name"]
        self.group_of = dict(zip(names.tolist(), self.groups.of_cell.tolist(), strict=True))
        self.owners: dict[int, list[int]] = {}
        for number, component in enumerate(self.components):
            for group in component.groups[np.unique(component.system.own.indices)].tolist():
                self.owners.setdefault(group, []).append(number)
        self.waiting = dict.fromkeys(range(len(self.components)))
        self.given_away: dict[int, int] = {}
        self.programmes = 0
        self.whole: set[str] = set()  # blocks withheld because too much hangs together
        self.block_of = _blocks(connection, self.groups.of_cell)

    def settle(self) -> None:
        """Withholds further groups until no component that waits gives a withheld one away."""
        while self.waiting:
            number = next(iter(self.waiting))
            del self.waiting[number]
            component = self.components[number]
            held = component.groups
            try:
                outcome = suppress(
                    component.system,
                    self.rules,
                    self.shown[held],
                    self.groups.of_persons[held],
                    self.groups.cost[held],
                )
            except Unsolved:
                if self.shown[held].any():
                    self.coarsen(held)
                    self.waiting[number] = None
                continue
            self.given_away[number] = outcome.given_away
            self.programmes += outcome.programmes
            self._hide(held[self.shown[held] & ~outcome.shown], but=number)

    def coarsen(self, groups: np.ndarray) -> None:
        """Too much hangs together: withholds the finest blocks of these groups, until half of what
        is shown of them is gone."""
        groups = groups[self.shown[groups]]
        names, block, cells = np.unique(
            self.block_of[groups], return_inverse=True, return_counts=True
        )
        order = np.argsort(-cells, kind="stable")
        enough = int(np.searchsorted(np.cumsum(cells[order]), len(groups) / 2)) + 1
        self.whole |= set(names[order[:enough]].tolist())
        self._hide(groups[np.isin(block, order[:enough])])

    def _hide(self, groups: np.ndarray, but: int | None = None) -> None:
        """A cell withheld in one component must be kept secret in whatever else it speaks of."""
        self.shown[groups] = False
        for group in groups.tolist():
            others = self.owners.get(group, [])
            self.waiting |= dict.fromkeys(other for other in others if other != but)

    def groups_of(self, cells: list[str]) -> np.ndarray:
        return np.unique([self.group_of[cell] for cell in cells]).astype(int)

    def withhold(self, broken: Iterable[list[str]], *, one_each: bool) -> None:
        """Withholds, of each list of shown cells that tell something, the cheapest or all."""
        for cells in broken:
            groups = self.groups_of(cells)
            if one_each and len(groups):
                if not self.shown[groups].all():  # one of them is withheld already
                    continue
                groups = groups[[np.argmin(self.groups.cost[groups])]]
            self._hide(groups[self.shown[groups]])

    def withhold_all(self) -> None:
        """Nothing is left to work anything out from."""
        self.shown[:] = False
        self.waiting = {}

    def tell(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fills the temporary table decided (cell, status, reason)."""
        of_cell = self.groups.of_cell
        told = pd.DataFrame(
            {
                "cell": np.arange(1, len(of_cell) + 1),
                "is_shown": self.shown[of_cell],
                "is_few": self.groups.sensitive[of_cell],
            }
        )
        connection.register("told", told)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE decided AS SELECT CAST(cell AS INTEGER) AS cell,"
            " CASE WHEN is_shown THEN 'shown' ELSE 'withheld' END AS status,"
            " CASE WHEN is_shown THEN NULL WHEN is_few THEN 'few' ELSE 'secondary' END AS reason"
            " FROM told ORDER BY cell"
        )
        connection.unregister("told")

    def told(self) -> dict[str, int | list[str]]:
        return {
            "given_away_sums": sum(self.given_away.values()),
            "programmes": self.programmes,
            "withheld_whole": sorted(self.whole),
        }


def _blocks(connection: duckdb.DuckDBPyConnection, of_cell: np.ndarray) -> np.ndarray:
    """The block of each group of cells: its table, level, and what it is crossed with."""
    names = connection.execute(
        "SELECT concat_ws(' ', table_name, territory_level,"
        " CASE WHEN scope_code <> 'all' THEN 'scope' END,"
        " CASE WHEN breakdown <> 'all' THEN 'breakdown' END) AS block FROM cells ORDER BY cell"
    ).df()["block"]
    blocks = np.empty(int(of_cell.max(initial=-1)) + 1, dtype=object)
    blocks[of_cell] = names.to_numpy()
    return blocks
