"""Each request is asked where it comes from before Streamlit sees it."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pages.door import gate, roles, signed_out, startup_check
from tests.waiting import waited

SETTINGS = startup_check.SignIn(
    groups_claim="groups",
    groups={"founder": frozenset({"f"}), "partner": frozenset({"p"})},
    account_claim="email",
    session_hours=12,
    origin="https://maillage.example.org",
)
SECRET = "s" * 40


def scope(path: str = "/", kind: str = "http", **changes: Any) -> dict[str, Any]:
    headers = {"host": "127.0.0.1:8501"} | changes.pop("headers", {})
    return {
        "type": kind, "method": "GET", "path": path, "query_string": b"", "scheme": "http",
        "server": ("127.0.0.1", 8501), "client": ("127.0.0.1", 5000),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items() if v],
    } | changes  # fmt: skip


def status(one: dict[str, Any], settings: startup_check.SignIn | None = None) -> int:
    try:
        gate.check(one, settings)
    except gate.Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, 200),
        ({"headers": {"host": "localhost:8501"}}, 200),
        ({"headers": {"host": "[::1]:8501"}, "server": ("::1", 1), "client": ("::1", 2)}, 200),
        ({"server": ("192.168.1.7", 8501)}, 403),
        ({"client": ("192.168.1.9", 5000)}, 403),
        ({"server": ("/tmp/socket", None)}, 403),
        ({"server": None}, 403),
        ({"client": None}, 403),
        ({"headers": {"x-forwarded-for": "8.8.8.8"}}, 403),
        ({"headers": {"x-forwarded-host": "127.0.0.1"}}, 403),
        ({"headers": {"forwarded": "for=127.0.0.1"}}, 403),
        ({"headers": {"x-real-ip": "127.0.0.1"}}, 403),
        ({"headers": {"via": "1.1 proxy"}}, 403),
        ({"headers": {"host": "maillage.example.org"}}, 421),
        ({"headers": {"host": "127.0.0.1.example.org"}}, 421),
        ({"headers": {"host": "127.0.0.1:8501@example.org"}}, 421),
        ({"headers": {"host": ""}}, 421),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_without_sign_in_only_this_machine_is_served(
    changes: dict[str, Any], wanted: int, kind: str
) -> None:
    headers = {"host": "127.0.0.1:8501"} | changes.get("headers", {})
    headers["origin"] = f"http://{headers['host']}"
    assert status(scope(kind=kind, **{**changes, "headers": headers})) == wanted


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [("http://127.0.0.1:8501", 200), ("", 403), ("http://evil.example", 403),
     ("http://127.0.0.1:9999", 403), ("null", 403)],
)  # fmt: skip
def test_no_page_of_another_site_talks_to_the_server(origin: str, wanted: int) -> None:
    assert status(scope("/_stcore/stream", "websocket", headers={"origin": origin})) == wanted


@pytest.mark.parametrize(
    ("host", "origin", "wanted"),
    [
        ("maillage.example.org", "https://maillage.example.org", 200),
        ("maillage.example.org", "http://maillage.example.org", 403),
        ("maillage.example.org", "https://evil.example", 403),
        ("maillage.example.org", "", 403),
        ("evil.example", "https://maillage.example.org", 421),
        ("x.maillage.example.org", "https://maillage.example.org", 421),
    ],
)
def test_with_sign_in_only_the_names_and_the_origin_configured(
    monkeypatch: pytest.MonkeyPatch, host: str, origin: str, wanted: int
) -> None:
    real = config.get_option
    hosts = {"server.allowedHosts": ["maillage.example.org"]}
    monkeypatch.setattr(config, "get_option", lambda name: hosts.get(name) or real(name))
    far = {"server": ("10.0.0.1", 8501), "client": ("10.0.0.2", 1)}
    headers = {"host": host, "origin": origin, "x-forwarded-for": "8.8.8.8"}
    one = scope("/_stcore/stream", "websocket", headers=headers, **far)
    assert status(one, SETTINGS) == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/_stcore/health", 200), ("/_stcore/host-config", 200), ("/_stcore/stream", 200),
        ("/_stcore/metrics", 404), ("/_stcore/agent/interact", 404), ("/_stcore/agent/mcp", 404),
        ("/_stcore/agent/openapi.json", 404), ("/_stcore/upload_file/a/b", 404),
        ("/_stcore/script-health-check", 404), ("/static/index.js", 200),
    ],
)  # fmt: skip
def test_only_what_a_window_asks_for_is_open(path: str, wanted: int) -> None:
    assert status(scope(path)) == wanted


def cookie(secret: str = SECRET, **claims: Any) -> str:
    told = {"is_logged_in": True, "sub": "a", "iat": time.time(), "groups": ["f"], "iss": "i"}
    value = create_signed_value(secret, gate.USER_COOKIE, json.dumps(told | claims)).decode()
    return f"{gate.USER_COOKIE}={value}"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch):
    """Asks for a file of 9 bytes, which was made for an account; gives status and headers."""
    monkeypatch.setattr(gate, "get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr(startup_check, "sign_in", lambda: SETTINGS)
    monkeypatch.setattr(roles, "_handed_out", type(roles._handed_out)())
    owner = roles.identify(gate.claims(scope(headers={"cookie": cookie()})), SETTINGS)
    assert owner.role == "founder"
    with roles.acting_as(owner):
        roles.hand_out(b"a;b\r\n1;2")

    async def streamlit(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"set-cookie", b"_streamlit_user=x; HttpOnly; Max-Age=2592000; Path=/")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        whole = not any(name == b"range" for name, _ in scope["headers"])
        await send({"type": "http.response.body", "body": b"a;b\r\n1;2" if whole else b"a;b"})

    def ask(header: str, path: str = "/media/1.csv", **more: str) -> tuple[int, dict[str, str]]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        one = scope(path, headers={"cookie": header, **more})
        asked = gate.Gate(streamlit)(one, lambda: None, send)  # type: ignore[arg-type]
        waited(asked)
        return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}

    return ask


def test_a_file_goes_to_the_account_it_was_made_for(files) -> None:
    now, headers = files(cookie())
    assert now == 200 and headers["cache-control"] == "private, no-store"
    assert files(cookie(), range="bytes=0-2")[0] == 200  # whole, so that it is known


@pytest.mark.parametrize(
    "header",
    [
        "",
        "_streamlit_user=x",
        cookie(secret="t" * 40),
        cookie(sub="b"),
        cookie(iss="another provider"),
        cookie(groups=["nobody"]),
        cookie(groups=None),
        cookie(is_logged_in=False),
        cookie(iat=time.time() - 13 * 3600),
        cookie(iat=time.time() + 3600),
        cookie(iat="now"),
        cookie(iat=float("nan")),
        cookie(iat=True),
        cookie().replace("_streamlit_user", "_streamlit_user_tokens"),
    ],
    ids=range(14),
)
def test_a_file_goes_to_nobody_else(files, header: str) -> None:
    assert files(header)[0] == 404


def test_a_file_that_nobody_made_goes_to_nobody(files, monkeypatch) -> None:
    monkeypatch.setattr(roles, "_handed_out", type(roles._handed_out)())
    assert files(cookie())[0] == 404


def sign_out(header: str) -> None:
    """Ends a sign-in, as the button of the pages does."""
    signed_out.note(roles.identify(gate.claims(scope(headers={"cookie": header})), SETTINGS).key)


def test_signing_out_ends_every_copy_of_the_cookie(files) -> None:
    header = cookie(nonce="once")
    assert files(header)[0] == 200
    sign_out(header)
    assert files(header)[0] == 404
    assert files(cookie(nonce="again"))[0] == 200


@pytest.mark.parametrize("groups", [["f"], ["p"], ["nobody"], None])
@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout/", "/auth/logout?x=1"])
def test_no_address_ends_a_sign_in(files, groups: list[str] | None, path: str) -> None:
    header = cookie(nonce=f"{groups} {path}", groups=groups)
    key = roles.identify(gate.claims(scope(headers={"cookie": header})), SETTINGS).key
    assert files(header, path)[0] == 403 and not signed_out.holds(key)
    sign_out(header)
    assert files(header, path)[0] == 200  # there Streamlit has the browser lose its cookie


@pytest.mark.parametrize(
    "header",
    ["", "_streamlit_user=x", cookie(secret="t" * 40), cookie(iat=time.time() - 13 * 3600)],
)
def test_who_is_not_signed_in_loses_a_cookie_of_before(files, header: str) -> None:
    assert files(header, "/auth/logout")[0] == 200


def test_a_sign_out_outlives_a_restart_and_no_longer_than_the_cookies(
    files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path))
    header = cookie(nonce="once")
    sign_out(header)
    (kept,) = signed_out.folder().iterdir()
    assert kept.stat().st_size == 0 and kept.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(signed_out, "_noted", set())  # as after a restart
    assert files(header)[0] == 404
    long_ago = time.time() - (startup_check.COOKIE_HOURS + 2) * 3600
    os.utime(kept, (long_ago, long_ago))
    sign_out(cookie(nonce="later"))
    assert kept not in signed_out.folder().iterdir()


def test_a_sign_out_that_cannot_be_written_holds_until_a_restart(
    files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "file" / "logs"))
    header = cookie(nonce="unwritten")
    sign_out(header)
    assert files(header)[0] == 404 and "cannot be written" in caplog.text


def test_cookies_last_as_long_as_a_sign_in_and_go_over_https(files) -> None:
    _, headers = files("", "/oauth2callback")
    assert set(headers["set-cookie"].split("; ")[1:]) == {
        "HttpOnly", "Path=/", "Max-Age=43200", "Secure",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["clear_cache", "load_git_info", "set_run_on_save"])
def test_messages_of_who_develops_pass_for_nobody(kind: str) -> None:
    assert not gate.is_needed(BackMsg(**{kind: True}).SerializeToString())


def test_messages_of_pages_pass_and_no_others() -> None:
    known = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    let_in = set()
    for kind in known:
        message = BackMsg()
        if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type is None:
            setattr(message, kind, True)
        else:
            getattr(message, kind).SetInParent()
        let_in |= {kind} if gate.is_needed(message.SerializeToString()) else set()
    assert let_in == {"rerun_script", "stop_script", "app_heartbeat"}
    for name in ("deferred_file", "dataframe_chunk", "install_skills", "dismiss_skills_nudge"):
        message = BackMsg()
        getattr(message.backend_operation_request, name).SetInParent()
        is_ours = name in ("deferred_file", "dataframe_chunk")
        assert gate.is_needed(message.SerializeToString()) == is_ours
    assert not any(map(gate.is_needed, (None, b"", b"\xff\xff", b"text")))


def test_the_gate_leaves_messages_out() -> None:
    def told(**kind: bool) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": BackMsg(**kind).SerializeToString()}

    sent = [told(clear_cache=True), told(stop_script=True), {"type": "websocket.disconnect"}]
    seen: list[Any] = []

    async def receive() -> Any:
        return sent.pop(0)

    async def streamlit(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([await receive(), await receive()])

    one = scope("/_stcore/stream", "websocket", headers={"origin": "http://127.0.0.1:8501"})
    asked = gate.Gate(streamlit)(one, receive, lambda message: None)  # type: ignore[arg-type]
    waited(asked)
    assert seen == [told(stop_script=True), {"type": "websocket.disconnect"}]


@pytest.mark.parametrize(
    ("site", "wanted"),
    [("same-origin", 200), ("none", 200), ("", 200), ("cross-site", 403), ("same-site", 403)],
)
def test_no_other_site_signs_a_reader_out(site: str, wanted: int) -> None:
    assert status(scope("/auth/logout", headers={"sec-fetch-site": site})) == wanted
