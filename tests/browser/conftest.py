"""One browser for all its tests, and one server over the small sample."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browsing import ARGUMENTS, Reader, Visitors, chromium_path, server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visitors(browser: Browser) -> Visitors:
    return Visitors(browser)


@pytest.fixture(scope="session")
def address(browser: Browser, sample_market: Path) -> Iterator[str]:
    with server(sample_market / "warehouse") as url:
        yield url


@pytest.fixture
def reader(visitors: Visitors, address: str) -> Iterator[Callable[..., Reader]]:
    """Opens windows: ``reader("fr")``, ``reader("en", width=380)``, ``reader("fr", other_url)``."""
    readers: list[Reader] = []

    def opened(language: str, url: str = address, **options: int) -> Reader:
        readers.append(Reader(visitors, url, language, **options))
        return readers[-1]

    yield opened
    for one in readers:
        visitors.give_back(one)
