"""The address is the view: cold links open it, and filters follow the reader."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import Reader, server
from tests.pages_fixture import make_warehouse

pytestmark = [pytest.mark.browser, pytest.mark.middle]


@pytest.fixture
def cold(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """A server that nobody has visited yet, over a build whose figures are known."""
    with server(make_warehouse(tmp_path / "warehouse")) as url:
        yield url


def test_the_first_visit_may_be_a_deep_link(
    reader: Callable[..., Reader], browser: Browser, sample_market: Path
) -> None:
    with server(sample_market / "warehouse") as url:
        window = reader("fr", url)
        page = window.open("coverage?in=region-53&scope=house_cleaning&k=2")
        expect(page.get_by_role("heading", level=1, name="Couverture")).to_be_visible()
        expect(page.get_by_role("combobox", name="Région")).to_have_value("Bretagne")
        expect(page.get_by_role("combobox", name="Domaine")).to_have_value(
            "\u2003Ménage et entretien de la maison"
        )
        expect(page.get_by_role("combobox", name="Prestataires requis")).to_have_value("2")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert "in=region-53" in page.url and window.abroad() == []


@pytest.mark.long
def test_a_link_to_a_file_opens_its_rows(reader: Callable[..., Reader], cold: str) -> None:
    page = reader("fr", cold).open("quality?file=providers/2026-11-20.csv")
    expect(page.get_by_role("heading", name="Puis-je me fier à ces chiffres")).to_be_visible()
    expect(page.get_by_text("2 lignes refusées", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.long
def test_filters_follow_the_reader_from_page_to_page(
    reader: Callable[..., Reader], cold: str
) -> None:
    page = reader("en", cold).open("quality?reason=missing_required")
    expect(page.get_by_text("2 refused rows", exact=True)).to_be_visible()
    page.get_by_role("link", name="Co-operatives").click()
    expect(page).to_have_url(f"{cold}/cooperatives")
    page.get_by_role("link", name="Data quality").click()
    expect(page).to_have_url(f"{cold}/quality?reason=missing_required")
    expect(page.get_by_text("2 refused rows", exact=True)).to_be_visible()
    page.get_by_text("Français", exact=True).click()
    expect(page.get_by_text("2 lignes refusées", exact=True)).to_be_visible()
    assert "lang=fr" in page.url


def test_one_click_copies_this_exact_view(reader: Callable[..., Reader]) -> None:
    window = reader("en")
    page = window.open("quality?file=all&repair=siret_check")
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    window.context.clear_permissions()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy link").click()
    shown = page.get_by_label("Address of this view")
    expect(shown).to_be_focused()
    assert (
        shown.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == page.url
    )
    assert window.refused == []
