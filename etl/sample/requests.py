"""Requests of clients and the answers they get, one drop of each a quarter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from etl.sample.draw import Array, few, lognormal, lognormal_table, pick, shares, stream
from etl.sample.matching import Matcher, by_day
from etl.sample.providers import INDIVIDUAL, Providers
from etl.sample.world import World, day_number
from etl.sample.writer import Writer

HERE = Path(__file__).resolve().parent
DAY = 86_400
EXPIRES_DAYS = 30
OPEN, FILLED, CANCELLED, EXPIRED = range(4)
NOT_YET = 2**62
# Chance to hire by the number of answers: one is no choice, and five are as good as more.
HIRES = np.array([0.0, 0.66, 0.78, 0.85, 0.89, 0.91])
REQUEST_DIRT = {"no_key": 0.0002, "twice": 0.0002, "no_date": 0.0002}


def write(world: World, writer: Writer, providers: Providers, count: int) -> None:
    """Draws the requests quarter by quarter; those still open come again, in their new state."""
    rng = stream(world.seed, "requests")
    matcher = Matcher(world, providers, stream(world.seed, "answers"))
    days, per_day = daily_counts(world, count)
    selects = [
        (HERE / f"drawn_{name}.sql").read_text(encoding="utf-8")
        for name in ("requests", "responses")
    ]
    open_requests, open_answers = pd.DataFrame(), pd.DataFrame()
    written, before = 0, day_number(world.start)
    for number, as_of in enumerate(world.drop_days[1:]):
        until = day_number(as_of)
        mine = (days > before) & (days <= until)
        new = draw_requests(world, rng, np.repeat(days[mine], per_day[mine]), written)
        answers = matcher.answer(
            *(new[name].to_numpy() for name in ("commune", "domain", "created"))
        )
        answers = settle(world, rng, providers, new, answers)
        written += len(new)
        requests = pd.concat([open_requests, new], ignore_index=True)
        answers = pd.concat([open_answers, answers], ignore_index=True)
        end = (until + 1) * DAY
        known = answers[answers["at"] < end]
        rows = known_by(requests, known, end)
        rows["comma"] = number == 1
        writer.write("requests", as_of, request_dirt(rng, rows), select=selects[0])
        fresh = known[known["at"] >= (before + 1) * DAY]
        style = "gzip" if number == 0 else "plain"
        dirty = response_dirt(rng, fresh.reset_index(drop=True))
        writer.write("responses", as_of, dirty, select=selects[1], style=style)
        still = requests["ends"] >= end
        open_requests = requests[still]
        open_answers = answers[answers["number"].isin(open_requests["number"])]
        before = until


def daily_counts(world: World, count: int) -> tuple[Array, Array]:
    """Day numbers and how many requests each day gets: growth, seasons of activities, weekdays."""
    start, until = day_number(world.start), day_number(world.until)
    days = np.arange(start + 1, until + 1)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    weekday = (days + 3) % 7  # 1 January 1970 was a Thursday
    weights = season_weights(world)
    growth = 0.55 + 1.0 * (days - start) / (until - start)
    weekdays = np.array(world.settings["clock"]["weekdays"])
    return days, shares(growth * np.cumsum(weights, axis=1)[month, -1] * weekdays[weekday], count)


def season_weights(world: World) -> Array:
    """Demand by month of the year (rows) and activity (columns)."""
    seasons = world.settings["seasons"]
    by_domain = np.array([seasons[name] for name in world.domains["season"]])
    return (by_domain * world.domains["demand"].to_numpy(dtype=float)[:, None]).T


def draw_requests(world: World, rng: np.random.Generator, day: Array, written: int) -> pd.DataFrame:
    """Activity, place and moment of the requests of some days; numbers follow the order of time."""
    count = len(day)
    clock = world.settings["clock"]["hours"]
    seconds = pick(rng, clock, count) * 3600 + rng.integers(0, 3600, count)
    created = np.sort(day * DAY + seconds)
    month = (created // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    domain = np.zeros(count, dtype=np.int64)
    for number, weights in enumerate(season_weights(world)):
        mine = np.flatnonzero(month == number)
        domain[mine] = pick(rng, weights, len(mine))
    commune = np.zeros(count, dtype=np.int64)
    for number in range(len(world.domains)):
        mine = np.flatnonzero(domain == number)
        commune[mine] = pick(rng, world.demand_weights[number], len(mine))
    postcode = world.postcode_rows(rng, commune)
    precision = pick(rng, [58, 40.4, 1.1, 0.5], count)
    oddity = pick(rng, [996.5, 1, 0.5, 0.5, 1.5], count)
    return pd.DataFrame(
        {
            "number": np.arange(written + 1, written + count + 1),
            "domain": domain,
            "spelling": world.spelling_rows(rng, domain),
            "commune": commune,
            "postcode": postcode,
            "precision": np.where((precision == 1) & (postcode < 0), 0, precision),
            "created": created,
            # 1 unknown activity, 2 unknown place, 3 answer before the request, 4 no status
            "oddity": oddity,
        }
    )


def settle(
    world: World,
    rng: np.random.Generator,
    providers: Providers,
    new: pd.DataFrame,
    answers: pd.DataFrame,
) -> pd.DataFrame:
    """Adds how each request ends, and returns the answers that came before its end."""
    count = len(new)
    created = new["created"].to_numpy()
    order = np.lexsort((answers["at"], answers["request"]))
    request, who, at = (answers[name].to_numpy()[order] for name in ("request", "provider", "at"))
    in_time = at < created[request] + EXPIRES_DAYS * DAY
    request, who, at = request[in_time], who[in_time], at[in_time]
    per_request = np.bincount(request, minlength=count)
    first = np.cumsum(per_request) - per_request
    hires = rng.random(count) < HIRES[np.minimum(per_request, len(HIRES) - 1)]
    # Early answers are chosen more often than late ones.
    chosen = first + (rng.random(count) ** 1.6 * per_request).astype(np.int64)
    chosen = np.where(hires, chosen, 0)
    thinking = (lognormal(rng, 1.0, count) * 20 * 3600).astype(np.int64) + 300
    nobody = np.zeros(count, dtype=np.int64)
    filled = by_day(np.where(hires, at[chosen] if len(at) else nobody, 0) + thinking)
    hires &= filled < created + EXPIRES_DAYS * DAY
    gives_up = rng.random(count) < np.where(per_request > 0, 0.42, 0.3)
    waited = (
        rng.random(count) * lognormal_table(0.8)[rng.integers(0, 4096, count)] * 9 * DAY
    ).astype(np.int64)
    quits = by_day(created + 3600 + np.minimum(waited, 28 * DAY))
    expires = created + EXPIRES_DAYS * DAY
    ends = np.where(hires, filled, np.where(gives_up, quits, expires))
    keep = at < ends[request]
    hired = np.where(hires, who[chosen] if len(who) else nobody, -1)
    domains = world.domains
    hours = domains["hours"].to_numpy(dtype=float)[new["domain"]] * lognormal(rng, 0.6, count)
    hours = np.maximum(1.0, np.round(hours * 2) / 2)
    base = domains["price_eur"].to_numpy(dtype=float)[new["domain"]]
    price = np.round((base + providers.price[hired]) / 2, 1)
    cents = np.round(hours * price * 100).astype(np.int64)
    take = np.where(providers.kind[hired] == INDIVIDUAL, 0.10, 0.13) + 0.02 * rng.random(count)
    new["ends"] = ends
    new["outcome"] = np.where(hires, FILLED, np.where(gives_up, CANCELLED, EXPIRED))
    new["hired"] = hired
    new["hours"] = hours
    new["amount"] = cents
    new["fee"] = np.round(cents * take).astype(np.int64)
    numbers = new["number"].to_numpy()
    return pd.DataFrame({"number": numbers[request[keep]], "provider": who[keep], "at": at[keep]})


def known_by(requests: pd.DataFrame, known: pd.DataFrame, end: int) -> pd.DataFrame:
    """The state of requests at a moment: what has not happened yet is not said."""
    place = np.searchsorted(requests["number"].to_numpy(), known["number"].to_numpy())
    first = np.full(len(requests), NOT_YET)
    np.minimum.at(first, place, known["at"].to_numpy())
    rows = requests.copy()
    rows["responses"] = np.bincount(place, minlength=len(requests))
    rows["first"] = np.where(first < NOT_YET, first, -1)
    rows["status"] = np.where(requests["ends"] < end, requests["outcome"], OPEN)
    rows["copy"] = 0
    return rows


def request_dirt(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Adds a few rows to refuse: no identifier (1), given twice (2), unreadable date (3)."""
    extra = [
        rows.iloc[few(rng, len(rows), share)].assign(copy=kind)
        for kind, share in enumerate(REQUEST_DIRT.values(), start=1)
    ]
    return pd.concat([rows, *extra], ignore_index=True)


def response_dirt(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Adds a few rows: no provider (1), twice (2), unreadable date (3), no such request (4)."""
    rows["copy"] = 0
    extra = [rows.iloc[few(rng, len(rows), 0.0002)].assign(copy=kind) for kind in (1, 2, 3, 4)]
    return pd.concat([rows, *extra], ignore_index=True)
