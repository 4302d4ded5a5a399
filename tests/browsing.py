"""Drives the pages as a reader does: a real server, a real browser, all requests noted."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from tests.market import write_drops

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90
PATIENCE_MS = 60_000  # a deadline against hanging, not a measure of speed
expect.set_options(timeout=PATIENCE_MS)
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # each window would draw the lists below its line of address, which nobody sees: half a second
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "PreloadTopChromeWebUI,AimEnabled,HttpsUpgrades,PaintHolding,LensOverlay,OptimizationHints,"
    "NetworkTimeServiceQuerying",
]  # fmt: skip
ERRORS = "[data-testid=stException], [data-testid=stAlertContentError]"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
INLINE = {"data", "blob", "about"}


def chromium_path() -> str:
    """Where chromium is; without one the test is skipped, or fails where it is required."""
    found = os.environ.get("MAILLAGE_CHROMIUM") or shutil.which("chromium")
    if found:
        return found
    reason = "no chromium: install it, or name one in MAILLAGE_CHROMIUM"
    if os.environ.get("MAILLAGE_BROWSER_TESTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def process(
    warehouse: Path,
    *options: str,
    port: int | None = None,
    logs: Path | None = None,
    data: Path | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server over a warehouse, which nobody has visited yet; gives its address, and its process.
    Unless a folder of data is given, somebody has brought a file: else the sample would lead to
    that page."""
    if data is None:
        data = warehouse.parent / "brought"
        write_drops(data / "raw", {"events/kept.csv": ""})
    port = port or free_port()
    start = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    running = subprocess.Popen(
        [*start, *options],
        cwd=ROOT,
        env={
            **os.environ,
            "MAILLAGE_WAREHOUSE": str(warehouse),
            "MAILLAGE_DATA": str(data),
            **({"MAILLAGE_LOGS": str(logs)} if logs else {}),
        },
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(START_SECONDS * 4):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                assert running.poll() is None, "the server stopped"
                time.sleep(0.25)
        yield address, running
    finally:
        running.terminate()
        running.wait()


@contextmanager
def server(warehouse: Path, *options: str, **places: Any) -> Iterator[str]:
    """As process, but gives the address alone, and the server must live until the end."""
    with process(warehouse, *options, **places) as (address, running):
        yield address
        assert running.poll() is None, f"the server died: {running.returncode}"


# What moves keeps a browser without a graphics card busy: in these tests nothing does.
STILL = """addEventListener('DOMContentLoaded', () => {
  const still = document.createElement('style');
  still.textContent = `*, *::before, *::after {
    animation: none !important; transition: none !important }`;
  document.head.append(still);
})"""


class Visitors:
    """The profiles of a browser that nobody uses now, by language and width. A profile keeps the
    scripts it has read, which cost more than all that the pages do, and nothing of a visitor."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.idle: dict[tuple[str, int], list[BrowserContext]] = {}

    def borrow(self, language: str, width: int) -> BrowserContext:
        if idle := self.idle.get((language, width)):
            return idle.pop()
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        context = self.browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        context.add_init_script(STILL)
        return context

    def give_back(self, reader: "Reader") -> None:
        context = reader.context
        for page in context.pages:
            if page.url.startswith("http"):
                page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
            page.close()
        context.unroute_all()
        context.clear_cookies()
        self.idle.setdefault((reader.language, reader.width), []).append(context)


class Reader:
    """One browser window. ``asked`` holds every address it asked for, ``heard`` all that the
    server told it, ``refused`` what the content policy stopped."""

    def __init__(self, visitors: Visitors, address: str, language: str, width: int = 1400) -> None:
        self.address, self.language, self.width = address, language, width
        self.context = visitors.borrow(language, width)
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.heard: list[bytes] = []
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console",
            lambda message: (
                self.refused.append(message.text) if "Security Policy" in message.text else None
            ),
        )
        self.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)
        socket.on("framereceived", lambda frame: self.heard.append(_bytes(frame)))

    def open(self, link: str) -> Page:
        """Go to a page by its address and wait until it stands complete."""
        self.page.goto(f"{self.address}/{link}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the server has said its last word and every chart is drawn."""
        page = self.page
        # The footer ends a page that went well; an error stands in its place, or a closed door.
        end = f".st-key-footer, .st-key-door, {ERRORS}"
        expect(page.locator(end).first).to_be_visible(timeout=PATIENCE_MS)
        errors = page.locator(ERRORS).all_inner_texts()
        assert not errors, errors
        page.wait_for_function(
            """() => document.querySelector('[data-testid=stApp]')
                       ?.getAttribute('data-test-script-state') === 'notRunning'
                 && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
                 && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
                      .every(chart => chart.querySelector('.main-svg'))""",
            timeout=PATIENCE_MS,
        )

    def abroad(self) -> list[str]:
        """What was asked of any other machine."""
        parts = [(url, urlsplit(url)) for url in self.asked]
        return [u for u, p in parts if p.scheme not in INLINE and p.hostname not in LOOPBACK]


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def click_area(page: Page, code: str) -> None:
    """Click inside the area of the page's map that has this code."""
    x, y = _point_inside(page, code)
    page.mouse.move(x - 3, y - 3)
    page.mouse.move(x, y, steps=3)
    # The map learns from the pointer's moves which area is meant.
    expect(page.locator(".hoverlayer .hovertext")).to_be_visible()
    page.mouse.click(x, y)


def _point_inside(page: Page, code: str) -> tuple[float, float]:
    """A point of the screen inside an area, the nearest to its middle of a grid; waits until
    nothing on the page moves it any more."""
    area = page.evaluate_handle(
        """code => [...document.querySelectorAll('.choroplethlayer path')]
                     .find(path => path.__data__.loc === code)""",
        code,
    ).as_element()
    assert area, f"no area {code} on the map"
    area.scroll_into_view_if_needed()
    area.wait_for_element_state("stable")
    x, y = area.evaluate(
        """path => {
             const box = path.getBBox(), points = [];
             for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) {
               const point = new DOMPoint(box.x + box.width * i / 20, box.y + box.height * j / 20);
               if (path.isPointInFill(point)) points.push([Math.hypot(i - 10, j - 10), point]);
             }
             points.sort((one, other) => one[0] - other[0]);
             const {x, y} = points[0][1].matrixTransform(path.getScreenCTM());
             return [x, y];
           }"""
    )
    return x, y
