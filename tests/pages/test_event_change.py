"""Before and after an event: by hand, and against intervals that statisticians published."""

import datetime as dt

import pytest

from pages.shared import apart, event_change
from pages.shared.apart import Told
from pages.shared.months import Period
from pages.shared.places import FRANCE
from tests import overview_market
from tests.market import make_build
from tests.pages_fixture import run_page, texts

MAY = dt.date(2026, 5, 1)


def requests_of(counts: dict[str, tuple[int, int]]) -> str:
    """So many requests filled at once, of so many, on the 5th of each month."""
    lines = ["request_id,domain,commune_code,created_at,status,filled_at"]
    for month, (filled, of) in counts.items():
        for n in range(of):
            day = f"{month}-05 10:00"
            end = f"filled,{day}" if n < filled else "expired,"
            lines.append(f"{month}-{n},gardening,35238,{day},{end}")
    return "\n".join(lines) + "\n"


# 30 of 60 filled in April, 45 of 60 in May; a year earlier 24 and 30 of 60
COUNTS = {
    "2025-03": (0, 1), "2025-04": (24, 60), "2025-05": (30, 60), "2026-04": (30, 60),
    "2026-05": (45, 60), "2026-06": (0, 5), "2026-09": (1, 1),
}  # fmt: skip
EVENT = "on,label\n2026-04-30,Campaign\n2026-06-30,Heat\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("event")
    drops = {"requests/2026-09-30.csv": requests_of(COUNTS), "events/2026-09-30.csv": EVENT}
    make_build(folder, drops).close()
    return folder / "warehouse"


def test_the_change_is_the_one_computed_by_hand(home, monkeypatch):
    """Wilson of 45 and of 30 of 60: 0.6277 to 0.8422 and 0.3774 to 0.6226; the distances to each
    bound, squared and added, are 0.1732² below and 0.1535² above the 25 points between them."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    found = event_change.read(dt.date(2026, 4, 30), 1, "all", FRANCE, 14)
    assert found.before.period == Period(dt.date(2026, 4, 1), dt.date(2026, 4, 1))
    assert found.after.period == Period(MAY, MAY)
    assert (found.before.n, found.after.n) == (60, 60)
    assert found.now == pytest.approx((0.25, 0.0768, 0.4035), abs=1e-4)
    assert found.earlier == pytest.approx((0.10, -0.0761, 0.2677), abs=1e-4)
    # 15 points beyond the season, down by the root of 0.1732² + 0.1677², up of 0.1535² + 0.1761²
    assert found.beyond == pytest.approx((0.15, -0.0911, 0.3836), abs=1e-4)
    assert found.now.is_clear and not found.beyond.is_clear


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_its_interval_is_the_published_one(one, other, published):
    first, second = (Told(x / n, *overview_market.wilson(x, n)) for x, n in (one, other))
    assert apart.apart(first, second)[1:] == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        ("2026-04-30", ("2026-02", "2026-04"), ("2026-05", "2026-07")),  # its month lies before
        ("2026-05-01", ("2026-02", "2026-04"), ("2026-05", "2026-07")),  # its month lies after
        ("2026-04-15", ("2026-01", "2026-03"), ("2026-05", "2026-07")),  # on neither side
        ("2026-08-31", ("2026-08", "2026-08"), ("2026-09", "2026-09")),  # as many on both
        ("2026-09-30", None, None),
        ("2025-01-15", None, None),
    ],
)
def test_as_many_months_lie_on_both_sides(day, before, after):
    first, last = dt.date(2025, 1, 1), dt.date(2026, 9, 1)
    found = event_change.sides(dt.date.fromisoformat(day), 3, first, last)
    told = found and [tuple(f"{month:%Y-%m}" for month in side) for side in found]
    assert told == ([before, after] if before else None)


@pytest.mark.middle
@pytest.mark.parametrize(
    ("lang", "told", "few"),
    [
        (
            "en",
            "**75%** of requests were filled within 14 days after “Campaign” (May 2026), **50%** "
            "before (Apr 2026): **+25.0 pt** (+7.7 pt – +40.3 pt).",
            "Too few requests have a known outcome to tell what changed",
        ),
        (
            "fr",
            "**75\u202f%** des demandes ont été pourvues en 14 jours après « Campaign » (mai 2026)",
            "Trop peu de demandes ont une issue connue pour dire ce qui a changé",
        ),
    ],
)
def test_the_page_says_it_or_that_cases_are_too_few(home, monkeypatch, lang, told, few):
    test = run_page(monkeypatch, home, lang=lang, event="2026-04-30", around="1")
    assert told in texts(test)
    assert few in texts(run_page(monkeypatch, home, lang=lang, event="2026-06-30", around="1"))


LOCAL = """request_id,domain,commune_code,created_at,status,filled_at
""" + "".join(
    f"{month}-{place}-{n},{domain},{place},{month}-05 10:00,filled,{month}-05 10:00\n"
    if n < filled
    else f"{month}-{place}-{n},{domain},{place},{month}-05 10:00,expired,\n"
    for month, domain, place, filled, of in (
        ("2026-04", "gardening", "35238", 20, 40),
        ("2026-05", "gardening", "35238", 40, 40),
        ("2026-04", "childcare", "69123", 100, 100),
        ("2026-05", "childcare", "69123", 0, 100),
        ("2026-06", "childcare", "69123", 1, 1),
    )
    for n in range(of)
)
OF_BRITTANY = """on,domain,territory_level,territory_code,label
2026-04-30,gardening,region,53,Opening
"""


@pytest.mark.middle
def test_an_event_is_measured_where_it_was(tmp_path, monkeypatch):
    """In all of France childcare falls; the event opened gardening in Bretagne, which rose. Who
    looks at less than it stays there."""
    drops = {"requests/2026-07-31.csv": LOCAL, "events/2026-07-31.csv": OF_BRITTANY}
    make_build(tmp_path, drops).close()
    warehouse = tmp_path / "warehouse"
    told = texts(run_page(monkeypatch, warehouse, event="2026-04-30", around="1"))
    assert "**100%** of requests were filled" in told and "**50%** before" in told
    measured = told.partition("Measured where the event was: ")[2].partition("\n")[0]
    assert measured == "**Light gardening, Bretagne**."
    asked = {"scope": "gardening", "in_": "departement-35"}
    told = texts(run_page(monkeypatch, warehouse, event="2026-04-30", around="1", **asked))
    assert "**100%** of requests were filled" in told and "Measured where" not in told


def test_an_event_that_is_not_here_is_told(home, monkeypatch):
    assert "event=2026\\-04\\-29" in texts(run_page(monkeypatch, home, event="2026-04-29"))
