"""What stocks and flows, and figures that stand in two tables, tell of each other, by hand."""

from pathlib import Path

import pandas as pd
import pytest

from tests.disclosing import Firm, Publisher, rows_of, status

FLOW = {
    "jobs": "",
    "flows": "-- country_only: lost, gained\n-- relations: lost - gained = jobs[-1] - jobs\n",
}


def flows(firms: list[tuple[str, float, float]], without: set[str]) -> pd.DataFrame:
    """Jobs at the ends of 2023 and 2024, and what 2024 gained and lost; of some it is not known."""
    jobs = [(f, "11", a, "2023") for f, a, _ in firms] + [(f, "11", b, "2024") for f, _, b in firms]
    told = [(f, "11", a, b) for f, a, b in firms if f not in without]
    return pd.concat([
        rows_of(jobs),
        rows_of([(f, r, max(b - a, 0)) for f, r, a, b in told], "gained", "flows"),
        rows_of([(f, r, max(a - b, 0)) for f, r, a, b in told], "lost", "flows"),
    ])  # fmt: skip


def test_stock_and_flow_do_not_tell_who_is_missing_in_one(tmp_path: Path) -> None:
    firms = [(f"f{n}", 10.0 + n, 10.0 + n + (3 if n % 2 else -3)) for n in range(12)]
    _, cells = Publisher(tmp_path / "a", FLOW).edition(flows(firms, set()))
    assert set(cells[cells["territory_level"] == "country"]["status"]) == {"shown"}
    # jobs of two years less the flows would be what happened to f1
    _, cells = Publisher(tmp_path / "b", FLOW).edition(flows([*firms, ("new", 0.0, 9.0)], {"new"}))
    country = cells[cells["territory_level"] == "country"].set_index("measure")["status"]
    assert country["lost"] == "withheld" and country["gained"] == "shown"


def test_flows_are_withheld_where_no_region_could_hide_who_gained(tmp_path: Path) -> None:
    """11 surely gained 40 of 50, so that one firm of 53 gained at most 10: it gained 10."""
    before = [(f"a{n}", "11", 10, "2023") for n in range(4)]
    before += [(f"b{n}", "53", 20, "2023") for n in range(4)]
    after = [(f, r, 2 * v if r == "11" else v + 10 * (f == "b0"), "2024") for f, r, v, _ in before]
    gained = [(f, r, v - w) for (f, r, v, _), (*_f, w, _y) in zip(after, before, strict=True)]
    heads = {"jobs": "", "flows": "-- country_only: gained\n-- moves: jobs\n"}
    told, cells = Publisher(tmp_path, heads).edition(
        pd.concat([rows_of([*before, *after]), rows_of(gained, "gained", "flows")])
    )
    assert told["published"]
    assert set(cells[cells["table_name"] == "jobs"]["status"]) == {"shown"}
    assert set(cells[cells["table_name"] == "flows"]["status"]) == {"withheld"}


FLOWS_ALONE = {
    "jobs": "", "flows": "-- country_only: gained\n-- moves: jobs\n-- rounded: gained 10\n",
}  # fmt: skip
LOST_ALONE = {
    "jobs": "", "flows": "-- country_only: lost\n-- moves: jobs\n-- rounded: lost 10\n",
}  # fmt: skip


@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (20, "shown")])
def test_a_firm_that_closed_knows_that_others_there_gained_as_much(
    tmp_path: Path, more: int, told: str
) -> None:
    """The jobs of 11 stand still though 30 closed: x knows that of 60 (at most 65) others there
    gained 30, so that no more than 35 are left for the 30 of b0; unless b1 gained, too."""
    before = [(f"a{n}", "11", 40, "2023") for n in range(4)] + [("x", "11", 30, "2023")]
    before += [(f"b{n}", "53", 60, "2023") for n in range(4)]
    moved = {"a0": 30, "x": -30, "b0": 30, "b1": more}
    moved |= dict.fromkeys(("b2", "b3"), -(30 + more) / 2)
    after = [(f, r, v + moved.get(f, 0), "2024") for f, r, v, _ in before if f != "x"]
    gained = [(f, r, max(moved.get(f, 0), 0)) for f, r, *_ in before]
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(
        pd.concat([rows_of([*before, *after]), rows_of(gained, "gained", "flows")])
    )[1]
    assert set(cells[cells["table_name"] == "flows"]["status"]) == {told}


