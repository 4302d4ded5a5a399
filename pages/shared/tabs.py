"""The views of a page as tabs: one is open at a time, and only that one is worked out."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from pages.shared import filters, i18n


def chosen(views: Iterable[str]) -> str:
    """The view that is open, else the first. In the address: view. Ask once a page."""
    known = tuple(views)
    return filters.read("view", known.__contains__, known[0])


def opened(page: str, names: Mapping[str, str]) -> tuple[str, Any]:
    """The view that is open, and the tab that it fills."""
    view = chosen(names)
    return view, tab(page, names, view)


def tab(page: str, names: Mapping[str, str], view: str) -> Any:
    """The tab that the open view fills, among the others. names: what each is called, in their
    order."""
    key = f"{page}_view_{i18n.language()}"  # a tab is known by its label
    st.session_state[key] = names[view]

    def change() -> None:
        label = st.session_state[key]
        filters.choose("view", next(view for view in names if names[view] == label))

    tabs = st.tabs([*names.values()], key=key, on_change=change)
    return tabs[[*names].index(view)]
