"""Two founders at once, each with a file: neither sees the other's, and both are brought in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_browser_uploads import choose
from tests.browsing import PATIENCE_MS, Reader
from tests.pages.test_bring_page import TOWN
from tests.pages_fixture import make_warehouse
from tests.signing_in import cookie, guarded

pytestmark = [pytest.mark.browser, pytest.mark.long]
TRY, BRING = "Read it and work out the figures", "Bring it in"


@pytest.fixture
def address(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """A server with sign-in over a sample, and nobody's files."""
    make_warehouse(tmp_path / "warehouse")
    with guarded(tmp_path / "warehouse", "http://localhost:1", tmp_path) as url:
        (tmp_path / "brought/raw/events/kept.csv").unlink()
        yield url


def arrived(reader: Callable[..., Reader], address: str, name: str, file: Path) -> Page:
    """The page of a founder who has just sent a file."""
    window = reader("en", address)
    claims = {"sub": name, "email": f"{name}@example.org", "groups": ["market-founders"]}
    window.context.add_cookies([cookie(address, **claims)])
    page = window.open("bring")
    choose(page, file)
    expect(page.get_by_role("heading", name=file.name)).to_be_visible(timeout=PATIENCE_MS)
    return page


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled(timeout=PATIENCE_MS)
    button.click()


def test_one_brings_a_file_in_while_the_other_tries_one(
    reader: Callable[..., Reader], address: str, tmp_path: Path
) -> None:
    names = {"flora": "nord-2026-11-20.csv", "fabien": "sud-2026-11-21.csv"}
    for name, file in names.items():
        (tmp_path / file).write_text(TOWN.replace("A-", f"{name}-"), encoding="utf-8")
    flora, fabien = (
        arrived(reader, address, name, tmp_path / file) for name, file in names.items()
    )
    press(flora, TRY)
    expect(flora.get_by_role("button", name=BRING)).to_be_visible(timeout=PATIENCE_MS)
    press(fabien, TRY)
    press(flora, BRING)
    expect(flora.get_by_text("is brought in")).to_be_visible(timeout=PATIENCE_MS)
    for page, other in ((flora, names["fabien"]), (fabien, names["flora"])):
        expect(page.get_by_role("heading", name=other)).to_have_count(0)
    expect(flora.get_by_text(names["fabien"])).to_have_count(0)
    press(fabien, BRING)
    told = fabien.get_by_text("Others have brought something in meanwhile")
    brought = fabien.get_by_text("is brought in")
    expect(told.or_(brought).first).to_be_visible(timeout=PATIENCE_MS)
    if told.count():  # what he was shown stood beside the figures of before
        press(fabien, TRY)
        press(fabien, BRING)
    expect(brought).to_be_visible(timeout=PATIENCE_MS)
    raw = tmp_path / "brought" / "raw" / "providers"
    assert {path.name for path in raw.glob("*.csv")} == {*names.values()}
