"""Who serves whom: the most requests that recruits can take, as a maximum flow that grows.

Recruits at a place take at most `capacity` requests a month each, from demand within their reach.
The most that a set of recruits can serve together is a maximum flow, and so a monotone submodular
function of the set (it is the rank function of a transversal polymatroid). That is what gives
greedy choice its guarantee of 1 - 1/e (Nemhauser, Wolsey and Fisher 1978), and why each gain must
be a true increase of the flow, requests handed from one recruit to another included: demand taken
first come, first served is not submodular, and its greedy has no such guarantee.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from etl.insight.recruit.reach import Reach

SMALL = 1e-9  # requests a month; less than this is nothing


@dataclass(frozen=True)
class Trial:
    """What more recruits at a place would change: rows of the flow (by number), demand left."""

    gain: float
    rows: dict[int, np.ndarray]
    left: np.ndarray


class Assignment:
    """A maximum flow from recruits to demand, kept maximal while recruits are added.

    `reach` is from places to demand; `demand` is requests a month, shape (demand,); `capacity` is
    requests a month for one recruit.
    """

    def __init__(self, reach: Reach, demand: np.ndarray, capacity: float) -> None:
        self._reach = reach
        self._reached: dict[int, np.ndarray] = {}
        self.capacity = capacity
        self.left = demand.astype(float).copy()
        self._places: list[int] = []  # those with recruits; a place's number is its row of the flow
        self._flow = np.zeros((1, len(demand)))  # always with one row to spare

    @property
    def served(self) -> float:
        """Requests a month that all recruits serve together."""
        return float(self._flow.sum())

    def reached(self, place: int) -> np.ndarray:
        """Demand within reach of a place, the nearest first."""
        if place not in self._reached:
            self._reached[place] = self._reach.nearest_first(place)
        return self._reached[place]

    def handed_over(self) -> np.ndarray:
        """What a newcomer at each place could take over from others, at most; shape (places,).

        What a newcomer adds is a flow in the residual graph as it is now: through each place with
        recruits passes at most what it serves there and what free demand its chains of hand-overs
        lead to.
        """
        flow, within = self._compressed()
        takes_from = (within @ flow.T).toarray() > SMALL
        chains = np.maximum(np.eye(len(self._places)), takes_from)
        while ((longer := (chains @ chains > 0).astype(float)) != chains).any():
            chains = longer
        led_to = sparse.csr_array(chains) @ within
        led_to.data[:] = 1.0
        replaced = led_to @ self.left
        serves = flow.sum(axis=1)
        # who can hand over all that they serve, and who a part of it
        whole, part = replaced >= serves, (replaced > SMALL) & (replaced < serves)
        handed = self._reach.matrix @ (whole.astype(float) @ flow)
        if part.any():
            taken = (flow[part] @ self._reach.reverse).tocsr()
            amounts = np.minimum(taken.data, np.repeat(replaced[part], np.diff(taken.indptr)))
            handed += np.bincount(taken.indices, weights=amounts, minlength=len(handed))
        return handed

    def _compressed(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """The flow, and what is within reach, of the places with recruits; both of shape (places
        with recruits, demand)."""
        reached = [self.reached(place) for place in self._places]
        values = [self._flow[number][where] for number, where in enumerate(reached)]
        starts = np.cumsum([0, *map(len, reached)])
        where, shape = np.concatenate(reached), (len(self._places), len(self.left))
        within = sparse.csr_array((np.ones(len(where)), where, starts), shape=shape)
        flow = sparse.csr_array((np.concatenate(values), where, starts), shape=shape, copy=True)
        flow.eliminate_zeros()
        return flow, within

    def trial(self, place: int, recruits: int = 1) -> Trial:
        """The flow with more recruits at a place; nothing is changed until `apply`."""
        room = self.capacity * recruits
        number = self._places.index(place) if place in self._places else len(self._places)
        before: dict[int, np.ndarray] = {number: self._flow[number].copy()}
        kept, self.left = self.left, self.left.copy()
        gain = _take(self.left, self._flow[number], self.reached(place), room)
        if room - gain > SMALL and self._places:
            gain += self._augment(number, place, room - gain, before)
        trial = Trial(gain, {row: self._flow[row].copy() for row in before}, self.left)
        for row, values in before.items():
            self._flow[row] = values
        self.left = kept
        return trial

    def _augment(
        self,
        start: int,
        place: int,
        room: float,
        before: dict[int, np.ndarray],
    ) -> float:
        """Pushes along chains of places, each taking over from the next, until none is left.

        Changes the flow and the demand left in place; rows that change are first kept in `before`.
        """
        givers = len(self._places)
        gain = 0.0
        while True:
            pushed = 0.0
            came_from = {start: -1}
            waiting = deque([start])
            while waiting and room - gain - pushed > SMALL:
                node = waiting.popleft()
                reached = self.reached(place if node == start else self._places[node])
                if self.left[reached].sum() > SMALL:
                    chain = [node]
                    while (previous := came_from[chain[-1]]) >= 0:
                        chain.append(previous)
                    pushed += self._push(chain, place, room - gain - pushed, before)
                offered = self._flow[:givers, reached].sum(axis=1) > SMALL
                for giver in np.flatnonzero(offered).tolist():
                    if giver not in came_from:
                        came_from[giver] = node
                        waiting.append(giver)
            gain += pushed
            if pushed <= SMALL or room - gain <= SMALL:
                return gain

    def _push(
        self, chain: list[int], place: int, room: float, before: dict[int, np.ndarray]
    ) -> float:
        """Moves as much as fits along a chain, its end first; its last node is the newcomer."""
        reached = [self.reached(self._places[node]) for node in chain[:-1]] + [self.reached(place)]
        amount = min(room, float(self.left[reached[0]].sum()))
        for giver, where in zip(chain, reached[1:], strict=False):
            amount = min(amount, float(self._flow[giver][where].sum()))
        if amount <= SMALL:
            return 0.0
        for node in chain:
            if node not in before:
                before[node] = self._flow[node].copy()
        _take(self.left, self._flow[chain[0]], reached[0], amount)
        for giver, taker, where in zip(chain, chain[1:], reached[1:], strict=False):
            _take(self._flow[giver], self._flow[taker], where, amount)
        return amount

    def apply(self, place: int, trial: Trial) -> None:
        """Takes over a trial made on the present flow."""
        if place not in self._places:
            self._places.append(place)
            if len(self._places) == len(self._flow):
                self._flow = np.vstack([self._flow, np.zeros_like(self._flow)])
        for row, values in trial.rows.items():
            self._flow[row] = values
        self.left = trial.left

    def add(self, place: int, recruits: int = 1) -> float:
        """Adds recruits at a place; returns by how much the flow grows."""
        trial = self.trial(place, recruits)
        self.apply(place, trial)
        return trial.gain


def _take(giver: np.ndarray, taker: np.ndarray, where: np.ndarray, amount: float) -> float:
    """Moves up to `amount` where named, the first ones first; returns how much it was."""
    offered = giver[where]
    moved = np.diff(np.minimum(np.cumsum(offered), amount), prepend=0.0)
    np.clip(moved, 0.0, offered, out=moved)
    giver[where] = offered - moved
    taker[where] += moved
    return float(moved.sum())
