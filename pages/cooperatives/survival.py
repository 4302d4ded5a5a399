"""Do they last? Kaplan-Meier curves beside what others publish."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.insight import small_samples
from etl.words import names
from pages.cooperatives import areas, charts, views, words
from pages.cooperatives.views import METRICS, Asked
from pages.shared import (
    doubt,
    export,
    filters,
    i18n,
    partner_figures,
    parts,
    query,
    theme,
    ways,
)

_ = i18n.gettext
CUTS = {"country": ("all", "family"), "region": ("all",)}
OF_FORM = {"country": ("all",), "region": ("all",)}
AGES = (3, 5)
BY_FORM = ("scop", "scic")  # that somebody is a CAE is not dated, so nobody can be followed as one


def cut_of(asked: Asked) -> partner_figures.Cut:
    """The nearest place and domain of which the survival of the form is told."""
    return partner_figures.cut(asked.place, asked.scope, OF_FORM if asked.form in BY_FORM else CUTS)


def told(cut: partner_figures.Cut, form: str) -> pd.DataFrame:
    """Rows of survival_curve.sql of the form, else of all."""
    rows = _of(cut)
    return rows[rows["form"] == (form if form in BY_FORM else "all")]


def _of(cut: partner_figures.Cut) -> pd.DataFrame:
    rows = query.page_sql(__file__, "survival_curve", scope=cut.scope)
    return rows[(rows["level"] == cut.place.level) & (rows["code"] == cut.place.code)]


def show(asked: Asked) -> None:
    """The view."""
    has_form = asked.form in BY_FORM
    views.tell_form(asked, is_asked=has_form)
    cut = cut_of(asked)
    rows = told(cut, asked.form)
    published = query.page_sql(__file__, "published_benchmarks")
    benchmarks, shares, by_region = _benchmarks(published), _shares(rows), _regions(asked.form)
    by_form = _at_ages(_("Form"), _forms(_of(cut)))
    part = parts.choose(
        {
            "time": _("By age"),
            "kind": _("By form and origin"),
            "place": _("By region"),
            "others": _("What others publish"),
        }
    )
    if part in ("time", "kind"):
        partner_figures.tell(cut)
    split = "cohort"
    if part == "time" and len(rows):
        split = _split(has_form=has_form)
    groups = _forms(_of(cut)) if split == "form" else _groups(rows, split)
    at_risk = _at_risk(groups)
    if part in ("time", "kind") and rows.empty:
        theme.empty_state(
            _("Survival cannot be told here."),
            " ".join(
                (
                    _("No co-operative of known birth was followed."),
                    ways.out(
                        *([_("all forms")] if has_form else []), place=asked.place, otherwise=""
                    ),
                )
            ).strip(),
        )
        ways.offer(place=asked.place)
    elif part == "time":
        title = _("Share still living by years since birth, with the 95% band of all")
        after = rows[(rows["origin"] == "all") & (rows["cohort"] == "all") & (rows["years"] == 5)]
        if len(after):
            title = _(
                "Alive by years since birth: {share} after 5 years; with the 95% band of all"
            ).format(share=_told(after.iloc[0]))
        theme.chart(charts.survival(groups, published), "survival", title)
        st.markdown(f"**{_('Number at risk: still followed at that age')}**")
        partner_figures.table(at_risk, dict.fromkeys(at_risk.columns[1:], "count"))
    elif part == "kind":
        st.markdown(f"**{_('After 3 and 5 years, by form, origin and years of birth')}**")
        partner_figures.table(by_form, {_("Followed"): "count"})
        partner_figures.table(shares, dict.fromkeys(shares.columns[-3:], "count"))
    elif part == "place":
        st.markdown(f"**{_('After 3 and 5 years, by region')}**")
        partner_figures.table(by_region, {_("Followed"): "count"})
    else:
        st.markdown(f"**{_('What others publish, each with its cohort, form and scope')}**")
        st.caption(
            _("Other births, other forms, other trades: these levels are compared with care only.")
        )
        kinds = {
            _("Measured in"): "year", _("After (years)"): "count", _("Share still alive"): "share"
        }  # fmt: skip
        partner_figures.table(benchmarks, kinds)
    export.downloads(
        "cooperatives-survival",
        {
            _("Survival"): _long(rows),
            _("At 3 and 5 years"): shares,
            _("By form"): by_form,
            _("By region"): by_region,
            _("Number at risk"): at_risk,
            _("Benchmarks"): benchmarks,
        },
        metrics=METRICS["survival"],
        filters={
            **asked.words(has_form=has_form),
            _("Survival"): f"{cut.place.name}, {filters.scope_label(cut.scope)}",
        },
    )


def _split(*, has_form: bool) -> str:
    return filters.pick(
        "split",
        _("Compare"),
        ("cohort", "form") if has_form else ("cohort", "origin", "form"),
        {"cohort": _("Years of birth"), "origin": _("Origins"), "form": _("Forms")}.__getitem__,
        "cohort",
    )


def _forms(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All, SCOP and SCIC."""
    mine = rows[(rows["origin"] == "all") & (rows["cohort"] == "all")]
    found = {views.form_name(code): mine[mine["form"] == code] for code in ("all", *BY_FORM)}
    return {name: own for name, own in found.items() if len(own)}


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


def _told(row: pd.Series) -> str:
    """The same as a title tells it: not of too few."""
    return doubt.figure(figure_of(row), row["followed"], row["low"])


def figure_of(row: pd.Series | None) -> str:
    """A share with its interval, or why there is none."""
    if row is None:
        return i18n.NONE
    if i18n.is_none(row["survival"]):
        return i18n.name("no survival", row["why"])
    if row["low"] == row["high"] and row["followed"] < small_samples.UNSURE:
        return _("too few to tell")
    interval = i18n.interval(row["low"], row["high"])
    return f"{i18n.percent(row['survival'])} ({interval})"


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for (origin, cohort), own in rows.groupby(["origin", "cohort"]):
        last = own[own["years"] == AGES[1]]
        lines.append(
            {
                _("Origin"): i18n.name("origin", origin),
                _("Years of birth"): words.cohort(str(cohort)),
                **_alive(own),
                _("At risk after 5 years"): int(last["at_risk"].iloc[0]) if len(last) else None,
                _("Exits before 5 years"): int(last["exits"].iloc[0]) if len(last) else None,
            }
        )
    return pd.DataFrame(lines)


def _alive(own: pd.DataFrame) -> dict[str, Any]:
    """What is alive of a group after 3 and 5 years."""
    at = {row["years"]: row for _n, row in own.iterrows()}
    return {
        _("Alive after 3 years"): figure_of(at.get(AGES[0])),
        _("Alive after 5 years"): figure_of(at.get(AGES[1])),
        _("Followed"): int(own["followed"].max()),
    }


def _regions(form: str) -> pd.DataFrame:
    """Survival by region, all domains, of the form."""
    rows = query.page_sql(__file__, "survival_curve", scope="all")
    mine = rows[
        (rows["level"] == "region")
        & (rows["form"] == (form if form in BY_FORM else "all"))
        & (rows["origin"] == "all")
        & (rows["cohort"] == "all")
    ]
    names = areas.names()
    found = _at_ages(
        _("Region"), {names.get(str(code), str(code)): own for code, own in mine.groupby("code")}
    )
    return found if found.empty else found.sort_values(_("Followed"), ascending=False)


def _at_ages(title: str, groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What is alive after 3 and 5 years of each group, by its name below the title."""
    return pd.DataFrame([{title: name, **_alive(own)} for name, own in groups.items()])


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
