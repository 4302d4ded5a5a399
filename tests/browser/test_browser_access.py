"""Sign-in, roles and what each role gets: a real provider, a real server, a real browser."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pages import PAGES
from tests.browsing import PATIENCE_MS, Reader
from tests.signing_in import COOKIE, PEOPLE, at_the_door, cookie, guarded, know, provider, sign_in
from tests.signing_in import with_partners as copy_with_partners
from tests.sizes import SIZE, some
from tests.uploading import with_cookie

pytestmark = [pytest.mark.browser, pytest.mark.middle]
FOUNDERS_ONLY = [page for page in PAGES if "partner" not in page.audience]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


@pytest.fixture(scope="module")
def identities() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(scope="module")
def guarded_address(
    browser: Browser, sample_market: Path, identities: str, home: Path
) -> Iterator[str]:
    warehouse = copy_with_partners(sample_market / "warehouse", home / "warehouse")
    with guarded(warehouse, identities, home) as url:
        yield url


@pytest.fixture
def window(reader: Callable[..., Reader], guarded_address: str) -> Callable[[], Reader]:
    """Opens a window of a new visitor."""
    return lambda: reader("en", guarded_address)


@pytest.fixture
def address() -> str:
    """These tests need no server without sign-in."""
    return ""


def menu(page: Page) -> list[str]:
    links = page.get_by_test_id("stSidebarNavLink")
    return [text.splitlines()[-1] for text in links.all_inner_texts()]


def assert_nothing_told(window: Reader, words: list[str]) -> None:
    """The server never sent these words, seen or unseen."""
    told = b"".join(window.heard)
    assert told and not [word for word in words if word.encode() in told]


def build_words(home: Path) -> list[str]:
    served = (home / "warehouse" / "current").resolve()
    as_of = json.loads((served / "manifest.json").read_text())["as_of"]
    return [served.name, as_of, "Sample data"]


def cookie_of(url: str, name: str) -> dict[str, Any]:
    """What a sign-in of one of PEOPLE leaves, without its way over the provider."""
    return cookie(url, **{"sub": name, "groups": None} | PEOPLE[name])


def status_of_a_file_of(visitor: Reader) -> int:
    """What the way of files says to who holds the cookie of a window; the name is one that is
    refused, so that nothing is kept."""
    (held,) = [one for one in visitor.context.cookies() if one["name"] == COOKIE]
    return with_cookie(visitor.address, held["value"]).begin("x.exe", 3)[0]


LINKS = some(["", "coverage?in=region-53", "cooperatives?as=own", "nowhere"], small=1, middle=2)


@pytest.mark.parametrize("link", LINKS)
def test_who_is_not_signed_in_gets_a_door(
    window: Callable[[], Reader], home: Path, link: str
) -> None:
    stranger = window()
    page = at_the_door(stranger, link)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    words = [page.title for page in PAGES] + [page.slug for page in PAGES if page.slug not in link]
    assert_nothing_told(stranger, words + build_words(home))


def test_a_founder_gets_every_page_and_takes_a_file_that_nobody_else_gets(
    window: Callable[[], Reader], home: Path, guarded_address: str
) -> None:
    founder = window()
    page = sign_in(founder, "flora", "coverage?in=region-53")
    assert menu(page) == [page.title for page in PAGES]
    expect(page.get_by_text("Signed in as flora@example.org")).to_be_visible()
    assert status_of_a_file_of(founder) == 422
    held = {one["name"]: one for one in founder.context.cookies()}
    assert held[COOKIE]["httpOnly"] and held[COOKIE]["expires"] <= time.time() + 12 * 3600
    with page.expect_download() as taking:
        page.get_by_role("button", name="XLSX").first.click()
    assert taking.value.path().read_bytes().startswith(b"PK")
    url = taking.value.url
    answer = founder.context.request.get(url)
    assert answer.status == 200 and answer.headers["cache-control"] == "private, no-store"
    stranger, partner = window(), window()
    assert stranger.context.request.get(url).status == 404
    partner.context.add_cookies([cookie_of(guarded_address, "paul")])
    assert partner.context.request.get(url).status == 404
    log = [
        json.loads(line)
        for file in (home / "logs").glob("access-*.jsonl")
        for line in file.read_text().splitlines()
    ]
    mine = [entry for entry in log if entry["account"] == "flora@example.org"]
    assert [(e["event"], e["page"], e.get("format")) for e in mine][-2:] == [
        ("page", "overview", None), ("export", "overview", "xlsx"),
    ]  # fmt: skip
    assert "127.0.0.1" not in json.dumps(log)


def test_a_partner_gets_the_partner_pages_and_no_word_of_others(
    window: Callable[[], Reader], guarded_address: str
) -> None:
    partner = window()
    page = sign_in(partner, "paul")
    assert status_of_a_file_of(partner) == 403
    expect(page).to_have_url(f"{guarded_address}/")
    expect(page.get_by_role("heading", level=1, name="Co-operatives")).to_be_visible()
    for link in ("nowhere", "search?provider=P1&as=own"):
        partner.open(link)
        # What there is and what there is not look alike.
        expect(page.get_by_role("dialog")).to_contain_text("Page not found")
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(page.get_by_role("heading", level=1, name="Co-operatives")).to_be_visible()
    partner.open("cooperatives?as=own&role=founder&groups=market-founders")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("[?&]as="))
    expect(page.get_by_text("See what a partner sees")).to_have_count(0)
    expect(page.locator(".st-key-preview")).to_have_count(0)
    assert_nothing_told(
        partner, [p.title for p in FOUNDERS_ONLY] + [f"{p.slug}/page.py" for p in FOUNDERS_ONLY]
    )
    assert partner.context.request.get(f"{guarded_address}/_stcore/metrics").status == 404


@pytest.mark.parametrize("name", ["stranger", "nogroups", "oddgroups"])
def test_a_known_account_without_a_role_gets_nothing(
    window: Callable[[], Reader], home: Path, guarded_address: str, name: str
) -> None:
    visitor = window()
    page = visitor.page
    if name == "stranger" or SIZE == "long":
        sign_in(visitor, name, "coverage")
        expect(page.get_by_text("Your account may not open these pages.")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    else:
        visitor.context.add_cookies([cookie_of(guarded_address, name)])
    visitor.open("cooperatives?as=partner")
    expect(page.get_by_text("Your account may not open these pages.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    words = [page.title for page in PAGES if page.slug != "cooperatives"]
    assert_nothing_told(visitor, words + build_words(home))


def test_groups_of_both_kinds_make_a_partner(
    window: Callable[[], Reader], guarded_address: str
) -> None:
    visitor = window()
    visitor.context.add_cookies([cookie_of(guarded_address, "both")])
    page = visitor.open("")
    expect(page.get_by_role("heading", level=1, name="Co-operatives")).to_be_visible()
    expect(page.get_by_text("See what a partner sees")).to_have_count(0)


def test_an_old_sign_in_has_expired(window: Callable[[], Reader], identities: str) -> None:
    long_ago = int(time.time()) - 13 * 3600
    claims = {"email": "late@example.org", "groups": ["market-founders"], "iat": long_ago}
    know(identities, "late", claims)
    page = sign_in(window(), "late")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()


def with_words_of_another(url: str) -> dict[str, Any]:
    """What a founder's cookie says, under the signature of a partner's."""
    words = cookie(url)["value"].rsplit(".", 2)[0]
    signature = cookie(url, groups=["agencies"])["value"].rsplit(".", 2)[1:]
    return {**cookie(url), "value": ".".join([words, *signature])}


FORGED: dict[str, Callable[[str], dict[str, Any]]] = {
    "another secret": lambda url: cookie(url, "f" * 64),
    "another's words": with_words_of_another,
    "another origin": lambda url: cookie("http://evil.example"),
    "too old": lambda url: cookie(url, iat=int(time.time()) - 12 * 3600 - 1),
}


def test_a_true_cookie_opens_the_pages(window: Callable[[], Reader], guarded_address: str) -> None:
    """Or the forged ones would prove nothing."""
    founder = window()
    founder.context.add_cookies([cookie(guarded_address)])
    assert menu(founder.open("")) == [page.title for page in PAGES]


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_cookie_opens_nothing(
    window: Callable[[], Reader],
    guarded_address: str,
    forge: Callable[[str], dict[str, Any]],
) -> None:
    forger = window()
    made = forge(guarded_address)
    forger.context.add_cookies([{**made, "url": guarded_address}])
    page = forger.open("coverage")
    expect(page.locator(".st-key-door")).to_be_visible()
    assert_nothing_told(forger, [page.title for page in PAGES if page.slug != "coverage"])


def test_signing_out_ends_all_windows_and_all_copies(
    window: Callable[[], Reader], guarded_address: str
) -> None:
    founder = window()
    page = sign_in(founder, "flora")
    (held,) = [one for one in founder.context.cookies() if one["name"] == COOKIE]
    other = founder.context.new_page()
    other.goto(f"{guarded_address}/quality")
    expect(other.get_by_role("heading", level=1, name="Data quality")).to_be_visible()
    for way in ("GET", "POST", "HEAD"):  # with the cookie, and from nowhere that a browser tells
        asked = founder.context.request.fetch(f"{guarded_address}/auth/logout", method=way)
        assert asked.status == 403
    elsewhere = founder.context.new_page()
    elsewhere.set_content(f'<a href="{guarded_address}/auth/logout">a prize</a>')
    elsewhere.get_by_role("link").click()
    expect(elsewhere.get_by_text(re.compile("Sign out with|another site"))).to_be_visible()
    elsewhere.close()
    founder.open("bring")
    expect(page.get_by_text("Signed in as flora@example.org")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()  # at the provider
    page.wait_for_url(f"{guarded_address}/**")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    assert COOKIE not in {one["name"] for one in founder.context.cookies()}
    other.get_by_role("link", name="Recruit").click()
    expect(other.get_by_text("Your session has ended.")).to_be_visible(timeout=PATIENCE_MS)
    expect(other.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    thief = window()
    thief.context.add_cookies([{**cookie(guarded_address), "value": held["value"]}])
    expect(thief.open("").get_by_text("Your session has ended.")).to_be_visible()


def test_a_founder_looks_as_a_partner_and_comes_back(
    window: Callable[[], Reader], guarded_address: str
) -> None:
    founder = window()
    founder.context.add_cookies([cookie(guarded_address)])
    page = founder.open("quality")
    page.get_by_role("button", name="See what a partner sees").click()
    expect(page).to_have_url(f"{guarded_address}/?as=partner", timeout=PATIENCE_MS)
    founder.settle()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("You see what a partner sees")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Co-operatives")).to_be_visible()
    assert not set(menu(page)) & {one.title for one in FOUNDERS_ONLY}
    expect(page.locator(".st-key-footer")).not_to_contain_text("refused")
    founder.open("?as=partner")  # the address reopens the same view
    expect(page.get_by_text("You see what a partner sees")).to_be_visible()
    page.get_by_role("button", name="Back to my own view").click()
    expect(page).to_have_url(f"{guarded_address}/cooperatives", timeout=PATIENCE_MS)
    founder.settle()
    assert menu(page) == [one.title for one in PAGES]
