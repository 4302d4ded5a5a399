"""Who visits, and as what: decided anew at each question, from the sign-in and nothing else.

Deny by default: who is not known for certain has no role, and without a role nothing is read. The
address (?as=partner) can lower a founder's rights for a visit, and raise nobody's.
"""

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from pages.door import signed_out, startup_check

CLOCK_SKEW_S = 300
LATEST = 1e11  # seconds of a time that can be meant
HANDED_OUT = 2000
_VIEW, _LEFT = "_view", "_left"


@dataclass(frozen=True)
class Visit:
    """A visitor. Without a role, ``why`` says why: signed_out, expired, no_claim or no_group.

    ``own_role`` is the account's, ``role`` the one to act by; they differ when a founder looks at
    what a partner sees. ``owner`` stands for the account, ``key`` for this one sign-in.
    """

    role: str | None
    own_role: str | None
    account: str = ""
    owner: str = ""
    key: str = ""
    ends_at: float = 0.0
    why: str = ""


LOCAL = Visit("founder", "founder", account="local", owner="local")
NOBODY = Visit(None, None, why="signed_out")
_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
_lock = threading.Lock()
_handed_out: OrderedDict[str, set[str]] = OrderedDict()  # digest of a file: its owners


def visit() -> Visit:
    """The visitor of this run."""
    held = _visit.get()
    if held is not None:
        return held if still_holds(held) else replace(held, role=None, own_role=None)
    settings = startup_check.sign_in()
    found = LOCAL if settings is None else identify(st.user.to_dict(), settings)
    if found.own_role == "founder" and st.session_state.get(_VIEW) == "partner":
        return replace(found, role="partner")
    return found


def role() -> str | None:
    """'founder' or 'partner': as what the visitor is to be treated; None: not at all."""
    return visit().role


def is_preview() -> bool:
    """Whether a founder looks at what a partner sees."""
    found = visit()
    return found.own_role == "founder" and found.role == "partner"


def identify(claims: Mapping[str, Any], settings: startup_check.SignIn) -> Visit:
    """The visitor whose identity token made these claims; its signature was checked before."""
    if claims.get("is_logged_in") is not True:
        return NOBODY
    subject: Any = claims.get("sub")
    issued: Any = claims.get("iat")
    # neither infinite, nor the number that no other is above or below
    is_time = type(issued) in (int, float) and abs(issued) < LATEST
    if not isinstance(subject, str) or not subject or not is_time:
        return NOBODY
    named = claims.get(settings.account_claim)
    known = Visit(
        role=None,
        own_role=None,
        account=named if isinstance(named, str) and named else subject,
        owner=_digest([claims.get("iss"), subject]),
        key=_digest([claims.get(k) for k in ("iss", "sub", "iat", "nonce", "sid", "jti")]),
        ends_at=issued + settings.session_hours * 3600,
    )
    now = time.time()
    if now >= known.ends_at or issued > now + CLOCK_SKEW_S or signed_out.holds(known.key):
        return replace(known, why="expired")
    groups = claims.get(settings.groups_claim)
    groups = {groups} if isinstance(groups, str) else groups
    if not isinstance(groups, (list, tuple, set)):
        return replace(known, why="no_claim")
    found = [
        name
        for name in startup_check.ROLES
        if settings.groups[name] & {group for group in groups if isinstance(group, str)}
    ]
    if not found:
        return replace(known, why="no_group")
    lowest = found[-1]
    return replace(known, role=lowest, own_role=lowest)


def still_holds(found: Visit) -> bool:
    """Whether a visitor known before is one still: neither expired nor signed out."""
    if startup_check.sign_in() is None:
        return True
    return (
        found.role is not None and time.time() < found.ends_at and not signed_out.holds(found.key)
    )


@contextmanager
def acting_as(found: Visit) -> Iterator[None]:
    """Act for a visitor outside a run of the script: files are made when a button is clicked."""
    token = _visit.set(found)
    try:
        yield
    finally:
        _visit.reset(token)


def enter() -> Visit:
    """The visitor at the begin of a run; reads and keeps ?as= in the address."""
    asked = st.query_params.get("as")
    if visit().own_role == "founder":
        if asked is not None:
            st.session_state[_VIEW] = "partner" if asked == "partner" else "own"
        if st.session_state.get(_VIEW) == "partner":
            if asked != "partner":
                st.query_params["as"] = "partner"
        elif asked is not None:
            del st.query_params["as"]
    elif asked is not None:
        del st.query_params["as"]
    return visit()


def look_as(view: str, page: str) -> None:
    """For a button: look as 'partner', or again as oneself ('own'), from the page now open."""
    st.session_state[_VIEW] = view
    st.session_state[_LEFT] = page
    if view == "partner":
        st.query_params["as"] = "partner"
    else:
        st.query_params.pop("as", None)


def page_left() -> str | None:
    """The page open when the view was changed, once: the new menu may be without it."""
    return st.session_state.pop(_LEFT, None)


def hand_out(data: bytes) -> bytes:
    """Note that a file was made for the visitor, who alone may fetch it; returns it."""
    digest, owner = hashlib.sha256(data).hexdigest(), visit().owner
    with _lock:
        _handed_out.setdefault(digest, set()).add(owner)
        _handed_out.move_to_end(digest)
        while len(_handed_out) > HANDED_OUT:
            _handed_out.popitem(last=False)
    return data


def may_fetch(data: bytes, found: Visit) -> bool:
    """Whether a file was made for this visitor."""
    owners = _handed_out.get(hashlib.sha256(data).hexdigest(), set())
    return found.role is not None and found.owner in owners


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
