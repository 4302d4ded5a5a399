"""Proofs that no better plan exists, looked for beside the pages: a click does not wait for one."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from etl.recruit import Plan

KEPT = 64
_MINE = "_proof"  # in the session: the one that its reader waits for
# One at a time: a proof takes a core for seconds. The solver lets other threads run meanwhile.
_pool = ThreadPoolExecutor(1, thread_name_prefix="proof")
_asked: dict[Hashable, Future[Plan]] = {}
_lock = threading.Lock()


def ask(question: Hashable, prove: Callable[[], Plan]) -> Future[Plan]:
    """The proof for a question, begun by whoever asks first. What this reader asked before and
    nobody has begun to prove is dropped; who else waits for that asks again."""
    with _lock:
        found = _asked.pop(question, None)
        if found is None or found.cancelled():
            found = _pool.submit(prove)
        _asked[question] = found
        while len(_asked) > KEPT:
            del _asked[next(iter(_asked))]
    before = st.session_state.get(_MINE)
    if before is not None and before is not found:
        before.cancel()
    st.session_state[_MINE] = found
    return found
