"""With which euros, and do the jobs come, and last? Magnitudes of projects, by year and region."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Cells, Withheld, at_most_one, is_told, ratio
from pages.projects import views
from pages.projects.views import Asked
from pages.shared import i18n, partner_charts, partner_figures, parts, places, theme
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
    cut = partner_figures.cut(asked.place, asked.scope, views.CUTS)
    by_year = partner_figures.by_year(_("Year"), years, lambda year: _line(found, year, **cut.at))
    by_region = partner_figures.by_region(
        _("Region"),
        views.regions(),
        lambda level, code: _line(found, asked.year, level=level, code=code),
    )
    told = by_region[by_region[by_region.columns[1:]].notna().any(axis=1)]
    if parts.choose({"time": _("By year"), "place": _("By region")}) == "time":
        partner_figures.tell(cut)
        _pictures(found, years, cut)
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
            "that became co-operatives that year, planned, and the people employed at the end of "
            "the first year declared. Alive after 3 years: of the financed projects registered "
            "three years before."
        )
    )
    partner_figures.tell_digits()
    partner_figures.downloads(
        "projects-means",
        {_("By year"): by_year, _("By region"): told},
        _kinds,
        metrics=views.METRICS["means"],
        filters=asked.words(cut),
    )


def _pictures(found: Cells, years: list[str], cut: partner_figures.Cut) -> None:
    def drawn(table: str, parts: tuple[tuple[str, str, int], ...], kind: str = "count") -> Any:
        series = [
            Series(
                name,
                [found.of(table, code, year, **cut.at) for year in years],
                theme.CATEGORIES[colour],
            )
            for name, code, colour in parts
        ]
        return partner_charts.columns(years, series, kind, height=300)

    left, right = st.columns(2)
    with left:
        title = _("Euros granted to projects, {place}").format(place=cut.place.name)
        euros = (
            (_("By banks and funds"), "financed_eur", 1),
            (_("By the agency"), "agency_eur", 2),
        )
        theme.chart(drawn("project_euros", euros, "eur"), "euros", title)
    with right:
        title = _("Jobs planned and realised, by year of registration, {place}")
        title = title.format(place=cut.place.name)
        jobs = ((_("Planned"), "planned_jobs", 6), (_("Realised"), "realised_jobs", 0))
        theme.chart(drawn("project_jobs", jobs), "planned", title)


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
