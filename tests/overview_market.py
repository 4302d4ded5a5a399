"""A seeded marketplace in three départements, and what its overview must show, counted by pandas.

Nothing here reads the build: every expectation comes from the rows that were dropped.
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter

from etl.build.reference import RESPONSE_BUCKETS_HOURS

ROOT = Path(__file__).resolve().parents[1]
BEFORE, AS_OF = dt.date(2026, 8, 31), dt.date(2026, 10, 31)
DOMAINS = ["house_cleaning", "gardening", "handyman"]
KINDS = ["individual", "association", "company", "cooperative", ""]
T = 14


@dataclass
class Market:
    """Rows as dropped; `late` are the providers that a second drop tells anew."""

    communes: pd.DataFrame
    providers: pd.DataFrame
    late: pd.DataFrame
    requests: pd.DataFrame
    drops: dict[str, str] = field(default_factory=dict)


def communes() -> pd.DataFrame:
    """Every commune of the reference."""
    return pd.read_csv(
        ROOT / "data/reference/communes.csv",
        dtype={"commune_code": str, "departement_code": str, "region_code": str},
    )


def make(seed: int = 5, n_providers: int = 90, n_requests: int = 700) -> Market:
    """A marketplace around Rennes, Brest and Paris."""
    draw = np.random.default_rng(seed)
    everywhere = communes()
    homes = everywhere[
        everywhere["departement_code"].isin(["35", "29", "75"]) & (everywhere["population"] > 8000)
    ]["commune_code"].to_numpy()

    def days(start: dt.date, end: dt.date, size: int) -> pd.Series:
        span = (end - start).days
        return pd.Series(pd.Timestamp(start) + pd.to_timedelta(draw.integers(0, span, size), "D"))

    def maybe(values: np.ndarray | pd.Series, share: float) -> pd.Series:
        values = pd.Series(values).reset_index(drop=True)
        return values.where(draw.random(len(values)) < share)

    ids = [f"P{number}" for number in range(n_providers)]
    providers = pd.DataFrame(
        {
            "provider_id": ids,
            "name": ids,
            "kind": draw.choice(KINDS, n_providers, p=[0.5, 0.1, 0.2, 0.1, 0.1]),
            "domains": [
                "|".join(draw.choice(DOMAINS, draw.integers(1, 3), replace=False)) for _ in ids
            ],
            "commune_code": maybe(draw.choice(homes, n_providers), 0.9),
            "reach_km": maybe(draw.choice([5.0, 15.0, 30.0], n_providers), 0.8),
            "joined_on": days(dt.date(2024, 1, 1), dt.date(2026, 8, 1), n_providers),
            "left_on": maybe(days(dt.date(2026, 6, 1), dt.date(2026, 8, 30), n_providers), 0.1),
            "last_seen_on": maybe(days(dt.date(2026, 5, 1), BEFORE, n_providers), 0.8),
        }
    )
    late = providers[providers["left_on"].isna()].sample(40, random_state=seed).copy()
    late["last_seen_on"] = pd.Timestamp(AS_OF) - pd.Timedelta(days=3)
    late.iloc[:8, late.columns.get_loc("left_on")] = pd.Timestamp(2026, 10, 1)
    late.iloc[8:20, late.columns.get_loc("reach_km")] = 45.0
    new = late.iloc[20:30].assign(
        provider_id=[f"N{number}" for number in range(10)],
        joined_on=pd.Timestamp(2026, 9, 15),
        name="New",
    )
    requests = _requests(draw, homes, n_requests, days, maybe)
    market = Market(everywhere, providers, pd.concat([late, new]), requests)
    old = requests[requests["created_at"] < pd.Timestamp(2026, 8, 31)]
    market.drops = {
        "providers/2026-08-31.csv": _csv(providers),
        "requests/2026-08-31.csv": _csv(old),
        "providers/2026-10-31.csv": _csv(market.late),
        "requests/2026-10-31.csv": _csv(requests.drop(old.index)) + ",house_cleaning,,,,,,,\n",
    }
    return market


def _requests(draw, homes, size, days, maybe) -> pd.DataFrame:
    created = days(dt.date(2024, 9, 1), dt.date(2026, 10, 30), size) + pd.to_timedelta(
        draw.integers(8 * 60, 20 * 60, size), "min"
    )
    status = pd.Series(
        draw.choice(
            ["filled", "expired", "cancelled", "open", ""], size, p=[0.5, 0.2, 0.08, 0.14, 0.08]
        )
    )
    answers = maybe(draw.integers(0, 5, size), 0.9)
    answers[status == "filled"] = draw.integers(1, 5, (status == "filled").sum())
    answered = created + pd.to_timedelta(draw.exponential(40, size) + 0.1, "h")
    filled = answered + pd.to_timedelta(draw.exponential(9, size), "D")
    end = pd.Timestamp(AS_OF) + pd.Timedelta(hours=20)
    closed = (created + pd.to_timedelta(draw.integers(1, 40, size), "D")).clip(upper=end)
    too_late = (status == "filled") & (filled > end)
    status[too_late] = "open"
    answered = answered.where((answers > 0) & (answered < end))
    answers = answers.where((answers.isna()) | (answers == 0) | answered.notna(), 0)
    return pd.DataFrame(
        {
            "request_id": [f"R{number}" for number in range(size)],
            "domain": maybe(draw.choice(DOMAINS, size, p=[0.6, 0.3, 0.1]), 0.95),
            "commune_code": maybe(draw.choice(homes, size), 0.95),
            "created_at": created,
            "status": status,
            "responses": answers.astype("Int64"),
            "first_response_at": answered.dt.floor("s"),
            "filled_at": filled.where(status == "filled").dt.floor("s"),
            "closed_at": closed.where(status.isin(["cancelled", "expired"])),
        }
    )


def _csv(rows: pd.DataFrame) -> str:
    return rows.to_csv(index=False)


def known_providers(market: Market, as_of: dt.date) -> pd.DataFrame:
    """The last word on each provider by `as_of`."""
    rows = [market.providers] if as_of < AS_OF else [market.providers, market.late]
    return pd.concat(rows).drop_duplicates("provider_id", keep="last")


def active(market: Market, as_of: dt.date) -> pd.DataFrame:
    """Providers on offer on the day: joined, not left, seen within 90 days or nobody knows when."""
    rows, day = known_providers(market, as_of), pd.Timestamp(as_of)
    return rows[
        (rows["joined_on"] <= day)
        & ~(rows["left_on"] <= day)
        & ~(rows["last_seen_on"] < day - pd.Timedelta(days=90))
    ]


def reached(market: Market, as_of: dt.date) -> pd.DataFrame:
    """Communes x domains: how many distinct active providers reach each commune."""
    places = market.communes
    latitude, longitude = np.radians(places["latitude"]), np.radians(places["longitude"])
    counts = pd.DataFrame(0, index=places["commune_code"], columns=DOMAINS)
    home = places.set_index("commune_code")[["latitude", "longitude"]]
    for row in active(market, as_of).dropna(subset=["commune_code"]).itertuples():
        here = np.radians(home.loc[row.commune_code])
        arc = np.arccos(
            np.clip(
                np.sin(here["latitude"]) * np.sin(latitude)
                + np.cos(here["latitude"])
                * np.cos(latitude)
                * np.cos(longitude - here["longitude"]),
                -1,
                1,
            )
        )
        reach = 10.0 if pd.isna(row.reach_km) else row.reach_km
        near = (6371.0088 * arc <= reach).to_numpy() | (
            places["commune_code"] == row.commune_code
        ).to_numpy()
        for domain in row.domains.split("|"):
            counts.loc[near, domain] += 1
    return counts


def in_months(market: Market, start: str, end: str) -> pd.DataFrame:
    """Requests posted from the first day of `start` to the last of `end`, with their outcome."""
    rows = market.requests.copy()
    rows["month"] = rows["created_at"].dt.to_period("M")
    rows = rows[rows["month"].between(pd.Period(start), pd.Period(end))]
    paris = {
        name: rows[name].dt.tz_localize("Europe/Paris", ambiguous=True)
        for name in ("created_at", "first_response_at", "filled_at", "closed_at")
    }
    rows["age"] = (pd.Timestamp(AS_OF) - rows["created_at"].dt.normalize()).dt.days
    rows["known"] = rows["status"] != ""
    rows["filled_days"] = (paris["filled_at"] - paris["created_at"]) / pd.Timedelta(days=1)
    hours = pd.Timedelta(hours=1)
    rows["hours"] = (paris["first_response_at"] - paris["created_at"]) / hours
    end_of_day = pd.Timestamp(AS_OF + dt.timedelta(days=1)).tz_localize("Europe/Paris")
    gone = paris["closed_at"].where(rows["status"].isin(["cancelled", "expired"]))
    gone = gone.fillna(paris["filled_at"].where(rows["status"] == "filled")).fillna(end_of_day)
    waiting = (gone - paris["created_at"]) / hours
    rows["is_answered"] = rows["hours"].notna()
    # the file tells first answers: an empty one is none, but for those filled or of no state
    is_none = rows["responses"].isna() & rows["status"].isin(["open", "cancelled", "expired"])
    is_none |= rows["responses"] == 0
    rows["hours"] = rows["hours"].fillna(waiting.where(is_none))
    return rows


def fill(rows: pd.DataFrame, days: int) -> tuple[int, int, int]:
    """Filled within the days, known among the mature, left out."""
    known = rows[(rows["age"] >= days) & rows["known"]]
    return int((known["filled_days"] <= days).sum()), len(known), len(rows) - len(known)


def wilson(x: float, n: float) -> tuple[float, float]:
    """The textbook formula."""
    z, p = 1.959963984540054, x / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def first_answer(rows: pd.DataFrame) -> tuple[float, float, int]:
    """Median, p90 and n, by lifelines on the published buckets."""
    timed = rows.dropna(subset=["hours"])
    edges = np.array(RESPONSE_BUCKETS_HOURS, dtype=float).clip(max=1e9)  # lifelines takes no inf
    times = edges[np.searchsorted(edges, timed["hours"].clip(lower=0))]
    fitted = KaplanMeierFitter().fit(times, timed["is_answered"])
    return fitted.median_survival_time_, fitted.percentile(0.1), len(timed)
