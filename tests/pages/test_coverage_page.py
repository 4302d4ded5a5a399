"""The Coverage page on a marketplace small enough to reckon by hand.

Paris is a département of one commune. Three gardeners live there and one cleaner in Mamoudzou; none
travels further than a kilometre. Twelve gardening requests came from Paris, three of them filled in
time; two cleaning requests came from Mamoudzou.
"""

import csv
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.coverage import cells, charts, views, words
from pages.coverage.measures import MEASURES
from pages.shared import filters, query
from pages.shared.filters import Period, Territory
from tests.market import make_build
from tests.pages_fixture import ROOT, assert_fine, listed, run_page, texts
from tests.sizes import some

FRANCE = Territory("country", "FR", "France")
PARIS = Territory("departement", "75", "Paris", (FRANCE,))
MAYOTTE = Territory("departement", "976", "Mayotte", (FRANCE,))
PROVIDERS = """\
provider_id,name,kind,domains,commune_code,reach_km,last_seen_on
P1,Anne Le Gall,individual,gardening,75056,1,2026-10-01
P2,Jardins & Cie,company,gardening,75056,1,2026-10-01
P3,Zoé Vert,individual,gardening,75056,1,2026-10-01
P4,Propre Mayotte,association,house_cleaning,97611,1,2026-10-01
P5,Parti,individual,house_cleaning,75056,1,2026-01-01
"""
HEAD = "request_id,domain,commune_code,created_at,status,responses,first_response_at,filled_at\n"
REQUESTS = HEAD + "".join(
    f"R{n},gardening,75056,2026-06-{n:02d}T09:00,"
    + (f"filled,1,2026-06-{n:02d}T11:00,2026-06-{n:02d}T15:00\n" if n <= 3 else "expired,0,,\n")
    for n in range(1, 13)
)
REQUESTS += "".join(f"M{n},house_cleaning,97611,2026-06-0{n}T09:00,expired,0,,\n" for n in (1, 2))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coverage")
    drops = {"providers/2026-10-31.csv": PROVIDERS, "requests/2026-10-31.csv": REQUESTS}
    make_build(folder, drops).close()
    return folder / "warehouse"


