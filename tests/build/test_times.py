"""What an empty, unreadable or missing date of a request means, and what days are counted."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import layers, paths
from tests.market import counted, figure, make_build
from tests.pages_fixture import run_page, texts
from tests.shared_files import shared_file
from tests.sizes import examples

PARIS = ZoneInfo("Europe/Paris")


def shared_build(tmp_path, case: str):
    file = shared_file(f"cases/meaning/{case}-2026-10-31.csv")
    beside = file.with_name(file.name + ".toml")
    drops = {f"requests/{file.name}": file.read_text(encoding="utf-8")}
    if beside.exists():
        drops[f"requests/{beside.name}"] = beside.read_text(encoding="utf-8")
    return make_build(tmp_path, drops)


def test_an_empty_first_answer_of_an_open_request_is_none(tmp_path):
    build = shared_build(tmp_path, "19_reponse_vide")
    assert counted(build, "zero_response") == (8, 40, 0, 0)
    first = figure(build, "first_response")
    # 32 of 40 answered after 2 hours; the 8 others wait to this day
    assert (first.value, first.n, first.left_out) == (2, 40, 0)
    assert pd.isna(first.p90) and first.waiting == pytest.approx(0.2)


def test_filled_before_it_was_posted_is_filled_at_an_unknown_time(tmp_path):
    build = shared_build(tmp_path, "25_ferme_avant")
    for days in (3, 30):  # the four others were filled after 41 to 45 days
        assert counted(build, "fill_rate", days=days) == (0, 4, 4, 4)
    assert figure(build, "fill_rate", days=3).value == 0


# a day each, so that none is young at the end of October
STATES = """\
demande;posee;etat;premiere_reponse;pourvue_le;close_le;reponses
A;01/03/2026 09:00;ouverte;;;;
B;02/03/2026 09:00;annulee;;;09/03/2026 09:00;
C;03/03/2026 09:00;expiree;;;;
D;04/03/2026 09:00;pourvue;;06/03/2026 09:00;;
E;05/03/2026 09:00;;;;;
F;06/03/2026 09:00;ouverte;bientôt;;;
G;07/03/2026 09:00;ouverte;06/03/2026 09:00;;;
H;08/03/2026 09:00;ouverte;;;;2
I;09/03/2026 09:00;expiree;10/03/2026 09:00;;;
J;10/03/2026 09:00;pourvue;10/03/2026 10:00;bientôt;12/03/2026 09:00;
K;11/03/2026 09:00;pourvue;pas lu;;;0
L;12/03/2026 09:00;ouverte;;;;beaucoup
M;13/03/2026 09:00;ouverte;30/03/2026 08:00;;;
N;14/03/2026 09:00;ouverte;;;;
"""
NAMES = """\
[rename]
request_id = "demande"
created_at = "posee"
status = "etat"
first_response_at = "premiere_reponse"
filled_at = "pourvue_le"
closed_at = "close_le"
responses = "reponses"
"""
# N was answered as the other file tells, before it was posted: when is unknown
ANSWERS = "request_id,provider_id,responded_at\nN,P1,2026-03-13 09:00\n"


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    return make_build(
        tmp_path_factory.mktemp("states"),
        {"requests/r-2026-10-31.csv": STATES, "requests/r-2026-10-31.csv.toml": NAMES},
    )


def test_what_each_empty_cell_means(states):
    rows = states.execute(
        "SELECT request_id, outcome, answers, is_fill_undated, is_answer_undated, is_answer_known"
        " FROM staging.request_facts ORDER BY request_id"
    ).fetchall()
    told = {
        request: (outcome, answers, *flags)
        for request, outcome, answers, *flags in rows
    }  # fmt: skip
    none, unknown = (0, False, False, True), (None, False, False, False)
    assert told == {
        "A": ("open", *none), "B": ("cancelled", *none), "C": ("expired", *none),
        "D": ("filled", 1, False, True, False),
        "E": ("unknown", *unknown),
        "F": ("open", *unknown), "G": ("open", *unknown),
        "H": ("open", 2, False, True, False),
        "I": ("expired", 1, False, False, True),
        "J": ("filled", 1, True, False, True),
        "K": ("filled", 0, True, False, True),
        "L": ("open", *unknown),
        "M": ("open", 1, False, False, True),
        "N": ("open", *none),
    }  # fmt: skip


def test_unknown_times_are_left_out_with_their_number(states):
    # unanswered: A B C K N; M was answered after 16 days. In time: I, J. D, H at an unknown time;
    # E, F, G, L unknown
    assert counted(states, "zero_response") == (6, 8, 6, 2)
    assert counted(states, "zero_response", days=30) == (5, 8, 6, 2)
    # D in time; J and K at an unknown time; E unknown
    assert counted(states, "fill_rate") == (1, 11, 3, 2)
    assert counted(states, "unmet_demand") == (10, 11, 3, 2)
    first = figure(states, "first_response")
    assert (first.n, first.left_out, first.undated) == (8, 6, 2)
    # 3 of 8 answered: were the 6 left out answered too, 9 of 14 would be, so that nobody says that
    # fewer than half were
    assert pd.isna(first.value) and first.waiting < 0.5
    hours = dict(
        states.execute("SELECT request_id, unanswered_hours FROM staging.request_facts").fetchall()
    )
    assert hours["B"] == 7 * 24  # until its closing
    assert hours["C"] == 243 * 24 - 9  # 3 March 9:00 to 1 November 0:00, both in winter time


def test_at_least_k_needs_so_many_known_to_be_in_time(states):
    # in time for sure: I, J; may be: D and H; too few: A B C K N; M too late
    assert counted(states, "results_at_least_k", k=1) == (2, 8, 6, 2)
    # of I, J, D and M nobody counted the answers, M's first was too late; H may have had both
    assert counted(states, "results_at_least_k", k=2) == (0, 6, 8, 4)


def test_a_known_answer_anywhere_wins(tmp_path):
    build = make_build(
        tmp_path,
        {
            "requests/r-2026-10-31.csv": STATES, "requests/r-2026-10-31.csv.toml": NAMES,
            "responses/a-2026-10-31.csv": ANSWERS,
        },
    )  # fmt: skip
    found = build.execute(
        "SELECT answers, is_answer_undated FROM staging.request_facts WHERE request_id = 'N'"
    ).fetchone()
    assert found == (1, True)
    # E has no state, yet the answers that were loaded hold none of it
    assert counted(build, "zero_response") == (6, 8, 6, 3)


@pytest.mark.long
def test_without_any_date_there_is_no_horizon(tmp_path):
    rows = [
        f"{n},2026-05-{n:02} 10:00,{'filled' if n <= 6 else 'expired'},{2 if n <= 7 else 0}"
        for n in range(1, 11)
    ]
    text = "request_id,created_at,status,responses\n" + "\n".join(rows) + "\n"
    build = make_build(tmp_path, {"requests/r-2026-10-31.csv": text})
    for days in (3, 14, 30):
        fill = figure(build, "fill_rate", days=days)
        assert pd.isna(fill.value) and pd.isna(fill.low)
        assert (fill.ever, fill.ever_of, fill.undated) == (6, 10, 6)
        assert pd.isna(figure(build, "unmet_demand", days=days).value)
        zero = figure(build, "zero_response", days=days)
        assert pd.isna(zero.value)
        assert (zero.ever, zero.ever_of, zero.undated) == (3, 10, 7)
        assert pd.isna(figure(build, "results_at_least_k", days=days, k=2).value)
    state = figure(build, "market_state")
    assert pd.isna(state.fill_rate) and pd.isna(state.zero_response)
    first = figure(build, "first_response")
    assert (first.n, first.left_out, first.undated) == (3, 7, 7)
    assert pd.isna(first.value) and first.waiting == pytest.approx(0.3)


@pytest.mark.long
def test_a_month_without_any_date_of_a_fill_has_no_number_filled(tmp_path, monkeypatch):
    rows = [f"{n},2026-06-{n:02} 10:00,{'filled' if n <= 7 else 'expired'},," for n in range(1, 10)]
    rows += ["F,2026-07-03 10:00,filled,2026-07-05 10:00,", "G,2026-07-04 10:00,filled,,"]
    text = "request_id,created_at,status,filled_at,responses\n" + "\n".join(rows) + "\n"
    build = make_build(tmp_path, {"requests/r-2026-10-31.csv": text})
    trend = layers.read_sql(paths.ETL / "insight" / "report" / "founders" / "report_trend.sql").body
    asked = {
        "days": 14,
        "from": "2026-01-01",
        "to": "2026-07-01",
        "level": "country",
        "scopes": ["all"],
        "scope": "all",
    }
    asked |= {"within_level": "country", "within_code": "FR"}
    told = build.execute(trend, asked).df().set_index("month")
    columns = ["known", "left_out", "undated", "filled", "fill_rate"]
    june, july = (told.loc[f"2026-{month}-01", columns].tolist() for month in ("06", "07"))
    assert june[:3] == [2, 7, 7] and all(pd.isna(value) for value in june[3:])
    assert july == [1, 1, 1, 1, 1]

    text = "request_id,created_at,status\n" + "\n".join(
        f"{n},2026-06-{n:02} 10:00,filled" for n in range(1, 10)
    )
    make_build(tmp_path / "none", {"requests/r-2026-10-31.csv": text + "\n"})
    page = texts(run_page(monkeypatch, tmp_path / "none" / "warehouse"))
    assert "It needs the time at which requests were filled, and no file tells it." in page
    assert "**100%** of requests were filled (9 of 9), when is not known" in page


@pytest.mark.long
def test_a_closing_stands_for_the_time_of_a_fill_only_without_a_column_for_it(tmp_path):
    head = "request_id,created_at,status,closed_at"
    row = "R,2026-05-01 10:00,filled,2026-05-04 10:00"
    without = make_build(tmp_path / "a", {"requests/r-2026-10-31.csv": f"{head}\n{row}\n"})
    assert counted(without, "fill_rate") == (1, 1, 0, 0)
    notes = "SELECT note_code, arguments FROM quality.file_notes"
    ((code, text),) = without.execute(notes).fetchall()
    assert code == "stands_for" and json.loads(text) == {
        "column": "closed_at",
        "field": "filled_at",
    }
    beside = make_build(
        tmp_path / "b", {"requests/r-2026-10-31.csv": f"{head},filled_at\n{row},\n"}
    )
    assert counted(beside, "fill_rate") == (0, 0, 1, 1)
    assert not beside.execute(notes).fetchall()


def test_the_last_bucket_is_no_time(tmp_path):
    text = (
        "request_id,created_at,status,first_response_at\n"
        "R,2024-10-01 10:00,expired,2026-10-02 10:00\n"
    )
    build = make_build(tmp_path, {"requests/r-2026-10-31.csv": text})
    first = figure(build, "first_response", from_="2024-10-01")
    assert first.value == first.p90 == float("inf")


def on_the_clock(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(PARIS).replace(tzinfo=None)


moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=dt.UTC)
)
near_a_change = st.sampled_from(["2026-03-29T01:00", "2026-10-25T01:00"]).flatmap(
    lambda change: st.integers(-90, 90).map(
        lambda minutes: (
            dt.datetime.fromisoformat(change).replace(tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
        )
    )
)


@pytest.fixture(scope="module")
def macros():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Europe/Paris'")
    connection.execute(paths.MACROS.read_text("utf-8"))
    return connection


@settings(max_examples=examples(150))
@given(created=moments | near_a_change, days=st.integers(0, 60), minutes=st.integers(-180, 180))
def test_in_time_is_what_the_clocks_of_paris_say(macros, created, days, minutes):
    """From 9:00 to 9:00, whatever the clocks did in between; from a midnight, by days."""
    ended = created + dt.timedelta(days=days, minutes=minutes)
    begun, end = on_the_clock(created), on_the_clock(ended)
    limit = begun + dt.timedelta(days=days)
    is_in_time = end.date() <= limit.date() if begun.time() == dt.time() else end <= limit
    (found,) = macros.execute(
        "SELECT clock_days(paris_time($1), paris_time($2)) <= $3",
        [created.replace(tzinfo=None), ended.replace(tzinfo=None), days],
    ).fetchone()
    assert found is is_in_time


DAYS = """\
request_id,created_at,status,filled_at,first_response_at
SEP,2026-09-01,filled,2026-09-15,2026-09-15
OCT,2026-10-12,filled,2026-10-26,2026-10-26
OCTH,2026-10-12 09:00,filled,2026-10-26 09:00,2026-10-26 09:00
OCTL,2026-10-12 09:00,filled,2026-10-26 09:01,2026-10-26 09:01
MAR,2026-03-16,filled,2026-03-30,2026-03-30
MARH,2026-03-16 09:00,filled,2026-03-30 09:00,2026-03-30 09:00
MARL,2026-03-16 09:00,filled,2026-03-30 09:01,2026-03-30 09:01
DAY,2026-06-01,filled,2026-06-15 18:00,2026-06-15 18:00
LATE,2026-06-01,filled,2026-06-16 08:00,2026-06-16 08:00
BARE,2026-06-01 18:00,filled,2026-06-15,2026-06-15
"""


def test_days_are_counted_by_the_clocks_of_paris(tmp_path):
    build = make_build(tmp_path, {"requests/r-2026-12-31.csv": DAYS})
    found = build.execute(
        "SELECT request_id, filled_days <= 14, answer_days <= 14 FROM staging.request_facts"
    ).fetchall()
    late = {"OCTL", "MARL", "LATE"}
    assert all(row[1:] == (row[0] not in late,) * 2 for row in found) and len(found) == 10
    year = {"from_": "2026-01-01", "to": "2026-11-01"}
    assert counted(build, "fill_rate", **year) == (7, 10, 0, 0)
    assert counted(build, "zero_response", **year) == (3, 10, 0, 0)
    assert counted(build, "results_at_least_k", k=1, **year) == (7, 10, 0, 0)
    assert counted(build, "fill_rate", days=7, **year)[0] == 0


def test_the_case_of_autumn(tmp_path):
    files = [
        f"cases/foreign/08-autumn-days/{source}/{name}-2026-12-31.csv"
        for source, name in (("providers", "p"), ("requests", "r"))
    ]
    build = make_build(
        tmp_path,
        {"/".join(file.split("/")[-2:]): shared_file(file).read_text() for file in files},
    )
    year = {"from_": "2026-01-01", "to": "2026-11-01"}
    assert counted(build, "fill_rate", **year) == (3, 3, 0, 0)


def test_an_answer_in_the_hour_that_comes_twice_is_not_before_its_request(tmp_path):
    head = "request_id,created_at,status,first_response_at\n"
    rows = [
        "A,2026-10-25 02:40,open,2026-10-25 02:10",  # half an hour later, the clocks went back
        "B,2026-10-25 02:10,open,2026-10-25 02:40",
        "C,2026-10-25 03:10,open,2026-10-25 02:40",  # before, whichever the hour
        "D,2026-10-25T02:40+01:00,open,2026-10-25T02:10+01:00",  # said to be before
        "E,2026-10-25T02:40+02:00,open,2026-10-25T02:10+01:00",
        "F,2026-06-25 02:40,open,2026-06-25 02:10",
        "G,2026-10-25 02:40,open,2026-10-25 01:50",
        "H,2026-10-25 02:40,open,",
    ]
    answers = "request_id,provider_id,responded_at\nH,P,2026-10-25 02:20\n"
    build = make_build(
        tmp_path,
        {
            "requests/r-2026-10-31.csv": head + "\n".join(rows) + "\n",
            "responses/a-2026-10-31.csv": answers,
        },
    )
    found = dict(
        build.execute("SELECT request_id, first_response_hours FROM staging.requests").fetchall()
    )
    expected = {"A": 0.5, "B": 0.5, "E": 0.5, "H": 2 / 3}
    assert {key: value and pytest.approx(value) for key, value in found.items()} == {
        key: expected.get(key) for key in "ABCDEFGH"
    }
    listed = build.execute("SELECT line FROM quality.repaired_values ORDER BY line").fetchall()
    assert listed == [(4,), (5,), (7,), (8,)]
