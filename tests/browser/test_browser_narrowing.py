"""A click on a map, a row or a pick list narrows the page, and the address says so."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import cooperative_market
from tests.browsing import PATIENCE_MS, Reader, click_area, server
from tests.market import make_build

pytestmark = [pytest.mark.browser, pytest.mark.middle]
DEPARTEMENTS = 101
DRAWN = """() => [...document.querySelectorAll('.choroplethlayer path')]
                   .filter(path => path.getBBox().width * path.getBBox().height > 4)
                   .map(path => path.__data__.ct && path.__data__.loc)"""


@pytest.mark.long
def test_the_map_of_the_country_draws_every_departement(reader: Callable[..., Reader]) -> None:
    page = reader("fr").open("coverage")
    drawn = page.evaluate(DRAWN)
    # Île-de-France is there twice: in its place, and enlarged.
    assert len({re.sub("[^0-9AB]", "", code) for code in drawn}) == DEPARTEMENTS


@pytest.mark.long
def test_a_click_on_an_area_of_the_coverage_map(reader: Callable[..., Reader]) -> None:
    window = reader("en")
    page = window.open("coverage")
    click_area(page, "35")
    expect(page).to_have_url(re.compile("in=departement-35"), timeout=PATIENCE_MS)
    window.settle()
    expect(page.locator(".st-key-breadcrumb")).to_contain_text("Ille-et-Vilaine")
    expect(page.locator(".st-key-answer")).to_contain_text("Ille-et-Vilaine")


@pytest.mark.long
def test_the_views_of_the_coverage_page_without_a_mouse(reader: Callable[..., Reader]) -> None:
    window = reader("en")
    page = window.open("coverage?in=region-53")
    page.get_by_role("tab", name="Map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=domains"), timeout=PATIENCE_MS)
    window.settle()
    expect(page.get_by_role("tab", name="Domains")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".choroplethlayer")).to_have_count(0)
    page.get_by_text("Français", exact=True).click()
    expect(page.get_by_role("tab", name="Domaines")).to_have_attribute("aria-selected", "true")
    assert "view=domains" in page.url


@pytest.mark.long
def test_a_click_on_a_cell_opens_its_figures(reader: Callable[..., Reader]) -> None:
    window = reader("en")
    page = window.open("coverage?view=domains")
    page.locator(".st-key-coverage_heatmap").get_by_text("96%", exact=True).first.click()
    expect(page).to_have_url(re.compile("view=cell"), timeout=PATIENCE_MS)
    window.settle()
    assert "scope=" in page.url and "in=region-" in page.url
    expect(page.get_by_role("tab", name="All figures")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Deserts").click()
    expect(page).to_have_url(re.compile("view=deserts"), timeout=PATIENCE_MS)
    window.settle()
    page.go_back()
    expect(page.get_by_role("tab", name="All figures")).to_have_attribute("aria-selected", "true")


@pytest.mark.long
def test_a_click_on_an_area_of_the_cooperatives_map(reader: Callable[..., Reader]) -> None:
    window = reader("fr")
    page = window.open("cooperatives?part=place")
    before = page.locator(".st-key-answer").inner_text()
    click_area(page, "53")
    expect(page).to_have_url(re.compile("in=region-53"), timeout=PATIENCE_MS)
    window.settle()
    expect(page.get_by_label("Région")).to_have_value("Bretagne")
    assert page.locator(".st-key-answer").inner_text() != before


def test_a_partner_reads_what_is_withheld(reader: Callable[..., Reader], tmp_path: Path) -> None:
    make_build(tmp_path, cooperative_market.DROPS).close()
    with server(tmp_path / "warehouse", logs=tmp_path / "logs") as url:
        window = reader("en", url)
        page = window.open("projects?as=partner")
        page.get_by_role("tab", name="Euros and jobs").click()
        expect(page).to_have_url(re.compile("view=means"), timeout=PATIENCE_MS)
        window.settle()
        hatched = page.locator(".js-plotly-plot pattern path")
        assert hatched.count() > 0
        page.get_by_text("Statistical secrecy").click()
        expect(page.get_by_text("holds nothing more detailed")).to_be_visible()
        assert window.abroad() == [] and window.refused == []


def test_a_name_opens_the_sheet_of_a_provider(reader: Callable[..., Reader]) -> None:
    page = reader("en").open("search")
    name = page.locator(".providers tbody a").first
    name.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("provider="), timeout=PATIENCE_MS)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text(name.inner_text())
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("provider="), timeout=PATIENCE_MS)
    expect(name).to_be_focused()


@pytest.mark.long
def test_a_name_opens_its_sheet_from_coverage_too(reader: Callable[..., Reader]) -> None:
    page = reader("en").open("coverage?view=providers&who=menage")
    expect(page.locator(".providers td mark").first).to_be_visible()
    name = page.locator(".providers tbody a").first
    name.click()
    expect(page).to_have_url(re.compile("search.*q=menage.*provider="), timeout=PATIENCE_MS)
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.long
def test_a_pick_list_narrows_and_follows_to_the_next_page(reader: Callable[..., Reader]) -> None:
    window = reader("fr")
    page = window.open("search")
    before = page.locator(".st-key-answer").inner_text()
    page.locator("summary", has_text="Filtres").click()
    page.get_by_role("combobox", name="Région").click()
    page.get_by_role("option", name="Bretagne", exact=True).click()
    expect(page).to_have_url(re.compile("in=region-53"), timeout=PATIENCE_MS)
    window.settle()
    assert page.locator(".st-key-answer").inner_text() != before
    page.get_by_role("link", name="Coopératives").click()
    expect(page).to_have_url(re.compile("cooperatives.*in=region-53"), timeout=PATIENCE_MS)
    window.settle()
    expect(page.get_by_role("combobox", name="Région")).to_have_value("Bretagne")


def test_the_box_suggests_places_while_one_types(reader: Callable[..., Reader]) -> None:
    window = reader("fr")
    page = window.open("search")
    box = page.locator(".st-key-words_q input")
    expect(box).to_have_attribute("list", "suggestions-words_q", timeout=PATIENCE_MS)
    box.press_sequentially("ménage evr")
    # an accent is not needed, and what stands before stays
    first = page.locator("datalist option").first
    expect(first).to_have_attribute("value", "ménage Évry-Courcouronnes")
    assert window.abroad() == [] and window.refused == []
