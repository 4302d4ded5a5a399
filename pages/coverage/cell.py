"""The sheet of the chosen cell: all its metrics, its months, and what to compare it with."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from pages.coverage import cells, charts, sheet_words, tables
from pages.coverage.cells import Question
from pages.coverage.sheet import Sheet
from pages.shared import event_change, export, filters, i18n, parts, places, query, theme
from pages.shared import months as months_
from pages.shared.filters import Territory

_ = i18n.gettext
MONTHS = "months"


def show(asked: Question, place: Territory) -> None:
    """Everything about one domain in one place, a topic at a time."""
    sheet = Sheet(asked, place)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(sheet_words.title(sheet), anchor=False, width="content")
        st.page_link("recruit/page.py", label=_("Plan recruits here"), icon=":material/person_add:")
    topic = _topic()
    if topic == MONTHS:
        before_after, versus = _months(sheet), None
    else:
        before_after, versus = None, _figures(sheet, topic)
    export.downloads(
        "coverage-cell",
        {
            _("Figures"): lambda: sheet_words.table(sheet, versus)[1],
            _("Months"): lambda: sheet_words.months(sheet),
            **({_("Before and after"): before_after} if before_after else {}),
        },
        metrics=[measure.name for measure in sheet.told()],
        filters=tables.asked_in_words(asked, place)
        | {_("Compare with"): versus.title if versus else _("Nothing")},
    )


def _topic() -> str:
    """What is asked about the cell (in the address: figures)."""
    names = {
        "supply": _("Who is there"),
        "matching": _("Who asks, who is served"),
        "market": _("How the market is"),
        MONTHS: _("Month by month"),
    }
    topic = filters.read("figures", names.__contains__, "supply")
    parts.switch("figures", _("Figures"), names, topic, key="coverage_figures")
    return topic


def _figures(sheet: Sheet, topic: str) -> Sheet | None:
    """The figures of a topic; returns what they are compared with."""
    if topic == "supply" and (who := sheet_words.nearest(sheet)):
        st.markdown(who)
    versus = _versus(sheet)
    table, _numbers = sheet_words.table(sheet, versus, topic)
    rests_on = _("The file has the cases that each value rests on, and those left out.")
    caption = sheet_words.caption(sheet, topic, is_compared=versus is not None)
    st.caption(f"{caption} {rests_on}")
    theme.plain(table, wraps=True)
    return versus


def _months(sheet: Sheet) -> Callable[[], pd.DataFrame] | None:
    """Requests, fill rate and providers by month, as charts and as a table; gives the table of
    what changed with an event, where one was chosen."""
    asked, months, events = sheet.asked, sheet.months["month"], sheet.events
    drawn = charts.trends(sheet)
    for column, (name, (title, figure)) in zip(
        st.columns(len(drawn) or 1), drawn.items(), strict=False
    ):
        with column:
            key = f"trend_{name}"
            theme.chart(figure, key, title, **event_change.on_chart(key, months, events))
    if young := months_.ripening(months, asked.days):
        st.caption(young)
    before_after = event_change.show(events, asked.scope, sheet.place, asked.days)
    folded = theme.folded(_("The months as a table"), "coverage_months")
    if folded.open:
        rows = sheet_words.months(sheet)
        share = query.metric_definition("fill_rate").label
        with folded:
            theme.plain(
                rows,
                shares=[name for name in map(str, rows) if name.startswith(share)],
                wraps=True,
            )
    return before_after


def _versus(sheet: Sheet) -> Sheet | None:
    """What to compare the figures with; None for nothing."""
    asked, place = sheet.asked, sheet.place
    choices = {"nothing": _("Nothing"), "year": _("The same months a year earlier")}
    if place.level not in ("country", places.SEVERAL):
        choices["place"] = _("Another territory")
    with st.container(horizontal=True, vertical_alignment="bottom", key="versus_bar"):
        chosen = filters.pick("versus", _("Compare with"), choices, choices.__getitem__, "nothing")
        if chosen == "place":
            other = _other(place)
            return Sheet(asked, other, other.name)
    if chosen == "nothing":
        return None
    earlier = asked.period.year_earlier()
    title = filters.period_label(earlier)
    if not sheet.months["is_loaded_earlier"].all():
        text = _("The requests of {period} were not all loaded: nothing to compare with.")
        st.caption(text.format(period=title))
        return None
    return Sheet(replace(asked, period=earlier), place, title, is_past=True)


def _other(place: Territory) -> Territory:
    around = place.parents[-1] if place.level == "commune" else place.parents[0]
    found = cells.areas(place.level, around)
    names = dict(zip(found["code"], found["name"], strict=True))
    names.pop(place.code, None)
    ordered = dict(sorted(names.items(), key=lambda item: str(item[1])))
    if not ordered:  # Paris is a département of one commune
        ordered = {place.code: place.name}
    code = filters.pick(
        "other", _("Territory to compare"), ordered, ordered.__getitem__, next(iter(ordered))
    )
    return Territory(place.level, code, str(ordered[code]), place.parents)
