"""Parts of a view: one is drawn at a time, so that a page stays short on a narrow screen. What can
be taken away holds them all."""

from collections.abc import Mapping

import streamlit as st

from pages.shared import filters, i18n

PARTS = ("time", "place", "kind", "flow", "others")


def choose(names: Mapping[str, str]) -> str:
    """The part that is drawn; names: of the parts that the view has, of PARTS, the first of them
    the default. In the address: part, which keeps its value from view to view."""
    first = next(iter(names))
    asked = filters.read("part", PARTS.__contains__, PARTS[0])
    part = asked if asked in names else first
    key = f"part_{'_'.join(names)}_{i18n.language()}"
    st.session_state[key] = part
    st.segmented_control(
        i18n.gettext("Shown"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        on_change=lambda: filters.choose("part", st.session_state[key]),
        required=True,
        label_visibility="collapsed",
    )
    return part
