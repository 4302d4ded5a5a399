"""Co-operatives that closed, nobody knows when: born all the same, their exits told beside."""

import pytest

from etl.build import warehouse
from tests.build.test_establishments import RENNES, checked
from tests.market import make_build, metric

FIRMS = [checked(f"7{n:07d}") for n in range(6)]
# A lives; B closed on a day; C and D closed nobody knows when; E too, and nobody knows its birth;
# F is to be born after the build's day
HEAD = "siren,form,cooperative_since,ceased_on,is_active,commune_code\n"
DROPS = {
    "cooperatives/a-2026-10-31.csv": HEAD
    + "".join(
        f"{siren},scop,{told},{RENNES}\n"
        for siren, told in zip(
            FIRMS,
            (
                "2023-03-01,,true", "2023-05-01,2025-02-01,", "2023-07-01,,false",
                "2025-07-01,,false", ",,false", "2026-12-01,,",
            ),
            strict=True,
        )
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undated")
    with make_build(folder, DROPS) as con:
        yield con, (folder / "warehouse" / "current").resolve()


@pytest.mark.parametrize(
    ("first", "last", "births", "exits", "undated"),
    [
        ("2023-01-01", "2023-12-01", 3, 0, 2),  # A, B, C; C and E are closed
        ("2025-01-01", "2025-12-01", 1, 1, 3),  # D; B; C, D and E
        ("2024-01-01", "2024-12-01", 0, 0, 2),
    ],
)
def test_births_and_net_growth(register, first, last, births, exits, undated):
    asked = {"scopes": ["all"], "from_": first, "to_": last}
    born = metric(register[0], "births", **asked)
    assert (born.value[0] if len(born) else 0) == births
    row = metric(register[0], "net_growth", **asked).iloc[0]
    assert (row.births, row.exits, row.value) == (births, exits, births - exits)
    assert row.exits_undated == undated


def test_partners_see_births_and_the_exits_undated_of_those_born(register):
    """E is not among them: the register of years begins with a birth."""
    with warehouse.open_build(register[1], warehouse.PARTNERS) as con:
        assert con.execute(
            "SELECT period, living, births, born_living, exits, exits_undated"
            " FROM published.cooperatives"
            " WHERE territory_level = 'country' AND scope_code = 'all' AND dimension = 'all'"
            " ORDER BY period"
        ).fetchall() == [("2023", 2, 3, 1, 0, 1), ("2024", 2, 0, 0, 0, 1), ("2025", 1, 1, 0, 1, 2)]