@pytest.mark.parametrize(("more", "told"), [((), "withheld"), ((9, 7), "shown")])
def test_who_knows_a_region_but_for_those_born_there(
    tmp_path: Path, more: tuple[int, ...], told: str
) -> None:
    """Nothing is told of the year before. x takes itself from 29 and knows that those born there
    gained 17 of 25 at most, so that no more than 8 are left for the 8 of y."""
    born = [("a", "11", 11), ("b", "11", 3), ("c", "11", 3), ("y", "53", 8)]
    born += [(f"z{n}", "53", jobs) for n, jobs in enumerate(more)]
    jobs = [*born, ("x", "11", 12), *[(f"e{n}", "53", 30) for n in range(4)]]
    rows = pd.concat([rows_of(jobs), rows_of(born, "gained", "flows")])
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(rows)[1]
    assert set(cells[cells["table_name"] == "flows"]["status"]) == {told}


@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (15, "shown")])
def test_who_stood_in_one_year_without_a_flow(tmp_path: Path, more: int, told: str) -> None:
    """84 fell by 31 with the 52 of x, whose flow is not known: with 62 others would have gained
    31, which is all that v leaves of 35 at most."""
    firms = [("b", "84", 13, 9), ("c", "84", 9, 12), ("d", "84", 65, 65), ("e", "84", 10, 9),
             ("f", "84", 0, 14), ("g", "84", 0, 9), ("v", "53", 47, 52 + more)]  # fmt: skip
    firms += [(f"h{n}", "53", 40, 40 - more) for n in range(2)] + [("w", "53", 26, 26 + more)]
    jobs = [(f, r, before, "2023") for f, r, before, _ in firms if before] + [
        ("x", "84", 52, "2023"), *[(f, r, after, "2024") for f, r, _, after in firms],
    ]  # fmt: skip
    gained = [(f, r, max(after - before, 0)) for f, r, before, after in firms]
    rows = pd.concat([rows_of(jobs), rows_of(gained, "gained", "flows")])
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(rows)[1]
    assert set(cells[cells["table_name"] == "flows"]["status"]) == {told}


@pytest.mark.parametrize("flow", ["gained", "lost"])
@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (20, "shown")])
def test_who_stays_beside_those_who_left_without_a_flow_is_no_smaller(
    tmp_path: Path, more: int, told: str, flow: str
) -> None:
    """y takes itself from the 97 of 53: were x less than 44 of its 50, those who left would have
    been 47 at least, and others would have gained 42 of 45 at most, of which 76 surely gained 4.
    Nor is it beside those who came, the other way round."""
    firms = [("x", "53", 50, 66), ("y", "53", 7, 6), ("b", "53", 0, 16)]
    firms += [("c", "52", 18, 22), ("d", "52", 11, 11), ("e", "52", 7, 6)]
    firms += [("f", "76", 17, 21), ("g0", "76", 20, 20 + more), ("g1", "76", 30, 30 - more / 2)]
    firms += [("g2", "76", 30, 30 - more / 2), ("g3", "76", 20, 20)]
    left = [(f"l{n}", "53", jobs, 0) for n, jobs in enumerate((15, 13, 12))]
    heads = FLOWS_ALONE if flow == "gained" else LOST_ALONE
    cells = Publisher(tmp_path, heads).edition(one_way(firms, left, flow))[1]
    assert set(cells[cells["measure"] == flow]["status"]) == {told}


