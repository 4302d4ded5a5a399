"""What changed with an event: the months after it against those before, and a year earlier.

An event of a domain or a place that is part of those chosen is measured there: in the whole it
would be lost. The month of the event counts on the side where all of it lies, else on neither.
What the season does every year is no doing of the event: the change of the year before stands
beside, and what is left without it.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from etl.words.rows import each
from pages.shared import apart, chart_marks, doubt, filters, i18n, places, query, theme
from pages.shared.apart import Told
from pages.shared.months import Period, add_months, filled_in, period_label
from pages.shared.places import Territory

_ = i18n.gettext

NOTHING = ""
NEAR = 0.6  # months of a time chart: from its middle a month reaches half a one to either side
SPANS = ("1", "3", "6", "12")


class Side(NamedTuple):
    """The fill rate of one side of the event; told is None where it cannot be."""

    period: Period
    told: Told | None = None
    n: int = 0
    left_out: int = 0


class Change(NamedTuple):
    """Both sides of the event, and both the year before; is_known: whether those were loaded."""

    before: Side
    after: Side
    before_earlier: Side
    after_earlier: Side
    is_known_earlier: bool

    @property
    def now(self) -> Told | None:
        """After less before; None where one of them has too few cases."""
        return _between(self.before, self.after)

    @property
    def earlier(self) -> Told | None:
        """The same of the year before."""
        return _between(self.before_earlier, self.after_earlier) if self.is_known_earlier else None

    @property
    def beyond(self) -> Told | None:
        """What is left of the change without that of the year before."""
        return apart.apart(self.now, self.earlier)


def _between(before: Side, after: Side) -> Told | None:
    if any(doubt.of(side.n, side.told) == "few" for side in (before, after)):
        return None
    return apart.apart(after.told, before.told)


def sides(day: dt.date, months: int, first: dt.date, last: dt.date) -> tuple[Period, Period] | None:
    """As many months before an event as after it, at most so many, of those from first to last;
    None where one side has none."""
    own = day.replace(day=1)
    is_last_day = day.day == calendar.monthrange(day.year, day.month)[1]
    start = own if day.day == 1 else add_months(own, 1)
    end = own if is_last_day else add_months(own, -1)
    known = min(months, Period(first, end).months, Period(start, last).months)
    if known < 1:
        return None
    return Period(add_months(end, 1 - known), end), Period(start, add_months(start, known - 1))


def measured_in(event: Any, scope: str, place: Territory) -> tuple[str, Territory]:
    """Where an event of the chart of a scope and a place is measured: its own domain and place
    where they are part of these, else these."""
    own = str(event.scope_code)
    if own in filters.scope_labels():
        inside, chosen = set(filters.domains_of(own)), set(filters.domains_of(scope))
        scope = own if own != "all" and (scope == "all" or inside < chosen) else scope
    found = places.find(f"{event.level}-{event.code}")
    parts = {part.address for part in places.parts(place)}
    around = {one.address for one in (found, *found.parents)} if found else set()
    return scope, found if found and around & parts and found[:2] != place[:2] else place


def read(day: dt.date, months: int, scope: str, place: Territory, days: int) -> Change | None:
    """What the fill rate did with an event; None where no month before or after it was loaded."""
    known = query.page_sql(__file__, "months_with_requests").iloc[0]
    if pd.isna(known["first_month"]):
        return None
    first, last = (theme.as_date(known[name]) for name in ("first_month", "last_month"))
    found = sides(day, months, first, last)
    if found is None:
        return None
    periods = (*found, *(side.year_earlier() for side in found))
    rows = each(filled_in(periods, scope, place, days))
    before, after, before_earlier, after_earlier = map(_side, periods, rows)
    return Change(before, after, before_earlier, after_earlier, periods[2].from_month >= first)


def _side(period: Period, row: Any) -> Side:
    return Side(period, apart.told(row.value, row.low, row.high), row.n, row.left_out)


def choose(events: pd.DataFrame) -> tuple[Any, int]:
    """The key of the numbers on the charts, each of which can be chosen; gives the event that was,
    None for none, and how many months to look at on either side. In the address: event (its day,
    and its number among those of that day), around."""
    known = dict(zip(_names(events), each(events), strict=True))
    text = _("**{number}** {date}: {label}")
    labels = {
        name: text.format(
            number=row.number, date=i18n.date(row.happened_on), label=theme.escape(row.label)
        )
        for name, row in known.items()
    }
    chosen = filters.read("event", lambda name: name in known or name == NOTHING, NOTHING)
    st.session_state["filter_event"] = chosen or None
    st.pills(
        _("Before and after an event"),
        list(labels),
        format_func=labels.__getitem__,
        key="filter_event",
        help=_("Choose one to read what changed with it."),
        on_change=lambda: filters.choose("event", st.session_state["filter_event"] or NOTHING),
    )
    if not chosen:
        return None, 0
    months = filters.pick("around", _("Months before and after"), SPANS, str, "3", is_open=True)
    return known[chosen], int(months)


def on_chart(key: str, months: Iterable[Any], events: pd.DataFrame) -> dict[str, Any]:
    """Options of a chart of months below which :func:`choose` stands: a click beside the line of an
    event chooses it. key: the chart's."""
    names = [i18n.month(month) for month in months]
    lines = [mark["x0"] for mark in chart_marks.mark(months, events).lines]
    by_line = dict(zip(lines, _names(events), strict=False))

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        place = names.index(points[0]["x"]) if points and points[0]["x"] in names else None
        if place is None or not by_line:
            return
        nearest = min(by_line, key=lambda x: abs(x - place))
        if abs(nearest - place) < NEAR:
            filters.choose("event", by_line[nearest])

    return {"on_select": clicked, "selection_mode": "points"}


