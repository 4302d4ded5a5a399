"""Providers: who they are, where, what they do, and one drop a quarter of who was seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from etl.sample.cooperatives import NEVER, Cooperatives
from etl.sample.draw import Array, few, known, lognormal, pick, shares, stream
from etl.sample.identifiers import padded, sirens, sirets
from etl.sample.world import OVERSEAS, PARIS_REGION, World, day_number
from etl.sample.writer import Writer

KINDS = ["individual", "association", "company", "cooperative", "unknown"]
INDIVIDUAL, ASSOCIATION, COMPANY, COOPERATIVE, UNKNOWN = range(5)
SELECT = Path(__file__).with_name("drawn_providers.sql")
DECLARED, APPROVED, LACKING, SILENT = range(4)  # what a provider says of its approvals
CHANGE, UNSEEN = 0.12, 0.11  # chances per quarter


@dataclass(frozen=True)
class Providers:
    """One element per provider; days are day numbers, `leaves` is NEVER for those who stay."""

    kind: Array
    commune: Array
    reach: Array  # km in fact, known or not
    joins: Array
    leaves: Array
    answers: Array  # chance to answer a request in reach
    price: Array  # euros per hour
    pair_provider: Array  # one element per provider and activity
    pair_domain: Array
    pair_serves: Array  # published and not lacking the approval
    frame: pd.DataFrame  # what the drops say and what does not change


def make(world: World, coops: Cooperatives, count: int) -> Providers:
    """Draws the providers. With enough of them, every département has at least one."""
    rng = stream(world.seed, "providers")
    start, until = day_number(world.start), day_number(world.until)
    employers = np.flatnonzero((coops.since < until - 60) & (coops.ceased > start + 365))
    kind = draw_kinds(world, rng, count, len(employers))
    rank = np.cumsum(kind == COOPERATIVE) - 1
    coop = np.full(count, -1)
    is_coop = kind == COOPERATIVE
    coop[is_coop] = employers[rank[is_coop] % max(1, len(employers))]
    provider, domain, main = draw_domains(world, rng, coop, kind, coops)
    commune = draw_communes(world, rng, main)
    first_office = is_coop & (rank < len(employers))
    commune[first_office] = coops.commune[coop[first_office]]

    stock = rng.random(count) < 0.42
    joins = np.where(
        stock,
        start - (rng.random(count) * 1500).astype(np.int64),
        start + 1 + (rng.random(count) ** 0.85 * (until - start - 1)).astype(np.int64),
    )
    joins[is_coop] = np.maximum(joins[is_coop], coops.since[coop[is_coop]] + 20)
    stays = 45 + (520 * lognormal(rng, 0.9, count)).astype(np.int64)
    leaves = np.maximum(joins, start) + stays
    leaves = np.where((rng.random(count) < 0.34) & (leaves < until), leaves, NEVER)
    ceased = np.minimum(leaves[is_coop], coops.ceased[coop[is_coop]])
    leaves[is_coop] = np.maximum(ceased, joins[is_coop] + 1)

    is_organisation = kind != INDIVIDUAL
    reach = draw_reach(world, rng, is_organisation, world.density[commune] == 0)
    modes = draw_modes(rng, kind)
    approval = pick(rng, [0, 72, 8, 20], count)
    needs = world.domains["needs_agrement"].to_numpy() == "true"
    is_direct_only = modes == "direct"
    approval = np.where(is_direct_only, SILENT, approval)
    published = rng.random(count) > 0.035
    lacks = needs[domain] & (approval[provider] == LACKING)
    frame = describe(world, rng, kind, coop, coops, rank // max(1, len(employers)), commune, main)
    frame["modes"] = modes
    frame["approval"] = approval
    frame["reach_km"] = np.where(rng.random(count) < world.settings["reach"]["known"], reach, -1)
    frame["published"] = published
    frame["capacity"] = np.maximum(
        1, np.round(np.where(is_organisation, 60, 9) * lognormal(rng, 0.6, count))
    )
    frame["capacity_known"] = rng.random(count) < 0.88
    frame["price_known"] = rng.random(count) < 0.93
    frame["seen_known"] = rng.random(count) > 0.02
    frame["is_told"] = (rng.random(count) < 0.7) | (coop >= 0)
    return Providers(
        kind=kind,
        commune=commune,
        reach=reach,
        joins=joins,
        leaves=leaves,
        answers=np.round(np.minimum(0.85, 0.46 * lognormal(rng, 0.5, count)), 4),
        price=draw_prices(world, rng, kind, commune, main),
        pair_provider=provider,
        pair_domain=domain,
        pair_serves=published[provider] & ~lacks,
        frame=frame,
    )


def draw_kinds(world: World, rng: np.random.Generator, count: int, employers: int) -> Array:
    """Kinds in their shares; at most three offices a co-operative, the rest are companies."""
    counts = shares([world.settings["kinds"][name] for name in KINDS], count)
    too_many = max(0, int(counts[COOPERATIVE]) - 3 * employers)
    counts[COOPERATIVE] -= too_many
    counts[COMPANY] += too_many
    return rng.permutation(np.repeat(np.arange(len(KINDS)), counts))


def draw_domains(
    world: World, rng: np.random.Generator, coop: Array, kind: Array, coops: Cooperatives
) -> tuple[Array, Array, Array]:
    """Pairs (provider, activity), sorted, and each provider's main activity."""
    count, kinds = len(kind), len(world.domains)
    supply = world.domains["supply"].to_numpy(dtype=float)
    family = world.domains["family"].to_numpy()
    main = pick(rng, supply, count)
    extra = np.where(
        kind == INDIVIDUAL,
        pick(rng, [30, 32, 22, 16], count),
        pick(rng, [8, 18, 26, 26, 22], count),
    )
    extra = np.where((family[main] == "tutoring") & (rng.random(count) < 0.75), 0, extra)
    codes = [np.arange(count) * kinds + main]
    for place in range(4):
        near = np.zeros(count, dtype=np.int64)
        for name in np.unique(family):
            mine = np.flatnonzero(family[main] == name)
            near[mine] = pick(rng, np.where(family == name, supply, 0), len(mine))
        other = np.where(rng.random(count) < 0.72, near, pick(rng, supply, count))
        keep = place < extra
        codes.append((np.arange(count) * kinds + other)[keep])
    drawn = np.unique(np.concatenate(codes))
    drawn = drawn[coop[drawn // kinds] < 0]
    # A co-operative's offices do what the register says it does.
    sizes = np.array([len(mine) for mine in coops.domains], dtype=np.int64)
    flat = np.array([d for mine in coops.domains for d in mine], dtype=np.int64)
    begins = np.cumsum(sizes) - sizes
    offices = np.flatnonzero(coop >= 0)
    repeats = sizes[coop[offices]]
    offset = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    theirs = flat[np.repeat(begins[coop[offices]], repeats) + offset]
    drawn = np.sort(np.concatenate([drawn, np.repeat(offices, repeats) * kinds + theirs]))
    if len(offices):
        main[offices] = flat[begins[coop[offices]]]
    return drawn // kinds, drawn % kinds, main


def draw_communes(world: World, rng: np.random.Generator, main: Array) -> Array:
    """A commune each, by the supply of the main activity; the first ones fill every département."""
    commune = np.zeros(len(main), dtype=np.int64)
    for domain in np.unique(main):
        mine = np.flatnonzero(main == domain)
        commune[mine] = pick(rng, world.supply_weights[domain], len(mine))
    if len(main) >= 4 * len(world.departements):
        where = world.communes["departement"].to_numpy()
        people = world.communes["population"].to_numpy(dtype=float)
        for number in range(len(world.departements)):
            commune[number] = pick(rng, np.where(where == number, people, 0), 1)[0]
    return commune


def draw_reach(
    world: World, rng: np.random.Generator, is_organisation: Array, is_rural: Array
) -> Array:
    """How far each one travels, in km."""
    settings = world.settings["reach"]
    chosen = [
        pick(rng, settings[name], len(is_rural)) for name in ("individual", "organisation", "rural")
    ]
    by_kind = np.where(is_organisation, chosen[1], chosen[0])
    return np.array(settings["km"])[np.where(is_rural, chosen[2], by_kind)]


def draw_modes(rng: np.random.Generator, kind: Array) -> Array:
    """How they work: people employed by households or in business, organisations in either mode."""
    individual = np.array(["direct", "prestataire", "direct|prestataire", None], dtype=object)
    organisation = np.array(
        ["prestataire", "prestataire|mandataire", "mandataire", None], dtype=object
    )
    return np.where(
        kind == INDIVIDUAL,
        individual[pick(rng, [52, 34, 10, 4], len(kind))],
        organisation[pick(rng, [68, 20, 8, 4], len(kind))],
    )


def draw_prices(
    world: World, rng: np.random.Generator, kind: Array, commune: Array, main: Array
) -> Array:
    """Euros per hour by main activity, kind and place, with noise."""
    settings = world.settings["prices"]
    region = world.communes["region_code"].to_numpy(dtype=object)[commune]
    departement = world.communes["departement_code"].to_numpy(dtype=object)[commune]
    price = world.domains["price_eur"].to_numpy(dtype=float)[main]
    price = price * np.array([settings[name] for name in KINDS])[kind]
    price = price * np.where(region == PARIS_REGION, settings["paris_region"], 1.0)
    price = price * np.where(np.isin(departement, OVERSEAS), settings["overseas"], 1.0)
    return np.maximum(12.0, price * lognormal(rng, 0.13, len(kind)))


def describe(
    world: World,
    rng: np.random.Generator,
    kind: Array,
    coop: Array,
    coops: Cooperatives,
    office: Array,
    commune: Array,
    main: Array,
) -> pd.DataFrame:
    """Names, identifiers and places."""
    count = len(kind)
    first = np.array(world.names["first_names"], dtype=object)
    last = np.array(world.names["last_names"], dtype=object)
    person = (
        first[rng.integers(0, len(first), count)] + " " + last[rng.integers(0, len(last), count)]
    )
    families = sorted(set(world.names["organisations"]) - {"cooperatives"})
    words = [world.names["organisations"][name] for name in families]
    group = np.searchsorted(families, world.domains["family"])[main]
    width = min(len(some) for some in words)
    patterns = np.array(
        [[text.removesuffix("{city}") for text in some[:width]] for some in words], dtype=object
    )
    city = world.communes["name"].to_numpy(dtype=object)[commune]
    organisation = elided(patterns[group, rng.integers(0, width, count)] + city)
    is_person = (kind == INDIVIDUAL) | ((kind == UNKNOWN) & (rng.random(count) < 0.5))
    name = np.where(is_person, person, organisation)
    is_coop = coop >= 0
    mine = coops.frame.iloc[coop[is_coop]]
    name[is_coop] = mine["name"]
    rank = np.cumsum(~is_person & ~is_coop) - 1 + len(coops.siren)
    siren = sirens(np.maximum(rank, 0))
    siren[is_coop] = coops.siren[coop[is_coop]]
    siret = sirets(siren, np.where(is_coop, office, 0) + 1)
    siret = np.where(few_mask(rng, count, 0.002), siret + 1, siret)  # a wrong check digit
    legal = np.array(["1000", "9220", "5499", None, None], dtype=object)[kind]
    legal = np.where((kind == COMPANY) & (rng.random(count) < 0.45), "5710", legal)
    legal[is_coop] = mine["legal_category"]
    staff = np.round(np.array([0, 14, 6, 9, 0])[kind] * lognormal(rng, 0.8, count))
    precision = pick(
        rng, [62, 36, 1.6, 0.4], count
    )  # commune, postcode and city, département, nothing
    postcode = world.postcode_rows(rng, commune)
    return pd.DataFrame(
        {
            "provider": np.arange(count),
            "name": name,
            "kind": np.array([*KINDS[:4], None], dtype=object)[kind],
            "legal_category": legal,
            "siren": known(padded(siren, 9), ~is_person),
            "siret": known(padded(siret, 14), ~is_person & (rng.random(count) > 0.06)),
            "commune": commune,
            "postcode": postcode,
            "precision": np.where((precision == 1) & (postcode < 0), 0, precision),
            "employees": pd.Series(np.where(staff > 0, staff, np.nan)).astype("Int64"),
            "has_url": ~is_person & (rng.random(count) < 0.7),
            "oddity": np.where(
                few_mask(rng, count, 0.001), 1, np.where(few_mask(rng, count, 0.001), 2, 0)
            ),
        }
    )


def elided(names: Array) -> Array:
    """Names with French articles as they are said: du Mans, des Ulis, au Mans, d'Angers."""
    said = pd.Series(names)
    for written, spoken in ((" de Le ", " du "), (" de Les ", " des "), (" à Le ", " au ")):
        said = said.str.replace(written, spoken, regex=False)
    return said.str.replace(" de (?=[AEIOUÉÈÊÎ])", " d'", regex=True).to_numpy(dtype=object)


def few_mask(rng: np.random.Generator, count: int, share: float) -> Array:
    """A mask of a few elements."""
    mask = np.zeros(count, dtype=bool)
    mask[few(rng, count, share)] = True
    return mask


def write(world: World, writer: Writer, providers: Providers) -> None:
    """One drop a quarter: those who joined, left, or were seen since the drop before."""
    rng = stream(world.seed, "provider drops")
    writer.table("providers", providers.frame)
    writer.table("provider_lists", provider_lists(world, providers))
    count = len(providers.kind)
    raises = np.zeros(count)
    capacity = providers.frame["capacity"].to_numpy()
    gains = rng.random(count) < 0.5  # of those who lack the approval, these get it one day
    gains_from = rng.integers(1, 16, count)
    before = -NEVER
    for number, as_of in enumerate(world.drop_days):
        day = day_number(as_of)
        raises = raises + (rng.random(count) < CHANGE)
        capacity = np.where(
            rng.random(count) < CHANGE / 2, np.maximum(1, np.round(capacity * 1.25)), capacity
        )
        leaves_now = (providers.leaves > before) & (providers.leaves <= day)
        is_new = providers.joins > before
        seen = rng.random(count) > UNSEEN
        there = (providers.joins <= day) & (
            leaves_now | ((providers.leaves > day) & (is_new | seen))
        )
        last = np.where(leaves_now, providers.leaves, day)
        since = np.minimum(last - providers.joins, 75)
        last_seen = last - (rng.random(count) ** 2 * np.maximum(0, since)).astype(np.int64)
        told = leaves_now & providers.frame["is_told"].to_numpy()
        rows = pd.DataFrame(
            {
                "provider": np.arange(count),
                "joined": providers.joins,
                "left_day": np.where(told, providers.leaves, NEVER),
                "seen": np.where(providers.frame["seen_known"], last_seen, NEVER),
                "price": np.where(
                    providers.frame["price_known"],
                    np.round(providers.price * (1 + 0.03 * raises), 1),
                    -1.0,
                ),
                "capacity": np.where(providers.frame["capacity_known"], capacity, -1).astype(
                    np.int64
                ),
                "is_approved": gains & (number >= gains_from),
                "oddity": 0,
                "copy": 0,
            }
        )[there]
        rows = with_dirt(rng, rows)
        style = "spreadsheet" if number == 0 else "plain"
        rows["comma"] = style == "spreadsheet"
        writer.write(
            "providers", as_of, rows, select=SELECT.read_text(encoding="utf-8"), style=style
        )
        before = day


def with_dirt(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Adds a few rows without identifier (1) or with one given twice (2); spoils dates (3)."""
    if not len(rows):
        return rows
    rows = rows.reset_index(drop=True)
    rows.loc[few(rng, len(rows), 0.0004), "oddity"] = 3
    extra = [
        rows.iloc[few(rng, len(rows), 0.0003)].assign(oddity=kind, copy=kind) for kind in (1, 2)
    ]
    return pd.concat([rows, *extra], ignore_index=True)


def provider_lists(world: World, providers: Providers) -> pd.DataFrame:
    """Per provider and activity: as it is written, and the approval that it needs and may have."""
    rng = stream(world.seed, "provider lists")
    spellings, _ = world.spellings
    provider, domain = providers.pair_provider, providers.pair_domain
    codes = world.domains["domain_code"].to_numpy(dtype=object)
    needs = (world.domains["needs_agrement"].to_numpy() == "true")[domain]
    in_house = world.domains["autorisation_accepted_in_prestataire"].to_numpy() == "true"
    business = providers.frame["modes"].to_numpy(dtype=object)[provider] == "prestataire"
    word = np.where(
        needs, np.where(in_house[domain] & business, "autorisation", "agrement"), "declaration"
    )
    return pd.DataFrame(
        {
            "provider": provider,
            "place": np.arange(len(provider)),
            "written": spellings["text"].to_numpy(dtype=object)[world.spelling_rows(rng, domain)],
            "approval": codes[domain] + ":" + word.astype(object),
            "needs": needs,
            "is_told": needs | (rng.random(len(provider)) < 0.85),
        }
    )
