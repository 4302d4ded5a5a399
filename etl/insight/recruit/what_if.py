"""What would change if a place needed fewer providers, if they went further, if more came."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl import layers
from etl.insight.recruit.flow import Assignment
from etl.insight.recruit.reach import EARTH_KM, Reach, gained, reach_between

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Coverage:
    """Coverage of one scope in one territory; shares are None where there is nobody to cover.

    coverage_population, coverage_demand: share of people, of requests, in communes with k.
    gap: unmet requests a month in communes with fewer (the metric of that name). served: unmet
    requests a month that the extra providers could take, 0 without any.
    """

    k: int
    coverage_population: float | None
    coverage_demand: float | None
    communes_covered: int
    gap: float
    served: float


def read_places(
    connection: duckdb.DuckDBPyConnection,
    scope: str,
    start: date,
    end: date,
    within_level: str = "country",
    within_code: str = "FR",
) -> pd.DataFrame:
    """The communes of a territory with their supply and demand of a scope, as places.sql gives
    them; `start` and `end` are the first and last month, both counted."""
    window = {"scope": scope, "from": start, "to": end}
    within = {"within_level": within_level, "within_code": within_code}
    return _rows(connection, "places", window | within)


def read_communes(
    connection: duckdb.DuckDBPyConnection, within_level: str, within_code: str
) -> pd.DataFrame:
    """The communes of a territory with their names, as communes.sql gives them; in the order of
    read_places."""
    within = {"within_level": within_level, "within_code": within_code}
    return _rows(connection, "communes", within)


def read_origins(
    connection: duckdb.DuckDBPyConnection, scope: str, places: pd.DataFrame, least_reach_km: float
) -> pd.DataFrame:
    """Where providers travel from who could reach the places if all went `least_reach_km` at
    least, as origins.sql gives it: in latitudes as near as that."""
    margin = 1.01 * np.degrees(least_reach_km / EARTH_KM)
    latitudes = {
        "south": float(places["latitude"].min() - margin),
        "north": float(places["latitude"].max() + margin),
    }
    return _rows(connection, "origins", {"scope": scope} | latitudes)


def _rows(connection: duckdb.DuckDBPyConnection, name: str, parameters: dict) -> pd.DataFrame:
    file = layers.read_sql(FOLDER / f"{name}.sql")
    return connection.cursor().execute(file.body, parameters).df()


def what_if(
    places: pd.DataFrame,
    *,
    k: int,
    origins: pd.DataFrame | None = None,
    least_reach_km: float = 0.0,
    extra: dict[str, int] | None = None,
    extra_reach_km: float = 10.0,
    capacity: float = 1.0,
    served: float | None = None,
    reach: Reach | None = None,
) -> Coverage:
    """Coverage if places need `k` providers, all go `least_reach_km` at least, and more come.

    places: of read_places. origins: of read_origins; with them everybody goes further. extra:
    commune code -> further providers there, each going `extra_reach_km` and taking `capacity`
    requests a month; served: what they take together, where it is known, as of a plan; reach: of
    the places among themselves, as far as the extra providers go, where it is at hand. With nobody
    extra and nobody going further it is what the metrics of the same names say. Raises ValueError
    for a commune that is not among the places.
    """
    providers = places["providers"].to_numpy(dtype=float)
    if origins is not None:
        providers = providers.copy()
        lack = providers < k  # the others are covered anyway
        providers[lack] += gained(origins, places[lack], least_reach_km)
    if extra:
        bases = np.flatnonzero(places["commune_code"].isin(extra))
        codes = places["commune_code"].iloc[bases].tolist()
        if unknown := sorted(set(extra).difference(codes)):
            raise ValueError(f"extra: unknown communes: {', '.join(unknown)}")
        if reach is None:
            newcomers = reach_between(places.iloc[bases], places, extra_reach_km)
        else:
            newcomers = reach.of(bases)
        counts = [extra[code] for code in codes]
        providers = providers + np.array(counts, dtype=float) @ newcomers.matrix
        if served is None:
            assignment = Assignment(newcomers, places["unmet"].to_numpy(dtype=float), capacity)
            served = sum(assignment.add(base, number) for base, number in enumerate(counts))
    is_covered = providers >= k
    return Coverage(
        k=k,
        coverage_population=_share(places["population"], is_covered),
        coverage_demand=_share(places["requests"], is_covered),
        communes_covered=int(is_covered.sum()),
        gap=float(places["unmet"][~is_covered].sum()),
        served=served or 0.0,
    )


def _share(weights: pd.Series, is_covered: np.ndarray) -> float | None:
    total = float(weights.sum())
    return float(weights[is_covered].sum()) / total if total > 0 else None
