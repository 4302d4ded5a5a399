"""A founder's first minutes in a real browser: a file of one's own becomes figures, by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_browser_uploads import choose
from tests.browsing import PATIENCE_MS, Reader, server
from tests.pages.test_bring_page import TOWN
from tests.pages_fixture import make_warehouse

pytestmark = [pytest.mark.browser, pytest.mark.middle]
WORDS = {
    "en": ("Choose files", "Read it and work out the figures", "Bring it in", "is brought in"),
    "fr": ("Choisir des fichiers", "Le lire et calculer les chiffres", "L’apporter", "est apporté"),
}


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server that serves a sample and nothing else, and its folder of data."""
    data = tmp_path / "data"
    make_warehouse(data / "warehouse")
    with server(data / "warehouse", data=data, logs=tmp_path / "logs") as address:
        yield address, data


def press(page: Page, name: str) -> None:
    """By the keyboard alone."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled(timeout=PATIENCE_MS)
    button.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("en", 1400, marks=pytest.mark.long), ("fr", 380)]
)
def test_from_the_first_page_to_the_first_own_figure(
    founded: tuple[str, Path],
    reader: Callable[..., Reader],
    tmp_path: Path,
    language: str,
    width: int,
) -> None:
    address, data = founded
    register = tmp_path / "annuaire-2026-11-20.csv"
    register.write_text(TOWN, encoding="utf-8")
    window = reader(language, address, width=width)
    page = window.open("")
    button, read, bring, brought = WORDS[language]
    choose(page, register, button=button)
    press(page, read)
    press(page, bring)
    expect(page.get_by_text(brought)).to_be_visible(timeout=PATIENCE_MS)
    assert (data / "raw/providers" / register.name).read_text(encoding="utf-8") == TOWN
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide and not window.refused and not window.abroad()
