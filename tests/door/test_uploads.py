"""The way by which files are sent, over HTTP against the real server: it is for founders, from its
own page, and whatever else is asked is answered with a sentence."""

import http.client
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl import paths
from etl.bring import incoming
from pages.door import headers
from tests.signing_in import guarded
from tests.uploading import Client, served, somebody

MB = 2**20
SCRIPT = paths.PAGES / "bring" / "uploader.js"
FLORA, FABIEN = {"sub": "flora"}, {"sub": "fabien", "email": "fabien@example.org"}
PARTNER = {"sub": "paul", "email": "paul@example.org", "groups": ["agencies"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def local(home: Path) -> Iterator[Client]:
    """The reader of a server without sign-in."""
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def online(home: Path) -> Iterator[str]:
    """The address of a server with sign-in."""
    (home / "online").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "DATA", home / "online" / "brought")
        incoming.begin("before", "begun.csv", 3)
        incoming.append(incoming.begin("before", "whole.csv", 3).id, "before", 0, b"abc")
        with guarded(
            home / "online" / "warehouse", "http://localhost:1", home / "online"
        ) as address:
            yield address


@pytest.fixture(autouse=True)
def no_traceback(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    yield
    if "local" in request.fixturenames:
        assert "Traceback" not in (home / "stderr").read_text()


def sent(client: Client, content: bytes, name: str = "a.csv") -> str:
    """Sends a file whole; gives its id."""
    status, upload = client.begin(name, len(content))
    assert status == 200, upload
    for at in range(0, len(content), 8 * MB):
        status, said = client.part(upload["id"], at, content[at : at + 8 * MB])
        assert status == 200, said
    assert said["finished"] and said["received"] == len(content)
    return str(upload["id"])


def folders(home: Path) -> list[Path]:
    return list((home / "data" / "incoming").glob("?" * 32))


def sentence(asked: tuple[int, object], status: int) -> str:
    """What was said in answer, and nothing but that."""
    found, said = asked
    assert found == status and isinstance(said, dict) and not said.keys() - {"error", "received"}
    assert "Traceback" not in said["error"]
    return str(said["error"])


def test_a_file_comes_in_parts_and_goes(local: Client, home: Path) -> None:
    content = os.urandom(17 * MB)
    one = sent(local, content)
    (folder,) = folders(home)
    assert folder.name == one and (folder / "file" / "a.csv").read_bytes() == content
    assert folder.stat().st_mode & 0o777 == 0o700
    wanted = {"id": one, "received": len(content), "size": len(content), "finished": True}
    assert local.ask("GET", f"/incoming/{one}") == (200, wanted)
    assert local.ask("GET", f"/incoming/{one}", Origin=None) == (200, wanted)  # as browsers do
    assert local.ask("DELETE", f"/incoming/{one}") == (200, {})
    assert not folders(home)
    assert "not here any more" in sentence(local.ask("GET", f"/incoming/{one}"), 404)


def test_the_log_tells_that_a_file_came_and_not_its_name(local: Client, home: Path) -> None:
    one = sent(local, b"x", "Jeanne Martin.csv.gz")
    (log,) = (home / "logs").glob("access-*.jsonl")
    entries = [json.loads(line) for line in log.read_text().splitlines()][-2:]
    assert [(e["event"], e["step"], e["format"], e["account"]) for e in entries] == [
        ("upload", "begun", "csv.gz", "local"), ("upload", "finished", "csv.gz", "local"),
    ]  # fmt: skip
    assert "Jeanne" not in log.read_text()
    local.ask("DELETE", f"/incoming/{one}")


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE"])
@pytest.mark.parametrize(
    "changes",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Upload-Token": None},
        {"X-Upload-Token": "0" * 64},
        {"X-Upload-Token": "é"},
        {"X-Forwarded-For": "8.8.8.8"},
        {"Host": "evil.example"},
    ],
    ids=lambda changes: "-".join(f"{k}-{str(v)[:12]}" for k, v in changes.items()),
)
def test_only_the_page_of_this_server_may_ask(
    local: Client, home: Path, method: str, changes: dict[str, str | None]
) -> None:
    _, upload = local.begin("a.csv", 3)
    path = "/incoming" if method == "POST" else f"/incoming/{upload['id']}?offset=0"
    body = {"POST": b'{"name": "b.csv", "size": 3}', "PUT": b"abc"}.get(method)
    assert local.ask(method, path, body, **changes)[0] in (403, 421)
    assert [folder.name for folder in folders(home)] == [upload["id"]]
    assert local.ask("GET", f"/incoming/{upload['id']}")[1]["received"] == 0
    local.ask("DELETE", f"/incoming/{upload['id']}")


def test_who_changes_something_says_where_he_is(local: Client) -> None:
    asked = local.ask("POST", "/incoming", b'{"name": "b.csv", "size": 3}', Origin=None)
    assert asked[0] == 403


@pytest.mark.parametrize(
    "claims",
    [PARTNER, {"groups": ["nobody"]}, {"is_logged_in": False}, {"iat": 1_600_000_000}],
    ids=["partner", "no group", "anonymous", "expired"],
)
def test_who_is_no_founder_gets_nothing(online: str, claims: dict[str, object]) -> None:
    founder, other = somebody(online, **FLORA), somebody(online, **claims)
    one = founder.begin("a.csv", 3)[1]["id"]
    for asked in (
        other.begin("b.csv", 3),
        other.part(one, 0, b"abc"),
        other.ask("GET", f"/incoming/{one}"),
        other.ask("DELETE", f"/incoming/{one}"),
    ):
        assert "sign-in has ended" in sentence(asked, 403)
    assert founder.part(one, 0, b"abc")[1]["finished"]
    founder.ask("DELETE", f"/incoming/{one}")


def test_a_request_without_any_cookie_gets_nothing(online: str) -> None:
    founder = somebody(online, **FLORA)
    assert sentence(Client(online, founder.token).begin("a.csv", 3), 403)


def test_a_token_serves_one_sign_in_alone(online: str) -> None:
    flora, fabien = somebody(online, **FLORA), somebody(online, **FABIEN)
    again = somebody(online, **FLORA, nonce="another sign-in")
    one = flora.begin("a.csv", 3)[1]["id"]
    for token in (fabien.token, again.token, "", "x"):
        stolen = Client(online, token, headers=flora.headers)
        assert "another sign-in" in sentence(stolen.part(one, 0, b"abc"), 403)
        assert "another sign-in" in sentence(stolen.begin("b.csv", 3), 403)
    assert flora.ask("GET", f"/incoming/{one}")[1]["received"] == 0
    assert again.part(one, 0, b"abc")[1]["finished"]  # the same founder, signed in elsewhere
    flora.ask("DELETE", f"/incoming/{one}")


def test_two_founders_at_once_do_not_meet(online: str) -> None:
    flora, fabien = somebody(online, **FLORA), somebody(online, **FABIEN)
    one, other = (who.begin("a.csv", 4)[1]["id"] for who in (flora, fabien))
    flora.part(one, 0, b"fl")
    fabien.part(other, 0, b"fa")
    for asked in (
        fabien.ask("GET", f"/incoming/{one}"),
        fabien.part(one, 2, b"xx"),
        fabien.ask("DELETE", f"/incoming/{one}"),
    ):
        assert "not here any more" in sentence(asked, 404)
    assert flora.part(one, 2, b"or")[1]["finished"] and fabien.part(other, 2, b"bi")[1]["finished"]
    for who, each in ((flora, one), (fabien, other)):
        who.ask("DELETE", f"/incoming/{each}")


def test_signing_out_ends_what_is_sent(online: str, home: Path) -> None:
    flora = somebody(online, **FLORA, nonce="to be ended")
    one = flora.begin("a.csv", 3)[1]["id"]
    ended = home / "online" / "logs" / "ended-sign-ins"
    ended.mkdir(parents=True, exist_ok=True)
    (ended / flora.key).touch()
    assert sentence(flora.part(one, 0, b"abc"), 403)
    somebody(online, **FLORA).ask("DELETE", f"/incoming/{one}")


def test_what_the_page_runs_is_a_file_of_this_server_for_founders(online: str) -> None:
    address = "/incoming/uploader.js"
    status, script = somebody(online, **FLORA).ask("GET", address, X_Upload_Token=None)
    assert status == 200 and script == SCRIPT.read_text("utf-8")
    for nobody in (somebody(online, **PARTNER), Client(online, "")):
        assert nobody.ask("GET", address) == (404, "Not found")


def test_what_the_page_runs_makes_no_code_of_texts() -> None:
    files = [SCRIPT, SCRIPT.with_suffix(".py")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    wrong = (
        r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacent|document\.write|\son[a-z]+=[\"']"
    )
    assert not re.findall(wrong, text)
    assert not re.findall(r"https?:", text)


def test_a_start_removes_what_is_not_whole(online: str, home: Path) -> None:
    found = (home / "online" / "brought" / "incoming").glob("*/file/*")
    assert [path.name for path in found] == ["whole.csv"]
    assert not list((home / "online" / "brought" / "incoming").glob("*/part"))


def test_streamlits_own_way_stays_closed(local: Client) -> None:
    assert local.ask("PUT", "/_stcore/upload_file/a/b", b"x")[0] == 404


def test_the_content_policy_lets_in_what_it_let_in_before() -> None:
    assert re.sub(r" 'sha256-[^']+'", "", headers.POLICY) == (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    assert headers.POLICY.count("sha256") == 1  # the one line in Streamlit's own page


def test_a_part_of_more_than_8_mb_is_refused(local: Client) -> None:
    _, upload = local.begin("a.csv", 20 * MB)
    asked = local.ask(
        "PUT", f"/incoming/{upload['id']}?offset=0", None, Content_Length=str(8 * MB + 1)
    )
    assert "at most 8 MB" in sentence(asked, 413)
    assert local.part(upload["id"], 0, bytes(8 * MB))[1]["received"] == 8 * MB
    local.ask("DELETE", f"/incoming/{upload['id']}")


def raw(client: Client, head: str, body: bytes) -> tuple[int, dict[str, str]]:
    """Asks with a head of one's own, and what may not be a whole body."""
    connection = http.client.HTTPConnection(urlsplit(client.address).netloc, timeout=30)
    connection.connect()
    known = f"Host: {connection.host}:{connection.port}\r\nOrigin: {client.address}\r\n"
    known += f"X-Upload-Token: {client.token}\r\n"
    connection.sock.sendall(f"{head}\r\n{known}\r\n".encode() + body)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    said = answer.status, json.loads(answer.read())
    connection.close()
    return said


def test_a_part_without_its_length_is_refused(local: Client) -> None:
    _, upload = local.begin("a.csv", 9)
    head = f"PUT /incoming/{upload['id']}?offset=0 HTTP/1.1\r\nTransfer-Encoding: chunked"
    assert "must say its length" in sentence(raw(local, head, b"3\r\nabc\r\n0\r\n\r\n"), 411)
    lying = f"{head}\r\nContent-Length: 2"
    assert sentence(raw(local, lying, b"3\r\nabc\r\n0\r\n\r\n"), 400)
    assert local.ask("GET", f"/incoming/{upload['id']}")[1]["received"] == 0
    local.ask("DELETE", f"/incoming/{upload['id']}")


def test_a_connection_that_is_cut_loses_less_than_a_part(local: Client) -> None:
    content = os.urandom(8 * MB)
    _, upload = local.begin("a.csv", len(content))
    connection = http.client.HTTPConnection(urlsplit(local.address).netloc)
    connection.putrequest("PUT", f"/incoming/{upload['id']}?offset=0")
    for name, value in (("Origin", local.address), ("X-Upload-Token", local.token)):
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content[: 5 * MB])
    connection.close()
    received = -1
    while received < 4 * MB:  # the server reads on for a moment
        received = local.ask("GET", f"/incoming/{upload['id']}")[1]["received"]
    status, said = local.part(upload["id"], 0, content)
    assert status == 409 and said["received"] >= received
    status, said = local.part(upload["id"], said["received"], content[said["received"] :])
    assert status == 200 and said["finished"]
    local.ask("DELETE", f"/incoming/{upload['id']}")


def test_a_file_that_is_chosen_again_goes_on_where_it_was_cut(local: Client) -> None:
    about = json.dumps({"name": "a.csv", "size": 6, "changed": 1_790_000_000_123}).encode()
    _, upload = local.ask("POST", "/incoming", about)
    local.part(upload["id"], 0, b"abc")
    status, again = local.ask("POST", "/incoming", about)
    assert (status, again) == (200, {**upload, "received": 3})
    assert local.part(upload["id"], 3, b"def")[1]["finished"]
    local.ask("DELETE", f"/incoming/{upload['id']}")


def test_a_part_that_does_not_follow_is_told_from_where_to_go_on(local: Client) -> None:
    _, upload = local.begin("a.csv", 9)
    local.part(upload["id"], 0, b"abc")
    for offset in (0, 2, 4, 9, 10**14):
        status, said = local.part(upload["id"], offset, b"x")
        assert status == 409 and said["received"] == 3 and "does not follow" in said["error"]
    for offset in ("", "-1", "x", "1e3", "%D9%A3", "9" * 40):
        assert sentence(local.part(upload["id"], offset, b"x"), 400)
    local.ask("DELETE", f"/incoming/{upload['id']}")


def test_a_file_that_grows_is_told(local: Client) -> None:
    _, upload = local.begin("a.csv", 3)
    assert "has grown" in sentence(local.part(upload["id"], 0, b"abcd"), 422)
    assert "has grown" in sentence(local.part(upload["id"], 0, bytes(8 * MB)), 422)
    french = local.part(upload["id"], 0, b"abcd", Accept_Language="fr")
    assert "a grossi" in sentence(french, 422)
    local.ask("DELETE", f"/incoming/{upload['id']}")


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"{}", b'{"name": 1, "size": 1}', b'{"name": "a.csv", "size": "1"}',
     b'{"name": "a.csv", "size": true}', b'{"name": "a.csv", "size": 1.5}',
     b'{"name": "a.csv", "size": 1, "changed": "x"}', b"[" * 16000,
     b'{"name": "a.csv", "size": 1' + b"0" * 9000 + b"}", b"\xff\xfe", b'{"name": null}'],
    ids=range(13),
)  # fmt: skip
def test_what_tells_of_no_file_is_refused(local: Client, home: Path, body: bytes) -> None:
    assert "cannot be read" in sentence(local.ask("POST", "/incoming", body), 400)
    assert sentence(local.ask("POST", "/incoming", bytes(17 * 1024)), 413)
    assert not folders(home)


@pytest.mark.parametrize(
    "name",
    [
        "../../x.csv",
        "a\0b.csv",
        "<img src=x onerror=alert(1)>.csv",
        "x" * 500 + ".csv",
        "\ud800.csv",
    ],
    ids=range(5),
)
def test_no_name_leads_elsewhere(local: Client, home: Path, name: str) -> None:
    one = sent(local, b"a;b\n", name)
    (folder,) = folders(home)
    assert folder.name == one
    (file,) = (folder / "file").iterdir()
    assert file.read_bytes() == b"a;b\n" and not set(file.name) & set("/\\<>\0")
    assert not [path for path in (home / "data").rglob("*.csv") if path != file]
    local.ask("DELETE", f"/incoming/{one}")


@pytest.mark.parametrize("one", ["0" * 32, "..", "%2e%2e", "..%2f..%2fraw", "a%00b", "x" * 3000])
def test_no_id_leads_elsewhere(local: Client, one: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        status, said = local.ask(method, f"/incoming/{one}?offset=0", b"x")
        assert status in (400, 404, 405) or "<!doctype html>" in said, (method, status)


@pytest.mark.middle
def test_thirty_in_a_row_are_bounded_and_told(local: Client, home: Path) -> None:
    asked = [local.begin(f"{n}.csv", 100 * MB) for n in range(30)]
    begun = [said["id"] for status, said in asked if status == 200]
    assert 0 < len(begun) <= incoming.OWN_FILES
    for refused in asked[len(begun) :]:
        assert "There is no room" in sentence(refused, 422)
    assert len(folders(home)) == len(begun)
    for one in begun:
        assert local.ask("DELETE", f"/incoming/{one}")[0] == 200
