"""The sheet of the chosen cell: all its metrics, its months, and what to compare it with."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from pages.coverage import cells, charts, sheet, sheet_words, tables, words
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES
from pages.coverage.sheet import Row
from pages.shared import chart_marks, event_change, export, filters, i18n, places, query, theme
from pages.shared import months as months_
from pages.shared.filters import Territory

_ = i18n.gettext
MONTHS = "months"


def show(asked: Question, place: Territory) -> None:
    """Everything about one domain in one place, a topic at a time."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(
            _("{domain} in {place}").format(
                domain=filters.scope_label(asked.scope), place=words.place_name(place)
            ),
            anchor=False,
            width="content",
        )
        st.page_link("recruit/page.py", label=_("Plan recruits here"), icon=":material/person_add:")
    topic = _topic()
    before_after = None
    if topic == MONTHS:
        before_after = _months(asked, place)
        versus, title = None, ""
    else:
        versus, title = _figures(asked, place, topic)

    def numbers() -> pd.DataFrame:
        now = sheet.figures(asked, place)
        then = sheet.figures(*versus[:2], is_past=versus[2]) if versus else None
        return sheet_words.table(now, then, title)[1]

    export.downloads(
        "coverage-cell",
        {
            _("Figures"): numbers,
            _("Months"): lambda: sheet_words.months(sheet.months(asked, place)),
            **({_("Before and after"): before_after} if before_after else {}),
        },
        metrics=[measure.name for measure in sheet.told(place)],
        filters=tables.asked_in_words(asked, place) | {_("Compare with"): title or _("Nothing")},
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
    st.session_state["coverage_figures"] = topic
    st.segmented_control(
        _("Figures"),
        list(names),
        format_func=names.__getitem__,
        key="coverage_figures",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: filters.choose("figures", st.session_state["coverage_figures"]),
    )
    return topic


# what to compare with: the question and the place, and whether the months are past
Versus = tuple[Question, Territory, bool]


def _figures(asked: Question, place: Territory, topic: str) -> tuple[Versus | None, str]:
    """The figures of a topic; returns what they are compared with, and its title."""
    own = sheet.figures(asked, place, topic)
    if place.level == "commune" and topic == "supply":
        _nearest(own, asked, place)
    versus, title = _versus(asked, place)
    then = sheet.figures(versus[0], versus[1], topic, is_past=versus[2]) if versus else None
    table, _numbers = sheet_words.table(own, then, title)
    st.caption(_caption(asked, place, topic, is_compared=versus is not None))
    st.dataframe(
        table,
        hide_index=True,
        height=38 + 35 * len(table),
        placeholder=i18n.NONE,
        key=f"sheet_{place.level}",
        # by itself a column is as wide as its first lines, and cuts "too few to tell"
        column_config={
            str(column): st.column_config.Column(width=170)
            for column in table
            if str(column).startswith(_("Value")) and table[column].str.len().max() > 12
        },
    )
    return versus, title


def _months(asked: Question, place: Territory) -> Callable[[], pd.DataFrame] | None:
    """Requests, fill rate and providers by month, as charts and as a table; gives the table of
    what changed with an event, where one was chosen."""
    months = sheet.months(asked, place)
    events = sheet.events(asked, place)
    figures = charts.trends(months, events, aims(asked, place))
    titles = charts.titles(months, asked)
    for column, (name, figure) in zip(st.columns(len(figures) or 1), figures.items(), strict=False):
        with column:
            key = f"trend_{name}"
            chosen = event_change.on_chart(key, months["month"], events)
            theme.chart(figure, key, titles[name], **chosen)
    if young := months_.ripening(months["month"], asked.days):
        st.caption(young)
    before_after = event_change.show(events, asked.scope, place, asked.days)
    folded = st.expander(
        _("The months as a table"),
        icon=":material/table:",
        key="coverage_months",
        on_change="rerun",
    )
    if folded.open:
        rows = sheet_words.months(months)
        share = query.metric_definition("fill_rate").label
        with folded:
            st.dataframe(
                rows,
                hide_index=True,
                placeholder=i18n.NONE,
                column_config={
                    column: st.column_config.NumberColumn(format="percent")
                    for column in map(str, rows)
                    if column.startswith(share)
                },
            )
    return before_after


def aims(asked: Question, place: Territory) -> dict[str, chart_marks.Marks]:
    """The targets set for this very cell, as lines, by the column of the chart."""
    return {
        column: chart_marks.aim(chart_marks.targets_of(sheet.targets(), metric, asked.scope, place))
        for column, metric in (("fill_rate", "fill_rate"), ("providers", "active_providers"))
        if column != "fill_rate" or asked.days == int(query.build().settings.get("fill_days", 14))
    }


def _versus(asked: Question, place: Territory) -> tuple[Versus | None, str]:
    """What to compare the figures with, and its title; None and "" for nothing."""
    choices = {"nothing": _("Nothing"), "year": _("The same months a year earlier")}
    if place.level not in ("country", places.SEVERAL):
        choices["place"] = _("Another territory")
    with st.container(horizontal=True, vertical_alignment="bottom", key="versus_bar"):
        chosen = filters.pick("versus", _("Compare with"), choices, choices.__getitem__, "nothing")
        if chosen == "place":
            other = _other(place)
            return (asked, other, False), other.name
    if chosen == "nothing":
        return None, ""
    earlier = asked.period.year_earlier()
    if not sheet.months(asked, place)["is_loaded_earlier"].all():
        st.caption(
            _("The requests of {period} were not all loaded: nothing to compare with.").format(
                period=filters.period_label(earlier)
            )
        )
        return None, ""
    return (replace(asked, period=earlier), place, True), filters.period_label(earlier)


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


def _caption(asked: Question, place: Territory, topic: str, *, is_compared: bool) -> str:
    parts = [
        _("Providers needed: {k}. In time: within {days} days. {period}.").format(
            k=asked.k, days=asked.days, period=filters.period_label(asked.period)
        )
    ]
    if topic == "supply" and sheet_words.is_averaged(asked):
        parts.append(_("Coverages are averages over the domains in use."))
    if topic == "supply":
        parts.append(sheet_words.base(sheet.unknowns(asked, place)))
    if topic == "market":
        parts.append(words.limits(asked.k))
    parts += words.supply_of(sheet.TOPICS[topic], asked)
    if place.level == "commune":
        parts.append(words.horizon(int(query.build().settings.get("fill_days", 14))))
        left = [MEASURES[name] for name in sheet.TOPICS[topic]]
        labels = [query.metric_definition(m.name).label for m in left if not m.has_communes]
        if labels:
            text = _("Not told commune by commune: {labels}.")
            parts.append(text.format(labels=", ".join(labels)))
    if is_compared:
        parts.append(
            _(
                "A difference is called one where its 95% interval leaves out 0. Coverages, gaps "
                "and states always set requests against today’s providers."
            )
        )
    return " ".join(parts)


def _nearest(own: dict[str, Row], asked: Question, place: Territory) -> None:
    count = own["active_providers"]["reaching"]
    if not i18n.is_none(count) and count > 0:
        return
    found = sheet.nearest(asked, place)
    if found.empty:
        st.markdown(_("Nobody comes here, and nobody offers this domain anywhere."))
        return
    st.markdown(sheet_words.nearest(found))
