"""The plan and the change it would bring, reckoned once for each build and question."""

import datetime as dt
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from etl.insight import priorities
from etl.insight.recruit import Coverage, Plan, read_communes, read_places, recruit, what_if
from etl.insight.recruit.reach import Reach, reach_among
from etl.insight.small_samples import poisson_interval
from pages.recruit import proofs
from pages.shared import query
from pages.shared.once import once

PROOF_S = 6.0  # seconds for the programme: with the search before it, about ten at worst


class Market(NamedTuple):
    """A domain in a territory over months, both ends included; k providers are enough."""

    scope: str
    level: str
    code: str
    k: int
    from_month: dt.date
    to_month: dt.date


class Team(NamedTuple):
    """The recruits: how many at most, how far each travels (km), requests a month each can serve,
    and with how few the next one is not worth while."""

    recruits: int
    reach_km: float
    capacity: float
    least: float


def communes(market: Market) -> pd.DataFrame:
    """The communes of the territory, as etl.recruit.read_communes, indexed by their code."""
    served = query.build()
    return _communes(served.id, str(served.path), market.level, market.code).copy(deep=False)


def area(market: Market) -> pd.DataFrame:
    """The same communes with supply and demand now, as etl.recruit.read_places."""
    served = query.build()
    return _area(served.id, str(served.path), market).copy(deep=False)


def read(market: Market) -> pd.DataFrame:
    """The same as `area`, for the first to ask: reads `communes` beside it."""
    asked = {"area": partial(area, market), "communes": partial(communes, market)}
    return query.together(asked)["area"]


def months(market: Market) -> int:
    """How many of the months requests cover."""
    asked = {"from": market.from_month, "to": market.to_month}
    return int(query.page_sql(priorities.__file__, "weighed_months", **asked)["months"].iloc[0])


def plan(market: Market, team: Team) -> tuple[Plan, bool]:
    """Where to recruit (in every commune that lacks providers), and whether something better is
    still being looked for."""
    served = query.build()
    question = (served.id, str(served.path), market, team)
    found = _recruit(*question)
    if found.is_proven:
        return found, False
    wanted = _wanted(served.id, str(served.path), market)
    candidates = wanted[wanted["lacks_providers"]]
    columns = ["commune_code", "latitude", "longitude", "unmet"]
    asked = {"demand": wanted[columns], "candidates": candidates[columns], **_numbers(team)}
    proof = proofs.ask(question, {**asked, "time_limit_s": PROOF_S})
    if not proof.done() or proof.cancelled():
        return found, True
    return proof.result() or found, False


def coverage(market: Market, team: Team, found: Plan) -> tuple[Coverage, Coverage]:
    """Coverage of the territory today, and with the recruits of a plan."""
    served = query.build()
    extra = tuple(zip(found.places["commune_code"], found.places["recruits"].map(int), strict=True))
    ask = partial(_coverage, served.id, str(served.path), market, team.reach_km)
    return ask(()), ask(extra)


# As for questions to the build, its id stands beside the path in the key of each answer.
@once(16)
def _area(build_id: str, path: str, market: Market) -> pd.DataFrame:
    scope, level, code, k, start, end = market
    with query.cursor(path) as cur:
        return read_places(cur, scope, start, end, k, level, code)


@once(16)
def _wanted(build_id: str, path: str, market: Market) -> pd.DataFrame:
    """The same, of whose unmet requests only those are left that a recruit could really serve."""
    places = _area(build_id, path, market)
    return places.assign(unmet=places["unmet"].where(places["lacks_providers"], 0.0))


@once(16)
def _communes(build_id: str, path: str, level: str, code: str) -> pd.DataFrame:
    with query.cursor(path) as cur:
        return read_communes(cur, level, code).set_index("commune_code", drop=False)


# Which communes reach which costs most of a plan, and only the territory and the reach change it.
@once(8)
def _reach(build_id: str, path: str, level: str, code: str, reach_km: float) -> Reach:
    return reach_among(_communes(build_id, path, level, code), reach_km)


@once(64)
def _recruit(build_id: str, path: str, market: Market, team: Team) -> Plan:
    """The answer that is found at once."""
    wanted = _wanted(build_id, path, market)
    lack = np.flatnonzero(wanted["lacks_providers"])
    reach = _reach(build_id, path, market.level, market.code, team.reach_km).of(lack)
    return recruit(wanted, wanted.iloc[lack], **_numbers(team), time_limit_s=0, reach=reach)


def _numbers(team: Team) -> dict[str, Any]:
    return {
        "recruits": team.recruits,
        "reach_km": team.reach_km,
        "capacity": team.capacity,
        "least": team.least,
    }


@once(64)
def _coverage(
    build_id: str, path: str, market: Market, reach_km: float, extra: tuple[tuple[str, int], ...]
) -> Coverage:
    return what_if(
        _area(build_id, path, market),
        k=market.k,
        extra=dict(extra),
        extra_reach_km=reach_km,
        reach=_reach(build_id, path, market.level, market.code, reach_km) if extra else None,
    )


def places(market: Market, team: Team, found: Plan) -> pd.DataFrame:
    """The plan's places with their names, position, ``providers`` that reach them today, ``known``:
    mature requests with a known outcome, where providers lack, within reach of a recruit there, and
    the 95 % interval of what ``each`` recruit would get (``low``, ``high``: lists)."""
    served = query.build()
    here = area(market)
    names = communes(market)
    numbers = names.index.get_indexer(pd.Index(found.places["commune_code"]))
    reach = _reach(served.id, str(served.path), market.level, market.code, team.reach_km)
    known = reach.matrix[numbers] @ here["known"].where(here["lacks_providers"], 0).to_numpy(float)
    columns = ["name", "departement_code", "departement_name", "latitude", "longitude"]
    bounds = [interval(each, market) for each in found.places["each"]]
    return found.places.assign(
        **{column: names[column].iloc[numbers].to_numpy() for column in columns},
        providers=here["providers"].iloc[numbers].to_numpy(),
        known=known.astype(int),
        low=[low.tolist() for low, _high in bounds],
        high=[high.tolist() for _low, high in bounds],
    )


def interval(per_month: Any, market: Market) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of requests a month, as the count of cases that they were in the months."""
    covered = months(market)
    low, high = poisson_interval(np.round(np.asarray(per_month, dtype=float) * covered, 6))
    return low / covered, high / covered
