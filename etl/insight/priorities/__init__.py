"""Where a recruit is needed first: the one ranking of départements and domains.

What counts is what one recruit there could really serve: requests that nobody took in time, in
communes that fewer than k active providers of the domain reach, as many as lie within reach of the
best such commune of the département. Where k come already another provider is not what is missing,
however many requests go unmet there. The plan of recruits (etl.insight.recruit) begins with the
same figure.

Partners see no commune: of what is published, `of_published` ranks by the requests unmet beyond
those that go unmet where providers are enough.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse

from etl import layers
from etl.insight.recruit import read_communes
from etl.insight.recruit.reach import reach_among
from etl.insight.small_samples import poisson_interval

FOLDER = Path(__file__).parent
NAMES = ["departement_code", "departement_name", "region_code"]
COLUMNS = [*NAMES, "scope_code", "commune_code", "served", "value", "low", "high"]
CELLS = ("ranked_communes", "ranked_domains")  # tables that `supply` and `lost` read
ORDER = ["served", "unmet", "departement_code", "scope_code"]


@dataclass(frozen=True)
class Country:
    """What every ranking of a build is made of, as arrays; a cell is a commune and a domain, by its
    place among communes x domains.

    communes: as recruit.read_communes, each département's together, by code. reach: 1 where a
    commune is within reach of another of its own département. providers: active ones that reach a
    cell. months: those that requests cover. lost: unmet requests of a cell in a month, the earliest
    first. Months are numbers, see _month.
    """

    communes: pd.DataFrame
    domains: list[str]
    reach: sparse.csr_array
    providers: np.ndarray
    months: np.ndarray
    lost: dict[str, np.ndarray]


def read(connection: duckdb.DuckDBPyConnection, reach_km: float) -> Country:
    """Reads a build once for all rankings of it, of recruits who travel so far."""
    communes = read_communes(connection, "country", "FR")
    communes = communes.sort_values(["departement_code", "commune_code"], ignore_index=True)
    for name in CELLS:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_sql(name)}")
    domains = _arrays(connection, "ranked_domains")["scope_code"].tolist()
    providers = np.zeros(len(communes) * len(domains), dtype=np.uint8)
    supply = _arrays(connection, "supply")
    providers[supply["cell"]] = supply["providers"]
    return Country(
        communes, domains, _within_departements(communes, reach_km), providers,
        months=_arrays(connection, "ranked_months")["month"], lost=_arrays(connection, "lost"),
    )  # fmt: skip


def _within_departements(communes: pd.DataFrame, reach_km: float) -> sparse.csr_array:
    pairs = reach_among(communes, reach_km).matrix.tocoo()
    departements = pd.factorize(communes["departement_code"])[0]
    same = departements[pairs.row] == departements[pairs.col]
    kept = (pairs.data[same], (pairs.row[same], pairs.col[same]))
    return sparse.coo_array(kept, shape=pairs.shape).tocsr()


def _month(day: date) -> int:
    """A month as a number, as the SQL files of this folder give it."""
    return day.year * 12 + day.month


def ranked(country: Country, *, k: int, start: date, end: date) -> pd.DataFrame:
    """Départements and domains in which a recruit could serve anything, the most first, among
    equals that with the most unmet requests in all such communes.

    start, end: the first and last month, both counted. Columns: COLUMNS; served = unmet requests in
    reach of a recruit in commune_code; value = the same a month, low and high its 95 % interval as
    a count of cases.
    """
    months = slice(*np.searchsorted(country.months, (_month(start), _month(end) + 1)))
    lost = slice(*np.searchsorted(country.lost["month"], (_month(start), _month(end) + 1)))
    cells, weights = country.lost["cell"][lost], country.lost["unmet"][lost]
    covered = len(country.months[months])
    if not len(cells) or not covered:
        return pd.DataFrame(columns=COLUMNS)
    shape = (len(country.communes), len(country.domains))
    is_few = country.providers[cells] < k
    cells, weights = cells[is_few], weights[is_few]
    unmet = np.bincount(cells, weights, country.providers.size).reshape(shape)
    rows = np.unique(cells // len(country.domains))  # the others add nothing
    served = country.reach[:, rows] @ unmet[rows]
    served[(country.providers >= k).reshape(shape)] = 0.0  # nobody is sent where enough come
    return _best(country, served, unmet, covered)


def _best(country: Country, served: np.ndarray, unmet: np.ndarray, months: int) -> pd.DataFrame:
    """The best commune of each département and domain; served, unmet: communes x domains."""
    codes = country.communes["departement_code"].to_numpy()
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    bases = np.array(
        [
            start + served[start:end].argmax(axis=0)
            for start, end in zip(starts, [*starts[1:], len(codes)], strict=True)
        ]
    )
    best = np.take_along_axis(served, bases, axis=0)
    cells = np.nonzero(best)  # by département and domain
    found = country.communes[[*NAMES, "commune_code"]].iloc[bases[cells]]
    found = found.assign(
        scope_code=np.array(country.domains)[cells[1]],
        served=best[cells],
        unmet=np.add.reduceat(unmet, starts, axis=0)[cells],
    ).sort_values(ORDER, ascending=[False, False, True, True], ignore_index=True)
    low, high = poisson_interval(found["served"].to_numpy())
    found = found.assign(value=found["served"] / months, low=low / months, high=high / months)
    return found[COLUMNS]


def of_published(openings: pd.DataFrame, fill_target: float) -> pd.DataFrame:
    """Published openings with `beyond`, by which they are ordered, the largest first and what is
    not told last: unmet requests beyond those that go unmet at the target for fill rates.

    openings: unmet and known, numbers or missing. fill_target: a share.
    """
    unmet, known = openings["unmet"].astype(float), openings["known"].astype(float)
    beyond = unmet - (1 - fill_target) * known
    ordered = openings.assign(beyond=beyond)
    return ordered.sort_values("beyond", ascending=False, kind="stable", na_position="last")


def _arrays(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, np.ndarray]:
    found = connection.execute(_sql(name)).fetchnumpy()
    return {column: np.asarray(values) for column, values in found.items()}


def _sql(name: str) -> str:
    return layers.read_sql(FOLDER / f"{name}.sql").body
