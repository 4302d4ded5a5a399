"""The fifteen questions of a partner, each asked of the page where it has its place."""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest

from etl.build import make
from etl.sample import sample
from pages.shared import export
from tests.pages_fixture import run_page

UNSAID = ("withheld", "cannot be told", "too few to tell", "too young")
Taken = dict[tuple[str, str], dict[str, pd.DataFrame]]


class Place(NamedTuple):
    """Where a figure stands: a table of a view, and its columns; behind it the published tables and
    measures that say who contributed (none: the page's own rows)."""

    slug: str
    view: str
    table: str
    columns: tuple[str, ...]
    published: str = ""
    measures: tuple[str, ...] = ()


COOPERATIVES, PROJECTS = "cooperatives", "projects"
STEPS = ("Received", "Supported", "Financed", "Registered")
AGES = ("Alive after 3 years", "Alive after 5 years")
LASTING = ("permanent_share", "qualified_share")
# question -> where its answer stands for France, and for the regions (None: told nationally only)
QUESTIONS: dict[str, tuple[list[Place], Place | None]] = {
    "births, exits and net by origin and form": (
        [
            Place(COOPERATIVES, "growth", table, ("Births", "Exits", "Net growth"))
            for table in ("By origin", "By form")
        ],
        Place(COOPERATIVES, "growth", "By area", ("Births", "Exits", "Net growth")),
    ),
    "survival after 3 and 5 years against benchmarks": (
        [
            Place(COOPERATIVES, "survival", "By form", AGES),
            Place(COOPERATIVES, "survival", "Benchmarks", ("Share still alive",)),
        ],
        Place(COOPERATIVES, "survival", "By region", AGES),
    ),
    "jobs": (
        [
            Place(
                COOPERATIVES, "jobs", "People employed by year", ("People employed",), "jobs",
                ("employees",),
            )
        ],
        Place(COOPERATIVES, "jobs", "By region", ("People employed",), "jobs", ("employees",)),
    ),
    "jobs created, lost and kept": (
        [
            Place(
                COOPERATIVES, "jobs", "Gained and lost by year",
                ("of them created", "of them kept", "Lost"), "job_flows", ("gained", "lost"),
            )
        ],
        None,
    ),
    "permanent and qualified shares": (
        [
            Place(
                COOPERATIVES, "quality", "By year", ("On permanent contracts", "Qualified"),
                "lasting", LASTING,
            )
        ],
        Place(
            COOPERATIVES, "quality", "By region", ("On permanent contracts", "Qualified"),
            "lasting", LASTING,
        ),
    ),
    "membership": (
        [Place(COOPERATIVES, "quality", "By year", ("Members",), "lasting", ("member_share",))],
        Place(COOPERATIVES, "quality", "By region", ("Members",), "lasting", ("member_share",)),
    ),
    "projects received, supported, financed, registered a year": (
        [Place(PROJECTS, "years", "By year", STEPS)],
        Place(PROJECTS, "years", "By region", STEPS),
    ),
    "how many become co-operatives": (
        [Place(PROJECTS, "steps", "Funnel", STEPS)],
        Place(PROJECTS, "steps", "Funnel by region", STEPS),
    ),
    "euros by kind of funder and per job": (
        [
            Place(
                PROJECTS, "means", "By year",
                ("€ by banks and funds", "€ by the agency", "€ per planned job"),
                "project_euros", ("financed_eur", "agency_eur", "eur_per_job"),
            )
        ],
        Place(
            PROJECTS, "means", "By region", ("€ by banks and funds", "€ by the agency"),
            "project_euros", ("financed_eur", "agency_eur"),
        ),
    ),
    "time between steps and its trend": (
        [Place(PROJECTS, "steps", "Time between steps", ("median",))],
        Place(
            PROJECTS, "steps", "Times by region", ("Received → Supported", "Supported → Financed")
        ),
    ),
    "jobs planned and realised": (
        [
            Place(
                PROJECTS, "means", "By year", ("Jobs planned", "Jobs realised"), "project_jobs",
                ("planned_jobs", "realised_jobs"),
            )
        ],
        Place(
            PROJECTS, "means", "By region", ("Jobs planned", "Jobs realised"), "project_jobs",
            ("planned_jobs", "realised_jobs"),
        ),
    ),
    "financed projects alive after 3 years": (
        [
            Place(
                PROJECTS, "means", "By year", ("Alive after 3 years",), "project_survival",
                ("alive_3y_share",),
            )
        ],
        Place(
            PROJECTS, "means", "By region", ("Alive after 3 years",), "project_survival",
            ("alive_3y_share",),
        ),
    ),
    "share of supply and of hires": (
        [
            Place(
                COOPERATIVES, "market", "By year",
                ("Providers: co-operatives", "Hires: co-operatives"), "hires", ("hires",),
            )
        ],
        Place(
            COOPERATIVES, "market", "By region",
            ("Providers: co-operatives", "Hires: co-operatives"), "cooperative_hires", ("hires",),
        ),
    ),
    "unmet demand and where to start": (
        [
            Place(PROJECTS, "openings", "Totals", ("Unmet requests", "Share unmet")),
            Place(PROJECTS, "openings", "Openings", ("Unmet requests", "of requests")),
        ],
        Place(PROJECTS, "openings", "Totals", ("Unmet requests", "Share unmet")),
    ),
    "who could carry it": (
        [Place(PROJECTS, "openings", "Openings", ("Nearest CAE",))],
        Place(PROJECTS, "openings", "Openings", ("Nearest CAE",)),
    ),
}  # fmt: skip


