"""How typed words are read: places first, near, corrections, numbers, what is left out."""

import random
from pathlib import Path

import pytest

from pages.finding import how_it_was_read, parse, typed
from pages.finding import search as searching
from pages.finding.lexicon import load
from pages.finding.parse import Reading
from tests.pages_fixture import assert_fine, run_page
from tests.sizes import examples

NAMED = """\
P10,Les Jardins d'Auteuil,company,,,,,67,,2026-10-01,,,
P11,Allô Foyer Clair,company,,,,,67,,2026-10-01,,,
P12,Claire Morvan,individual,,,,,67,,2026-10-01,,,
P13,Les Senioraides,unknown,,,,,67,,2026-10-01,,,
P14,Croix Rouge Française,unknown,,,,,67,,2026-10-01,,,
P15,Commune de Strasbourg,unknown,,,,67482,,,2026-10-01,,,
"""


pytestmark = pytest.mark.usefixtures("served")


def places(reading: Reading) -> set[str]:
    return {f"{place.level}-{place.code}" for place in reading.places}


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ménage près de rennes", {"commune-35238"}),
        ("promener mon chien", set()),
        ("menage demain rennes", {"commune-35238"}),
        ("ménage pas cher rennes", {"commune-35238"}),
        ("ménage vitré", {"commune-35360"}),
        ("lavage de vitres", set()),
        ("la garde", {"commune-83062", "commune-04092", "commune-38177"}),
        ("la garde d'enfants", set()),
        ("chauffeur pour ma mère", set()),
        ("jardinage PACA", {"region-93"}),
        ("jardinage alsace", {"departement-67", "departement-68"}),
        ("ménage cherbourg", {"commune-50129"}),
        ("ménage hellemmes", {"commune-59350"}),  # a part of Lille, cut short
        ("ménage boulogne", {"commune-92012"}),
        ("cleaning brittany", {"region-53"}),
        ("ménage st etienne", {"commune-42218"}),
        ("saintetienne jardinage", {"commune-42218"}),
        ("clermon ferrand ménage", {"commune-63113"}),
        ("ménage marseile", {"commune-13055"}),
        ("rennes marseile", {"commune-35238"}),  # no slip where an exact place stands
        ("ménage aix en provence cedex 1", {"commune-13001"}),
        ("vienne isère", {"commune-38544"}),
        ("ménage saint-martin-d'hères", {"commune-38421"}),
        ("zzqq évry-courcouronnes", {"commune-91228"}),
        ("zzqq trait à pouzauges", {"commune-85182"}),
        ("ménage lille roubaix", {"commune-59350", "commune-59512"}),
        ("ménage lille urgent roubaix", {"commune-59350", "commune-59512"}),
        ("crèche les lutins", set()),  # La Crèche has an article
        ("ménage la crèche", {"commune-79048"}),
        ("ménage à bruxelles", set()),  # no slip of a hamlet
        ("jardinage 15 km La Rochelle", {"commune-17300"}),
        ("tonte 20 km Angers", {"commune-49007"}),
        ("ménage Melun 15 km", {"commune-77288"}),
        ("ménage Artigues-près-Bordeaux", {"commune-33013"}),  # no 10 km around Bordeaux
        ("jardinage Saint-Sever", {"commune-40282"}),  # nor ever
        ("jardinage Village-Neuf", {"commune-68349"}),
        ("ménage limges", {"commune-87085"}),  # a city's slip before a domain's
        ("toulous", {"commune-31555"}),
        ("tourcoin", {"commune-59599"}),  # nor tour, coin
        ("basti", {"commune-2B033"}),  # nor Paris, of Bastille
        ("ménage aulnay ss bois", {"commune-93005"}),
        ("installer une télé au mur marseille", {"commune-13055"}),  # nor Mûr
        ("cevenne libre marseille", {"commune-13055"}),  # written whole
    ],
)
def test_what_is_exactly_a_place_is_one(words: str, meant: set[str]) -> None:
    assert places(parse.read(words)) == meant


