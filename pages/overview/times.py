"""Times and rates within a time, in the reader's language, and what they leave out."""

import math

from pages.overview import words
from pages.overview.figures import Figure
from pages.shared import doubt, i18n

_ = i18n.gettext


def within(figure: Figure, which: str = "value") -> str:
    """A time to the first answer ('value' or 'p90'), known up to its bucket; not reached is an
    answer, unknown not."""
    hours = getattr(figure, which)
    if not figure.n:
        return i18n.NONE
    if hours is None:
        return i18n.words().unreached(is_unreached(figure, which))
    time = i18n.words().hours(hours)
    return time if hours == math.inf else f"≤ {time}"


def card(figure: Figure, which: str = "value") -> str:
    """The same as a card tells it: no interval stands by it."""
    return doubt.figure(within(figure, which), figure.n) if figure.n else i18n.NONE


def is_unreached(figure: Figure, which: str) -> bool:
    """Whether fewer than half, or than 9 in 10, had an answer, even if all left out had one."""
    return (figure.waiting or 0) > {"value": 0.5, "p90": 0.1}[which]


def fill_title(fill: Figure, days: int) -> str:
    """What the card of the fill rate tells."""
    if not fill.has_horizon:
        return _("Filled (no horizon known)")
    return i18n.ngettext("Filled within {n} day", "Filled within {n} days", days).format(n=days)


def rate(figure: Figure) -> str:
    """A rate within a time, else at any time, as a card tells it."""
    if not figure.has_horizon:
        share = i18n.share(figure.share_ever)
        return doubt.figure(share, figure.ever_of) if figure.ever_of else share
    share = i18n.share(figure.value)
    return share if figure.value is None else doubt.figure(share, figure.n, figure.low)


def rate_notes(figure: Figure, change: str) -> str:
    """What stands below a rate: its interval, what was left out, the year before."""
    if not figure.has_horizon:
        interval = _("filled at any time; no horizon known")
    elif figure.value is None:
        interval = _("no known outcome yet")
    else:
        interval = i18n.words().confidence(figure.low, figure.high)
    without = _left_out(
        figure,
        i18n.ngettext(
            "{n} left out (recent or unknown)", "{n} left out (recent or unknown)", figure.left_out
        ),
        i18n.ngettext(
            "of them {n} filled at an unknown time", "of them {n} filled at an unknown time",
            figure.undated,
        ),
    )  # fmt: skip
    return words.lines(interval, *without, change)


def _left_out(figure: Figure, left_out: str, undated: str) -> list[str]:
    """How many a figure leaves out, and how many of them happened at an unknown time."""
    told = ((left_out, figure.left_out), (undated, figure.undated))
    return [text.format(n=i18n.number(n)) if n else "" for text, n in told]


def response_notes(now: Figure, earlier: Figure, which: str = "value") -> str:
    """What stands below a time to the first answer ('value' or 'p90'): what was left out, the year
    before."""
    without = _left_out(
        now,
        i18n.ngettext(
            "{n} left out (no known time)", "{n} left out (no known time)", now.left_out
        ),
        i18n.ngettext(
            "of them {n} answered at an unknown time", "of them {n} answered at an unknown time",
            now.undated,
        ),
    )  # fmt: skip
    if not now.n:
        return words.lines(_("no time of answer loaded"), *without)
    known = card(earlier, which) if earlier.n else _("not known")
    missed = _("fewer than half answered") if which == "value" else _("fewer than 9 in 10 answered")
    is_missed = getattr(now, which) is None and is_unreached(now, which) and not doubt.of(now.n)
    return words.lines(
        missed if is_missed else "", *without, _("a year earlier: {n}").format(n=known)
    )