@pytest.mark.parametrize("flow", ["gained", "lost"])
@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (10, "shown")])
def test_who_stays_beside_those_who_came_without_a_flow_is_no_larger(
    tmp_path: Path, more: int, told: str, flow: str
) -> None:
    """y takes itself from the 97 of 53: were x more than 59 of its 50, those who came would be less
    than 31 of the 80 that 52 and 53 gained, and others would have gained more than the 49 that 76
    leaves of 65. Nor is it beside those who left, the other way round."""
    firms = [("x", "53", 10, 50), ("y", "53", 7, 7), ("c", "52", 18, 18), ("d", "52", 11, 11)]
    firms += [("e", "52", 7, 7), ("f", "76", 17, 23), ("g0", "76", 20, 25), ("g1", "76", 20, 25)]
    firms += [("g2", "76", 30, 30 - more / 2), ("g3", "76", 30, 30 - more / 2)]
    firms += [("g4", "76", 20, 20 + more)]
    came = [(f"l{n}", "53", 0, jobs) for n, jobs in enumerate((15, 13, 12))]
    heads = FLOWS_ALONE if flow == "gained" else LOST_ALONE
    cells = Publisher(tmp_path, heads).edition(one_way(firms, came, flow))[1]
    assert set(cells[cells["measure"] == flow]["status"]) == {told}


def one_way(firms: list[Firm], unknown: list[Firm], flow: str) -> pd.DataFrame:
    """Jobs at the ends of 2023 and 2024, and what 2024 gained; of some it is not known. Where it is
    what it lost, the other way round."""
    years = ("2023", "2024") if flow == "gained" else ("2024", "2023")
    stocks = [
        (f, r, jobs, year)
        for f, r, *ends in [*firms, *unknown]
        for year, jobs in zip(years, ends, strict=True)
        if jobs
    ]
    moved = [(f, r, max(after - before, 0)) for f, r, before, after in firms]
    return pd.concat([rows_of(stocks), rows_of(moved, flow, "flows")])


def lost_later(late: list[tuple[str, str, float, float]], edition: int) -> pd.DataFrame:
    """84 grew by 19 with the 44 of n, of whom nothing is known of the year before; two of 53 tell
    of their flows in the second edition. h0 took two jobs over, so that no sum holds for all."""
    firms = [("a", "84", 22, 0), ("b", "84", 13, 9), ("c", "84", 15, 15), ("d", "84", 7, 7),
             ("e", "84", 6, 7), ("g", "84", 9, 9), ("r", "53", 15, 10)]  # fmt: skip
    firms += [(f"h{n}", "53", 40, 50) for n in range(3)]
    told = [*firms, *(late if edition == 2 else [])]
    stocks = [
        (f, r, jobs, year)
        for f, r, *ends in [*firms, *late]
        for year, jobs in zip(("2023", "2024"), ends, strict=True)
        if jobs
    ]
    gained = [(f, r, max(b - a, 0) + 2 * (f == "h0")) for f, r, a, b in told if b]
    lost = [(f, r, max(a - b, 0)) for f, r, a, b in told if edition == 2]
    flows = [
        rows_of(gained, "gained", "flows"),
        *([rows_of(lost, "lost", "flows")] if lost else []),
    ]
    return pd.concat([rows_of([*stocks, ("n", "84", 44, "2024")]), *flows])


@pytest.mark.parametrize(("more", "told"), [(1, "withheld"), (10, "shown")])
def test_a_flow_told_later_than_the_other_is_withheld_alone(
    tmp_path: Path, more: int, told: str
) -> None:
    """r lost 5 of 35 at most: with 53 instead of 44 others of 84 would have lost 34."""
    late = [("u", "53", 40 + more, 40), ("v", "53", 40 + more, 40)]
    heads = {
        "jobs": "",
        "flows": "-- country_only: gained, lost\n-- moves: jobs\n-- rounded: gained 10, lost 10\n",
    }
    publisher = Publisher(tmp_path, heads)
    first = publisher.edition(lost_later(late, 1))[1]
    assert set(first[first["measure"] == "gained"]["status"]) == {"shown"}
    cells = publisher.edition(lost_later(late, 2))[1]
    assert set(cells[cells["measure"] == "gained"]["status"]) == {"shown"}
    assert set(cells[cells["measure"] == "lost"]["status"]) == {told}


