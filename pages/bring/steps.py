"""Where a reader is on the page, so that the keyboard stays there: steps.js moves the focus to the
beginning of a new step when what was pressed has left the page."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from pages.shared import theme

_HERE = Path(__file__)
_component = st.components.v2.component(
    "maillage_steps", html="<i></i>", js=_HERE.with_suffix(".js").read_text(encoding="utf-8")
)


def heading(step: str, text: str) -> None:
    """The heading of a step, at which the focus may land."""
    with st.container(key=step):
        st.subheader(theme.escape(text), anchor=False)


def show(steps: Mapping[str, str]) -> None:
    """How far each step is, by the key of its beginning, in the order of the page: of those that
    have changed and are there, the focus lands at the last."""
    _component(key="steps", data={"steps": [*map(list, steps.items())]})
