"""What is asked: the box, the filters of this page, and how many each would leave."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.words.rows import each
from pages.finding import search
from pages.shared import filters, i18n, query
from pages.shared.filters import Territory

_ = i18n.gettext
NEAR = ("come", "here", "5", "10", "20", "50")
SORTS = ("relevance", "distance", "freshness")
APPROVALS = ("all", "yes", "lacking")
MOST_VALUES = 12


def switch(name: str, title: str, default: str, help: str) -> bool:
    """A toggle whose state is in the address as 0 or 1."""
    key = f"filter_{name}"
    st.session_state[key] = filters.read(name, ("0", "1").__contains__, default) == "1"
    st.toggle(
        title,
        key=key,
        help=help,
        on_change=lambda: filters.choose(name, str(int(st.session_state[key]))),
    )
    return bool(st.session_state[key])


def near(place: Territory) -> tuple[bool, float]:
    """(who travels to the commune, within so many km of it); in the address: near."""
    if place.level != "commune":
        return False, 0.0
    names = {"come": _("Who would come here"), "here": _("Based here")}
    chosen = filters.pick(
        "near",
        _("Near {place}").format(place=place.name),
        NEAR,
        lambda code: names.get(code) or _("Based within {km} km").format(km=code),
        "come",
        help=_("Who would come: near enough for the distance that each one travels."),
    )
    return chosen == "come", float(chosen) if chosen.isdecimal() else 0.0


def sort(has_distance: bool) -> str:
    """The order of the list; in the address: sort."""
    names = {
        "relevance": _("Best match"),
        "distance": _("Nearest"),
        "freshness": _("Last seen"),
    }
    options = [code for code in SORTS if has_distance or code != "distance"]
    return filters.pick("sort", _("Sort by"), options, names.__getitem__, "relevance")


def approval() -> str:
    """all, yes or lacking; in the address: approval."""
    return filters.pick("approval", _("Approval"), APPROVALS, approval_label, "all")


def approval_label(code: str) -> str:
    """What a choice of approval means."""
    return {
        "all": _("Any approval"),
        "yes": _("Approved or declared"),
        "lacking": _("Lacking or unknown"),
    }[code]


def switches() -> tuple[bool, bool]:
    """(active only, SCOPs only)."""
    days = int(query.build().settings.get("freshness_days", 90))
    active_only = switch(
        "active",
        _("Active only"),
        "0",
        _("Published, joined and not left, seen within {n} days, not lacking an approval.").format(
            n=i18n.number(days)
        ),
    )
    scop_only = switch("scop", _("SCOPs only"), "0", _("Worker co-operatives (SCOP)."))
    return active_only, scop_only


def facets(counts: pd.DataFrame, place: Territory) -> None:
    """How many each value of a filter would leave; a click sets the filter."""
    if counts.empty:
        return
    level = search.PARTS.get(place.level, "")
    titles = {
        "domain": ("scope", _("Domain"), filters.scope_label),
        "kind": ("kind", _("Kind of provider"), lambda kind: i18n.name("kind", kind)),
        "approval": ("approval", _("Approval"), approval_label),
        "territory": ("in", _("Territory"), lambda code: _territory_label(level, code)),
        "active": ("active", _("Active"), lambda _code: _("Active only")),
        "scop": ("scop", "SCOP", lambda _code: _("SCOPs only")),
    }
    st.caption(_("Narrow, with counts"))
    for facet, (name, title, label) in titles.items():
        rows = counts[(counts["facet"] == facet) & (counts["n"] > 0)]
        if len(rows):
            _facet(facet, name, title, label, rows, level)


def _facet(facet: str, name: str, title: str, label: Any, rows: pd.DataFrame, level: str) -> None:
    values = {
        f"{level}-{row.value}" if facet == "territory" else str(row.value): (
            f"{_plain(label(str(row.value)))} ({i18n.number(row.n)})"
        )
        for row in each(rows.head(MOST_VALUES))
    }
    key = f"facet_{facet}"
    now = st.query_params.get(name)  # where it is set; filters.read() would change its default
    st.session_state[key] = now if now in values else None

    def change() -> None:
        default = {"active": "0", "scop": "0", "in": "country-FR"}.get(name, "all")
        filters.choose(name, st.session_state[key] or default)

    st.pills(title, list(values), format_func=values.__getitem__, key=key, on_change=change)
    if len(rows) > MOST_VALUES:
        st.caption(_("and {n} more").format(n=i18n.number(len(rows) - MOST_VALUES)))


def _territory_label(level: str, code: str) -> str:
    found = filters.find_territory(f"{level}-{code}")
    return found.name if found else code


def _plain(text: str) -> str:
    """A label as it is: pills read Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]$:~<>" else c for c in text)
