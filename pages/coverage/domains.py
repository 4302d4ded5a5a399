"""The view of domains: which domain is worst off where, as a heatmap and as a table."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.coverage import cells, charts, tables, views, words
from pages.coverage.cells import Question
from pages.shared import filters, i18n, map, map_legend, pictures, theme
from pages.shared.filters import Territory

_ = i18n.gettext


def show(asked: Question, place: Territory, level: str) -> None:
    """Domains by areas of the place; where there are none to compare, its domains alone."""
    if place.level == "commune" or not asked.measure.is_told(level):
        _in_one_place(asked, place)
        return
    of_level = "region" if place.level == "country" else level
    asked = tables.told_apart(asked, of_level, place)
    frame = tables.readable(asked, of_level, place, by_domain=True)
    if frame is None:
        return
    by = cells.demand(asked, place)
    heading = st.container()
    found, codes, domains, total = cells.heatmap(frame, asked, _unfolded(by))
    limit = cells.own(asked, place)["value"] if asked.measure.is_sampled else None
    with heading:
        if finding := _finding(found, codes, asked, limit, theme.escape):
            st.markdown(finding)
        st.caption(_order(is_by_demand=len(by) > 0))
    st.caption(_caption(asked, of_level, len(codes), total))
    tables.notes(asked, of_level)
    _heatmap(found, codes, domains, asked, place, of_level, _finding(found, codes, asked, limit))
    table = partial(words.by_domain, found, codes, domains, asked.measure)
    folded = theme.folded(_("The same figures as a table"), "coverage_wide")
    if folded.open:
        with folded:
            wide = table()
            is_share = asked.measure.unit == "share" and of_level != "commune"
            theme.plain(wide, shares=wide.columns[1:] if is_share else ())
    tables.away("coverage-domains", _("By domain and territory"), table, asked, place)


def _finding(
    found: pd.DataFrame,
    codes: list[str],
    asked: Question,
    limit: float | None,
    shown: Callable[[str], str] = str,
) -> str:
    """The cells that are worst off, and of rates of cases how many cannot be told; "" where nothing
    can. codes: the areas, the worst first, in which order equals stand. limit: the rate of the
    whole, which none is behind that is better. shown: how a name is written."""
    place = found["code"].map({code: number for number, code in enumerate(codes)})
    is_low = asked.measure.is_low_bad
    rows = found.assign(_place=place).sort_values(
        ["tint", "_place", "scope_code"], ascending=[is_low, True, True], na_position="last"
    )
    told = rows[rows["tint"].notna()]
    if told.empty:
        return ""

    def named(row: Any) -> str:
        return shown(f"{row['name']} · {filters.scope_label(row['scope_code'])}")

    if not asked.measure.is_sampled:
        return words.furthest_behind(rows, asked, named)
    is_behind = told["tint"].le(limit) if is_low else told["tint"].ge(limit)
    behind = ""
    if i18n.is_none(limit) or is_behind.any():
        kept = rows if i18n.is_none(limit) else told[is_behind]
        behind = words.furthest_behind(kept, asked, named)
    if len(told) == len(rows):
        return behind
    text = _("{n} of {total} squares have too few cases to tell.")
    untold = text.format(n=i18n.number(len(rows) - len(told)), total=i18n.number(len(rows)))
    return f"{behind} {untold}".strip()


def _order(*, is_by_demand: bool) -> str:
    return (
        _("By domain and territory, the most asked for first")
        if is_by_demand
        else _("By domain and territory, the largest gaps first")
    )


def _unfolded(by: pd.Series) -> pd.Series:
    """The domains that somebody asked for, and the others when the reader wants them too (in the
    address: unasked); all of them where nobody asked for anything."""
    idle = int((by == 0).sum())
    if not idle or idle == len(by):
        return by
    key = "coverage_unasked"
    st.session_state[key] = filters.read("unasked", ("0", "1").__contains__, "0") == "1"
    text = i18n.ngettext(
        "Show {n} domain that nobody asked for too",
        "Show {n} domains that nobody asked for too",
        idle,
    )
    st.toggle(
        text.format(n=i18n.number(idle)),
        key=key,
        on_change=lambda: filters.choose("unasked", str(int(st.session_state[key]))),
    )
    return by if st.session_state[key] else by[by > 0]


def _caption(asked: Question, level: str, shown: int, total: int) -> str:
    measure = asked.measure
    notes = [_("Click a square to see all the figures of this domain in this territory.")]
    if total > shown:
        text = (
            _("The {n} of {total} territories that are furthest behind.")
            if measure.is_low_bad
            else _("The {n} of {total} territories with the highest values.")
        )
        notes.insert(0, text.format(n=shown, total=i18n.number(total)))
    if measure.per and level != "commune":
        title = words.title(asked, communes=False, with_scope=False)
        notes.append(_("Colours: {label}.").format(label=title))
    if measure.unit == "state":
        notes.append(_("Squares say what is short: providers, requests, or their matching."))
    return " ".join(notes)


def _heatmap(
    found: pd.DataFrame,
    codes: list[str],
    domains: list[str],
    asked: Question,
    place: Territory,
    level: str,
    finding: str,
) -> None:
    """Domains by areas with a printed value; a click opens that cell."""
    names = found.drop_duplicates("code").set_index("code")["name"]
    twins = set(names[names.duplicated(keep=False)].index)
    titles = {code: f"{names[code]} ({code})" if code in twins else names[code] for code in codes}
    labels = {code: filters.scope_label(code) for code in domains}
    described = words.described(found, asked).assign(
        area=found["code"].map(titles), domain=found["scope_code"].map(labels)
    )
    communes = level == "commune"
    classes = asked.measure.classes(
        asked.k, communes=communes, is_reach=communes and asked.measure.is_pooled
    )
    key = f"heatmap_{level}_{place.code}"

    def clicked() -> None:
        chosen = st.session_state[key]["selection"]["cell"]
        if chosen:
            views.go_to_cell(chosen[0]["scope_code"], level, chosen[0]["code"])

    lines, columns = list(labels.values()), list(titles.values())
    data, look = charts.heatmap(described, columns, lines, classes, theme.is_dark())
    with st.container(key="coverage_heatmap"):
        st.vega_lite_chart(
            data,
            look,
            key=key,
            on_select=clicked,
            selection_mode="cell",
            theme=None,
            width="content",
        )
    title = words.title(asked, communes=communes, with_scope=False)
    finding = finding or _("By domain and territory, the largest gaps first")
    legend = map.legend(classes, theme.is_dark(), ())
    map_legend.show(title, legend, theme.ink()["line"], "")
    drawn = charts.cells(data)
    pictures.of_cells(drawn, lines, columns, legend, key, theme.ink(), title, finding)


def _in_one_place(asked: Question, place: Territory) -> None:
    """A line for each domain of the place; a tick opens it."""
    level = place.level
    around = place.parents[-1] if level == "commune" else place
    frame = tables.readable(asked, level, around, by_domain=True)
    if frame is None:
        return
    tables.notes(asked, level)
    rows = words.one_place(frame[frame["code"] == place.code], asked)
    table = rows.drop(columns="scope_code")
    st.caption(_("Tick a row to see all the figures of this domain."))
    tables.leading(
        table,
        asked.measure,
        f"domains_{place.code}",
        [views.cell(scope, level, place.code) for scope in rows["scope_code"]],
    )
    tables.away("coverage-domains", _("Domains"), table, asked, place)
