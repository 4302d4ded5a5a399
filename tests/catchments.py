"""Accessibility computed twice: by the SQL layers over given tables, and by plain numpy."""

import duckdb
import numpy as np
import pandas as pd

from etl import layers, paths

FILES = (
    "staging/reach_communes", "staging/catchment_supply", "marts/commune_need",
    "marts/commune_accessibility",
)  # fmt: skip
SCOPES = pd.DataFrame(
    [("all", "all"), ("cleaning", "all"), ("tutoring", "5-19"), ("elderly", "75+")],
    columns=["scope_code", "need_band"],
)
NO_POPULATION = pd.DataFrame(
    {"territory_level": ["commune"], "territory_code": ["?"], "band": ["75+"]}
    | {"year": [2025], "population": [1.0]}
)


def layers_over(
    communes: pd.DataFrame,
    offers: pd.DataFrame,
    population: pd.DataFrame = NO_POPULATION,
    scopes: pd.DataFrame = SCOPES,
    **config,
) -> duckdb.DuckDBPyConnection:
    """A database with the tables given, and the layers of accessibility made from them.

    communes: commune_code, departement_code, region_code, population, latitude, longitude;
    offers: provider_id, scope_code, commune_code, reach_km, capacity_per_month (NULL = unknown).
    """
    connection = duckdb.connect(config=config)
    connection.execute(paths.MACROS.read_text("utf-8"))
    tables = {
        "reference.communes": communes,
        "reference.scopes": scopes,
        "reference.settings": pd.DataFrame({"as_of": pd.to_datetime(["2026-10-31"])}),
        "reference.territories": _territories(communes),
        "staging.population": population,
        "staging.active_provider_scopes": offers.drop(columns="capacity_per_month")
        .rename(columns={"commune_code": "base_commune_code"})
        .assign(version=1),
        "staging.provider_versions": offers.drop_duplicates("provider_id")[
            ["provider_id", "capacity_per_month"]
        ].assign(version=1),
    }
    connection.execute("CREATE SCHEMA reference; CREATE SCHEMA staging; CREATE SCHEMA marts")
    for name, rows in tables.items():
        connection.register("rows", rows)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
        connection.unregister("rows")
    for name in FILES:
        file = layers.read_sql(paths.ETL / "build" / f"{name}.sql")
        connection.execute(f"CREATE TABLE {file.table} AS {file.body}")
    return connection


def _territories(communes: pd.DataFrame) -> pd.DataFrame:
    levels = {
        "commune": communes.commune_code,
        "departement": communes.departement_code,
        "region": communes.region_code,
        "country": pd.Series("FR", index=communes.index),
    }
    return pd.concat(
        [
            communes.population.groupby(codes)
            .sum()
            .rename_axis("code")
            .reset_index()
            .assign(level=level)
            for level, codes in levels.items()
        ]
    )


def accessibility(
    communes: pd.DataFrame, offers: pd.DataFrame, need: np.ndarray
) -> tuple[np.ndarray, float]:
    """A_i by the definition, one dense matrix a class, for the offers of one scope.

    need: people in need for each commune, shape (communes,). Also returns the sum of S over supply
    that reaches somebody.
    """
    latitude, longitude = np.radians(communes[["latitude", "longitude"]].to_numpy(float)).T
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None])
        * np.cos(latitude)
        * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    # the layers keep kilometres in 4 bytes
    km = (2 * 6371.0088 * np.arcsin(np.sqrt(half))).astype("float32").astype(float)
    place = {code: number for number, code in enumerate(communes.commune_code)}
    result, reaching = np.zeros(len(communes)), 0.0
    for radius in (5, 10, 20, 30, 50):
        near = np.where(km <= radius, np.exp(-(km**2) / (2 * (radius / 2) ** 2)), 0.0)
        supply = np.zeros(len(communes))
        for offer in offers.itertuples():
            smallest = next((r for r in (5, 10, 20, 30, 50) if offer.reach_km <= r), 50)
            if smallest == radius and offer.commune_code is not None:
                known = not pd.isna(offer.capacity_per_month)
                supply[place[offer.commune_code]] += offer.capacity_per_month if known else 1
        shared = near @ need
        ratio = np.divide(supply, shared, out=np.zeros_like(supply), where=shared > 0)
        reaching += supply[shared > 0].sum()
        result += near @ ratio
    return result, reaching
