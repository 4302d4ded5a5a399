"""The sheet of the chosen cell: all its metrics, its months, and what to compare it with."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from pages.coverage import cells, charts, sheet, sheet_words, words
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES
from pages.shared import export, filters, i18n, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext


def show(asked: Question, place: Territory) -> None:
    """Everything about one domain in one place."""
    st.subheader(
        _("{domain} in {place}: all the figures").format(
            domain=filters.scope_label(asked.scope), place=words.place_name(place)
        ),
        anchor=False,
    )
    own = sheet.figures(asked, place)
    if place.level == "commune":
        _nearest(own, asked, place)
    months = sheet.months(asked, place)
    versus, title = _versus(asked, place, months)
    table, numbers = sheet_words.table(own, versus, title)
    st.caption(_caption(asked, place, versus))
    st.dataframe(
        table,
        hide_index=True,
        height=38 + 35 * len(table),
        placeholder=i18n.NONE,
        key=f"sheet_{place.level}",
    )
    trend = sheet_words.months(months)
    for column, figure in zip(
        st.columns(2 if place.level == "commune" else 3), charts.trends(months, asked), strict=False
    ):
        with column:
            theme.chart(figure, key=f"trend_{figure.layout.meta}")
    with st.expander(_("The months as a table"), icon=":material/table:"):
        st.dataframe(
            trend,
            hide_index=True,
            placeholder=i18n.NONE,
            column_config={
                str(column): st.column_config.NumberColumn(format="percent")
                for column in trend
                if months_share(str(column))
            },
        )
    export.downloads(
        "coverage-cell",
        {_("Figures"): numbers, _("Months"): trend},
        metrics=list(own.index),
        filters={
            _("Domain"): filters.scope_label(asked.scope),
            _("Territory"): words.place_name(place),
            _("Providers needed"): str(asked.k),
            _("Filled within"): str(asked.days),
            _("Period"): filters.period_label(asked.period),
            _("Compare with"): title or _("Nothing"),
        },
    )


def months_share(column: str) -> bool:
    """Whether a column of the months is a share."""
    return column.startswith(query.metric_definition("fill_rate").label)


def _versus(
    asked: Question, place: Territory, months: pd.DataFrame
) -> tuple[pd.DataFrame | None, str]:
    """The figures to compare with, and their title; None and "" for nothing."""
    choices = {"nothing": _("Nothing"), "year": _("The same months a year earlier")}
    if place.level != "country":
        choices["place"] = _("Another territory")
    with st.container(horizontal=True, vertical_alignment="bottom", key="versus_bar"):
        chosen = filters.pick("versus", _("Compare with"), choices, choices.__getitem__, "nothing")
        if chosen == "place":
            other = _other(place)
            return sheet.figures(asked, other), other.name
    if chosen == "nothing":
        return None, ""
    earlier = asked.period.year_earlier()
    if not months["is_loaded_earlier"].all():
        st.caption(
            _("The requests of {period} were not all loaded: nothing to compare with.").format(
                period=filters.period_label(earlier)
            )
        )
        return None, ""
    past = sheet.figures(replace(asked, period=earlier), place, is_past=True)
    return past, filters.period_label(earlier)


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


def _caption(asked: Question, place: Territory, versus: pd.DataFrame | None) -> str:
    parts = [
        _("Providers needed: {k}. In time: within {days} days. {period}.").format(
            k=asked.k, days=asked.days, period=filters.period_label(asked.period)
        )
    ]
    if sheet_words.is_averaged(asked):
        parts.append(_("Coverages are averages over the domains in use."))
    if place.level == "commune":
        parts.append(words.horizon(int(query.build().settings.get("fill_days", 14))))
        left = [m for m in MEASURES.values() if not m.has_communes]
        labels = ", ".join(query.metric_definition(m.name).label for m in left)
        parts.append(_("Not told commune by commune: {labels}.").format(labels=labels))
    if versus is not None:
        parts.append(
            _(
                "A difference is called one where its 95% interval leaves out 0. Coverages, gaps "
                "and states always set requests against today’s providers."
            )
        )
    return " ".join(parts)


def _nearest(own: pd.DataFrame, asked: Question, place: Territory) -> None:
    if own["n"].fillna(0)["active_providers"] > 0:  # its n is who comes
        return
    found = sheet.nearest(asked, place)
    if found.empty:
        st.markdown(_("Nobody comes here, and nobody offers this domain anywhere."))
        return
    st.markdown(sheet_words.nearest(found))
