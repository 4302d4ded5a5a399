"""The overview and the plan of recruits say the same of where to begin, and empty states where to
go on: never where the reader stands, and never that nothing lacks where nobody can know."""

import json

import pytest

from pages.shared import places, ways
from pages.shared.months import Period, add_months, months_known
from tests.market import make_build
from tests.pages.test_recruit_page import HEAD, PROVIDERS, UNMET, warehouse_of
from tests.pages_fixture import run_page, texts

MAYOTTE = {"in_": "departement-976"}
CHOOSE = "Choose "


@pytest.fixture
def overview(tmp_path, monkeypatch):
    """What the overview says of these requests."""

    def said(unmet: dict[str, int], met: dict[str, int], lang: str = "en", **asked: str) -> str:
        folder = tmp_path / str(len([*tmp_path.iterdir()]))
        folder.mkdir()
        return texts(run_page(monkeypatch, warehouse_of(folder, unmet, met), "", lang, **asked))

    return said


@pytest.mark.long
@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        ({}, "that nobody takes, more than anywhere else."),
        ({"in_": "region-06"}, "that nobody takes, more than anywhere else here."),
        (MAYOTTE, "that nobody takes."),  # one domain in one département: there is no other
    ],
)
def test_the_first_is_compared_with_what_the_reader_sees(overview, asked, ending) -> None:
    assert ending in overview(UNMET, {}, **asked)


@pytest.mark.middle
@pytest.mark.parametrize(
    ("unmet", "met", "overview_says", "plan_says"),
    [
        ({"97612": 2, "97615": 2}, {"97612": 8}, "**Nowhere** here could", "**No recruit**"),
        ({"97612": 2}, {}, "Where to recruit first cannot be told", "too few to tell"),
        ({"97601": 5}, {}, "Where to recruit first cannot be told", "That is too few to tell"),
        ({"97601": 12}, {}, "Recruit first: **Light gardening**", "**1 recruit** in"),
    ],
)  # fmt: skip
def test_the_overview_says_what_the_plan_says(
    overview, tmp_path, monkeypatch, unmet, met, overview_says, plan_says
) -> None:
    told = overview(unmet, met)
    assert overview_says in told
    assert ("Recruit first: **" in told) == ("Recruit first" in overview_says)
    (folder,) = tmp_path.iterdir()
    asked = {**MAYOTTE, "scope": "gardening", "recruits": "1"}
    plan = texts(run_page(monkeypatch, folder / "warehouse", "recruit", **asked))
    assert plan_says in plan


@pytest.mark.long
@pytest.mark.parametrize(
    ("met", "asked", "said"),
    [
        ({"97611": 12}, MAYOTTE, "No gap in the period."),
        ({"97611": 3}, MAYOTTE, "Gaps cannot be told: the outcome is known of 3 requests of 3."),
        ({"97611": 12}, {"in_": "departement-35"}, "No request was posted here in these months."),
    ],
)
def test_no_gap_is_said_only_where_it_can_be_known(overview, met, asked, said) -> None:
    told = overview({}, met, **asked)
    assert said in told
    assert ("No gap" in told) == ("No gap" in said)


@pytest.mark.long
def test_where_no_outcome_is_known_anywhere_no_filter_is_a_way_out(tmp_path, monkeypatch) -> None:
    requests = HEAD + "R1,gardening,97601,2026-06-01T09:00,,0,,\n"
    drops = {"providers/2026-10-31.csv": PROVIDERS, "requests/2026-10-31.csv": requests}
    make_build(tmp_path, drops).close()
    for slug in ("", "recruit"):
        at = run_page(monkeypatch, tmp_path / "warehouse", slug, **MAYOTTE)
        assert "Bring requests with what became of them" in texts(at) and CHOOSE not in texts(at)
        assert not [one for one in at.button if (one.key or "").startswith("way_")]


def test_a_way_out_is_never_where_the_reader_stands(tmp_path, monkeypatch) -> None:
    folder = warehouse_of(tmp_path, {"97601": 5}, {})
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(folder))
    first, last = months_known()
    everything = {"period": Period(first, last), "place": places.FRANCE, "scope": "all"}
    assert ways.out(**everything, otherwise="load some") == "load some"
    narrow = {
        "period": Period(add_months(last, -1), last),
        "place": places.find("departement-976"),
        "scope": "gardening",
    }
    named = ("a longer period", "a larger territory", "all domains")
    for name, way in zip(narrow, named, strict=True):
        assert ways.out(**{**everything, name: narrow[name]}, otherwise="") == f"Choose {way}."
    assert ways.out(**narrow, otherwise="") == (
        "Choose a longer period, a larger territory or all domains."
    )
    at = run_page(monkeypatch, folder, in_="departement-35")
    assert at.button(key="way_in").label == "Bretagne", "and one click away"


@pytest.mark.long
def test_nobody_left_is_told_in_the_singular_in_french(overview) -> None:
    assert "sur la période : 3 arrivés, 0 parti\n" in overview({}, {"97611": 3}, "fr", period="3")


def test_the_line_of_the_least_is_named_where_it_is_drawn(tmp_path, monkeypatch) -> None:
    folder = warehouse_of(tmp_path, {"97601": 12}, {})
    test = run_page(monkeypatch, folder, "recruit", "fr", **MAYOTTE)
    layouts = [json.loads(one.proto.spec)["layout"] for one in test.get("plotly_chart")]
    notes = [note["text"] for layout in layouts for note in layout.get("annotations", ())]
    assert "0,5 au moins pour chacun" in notes


@pytest.mark.middle
def test_of_a_family_that_a_link_names_it_is_told_which_domain_this_is(
    tmp_path, monkeypatch
) -> None:
    folder = warehouse_of(tmp_path, UNMET, {})
    test = run_page(monkeypatch, folder, "recruit", scope="family_garden_diy", **MAYOTTE)
    told = "of **Garden and odd jobs** this is **Light gardening**"
    assert told in texts(test) and not test.warning
    test.selectbox(key="filter_scope").select("handyman").run()
    assert told not in texts(test)


@pytest.mark.long
def test_where_the_best_placed_could_not_live_nobody_is_sent(tmp_path, monkeypatch) -> None:
    test = run_page(monkeypatch, warehouse_of(tmp_path, {"97612": 2, "97615": 2}, {}), "recruit")
    assert "**No recruit** would find 0.5 requests a month here" in texts(test)
    assert "would get 0.4 (0.0 – 1.4)." in texts(test) and not test.dataframe
    assert "The plan serves" not in texts(test) and "these recruits" not in texts(test)
