"""Several processes behind nginx are one to their readers, also when one of them dies."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from etl.bring import incoming
from etl.build import warehouse
from tests.behind_nginx import Several, Visitor, several
from tests.market import make_build
from tests.signing_in import COOKIE, provider
from tests.uploading import Client, with_cookie
from tests.waiting import waited

MB = 2**20
DROPS = [
    {"providers/2026-10-31.csv": "provider_id,name,domains\nP1,A,gardening\nP2,B,toilettage\n"},
    {"providers/2026-11-30.csv": "provider_id,name,domains\nP3,C,gardening\n"},
]
PATIENCE_S = 60  # a deadline against hanging, not a measure of speed

pytestmark = pytest.mark.middle


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("several")


@pytest.fixture(scope="module")
def both(home: Path) -> Iterator[Several]:
    for drop in DROPS:
        make_build(home, drop).close()
    with provider() as login, several(home / "warehouse", login, home) as found:
        yield found


@pytest.fixture
def flora(both: Several) -> Visitor:
    """A founder who signed in, at the first process."""
    one = Visitor(both).led_to(both.ports[0])
    waited(one.sign_in("flora"))
    assert one.ask() == both.ports[0]
    return one


@pytest.fixture
def elsewhere(flora: Visitor, both: Several) -> Visitor:
    """The same founder, had she been led to the other process."""
    one = flora.led_to(both.ports[1])
    assert one.ask() == both.ports[1]
    return one


def seen(one: Visitor, page: str = "", **asked: str) -> tuple[set[str], list[str]]:
    """The builds that a page tells of, and all that it says."""

    async def look() -> tuple[set[str], list[str]]:
        async with one.window() as reader:
            shown = await reader.open(page, lang="en", **asked)
            assert not shown.errors
            return shown.builds, shown.texts()

    return waited(look())


def sender(one: Visitor) -> Client:
    """How the page of this visitor sends files."""
    found = with_cookie(one.several.address, one.cookies[COOKIE])
    cookies = "; ".join(f"{name}={value}" for name, value in one.cookies.items())
    return replace(found, headers={"Cookie": cookies}, trust=one.several.trust)


def test_who_comes_goes_where_fewest_windows_are_open_and_stays(both: Several) -> None:
    async def come() -> tuple[set[int], int]:
        first = Visitor(both)
        async with first.window() as reader:
            await reader.open("")
            return {first.port, *(first.ask() for _ in range(3))}, Visitor(both).port

    mine, others = waited(come())
    assert len(mine) == 1 and mine | {others} == {*both.ports}


def test_a_sign_in_opens_all_and_its_end_closes_all(
    flora: Visitor, elsewhere: Visitor, home: Path
) -> None:
    for one in (flora, elsewhere):
        assert seen(one)[0] == {warehouse.served_build(home / "warehouse")}
    (log,) = (home / "logs").glob("access-*.jsonl")
    noted = [json.loads(line) for line in log.read_text().splitlines()]
    opened = [(one["event"], one["account"], one["page"]) for one in noted]
    assert opened[-2:] == [("page", "flora@example.org", "overview")] * 2

    async def sign_out() -> None:
        async with elsewhere.window() as reader:
            await reader.open("", lang="en")
            await reader.press("Sign out")

    waited(sign_out())
    for one in (flora, elsewhere):
        builds, texts = seen(one)
        assert not builds and any("session has ended" in text for text in texts)


def test_a_publication_shows_in_all(flora: Visitor, elsewhere: Visitor, both: Several) -> None:
    for build in warehouse.build_ids(both.warehouse):
        warehouse.link(both.warehouse, build)
        for one in (flora, elsewhere):
            assert seen(one)[0] == {build}


def test_a_file_is_fetched_where_it_was_made(flora: Visitor, elsewhere: Visitor) -> None:
    async def take() -> None:
        async with flora.window() as reader:
            await reader.open("quality", lang="en")
            path = await reader.take("All tables (XLSX)")
            taken = flora.client.get(path)
            assert taken.status_code == 200 and taken.content
            assert elsewhere.client.get(path).status_code == 404

    waited(take())


def test_parts_of_a_file_go_through_as_they_come(flora: Visitor) -> None:
    client, content = sender(flora), os.urandom(4 * MB)
    one = client.begin("a.csv", len(content))[1]["id"]
    connection = client.connect()
    connection.putrequest("PUT", f"/incoming/{one}?offset=0")
    for name, value in {
        "Origin": client.address, "X-Upload-Token": client.token, **client.headers,
        "Content-Length": str(len(content)),
    }.items():  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders(content[: 2 * MB])
    received, deadline = 0, time.monotonic() + PATIENCE_S
    while received < MB and time.monotonic() < deadline:
        received = client.ask("GET", f"/incoming/{one}")[1]["received"]
    assert received >= MB  # the rest has not even been sent
    connection.send(content[2 * MB :])
    assert connection.getresponse().status == 200
    client.ask("DELETE", f"/incoming/{one}")


def test_a_process_that_dies_loses_a_place_and_no_sign_in(flora: Visitor, both: Several) -> None:
    dead, alive = both.ports
    client, content = sender(flora), os.urandom(3 * MB)
    one = client.begin("a.csv", len(content))[1]["id"]
    assert client.part(one, 0, content[:MB])[1]["received"] == MB
    asked = {"lang": "en", "scope": "gardening"}

    async def read_on() -> None:
        async with flora.window() as reader:
            before = (await reader.open("coverage", **asked)).digest
            both.kill(dead)
            with pytest.raises(ConnectionClosed):
                await reader.open("coverage", **asked)
        assert flora.ask() == alive  # as a window asks before it comes again
        async with flora.window() as reader:
            assert (await reader.open("coverage", **asked)).digest == before

    waited(read_on())
    assert sender(flora).part(one, MB, content[MB : 2 * MB])[1]["received"] == 2 * MB
    both.start(dead)  # and takes nothing away that is on its way through the other
    status, said = sender(flora.led_to(dead)).part(one, 2 * MB, content[2 * MB :])
    assert status == 200 and said["finished"]
    (file,) = (both.home / "data" / "incoming").glob(f"*/{incoming.FILE}/a.csv")
    assert file.read_bytes() == content
    assert flora.ask() == alive  # where her window is
