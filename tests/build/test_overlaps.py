"""What a build tells of files that take from each other, and of values that contradict theirs."""

from pathlib import Path

import pytest

from tests.market import make_build

DROPS = {
    "providers/a-2026-10-01.csv": "provider_id,name,city,postcode,domains\n"
    "s-1,A,Rennes,35000,ménage\ns-2,B,Rennes,35000,ménage\n",
    "providers/b-2026-11-01.csv": "provider_id,last_seen_on,joined_on\ns-1,2026-10-30,\n"
    "s-3,2028-01-01,2026-01-01\n",
    "requests/a-2026-11-01.csv": "request_id,created_at,status,filled_at\nr-1,2026-09-01,cancelled,"
    "2026-09-05\nr-2,2026-09-01,filled,2027-05-01\nr-3,2026-09-01,filled,2026-09-03\n",
    "requests/b-2026-11-01.csv": "request_id,created_at,status,filled_at\nr-3,2026-09-01,open,\n",
    "targets/a-2026-11-01.csv": "metric,domain,target\nfill_rate,,0.6\ntaux de couverture,,0.5\n"
    "fill_rate,house_cleaning,-5\n",
}  # fmt: skip


@pytest.mark.long
def test_what_files_take_from_each_other_is_told(tmp_path: Path) -> None:
    with make_build(tmp_path, DROPS) as build:
        notes = build.execute(
            "SELECT file, note_code, arguments FROM quality.file_notes"
            " WHERE note_code IN ('fewer_columns', 'same_day') ORDER BY ALL"
        ).fetchall()
        (fewer, same) = notes
        assert fewer[:2] == ("providers/b-2026-11-01.csv", "fewer_columns")
        assert '"rows": 1' in fewer[2] and '"domains"' in fewer[2] and '"city"' in fewer[2]
        assert same[1] == "same_day" and '"rows": 1' in same[2]
        assert {same[0], *(f for f in DROPS if f in same[2])} == {
            "requests/a-2026-11-01.csv", "requests/b-2026-11-01.csv",
        }  # fmt: skip
        found = build.execute(
            "SELECT reason_code, column_name, value[:10] FROM quality.repaired_values"
            " WHERE reason_code IN ('filled_and_not', 'unknown_metric', 'target_no_share',"
            " 'date_after_the_file') ORDER BY ALL"
        ).fetchall()
        assert found == [
            ("date_after_the_file", "filled_at", "2027-05-01"),
            ("date_after_the_file", "last_seen_on", "2028-01-01"),
            ("filled_and_not", "filled_at", "2026-09-05"),
            ("target_no_share", "target", "-5.0"),
            ("unknown_metric", "metric", "taux de co"),
        ]


@pytest.mark.long
def test_a_file_with_all_columns_takes_nothing(tmp_path: Path) -> None:
    head = "provider_id,name,city,postcode\n"
    drops = {
        "providers/a-2026-10-01.csv": f"{head}s-1,A,Rennes,35000\n",
        "providers/b-2026-11-01.csv": f"{head}s-1,A,Brest,29200\n",
        "providers/c-2026-11-01.csv": f"{head}s-2,B,Brest,29200\n",
    }
    with make_build(tmp_path, drops) as build:
        assert build.execute("SELECT count(*) FROM quality.file_notes").fetchone() == (0,)


def test_a_state_that_contradicts_a_date_is_listed(tmp_path: Path) -> None:
    drops = {
        "providers/a-2026-11-01.csv": "provider_id,is_active,left_on\n"
        "s-1,yes,2026-01-15\ns-2,no,2027-01-15\ns-3,no,2026-01-15\ns-4,yes,2027-01-15\ns-5,,2026-01-15\n",
        "cooperatives/a-2026-11-01.csv": "siren,is_active,ceased_on\n"
        "732829320,yes,2026-01-15\n552100554,no,2026-01-15\n",
        "requests/a-2026-11-01.csv": "request_id,created_at,responses,first_response_at\n"
        "r-1,2026-09-01,0,2026-09-02\nr-2,2026-09-01,0,\nr-3,2026-09-01,1,2026-09-02\n",
    }
    with make_build(tmp_path, drops) as build:
        found = build.execute(
            "SELECT reason_code, column_name, line FROM quality.repaired_values"
            " WHERE reason_code IN ('active_and_left', 'answered_by_nobody') ORDER BY ALL"
        ).fetchall()
    assert found == [
        ("active_and_left", "ceased_on", 2), ("active_and_left", "left_on", 2),
        ("active_and_left", "left_on", 3), ("answered_by_nobody", "responses", 2),
    ]  # fmt: skip


def test_bands_that_hold_more_than_all_are_listed(tmp_path: Path) -> None:
    lines = ("35,all,1000", "35,0-4,600", "35,75+,700", "22,all,1000", "22,0-4,60", "29,75+,70")
    text = "territory_level,year,territory_code,band,population\n"
    text += "".join(f"departement,2021,{line}\n" for line in lines)
    drops = {
        "population/a-2026-11-01.csv": text,
        "requests/a-2026-11-01.csv": "request_id,created_at\nr-1,2026-09-01\n",
    }
    with make_build(tmp_path, drops) as build:
        found = build.execute(
            "SELECT reason_code, line FROM quality.repaired_values ORDER BY ALL"
        ).fetchall()
    assert found == [("band_above_all", 3), ("band_above_all", 4)]


@pytest.mark.middle
def test_identifiers_of_other_files_are_compared(tmp_path: Path) -> None:
    head = "request_id,created_at,provider_id\n"
    drops = {
        # 007 is 7, 1 024 is 1024; whoever moved is the same, and so is who changed a word
        "providers/a-2026-09-01.csv": "provider_id,name\n007,Lilas\n12,Ménage Plus\n13,A\n14,B\n"
        "1024,C\n",
        "providers/b-2026-10-01.csv": "provider_id,name\n7,Lilas\n12,SARL Ménage\n13,A\n14,Z\n"
        '"1 024",C\n',
        # numbers of lines, and a request that was only posted again a few hours later
        "requests/a-2026-09-01.csv": f"{head}1,2026-08-01,12\n2,2026-08-02,13\n3,2026-08-03,12\n"
        "4,2026-08-04 10:00,14\n",
        "requests/b-2026-10-01.csv": f"{head}1,2026-09-05,12\n2,2026-09-06,13\n3,2026-09-07,12\n"
        "4,2026-08-04 12:00,0014\n",
    }
    with make_build(tmp_path, drops) as build:
        notes = build.execute(
            "SELECT file, note_code, json_extract_string(arguments,"
            " ['met', 'value', 'other', 'shared']) FROM quality.file_notes ORDER BY ALL"
        ).fetchall()
    assert notes == [
        ("providers/b-2026-10-01.csv", "keys_alike_before", ["2", "1 024", "1024", None]),
        ("requests/b-2026-10-01.csv", "keys_alike_before", ["1", "0014", "14", None]),
        ("requests/b-2026-10-01.csv", "other_rows", ["3", "1", None, "4"]),
    ]
