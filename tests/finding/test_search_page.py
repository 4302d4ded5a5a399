"""The Search page: words that fold, filters that narrow, counts that a plain reckoning confirms."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pages.finding import lexicon, search_log
from pages.finding import search as searching
from pages.shared import query
from tests.pages_fixture import assert_fine, listed, run_page, texts
from tests.sizes import examples

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def build(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    # the pages' own connection: one process opens a build once
    with query.cursor(str((warehouse / "current" / "marketplace.duckdb").resolve())) as cursor:
        yield cursor


def ids(words: str, **filters: object) -> list[str]:
    rows, total = searching.search(words, **filters)  # type: ignore[arg-type]
    assert total == len(rows)  # all on one page here
    return list(rows["provider_id"])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("menage", {"P1", "P2", "P4"}),
        ("MÉNAGES", {"P1", "P2", "P4"}),
        ("menage rennes", {"P1", "P4"}),
        ("Rennes, ménage !", {"P1", "P4"}),
        ("ménage à Rennes", {"P1", "P4"}),
        ("coeur", {"P2"}),
        ("cœur", {"P2"}),
        ("le-gall", {"P1"}),
        ("jardin d’été", {"P5"}),
        ("bruz", {"P2"}),
        ("ille et vilaine", {"P1", "P2", "P3", "P4"}),
        ("35 jardinage", {"P2", "P3"}),
        ("552 100 554", {"P2"}),
        ("5521005", {"P2"}),
        ("paris", {"P5"}),
        ("zoe paris", {"P9"}),
        ("enage", {"P1", "P2", "P4"}),
        ("xyzxyzxyz", set()),
        ("menage 35000", {"P1", "P4"}),
        ('"jardin d’été"', {"P5"}),
        ('"jardin"', {"P5"}),
        ('"été jardin"', set()),
        ("anne le gall bruz", set()),
        ("jardinnage brest", {"P8"}),
        ("menage 🙂", {"P1", "P2", "P4"}),
        ("%", set()),
        ("🙂", set()),
        ("", {f"P{n}" for n in range(1, 10)}),
    ],
)
def test_words_find(words: str, found: set[str]) -> None:
    assert set(ids(words)) == found


def test_a_place_in_the_words_is_a_filter_unless_it_is_part_of_a_name() -> None:
    rows, _total = searching.search("paris")
    assert [place.code for place in rows.attrs["reading"].places] == ["75056", "75"]
    # "paris" may be the plural of "pari": with the words as words, P9 is found
    assert ids("paris", with_places=False) == ["P9"]
    assert ids("zoes") == ["P9"]


def test_names_come_first_then_the_active_then_the_freshest() -> None:
    assert ids("menage") == ["P2", "P1", "P4"]
    assert ids("jardin")[0] == "P5"


def test_filters_narrow_like_a_plain_reckoning(build: duckdb.DuckDBPyConnection) -> None:
    providers = build.execute("FROM staging.providers").df()
    offered = build.execute("FROM marts.provider_domains").df()
    for scope, domains in {
        "gardening": {"gardening"},
        "unknown": {"unknown"},
        "elderly_care": {"elderly_care"},
    }.items():
        inside = offered[offered["domain_code"].isin(domains)]
        assert set(ids("", scope=scope)) == set(inside["provider_id"])
        active = inside[inside["is_active"]]
        assert set(ids("", scope=scope, active_only=True)) == set(active["provider_id"])
    for kind in ("individual", "association"):
        expected = providers[providers["kind"] == kind]
        assert set(ids("", kind=kind)) == set(expected["provider_id"])
    in_35 = providers[providers["departement_code"] == "35"]
    assert set(ids("", level="departement", code="35")) == set(in_35["provider_id"])
    active = providers[providers["inactive_reason"].isna()]
    assert set(ids("", active_only=True)) == set(active["provider_id"])


def test_counts_agree_with_the_counts_of_supply(build: duckdb.DuckDBPyConnection) -> None:
    based = build.execute("FROM marts.territory_supply WHERE kind = 'all'").df()
    for row in based.sample(30, random_state=1).itertuples():
        asked: dict[str, Any] = {"scope": row.scope_code, "level": row.level, "code": row.code}
        _rows, total = searching.search("", active_only=True, **asked)
        assert total == row.providers_based
    reached = build.execute("FROM marts.commune_supply").df()
    for row in reached.sample(30, random_state=1).itertuples():
        rows, total = searching.search(
            "", scope=str(row.scope_code), level="commune", code=str(row.commune_code),
            active_only=True, reaching=True,
        )  # fmt: skip
        assert total == row.providers
        assert (rows["km"] <= rows["reach_km"]).all()


def test_counts_of_filters_are_what_each_would_find() -> None:
    for words, asked in (
        ("", {}), ("menage", {"active_only": True}), ("jardin", {"kind": "association"}),
        ("", {"scope": "gardening", "level": "departement", "code": "35"}),
    ):  # fmt: skip
        rows, _total = searching.search(words, with_facets=True, **asked)  # type: ignore[arg-type]
        for count in rows.attrs["facets"].itertuples():
            change: dict[str, Any] = {
                "domain": {"scope": count.value},
                "kind": {"kind": count.value},
                "active": {"active_only": True},
                "scop": {"scop_only": True},
                "approval": {"approval": count.value},
                "territory": {
                    "level": searching.PARTS.get(asked.get("level", "country"), ""),  # type: ignore[call-overload]
                    "code": count.value,
                },
            }[str(count.facet)]
            # who is active, and approved, depends on the domain: those count for the one asked for
            _rows, total = searching.search(words, **(asked | change))  # type: ignore[arg-type]
            if count.facet != "domain" or not asked.get("active_only"):
                assert total == count.n, (words, asked, count)


def test_near_a_commune_by_distance() -> None:
    rows, total = searching.search("", level="commune", code="35238", within_km=20, sort="distance")
    assert set(rows["provider_id"]) == {"P1", "P2", "P4"} and total == 3
    assert rows["provider_id"].iloc[-1] == "P2" and 5 < rows["km"].iloc[-1] < 15
    came, _total = searching.search("", level="commune", code="35238", reaching=True)
    assert set(came["provider_id"]) == {"P1", "P2", "P4"}


def test_a_known_lack_of_approval_is_told() -> None:
    rows, _total = searching.search("", scope="elderly_care")
    assert list(rows["inactive_reason"]) == ["not_approved"]


def test_pages_of_the_list_hold_everybody_once() -> None:
    seen = [
        provider
        for page in (1, 2, 3)
        for provider in searching.search("", page=page, size=4)[0]["provider_id"]
    ]
    assert sorted(seen) == [f"P{n}" for n in range(1, 10)]
    beyond, total = searching.search("", page=99, size=4)
    assert (beyond.attrs["page"], len(beyond), total) == (3, 1, 9)


def plain(text: str) -> str:
    marks = unicodedata.normalize("NFD", text)
    return "".join(c for c in marks if not unicodedata.combining(c))


FRENCH = st.text("abcdefghijlmnorstuvyzàâçéèêëîïôùûœ '-", min_size=1, max_size=12).filter(
    lambda text: any(map(str.isalpha, text))  # a box with nothing in it finds everybody, "-" nobody
)
KNOWN = st.sampled_from(["ménage", "Rennes", "cœur", "jardin", "été", "Le Gall", "35", "aide"])


@settings(max_examples=examples(40))
@example(words=["cœur", "jardin", "aide"], mix=Random(6))  # two words that tell alike
@given(words=st.lists(KNOWN | FRENCH, min_size=1, max_size=3), mix=st.randoms())
def test_case_accents_order_and_joints_change_nothing(words: list[str], mix: object) -> None:
    expected = set(ids(" ".join(words)))
    shuffled = list(words)
    mix.shuffle(shuffled)  # type: ignore[attr-defined]
    text = " ".join(words)
    for other in (
        text.upper(),
        plain(text),
        unicodedata.normalize("NFD", text),
        text.replace("œ", "oe"),
        text.replace(" ", "-"),
        text.replace("'", "’"),
        f"  {text} ! ",
        " ".join(shuffled),
    ):
        assert set(ids(other)) == expected, other


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_in_both_languages(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    at = run_page(monkeypatch, warehouse, "search", lang=lang, q="menage")
    said = {"fr": "**3 prestataires** trouvés, dont 2 actifs.", "en": "**3 providers** found, 2 of"}
    assert said[lang] in texts(at)
    table = listed(at)
    assert list(table.iloc[:, 0]) == ["Ménage & Cœur", "Anne Le Gall", "Parti"]
    left = {"fr": "Inactif : parti", "en": "Inactive: has left"}
    assert left[lang] in set(table.iloc[2])


def test_nobody_found_says_what_to_do(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="jardin", scope="elderly_care")
    assert "Use fewer words" in texts(at)
    assert at.button(key="widen_scope").label == "All domains (5)"
    at.button(key="widen_scope").click().run()
    assert_fine(at)
    assert "found" in texts(at)
    assert listed(at).iloc[0, 0] == "Jardin d'Été"


def test_a_place_abroad_is_told_and_taken_out(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="ménage à Genève")
    assert "Read as a place abroad, where nobody is listed: geneve" in texts(at)
    assert at.button(key="widen_place").label == "Wherever they are (3)"
    at.button(key="widen_place").click().run()
    assert_fine(at)
    assert at.text_input(key="words_q").value == "ménage à"


def test_where_no_single_way_finds_anybody_each_word_does(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"q": "Gall Zoé", "scope": "elderly_care", "kind": "association"}
    at = run_page(monkeypatch, warehouse, "search", **asked)
    offered = {button.key: button.label for button in at.button if "widen_" in str(button.key)}
    assert offered == {"widen_word_0": "Gall (1)", "widen_word_1": "Zoé (1)"}
    at.button(key="widen_word_1").click().run()
    assert_fine(at)
    assert listed(at).iloc[:, 0].tolist() == ["Zoé Pari"]
    assert not {"scope", "kind"} & set(at.query_params)


def test_without_any_filter_is_offered_where_two_stand_in_the_way(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"q": "Zoé", "scope": "elderly_care", "kind": "association"}
    at = run_page(monkeypatch, warehouse, "search", **asked)
    offered = [button.label for button in at.button if "widen_" in str(button.key)]
    assert offered == ["Without filters (1)"]


def test_the_nearest_provider_outside_a_departement_is_told(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="jardin", in_="departement-22")
    # Bruz to Saint-Brieuc on a sphere, by hand from their town halls
    assert re.search("The nearest to Saint.+Brieuc", texts(at))
    near = listed(at)
    assert (near["Name"][0], near["Place"][0]) == ("Ménage & Cœur", "Bruz (35)")
    assert float(near["Distance (km)"][0]) == pytest.approx(95, abs=5)
    at = run_page(monkeypatch, warehouse, "search", q="jardin", scope="sign_language")
    assert "The nearest" not in texts(at)


def test_a_place_in_the_words_is_seen_and_removed(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="ménage à Rennes")
    assert at.button(key="place_remove").label == "Place: Rennes \\(35\\)"
    at.button(key="place_remove").click().run()
    assert_fine(at)
    assert at.text_input(key="words_q").value == "ménage à"
    assert "**3 providers** found" in texts(at)
    at = run_page(monkeypatch, warehouse, "search", q="saint-denis")
    choices = [button.key for button in at.button if str(button.key).startswith("place_commune")]
    assert {"place_commune_93066", "place_commune_97411"} <= set(choices)
    at.button(key="place_commune_97411").click().run()
    assert at.query_params["in"] == "commune-97411"


def test_searches_without_result_are_kept_without_names(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path))
    at = run_page(monkeypatch, warehouse, "search", q="téléassistance Durandal brest")
    assert_fine(at)
    (file,) = tmp_path.glob("searches-*.jsonl")
    text = file.read_text(encoding="utf-8")
    entry = json.loads(text)
    assert entry["domains"] == ["telecare"] and entry["territory"] == "commune-29019"
    assert entry["words"] == ["teleassistance"] and "urandal" not in text
    run_page(monkeypatch, warehouse, "search", q="téléassistance brest", in_="country-FR")
    shown = run_page(monkeypatch, warehouse, "search", q="menage")
    (table,) = (t.value for t in shown.dataframe if "Searches" in t.value)
    assert list(table["Searches"]) == [2] and list(table["Territory"]) == ["Brest"]


def test_old_searches_are_removed(tmp_path: Path) -> None:
    for day in ("2026-08-01", "2026-08-25", "2026-11-22"):
        (tmp_path / f"searches-{day}.jsonl").touch()
    (tmp_path / "access-2026-01.jsonl").touch()
    search_log.remove_old(tmp_path, dt.date(2026, 11, 23), 90)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "access-2026-01.jsonl", "searches-2026-08-25.jsonl", "searches-2026-11-22.jsonl",
    ]  # fmt: skip


def test_words_are_folded_as_the_build_folds_them(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        "SELECT name, fold(name), stems(fold(name)) FROM reference.territories"
        " UNION SELECT alias, fold(alias), stems(fold(alias)) FROM reference.domain_aliases"
        " UNION SELECT name, fold(name), stems(fold(name)) FROM marts.providers WHERE name <> ''"
    ).fetchall()
    for text, folded, stems in rows:
        assert lexicon.fold(text) == folded
        assert [lexicon.stem(word) for word in folded.split()] == stems
