"""Where a recruit is needed first: the one ranking of départements and domains.

What counts is what one recruit there could really serve: requests that nobody took in time, in
communes that fewer than k active providers of the domain reach, as many as lie within reach of the
best such commune of the département. Where k come already another provider is not what is missing,
however many requests go unmet there. The plan of recruits (etl.insight.recruit) begins with the
same figure.

Partners see no commune: of what is published, `of_published` ranks by the requests unmet beyond
those that go unmet where providers are enough.
"""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse

from etl import layers
from etl.insight.recruit.reach import reach_among
from etl.insight.small_samples import poisson_interval

FOLDER = Path(__file__).parent
COLUMNS = ["departement_code", "scope_code", "commune_code", "served", "value", "low", "high"]
ORDER = ["served", "unmet", "departement_code", "scope_code"]


def within_departements(communes: pd.DataFrame, reach_km: float) -> sparse.csr_array:
    """1 where a commune is within reach of another of its own département; in the order given.

    communes: departement_code, latitude, longitude (degrees).
    """
    pairs = reach_among(communes, reach_km).matrix.tocoo()
    departements = pd.factorize(communes["departement_code"])[0]
    same = departements[pairs.row] == departements[pairs.col]
    kept = (pairs.data[same], (pairs.row[same], pairs.col[same]))
    return sparse.coo_array(kept, shape=pairs.shape).tocsr()


def ranked(
    connection: duckdb.DuckDBPyConnection,
    communes: pd.DataFrame,
    reach: sparse.csr_array,
    *,
    k: int,
    start: date,
    end: date,
) -> pd.DataFrame:
    """Départements and domains in which a recruit could serve anything, the most first, among
    equals that with the most unmet requests in all such communes.

    communes: commune_code, departement_code, each département's together, by code. reach: of them,
    by within_departements. start, end: the first and last month, both counted. Columns: COLUMNS;
    served = unmet requests in reach of a recruit in commune_code; value = the same a month, low and
    high its 95 % interval as a count of cases.
    """
    lost = _rows(connection, "lost", {"from": start, "to": end})
    months = int(_rows(connection, "weighed_months", {"from": start, "to": end})["months"].iloc[0])
    if lost.empty or not months:
        return pd.DataFrame(columns=COLUMNS)
    domains = pd.Index(sorted(lost["scope_code"].unique()))
    where = pd.Index(communes["commune_code"])
    unmet = np.zeros((len(where), len(domains)))
    unmet[where.get_indexer(pd.Index(lost["commune_code"])),
          domains.get_indexer(pd.Index(lost["scope_code"]))] = lost["unmet"]  # fmt: skip
    enough = _rows(connection, "enough", {"k": k})
    place = where.get_indexer(pd.Index(enough["commune_code"]))
    domain = domains.get_indexer(pd.Index(enough["scope_code"]))
    is_asked = domain >= 0
    there = (place[is_asked], domain[is_asked])
    unmet[there] = 0.0
    served = reach @ unmet
    served[there] = 0.0  # nobody is sent where enough come
    return _best(communes, domains, served, unmet, months)


def _best(
    communes: pd.DataFrame, domains: pd.Index, served: np.ndarray, unmet: np.ndarray, months: int
) -> pd.DataFrame:
    """The best commune of each département and domain; served, unmet: communes x domains."""
    codes = communes["departement_code"].to_numpy()
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    bases = np.array(
        [
            start + served[start:end].argmax(axis=0)
            for start, end in zip(starts, [*starts[1:], len(codes)], strict=True)
        ]
    )
    found = pd.DataFrame(
        {
            "departement_code": np.repeat(codes[starts], len(domains)),
            "scope_code": np.tile(domains, len(starts)),
            "commune_code": communes["commune_code"].to_numpy()[bases.ravel()],
            "served": np.take_along_axis(served, bases, axis=0).ravel(),
            "unmet": np.add.reduceat(unmet, starts, axis=0).ravel(),
        }
    )
    found = found[found["served"] > 0].sort_values(ORDER, ascending=[False, False, True, True])
    low, high = poisson_interval(found["served"].to_numpy())
    found = found.assign(value=found["served"] / months, low=low / months, high=high / months)
    return found.reset_index(drop=True)[COLUMNS]


def of_published(openings: pd.DataFrame, fill_target: float) -> pd.DataFrame:
    """Published openings with `beyond`, by which they are ordered, the largest first and what is
    not told last: unmet requests beyond those that go unmet at the target for fill rates.

    openings: unmet and known, numbers or missing. fill_target: a share.
    """
    unmet, known = openings["unmet"].astype(float), openings["known"].astype(float)
    beyond = unmet - (1 - fill_target) * known
    ordered = openings.assign(beyond=beyond)
    return ordered.sort_values("beyond", ascending=False, kind="stable", na_position="last")


def _rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]
) -> pd.DataFrame:
    file = layers.read_sql(FOLDER / f"{name}.sql")
    return connection.cursor().execute(file.body, parameters).df()
