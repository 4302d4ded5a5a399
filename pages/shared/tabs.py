"""The views of a page as tabs: one is open at a time, and only that one is worked out."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.shared import filters, i18n


def chosen(views: tuple[str, ...]) -> str:
    """The view that is open, else the first. In the address: view."""
    return filters.read("view", views.__contains__, views[0])


def opened(page: str, names: Mapping[str, str]) -> tuple[str, Any]:
    """The view that is open, and the tab that it fills among the others. names: what each is
    called, in their order."""
    views = tuple(names)
    view = chosen(views)
    key = f"{page}_view_{i18n.language()}"  # a tab is known by its label
    st.session_state[key] = names[view]

    def change() -> None:
        label = st.session_state[key]
        filters.choose("view", next(view for view in views if names[view] == label))

    tabs = st.tabs([*names.values()], key=key, on_change=change)
    return view, tabs[views.index(view)]
