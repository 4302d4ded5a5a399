"""How a page looks: one question, its answer first, then the figures and what they mean.

Colours keep apart for colour-blind readers; on a dark ground the sequence runs from dim to bright.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from etl.words.rows import each
from pages.shared import i18n, link, pictures, query, visitor

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
ACCENT = "#17897A"
WARNING = "#C4573A"
PLOTLY_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
}

_CSS = """<style>
[data-testid="stMainBlockContainer"] {max-width: 1280px; padding-top: 3.5rem; padding-bottom: 2rem}
.st-key-page_header h1 {font-size: .95rem; font-weight: 600; letter-spacing: .08em; padding: 0;
  line-height: 1.4; text-transform: uppercase; opacity: .75}
.st-key-page_header h2 {font-size: clamp(1.35rem, 1rem + 1.6vw, 2rem); line-height: 1.2;
  padding: .15rem 0 .4rem}
.st-key-page_header [data-testid="stMarkdownContainer"] {margin-bottom: 0}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .75}
.st-key-answer {border-left: 4px solid #17897A; padding: .1rem 0 .1rem 1rem}
.st-key-answer p {font-size: clamp(1.05rem, .95rem + .5vw, 1.3rem); line-height: 1.45}
.st-key-breadcrumb {column-gap: .4rem}
.st-key-breadcrumb button {padding: 0 .1rem; min-height: 2rem; text-decoration: underline;
  text-underline-offset: .2em}
[class*="st-key-picture_"] button {min-height: 1.6rem; padding: 0 .2rem}
[class*="st-key-picture_"] button p {font-size: .8rem}
.st-key-filter_event button {height: auto; max-width: 100%}
.st-key-filter_event button p {white-space: normal; text-align: left}
[class*="st-key-cards"] > div {flex: 1 1 9.3rem; min-width: 9.3rem; align-self: stretch}
[class*="st-key-cards"] > div > div {height: 100%}
[data-testid="stMetricLabel"] p, [data-testid="stMetricValue"] p {white-space: normal !important}
.st-key-footer {border-top: 1px solid rgba(128,128,128,.35); margin-top: 2.5rem;
  padding-top: .75rem}
.st-key-footer p {font-size: .875rem}
[data-testid="InputInstructions"] {display: none}  /* Streamlit's, in English alone */
mark {background: rgba(224, 160, 48, .4); color: inherit; border-radius: .15rem}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: .9rem; padding-right: .9rem}
  .st-key-filters_bar > div {min-width: 9.3rem}
  [class*="st-key-choices_"] {flex-wrap: nowrap; overflow-x: auto; padding-bottom: .3rem}
  [class*="st-key-choices_"] > div {flex: 0 0 auto}
  [class*="st-key-read_"] button, [class*="st-key-choices_"] button {min-height: 2rem;
    padding: .1rem .5rem}
}
</style>"""


def style() -> None:
    """The few rules of style that Streamlit's settings cannot express; once a run."""
    st.html(_CSS)


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


def asked_in_vain(values: Mapping[str, str]) -> None:
    """Tells what a link named that is not here, by the filter's name; nothing without any."""
    of = {
        "scope": _("This link names a domain that is not here: {value}."),
        "in": _("This link names a place that is not here: {value}."),
        "period": _("This link names a period that is not here: {value}."),
        "measure": _("This link names a measure that is not here: {value}."),
    }
    other = _("This link asks for something that is not here: {value}.")
    told = [
        of[name].format(value=escape(value[:60])) if name in of
        else other.format(value=escape(f"{name}={value[:60]}"))
        for name, value in values.items()
    ]  # fmt: skip
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


def table(rows: pd.DataFrame, *, decimals: Mapping[str, int] | None = None, **options: Any) -> Any:
    """A table as wide as the page, its numbers and dates in the reader's language.

    ``decimals`` by column name (0 unless given); codes and years must be text. ``options`` go to
    st.dataframe (key, on_select, selection_mode, column_config, height...).
    """
    shown: dict[Any, Any] = {}
    for name, kind in rows.dtypes.items():
        if pd.api.types.is_bool_dtype(kind):
            continue
        if pd.api.types.is_numeric_dtype(kind):
            shown[name] = partial(i18n.number, decimals=(decimals or {}).get(str(name), 0))
        elif pd.api.types.is_datetime64_any_dtype(kind) or _holds_dates(rows[name]):
            shown[name] = i18n.date
    styled = rows.style.format(shown, na_rep=i18n.NONE)
    return st.dataframe(styled, hide_index=True, width="stretch", placeholder=i18n.NONE, **options)


def plain(
    rows: pd.DataFrame, *, shares: Iterable[str] = (), decimals: Mapping[str, int] | None = None,
    **options: Any,
) -> Any:  # fmt: skip
    """A table as :func:`table`, quick with many rows: the browser writes its numbers. Those of a
    column have one number of decimals: of ``shares`` one of a percent, else as ``decimals`` has it
    by column name, or as many as the largest leaves room for, where any is not whole."""
    shown, config, parts = rows.copy(), {}, set(shares)
    for name in map(str, rows.select_dtypes("number")):
        kept = 3 if name in parts else (decimals or {}).get(name, _decimals(rows[name]))
        shown[name] = rows[name].round(kept)  # the browser would cut them off
        config[name] = st.column_config.NumberColumn(
            format="percent" if name in parts else "localized", step=10.0**-kept
        )
    config |= options.pop("column_config", {})
    return st.dataframe(
        shown, hide_index=True, placeholder=i18n.NONE, column_config=config, **options
    )


def _decimals(numbers: pd.Series) -> int:
    known = numbers.dropna().abs()
    if (known % 1 == 0).all():
        return 0
    return 3 if known.max() < 1 else 2 if known.max() < 100 else 1


def folded(title: str, key: str) -> Any:
    """Room for tables that are made once it is opened: ``if found.open:``."""
    return st.expander(title, icon=":material/table:", key=key, on_change="rerun")


def leads(key: str, count: int, go: Callable[[int], Any]) -> dict[str, Any]:
    """Options of a table of so many rows that lead further: ``go`` takes the number of one."""

    def clicked() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen and chosen[0] < count:
            go(chosen[0])

    return {"key": key, "on_select": clicked, "selection_mode": "single-row"}


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
