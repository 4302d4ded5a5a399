"""A provider under two identifiers of one SIRET: no figure of supply moves, whoever speaks."""

import random
from datetime import date, timedelta

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import layers
from etl.build import warehouse
from etl.insight import changes
from tests.build.test_establishments import BREST, HEAD, NANTES, RENNES, siret
from tests.market import make_build
from tests.sizes import examples

# All that counts providers, hires of providers or answers by provider.
COUNTED = (
    "marts.territory_supply", "marts.commune_supply", "marts.supply_months",
    "marts.departement_reach", "marts.commune_demand", "marts.commune_accessibility",
    "marts.territory_prices", "marts.work_patterns", "marts.concentration_months",
    "marts.answer_months", "marts.request_months", "marts.first_response_months",
    "marts.provider_quarters", "marts.provider_hires", "marts.domains_in_use",
)  # fmt: skip
FIRMS = 30


def drops(*, doubled: bool) -> dict[str, str]:
    """A delta of May and a snapshot of October, of which some have gone; `doubled`: each firm under
    two identifiers, both rows alike, or under another identifier from one drop to the next."""
    chance = random.Random(20261031)
    # one that goes before it has a second identifier has one
    names = {n: [f"P{n}", f"P{n}-bis" if n % 15 else f"P{n}"] for n in range(FIRMS)}

    def rows(part: int) -> str:
        text = HEAD
        for n in range(FIRMS):
            drawn = [chance.choice(["individual", "association", "company", ""])]
            drawn += [siret(n), chance.choice(["menage", "jardinage", "menage|jardinage"])]
            drawn += [chance.choice([RENNES, NANTES, BREST]), chance.choice(["5", "20", ""])]
            drawn += [chance.choice(["3", "8", ""]), chance.choice(["12", "20", ""])]
            drawn += [f"2026-0{1 + n % 4}-{10 + n % 18}", "2026-07-15" if n % 7 == 0 else "", ""]
            drawn += [chance.choice(["", "", "false"]) if part else ""]
            if part and n % 5 == 0:  # gone from the snapshot, under all of its identifiers
                continue
            # every third changes its identifier, the others keep both
            known = names[n] if n % 3 else [names[n][part]]
            for each in known if doubled else names[n][:1]:
                text += ",".join([each, *drawn]) + "\n"
        return text

    requests = "request_id,domain,commune_code,created_at,status,filled_at,provider_id\n"
    responses = "request_id,provider_id,responded_at\n"
    for n in range(60):
        day, firm = date(2026, 6, 1) + timedelta(chance.randint(0, 120)), chance.randrange(FIRMS)
        town, domain = chance.choice([RENNES, NANTES]), chance.choice(["menage", "jardinage"])
        hired = names[firm][chance.randrange(2) * doubled]
        requests += f"{n},{domain},{town},{day},filled,{day + timedelta(3)},{hired}\n"
        # the firm answers under one identifier or under both
        for each in names[firm] if doubled and n % 2 else [hired]:
            responses += f"{n},{each},{day}T12:00\n"
    return {
        "providers/a-2026-05-01.csv": rows(0), "providers/b-2026-10-31.csv": rows(1),
        "providers/b-2026-10-31.csv.toml": 'mode = "snapshot"\n',
        "requests/a-2026-10-31.csv": requests, "responses/a-2026-10-31.csv": responses,
    }  # fmt: skip


@pytest.mark.long
def test_a_second_identifier_changes_no_figure_of_supply(tmp_path):
    """And figures of the doubled drops equal those that pandas takes of the plain ones."""
    for name, doubled in (("once", False), ("twice", True)):
        make_build(tmp_path / name, drops(doubled=doubled)).close()
    with duckdb.connect() as con:
        for name in ("once", "twice"):
            path = (tmp_path / name / "warehouse" / "current").resolve() / warehouse.DATABASE
            con.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        for table in COUNTED:
            once, twice = f"FROM once.{table}", f"FROM twice.{table}"
            assert con.execute(f"SELECT count(*) {once}").fetchone() != (0,), table
            for one, other in ((once, twice), (twice, once)):
                differ = con.execute(f"({one}) EXCEPT ALL ({other})").fetchall()
                # a hire of an identifier that no drop holds any more is still that firm's
                assert not differ, (table, differ[:3])
        stays = "SELECT count(*) FROM {}.marts.providers"
        assert con.execute(stays.format("once")).fetchone() == (FIRMS,)
        assert con.execute(stays.format("twice")).fetchone() == (2 * FIRMS - 2,)
        providers = con.execute("FROM twice.marts.providers").df()
        active = providers[providers.is_active].sort_values("source_line")
        speaking = active.groupby("siret").tail(1)
        counted = con.execute(
            "SELECT code, providers_based FROM twice.marts.territory_supply"
            " WHERE level = 'departement' AND scope_code = 'all' AND kind = 'all'"
            " AND providers_based > 0"
        ).fetchall()
        assert dict(counted) == speaking.departement_code.value_counts().to_dict()