@pytest.fixture
def page(warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    """Opens the page with these filters in the address."""
    return lambda lang="en", **query: run_page(monkeypatch, warehouse, "coverage", lang, **query)


@pytest.fixture
def asked(warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    """A question over the year to October 2026."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    last = filters.last_complete_month(pd.Timestamp("2026-10-31").date())
    year = Period(filters.add_months(last, -11), last)

    def ask(measure: str, scope: str, k: int = 3) -> cells.Question:
        return cells.Question(MEASURES[measure], scope, filters.domains_in_use(scope), k, 14, year)

    return ask


def population(*departements: str) -> dict[str, int]:
    """Inhabitants by commune, of these départements or of all."""
    path = ROOT / "data" / "reference" / "communes.csv"
    with path.open(encoding="utf-8") as stream:
        return {
            row["commune_code"]: int(row["population"])
            for row in csv.DictReader(stream)
            if not departements or row["departement_code"] in departements
        }


@pytest.mark.middle
def test_one_domain_covers_the_people_of_paris(asked) -> None:
    rows = cells.whole(
        cells.read(asked("coverage_population", "gardening"), "region", FRANCE),
        asked("coverage_population", "gardening"),
    ).set_index("code")
    paris, region = (
        population("75")["75056"],
        sum(population(*["75", "77", "78", "91", "92", "93", "94", "95"]).values()),
    )
    assert rows.loc["11", "value"] == pytest.approx(paris / region)
    assert (rows.drop(index="11")["value"] == 0).all() and len(rows) == 18
    assert rows.index[-1] == "11"  # worst first


@pytest.mark.middle
def test_all_domains_are_an_average_over_those_in_use(asked) -> None:
    question = asked("coverage_population", "all")
    assert set(question.domains) == {"gardening", "house_cleaning"}
    row = cells.one(cells.read(question, "departement", PARIS), question, "75")
    assert row["value"] == 0.5
    assert row["n"] == population("75")["75056"]
    country = cells.one(cells.read(question, "country", FRANCE), question, "FR")
    people = population()
    assert country["value"] == pytest.approx(people["75056"] / (2 * sum(people.values())))


def test_a_lower_k_is_easier_to_reach(asked) -> None:
    mayotte = Territory("departement", "976", "Mayotte", (FRANCE,))
    row = cells.one(
        cells.read(asked("coverage_population", "house_cleaning", 1), "departement", mayotte),
        asked("coverage_population", "house_cleaning", 1),
        "976",
    )
    people = population("976")
    assert row["value"] == pytest.approx(people["97611"] / sum(people.values()))


@pytest.mark.parametrize("scope", some(["all", "gardening"], 1, 1))
@pytest.mark.parametrize("measure", MEASURES)
def test_a_place_alone_is_told_as_among_others(asked, measure: str, scope: str) -> None:
    question = asked(measure, scope)
    for level, around, code in (
        ("country", FRANCE, "FR"),
        ("region", FRANCE, "11"),
        ("departement", FRANCE, "976"),
        ("commune", MAYOTTE, "97611"),
    ):
        if level == "commune" and not MEASURES[measure].has_communes:
            continue
        place = Territory(level, code, code, (FRANCE,) if level != "commune" else (FRANCE, MAYOTTE))
        own = cells.own(question, place)
        for by_domain in (True, False):
            rows = cells.read(question, level, around, by_domain=by_domain)
            if rows.empty:
                assert pd.isna(own["n"])
                continue
            row = cells.one(rows, question, code)
            for column in ("value", "n", "numerator", "denominator", "low", "high", "providers"):
                assert own[column] == pytest.approx(row[column], nan_ok=True), (level, column)
            assert own["is_few"] == row["is_few"]


def test_few_cases_are_not_told(asked) -> None:
    question = asked("fill_rate", "all")
    rows = words.described(cells.read(question, "departement", FRANCE), question)
    told = rows[rows["scope_code"] == "all"].set_index("code").to_dict("index")
    assert [told["75"][c] for c in ("numerator", "denominator", "value")] == [3, 12, 0.25]
    # Paris and Mamoudzou differ no more than chance makes them: both are drawn to 3 of 14
    assert told["75"]["shrunk"] == told["75"]["tint"] == pytest.approx(3 / 14)
    assert not told["75"]["is_few"] and told["75"]["shown"] == "21%"
    assert told["75"]["about"].startswith("raw 25% · requests: 12 · 95% interval 9% – 53%")
    assert told["976"]["is_few"] and pd.isna(told["976"]["tint"])
    assert "too few" in told["976"]["about"] and told["976"]["shown"] == "few"
    assert told["01"]["shown"] == "–" and told["01"]["about"] == "nothing to count"


def test_a_count_is_zero_where_nobody_is(asked) -> None:
    question = asked("active_providers", "gardening")
    rows = cells.whole(cells.read(question, "departement", FRANCE), question).set_index("code")
    assert rows["value"].sum() == 3 and rows.loc["976", "value"] == 0
    assert rows.loc["75", "tint"] == pytest.approx(3 / population("75")["75056"] * 10_000)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("level", ["region", "departement", "commune"])
def test_every_measure_has_every_area_and_domain(asked, measure: str, level: str) -> None:
    within = FRANCE if level != "commune" else Territory("departement", "976", "Mayotte")
    if level == "commune" and not MEASURES[measure].has_communes:
        return
    question = asked(measure, "all")
    frame = cells.read(question, level, within)
    areas = {"region": 18, "departement": 101, "commune": 17}[level]
    assert len(frame) == areas * 3 and not frame.duplicated(["code", "scope_code"]).any()
    found, codes, domains, total = cells.heatmap(frame, question)
    assert total == areas and len(codes) == min(areas, cells.HEATMAP_COLUMNS)
    assert len(found) == len(codes) * len(domains)
    found = words.described(found, question).assign(area=found["name"], domain=found["scope_code"])
    classes = MEASURES[measure].classes(3, communes=level == "commune", is_reach=False)
    data, _spec = charts.heatmap(found, list(found["area"].unique()), domains, classes, False)
    assert data["brief"].notna().all() and (data["brief"] != "").all()


def test_communes_show_how_many_reach_them(asked) -> None:
    question = asked("coverage_population", "house_cleaning")
    mayotte = Territory("departement", "976", "Mayotte", (FRANCE,))
    rows = cells.whole(cells.read(question, "commune", mayotte), question).set_index("code")
    assert rows.loc["97611", "providers"] == 1 and rows["providers"].sum() == 1
    table = words.one_place(cells.read(question, "commune", mayotte).head(0), question)
    assert table.empty


def answer(at: AppTest) -> str:
    return next(m.value for m in at.markdown if m.value.startswith(("France", "Paris", "Mayotte")))


def test_the_answer_stands_first_in_both_languages(page) -> None:
    at = page(in_="departement-75", scope="gardening")
    assert "**100%** of people are covered (at least 3 active providers of" in answer(at)
    at = page("fr", in_="departement-75", scope="gardening")
    assert "**100\u202f%** des habitants" in answer(at)
    assert "Où manque-t-il des prestataires" in texts(at)


def test_the_table_holds_the_values_of_the_map(page) -> None:
    at = page(measure="fill_rate", by="departement")
    assert "**25%** of requests" not in answer(at)  # 3 of 14: Mamoudzou counts for France
    # of fewer than 30 cases no figure stands in the answer without its interval
    assert "**21%** (8% – 48%) of requests were filled within 14 days" in answer(at)
    table = at.dataframe[0].value.set_index("Département")
    assert len(table) == 101
    assert table.loc["Paris", "Value"] == 0.25 and table.loc["Paris", "Cases"] == 12
    assert table.loc["Paris", "Drawn"] == pytest.approx(3 / 14, abs=0.001)
    assert table.loc["Paris", "95%"] == "9% – 53%"
    assert table.loc["Mayotte", "95%"] == "few"
    assert any("requests: 14" in caption.value for caption in at.caption)


def test_the_address_is_the_view(page) -> None:
    at = page(measure="coverage_cells", scope="gardening", in_="region-11", k="1")
    assert at.selectbox(key="filter_measure").value == "coverage_cells"
    assert at.selectbox(key="filter_k").value == "1"
    at.selectbox(key="filter_in_departement").select("75").run()
    assert_fine(at)
    assert at.query_params["in"] == "departement-75"
    at.button(key="up_country").click().run()
    assert_fine(at)
    assert "in" not in at.query_params and answer(at).startswith("France")


@pytest.mark.long
def test_the_providers_behind_a_cell(page) -> None:
    at = page(in_="departement-75", scope="gardening", view="providers")
    assert "**3** active providers are based here" in texts(at)
    assert sorted(listed(at)["Name"]) == ["Anne Le Gall", "Jardins & Cie", "Zoé Vert"]
    at.text_input(key="words_who").set_value("zoe vert").run()
    assert_fine(at)
    assert "**1** active provider matches." in texts(at)
    assert at.query_params["who"] == "zoe vert"
    at.text_input(key="words_who").set_value("jardinage paris").run()
    assert_fine(at)
    assert "Paris" in at.button(key="place_remove").label
    at.button(key="place_remove").click().run()
    assert_fine(at)
    assert at.text_input(key="words_who").value == "jardinage"


def test_a_commune_lists_what_it_has_and_lacks(page) -> None:
    at = page(in_="commune-97611", view="domains")
    assert "reach it in **0 of 2** domains" in texts(at)
    table = at.dataframe[0].value.set_index("Domain")
    assert table["Missing to reach 3"].tolist() == [3, 2]
    at = page(in_="commune-97611", scope="house_cleaning", k="1")
    assert "**1** active provider reaches it; 1 are needed" in texts(at)


def test_empty_cells_say_what_to_do(page) -> None:
    at = page(in_="departement-976", scope="gardening", view="providers")
    assert "No active provider here." in texts(at)
    assert "This is where to recruit" in texts(at)
    at = page(measure="pressure", in_="departement-75")
    assert "not told commune by commune" in texts(at)
    at = page(scope="tutoring", measure="fill_rate")
    assert "There is nothing to measure here yet." in texts(at) and "all domains" in texts(at)
    at.button(key="way_scope").click().run()
    assert (
        "There is nothing to measure here yet." not in texts(at) and "scope" not in at.query_params
    )
    at = page(scope="tutoring", in_="departement-75", view="providers", who="nobody at all")
    assert "Nobody is found under these words and filters." in texts(at)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_opens_at_every_level(page, measure: str) -> None:
    """In one of the two views at each level; the next measure takes the other one there."""
    places = ("country-FR", "region-06", "departement-976", "commune-97611")
    first = list(MEASURES).index(measure)
    turned = [places[(first // 2 + turn) % 4] for turn in range(4)]
    for number, place in enumerate(some(turned, small=1, middle=2), first):
        at = page("fr", measure=measure, in_=place, view=("map", "domains")[number % 2])
        assert "Où manque-t-il" in texts(at)


def address(at: AppTest, name: str) -> str:
    """A value of the address; a run may leave it as a list of one."""
    value = at.query_params[name]
    return value[0] if isinstance(value, list) else value


def shown(at: AppTest) -> set[str]:
    """The views of which something is there: what only each of them has."""
    tables = [str(table.key) for table in at.dataframe]
    signs = {
        "map": any(key.startswith("areas_") for key in tables),
        "domains": len(at.get("vega_lite_chart")) + len(at.get("arrow_vega_lite_chart")) > 0,
        "cell": any(control.key == "coverage_figures" for control in at.segmented_control),
        "deserts": "who asks where nobody comes" in texts(at),
        "providers": any(box.key == "words_who" for box in at.text_input),
    }
    return {view for view, is_there in signs.items() if is_there}


@pytest.mark.parametrize("view", views.VIEWS)
@pytest.mark.parametrize(
    "place", some(["country-FR", "region-11", "departement-75"], small=1, middle=1)
)
def test_only_the_open_view_is_worked_out(
    page, monkeypatch: pytest.MonkeyPatch, view: str, place: str
) -> None:
    asked: list[str] = []
    for name in ("metric", "page_sql", "quick_sql"):
        ask = getattr(query, name)
        monkeypatch.setattr(
            query, name, lambda *a, _ask=ask, **kw: (asked.append(a[-1]), _ask(*a, **kw))[1]
        )
    at = page(in_=place, scope="gardening", view=view, figures="matching")
    assert shown(at) == {view}
    only = {
        "map": set(),
        "domains": set(),
        "cell": {"first_response", "zero_response"},
        "deserts": {"deserts"},
        "providers": {"shown"},
    }
    others = set().union(*(names for other, names in only.items() if other != view))
    assert only[view] <= set(asked) and not (others - only[view]) & set(asked)


@pytest.mark.middle
def test_the_view_is_in_the_address_and_survives_filters(page) -> None:
    at = page(in_="departement-75", scope="gardening", view="providers")
    assert address(at, "view") == "providers"
    at.selectbox(key="filter_scope").select("house_cleaning").run()
    at.button(key="up_country").click().run()
    assert_fine(at)
    assert shown(at) == {"providers"} and address(at, "view") == "providers"
    assert "view" not in page(view="map").query_params
    assert shown(page(view="no such view")) == {"map"}


@pytest.mark.long
def test_several_domains_say_that_anybody_counts(page) -> None:
    """A gardener is nobody to those who ask for a cleaner."""
    warning = "choose one domain to see what it lacks"
    for view in ({"view": "deserts"}, {"measure": "gap"}, {"view": "cell", "figures": "market"}):
        assert warning in texts(page(**view)), view
        assert warning not in texts(page(scope="gardening", **view)), view
    assert warning not in texts(page()), "coverages are averages over the domains"


def test_one_area_that_is_told_is_not_the_worst(page) -> None:
    shown = texts(page(measure="fill_rate"))
    assert "Furthest behind" not in shown, "Mayotte has two cases: only Paris can be told"


def test_a_raw_rate_stands_beside_its_cases(page, asked) -> None:
    table = page(measure="fill_rate").dataframe[0].value
    assert list(table) == ["Département", "Value", "Drawn", "Cases", "95%"]
    assert table.set_index("Département")["Cases"]["Paris"] == 12
    classes = MEASURES["fill_rate"].classes(3, communes=False, is_reach=False)
    assert classes.few == 10, "the legend says what dots mean"
    assert not MEASURES["coverage_cells"].classes(3, communes=False, is_reach=False).few


def test_what_a_link_asks_for_in_vain_is_told(page) -> None:
    asked = {"scope": "[knitting](x)", "in": "region-999", "period": "2031-01..2031-02"}
    opened = page(measure="luck", view="x", **asked)
    (told,) = [one.value for one in opened.warning if "link" in one.value]
    assert told.count("that is not here") == 5 and "\\[knitting\\]" in told
    for part in ("a domain", "a place", "a period", "a measure", "view=x"):
        assert part in told
    opened.run()  # the address is in line with the page now
    assert not [one for one in opened.warning if "link" in one.value]
