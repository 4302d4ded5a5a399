"""Are the jobs good? Lasting, qualified, shared; for founders also the jobs of each birth year,
whether co-operatives keep to their form, and who works inside a CAE."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cells, at_most_one, ratio
from pages.cooperatives import areas, views
from pages.cooperatives.views import METRICS, Asked
from pages.shared import i18n, partner_charts, partner_figures, parts, theme, visitor
from pages.shared.partner_charts import Series

_ = i18n.gettext
CUTS = {"country": ("all",), "region": ("all",)}
YEARS = 10
ANSWERS = ("yes", "no", "unknown")


def show(asked: Asked) -> None:
    """The view."""
    found = partner_figures.cells("lasting", "cohorts", "compliance", "cae_people")
    years = found.periods("lasting")[-YEARS:]
    views.tell_form(asked)
    cut = partner_figures.cut(asked.place, asked.scope, CUTS)
    by_year = partner_figures.by_year(_("Year"), years, lambda year: _shares(found, year, **cut.at))
    by_region = _regions(found, asked)
    tables = {_("By year"): by_year, _("By region"): by_region}
    names = {"time": _("By year"), "place": _("By region")}
    is_founder = visitor.role() == "founder"
    if is_founder:
        names["others"] = _("For founders")
    part = parts.choose(names)
    if part == "time":
        partner_figures.tell(cut)
        _show_years(years, by_year)
    elif part == "place":
        st.markdown(f"**{_('By region, end of {year}').format(year=asked.year)}**")
        partner_figures.table(by_region, _kinds(by_region))
    if is_founder:
        tables |= _founders(found, cut, asked, is_shown=part == "others")
    partner_figures.downloads(
        "cooperatives-good-jobs",
        tables,
        _kinds,
        metrics=METRICS["quality"],
        filters={**asked.words(), _("Figures for"): cut.place.name},
    )


def _show_years(years: list[str], by_year: pd.DataFrame) -> None:
    if not years:
        theme.empty_state(
            _("Nobody declared how lasting the jobs are."),
            _("It comes with the file of employees by co-operative and year."),
        )
        return
    colours = (theme.CATEGORIES[0], theme.CATEGORIES[1], theme.CATEGORIES[4])
    series = [
        Series(name, by_year[name].tolist()[::-1], colour)
        for name, colour in zip(by_year.columns[1:], colours, strict=True)
    ]
    theme.chart(
        partner_charts.lines(years, series), "lasting", _("Share of employees, end of each year")
    )
    partner_figures.table(by_year, _kinds(by_year))
    st.caption(_("Of the co-operatives that declared all four numbers of people of the year."))


def _shares(found: Cells, year: str, **at: str) -> dict[str, Any]:
    """The share of each kind of job in the headcount of those that declared."""
    names = {
        "permanent_share": _("On permanent contracts"),
        "qualified_share": _("Qualified"),
        "member_share": _("Members"),
    }
    return {
        name: at_most_one(found.of("lasting", measure, year, **at))
        for measure, name in names.items()
    }


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(table.columns[1:], "share") | ({_("Year"): "year"})


def _regions(found: Cells, asked: Asked) -> pd.DataFrame:
    rows = areas.of(asked.by_region(), "all")
    year = str(asked.year)
    return partner_figures.by_region(
        _("Region"), rows, lambda level, code: _shares(found, year, level=level, code=code)
    )


def _founders(
    found: Cells, cut: partner_figures.Cut, asked: Asked, *, is_shown: bool
) -> dict[str, pd.DataFrame]:
    """The tables that only founders see."""
    cohorts, compliance, people = _cohorts(found), _compliance(found), _people(found, cut)
    if is_shown:
        st.caption(_("This is for founders alone: partners do not see it."))
        _show_cohorts(cohorts)
        left, right = st.columns(2)
        with left:
            _show_compliance(compliance, asked)
        with right:
            _show_people(people, cut)
    return {_("After a birth"): cohorts, _("Compliance"): compliance, "CAE": people}


def _cohorts(found: Cells) -> pd.DataFrame:
    def line(year: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for age in (3, 5):
            before = found.of("cohorts", f"at_birth_{age}y", year)
            after = found.of("cohorts", f"after_{age}y", year)
            told[_("At birth ({n} years on)").format(n=age)] = before
            told[_("After {n} years").format(n=age)] = after
            told[_("Kept after {n} years").format(n=age)] = ratio(after, before)
        return told

    return partner_figures.by_year(_("Born in"), found.periods("cohorts"), line)


def _show_cohorts(cohorts: pd.DataFrame) -> None:
    st.subheader(_("What becomes of the jobs of a birth year?"), anchor=False)
    if cohorts.empty:
        st.caption(_("No birth year is known at both ends yet."))
        return
    st.caption(
        _(
            "All of France. People employed after 3 and 5 years for each at birth, of "
            "co-operatives known at both ends; those that ceased count 0 after. More than 100%: "
            "they have grown."
        )
    )
    oldest_first = cohorts[::-1]
    series = [
        Series(
            _("Kept after {n} years").format(n=age),
            oldest_first[_("Kept after {n} years").format(n=age)].tolist(),
            theme.CATEGORIES[number],
        )
        for number, age in enumerate((3, 5))
    ]
    steps = [str(year) for year in oldest_first[_("Born in")]]
    figure = partner_charts.columns(steps, series, "share", height=280)
    title = _("What becomes of the jobs of a birth year?")
    theme.chart(figure, "cohorts", title, is_said=True)
    kinds = {
        name: "share" if number % 3 == 0 else "count" for number, name in enumerate(cohorts.columns)
    }
    partner_figures.table(cohorts, {**kinds, _("Born in"): "year"})


def _compliance(found: Cells) -> pd.DataFrame:
    periods = found.periods("compliance")
    if not periods:
        return pd.DataFrame()
    year = periods[-1]  # the register keeps no former shares
    whole = found.of("compliance", "scops", year)
    names = {"yes": _("Comply"), "no": _("Do not comply"), "unknown": _("Do not say")}
    lines = []
    for code in ANSWERS:
        cell = found.of("compliance", "scops", year, breakdown=code)
        lines.append({_("SCOP"): names[code], _("Number"): cell, _("Share"): ratio(cell, whole)})
    return partner_figures.frame(lines)


def _show_compliance(table: pd.DataFrame, asked: Asked) -> None:
    st.subheader(_("Do SCOP keep to their form?"), anchor=False)
    st.caption(
        _(
            "All of France, end of {year}: employees hold at least 51% of the capital and 65% of "
            "the votes. What a SCOP does not say stays unknown."
        ).format(year=asked.years[-1])
    )
    if table.empty:
        st.caption(_("No SCOP is known."))
        return
    bars = dict(zip(table[_("SCOP")], table[_("Number")], strict=True))
    title = _("Do SCOP keep to their form?")
    theme.chart(partner_charts.ranks(bars, "count"), "compliance", title, is_said=True)
    partner_figures.table(table, {_("Number"): "count", _("Share"): "share"})


def _people(found: Cells, cut: partner_figures.Cut) -> pd.DataFrame:
    names = {
        "cae_entrepreneurs": _("Salaried entrepreneurs"),
        "cape_holders": _("Project holders (CAPE)"),
    }
    return partner_figures.by_year(
        _("Year"),
        found.periods("cae_people")[-YEARS:],
        lambda year: {
            name: found.of("cae_people", measure, year, **cut.at) for measure, name in names.items()
        },
    )


def _show_people(table: pd.DataFrame, cut: partner_figures.Cut) -> None:
    st.subheader(_("Who works inside a CAE?"), anchor=False)
    st.caption(
        _(
            "{place}, end of each year. Two figures: neither is a job, and they are not added."
        ).format(place=cut.place.name)
    )
    if table.empty:
        st.caption(_("No CAE declared anybody."))
        return
    steps = [str(year) for year in table[_("Year")][::-1]]
    series = [
        Series(name, table[name][::-1].tolist(), theme.CATEGORIES[number + 1])
        for number, name in enumerate(table.columns[1:])
    ]
    figure = partner_charts.lines(steps, series, "count", height=260)
    theme.chart(figure, "cae", _("Who works inside a CAE?"), is_said=True)
    partner_figures.table(table, {_("Year"): "year"} | dict.fromkeys(table.columns[1:], "count"))
