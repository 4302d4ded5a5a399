"""Where the next recruits close the most unmet demand."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.insight.recruit import dual, exact, greedy
from etl.insight.recruit.flow import SMALL, Assignment
from etl.insight.recruit.reach import Reach, reach_among, reach_between

MAX_RECRUITS = 200
PROVEN_GAP = 1e-6
# Share of places with demand below which the quickest answer, too, gains more by leaving the others
# out than that costs.
SPARSE = 0.25


@dataclass(frozen=True)
class Plan:
    """Where to recruit, and how sure it is that nothing better exists.

    method: 'exact' (proven best by a mixed-integer programme), 'bounded' (the programme ran out of
    time: its best choice, better than the greedy one) or 'greedy' (one after the other).
    objective: requests a month that all recruits together would serve. upper_bound: what no choice
    can exceed. gap: (upper_bound - objective) / upper_bound; 0 is proven best, by whatever method.
    unmet: requests a month in all the demand given. further: what one more recruit would add, at
    the place with the most unmet requests left in reach.
    places: rank, commune_code, recruits, requests_per_month (added by this place after the earlier
    ones), each (what each of its recruits adds, a list), cumulated_requests_per_month,
    cumulated_share (of unmet).
    """

    method: str
    objective: float
    upper_bound: float
    gap: float
    unmet: float
    places: pd.DataFrame
    further: float = 0.0

    @property
    def each(self) -> list[float]:
        """Requests a month that each recruit adds, in the order of the places."""
        return [added for of_place in self.places["each"] for added in of_place]

    @property
    def is_proven(self) -> bool:
        """Whether no other choice can serve more."""
        return self.gap <= PROVEN_GAP


def recruit(
    demand: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    recruits: int,
    reach_km: float,
    capacity: float,
    least: float = 0.0,
    time_limit_s: float = 10.0,
    reach: Reach | None = None,
) -> Plan:
    """Chooses where `recruits` more providers serve the most unmet demand, fewer where a further
    one would get less than `least` requests a month.

    demand: commune_code, latitude, longitude (degrees), unmet (requests a month; a commune once).
    candidates: commune_code, latitude, longitude; several recruits may share a commune.
    reach_km: how far a recruit travels (great circle). capacity: requests a month one recruit can
    serve. time_limit_s: for the proof; 0 asks for the quickest answer, greedy by what each recruit
    adds for sure, with its own bound. reach: from the candidates to the demand in order of their
    codes, where it is at hand.

    It is the maximal covering location problem with capacities. Raises ValueError for numbers
    outside their range. The same rows in any order give the same plan, as long as the proof ends
    within its time.
    """
    _check(demand, recruits, reach_km, capacity, least)
    are_same = candidates is demand
    demand = demand.sort_values("commune_code", ignore_index=True)
    candidates = candidates.sort_values("commune_code", ignore_index=True)
    unmet = demand["unmet"].to_numpy(dtype=float)
    if reach is None and are_same:
        reach = reach_among(demand, reach_km)
    elif reach is None:
        reach = reach_between(candidates, demand, reach_km)
    wanted = unmet > 0
    if time_limit_s > 0 or wanted.sum() < SPARSE * len(wanted):
        reach, unmet = reach.towards(wanted), unmet[wanted]
    chosen = greedy.choose(reach, unmet, recruits, capacity, spare=0, least=least)
    method, order = "greedy", chosen.order
    objective, upper_bound = chosen.objective, chosen.upper_bound
    if len(order) < recruits:  # the plan is of fewer: so is what it is held against
        recruits = len(order)
        fewer = greedy.choose(reach, unmet, recruits, capacity, spare=0)
        upper_bound = min(upper_bound, fewer.upper_bound)

    def can_live(other: list[int]) -> bool:
        return not least or min(_added(reach, unmet, capacity, other)) >= least - SMALL

    if time_limit_s > 0 and _gap(objective, upper_bound) > PROVEN_GAP:
        chosen = greedy.choose(reach, unmet, recruits, capacity)
        upper_bound = min(upper_bound, chosen.upper_bound)
        if chosen.objective > objective + SMALL and can_live(chosen.order):
            order, objective = chosen.order, chosen.objective
    if time_limit_s > 0 and _gap(objective, upper_bound) > PROVEN_GAP:
        lowest = dual.bound(reach.matrix, unmet, recruits, capacity, objective)
        upper_bound = min(upper_bound, lowest)
    if time_limit_s > 0 and _gap(objective, upper_bound) > PROVEN_GAP:
        better = _prove(reach, unmet, recruits, capacity, time_limit_s)
        if better is not None:
            better_order, better_objective, bound, is_proven = better
            upper_bound = min(upper_bound, bound)
            lives = can_live(better_order)
            if lives and (is_proven or better_objective > objective + SMALL):
                method = "exact" if is_proven else "bounded"
            if lives and better_objective > objective + SMALL:
                order, objective = better_order, better_objective
    upper_bound = max(objective, upper_bound)
    places, further = _places(reach, unmet, capacity, order, candidates["commune_code"])
    return Plan(
        method=method,
        objective=objective,
        upper_bound=upper_bound,
        gap=_gap(objective, upper_bound),
        unmet=float(unmet.sum()),
        places=places,
        further=further,
    )


def _check(
    demand: pd.DataFrame, recruits: int, reach_km: float, capacity: float, least: float
) -> None:
    if not 1 <= recruits <= MAX_RECRUITS:
        raise ValueError(f"recruits: {recruits} is not within 1 and {MAX_RECRUITS}")
    if not 0 <= reach_km < np.inf:
        raise ValueError(f"reach_km: {reach_km} is not a distance")
    if not 0 < capacity < np.inf:
        raise ValueError(f"capacity: {capacity} is not a number of requests above 0")
    if not 0 <= least < np.inf:
        raise ValueError(f"least: {least} is not a number of requests")
    if not np.isfinite(demand["unmet"].to_numpy(dtype=float)).all():
        raise ValueError("demand: unmet holds an unknown number")


def _gap(objective: float, upper_bound: float) -> float:
    return (upper_bound - objective) / upper_bound if upper_bound > SMALL else 0.0


def _prove(
    reach: Reach,
    unmet: np.ndarray,
    recruits: int,
    capacity: float,
    time_limit_s: float,
) -> tuple[list[int], float, float, bool] | None:
    """What the programme finds: order, objective, bound, is it proven; None if too big."""
    if reach.matrix.nnz > exact.MAX_REDUCIBLE:
        return None
    problem = exact.reduce(reach.matrix, unmet)
    if not exact.fits(problem, capacity):
        return None
    solved = exact.solve(problem, recruits, capacity, time_limit_s)
    if solved is None:
        return None
    order, objective = _in_order(reach, unmet, capacity, solved.recruits)
    return order, objective, solved.upper_bound, solved.is_proven


def _in_order(
    reach: Reach, unmet: np.ndarray, capacity: float, recruits: dict[int, int]
) -> tuple[list[int], float]:
    """The recruits of a given choice, the most useful first; and what they serve together."""
    assignment = Assignment(reach, unmet, capacity)
    left = dict(recruits)
    order: list[int] = []
    while left:
        trials = {place: assignment.trial(place) for place in sorted(left)}
        place = max(trials, key=lambda place: (trials[place].gain, -place))
        assignment.apply(place, trials[place])
        order.append(place)
        left[place] -= 1
        if not left[place]:
            del left[place]
    return order, assignment.served


def _added(reach: Reach, unmet: np.ndarray, capacity: float, order: list[int]) -> list[float]:
    """What each recruit adds after those before it."""
    assignment = Assignment(reach, unmet, capacity)
    return [assignment.add(place) for place in order]


def _places(
    reach: Reach, unmet: np.ndarray, capacity: float, order: list[int], codes: pd.Series
) -> tuple[pd.DataFrame, float]:
    """One row for each place, in the order in which it was first chosen; and what one more recruit
    would add."""
    assignment = Assignment(reach, unmet, capacity)
    counts = {place: order.count(place) for place in dict.fromkeys(order)}
    each = [[assignment.add(place) for _ in range(count)] for place, count in counts.items()]
    added = [sum(of_place) for of_place in each]
    total = np.cumsum(added) if added else np.zeros(0)
    free = reach.matrix @ assignment.left
    further = assignment.trial(int(np.argmax(free))).gain if len(free) else 0.0
    places = pd.DataFrame(
        {
            "rank": np.arange(1, len(counts) + 1),
            "commune_code": [codes.iloc[place] for place in counts],
            "recruits": list(counts.values()),
            "requests_per_month": np.array(added, dtype=float),
            "each": each,
            "cumulated_requests_per_month": total,
            "cumulated_share": total / unmet.sum() if len(unmet) else total,
        }
    )
    return places, further
