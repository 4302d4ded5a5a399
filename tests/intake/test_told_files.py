"""What a whole file shows that no single row does: spoilt letters, columns and moments alike."""

import pytest

from tests.ingesting import drop_text, findings, only, rows
from tests.intake.test_told import DAY, notes


@pytest.mark.parametrize("spoilt", ["MÃ©nage", "M\ufffdnage"])
def test_letters_that_an_export_had_spoilt_are_told(tmp_path, spoilt):
    text = f"provider_id,name\nP1,Ménage São\nP2,{spoilt}\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert notes(only(tmp_path)) == {"lost_characters": {"met": 1, "line": 3}}
    drop_text(tmp_path, "providers", text.replace(spoilt, "Ménage"), f"{DAY}.csv")
    assert not notes(only(tmp_path))


def test_columns_of_one_name_are_told(tmp_path):
    drop_text(tmp_path, "providers", "provider_id,city,City\nP1,Rennes,Brest\n", f"{DAY}.csv")
    drop = only(tmp_path)
    assert notes(drop) == {"twin_columns": {"column": "city", "field": "city"}}
    assert rows(drop)[0]["commune_code"] == "35238"
    drop_text(tmp_path, "providers", "provider_id,city,town\nP1,Rennes,Brest\n", f"{DAY}.csv")
    assert not notes(only(tmp_path))


@pytest.mark.parametrize(
    ("moments", "is_told"),
    [
        (["2026-11-02 03:00:12"] * 12, True), (["2026-11-02"] * 12, False),
        (["2026-11-02 03:00:12"] * 9, False),
        (["2026-11-02 03:00:12"] * 11 + ["2026-11-02 03:00:13"], False),
    ],
)  # fmt: skip
def test_a_moment_that_all_rows_have_is_told(tmp_path, moments, is_told):
    lines = "".join(f"R{n},{moment}\n" for n, moment in enumerate(moments))
    drop_text(tmp_path, "requests", f"request_id,created_at\n{lines}", f"{DAY}.csv")
    told = {"field": "created_at", "met": 12, "value": "2026-11-02 03:00"}
    assert notes(only(tmp_path)) == ({"one_moment": told} if is_told else {})


@pytest.mark.parametrize("key", ["undefined", "[object Object]", "#REF!", "#N/A!", "#VALEUR!"])
def test_what_a_program_writes_for_nothing_is_no_identifier(tmp_path, key):
    drop_text(tmp_path, "providers", f"provider_id,city\nP1,Rennes\n{key},Brest\n", f"{DAY}.csv")
    assert findings(only(tmp_path), "refused") == [(3, "provider_id", "no_row")]


def test_whole_numbers_that_may_be_thousands_are_told(tmp_path):
    text = "request_id,created_at,responses\nR1,2026-10-01,1.000\nR2,2026-10-01,2.000\n"
    drop_text(tmp_path, "requests", text, f"{DAY}.csv")
    assert {*notes(only(tmp_path))} == {"three_decimals"}


@pytest.mark.parametrize(
    ("size", "end", "is_told"), [(2048, "", True), (2048, "\n", False), (2049, "", False)]
)
def test_a_text_that_ends_within_a_line_after_whole_blocks_may_be_cut(tmp_path, size, end, is_told):
    head, last = "request_id,created_at,note\nR1,2026-10-11,", f"\nR2,2026-10-11,so{end}"
    text = head + "x" * (size - len(head) - len(last)) + last
    drop_text(tmp_path, "requests", text, f"{DAY}.csv")
    assert notes(only(tmp_path)) == ({"cut": {"line": 3, "size": 2048}} if is_told else {})
