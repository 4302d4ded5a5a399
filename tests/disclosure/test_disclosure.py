"""What partners may see: rule, division, bands, relations and editions, by hand."""

import math
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.disclosure import check, ledger, partition, published_tables
from etl.disclosure.rules import Rules, rounded, rounded_by
from etl.settings import load as load_settings
from tests.disclosing import Publisher, recovered, rows_of, status
from tests.sizes import some

RULES = Rules.of(load_settings())
EVEN = [(f"e{n}", "11", 10 + n) for n in range(5)]
MORE = [(f"m{n}", "53", 20 + n) for n in range(5)]


def rule(values: list[float], agreed: tuple[int, ...] = (), knowers: object = None) -> bool:
    rows = pd.DataFrame({"owner": range(len(values)), "value": values, "knowers": knowers})
    return RULES.holds(rows.assign(agreed=rows["owner"].isin(agreed)))


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ([10, 10, 10], True),
        ([10, 10], False),
        # the second knows itself: 100 is left to be told from 101 and no more
        ([100, 50, 1], False),
        ([100, 50, 20], True),
        ([100, 50, 19.9], False),
        ([0, 0, 0], True),
        ([5, 0, 0], False),
    ],
)
def test_the_rule(values: list[float], holds: bool) -> None:
    assert rule(values) is holds


def test_who_agreed_needs_no_protection_and_gives_none() -> None:
    assert rule([100.0], agreed=(0,))
    assert not rule([100.0, 5, 5], agreed=(0,))  # the others know each other
    assert rule([100.0, 5, 5, 5], agreed=(0,))


def test_an_organisation_that_knows_all_but_one_would_know_that_one() -> None:
    bank = np.array([["b"], ["b"], ["b"], ["c"]], dtype=object)
    assert not rule([10.0, 10, 10, 9], knowers=[list(one) for one in bank])
    assert rule([10.0, 10, 10, 9], knowers=[["b"], ["b"], ["c"], ["c"]])


def test_an_organisation_may_come_to_know_one_more(tmp_path: Path) -> None:
    """b knows three of five; once it takes a step in the fourth, it would know the last."""
    firms = [(f"p{n}", "", 10, "2024", ["b"] if n < 3 else ["c"]) for n in range(5)]
    more = [*firms, *[(f"p{n}", "", 10, "2024", ["c"]) for n in (5, 6, 7)]]
    for number, (rows, told) in enumerate([(firms, "withheld"), (more, "shown")]):
        publisher = Publisher(tmp_path / str(number), {"jobs": "-- known_later: jobs\n"})
        assert status(publisher.edition(rows_of(rows))[1])["FR"] == told
    own = Publisher(tmp_path / "own")  # a grant of its own nobody comes to know
    assert status(own.edition(rows_of(firms))[1])["FR"] == "shown"


def test_small_regions_are_taken_together(tmp_path: Path) -> None:
    few = [("a1", "24", 9), ("b1", "27", 8), ("b2", "27", 7)]
    told, cells = Publisher(tmp_path).edition(rows_of([*EVEN, *MORE, *few]))
    assert told["published"] and told["edition"] == "2026-Q1"
    assert status(cells) == {"FR": "shown", "11": "shown", "53": "shown", "24": "withheld",
                             "27": "withheld", "others": "shown"}  # fmt: skip
    assert cells[cells["territory_level"] == "other_regions"]["value"].tolist() == [24]
    hidden = cells[cells["status"] == "withheld"]
    assert hidden[["value", "contributors"]].isna().all(axis=None)
    assert "reason" not in cells


def test_two_firms_of_one_region_take_another_region_with_them(tmp_path: Path) -> None:
    few = [("b1", "27", 8), ("b2", "27", 7)]
    _, cells = Publisher(tmp_path).edition(rows_of([*EVEN, *MORE, *few]))
    # France less 11 and 53 would be the two of 27
    assert sorted(status(cells).values()) == ["shown", "shown", "shown", "withheld", "withheld"]


