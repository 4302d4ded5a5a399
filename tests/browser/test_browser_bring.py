"""A founder's first minutes in a real browser: a file of one's own becomes figures, by keyboard."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from etl.words.words import of
from tests.browser.test_browser_uploads import choose
from tests.browsing import PATIENCE_MS, Reader, server
from tests.pages.test_bring_page import TOWN
from tests.pages_fixture import make_warehouse
from tests.shared_files import shared_file

pytestmark = [pytest.mark.browser, pytest.mark.middle]
WORDS = {
    "en": ("Choose files", "Read it and work out the figures", "Bring it in", "is brought in"),
    "fr": ("Choisir des fichiers", "Le lire et calculer les chiffres", "L’apporter", "est apporté"),
}
TERRITORY = {"en": "Our territory", "fr": "Notre territoire"}
RESULT = {"en": "What would become of it", "fr": "Ce qu’il deviendrait"}
TABS = 150  # more than there are stops on the page
OTHERS = {
    "en": ("Throw the file away", "Put this notice away"),
    "fr": ("Jeter le fichier", "Ranger cet avis"),
}
# Of each real file what its trial shows: rows read, or left out, or providers of one SIRET each.
REAL = {
    "baltimore_311_sample.csv": 217,  # duplicates, by their own status
    "siae_marche_inclusion.csv": 3841,
    "dans_ma_rue_paris_10000.csv": 10_000,
}


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server that serves a sample and nothing else, and its folder of data."""
    data = tmp_path / "data"
    make_warehouse(data / "warehouse")
    with server(data / "warehouse", data=data, logs=tmp_path / "logs") as address:
        yield address, data


def press(page: Page, name: str) -> None:
    """By the keyboard alone, from wherever it stands."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled(timeout=PATIENCE_MS)
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"“{name}” is not reached by the keyboard")


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
    away = OTHERS[language][1]
    choose(page, register, button=button)
    press(page, read)
    expect(page.locator("h3:focus")).to_have_text(RESULT[language], timeout=PATIENCE_MS)
    press(page, bring)
    expect(page.get_by_text(brought)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("h3:focus")).to_have_text(register.name, timeout=PATIENCE_MS)
    press(page, away)
    expect(page.locator("button:focus")).to_have_text(button, timeout=PATIENCE_MS)
    place = page.locator("summary").filter(has_text=TERRITORY[language])
    place.focus()
    page.keyboard.press("Enter")
    press(page, "Bretagne")  # all that stands with it goes while it is worked on
    expect(page.locator("summary:focus")).to_have_text(re.compile(TERRITORY[language]))
    assert (data / "raw/providers" / register.name).read_text(encoding="utf-8") == TOWN
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide and not window.refused and not window.abroad()


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", [*REAL][:1]),
        pytest.param("en", [*REAL], marks=pytest.mark.long),
        pytest.param("fr", [*REAL], marks=pytest.mark.long),
    ],
)
def test_real_files_become_figures_by_two_clicks_each(
    founded: tuple[str, Path],
    reader: Callable[..., Reader],
    tmp_path: Path,
    language: str,
    names: list[str],
) -> None:
    address, data = founded
    window = reader(language, address)
    page = window.open("bring")
    button, read, bring, brought = WORDS[language]
    away, noticed = OTHERS[language]
    wrong = tmp_path / "codes.csv"
    wrong.write_text("code;libelle\n1;un\n2;deux\n", encoding="utf-8")
    choose(page, wrong, button=button)
    press(page, away)
    for name in names:  # the first after a file that was thrown away
        choose(page, shared_file(f"real/{name}"), button=button)
        expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE_MS)
        press(page, read)
        shown = page.get_by_text(of(language).number(REAL[name]), exact=True)
        expect(shown.first).to_be_visible(timeout=PATIENCE_MS)
        press(page, bring)
        expect(page.get_by_text(brought)).to_be_visible(timeout=PATIENCE_MS)
        press(page, noticed)
        expect(page.get_by_text(brought)).to_have_count(0, timeout=PATIENCE_MS)
    brought_in = {path.name for path in (data / "raw").rglob("*.csv")}
    assert brought_in == set(names) and not window.refused and not window.abroad()
