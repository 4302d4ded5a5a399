"""The reference schema of a build: the committed tables, and what its figures take for granted."""

import math
from datetime import date

import duckdb

from etl import layers, paths
from etl.settings import Settings

# Upper edges of the published buckets of time to the first answer, in hours; the last is open, and
# no time: "over a year".
RESPONSE_BUCKETS_HOURS = (
    1, 2, 4, 6, 8, 12, 18, 24, 36, 48, 72, 96, 120, 168, 240, 336, 504, 720, 1440, 2160, 4320, 8760,
    math.inf,
)  # fmt: skip


def load(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Makes the schema; `as_of` is the day of the build."""
    for statement in duckdb.extract_statements(
        (paths.ETL / "build" / "reference_tables.sql").read_text()
    ):
        parameters = {"folder": str(paths.REFERENCE)} if "$folder" in statement.query else {}
        connection.execute(statement, parameters)
    connection.execute(
        "CREATE TABLE reference.settings AS SELECT CAST($as_of AS DATE) AS as_of, $k AS k,"
        " $freshness AS freshness_days, $fill AS fill_days, $reach AS default_reach_km,"
        " $longest AS max_reach_km, $window AS window_months, $history AS history_months,"
        " $fill_target AS fill_target, $zero_limit AS zero_response_limit,"
        " $pressure_limit AS pressure_limit",
        {
            "as_of": as_of, "k": settings.k, "freshness": settings.freshness_days,
            "fill": settings.fill_days, "reach": float(settings.default_reach_km),
            "longest": float(settings.max_reach_km), "window": settings.window_months,
            "history": settings.history_months, "fill_target": settings.fill_target,
            "zero_limit": settings.zero_response_limit, "pressure_limit": settings.pressure_limit,
        },
    )  # fmt: skip
    connection.execute(
        "CREATE TABLE reference.horizons AS SELECT unnest($days) AS horizon_days",
        {"days": list(settings.horizons_days)},
    )
    metrics = layers.files_of("metrics")
    connection.execute(
        "CREATE TABLE reference.metrics AS SELECT unnest($names) AS metric, unnest($units) AS unit",
        {
            "names": [file.name for file in metrics],
            "units": [file.header["unit"] for file in metrics],
        },
    )
    connection.execute(
        "CREATE TABLE reference.response_buckets AS"
        " SELECT generate_subscripts($edges, 1) - 1 AS bucket, unnest($edges) AS upper_hours,"
        " unnest($starts) AS lower_hours",
        {
            "edges": [float(edge) for edge in RESPONSE_BUCKETS_HOURS],
            "starts": [-1.0, *(float(edge) for edge in RESPONSE_BUCKETS_HOURS[:-1])],
        },
    )
