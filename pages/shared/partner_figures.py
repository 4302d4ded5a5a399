"""Figures of the published list, the same for both roles: told, withheld with the reason, or none.

Founders' file withholds nothing, partners' file no longer holds what it withholds. So one SQL does
for both, and a figure made of two is withheld as soon as one of them is.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, Cells, Withheld
from pages.shared import filters, i18n, query, theme, visitor
from pages.shared.filters import Territory

_ = i18n.gettext
_FORMATS = {"count": "localized", "eur": "localized", "share": "percent"}


class Cut(NamedTuple):
    """A place and a scope for which a table is released; ``is_asked``: what the reader chose."""

    place: Territory
    scope: str
    is_asked: bool

    @property
    def at(self) -> dict[str, str]:
        """As Cells.of takes it."""
        return {"code": self.place.code, "level": self.place.level, "scope": self.scope}


def cells(page_file: str, name: str) -> Cells:
    """The cells that ``<name>.sql`` beside ``page_file`` reads: looked up, never added blindly."""
    served = query.build()
    return _cells(served.id, str(served.path), page_file, name)


@lru_cache(maxsize=24)
def _cells(_build: str, _path: str, page_file: str, name: str) -> Cells:
    return Cells(query.page_sql(page_file, name))


def cut(place: Territory, scope: str, released: Mapping[str, Collection[str]]) -> Cut:
    """The nearest cut to what was chosen. released: kinds of scope (all, family, domain) by level.

    The place is kept before the domain: its own figures of all domains, else those around it."""
    kind = filters.scope_labels().get(scope, ("all", ""))[0]
    for around in (place, *reversed(place.parents)):
        for wanted, its_kind in ((scope, kind), ("all", "all")):
            if its_kind in released.get(around.level, ()):
                is_asked = wanted == scope and around.code == place.code
                return Cut(around._replace(parents=()), wanted, is_asked)
    return Cut(Territory("country", "FR", "France"), "all", False)


def tell(found: Cut) -> None:
    """Says so where the figures are not of the place and the domain that were chosen."""
    if not found.is_asked:
        text = _("These figures are for **{place}**, {domain}: nothing finer is released.").format(
            place=found.place.name, domain=filters.scope_label(found.scope)
        )
        st.info(text, icon=":material/zoom_out_map:")


def text(cell: Cell | str, kind: str = "count") -> str:
    """A figure as a reader sees it, or the words in its place. kind: count, signed, share, eur."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Withheld):
        return i18n.name("withheld", cell.reason)
    words = i18n.words()
    writers = {"share": words.share, "signed": words.signed, "eur": words.euros}
    return writers.get(kind, words.number)(cell)


def short(cell: Cell, kind: str = "count") -> str:
    """A figure where there is room for a word only: its reason stands elsewhere."""
    return _("withheld") if isinstance(cell, Withheld) else text(cell, kind)


def card(title: str, cell: Cell, kind: str = "count", beside: str = "") -> None:
    """A card of a figure; ``beside`` stands below, or why the figure is withheld."""
    why = i18n.name("withheld", cell.reason) if isinstance(cell, Withheld) else beside
    theme.metric_card(title, short(cell, kind), interval=why or None)


def values(row: Iterable[Cell]) -> list[float | None]:
    """What a chart may draw: a gap, never a zero, where a figure is withheld or unknown."""
    return [None if isinstance(c, Withheld) or i18n.is_none(c) else float(c or 0) for c in row]


def table(rows: pd.DataFrame, kinds: Mapping[str, str], **options: Any) -> Any:
    """A table of cells. kinds: of the columns that hold figures, as for :func:`text`, or 'year'.

    A column with a withheld cell is written out: its reason stands where the figure would.
    """
    shown, config = {}, dict(options.pop("column_config", {}))
    for name in rows.columns:
        column, kind = rows[name], kinds.get(name)
        if kind == "year":
            config[name] = st.column_config.NumberColumn(format="%d")
        elif kind and any(isinstance(cell, (Withheld, str)) for cell in column):
            column = pd.Series([text(cell, kind) for cell in column], index=rows.index)
            width = 30 + 7 * max(len(str(name)), *map(len, column))
            config[name] = st.column_config.TextColumn(alignment="right", width=width)
        elif kind:
            column = pd.to_numeric(column)
            column = column.round(3) if kind == "share" else column
            config[name] = st.column_config.NumberColumn(format=_FORMATS.get(kind))
        shown[name] = column
    options.setdefault("height", min(560, 38 + 35 * max(1, len(rows))))
    return st.dataframe(
        pd.DataFrame(shown, index=rows.index),
        hide_index=True,
        placeholder=i18n.NONE,
        column_config=config,
        **options,
    )


def taken(rows: pd.DataFrame) -> pd.DataFrame:
    """The table as it goes into a file: true numbers, and words where a figure is withheld."""
    return rows.map(
        lambda cell: i18n.name("withheld", cell.reason) if isinstance(cell, Withheld) else cell
    )


def explain(*tables: pd.DataFrame) -> None:
    """What is withheld from partners, why, and how it looks; for a partner also that this is all
    there is. tables: what stands above, to count its withheld cells."""
    asked = query.build().settings
    hidden = sum(
        int(rows.map(lambda c: isinstance(c, Withheld)).to_numpy().sum()) for rows in tables
    )
    rules = _(
        "Jobs, hires and euros are withheld where fewer than {firms} firms stand behind a figure "
        "or the largest holds more than {share} of it, counts of people and projects where there "
        "are fewer than {persons}: **withheld (too few)**. Where such a figure could be worked "
        "out from others by taking away, those are withheld as well: **withheld (by "
        "subtraction)**. Counts of co-operatives stand in the public register and are shown in "
        "full. A withheld figure is hatched in charts and on maps, and is never 0; “{none}” means "
        "that nobody declared a figure."
    ).format(
        firms=i18n.number(asked.get("contributing_firms", 3)),
        persons=i18n.number(asked.get("contributing_persons", 11)),
        share=i18n.percent(asked.get("largest_share", 0.85)),
        none=i18n.NONE,
    )
    if visitor.role() == "partner":
        count = i18n.ngettext(
            "{n} figure of this view is withheld.", "{n} figures of this view are withheld.", hidden
        ).format(n=i18n.number(hidden))
        ending = _("The file that these pages read holds nothing more detailed than they show.")
        rules = f"{rules} {ending} **{count}**"
    else:
        rules = _("You see every figure; partners see them like this:") + " " + rules
    with st.expander(_("Statistical secrecy"), icon=":material/lock:"):
        st.markdown(rules)
