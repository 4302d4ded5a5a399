"""The plan and the change it would bring, reckoned once for each build and question."""

import datetime as dt
from functools import lru_cache, partial
from typing import Any, NamedTuple

import pandas as pd

from etl.recruit import Coverage, Plan, read_origins, read_places, recruit, what_if
from etl.recruit.reach import reach_matrix
from pages.recruit import proofs
from pages.shared import query

FEW = 10  # fewer known outcomes are too few to tell
PROOF_S = 6.0  # seconds for the proof: with the search before it, about ten at worst


class Market(NamedTuple):
    """A scope in a territory over months, both ends included."""

    scope: str
    level: str
    code: str
    from_month: dt.date
    to_month: dt.date

    def params(self) -> dict[str, Any]:
        """The same as parameters of metrics and of the page's SQL."""
        return {
            "scopes": [self.scope],
            "level": self.level,
            "within_level": self.level,
            "within_code": self.code,
            "from": self.from_month,
            "to": self.to_month,
        }


class Team(NamedTuple):
    """The recruits: how many, how far each travels (km), requests a month each can serve."""

    recruits: int
    reach_km: float
    capacity: float


class Change(NamedTuple):
    """What if: providers a commune needs, reach everybody has at least (km), and who comes where
    ((commune code, number), ...)."""

    k: int
    least_reach_km: float = 0.0
    extra: tuple[tuple[str, int], ...] = ()


def demand(market: Market) -> pd.DataFrame:
    """Rows of recruit_demand: commune_code, latitude, longitude, unmet (requests a month), n
    (requests), known (mature requests with a known outcome), providers (that reach it)."""
    rows = query.metric("recruit_demand", **market.params())
    return rows.rename(columns={"territory_code": "commune_code", "value": "unmet"})


def communes(market: Market) -> pd.DataFrame:
    """Names of the communes of the territory: commune_code, name, departement_code,
    departement_name, population."""
    return query.page_sql(__file__, "communes", **market.params())


def area(market: Market) -> pd.DataFrame:
    """The communes of the territory with supply and demand now, as etl.recruit.read_places."""
    served = query.build()
    return _area(served.id, str(served.path), market).copy(deep=False)


def plan(market: Market, team: Team) -> tuple[Plan, bool]:
    """Where to recruit (every commune of the territory may be chosen), and whether something better
    is still being looked for."""
    served = query.build()
    question = (served.id, str(served.path), market, team)
    found = _greedy(*question)
    if found.is_proven:
        return found, False
    prove = partial(_recruit, demand(market), area(market), team, PROOF_S)
    proof = proofs.ask(question, prove)
    return (proof.result(), False) if proof.done() else (found, True)


def bases(market: Market, found: Plan, most: int) -> list[str]:
    """Communes where somebody may come: those of the plan, then the most unmet demand first."""
    order = area(market).sort_values(
        ["unmet", "population"], ascending=False, kind="stable", ignore_index=True
    )
    return list(dict.fromkeys([*found.places["commune_code"], *order["commune_code"].head(most)]))


def coverage(market: Market, team: Team, change: Change) -> Coverage:
    """Coverage of the territory after a change."""
    served = query.build()
    return _coverage(served.id, str(served.path), market, team, change)


# As for questions to the build, its id stands beside the path in the key of each answer.
@lru_cache(maxsize=16)
def _area(build_id: str, path: str, market: Market) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_places(
            cur, market.scope, market.from_month, market.to_month, market.level, market.code
        )


@lru_cache(maxsize=16)
def _origins(build_id: str, path: str, scope: str) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_origins(cur, scope)


@lru_cache(maxsize=64)
def _greedy(build_id: str, path: str, market: Market, team: Team) -> Plan:
    return _recruit(demand(market), _area(build_id, path, market), team, 0.0)


def _recruit(asked: pd.DataFrame, bases: pd.DataFrame, team: Team, time_limit_s: float) -> Plan:
    return recruit(
        asked,
        bases,
        recruits=team.recruits,
        reach_km=team.reach_km,
        capacity=team.capacity,
        time_limit_s=time_limit_s,
    )


@lru_cache(maxsize=64)
def _coverage(build_id: str, path: str, market: Market, team: Team, change: Change) -> Coverage:
    goes_further = change.least_reach_km > 0
    return what_if(
        _area(build_id, path, market),
        k=change.k,
        origins=_origins(build_id, path, market.scope) if goes_further else None,
        least_reach_km=change.least_reach_km,
        extra=dict(change.extra),
        extra_reach_km=team.reach_km,
        capacity=team.capacity,
    )


def places(market: Market, team: Team, found: Plan) -> pd.DataFrame:
    """The plan's places with their names, position, ``providers`` that reach them today, and
    ``known``: mature requests with a known outcome within reach of a recruit there."""
    asked = demand(market)
    codes = found.places["commune_code"]
    names, points = (
        table[table["commune_code"].isin(codes)] for table in (communes(market), area(market))
    )
    rows = found.places.merge(names, on="commune_code", how="left").merge(
        points[["commune_code", "latitude", "longitude", "providers"]],
        on="commune_code",
        how="left",
    )
    known = reach_matrix(rows, asked, team.reach_km) @ asked["known"].to_numpy(dtype=float)
    return rows.assign(known=known.astype(int))
