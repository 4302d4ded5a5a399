"""Words under which nobody is found as they are read first: how they are read then."""

import re
from pathlib import Path

import pytest

from pages.finding import parse, relaxed, typed
from pages.finding import search as searching
from pages.finding.index import load as load_index
from pages.finding.lexicon import load
from pages.shared import query
from tests.pages_fixture import run_page, texts

NAMED = """\
P10,Plumeau Services,company,direct,house_cleaning,,56121,,10,2026-10-01,,,
P11,Stéphanie Luciani,individual,direct,pet_care,,63020,,10,2026-10-01,,,
P12,SARL Envie 2E Maine,company,,,,72181,,,2026-10-01,,,
P13,FREE'DOM,company,direct,elderly_care,,57463,,10,2026-10-01,,,
P14,ASSOC OFFICE NATIONAL DES FORETS,association,,,,38185,,,2026-10-01,,,
P15,La Main Forte,association,,,,24520,,,2026-10-01,,,
P16,Fée du Logis,company,direct,house_cleaning|laundry_delivery,,69123,,10,2026-10-01,,,
P17,Julie André,individual,direct,elderly_driving,,25056,,10,2026-10-01,,,
P18,Tout à Domicile,company,direct,childcare_under_3,,44109,,10,2026-10-01,,,
"""


pytestmark = pytest.mark.usefixtures("served")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("plumo servises lorient", {"P10"}),  # read alike, if not written
        ("stefanie luciani", {"P11"}),
        ("envie 2 e le mans", {"P12"}),  # a number and a letter are one word
        ("free dom metz", {"P13"}),
        ("onf grenoble", {"P14"}),  # the initials of a name, not of its legal form
        ("asociation la main forte sarlat", {"P15"}),  # the slip of a kind, the town's first word
        ("tout a domicil nantes", {"P18"}),
        ("chauffeur voiture agée besançon", {"P17"}),  # a phrase that nobody wrote down
        ("fée du logi lyon", {"P16"}),
        ("zzqq lorient", set()),
        ("dentiste lyon", set()),  # what no domain is
        ("serrurier porte lyon", set()),
    ],
)
def test_unknown_words_are_read_otherwise(words: str, found: set[str]) -> None:
    assert set(searching.search(words)[0]["provider_id"]) == found


def test_who_bears_the_very_name_comes_first_wherever_it_is_based() -> None:
    assert searching.search("free dom")[0]["provider_id"].iloc[0] == "P13"  # DOM is a place


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("97 354", "97354"), ("ménage 35 000 rennes", "ménage 35000 rennes"),
        ("552 100 554", "552 100 554"), ("06 12 345 678", "06 12 345 678"),
        ("le 9-3", "le 93"), ("dans le 9.4, vite", "dans le 94, vite"), ("2-A", "2A"),
        ("garde 0-3 ans", "garde 0-3 ans"), ("2-3 enfants", "2-3 enfants"),
    ],
)  # fmt: skip
def test_split_numbers_of_places_are_joined(text: str, joined: str) -> None:
    assert typed.joined(text) == joined


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("le 9-3", {"93"}), ("bzh", {"53"}), ("gwada", {"971"}), ("neuf trois", {"93"}),
        ("ménage les sables d olone", {"85194"}),  # its article was read already
        ("jardinage chamonix", {"74056"}), ("anne amelie", set()),
        ("prof à Rouen ou sinon en Seine-Maritime", {"76540", "76"}),
        ("ménage rouen seine-maritime", {"76540"}), ("ménage nord isère", {"38"}),
        ("ménage nord", {"59"}), ("chez zzqq bezanson", {"25056"}),
    ],
)  # fmt: skip
def test_places_by_other_names(words: str, meant: set[str]) -> None:
    reading = parse.read(words, is_lost=True)
    assert {place.code for place in reading.places} == meant


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("aide pour se lever, vit seul", {"elderly_care"}),  # vit is no vitre
        ("repas livrés pour mamie", {"meal_delivery"}),  # whom it is for asks for nothing beside
        ("mamie", {"elderly_care"}),
        ("help my mum with her ipad", {"computer_help"}),
        ("jardinage et jardinnage", {"gardening"}),
        ("serrurier", set()),  # no slip of serrure
    ],
)
def test_a_guess_gives_way_to_what_is_sure(words: str, codes: set[str]) -> None:
    bits = load().bits
    read = {code for code, bit in bits.items() if any(a.bits & bit for a in parse.read(words).asks)}
    assert read == codes


def test_who_offers_one_of_several_domains_is_shown_and_it_is_said(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="ménage et jardinage lyon")
    assert "whoever offers one of it is shown" in texts(at)
    rows, _total = searching.search("ménage et jardinage lyon")
    assert list(rows["provider_id"]) == ["P16"]
    assert not searching.search("ménage et jardinage")[0].attrs["reading"].is_either
    assert searching.search("nounou le soir nantes")[1] == 1  # a nounou for the evening is one


def test_a_place_that_is_a_word_of_a_domain_is_that_where_nobody_is_there() -> None:
    rows, _total = searching.search("emmener les jumeaux à la crèche")
    assert not rows.attrs["reading"].places  # La Crèche is a town too


def test_nothing_is_guessed_of_words_that_name_a_place_abroad() -> None:
    reading = parse.read("chauffeur voiture agée genève")
    assert reading.abroad and not list(relaxed.guessed(reading, load()))


@pytest.mark.parametrize(
    "words",
    ["plumeau plumo", "stephanie stefanie", "olonne olone", "quimper kimper", "bordeaux bordo",
     "repassage repasage", "maurice morice", "christophe kristof", "gaillard gayar",
     "informatique informatik"],
)  # fmt: skip
def test_words_that_are_read_alike_sound_alike(words: str) -> None:
    with query.cursor(str(query.build().path)) as cursor:
        sounds = cursor.execute("SELECT DISTINCT sound(unnest($1))", [words.split()]).fetchall()
    assert len(sounds) == 1 and re.fullmatch("[a-zACIU]{3,}", sounds[0][0])


def test_each_word_has_its_sound() -> None:
    index = load_index()
    with query.cursor(str(query.build().path)) as cursor:
        rows = cursor.execute("SELECT word, sound FROM marts.search_words").fetchall()
    assert len(rows) == len(index.words) and dict(rows)["plumeau"] == "plumo"
