"""Do they last? Kaplan-Meier curves beside what others publish."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.words import names
from pages.cooperatives import charts, words
from pages.cooperatives.views import METRICS, Asked
from pages.shared import export, filters, i18n, partner_figures, query, theme

_ = i18n.gettext
CUTS = {"country": ("all", "family"), "region": ("all",)}
AGES = (3, 5)


def told(cut: partner_figures.Cut) -> pd.DataFrame:
    """Rows of survival.sql."""
    return query.page_sql(__file__, "survival", **cut.at)


def show(asked: Asked) -> None:
    """The view."""
    cut = partner_figures.cut(asked.place, asked.scope, CUTS)
    partner_figures.tell(cut)
    rows = told(cut)
    benchmarks = _benchmarks(query.page_sql(__file__, "benchmarks"))
    split = filters.pick(
        "split",
        _("Compare"),
        ("cohort", "origin"),
        {"cohort": _("Years of birth"), "origin": _("Origins")}.__getitem__,
        "cohort",
    )
    groups = _groups(rows, split)
    if rows.empty:
        theme.empty_state(
            _("Survival cannot be told here."),
            _("No co-operative of known birth was followed; choose a larger territory."),
        )
    else:
        title = _("Share still living by years since birth, with the 95% band of all")
        st.markdown(f"**{title}**")
        figure = charts.survival(groups, query.page_sql(__file__, "benchmarks"))
        theme.chart(figure, "survival", title)
        st.markdown(f"**{_('Number at risk: still followed at that age')}**")
    at_risk, shares = _at_risk(groups), _shares(rows)
    if len(rows):
        partner_figures.table(at_risk, dict.fromkeys(at_risk.columns[1:], "count"))
        st.markdown(f"**{_('After 3 and 5 years, by origin and years of birth')}**")
        partner_figures.table(shares, dict.fromkeys(shares.columns[-3:], "count"))
    st.markdown(f"**{_('What others publish, each with its cohort, form and scope')}**")
    st.caption(
        _("Other births, other forms, other trades: these levels are compared with care only.")
    )
    partner_figures.table(
        benchmarks,
        {_("Measured in"): "year", _("After (years)"): "count", _("Share still alive"): "share"},
    )
    export.downloads(
        "cooperatives-survival",
        {
            _("Survival"): _long(rows),
            _("At 3 and 5 years"): shares,
            _("Number at risk"): at_risk,
            _("Benchmarks"): benchmarks,
        },
        metrics=METRICS["survival"],
        filters=asked.words(),
    )


def _groups(rows: pd.DataFrame, split: str) -> dict[str, pd.DataFrame]:
    """All, then each cohort (or origin) of which something can be told, the newest first."""
    other = "origin" if split == "cohort" else "cohort"
    mine = rows[rows[other] == "all"]
    name = words.cohort if split == "cohort" else lambda code: i18n.name("origin", code)
    codes = sorted(set(mine[split]) - {"all"}, reverse=split == "cohort")
    if split == "origin":
        codes = [code for code in names.ORIGINS if code in codes]
    found = {name("all"): mine[mine[split] == "all"]}
    for code in codes:
        own = mine[mine[split] == code]
        if own["survival"].notna().any():
            found[name(code)] = own
    return found


def _at_risk(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    lines = []
    for name, rows in groups.items():
        risk = rows.set_index("years")["at_risk"]
        told = rows.set_index("years")["survival"].notna()
        lines.append(
            {
                _("Co-operatives"): name,
                _("Followed"): int(rows["followed"].max()) if len(rows) else None,
                **{str(year): risk.get(year) if told.get(year) else None for year in range(1, 11)},
            }
        )
    return pd.DataFrame(lines)


def figure_of(row: pd.Series | None) -> str:
    """A share with its interval, or why there is none."""
    if row is None:
        return i18n.NONE
    if i18n.is_none(row["survival"]):
        return i18n.name("no survival", row["why"])
    interval = i18n.interval(row["low"], row["high"])
    return f"{i18n.percent(row['survival'])} ({interval})"


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for (origin, cohort), own in rows.groupby(["origin", "cohort"]):
        ages: Any = own.set_index("years")
        at: list[Any] = [ages.loc[age] if age in ages.index else None for age in AGES]
        lines.append(
            {
                _("Origin"): i18n.name("origin", origin),
                _("Years of birth"): words.cohort(str(cohort)),
                _("Alive after 3 years"): figure_of(at[0]),
                _("Alive after 5 years"): figure_of(at[1]),
                _("Followed"): int(own["followed"].max()),
                _("At risk after 5 years"): None if at[1] is None else int(at[1]["at_risk"]),
                _("Exits before 5 years"): None if at[1] is None else int(at[1]["exits"]),
            }
        )
    return pd.DataFrame(lines)


def _long(rows: pd.DataFrame) -> pd.DataFrame:
    """Every age, as the file of survival takes it."""
    return pd.DataFrame(
        {
            _("Origin"): [i18n.name("origin", code) for code in rows["origin"]],
            _("Years of birth"): [words.cohort(code) for code in rows["cohort"]],
            _("After (years)"): rows["years"],
            _("Share still alive"): rows["survival"],
            _("Low (95%)"): rows["low"],
            _("High (95%)"): rows["high"],
            _("Followed"): rows["followed"],
            _("At risk"): rows["at_risk"],
            _("Exits before"): rows["exits"],
            _("Why it cannot be told"): [
                "" if i18n.is_none(code) else i18n.name("no survival", code) for code in rows["why"]
            ],
        }
    )


def _benchmarks(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Form"): rows[f"form_{i18n.language()}"],
            _("Cohort"): [
                _("not stated") if i18n.is_none(year) or pd.isna(year) else str(int(year))
                for year in rows["cohort"]
            ],
            _("Measured in"): rows["measured"],
            _("After (years)"): rows["years"],
            _("Share still alive"): rows["survival_share"],
            _("Scope"): rows[f"scope_{i18n.language()}"],
            _("Source"): rows["source_url"],
        }
    )
