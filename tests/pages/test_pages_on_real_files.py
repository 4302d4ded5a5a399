"""Every page opens on a build of files that nobody made for this project."""

from pathlib import Path

import pytest

from pages import PAGES
from tests.pages_fixture import run_page, texts


@pytest.mark.middle
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_a_page_opens(monkeypatch: pytest.MonkeyPatch, real_market: Path, page, lang: str) -> None:
    slug = "" if page is PAGES[0] else page.slug
    test = run_page(monkeypatch, real_market, slug, lang)
    assert test.title and ("Sample data" in texts(test)) is False
    assert "nan" not in texts(test).lower().split()
