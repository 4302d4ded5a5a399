"""What a comparison says, in the reader's language."""

import html
import textwrap
from typing import Any

import pandas as pd

from pages.compare.figures import Asked, Panel
from pages.shared import apart, doubt, filters, i18n, query, theme

_ = i18n.gettext


def value(panel: Panel, asked: Asked) -> str:
    """The figure of a panel as the reader sees it, or that its cases are too few."""
    if panel.is_few:
        return _("too few to tell")
    if panel.value is None:
        return i18n.NONE
    return i18n.share(panel.value) if asked.is_share else i18n.number(panel.value)


def _sure(one: Panel, asked: Asked) -> str:
    """The figure of a panel as a sentence tells it: of few cases with its interval."""
    told = value(one, asked)
    return told if one.sure is None else doubt.beside(told, one.n, one.sure.low, one.sure.high)


def _named(one: Panel) -> str:
    """A panel by its name; where the cases of a rate are few with these and its interval."""
    if one.sure is None or doubt.of(one.n, one.sure.low) != "interval":
        return one.name
    return f"{one.name}, {theme.cases(one.n)}, {i18n.interval(one.sure.low, one.sure.high)}"


def panel(one: Panel, asked: Asked, widest: int) -> str:
    """The title of a panel: its name, in lines of so many letters, and its figure with the interval
    of a rate."""
    lines = textwrap.wrap(one.name, widest, max_lines=2, placeholder="…")
    told = "".join(f"<b>{html.escape(line)}</b><br>" for line in lines) + value(one, asked)
    if one.sure is None or one.is_few:
        return told
    return f"{told} ({i18n.interval(one.sure.low, one.sure.high)})"


def month(row: Any, asked: Asked) -> str:
    """A month of a panel: its figure, with the interval and the cases of a rate."""
    if i18n.is_none(row.value):
        return i18n.NONE
    if not asked.is_share:
        return i18n.number(row.value)
    return f"{i18n.share(row.value)} ({i18n.interval(row.low, row.high)}), {theme.cases(row.known)}"


def measured(asked: Asked) -> str:
    """What is compared, in words."""
    if not asked.is_share:
        return query.metric_definition(asked.measure).label
    return i18n.ngettext("Filled within {n} day", "Filled within {n} days", asked.days).format(
        n=asked.days
    )


def finding(found: list[Panel], asked: Asked) -> str:
    """The finding: the ends, and of a rate how far they are apart."""
    told = [one for one in found if one.is_told]
    if asked.across != "periods":  # these come as time runs
        told.sort(key=lambda one: one.value or 0.0)
    head = measured(asked)
    if asked.scope != "all":
        head = f"{filters.scope_label(asked.scope)}, {head}"
    if not told:
        return _("{measure}: too few to tell").format(measure=head)
    low, high = told[0], told[-1]
    if len(told) == 1:
        text = _("{measure}: {name} {value}").format(
            measure=head, name=low.name, value=_sure(low, asked)
        )
    else:
        text = _("{measure}: {low} {low_value}, {high} {high_value}").format(
            measure=head, low=low.name, low_value=_sure(low, asked), high=high.name,
            high_value=_sure(high, asked),
        )  # fmt: skip
        if len(found) > 3:
            text = _("{measure}: from {low_value} ({low}) to {high_value} ({high})").format(
                measure=head, low=_named(low), low_value=value(low, asked),
                high=_named(high), high_value=value(high, asked),
            )  # fmt: skip
    return text + _difference(low, high) if len(found) <= 3 else text + _few(found)


def _difference(low: Panel, high: Panel) -> str:
    between = apart.apart(high.sure, low.sure)
    if between is None or low is high:
        return ""
    points = i18n.words().points
    sure = i18n.words().interval(between.low, between.high, points)
    text = _("; {change} apart ({interval})").format(change=points(between.value), interval=sure)
    return text if between.is_clear else f"{text}, {_('no clear difference')}"


def _few(found: list[Panel]) -> str:
    few = sum(one.is_few for one in found)
    return _("; too few to tell: {n}").format(n=i18n.number(few)) if few else ""


def not_drawn(found: list[Panel], drawn: list[Panel]) -> str:
    """Which panels are left out because nothing of their own could stand in them."""
    names = [one.name for one in found if one not in drawn]
    if not names:
        return ""
    return _(
        "Not drawn, for no month of theirs can be told: {names}. The table holds them."
    ).format(names=theme.escape(", ".join(names)))


def table(found: list[Panel], whole: Panel | None, asked: Asked) -> pd.DataFrame:
    """The figures as a table, one row a panel, the whole last."""
    rows = [*found, *([whole] if whole else [])]
    columns: dict[str, list[Any]] = {
        heading(asked): [one.name for one in rows],
        measured(asked): [None if one.is_few else one.value for one in rows],
    }
    if asked.is_share:
        columns |= {
            _("Low (95%)"): [one.sure and one.sure.low for one in rows],
            _("High (95%)"): [one.sure and one.sure.high for one in rows],
            _("Cases"): [one.n for one in rows],
        }
    if any(one.is_few for one in rows):
        columns[_("Note")] = [_("too few to tell") if one.is_few else "" for one in rows]
    return pd.DataFrame(columns)


def shares(asked: Asked) -> list[str]:
    """The columns of the table that hold shares."""
    return [measured(asked), _("Low (95%)"), _("High (95%)")] if asked.is_share else []


def heading(asked: Asked) -> str:
    """What the panels are."""
    return {"places": _("Territory"), "domains": _("Domain"), "periods": _("Period")}[asked.across]


def months(found: list[Panel], whole: Panel | None, asked: Asked) -> pd.DataFrame:
    """Every month of every panel, to take away."""
    frames = []
    for one in [*found, *([whole] if whole else [])]:
        rows = pd.DataFrame(
            {
                heading(asked): one.name,
                _("Month"): one.months["month"].dt.date,
                measured(asked): one.months["value"],
            }
        )
        if asked.is_share:
            rows[_("Low (95%)")], rows[_("High (95%)")] = one.months["low"], one.months["high"]
            rows[_("Cases")] = one.months["known"]
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)
