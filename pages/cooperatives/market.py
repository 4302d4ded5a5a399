"""Which share of the market do co-operatives hold, of providers and of hires?"""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Withheld, ratio
from pages.cooperatives import areas
from pages.cooperatives.views import METRICS, Asked
from pages.shared import export, filters, i18n, partner_charts, partner_figures, theme
from pages.shared.partner_charts import Series

_ = i18n.gettext
CUTS = {"country": ("all", "family"), "region": ("all",)}


def show(asked: Asked) -> None:
    """The view."""
    found = partner_figures.cells(__file__, "market")
    quarters = found.periods("hires")
    offered = found.periods("providers")
    if not offered:
        theme.empty_state(
            _("No provider was on offer in a closed quarter."),
            _("The share of the market comes with the file of providers."),
        )
        return
    cut = partner_figures.cut(asked.place, asked.scope, CUTS)
    partner_figures.tell(cut)
    table = pd.DataFrame(
        [
            {_("Quarter"): quarter(period), **shares(found, period, **cut.at)}
            for period in sorted({*quarters, *offered}, reverse=True)
        ]
    ).astype(object)
    _pictures(found, offered[-1], quarters, cut)
    partner_figures.table(table, _kinds(table))
    st.caption(
        _(
            "Providers are counted for the last closed quarter and the same a year earlier, hires "
            "for each quarter of the last two years."
        )
    )
    by_region = _regions(found, offered[-1], asked)
    st.subheader(_("In which families of domains?"), anchor=False)
    by_family = _families(found, offered[-1])
    partner_figures.table(by_family, _kinds(by_family))
    st.caption(_("A provider with several domains counts in each, so domains do not add up."))
    tables = {_("By quarter"): table, _("By region"): by_region, _("By family"): by_family}
    partner_figures.explain(*tables.values())
    export.downloads(
        "cooperatives-market",
        {name: partner_figures.taken(rows) for name, rows in tables.items()},
        metrics=METRICS["market"],
        filters={
            **asked.words(),
            _("By quarter"): f"{cut.place.name}, {filters.scope_label(cut.scope)}",
        },
    )


def quarter(period: str) -> str:
    """2026-Q3 as T3 2026 or Q3 2026."""
    year, _dash, number = period.partition("-Q")
    return f"{'T' if i18n.language() == 'fr' else 'Q'}{number} {year}"


def shares(found: Any, period: str, **at: str) -> dict[str, Any]:
    """All providers and hires, and in them the shares of co-operatives and of SCOP."""
    line: dict[str, Any] = {}
    for table, title in (("providers", _("Providers")), ("hires", _("Hires"))):
        is_known = period in found.periods(table)
        whole = found.of(table, table, period, **at) if is_known else None
        part = f"cooperative_{table}"
        line[title] = whole
        for breakdown, name in (("all", _("co-operatives")), ("scop", "SCOP")):
            cell = found.of(part, table, period, breakdown=breakdown, **at)
            # a table without any co-operative at all says so for every period that is counted
            cell = 0.0 if cell is None and is_known else cell
            line[f"{title}: {name}"] = ratio(cell, whole)
    return line


def _pictures(found: Any, last: str, quarters: list[str], cut: partner_figures.Cut) -> None:
    left, right = st.columns([2, 3])
    with left:
        title = _("Share of providers on offer, {quarter}").format(quarter=quarter(last))
        st.markdown(f"**{title}**")
        now = shares(found, last, **cut.at)
        bars = {
            _("Co-operatives"): now[f"{_('Providers')}: {_('co-operatives')}"],
            "SCOP": now[f"{_('Providers')}: SCOP"],
        }
        theme.chart(partner_charts.ranks(bars, "share"), "share_providers", title)
    with right:
        st.markdown(f"**{_('Share of hires')}**")
        lines = [shares(found, period, **cut.at) for period in quarters]
        series = [
            Series(name, [line[f"{_('Hires')}: {key}"] for line in lines], theme.CATEGORIES[number])
            for number, (name, key) in enumerate(
                ((_("Co-operatives"), _("co-operatives")), ("SCOP", "SCOP"))
            )
        ]
        figure = partner_charts.lines([quarter(period) for period in quarters], series)
        theme.chart(figure, "hires", _("Share of hires"))


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    counts = {_("Providers"), _("Hires")}
    return {
        name: "count" if name in counts else "share"
        for name in table.columns[1:]
        if name != _("Code")
    }


def _families(found: Any, period: str) -> pd.DataFrame:
    lines = []
    for scope, (kind, name) in filters.scope_labels().items():
        if kind in CUTS["country"]:
            line = shares(found, period, scope=scope)
            if isinstance(line[_("Providers")], Withheld) or line[_("Providers")]:
                lines.append({_("Domain"): name, **line})
    return pd.DataFrame(lines).astype(object)


def _regions(found: Any, period: str, asked: Asked) -> pd.DataFrame:
    """The share by region, all domains; returns the table."""
    st.subheader(_("Where?"), anchor=False)
    rows = areas.of(asked.by_region(), "all")
    table = pd.DataFrame(
        [
            {
                _("Region"): name,
                **shares(found, period, level="region", code=code),
                _("Code"): code,
            }
            for code, name in zip(rows["code"], rows["name"], strict=True)
        ]
    ).astype(object)
    rates = table[f"{_('Providers')}: {_('co-operatives')}"].tolist()
    shown = [
        _("{share} of {n} providers").format(
            share=partner_figures.text(rate, "share"), n=partner_figures.text(whole)
        )
        for rate, whole in zip(rates, table[_("Providers")], strict=True)
    ]
    title = _("Share of co-operatives among providers, {quarter}").format(quarter=quarter(period))
    areas.drawn(asked.by_region(), rows, rates, shown, title, "market", text=_percent)
    partner_figures.table(table, _kinds(table))
    return table


def _percent(bound: float) -> str:
    return i18n.percent(bound, 0 if bound >= 0.01 or not bound else 1)
