"""The Recruit page on a marketplace small enough to try every choice by hand.

Mayotte: requests in six of its communes, three providers in Mamoudzou who do not travel: enough for
it (3 are needed), so what goes unmet there is nothing that a recruit could serve.
"""

import itertools
import math
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl.build.warehouse import open_build
from etl.insight import registry
from etl.insight.recruit import Plan
from pages.recruit import proofs, words
from pages.shared import i18n
from tests.market import make_build, metric
from tests.pages_fixture import assert_fine, run_page, texts
from tests.sizes import some

UNMET = {"97611": 45, "97608": 20, "97601": 25, "97617": 30, "97610": 15, "97602": 10}
LACKING = {code: count for code, count in UNMET.items() if code != "97611"}
MET = {"97611": 7, "97608": 1}
PROVIDERS = "provider_id,name,kind,domains,commune_code,reach_km,last_seen_on\n" + "".join(
    f"P{n},Prestataire {n},individual,gardening,97611,{n},2026-10-01\n" for n in (1, 2, 3)
)
HEAD = "request_id,domain,commune_code,created_at,status,responses,first_response_at,filled_at\n"
WINDOW = {"from_": "2025-11-01", "to": "2026-10-01"}
MAYOTTE = {"within_level": "departement", "within_code": "976", "level": "departement"}
SEARCHING = "is being looked for"
ASKED = {"in_": "departement-976", "scope": "gardening"}


def requests(unmet: dict[str, int], met: dict[str, int]) -> str:
    days = [
        (code, f"2026-06-{1 + n % 28:02d}", is_met)
        for counts, is_met in ((unmet, False), (met, True))
        for code, count in counts.items()
        for n in range(count)
    ]
    rows = [
        f"gardening,{code},{day}T09:00,"
        + (f"filled,1,{day}T11:00,{day}T15:00" if is_met else "expired,0,,")
        for code, day, is_met in days
    ]
    return HEAD + "".join(f"R{n},{row}\n" for n, row in enumerate(rows))


def warehouse_of(folder: Path, unmet: dict[str, int], met: dict[str, int]) -> Path:
    drops = {
        "providers/2026-10-31.csv": PROVIDERS,
        "requests/2026-10-31.csv": requests(unmet, met),
    }
    make_build(folder, drops).close()
    return folder / "warehouse"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warehouse_of(tmp_path_factory.mktemp("recruit"), UNMET, MET)


@pytest.fixture(autouse=True)
def nothing_asked_yet():
    proofs._asked.clear()


@pytest.fixture
def page(warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    """Opens the page with these filters in the address, and waits for the proof of its plan."""

    def opened(lang: str = "en", **query: str) -> AppTest:
        test = run_page(monkeypatch, warehouse, "recruit", lang, **query)
        for proof in list(proofs._asked.values()):
            proof.result()
        assert_fine(test.run())
        assert SEARCHING not in texts(test)
        return test

    return opened


@pytest.fixture
def db(warehouse: Path):
    connection = open_build((warehouse / "current").resolve())
    yield connection
    connection.close()


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (a, b))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def best_by_hand(db: duckdb.DuckDBPyConnection, recruits: int, reach_km: float) -> float:
    """Requests of the best choice when nobody is ever busy: every choice of communes that lack
    providers is tried."""
    found = db.execute(
        "SELECT commune_code, latitude, longitude FROM reference.communes "
        "WHERE departement_code = '976'"
    ).fetchall()
    points = {code: (latitude, longitude) for code, latitude, longitude in found}
    reached = {
        base: {code for code in LACKING if kilometres(points[base], points[code]) <= reach_km}
        for base in points
        if base != "97611"
    }
    return max(
        sum(LACKING[code] for code in set().union(*(reached[base] for base in bases)))
        for bases in itertools.combinations(reached, recruits)
    )


