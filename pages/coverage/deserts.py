"""Deserts: communes that asked for help and where nobody comes."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.coverage import cells, tables, words
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES
from pages.shared import export, filters, i18n, map, query, theme, ways
from pages.shared.filters import Territory

_ = i18n.gettext
LISTED = 50
EXPORT_ROWS = 40_000  # more than there are communes


def communes(asked: Question, place: Territory, by: str, most: int) -> pd.DataFrame:
    """code, name, departement, population, requests, latitude, longitude; most first by ``by``."""
    params = {**asked.params("commune", place), "scope": asked.scope, "by": by, "most": most}
    return query.page_sql(__file__, "desert_communes", **params)


def sentence(row: pd.Series, asked: Question) -> str:
    """How many deserts there are; row: of the metric."""
    count = int(row["value"])
    period = filters.period_label(asked.period)
    if not count:
        return _("Somebody comes to every commune that asked for help ({period}).").format(
            period=period
        )
    return i18n.ngettext(
        "**{n}** of the {all} communes that asked for help has nobody who comes: {people} people "
        "live there, {requests} requests were posted there ({period}).",
        "**{n}** of the {all} communes that asked for help have nobody who comes: {people} people "
        "live there, {requests} requests were posted there ({period}).",
        count,
    ).format(
        n=i18n.number(count),
        all=i18n.number(row["denominator"]),
        people=i18n.number(row["population"]),
        requests=i18n.number(row["requests"]),
        period=period,
    )


def show(asked: Question, place: Territory) -> None:
    """The sentence, the communes as points (in a département) and as a list, and the files.

    For a commune, those of the département around it.
    """
    place = place.parents[-1] if place.level == "commune" else place
    title = _("{place}: who asks where nobody comes").format(place=words.place_name(place))
    st.subheader(title, anchor=False)
    params = {**asked.params(place.level, place), "scopes": [asked.scope]}
    found = query.metric("deserts", **params)
    if lacking := cells.missing(MEASURES["deserts"]):
        theme.empty_state(_("There is nothing to measure here yet."), words.to_load(lacking))
        return
    if found.empty:
        narrow: Any = {"period": asked.period, "place": place, "scope": asked.scope}
        theme.empty_state(
            _("No request of this domain was posted here in these months."),
            ways.out(**narrow, otherwise=ways.bring()),
        )
        ways.offer(**narrow)
        return
    total = found.iloc[0]
    st.markdown(sentence(total, asked))
    for note in words.supply_of(["deserts"], asked):
        st.caption(note)
    if not total["value"]:
        return
    labels = {"requests": _("Requests"), "population": _("Inhabitants")}
    by = filters.pick("deserts", _("Most first by"), labels, labels.__getitem__, "requests")
    if place.level == "departement":
        everything = communes(asked, place, by, EXPORT_ROWS)
        rows = everything.head(LISTED)
        left, right = st.columns([11, 9], gap="medium")
        with left:
            _points(everything, asked, place)
    else:
        rows = communes(asked, place, by, LISTED)
        right = st.container()
    with right:
        _list(rows, int(total["value"]), place)
    export.downloads(
        "coverage-deserts",
        {_("Deserts"): lambda: table(communes(asked, place, by, EXPORT_ROWS))},
        metrics=["deserts"],
        filters=tables.asked_in_words(asked, place),
    )


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """The communes with the reader's column names."""
    return pd.DataFrame(
        {
            _("Commune"): rows["name"],
            _("Code"): rows["code"],
            _("Département"): rows["departement"],
            _("Inhabitants"): rows["population"],
            _("Requests"): rows["requests"],
        }
    )


def _points(rows: pd.DataFrame, asked: Question, place: Territory) -> None:
    values = rows.assign(
        value=rows["requests"].astype(float),
        shown=[
            i18n.ngettext("{n} request", "{n} requests", n).format(n=i18n.number(n))
            for n in rows["requests"]
        ],
    )
    map.commune_map(
        values,
        place.code,
        map.Classes((2, 5, 20), i18n.number, "bad", has_zero=False),
        title=_("Requests where nobody comes — {domain}").format(
            domain=filters.scope_label(asked.scope)
        ),
        key=f"deserts_map_{place.code}",
        on_click=lambda code: filters.go_to("commune", code),
    )


def _list(rows: pd.DataFrame, total: int, place: Territory) -> None:
    notes = [_("Tick a row to go down to the commune.")]
    if total > len(rows):
        text = _("The first {n} of {total}; the files hold all of them.")
        notes.insert(0, text.format(n=i18n.number(len(rows)), total=i18n.number(total)))
    st.caption(" ".join(notes))
    theme.table(
        table(rows),
        height=min(420, 38 + 35 * len(rows)),
        key=f"deserts_{place.level}_{place.code}",
        leads=[{"in": f"commune-{code}"} for code in rows["code"]],
    )
