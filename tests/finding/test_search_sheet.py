"""The sheet of a provider: the record, where it is from, and figures that pandas confirms."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl.build import warehouse as builds
from pages.search import cooperative
from pages.search import sheet as sheets
from pages.shared import query
from tests import search_market
from tests.pages_fixture import run_page, texts


def sheet(at: AppTest) -> str:
    return " ".join(element.proto.body for element in at.get("html"))


def test_the_sheet_tells_the_record_and_where_it_is_from(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="P2")
    said = sheet(at)
    for text in (
        "Ménage &amp; Cœur", "Bruz (35) — known to the commune", "20 km", "€28.50",
        "Cœur coopératif · SCOP · living", "File providers/2026-10-31.csv, line 3",
    ):  # fmt: skip
        assert text in said
    said = sheet(run_page(monkeypatch, warehouse, "search", provider="P3", lang="fr"))
    for text in ("(sans nom)", "connu au département", "valeur par défaut"):
        assert text in said


def test_a_name_is_never_markup(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="P6", q="gras")
    assert "<h3>&lt;b&gt;*<mark>Gras</mark>*&lt;/b&gt; [x](//x.fr) $a$</h3>" in sheet(at)
    assert "Gras" not in texts(at)
    (offers,) = (table.value for table in at.table if "Approval" in table.value)
    assert "No" in set(offers["Approval"])


def test_an_unknown_provider_is_said(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="nobody")
    assert "No provider has this identifier any more." in texts(at)


@pytest.fixture(scope="module")
def sample(sample_market: Path) -> duckdb.DuckDBPyConnection:
    return builds.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.fixture
def served(sample_market: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(sample_market / "warehouse"))
    return sample_market / "warehouse"


AS_OF = pd.Timestamp("2026-10-31")


def month_of(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp()


def test_answers_and_hires_equal_pandas(
    sample: duckdb.DuckDBPyConnection, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = sample.cursor().execute("FROM staging.requests").df()
    responses = sample.cursor().execute("FROM staging.responses").df()
    requests = requests[requests.created_at.notna()]
    local = requests.created_at.dt.tz_localize("UTC").dt.tz_convert("Europe/Paris")
    requests = requests.assign(day=local.dt.tz_localize(None).dt.normalize())
    requests = requests[requests.day <= AS_OF]
    both = responses.merge(requests[["request_id", "created_at", "day"]], on="request_id")
    both = both[both.responded_at >= both.created_at]
    both = both.drop_duplicates(["request_id", "provider_id"])
    answers = both.groupby(["provider_id", month_of(both.day)]).size()
    filled = requests[(requests.outcome == "filled") & requests.provider_id.notna()]
    at = filled.filled_at.dt.tz_localize("UTC").dt.tz_convert("Europe/Paris")
    filled = filled.assign(hired=at.dt.tz_localize(None).dt.normalize().fillna(filled.day))
    filled = filled[filled.hired <= AS_OF]
    hires = filled.groupby(["provider_id", month_of(filled.hired)]).size()

    busiest = hires.groupby(level=0).sum().nlargest(3).index.tolist()
    most_asked = answers.groupby(level=0).sum().nlargest(3).index.tolist()
    months = pd.date_range(end="2026-10-01", periods=24, freq="MS")
    for provider in {*busiest, *most_asked}:
        found = query.page_sql(sheets.__file__, "months_of_provider", provider_id=provider)
        assert found.month.tolist() == months.tolist()
        for column, counts in (("answers", answers), ("hires", hires)):
            mine = counts.get(provider, pd.Series(dtype=int)).reindex(months, fill_value=0)
            assert found[column].tolist() == mine.tolist()
    one = busiest[0]
    year = [
        int(counts[one].reindex(months[-12:], fill_value=0).sum()) for counts in (answers, hires)
    ]
    said = sheet(run_page(monkeypatch, served, "search", provider=one))
    assert re.search(rf"{year[0]} answers? and {year[1]} hires? in the last 12 months", said)


def test_the_score_equals_pandas(sample: duckdb.DuckDBPyConnection) -> None:
    """The mean of the criteria that apply, from the record alone."""
    records = sample.cursor().execute("FROM staging.providers").df()
    offered = sample.cursor().execute("FROM staging.provider_version_domains").df()
    told = (
        sample.cursor()
        .execute("SELECT provider_id, quality_score, to_correct FROM marts.providers")
        .df()
    )
    needed = offered[offered.approval != "not_required"]
    approved = (needed.approval == "yes").groupby([needed.provider_id, needed.version]).all()
    keys = pd.MultiIndex.from_frame(records[["provider_id", "version"]])
    is_organisation = records.kind.isin(["association", "company", "cooperative"])
    has_staff = records.modes.map(
        lambda modes: not {"prestataire", "mandataire"}.isdisjoint([] if modes is pd.NA else modes)
    )
    age = (AS_OF - records.latest_seen_on.fillna(records.as_of)).dt.days
    scores = pd.DataFrame(
        {
            "name": records.name.notna(),
            "domain": records.domain_codes.map(len) > 0,
            "place": records.commune_code.notna(),
            "approval": approved.reindex(keys).to_numpy(),
            "identifier": (records.siren.notna() | records.siret.notna()).where(
                is_organisation | has_staff
            ),
            "price": records.price_hour_eur.notna(),
            "capacity": records.capacity_per_month.notna(),
            "reach": records.is_reach_known,
            "url": records.url.notna().where(is_organisation),
            "freshness": np.interp(age, [183, 730], [1.0, 0.0]),
        }
    ).astype(float)
    told = told.set_index("provider_id").loc[records.provider_id]
    np.testing.assert_allclose(told.quality_score, scores.mean(axis=1), atol=5.1e-5)
    lacking = [[name for name in scores if row[name] < 1] for row in scores.to_dict("records")]
    assert told.to_correct.map(list).tolist() == lacking
    assert told.quality_score.nunique() > 50


def test_where_it_would_go_equals_numpy(sample: duckdb.DuckDBPyConnection, served: Path) -> None:
    communes = sample.cursor().execute("FROM reference.communes").df().set_index("commune_code")
    north, east = (np.radians(communes[name]) for name in ("latitude", "longitude"))
    points = np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
    providers = (
        sample.cursor()
        .execute(
            "SELECT provider_id, commune_code, reach_km FROM marts.providers "
            "WHERE commune_code IS NOT NULL ORDER BY hash(provider_id) LIMIT 12"
        )
        .df()
    )
    for row in providers.itertuples():
        cosines = points @ points[communes.index.get_loc(row.commune_code)]
        km = 6371.0088 * np.arccos(np.clip(cosines, -1, 1))
        found = query.page_sql(sheets.__file__, "reached", provider_id=row.provider_id)
        assert set(found.commune_code) == set(communes.index[km <= row.reach_km])
        assert found.commune_code[0] == row.commune_code
        assert found.km.is_monotonic_increasing


def test_the_cooperative_of_a_provider_equals_pandas(
    sample: duckdb.DuckDBPyConnection, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = sample.cursor().execute("FROM staging.cooperative_years").df()
    ties = (
        sample.cursor()
        .execute(
            "SELECT provider_id, siren FROM marts.providers JOIN marts.cooperatives USING (siren) "
            "WHERE cooperatives.is_living ORDER BY ALL"
        )
        .df()
    )
    years = declared[declared.year <= 2025].set_index(["siren", "year"])
    provider, siren = next(
        (row.provider_id, row.siren)
        for row in ties.itertuples()
        if len(years.loc[years.index.get_level_values(0) == row.siren].dropna(subset="employees"))
        > 2
    )
    found = cooperative.years(siren).set_index("Declared at year end")
    for year in map(int, found.columns):
        jobs = years.employees.get((siren, year))
        expected = "–" if jobs is None or pd.isna(jobs) else f"{jobs:,.{int(jobs % 1 != 0)}f}"
        assert found.loc["Jobs", str(year)] == expected
    assert (
        found.columns.tolist() == [str(year) for year in range(2022, 2026)][-len(found.columns) :]
    )
    at = run_page(monkeypatch, served, "search", provider=provider)
    said = sheet(at)
    assert siren in said and "living, by the register of" in said
    assert any("Declared at year end" in table.value for table in at.table)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_cooperative_that_left_says_how_and_when(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = search_market.make(tmp_path, cooperatives=CLOSED)
    said = sheet(run_page(monkeypatch, home, "search", provider="P2", lang=lang))
    expected = {
        "en": ("Merger, 30 Jun 2026", "Rescue of a failing business"),
        "fr": ("Fusion, 30 juin 2026", "Reprise d’entreprise en difficulté"),
    }
    for text in expected[lang]:
        assert text in said


CLOSED = """\
siren,name,form,cooperative_since,origin,ceased_on,exit_kind
552100554,Cœur coopératif,scop,2019-05-01,rescue,2026-06-30,merger
"""
