"""What the Coverage page gives to decide by: deserts, the sheet of a cell, and comparisons.

The hand case: three gardeners in Paris and one in Versailles travel a kilometre. In June 2026 Paris
posted twelve gardening requests (three filled), Mamoudzou two, Dzaoudzi one; in June 2025 Paris
posted ten (nine filled). Nobody comes to Mayotte.
"""

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pages.coverage import cells, charts, deserts, sheet, sheet_words, words
from pages.coverage.measures import MEASURES
from pages.coverage.sheet import Sheet
from pages.shared import filters
from pages.shared.filters import Period, Territory
from tests.market import make_build
from tests.pages.test_coverage_page import FRANCE, HEAD, PARIS, population
from tests.pages_fixture import assert_fine, frames, run_page, texts

MAYOTTE = Territory("departement", "976", "Mayotte", (FRANCE,))
MAMOUDZOU = Territory("commune", "97611", "Mamoudzou", (FRANCE, MAYOTTE))
PROVIDERS = """\
provider_id,name,kind,domains,commune_code,reach_km,last_seen_on,joined_on
P1,Anne,individual,gardening,75056,1,2026-10-01,2024-01-01
P2,Jardins,company,gardening,75056,1,2026-10-01,2024-01-01
P3,Zoé,individual,gardening,75056,1,2026-10-01,2026-01-01
P4,Versailles,individual,gardening,78646,1,2026-10-01,2026-01-01
"""


def posted(year: int, total: int, filled: int) -> str:
    return "".join(
        f"R{year}{n},gardening,75056,{year}-06-{n:02d}T09:00,"
        + (
            f"filled,1,{year}-06-{n:02d}T11:00,{year}-06-{n:02d}T15:00\n"
            if n <= filled
            else "expired,0,,\n"
        )
        for n in range(1, total + 1)
    )


REQUESTS = HEAD + "R0,gardening,75056,2024-11-02T09:00,expired,0,,\n"
REQUESTS += posted(2025, 10, 9) + posted(2026, 12, 3)
REQUESTS += "".join(f"M{n},gardening,97611,2026-06-0{n}T09:00,expired,0,,\n" for n in (1, 2))
REQUESTS += "D1,gardening,97608,2026-06-05T09:00,expired,0,,\n"
EVENTS = """\
on,label,domain,territory_level,territory_code
2026-06-10,Launch,,,
2026-06-11,Paris only,gardening,commune,75056
2026-06-12,Elsewhere,,departement,976
2026-06-13,Another trade,handyman,,
2027-01-01,Too late,,,
"""
TARGETS = """\
metric,domain,territory_level,territory_code,target,due_on
fill_rate,gardening,departement,75,0.5,2026-12-31
fill_rate,gardening,,,0.9,
active_providers,gardening,departement,75,5,
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decides")
    drops = {"providers/2026-10-31.csv": PROVIDERS, "requests/2026-10-31.csv": REQUESTS,
             "events/2026-10-31.csv": EVENTS, "targets/2026-10-31.csv": TARGETS}  # fmt: skip
    make_build(folder, drops).close()
    return folder / "warehouse"


@pytest.fixture
def asked(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> cells.Question:
    """Gardening over the year to October 2026."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    last = filters.last_complete_month(pd.Timestamp("2026-10-31").date())
    year = Period(filters.add_months(last, -11), last)
    return cells.Question(MEASURES["fill_rate"], "gardening", ("gardening",), 3, 14, year)