def months(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute(
        "SELECT count(*) FROM marts.months WHERE has_requests "
        "AND month BETWEEN DATE '2025-11-01' AND DATE '2026-10-01'"
    ).fetchone()
    return row[0]


def cards(test: AppTest) -> dict[str, str]:
    return {card.label: card.value for card in test.metric}


@pytest.mark.parametrize(("recruits", "reach"), some([(1, 5), (2, 5), (2, 10), (3, 5)], 2, 2))
def test_the_plan_is_the_best_of_all_choices(page, db, recruits: int, reach: int) -> None:
    test = page(recruits=str(recruits), reach=str(reach), capacity="60", **ASKED)
    best = best_by_hand(db, recruits, reach) / months(db)
    rows = test.dataframe[0].value
    assert rows["Recruits"].sum() <= recruits
    assert rows["Requests a month"].sum() == pytest.approx(best, abs=0.02)
    total = sum(LACKING.values()) / months(db)
    text = texts(test)
    assert f"**{best:.1f}**" in text and f"of the {total:.1f} requests a month" in text
    assert f"Another {45 / months(db):.1f} a month go unmet where 3 or more come" in text
    assert list(rows["Rank"]) == list(range(1, len(rows) + 1))


def test_the_list_says_what_stands_behind_each_place(page, db) -> None:
    test = page(recruits="1", reach="5", capacity="60", **ASKED)
    row = test.dataframe[0].value.iloc[0]
    supply = dict(
        db.execute(
            "SELECT commune_code, providers FROM marts.commune_supply "
            "WHERE scope_code = 'gardening'"
        ).fetchall()
    )
    code = row["Coverage"].split("commune-")[1][:5]
    assert row["Providers today"] == supply.get(code, 0)
    assert row["Coverage"].startswith(f"coverage?in=commune-{code}&scope=gardening&lang=en")
    assert row["Commune"].endswith("(Mayotte)")
    assert f"({sum(LACKING.values()) + 1} requests with a known outcome)" in texts(test)


def test_more_recruits_than_needed_are_not_sent_anywhere(page) -> None:
    test = page(recruits="200", reach="50", capacity="60", **ASKED)
    assert test.dataframe[0].value["Recruits"].sum() == 1
    assert "serves 100% of" in texts(test) and "a further one would find nothing" in texts(test)


@pytest.mark.middle
def test_nobody_is_sent_where_enough_come(page, db) -> None:
    asked = {"recruits": "60", "capacity": "60", "reach": "10", **ASKED}
    for k, lost in ((3, LACKING), (4, UNMET)):
        rows = page(k=str(k), **asked).dataframe[0].value
        assert (rows["Providers today"] < k).all()
        found = rows["Requests a month"].sum()
        assert found == pytest.approx(sum(lost.values()) / months(db), abs=0.1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "**1 recruit** in Acoua: **0.6** requests a month (0.1 – 1.8); a further one "
         "would get under 0.5."),
        ("fr", "**1 recrutement** à Acoua : **0,6** demandes par mois (0,1 – 1,8) ; un de plus "
         "en aurait moins de 0,5."),
    ],
)  # fmt: skip
def test_the_plan_stops_where_nobody_could_live(tmp_path, monkeypatch, lang, said) -> None:
    """Three requests in five months are enough for the least of the settings, two are not."""
    folder = warehouse_of(tmp_path, {"97612": 3, "97615": 2, "97607": 1}, {})
    test = run_page(monkeypatch, folder, "recruit", lang, in_="departement-976", reach="5")
    assert said in texts(test)
    assert len(test.dataframe[0].value) == 1


@pytest.mark.long
def test_it_opens_at_the_first_priority_of_the_overview(warehouse, page, monkeypatch) -> None:
    overview = run_page(monkeypatch, warehouse)
    test = page()
    assert test.selectbox(key="filter_scope").value == "gardening"
    assert test.selectbox(key="filter_in_departement").value == "976"
    assert not {"scope", "in"} & set(test.query_params)
    one = page(recruits="1", capacity="60").dataframe[0].value["Requests a month"].iloc[0]
    assert f"where one recruit could serve **{one:.1f}**" in texts(overview)
    test.selectbox(key="filter_in_region").select("").run()
    assert_fine(test)
    assert test.query_params["in"] in ("country-FR", ["country-FR"])


