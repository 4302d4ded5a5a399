"""What the console says of the edition for partners."""

from etl import released

TABLE = {"cells": 10, "withheld_few": 3, "withheld_secondary": 1, "withheld_after_shown": 2}


def test_what_partners_see_is_said_in_both_languages() -> None:
    seen = {"published": True, "tables": {"jobs": TABLE, "hires": TABLE}, "withheld_whole": []}
    assert released.in_words(seen, "en") == (
        True,
        ["partners see 12 cells, 8 are withheld, 4 of them shown before"],
    )
    is_seen, french = released.in_words(seen | {"withheld_whole": ["jobs region"]}, "fr")
    assert is_seen and french[0].startswith("les partenaires voient 12 cases")
    assert len(french) == 2 and french[1].endswith("jobs region")


def test_why_partners_see_nothing_is_said_in_the_reader_s_language() -> None:
    refused = {"published": False, "why": "a mistake", "why_fr": "une erreur"}
    assert released.in_words(refused, "en") == (
        False,
        ["partners see nothing of this build: a mistake"],
    )
    assert released.in_words(refused, "fr")[1][0].endswith("cette version : une erreur")
    assert "edition" in released.in_words({}, "en")[1][0]
    assert released.why({"why": "old"}, "fr") == "old"
