"""The attacker finds what is planted: each kind of leak, and nothing where none is.

Each edition shows a few cells of a tiny world; `told` names who is told of which firm's figure.
"""

import datetime as dt
from pathlib import Path

from tests.attack.bounds import OUTSIDER
from tests.attack.differences import few
from tests.attack.model import Model
from tests.attack.reading import Told
from tests.attack.tiny import World, attacked, of
from tests.attack.truth import State
from tests.modules import imports

CODE = sorted(Path(__file__).parent.glob("*.py"))
FR, BRITTANY, RHONE = ("country", "FR"), ("region", "53"), ("region", "84")


def test_who_attacks_knows_nothing_of_what_protects() -> None:
    using = {
        path.stem
        for path in CODE
        if any(name.startswith("etl.disclosure") for name in imports(path))
    }
    assert not using


def told(home: Path, *editions) -> set[tuple[str, str, str]]:
    """(reader, firm, figure) of each leak; an edition is a world, the cells it shows, its bands."""
    whole = [(*one, {}) if len(one) == 2 else one for one in editions]
    found = attacked(home / "leak", whole)
    assert not found.unsound
    assert all(one.is_proved and one.how for one in found.told)
    return {(one.reader, one.unknown.owner, str(one.unknown.key[0])) for one in found.told}


def market() -> World:
    """Four firms in Brittany, one in the Rhône valley."""
    world = World(a="53", b="53", c="53", d="53", lone="84")
    world.declare(2024, a=20, b=18, c=22, d=19, lone=12)
    return world


EMPLOYEES_FR, EMPLOYEES_53 = ("employees", "2024", *FR), ("employees", "2024", *BRITTANY)


def test_sums_of_many_firms_of_like_size_tell_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, (market(), [EMPLOYEES_FR])) == set()
    assert told(tmp_path / "2", (market(), [EMPLOYEES_53])) == set()


def test_the_country_without_the_other_regions_tells_the_last_one(tmp_path: Path) -> None:
    found = told(tmp_path, (market(), [EMPLOYEES_FR, EMPLOYEES_53]))
    assert found == {(OUTSIDER, "lone", "employees")}


def test_a_late_report_is_told_by_two_editions(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="53")
    world.declare(2024, a=20, b=18, c=22)
    late = World(a="53", b="53", c="53", d="53")
    late.declare(2024, a=20, b=18, c=22, d=19)
    found = told(tmp_path, (world, [EMPLOYEES_FR]), (late, [EMPLOYEES_FR]))
    assert (OUTSIDER, "d", "employees") in found
    assert told(tmp_path / "2", (world, []), (late, [EMPLOYEES_FR])) == set()


def test_an_exit_is_told_by_two_editions(tmp_path: Path) -> None:
    left = World(a="53", b="53", c="53", d="53", lone="84")
    left.declare(2024, a=20, b=18, c=22, d=19)
    found = told(tmp_path, (market(), [EMPLOYEES_FR]), (left, [EMPLOYEES_FR]))
    assert (OUTSIDER, "lone", "employees") in found


def test_a_country_is_made_of_regions_as_they_were_when_their_bands_were_told(
    tmp_path: Path,
) -> None:
    """n of 84 came after it: no figure has been made of it."""
    late = World(a="53", b="53", c="53", d="53", lone="84", n="84")
    late.declare(2024, a=20, b=18, c=22, d=19, lone=12, n=10)
    model = Model()
    states = {
        name: State(model, world.write(tmp_path / name, dt.date(2026, month, 1)))
        for name, world, month in (("first", market(), 2), ("second", late, 3))
    }
    rows = [
        {"territory_level": level, "territory_code": code, "status": status, "edition": "first"}
        for (level, code), status in ((FR, "shown"), (BRITTANY, "shown"), (RHONE, "withheld"))
    ]
    told = Told(("jobs", "employees", "2024"), rows, states, states["second"])
    made_of = [n for n, weight in told.cells(rows[0])[0].top.items() if weight]
    assert {model.unknowns[n].owner for n in made_of} == {"a", "b", "c", "d", "lone"}


def test_a_revision_upwards_tells_at_least_how_much_more(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="53")
    world.declare(2024, a=20, b=18, c=22, d=2)
    revised = World(a="53", b="53", c="53", d="53")
    revised.declare(2024, a=20, b=18, c=22, d=30)
    found = told(tmp_path, (world, [EMPLOYEES_FR]), (revised, [EMPLOYEES_FR]))
    assert (OUTSIDER, "d", "employees") in found  # at least 28