def test_a_region_that_bands_tell_apart_tells_no_more_with_flows(tmp_path: Path) -> None:
    """52, 53 and 75 are told together: were 75 at most 20, the other two would be 192 at least, of
    which the 8 that x closed with and 15 gained at most leave 53 for the 61 of n."""
    firms = {
        "52": [(2, 2), (6, 5), (12, 12), (21, 26), (8, 0), (5, 6)],
        "53": [(9, 9), (0, 2), (17, 17), (5, 6), (4, 4), (3, 3), (22, 23), (18, 20)],
        "75": [(12, 11), (5, 5)],
        "76": [(15, 15), (9, 9), (11, 11), (18, 18), (21, 17), (13, 13), (14, 15)],
    }
    known = [(f"{r}-{n}", r, *ends) for r, of in firms.items() for n, ends in enumerate(of)]
    stocks = [("gone", "53", 10, "2023"), ("left", "75", 12, "2023"), ("n", "53", 61, "2024")]
    stocks += [("born", "76", 40, "2024")]
    for year, at in (("2023", 2), ("2024", 3)):
        stocks += [(one[0], one[1], one[at], year) for one in known if one[at]]
    gained = [(f, r, max(after - before, 0)) for f, r, before, after in known]
    rows = pd.concat([rows_of(stocks), rows_of(gained, "gained", "flows")])
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(rows, ["gone"])[1]
    now = cells[(cells["table_name"] == "jobs") & (cells["period"] == "2024")]
    assert status(now)["others"] == "shown" and now["low"].isna().all()
    assert set(cells[cells["measure"] == "gained"]["status"]) == {"shown"}


@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (6, "shown")])
def test_who_gained_in_another_table_leaves_the_less_to_a_region(
    tmp_path: Path, more: int, told: str
) -> None:
    """75 grew by 67 with the 72 of n. x, who closed with 9 there, knows that others gained 65 at
    most, 48 of them elsewhere, where as many were lost: at least 59 are left for n."""
    known = [("32-0", "32", 57, 36), ("32-1", "32", 18, 0), ("32-2", "32", 9, 0)]
    known += [("32-3", "32", 40, 40), ("32-4", "32", 50, 50), ("x", "75", 9, 0)]
    ends = [(3, 4), (2, 2), (14, 16), (8, 8), (3, 3), (12, 14), (27, 26), (5, 5)]
    known += [(f"75-{n}", "75", *of) for n, of in enumerate(ends)]
    known += [(f"84-{n}", "84", 20, 20 + more * (1 if n < 3 else -1)) for n in range(6)]
    born = [("b0", "32", 23), ("b1", "32", 19), ("b2", "32", 6)]
    stocks = [*((*one, "2024") for one in born), ("n", "75", 72, "2024")]
    for year, at in (("2023", 2), ("2024", 3)):
        stocks += [(one[0], one[1], one[at], year) for one in known if one[at]]
    gained = [(f, r, max(after - before, 0)) for f, r, before, after in known]
    rows = pd.concat([
        rows_of(stocks),
        rows_of([*gained, *born], "gained", "flows"),
        rows_of(born, "began", "first"),
    ])  # fmt: skip
    heads = FLOWS_ALONE | {"first": "-- relations: began = gained\n"}
    cells = Publisher(tmp_path, heads).edition(rows)[1]
    assert set(cells[cells["measure"] == "gained"]["status"]) == {told}
    assert status(cells[cells["measure"] == "began"])["FR"] == "shown"


