"""The content policy: no frame, no other server, and no script but the server's own."""

import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browsing import Reader

pytestmark = [pytest.mark.browser, pytest.mark.middle]

# What a text that got into a page would try; each sets a name of its own.
TRIED = {
    "script": "document.body.append(Object.assign(document.createElement('script'),"
    " {textContent: 'window.script = 1'}))",
    "handler": "document.body.insertAdjacentHTML('beforeend',"
    " '<img src=/none onerror=\"window.handler = 1\">')",
    "address": "document.body.append(Object.assign(document.createElement('a'),"
    " {href: 'javascript:window.address = 1', id: 'tried'})); tried.click()",
    "text": "setTimeout('window.text = 1')",
    "elsewhere": "document.body.append(Object.assign(document.createElement('script'),"
    " {src: 'https://example.org/a.js', onload: () => { window.elsewhere = 1 }}))",
    "data": "document.body.append(Object.assign(document.createElement('script'),"
    " {src: 'data:text/javascript,window.data = 1'}))",
}


def test_answers_forbid_frames_and_other_servers(address: str) -> None:
    with urllib.request.urlopen(address, timeout=5) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy


def test_no_script_runs_but_the_servers_own(reader: Callable[..., Reader]) -> None:
    window = reader("en")
    page = window.open("quality")
    assert window.refused == []  # Streamlit's own line in its page ran
    assert page.evaluate("window.prerenderReady") is not None
    for name, script in TRIED.items():
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(300)
        assert page.evaluate(f"window.{name} === 1") is False, name
    assert len(window.refused) >= len(TRIED)
    expect(page.locator(".st-key-footer")).to_be_visible()
