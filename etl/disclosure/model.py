"""From contributor rows to systems: what a reader could solve for, component by component."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse

from etl.disclosure.listing import KEYS, DisclosureError, Table
from etl.disclosure.programme import System
from etl.disclosure.rules import Rules

HERE = Path(__file__).parent
COLUMNS = ("contributor", *KEYS, "value")


@dataclass(frozen=True)
class Component:
    """A system, and the groups of cells (numbers over all components) that its rows speak of."""

    system: System
    groups: np.ndarray


@dataclass(frozen=True)
class Groups:
    """Cells that state the same sum share one fate. of_cell: the group of each cell; whether a
    group is sensitive, whether its contributors are persons, and what withholding it costs."""

    of_cell: np.ndarray
    sensitive: np.ndarray
    of_persons: np.ndarray
    cost: np.ndarray


def load(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Fills the temporary tables given, units, members and cells from the protected tables.

    Raises DisclosureError where a row lacks something.
    """
    types = ", ".join(f"{name} VARCHAR" for name in ("table_name", "protects", "part", *KEYS))
    connection.execute(f"CREATE TEMP TABLE given ({types}, contributor VARCHAR, value DOUBLE)")
    for table in tables:
        connection.execute(f"CREATE TEMP TABLE one AS {table.body}")
        names = [row[0] for row in connection.execute("DESCRIBE one").fetchall()]
        if set(COLUMNS) - set(names) or set(names) - {*COLUMNS, "part"}:
            raise DisclosureError(f"{table.name}: its columns must be {', '.join(COLUMNS)}")
        part = "part" if "part" in names else "''"
        connection.execute(
            "INSERT INTO given BY NAME SELECT $name AS table_name, $protects AS protects,"
            f" coalesce({part}, '') AS part, * EXCLUDE (part)"
            f" FROM (SELECT *{'' if 'part' in names else ', NULL AS part'} FROM one)",
            {"name": table.name, "protects": table.protects},
        )
        connection.execute("DROP TABLE one")
    bad = connection.execute(
        "SELECT table_name, count(*) FROM given WHERE isnan(value) OR isinf(value) OR "
        + " OR ".join(f"{name} IS NULL" for name in COLUMNS)
        + " GROUP BY table_name ORDER BY table_name"
    ).fetchall()
    if bad:
        raise DisclosureError(f"{bad[0][0]}: {bad[0][1]} rows lack a value or a key")
    run(connection, "given.sql")


