"""What would change if more providers came."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl import layers
from etl.insight.recruit.reach import Reach, reach_between

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Coverage:
    """Coverage of one scope in one territory: the shares of people, of requests and of communes
    with k providers; None where there is nothing to cover."""

    coverage_population: float | None
    coverage_demand: float | None
    coverage_cells: float | None


def read_places(
    connection: duckdb.DuckDBPyConnection,
    scope: str,
    start: date,
    end: date,
    k: int,
    within_level: str = "country",
    within_code: str = "FR",
) -> pd.DataFrame:
    """The communes of a territory with their supply and demand of a scope, as recruit_places.sql
    gives them; `start` and `end` are the first and last month, both counted; `k` the providers
    that a commune needs."""
    window = {"scope": scope, "from": start, "to": end, "k": k}
    within = {"within_level": within_level, "within_code": within_code}
    return _rows(connection, "recruit_places", window | within)


def read_communes(
    connection: duckdb.DuckDBPyConnection, within_level: str, within_code: str
) -> pd.DataFrame:
    """The communes of a territory with their names, as communes.sql gives them; in the order of
    read_places."""
    within = {"within_level": within_level, "within_code": within_code}
    return _rows(connection, "communes", within)


def _rows(connection: duckdb.DuckDBPyConnection, name: str, parameters: dict) -> pd.DataFrame:
    file = layers.read_sql(FOLDER / f"{name}.sql")
    return connection.cursor().execute(file.body, parameters).df()


def what_if(
    places: pd.DataFrame,
    *,
    k: int,
    extra: dict[str, int] | None = None,
    extra_reach_km: float = 10.0,
    reach: Reach | None = None,
) -> Coverage:
    """Coverage of one domain if more providers come.

    places: of read_places. extra: commune code -> further providers there, each going
    `extra_reach_km`; reach: of the places among themselves, as far as that, where it is at hand.
    With nobody extra it is what the metrics of the same names say. Raises ValueError for a commune
    that is not among the places.
    """
    providers = places["providers"].to_numpy(dtype=float)
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
    is_covered = providers >= k
    return Coverage(
        coverage_population=_share(places["population"], is_covered),
        coverage_demand=_share(places["requests"], is_covered),
        coverage_cells=float(is_covered.mean()) if len(is_covered) else None,
    )


def _share(weights: pd.Series, is_covered: np.ndarray) -> float | None:
    total = float(weights.sum())
    return float(weights[is_covered].sum()) / total if total > 0 else None
