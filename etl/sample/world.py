"""The places and activities that the invented marketplace lives in, from data/reference."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from etl import paths
from etl.sample.draw import Array, stream

HERE = Path(__file__).resolve().parent
KM_PER_DEGREE = 111.2
CELL_LATITUDE, CELL_LONGITUDE = 0.25, 0.36  # about 28 km by 28 km in France
OVERSEAS = ("971", "972", "973", "974", "976")
PARIS_REGION = "11"
EPOCH = dt.date(1970, 1, 1)


def read(path: Path) -> pd.DataFrame:
    """A CSV file, every column as text, empty as empty."""
    return pd.read_csv(path, dtype=object, keep_default_na=False)


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month; the end of a month stays the end of a month."""
    month = day.year * 12 + day.month - 1 + months
    first = dt.date(month // 12, month % 12 + 1, 1)
    length = (dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - first).days
    is_end = (day + dt.timedelta(days=1)).day == 1
    return first.replace(day=length if is_end else min(day.day, length))


@dataclass(frozen=True)
class World:
    """Places, activities and settings of a marketplace that lives from `start` to `until`."""

    seed: int
    start: dt.date
    until: dt.date
    months: int

    @cached_property
    def settings(self) -> dict:
        return tomllib.loads((HERE / "settings.toml").read_text(encoding="utf-8"))

    @cached_property
    def names(self) -> dict:
        return tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))

    @cached_property
    def drop_days(self) -> list[dt.date]:
        """The dates of the drops: `start`, then one per quarter, the last `until`."""
        count = -(-self.months // 3)
        later = [add_months(self.until, -3 * i) for i in range(count)]
        return [self.start, *reversed(later)]

    @cached_property
    def domains(self) -> pd.DataFrame:
        """One row per activity that the reference knows and domains.csv describes."""
        habits = pd.read_csv(HERE / "domains.csv")
        known = read(paths.REFERENCE / "domains.csv")
        found = known.drop(columns="family_code").merge(habits, on="domain_code")
        return found.sort_values("domain_code").reset_index(drop=True)

    @cached_property
    def spellings(self) -> tuple[pd.DataFrame, Array]:
        """How people write the activities: rows (domain, text), and where each domain's rows begin.

        The code most often, else its French label, its number in article D7231-1, or some alias.
        """
        known = read(paths.REFERENCE / "domain_aliases.csv")
        guesses = {*known.loc[known["is_guess"] == "true", "alias"]}
        aliases = known.groupby("domain_code")["alias"].agg(list)
        rows = []
        for number, row in enumerate(self.domains.to_dict("records")):
            code = row["domain_code"]
            others = sorted(a for a in aliases.get(code, []) if "|" not in a and "," not in a)
            written = [code] * 10 + [row["label_fr"]] * 3 + [row["legal_code"]] * 2
            some = others[:: max(1, len(others) // 4)]
            # a word that leaves open what it means would be told of each file
            plain = [row["label_fr"] if text in guesses else text for text in some]
            rows += [(number, text) for text in written + plain]
        frame = pd.DataFrame(rows, columns=["domain", "text"])
        starts = np.searchsorted(frame["domain"].to_numpy(), np.arange(len(self.domains) + 1))
        return frame, starts

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Communes by code, with numbers for coordinates, département and grid cell."""
        frame = read(paths.REFERENCE / "communes.csv").sort_values(
            "commune_code", ignore_index=True
        )
        for column in ("population", "latitude", "longitude"):
            frame[column] = pd.to_numeric(frame[column])
        frame["departement"] = np.searchsorted(self.departements, frame["departement_code"])
        frame["cosine"] = [round(math.cos(math.radians(x)), 6) for x in frame["latitude"]]
        frame["row"] = np.floor((frame["latitude"] + 90) / CELL_LATITUDE).astype(np.int64)
        frame["column"] = np.floor((frame["longitude"] + 180) / CELL_LONGITUDE).astype(np.int64)
        return frame

    @cached_property
    def departements(self) -> Array:
        """Codes of the départements, sorted."""
        codes = read(paths.REFERENCE / "departements.csv")["departement_code"]
        return np.array(sorted(codes), dtype=object)

    @cached_property
    def postcodes(self) -> tuple[pd.DataFrame, Array]:
        """Rows (commune, postcode) and where each commune's rows begin."""
        frame = read(paths.REFERENCE / "postcodes.csv")
        frame = frame[frame["commune_code"].isin(self.communes["commune_code"])].copy()
        frame["commune"] = np.searchsorted(
            self.communes["commune_code"].to_numpy(dtype=object), frame["commune_code"]
        )
        frame = frame.sort_values(["commune", "postcode"], ignore_index=True)
        starts = np.searchsorted(frame["commune"].to_numpy(), np.arange(len(self.communes) + 1))
        return frame, starts

    def factors(self, table: str) -> Array:
        """A setting by département, 1 where it says nothing."""
        given = self.settings[table]
        return np.array([given.get(code, 1.0) for code in self.departements])

    @cached_property
    def density(self) -> Array:
        """How many people live around each commune: 0 rural, 1 mixed, 2 urban."""
        around = self.communes.groupby(["row", "column"])["population"].transform("sum")
        return np.searchsorted(self.settings["density"]["people"], around)

    @cached_property
    def spread(self) -> dict[str, Array]:
        """Weights of communes by how an activity is spread: as people, more in towns, or less."""
        people = self.communes["population"].to_numpy(dtype=float)
        town = np.where(people > 20_000, 1.35, np.where(people > 4_000, 1.0, 0.65))
        green = np.where(people > 100_000, 0.45, np.where(people > 20_000, 0.85, 1.25))
        return {"even": people, "town": people * town, "green": people * green}

    @cached_property
    def demand_weights(self) -> Array:
        """Weights of communes for requests, one row per activity."""
        by_place = self.factors("demand")[self.communes["departement"]]
        by_place = by_place * np.array(self.settings["density"]["demand"])[self.density]
        return np.stack([self.spread[kind] * by_place for kind in self.domains["spread"]])

    @cached_property
    def supply_weights(self) -> Array:
        """Weights of communes for providers, one row per activity; some cells are nearly empty."""
        rng = stream(self.seed, "supply")
        cells = rng.random((len(self.domains), len(self.departements)))
        # One cell in nine is a desert of that activity, one in eight has more than it needs.
        luck = np.where(cells < 0.11, 0.12, np.where(cells > 0.875, 1.9, 0.75 + 0.5 * cells))
        by_place = (self.factors("supply") * luck)[:, self.communes["departement"]]
        by_place = by_place * np.array(self.settings["density"]["supply"])[self.density]
        people = np.stack([self.spread[kind] for kind in self.domains["spread"]])
        return people * by_place

    def postcode_rows(self, rng: np.random.Generator, communes: Array) -> Array:
        """One of the postcodes of each commune, as a row of `postcodes`; -1 where there is none."""
        _, starts = self.postcodes
        first, count = starts[communes], starts[communes + 1] - starts[communes]
        drawn = first + (rng.random(len(communes)) * count).astype(np.int64)
        return np.where(count > 0, drawn, -1)

    def spelling_rows(self, rng: np.random.Generator, domains: Array) -> Array:
        """One of the spellings of each activity, as a row of `spellings`."""
        _, starts = self.spellings
        first, count = starts[domains], starts[domains + 1] - starts[domains]
        return first + (rng.random(len(domains)) * count).astype(np.int64)