def check(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises DisclosureError where a contributor has more than one figure for one thing."""
    twice = connection.execute(
        "SELECT cells.table_name, cells.measure FROM members INNER JOIN cells"
        " ON members.cell = cells.cell GROUP BY ALL"
        " HAVING count(*) > count(DISTINCT (members.cell, members.unit)) ORDER BY ALL"
    ).fetchall()
    if twice:
        raise DisclosureError(
            f"{twice[0][0]}: a contributor stands twice in a cell of {twice[0][1]};"
            " parts that add up need a column `part` that tells them apart"
        )
    torn = connection.execute(
        "SELECT cells.measure, string_agg(DISTINCT table_name, ', ' ORDER BY table_name)"
        " FROM members INNER JOIN cells ON members.cell = cells.cell"
        " GROUP BY members.unit, cells.measure, cells.period"
        " HAVING min(members.value) <> max(members.value) ORDER BY ALL LIMIT 1"
    ).fetchall()
    if torn:
        raise DisclosureError(
            f"{torn[0][1]}: a contributor has several values of {torn[0][0]} in one period;"
            " a column `part` must tell which cells count which of them"
        )


def run(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Runs the statements of one SQL file of this package."""
    for statement in duckdb.extract_statements((HERE / file).read_text(encoding="utf-8")):
        connection.execute(statement)


def components(
    connection: duckdb.DuckDBPyConnection, tables: list[Table], rules: Rules
) -> tuple[Groups, list[Component]]:
    """The groups of cells, and each set of sums that hang together, after `ledger.load`."""
    relations = [
        (relation.kind, relation.first, other.measure, other.lag, other.sign)
        for table in tables
        for relation in table.relations
        for other in relation.others
    ]
    connection.execute(
        "CREATE TEMP TABLE relations"
        " (kind VARCHAR, first VARCHAR, other VARCHAR, lag INTEGER, sign INTEGER)"
    )
    if relations:
        connection.executemany("INSERT INTO relations VALUES (?, ?, ?, ?, ?)", relations)
    run(connection, "model.sql")
    _join_nodes(connection)
    run(connection, "bundles.sql")
    return _split(connection, rules)


def _join_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Nodes (measure and period) that share a row or a limit are solved together."""
    nodes = connection.execute(
        "SELECT DISTINCT measure, period FROM vars ORDER BY measure, period"
    ).df()
    nodes["node"] = range(len(nodes))
    connection.register("all_nodes", nodes)
    edges = connection.execute(
        "WITH of_row AS (SELECT DISTINCT row_vars.row_id, all_nodes.node FROM row_vars"
        " INNER JOIN vars ON row_vars.var = vars.var INNER JOIN all_nodes"
        " ON vars.measure = all_nodes.measure AND vars.period = all_nodes.period)"
        " SELECT of_row.node, 'r' || of_row.row_id AS tie FROM of_row"
        " UNION SELECT all_nodes.node, 'l' || limits.low_var FROM limits INNER JOIN vars"
        " ON vars.var IN (limits.low_var, limits.high_var) INNER JOIN all_nodes"
        " ON vars.measure = all_nodes.measure AND vars.period = all_nodes.period"
    ).df()
    nodes["component"] = _linked(edges["node"], edges["tie"], len(nodes))
    connection.execute("CREATE TEMP TABLE node_components AS SELECT * FROM nodes")
    connection.unregister("all_nodes")


def _linked(items: pd.Series, ties: pd.Series, count: int) -> np.ndarray:
    """A number for each item: the same for those that ties join."""
    tie = pd.factorize(ties)[0]
    width = int(tie.max()) + 1 if len(tie) else 0
    graph = sparse.coo_matrix(
        (np.ones(len(tie)), (np.asarray(items), tie + count)), shape=(count + width, count + width)
    )
    return sparse.csgraph.connected_components(graph, directed=False)[1][:count]


def _split(connection: duckdb.DuckDBPyConnection, rules: Rules) -> tuple[Groups, list[Component]]:
    """Cuts the tables of all components into one Component each."""

    def table(sql: str) -> pd.DataFrame:
        return connection.execute(sql).df()

    columns = table("SELECT * FROM columns_ ORDER BY column_id")
    columns["counts"] = table(
        "SELECT ends_with(node_components.measure, '#') AS counts FROM columns_ INNER JOIN"
        " node_components ON columns_.node = node_components.node ORDER BY columns_.column_id"
    )["counts"]
    entries = table("SELECT * FROM row_columns ORDER BY row_id, column_id")
    limits = table("SELECT * FROM limit_columns ORDER BY low, high")
    carriers = table("SELECT * FROM carriers ORDER BY row_id, cell")
    cells = table(
        "SELECT cells.*, protects = 'persons' AS of_persons, changed.cell IS NOT NULL AS is_changed"
        " FROM cells LEFT JOIN changed ON cells.cell = changed.cell ORDER BY cells.cell"
    )
    counted = set(
        connection.execute("SELECT measure FROM measures WHERE NOT is_valued").df()["measure"]
    )
    few = rules.is_few(
        cells["contributors"].to_numpy(),
        np.where(cells["of_persons"], cells["contributors"], 0),
        cells["largest"].to_numpy(),
        cells["mass"].to_numpy(),
        cells["measure"].isin(counted).to_numpy(),
    )
    cells["sensitive"] = few | cells["is_changed"].to_numpy()
    own = carriers[carriers["is_own"]]
    # cells that state the same sum share one fate
    cells["group"] = _linked(own["cell"] - 1, own["row_id"], len(cells))
    component_of_row = (
        entries.assign(component=columns["component"].to_numpy()[entries["column_id"]])
        .groupby("row_id")["component"]
        .first()
    )
    carriers["component"] = carriers["row_id"].map(component_of_row)
    entries["component"] = columns["component"].to_numpy()[entries["column_id"]]
    limits["component"] = columns["component"].to_numpy()[limits["low"]]
    by_component = {
        "entries": dict(tuple(entries.groupby("component"))),
        "carriers": dict(tuple(carriers.groupby("component"))),
        "limits": dict(tuple(limits.groupby("component"))),
    }
    place = cells["group"].to_numpy()
    groups = Groups(
        of_cell=place,
        sensitive=np.bincount(place, weights=cells["sensitive"]) > 0,
        of_persons=np.bincount(place, weights=cells["of_persons"]) > 0,
        cost=np.bincount(place, weights=cells["contributors"]),
    )
    return groups, [
        _component(
            part,
            by_component["entries"][number],
            by_component["carriers"][number],
            by_component["limits"].get(number, limits.iloc[:0]),
            place,
        )
        for number, part in columns.groupby("component")
    ]


def _component(
    columns: pd.DataFrame,
    entries: pd.DataFrame,
    carriers: pd.DataFrame,
    limits: pd.DataFrame,
    group_of_cell: np.ndarray,
) -> Component:
    offset = int(columns["column_id"].iloc[0])
    rows = np.unique(entries["row_id"])
    carried = carriers[carriers["cell"] > 0]
    groups, group_of = np.unique(group_of_cell[carried["cell"] - 1], return_inverse=True)

    def matrix(of: np.ndarray, at: np.ndarray, width: int) -> sparse.csr_matrix:
        ones = np.ones(len(of))
        built = sparse.csr_matrix((ones, (np.searchsorted(rows, of), at)), (len(rows), width))
        return built.sign()

    is_own = carried["is_own"].to_numpy()
    of = carried["row_id"].to_numpy()
    always = np.isin(rows, carriers.loc[carriers["cell"] == 0, "row_id"])
    as_array = {name: columns[name].to_numpy() for name in columns.columns}
    system = System(
        bundle=np.unique(as_array["bundle"], return_inverse=True)[1],
        node=np.unique(as_array["node"], return_inverse=True)[1],
        values=as_array["value"],
        least=as_array["least"],
        largest=np.maximum(np.abs(as_array["least"]), np.abs(as_array["largest"])),
        owners=as_array["owners"],
        private=as_array["private_owners"],
        counts=as_array["counts"].astype(bool),
        first_owner=as_array["first_owner"].astype(np.int64),
        members=sparse.csr_matrix(
            (
                entries["sign"].to_numpy(dtype=float),
                (np.searchsorted(rows, entries["row_id"]), entries["column_id"] - offset),
            ),
            (len(rows), len(columns)),
        ),
        carriers=matrix(of, group_of, len(groups)),
        own=matrix(of[is_own], group_of[is_own], len(groups)),
        always=always,
        limits=limits[["low", "high"]].to_numpy(dtype=int) - offset,
    )
    return Component(system, groups)
