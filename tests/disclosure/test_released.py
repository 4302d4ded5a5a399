"""What the console says of the edition for partners."""

from etl.problems import Told
from etl.words import lines, partner_status

TABLE = {"cells": 1000, "withheld": 3, "banded": 1}
SEEN = {
    "published": True, "is_new": True, "edition": "2026-Q4", "made_on": "2026-10-31",
    "tables": {"jobs": TABLE, "hires": TABLE},
}  # fmt: skip
REFUSED = {"published": False, "why": "mistake", "detail": "t: no `part`"}


def test_the_edition_is_told_in_both_languages() -> None:
    assert partner_status.in_words(SEEN, "en") == (
        True,
        [
            "partners see the edition 2026-Q4 of 31 October 2026, made with this build: "
            "1,992 protected figures told, 2 in a band, 6 withheld"
        ],
    )
    is_well, (french,) = partner_status.in_words(SEEN | {"is_new": False}, "fr")
    assert is_well and french.startswith("les partenaires voient l’édition 2026-Q4 du 31 octobre")
    assert "reprise telle quelle" in french and "1\u202f992 chiffres" in french


def test_why_a_new_edition_waits_stands_beside_the_one_that_is_served() -> None:
    waits = {"is_new": False, "waits": {"why": "key_lost", "detail": "0001: key"}}
    is_well, (told, why) = partner_status.in_words(SEEN | waits, "en")
    assert not is_well and "carried unchanged" in told
    assert why.startswith("a new edition waits: the key by which") and "(0001: key)" in why
    assert partner_status.in_words(SEEN | waits, "fr")[1][1].startswith("une nouvelle édition att")


def test_why_there_is_no_report_is_said_in_the_reader_s_language() -> None:
    error = Told("no_report", build="b1", partners=REFUSED)
    assert " pour les partenaires : la liste des tableaux" in lines.told(error, "fr")
    assert lines.told(error, "fr").endswith("corriger (t: no `part`)")
    assert "no tables for partners: the list of tables" in lines.told(error, "en")


def test_why_partners_see_nothing_is_said_in_the_reader_s_language() -> None:
    is_seen, (english,) = partner_status.in_words(REFUSED, "en")
    assert not is_seen
    assert english.startswith("partners see nothing of this build: the list of tables for partners")
    assert "cette version : la liste" in partner_status.in_words(REFUSED, "fr")[1][0]
    assert "edition" in partner_status.in_words({}, "en")[1][0]
    before = {"published": True, "tables": {"jobs": {"cells": 4, "withheld_few": 1}}}
    assert "before there was an edition" in partner_status.in_words(before, "en")[1][0]
    assert partner_status.why({"why": "old"}, "fr") == "old"
