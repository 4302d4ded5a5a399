"""What the console says of the edition for partners."""

from etl.disclosure import published_tables
from etl.problems import Told
from etl.words import catalogue, lines, partner_status

TABLE = {"cells": 10, "withheld_few": 3, "withheld_secondary": 1, "withheld_after_shown": 2}
REFUSED = {"published": False, "why": "mistake", "detail": "t: no `part`"}


def test_what_partners_see_is_said_in_both_languages() -> None:
    seen = {"published": True, "tables": {"jobs": TABLE, "hires": TABLE}, "withheld_whole": []}
    assert partner_status.in_words(seen, "en") == (
        True,
        ["partners see 12 cells, 8 are withheld, 4 of them shown before"],
    )
    is_seen, french = partner_status.in_words(seen | {"withheld_whole": ["jobs region"]}, "fr")
    assert is_seen and french[0].startswith("les partenaires voient 12 cases")
    assert len(french) == 2 and french[1].endswith(" : emplois par région")


def test_every_protected_table_and_block_has_a_name_in_both_languages() -> None:
    protected = {table.name for table in published_tables.tables() if table.protects != "nothing"}
    named = catalogue.english("console")
    assert protected == {
        name.removeprefix("partners_table_") for name in named if name.startswith("partners_table_")
    }
    english = partner_status.block_in_words("hires country scope breakdown", "en")
    assert english == "hires of the country by domain by kind"


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
    assert partner_status.why({"why": "old"}, "fr") == "old"
