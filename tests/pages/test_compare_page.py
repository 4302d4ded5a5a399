"""Panels hold what a hand counts in the rows dropped, on one scale, and say what cannot be told."""

import json

import pandas as pd
import pytest

from pages.compare import figures, words
from pages.compare.figures import Asked
from pages.shared import places
from pages.shared.months import Period
from pages.shared.places import FRANCE, Territory
from tests.market import make_build
from tests.pages.test_event_change import MAY
from tests.pages_fixture import run_page, texts

HEADER = "request_id,domain,commune_code,created_at,status,filled_at\n"
LYON, BORDEAUX, RENNES = "69123", "33063", "35238"


def rows(domain: str, commune: str, month: str, filled: int, of: int) -> str:
    """So many requests filled at once, of so many, on the 5th of a month."""
    day = f"{month}-05 10:00"
    ends = [f"filled,{day}"] * filled + ["expired,"] * (of - filled)
    return "".join(
        f"{domain}-{commune}-{month}-{n},{domain},{commune},{day},{end}\n"
        for n, end in enumerate(ends)
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    requests = (
        rows("gardening", LYON, "2026-04", 30, 40) + rows("gardening", LYON, "2026-05", 18, 40)
        + rows("gardening", BORDEAUX, "2026-05", 20, 40)
        + rows("handyman", BORDEAUX, "2026-04", 2, 40)
        + rows("gardening", RENNES, "2026-05", 1, 3) + rows("gardening", LYON, "2025-05", 9, 30)
    )  # fmt: skip
    providers = "provider_id,domains,commune_code\nP1,gardening,69123\nP2,handyman,69123\n"
    drops = {"requests/2026-06-30.csv": HEADER + requests, "providers/2026-06-30.csv": providers}
    make_build(folder, drops).close()
    return folder / "warehouse"


def asked(**more) -> Asked:
    last = Period(MAY.replace(month=4), MAY)
    return Asked("places", "fill_rate", "all", FRANCE, (), 14, last)._replace(**more)


@pytest.fixture
def at_home(home, monkeypatch):
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))


def told(found) -> dict:
    return {one.name: (one.sure and round(one.sure.value * one.n), one.n) for one in found}


def test_two_territories_are_as_counted(at_home):
    """Rhône 48 of 80, Gironde 22 of 80: 32.5 points apart."""
    chosen = tuple(map(places.find, ("departement-69", "departement-33")))
    found, whole = figures.read(asked(chosen=chosen))
    assert told(found) == {"Rhône": (48, 80), "Gironde": (22, 80)}
    assert (whole.name, whole.n) == ("France", 163)
    april, may = found[0].months.to_dict("records")
    assert (april["value"], april["known"], may["value"]) == (0.75, 40, 0.45)
    shown = words.finding(found, asked(chosen=chosen))
    # Newcombe of Wilson's (0.4905, 0.7004) and (0.1892, 0.3814)
    assert shown == (
        "Filled within 14 days: Gironde 28%, Rhône 60%; +32.5 pt apart (+17.2 pt – +45.7 pt)"
    )


def test_regions_come_the_lowest_first_and_few_cases_last(at_home):
    found, _whole = figures.read(asked())
    named = told(found)
    assert named["Nouvelle-Aquitaine"] == (22, 80) and named["Bretagne"] == (1, 3)
    assert [one.name for one in found][:2] == ["Nouvelle-Aquitaine", "Auvergne-Rhône-Alpes"]
    assert words.finding(found, asked()).endswith("; too few to tell: 1")
    inside, _whole = figures.read(asked(place=Territory("region", "84", "", (FRANCE,))))
    assert {one.name for one in inside if one.n} == {"Rhône"} and len(inside) == 12


def test_domains_and_periods(at_home):
    found, whole = figures.read(asked(across="domains"))
    assert told(found) == {"Handyman and odd jobs": (2, 40), "Light gardening": (69, 123)}
    assert whole.n == 163
    found, whole = figures.read(asked(across="periods"))
    assert told(found)["Apr 2026 – May 2026"] == (71, 163) and whole is None
    assert len(found) == 1, "the year before was not loaded whole"
    of_may = asked(across="periods", period=Period(MAY, MAY))
    assert told(figures.read(of_may)[0]) == {"May 2026": (39, 83), "May 2025": (9, 30)}


@pytest.mark.parametrize(("measure", "most"), [("requests", 80), ("active_providers", 2)])
def test_counts_are_compared_too(at_home, measure, most):
    """The providers are known since the end of June."""
    chosen = tuple(map(places.find, ("departement-69", "departement-33")))
    until_june = Period(MAY.replace(month=4), MAY.replace(month=6))
    found, _whole = figures.read(asked(chosen=chosen, measure=measure, period=until_june))
    assert [one.value for one in found] == [most, 80 if measure == "requests" else 0]


