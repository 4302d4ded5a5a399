"""What a reader can do where there is nothing to show: of the filters only those that ask for less
than all there is, for nobody finds more by choosing again what is chosen."""

import pandas as pd
import streamlit as st

from pages.shared import filters, i18n, places, query
from pages.shared.filters import Period, Territory

_ = i18n.gettext


def out(
    *more: str,
    otherwise: str,
    period: Period | None = None,
    place: Territory | None = None,
    scope: str | None = None,
) -> str:
    """Choose a longer period, a larger territory or all domains: each of the filters that are named
    where it is open, then ``more``, what else could be chosen; ``otherwise`` where nothing is."""
    found = []
    if period is not None and _longest(period):
        found.append(_("a longer period"))
    if place is not None and place.level != "country":
        found.append(_("a larger territory"))
    if scope is not None and scope != "all":
        found.append(_("all domains"))
    found += more
    if not found:
        return otherwise
    *first, last = found
    text = _("{first} or {last}").format(first=", ".join(first), last=last) if first else last
    return _("Choose {ways}.").format(ways=text)


def offer(
    *, period: Period | None = None, place: Territory | None = None, scope: str | None = None
) -> None:
    """The same filters, each one click away: every month known, the territory around, all domains;
    nothing where none of them is open."""
    found = []
    if period is not None and (longest := _longest(period)):
        found.append(("period", filters.period_address(longest), filters.period_label(longest)))
    if place is not None and place.parents:
        around = place.parents[-1]
        found.append(("in", around.address, places.name(around)))
    if scope is not None and scope != "all":
        found.append(("scope", "all", filters.scope_label("all")))
    if not found:
        return
    with st.container(horizontal=True, key="ways"):
        for name, value, label in found:
            st.button(label, key=f"way_{name}", on_click=filters.choose, args=(name, value))


def bring() -> str:
    """What helps where no outcome of a request is known."""
    return _("Bring requests with what became of them on the page “Bring files”.")


def has_outcomes() -> bool:
    """Whether of any request of the build it is known what became of it."""
    return bool(query.page_sql(__file__, "outcomes_known")["is_known"].iloc[0])


def _longest(period: Period) -> Period | None:
    """All months of which requests are known, where the period leaves some of them out."""
    known = query.page_sql(filters.__file__, "months_with_requests").iloc[0]
    if pd.isna(known["first_month"]):
        return None
    first, last = filters.months_known()
    start = max(first, min(period.from_month, known["first_month"].date()))
    end = min(last, max(period.to_month, known["last_month"].date()))
    longest = Period(start, end)
    return longest if longest.months > period.months else None
