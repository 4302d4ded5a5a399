"""Do they employ? Headcount, jobs gained against lost, and kept of those gained."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Cells, less, ratio
from pages.cooperatives import areas, views
from pages.cooperatives.views import METRICS, Asked
from pages.shared import i18n, partner_charts, partner_figures, parts, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
HEADCOUNT = {"country": ("all",), "region": ("all",)}
YEARS = 10
PER = 100_000


def cells() -> Cells:
    """The cells of jobs and of their flows."""
    return partner_figures.cells("jobs", "job_flows")


def flows(found: Cells, year: str) -> dict[str, Cell]:
    """The jobs of all of France: gained, of them created and kept, lost, and net."""
    gained, kept, lost = (found.of("job_flows", name, year) for name in ("gained", "kept", "lost"))
    return {
        "gained": gained, "created": less(gained, kept), "kept": kept, "lost": lost,
        "net": less(gained, lost),
    }  # fmt: skip


def show(asked: Asked) -> None:
    """The view."""
    found = cells()
    years = found.periods("jobs")[-YEARS:]
    if not years:
        theme.empty_state(
            _("No jobs by year are known."),
            _("They come with the file of employees by co-operative and year."),
        )
        return
    views.tell_form(asked)
    cut = partner_figures.cut(asked.place, asked.scope, HEADCOUNT)
    by_year = partner_figures.by_year(_("Year"), years, lambda year: _year(found, year, cut))
    moves = partner_figures.by_year(_("Year"), years, lambda year: _moves(found, year))
    rows = _most_first(found, asked, areas.of(asked.by_region(), "all"))
    by_region = _regions(found, asked, rows)
    part = parts.choose(
        {"time": _("People employed"), "flow": _("Gained and lost"), "place": _("By region")}
    )
    if part == "time":
        partner_figures.tell(cut)
        title = _("Jobs at the year’s end, {place}").format(place=cut.place.name)
        theme.chart(_headcount(found, years, cut), "jobs", title)
        partner_figures.table(by_year, _kinds(by_year))
    elif part == "flow":
        title = _("Jobs gained above, lost below (people, all of France)")
        theme.chart(_flows(found, years), "job_flows", title)
        partner_figures.table(moves, _kinds(moves))
        st.caption(
            _(
                "Gained: created, and kept by hand-overs and rescues. Jobs kept existed before the "
                "co-operative, so they are told apart. Only of co-operatives that declared both "
                "ends of the year: their net need not be the difference of two numbers of people, "
                "each of those that declared it. Jobs gained, kept and lost are told for the whole "
                "country only, since few co-operatives a year stand behind them."
            )
        )
        partner_figures.tell_digits()
    else:
        _show_regions(by_region, asked, rows)
    partner_figures.downloads(
        "cooperatives-jobs",
        {
            _("People employed by year"): by_year,
            _("Gained and lost by year"): moves,
            _("By region"): by_region,
        },
        _kinds,
        metrics=METRICS["jobs"],
        filters={**asked.words(), _("People employed by year"): cut.place.name},
    )


def _headcount(found: Cells, years: list[str], cut: partner_figures.Cut) -> Any:
    def row(measure: str) -> list[Cell]:
        return [found.of("jobs", measure, year, **cut.at) for year in years]

    series = [Series(_("People employed"), row("employees"), theme.CATEGORIES[1])]
    if cut.place.level == "country":
        name = _("Full-time equivalents")
        series.append(Series(name, row("employees_fte"), theme.CATEGORIES[3]))
    return partner_charts.lines(years, series, "count", height=300)


def _flows(found: Cells, years: list[str]) -> Any:
    told = [flows(found, year) for year in years]
    return partner_charts.moves(
        years,
        [Series(_("Gained"), [one["gained"] for one in told], theme.ACCENT)],
        [Series(_("Lost"), [one["lost"] for one in told], theme.WARNING)],
        (_("Net"), [one["net"] for one in told]),
        height=252,
    )


def _year(found: Cells, year: str, cut: partner_figures.Cut) -> dict[str, Any]:
    line = {_("People employed"): found.of("jobs", "employees", year, **cut.at)}
    if cut.place.level == "country":
        line[_("Full-time equivalents")] = found.of("jobs", "employees_fte", year)
    return line


def _moves(found: Cells, year: str) -> dict[str, Any]:
    told = flows(found, year)
    return {
        _("Gained"): told["gained"],
        _("of them created"): told["created"],
        _("of them kept"): told["kept"],
        _("Lost"): told["lost"],
        _("Net"): told["net"],
    }


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    special = {_("Year"): "year", _("Net"): "signed", _("Per 100,000 inhabitants"): "rate"}
    return {name: special.get(name, "count") for name in table.columns}


def _most_first(found: Cells, asked: Asked, rows: pd.DataFrame) -> pd.DataFrame:
    """Regions by their headcount, what is not told as a number last, in the order given."""
    at = {"level": "region"}
    heads = [found.of("jobs", "employees", str(asked.year), code=one, **at) for one in rows["code"]]
    order = pd.Series(partner_figures.values(heads), rows.index, dtype=float)
    return rows.loc[order.sort_values(ascending=False, kind="stable").index]


def _regions(found: Cells, asked: Asked, rows: pd.DataFrame) -> pd.DataFrame:
    """Jobs by region, all domains."""
    people = dict(zip(rows["code"], rows["population"], strict=True))

    def line(level: str, code: str) -> dict[str, Any]:
        heads = found.of("jobs", "employees", str(asked.year), level=level, code=code)
        per = ratio(heads, float(people[code]) / PER) if people.get(code) else None
        return {_("People employed"): heads, _("Per 100,000 inhabitants"): per}

    return partner_figures.by_region(_("Region"), rows, line)


def _show_regions(table: pd.DataFrame, asked: Asked, rows: pd.DataFrame) -> None:
    heads, rates = (
        table[name].tolist()[: len(rows)]
        for name in (_("People employed"), _("Per 100,000 inhabitants"))
    )
    shown = [
        _("no number declared")
        if cell is None
        else _("{rate} per 100,000 inhabitants ({n} jobs)").format(
            rate=partner_figures.text(rate, "rate"), n=partner_figures.text(cell)
        )
        for rate, cell in zip(rates, heads, strict=True)
    ]
    title = _("Jobs in co-operatives per 100,000 inhabitants, end of {year}")
    left, right = st.columns(2)
    with left:
        of_year = title.format(year=asked.year)
        areas.drawn(asked.by_region(), rows, rates, shown, of_year, "jobs")
    with right:
        partner_figures.table(table, _kinds(table[table.columns[1:]]))
