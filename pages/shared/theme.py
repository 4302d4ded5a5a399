"""How a page looks: one question, its answer first, then the figures and what they mean.

Colours keep apart for colour-blind readers; on a dark ground the sequence runs from dim to bright.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from pandas.io.formats.style import Styler  # at the start: half of a first click

from etl.words.rows import each
from pages.shared import filters, i18n, link, pictures, query, visitor, written

_ = i18n.gettext

# Any two stand apart, on a light and a dark ground (tests/pages/test_colours.py).
# The last: unknown.
CATEGORIES = ("#17897A", "#1479EB", "#C38916", "#9466AB", "#C65F49", "#5F7611", "#8B959B")
KIND_COLOURS = {
    "individual": CATEGORIES[1],
    "association": CATEGORIES[2],
    "company": CATEGORIES[3],
    "cooperative": CATEGORIES[0],
    "unknown": CATEGORIES[6],
}
ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_suffix(".css")
ACCENT = "#17897A"
WARNING = "#C4573A"
Leads = Sequence[Mapping[str, str]]
PLOTLY_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
}


def style() -> None:
    """The few rules of style that Streamlit's settings cannot express; once a run."""
    st.html(STYLE)


def is_dark() -> bool:
    """Whether the reader sees a dark ground."""
    return st.context.theme.type == "dark"


def ink(dark: bool | None = None) -> dict[str, str]:
    """The colours of text, grid, outlines and the ground, for charts."""
    if is_dark() if dark is None else dark:
        return {"text": "#E7ECEB", "grid": "#33413F", "line": "#8FA19E", "ground": "#12191B"}
    return {"text": "#1D2B2E", "grid": "#DCE3E1", "line": "#6C7B78", "ground": "#FFFFFF"}


