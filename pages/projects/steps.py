"""What becomes of the projects: the funnel by year of receipt, and the time between steps."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Withheld, ratio
from pages.projects import views
from pages.shared import export, filters, i18n, partner_charts, partner_figures, query, theme

_ = i18n.gettext
MONTHS = 24


def cell(found: Any, step: str, year: str) -> Cell:
    """The projects received in a year that were through a step within 24 months."""
    measure = step if step == "received" else f"{step}_{MONTHS}m"
    return found.of("funnel", measure, year)


def show() -> None:
    """The view."""
    found = partner_figures.cells(__file__, "cells")
    years = found.periods("funnel")
    if not years:
        theme.empty_state(
            _("No project was received early enough to be followed for two years."),
            _("The funnel shows projects received at least 24 months before the last closed year."),
        )
    else:
        year = filters.pick(
            "received", _("Received in"), list(reversed(years)), str, _newest_told(found, years)
        )
        through = {i18n.name("step", step): cell(found, step, year) for step in views.STEPS}
        title = _("Projects received in {year}, through each step within 24 months")
        title = title.format(year=year)
        st.markdown(f"**{title}**")
        theme.chart(partner_charts.ranks(through, "count"), "funnel", title)
    by_year = _by_year(found, years)
    if years:
        partner_figures.table(by_year, _kinds(by_year))
        st.caption(
            _(
                "Each column counts those of the column before that took this step too. A project "
                "that is still under way after 24 months is not registered here."
            )
        )
    st.subheader(_("How long does each step take?"), anchor=False)
    times = _times(query.page_sql(__file__, "times"))
    partner_figures.table(times, dict.fromkeys(times.columns[1:], "count"))
    st.caption(
        _(
            "Of the projects that took the first of two steps in the last five closed years. "
            "Median: half have taken the next step by then, those under way or abandoned counted "
            "for as long as they were followed. “Not reached”: fewer than half (or 9 in 10) ever "
            "got there."
        )
    )
    partner_figures.explain(by_year, times)
    tables = {_("Funnel"): by_year, _("Time between steps"): times}
    export.downloads(
        "projects-steps",
        {name: partner_figures.taken(rows) for name, rows in tables.items()},
        metrics=views.METRICS["steps"],
        filters={_("Territory"): "France"},
    )


def _newest_told(found: Any, years: list[str]) -> str:
    """The newest year of which no step is withheld, else the newest."""
    told = [
        year
        for year in years
        if not any(isinstance(cell(found, step, year), Withheld) for step in views.STEPS)
    ]
    return (told or years)[-1]


def _by_year(found: Any, years: list[str]) -> pd.DataFrame:
    lines = []
    for year in reversed(years):
        line: dict[str, Any] = {_("Received in"): int(year)}
        line |= {i18n.name("step", step): cell(found, step, year) for step in views.STEPS}
        line[_("Registered of received")] = ratio(
            cell(found, "registered", year), cell(found, "received", year)
        )
        lines.append(line)
    return pd.DataFrame(lines).astype(object)


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    kinds = dict.fromkeys(table.columns, "count")
    return {**kinds, _("Received in"): "year", _("Registered of received"): "share"}


def _times(rows: pd.DataFrame) -> pd.DataFrame:
    order = {code: number for number, code in enumerate(views.STEPS)}
    lines = []
    for row in sorted(
        rows.to_dict("records"), key=lambda r: (order[r["from_step"]], order[r["to_step"]])
    ):
        names = {
            _("Median (days)"): "median_days",
            _("9 in 10 (days)"): "p90_days",
            _("Projects"): "contributors",
            _("of which took the next step"): "reached",
        }
        line = {
            _(
                "Step"
            ): f"{i18n.name('step', row['from_step'])} → {i18n.name('step', row['to_step'])}"
        }
        for name, column in names.items():
            line[name] = _figure(row, column)
        lines.append(line)
    return pd.DataFrame(lines).astype(object)


def _figure(row: dict[Any, Any], column: str) -> Any:
    if row["status"] == "withheld":
        return Withheld(row["reason"])
    if pd.isna(row[column]):
        return _("not reached")
    return float(row[column])
