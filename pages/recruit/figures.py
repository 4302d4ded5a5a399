"""The plan and the change it would bring, reckoned once for each build and question."""

import datetime as dt
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from etl.insight.recruit import (
    Coverage,
    Plan,
    read_communes,
    read_origins,
    read_places,
    recruit,
    what_if,
)
from etl.insight.recruit.reach import Reach, reach_among
from pages.recruit import proofs
from pages.shared import query

FEW = 10  # fewer known outcomes are too few to tell
PROOF_S = 6.0  # seconds for the programme: with the search before it, about ten at worst


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


def communes(market: Market) -> pd.DataFrame:
    """The communes of the territory, as etl.recruit.read_communes, indexed by their code."""
    served = query.build()
    return _communes(served.id, str(served.path), market.level, market.code).copy(deep=False)


def area(market: Market) -> pd.DataFrame:
    """The same communes with supply and demand now, as etl.recruit.read_places; their unmet
    requests are those of the metric recruit_demand."""
    served = query.build()
    return _area(served.id, str(served.path), market).copy(deep=False)


def read(market: Market) -> pd.DataFrame:
    """The same as `area`, for the first to ask: reads `communes` beside it."""
    asked = {"area": partial(area, market), "communes": partial(communes, market)}
    return query.together(asked)["area"]


def plan(market: Market, team: Team) -> tuple[Plan, bool]:
    """Where to recruit (every commune of the territory may be chosen), and whether something better
    is still being looked for."""
    served = query.build()
    question = (served.id, str(served.path), market, team)
    found = _recruit(*question)
    if found.is_proven:
        return found, False
    places = area(market)[["commune_code", "latitude", "longitude", "unmet"]]
    asked = {"demand": places, "candidates": places, **_numbers(team), "time_limit_s": PROOF_S}
    proof = proofs.ask(question, asked)
    if not proof.done() or proof.cancelled():
        return found, True
    return proof.result() or found, False


def bases(market: Market, found: Plan, most: int) -> list[str]:
    """Communes where somebody may come: those of the plan, then the most unmet demand first."""
    served = query.build()
    worst = _worst(served.id, str(served.path), market, most)
    return list(dict.fromkeys([*found.places["commune_code"], *worst]))


def coverage(market: Market, team: Team, change: Change, taken: float | None = None) -> Coverage:
    """Coverage of the territory after a change; ``taken``: requests a month that the newcomers
    take, where it is known."""
    served = query.build()
    return _coverage(served.id, str(served.path), market, team, change, taken)


# As for questions to the build, its id stands beside the path in the key of each answer.
@lru_cache(maxsize=16)
def _area(build_id: str, path: str, market: Market) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_places(
            cur, market.scope, market.from_month, market.to_month, market.level, market.code
        )


@lru_cache(maxsize=16)
def _origins(build_id: str, path: str, market: Market, least_reach_km: float) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_origins(cur, market.scope, _area(build_id, path, market), least_reach_km)


@lru_cache(maxsize=16)
def _communes(build_id: str, path: str, level: str, code: str) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_communes(cur, level, code).set_index("commune_code", drop=False)


@lru_cache(maxsize=16)
def _worst(build_id: str, path: str, market: Market, most: int) -> list[str]:
    here = _area(build_id, path, market)
    order = np.lexsort((-here["population"].to_numpy(), -here["unmet"].to_numpy()))[:most]
    return here["commune_code"].iloc[order].tolist()


# Which communes reach which costs most of a plan, and only the territory and the reach change it.
@lru_cache(maxsize=8)
def _reach(build_id: str, path: str, level: str, code: str, reach_km: float) -> Reach:
    return reach_among(_communes(build_id, path, level, code), reach_km)


@lru_cache(maxsize=64)
def _recruit(build_id: str, path: str, market: Market, team: Team) -> Plan:
    """The answer that is found at once."""
    places = _area(build_id, path, market)
    reach = _reach(build_id, path, market.level, market.code, team.reach_km)
    return recruit(places, places, **_numbers(team), time_limit_s=0, reach=reach)


def _numbers(team: Team) -> dict[str, Any]:
    return {"recruits": team.recruits, "reach_km": team.reach_km, "capacity": team.capacity}


@lru_cache(maxsize=64)
def _coverage(
    build_id: str, path: str, market: Market, team: Team, change: Change, taken: float | None
) -> Coverage:
    goes_further = change.least_reach_km > 0
    return what_if(
        _area(build_id, path, market),
        k=change.k,
        origins=_origins(build_id, path, market, change.least_reach_km) if goes_further else None,
        least_reach_km=change.least_reach_km,
        extra=dict(change.extra),
        extra_reach_km=team.reach_km,
        capacity=team.capacity,
        served=taken,
        reach=_reach(build_id, path, market.level, market.code, team.reach_km),
    )


def places(market: Market, team: Team, found: Plan) -> pd.DataFrame:
    """The plan's places with their names, position, ``providers`` that reach them today, and
    ``known``: mature requests with a known outcome within reach of a recruit there."""
    served = query.build()
    here = area(market)
    names = communes(market)
    numbers = names.index.get_indexer(pd.Index(found.places["commune_code"]))
    reach = _reach(served.id, str(served.path), market.level, market.code, team.reach_km)
    known = reach.matrix[numbers] @ here["known"].to_numpy(dtype=float)
    columns = ["name", "departement_code", "departement_name", "latitude", "longitude"]
    return found.places.assign(
        **{column: names[column].iloc[numbers].to_numpy() for column in columns},
        providers=here["providers"].iloc[numbers].to_numpy(),
        known=known.astype(int),
    )