def header(title: str, question: str) -> None:
    """The page's name and the one question it answers, both already translated; and the button
    that copies its address."""
    with st.container(key="page_header", gap="xxsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.title(title, anchor=False, width="content")
            link.show()
        st.header(question, anchor=False)


def answer(sentence: str) -> None:
    """The answer in one sentence with its figures, as Markdown; texts from data via escape()."""
    with st.container(key="answer"):
        st.markdown(sentence)


def escape(text: Any) -> str:
    """A text from data made safe inside Markdown."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|$~:" else c for c in str(text))


def asked_in_vain(asked: Mapping[str, Sequence[str]]) -> None:
    """Tells what a link named that is not here, by the filter's name, and of what it named several
    values; nothing without any."""
    of = {
        "scope": _("This link names a domain that is not here: {value}."),
        "in": _("This link names a place that is not here: {value}."),
        "period": _("This link names a period that is not here: {value}."),
        "measure": _("This link names a measure that is not here: {value}."),
    }
    other = _("This link asks for something that is not here: {value}.")
    several = _("This link asks for one thing in several ways: {value}.")
    told = []
    for name, values in asked.items():
        every = ", ".join(f"{name}={value[:60]}" for value in values)
        if len(values) > 1:
            told.append(several.format(value=escape(every)))
        elif name in of:
            told.append(of[name].format(value=escape(values[0][:60])))
        else:
            told.append(other.format(value=escape(every)))
    if told:
        told.append(_("The page shows what it shows without it."))
        st.warning(" ".join(told), icon=":material/link_off:")


def cards(key: str = "cards") -> Any:
    """A row of metric cards, which wraps: ``with theme.cards(): theme.metric_card(...)``.

    A second row on a page needs a ``key`` of its own that begins with "cards".
    """
    return st.container(horizontal=True, gap="small", key=key)


def metric_card(
    label: str,
    value: str,
    delta: str | None = None,
    help: str | None = None,
    n: float | str | None = None,
    interval: tuple[float, float] | str | None = None,
    *,
    low_is_good: bool = False,
    link: str = "",
) -> None:
    """One figure, already formatted; ``n`` is the count behind it (or what is told of it),
    ``interval`` its 95 % bounds as shares (or as text), ``link`` an address that its name leads
    to."""
    with st.container(border=True):
        st.metric(
            f"[{label}]({link})" if link else label,
            value,
            delta=delta,
            help=help,
            delta_color="inverse" if low_is_good else "normal",
        )
        below = []
        if n is not None:
            below.append(n if isinstance(n, str) else cases(n))
        if told := i18n.interval(*interval) if isinstance(interval, tuple) else interval:
            below.append(told)
        if below:
            st.caption(" · ".join(below))


def cases(n: float) -> str:
    """The count behind a figure: 24,999 cases."""
    return i18n.ngettext("{n} case", "{n} cases", n).format(n=i18n.number(n))


def definition(
    metric_names: Iterable[str], *, window: str | None = None, n: float | None = None
) -> None:
    """A closed panel that says what the figures mean, why they matter and where they are from."""
    with st.expander(_("What these figures mean"), icon=":material/info:"):
        for name in metric_names:
            found = query.metric_definition(name)
            lines = [f"**{found.label}**"]
            if found.why:
                lines.append(f"{_('What it says:')} {found.why}")
            if found.source:
                lines.append(f"{_('Source:')} {found.source}")
            st.markdown("  \n".join(lines))
        about = [_("Data as of {date}").format(date=i18n.date(query.build().as_of))]
        if window:
            about.append(_("Window: {window}").format(window=window))
        if n is not None:
            about.append(cases(n))
        st.caption(" · ".join(about))


def empty_state(message: str, what_to_do: str) -> None:
    """Nothing to show: what is missing, and what the reader can do about it."""
    st.info(f"**{message}**  \n{what_to_do}", icon=":material/search_off:")


def synthetic_banner() -> None:
    """On every page of a build that holds sample data: says that nothing in it is real."""
    if not query.build().is_synthetic:
        return
    if visitor.role() == "partner":
        text = _("**Sample data.** Every co-operative and figure here is invented.")
    else:
        text = _(
            "**Sample data.** Every provider, request and co-operative here is invented; "
            "bring your own files to see yours."
        )
    st.warning(text, icon=":material/science:")


def footer() -> None:
    """Which build is served; for founders also how old its sources are (against its as_of), and
    what was refused."""
    served = query.build()
    parts = [
        _("Data as of {date}").format(date=i18n.date(served.as_of)),
        _("build {id}").format(id=f"`{served.id}`"),
    ]
    if visitor.role() == "partner":
        with st.container(key="footer"):
            st.markdown(" · ".join(parts))
        return
    sources = query.page_sql(__file__, "freshness")
    refused, read = int(sources["refused_rows"].sum()), int(sources["read_rows"].sum())
    with st.container(key="footer"):
        late = [
            _("{source} {age} older").format(
                source=i18n.name("source", row.source), age=age(row_age)
            )
            for row in each(sources)
            if (row_age := (served.as_of - as_date(row.as_of)).days) > 0
        ]
        st.markdown(" · ".join([*parts, *late]))
        text = i18n.ngettext(
            "{n} of {read} rows was refused", "{n} of {read} rows were refused", refused
        )
        st.page_link(
            "quality/page.py",
            label=text.format(n=i18n.number(refused), read=i18n.number(read)),
            icon=":material/fact_check:",
        )


def age(days: int) -> str:
    """A number of days in words."""
    return i18n.words().days(days)


def as_date(value: Any) -> dt.date:
    """A date from a DataFrame's timestamp."""
    return value.date() if isinstance(value, dt.datetime) else value


def table(
    rows: pd.DataFrame, *, decimals: Mapping[str, int] | None = None, wraps: bool = False,
    leads: Leads = (), **options: Any,
) -> None:  # fmt: skip
    """A table as wide as the page, its numbers and dates in the reader's language.

    ``decimals`` by column name (0 unless given); codes and years must be text. ``wraps``: written
    out, for sentences and many columns, which the grid would cut. ``leads``: the filters that each
    row leads to. ``options`` go to st.dataframe (key, column_config, height...).
    """
    shown: dict[Any, Any] = {}
    for name, kind in zip(map(str, rows), rows.dtypes, strict=True):
        if pd.api.types.is_bool_dtype(kind):
            continue
        if pd.api.types.is_numeric_dtype(kind):
            shown[name] = partial(i18n.number, decimals=(decimals or {}).get(name, 0))
        elif pd.api.types.is_datetime64_any_dtype(kind) or _holds_dates(rows[name]):
            shown[name] = i18n.date
    styled = None if wraps else Styler(rows).format(shown, na_rep=i18n.NONE)
    _show(rows, styled, shown, leads, options)


def plain(
    rows: pd.DataFrame, *, shares: Iterable[str] = (), decimals: Mapping[str, int] | None = None,
    wraps: bool = False, leads: Leads = (), **options: Any,
) -> None:  # fmt: skip
    """A table as :func:`table`, quick with many rows: the browser writes its numbers. Those of a
    column have one number of decimals: of ``shares`` one of a percent, else as ``decimals`` has it
    by column name, or as many as the largest leaves room for, where any is not whole."""
    grid, config, parts = rows.copy(), {}, set(shares)
    shown: dict[str, Callable[[Any], str]] = {}
    for name in map(str, rows.select_dtypes("number")):
        is_share = name in parts
        kept = 3 if is_share else (decimals or {}).get(name, written.decimals(rows[name].dropna()))
        grid[name] = rows[name].round(kept)  # the browser would cut them off
        config[name] = st.column_config.NumberColumn(
            format="percent" if is_share else "localized", step=10.0**-kept
        )
        shown[name] = partial(
            i18n.percent if is_share else i18n.number, decimals=1 if is_share else kept
        )
    options["column_config"] = config | options.get("column_config", {})
    _show(rows, None if wraps else grid, shown, leads, options)


def _show(
    rows: pd.DataFrame, grid: Any, shown: written.Writers, leads: Leads, options: dict[str, Any]
) -> None:
    """A table as a grid, and written out for telephones; without a grid, for all."""

    def clicked() -> None:
        chosen = st.session_state[options["key"]]["selection"]["rows"]
        for name, value in leads[chosen[0]].items() if chosen and chosen[0] < len(leads) else ():
            filters.choose(name, value)

    if grid is not None:
        more: Any = {"on_select": clicked, "selection_mode": "single-row"} if leads else {}
        st.dataframe(grid, hide_index=True, placeholder=i18n.NONE, **options, **more)
    here = st.query_params.to_dict()
    links = [f"?{urlencode({**here, **each})}" for each in leads]
    config = options.get("column_config", {})
    st.html(written.table(rows, shown, config, links, for_phone=grid is not None))


def read(rows: pd.DataFrame, key: str) -> None:
    """A table of few rows whose cells are Markdown."""
    key = f"told_{key}"
    with st.container(key=key):
        st.table(rows, border="horizontal", hide_index=True)
    names = written.names_on_a_phone(key, map(str, rows))
    st.html(f"<style>@media (max-width: 640px) {{{names}}}</style>")


def folded(title: str, key: str) -> Any:
    """Room for tables that are made once it is opened: ``if found.open:``."""
    return st.expander(title, icon=":material/table:", key=key, on_change="rerun")


def _holds_dates(column: pd.Series) -> bool:
    known = column.dropna()
    return len(known) > 0 and isinstance(known.iloc[0], dt.date)


def figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """A figure in the house look, for the ground the reader sees; ``layout`` adds to that look.

    Made in one go and unchecked: the checks take five sixths of a figure's time. Every test that
    opens a page makes them (tests/pages_fixture.py).
    """
    return go.Figure({"data": traces, "layout": _merged(_look(), layout)}, _validate=False)


def _look() -> dict[str, Any]:
    """The layout that all figures share."""
    tone = ink()
    return {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Source Sans, sans-serif", "size": 14, "color": tone["text"]},
        "colorway": CATEGORIES,
        "separators": ",\u202f" if i18n.language() == "fr" else ".,",
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "legend": {"orientation": "h", "y": -0.2, "x": 0},
        "hoverlabel": {"bgcolor": tone["ground"], "font": {"color": tone["text"]}},
        "xaxis": axis(),
        "yaxis": axis(),
    }


def axis() -> dict[str, Any]:
    """The look of an axis; the first two of a figure have it already."""
    tone = ink()
    return {
        "gridcolor": tone["grid"], "linecolor": tone["line"], "zerolinecolor": tone["line"],
        "automargin": True,
    }  # fmt: skip


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """``over`` laid upon ``under``, part by part."""
    both = under.keys() & over.keys()
    inner = {
        key: _merged(under[key], over[key])
        for key in both
        if isinstance(under[key], dict) and isinstance(over[key], dict)
    }
    return {**under, **over, **inner}


def chart(
    fig: go.Figure, key: str, title: str = "", finding: str = "", source: str = "", *,
    is_said: bool = False, **options: Any,
) -> Any:  # fmt: skip
    """Show a figure of :func:`figure` below its ``title`` with what it found (layout.meta), and the
    buttons to take it away: with the same title (else its own), what more it shows, and where its
    figures are published, if they are not the build's. ``is_said``: the page has said the title.
    ``options`` go to st.plotly_chart."""
    found = (fig.layout.meta or {}).get("finding", "")
    told = _("{label}: {value}").format(label=title, value=found) if found else title
    if shown_title := found if is_said else told:
        st.markdown(f"**{escape(shown_title)}**")
    title = told
    shown = st.plotly_chart(
        fig, key=key, theme=None, config=PLOTLY_CONFIG, width="stretch", **options
    )
    pictures.of_chart(fig, key, ink(), title, finding, source)
    return shown
