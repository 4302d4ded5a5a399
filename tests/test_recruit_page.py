"""The Recruit page on a marketplace small enough to try every choice by hand.

Mayotte: requests in six of its communes, three providers in Mamoudzou who do not travel.
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
from etl.insight import france_map
from etl.insight.recruit import Plan
from pages.recruit import proofs, words
from pages.shared import i18n, point_map
from tests.market import make_build, metric
from tests.pages_fixture import assert_fine, run_page, texts

UNMET = {"97611": 9, "97608": 4, "97601": 5, "97617": 6, "97610": 3, "97602": 2}
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
        (code, f"2026-06-{1 + n:02d}", is_met)
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
    """Requests of the best choice when nobody is ever busy: every choice is tried."""
    found = db.execute(
        "SELECT commune_code, latitude, longitude FROM reference.communes "
        "WHERE departement_code = '976'"
    ).fetchall()
    points = {code: (latitude, longitude) for code, latitude, longitude in found}
    reached = {
        base: {code for code in UNMET if kilometres(points[base], points[code]) <= reach_km}
        for base in points
    }
    return max(
        sum(UNMET[code] for code in set().union(*(reached[base] for base in bases)))
        for bases in itertools.combinations(points, recruits)
    )


def months(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute(
        "SELECT count(*) FROM marts.months WHERE has_requests "
        "AND month BETWEEN DATE '2025-11-01' AND DATE '2026-10-01'"
    ).fetchone()
    return row[0]


def cards(test: AppTest) -> dict[str, str]:
    return {card.label: card.value for card in test.metric}


@pytest.mark.parametrize(("recruits", "reach"), [(1, 5), (2, 5), (2, 10), (3, 5)])
def test_the_plan_is_the_best_of_all_choices(page, db, recruits: int, reach: int) -> None:
    test = page(recruits=str(recruits), reach=str(reach), capacity="60", **ASKED)
    best = best_by_hand(db, recruits, reach) / months(db)
    rows = test.dataframe[0].value
    assert rows["Recruits"].sum() <= recruits
    assert rows["Requests a month"].sum() == pytest.approx(best, abs=0.02)
    total = sum(UNMET.values()) / months(db)
    text = texts(test)
    assert f"would serve **{best:.1f}** of {total:.1f} unmet requests a month" in text
    assert f"**{best / total:.1%}**" in text and "this is proven" in text
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
    posted = sum(UNMET.values()) + sum(MET.values())
    assert f"Behind it: {posted} mature requests" in texts(test)


def test_more_recruits_than_needed_are_not_sent_anywhere(page) -> None:
    test = page(recruits="200", reach="50", capacity="60", **ASKED)
    assert test.dataframe[0].value["Recruits"].sum() == 1
    assert "**100.0%**" in texts(test) and "More recruits would add nothing." in texts(test)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_what_if_another_k_is_the_coverage_metric(page, db, k: int) -> None:
    test = page(k=str(k), where="none", **ASKED)
    asked = {"scopes": ["gardening"], "k": k} | MAYOTTE | WINDOW
    shown = cards(test)
    for label, name in (
        ("People covered", "coverage_population"),
        ("Requests covered", "coverage_demand"),
    ):
        value = metric(db, name, **asked)["value"].iloc[0]
        assert shown[label] == f"{value:.1%}"
    gap = metric(db, "gap", **asked)["value"].sum()
    assert shown["Unmet requests a month where providers lack"] == f"{gap:.1f}"
    assert "The newcomers" not in texts(test)


def test_what_if_newcomers_in_a_commune_cover_it(page) -> None:
    before = page(k="3", where="none", **ASKED)
    test = page(k="3", where="97601", more="3", reach="5", **ASKED)
    covered = "Communes covered"
    assert int(cards(test)[covered]) > int(cards(before)[covered])
    assert "The newcomers could take" in texts(test)
    test.selectbox(key="filter_where").select("none").run()
    assert_fine(test)
    assert test.query_params["where"] == "none" and cards(test) == cards(before)


def test_who_leaves_ends_the_proof_and_who_stays_gets_it(warehouse, monkeypatch) -> None:
    """A click kills the process that works for its reader; the same question starts another."""
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(proofs, "PAUSE_S", 0.0)
    monkeypatch.setattr(proofs.subprocess, "Popen", Watched)
    asked = {**ASKED, "recruits": "2", "capacity": "3", "reach": "5", "period": "12"}
    test = run_page(monkeypatch, warehouse, "recruit", **asked)
    assert SEARCHING in texts(test)
    *_earlier, first = proofs._asked.values()
    while not started:
        time.sleep(0.01)
    test.query_params["recruits"] = "1"
    assert_fine(test.run())
    assert first.cancelled() and started[0].wait(60) == -signal.SIGKILL
    test.query_params["recruits"] = "2"
    assert_fine(test.run())
    for proof in list(proofs._asked.values()):
        assert proof.cancelled() or proof.result(60) is not None
    assert_fine(test.run())
    assert SEARCHING not in texts(test) and len(started) > 1


@pytest.mark.parametrize(
    ("lang", "method", "bound", "said"),
    [
        ("en", "exact", 9.0, "this is proven (found by an exact programme)"),
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


@pytest.mark.parametrize(
    ("name", "value"), [("COMMAND", ["false"]), ("COMMAND", ["no-such-program"]), ("MOST_S", 0.01)]
)
def test_a_proof_that_fails_leaves_the_plan_found_at_once(
    warehouse, monkeypatch, name: str, value: Any
) -> None:
    monkeypatch.setattr(proofs, "PAUSE_S", 0.0)
    monkeypatch.setattr(proofs, name, value)
    asked = {**ASKED, "recruits": "2", "capacity": "2", "reach": "5"}
    test = run_page(monkeypatch, warehouse, "recruit", **asked)
    (proof,) = proofs._asked.values()
    assert proof.result(60) is None
    assert_fine(test.run())
    assert SEARCHING not in texts(test) and len(test.dataframe)


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
    assert "**2 recrutements** répondraient à" in text and "Recruter" in text
    assert "Demandes par mois" in test.dataframe[0].value.columns
    assert "Population couverte" in cards(test)


@pytest.mark.parametrize("place", ["country-FR", "region-06", "commune-97611"])
def test_every_level_is_answered(page, place: str) -> None:
    assert "would serve" in texts(page(in_=place))


def test_few_cases_are_said_to_be_few(tmp_path, monkeypatch) -> None:
    folder = warehouse_of(tmp_path, {"97611": 2}, {})
    test = run_page(monkeypatch, folder, "recruit")
    assert "too few to tell" in texts(test)
    assert "too few" in test.dataframe[0].value["Known outcomes"].iloc[0]


def test_nothing_unmet_and_nothing_asked(tmp_path, monkeypatch, page) -> None:
    folder = warehouse_of(tmp_path, {}, {"97611": 3})
    test = run_page(monkeypatch, folder, "recruit")
    assert "No request with a known outcome went unmet here." in texts(test)
    assert not test.dataframe
    assert "No request was posted here" in texts(page(in_="departement-35"))


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


def test_a_point_overseas_moves_into_its_frame_and_paris_is_drawn_twice() -> None:
    points = pd.DataFrame(
        {
            "name": ["Paris", "Mamoudzou", "Rennes"],
            "departement_code": ["75", "976", "35"],
            "longitude": [2.35, 45.23, -1.68],
            "latitude": [48.86, -12.78, 48.11],
            "number": ["1", "2", "3"],
            "size": [4.0, 1.0, 2.0],
            "hover": ["", "", ""],
        }
    )
    drawn = point_map.point_figure(points).data[-1]
    places = list(zip(drawn.text, drawn.lon, drawn.lat, strict=True))
    assert sorted(text for text, _, _ in places) == ["", "1", "2", "3"]
    where = {text: france_map.to_map((lon, lat)) for text, lon, lat in places}
    frames = {inset.name: inset.frame for inset in france_map.layout("departement").insets}
    for text, name in (("1", "Île-de-France"), ("2", "Mayotte")):
        x, y = where[text]
        frame = frames[name]
        assert frame.left < x < frame.right and frame.bottom < y < frame.top
    assert where["3"] == pytest.approx(france_map.to_map((-1.68, 48.11)))