# -- who speaks, day by day -------------------------------------------------------------------

FIRST = date(2026, 1, 1)
day = st.integers(0, 9)
row = st.fixed_dictionaries(
    {
        "provider_id": st.sampled_from("abcde"), "drop_number": st.integers(1, 3),
        "line": st.integers(2, 5), "active_from": day, "length": st.integers(1, 9) | st.none(),
        "approval": st.sampled_from(["yes", "yes", "yes", "no"]),
    }
)  # fmt: skip
ESTABLISHMENTS = {"a": "X", "b": "X", "c": "X", "d": "Y", "e": "e"}


@settings(max_examples=examples(12))
@given(
    drawn=st.lists(row, min_size=1, max_size=7, unique_by=lambda r: r["provider_id"]),
    known=st.tuples(day, day, day).map(sorted),
)
def test_on_each_day_the_latest_row_on_offer_speaks(drawn, known):
    """Against a reading of every day by itself: of those on offer, the newest drop known by then
    (before the first, the first), then the later line."""
    rows = pd.DataFrame(drawn)
    rows["establishment_id"] = rows.provider_id.map(ESTABLISHMENTS)
    rows["known"] = [known[n - 1] for n in rows.drop_number]
    rows["until"] = rows.active_from + rows.length.astype("Float64").fillna(1000).astype(int)
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA staging")
        con.execute(
            "CREATE TABLE staging.provider_periods AS SELECT provider_id, establishment_id,"
            " 1 AS version, drop_number, line, DATE '2026-01-01' + known::INTEGER AS as_of,"
            " DATE '2026-01-01' + active_from::INTEGER AS active_from,"
            " CASE WHEN until < 1000 THEN DATE '2026-01-01' + until::INTEGER END AS active_to"
            " FROM rows"
        )
        con.execute(
            "CREATE TABLE staging.provider_version_domains AS"
            " SELECT provider_id, 1 AS version, approval FROM rows"
        )
        body = layers.read_sql(layers.FOLDERS["staging"] / "establishment_periods.sql").body
        found = con.execute(f"SELECT * FROM ({body}) ORDER BY active_from").df()
    several = rows.groupby("establishment_id").provider_id.transform("nunique") > 1
    may = rows[~several | (rows.approval == "yes")]
    for establishment in ESTABLISHMENTS.values():
        spoken = {}
        for on in range(20):
            there = may[
                (may.establishment_id == establishment)
                & (may.active_from <= on) & (may.until > on)
            ].copy()  # fmt: skip
            if there.empty:
                continue
            there["order"] = there.drop_number.where(there.known <= on, -there.drop_number)
            there["is_known"] = there.known <= on
            there = there.sort_values(["is_known", "order", "line", "provider_id"])
            spoken[on] = there.provider_id.iloc[-1]
        mine = found[found.establishment_id == establishment]
        told = {}
        for period in mine.itertuples():
            begins = (period.active_from.date() - FIRST).days
            ends = 20 if pd.isna(period.active_to) else (period.active_to.date() - FIRST).days
            for on in range(begins, min(ends, 20)):
                assert on not in told
                told[on] = period.provider_id
        assert told == spoken
        # it joins as often as a day without it comes before a day with it
        assert mine.is_first_day.sum() == sum(on - 1 not in spoken for on in spoken)
        assert mine.is_last_day.sum() == sum(on + 1 not in spoken for on in spoken if on < 19)


# -- from build to build ------------------------------------------------------------------------


@pytest.mark.middle
def test_a_siret_that_is_added_moves_nobody_and_a_second_identifier_neither(tmp_path):
    """A and B get their SIRET, B a second identifier; C goes, D comes under two."""
    before = f"provider_id,siret,domains,commune_code\nA,,menage,{RENNES}\nB,,menage,{RENNES}\n"
    before += f"C,{siret(7)},menage,{RENNES}\nC2,{siret(7)},menage,{RENNES}\n"
    today = f"provider_id,siret,domains,commune_code\nA,{siret(1)},menage,{RENNES}\n"
    today += f"B,{siret(2)},menage,{RENNES}\nB2,{siret(2)},menage,{RENNES}\n"
    today += f"D,{siret(8)},menage,{RENNES}\nD2,{siret(8)},menage,{RENNES}\n"
    folders = []
    for name, text in (("before", before), ("today", today)):
        make_build(tmp_path / name, {"providers/a-2026-10-31.csv": text}).close()
        folders.append((tmp_path / name / "warehouse" / "current").resolve())
    moved = changes.compare(*folders, k=1, scopes=["house_cleaning"]).providers
    assert moved.values.tolist() == [["arrived", "new", 1], ["gone", "absent", 1]]
