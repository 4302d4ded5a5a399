"""What files of one kind hardly ever hold: told as a note, and no word of what they do."""

import pytest

from tests.ingesting import drop_text, only
from tests.intake.test_told import DAY, notes

DAYS = range(1, 13)


@pytest.mark.parametrize(
    ("source", "head", "lines", "code"),
    [
        ("requests", "hours", ("R1,1.30", "R2,2.15", "R3,2.45", "R4,3"), "minutes_as_decimals"),
        ("requests", "hours", ("R1,1.30", "R2,2.15", "R3,2.45", "R4,1.5"), None),
        ("providers", "price_hour_eur", ("P1,150", "P2,180", "P3,24"), None),
        ("providers", "price_hour_eur", ("P1,150", "P2,180", "P3,160"), "unusual"),
        ("providers", "price_hour_eur", ("P1,0.4", "P2,0.5", "P3,0.35", "P4,0"), "unusual"),
        ("requests", "city", ("R1,Rennes", "R2,", "R3,Brest", "R4,", "R5,Dinan", "R6,"), "groups"),
        ("requests", "city", ("R1,", "R2,", "R3,Brest", "R4,", "R5,Dinan", "R6,Rennes"), None),
        ("requests", "city", ("R1,Rennes", "R2,Brest", "R3,", "R4,", "R5,Dinan", "R6,"), None),
        ("requests", "city", ("R1,Brest", "R2,", "R3,Brest", "R4,", "R5,Dinan", "R6,"), None),
        ("requests", "city", tuple(f"12345678901230{n:02}0,Brest" for n in DAYS), None),
        ("requests", "city", tuple(f"1234567890123{n:02}00,Brest" for n in DAYS), "cut_keys"),
    ],
)  # fmt: skip
def test_what_is_hardly_ever_so_is_told(tmp_path, source, head, lines, code):
    key = {"requests": "request_id,created_at", "providers": "provider_id,joined_on"}[source]
    text = "".join(
        f"{one.partition(',')[0]},2026-10-{n:02},{one.partition(',')[2]}\n"
        for n, one in enumerate(lines, 1)
    )
    drop_text(tmp_path, source, f"{key},{head}\n{text}", f"{DAY}.csv")
    assert {*notes(only(tmp_path))} == ({code} if code else set())


@pytest.mark.parametrize(
    ("moments", "code"),
    [
        ([(f"10/{n:02}/2026", "") for n in DAYS], "one_day_of_months"),
        ([(f"01/{n:02}/2026", "") for n in DAYS], None),
        ([(f"10/{n:02}/2026", "") for n in DAYS] + [("13/10/2026", "")], None),
        ([(f"{n:02}/10/2026", "") for n in DAYS], None),
        ([(f"2026-10-{n:02} 9:12",) * 2 for n in DAYS], "same_moments"),
        ([(f"2026-10-{n:02}",) * 2 for n in DAYS], None),
        ([(f"2026-10-{n:02} 9:12", f"2026-10-{n:02}") for n in DAYS], None),
    ],
)
def test_dates_that_hardly_ever_are_so_are_told(tmp_path, moments, code):
    lines = "".join(f"R{n},{one},{other},filled\n" for n, (one, other) in enumerate(moments))
    head = "request_id,created_at,filled_at,status\n"
    drop_text(tmp_path, "requests", head + lines, f"{DAY}.csv")
    assert {*notes(only(tmp_path))} == ({code} if code else set())


def test_regions_by_whose_codes_departements_go_are_told(tmp_path):
    head = "territory_level,territory_code,year,band,population\n"
    people = {"departement,11": 12271794, "departement,53": 3394567, "region,11": 12271794}
    lines = "".join(f"{place},2021,all,{number}\n" for place, number in people.items())
    drop_text(tmp_path, "population", head + lines, f"{DAY}.csv")
    assert notes(only(tmp_path)) == {"many_people": {"met": 2, "filled": 3}}


def test_a_file_as_long_as_a_sheet_may_be_is_told(tmp_path):
    lines = "".join(f"{n}\n" for n in range(65_535))
    drop_text(tmp_path, "providers", f"provider_id\n{lines}", f"{DAY}.csv")
    assert notes(only(tmp_path)) == {"at_limit": {"rows": 65_535}}
