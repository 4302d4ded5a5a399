"""What a reader can do where there is nothing to show: of the filters only those that ask for less
than all there is, for nobody finds more by choosing again what is chosen."""

import pandas as pd

from pages.shared import filters, i18n, query
from pages.shared.filters import Period, Territory


def out(
    *more: str,
    otherwise: str,
    period: Period | None = None,
    place: Territory | None = None,
    scope: str | None = None,
) -> str:
    """Choose a longer period, a larger territory or all domains: each of the filters that are named
    where it is open, then ``more``, what else could be chosen; ``otherwise`` where nothing is."""
    _ = i18n.gettext
    found = []
    if period is not None and _is_longer(period):
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


def bring() -> str:
    """What helps where no outcome of a request is known."""
    return i18n.gettext("Bring requests with what became of them on the page “Bring files”.")


def has_outcomes() -> bool:
    """Whether of any request of the build it is known what became of it."""
    return bool(query.page_sql(__file__, "outcomes_known")["is_known"].iloc[0])


def _is_longer(period: Period) -> bool:
    """Whether requests are known of months that the period leaves out."""
    known = query.page_sql(filters.__file__, "months_with_requests").iloc[0]
    if pd.isna(known["first_month"]):
        return False
    start, end = (pd.Timestamp(month) for month in period)
    return bool(
        pd.Timestamp(known["first_month"]) < start or pd.Timestamp(known["last_month"]) > end
    )
