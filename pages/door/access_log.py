"""Who opened which page, took which export or sent a file, when: data/logs/access-<month>.jsonl.

An entry holds the account, the role, the page or the file's kind, and nothing else: no address of
a machine, no filter, no name from the data. Files older than the setting are removed.
"""

import datetime as dt
import json
import logging
import os
import threading
from functools import cache
from pathlib import Path

import streamlit as st

from etl import settings
from pages.door import roles, signed_out

log = logging.getLogger("maillage.access")
_SEEN = "_log_seen"
_lock = threading.Lock()
_state: dict[str, object] = {"month": None, "failing": False}


def page_opened(page: str) -> None:
    """Note that the visitor came to a page; once, however often it is run again."""
    found = roles.visit()
    now = (page, found.key, found.role)
    if st.session_state.get(_SEEN) != now:
        st.session_state[_SEEN] = now
        _write("page", found, page=page)


def turned_away() -> None:
    """Note that somebody signed in who may open nothing, and why."""
    found = roles.visit()
    now = (found.why, found.key)
    if found.account and st.session_state.get(_SEEN) != now:
        st.session_state[_SEEN] = now
        _write("refused", found, why=found.why)


def page_now() -> str:
    """The page that the visitor is on, for what happens there later."""
    return str(st.session_state.get(_SEEN, ("",))[0])


def export_made(page: str, kind: str) -> None:
    """Note that a file was made for the visitor."""
    _write("export", roles.visit(), page=page, format=kind)


def file_sent(found: roles.Visit, step: str, kind: str) -> None:
    """Note that a founder began to send a file, or that it is whole; ``kind`` is its ending."""
    _write("upload", found, step=step, format=kind)


def is_failing() -> bool:
    """Whether the last entry could not be written: founders are told, the page goes on."""
    return bool(_state["failing"])


def _write(event: str, found: roles.Visit, **more: str) -> None:
    now = dt.datetime.now(dt.UTC)
    entry = {
        "at": now.isoformat(timespec="seconds"),
        "event": event,
        "account": found.account,
        "role": found.own_role,
        **({"view": found.role} if found.role != found.own_role else {}),
        **more,
    }
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    try:
        with _lock:
            _append(signed_out.logs(), now.date(), line)
        _state["failing"] = False
    except OSError as error:
        if not _state["failing"]:
            log.error("The access log cannot be written, pages go on without it: %s", error)
        _state["failing"] = True


def _append(home: Path, today: dt.date, line: str) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / f"access-{today:%Y-%m}.jsonl"
    if _state["month"] != (home, path.name):
        remove_old(home, today, _months_kept())
        _state["month"] = (home, path.name)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())  # one call: lines of two processes do not mix
    finally:
        os.close(descriptor)


def remove_old(home: Path, today: dt.date, months: int) -> None:
    """Remove the files of months that ended more than ``months`` months ago."""
    index = today.year * 12 + today.month - 1 - months
    first = f"access-{index // 12:04d}-{index % 12 + 1:02d}.jsonl"
    for path in home.glob("access-????-??.jsonl"):
        if path.name < first:
            path.unlink(missing_ok=True)  # another process may be at it


@cache
def _months_kept() -> int:
    return settings.load().access_log_months
