"""The views of the page: one is open at a time, and only that one is worked out."""

from typing import Any

import streamlit as st

from pages.shared import filters, i18n

_ = i18n.gettext
VIEWS = ("steps", "years", "openings")
METRICS = {
    "steps": ("pipeline", "pipeline_times"),
    "years": ("pipeline", "project_jobs"),
    "openings": ("openings", "unmet_demand"),
}
STEPS = ("received", "supported", "financed", "registered")


def opened() -> tuple[str, Any]:
    """The view that is open (in the address: view) and the tab that it fills."""
    names = {
        "steps": _("From project to co-operative"),
        "years": _("Year by year"),
        "openings": _("Where to start next"),
    }
    view = filters.read("view", VIEWS.__contains__, VIEWS[0])
    key = f"projects_view_{i18n.language()}"  # a tab is known by its label
    st.session_state[key] = names[view]

    def change() -> None:
        label = st.session_state[key]
        filters.choose("view", next(view for view in VIEWS if names[view] == label))

    tabs = st.tabs([names[view] for view in VIEWS], key=key, on_change=change)
    return view, tabs[VIEWS.index(view)]
