"""Do they employ? Headcount and full-time equivalents, created against lost; kept apart."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, less, ratio
from pages.cooperatives import areas
from pages.cooperatives.views import EVERY, METRICS, Asked
from pages.shared import export, filters, i18n, partner_charts, partner_figures, theme
from pages.shared.filters import Territory
from pages.shared.partner_charts import Series

_ = i18n.gettext
HEADCOUNT = {"country": EVERY, "region": ("all",)}
FLOWS = {"country": ("all", "family"), "region": ("all",)}
FRANCE = partner_figures.Cut(Territory("country", "FR", "France"), "all", is_asked=True)
YEARS = 10
PER = 100_000


def cells() -> Any:
    """The cells of jobs.sql."""
    return partner_figures.cells(__file__, "jobs")


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
    cut = partner_figures.cut(asked.place, asked.scope, FLOWS)
    partner_figures.tell(cut)
    table = _by_year(found, years, cut)
    _pictures(found, years, cut)
    partner_figures.table(table, _kinds(table))
    by_region = _regions(found, asked)
    st.subheader(_("In which domains?"), anchor=False)
    by_domain = _domains(found, years[-1])
    partner_figures.table(by_domain, dict.fromkeys(by_domain.columns[1:], "count"))
    st.caption(_("A co-operative with several domains counts in each, so domains do not add up."))
    partner_figures.explain(table, by_region, by_domain)
    tables = {_("By year"): table, _("By region"): by_region, _("By domain"): by_domain}
    export.downloads(
        "cooperatives-jobs",
        {name: partner_figures.taken(rows) for name, rows in tables.items()},
        metrics=METRICS["jobs"],
        filters={
            **asked.words(),
            _("By year"): f"{cut.place.name}, {filters.scope_label(cut.scope)}",
        },
    )


def _pictures(found: Any, years: list[str], cut: partner_figures.Cut) -> None:
    def row(table: str, measure: str, at: dict[str, str]) -> list[Cell]:
        return [found.of(table, measure, year, **at) for year in years]

    created, lost = (row("job_flows", name, cut.at) for name in ("created", "lost"))
    net = [less(up, down) for up, down in zip(created, lost, strict=True)]
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('Jobs at the year’s end')}**")
        heads = Series(_("Headcount"), row("jobs", "employees", cut.at), theme.CATEGORIES[1])
        full = Series(
            _("Full-time equivalents"), row("jobs", "employees_fte", cut.at), theme.CATEGORIES[3]
        )
        figure = partner_charts.lines(years, [heads, full], "count", height=340)
        theme.chart(figure, "jobs", _("Jobs at the year’s end"))
    with right:
        st.markdown(f"**{_('Jobs created above, lost below (headcount)')}**")
        figure = partner_charts.moves(
            years,
            [Series(_("Created"), created, theme.ACCENT)],
            [Series(_("Lost"), lost, theme.WARNING)],
            (_("Net"), net),
            height=340,
        )
        theme.chart(figure, "job_flows", _("Jobs created above, lost below (headcount)"))
    st.markdown(f"**{_('Jobs kept by hand-overs and rescues, all of France')}**")
    st.caption(
        _(
            "They existed before the co-operative: never added to the jobs created. Told for the "
            "whole country only, since few co-operatives a year stand behind them."
        )
    )
    kept = Series("", row("job_flows", "kept", FRANCE.at), theme.CATEGORIES[2])
    title = _("Jobs kept by hand-overs and rescues, all of France")
    theme.chart(partner_charts.columns(years, [kept], height=240), "jobs_kept", title)


def _by_year(found: Any, years: list[str], cut: partner_figures.Cut) -> pd.DataFrame:
    lines = []
    for year in reversed(years):
        created, lost = (
            found.of("job_flows", name, year, **cut.at) for name in ("created", "lost")
        )
        line: dict[str, Any] = {
            _("Year"): int(year),
            _("Headcount"): found.of("jobs", "employees", year, **cut.at),
            _("Full-time equivalents"): found.of("jobs", "employees_fte", year, **cut.at),
            _("Created"): created,
            _("Lost"): lost,
            _("Net"): less(created, lost),
        }
        if cut.at == FRANCE.at:
            line[_("Kept")] = found.of("job_flows", "kept", year)
            for name, measure in ((_("Created (FTE)"), "created"), (_("Lost (FTE)"), "lost")):
                line[name] = found.of("job_flows", f"{measure}_fte", year)
            line[_("Kept (FTE)")] = found.of("job_flows", "kept_fte", year)
        lines.append(line)
    return pd.DataFrame(lines).astype(object)


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    return {name: "year" if name == _("Year") else "count" for name in table.columns}


def _regions(found: Any, asked: Asked) -> pd.DataFrame:
    """Jobs by region, all domains; returns the table."""
    st.subheader(_("Where are the jobs?"), anchor=False)
    year = str(asked.year)
    rows = areas.of(asked.by_region(), "all")

    def column(table: str, measure: str) -> list[Cell]:
        return [found.of(table, measure, year, code=c, level="region") for c in rows["code"]]

    heads = column("jobs", "employees")
    rates = [
        ratio(cell, float(people) / PER) if people else None
        for cell, people in zip(heads, rows["population"], strict=True)
    ]
    created, lost = column("job_flows", "created"), column("job_flows", "lost")
    columns: dict[str, Any] = {
        _("Region"): rows["name"],
        _("Headcount"): heads,
        _("Per 100,000 inhabitants"): rates,
        _("Full-time equivalents"): column("jobs", "employees_fte"),
        _("Created"): created,
        _("Lost"): lost,
        _("Net"): [less(up, down) for up, down in zip(created, lost, strict=True)],
        _("Code"): rows["code"],
    }
    table = pd.DataFrame({name: list(column) for name, column in columns.items()}).astype(object)
    shown = [
        _("{rate} per 100,000 inhabitants ({n} jobs)").format(
            rate=partner_figures.text(rate), n=partner_figures.text(cell)
        )
        for rate, cell in zip(rates, heads, strict=True)
    ]
    title = _("Jobs in co-operatives per 100,000 inhabitants, end of {year}").format(year=year)
    areas.drawn(asked.by_region(), rows, rates, shown, title, "jobs")
    partner_figures.table(table, dict.fromkeys(table.columns[1:-1], "count"))
    return table


def _domains(found: Any, year: str) -> pd.DataFrame:
    lines = []
    for scope, (kind, name) in filters.scope_labels().items():
        if kind not in EVERY:
            continue
        has_flows = kind in FLOWS["country"]
        line = {
            _("Domain"): f"\u2003{name}" if kind == "domain" else name,
            _("Headcount"): found.of("jobs", "employees", year, scope=scope),
            _("Created"): found.of("job_flows", "created", year, scope=scope)
            if has_flows
            else None,
            _("Lost"): found.of("job_flows", "lost", year, scope=scope) if has_flows else None,
        }
        if any(cell is not None for cell in list(line.values())[1:]):
            lines.append(line)
    return pd.DataFrame(lines).astype(object)
