"""Projects by step and year, euros, jobs planned against realised, and who is under way."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Withheld, ratio
from etl.words.rows import each
from pages.projects import views
from pages.shared import export, filters, i18n, partner_charts, partner_figures, query, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
YEARS = 10
COUNTS = ("received", "supported", "financed", "agency_support", "registered", "abandoned")


def show() -> None:
    """The view."""
    found = partner_figures.cells(__file__, "cells")
    years = found.periods("pipeline")[-YEARS:]
    steps, jobs = _steps(found, years), _jobs(found)
    if years:
        left, right = st.columns(2)
        with left:
            st.markdown(f"**{_('Projects by step')}**")
            series = [
                Series(
                    i18n.name("step", code),
                    [found.of("pipeline", code, year) for year in years],
                    colour,
                )
                for code, colour in zip(views.STEPS, theme.CATEGORIES, strict=False)
            ]
            figure = partner_charts.lines(years, series, "count", height=360)
            theme.chart(figure, "steps", _("Projects by step"))
        with right:
            st.markdown(f"**{_('Euros granted to projects')}**")
            series = [
                Series(name, [found.of("pipeline", code, year) for year in years], colour)
                for name, code, colour in (
                    (_("By banks and funds"), "financed_eur", theme.CATEGORIES[1]),
                    (_("By the agency"), "agency_eur", theme.CATEGORIES[2]),
                )
            ]
            figure = partner_charts.columns(years, series, "eur", height=360)
            theme.chart(figure, "euros", _("Euros granted to projects"))
        partner_figures.table(steps, _kinds(steps))
    st.subheader(_("Do the jobs come that were planned?"), anchor=False)
    if jobs.empty:
        st.caption(_("No registered project told both yet."))
    else:
        st.caption(
            _(
                "Of projects that became co-operatives, by year of registration: jobs planned, and "
                "the headcount at the end of the first year declared."
            )
        )
        series = [
            Series(name, jobs[name].tolist()[::-1], colour)
            for name, colour in (
                (_("Planned"), theme.CATEGORIES[6]),
                (_("Realised"), theme.CATEGORIES[0]),
            )
        ]
        steps_shown = [str(year) for year in jobs[_("Registered in")]][::-1]
        figure = partner_charts.columns(steps_shown, series, height=280)
        theme.chart(figure, "planned", _("Do the jobs come that were planned?"))
        kinds = dict.fromkeys(jobs.columns, "count")
        kinds |= {_("Registered in"): "year", _("Realised of planned"): "share"}
        partner_figures.table(jobs, kinds)
    st.subheader(_("Who is under way?"), anchor=False)
    regions, families = _under_way(found)
    left, right = st.columns(2)
    for column, table in ((left, regions), (right, families)):
        with column:
            partner_figures.table(table, dict.fromkeys(table.columns[1:], "count"))
    tables = {
        _("By year"): steps,
        _("Planned and realised"): jobs,
        _("Under way by region"): regions,
        _("Under way by domain"): families,
    }
    partner_figures.explain(*tables.values())
    export.downloads(
        "projects-years",
        {name: partner_figures.taken(rows) for name, rows in tables.items()},
        metrics=views.METRICS["years"],
        filters={_("Territory"): "France"},
    )


def _steps(found: Any, years: list[str]) -> pd.DataFrame:
    lines = []
    for year in reversed(years):
        line: dict[str, Any] = {_("Year"): int(year)}
        line |= {i18n.name("step", code): found.of("pipeline", code, year) for code in COUNTS}
        line[_("€ by banks and funds")] = found.of("pipeline", "financed_eur", year)
        line[_("€ by the agency")] = found.of("pipeline", "agency_eur", year)
        lines.append(line)
    return pd.DataFrame(lines).astype(object)


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    kinds = {name: "eur" if name.startswith("€") else "count" for name in table.columns}
    return {**kinds, _("Year"): "year"}


def _jobs(found: Any) -> pd.DataFrame:
    lines = []
    for year in reversed(found.periods("project_jobs")):
        planned, realised = (
            found.of("project_jobs", f"{name}_jobs", year) for name in ("planned", "realised")
        )
        lines.append(
            {
                _("Registered in"): int(year),
                _("Planned"): planned,
                _("Realised"): realised,
                _("Realised of planned"): ratio(realised, planned),
            }
        )
    return pd.DataFrame(lines).astype(object)


def _under_way(found: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By region and by family; a family without any is left out, a region is not."""
    periods = found.periods("projects_under_way")
    year = periods[-1] if periods else ""
    head = _("Under way, end of {year}").format(year=year or i18n.NONE)
    places = query.page_sql(__file__, "areas", code="FR")
    regions = places[places["level"] == "region"]
    by_region = [
        {
            _("Region"): row.name,
            head: found.of("projects_under_way", "under_way", year, code=row.code, level="region"),
            _("Received in the year"): found.of(
                "pipeline", "received", year, code=row.code, level="region"
            ),
            _("Registered in the year"): found.of(
                "pipeline", "registered", year, code=row.code, level="region"
            ),
        }
        for row in each(regions)
    ]
    by_family = []
    for scope, (kind, name) in filters.scope_labels().items():
        if kind in ("all", "family"):
            value = found.of("projects_under_way", "under_way", year, scope=scope)
            if isinstance(value, Withheld) or value:
                by_family.append({_("Domain"): name, head: value})
    return (
        pd.DataFrame(by_region).astype(object),
        pd.DataFrame(by_family, columns=[_("Domain"), head]).astype(object),
    )