def test_periods_run_as_time_does(at_home):
    of_may = asked(across="periods", period=Period(MAY, MAY))
    found, _whole = figures.read(of_may)
    assert [one.name for one in found] == ["May 2025", "May 2026"]
    assert "May 2025 30%, May 2026 47%" in words.finding(found, of_may)


def test_a_panel_without_a_line_is_named_and_not_drawn(home, monkeypatch):
    test = run_page(monkeypatch, home, "compare", period="2026-04..2026-05")
    for shown in test.get("plotly_chart"):
        titles = [one["text"] for one in json.loads(shown.proto.spec)["layout"]["annotations"]]
        assert len(titles) == 2, "Bretagne has 3 cases, other regions none"
    assert "Not drawn, for no month of theirs can be told: " in texts(test)
    assert "Bretagne" in test.dataframe[0].value["Territory"].tolist()
    few = run_page(monkeypatch, home, "compare", in_="region-53", period="2026-04..2026-05")
    assert not few.get("plotly_chart") and "too few to tell" in texts(few)


@pytest.mark.parametrize("across", ["domains", "periods"])
def test_territories_that_were_chosen_are_not_left_for_all_of_france(home, monkeypatch, across):
    chosen = {"places": "departement-69,departement-33", "period": "2026-04..2026-05"}
    test = run_page(monkeypatch, home, "compare", across=across, **chosen)
    assert test.selectbox(key="filter_in_departement").value == "69"
    assert "Of the territories chosen this is Rhône" in texts(test)
    test.selectbox(key="filter_in_region").select("").run()
    assert test.query_params["in"] in ("country-FR", ["country-FR"])
    assert "Of the territories chosen" not in texts(test)


def test_what_of_an_address_does_not_stand_here_is_told(home, monkeypatch):
    chosen = {"places": "departement-69,departement-33", "period": "2026-04..2026-05"}
    test = run_page(monkeypatch, home, "compare", across="periods", in_="region-53", **chosen)
    assert "This is Bretagne, not the territories chosen to compare (Rhône, Gironde)" in texts(test)
    test = run_page(monkeypatch, home, "compare", across="domains", scope="handyman")
    told = "Handyman and odd jobs is compared with the other domains of “"
    assert told in texts(test) and not test.warning
    assert test.selectbox(key="filter_scope").value.startswith("family_")
    test.selectbox(key="filter_scope").select("all").run()
    assert told not in texts(test)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("across", figures.ACROSS)
def test_all_panels_stand_on_one_scale(home, monkeypatch, lang, across):
    test = run_page(monkeypatch, home, "compare", lang, across=across, period="2026-04..2026-05")
    layouts = [json.loads(one.proto.spec)["layout"] for one in test.get("plotly_chart")]
    for layout in layouts:
        scales = {str(axis["range"]) for name, axis in layout.items() if name.startswith("yaxis")}
        assert scales == {"[0, 1.02]"}
    narrow, _wide = layouts
    starts = {str(axis["domain"][0]) for name, axis in narrow.items() if name.startswith("xaxis")}
    assert len(starts) <= 2, "on a phone two stand side by side at most"
    assert {"en": "Filled within 14 days", "fr": "Pourvues en 14 jours"}[lang] in texts(test)


@pytest.mark.middle
def test_without_requests_nothing_is_compared(tmp_path, monkeypatch):
    make_build(
        tmp_path, {"providers/2026-06-30.csv": "provider_id,domains\nP1,gardening\n"}
    ).close()
    test = run_page(monkeypatch, tmp_path / "warehouse", "compare")
    assert "Nothing to compare was loaded for these months." in texts(test)


@pytest.mark.long
def test_no_month_is_told_whose_requests_are_too_young(tmp_path, monkeypatch):
    """Of May, seen five days after its end, half has a known outcome within 14 days: neither page
    draws it nor ends its title with it, and both say so."""
    requests = rows("gardening", LYON, "2026-04", 20, 40) + rows(
        "gardening", LYON, "2026-05", 9, 40
    )
    drops = {"requests/2026-06-05.csv": HEADER + requests}
    make_build(tmp_path, drops).close()
    warehouse = tmp_path / "warehouse"
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    (found, *_others), whole = figures.read(asked(across="domains"))
    for panel in (found, whole):
        april, may = panel.months.to_dict("records")
        assert april["value"] == 0.5 and pd.isna(may["value"])
    note = "Left out, with requests less than 14 days old: May 2026."
    assert note in texts(run_page(monkeypatch, warehouse, "compare"))
    at = run_page(monkeypatch, warehouse, "coverage", view="cell", figures="months")
    assert "50% in Apr 2026" in texts(at).replace("\\", "") and note in texts(at)
