"""Which share of the market do co-operatives hold, of providers and of hires?"""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cells, shares_of_market
from pages.cooperatives import areas, views
from pages.cooperatives.views import METRICS, Asked
from pages.shared import filters, i18n, partner_charts, partner_figures, parts, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
CUTS = {"country": ("all",), "region": ("all",)}
FAMILIES = ("all", "family")
TABLES = ("cooperative_hires", "cooperative_providers", "hires", "providers")


def show(asked: Asked) -> None:
    """The view."""
    found = partner_figures.cells(*TABLES)
    years = sorted({*found.periods("hires"), *found.periods("providers")})
    if not years:
        theme.empty_state(
            _("No provider was on offer at the end of a closed year."),
            _("The share of the market comes with the file of providers."),
        )
        return
    views.tell_form(asked)
    cut = partner_figures.cut(asked.place, asked.scope, CUTS)
    by_year = partner_figures.by_year(_("Year"), years, lambda year: shares(found, year, **cut.at))
    year = str(asked.year) if str(asked.year) in years else years[-1]
    rows = areas.of(asked.by_region(), "all")
    by_region = partner_figures.by_region(
        _("Region"), rows, lambda level, code: shares(found, year, level=level, code=code)
    )
    by_family = _families(found, year)
    part = parts.choose(
        {"time": _("By year"), "place": _("By region"), "kind": _("By family of domains")}
    )
    if part == "time":
        partner_figures.tell(cut)
        _pictures(by_year, years)
        partner_figures.table(by_year, _kinds(by_year))
        st.caption(_("Providers on offer at the year’s end; hires in the year."))
        partner_figures.tell_digits()
    elif part == "place":
        _show_regions(by_region, year, asked, rows)
    else:
        st.markdown(f"**{_('Share of providers on offer, France, {year}').format(year=year)}**")
        partner_figures.table(by_family, _kinds(by_family))
        st.caption(_("A provider with several domains counts in each, so domains do not add up."))
    partner_figures.tell_rounded()
    partner_figures.downloads(
        "cooperatives-market",
        {_("By year"): by_year, _("By region"): by_region, _("By family"): by_family},
        _kinds,
        metrics=METRICS["market"],
        filters={**asked.words(), _("By year"): cut.place.name},
    )


def shares(found: Cells, year: str, **at: str) -> dict[str, Any]:
    """All providers and hires, and in them the shares of co-operatives and of SCOP."""
    line: dict[str, Any] = {}
    # persons are told of every region, so there are no others to tell of together
    is_merged = at.get("level") == "other_regions"
    names = {"all": _("co-operatives"), "scop": "SCOP"}
    for table, title in (("providers", _("Providers")), ("hires", _("Hires"))):
        is_known = year in found.periods(table) and not is_merged
        line[title] = found.of(table, table, year, **at) if is_known else None
        for part, share in shares_of_market(found, table, year, **at).items():
            line[_of(title, names[part])] = None if is_merged else share
    is_known = year in found.periods("hires")
    own = found.of("cooperative_hires", "hires", year, **at) if is_known else None
    line[_("Hires by co-operatives")] = own
    return line


def _of(what: str, part: str) -> str:
    """The head of a column: of what, and of which part of it."""
    return _("{what}: {n}").format(what=what, n=part)


def _pictures(table: pd.DataFrame, years: list[str]) -> None:
    oldest_first = table[::-1]
    left, right = st.columns(2)
    for column, title, key, names in (
        (left, _("Share of providers on offer"), _("Providers"), (_("co-operatives"), "SCOP")),
        (right, _("Share of hires"), _("Hires"), (_("co-operatives"),)),
    ):
        with column:
            series = [
                Series(name, oldest_first[_of(key, name)].tolist(), theme.CATEGORIES[number])
                for number, name in enumerate(names)
            ]
            figure = partner_charts.lines(years, series, height=280)
            theme.chart(figure, f"share_{key}", title)


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    special = {_("Providers"): "count", _("Hires"): "count", _("Year"): "year",
               _("Hires by co-operatives"): "count"}  # fmt: skip
    names = [name for name in table.columns if name not in (_("Region"), _("Domain"))]
    return {name: special.get(name, "share") for name in names}


def _families(found: Cells, year: str) -> pd.DataFrame:
    lines = []
    for scope, (kind, name) in filters.scope_labels().items():
        if kind in FAMILIES:
            line = shares(found, year, scope=scope)
            if line[_("Providers")]:
                told = {key: cell for key, cell in line.items() if key.startswith(_("Providers"))}
                lines.append({_("Domain"): name, **told})
    return partner_figures.frame(lines)


def _show_regions(table: pd.DataFrame, year: str, asked: Asked, rows: pd.DataFrame) -> None:
    own = table[: len(rows)]
    rates = own[_of(_("Providers"), _("co-operatives"))].tolist()
    shown = [
        _("no provider on offer")
        if not whole
        else _("{share} of {n} providers").format(
            share=partner_figures.text(rate, "share"), n=partner_figures.text(whole)
        )
        for rate, whole in zip(rates, own[_("Providers")], strict=True)
    ]
    title = _("Share of co-operatives among providers, end of {year}").format(year=year)
    left, right = st.columns(2)
    with left:
        areas.drawn(asked.by_region(), rows, rates, shown, title, "market", text=_percent)
    with right:
        partner_figures.table(table, _kinds(table))


def _percent(bound: float) -> str:
    return i18n.percent(bound, 0 if bound >= 0.01 or not bound else 1)
