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
    switch("part", i18n.gettext("Shown"), names, part, key=key)
    return part


def switch(name: str, title: str, names: Mapping[str, str], value: str, *, key: str) -> None:
    """A row of names of which one is chosen: what is shown, which is no filter of the figures. In
    the address: name; ``value`` is what filters.read gives."""
    st.session_state[key] = value
    st.segmented_control(
        title,
        list(names),
        format_func=names.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: filters.choose(name, st.session_state[key]),
    )
