"""The day of a file: in its name however it is written, and what of its rows may lie ahead."""

from pathlib import Path

import pytest

from tests.ingesting import drop_text, ingested, only
from tests.market import make_build

ROWS = "request_id,created_at\nR1,2026-10-01\n"


def told(drop) -> dict[str, dict]:
    return {note.code: note.arguments for note in drop.notes}


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("export-2026-11-20", "2026-11-20"), ("20261120", "2026-11-20"),
        ("20261120103000", "2026-11-20"), ("export_20261120T1030", "2026-11-20"),
        ("export-20-11-2026", "2026-11-20"), ("export_20112026", "2026-11-20"),
        ("2026.11.20", "2026-11-20"), ("20.11.2026_2", "2026-11-20"), ("11-20-2026", "2026-11-20"),
        ("du 01-10-2026 au 20-11-2026", "2026-11-20"), ("export-2026-13-45", "2026-10-01"),
        ("export-123456789", "2026-10-01"), ("export-2026", "2026-10-01"),
        ("export-32-11-2026", "2026-10-01"),
    ],
)  # fmt: skip
def test_a_day_in_the_name_is_read_however_it_is_written(tmp_path, name, day):
    drop_text(tmp_path, "requests", ROWS, f"{name}.csv")
    drop = only(tmp_path)
    assert str(drop.as_of) == day and not drop.notes


@pytest.mark.parametrize(
    ("name", "day", "code", "value"),
    [
        ("export-01-02-2026", "2026-02-01", "day_first_name", "01-02-2026"),
        ("export-2026-11", "2026-10-01", "unread_name", "2026-11"),
        ("20 novembre 2026", "2026-10-01", "unread_name", "20 novembre 2026"),
        ("export_20-11-26", "2026-10-01", "unread_name", "20-11-26"),
    ],
)  # fmt: skip
def test_what_is_no_sure_day_in_a_name_is_told(tmp_path, name, day, code, value):
    drop_text(tmp_path, "requests", ROWS, f"{name}.csv")
    drop = only(tmp_path)
    assert str(drop.as_of) == day
    assert told(drop) == {code: {"value": value, "as_of": day}}
    drop_text(tmp_path, "requests", "as_of = 2026-11-20\n", f"{name}.csv.toml")
    assert not only(tmp_path).notes


def test_an_end_that_may_be_planned_dates_no_file(tmp_path):
    text = "provider_id,joined_on,left_on\nP1,2026-10-02,\nP2,2026-09-02,2027-06-30\n"
    drop_text(tmp_path, "providers", text, "registre.csv")
    drop = only(tmp_path)
    assert str(drop.as_of) == "2026-10-02"
    ends = {"field": "left_on", "met": 1, "newest": "2027-06-30", "as_of": "2026-10-02"}
    assert told(drop) == {"later_ends": ends}


def test_a_newest_date_far_from_all_others_is_told(tmp_path):
    text = "request_id,created_at\nR1,2026-03-01\nR2,2026-03-02\nR3,2027-03-02\n"
    drop_text(tmp_path, "requests", text, "demandes.csv")
    drop = only(tmp_path)
    assert told(drop) == {"lone_newest": {"as_of": "2027-03-02", "before": "2026-03-02"}}
    drop_text(tmp_path, "requests", text.replace("2027", "2026"), "demandes.csv")
    assert not ingested(tmp_path)[0].notes


@pytest.mark.middle
def test_what_is_to_come_makes_no_build_newer(tmp_path: Path) -> None:
    drops = {
        "events/agenda.csv": "on,label\n2026-09-01,A\n2027-09-01,B\n",
        "population/projection.csv": "territory_level,territory_code,year,band,population\n"
        "departement,35,2050,all,1300000\n",
        "requests/demandes.csv": ROWS,
    }
    with make_build(tmp_path, drops) as build:
        as_of = build.execute("SELECT DISTINCT CAST(as_of AS VARCHAR) FROM quality.build")
        assert as_of.fetchall() == [("2026-10-01",)]
