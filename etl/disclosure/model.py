"""From contributor rows to a system: what a reader could solve for."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse

from etl.disclosure.programme import Groups, System
from etl.disclosure.published_tables import KEYS, DisclosureError, Table
from etl.disclosure.rules import Rules

HERE = Path(__file__).parent
COLUMNS = ("contributor", *KEYS, "value")


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
        " HAVING min(members.value) <> max(members.value) ORDER BY ALL"
    ).fetchall()
    if torn:
        raise DisclosureError(
            f"{torn[0][1]}: a contributor has several values of {torn[0][0]} in one period;"
            " a column `part` must tell which cells count which of them"
        )


def run(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Runs the statements of one SQL file of this package."""
    connection.execute((HERE / file).read_text("utf-8"))


def build(
    connection: duckdb.DuckDBPyConnection, tables: list[Table], rules: Rules
) -> tuple[Groups, System]:
    """The groups of cells, and all sums of them as one system, after `ledger.load`."""
    relate(connection, tables)
    run(connection, "model.sql")
    _join_nodes(connection)
    run(connection, "bundles.sql")
    cells, group_of_cell = _cells(connection, rules)
    return _groups(cells, group_of_cell), _system(connection, group_of_cell)


def relate(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Fills the temporary table relations from the heads of the tables."""
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


def _join_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Nodes (measure and period) that share a row or a limit: who stands in the same sums of all
    of them is one bundle."""
    connection.execute(
        "CREATE TEMP TABLE nodes AS SELECT CAST(row_number() OVER (ORDER BY measure, period)"
        " AS INTEGER) - 1 AS node, * FROM (SELECT DISTINCT measure, period FROM vars)"
    )
    edges = connection.execute(
        "WITH of_var AS (SELECT vars.var, nodes.node FROM vars INNER JOIN nodes"
        " ON vars.measure = nodes.measure AND vars.period = nodes.period),"
        " tied AS (SELECT DISTINCT row_vars.row_id, of_var.node"
        "   FROM row_vars INNER JOIN of_var ON row_vars.var = of_var.var)"
        " SELECT first AS one, node AS other FROM (SELECT min(node) OVER (PARTITION BY row_id)"
        "   AS first, node FROM tied) WHERE first <> node"
        " UNION SELECT low.node, high.node FROM limits"
        " INNER JOIN of_var AS low ON limits.low_var = low.var"
        " INNER JOIN of_var AS high ON limits.high_var = high.var"
    ).df()
    nodes = connection.execute("SELECT * FROM nodes ORDER BY node").df()
    graph = sparse.coo_matrix(
        (np.ones(len(edges)), (edges["one"], edges["other"])), shape=(len(nodes), len(nodes))
    )
    nodes["component"] = sparse.csgraph.connected_components(graph, directed=False)[1]
    connection.register("joined", nodes)
    connection.execute("CREATE TEMP TABLE node_components AS SELECT * FROM joined")
    connection.unregister("joined")


def _cells(connection: duckdb.DuckDBPyConnection, rules: Rules) -> tuple[pd.DataFrame, np.ndarray]:
    """All cells, and the group of each: those that state the same sum share one fate."""
    cells = connection.execute(
        "SELECT cells.*, protects = 'persons' AS of_persons, changed.cell IS NOT NULL AS is_changed"
        " FROM cells LEFT JOIN changed ON cells.cell = changed.cell ORDER BY cells.cell"
    ).df()
    counted = connection.execute("SELECT measure FROM measures WHERE NOT is_valued").df()
    few = rules.is_few(
        cells["contributors"].to_numpy(),
        np.where(cells["of_persons"], cells["contributors"], 0),
        cells["largest"].to_numpy(),
        cells["mass"].to_numpy(),
        cells["measure"].isin(counted["measure"]).to_numpy(),
    )
    cells["sensitive"] = few | cells["is_changed"].to_numpy()
    own = connection.execute(
        "SELECT DISTINCT cell - 1 AS cell, row_id FROM carriers WHERE is_own ORDER BY ALL"
    ).df()
    count, rows = len(cells), int(own["row_id"].max()) + 1 if len(own) else 0
    graph = sparse.coo_matrix(
        (np.ones(len(own)), (own["cell"], own["row_id"] + count)), shape=(count + rows,) * 2
    )
    linked = sparse.csgraph.connected_components(graph, directed=False)[1][:count]
    return cells, np.unique(linked, return_inverse=True)[1]


def _groups(cells: pd.DataFrame, group_of_cell: np.ndarray) -> Groups:
    # what withholding costs: one for the cell, and its share of what its table tells
    per_table = cells.groupby("table_name")["mass"].transform("mean")
    share: pd.Series = cells["mass"] / np.maximum(per_table, 1e-9)
    return Groups(
        of_cell=group_of_cell,
        sensitive=np.bincount(group_of_cell, weights=cells["sensitive"]) > 0,
        of_persons=np.bincount(group_of_cell, weights=cells["of_persons"]) > 0,
        cost=np.bincount(group_of_cell, weights=1 + 5 * share),
    )


def _system(connection: duckdb.DuckDBPyConnection, group_of_cell: np.ndarray) -> System:
    def arrays(sql: str) -> dict[str, np.ndarray]:
        found = connection.execute(sql).fetchnumpy()
        return {name: np.asarray(values) for name, values in found.items()}

    columns = arrays(
        "SELECT columns_.*, ends_with(nodes.measure, '#') AS counts FROM columns_"
        " INNER JOIN nodes ON columns_.node = nodes.node ORDER BY columns_.column_id"
    )
    entries = arrays("SELECT * FROM row_columns ORDER BY row_id, column_id")
    limits = arrays("SELECT * FROM limit_columns ORDER BY low, high")
    carriers = arrays("SELECT * FROM carriers ORDER BY row_id, cell")
    width, number = int(group_of_cell.max(initial=-1)) + 1, len(columns["value"])
    height = int(max(entries["row_id"].max(initial=0), carriers["row_id"].max(initial=0)))
    carried = carriers["cell"] > 0

    def carry(which: np.ndarray) -> sparse.csr_matrix:
        at = (carriers["row_id"][which] - 1, group_of_cell[carriers["cell"][which] - 1])
        return sparse.csr_matrix((np.ones(which.sum()), at), (height, width)).sign()

    always = np.zeros(height, dtype=bool)
    always[carriers["row_id"][~carried] - 1] = True
    bundle = np.unique(
        np.stack([columns["component"], columns["bundle"]]), axis=1, return_inverse=True
    )[1].ravel()
    return System(
        bundle=bundle,
        node=columns["node"],
        values=columns["value"],
        least=columns["least"],
        largest=np.maximum(np.abs(columns["least"]), np.abs(columns["largest"])),
        owners=columns["owners"],
        private=columns["private_owners"],
        counts=columns["counts"].astype(bool),
        first_owner=columns["first_owner"].astype(np.int64),
        members=sparse.csr_matrix(
            (entries["sign"].astype(float), (entries["row_id"] - 1, entries["column_id"])),
            (height, number),
        ),
        carriers=carry(carried),
        own=carry(carried & carriers["is_own"].astype(bool)),
        always=always,
        limits=np.stack([limits["low"], limits["high"]], axis=1).astype(int),
    )
