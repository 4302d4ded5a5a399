"""A picture for a slide: two clicks from the first page, noted, and no name in it runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import Reader, server
from tests.named_badly import HOSTILE, named_badly

pytestmark = [pytest.mark.browser, pytest.mark.middle]


# pixels of the screen to a unit of a drawing
SCALE = "which => document.querySelector(which).getScreenCTM().a"


def downloaded(page: Page, form: str, to: Path) -> Path:
    """The first picture of the page in a form; one click."""
    with page.expect_download() as waited:
        page.get_by_role("button", name=form, exact=False).first.click()
    waited.value.save_as(to / waited.value.suggested_filename)
    return to / waited.value.suggested_filename


def test_a_map_is_taken_in_two_clicks_and_runs_nothing(
    reader: Callable[..., Reader], sample_market: Path, tmp_path: Path
) -> None:
    home = named_badly(sample_market / "warehouse", tmp_path / "warehouse")
    with server(home, logs=tmp_path / "logs") as url:
        window = reader("en", url)
        page = window.open("?scope=gardening")
        page.get_by_role("link", name="Coverage", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Coverage")).to_be_visible()
        window.settle()
        assert downloaded(page, "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
        svg = downloaded(page, "SVG", tmp_path)
        (log,) = (tmp_path / "logs").glob("access-*.jsonl")
        notes = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        made = [(note["page"], note["format"]) for note in notes if note["event"] == "export"]
        assert made == [("coverage", "png"), ("coverage", "svg")]
        alone = window.context.new_page()
        alone.goto(svg.as_uri())
        assert HOSTILE in (alone.locator("title").first.text_content() or "")
        assert alone.locator("script").count() == 0 and alone.evaluate("window.ran") is None
        assert alone.evaluate("document.querySelectorAll('path').length") > 101
        # what is drawn and what is written lie on one scale
        outer, inner = (alone.evaluate(SCALE, which) for which in ("svg > path", "svg svg path"))
        assert inner == pytest.approx(outer, rel=0.01)
