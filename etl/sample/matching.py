"""Which providers answer a request: those within reach, there at the time, and willing.

The model is a search on a grid of about 28 km: a provider is listed, per activity, in every cell
that its reach touches; a request looks at some of its cell's list and keeps who really reaches its
commune. Where the list is short, answers are few and slow: thin supply shows as it does in life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.sample.draw import Array, lognormal_table
from etl.sample.providers import Providers
from etl.sample.world import CELL_LATITUDE, CELL_LONGITUDE, KM_PER_DEGREE, World

LOOKED_AT = 24  # providers of the list that the platform shows a request to
BATCH = 100_000  # requests at a time: keeps the arrays small
EAGER = (0.3 + 5.4 / np.arange(3, LOOKED_AT + 4)).astype(np.float32)
COLUMNS = 2_000  # cells in a row of the grid, at most


@dataclass(frozen=True)
class Supply:
    """Providers by cell and activity: those of key k are members[starts[k]:starts[k + 1]].

    The key is the cell's position times the number of activities, plus the activity.
    """

    members: Array
    starts: Array
    cell_of_commune: Array


def index_supply(world: World, providers: Providers, rng: np.random.Generator) -> Supply:
    """Lists the providers that serve, by cell within reach and by activity."""
    communes, kinds = world.communes, len(world.domains)
    cells, cell_of_commune = np.unique(
        (communes["row"] * COLUMNS + communes["column"]).to_numpy(), return_inverse=True
    )
    provider, cell = reached_cells(world, providers, cells)
    order = np.argsort(provider, kind="stable")
    provider, cell = provider[order], cell[order]
    first = np.searchsorted(provider, np.arange(len(providers.kind) + 1))
    serves = providers.pair_serves
    who, what = providers.pair_provider[serves], providers.pair_domain[serves]
    repeats = first[who + 1] - first[who]
    offset = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    keys = cell[np.repeat(first[who], repeats) + offset] * kinds + np.repeat(what, repeats)
    members = np.repeat(who, repeats)
    order = np.lexsort((rng.random(len(keys)), keys))
    starts = np.searchsorted(keys[order], np.arange(len(cells) * kinds + 1))
    # One more than the lists hold, so that looking into an empty one finds something to discard.
    padded = np.append(members[order], 0).astype(np.int32)
    return Supply(padded, starts, cell_of_commune)


def reached_cells(world: World, providers: Providers, cells: Array) -> tuple[Array, Array]:
    """Pairs (provider, position in cells) where the provider's reach touches the cell."""
    home = world.communes.iloc[providers.commune]
    latitude, longitude = home["latitude"].to_numpy(), home["longitude"].to_numpy()
    row, column, cosine = (home[name].to_numpy() for name in ("row", "column", "cosine"))
    found = []
    for down in range(-2, 3):
        for right in range(-2, 3):
            south = (row + down) * CELL_LATITUDE - 90
            west = (column + right) * CELL_LONGITUDE - 180
            up = (np.clip(latitude, south, south + CELL_LATITUDE) - latitude) * KM_PER_DEGREE
            side = (
                (np.clip(longitude, west, west + CELL_LONGITUDE) - longitude)
                * KM_PER_DEGREE
                * cosine
            )
            code = (row + down) * COLUMNS + column + right
            place = np.minimum(np.searchsorted(cells, code), len(cells) - 1)
            near = (up * up + side * side <= providers.reach**2) & (cells[place] == code)
            who = np.flatnonzero(near)
            found.append((who, place[who]))
    return np.concatenate([who for who, _ in found]), np.concatenate([cell for _, cell in found])


class Matcher:
    """Draws the answers to requests."""

    def __init__(self, world: World, providers: Providers, rng: np.random.Generator) -> None:
        communes = world.communes
        self.rng = rng
        self.kinds = len(world.domains)
        self.supply = index_supply(world, providers, rng)
        self.latitude = (communes["latitude"] * KM_PER_DEGREE).to_numpy(dtype=np.float32)
        self.longitude = (communes["longitude"] * KM_PER_DEGREE).to_numpy(dtype=np.float32)
        self.cosine = communes["cosine"].to_numpy(dtype=np.float32)
        self.home_latitude = self.latitude[providers.commune]
        self.home_longitude = self.longitude[providers.commune]
        self.reach = (providers.reach.astype(np.float32) + np.float32(0.5)) ** 2
        self.joins = providers.joins.astype(np.int32)
        self.leaves = providers.leaves.astype(np.int32)
        self.answers = providers.answers.astype(np.float32)
        self.patience = world.domains["answer_hours"].to_numpy(dtype=float)
        self.delays = lognormal_table(1.25)

    def answer(self, commune: Array, domain: Array, created: Array) -> pd.DataFrame:
        """Answers as rows: request (its position here), provider, at (seconds, local time)."""
        parts = [
            self.answer_some(slice(i, i + BATCH), commune, domain, created)
            for i in range(0, max(1, len(commune)), BATCH)
        ]
        return pd.concat(parts, ignore_index=True)

    def answer_some(
        self, some: slice, commune: Array, domain: Array, created: Array
    ) -> pd.DataFrame:
        rng, supply = self.rng, self.supply
        place, kind, posted = commune[some], domain[some], created[some]
        key = supply.cell_of_commune[place] * self.kinds + kind
        begin = supply.starts[key]
        size = supply.starts[key + 1] - begin
        offset = (rng.random(len(key)) * size).astype(np.int64)
        turn = np.arange(LOOKED_AT)
        # A run of the list, taken as a ring: nobody is looked at twice.
        position = offset[:, None] + turn
        position -= np.where(position >= size[:, None], size[:, None], 0)
        inside = turn < size[:, None]
        provider = supply.members[np.where(inside, begin[:, None] + position, 0)]
        up = self.home_latitude[provider] - self.latitude[place][:, None]
        side = (self.home_longitude[provider] - self.longitude[place][:, None]) * self.cosine[
            place
        ][:, None]
        day = (posted // 86_400).astype(np.int32)[:, None]
        there = inside & (up * up + side * side <= self.reach[provider])
        there &= (self.joins[provider] <= day) & (self.leaves[provider] > day + 1)
        count = there.sum(axis=1)
        # The fewer there are, the more each one feels asked.
        eager = EAGER[count][:, None]
        willing = there & (
            rng.random(there.shape, dtype=np.float32) < self.answers[provider] * eager
        )
        request, column = np.nonzero(willing)
        # Somebody who is nearly alone has less time for each request.
        hours = self.patience[kind[request]] * (0.8 + 3.0 / (1 + count[request]))
        wait = hours * self.delays[rng.integers(0, len(self.delays), len(request))]
        at = by_day(posted[request] + 120 + (wait * 3600).astype(np.int64))
        return pd.DataFrame(
            {"request": request + some.start, "provider": provider[request, column], "at": at}
        )


def by_day(seconds: Array) -> Array:
    """Moves moments of the night (0 to 7) to the morning that follows (7 to 9)."""
    clock = seconds % 86_400
    night = clock < 7 * 3600
    return np.where(night, seconds - clock + 7 * 3600 + clock * 2 // 7, seconds)
