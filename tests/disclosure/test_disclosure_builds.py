"""Editions for partners from real builds, one after the other."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from etl.__main__ import main
from etl.build import make, warehouse
from etl.disclosure import ledger
from etl.sample import identifiers
from tests.market import write_drops

HEAD = "siren,form,origin,commune_code,cooperative_since,agrees_to_publish\n"
YEARS = "siren,year,employees\n"
SIRENS = identifiers.padded(identifiers.sirens(np.arange(1, 17)), 9)

PLACES = ("35238", "35238", "44109", "69123")


def register(agreed: str = "") -> str:
    """Eight in Brittany, four around Nantes of which one alone is large, four around Lyon."""
    rows = [
        f"{siren},scop,ex_nihilo,{PLACES[number // 4]},2020-01-01,{agreed if number == 8 else ''}\n"
        for number, siren in enumerate(SIRENS)
    ]
    return HEAD + "".join(rows)


def declared(late: tuple[int, ...] = ()) -> str:
    rows = [
        f"{siren},2024,{200 if number == 8 else 10 + number}\n"
        for number, siren in enumerate(SIRENS)
        if number not in late
    ]
    return YEARS + "".join(rows)


def jobs(folder: Path) -> dict[str, tuple[str, float | None, str]]:
    """Of each territory of 2024: status, value and edition; '' the edition itself."""
    with warehouse.open_build((folder / "current").resolve(), warehouse.PARTNERS) as connection:
        rows = connection.execute(
            "SELECT territory_code, status, value, edition FROM published.jobs"
            " WHERE measure = 'employees' AND territory_level <> 'other_regions'"
        ).fetchall()
        (edition,) = connection.execute("SELECT edition, made_on FROM published.edition").fetchall()
    return {code: told for code, *told in rows} | {"": list(map(str, edition))}


@pytest.fixture(scope="module")
def three_quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build in a quarter, a second one in it with a late report, one in the next quarter."""
    root = tmp_path_factory.mktemp("quarters")
    drops = [
        {
            "cooperatives/2026-01-31.csv": register(),
            "cooperative_years/2026-01-31.csv": declared((1,)),
        },
        {"cooperative_years/2026-02-28.csv": declared()},
        {"cooperatives/2026-05-31.csv": register("2026-05-01")},
    ]  # fmt: skip
    for number, one in enumerate(drops):
        made = make.build(write_drops(root / "raw", one), root / "warehouse")
        (root / f"{number}.txt").write_text(f"{jobs(root / 'warehouse')}\n{made.partners}")
    return root


def told(root: Path, number: int) -> str:
    return (root / f"{number}.txt").read_text()


@pytest.mark.middle
def test_a_quarter_has_one_edition_carried_by_every_build(three_quarters: Path) -> None:
    first, carried = told(three_quarters, 0), told(three_quarters, 1)
    assert "'is_new': True" in first and "'is_new': False" in carried
    assert first.split("\n")[0] == carried.split("\n")[0]
    assert "'2026-Q1', '2026-01-31'" in carried
    assert len(ledger.entries(three_quarters / "warehouse")) == 2


@pytest.mark.middle
def test_the_next_edition_does_not_tell_who_was_late_but_who_agreed(three_quarters: Path) -> None:
    found = jobs(three_quarters / "warehouse")
    assert found[""] == ["2026-Q2", "2026-05-31"]
    # one firm was late in Brittany: its figure would be the difference
    assert found["53"] == ["shown", 97.0, "2026-Q1"]
    before = told(three_quarters, 0)
    assert "'52': ['withheld', None" in before and found["52"][:2] == ["shown", 260.0]


@pytest.mark.middle
def test_the_same_drops_are_found_again(three_quarters: Path) -> None:
    folder = three_quarters / "warehouse"
    served = warehouse.served_build(folder)
    places = ["--raw", str(three_quarters / "raw"), "--warehouse", str(folder)]
    assert main(["build", *places]) == 0
    assert warehouse.served_build(folder) == served
    assert main(["build", "--edition", "now", *places]) == 0
    assert warehouse.served_build(folder) == served  # it made an edition already
    assert len(ledger.entries(folder)) == 2


@pytest.mark.middle
def test_an_edition_may_be_made_at_once(three_quarters: Path) -> None:
    folder = three_quarters / "warehouse"
    drop = {"cooperative_years/2026-06-20.csv": YEARS + f"{SIRENS[0]},2025,9\n"}
    raw = write_drops(three_quarters / "raw", drop)
    made = make.build(raw, folder, edition_now=True)
    assert made.partners["edition"] == "2026-Q2.2" and made.partners["is_new"]
    again = make.build(raw, folder)
    assert again.build_id == made.build_id
    assert len(ledger.entries(folder)) == 3


def test_no_figure_stands_in_the_pages_of_the_file(three_quarters: Path) -> None:
    """The large firm, not agreed yet in the first edition, nor its siren."""
    first = sorted(ledger.folder(three_quarters / "warehouse").glob("*.duckdb"))[0]
    with duckdb.connect(str(first), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        ).fetchall()
        for (name,) in names:
            rows = connection.execute(f"SELECT CAST(t AS VARCHAR) FROM {name} AS t").fetchall()
            assert not any(SIRENS[8] in row or "'value': 200.0" in row for (row,) in rows), name
