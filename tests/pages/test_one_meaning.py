"""One name, one figure: every page is asked for the same cell, and they must say the same."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl.build import make
from etl.insight import registry
from pages.shared import i18n
from tests import overview_market as market
from tests.market import write_drops
from tests.pages_fixture import frames, run_page, texts
from tests.sizes import some

COVERAGES = ("coverage_population", "coverage_demand", "coverage_cells")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meaning")
    result = make.build(write_drops(folder / "raw", market.make().drops), folder / "warehouse")
    assert result.is_published
    return folder / "warehouse"


def cards(test: AppTest) -> dict[str, str]:
    """The cards by their name, which may lead somewhere."""
    return {card.label.split("](")[0].lstrip("["): card.value for card in test.metric}


def sentence(test: AppTest, language: str) -> str:
    """What the answer says of who is covered."""
    begin, end = {"en": (" of people", ")."), "fr": (" des habitants", ").")}[language]
    text = next(one.value for one in test.markdown if begin in one.value)
    start = text.rindex("**", 0, text.index("**" + begin))
    return text[start : text.index(end, start) + len(end)]


@pytest.mark.parametrize("language", some(["en", "fr"], 1, 1))
@pytest.mark.parametrize("scope", ["house_cleaning", "all"])
def test_covered_is_one_figure_on_every_page(home, monkeypatch, scope: str, language: str) -> None:
    asked = {"scope": scope, "k": "2", "in_": "country-FR"}
    overview = run_page(monkeypatch, home, "", language, **asked)
    told = {name: registry.metrics(language)[name].label for name in COVERAGES}
    shown = {name: cards(overview)[label] for name, label in told.items()}
    assert len(set(shown.values())) == 3
    for name, label in told.items():
        page = run_page(monkeypatch, home, "coverage", language, measure=name, **asked)
        assert cards(page)[label] == shown[name]
        assert f"**{shown[name]}**" in texts(page)
        if name == "coverage_population":
            assert sentence(page, language) == sentence(overview, language)
    if scope != "all":  # a recruit works in one domain
        page = run_page(monkeypatch, home, "recruit", language, **asked)
        assert {name: cards(page)[label] for name, label in told.items()} == shown


def test_the_first_priority_is_one_on_every_page(home, monkeypatch) -> None:
    for asked in ({}, {"scope": "house_cleaning"}, {"k": "1", "period": "6"}):
        overview = run_page(monkeypatch, home, **asked)
        first = overview.table[0].value.iloc[0, 0]
        page = run_page(monkeypatch, home, "recruit", recruits="1", capacity="60", **asked)
        place = page.selectbox(key="filter_in_departement").value
        scope = page.selectbox(key="filter_scope").value
        assert f"scope={scope}&" in first and f"departement-{place})" in first
        least = page.dataframe[0].value["Requests a month"].iloc[0] if page.dataframe else 0.0
        told = overview.table[0].value.iloc[0, 1]
        assert told.startswith(f"**{least:.1f}**") or f"would get {told[2:5]}" in texts(page)


def test_filled_is_one_figure_on_every_page(sample_market, monkeypatch) -> None:
    """Overview and Compare for the last 12 months, Projects for its year, of the same cell each."""
    home, cell = sample_market / "warehouse", {"scope": "family_home", "in_": "departement-33"}
    figures = {**cell, "view": "cell", "figures": "matching"}

    def of_cell(figure: str, **asked: str) -> list[str]:
        (table,) = frames(run_page(monkeypatch, home, "coverage", **figures, **asked))
        return table.set_index("Figure").loc[figure].tolist()[:2]

    share, interval = of_cell("Fill rate")
    assert cards(run_page(monkeypatch, home, **cell))["Filled within 14 days"] == share
    both = "departement-69,departement-33"
    page = run_page(monkeypatch, home, "compare", scope=cell["scope"], places=both)
    row = page.dataframe[0].value.set_index("Territory").loc["Gironde"]
    low, high = (i18n.percent(row[f"{end} (95%)"]) for end in ("Low", "High"))
    told = (i18n.share(row["Filled within 14 days"]), f"{low} – {high}")
    assert told == (share, interval)
    page = run_page(monkeypatch, home, "projects", view="openings")
    rows = page.dataframe[0].value
    (row,) = rows[(rows["Département"] == "Gironde") & (rows["Domain"] == "Home")].to_dict(
        "records"
    )
    year = page.selectbox(key="filter_year").value
    asked = {"period": f"{year}-01..{year}-12"}
    assert i18n.share(row["Share unmet"]) == of_cell("Unmet demand", **asked)[0]
    assert i18n.number(row["of requests"]) == of_cell("Requests", **asked)[0]


@pytest.mark.long
def test_what_any_domain_does_is_not_called_covered(home, monkeypatch) -> None:
    for measure in ("gap", "deserts", "market_state"):
        for language, said in (("en", "of any domain"), ("fr", "tous domaines confondus")):
            page = run_page(monkeypatch, home, "coverage", language, measure=measure)
            assert said in texts(page)


@pytest.mark.long
def test_domains_stand_by_demand_and_those_nobody_asked_for_wait(tmp_path, monkeypatch) -> None:
    drops = {
        "providers/2026-10-31.csv": "provider_id,domains,commune_code\n"
        "P1,cooking|gardening,35238\n",
        "requests/2026-10-31.csv": "request_id,domain,commune_code,created_at,status\n"
        + "".join(
            f"R{n},{'gardening' if n else 'tutoring'},35238,2026-06-01,open\n" for n in range(3)
        ),
    }
    make.build(write_drops(tmp_path / "raw", drops), tmp_path / "warehouse")

    def lines() -> list[str]:
        page.session_state["coverage_wide"] = True
        return list(page.run().dataframe[0].value["Domain"])

    page = run_page(monkeypatch, tmp_path / "warehouse", "coverage", view="domains")
    asked = ["Light gardening", "Tutoring and lessons at home"]
    assert lines() == asked
    page.toggle(key="coverage_unasked").set_value(True).run()
    assert lines() == [*asked, "Cooking at home"] and page.query_params["unasked"] in ("1", ["1"])
