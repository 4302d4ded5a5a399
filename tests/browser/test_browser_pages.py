"""Every page, in both languages, as a reader gets it: whole, alone, and on a phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages import PAGES
from pages.shared import i18n
from tests.browsing import ERRORS, PATIENCE_MS, Reader, Visitors, server
from tests.sizes import SIZE, some

pytestmark = [pytest.mark.browser, pytest.mark.middle]
LANGUAGES = ("en", "fr")
LINKS = {page.slug: "" if page is PAGES[0] else page.slug for page in PAGES}
TITLES = {page.slug: page.title for page in PAGES}
INNARDS = re.compile(r"Traceback|/site-packages/|\bSELECT .* FROM\b|duckdb\.|\bnan\b|\bNone\b")
# Code and pictures may scroll by themselves; neither the page may, nor a table.
TOO_WIDE = """() => {
  const main = document.querySelector('[data-testid=stMain]'), page = document.documentElement;
  const tables = [...document.querySelectorAll(
    '.dvn-scroller, .rows, [data-testid=stTable], [data-testid=stTable] > *, .providers')];
  return [main, page, ...tables].filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.tagName} ${box.textContent.slice(0, 80)}: ${box.scrollWidth}`);
}"""

# A figure is read whole or not at all.
CUT = """() => [...document.querySelectorAll('[data-testid=stMetricValue] *')]
  .filter(box => getComputedStyle(box).overflowX === 'hidden')
  .filter(box => box.scrollWidth > box.clientWidth + 1)
  .map(box => box.textContent)"""

HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
TALLEST = 3000  # pixels on a telephone of what partner agencies read


def assert_whole(page: Page, slug: str, language: str) -> None:
    """The page has its heading, no error, and nothing of the machinery shows."""
    title = i18n.gettext(TITLES[slug], language)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    assert page.locator(ERRORS).all_inner_texts() == []
    expect(page.get_by_role("dialog")).to_have_count(0)
    text = page.locator("[data-testid=stMain]").inner_text()
    assert not INNARDS.search(text), INNARDS.search(text)


def assert_open_to_all(page: Page) -> None:
    """Nothing that shuts out who sees little, or reads with a screen reader or by the keyboard."""
    found = Axe().run(page).response["violations"]
    bars = [one for one in found if one["impact"] in ("serious", "critical")]
    assert not bars, [(page.url, one["id"], one["nodes"][0]["html"]) for one in bars]


def each_tab(window: Reader) -> Iterator[Page]:
    """The page as it stands, then each other tab of it, opened by a click."""
    yield window.page
    tabs = window.page.get_by_role("tab")
    for number in range(1, tabs.count()):
        before = window.page.url
        tabs.nth(number).click()
        expect(window.page).not_to_have_url(before, timeout=PATIENCE_MS)
        window.settle()
        yield window.page


# each page in one of the languages, on a telephone, dark, in the other; in both, and light and dark
# at either width, at the long size
PAIRS = [
    (slug, LANGUAGES[(number + turn) % 2]) for turn in (0, 1) for number, slug in enumerate(LINKS)
]
WIDE, NARROW = (PAIRS, PAIRS) if SIZE == "long" else (PAIRS[: len(LINKS)], PAIRS[len(LINKS) :])


@pytest.mark.parametrize("scheme", some(["light", "dark"], 1, 1))
@pytest.mark.parametrize(("slug", "language"), WIDE)
def test_a_page_opens_whole_and_asks_nobody_else(
    reader: Callable[..., Reader], slug: str, language: str, scheme: str
) -> None:
    window = reader(language)
    window.page.emulate_media(color_scheme=scheme)
    assert_whole(window.open(LINKS[slug]), slug, language)
    for page in each_tab(window):
        assert_open_to_all(page)
    window.page.keyboard.press("Tab")  # who reads by the keyboard sees where it stands
    link = window.page.get_by_test_id("stSidebarNavLink").first
    link.focus()
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    assert window.asked and window.abroad() == []
    assert window.refused == []


@pytest.fixture(scope="module", params=some(["dark", "light"], 1, 1))
def telephones(
    request: pytest.FixtureRequest, visitors: Visitors, address: str
) -> Iterator[dict[str, Reader]]:
    """A telephone for each language, which stays on from page to page."""
    opened = {language: Reader(visitors, address, language, width=380) for language in LANGUAGES}
    for window in opened.values():
        window.page.emulate_media(color_scheme=request.param)
    yield opened
    for window in opened.values():
        visitors.give_back(window)


def walk(window: Reader, slug: str) -> Page:
    """Goes to a page by the menu, which costs a quarter of loading it, or begins there."""
    page = window.page
    if not page.url.startswith("http"):
        return window.open(LINKS[slug])
    link = page.locator(f"[data-testid=stSidebarNavLink][href='{window.address}/{LINKS[slug]}']")
    link.dispatch_event("click")
    title = i18n.gettext(TITLES[slug], window.language)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=PATIENCE_MS)
    window.settle()
    return page


@pytest.mark.parametrize(("slug", "language"), NARROW)
def test_a_page_fits_a_telephone(telephones: dict[str, Reader], slug: str, language: str) -> None:
    walk(telephones[language], slug)
    for page in each_tab(telephones[language]):
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(CUT) == []
        assert_open_to_all(page)
        if slug in ("cooperatives", "projects"):
            assert page.evaluate(HEIGHT) < TALLEST, page.url


@pytest.mark.long
def test_the_pages_over_real_files(reader: Callable[..., Reader], real_market: Path) -> None:
    with server(real_market) as url:
        window = reader("fr", url)
        for slug in LINKS:
            walk(window, slug)
            assert_whole(window.page, slug, "fr")
        assert window.abroad() == [] and window.refused == []
