"""Tables as text: names and cells wrap where the page is wide; on a phone each row is a card of
what it says, each figure beside its name. Streamlit's own grid cuts both, and scrolls sideways."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from pages.shared import i18n

_ = i18n.gettext
Writers = Mapping[str, Callable[[Any], str]]
MOST = 200  # rows; the rest stands in the files
SHORT = 12  # letters that stay on one line


def table(
    rows: pd.DataFrame,
    writers: Writers,
    config: Mapping[str, Any],
    links: Sequence[str] = (),
    *,
    for_phone: bool,
) -> str:
    """The HTML of a table. writers: how the cells of a column are told, else as they are; config:
    as st.dataframe takes it, of which names, links and what is hidden are kept; links: where the
    title of each row leads. ``for_phone``: shown on a narrow screen alone."""
    shown = rows.head(MOST)
    names = [str(name) for name in shown if config.get(str(name), {}) is not None]
    of = {name: config.get(name) or {} for name in names}
    heads = {name: str(of[name].get("label") or name) for name in names}
    numbers = set(shown.select_dtypes("number")) & {*names}
    title = next((n for n in names if n not in numbers or _is_year(of[n])), names[0])
    columns = []
    for name, column in shown.items():
        if name not in names:
            continue
        kind = "title" if name == title else "number" if name in numbers else ""
        opening = f'<td role="cell" data-name="{escape(heads[name])}" class="{kind}'
        cells = list(_cells(column, writers.get(name, plainly), of[name]))
        if name == title and links:
            cells = [_link(*pair) for pair in zip(links, cells, strict=False)]
        columns.append([f'{opening} {_size(cell)}">{cell}</td>' for cell in cells])
    head = "".join(
        f'<th role="columnheader" scope="col" class="{"number" if n in numbers else ""}">'
        f"{escape(heads[n])}</th>"
        for n in names
    )
    body = "".join(f'<tr role="row">{"".join(row)}</tr>' for row in zip(*columns, strict=True))
    rest = _("The first {n} of {total}; the files hold all of them.").format(
        n=i18n.number(len(shown)), total=i18n.number(len(rows))
    )
    return (
        f'<div class="rows{" phone" if for_phone else ""}" role="region" tabindex="0" '
        f'aria-label="{escape(heads[title])}"><table role="table">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
        + (f"<small>{escape(rest)}</small>" if len(shown) < len(rows) else "")
    )


def _cells(
    column: pd.Series, write: Callable[[Any], str], config: Mapping[str, Any]
) -> Iterator[str]:
    kind = config.get("type_config") or {}
    if _is_year(config):
        write = str
    for value in column:
        if i18n.is_none(value):
            yield i18n.NONE
        elif kind.get("type") == "link":
            yield _link(str(value), escape(kind.get("display_text") or str(value)))
        else:
            yield escape(write(value))


def _link(address: str, shown: str) -> str:
    return f'<a href="{escape(address)}">{shown}</a>'


def _size(cell: str) -> str:
    return "" if len(cell) > SHORT else "short" if cell else "none"


def _is_year(config: Mapping[str, Any]) -> bool:
    return (config.get("type_config") or {}).get("format") == "%d"


def plainly(value: Any) -> str:
    """A value of a column that holds several kinds of them."""
    if isinstance(value, (bool, str)):
        return str(value)
    if isinstance(value, Number):
        return i18n.number(value, decimals([float(value)]))  # type: ignore[arg-type]
    return i18n.date(value) if isinstance(value, dt.date) else str(value)


def decimals(numbers: Iterable[float]) -> int:
    """How many decimals numbers of one column are told with: as many as the largest leaves room
    for, none where all are whole."""
    known = np.abs(np.fromiter(numbers, float))
    if (known % 1 == 0).all():
        return 0
    return 3 if known.max() < 1 else 2 if known.max() < 100 else 1


def names_on_a_phone(key: str, heads: Iterable[str]) -> str:
    """The style that lets each cell of a st.table tell its column where it is narrow."""
    return "".join(
        f".st-key-{key} td:nth-child({place})::before "
        f"{{content: {json.dumps(f'{head} ', ensure_ascii=False)}; opacity: .75}}"
        for place, head in enumerate(heads, 1)
        if place > 1
    )