@pytest.mark.parametrize(("lost", "told"), [(0, "withheld"), (10, "shown")])
def test_nothing_lost_is_told_to_the_last_job(tmp_path: Path, lost: int, told: str) -> None:
    """53 grew by 13 with the 12 of n: with more others there would have lost some."""
    stood = [("a", "53", 8), ("b", "53", 11), ("c", "53", 3), ("d", "53", 2)]
    stood += [(f"h{n}", "84", 20) for n in range(4)]
    moved = {"d": 1} | dict.fromkeys(("h0", "h1", "h2"), -lost)
    after = [*((f, r, v + moved.get(f, 0)) for f, r, v in stood), ("n", "53", 12)]
    stocks = [*((*one, "2023") for one in stood), *((*one, "2024") for one in after)]
    flows = rows_of([(f, r, max(-moved.get(f, 0), 0)) for f, r, _ in after], "lost", "flows")
    rows = pd.concat([rows_of(stocks), flows])
    cells = Publisher(tmp_path, LOST_ALONE).edition(rows)[1]
    assert set(cells[cells["measure"] == "lost"]["status"]) == {told}


@pytest.mark.parametrize(("more", "told"), [(0, "withheld"), (20, "shown")])
def test_who_stood_in_a_region_that_is_told_with_others_a_year_later(
    tmp_path: Path, more: int, told: str
) -> None:
    """Of 140 in 84 no more than 27 are left, and 25 are lost at most: x, of whom no flow is known,
    had at least 88 of its 100. Of 75 and 84 together less is known, for y and z left, too."""
    firms = [("a", "84", 15, 10), ("b", "84", 15, 10), ("c", "84", 10, 0)]
    firms += [("d", "75", 2, 3), ("e", "75", 2, 2), ("f", "75", 2, 2)]
    firms += [(f"h{n}", "53", 40, 40 + more * (1 if n < 2 else -1)) for n in range(4)]
    stocks = [
        (f, r, jobs, year)
        for f, r, *ends in [*firms, ("x", "84", 100, 0), ("y", "75", 5, 0), ("z", "75", 5, 0)]
        for year, jobs in zip(("2023", "2024"), ends, strict=True)
        if jobs
    ]
    lost = rows_of([(f, r, max(a - b, 0)) for f, r, a, b in firms], "lost", "flows")
    cells = Publisher(tmp_path, LOST_ALONE).edition(pd.concat([rows_of(stocks), lost]))[1]
    stock = cells[(cells["measure"] == "jobs") & (cells["period"] == "2024")]
    assert status(stock)["84"] == "withheld"
    assert set(cells[cells["measure"] == "lost"]["status"]) == {told}


def test_a_band_of_a_flow_leaves_room_for_every_stock(tmp_path: Path) -> None:
    """Nobody else lost more than 5: a region whose jobs fell by 28 would tell whose they were."""
    head = {"jobs": "", "flows": "-- country_only: lost\n-- moves: jobs\n"}
    lost = rows_of([("a", "", 1), ("b", "", 3)], "lost", "flows")
    for number, largest in enumerate((28, 4)):
        stocks = rows_of([("a", "53", largest), ("b", "53", 4), ("c", "53", 4), ("d", "53", 3)])
        cells = Publisher(tmp_path / str(number), head).edition(pd.concat([stocks, lost]))[1]
        (told,) = cells[cells["measure"] == "lost"].itertuples()
        assert told.status == "withheld" and (told.high != 5.0 if number == 0 else told.high == 5.0)


@pytest.mark.parametrize(("others", "low"), [(0, None), (2, 20.0)])
def test_a_band_of_a_flow_leaves_room_beside_who_began(
    tmp_path: Path, others: int, low: float | None
) -> None:
    """52 and 76 have 87, of which x has 8, and those who began 20 at least: no more than 59 are
    left for the 54 of b, unless some who stood before may have gained as well."""
    began = [("a", "76", 19), ("c", "52", 6)]
    stood = [(f"e{n}", "53", 16) for n in range(5)]
    stocks = [*began, ("x", "76", 8), ("b", "76", 54), *stood]
    stocks += [(*one, "2023") for one in stood]
    gained = rows_of([*began, *[(f, r, 0) for f, r, _ in stood[:others]]], "gained", "flows")
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(pd.concat([rows_of(stocks), gained]))[1]
    (told,) = cells[cells["measure"] == "gained"]["low"]
    assert (None if told != told else told) == low