@pytest.mark.middle
@pytest.mark.parametrize(
    "asked",
    [
        {"scope": "gardening", "in_": "departement-976"},  # the first priority itself
        {"scope": "gardening", "in_": "departement-48"},  # nothing there
        {"scope": "family_home"},  # narrows where it begins
        {"in_": "region-06"},
    ],
)
def test_what_was_asked_for_stays_in_the_address(page, asked: dict[str, str]) -> None:
    """What a page begins with follows from the address: a link that lost it would show another."""
    test = page(**asked)
    for name, value in asked.items():
        if not value.startswith("family"):
            assert test.query_params[name.rstrip("_")] in (value, [value])
    address = {name: "".join(test.query_params[name]) for name in ("scope", "in")
               if name in test.query_params}  # fmt: skip
    assert all_chosen(page(in_=address.pop("in", ""), **address)) == all_chosen(test)


@pytest.mark.middle
def test_a_choice_stays_chosen_though_the_page_would_begin_with_it(page) -> None:
    test = page(in_="region-06", scope="gardening")
    test.selectbox(key="filter_in_departement").select("976").run()
    assert test.query_params["in"] in ("departement-976", ["departement-976"])
    empty = page(in_="departement-48", scope="gardening")
    assert empty.button(key="way_in").label == "Occitanie"
    empty.selectbox(key="filter_in_region").select("").run()
    assert empty.query_params["in"] in ("country-FR", ["country-FR"])


def all_chosen(test: AppTest) -> dict[str, str]:
    return {one.key: one.value for one in test.selectbox if one.key.startswith("filter_")}


@pytest.mark.middle
@pytest.mark.parametrize("k", [1, 2, 4])
def test_covered_is_the_coverage_metric(page, db, k: int) -> None:
    test = page(k=str(k), **ASKED)
    asked = {"scopes": ["gardening"], "k": k} | MAYOTTE | WINDOW
    shown = cards(test)
    for name in ("coverage_population", "coverage_demand", "coverage_cells"):
        value = metric(db, name, **asked)["value"].iloc[0]
        assert shown[registry.metrics()[name].label] == i18n.share(value)


@pytest.mark.middle
def test_recruits_cover_where_they_come(page) -> None:
    test = page(k="1", recruits="1", reach="10", capacity="60", **ASKED)
    deltas = {card.label: card.delta for card in test.metric}
    assert deltas["Communes covered"].startswith("+")
    assert "with these recruits:" in texts(test)


@pytest.mark.middle
def test_who_leaves_ends_the_proof_and_who_stays_gets_it(warehouse, monkeypatch) -> None:
    """A click kills the process that works for its reader; the same question starts another."""
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(proofs, "PAUSE_S", 0.0)
    monkeypatch.setattr(proofs.subprocess, "Popen", Watched)
    asked = {**ASKED, "recruits": "3", "capacity": "7", "reach": "5", "period": "12"}
    test = run_page(monkeypatch, warehouse, "recruit", **asked)
    assert SEARCHING in texts(test)
    *_earlier, first = proofs._asked.values()
    while not started:
        time.sleep(0.01)
    test.query_params["recruits"] = "1"
    assert_fine(test.run())
    assert first.cancelled() and started[0].wait(60) == -signal.SIGKILL
    test.query_params["recruits"] = "3"
    assert_fine(test.run())
    for proof in list(proofs._asked.values()):
        assert proof.cancelled() or proof.result(60) is not None
    assert_fine(test.run())
    assert SEARCHING not in texts(test) and len(started) > 1


@pytest.mark.parametrize(
    ("lang", "method", "bound", "said"),
    [
        ("en", "exact", 9.0, "this is proven (found by an exact programme)."),
        ("en", "bounded", 9.5, "(found by a programme that ran out of time): another choice could"
         " serve at most 0.5 more"),
        ("fr", "greedy", 10.0, "(choix glouton, l’un après l’autre) : un autre choix en servirait"
         " au plus 1,0 de plus"),
        ("fr", "greedy", 9.0, "c’est prouvé (choix glouton, l’un après l’autre)"),
    ],
)  # fmt: skip
def test_a_plan_says_how_it_was_found_and_how_sure_it_is(lang, method, bound, said) -> None:
    plan = Plan(method, 9.0, bound, (bound - 9) / bound, 20.0, pd.DataFrame())
    with i18n.speaking(lang):
        assert said in words.certainty(plan)


