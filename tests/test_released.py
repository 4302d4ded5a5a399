"""What the console says of the edition for partners."""

from etl import released
from etl.disclosure import listing

TABLE = {"cells": 10, "withheld_few": 3, "withheld_secondary": 1, "withheld_after_shown": 2}


def test_what_partners_see_is_said_in_both_languages() -> None:
    seen = {"published": True, "tables": {"jobs": TABLE, "hires": TABLE}, "withheld_whole": []}
    assert released.in_words(seen, "en") == (
        True,
        ["partners see 12 cells, 8 are withheld, 4 of them shown before"],
    )
    is_seen, french = released.in_words(seen | {"withheld_whole": ["jobs region"]}, "fr")
    assert is_seen and french[0].startswith("les partenaires voient 12 cases")
    assert len(french) == 2 and french[1].endswith(" : emplois par région")


def test_every_protected_table_and_block_has_a_name_in_both_languages() -> None:
    protected = {table.name for table in listing.tables() if table.protects != "nothing"}
    assert protected == set(released.TABLES)
    english = released.block_in_words("hires country scope breakdown", "en")
    assert english == "hires of the country by domain by kind"


def test_why_there_is_no_report_is_said_in_the_reader_s_language() -> None:
    refused = {"published": False, "why": "a mistake", "why_fr": "une erreur"}
    assert released.no_report("b1", refused, "fr").endswith(" pour les partenaires : une erreur")
    assert released.no_report("b1", refused, "en").endswith("no tables for partners: a mistake")


def test_why_partners_see_nothing_is_said_in_the_reader_s_language() -> None:
    refused = {"published": False, "why": "a mistake", "why_fr": "une erreur"}
    assert released.in_words(refused, "en") == (
        False,
        ["partners see nothing of this build: a mistake"],
    )
    assert released.in_words(refused, "fr")[1][0].endswith("cette version : une erreur")
    assert "edition" in released.in_words({}, "en")[1][0]
    assert released.why({"why": "old"}, "fr") == "old"
