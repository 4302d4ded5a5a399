"""In a real browser: cold deep links, nothing leaves the machine, filters follow the reader."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.pages_fixture import ROOT, make_warehouse

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, which nobody has visited yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    warehouse = make_warehouse(tmp_path_factory.mktemp("browser") / "warehouse")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "MAILLAGE_WAREHOUSE": str(warehouse)}
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def visit(browser: Browser, url: str, **options: object) -> tuple[Page, list[str]]:
    """Open an address; also returns every address that the page asks for from then on."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    expect(page.locator(".st-key-footer")).to_be_visible(timeout=60_000)
    return page, asked


def test_a_cold_deep_link_opens_its_page(browser: Browser, address: str) -> None:
    url = f"{address}/quality?file=providers/2026-11-20.csv"
    page, asked = visit(browser, url, locale="fr-FR")
    expect(page.get_by_role("heading", name="Puis-je me fier à ces chiffres")).to_be_visible()
    expect(page.get_by_text("2 lignes refusées", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not [a for a in asked if not a.startswith((address, "data:", "blob:"))]
    page.context.close()


def test_filters_follow_the_reader_and_the_back_button(browser: Browser, address: str) -> None:
    page, _asked = visit(browser, f"{address}/quality?reason=required", locale="en-GB")
    expect(page.get_by_text("2 refused rows", exact=True)).to_be_visible()
    page.get_by_role("link", name="Co-operatives").click()
    expect(page).to_have_url(f"{address}/cooperatives")
    page.get_by_role("link", name="Data quality").click()
    expect(page).to_have_url(f"{address}/quality?reason=required")
    expect(page.get_by_text("2 refused rows", exact=True)).to_be_visible()
    page.get_by_text("Français", exact=True).click()
    expect(page.get_by_text("2 lignes refusées", exact=True)).to_be_visible()
    assert "lang=fr" in page.url
    page.context.close()


def test_answers_forbid_frames_and_other_servers(address: str) -> None:
    with urllib.request.urlopen(address, timeout=5) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