def test_a_firm_without_a_region_does_not_follow_from_the_rest(tmp_path: Path) -> None:
    _, cells = Publisher(tmp_path).edition(rows_of([*EVEN, *MORE, ("x", "", 9)]))
    assert "withheld" in status(cells).values()


def test_of_one_region_only_the_country_is_told(tmp_path: Path) -> None:
    _, cells = Publisher(tmp_path).edition(rows_of([*EVEN[:2], ("m", "53", 12)]))
    assert status(cells) == {"FR": "shown", "11": "withheld", "53": "withheld"}


def test_nothing_is_told_of_two_firms(tmp_path: Path) -> None:
    _, cells = Publisher(tmp_path).edition(rows_of(EVEN[:2]))
    assert set(cells["status"]) == {"withheld"} and cells["value"].isna().all()


def test_a_firm_may_agree(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    rows = rows_of([*EVEN, *MORE, ("x", "24", 90)])
    _, cells = publisher.edition(rows)
    assert status(cells)["24"] == "withheld"
    _, cells = publisher.edition(rows, agreed=["x"])
    assert status(cells)["24"] == "shown"
    # withdrawn: what was published stays published
    _, cells = publisher.edition(rows)
    assert status(cells)["24"] == "shown"
    fresh = rows_of([*EVEN, *MORE, ("x", "24", 95)])
    _, cells = publisher.edition(fresh)
    assert cells[cells["territory_code"] == "24"]["value"].tolist() == [90]


def test_who_withdrew_keeps_no_edition_from_being_made(tmp_path: Path) -> None:
    """What was told of a stays; the country's sum grows by what b agreed to tell."""
    publisher = Publisher(tmp_path)
    publisher.edition(rows_of([("a", "11", 48)]), ["a"])
    told, cells = publisher.edition(rows_of([("a", "11", 48), ("b", "53", 30)]), ["b"])
    assert "waits" not in told
    assert cells.loc[cells["territory_code"] == "FR", "value"].tolist() == [78]


def test_a_late_report_waits_until_enough_others_come(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.edition(rows_of([*EVEN, *MORE]))
    late = [*EVEN, *MORE, ("l1", "11", 33)]
    told, cells = publisher.edition(rows_of(late))
    assert told["edition"] == "2026-Q1.2"
    assert cells[cells["territory_code"] == "11"][["value", "edition"]].values.tolist() == [
        [60, "2026-Q1"]
    ]
    assert cells[cells["territory_code"] == "FR"]["value"].tolist() == [170]
    _, cells = publisher.edition(rows_of([*late, ("l2", "11", 20), ("l3", "11", 30)]))
    own = cells[cells["territory_code"].isin(["11", "FR"])]
    assert own[["value", "status"]].values.tolist() == [[253, "revised"], [143, "revised"]]


def test_a_revision_of_one_firm_is_not_told(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    _, before = publisher.edition(rows_of([*EVEN, *MORE]))
    _, after = publisher.edition(rows_of([("e0", "11", 44), *EVEN[1:], *MORE]))
    pd.testing.assert_frame_equal(before, after)


GRANTS = [(f"P{n}", "53", 20.0 + n) for n in range(6)]


def granted(funder: str, late: float = 0.0, **became: str) -> pd.DataFrame:
    """Grants to projects, by their firm where they have one, and one that comes late."""
    rows = rows_of([*GRANTS, *([("late", "53", late)] if late else [])])
    part = rows["contributor"] + f" {funder}"
    return rows.assign(part=part, contributor=rows["contributor"].replace(became))


def test_a_late_grant_does_not_hide_behind_funders_that_have_another_name(tmp_path: Path) -> None:
    """Of whom as much went as came, nothing was revised."""
    publisher = Publisher(tmp_path)
    publisher.edition(granted("Bank"))
    _, cells = publisher.edition(granted("The Bank", 25))
    assert cells.loc[cells["territory_code"] == "FR", "value"].tolist() == [135]


def test_a_late_grant_does_not_hide_behind_projects_that_became_firms(tmp_path: Path) -> None:
    publisher, became = Publisher(tmp_path), {"P0": "s0", "P1": "s1", "P2": "s2"}
    publisher.edition(granted("Bank"))
    _, cells = publisher.edition(granted("Bank", 25, **became), became=became)
    assert cells.loc[cells["territory_code"] == "FR", "value"].tolist() == [135]


def test_who_leaves_stays_in_what_is_told(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    _, before = publisher.edition(rows_of([*EVEN, *MORE]))
    _, after = publisher.edition(rows_of([*EVEN[1:], *MORE]))
    pd.testing.assert_frame_equal(before, after)


def test_who_moves_between_two_regions_hides_nobody(tmp_path: Path) -> None:
    """Of the country late and m0 would be left, each of whom knows the other."""
    publisher = Publisher(tmp_path)
    publisher.edition(rows_of([*EVEN, *MORE]))
    moved = [(name, "53" if name in ("e0", "e1") else "11", jobs) for name, _, jobs in EVEN]
    fresh = [*moved, ("m0", "11", 20), *MORE[1:], ("late", "53", 15)]
    cells = publisher.edition(rows_of(fresh))[1]
    assert status(cells) == {"FR": "shown", "11": "shown", "53": "shown"}
    many = [*fresh, *[(f"more{n}", code, 15 + n) for n, code in enumerate(["11", "53"] * 3)]]
    assert set(status(publisher.edition(rows_of(many))[1]).values()) == {"revised"}


def test_a_region_that_comes_later(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.edition(rows_of([*EVEN, *MORE]))
    one = rows_of([*EVEN, *MORE, ("n", "84", 12)])
    _, cells = publisher.edition(one)
    assert status(cells)["84"] == "withheld"
    assert cells[cells["territory_code"] == "FR"]["value"].tolist() == [170]
    _, cells = publisher.edition(pd.concat([one, rows_of([("o", "84", 12), ("p", "84", 11)])]))
    assert status(cells)["84"] == "shown"


def test_between_two_editions_the_last_is_carried(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.edition(rows_of([*EVEN, *MORE]))
    shown = publisher.entries[0].with_suffix(".duckdb").read_bytes()
    told, _ = publisher.edition(rows_of([*EVEN, *MORE, *EVEN[:0]]), is_new=False)
    assert told["edition"] == "2026-Q1" and not told["is_new"]
    assert (tmp_path / "2" / "partners.duckdb").read_bytes() == shown


def test_what_an_earlier_version_told_stays_as_it_was(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, {"jobs": "", "flows": "-- country_only: gained\n"})
    told = [("country", "FR", "jobs", 150.0), ("region", "11", "jobs", 55.0),
            ("country", "FR", "created", 9.0)]  # fmt: skip
    ledger.folder(tmp_path).mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE entry (territory_level VARCHAR, territory_code VARCHAR, measure VARCHAR,"
            " value DOUBLE)"
        )
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", told)
        connection.execute(
            "COPY (SELECT *, FALSE AS is_synthetic, 'firms' AS protects, '2024' AS period,"
            " 'all' AS scope_code, 'all' AS breakdown, 5 AS contributors,"
            " CAST([] AS VARCHAR[]) AS members, CAST([] AS DOUBLE[]) AS figures FROM entry)"
            f" TO '{ledger.folder(tmp_path) / '0001-old.parquet'}'"
        )
    now = [*EVEN, *MORE, *[(firm, code, jobs, "2025") for firm, code, jobs in [*EVEN, *MORE]]]
    gained = rows_of(EVEN, "gained", "flows")
    for _ in range(2):  # and in every edition after it
        _, cells = publisher.edition(pd.concat([rows_of(now), gained]))
        jobs = cells[cells["table_name"] == "jobs"]
        of_old = jobs[jobs["period"] == "2024"].set_index("territory_code")["value"]
        assert of_old.dropna().to_dict() == {"FR": 150, "11": 55} and "53" in of_old
        assert set(jobs[jobs["period"] == "2025"]["status"]) == {"shown"}
        # created was told, kept was not: their sum would tell it
        assert set(cells[cells["table_name"] == "flows"]["status"]) == {"withheld"}


@pytest.mark.middle
def test_random_divisions_tell_no_firm(tmp_path: Path) -> None:
    """Two editions of random worlds, the second with firms more; a reader who solves for them."""
    draw = np.random.default_rng(7)
    told, worlds = 0, some(range(12), 6, 6)
    for world in worlds:
        count = int(draw.integers(3, 16))
        firms = [
            (f"{n:02d}", str(draw.integers(1, 5)), float(np.ceil(draw.lognormal(1.8, 1.0))))
            for n in range(count + 3)
        ]
        publisher, editions = Publisher(tmp_path / str(world)), []
        for until in (count, count + int(draw.integers(0, 4))):
            _, cells = publisher.edition(rows_of(firms[:until]))
            in_force = pd.read_parquet(publisher.entries[-1]) if publisher.entries else None
            cells.attrs["rows"] = _members(in_force)
            editions.append(cells)
        told += int((cells["status"] != "withheld").sum())
        assert recovered(rows_of(firms), editions, RULES.interval_share) == []
    assert told > 2 * len(worlds)


def _members(entry: pd.DataFrame) -> pd.DataFrame:
    found = [
        (member.split("|")[0], code)
        for members, codes in zip(entry["members"], entry["regions"], strict=True)
        for member, code in zip(members, codes, strict=True)
    ]
    return pd.DataFrame(found, columns=["contributor", "region_code"])


def test_the_last_look_finds_a_cell_that_tells_too_much(tmp_path: Path) -> None:
    table = published_tables.Table("jobs", "firms", {}, "", ())
    rows = rows_of([*EVEN, ("x", "24", 9)]).assign(agreed=False, owner=range(6), region_code="24")
    rows.loc[:4, "region_code"] = "11"
    group = partition.Group(("FR",), rows, "e", "e")
    division = partition.Division(table, "jobs", "2024", [group])
    path = tmp_path / "partners.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE SCHEMA published; CREATE TABLE published.jobs AS SELECT * FROM (VALUES"
            " ('2024', 'country', 'FR', 'jobs', 69.0, NULL::DOUBLE, NULL::DOUBLE, 'shown', 'e'),"
            " ('2024', 'region', '11', 'jobs', 60.0, NULL, NULL, 'shown', 'e'))"
            " AS t (period, territory_level, territory_code, measure, value, low, high, status,"
            " edition)"
        )
    with duckdb.connect() as connection, pytest.raises(check.NotProtected, match="other_regions"):
        check.run(connection, path, [table], [division], RULES, "e")


def test_the_key_is_not_told_and_its_loss_stops_the_next_edition(tmp_path: Path) -> None:
    key = ledger.secret(tmp_path, make=True)
    assert key and len(key) == 32
    assert (ledger.folder(tmp_path) / ledger.KEY).stat().st_mode & 0o777 == 0o600
    assert ledger.secret(tmp_path, make=True) == key
    publisher = Publisher(tmp_path / "w")
    publisher.edition(rows_of([*EVEN, *MORE]))
    entry = publisher.entries[0]
    assert b"k" * 32 not in entry.read_bytes() + entry.with_suffix(".duckdb").read_bytes()
    _rename_key(publisher)
    told, cells = publisher.edition(
        rows_of([*EVEN, *MORE, *[(f"z{n}", "84", 9) for n in range(4)]])
    )
    assert told["waits"]["why"] == "key_lost" and told["edition"] == "2026-Q1"
    assert "84" not in status(cells)


def _rename_key(publisher: Publisher) -> None:
    """As if the first edition had been rounded with another key."""
    (entry,) = publisher.entries
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE entry AS FROM read_parquet('{entry}')")
        said = ledger._said(entry)
        assert said
        ledger.write(connection, entry, said | {"key": "another"})


def test_an_edition_that_was_changed_is_not_carried(tmp_path: Path) -> None:
    """Another figure in a file that can be read: it is not what partners were told."""
    publisher = Publisher(tmp_path)
    rows = rows_of([("a", "53", 10), ("b", "53", 11), ("c", "53", 12)])
    publisher.edition(rows)
    assert publisher.edition(rows, is_new=False)[0]["published"]
    (entry,) = publisher.entries
    with duckdb.connect(str(entry.with_suffix(".duckdb"))) as changed:
        changed.execute("UPDATE published.jobs SET value = value + 1")
    said, cells = publisher.edition(rows, is_new=False)
    assert said["why"] == "ledger_lost" and not said["published"] and cells.empty


def test_what_hangs_on_other_tables_is_told_to_two_digits(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, {"jobs": "-- rounded: jobs 10\n"})
    firms = [(f"{code}{n}", code, 40 + n) for code in ("53", "84") for n in range(4)]
    small = [(f"s{n}", "75", 1) for n in range(4)]
    cells = publisher.edition(rows_of([*firms, *small]))[1].set_index("territory_code")
    assert cells["value"].dropna().to_dict() == {"FR": 340.0, "53": 170.0, "84": 170.0}  # 336, 166
    # 4 would read 0
    assert cells.loc["75", ["status", "low", "high"]].tolist() == ["withheld", 0.0, 10.0]


def test_a_ratio_is_rounded_once(tmp_path: Path) -> None:
    rows = rows_of([(f"a{n}", "", 15_496) for n in range(4)]).assign(base=10.0)
    publisher = Publisher(tmp_path, {"jobs": "-- decimals: 0\n-- rounded: jobs 100\n"})
    assert publisher.edition(rows)[1]["value"].tolist() == [1500.0]  # 1550 would be 1600


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [(0, 0, 0), (4, 0, 10), (14, 5, 15), (5.0, 0, 10), (996, 995, 1005), (1234, 1150, 1250)],
)
def test_how_much_a_figure_may_be_as_it_is_told(value: float, least: float, most: float) -> None:
    less, more = rounded_by(value, 10.0)
    assert (value - less, value + more) == (least, most)


def test_regions_that_read_zero_together_stand_though_a_firm_withdraws(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, {"jobs": "-- rounded: jobs 10\n"})
    few = [("x", "24", 2), ("y", "27", 1)]
    publisher.edition(rows_of([*EVEN, *MORE, *few]), agreed=["x", "y"])
    fresh = [*EVEN, *[(name, code, jobs + 9) for name, code, jobs in MORE], *few]
    told, cells = publisher.edition(rows_of(fresh))
    assert "waits" not in told
    assert status(cells) == {"FR": "revised", "11": "shown", "53": "revised", "24": "withheld",
                             "27": "withheld", "others": "withheld"}  # fmt: skip


@given(st.floats(0.01, 1e12), st.sampled_from([1.0, 5.0, 10.0, 100.0]))
def test_rounding_is_no_further_than_half_a_step(value: float, unit: float) -> None:
    told = rounded(value, unit)
    step = max(unit, 10.0 ** (len(str(int(value))) - 2))
    assert abs(told - value) <= step / 2 * (1 + 1e-9)
    assert math.isclose(told / unit, round(told / unit), abs_tol=1e-6)


def test_nothing_is_asked_twice_of_what_stands() -> None:
    rows = pd.DataFrame({"value": [1.0]})
    table = published_tables.Table("jobs", "firms", {}, "", ())
    one, quiet = partition.Division(table, "jobs", "2024"), partition.Quiet()
    asked: list[bool] = []

    def ask(told: bool) -> bool:
        asked.append(told)
        return told

    for withholds in (True, False, True):  # the third is not asked
        quiet.lost(("below",), [one, None], partial(ask, withholds))
    assert asked == [True, False]
    for _ in range(2):  # an equal group is another one
        one.groups = [partition.Group(("11",), rows, "2026-Q1", "2026-Q1")]
        assert quiet.lost(("below",), [one, None], lambda: False) is False
        assert quiet.lost(("below",), [one, None], lambda: True) is False
        one.is_bandless = not one.is_bandless
        assert quiet.lost(("below",), [one, None], lambda: True) is True