@pytest.mark.parametrize(("jobs", "told"), [(8, "withheld"), (10, "shown")])
def test_a_ratio_of_years_leaves_room_for_a_year_that_is_not_told(
    tmp_path: Path, jobs: float, told: str
) -> None:
    """Who knows the 101 jobs knows that 1300 a job are 136,350 at most, so that p, the only one of
    2023, has no more than 14,750; with 103 jobs they are 139,050."""
    euros = [14_900, 35_400, 7_900, 20_200, 13_100, 5_600, 8_100, 16_400]
    bases = [3, 10, 22, 10, 7, 10, 7, 24, jobs]
    sums = [(f"a{n}", "", value) for n, value in enumerate(euros)]
    ratio = rows_of([*sums, ("p", "", 12_300)], "per_job", "euros").assign(base=bases)
    rows = pd.concat([rows_of([*sums, ("p", "", 12_300, "2023")], "eur", "euros"), ratio])
    head = "-- decimals: 0\n-- rounded: per_job 100\n-- relations: per_job = eur + eur[-1]\n"
    cells = Publisher(tmp_path, {"euros": head}).edition(rows)[1].set_index(["measure", "period"])
    assert cells.loc[("eur", "2024"), "status"] == "shown"
    assert cells.loc[("per_job", "2024"), "status"] == told


def test_a_figure_that_is_another_again_leaves_room_for_it(tmp_path: Path) -> None:
    """Of 53 without those whose first jobs are told in their own table, b would know a."""
    head = {"jobs": "", "first": "-- same: began = jobs\n"}
    stocks = [("a", "53", 49), ("b", "53", 24), ("c", "53", 8), ("d", "53", 4)]
    others = [(f"e{n}", "84", 9) for n in range(5)]
    began = rows_of([("c", "53", 8), ("d", "53", 4), ("e0", "84", 9)], "began", "first")
    jobs = rows_of([*stocks, *others])
    cells = Publisher(tmp_path, head).edition(pd.concat([jobs, began]))[1]
    told = cells[cells["measure"] == "began"]
    assert set(told["status"]) == {"withheld"} and told["low"].isna().all()
    more = rows_of(others, "began", "first")
    cells = Publisher(tmp_path / "2", head).edition(pd.concat([jobs, more]))[1]
    assert status(cells[cells["measure"] == "began"])["84"] == "shown"


def test_a_band_of_a_figure_that_is_another_again_leaves_room_below_it(tmp_path: Path) -> None:
    """c takes itself from 57; with at least 5 for b there are 42 for a at most."""
    head = {"jobs": "", "first": "-- same: began = jobs\n"}
    began = rows_of([("b", "84", 11)], "began", "first")
    for number, (largest, low) in enumerate([(36, None), (25, 5.0)]):
        stocks = rows_of([("a", "84", largest), ("b", "84", 11), ("c", "84", 10)])
        cells = Publisher(tmp_path / str(number), head).edition(pd.concat([stocks, began]))[1]
        (told,) = cells[(cells["measure"] == "began") & (cells["territory_code"] == "FR")]["low"]
        assert (None if told != told else told) == low


