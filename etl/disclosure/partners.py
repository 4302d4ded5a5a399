"""partners.duckdb: a new database into which the written list is copied, and nothing else.

No row is ever deleted in it: what partners may not see has never been in the file, so that no
free page of it can keep what was taken out.
"""

from pathlib import Path

import duckdb
import pandas as pd

from etl.disclosure.published_tables import CELL, Table

FILE = "partners.duckdb"
# What pages need to name things; nothing that speaks of a single provider or client.
REFERENCE = (
    "domains", "families", "domain_scopes", "scopes", "regions", "departements", "settings",
    "cooperative_series",
)  # fmt: skip
CELLS = ", ".join(CELL)
TOLD = "value, low, high, contributors, status, edition"
# Of contributions, as founders see them: a sum, or a ratio of sums.
WHOLE = """
SELECT
    period, place.level AS territory_level, place.code AS territory_code, 'all' AS scope_code,
    'all' AS breakdown, measure,
    CASE
        WHEN count(base) = 0 THEN sum(CAST(value AS DECIMAL(28, 4)))
        ELSE round(
            CAST(sum(CAST(value AS DECIMAL(28, 4))) AS DOUBLE)
            / nullif(CAST(sum(CAST(base AS DECIMAL(28, 4))) AS DOUBLE), 0), $decimals
        )
    END::DOUBLE AS value,
    CAST(NULL AS DOUBLE) AS low, CAST(NULL AS DOUBLE) AS high,
    CAST(count(DISTINCT contributor) AS INTEGER) AS contributors, 'shown' AS status,
    $edition AS edition
FROM (
    SELECT *, unnest(places_of(
        CASE WHEN NOT list_contains($country_only, measure) THEN region_code END, NULL
    )) AS place
    FROM contributions
    WHERE table_name = $name
)
GROUP BY ALL
"""


def state_all(
    connection: duckdb.DuckDBPyConnection, tables: list[Table], edition: str, made_on: str
) -> None:
    """The list in the founders' build, schema published: nothing is withheld or rounded."""
    connection.execute("CREATE SCHEMA published")
    connection.execute(
        "CREATE TABLE published.edition AS"
        " SELECT $edition AS edition, CAST($made_on AS DATE) AS made_on",
        {"edition": edition, "made_on": made_on},
    )
    for table in tables:
        if table.protects == "firms":
            connection.execute(
                f"CREATE TABLE published.{table.name} AS {WHOLE} ORDER BY {CELLS}",
                {
                    "name": table.name, "decimals": table.decimals or 0, "edition": edition,
                    "country_only": table.names("country_only"),
                },
            )  # fmt: skip
        elif table.protects == "persons":
            connection.execute(
                f"CREATE TABLE published.{table.name} AS SELECT {CELLS}, number AS value,"
                f" 'shown' AS status FROM counted_{table.name} ORDER BY {CELLS}"
            )
        elif table.protects == "founders":
            connection.execute(
                f"CREATE TABLE published.{table.name} AS SELECT {CELLS},"
                " CAST(sum(CAST(value AS DECIMAL(28, 4))) AS DOUBLE) AS value,"
                " CAST(count(DISTINCT contributor) AS INTEGER) AS contributors,"
                f" 'shown' AS status FROM ({table.body}) GROUP BY ALL ORDER BY {CELLS}"
            )
        else:
            status = ", 'shown' AS status" if table.header.get("withheld_below") else ""
            connection.execute(
                f"CREATE TABLE published.{table.name} AS SELECT *{status} FROM ({table.body})"
            )


def write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    tables: list[Table],
    cells: pd.DataFrame,
) -> None:
    """Makes the file. cells: table_name, the cell and TOLD, of the tables of firms."""
    connection.register("told_cells", cells)
    connection.execute(f"ATTACH '{path}' AS partners")
    try:
        connection.execute(
            "CREATE SCHEMA partners.published; CREATE SCHEMA partners.reference;"
            "CREATE SCHEMA partners.quality"
        )
        for table in tables:
            connection.execute(f"CREATE TABLE partners.published.{table.name} AS {_shown(table)}")
        connection.execute(
            "CREATE TABLE partners.published.edition AS SELECT * FROM published.edition"
        )
        for name in REFERENCE:
            connection.execute(
                f"CREATE TABLE partners.reference.{name} AS SELECT * FROM reference.{name}"
            )
        connection.execute(
            "CREATE TABLE partners.reference.territories AS SELECT * FROM reference.territories"
            " WHERE level IN ('country', 'region', 'departement')"
        )
        connection.execute("CREATE TABLE partners.quality.build AS SELECT * FROM quality.build")
        connection.execute("CHECKPOINT partners")
    finally:
        connection.execute("DETACH partners")
        connection.unregister("told_cells")


def _shown(table: Table) -> str:
    """What partners get of a table."""
    if table.protects == "firms":
        return (
            f"SELECT {CELLS}, {TOLD} FROM told_cells WHERE table_name = '{table.name}'"
            f" ORDER BY {CELLS}"
        )
    if table.protects == "persons":
        return (
            f"SELECT {CELLS}, CASE WHEN is_hidden IS NOT TRUE"
            " THEN CAST(rounded(number, key) AS BIGINT) END AS value,"
            " CASE WHEN is_hidden THEN 'withheld' WHEN number < 5 THEN 'fewer' ELSE 'rounded' END"
            f" AS status FROM counted_{table.name} ORDER BY {CELLS}"
        )
    if table.protects == "founders":
        return f"SELECT * FROM published.{table.name} WHERE FALSE"
    if below := table.header.get("withheld_below"):
        few = f"reached < {int(below)}"
        gone = ", ".join(
            f"CASE WHEN NOT {few} THEN {name} END AS {name}" for name in table.names("figures")
        )
        return (
            f"SELECT * REPLACE ({gone}, CASE WHEN {few} THEN 'withheld' ELSE 'shown' END AS status)"
            f" FROM published.{table.name}"
        )
    return f"SELECT * FROM published.{table.name}"
