"""Population by département and age, targets, and events."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from etl.sample.draw import stream
from etl.sample.world import OVERSEAS, PARIS_REGION, World, add_months
from etl.sample.writer import Writer

MAIN_DOMAINS = ["house_cleaning", "gardening", "childcare_3_and_over", "tutoring", "elderly_care"]


def write(world: World, writer: Writer) -> None:
    """The three small sources, one drop each."""
    writer.write("population", world.until, population(world))
    writer.write("targets", world.until, targets(world))
    writer.write("events", world.until, events(world))


def population(world: World) -> pd.DataFrame:
    """People by département and band: the reference's total, with plausible shares of each age.

    The more people live in small communes, the older a département; overseas and around Paris they
    are younger.
    """
    rng = stream(world.seed, "population")
    communes = world.communes
    total = communes.groupby("departement")["population"].sum().to_numpy(dtype=float)
    small = communes[communes["population"] < 5_000].groupby("departement")["population"].sum()
    rural = small.reindex(range(len(total)), fill_value=0).to_numpy(dtype=float) / total
    regions = communes.groupby("departement")["region_code"].first().to_numpy(dtype=object)
    young = np.where(
        np.isin(world.departements, OVERSEAS), 1.25, np.where(regions == PARIS_REGION, 1.13, 1.0)
    )
    young = np.where(np.isin(world.departements, ["973", "976"]), 2.0, young)
    noise = 0.96 + 0.08 * rng.random(len(total))
    shares = {
        "0-4": 0.054 * young * noise * (1.06 - 0.22 * rural),
        "5-19": 0.178 * (0.55 + 0.45 * young) * noise * (1.04 - 0.14 * rural),
        "75+": 0.078 / (young * young) * (0.85 + 0.75 * rural) / noise,
    }
    bands = {"all": total} | {band: np.round(total * share) for band, share in shares.items()}
    frames = [
        pd.DataFrame(
            {
                "territory_level": "departement",
                "territory_code": world.departements,
                "year": world.until.year - 1,
                "band": band,
                "population": people.astype(np.int64),
            }
        )
        for band, people in bands.items()
    ]
    return pd.concat(frames).sort_values(["territory_code", "band"], ignore_index=True)


def targets(world: World) -> pd.DataFrame:
    """What the founders want: coverage and fill rate of the main activities, one region ahead."""
    due = dt.date(world.until.year + 1, 12, 31).isoformat()
    rows: list[tuple] = [
        (None, "country", "FR", "coverage_population", 0.6, due),
        (None, "country", "FR", "fill_rate", 0.65, due),
    ]
    for domain in MAIN_DOMAINS:
        rows.append((domain, "country", "FR", "coverage_population", 0.75, due))
        rows.append((domain, "country", "FR", "fill_rate", 0.7, due))
        rows.append((domain, "region", "53", "fill_rate", 0.75, due))
        rows.append((domain, "departement", "23", "coverage_population", 0.4, due))
    names = ["domain", "territory_level", "territory_code", "metric", "target", "due_on"]
    return pd.DataFrame(rows, columns=names)


def events(world: World) -> pd.DataFrame:
    """Moments to mark on charts, dated in months before the end."""
    rows: list[tuple] = []
    for back, label in world.settings["events"].values():
        on = add_months(world.until, -back)
        if on > world.start:
            rows.append((on.isoformat(), label, None, "country", "FR"))
    rows.append(
        (
            add_months(world.until, -6).isoformat(),
            "Ouverture aux jardiniers en Bretagne",
            "gardening",
            "region",
            "53",
        )
    )
    names = ["on", "label", "domain", "territory_level", "territory_code"]
    return pd.DataFrame(sorted(rows, key=str), columns=names)
