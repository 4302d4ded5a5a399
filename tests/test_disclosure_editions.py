"""Real builds one after the other, and a reader who kept every file that partners were given."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl.build import make
from etl.disclosure import published_tables
from etl.sample import identifiers
from etl.settings import load as load_settings
from tests.disclosing import KEYS, Attacker
from tests.market import write_drops

SHARE = load_settings().interval_share
PLACES = ("35238", "44109", "69123", "75056", "13055", "59350")
DOMAINS = ("house_cleaning", "gardening", "house_cleaning|gardening", "diy")
HEAD = "siren,form,origin,domains,commune_code,cooperative_since\n"
YEARS = "siren,year,employees,permanent_employees,qualified_employees,member_employees\n"


def drops() -> list[dict[str, str]]:
    """The drops of three builds: two co-operatives declare their closed years late, then a third
    one of a place and a domain where few are."""
    draw = np.random.default_rng(11)
    sirens = identifiers.padded(identifiers.sirens(np.arange(81)), 9)
    register, years = [], {}
    for number in range(1, 81):
        place = PLACES[int(draw.integers(0, len(PLACES)))]
        domain = DOMAINS[int(draw.integers(0, len(DOMAINS)))]
        register.append(
            f"{sirens[number]},scop,ex_nihilo,{domain},{place},2020-0{1 + number % 9}-01\n"
        )
        staff = int(np.ceil(draw.lognormal(2.2, 0.9)))
        years[number] = [
            f"{sirens[number]},{year},{staff + year - 2023},{staff - staff // 4},{staff // 2},"
            f"{staff // 2}\n"
            for year in (2023, 2024)
        ]
    late = {2: (4, 9), 3: (17,)}
    later = {number for numbers in late.values() for number in numbers}
    first = "".join(
        line for number, lines in years.items() if number not in later for line in lines
    )
    told = [
        {
            "cooperatives/2025-03-31.csv": HEAD + "".join(register),
            "cooperative_years/2025-03-31.csv": YEARS + first,
        }
    ]
    for edition, numbers in late.items():
        lines = "".join(line for number in numbers for line in years[number])
        told.append({f"cooperative_years/2025-0{3 + edition}-30.csv": YEARS + lines})
    return told


def edition(folder: Path, raw: Path) -> dict[tuple[str, str], tuple[pd.DataFrame, pd.DataFrame]]:
    """One build: for each measure and period, who stands in which cell with how much, and the cells
    as partners see them."""
    result = make.build(raw, folder / "warehouse")
    assert result.is_published and result.partners["published"], result.partners
    served = (folder / "warehouse" / "current").resolve()
    rows, cells = [], []
    with duckdb.connect(str(served / "marketplace.duckdb"), read_only=True) as connection:
        for table in published_tables.tables(None):
            if table.protects == "firms":
                found = connection.execute(table.body).df()
                parts = found.get("part", "")
                found["contributor"] = found["contributor"] + "|" + parts
                rows.append(found.assign(breakdown=table.name + "/" + found["breakdown"]))
    with duckdb.connect(str(served / "partners.duckdb"), read_only=True) as connection:
        for table in published_tables.tables(None):
            if table.protects == "firms":
                shown = connection.execute(f"SELECT * FROM published.{table.name}").df()
                cells.append(shown.assign(breakdown=table.name + "/" + shown["breakdown"]))
    held = dict(tuple(pd.concat(rows).groupby(["measure", "period"])))
    seen = dict(tuple(pd.concat(cells)[[*KEYS, "value", "status"]].groupby(["measure", "period"])))
    assert set(held) == set(seen)
    return {of: (held[of], seen[of]) for of in held if (held[of]["value"] >= 0).all()}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    folder = tmp_path_factory.mktemp("editions")
    return [edition(folder, write_drops(folder / "raw", added)) for added in drops()]


def test_no_reader_of_all_editions_works_out_a_withheld_figure(editions: list[dict]) -> None:
    for of in editions[-1]:
        before: dict[frozenset, float] = {}
        for number, told in enumerate(one for one in editions if of in one):
            attacker = Attacker(*told[of], before)
            assert not attacker.recovered(SHARE), (of, number)
            before = before | attacker.sums


def test_some_figures_are_shown_and_some_are_withheld(editions: list[dict]) -> None:
    for told in editions:
        status = pd.concat([cells for _, cells in told.values()])["status"]
        assert set(status) == {"shown", "withheld"}
    jobs = [told["employees", "2024"][1] for told in editions]
    assert all((cells["status"] == "shown").any() for cells in jobs)


def test_without_the_ledger_the_same_reader_would(editions: list[dict], tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for added in drops()[:2]:
        write_drops(raw, added)
    alone = edition(tmp_path, raw)
    leaks = [
        of
        for of in alone
        if of in editions[0]
        and Attacker(*alone[of], Attacker(*editions[0][of]).sums).recovered(SHARE)
    ]
    assert leaks