@pytest.mark.parametrize(
    ("words", "km"),
    [
        ("ménage près de rennes", 10), ("gardener near nantes", 10), ("ménage rennes", 0),
        ("jardin à 20 km de toulouse", 20), ("dans un rayon de 5 km autour de lyon", 5),
        ("ménage autour de la bretagne", 0), ("enfant de 3 ans rennes", 0),
    ],
)  # fmt: skip
def test_near_is_a_radius_around_a_commune(words: str, km: int) -> None:
    assert parse.read(words).radius_km == km


@pytest.mark.parametrize(
    ("words", "postcode"),
    [
        ("menage lyon 3", "69003"), ("ménage paris 10e", "75010"), ("Paris VIe ménage", "75006"),
        ("auxiliaire de vie paris", ""), ("paris fin de vie", ""), ("nounou paris 2 enfants", ""),
        ("ménage lyon 3 fois par semaine", ""), ("ménage paris 10€", ""),
        ("garde lyon 3 ans et 5 ans", ""),
    ],
)  # fmt: skip
def test_a_number_is_an_arrondissement_where_it_counts_nothing(words: str, postcode: str) -> None:
    assert parse.read(words).postcode == postcode


def test_near_a_place_are_those_within_so_many_kilometres() -> None:
    assert set(searching.search("ménage à 15 km de bruz")[0]["provider_id"]) == {"P1", "P2", "P4"}
    assert set(searching.search("ménage bruz")[0]["provider_id"]) == {"P2"}
    assert set(searching.search("ménage bruz 2 km")[0]["provider_id"]) == {"P2"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("siren 552 100 554", "552100554"), ("SIREN552100554", "552100554"),
        ("SIRET: 552-100-554 00013", "55210055400013"), ("FR 12 552100554", "552100554"),
        ("552100554 NIC 00013", "55210055400013"), ("n° 552.100.554", "552100554"),
        ("55 210 055 400 013", "55210055400013"), ("552100554 35000", "552100554"),
        ("ménage 35000", ""), ("12 rue 35", ""),
    ],
)  # fmt: skip
def test_numbers_of_firms_are_read_with_labels_and_joints(text: str, number: str) -> None:
    assert typed.take_apart(text).identifier == number


def test_initials_are_one_word_and_elisions_none() -> None:
    assert typed.take_apart("A.D.M.R. d'Ille").words == ["admr", "ille"]
    assert typed.take_apart("a d m r").words == ["admr"]
    assert typed.take_apart("p'tits l'été").words == ["ptits", "ete"]


def test_words_are_left_out_only_where_a_domain_says_who_is_meant() -> None:
    rows, _total = searching.search("monter un meuble ikea zzqq")
    assert rows.empty and rows.attrs["reading"].without == []  # nobody mounts furniture
    rows, _total = searching.search("tonte de pelouse zzqq brest")
    assert list(rows["provider_id"]) == ["P8"] and rows.attrs["reading"].without == ["zzqq"]
    assert searching.search("anne zzqq")[1] == 0
    assert searching.search("tonte de pelouse lyon")[1] == 0  # a place with nobody stays one


def test_words_that_nobody_offers_may_still_be_a_name_and_no_place() -> None:
    for words, told in {
        "jardins auteuil": {},  # the name of a village, where nobody is
        "alo foyer": {},  # a letter typed once in place of twice
        "foyer claire": {"claire": "clair"},  # known, and still a slip
    }.items():
        rows, _total = searching.search(words)
        assert list(rows["provider_id"]) == ["P10" if "jardin" in words else "P11"], words
        assert told.items() <= rows.attrs["reading"].corrected.items()
    assert searching.search("association ccas admr zzqq")[1] == 0
    assert searching.search("claire zzqq")[1] == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("entreprise anne le gall", {"P1"}),  # a firm of any kind, beside a name
        ("entreprises", {"P2", "P6", "P10", "P11"}),
        ("association senioraides", {"P13"}),  # whose kind nobody knows
        ("scop senioraides", {"P13"}),  # left out where nobody is one
        ("auto-entrepreneur jardinage", {"P8", "P9"}),
        ("self employed gardening people", {"P8", "P9"}),
        ("les senior aides", {"P13", "P6"}),  # two words that a name has as one
        ("red cross", {"P14"}),
        ("french red cross alsace", {"P14"}),
        ("city hall strasbourg", {"P15"}),
        ("mairie de strasbourg", {"P15"}),
    ],
)
def test_kinds_and_other_ways_of_writing_a_name(words: str, found: set[str]) -> None:
    assert set(searching.search(words)[0]["provider_id"]) == found


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("look after my mum", {"elderly_care"}), ("faire mes courses", {"shopping_delivery"}),
        ("remplir ses papiers", {"admin_help"}), ("clean our flat", {"house_cleaning"}),
        ("faire la fête", set()),
    ],
)  # fmt: skip
def test_everyday_phrases_of_ordinary_words_alone(words: str, codes: set[str]) -> None:
    bits = {code for code, bit in load().bits.items()
            if any(ask.bits & bit for ask in parse.read(words).asks)}  # fmt: skip
    assert bits == codes


