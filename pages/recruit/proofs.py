"""Proofs that no better plan exists, looked for in a process beside the server: no click waits for
one, and no page shares its interpreter with one."""

import logging
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import streamlit as st

from etl.insight.recruit import Plan
from etl.paths import ROOT

COMMAND = [sys.executable, "-m", "etl.insight.recruit.prove"]
KEPT = 64
PAUSE_S = 0.5  # first the page is drawn, and a reader who goes on clicking wants no proof yet
MOST_S = 60.0  # it ends by itself long before
_MINE = "_proof"  # in the session: the one that its reader waits for
_pool = ThreadPoolExecutor(1, thread_name_prefix="proof")  # one at a time: each takes a core
_asked: dict[Hashable, Future[Plan | None]] = {}
_lock = threading.Lock()
log = logging.getLogger("maillage.pages")


def ask(question: Hashable, numbers: Mapping[str, Any]) -> Future[Plan | None]:
    """The plan that etl.recruit.recruit makes of these numbers, begun by whoever asks first; None
    when it could not be made."""
    with _lock:
        found = _asked.pop(question, None)
        if found is None or found.cancelled():
            found = Future()
            _pool.submit(_work, found, numbers)
        _asked[question] = found
        while len(_asked) > KEPT:
            del _asked[next(iter(_asked))]
    st.session_state[_MINE] = found
    return found


def leave() -> None:
    """To be called when this reader has clicked: the proof that they waited for is dropped; who
    else waits for it asks again."""
    waiting = st.session_state.pop(_MINE, None)
    if waiting is not None:
        waiting.cancel()


def _work(proof: Future[Plan | None], numbers: Mapping[str, Any]) -> None:
    if not proof.cancelled():
        time.sleep(PAUSE_S)
    if proof.cancelled():
        return
    try:
        found = _made(proof, numbers)
    except OSError:
        log.exception("no process could be started for a proof")
        found = None
    if proof.set_running_or_notify_cancel():
        proof.set_result(found)


def _made(proof: Future[Plan | None], numbers: Mapping[str, Any]) -> Plan | None:
    """The plan that a process of its own finds, which is killed with the proof's cancelling."""
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        proof.add_done_callback(lambda _: process.kill())
        try:
            told, _ = process.communicate(pickle.dumps(dict(numbers)), timeout=MOST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    if process.returncode == 0:
        return pickle.loads(told)
    if not proof.cancelled():
        log.error("a proof ended with exit status %s", process.returncode)
    return None
