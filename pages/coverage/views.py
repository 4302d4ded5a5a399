"""The views of the page: one is open at a time, and only that one is worked out."""

from typing import Any

import streamlit as st

from pages.shared import filters, i18n

_ = i18n.gettext
VIEWS = ("map", "domains", "cell", "deserts", "providers")
METRICS = {"deserts": ("deserts",)}  # what a view shows beside the measure that was chosen


def chosen() -> str:
    """The view that is open. In the address: view."""
    return filters.read("view", VIEWS.__contains__, VIEWS[0])


def tab(view: str) -> Any:
    """The tab that the open view fills, among the others."""
    names = {
        "map": _("Map"),
        "domains": _("Domains"),
        "cell": _("All figures"),
        "deserts": _("Deserts"),
        "providers": _("Providers"),
    }
    key = f"coverage_view_{i18n.language()}"  # a tab is known by its label
    st.session_state[key] = names[view]

    def change() -> None:
        label = st.session_state[key]
        filters.choose("view", next(view for view in VIEWS if names[view] == label))

    tabs = st.tabs([names[view] for view in VIEWS], key=key, on_change=change)
    return tabs[VIEWS.index(view)]


def go_to_cell(scope: str, level: str, code: str) -> None:
    """Open all the figures of a domain in a territory: for clicks on a cell."""
    filters.choose("view", "cell")
    filters.choose("scope", scope)
    filters.go_to(level, code)