def test_the_title_of_what_recruits_get_says_how_sure_it_is() -> None:
    two = pd.DataFrame({"value": [1.0, 0.5], "low": [0.5, 0.2], "high": [1.7, 1.1]})
    with i18n.speaking("en"):
        told = words.each_found(two)
    assert told.endswith("the first 1.0 (0.5 – 1.7) requests, the last 0.5 (0.2 – 1.1)")


@pytest.mark.parametrize(
    ("name", "value"), [("COMMAND", ["false"]), ("COMMAND", ["no-such-program"]), ("MOST_S", 0.01)]
)
def test_a_proof_that_fails_leaves_the_plan_found_at_once(
    warehouse, monkeypatch, name: str, value: Any
) -> None:
    monkeypatch.setattr(proofs, "PAUSE_S", 0.0)
    monkeypatch.setattr(proofs, name, value)
    asked = {**ASKED, "recruits": "3", "capacity": "8", "reach": "5"}
    test = run_page(monkeypatch, warehouse, "recruit", **asked)
    (proof,) = proofs._asked.values()
    assert proof.result(60) is None
    assert_fine(test.run())
    assert SEARCHING not in texts(test) and len(test.dataframe)


@pytest.mark.middle
def test_filters_live_in_the_address(page) -> None:
    test = page(recruits="3", reach="20", capacity="7", **ASKED)
    assert test.number_input(key="filter_recruits").value == 3
    assert test.number_input(key="filter_capacity").value == 7
    assert test.selectbox(key="filter_reach").value == "20"
    test.number_input(key="filter_recruits").set_value(5).run()
    assert_fine(test)
    assert test.query_params["recruits"] == "5"
    test.number_input(key="filter_recruits").set_value(10).run()
    assert "recruits" not in test.query_params


@pytest.mark.parametrize("value", ["0", "201", "-1", "x", "1.5", "²", "9" * 30])
def test_an_address_out_of_range_is_the_default(page, value: str) -> None:
    test = page(recruits=value, reach=value, **ASKED)
    assert test.number_input(key="filter_recruits").value == 10
    assert test.selectbox(key="filter_reach").value == "10"


def test_french(page) -> None:
    test = page("fr", recruits="2", **ASKED)
    text = texts(test)
    assert "**2 recrutements** à" in text and "Recruter" in text
    assert "Demandes par mois" in test.dataframe[0].value.columns
    assert "Population couverte" in cards(test)


@pytest.mark.parametrize("place", ["country-FR", "region-06", "commune-97611"])
def test_every_level_is_answered(page, place: str) -> None:
    assert "requests a month" in texts(page(in_=place))


@pytest.mark.middle
def test_few_cases_are_said_to_be_few(tmp_path, monkeypatch) -> None:
    folder = warehouse_of(tmp_path, {"97601": 5}, {})
    test = run_page(monkeypatch, folder, "recruit")
    assert "too few to tell" in texts(test)
    assert "too few" in test.dataframe[0].value["Known outcomes"].iloc[0]


@pytest.mark.long
def test_nothing_unmet_and_nothing_asked(tmp_path, monkeypatch, page) -> None:
    folder = warehouse_of(tmp_path, {}, {"97611": 3})
    test = run_page(monkeypatch, folder, "recruit")
    assert "No request with a known outcome went unmet here." in texts(test)
    assert not test.dataframe
    assert "No request was posted here" in texts(page(in_="departement-35"))
    folder = warehouse_of(tmp_path / "enough", {"97611": 5}, {})
    assert "all of them where 3 or more providers come" in texts(
        run_page(monkeypatch, folder, "recruit", in_="departement-976")
    )


@pytest.mark.middle
@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "No request was posted here"), ("fr", "Aucune demande n’a été déposée ici")],
)
def test_a_build_without_requests_says_what_to_load(
    tmp_path, monkeypatch, lang: str, said: str
) -> None:
    make_build(tmp_path, {"providers/2026-10-31.csv": PROVIDERS}).close()
    test = run_page(monkeypatch, tmp_path / "warehouse", "recruit", lang)
    assert said in texts(test) and not test.dataframe
