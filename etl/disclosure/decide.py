"""Which cells are shown: secondary suppression over all components, again after each audit."""

from collections.abc import Iterable

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure import model
from etl.disclosure.published_tables import Table
from etl.disclosure.rules import Rules
from etl.disclosure.suppress import Suppression


class Decision:
    """The fate of each group of cells; a group once withheld is never shown again."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: list[Table], rules: Rules
    ) -> None:
        self.groups, system = model.build(connection, tables, rules)
        self.suppression = Suppression(system, rules, self.groups, self.coarsen)
        self.whole: set[str] = set()  # blocks withheld because too much hangs together
        self.block_of = _blocks(connection, self.groups.of_cell)

    @property
    def shown(self) -> np.ndarray:
        return self.suppression.shown

    def settle(self) -> None:
        """Withholds further groups until none that is withheld is given away."""
        self.suppression.settle()

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
        self.shown[groups[np.isin(block, order[:enough])]] = False

    def groups_of(self, cells: np.ndarray) -> np.ndarray:
        return np.unique(self.groups.of_cell[cells - 1])

    def withhold(self, broken: Iterable[np.ndarray], *, one_each: bool) -> None:
        """Withholds, of each list of shown cells that tell something, the cheapest or all."""
        for cells in broken:
            groups = self.groups_of(cells)
            if one_each and len(groups):
                if not self.shown[groups].all():  # one of them is withheld already
                    continue
                groups = groups[[np.argmin(self.groups.cost[groups])]]
            self.shown[groups] = False

    def withhold_all(self) -> None:
        """Nothing is left to work anything out from."""
        self.shown[:] = False

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
            "given_away_sums": self.suppression.given_away,
            "programmes": self.suppression.programmes,
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
