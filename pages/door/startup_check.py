"""What the server needs before it may serve: sign-in, or the loopback and nobody else.

All settings of sign-in stand in .streamlit/secrets.toml: [auth] as Streamlit wants it, [access] as
read here. They are read once: a change counts from the next start, so that a file that is lost or
broken later never turns a visitor into a founder.
"""

import ipaddress
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

ROLES = ("founder", "partner")
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
SECRET_LENGTH = 32
COOKIE_HOURS = 30 * 24  # Streamlit's own limit
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
KNOWN = {"groups_claim", "founders", "partners", "account_claim", "session_hours"}
# Options under which somebody else could speak for a visitor, and the value that is safe.
_SAFE: dict[str, Any] = {
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "server.trustedUserHeaders": {},
    "global.developmentMode": False,
}
HOW = (
    "To serve other machines, configure sign-in: copy .streamlit/secrets.example.toml to "
    ".streamlit/secrets.toml and fill it in (pages/door/README.md, “Put it online safely”). To "
    'serve this machine only, leave server.address at "127.0.0.1".'
)


@dataclass(frozen=True)
class SignIn:
    """How visitors sign in: which groups make which role, how an account is called in the log,
    how long a sign-in lasts, and the one origin (scheme, host, port) that readers see."""

    groups_claim: str
    groups: Mapping[str, frozenset[str]]
    account_claim: str
    session_hours: float
    origin: str

    @property
    def is_https(self) -> bool:
        """Whether readers come by HTTPS."""
        return self.origin.startswith("https://")


class Unsafe(Exception):
    """The server may not start; ``reasons`` say why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@cache
def sign_in() -> SignIn | None:
    """The settings of sign-in, or None when there is none. Raises Unsafe when they are wrong."""
    secrets = _secrets()
    auth, access = secrets.get("auth"), secrets.get("access")
    if auth is None and access is None:
        return None
    reasons = _wrong_auth(auth) + _wrong_access(access)
    if reasons:
        raise Unsafe(reasons)
    assert auth is not None and access is not None
    address = urlsplit(auth["redirect_uri"])
    return SignIn(
        groups_claim=access["groups_claim"],
        groups={role: frozenset(access.get(f"{role}s", [])) for role in ROLES},
        account_claim=access.get("account_claim", "email"),
        session_hours=float(access.get("session_hours", 12)),
        origin=f"{address.scheme}://{address.netloc}",
    )


def check() -> None:
    """Raises Unsafe unless the server may serve with the settings and the address it was given."""
    reasons = [
        f"{name} must be {_toml(safe)}: anything else lets others speak for a visitor."
        for name, safe in _SAFE.items()
        if (config.get_option(name) or type(safe)()) != safe
    ]
    address = config.get_option("server.address")
    hosts = [str(host) for host in config.get_option("server.allowedHosts") or []]
    found = sign_in()
    if found is None:
        if not is_loopback(address):
            shown = f"“{address}”" if address else "every address (server.address is empty)"
            reasons.append(f"Sign-in is not configured, so {shown} is refused. {HOW}")
        others = [host for host in hosts if host not in LOOPBACK_NAMES]
        if others:
            reasons.append(
                "Sign-in is not configured, so server.allowedHosts may not name "
                f"{', '.join(others)}. {HOW}"
            )
    else:
        host = urlsplit(found.origin).hostname or ""
        if host not in hosts:
            reasons.append(f"server.allowedHosts must name “{host}”, the host of redirect_uri.")
        if any("*" in name for name in hosts):
            reasons.append("server.allowedHosts must name each host; * is no host.")
    if reasons:
        raise Unsafe(reasons)


def check_or_exit() -> None:
    """Ends the process, with the reasons on stderr, unless the server may start."""
    try:
        check()
    except Unsafe as error:
        print("Maillage does not start:", file=sys.stderr)
        for reason in error.reasons:
            print(f"- {reason}", file=sys.stderr)
        raise SystemExit(2) from None


def is_loopback(address: object) -> bool:
    """Whether an address can be reached from this machine only; a name but localhost cannot tell,
    and an empty address means every one."""
    if not isinstance(address, str):
        return False
    text = address.strip().removeprefix("[").removesuffix("]").lower()
    if text == "localhost":
        return True
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _secrets() -> Mapping[str, Any]:
    """All secrets; empty when no file has any. A file that cannot be read is no empty file."""
    files = [Path(name) for name in config.get_option("secrets.files")]
    if not any(file.exists() for file in files):
        return {}
    try:
        return st.secrets.to_dict()
    except Exception as error:
        raise Unsafe([f"The secrets file cannot be read: {type(error).__name__}."]) from error


def _wrong_auth(auth: Any) -> list[str]:
    if not isinstance(auth, Mapping):
        return ["secrets.toml has [access] but no [auth]: visitors could not sign in."]
    reasons = [f"[auth] {key} is missing." for key in _NEEDED if not _is_text(auth.get(key))]
    if _is_text(auth.get("cookie_secret")) and len(auth["cookie_secret"]) < SECRET_LENGTH:
        reasons.append(f"[auth] cookie_secret needs {SECRET_LENGTH} characters or more.")
    for key in ("redirect_uri", "server_metadata_url"):
        if _is_text(auth.get(key)) and not _is_private(auth[key]):
            reasons.append(f"[auth] {key} must begin with https://.")
    path = f"/{(config.get_option('server.baseUrlPath') or '').strip('/')}/oauth2callback"
    if _is_text(auth.get("redirect_uri")) and urlsplit(auth["redirect_uri"]).path != (
        path.replace("//", "/")
    ):
        reasons.append("[auth] redirect_uri must end with /oauth2callback.")
    if auth.get("expose_tokens"):
        reasons.append("[auth] expose_tokens must not be set: no page needs a token.")
    others = [key for key, value in auth.items() if isinstance(value, Mapping)]
    reasons += [
        f"[auth.{key}] is a second provider; there can be one, in [auth] itself."
        for key in others
        if key != "client_kwargs"
    ]
    return reasons


def _wrong_access(access: Any) -> list[str]:
    if not isinstance(access, Mapping):
        return ["secrets.toml has [auth] but no [access]: nobody would have a role."]
    reasons = [f"[access] {key} is unknown." for key in sorted(access.keys() - KNOWN)]
    if not _is_text(access.get("groups_claim")):
        reasons.append("[access] groups_claim is missing.")
    if not _is_text(access.get("account_claim", "email")):
        reasons.append("[access] account_claim must be a text.")
    lists = {role: access.get(f"{role}s", []) for role in ROLES}
    for role, names in lists.items():
        if not isinstance(names, list) or not all(map(_is_text, names)):
            reasons.append(f"[access] {role}s must be a list of groups.")
            lists[role] = []
    if not access.get("founders"):
        reasons.append("[access] founders names no group.")
    if both := set(lists["founder"]) & set(lists["partner"]):
        reasons.append(f"[access] {_listed(both)}: a group is of founders or of partners.")
    hours = access.get("session_hours", 12)
    is_number = isinstance(hours, (int, float)) and not isinstance(hours, bool)
    if not is_number or not 0 < hours <= COOKIE_HOURS:
        reasons.append(f"[access] session_hours must be above 0, at most {COOKIE_HOURS}.")
    return reasons


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_private(url: str) -> bool:
    """Whether nobody can read along: HTTPS, or this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _toml(value: Any) -> str:
    return "empty" if value == {} else str(value).lower()
