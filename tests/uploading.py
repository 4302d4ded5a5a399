"""Sends files to a real server over HTTP, as the page does and as it does not."""

import contextlib
import hashlib
import hmac
import http.client
import json
import math
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pages.door import roles, startup_check
from tests.browsing import ROOT, free_port
from tests.signing_in import COOKIE, SECRET, cookie

# The server as app.py makes it; it tells the token of its pages, which no other process can know.
START = """
{first}
import app
from pages.door import roles, uploads
print(uploads.token(roles.LOCAL), flush=True)
app.app.run(config={{"server.port": {port}}})
"""
SETTINGS = startup_check.SignIn(
    groups_claim="groups",
    groups={"founder": frozenset({"market-founders"}), "partner": frozenset({"agencies"})},
    account_claim="email",
    session_hours=12,
    origin="",
)


@dataclass
class Client:
    """One visitor; ``token`` and ``headers`` as the page sends them, ``key`` of the sign-in."""

    address: str
    token: str
    key: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    trust: ssl.SSLContext | None = None

    def connect(self) -> http.client.HTTPConnection:
        """A connection of this visitor's own."""
        place = urlsplit(self.address).netloc
        if self.trust:
            return http.client.HTTPSConnection(place, timeout=60, context=self.trust)
        return http.client.HTTPConnection(place, timeout=60)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **changes: str | None
    ) -> tuple[int, Any]:
        """The status and what was said. A header is changed by its name, None leaves it out."""
        headers: dict[str, str | None] = {
            "Origin": self.address, "X-Upload-Token": self.token, "Sec-Fetch-Site": "same-origin",
            "Accept-Language": "en", **self.headers,
        }  # fmt: skip
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        connection = self.connect()
        try:
            sent = {name: value for name, value in headers.items() if value is not None}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            said = answer.read()
            kind = answer.headers.get_content_type()
            return answer.status, json.loads(said) if kind == "application/json" else said.decode()
        finally:
            connection.close()

    def begin(self, name: Any, size: Any) -> tuple[int, Any]:
        return self.ask("POST", "/incoming", json.dumps({"name": name, "size": size}).encode())

    def part(self, one: str, offset: object, body: bytes, **changes: str) -> tuple[int, Any]:
        return self.ask("PUT", f"/incoming/{one}?offset={offset}", body, **changes)


@contextmanager
def served(home: Path, warehouse: Path | None = None, first: str = "") -> Iterator[Client]:
    """A server without sign-in, whose data and logs are in ``home``; gives its reader. ``first``
    is code that it runs before."""
    port = free_port()
    places = {"MAILLAGE_DATA": str(home / "data"), "MAILLAGE_LOGS": str(home / "logs")}
    if warehouse:
        places["MAILLAGE_WAREHOUSE"] = str(warehouse)
    process = subprocess.Popen(
        [sys.executable, "-c", START.format(port=port, first=first)],
        cwd=ROOT, env={**os.environ, **places}, stdout=subprocess.PIPE, text=True,
        stderr=(home / "stderr").open("w"),
    )  # fmt: skip
    assert process.stdout
    try:
        token = process.stdout.readline().strip()
        while "URL" not in process.stdout.readline():
            assert process.poll() is None, (home / "stderr").read_text()
        yield Client(f"http://127.0.0.1:{port}", token)
    finally:
        process.terminate()
        process.wait()


class Line:
    """What stands between a browser and a server: passes all on, until it is cut."""

    def __init__(self, address: str) -> None:
        self.server = ("127.0.0.1", urlsplit(address).port or 0)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.left: float = math.inf  # bytes that still come through to the server
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: float) -> None:
        """Breaks everything once so many bytes more have come; nothing passes until mend()."""
        self.left = size

    def mend(self) -> None:
        self.left = math.inf

    def _accept(self) -> None:
        while True:
            browser, _ = self.listening.accept()
            if self.left <= 0:
                browser.close()
                continue
            server = socket.create_connection(self.server)
            self.ends += [browser, server]
            for ends in ((browser, server), (server, browser)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if target.getpeername() == self.server:
                    self.left -= len(data)
                if self.left <= 0:
                    self.close()
                target.sendall(data)
        self._close(source, target)

    def close(self) -> None:
        """Ends all connections that are open now."""
        self._close(*self.ends)
        self.ends.clear()

    @staticmethod
    def _close(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def somebody(address: str, **claims: Any) -> Client:
    """Who signed in to a server with sign-in, with the token that its pages would hold."""
    return with_cookie(address, cookie(address, **claims)["value"])


def with_cookie(address: str, value: str) -> Client:
    """Who holds a cookie of a sign-in."""
    found = roles.identify(json.loads(_claims(value)), SETTINGS)
    message = json.dumps(["upload", found.owner, found.key]).encode()
    token = hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    return Client(address, token, found.key, {"Cookie": f"{COOKIE}={value}"})


def _claims(value: str) -> bytes:
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

    return decode_signed_value(SECRET, COOKIE, value.encode()) or b""
