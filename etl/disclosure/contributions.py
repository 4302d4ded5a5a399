"""What firms contribute to the cells of the list: one frame of rows, those of today's data."""

import duckdb
import pandas as pd

from etl.disclosure.published_tables import DisclosureError, Table

# of a row; those that a table does not state are NULL
COLUMNS = {
    "contributor": "VARCHAR", "part": "VARCHAR", "region_code": "VARCHAR", "period": "VARCHAR",
    "measure": "VARCHAR", "value": "DOUBLE", "base": "DOUBLE", "knowers": "VARCHAR[]",
    "base_knowers": "VARCHAR[]",
}  # fmt: skip
KEYS = ("table_name", "contributor", "part", "region_code", "period", "measure")
STATED = ("contributor", "period", "measure", "value")


def load(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> pd.DataFrame:
    """The contributions to the tables of firms: table_name and COLUMNS, region_code and part ''
    where there is none; agreed: the firm may be told. Raises DisclosureError for a row that lacks
    something, or stands twice."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"CREATE TEMP TABLE contributions (table_name VARCHAR, {columns})")
    for table in tables:
        try:
            connection.execute(
                "INSERT INTO contributions BY NAME SELECT $name AS table_name, *"
                f" FROM ({table.body})",
                {"name": table.name},
            )
        except duckdb.BinderException as error:
            raise DisclosureError(f"{table.name}: {error}") from error
    lacking = " OR ".join(f"{name} IS NULL" for name in STATED)
    bad = connection.execute(
        f"SELECT table_name, count(*) FROM contributions WHERE {lacking} OR NOT isfinite(value)"
        " OR NOT isfinite(coalesce(base, 0)) GROUP BY table_name ORDER BY table_name"
    ).fetchall()
    if bad:
        raise DisclosureError(f"{bad[0][0]}: {bad[0][1]} rows lack a value or a key")
    twice = connection.execute(
        "SELECT table_name, measure FROM contributions"
        " GROUP BY table_name, measure, period, contributor, part HAVING count(*) > 1 ORDER BY ALL"
    ).fetchall()
    if twice:
        raise DisclosureError(
            f"{twice[0][0]}: a contributor stands twice in {twice[0][1]};"
            " parts that add up need a column `part` that tells them apart"
        )
    return (
        connection.execute(
            "SELECT rows.* REPLACE (coalesce(rows.region_code, '') AS region_code,"
            " coalesce(rows.part, '') AS part), coalesce(firms.agrees_to_publish <= settings.as_of,"
            " FALSE) AS agreed FROM contributions AS rows"
            " CROSS JOIN (SELECT as_of FROM reference.settings) AS settings"
            " LEFT JOIN staging.cooperatives AS firms ON rows.contributor = firms.siren"
            " ORDER BY table_name, period, measure, contributor, part"
        )
        .df()
        .astype(dict.fromkeys(KEYS, object))
    )  # text of Python is compared faster, and often