def test_a_place_abroad_stays_one_where_nobody_is() -> None:
    for words in ("jardinage genève", "gardener london", "jardinage à new york"):
        rows, total = searching.search(words)
        assert total == 0 and rows.attrs["reading"].abroad, words
    for words in ("jardinage zzqq", "jardinage brest genève", "genève jardinage"):
        assert searching.search(words)[1] > 0, words  # no place abroad, or not where one stands


def test_a_slip_of_a_domain_leaves_no_other_word_out() -> None:
    assert searching.search("wedding photographer")[1] == 0  # no weeding
    assert searching.search("jardinnage zzqq")[1] > 0  # a letter typed twice in place of once


def test_a_short_name_may_be_left_out() -> None:
    rows, total = searching.search("ménage caf rennes")
    assert total and rows.attrs["reading"].without == ["caf"]


def test_short_names_without_end_are_read() -> None:
    draw = random.Random(1)
    words = sorted({word for pair in load().short for short in pair for word in short})
    for _time in range(examples(100)):
        typed_words = [*draw.sample(words, 14), "ménage", "saint-martin-d'hères", "société"]
        draw.shuffle(typed_words)
        searching.search(" ".join(typed_words)[:200])


def test_of_an_establishment_that_nobody_knows_the_firm_is_found() -> None:
    rows, _total = searching.search("siret 552 100 554 00021")
    assert list(rows["provider_id"]) == ["P2"]
    assert rows.attrs["reading"].corrected == {"55210055400021": "552100554"}


def test_a_known_word_is_not_corrected_and_a_correction_is_told() -> None:
    assert parse.read("mennage").corrected == {"mennage": "menage"}
    assert parse.read("jardin").corrected == {}
    assert parse.read("ménage marseile").corrected == {"marseile": "Marseille"}


@pytest.mark.parametrize(
    ("words", "gone", "left"),
    [
        ("ménage à 20 km de Rennes", "a 20 km de", "ménage Rennes"),
        ("garde d'enfants Lyon", "garde enfant", "Lyon"),
        ("ménage à Rennes", "rennes", "ménage à"),
        ("auto entrepreneur ménage", "autoentrepreneur", "ménage"),
    ],
)
def test_what_a_chip_takes_out_of_the_words(words: str, gone: str, left: str) -> None:
    assert how_it_was_read.without(words, gone) == left


def test_every_understood_thing_can_be_taken_away(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="association tonte près de Brest zzqq")
    chips = [str(button.key) for button in at.button if "_remove" in str(button.key)]
    assert chips[0] == "domain_remove_0" and "place_remove" in chips
    left_out = {b.label: str(b.key) for b in at.button if b.label.startswith("Without")}
    assert [*left_out] == ["Without: association", "Without: zzqq"]
    at.button(key=left_out["Without: zzqq"]).click().run()
    assert at.text_input(key="words_q").value == "association tonte près de Brest"
    at.selectbox(key="radius_q").set_value(20.0).run()
    assert_fine(at)
    assert at.text_input(key="words_q").value == "association tonte Brest 20 km"
    at.button(key="place_remove").click().run()
    assert "brest" not in at.text_input(key="words_q").value.lower()