def test_a_firm_that_knows_itself_tells_the_other(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53")
    world.declare(2024, a=60, b=30, c=10)
    assert told(tmp_path, (world, [EMPLOYEES_FR])) == {("firm b", "a", "employees")}


def test_who_agreed_is_known_and_hides_nobody(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53")
    world.declare(2024, a=20, b=20, c=20)
    assert told(tmp_path, (world, [EMPLOYEES_FR])) == set()
    world.agreed = {"a", "b"}
    assert told(tmp_path / "2", (world, [EMPLOYEES_FR])) == {(OUTSIDER, "c", "employees")}


def test_a_narrow_band_tells_the_only_firm_of_a_region(tmp_path: Path) -> None:
    lone = ("employees", "2024", *RHONE)
    assert (OUTSIDER, "lone", "employees") in told(tmp_path, (market(), [], {lone: (10, 20)}))
    assert told(tmp_path / "2", (market(), [], {lone: (5, 20)})) == set()


def test_a_share_of_all_tells_the_part_of_a_whole_that_is_told(tmp_path: Path) -> None:
    world = market()
    for part, number in (("permanent_employees", 10), ("qualified_employees", 5),
                         ("member_employees", 4)):  # fmt: skip
        world.part(part, 2024, a=number, b=number, c=number, d=number, lone=number)
    shown = [("permanent_share", "2024", *FR), ("permanent_share", "2024", *BRITTANY)]
    assert told(tmp_path, (world, shown)) == set()
    # with both wholes, the share of the last region follows: 50 of 91 less 40 of 79
    whole = [*shown, EMPLOYEES_FR, EMPLOYEES_53]
    assert (OUTSIDER, "lone", "permanent_employees") in told(tmp_path / "2", (world, whole))


def test_part_of_the_staff_is_at_most_the_staff(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53")
    world.declare(2024, a=100, b=3, c=3)
    world.part("employees_fte", 2024, a=95.0, b=2.0, c=2.0)
    bands = {EMPLOYEES_FR: (50.0, 500.0)}
    assert told(tmp_path, (world, [], bands)) == set()
    fte = ("employees_fte", "2024", *FR)
    assert (OUTSIDER, "a", "employees_fte") in told(tmp_path / "2", (world, [fte]))


def test_jobs_created_and_lost_tell_whose_year_before_is_unknown(tmp_path: Path) -> None:
    world = market()
    world.declare(2023, a=15, b=20, c=18, d=24)  # not lone: its flow is unknown
    flows = [(measure, "2024", *FR) for measure in ("created", "lost", "kept")]
    assert told(tmp_path, (world, [EMPLOYEES_FR])) == set()
    shown = [EMPLOYEES_FR, ("employees", "2023", *FR), *flows]
    assert (OUTSIDER, "lone", "employees") in told(tmp_path / "2", (world, shown))


def test_nobody_both_creates_and_loses_jobs(tmp_path: Path) -> None:
    """b grew, so that it lost none: c lost all that was lost, created none, and b all of it."""
    world = World(b="53", c="84")
    world.declare(2023, b=40, c=50)
    world.declare(2024, b=70, c=45)
    shown: list = [("created", "2024", *FR), ("lost", "2024", *FR)]
    bands = {("employees", "2023", *BRITTANY): (20.0, 50.0), EMPLOYEES_53: (50.0, 100.0)}
    assert told(tmp_path, (world, [], bands)) == set()
    found = told(tmp_path / "2", (world, shown, bands))
    assert {(OUTSIDER, "b", "created"), (OUTSIDER, "c", "lost")} <= found
    sides = attacked(tmp_path / "3", [(world, shown, bands)])
    assert any("sides" in how for one in sides.told for how in one.how)


def test_jobs_of_new_firms_are_told_by_their_projects(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="53")
    for firm in "abcd":
        world.born[firm] = dt.date(2024, 3, 1)
    world.declare(2024, a=20, b=18, c=22, d=19)
    for firm in "abc":
        world.project(f"p{firm}", firm, "2024-03-01", 10, {"Bank": 10_000})
    shown = [("gained", "2024", *FR)]
    assert told(tmp_path, (world, shown)) == set()
    shown.append(("realised_jobs", "2024", *FR))
    assert (OUTSIDER, "d", "created") in told(tmp_path / "2", (world, shown))


def test_an_organisation_that_granted_most_tells_the_rest(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="53")
    for firm, bank in zip("abcd", ("Bank", "Bank", "Bank", "Fund"), strict=True):
        world.project(f"p{firm}", firm, "2024-03-01", 10, {bank: 10_000.0})
    found = told(tmp_path, (world, [("financed_eur", "2024", *FR)]))
    assert found == {("Bank", "d", "financed_eur")}


def test_euros_and_euros_per_job_tell_planned_jobs(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="53")
    for firm in "abcd":
        supported = "Union" if firm != "d" else ""
        grants = {"Bank": 10_000.0}
        world.project(f"p{firm}", firm, "2024-03-01", 10, grants, supported=supported)
    shown = [("financed_eur", "2024", *FR), ("eur_per_job", "2025", *FR)]
    found = told(tmp_path, (world, shown))
    assert ("Union", "d", "planned_jobs") in found


def test_all_hires_bound_those_of_the_largest_co_operative(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53")
    world.hires = [("a", 2024, 40), ("b", 2024, 30), ("c", 2024, 20), ("someone", 2024, 10)]
    world.all_hires = [("2024", *FR, 100)]
    assert told(tmp_path, (world, [])) == set()
    world.hires[1:] = [("b", 2024, 1), ("c", 2024, 1)]
    world.all_hires = [("2024", *FR, 40)]  # at most 44
    assert (OUTSIDER, "a", "hires") in told(tmp_path / "2", (world, []))


def test_all_hires_of_the_country_less_those_of_a_region_tell_of_the_other(tmp_path: Path) -> None:
    world = World(a="53", b="84", c="84", d="84")
    world.hires = [("a", 2024, 90), ("b", 2024, 30), ("c", 2024, 30), ("d", 2024, 30)]
    world.all_hires = [("2024", *FR, 180)]
    assert told(tmp_path, (world, [])) == set()
    world.all_hires += [("2024", "region", "84", 90)]
    assert (OUTSIDER, "a", "hires") in told(tmp_path / "2", (world, []))


def test_differences_of_sums_find_the_last_firm_and_the_last_two(tmp_path: Path) -> None:
    world = World(a="53", b="53", c="53", d="84", e="84", f="11", g="11", h="11")
    world.declare(2024, a=20, b=18, c=22, d=19, e=12, f=9, g=11, h=10)
    shown = [EMPLOYEES_FR, EMPLOYEES_53]
    assert not few(of(tmp_path / "1", [(world, shown, {})]))
    (left,) = few(
        of(tmp_path / "2", [(world, [*shown, ("employees", "2024", "region", "11")], {})])
    )
    assert left.count("less") == 2
