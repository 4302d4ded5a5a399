"""What becomes of the projects: the funnel by year of receipt, and the time between steps."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Cells, Withheld, ratio
from pages.projects import views
from pages.projects.views import Asked
from pages.shared import filters, i18n, partner_charts, partner_figures, parts, query, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
MONTHS = 24
PAIRS = (
    ("received", "supported"), ("supported", "financed"), ("financed", "registered"),
    ("received", "registered"),
)  # fmt: skip


def through(found: Cells, year: str, **at: str) -> dict[str, Cell]:
    """The projects received in a year that were through each step within 24 months, by step."""
    return {
        step: found.of("funnel", step if step == "received" else f"{step}_{MONTHS}m", year, **at)
        for step in views.STEPS
    }


def show(asked: Asked) -> None:
    """The view."""
    found = views.cells()
    cut = partner_figures.cut(asked.place, asked.scope, views.CUTS)
    years = found.periods("funnel")
    part = parts.choose(
        {"time": _("Funnel"), "flow": _("Time between steps"), "place": _("By region")}
    )
    if part != "place":
        partner_figures.tell(cut)
    tables = _funnel(found, years, cut, part)
    times, times_by_region = _times(cut, part)
    tables |= {_("Time between steps"): times, _("Times by region"): times_by_region}
    partner_figures.downloads(
        "projects-steps",
        tables,
        _kinds,
        metrics=views.METRICS["steps"],
        filters=asked.words(cut),
    )


def _funnel(
    found: Cells, years: list[str], cut: partner_figures.Cut, part: str
) -> dict[str, pd.DataFrame]:
    """The projects of a year of receipt, step by step; the tables by year and by region."""
    if not years:
        if part == "time":
            theme.empty_state(
                _("No project was received early enough to be followed for two years."),
                _(
                    "The funnel shows projects received at least 24 months before the last closed "
                    "year."
                ),
            )
        return {}
    year = years[-1]
    if part != "flow":
        year = filters.pick("received", _("Received in"), years[::-1], str, year)
    by_year = partner_figures.by_year(
        _("Received in"), years, lambda one: _line(found, one, **cut.at)
    )
    by_region = partner_figures.by_region(
        _("Region"),
        views.regions(),
        lambda level, code: _line(found, year, level=level, code=code),
    )
    title = _("Projects received in {year}, through each step within 24 months, {place}")
    note = _(
        "Each column counts those of the column before that took this step too. A project that is "
        "still under way after 24 months is not registered here."
    )
    if part == "time":
        title = title.format(year=year, place=cut.place.name)
        told = through(found, year, **cut.at)
        bars = {i18n.name("step", step): cell for step, cell in told.items()}
        theme.chart(partner_charts.ranks(bars, "count"), "funnel", title)
        partner_figures.table(by_year, _kinds(by_year))
        st.caption(note)
    elif part == "place":
        st.markdown(f"**{title.format(year=year, place=_('by region'))}**")
        partner_figures.table(by_region, _kinds(by_region))
        st.caption(note)
    return {_("Funnel"): by_year, _("Funnel by region"): by_region}


def _line(found: Cells, year: str, **at: str) -> dict[str, Any]:
    told = through(found, year, **at)
    return {
        **{i18n.name("step", step): cell for step, cell in told.items()},
        _("Registered of received"): ratio(told["registered"], told["received"]),
    }


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    kinds = dict.fromkeys(table.columns, "count")
    kinds |= {_("Received in"): "year", _("Registered of received"): "share"}
    return {name: kind for name, kind in kinds.items() if name != _("Region")}


def _times(cut: partner_figures.Cut, part: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How long each step takes in each window of five years, of the place and of the regions."""
    found = query.page_sql(__file__, "times_between_steps")
    own = found[(found["level"] == cut.place.level) & (found["code"] == cut.place.code)]
    rows = {
        (row["period"], row["from_step"], row["to_step"]): row for row in own.to_dict("records")
    }
    windows = sorted(found["period"].unique())
    names = {pair: " → ".join(i18n.name("step", step) for step in pair) for pair in PAIRS}
    times = _times_table(rows, windows, names)
    by_region = (
        _times_by_region(found, windows[-1], names) if windows else partner_figures.frame([])
    )
    if part == "flow" and windows:
        title = _("Median days from step to step, projects of five years, {place}")
        title = title.format(place=cut.place.name)
        series = [
            Series(
                name,
                [_drawn(rows.get((window, *pair))) for window in windows],
                theme.CATEGORIES[number],
            )
            for number, (pair, name) in enumerate(names.items())
        ]
        steps = [_window(window) for window in windows]
        theme.chart(partner_charts.lines(steps, series, "count"), "times", title)
        partner_figures.table(times, dict.fromkeys(times.columns[1:], "count"))
        st.caption(
            _(
                "Of the projects that took the first of two steps in five closed years; the last "
                "columns are those of the last five. Median: half have taken the next step by "
                "then, those under way or abandoned counted for as long as they were followed. "
                "“Not reached”: fewer than half ever got there."
            )
        )
    elif part == "place" and len(by_region):
        title = _("Median days by region, projects of {years}").format(years=_window(windows[-1]))
        st.markdown(f"**{title}**")
        partner_figures.table(by_region, dict.fromkeys(by_region.columns[1:], "count"))
    return times, by_region


def _times_table(
    rows: dict[Any, Any], windows: list[str], names: dict[tuple[str, str], str]
) -> pd.DataFrame:
    lines = []
    for pair, name in names.items():
        told = [rows.get((window, *pair)) for window in windows]
        if not any(told):
            continue
        line: dict[str, Any] = {_("Step"): name}
        for window, row in zip(windows, told, strict=True):
            title = _("Median (days), {years}").format(years=_window(window))
            line[title] = _figure(row, "median_days")
        line[_("Projects")] = _number(told[-1], "contributors")
        line[_("of which took the next step")] = _number(told[-1], "reached")
        lines.append(line)
    return partner_figures.frame(lines)


def _times_by_region(
    found: pd.DataFrame, window: str, names: dict[tuple[str, str], str]
) -> pd.DataFrame:
    mine = found[(found["level"] == "region") & (found["period"] == window)]
    rows = {(row["code"], row["from_step"], row["to_step"]): row for row in mine.to_dict("records")}
    regions = views.regions()
    return partner_figures.frame(
        [
            {
                _("Region"): region,
                **{name: _figure(rows.get((code, *pair)), "median_days")
                   for pair, name in names.items()},
            }
            for code, region in zip(regions["code"], regions["name"], strict=True)
            if any((code, *pair) in rows for pair in names)
        ]
    )  # fmt: skip


def _window(period: str) -> str:
    return f"{int(period) - 4}–{period}"


def _figure(row: dict[Any, Any] | None, column: str) -> Any:
    if row is None:
        return None
    if row["status"] == "withheld":
        return Withheld()
    return _("not reached") if pd.isna(row[column]) else float(row[column])


def _number(row: dict[Any, Any] | None, column: str) -> Cell:
    return None if row is None else float(row[column])


def _drawn(row: dict[Any, Any] | None) -> Cell:
    """A median as a chart takes it; one that is not reached has no place."""
    told = _figure(row, "median_days")
    return None if isinstance(told, str) else told
