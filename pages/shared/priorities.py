"""Where a recruit is needed first: the one ranking of etl.insight.priorities, for what is asked."""

import pandas as pd

from etl.insight import priorities
from pages.shared import query
from pages.shared.months import Period
from pages.shared.once import once
from pages.shared.places import Territory


def ranked(place: Territory, domains: tuple[str, ...], k: int, period: Period) -> pd.DataFrame:
    """The départements of a place (of a commune its own) and these domains as priorities.ranked
    gives them; all domains where none is named."""
    served = query.build()
    found = _all(served.id, str(served.path), reach_km(), k, period)
    if domains:
        found = found[found["scope_code"].isin(domains)]
    if place.level == "commune":
        place = place.parents[-1]
    if place.level != "country":
        areas = set(place.areas)
        is_here = ("departement-" + found["departement_code"]).isin(areas)
        found = found[is_here | ("region-" + found["region_code"]).isin(areas)]
    return found.reset_index(drop=True)


def reach_km() -> float:
    """How far the recruits of the ranking travel: as providers who did not say."""
    return float(query.build().settings.get("default_reach_km", 10))


def least() -> float:
    """Of how few requests a month no recruit could live: the plan of recruits sends nobody."""
    return float(query.build().settings.get("recruit_least", 0.5))


@once(16)
def _all(build_id: str, path: str, km: float, k: int, period: Period) -> pd.DataFrame:
    country = _country(build_id, path, km)
    return priorities.ranked(country, k=k, start=period.from_month, end=period.to_month)


# Reading it costs most of a ranking, and only a build changes it.
@once(2)
def _country(build_id: str, path: str, km: float) -> priorities.Country:
    with query.cursor(path) as cur:
        return priorities.read(cur, km)
