"""Co-operatives, their years, and the projects they came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.sample.draw import Array, known, lognormal, normal, pick, stream
from etl.sample.identifiers import padded, sirens
from etl.sample.world import World, day_number
from etl.sample.writer import Writer

NEVER = 10**6  # a day number that never comes
HISTORY_YEARS = 10
FORMS = ["scop", "scic", "other"]
ORIGINS = ["ex_nihilo", "transmission", "rescue", "transformation"]
# First the categories that say SCOP, then those that say nothing of it (SAS, other co-operative).
LEGAL = {
    "scop": ["5458", "5558", "5710"],
    "scic": ["5460", "5710", "5560"],
    "other": ["5460", "5195"],
}
JOBS_AT_BIRTH = np.array([4.0, 13.0, 17.0, 12.0])  # by origin
YEARLY_EXIT = np.array([0.056, 0.022, 0.053, 0.03])  # 75, 90, 76 and 86 % alive at five years
EXITS = ["closure", "liquidation", "merger", "conversion"]
SNAPSHOT_COLUMNS = [
    "siren",
    "name",
    "form",
    "is_cae",
    "legal_category",
    "origin",
    "domains",
    "commune_code",
    "postcode",
    "city",
    "departement_code",
    "registered_on",
    "cooperative_since",
    "ceased_on",
    "exit_kind",
    "capital_share_employees",
    "votes_share_employees",
]


@dataclass(frozen=True)
class Cooperatives:
    """One element per co-operative; days are day numbers, `ceased` is NEVER while it lives."""

    siren: Array
    origin: Array
    since: Array
    ceased: Array
    commune: Array
    domains: list[list[int]]
    frame: pd.DataFrame  # the columns of the drops


def dates(days: Array) -> pd.Series:
    """Day numbers as ISO text, NEVER as nothing."""
    text = np.where(days < NEVER, days, 0).astype("datetime64[D]").astype(str).astype(object)
    return pd.Series(known(text, days < NEVER))


def make(world: World, count: int) -> Cooperatives:
    """Draws the co-operatives: four in five born in the last ten years, the others older."""
    rng = stream(world.seed, "cooperatives")
    until = day_number(world.until)
    age = np.where(
        rng.random(count) < 0.8, rng.random(count) ** 1.2 * 3650, 3650 + rng.random(count) * 5500
    )
    since = until - 75 - age.astype(np.int64)
    origin = pick(rng, [62, 14, 9, 15], count)
    form = pick(rng, [66, 30, 4], count)
    # An old firm that became a co-operative keeps the date of its first registration.
    earlier = np.where(origin == 0, 0, 700 + rng.random(count) * 6000).astype(np.int64)
    life = waiting_time(rng, YEARLY_EXIT[origin])
    ceased = np.where((age <= 3650) & (since + life < until), since + life, NEVER)
    late = until - (rng.random(count) * 3600).astype(np.int64)
    ceased = np.where((age > 3650) & (rng.random(count) < 0.22), late, ceased)
    main = pick(
        rng,
        world.domains["supply"] * np.where(world.domains["domain_code"] == "coordination", 8, 1),
        count,
    )
    commune = np.array([pick(rng, world.supply_weights[d], 1)[0] for d in main], dtype=np.int64)
    family = world.domains["family"].to_numpy()
    domains = []
    for number in range(count):
        near = np.flatnonzero(family == family[main[number]])
        domains.append(
            sorted({int(main[number]), *rng.permutation(near)[: int(rng.integers(0, 4))].tolist()})
        )
    siren = sirens(np.arange(count))
    frame = describe(world, rng, siren, form, origin, commune, domains)
    frame["registered_on"] = dates(since - earlier)
    frame["cooperative_since"] = dates(since)
    frame["ceased_on"] = dates(ceased)
    frame["exit_kind"] = np.array(EXITS, dtype=object)[pick(rng, [38, 36, 14, 12], count)]
    return Cooperatives(siren, origin, since, ceased, commune, domains, frame)


def waiting_time(rng: np.random.Generator, yearly: Array) -> Array:
    """Days until an exit whose chance is the same every year after the first."""
    alive = np.cumprod(np.broadcast_to(1 - yearly, (60, len(yearly))), axis=0)
    lived = (alive > rng.random(len(yearly))).sum(axis=0)
    return 30 + lived * 365 + (rng.random(len(yearly)) * 365).astype(np.int64)


def describe(
    world: World,
    rng: np.random.Generator,
    siren: Array,
    form: Array,
    origin: Array,
    commune: Array,
    domains: list[list[int]],
) -> pd.DataFrame:
    """What the register says of each co-operative, dates aside."""
    count = len(siren)
    places = world.communes.iloc[commune]
    city = places["name"].to_numpy(dtype=object)
    words = np.array(world.names["organisations"]["cooperatives"], dtype=object)
    words = words[rng.integers(0, len(words), count)]
    forms = np.array(FORMS, dtype=object)[form]
    postcodes, _ = world.postcodes
    row = world.postcode_rows(rng, commune)
    by_postcode = (rng.random(count) < 0.35) & (row >= 0)
    codes = world.domains["domain_code"].to_numpy(dtype=object)
    rows = pick(rng, [80, 15, 5], count)
    categories = [LEGAL[f][min(r, len(LEGAL[f]) - 1)] for f, r in zip(forms, rows, strict=True)]
    # Nearly all comply (51 % of the capital, 65 % of the votes); one in six does not say.
    is_scop = forms == "scop"
    capital = np.where(is_scop, 51 + rng.random(count) * 49, 15 + rng.random(count) * 50)
    votes = np.where(is_scop, 65 + rng.random(count) * 35, 20 + rng.random(count) * 40)
    breach = is_scop & (rng.random(count) < 0.05)
    capital = np.round(np.where(breach, capital - 30, capital), 1)
    votes = np.round(np.where(breach, votes - 25, votes), 1)
    unknown = rng.random(count) < 0.16
    return pd.DataFrame(
        {
            "siren": padded(siren, 9),
            "name": [word.format(city=name) for word, name in zip(words, city, strict=True)],
            "form": known(forms, rng.random(count) > 0.02),
            "is_cae": np.where(rng.random(count) < 0.09, "true", "false"),
            "legal_category": categories,
            "origin": known(np.array(ORIGINS, dtype=object)[origin], rng.random(count) > 0.05),
            "domains": ["|".join(codes[d] for d in mine) for mine in domains],
            "commune_code": known(places["commune_code"].to_numpy(dtype=object), ~by_postcode),
            "postcode": known(postcodes["postcode"].to_numpy(dtype=object)[row], by_postcode),
            "city": known(city, by_postcode),
            "departement_code": places["departement_code"].to_numpy(dtype=object),
            "capital_share_employees": np.where(unknown, np.nan, capital),
            "votes_share_employees": np.where(unknown, np.nan, votes),
        }
    )


def write(world: World, writer: Writer, coops: Cooperatives) -> None:
    """Yearly snapshots of the register, yearly figures, and projects."""
    rng = stream(world.seed, "cooperative drops")
    silent = rng.random(len(coops.siren)) < 0.2  # these vanish without a word when they cease
    ends = [dt.date(world.until.year - back, 12, 31) for back in range(HISTORY_YEARS, 0, -1)]
    for as_of in [*ends, world.until]:
        write_snapshot(writer, coops, as_of, silent)
    write_years(world, writer, coops)
    write_projects(world, writer, coops)


def write_snapshot(writer: Writer, coops: Cooperatives, as_of: dt.date, silent: Array) -> None:
    """The register on one day: who had been born, and the exits it knows of."""
    day = day_number(as_of)
    gone = coops.ceased <= day
    there = (coops.since <= day) & ~(gone & silent)
    frame = coops.frame.copy()
    frame.loc[~gone, ["ceased_on", "exit_kind"]] = None
    rows = frame.loc[there, SNAPSHOT_COLUMNS].sort_values("siren")
    writer.write("cooperatives", as_of, rows, is_snapshot=True)


def write_years(world: World, writer: Writer, coops: Cooperatives) -> None:
    """Figures of each closed year, in one drop."""
    rng = stream(world.seed, "cooperative years")
    count = len(coops.siren)
    first = world.until.year - HISTORY_YEARS
    jobs = JOBS_AT_BIRTH[coops.origin] * lognormal(rng, 0.55, count)
    part_time = 0.72 + 0.2 * rng.random(count)
    lasting, skilled = 0.7 + 0.28 * rng.random(count), 0.25 + 0.5 * rng.random(count)
    revenue = np.round(36 * lognormal(rng, 0.3, count))  # thousands of euros per full-time job
    joined_in = 0.3 + 0.5 * rng.random(count)
    is_cae = coops.frame["is_cae"].to_numpy(dtype=object) == "true"
    parts = []
    for year in range(first, world.until.year):
        grown = 1 + np.round(0.035 + 0.11 * normal(rng, count), 4)
        birth_year = coops.since.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        alive = (birth_year <= year) & (coops.ceased > day_number(dt.date(year, 12, 31)))
        jobs = np.where(birth_year < year, np.maximum(jobs * grown, 1.0), jobs)
        staff = np.maximum(np.round(jobs), 1)
        members = np.round(staff * joined_in)
        unknown = rng.random((5, count)) < 0.06
        kept = (coops.origin == 1) | (coops.origin == 2)
        columns = {
            "employees": staff,
            "employees_fte": np.round(staff * part_time, 1),
            "permanent_employees": np.where(unknown[0], np.nan, np.round(staff * lasting)),
            "qualified_employees": np.where(unknown[1], np.nan, np.round(staff * skilled)),
            "members": np.where(unknown[2], np.nan, members + rng.integers(1, 9, count)),
            "member_employees": np.where(unknown[3], np.nan, members),
            "jobs_kept": np.where(kept & (birth_year == year), np.round(staff * 0.85), np.nan),
            "revenue_eur": np.where(
                unknown[4], np.nan, np.round(staff * part_time * revenue) * 1000
            ),
            "cae_entrepreneurs": np.where(is_cae, np.round(staff * 2.5), np.nan),
            "cape_holders": np.where(is_cae, np.round(staff * 1.2), np.nan),
        }
        whole = [name for name in columns if name != "employees_fte"]
        rows = pd.DataFrame(columns).astype(dict.fromkeys(whole, "Int64"))
        rows.insert(0, "siren", coops.frame["siren"])
        rows.insert(1, "year", year)
        parts.append(rows[alive & (rng.random(count) > 0.03)])
    writer.write("cooperative_years", world.until, pd.concat(parts, ignore_index=True))


def write_projects(world: World, writer: Writer, coops: Cooperatives) -> None:
    """Projects that became co-operatives, dated backwards from their birth, and others."""
    rng = stream(world.seed, "projects")
    until = day_number(world.until)
    born = np.flatnonzero((coops.since > until - 3600) & (rng.random(len(coops.siren)) < 0.75))
    others = round(len(coops.siren) * 0.9)
    count = len(born) + others
    is_born = np.arange(count) < len(born)
    lags = np.stack([months * 30 * lognormal(rng, 0.55, count) for months in (2, 3.5, 1.5, 2.5)])
    lags = np.maximum(lags, 5).astype(np.int64)
    received = until - (rng.random(count) ** 1.3 * 3000).astype(np.int64)
    received[: len(born)] = coops.since[born] - lags[:, : len(born)].sum(axis=0)
    chance = rng.random((4, count))
    supported = is_born & (chance[0] < 0.95) | ~is_born & (chance[0] < 0.7)
    agency = supported & (chance[1] < 0.55)
    financed = supported & (is_born & (chance[2] < 0.85) | ~is_born & (chance[2] < 0.4))
    abandoned = ~is_born & (chance[3] < 0.8)
    when = np.cumsum(np.vstack([received, lags]), axis=0)
    organisation = np.array(
        [
            "Union régionale des Scop",
            "Agence nationale",
            "Crédit Coopératif",
            "Socoden",
            "France Active",
        ],
        dtype=object,
    )
    lender = organisation[2 + pick(rng, [60, 25, 15], count)]
    amount = np.round(18 * lognormal(rng, 0.7, count)) * 1000
    none, no_money = np.full(count, None, dtype=object), np.full(count, np.nan)
    steps = [
        ("received", np.full(count, True), when[0], none, no_money),
        ("supported", supported, when[1], np.full(count, organisation[0], dtype=object), no_money),
        (
            "agency_support",
            agency,
            when[2],
            np.full(count, organisation[1], dtype=object),
            np.round(amount / 3, -2),
        ),
        ("financed", financed, when[3], lender, amount),
        ("registered", is_born, when[4], none, no_money),
        ("abandoned", abandoned, when[4] + 60, none, no_money),
    ]
    number = padded(np.arange(count) + 1, 5)
    ids = np.array(["demo-j" + text for text in number], dtype=object)
    parts = []
    for step, happened, days, who, euros in steps:
        keep = happened & (days <= until)
        on = dates(days[keep])
        parts.append(
            pd.DataFrame(
                {
                    "project_id": ids[keep],
                    "step": step,
                    "on": on,
                    "organisation": who[keep],
                    "amount_eur": euros[keep],
                }
            ).astype({"amount_eur": "Int64"})
        )
    main = pick(rng, world.domains["supply"], count)
    commune = np.array([pick(rng, world.supply_weights[d], 1)[0] for d in main], dtype=np.int64)
    siren, origin = np.full(count, None, dtype=object), pick(rng, [62, 14, 9, 15], count)
    siren[: len(born)], origin[: len(born)] = padded(coops.siren[born], 9), coops.origin[born]
    commune[: len(born)] = coops.commune[born]
    main[: len(born)] = [coops.domains[i][0] for i in born]
    projects = pd.DataFrame(
        {
            "project_id": ids,
            "commune_code": world.communes["commune_code"].to_numpy(dtype=object)[commune],
            "domain": world.domains["domain_code"].to_numpy(dtype=object)[main],
            "origin": np.array(ORIGINS, dtype=object)[origin],
            "siren": siren,
            "planned_jobs": np.maximum(
                1, np.round(JOBS_AT_BIRTH[origin] * lognormal(rng, 0.5, count))
            ).astype(np.int64),
        }
    )
    writer.write("projects", world.until, projects)
    everything = pd.concat(parts, ignore_index=True).sort_values(["on", "project_id", "step"])
    writer.write("project_steps", world.until, everything)
