"""Words as a stranger types them: forms, joined words, begun towns, initials, sentences."""

import pytest

from pages.finding import parse, relaxed
from pages.finding import search as searching
from pages.finding.forms import root
from pages.finding.lexicon import load

NAMED = """\
P10,La Ronde des Enfants Colmar,company,direct,childcare_3_and_over,,68066,,10,2026-10-01,,,
P11,Les Senioraides à Domicile,company,direct,elderly_care,,57463,,10,2026-10-01,,,
P12,La Goutte d'Eau,association,,,,59350,,,2026-10-01,,,
P13,Coopérative du Rhône,cooperative,,,,69123,,,2026-10-01,,,
P14,Ménage Malin,company,direct,house_cleaning,,83137,,10,2026-10-01,,,
P15,Aide et Compagnie,company,direct,elderly_care,,59350,,10,2026-10-01,,,
P16,Julie André,individual,direct,elderly_escort,,57463,,10,2026-10-01,,,
P17,Sainte Famille,association,,,,59350,,,2026-10-01,,,
P18,Les Saintes,association,,,,59350,,,2026-10-01,,,
P19,Paul Martin,individual,direct,gardening,,17415,,10,2026-10-01,,,
P20,Ordi Facile,company,direct,computer_help,,44109,,10,2026-10-01,,,
P21,Ménage Bordeaux,association,,,,33063,,,2026-10-01,,,
P22,Envie Grenoble,association,,,,38185,,,2026-10-01,,,
P23,Rose Lilie,individual,direct,house_cleaning,,44109,,10,2026-10-01,,,
"""


pytestmark = pytest.mark.usefixtures("served")


@pytest.mark.parametrize(
    "words",
    ["tond tondez tondre tondu tondait", "nettoie nettoyez nettoyage nettoyer nettoyeuse",
     "jardine jardiniere jardinage jardiner", "trimming trimmed trim", "landscaper landscaping"],
)  # fmt: skip
def test_the_forms_of_a_word_share_its_root(words: str) -> None:
    assert len({root(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("est-ce qu'il y a quelqu'un qui tond à brest", {"P8"}),
        ("jcherche un jardinnier brest", {"P8"}),
        ("les senior aide a domicil", {"P11"}),  # what a name has as one word
        ("gout d eau", {"P12"}),  # the beginning of a name's word, no form of a domain's
        ("lrde colmar", {"P10"}),  # the initials of all words but the town's
        ("menagetoulon", {"P14"}),
        ("worker co-ops lyon", {"P13"}),
        ("plombier jardin brest", set()),  # who else is asked for is not left out
        ("emmener maman chez le docteur metz", {"P16"}),  # unless somebody is taken there
        ("emmener mon oncle chez le docteur metz", {"P16"}),  # whoever of the family it is
        ("une dame de 92 ans metz", {"P11"}),
        ("maison de retraite metz", set()),
        ("lemon aide lille", set()),  # help alone, beside a name that nobody bears
        ("numéro de téléphone senioraides", {"P11"}),  # how somebody is reached is no help
        ("mail de julie andré", {"P16"}),
        ("mail de julie zzqq", set()),
        ("c koi le siret de senioraides", {"P11"}),
        ("recrutement senioraides, existe encore ?", {"P11"}),
        ("téléphone cassé", {"P20"}),  # unless no name stands beside
        ("installer mail", {"P20"}),
    ],
)
def test_words_of_strangers_are_found(words: str, found: set[str]) -> None:
    rows = searching.search(words)[0]
    assert set(rows["provider_id"][:1]) == found


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("zzqq monpelier", {"34172"}),  # two slips of a city, rather than one of a village
        ("ménage marseil", {"13055"}),
        ("ménage six four", {"83129"}),
        ("ménage tournan", {"77470"}),  # rather than a hamlet where nobody is
        ("zzqq bretigny 21", {"21107"}),
        ("ménage du côté du vigan", {"30350"}),
        ("zzqq à perpi", {"66136"}),
        ("jardinie bar le duk", {"55029"}),
        ("zzqq the Loire region (Pays de la Loire)", {"52"}),
        ("drive my uncle in his own car", set()),
        ("aide aux vieux nimes", {"30189"}),
        ("bjr vs fète le menage a bordeau ?", {"33063"}),  # though it is the stem of names there
        ("vs fete menage bordeau", {"33063"}),
        ("menage grenobles", {"38185"}),
        ("menage lilie", set()),  # a name that somebody of the domain has
        ("jardinage lilie", {"59350"}),
    ],
)
def test_towns_that_are_begun_or_shortened(words: str, meant: set[str]) -> None:
    assert {place.code for place in parse.read(words).places} == meant


@pytest.mark.parametrize(
    ("words", "postcode"),
    [("1 prof 2 math lyon", ""), ("prof lyon 2", "69002"), ("i need a cleaner in paris", ""),
     ("ménage 3e lyon", "69003")],
)  # fmt: skip
def test_a_number_alone_is_an_arrondissement_after_its_city(words: str, postcode: str) -> None:
    assert parse.read(words).postcode == postcode


@pytest.mark.parametrize(
    ("words", "town"),
    [("nounou montobant", "Montauban"),  # rather than a village two slips away
     ("koi faire mon ordi bug toulouz", "Toulouse")],
)  # fmt: skip
def test_a_town_that_is_heard(words: str, town: str) -> None:
    assert parse.read(words, is_lost=True).places[0].name == town


def test_a_domain_is_guessed_from_the_phrases_that_hold_the_words() -> None:
    lexicon = load()
    reading = next(relaxed.guessed(parse.read("le gazon de mamie envahi metz"), lexicon))
    assert reading.asks[0].bits == lexicon.bits["gardening"]
    assert not list(relaxed.guessed(parse.read("elle est metz"), lexicon))


def test_beside_ordinary_words_and_a_place_a_domain_is_guessed_at_once() -> None:
    reading = searching.search("quelqu'un avec maman à metz")[0].attrs["reading"]
    assert reading.asks


def test_a_city_alone_is_one_though_more_names_hold_its_word() -> None:
    assert list(searching.search("saintes")[0]["provider_id"]) == ["P19"]
    assert set(searching.search("les saintes")[0]["provider_id"]) >= {"P18"}
