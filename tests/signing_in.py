"""Signs in for real: an OpenID provider on loopback, and the app told to trust it."""

import json
import logging
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses what Authlib will drop at its next great version
    import oidc_provider_mock

from tests.browsing import PATIENCE_MS, Reader, free_port, server

SECRET = "0123456789abcdef" * 4
COOKIE = "_streamlit_user"
SIGN_IN = "Sign in"
SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secret}"
client_id = "maillage"
client_secret = "a secret between the two"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[access]
groups_claim = "groups"
founders = ["market-founders"]
partners = ["agencies", "banks"]
session_hours = 12
"""
PEOPLE: dict[str, dict[str, Any]] = {
    "flora": {"email": "flora@example.org", "groups": ["staff", "market-founders"]},
    "paul": {"email": "paul@example.org", "groups": ["agencies"]},
    "both": {"email": "both@example.org", "groups": ["market-founders", "agencies"]},
    "stranger": {"email": "stranger@example.org", "groups": ["visitors"]},
    "nogroups": {"email": "nogroups@example.org"},
    "oddgroups": {"email": "oddgroups@example.org", "groups": {"market-founders": True}},
}


@contextmanager
def provider() -> Iterator[str]:
    """An OpenID provider that knows PEOPLE; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # each request is a line else
    with oidc_provider_mock.run_server_in_thread() as running:
        address = f"http://localhost:{running.server_port}"
        for name, claims in PEOPLE.items():
            know(address, name, claims)
        yield address


def know(address: str, name: str, claims: dict[str, Any]) -> None:
    """Tell the provider who somebody is, from their next sign-in on."""
    body = json.dumps(claims).encode()
    request = Request(f"{address}/users/{quote(name)}", body, method="PUT")
    request.add_header("Content-Type", "application/json")
    urlopen(request, timeout=10).close()


@contextmanager
def guarded(warehouse: Path, provider: str, home: Path) -> Iterator[str]:
    """A server with sign-in; its secrets and logs are in ``home``."""
    port = free_port()
    secrets = home / "secrets.toml"
    address = f"http://127.0.0.1:{port}"
    secrets.write_text(SECRETS.format(address=address, provider=provider, secret=SECRET))
    options = ("--secrets.files", str(secrets))
    with server(warehouse, *options, port=port, logs=home / "logs") as url:
        yield url


def with_partners(source: Path, target: Path) -> Path:
    """A copy of a warehouse whose build holds figures for partners."""
    shutil.copytree(source, target, symlinks=True)
    build = (target / "current").resolve()
    if not (build / "partners.duckdb").exists():
        shutil.copy(build / "marketplace.duckdb", build / "partners.duckdb")
    return target


def sign_in(window: Reader, name: str, link: str = "") -> Page:
    """Open a page as a stranger, and come back from the provider as somebody."""
    page = at_the_door(window, link)
    page.get_by_role("button", name=SIGN_IN).click()
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{window.address}/**")
    window.settle()
    return page


def at_the_door(window: Reader, link: str = "") -> Page:
    """Open a page, and be asked to sign in."""
    # The provider's own page asks for a style sheet of another machine.
    window.context.route("https://**", lambda route: route.abort())
    page = window.open(link)
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible(timeout=PATIENCE_MS)
    return page


def cookie(address: str, secret: str = SECRET, **claims: Any) -> dict[str, Any]:
    """The cookie of somebody who signed in just now, signed with a secret."""
    told = {
        "iss": "http://localhost", "sub": "flora", "iat": int(time.time()), "nonce": "n",
        "groups": ["market-founders"], "email": "flora@example.org",
        "origin": address, "is_logged_in": True, "provider": "default",
    }  # fmt: skip
    signed = create_signed_value(secret, COOKIE, json.dumps(told | claims)).decode()
    return {"name": COOKIE, "value": signed, "url": address, "httpOnly": True}
