"""What founders and partners come for, each in so many clicks from the first page.

A click is one press on anything: a pick list takes two, one to open it and one to choose. Two more
such tasks stand elsewhere: the map for a slide (test_browser_pictures.py, two), and this exact view
to a colleague (test_browser_address.py, one).
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import PATIENCE_MS, Reader, Visitors

pytestmark = [pytest.mark.browser, pytest.mark.middle]


class Counting:
    """A reader whose clicks are counted, one window for all tasks."""

    def __init__(self, window: Reader) -> None:
        self.window, self.clicks = window, 0

    @property
    def page(self) -> Page:
        return self.window.page

    def begin(self) -> Page:
        """At the first page, as if nothing had been chosen."""
        self.clicks = 0
        return self.window.open("")

    def click(self, what: Locator, address: str) -> None:
        """One click, until the address holds what it leads to and the page stands."""
        self.clicks += 1
        what.click()
        expect(self.page).to_have_url(re.compile(address), timeout=PATIENCE_MS)
        self.window.settle()

    def go(self, title: str) -> None:
        """To a page of the menu."""
        self.click(self.page.get_by_role("link", name=title, exact=True), r":\d+/\w")
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        self.window.settle()  # a list that is opened while the page is drawn loses its choice

    def pick(self, name: str, option: str, address: str) -> None:
        """Open a pick list and choose."""
        self.clicks += 1
        self.page.get_by_role("combobox", name=name).click()
        self.click(self.page.get_by_role("option", name=option, exact=True), address)

    def answer(self) -> Locator:
        """What the page says first."""
        return self.page.locator(".st-key-answer")


@pytest.fixture(scope="module")
def founder(visitors: Visitors, address: str) -> Iterator[Counting]:
    window = Reader(visitors, address, "en")
    yield Counting(window)
    visitors.give_back(window)


def test_the_region_most_short_of_childcare_and_who_is_there(founder: Counting) -> None:
    page = founder.begin()
    founder.go("Coverage")
    founder.pick("Domain", "Childcare, under 3", "scope=childcare_under_3")
    region = page.get_by_text("By region: ").get_by_role("link").first
    with page.expect_popup() as opened:
        founder.clicks += 1
        region.click()
    there = opened.value
    expect(there).to_have_url(re.compile("scope=childcare_under_3.*view=providers.*in=region-"))
    told = there.get_by_text("reach at least one commune of it")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    there.close()
    assert founder.clicks == 4


def test_the_fill_rate_in_bretagne_before_and_after_an_event(founder: Counting) -> None:
    page = founder.begin()
    founder.pick("Region", "Bretagne", "in=region-53")
    event = page.get_by_role("radio", name="Ouverture aux jardiniers en Bretagne")
    founder.click(event, "event=2026-04-30")
    told = page.get_by_test_id("stMarkdown").filter(has_text="The same months a year earlier: ")
    expect(told).to_contain_text("requests were filled within 14 days after")
    expect(told).to_contain_text("before (Feb 2026 – Apr 2026)")
    assert founder.clicks == 3
    # a click on the chart beside the line of another event chooses that one
    bar = page.locator(".st-key-requests .bars .point path").nth(9)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 3, y - 3)
    page.mouse.move(x, y, steps=3)
    expect(page.locator(".hoverlayer .hovertext, .hoverlayer .legend").first).to_be_visible()
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("event=2026-07-31"), timeout=PATIENCE_MS)


def test_the_rhone_against_the_gironde(founder: Counting) -> None:
    page = founder.begin()
    founder.go("Compare")
    box = page.get_by_role("combobox", name="Territories to compare")
    founder.clicks += 1
    box.click()
    # the list is as long as France: one finds a name in it by its first letters
    for name, address in (("Rhône (69)", "places=departement-69"), ("Gironde (33)", "69.*-33")):
        box.press_sequentially(name[:5])
        founder.click(page.get_by_role("option", name=name, exact=True), address)
    expect(founder.answer()).to_contain_text("apart")
    titles = page.locator(".st-key-compared .annotation").all_text_contents()
    assert "Rhône" in titles[0] and "Gironde" in titles[1]
    assert founder.clicks == 4


def test_a_cleaner_who_comes_to_bruz(founder: Counting) -> None:
    page = founder.begin()
    founder.go("Find a provider")
    box = page.locator(".st-key-words_q input")
    box.press_sequentially("ménage Bruz")
    box.press("Enter")
    expect(page.locator(".st-key-understood")).to_contain_text("Bruz", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-understood")).to_contain_text("Who would come there")
    expect(founder.answer()).to_contain_text("found")
    assert page.locator(".providers tbody a").count() > 0
    assert founder.clicks == 1


def test_scops_born_in_occitanie_and_how_they_last(founder: Counting) -> None:
    page = founder.begin()
    founder.go("Co-operatives")
    founder.pick("Region", "Occitanie", "in=region-76")
    founder.click(page.get_by_role("radio", name="SCOP"), "form=scop")
    # born then, how many of them live still, and whether that tells how they last
    told = "None was born in 2024.|Of [0-9] born in 2024 [0-9] lives? still: too few to tell how"
    expect(founder.answer()).to_contain_text(re.compile(told))
    assert founder.clicks == 4


def test_ten_gardeners_in_bretagne(founder: Counting) -> None:
    page = founder.begin()
    founder.go("Coverage")
    founder.click(page.get_by_role("tab", name="Domains"), "view=domains")
    square = page.locator(
        ".st-key-coverage_heatmap text[aria-label*='Domain: Light gardening; Territory: Bretagne']"
    )
    founder.click(square, "scope=gardening.*in=region-53")
    founder.click(page.get_by_role("link", name="Plan recruits here"), "recruit")
    expect(page.get_by_role("spinbutton", name="Recruits")).to_have_value("10")
    expect(page.get_by_role("combobox", name="Region")).to_have_value("Bretagne")
    expect(page.get_by_role("combobox", name="Domain")).to_have_value("Light gardening")
    expect(founder.answer()).to_contain_text("recruit")
    assert founder.clicks == 4


def test_which_rows_were_refused_and_the_zip_to_correct_them(
    founder: Counting, tmp_path: Path
) -> None:
    page = founder.begin()
    founder.click(page.get_by_role("link", name="rows were refused"), "quality")
    expect(page.get_by_role("heading", name="What was refused, and why?")).to_be_visible()
    with page.expect_download() as taken:
        founder.clicks += 1
        page.get_by_role("button", name="Rows to correct (ZIP)").click()
    taken.value.save_as(tmp_path / "rows.zip")
    assert zipfile.is_zipfile(tmp_path / "rows.zip")
    assert founder.clicks == 2


def test_the_last_three_months(founder: Counting) -> None:
    page = founder.begin()
    before = founder.answer().inner_text()
    founder.pick("Period", "Last 3 months", "period=3")
    assert founder.answer().inner_text() != before
    expect(page.get_by_role("combobox", name="Period")).to_have_value("Last 3 months")
    assert founder.clicks == 2
