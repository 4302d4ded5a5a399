"""Greedy choice of places for recruits, with a bound on how much better any choice could be."""

from dataclasses import dataclass

import numpy as np

from etl.insight.recruit.flow import SMALL, Assignment, Trial
from etl.insight.recruit.reach import Reach

# Trials for one choice. Where more places might be the best one, the best of these is taken; the
# upper bound stays true, the guarantee of 1 - 1/e holds up to what the others might have added.
MAX_TRIALS = 25
FEW = 10  # places are tried sooner than their hand-overs are bounded
BUDGET = 250  # trials beyond one for each recruit, in all: then what is sure decides


@dataclass(frozen=True)
class Chosen:
    """Places in the order chosen (one entry for each recruit), what they serve, and the bound."""

    order: list[int]
    objective: float
    upper_bound: float


def choose(
    reach: Reach,
    demand: np.ndarray,
    recruits: int,
    capacity: float,
    spare: int = BUDGET,
    least: float = 0.0,
) -> Chosen:
    """Chooses one recruit after the other where the served demand grows most.

    `reach` is from places to demand; `demand`, `capacity` and `least` in requests a month. Ends
    early when no place adds anything, or none that is tried as much as `least`. Within
    `upper_bound` of the optimum for all `recruits`, and while there are trials to spare and no
    `least` at least (1 - 1/e) of it.
    """
    assignment = Assignment(reach, demand, capacity)
    free = reach.matrix @ demand
    # gains only fall (submodularity), so what a place once was worth bounds what it is worth now
    ceiling = np.minimum(free, capacity)
    order: list[int] = []
    served = 0.0
    upper_bound = min(float(demand.sum()), recruits * capacity)
    upper_bound = min(upper_bound, _most(ceiling, free, recruits))
    while len(order) < recruits and len(free):
        reachable, surest = free, min(float(free.max()), capacity)
        may_try = spare > 0 or surest <= SMALL
        if may_try and np.count_nonzero(ceiling > surest + SMALL) > FEW:
            # no place fills a recruit with free demand alone: hand-overs may decide
            if order:
                reachable = free + assignment.handed_over()
            ceiling = np.minimum(ceiling, reachable)
            upper_bound = min(upper_bound, served + _most(ceiling, reachable, recruits))
        place, trial, trials = _best(assignment, free, ceiling, capacity, min(MAX_TRIALS, spare))
        spare -= trials
        if SMALL < trial.gain < least - SMALL:
            break
        if trial.gain <= SMALL:
            # no single recruit adds anything, so by submodularity no set of them does
            upper_bound = min(upper_bound, served)
            break
        taken = assignment.left - trial.left
        where = np.flatnonzero(taken)
        places, times = reach.origins_of(where)
        np.subtract.at(free, places, np.repeat(taken[where], times))
        np.maximum(free, 0.0, out=free)
        assignment.apply(place, trial)
        served += trial.gain
        order.append(place)
    return Chosen(order, served, max(upper_bound, served))


def _best(
    assignment: Assignment, free: np.ndarray, ceiling: np.ndarray, capacity: float, most: int
) -> tuple[int, Trial, int]:
    """The place with the largest gain among those tried, its trial, and how many were tried beyond
    the surest; ties go to the most free demand in reach. Tries `most` of them, and all before it
    finds that nobody adds anything."""
    # what it adds for sure is the most: free, up to capacity; equals are equal to the last digit
    best_place = int(np.argmax(np.round(free, 9)))
    best_trial = assignment.trial(best_place)
    ceiling[best_place] = best_trial.gain
    tried = 0
    while tried < most or best_trial.gain <= SMALL:
        place = int(np.argmax(ceiling))
        if ceiling[place] <= best_trial.gain + SMALL:
            break
        trial = assignment.trial(place)
        ceiling[place] = trial.gain
        tried += 1
        if trial.gain > best_trial.gain + SMALL:
            best_place, best_trial = place, trial
    return best_place, best_trial, tried


def _most(ceiling: np.ndarray, reachable: np.ndarray, recruits: int) -> float:
    """The most that `recruits` more could add: the best gains, repeated while their reach lasts.

    The m-th recruit at a place adds at most what the first does, and all of them together at most
    what they can reach.
    """
    worth = ceiling > SMALL
    gains, totals = ceiling[worth], reachable[worth]
    times = np.minimum(np.ceil(totals / np.maximum(gains, SMALL) - 1e-12), recruits).astype(int)
    if not len(gains):
        return 0.0
    top = np.argpartition(-gains, min(recruits, len(gains)) - 1)[:recruits]
    gains, totals, times = gains[top], totals[top], times[top] - 1
    pieces = np.concatenate([np.repeat(gains, times), np.minimum(gains, totals - times * gains)])
    return float(np.sort(pieces)[::-1][:recruits].sum())