@pytest.fixture
def page(warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    """Opens the page with these filters in the address."""
    return lambda lang="en", **query: run_page(monkeypatch, warehouse, "coverage", lang, **query)


@pytest.mark.middle
def test_deserts_are_where_nobody_comes(asked) -> None:
    rows = deserts.communes(asked, FRANCE, "requests", 50).set_index("code")
    assert rows["requests"].to_dict() == {"97611": 2, "97608": 1}
    assert list(rows.index) == ["97611", "97608"]
    people = population("976")
    assert rows.loc["97608", "population"] == people["97608"]
    assert len(deserts.communes(asked, FRANCE, "requests", 1)) == 1
    assert deserts.communes(asked, PARIS, "requests", 50).empty


@pytest.mark.middle
def test_the_page_tells_the_deserts(page) -> None:
    people = population("976")
    at = page(scope="gardening", in_="departement-976", view="deserts")
    total = f"{people['97611'] + people['97608']:,}"
    assert f"**2** of the 2 communes that asked for help have nobody who comes: {total}" in texts(
        at
    )
    at = page("fr", scope="gardening", view="deserts")
    assert "**2** des 3 communes qui ont demandé de l’aide ne voient venir personne" in texts(at)
    at = page(scope="gardening", in_="departement-75", view="deserts")
    assert "Somebody comes to every commune that asked for help" in texts(at)


@pytest.mark.middle
def test_the_sheet_holds_every_figure(asked) -> None:
    own = Sheet(asked, PARIS).figures()
    assert sorted(own) == sorted(MEASURES)
    assert own["fill_rate"]["value"] == 0.25 and own["fill_rate"]["n"] == 12
    assert own["requests"]["value"] == 12 and own["active_providers"]["value"] == 3
    assert own["coverage_population"]["value"] == 1
    assert own["deserts"]["value"] == 0
    # three providers are enough, but nine of twelve requests had no answer
    assert own["market_state"]["state"] == "short_of_supply"
    # what stands beside: the late, the withdrawn, those left out, who comes, nine in ten
    assert own["unmet_demand"]["filled_late"] == own["unmet_demand"]["cancelled"] == 0
    assert own["fill_rate"]["left_out"] == 0 and own["active_providers"]["reaching"] == 3
    assert own["deserts"]["n"] == 1, "communes that asked, not requests"
    assert math.isnan(own["first_response"]["p90"])
    text, numbers = sheet_words.table(Sheet(asked, PARIS))
    lines = text.set_index("Figure")
    assert lines.loc["Providers who come here", "Value"] == "3"
    assert lines.loc["First answer (9 in 10)", "Value"] == "not reached"
    assert "Deserts (communes)" in lines.index and "Hourly price (median)" in lines.index
    assert list(text) == ["Figure", "Value", "95% interval", "What it says"]
    rests_on = numbers.set_index("Figure").loc["Fill rate", ["Cases", "Cases are", "Left out"]]
    assert rests_on.tolist() == [12, "requests", 0]
    assert len(numbers) == len(text), "the files hold the parts too"
    commune = Sheet(asked, MAMOUDZOU).figures()
    assert "pressure" not in commune and "accessibility" in commune
    assert commune["requests"]["value"] == 2 and commune["fill_rate"]["is_few"]


@pytest.mark.middle
def test_the_months_stand_beside_those_of_a_year_before(asked) -> None:
    rows = Sheet(asked, PARIS).months.set_index("month")
    june = rows.loc["2026-06-01"]
    assert [june[c] for c in ("requests", "filled", "fill_rate")] == [12, 3, 0.25]
    assert [june[f"{c}_earlier"] for c in ("requests", "filled")] == [10, 9]
    assert (june["providers"], june["providers_earlier"]) == (3, 2)
    assert rows["is_loaded_earlier"].all() and rows["requests"].sum() == 12
    assert Sheet(asked, MAMOUDZOU).months["providers"].isna().all()


def test_the_months_carry_the_targets_and_the_events_of_the_cell(asked) -> None:
    paris = Sheet(asked, PARIS)
    assert paris.events["label"].tolist() == ["Launch", "Paris only (Light gardening, Paris)"]
    assert Sheet(asked, MAYOTTE).events["label"].tolist() == ["Launch", "Elsewhere (Mayotte)"]
    assert len(Sheet(asked, FRANCE).events) == 3, "what is in it counts"
    drawn = charts.trends(paris)
    june = 11 - (filters.Period(asked.period.from_month, asked.period.to_month).to_month.month - 6)
    for name, heights in {"requests": [], "fill_rate": [0.5], "providers": [5.0]}.items():
        shapes = drawn[name][1].layout.shapes
        assert [line.y0 for line in shapes if line.xref == "paper"] == heights
        days = [line.x0 for line in shapes if line.yref == "paper"]
        assert days == pytest.approx([june - 0.5 + 9.5 / 30, june - 0.5 + 10.5 / 30])
    week = Sheet(replace(asked, days=7), PARIS)
    assert "fill_rate" not in week.aims, "set for another horizon"


def test_a_chart_of_months_says_what_it_ends_at(asked) -> None:
    """June: 3 of 12, a year before 9 of 10; rates of few cases carry their interval."""
    paris = Sheet(asked, PARIS)
    titles = {column: title for column, (title, _figure) in charts.trends(paris).items()}
    assert titles["requests"] == "Requests per month: 0 in Oct 2026, 0 a year earlier"
    rate = "Filled within 14 days: 25% (9% – 53%) in Jun 2026, 90% (60% – 98%) a year earlier"
    assert titles["fill_rate"] == rate
    vars(paris)["months"] = paris.months.assign(known=9, known_earlier=float("nan"))
    assert "too few to tell in Jun 2026" in charts.trends(paris)["fill_rate"][0]


@pytest.mark.middle
def test_the_sheet_says_what_its_figures_take_for_granted(page, asked) -> None:
    about = Sheet(asked, PARIS).unknowns
    assert [about[name] for name in ("providers", "seen_unknown", "reach_unknown")] == [3, 0, 0]
    cell_of = {"in_": "departement-75", "scope": "gardening", "view": "cell"}
    shown = texts(page(**cell_of))
    assert "Active: seen within 90 days (not known for 0 of 3, who count as seen)" in shown
    shown = texts(page(figures="market", **cell_of))
    assert "at least 3 providers and 60% of requests filled in time" in shown
    assert "more than 20% of requests without any answer" in shown
    assert "fewer than 0.1 a month for each provider" in shown
    assert "today’s providers" not in shown
    assert "any of them" not in shown
    past = texts(page(figures="market", **cell_of | {"period": "2025-01..2025-12"}))
    assert "Requests of the past are set against today’s providers." in past
    assert "at least 3 providers and 60%" in texts(page(measure="market_state"))


@pytest.mark.middle
def test_a_difference_needs_its_interval_clear_of_zero(asked) -> None:
    past = replace(asked, period=asked.period.year_earlier())
    here, then = Sheet(asked, PARIS), Sheet(past, PARIS, "then", is_past=True)
    now, before = here.figures(), then.figures()
    # the lone request of November 2024 counts too: 9 of 11
    one, other = now["fill_rate"], before["fill_rate"]
    assert other["value"] == pytest.approx(9 / 11)
    apart = sheet.difference(one, other, MEASURES["fill_rate"])
    high = (0.25 - 9 / 11) + math.sqrt((one["high"] - 0.25) ** 2 + (9 / 11 - other["low"]) ** 2)
    assert apart.verdict == "lower" and apart.high == pytest.approx(high) and high < 0
    same = sheet.difference(one, one, MEASURES["fill_rate"])
    assert same.verdict == "unclear" and same.low < 0 < same.high
    few = one | {"is_few": True}
    assert sheet.difference(few, other, MEASURES["fill_rate"]).verdict == "few"
    today = before["coverage_population"]  # the past of a coverage is not kept
    measure = MEASURES["coverage_population"]
    assert sheet.difference(now["coverage_population"], today, measure).verdict == "unknown"
    shown, numbers = sheet_words.table(here, then)
    line = shown.set_index("Figure").loc["Fill rate"]
    assert line["Difference"].startswith("−56.8 points") and line["Difference"].endswith("lower")
    assert numbers.set_index("Figure").loc["Fill rate", "Value"] == 0.25


def test_the_nearest_provider_of_a_commune_where_nobody_comes(asked, page) -> None:
    rows = Sheet(asked, Territory("commune", "78646", "Versailles")).nearest
    assert set(rows["commune_name"]) == {"Paris"} and len(rows) == 3
    assert 10 < rows["distance_km"].iloc[0] < 25  # from Versailles to the middle of Paris
    at = page(scope="gardening", in_="commune-97611", view="cell")
    assert "**Nobody comes here.** The nearest providers:" in texts(at)
    assert "Nobody comes here" not in texts(
        page(scope="gardening", in_="commune-75056", view="cell")
    )


def test_communes_keep_the_horizon_of_the_settings(page) -> None:
    at = page(scope="gardening", in_="commune-75056", measure="fill_rate", days="7")
    assert "**25%** (9% – 53%) of requests were filled within 14 days" in texts(at)
    assert "“in time” is always within 14 days" in texts(at)
    at = page(scope="gardening", in_="departement-75", measure="fill_rate", days="7")
    assert "filled within 7 days" in texts(at) and "always within 14 days" in texts(at)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_comparisons_open(page, lang: str) -> None:
    opened = {"scope": "gardening", "in_": "departement-75", "view": "cell"}
    for topic in sheet.TOPICS:
        at = page(lang, **opened, versus="year", figures=topic)
        table = frames(at)[0]
        parts = {"supply": 1, "matching": 4, "market": 2}[topic]  # such as the largest provider
        assert len(table) == len(sheet.TOPICS[topic]) + parts
        assert table.columns[3] == ("Difference" if lang == "en" else "Écart")
    at = page(lang, **opened, versus="place", other="976")
    assert_fine(at)
    cases = "Cases" if lang == "en" else "Cas"
    assert any(f"{cases} (Mayotte)" in d for d in frames(at))
    at = page(lang, scope="gardening", view="cell", versus="year", period="24")
    assert ("not all loaded" if lang == "en" else "pas toutes été chargées") in texts(at)


def test_every_measure_has_its_topic() -> None:
    told = [name for names in sheet.TOPICS.values() for name in names]
    assert sorted(told) == sorted(MEASURES)


def test_the_topic_of_a_cell_is_in_the_address(page) -> None:
    at = page(scope="gardening", view="cell", figures="months")
    assert len(at.get("plotly_chart")) == 3 and not frames(at)
    at.segmented_control(key="coverage_figures").select("matching").run()
    assert_fine(at)
    assert at.query_params["figures"] in ("matching", ["matching"])
    assert frames(at)[0]["Figure"][1] == "Fill rate"


def test_a_state_is_told_in_words(page) -> None:
    at = page(measure="market_state", scope="gardening", in_="departement-75")
    assert "**short of providers**: 3 active providers where 3 are needed" in texts(at)
    at = page("fr", measure="market_state", scope="gardening", in_="region-06")
    assert "manque de prestataires" in at.dataframe[0].value.iloc[0].tolist()


@pytest.mark.middle
def test_requests_that_were_never_loaded_are_unknown_not_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    providers = "provider_id,domains,commune_code\nP1,house_cleaning,35238\n"
    make_build(tmp_path, {"providers/2026-10-31.csv": providers}).close()
    shown = {
        m.label: m.value for m in run_page(monkeypatch, tmp_path / "warehouse", "coverage").metric
    }
    assert (shown["Active providers"], shown["Requests"]) == ("1", "–")


@pytest.mark.long
def test_a_source_that_was_never_loaded_is_unknown_not_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = {"in_": "departement-75", "scope": "gardening", "view": "cell"}
    for name, drop, unknown, known in (
        ("requests", REQUESTS, "active_providers coverage_population gap market_state", "requests"),
        ("providers", PROVIDERS, "requests gap deserts market_state fill_rate", "active_providers"),
    ):
        make_build(tmp_path / name, {f"{name}/2026-10-31.csv": drop}).close()
        at = run_page(monkeypatch, tmp_path / name / "warehouse", "coverage", **place)
        last = filters.last_complete_month(pd.Timestamp("2026-10-31").date())
        period = Period(filters.add_months(last, -11), last)
        asked = cells.Question(MEASURES["gap"], "gardening", ("gardening",), 3, 14, period)
        own = Sheet(asked, PARIS).figures()
        for metric in unknown.split():
            assert math.isnan(own[metric]["value"]), (name, metric)
            assert words.value(own[metric], MEASURES[metric]) == "–", (name, metric)
            assert own[metric]["state"] != "dormant"
        assert own[known]["value"] > 0
        if name == "requests":
            assert "cannot be told" in texts(at)
            for view in ("map", "domains", "deserts"):
                at = run_page(monkeypatch, tmp_path / name / "warehouse", "coverage", view=view)
                assert "There is nothing to measure here yet." in texts(at)
                assert "Bring this on the page “Bring files”: providers." in texts(at), view
