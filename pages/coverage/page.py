"""Coverage: where do we lack providers? From the country down to the commune and its providers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from pages.coverage import cell, cells, charts, deserts, providers, words
from pages.coverage.measures import MEASURES
from pages.shared import export, filters, i18n, map, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext
# The names of measures are long; a heatmap that is wider than a phone scrolls by itself.
STYLE = """<style>
.st-key-coverage_heatmap {overflow-x: auto}
.st-key-filters_bar .st-key-filter_measure {min-width: 15rem}
</style>"""
BESIDE = ("active_providers", "requests", "fill_rate")  # figures beside any measure
CHILD = {"region": "departement", "departement": "commune", "commune": "commune"}


def choose() -> tuple[cells.Question, Territory, str]:
    """The filters: what is asked, of which place, and the level of the areas inside it."""
    with filters.bar():
        labels = {name: query.metric_definition(name).label for name in MEASURES}
        name = filters.pick(
            "measure",
            _("Measure"),
            MEASURES,
            labels.__getitem__,
            "coverage_population",
        )
        measure = MEASURES[name]
        scope = filters.scope(("all", "family", "domain"))
        place = filters.territory()
        served = query.build().settings
        k = filters.k() if measure.uses_k else int(served.get("k", 3))
        days = int(served.get("fill_days", 14))
        if measure.uses_days and place.level != "commune":  # communes know this horizon only
            days = filters.days()
        period = filters.period()
        level = CHILD.get(place.level) or filters.pick(
            "by",
            _("Areas"),
            ("departement", "region"),
            {"departement": _("Départements"), "region": _("Regions")}.__getitem__,
            "departement",
        )
    domains = filters.domains_in_use(scope)
    return cells.Question(measure, scope, domains, k, days, period), place, level


def chosen_cell(row: pd.Series) -> None:
    """The chosen cell in figures: the measure, and what else a decision needs."""
    label = query.metric_definition(measure.name).label
    interval = None if i18n.is_none(row["low"]) else (float(row["low"]), float(row["high"]))
    with theme.cards():
        theme.metric_card(
            label,
            words.value(row, measure),
            n=None if i18n.is_none(row["n"]) or measure.unit == "count" else row["n"],
            interval=interval,
        )
        params = {**asked.params(place.level, place), "scopes": [scope]}
        for name in BESIDE:
            if name == measure.name:
                continue
            found = query.metric(name, **params)
            other = found.iloc[0] if len(found) else None
            if other is None and name == "fill_rate":
                continue
            theme.metric_card(
                query.metric_definition(name).label,
                MEASURES[name].text(nothing(name) if other is None else other["value"]),
                n=other["n"] if other is not None and name == "fill_rate" else None,
                interval=(float(other["low"]), float(other["high"]))
                if other is not None and name == "fill_rate"
                else None,
            )


def nothing(name: str) -> float:
    """What a count without a row is: 0, or unknown where its source was never loaded."""
    always = {"from": date(1900, 1, 1), "to": date(2200, 1, 1), "scopes": ["all"]}
    country = {"level": "country", "within_level": "country", "within_code": "FR"}
    return 0.0 if len(query.metric(name, **always, **country)) else float("nan")


def draw_map(rows: pd.DataFrame) -> None:
    """The areas inside the place; a click goes down to one."""
    communes = level == "commune"
    is_reach = communes and measure.is_pooled and asked.is_single
    values = words.described(rows, asked).rename(columns={"about": "hover"})
    values = values.assign(value=rows["tint"], is_chosen=rows["code"] == place.code)
    classes = measure.classes(k, communes=communes, is_reach=is_reach)
    options: dict[str, Any] = {
        "title": words.title(asked, communes=communes),
        "key": f"map_{level}_{around.level}_{around.code}",
        "on_click": lambda code: filters.go_to(level, code),
    }
    if communes:
        map.commune_map(values, around.code, classes, **options)
    else:
        codes = None if around.level == "country" else rows["code"].tolist()
        map.area_map(level, values, classes, codes=codes, **options)


def draw_heatmap(frame: pd.DataFrame, of_level: str) -> pd.DataFrame:
    """Domains by areas with a printed value; a click goes to that cell. Returns it as a table."""
    found, codes, domains, total = cells.heatmap(frame, asked)
    st.subheader(_("By domain and territory, the largest gaps first"), anchor=False)
    notes = [_("Click a cell to go down to this territory and this domain.")]
    if total > len(codes):
        text = (
            _("The {n} of {total} territories that are furthest behind.")
            if measure.is_low_bad
            else _("The {n} of {total} territories with the highest values.")
        )
        notes.insert(0, text.format(n=len(codes), total=i18n.number(total)))
    if measure.per and of_level != "commune":
        title = words.title(asked, communes=False, with_scope=False)
        notes.append(_("Colours: {label}.").format(label=title))
    st.caption(" ".join(notes))
    if measure.unit == "state":
        notes.append(_("Cells say what is short: providers, requests, or their matching."))
    names = found.drop_duplicates("code").set_index("code")["name"]
    twins = names.duplicated(keep=False)
    titles = {code: f"{names[code]} ({code})" if twins[code] else names[code] for code in codes}
    labels = {code: filters.scope_label(code) for code in domains}
    found = words.described(found, asked).assign(
        area=found["code"].map(titles), domain=found["scope_code"].map(labels)
    )
    communes = of_level == "commune"
    classes = measure.classes(k, communes=communes, is_reach=communes and measure.is_pooled)
    key = f"heatmap_{of_level}_{around.code}"

    def clicked() -> None:
        chosen = st.session_state[key]["selection"]["cell"]
        if chosen:
            filters.choose("scope", chosen[0]["scope_code"])
            filters.go_to(of_level, chosen[0]["code"])

    with st.container(key="coverage_heatmap"):
        st.vega_lite_chart(
            *charts.heatmap(
                found, list(titles.values()), list(labels.values()), classes, theme.is_dark()
            ),
            key=key,
            on_select=clicked,
            selection_mode="cell",
            theme=None,
            width="content",
        )
    return words.by_domain(found, codes, domains, measure)


def table_of(table: pd.DataFrame, key: str, go: Callable[[int], None]) -> None:
    """A table whose rows lead further down."""
    shares = [
        column
        for column in table.select_dtypes("number")
        if measure.unit == "share" and table[column].max() <= 1 and column in share_columns
    ]

    def clicked() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen and chosen[0] < len(table):
            go(chosen[0])

    st.dataframe(
        table.round(dict.fromkeys(shares, 3)),
        hide_index=True,
        height=min(560, 38 + 35 * max(1, len(table))),
        key=key,
        on_select=clicked,
        selection_mode="single-row",
        placeholder=i18n.NONE,
        column_config={
            column: st.column_config.NumberColumn(format="percent") for column in shares
        },
    )


st.html(STYLE)
theme.header(_("Coverage"), _("Where do we lack providers?"))
asked, place, level = choose()
measure, scope, k = asked.measure, asked.scope, asked.k
around = place.parents[-1] if place.level == "commune" else place
share_columns = {
    query.metric_definition(measure.name).label,
    _("Low (95%)"),
    _("High (95%)"),
    _("Drawn to the mean"),
}
filters.breadcrumb(place)

is_told = level != "commune" or measure.has_communes
frame = cells.read(asked, level, around) if is_told else pd.DataFrame()
if not asked.domains:
    theme.empty_state(
        _("No provider and no request is known in this family."),
        _("Choose another domain, or load data for it."),
    )
elif not is_told:
    if place.level != "commune":
        whole_place = cells.read(asked, place.level, place)
        if len(whole_place):
            own = cells.one(whole_place, asked, place.code)
            theme.answer(words.answer(own, asked, place))
            chosen_cell(own)
    theme.empty_state(
        _("This measure is not told commune by commune: too few cases each."),
        _("Choose another measure, or go back up to the region."),
    )
elif frame.empty:
    theme.empty_state(
        _("There is nothing to measure here yet."),
        _("Choose a longer period or another domain, or load requests and providers."),
    )
else:
    rows = cells.whole(frame, asked)
    around_own = rows if place.level == "commune" else cells.read(asked, place.level, place)
    own = cells.one(around_own, asked, place.code)
    sentence = words.answer(own, asked, place)
    if place.level != "commune":
        sentence = f"{sentence} {words.furthest_behind(rows, asked)}"
    theme.answer(sentence)
    notes = []
    if measure.uses_days and level == "commune":
        notes.append(words.horizon(int(query.build().settings.get("fill_days", 14))))
    if measure.shrinks:
        notes.append(words.drawn_in())
    if notes:
        st.caption(" ".join(notes))
    chosen_cell(own)
    tables: dict[str, pd.DataFrame] = {}
    left, right = st.columns([11, 9], gap="medium")
    with left:
        draw_map(rows)
    with right:
        if place.level == "commune":
            one = words.one_place(frame[frame["code"] == place.code], asked)
            st.caption(_("Tick a row to look at one domain."))
            table_of(
                one.drop(columns="scope_code"),
                f"domains_{place.code}",
                lambda row: filters.choose("scope", one["scope_code"].iloc[row]),
            )
            tables[_("Domains")] = one.drop(columns="scope_code")
        else:
            by_area = words.by_area(rows, asked, level)
            st.caption(_("Tick a row, or click an area of the map, to go down to it."))
            table_of(
                by_area,
                f"areas_{level}_{place.code}",
                lambda row: filters.go_to(level, rows["code"].iloc[row]),
            )
            tables[_("Territories")] = by_area
    if place.level != "commune":
        of_level = "region" if place.level == "country" else level
        seen = frame if of_level == level else cells.read(asked, of_level, place)
        wide = draw_heatmap(seen, of_level)
        with st.expander(_("The same figures as a table"), icon=":material/table:"):
            st.dataframe(
                wide.round(3),
                hide_index=True,
                placeholder=i18n.NONE,
                column_config={
                    column: st.column_config.NumberColumn(format="percent")
                    for column in wide.columns[1:]
                    if measure.unit == "share" and of_level != "commune"
                },
            )
        tables[_("By domain and territory")] = wide
    theme.definition(
        dict.fromkeys([measure.name, *BESIDE]),
        window=filters.period_label(asked.period),
    )
    export.downloads(
        "coverage",
        tables,
        metrics=[measure.name],
        filters={
            _("Domain"): filters.scope_label(scope),
            _("Territory"): words.place_name(place),
            _("Providers needed"): str(k),
            _("Filled within"): str(asked.days),
            _("Period"): filters.period_label(asked.period),
        },
    )
if asked.domains and place.level != "commune":
    deserts.show(asked, place)
if asked.domains:
    cell.show(asked, place)
if place.level in ("departement", "commune"):
    providers.show(place, scope)
