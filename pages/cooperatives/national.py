"""The published national series, in a view of their own: another scope than the build's own."""

import html
from urllib.parse import urlsplit

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.cooperatives import charts, words
from pages.shared import export, i18n, parts, query, theme

_ = i18n.gettext
# one picture for each question the page asks
PICTURES = (
    ("cooperatives", ("cooperatives",)),
    ("births", ("births",)),
    ("employees", ("employees",)),
    ("survival", ("survival_5y_percent", "survival_3y_percent")),
)


def show() -> None:
    """The view: what it covers, four pictures, and the table with scopes, notes and sources."""
    series = query.page_sql(__file__, "series")
    table = words.published(series)
    st.subheader(_("Published national figures"), anchor=False)
    scope = _(
        "These are published for **Scop and Scic of every trade, in all of France**. The other "
        "figures of this page are of the co-operatives in home services that this data holds: "
        "the two have another scope, and their levels cannot be compared."
    )
    served = query.build()
    if served.is_synthetic:
        scope += " " + _("And here the other figures are invented.")
    st.markdown(scope)
    part = parts.choose(
        {
            "time": _("Co-operatives and births"),
            "flow": _("Jobs and survival"),
            "others": _("Figures and sources"),
        }
    )
    drawn = _pictures(str(served.path), i18n.language(), theme.is_dark(), series)
    if part == "others":
        _show_table(table)
    else:
        _show_pictures(drawn[:2] if part == "time" else drawn[2:])
    export.downloads("cooperatives-national", {_("National figures"): table})


def _show_pictures(drawn: list[tuple[str, str, go.Figure, str, str]]) -> None:
    for column, (name, title, figure, legend, source) in zip(st.columns(2), drawn, strict=False):
        with column:
            st.markdown(title)
            theme.chart(
                figure, f"national_{name}", title.replace("**", ""),
                _("Published national figures"), source, is_said=True,
            )  # fmt: skip
            st.html(legend)
    st.caption(
        _(
            "A line joins figures of one scope and method only; a dotted rule marks where the "
            "scope or the method changes."
        )
    )


def _show_table(table: pd.DataFrame) -> None:
    year = {_("Year"): st.column_config.NumberColumn(format="%d")}
    theme.plain(table, column_config=year, wraps=True)


# The same for every filter: drawn once for each build, language and ground.
@st.cache_resource(max_entries=8, show_spinner=False)
def _pictures(
    build: str, language: str, is_dark: bool, _series: pd.DataFrame
) -> list[tuple[str, str, go.Figure, str, str]]:
    """(key, title, figure, legend, who published it) of each picture."""
    drawn = []
    for name, indicators in PICTURES:
        rows = _series[_series["indicator"].isin(indicators)]
        if rows.empty:
            continue
        unit = words.unit(rows["unit"].iloc[0])
        title = _finding(rows) or (
            _("Share still alive") if name == "survival" else words.indicator(name)
        )
        figure, marks = charts.national(rows.assign(shown=_names(rows)), unit)
        lines = "".join(
            f'<div><span aria-hidden="true" style="color:{colour}">{mark}</span> '
            f"{html.escape(text)}</div>"
            for mark, colour, text in marks
        )
        legend = f'<div style="font-size:.85rem">{lines}</div>'
        hosts = {str(urlsplit(url).hostname) for url in rows["source_url"]}
        drawn.append((name, f"**{title}** ({unit})", figure, legend, ", ".join(sorted(hosts))))
    return drawn


def _finding(rows: pd.DataFrame) -> str:
    """What the series that lasts longest, of those told last, says from its first year to its last;
    "" where none has two years that can be compared."""
    series = [
        found.sort_values("year")
        for _code, found in rows.groupby("series_code")
        if len(found) > 1 and not found.sort_values("year")["is_break_before"].iloc[1:].any()
    ]
    if not series:
        return ""
    longest = max(series, key=lambda found: (found["year"].iloc[-1], len(found)))
    first, last = longest.iloc[0], longest.iloc[-1]
    return _("{figure}: {was} in {first}, {now} in {last}").format(
        figure=words.indicator(last["indicator"]),
        was=i18n.number(first["value"], _decimals(first["value"])),
        first=first["year"],
        now=i18n.number(last["value"], _decimals(last["value"])),
        last=last["year"],
    )


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() else 1


def _names(rows: pd.DataFrame) -> list[str]:
    """The scope and the years of each row's series: two series of one scope are told apart."""
    spans = rows.groupby("series_code")["year"].agg(["min", "max"])
    names = []
    for _n, row in rows.iterrows():
        first, last = spans.loc[row["series_code"]]
        years = str(first) if first == last else f"{first}–{last}"
        name = f"{i18n.label(row, 'scope')}, {years}"
        if row["indicator"].startswith("survival"):
            name = f"{words.indicator(row['indicator'])} · {name}"
        names.append(name)
    return names