def _names(events: pd.DataFrame) -> list[str]:
    """2026-04-30, or 2026-04-30.2 of the second event of a day."""
    days = [f"{day:%Y-%m-%d}" for day in events["happened_on"]]
    turns = [days[:n].count(day) for n, day in enumerate(days)]
    return [f"{day}.{turn + 1}" if turn else day for day, turn in zip(days, turns, strict=True)]


def show(
    events: pd.DataFrame, scope: str, place: Territory, days: int
) -> Callable[[], pd.DataFrame] | None:
    """The events to choose from, and of the one chosen the change in a sentence and as bars with
    their intervals; gives its table to take away, None where there is none."""
    if events.empty:
        return None
    event, months = choose(events)
    if event is None:
        return None
    day, chosen = theme.as_date(event.happened_on), (scope, place)
    own = measured_in(event, scope, place)
    found = read(day, months, *own, days)
    if found is None:
        theme.empty_state(
            _("No whole month before or after this event is known."), _("Choose another event.")
        )
        return None
    where = ""
    if own != chosen:
        where = _named(own, _("Measured where the event was: **{domain}, {place}**."))
        whole = read(day, months, *chosen, days) if found.now is None else None
        if whole:
            where = _named(
                own, _("Of **{domain}, {place}** alone, where it was, too few are known.")
            )
            own, found = chosen, whole
    sentence = f"{words(event, found, days)} {where}".rstrip()
    left, right = st.columns(2, gap="medium")
    with left:
        theme.chart(figure(found, days), "event_change", title(event, found), sentence)
    with right:
        st.markdown(sentence)
    return partial(table, event, found, *own)


def _named(where: tuple[str, Territory], text: str) -> str:
    scope, place = where
    return text.format(domain=filters.scope_label(scope), place=theme.escape(places.name(place)))


def title(event: Any, found: Change) -> str:
    """The finding as a title: what the rate did after the event."""
    named = {"event": str(event.label), "date": i18n.date(event.happened_on)}
    change = found.now
    if change is None:
        return _("{event} ({date}): too few requests to tell a change").format(**named)
    text = _("{event} ({date}): {change} filled in time")
    if not change.is_clear:
        text = _("{event} ({date}): no clear change ({change})")
    return text.format(change=i18n.words().points(change.value), **named)


