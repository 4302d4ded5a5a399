"""Projects by step and year, by region and by family of domains, and how many are under way."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cells
from pages.projects import views
from pages.projects.views import Asked
from pages.shared import export, filters, i18n, partner_charts, partner_figures, parts, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
YEARS = 10
COUNTS = ("received", "supported", "financed", "agency_support", "registered", "abandoned")


def show(asked: Asked) -> None:
    """The view."""
    found = views.cells()
    years = found.periods("projects")[-YEARS:]
    if not years:
        return
    cut = partner_figures.cut(asked.place, asked.scope, views.COUNTS)
    by_year = partner_figures.by_year(_("Year"), years, lambda year: _line(found, year, **cut.at))
    by_region = partner_figures.by_region(
        _("Region"),
        views.regions(),
        lambda level, code: _line(found, asked.year, level=level, code=code, scope=cut.scope),
    )
    by_family = partner_figures.frame(
        [
            {_("Domain"): name, **_line(found, asked.year, **cut.at | {"scope": scope})}
            for scope, (kind, name) in filters.scope_labels().items()
            if kind in ("all", "family")
        ]
    )
    part = parts.choose(
        {"time": _("By year"), "place": _("By region"), "kind": _("By family of domains")}
    )
    scope = filters.scope_label(cut.scope)
    if part != "place":
        partner_figures.tell(cut)
    if part == "time":
        place = f"{cut.place.name}, {scope}"
        title = _("Projects by step, {place}").format(place=place)
        theme.chart(_lines(found, years, cut), "steps", title)
        partner_figures.table(by_year, _kinds(by_year))
    else:
        place = f"{scope if part == 'place' else cut.place.name}, {asked.year}"
        st.markdown(f"**{_('Projects by step, {place}').format(place=place)}**")
        shown = by_region if part == "place" else by_family
        partner_figures.table(shown, _kinds(shown))
    st.caption(
        _("Numbers of projects belong to the convention and are shared by all its partners.")
    )
    export.downloads(
        "projects-years",
        {_("By year"): by_year, _("By region"): by_region, _("By family"): by_family},
        metrics=views.METRICS["years"],
        filters=asked.words(cut),
    )


def _lines(found: Cells, years: list[str], cut: partner_figures.Cut) -> Any:
    series = [
        Series(
            i18n.name("step", code),
            [found.of("projects", code, year, **cut.at) for year in years],
            colour,
        )
        for code, colour in zip(views.STEPS, theme.CATEGORIES, strict=False)
    ]
    return partner_charts.lines(years, series, "count", height=320)


def _line(found: Cells, year: str, **at: str) -> dict[str, Any]:
    line = {i18n.name("step", code): found.of("projects", code, year, **at) for code in COUNTS}
    line[_("Under way at the year’s end")] = found.of("projects", "under_way", year, **at)
    return line


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(table.columns[1:], "count") | {_("Year"): "year"}
