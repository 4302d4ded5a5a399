"""Up to which day answers are known, and how soon an answer of which only the day is told came."""

import pytest

from tests.market import counted, figure, make_build
from tests.pages_fixture import run_page, texts

# of the answers a file speaks up to 15 October, of the requests one up to the 31st
LATE = """\
request_id,created_at,status,filled_at
A,2026-09-01 10:00,open,
B,2026-09-02 10:00,open,
C,2026-10-10 10:00,open,
D,2026-10-11 10:00,open,
E,2026-10-20 10:00,open,
F,2026-10-21 10:00,filled,2026-10-25 10:00
"""
EARLY = "request_id,provider_id,responded_at\nA,P,2026-09-02 10:00\nD,P,2026-10-12 10:00\n"


@pytest.mark.long
def test_answers_older_than_the_requests_speak_up_to_their_day(tmp_path):
    drops = {"requests/r-2026-10-31.csv": LATE, "responses/a-2026-10-15.csv": EARLY}
    build = make_build(tmp_path, drops)
    # of C and D nobody knows what 14 days brought; E came after, and so did F's unknown answer
    assert counted(build, "zero_response", days=14) == (1, 2, 4, 0)
    assert counted(build, "zero_response", days=3) == (2, 4, 2, 0)
    assert counted(build, "results_at_least_k", days=3, k=1) == (2, 4, 2, 0)
    assert counted(build, "results_at_least_k", days=3, k=2) == (0, 4, 2, 0)
    first = figure(build, "first_response")
    assert (first.value, first.n, first.left_out, first.undated) == (24, 4, 2, 1)
    assert first.waiting == pytest.approx(0.5 * 4 / 6)
    seen = "SELECT request_id, unanswered_hours FROM staging.request_facts WHERE answers = 0"
    assert dict(build.execute(seen).fetchall()) == {"B": 43 * 24 + 14, "C": 5 * 24 + 14}
    assert figure(build, "fill_rate", days=3).denominator == 6


def test_a_column_of_first_answers_speaks_up_to_the_day_of_its_requests(tmp_path):
    head, *rows = LATE.splitlines()
    rows = [head + ",first_response_at", *(f"{row}," for row in rows)]
    rows.append("G,2026-10-22 10:00,open,,2026-10-23 10:00")
    text = "\n".join(rows) + "\n"
    drops = {"requests/r-2026-10-31.csv": text, "responses/a-2026-10-15.csv": EARLY}
    build = make_build(tmp_path, drops)
    # B, C and E have none so far; F had one, nobody knows when
    assert counted(build, "zero_response", days=3) == (3, 6, 1, 1)
    # nobody counted the answers to F and G
    assert counted(build, "results_at_least_k", days=3, k=2) == (0, 5, 2, 2)


def test_a_day_without_a_time_tells_no_hours(tmp_path):
    rows = [
        "A,2026-06-01,open,2026-06-01",
        "B,2026-06-02,open,2026-06-03",
        "C,2026-06-03,open,2026-06-03 15:00",
        "D,2026-06-04 14:00,open,2026-06-04",
        "E,2026-06-05 14:00,open,2026-06-06",
        "F,2026-06-07 14:00,open,",
        "G,2026-06-08 14:00,open,2026-06-08 14:30",
    ]
    text = "request_id,created_at,status,first_response_at\n" + "\n".join(rows) + "\n"
    answers = "request_id,provider_id,responded_at\nF,P,2026-06-07\n"
    drops = {"requests/r-2026-10-31.csv": text, "responses/a-2026-10-31.csv": answers}
    build = make_build(tmp_path, drops)
    hours = "SELECT request_id, first_response_hours FROM staging.requests"
    # at most: by the end of the day that is told
    assert dict(build.execute(hours).fetchall()) == {
        "A": 24, "B": 48, "C": 15, "D": 10, "E": 34, "F": 10, "G": 0.5,
    }  # fmt: skip
    assert build.execute("SELECT count(*) FROM quality.repaired_values").fetchone() == (0,)
    assert counted(build, "zero_response", days=3) == (0, 7, 0, 0)
    first = figure(build, "first_response")  # 0.5, 10, 10, 15, 24, 34, 48
    assert (first.value, first.n, first.p90) == (18, 7, 48)


@pytest.mark.long
def test_answers_of_the_same_day_are_not_said_to_take_an_hour(tmp_path, monkeypatch):
    text = "request_id,created_at,status,first_response_at\n" + "".join(
        f"{n},2026-06-{n:02},open,2026-06-{n:02}\n" for n in range(1, 31)
    )
    build = make_build(tmp_path, {"requests/r-2026-10-31.csv": text})
    first = figure(build, "first_response")
    assert (first.value, first.n, first.left_out) == (24, 30, 0)
    assert counted(build, "zero_response", days=3) == (0, 30, 0, 0)
    build.close()
    page = texts(run_page(monkeypatch, tmp_path / "warehouse"))
    assert "≤ 24 h" in page and "≤ 1 h" not in page
