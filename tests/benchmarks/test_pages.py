"""How long the server takes to answer a click, page by page, on a large market and a smaller one.

The two markets are made once and kept below .venv; the larger takes some ten minutes and 4 GB.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from streamlit.testing.v1 import AppTest

from etl.build.make import build
from etl.sample import sample
from tests.pages_fixture import assert_fine, run_page

KEPT = Path(__file__).parents[2] / ".venv" / "benchmarks"
PROVIDERS, FEWER, MORE = 200_000, 1_000_000, 10_000_000
TARGET_MS = 150
# Each click changes the address as the reader's would, and stays for the next one.
CLICKS: dict[str, list[dict[str, str]]] = {
    "": [
        {"scope": "gardening"}, {"scope": "family_home"}, {"k": "2"}, {"scope": "all"},
        {"period": "6"}, {"days": "30"}, {"period": "24"},
    ],
    "coverage": [
        {"scope": "gardening"}, {"in": "region-53"}, {"in": "departement-35"},
        {"in": "commune-35238"}, {"in": "country-FR"}, {"k": "2"}, {"by": "region"},
        {"measure": "gap"}, {"measure": "coverage_demand"}, {"measure": "first_response"},
        {"measure": "fill_rate"}, {"measure": "market_state"}, {"measure": "accessibility"},
        {"measure": "pressure"}, {"measure": "concentration"}, {"measure": "quality_score"},
        {"scope": "all"}, {"period": "24"}, {"in": "region-84"}, {"in": "departement-69"},
        {"view": "domains"}, {"measure": "coverage_population"}, {"in": "region-11"},
        {"view": "cell"}, {"scope": "childcare_under_3"}, {"in": "departement-93"},
        {"view": "deserts"}, {"in": "region-75"}, {"scope": "all"}, {"in": "country-FR"},
    ],
    "recruit": [
        {"capacity": "30"}, {"recruits": "5"}, {"reach": "20"}, {"in": "departement-69"},
        {"recruits": "50"}, {"scope": "gardening"}, {"in": "departement-93"}, {"k": "2"},
        {"reach": "50"}, {"reach": "10"}, {"in": "region-53"}, {"recruits": "20"}, {"k": "3"},
        {"capacity": "4"}, {"scope": "house_cleaning"}, {"period": "24"}, {"reach": "5"},
        {"in": "country-FR"}, {"recruits": "10"}, {"scope": "gardening"}, {"recruits": "100"},
    ],
    "search": [
        {"q": "menage rennes"}, {"q": "jardinage"}, {"q": "dupont"}, {"scope": "gardening"},
        {"in": "departement-35"}, {"q": "soutien scolaire lyon"}, {"q": ""},
    ],
    "cooperatives": [
        {"scope": "gardening"}, {"view": "survival"}, {"view": "jobs"}, {"view": "quality"},
        {"view": "market"}, {"scope": "all"}, {"in": "region-53"}, {"view": "growth"},
    ],
    "projects": [{"view": "years"}, {"view": "openings"}, {"scope": "gardening"}],
    "quality": [{"source": "requests"}, {"source": "all"}],
}  # fmt: skip


def market(requests: int) -> Path:
    """The warehouse of a sample of that many requests; made at the first use."""
    folder = KEPT / f"market-{PROVIDERS}-{requests}"
    if not (folder / "sampled").exists():
        sample(folder / "raw", providers=PROVIDERS, requests=requests)
        (folder / "sampled").touch()
    result = build(folder / "raw", folder / "warehouse")
    assert result.is_published, result.checks_failed
    return folder / "warehouse"


def answers(page: AppTest, clicks: list[dict[str, str]]) -> Iterator[float]:
    """Milliseconds of each click."""
    for click in clicks:
        for name, value in click.items():
            page.query_params[name] = value
        started = time.perf_counter()
        page.run()
        yield 1000 * (time.perf_counter() - started)
        assert_fine(page)


@pytest.mark.parametrize("slug", CLICKS)
def test_clicks(slug, monkeypatch, capsys):
    place = {"in": "departement-35"} if slug == "recruit" else {}
    taken = {}
    for requests in (FEWER, MORE):
        page = run_page(monkeypatch, market(requests), slug, **place)
        taken[requests] = list(answers(page, CLICKS[slug]))
    lines = [f"{slug or 'overview'}, {len(CLICKS[slug])} clicks, {PROVIDERS:,} providers:"]
    for requests, milliseconds in taken.items():
        ordered = sorted(milliseconds)
        slowest = CLICKS[slug][milliseconds.index(ordered[-1])]
        lines.append(
            f"  {requests:>10,} requests: median {median(ordered):.0f} ms, 95th percentile"
            f" {ordered[int(0.95 * len(ordered))]:.0f} ms (aim {TARGET_MS}); slowest {slowest}"
        )
    ratio = median(m / f for m, f in zip(taken[MORE], taken[FEWER], strict=True))
    lines.append(f"  ten times the requests take {ratio:.2f} times as long")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