def words(event: Any, found: Change, days: int) -> str:
    """The change with its interval, that of the year before, and what is left without it."""
    before, after = found.before, found.after
    named = {
        "event": theme.escape(event.label),
        "after": i18n.share(after.told.value if after.told else None),
        "before": i18n.share(before.told.value if before.told else None),
        "now": period_label(after.period),
        "then": period_label(before.period),
        "days": i18n.number(days),
    }
    if found.now is None:
        return _(
            "Too few requests have a known outcome to tell what changed with “{event}”: {before} "
            "before ({then}), {after} after ({now})."
        ).format(**named | {"before": i18n.number(before.n), "after": i18n.number(after.n)})
    told = _(
        "**{after}** of requests were filled within {days} days after “{event}” ({now}), "
        "**{before}** before ({then}): {change}."
    ).format(change=_points(found.now), **named)
    if not found.is_known_earlier:
        return f"{told} {_('The same months a year earlier are not known.')}"
    if found.earlier is None or found.beyond is None:
        return f"{told} {_('The same months a year earlier have too few requests to tell.')}"
    return (
        told
        + " "
        + _(
            "The same months a year earlier: {change}. Beyond what the season did then: {beyond}."
        ).format(change=_points(found.earlier), beyond=_points(found.beyond))
    )


def _points(change: Told) -> str:
    """**+4.2 pt** (−1.0 pt – +9.5 pt), and whether chance alone may have made it."""
    points = i18n.words().points
    sure = i18n.words().interval(change.low, change.high, points)
    text = f"**{points(change.value)}** ({sure})"
    return text if change.is_clear else f"{text}, {_('no clear change')}"


def figure(found: Change, days: int) -> go.Figure:
    """Before and after as bars with their 95 % intervals, the year before beside."""
    ink = theme.ink()
    steps = [_("before"), _("after")]
    pairs = {
        _("this year"): (found.before, found.after),
        _("a year earlier"): (found.before_earlier, found.after_earlier),
    }
    traces = []
    for colour, (name, pair) in zip((theme.ACCENT, ink["line"]), pairs.items(), strict=True):
        told = [side.told for side in pair]
        if not any(told):
            continue
        traces.append(
            {
                "type": "bar", "x": steps, "y": [one and one.value for one in told], "name": name,
                "marker": {"color": colour},
                "error_y": {
                    "type": "data", "array": [one and one.high - one.value for one in told],
                    "arrayminus": [one and one.value - one.low for one in told],
                    "thickness": 1.5, "width": 4, "color": ink["text"],
                },
                "customdata": [_hover(side) for side in pair],
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )  # fmt: skip
    text = i18n.ngettext("Filled within {n} day", "Filled within {n} days", days).format(n=days)
    layout = {
        "height": 260,
        "barmode": "group",
        "margin": {"l": 4, "r": 4, "t": 36, "b": 4},
        "title": {"text": text, "x": 0, "xanchor": "left", "font": {"size": 15}, "y": 0.98},
        "xaxis": {"type": "category"},
        "yaxis": chart_marks.shares(),
    }  # fmt: skip
    return theme.figure(traces, layout)


def _hover(side: Side) -> str:
    value = i18n.share(side.told.value) if side.told else i18n.NONE
    sure = i18n.interval(side.told.low, side.told.high) if side.told else ""
    return " · ".join(filter(None, (period_label(side.period), value, sure, theme.cases(side.n))))


def table(event: Any, found: Change, scope: str, place: Territory) -> pd.DataFrame:
    """Each side with its cases, then the changes, to take away."""
    names = [_("before"), _("after"), _("before, a year earlier"), _("after, a year earlier")]
    rows: list[tuple[Any, ...]] = [
        (name, period_label(side.period), *(side.told or (None,) * 3), side.n, side.left_out)
        for name, side in zip(names, found[:4], strict=True)
    ]
    changes = {
        _("change"): found.now,
        _("change, a year earlier"): found.earlier,
        _("change beyond the season"): found.beyond,
    }
    rows += [(name, None, *(told or (None,) * 3), None, None) for name, told in changes.items()]
    heads = (_("Months"), _("Period"), _("Fill rate"), _("Low (95%)"), _("High (95%)"), _("Cases"),
             _("Left out"))  # fmt: skip
    return pd.DataFrame(rows, columns=list(heads)).assign(
        **{
            _("Event"): event.label,
            _("Date"): theme.as_date(event.happened_on),
            _("Domain"): filters.scope_label(scope),
            _("Territory"): places.name(place),
        }
    )
