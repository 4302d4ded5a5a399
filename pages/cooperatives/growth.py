"""Do they grow? Births, exits and the living by year, where, and in which forms."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from etl.words import names
from pages.cooperatives import areas
from pages.cooperatives.views import EVERY, METRICS, Asked
from pages.shared import (
    export,
    filters,
    i18n,
    partner_charts,
    partner_figures,
    parts,
    query,
    theme,
)
from pages.shared.partner_charts import Series

_ = i18n.gettext
CUTS = {"country": EVERY, "region": ("all",)}  # of parts: by origin, kind of exit, form, CAE
WHOLE = {**CUTS, "region": EVERY, "departement": EVERY}
Rows = dict[tuple[str, str, int], Sequence[int]]
ORIGIN_COLOURS = tuple(theme.CATEGORIES[number] for number in (0, 1, 5, 3, 6))
EXIT_COLOURS = (*theme.CATEGORIES[2:5:2], "#80513E", "#A05F88", theme.CATEGORIES[6])


class Counts(NamedTuple):
    """Year by year."""

    living: list[int]
    births: list[int]
    exits: list[int]
    undated: list[int]  # closed nobody knows when, of those born by then
    lasting: list[int]  # of those born in it, living still; not a number where nobody told

    @property
    def net(self) -> list[int]:
        """Births less exits."""
        return [born - gone for born, gone in zip(self.births, self.exits, strict=True)]


def cut_of(asked: Asked) -> partner_figures.Cut:
    """The nearest place and domain of which co-operatives of the form are counted."""
    return partner_figures.cut(asked.place, asked.scope, WHOLE if asked.form == "all" else CUTS)


def counted(level: str, code: str, scope: str) -> Rows:
    """What Counts lists, by dimension, value and year."""
    rows = query.page_sql(__file__, "growth", level=level, code=code, scope=scope)
    cells = ("living", "births", "exits", "exits_undated", "born_living")
    columns = ("dimension", "breakdown", "year", *cells)
    return {
        (dimension, value, year): counts
        for dimension, value, year, *counts in zip(
            *(rows[column].tolist() for column in columns), strict=True
        )
    }


def of(rows: Rows, dimension: str, value: str, years: tuple[int, ...]) -> Counts:
    """One value by year; a year without a row is a true zero."""
    told = [rows.get((dimension, value, year), (0,) * len(Counts._fields)) for year in years]
    return Counts(*(list(column) for column in zip(*told, strict=True)))


def show(asked: Asked) -> None:
    """The view."""
    here = cut_of(asked)
    rows = counted(here.place.level, here.place.code, here.scope)
    cut = partner_figures.cut(asked.place, asked.scope, CUTS)
    has_parts = cut.is_asked and asked.form == "all"
    every = of(rows, *asked.cell, asked.years)
    table = _by_year(rows, every, asked, has_parts=has_parts)
    forms, origins = _forms_and_origins(cut, asked.year)
    part = parts.choose(
        {"time": _("By year"), "place": _("By area"), "kind": _("By form and origin")}
    )
    asked = areas.choose(asked, is_shown=part == "place")
    of_areas, areas_cut = areas.living(asked)
    if part == "time":
        partner_figures.tell(here)
        _show_years(rows, every, table, asked, has_parts=has_parts)
    elif part == "place":
        areas.show_living(areas_cut, of_areas)
    else:
        partner_figures.tell(cut)
        for column, one in zip(st.columns(2), (forms, origins), strict=True):
            with column:
                partner_figures.table(one, dict.fromkeys(one.columns[1:], "count"))
        note = _("A CAE stands in its own legal form too: its line is not added to the others.")
        st.caption(f"{note} {_('Origins are told for **all forms**.')}")
    export.downloads(
        "cooperatives-growth",
        {
            _("By year"): table,
            _("By area"): of_areas,
            _("By form"): forms,
            _("By origin"): origins,
        },
        metrics=METRICS["growth"],
        filters={
            **asked.words(has_form=True),
            _("By year"): f"{here.place.name}, {filters.scope_label(here.scope)}",
        },
    )


def _show_years(
    rows: Rows, every: Counts, table: pd.DataFrame, asked: Asked, *, has_parts: bool
) -> None:
    left, right = st.columns([3, 2])
    with left:
        title = (
            _("Births by origin above, exits by kind below")
            if has_parts
            else _("Births above, exits below")
        )
        theme.chart(_moves(rows, every, asked, has_parts=has_parts), "growth", title)
    with right:
        figure = partner_charts.columns(
            [str(year) for year in asked.years],
            [Series("", every.living, theme.ACCENT)],
            height=165,
        )
        theme.chart(figure, "living", _("Living at the year’s end"))
        if every.undated[-1]:
            st.caption(_undated(every.undated[-1]))
    whole = table[list(_whole(every, asked))]
    partner_figures.table(whole, _kinds(whole))
    if has_parts:  # their names are long: a line each, a column a year
        parts_ = table[table.columns[len(whole.columns) :]].T
        parts_.columns = [str(year) for year in table[_("Year")]]
        parts_.insert(0, _("Births and exits"), parts_.index)
        partner_figures.table(parts_, dict.fromkeys(parts_.columns[1:], "count"))


def _forms_and_origins(cut: partner_figures.Cut, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = counted(cut.place.level, cut.place.code, cut.scope)
    lines = [("form", code, i18n.name("form", code)) for code in names.FORMS]
    lines.append(("cae", "yes", _("of which CAE")))
    origins = [("origin", code, i18n.name("origin", code)) for code in names.ORIGINS]
    return _parts(rows, _("Form"), lines, year), _parts(rows, _("Origin"), origins, year)


def _undated(exits: int) -> str:
    return _(
        "Exits undated: {n}. They count in births, but in no year’s living, exits or net growth."
    ).format(n=i18n.number(exits))


def _moves(rows: Rows, every: Counts, asked: Asked, *, has_parts: bool) -> go.Figure:
    if has_parts:
        ups = _series(rows, "origin", "births", asked, ORIGIN_COLOURS)
        downs = _series(rows, "exit_kind", "exits", asked, EXIT_COLOURS)
    else:
        ups = [Series(_("Births"), every.births, theme.ACCENT)]
        downs = [Series(_("Exits"), every.exits, theme.WARNING)]
    net = (_("Net growth"), every.net)
    return partner_charts.moves([str(year) for year in asked.years], ups, downs, net, height=255)


def _series(
    rows: Rows, dimension: str, column: str, asked: Asked, colours: tuple[str, ...]
) -> list[Series]:
    is_birth = dimension == "origin"
    codes, of_what = (names.ORIGINS, "origin") if is_birth else (names.EXITS, "exit")
    found = [
        Series(
            i18n.name(of_what, code),
            getattr(of(rows, dimension, code, asked.years), column),
            colour,
        )
        for code, colour in zip(codes, colours, strict=True)
    ]
    return [series for series in found if any(series.cells)]


def _whole(every: Counts, asked: Asked) -> dict[str, list[int]]:
    """The columns of the table by year, without those of origins and kinds of exit."""
    columns = {
        _("Year"): list(asked.years),
        _("Living"): every.living,
        _("Births"): every.births,
        _("Born then, living still"): every.lasting,
        _("Exits"): every.exits,
        _("Net growth"): every.net,
        _("Exits undated, so far"): every.undated,
    }
    if any(map(i18n.is_none, every.lasting)):  # an edition that was told before
        del columns[_("Born then, living still")]
    if not any(every.undated):
        del columns[_("Exits undated, so far")]
    return columns


def _by_year(rows: Rows, every: Counts, asked: Asked, *, has_parts: bool) -> pd.DataFrame:
    columns = _whole(every, asked)
    if has_parts:
        born, gone = _("Births: {origin}"), _("Exits: {kind}")
        for series in _series(rows, "origin", "births", asked, ORIGIN_COLOURS):
            columns[born.format(origin=series.name)] = [int(n) for n in series.cells]  # type: ignore[arg-type]
        for series in _series(rows, "exit_kind", "exits", asked, EXIT_COLOURS):
            columns[gone.format(kind=series.name)] = [int(n) for n in series.cells]  # type: ignore[arg-type]
    return pd.DataFrame(columns)[::-1].reset_index(drop=True)


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    return {name: "year" if name == _("Year") else "count" for name in table.columns}


def _parts(
    rows: Rows, title: str, lines: Sequence[tuple[str, str, str]], year: int
) -> pd.DataFrame:
    """A year by form or origin. lines: dimension, code and name of each."""
    found = []
    for dimension, code, name in lines:
        if (dimension, code, year) in rows:
            living, births, exits = rows[dimension, code, year][:3]
            found.append((name, living, births, exits, births - exits))
    heads = [
        title,
        _("Living at the end of {year}").format(year=year),
        _("Births"),
        _("Exits"),
        _("Net growth"),
    ]
    return pd.DataFrame(found, columns=heads)