def asked_of(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Taken:
    """What a partner may take away from each view; one start a view."""
    held: Taken = {}
    with monkeypatch.context() as patch:
        for slug, view in dict.fromkeys(
            (place.slug, place.view) for places, _ in QUESTIONS.values() for place in places
        ):
            taken = held.setdefault((slug, view), {})
            patch.setattr(export, "downloads", partial(_note, taken))
            run_page(patch, warehouse, slug, view=view, as_="partner")
    return held


def _note(taken: dict[str, pd.DataFrame], _name: str, tables: Any, **_options: Any) -> None:
    taken.update(tables)


def is_answer(cell: Any) -> bool:
    """A figure, a band or an interval."""
    return not (cell is None or pd.isna(cell) or str(cell).startswith(UNSAID))


def contributed(warehouse: Path, place: Place) -> pd.DataFrame:
    """The cells of regions and of France that have a contributor in the last closed year that has
    any: level, name of the territory, period."""
    path = (warehouse / "current").resolve() / "marketplace.duckdb"
    with duckdb.connect(str(path), read_only=True) as db:
        return db.execute(
            "SELECT DISTINCT territory_level AS level, places.name, period"
            f" FROM published.{place.published} AS cells"
            " INNER JOIN reference.territories AS places"
            " ON cells.territory_level = places.level AND cells.territory_code = places.code"
            " WHERE list_contains($measures, measure) AND scope_code = 'all'"
            f" AND period = (SELECT max(period) FROM published.{place.published}"
            "                WHERE list_contains($measures, measure))",
            {"measures": list(place.measures)},
        ).df()


def nationally(warehouse: Path, taken: Taken, place: Place) -> bool:
    table = taken[place.slug, place.view][place.table]
    if place.columns == ("median",):
        medians = [name for name in table if name.startswith("Median")]
        told = [[is_answer(cell) for cell in line] for line in table[medians].to_numpy()]
        return len(medians) == 5 and all(any(line) for line in told)
    row = table.iloc[0]
    if place.published:
        period = contributed(warehouse, place)["period"].max()
        row = table[table["Year"].astype(str) == period].iloc[0]
    return all(is_answer(row[column]) for column in place.columns)


def by_region(warehouse: Path, taken: Taken, place: Place | None) -> bool:
    """Whether at least three quarters of the regions with a contributor are told."""
    if place is None:
        return False
    table = taken[place.slug, place.view][place.table]
    title = table.columns[0]
    if place.published:
        known = contributed(warehouse, place)
        names = set(known.loc[known["level"] == "region", "name"])
        table = table[table[title].isin(names)]
        size = len(names)
    else:
        table = table[table[title] != "France"]
        size = len(table)
    told = table[list(place.columns)].map(is_answer).all(axis=1).sum()
    return bool(size) and told >= 0.75 * size


def answered(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """The questions that the pages answer for France, and by region."""
    taken = asked_of(warehouse, monkeypatch)
    france = [
        question
        for question, (places, _) in QUESTIONS.items()
        if all(nationally(warehouse, taken, place) for place in places)
    ]
    regions = [
        question for question, (_, place) in QUESTIONS.items() if by_region(warehouse, taken, place)
    ]
    return france, regions


@pytest.mark.middle
def test_the_pages_answer_a_partner(sample_market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 60 co-operatives, half of those of the default sample."""
    france, regions = answered(sample_market / "warehouse", monkeypatch)
    assert len(france) >= 14, set(QUESTIONS) - set(france)
    assert len(regions) >= 9, set(QUESTIONS) - set(regions)


@pytest.mark.long
def test_the_pages_answer_a_partner_of_the_default_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(tmp_path / "raw")
    assert make.build(tmp_path / "raw", tmp_path / "warehouse").is_published
    france, regions = answered(tmp_path / "warehouse", monkeypatch)
    assert len(france) >= 14, set(QUESTIONS) - set(france)
    assert len(regions) >= 10, set(QUESTIONS) - set(regions)
