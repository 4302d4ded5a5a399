"""Proofs that no better plan exists, looked for beside the pages: a click does not wait for one."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from etl.recruit import Plan

KEPT = 64
PAUSE_S = 0.5  # first the page is drawn, and a reader who goes on clicking wants no proof yet
_MINE = "_proof"  # in the session: the one that its reader waits for
# One at a time: a proof takes a core for seconds. The solver lets other threads run meanwhile.
_pool = ThreadPoolExecutor(1, thread_name_prefix="proof")
_asked: dict[Hashable, Future[Plan]] = {}
_lock = threading.Lock()


def ask(question: Hashable, prove: Callable[[], Plan]) -> Future[Plan]:
    """The proof for a question, begun by whoever asks first."""
    with _lock:
        found = _asked.pop(question, None)
        if found is None or found.cancelled():
            found = Future()
            _pool.submit(_work, found, prove)
        _asked[question] = found
        while len(_asked) > KEPT:
            del _asked[next(iter(_asked))]
    st.session_state[_MINE] = found
    return found


def leave() -> None:
    """To be called when this reader has clicked: what they waited for and nobody has begun to
    prove is dropped; who else waits for it asks again."""
    waiting = st.session_state.pop(_MINE, None)
    if waiting is not None:
        waiting.cancel()


def _work(proof: Future[Plan], prove: Callable[[], Plan]) -> None:
    if not proof.cancelled():
        time.sleep(PAUSE_S)
    if proof.set_running_or_notify_cancel():
        try:
            proof.set_result(prove())
        except Exception as error:  # whoever asks for the result gets it
            proof.set_exception(error)