@pytest.mark.parametrize(("others", "told"), [([8], "withheld"), ([4, 4], "shown")])
def test_whoever_stands_alone_beside_those_of_another_figure_knows_the_rest_of_it(
    tmp_path: Path, others: list[float], told: str
) -> None:
    """c takes its jobs from those of 53, and what is left from the first jobs: d's and e's."""
    head = {"jobs": "", "first": "-- same: began = jobs\n-- country_only: began\n"}
    stocks = [("a", "53", 12), ("b", "53", 8), ("d", "52", 27), ("e", "75", 5)]
    began = rows_of(stocks, "began", "first")
    stocks += [(f"c{n}", "53", value) for n, value in enumerate(others)]
    stocks += [(f"{r}{n}", r, 20) for r in ("52", "75") for n in range(6)]
    cells = Publisher(tmp_path, head).edition(pd.concat([rows_of(stocks), began]))[1]
    assert set(cells[cells["measure"] == "began"]["status"]) == {told}


@pytest.mark.parametrize(("region", "told"), [("53", "withheld"), ("84", "shown")])
def test_bands_keep_firms_told_together_from_leaving_room_to_each_other(
    tmp_path: Path, region: str, told: str
) -> None:
    """c takes its 14 from 42, so that 52 are left to b and a; b's region has no more than 20."""
    head = {"jobs": "", "first": "-- same: began = jobs\n-- country_only: began\n"}
    stocks = [("c", "75", 14), *[(f"c{n}", "75", 9) for n in range(4)]]
    stocks += [("x", "84", 7), ("y", "84", 21), ("a", "84", 39), ("b", region, 13)]
    stocks += [("d", "53", 11), ("e", "53", 2)] if region == "84" else []
    began = rows_of([("x", "84", 7), ("y", "84", 21), ("c", "75", 14)], "began", "first")
    cells = Publisher(tmp_path, head).edition(pd.concat([rows_of(stocks), began]))[1]
    assert set(cells[cells["measure"] == "began"]["status"]) == {told}


@pytest.mark.parametrize(("others", "told"), [(2, "withheld"), (40, "shown")])
def test_who_began_tells_of_those_beside_them_where_no_year_before_is_told(
    tmp_path: Path, others: float, told: str
) -> None:
    """d takes its 77 from 134, so that those who began elsewhere leave a no less than 78 of 135."""
    head = {
        "jobs": "",
        "flows": "-- country_only: gained\n-- rounded: gained 10\n-- moves: jobs\n",
    }
    born = [("a", "53", 80), ("b", "75", 32), ("e", "75", 23)]
    stay = [*[(f"s{n}", "53", 20) for n in range(5)], ("c", "75", others), ("d", "75", 77)]
    rows = pd.concat([rows_of([*born, *stay]), rows_of(born, "gained", "flows")])
    cells = Publisher(tmp_path, head).edition(rows)[1]
    assert cells.loc[cells["measure"] == "gained", "status"].tolist() == [told]


@pytest.mark.parametrize(
    ("gained_elsewhere", "lost_elsewhere", "told"),
    [(0, 0, "withheld"), (10, 0, "withheld"), (10, 10, "shown")],
)
def test_a_flow_leaves_room_for_the_flow_the_other_way_which_is_not_told(
    tmp_path: Path, gained_elsewhere: float, lost_elsewhere: float, told: str
) -> None:
    """The jobs of 11 stand still beside 30 gained there (at most 35): a0 lost no more, and it lost
    30; unless others were gained elsewhere, and not seen to be, for as many were lost there."""
    moved = {"a0": -30.0, "a1": 10.0, "a2": 10.0, "a3": 10.0}
    moved |= dict.fromkeys(("b0", "b1"), gained_elsewhere)
    moved |= dict.fromkeys(("b2", "b3"), -lost_elsewhere)
    before = [(f, "11" if f < "b" else "53", 100.0 if f < "b" else 60.0, "2023") for f in moved]
    after = [(f, r, v + moved[f], "2024") for f, r, v, _ in before]
    gained = [(f, r, max(moved[f], 0.0)) for f, r, *_ in before]
    cells = Publisher(tmp_path, FLOWS_ALONE).edition(
        pd.concat([rows_of([*before, *after]), rows_of(gained, "gained", "flows")])
    )[1]
    assert set(cells[cells["table_name"] == "flows"]["status"]) == {told}
