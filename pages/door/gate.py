"""What may reach the pages at all, asked of each request before Streamlit sees it.

Without sign-in: this machine only, whatever the server listens on and whatever stands before it.
With it: the names and the origin that were configured. Files made for one account go to no other.
"""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from etl import disk
from pages.door import roles, startup_check

log = logging.getLogger("maillage.access")
USER_COOKIE = "_streamlit_user"
# What a reader's window asks for; the rest of Streamlit's own addresses is closed.
CORE = ("health", "host-config", "stream")
# What a page sends. The rest is for who develops: it would empty everybody's caches, look into the
# project, install programs, and asks for no sign-in.
MESSAGES = ("rerun_script", "stop_script", "app_heartbeat", "backend_operation_request")
OPERATIONS = ("dataframe_chunk", "deferred_file")
# Each is put there by something that passes on what another machine asked.
FORWARDED = ("forwarded", "via", "x-real-ip", "x-original-host")
ELSEWHERE = ("cross-site", "same-site")  # what a browser says of where a request comes from
_told: set[str] = set()


class Refused(Exception):
    """A request that may not pass; ``status`` and the text go back."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Gate:
    """The middleware; app.py puts it before Streamlit."""

    stands = False

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        Gate.stands = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        settings = startup_check.sign_in()
        try:
            check(scope, settings)
        except Refused as refused:
            if str(refused) not in _told and refused.status != 404:
                _told.add(str(refused))
                log.warning("Requests are refused (said once): %s", refused)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await PlainTextResponse(str(refused), refused.status)(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, _with_needed_messages(receive), send)
            return
        if settings is None:
            await self.app(scope, receive, send)
            return
        if _below(scope, "media/"):
            await self._file(scope, receive, send, settings)
        else:
            await self.app(scope, receive, _with_tight_cookies(send, settings))

    async def _file(
        self, scope: Scope, receive: Receive, send: Send, settings: startup_check.SignIn
    ) -> None:
        """A file goes out whole, and to the account that it was made for."""
        messages: list[Message] = []

        async def hold(message: Message) -> None:
            messages.append(message)

        # whole and as it was made, or it would not be known again
        changed = (b"range", b"accept-encoding")
        headers = [(name, value) for name, value in scope["headers"] if name not in changed]
        await self.app({**scope, "headers": headers}, receive, hold)
        body = b"".join(message.get("body", b"") for message in messages)
        if not roles.may_fetch(body, roles.identify(claims(scope), settings)):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        for message in messages:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "private, no-store"
            await send(message)


def check(scope: Scope, settings: startup_check.SignIn | None) -> None:
    """Raises Refused unless the request may go on to Streamlit."""
    headers = Headers(scope=scope)
    host = _name(headers.get("host"))
    if settings is None:
        ends = [(scope.get(end) or ("",))[0] for end in ("server", "client")]
        is_passed_on = any(n in FORWARDED or n.startswith("x-forwarded-") for n in headers)
        if is_passed_on or not all(map(startup_check.is_loopback, ends)):
            raise Refused(403, f"Sign-in is not configured. {startup_check.HOW}")
        if not startup_check.is_loopback(host):
            raise Refused(421, f"Sign-in is not configured. {startup_check.HOW}")
    elif host not in config.get_option("server.allowedHosts"):
        raise Refused(421, "This server is not known by that name (server.allowedHosts).")
    if scope["type"] == "websocket":
        check_origin(headers, settings)
    elif _below(scope, "auth/logout"):
        if headers.get("sec-fetch-site") in ELSEWHERE:
            raise Refused(403, "The request comes from another site.")
        if settings is not None and _holds_sign_in(scope, settings):
            # whatever link or picture led here: the button has ended a sign-in before
            raise Refused(403, "Sign out with the button on the pages.")
    tail = scope["path"].partition("/_stcore/")[2]
    if tail and tail not in CORE:
        raise Refused(404, "Not found")


def is_needed(data: bytes | None) -> bool:
    """Whether a message of a window is one that the pages send."""
    try:
        message = BackMsg.FromString(data or b"")
    except DecodeError:
        return False
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in MESSAGES


def _with_needed_messages(receive: Receive) -> Receive:
    """The messages of a window, those that no page sends left out."""

    async def receive_needed() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or is_needed(message.get("bytes")):
                return message

    return receive_needed


def check_origin(headers: Headers, settings: startup_check.SignIn | None) -> None:
    """Raises Refused unless the pages themselves talk to the server: no page of another site."""
    origin = headers.get("origin")
    if settings is not None:
        if origin != settings.origin:
            raise Refused(403, "The pages were opened by another address than redirect_uri's.")
    elif urlsplit(origin or "").netloc != headers.get("host"):
        raise Refused(403, "The request comes from another site.")


def claims(scope: Scope) -> dict[str, Any]:
    """What the identity cookie of a request says; empty when it is missing, forged or too old."""
    cookies, secret = HTTPConnection(scope).cookies, get_cookie_secret()

    def single(name: str) -> bytes | None:
        held = cookies.get(name)
        return decode_signed_value(secret, name, held.encode("latin-1")) if held else None

    try:
        found = disk.parsed(get_cookie_with_chunks(single, USER_COOKIE) or b"{}")
    except (ValueError, UnicodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _holds_sign_in(scope: Scope, settings: startup_check.SignIn) -> bool:
    """Whether a request comes with a sign-in that neither ended nor expired."""
    found = roles.identify(claims(scope), settings)
    return bool(found.key) and found.why != "expired"


def _with_tight_cookies(send: Send, settings: startup_check.SignIn) -> Send:
    """Streamlit's cookies last 30 days and go over HTTP too; ours last as long as a sign-in, and
    go over HTTPS alone where readers come by it."""

    async def send_tight(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = list(_tight(message["headers"], settings))
        await send(message)

    return send_tight


def _tight(
    headers: Iterable[tuple[bytes, bytes]], settings: startup_check.SignIn
) -> Iterable[tuple[bytes, bytes]]:
    for name, value in headers:
        if name.lower() == b"set-cookie":
            parts = value.split(b"; ")
            if parts[0].startswith(USER_COOKIE.encode()):
                seconds = f"Max-Age={int(settings.session_hours * 3600)}".encode()
                is_long = f"Max-Age={startup_check.COOKIE_HOURS * 3600}".encode()
                parts = [seconds if part == is_long else part for part in parts]
            if settings.is_https and b"Secure" not in parts:
                parts.append(b"Secure")
            value = b"; ".join(parts)
        yield name, value


def _below(scope: Scope, path: str) -> bool:
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    start = f"/{base}/{path}" if base else f"/{path}"
    return scope["path"].startswith(start)


def _name(host: str | None) -> str:
    """The name in a Host header, without its port."""
    try:
        parts = urlsplit(f"//{host or ''}")
        is_plain = parts.netloc == host and not (parts.username or parts.password)
        return (parts.hostname or "").rstrip(".") if is_plain else ""
    except ValueError:
        return ""
