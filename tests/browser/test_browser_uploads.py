"""A founder drops files in a browser: they are sent in parts, and go on after a cut."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import PATIENCE_MS, Reader
from tests.uploading import Client, Line, served

pytestmark = [pytest.mark.browser, pytest.mark.middle]
MB = 2**20
SHOWING = """
import streamlit as st

from pages.bring import uploader
from pages.shared import theme

theme.header("Sending", "What has arrived?")
st.text("Whole: " + " ".join(uploader.show()))
"""
# A page that shows the component and nothing else.
FIRST = """
from pathlib import Path
import pages
pages.PAGES.append(pages.Page("sending", "Sending", ":material/upload:", Path({page!r})))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sending")


@pytest.fixture(scope="module")
def server(sample_market: Path, home: Path) -> Iterator[Client]:
    page = home / "sending.py"
    page.write_text(SHOWING)
    with served(home, sample_market / "warehouse", FIRST.format(page=str(page))) as client:
        yield client


@pytest.fixture(scope="module")
def line(server: Client) -> Iterator[Line]:
    opened = Line(server.address)
    yield opened
    opened.close()


@pytest.fixture
def address(line: Line) -> str:
    return line.address


@pytest.fixture
def files(home: Path) -> Callable[[], dict[str, bytes]]:
    """The files that have arrived, by their names."""
    return lambda: {
        path.name: path.read_bytes() for path in (home / "data" / "incoming").glob("*/file/*")
    }


@pytest.fixture(autouse=True)
def no_traceback(home: Path) -> Iterator[None]:
    yield
    assert "Traceback" not in (home / "stderr").read_text()


def choose(page: Page, *paths: Path, button: str = "Choose files") -> None:
    """Choose files by the keyboard alone."""
    page.on("filechooser", lambda choosing: None)  # else the browser may show its own, unseen
    page.get_by_role("button", name=button).focus()
    expect(page.get_by_role("button", name=button)).to_be_focused()
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(paths)


def rows(page: Page) -> Locator:
    return page.locator(".uploader .files li")


def requests(reader: Reader, method: str) -> list[str]:
    """The addresses below /incoming that a window asks for by a method, from now on."""
    found: list[str] = []
    reader.page.on(
        "request",
        lambda one: (
            found.append(one.url) if one.method == method and "/incoming" in one.url else None
        ),
    )
    return found


def test_files_are_sent_in_parts_and_told_to_the_page(
    reader: Callable[..., Reader], files: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    content = os.urandom(20 * MB)
    (tmp_path / "large.csv").write_bytes(content)
    (tmp_path / "<img src=x onerror=alert(1)>.csv").write_bytes(b"a;b\n")
    window = reader("en", width=380)
    page = window.open("sending")
    parts = requests(window, "PUT")
    choose(page, *sorted(tmp_path.iterdir()))
    expect(rows(page).filter(has_text="Sent")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator(".uploader img")).to_have_count(0)
    expect(page.get_by_text(re.compile("Whole: [0-9a-f]{32} [0-9a-f]{32}"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert files() == {"large.csv": content, "img_src_x_onerror_alert_1.csv": b"a;b\n"}
    assert len(parts) == 6  # of at most 4 MB
    assert f"{window.address}/incoming/uploader.js" in window.asked
    assert not window.refused and not window.abroad()
    width = page.evaluate("document.querySelector('.uploader').scrollWidth - innerWidth")
    assert width <= 0


def cut(page: Page, line: Line, path: Path, button: str) -> bytes:
    """Chooses a new file of 21 MB, whose sending is cut after ten; gives its content."""
    content = os.urandom(21 * MB)
    path.write_bytes(content)
    line.cut_after(10 * MB)
    choose(page, path, button=button)
    return content


def test_a_cut_line_is_gone_on_with_where_it_was(
    reader: Callable[..., Reader],
    line: Line,
    files: Callable[[], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    window = reader("fr")
    page = window.open("sending")
    begun, parts, asked = (requests(window, method) for method in ("POST", "PUT", "GET"))
    content = cut(page, line, tmp_path / "cut.csv", "Choisir des fichiers")
    expect(rows(page)).to_contain_text("La connexion est perdue", timeout=PATIENCE_MS)
    expect(page.get_by_role("progressbar", name="cut.csv")).to_be_visible()
    line.mend()
    expect(rows(page)).to_contain_text("Envoyé", timeout=PATIENCE_MS)
    assert files()["cut.csv"] == content
    assert len(begun) == 1 and asked and len(parts) <= 9  # none of what had come was sent again


def test_a_window_that_was_closed_leaves_what_had_come_to_go_on_with(
    reader: Callable[..., Reader],
    line: Line,
    files: Callable[[], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    page = reader("en").open("sending")
    content = cut(page, line, tmp_path / "closed.csv", "Choose files")
    expect(rows(page)).to_contain_text("The connection is lost", timeout=PATIENCE_MS)
    line.mend()
    page.close()
    other = reader("en")
    page = other.open("sending")
    expect(rows(page)).to_contain_text("choose the same file again", timeout=PATIENCE_MS)
    parts = requests(other, "PUT")
    choose(page, tmp_path / "closed.csv")
    expect(rows(page).filter(has_text="Sent")).to_have_count(1, timeout=PATIENCE_MS)
    expect(rows(page)).to_have_count(1)
    assert files()["closed.csv"] == content
    assert parts and "offset=0" not in parts[0]


@pytest.mark.long
def test_what_is_refused_is_told_and_what_is_cancelled_leaves(
    reader: Callable[..., Reader], line: Line, home: Path, tmp_path: Path
) -> None:
    window = reader("en")
    page = window.open("sending")
    there = len(list((home / "data" / "incoming").glob("*")))
    page.locator(".uploader .drop").evaluate(
        """area => {
          const carried = new DataTransfer();
          carried.items.add(new File(["MZ"], "x.exe"));
          carried.items.add(new File([], "empty.csv"));
          area.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true }));
        }"""
    )
    expect(rows(page).nth(0)).to_contain_text("is of a kind that is not read")
    expect(rows(page).nth(1)).to_contain_text("is empty, or a folder")
    page.get_by_role("button", name="Remove: x.exe").click()
    page.get_by_role("button", name="Remove: empty.csv").click()
    expect(rows(page)).to_have_count(0)
    with (tmp_path / "left.csv").open("wb") as large:  # so that it is not there before the click
        large.truncate(300 * MB)
    line.cut_after(5 * MB)
    choose(page, tmp_path / "left.csv")
    expect(rows(page)).to_contain_text("The connection is lost", timeout=PATIENCE_MS)
    line.mend()
    with page.expect_response(lambda one: one.request.method == "DELETE") as leaving:
        page.get_by_role("button", name="Cancel: left.csv").click()
    assert leaving.value.ok
    expect(rows(page)).to_have_count(0)
    assert len(list((home / "data" / "incoming").glob("*"))) == there
