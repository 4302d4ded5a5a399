"""Why the overview has nothing to show of something, and what the reader can do."""

from functools import partial

from etl.insight.small_samples import FEW
from pages.overview.figures import Overview
from pages.shared import i18n, ways
from pages.shared.filters import Period

_ = i18n.gettext

MOST_NEEDED = 10


def gaps(data: Overview, k: int, scope: str, period: Period) -> tuple[str, str]:
    """Why there is no worklist: nobody asked, it cannot be told, or nothing lacks."""
    out = partial(ways.out, period=period, place=data.place, scope=scope)
    bring = ways.bring()
    if not data.months["requests"].notna().any():
        return requests(data)
    if not data.domains:
        return (
            _("Gaps cannot be told: no known domain is in use here."),
            ways.out(place=data.place, scope=scope, otherwise=bring),
        )
    if not data.requests.value:
        return (
            _("No request was posted here in these months."),
            out(otherwise=bring),
        )
    known = data.fill.n
    if known < FEW:
        told = i18n.ngettext(
            "Gaps cannot be told: the outcome is known of {n} request of {all}.",
            "Gaps cannot be told: the outcome is known of {n} requests of {all}.",
            known,
        ).format(n=i18n.number(known), all=i18n.number(data.requests.value))
        is_anywhere = ways.has_outcomes()
        return told, out(otherwise=bring) if is_anywhere else bring
    more = [_("more providers needed")] if k < MOST_NEEDED else []
    return (
        _("No gap in the period."),
        " ".join(
            (
                i18n.ngettext(
                    "No unmet request with a known outcome comes from a commune with fewer than "
                    "{k} provider.",
                    "No unmet request with a known outcome comes from a commune with fewer than "
                    "{k} providers.",
                    k,
                ).format(k=k),
                out(*more, otherwise=""),
            )
        ).strip(),
    )


def requests(data: Overview) -> tuple[str, str]:
    """Why there is no chart of requests."""
    if data.loaded.has_requests:
        return _("No month of this period was loaded whole."), _("Choose another period.")
    return (
        _("No request has been loaded yet."),
        _("Bring a list of them on the page “Bring files”."),
    )


def outcomes(data: Overview) -> tuple[str, str]:
    """Why there is no chart of fill rates."""
    if not data.loaded.has_requests:
        return requests(data)
    if not data.fill.has_horizon:
        needed = _("It needs the time at which requests were filled, and no file tells it.")
    else:
        needed = _("It needs requests that are old enough, with their status.")
    return _("No fill rate can be told for this period."), needed


def providers(data: Overview, scope: str) -> tuple[str, str]:
    """Why there is no chart of providers."""
    if data.loaded.has_providers:
        another = _("another period")
        return (
            _("No provider was active in this period."),
            ways.out(another, place=data.place, scope=scope, otherwise=""),
        )
    return (
        _("No provider has been loaded yet."),
        _("Bring a list of them on the page “Bring files”."),
    )
