"""Figures of the published list, the same for both roles: told, in a band, withheld, or none.

Founders' file withholds nothing, partners' file does not hold what it withholds. So one SQL does
for both, and a figure made of two is told no closer than they are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from etl.insight import partner_cells
from etl.insight.partner_cells import Cell, Cells, Fewer, Revised, Withheld, is_hidden
from pages.shared import export, filters, i18n, query, theme, visitor
from pages.shared.filters import Territory
from pages.shared.once import once

_ = i18n.gettext
_DECIMALS = {"count": 0, "signed": 0, "eur": 0, "rate": 1}


class Cut(NamedTuple):
    """A place and a scope for which a table is released; ``is_asked``: what the reader chose."""

    place: Territory
    scope: str
    is_asked: bool

    @property
    def at(self) -> dict[str, str]:
        """As Cells.of takes it."""
        return {"code": self.place.code, "level": self.place.level, "scope": self.scope}


def cells(*tables: str) -> Cells:
    """The cells of tables of the list, of country and regions: looked up, never added blindly."""
    served = query.build()
    return _cells(served.id, str(served.path), tables)


@once(24)
def _cells(_build: str, _path: str, tables: tuple[str, ...]) -> Cells:
    asked = {"tables": tables, "region": ""}
    return Cells(query.page_sql(partner_cells.__file__, "published_cells", **asked))


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
    """A figure as a reader sees it, or the words in its place. kind: count, signed, share, rate,
    eur."""
    return cell if isinstance(cell, str) else partner_cells.text(cell, i18n.words(), kind)


def card(title: str, cell: Cell, kind: str = "count", beside: str = "") -> None:
    """A card of a figure; ``beside`` stands below it."""
    theme.metric_card(title, text(cell, kind), interval=beside or None, help=_revised_help([cell]))


def values(row: Iterable[Cell]) -> list[float | None]:
    """What a chart may draw: a gap, never a zero, where no number is told."""
    return [
        None if isinstance(c, (Withheld, Fewer)) or i18n.is_none(c) else float(c or 0) for c in row
    ]


def frame(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Lines of a table; each cell stays what it is."""
    return pd.DataFrame(list(lines), dtype=object)


def by_year(
    title: str, years: Sequence[str], line: Callable[[str], Mapping[str, Any]]
) -> pd.DataFrame:
    """A table of years, the newest first. line: the figures of one."""
    return frame([{title: int(year), **line(year)} for year in reversed(years)])


def by_region(
    title: str, regions: pd.DataFrame, line: Callable[..., Mapping[str, Any]]
) -> pd.DataFrame:
    """A table of regions, and below them those that are told together only.

    regions: code, name. line: the figures of a cell's ``level`` and ``code``."""
    lines = [
        {title: name, **line(level="region", code=code)}
        for code, name in zip(regions["code"], regions["name"], strict=True)
    ]
    together = line(level="other_regions", code="FR")
    if any(cell is not None and cell != 0 for cell in together.values()):
        lines.append({title: i18n.name("cell", "other_regions"), **together})
    return frame(lines)


def table(rows: pd.DataFrame, kinds: Mapping[str, str], **options: Any) -> Any:
    """A table of cells. kinds: of the columns that hold figures, as for :func:`text`, or 'year'.

    A column with a cell that no bare number tells is written out.
    """
    shown, config = {}, dict(options.pop("column_config", {}))
    for name in rows.columns:
        column, kind = rows[name], kinds.get(name)
        if kind == "year":
            config[name] = st.column_config.NumberColumn(format="%d")
        elif kind and any(isinstance(cell, (Withheld, Fewer, Revised, str)) for cell in column):
            told = _revised_help(column)
            column = pd.Series([text(cell, kind) for cell in column], index=rows.index)
            width = 30 + 7 * max(len(str(name)), *map(len, column))
            config[name] = st.column_config.TextColumn(alignment="right", width=width, help=told)
        elif kind:
            column = pd.to_numeric(column)
        shown[name] = column
    options.setdefault("height", min(TALLEST, 38 + 35 * max(1, len(rows))))
    return theme.plain(
        pd.DataFrame(shown, index=rows.index),
        shares=[name for name, kind in kinds.items() if kind == "share"],
        decimals={name: _DECIMALS[kind] for name, kind in kinds.items() if kind in _DECIMALS},
        column_config=config,
        **options,
    )


