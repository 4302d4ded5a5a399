"""A seeded, invented marketplace of any size, written as drops that the contracts accept.

The same arguments give the same bytes, on any day: nothing here reads the clock, and every table
has its own seeded generator. The drops are marked as synthetic in their sidecars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np

from etl.sample import cooperatives as cooperative_tables
from etl.sample import providers as provider_tables
from etl.sample import requests as request_tables
from etl.sample import small
from etl.sample.world import World, add_months
from etl.sample.writer import NotASample, Writer

DEFAULT_UNTIL = dt.date(
    2026, 10, 31
)  # the default end: a fixed day, so that the sample never changes by itself

__all__ = ["DEFAULT_UNTIL", "NotASample", "sample"]


def sample(
    directory: Path,
    *,
    providers: int = 4_000,
    requests: int = 60_000,
    cooperatives: int = 120,
    months: int = 36,
    until: dt.date = DEFAULT_UNTIL,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, int]:
    """Writes the marketplace under `directory`, one folder a source.

    providers, requests and cooperatives are numbers of distinct ones; `months` of history end on
    `until`. A former sample in the directory is replaced. `progress` is called with a step and the
    share done. Returns the rows written by source, and how many `files`. Raises NotASample when the
    directory holds anything else, ValueError for a number that makes no marketplace.
    """
    for name, number, least in (
        ("providers", providers, 1),
        ("requests", requests, 0),
        ("cooperatives", cooperatives, 0),
        ("months", months, 1),
        ("seed", seed, 0),
    ):
        if number < least:
            raise ValueError(f"{name} must be at least {least}, not {number}")
    world = World(seed, add_months(until, -months), until, months)
    files = 3 * len(world.drop_days) + cooperative_tables.HISTORY_YEARS + 5
    writer = Writer(directory, files, progress)
    try:
        add_places(world, writer)
        coops = cooperative_tables.make(world, cooperatives)
        people = provider_tables.make(world, coops, providers)
        cooperative_tables.write(world, writer, coops)
        provider_tables.write(world, writer, people)
        request_tables.write(world, writer, people, requests)
        small.write(world, writer)
    finally:
        writer.close()
    return dict(sorted(writer.rows.items()))


def add_places(world: World, writer: Writer) -> None:
    """Gives the SELECTs the tables that turn numbers into text."""
    columns = ["commune_code", "name", "departement_code"]
    writer.table("communes", world.communes[columns].assign(commune=np.arange(len(world.communes))))
    postcodes, _ = world.postcodes
    writer.table(
        "postcodes", postcodes[["postcode"]].assign(postcode_row=np.arange(len(postcodes)))
    )
    spellings, _ = world.spellings
    writer.table("spellings", spellings[["text"]].assign(spelling=np.arange(len(spellings))))
