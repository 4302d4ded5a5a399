"""How sure a figure is, told beside it: the rule of etl.insight.small_samples, in words."""

from typing import Any

from etl.insight import small_samples
from pages.shared import i18n


def of(n: Any, low: Any = None) -> str:
    """'few', 'interval' or '', as small_samples.doubt; n: the cases, low: an end of the interval,
    missing where there is none."""
    cases = 0.0 if i18n.is_none(n) else float(n)
    return small_samples.doubt(cases, has_interval=not i18n.is_none(low))


def figure(text: str, n: Any, low: Any = None) -> str:
    """A figure as a card tells it, its interval below: of too few cases that they are."""
    return i18n.gettext("too few to tell") if of(n, low) == "few" else text


def beside(text: str, n: Any, low: Any, high: Any) -> str:
    """A figure as a title tells it: where the cases are few its interval with it, or instead of it
    that they are too few."""
    told = figure(text, n, low)
    return f"{told} ({i18n.interval(low, high)})" if of(n, low) == "interval" else told


def sentence(text: str, value: str, n: Any, low: Any, high: Any) -> str:
    """A sentence as an answer tells it: behind its ``value`` in bold the interval, where the cases
    are so few that it belongs there."""
    if of(n, low) != "interval":
        return text
    figure = f"**{value}**"
    return text.replace(figure, f"{figure} ({i18n.interval(low, high)})", 1)


def too_few(n: Any) -> str:
    """What stands beside a figure of too few cases."""
    return i18n.ngettext(
        "only {n} case: too few to tell", "only {n} cases: too few to tell", n
    ).format(n=i18n.number(n))
