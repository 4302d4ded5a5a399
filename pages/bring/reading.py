"""How the rows of a file are reached: what was guessed, and what is to be read otherwise."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from etl.bring import looking, reaching, saying
from etl.bring.looking import Looked, Reading, look
from etl.intake import drops
from etl.intake.explain import Row
from etl.problems import FileProblem
from pages.bring import telling
from pages.bring.choices import Choices
from pages.shared import i18n, theme

_ = i18n.gettext
SEPARATORS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8", "windows-1252", "iso8859-15", "cp850", "mac-roman", "utf-16")
DATES = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%m/%d/%y",
)  # fmt: skip
NAMELESS = "none"  # no line holds the names of columns
CELLS, LONGEST = 4, 30  # of a line that is shown, and signs of a cell
PRIVATE = re.compile(r"\S+@\S+|(\d[ ./-]?){6,}")  # no name of a column


@st.cache_resource(max_entries=8, show_spinner=False)
def looked_at(
    path: str, changed: int, reading: int, otherwise: tuple[tuple[str, str], ...]
) -> Looked:
    """A file as it was looked at, by the first or another of the ways to read it that are offered,
    with what the reader says ``otherwise``.

    ``changed``: of its last change, so that another file of that name is looked at anew. Raises
    FileProblem.
    """
    first = look(Path(path))
    if not reading and not otherwise:
        return first
    asked = first.offered[reading] if reading < len(first.offered) else Reading()
    said: dict[str, Any] = dict(otherwise)
    if "date_format" in said:
        said["date_format"] = (said["date_format"],)
    line = said.pop("skip", None)
    if line and (rows := lines(path, changed, asked.first_sheet, otherwise)):
        above = rows[0][0] if line == NAMELESS else int(line)
        said["header"] = reaching.nameless(rows) if line == NAMELESS else ()
        said["skip"] = above - 1
    return look(Path(path), replace(asked, **said))


@st.cache_resource(max_entries=8, show_spinner=False)
def lines(
    path: str, changed: int, sheet: str | None, otherwise: tuple[tuple[str, str], ...]
) -> list[Row]:
    """The first lines of a file, or of a sheet; none where they cannot be read."""
    said = dict(otherwise)
    way = Reading(sheet, separator=said.get("separator"), encoding=said.get("encoding"))
    try:
        return looking.first_lines(Path(path), way)
    except FileProblem:
        return []


def reading(looked: Looked, chosen: Choices, key: str) -> None:
    """How the rows are reached: what was guessed, another way to choose, and the first rows."""
    if len(looked.offered) > 1:
        chosen.reading = st.selectbox(
            _("Which rows?"),
            range(len(looked.offered)),
            index=min(chosen.reading, len(looked.offered) - 1),
            format_func=lambda place: telling.way(looked.offered[place]),
            key=f"reading_{key}",
        )
    if told := telling.read_as(looked.told):
        st.caption(_("Read as: {how}").format(how=theme.escape(told)))
    hidden = [column for column in looked.columns if column.private]
    names = [column.name or _("(no name)") for column in looked.columns if not column.private]
    rows = [
        [cell for cell, column in zip(row, looked.columns, strict=False) if not column.private]
        for row in looked.head
    ]
    if names:
        theme.plain(pd.DataFrame(rows, columns=_unlike(names)), height="content")
    if hidden:
        st.caption(
            _("Not shown and not used, as they look private: {columns}.").format(
                columns=theme.escape(
                    ", ".join(
                        f"{column.name} ({saying.private(str(column.private), i18n.language())})"
                        for column in hidden
                    )
                )
            )
        )


def otherwise(looked: Looked | None, chosen: Choices, path: Path, key: str) -> None:
    """What was guessed of how a file is written, to be said otherwise; nothing was ``looked`` at
    where it cannot be read."""
    lists: dict[str, tuple[str, Sequence[str]]] = {
        "separator": (_("Separator"), SEPARATORS),
        "encoding": (_("Encoding"), ENCODINGS),
        "decimal": (_("Decimal mark"), (",", ".")),
        "date_format": (_("Dates"), DATES),
    }
    kind = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    if not kind.endswith(drops.TEXT_ENDINGS):
        lists = {what: lists[what] for what in ("decimal", "date_format")}
    named = {}
    if kind.endswith((*drops.TEXT_ENDINGS, ".xlsx")):
        named = _named_by(looked, chosen, path)
        lists = {"skip": (_("Line with the names of the columns"), [*named]), **lists}
    with st.expander(_("Read it otherwise"), icon=":material/tune:"):
        for what, (title, options) in lists.items():
            now = chosen.otherwise.get(what, "")
            picked = st.selectbox(
                title,
                ["", *options],
                index=["", *options].index(now) if now in options else 0,
                format_func=lambda value: (
                    named.get(value, telling.sign(value)) if value else _("as guessed")
                ),
                # another sheet has other lines
                key=f"{what}_{key}" + (f"_{chosen.reading}" if what == "skip" else ""),
            )
            if picked != now:
                chosen.otherwise = {**chosen.otherwise, what: picked}
                if not picked:
                    del chosen.otherwise[what]


def _named_by(looked: Looked | None, chosen: Choices, path: Path) -> dict[str, str]:
    """The lines that may hold the names of columns, each with its first cells."""
    asked = looked.reading if looked else Reading()
    way = tuple(sorted(chosen.otherwise.items()))
    rows = lines(str(path), path.stat().st_mtime_ns, asked.first_sheet, way)
    hidden = {n for n, column in enumerate(looked.columns) if column.private} if looked else set()
    found = {}
    for number, cells in rows:
        shown = [
            "…" if place in hidden or PRIVATE.search(cell) else cell[:LONGEST]
            for place, cell in enumerate(cells[:CELLS])
        ]
        text = _("line {n}: {cells}").format(n=i18n.number(number), cells=" · ".join(shown))
        found[str(number)] = text
    return {**found, NAMELESS: _("none: it has no names of columns")} if found else {}


def _unlike(names: Sequence[str]) -> list[str]:
    """Names made different by a number, as a table wants them."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
