"""With which euros, and do the jobs come, and last? Magnitudes of projects, by year and region."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Cells, Withheld, at_most_one, is_told, ratio
from pages.projects import views
from pages.projects.views import Asked
from pages.shared import export, i18n, partner_charts, partner_figures, parts, places, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
YEARS = 10


def nearest(
    found: Cells, table: str, measure: str, year: str, cut: partner_figures.Cut
) -> tuple[Cell, str]:
    """The figure of the place, or of France where that of the place has none to tell; and of which
    place it is, where that is not the one that was chosen."""
    own = found.of(table, measure, year, **cut.at)
    if isinstance(own, Withheld) and not is_told(own):
        return found.of(table, measure, year), places.FRANCE.name
    return own, "" if cut.is_asked else cut.place.name


def show(asked: Asked) -> None:
    """The view."""
    found = views.cells()
    tables = ("project_euros", "project_jobs", "project_survival")
    years = sorted({year for table in tables for year in found.periods(table)})[-YEARS:]
    if not years:
        theme.empty_state(
            _("No project told of euros or jobs yet."),
            _("They come with the steps of the projects and the years of the co-operatives."),
        )
        return
    cut = views.here(asked, views.CUTS)
    at = {name: part for name, part in cut.at.items() if name != "scope"}
    by_year = partner_figures.frame(
        [{_("Year"): int(year), **_line(found, year, **at)} for year in reversed(years)]
    )
    by_region = partner_figures.by_region(
        _("Region"),
        views.regions(),
        lambda level, code: _line(found, asked.year, level=level, code=code),
    )
    told = by_region[by_region[by_region.columns[1:]].notna().any(axis=1)]
    if parts.choose({"time": _("By year"), "place": _("By region")}) == "time":
        partner_figures.tell(cut)
        _pictures(found, years, at, cut)
        partner_figures.table(by_year, _kinds(by_year))
    elif told.empty:
        st.caption(
            _("No region has a project with such figures in {year}.").format(year=asked.year)
        )
    else:
        st.markdown(f"**{_('By region, {year}').format(year=asked.year)}**")
        partner_figures.table(told, _kinds(told))
        st.caption(_("Regions without any project of the year are left out."))
    st.caption(
        _(
            "€ per planned job: of the projects financed in five years with both known, told in "
            "the last of these (2016 to 2020, 2021 to 2025, …). Jobs: of projects "
            "that became co-operatives that year, planned, and the headcount at the end of the "
            "first year declared. Alive after 3 years: of the financed projects registered three "
            "years before."
        )
    )
    partner_figures.tell_digits()
    partner_figures.explain(by_year, told)
    export.downloads(
        "projects-means",
        {
            _("By year"): partner_figures.taken(by_year, _kinds(by_year)),
            _("By region"): partner_figures.taken(told, _kinds(told)),
        },
        metrics=views.METRICS["means"],
        filters=asked.words(cut),
    )


def _pictures(found: Cells, years: list[str], at: dict[str, str], cut: partner_figures.Cut) -> None:
    left, right = st.columns(2)
    with left:
        title = _("Euros granted to projects, {place}").format(place=cut.place.name)
        theme.chart(_euros(found, years, at), "euros", title)
    with right:
        title = _("Jobs planned and realised, by year of registration, {place}")
        title = title.format(place=cut.place.name)
        theme.chart(_jobs(found, years, at), "planned", title)


def _euros(found: Cells, years: list[str], at: dict[str, str]) -> Any:
    series = [
        Series(name, [found.of("project_euros", code, year, **at) for year in years], colour)
        for name, code, colour in (
            (_("By banks and funds"), "financed_eur", theme.CATEGORIES[1]),
            (_("By the agency"), "agency_eur", theme.CATEGORIES[2]),
        )
    ]
    return partner_charts.columns(years, series, "eur", height=300)


def _jobs(found: Cells, years: list[str], at: dict[str, str]) -> Any:
    series = [
        Series(name, [found.of("project_jobs", code, year, **at) for year in years], colour)
        for name, code, colour in (
            (_("Planned"), "planned_jobs", theme.CATEGORIES[6]),
            (_("Realised"), "realised_jobs", theme.CATEGORIES[0]),
        )
    ]
    return partner_charts.columns(years, series, height=300)


def _line(found: Cells, year: str, **at: str) -> dict[str, Any]:
    planned, realised = (
        found.of("project_jobs", name, year, **at) for name in ("planned_jobs", "realised_jobs")
    )
    alive = found.of("project_survival", "alive_3y_share", year, **at)
    return {
        _("€ by banks and funds"): found.of("project_euros", "financed_eur", year, **at),
        _("€ by the agency"): found.of("project_euros", "agency_eur", year, **at),
        _("€ per planned job"): found.of("project_euros", "eur_per_job", year, **at),
        _("Jobs planned"): planned,
        _("Jobs realised"): realised,
        _("Realised of planned"): ratio(realised, planned),
        _("Alive after 3 years"): at_most_one(alive),
    }


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    kinds = {name: "eur" if name.startswith("€") else "count" for name in table.columns[1:]}
    kinds |= {_("Realised of planned"): "share", _("Alive after 3 years"): "share"}
    return kinds | {_("Year"): "year"}
