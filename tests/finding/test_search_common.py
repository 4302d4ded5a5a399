"""Words that everybody knows: no places, no slips of others, and no part of another's phrase."""

from pathlib import Path

import pytest

from pages.finding import how_it_was_read, parse
from pages.finding import search as searching
from pages.finding.lexicon import load
from tests.pages_fixture import run_page

NAMED = """\
P10,Cœur et Toiture,company,,,,,67,,2026-10-01,,,
P11,Ville de Corse,unknown,,,,,67,,2026-10-01,,,
P12,L'Homme Debout,unknown,,,,,67,,2026-10-01,,,
P13,Homme Toutes Mains,company,direct,handyman,,69123,,10,2026-10-01,,,
P14,Petits Écrans,company,direct,computer_help,,69123,,10,2026-10-01,,,
P15,Prince Services,company,direct,childcare_under_3|childcare_3_and_over,,69123,,10,2026-10-01,,,
P16,Main Tendue,company,direct,elderly_care,,69123,,10,2026-10-01,,,
"""

pytestmark = pytest.mark.usefixtures("served")


@pytest.mark.parametrize(
    "words",
    [
        "ménage moins de 15 euros", "nounou 10 euros", "clean the stairs", "nettoyer ma chambre",
        "nettoyage de la salle", "ménage dans la ville", "ménage dans la chambre", "repas bio",
        "repas poisson", "dépannage chaudière", "machine à laver", "ménage dans un château",
        "autumn gardening", "jardinage le bois", "ma hanche", "garde dans le bus",
    ],
)  # fmt: skip
def test_an_ordinary_word_is_no_place(words: str) -> None:
    assert parse.read(words).places == ()


@pytest.mark.parametrize(
    ("words", "commune"),
    [("ménage Changé", "53054"), ("ménage Bonne", "74040"), ("ménage La Chambre", "73067"),
     ("château", "71112"), ("ménage près de château", "71112")],
)  # fmt: skip
def test_a_place_that_is_written_as_such_stays_one(words: str, commune: str) -> None:
    assert commune in {place.code for place in parse.read(words).places}


@pytest.mark.parametrize(
    "words",
    ["soeur", "voiture", "fille", "courses", "price", "horse", "lions", "garde", "semaine"],
)
def test_a_known_word_is_not_corrected(words: str) -> None:
    assert searching.search(words)[0].attrs["reading"].corrected == {}


def test_a_form_of_the_word_of_a_domain_still_is_one() -> None:
    assert parse.read("qui repasse").masks
    assert parse.read("tondez").corrected == {"tondez": "tondre"}


@pytest.mark.parametrize(
    ("words", "domains"),
    [
        ("moins cher", set()), ("plus de 3 heures de ménage", {"house_cleaning"}),
        ("handicap physique", {"elderly_care"}), ("phase terminale", {"elderly_care"}),
        ("bulletin de paie", {"admin_help"}), ("changer la batterie de ma voiture", set()),
        ("laver mon duvet", {"house_cleaning", "laundry_delivery"}), ("fix bath tap", {"handyman"}),
        ("déboucher les toilettes", {"handyman"}), ("pose de cuisine", set()),
        ("signing papers", {"admin_help"}), ("scanner à l'hôpital", set()),
        ("souris dans la maison", set()), ("clean windows", {"house_cleaning"}),
        ("portage salarial", set()), ("tailler un costume", set()), ("prise de notes", set()),
        ("mère âgée", {"elderly_care"}), ("cours de jardinage", {"tutoring"}),
        ("mum fell", {"elderly_care"}),
    ],
)  # fmt: skip
def test_no_phrase_pulls_a_wrong_domain(words: str, domains: set[str]) -> None:
    asked = 0
    for ask in parse.read(words).asks:
        asked |= ask.bits
    assert {code for code, bit in load().bits.items() if asked & bit} == domains


def test_all_words_of_a_phrase_are_looked_for_in_a_name() -> None:
    assert set(searching.search("homme à tout faire")[0]["provider_id"]) == {"P13"}


def test_a_label_of_a_number_is_no_word() -> None:
    reading = parse.read("n° siret 34497288000035")
    assert (reading.words, reading.identifier) == ([], "34497288000035")


def test_what_was_taken_for_another_or_left_out_is_taken_away(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="mennage shiva")
    labels = {button.label: str(button.key) for button in at.button}
    assert {"“mennage” → “menage”", "Without: shiva"} <= set(labels)
    at.button(key=labels["Without: shiva"]).click().run()
    assert at.text_input(key="words_q").value == "mennage"
    at = run_page(monkeypatch, warehouse, "search", q="garde")
    assert "Any of 5 domains" in {button.label for button in at.button}


def test_what_tells_nothing_is_not_said_to_be_left_out() -> None:
    reading = parse.Reading(without=["ma", "n", "shiva"])
    doubts = how_it_was_read._doubts(reading, "ma mère n shiva")
    assert [title for _key, title, _gone, _why in doubts] == ["Without: shiva"]