TALLEST = 38 + 35 * 8  # a narrow screen shows the next section too; a table scrolls


def _revised_help(cells: Iterable[Any]) -> str | None:
    if any(isinstance(cell, Revised) for cell in cells):
        return _("{mark} revised: an earlier edition told another figure.").format(
            mark=partner_cells.REVISED.strip()
        )
    return None


def downloads(
    name: str, tables: Mapping[str, pd.DataFrame], kinds: Callable[[pd.DataFrame], dict[str, str]],
    **about: Any,
) -> None:  # fmt: skip
    """Says what is withheld of the tables of a view, and hands them out. kinds: of the columns of
    one, as for :func:`table`. about: as export.downloads."""
    explain(*tables.values())
    told = {title: taken(rows, kinds(rows)) for title, rows in tables.items()}
    export.downloads(name, told, **about)


def taken(rows: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """The table as it goes into a file: true numbers, and words where none is told."""
    told = {
        name: [
            text(cell, kinds.get(str(name), "count")) if is_hidden(cell) else cell
            for cell in column
        ]
        for name, column in rows.items()
    }
    return pd.DataFrame(told, index=rows.index, dtype=object)


def edition() -> str:
    """Which edition a partner reads, in a sentence; '' for founders, who read the build itself."""
    if visitor.role() != "partner":
        return ""
    served = query.page_sql(__file__, "edition").iloc[0]
    return _(
        "Edition {edition} of {date}; the next comes with the first build of the next quarter."
    ).format(edition=served["edition"], date=i18n.words().long_date(served["made_on"]))


def tell_edition() -> None:
    """Which edition this is, below the head of a page."""
    if told := edition():
        st.caption(told)


def about() -> dict[str, str]:
    """The edition, as a file names it beside its filters."""
    told = edition()
    return {_("Edition"): told} if told else {}


def tell_rounded() -> None:
    """Below counts of persons and what is made of them."""
    if visitor.role() == "partner":
        st.caption(
            _(
                "Numbers of providers, requests and hires are rounded at random to a multiple of "
                "5: they need not add up, and shares are made of them: one that rounding alone "
                "could move by a fifth is a band. 1 to 4 reads “{few}”; 0 is a true zero."
            ).format(few=text(Fewer()))
        )
    else:
        st.caption(
            _("You see these numbers as they are; partners see them rounded to a multiple of 5.")
        )


def _digits() -> str:
    """How partners are told what hangs together with other tables."""
    return _(
        "Jobs gained, kept and lost, hires by co-operatives and euros per planned job are told to "
        "two digits, no finer than ten (euros: 100)."
    )


def tell_digits() -> None:
    """Below such figures; founders see them as they are."""
    if visitor.role() == "partner":
        st.caption(_digits())


def explain(*tables: pd.DataFrame) -> None:
    """What is withheld from partners and how it looks; for a partner also how much of the view.
    tables: what stands above, to count its withheld cells."""
    asked = query.build().settings
    hidden = sum(
        int(rows.map(lambda c: isinstance(c, Withheld)).to_numpy().sum()) for rows in tables
    )
    rules = _(
        "Figures that firms declared (jobs, shares, euros, hires) are withheld where fewer than "
        "{firms} firms stand behind them, or where the largest is so large that another could work "
        "it out within {share}, unless these firms agreed; figures from which such a one could be "
        "worked out are withheld too. Some are told as a band (“20 to 50”) or for several regions "
        "together. What was told first of a year stands until so many firms have changed that the "
        "difference tells of none; then the figure is revised ({mark}). Numbers of persons are "
        "rounded to a multiple of 5 and need not add up. Numbers of co-operatives and of projects "
        "are public. A withheld figure is hatched in charts and on maps, and is never 0; “{none}” "
        "means that nobody declared a figure."
    ).format(
        firms=i18n.number(asked.get("contributing_firms", 3)),
        share=i18n.percent(asked.get("interval_share", 0.2)),
        mark=partner_cells.REVISED.strip(),
        none=i18n.NONE,
    )
    rules = f"{rules} {_digits()}"
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
