"""What the reader has asked of a run of a page, in words: each filter says it as it is read."""

import streamlit as st

_ASKED = "_question"


def start_run() -> None:
    """To be called first in a run: nothing has been asked yet."""
    st.session_state[_ASKED] = {}


def tell(title: str, value: str) -> None:
    """Note what a filter asks for; both as the reader sees them."""
    st.session_state.setdefault(_ASKED, {})[title] = value.strip()


def told() -> dict[str, str]:
    """What was asked so far, by the titles of the filters."""
    return dict(st.session_state.get(_ASKED, {}))
