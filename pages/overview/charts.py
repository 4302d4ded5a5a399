"""Figures of the overview: DataFrames in, dressed Plotly figures out."""

import html

import pandas as pd
import plotly.graph_objects as go

from pages.shared import filters, i18n, query, theme

HEIGHT = 270
KINDS = filters.KINDS[1:]


def _dress(fig: go.Figure, title: str, names: list[str]) -> go.Figure:
    theme.plotly_layout(fig)
    fig.update_layout(
        height=HEIGHT,
        margin={"l": 4, "r": 4, "t": 36, "b": 4},
        hovermode="x unified",
        bargap=0.25,
    )
    _title(fig, title)
    step = max(1, -(-len(names) // 5))
    fig.update_xaxes(
        tickvals=names[::-1][::step][::-1], tickangle=0, showgrid=False, type="category"
    )
    fig.update_yaxes(rangemode="tozero", nticks=5)
    return fig


def _title(fig: go.Figure, text: str) -> None:
    fig.update_layout(
        title={"text": text, "x": 0, "xanchor": "left", "font": {"size": 15}, "y": 0.98}
    )


def _names(months: pd.Series) -> list[str]:
    return [i18n.month(month) for month in months]


def mark(fig: go.Figure, months: pd.Series, events: pd.DataFrame) -> go.Figure:
    """Marks events (happened_on, label, number) as numbered vertical lines on a chart of months."""
    tone = theme.ink()
    places = {pd.Timestamp(month).to_period("M"): place for place, month in enumerate(months)}
    days = pd.to_datetime(events["happened_on"])
    # a category of the axis spans from half a place before its name to half a place after
    start = days.dt.to_period("M").map(places)
    into_month = (days.dt.day - 0.5) / days.dt.days_in_month
    here = events.assign(x=start - 0.5 + into_month, place=start).dropna(subset=["x"])
    for x in here["x"]:
        fig.add_shape(
            type="line", x0=x, x1=x, y0=0, y1=1, yref="paper",
            line={"color": tone["text"], "width": 1, "dash": "dash"},
        )  # fmt: skip
    for _place, rows in here.groupby("place"):
        fig.add_annotation(
            x=rows["x"].mean(), y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=f"<b>{', '.join(map(str, rows['number']))}</b>", font={"size": 12},
            hovertext="<br>".join(html.escape(label) for label in rows["label"]),
        )  # fmt: skip
    return fig


def aim(fig: go.Figure, lines: list[tuple[float, str]]) -> go.Figure:
    """Draws target lines: their height and what is written on them."""
    for height, text in lines:
        fig.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=height, y1=height,
            line={"color": theme.WARNING, "width": 2, "dash": "dashdot"},
        )  # fmt: skip
        fig.add_annotation(
            x=1, xref="paper", xanchor="right", y=height, yanchor="bottom", showarrow=False,
            text=html.escape(text), font={"size": 12}, bgcolor=theme.ink()["ground"], opacity=0.9,
        )  # fmt: skip
    return fig


def requests(months: pd.DataFrame) -> go.Figure:
    """Requests posted each month as bars, the same months a year earlier as a dotted line."""
    _ = i18n.gettext
    names = _names(months["month"])
    fig = go.Figure()
    fig.add_bar(
        x=names, y=months["requests"], name=_("this year"), marker_color=theme.ACCENT,
        text=None, hovertemplate="%{y:,.0f}",
    )  # fmt: skip
    fig.add_scatter(
        x=names, y=months["requests_earlier"], name=_("a year earlier"),
        mode="lines+markers", hovertemplate="%{y:,.0f}", connectgaps=False, **_before(),
    )  # fmt: skip
    return _dress(fig, _("Requests per month"), names)


def fill_rate(months: pd.DataFrame, days: int) -> go.Figure:
    """Fill rate of each mature month with its 95 % interval, and a year earlier."""
    _ = i18n.gettext
    names = _names(months["month"])
    fig = go.Figure()
    fig.add_scatter(
        x=names, y=months["fill_rate"], name=_("this year"), mode="lines+markers",
        line={"color": theme.ACCENT, "width": 2.5}, marker={"size": 7},
        error_y={
            "type": "data", "array": months["high"] - months["fill_rate"],
            "arrayminus": months["fill_rate"] - months["low"], "thickness": 1.2, "width": 3,
            "color": theme.ink()["line"],
        },
        text=[
            f"{i18n.percent(row.fill_rate)} ({i18n.percent(row.low)} – {i18n.percent(row.high)}), "
            f"n = {i18n.number(row.known)}"
            for row in months.itertuples()
        ],
        hovertemplate="%{text}", connectgaps=False,
    )  # fmt: skip
    fig.add_scatter(
        x=names, y=months["fill_rate_earlier"], name=_("a year earlier"), mode="lines+markers",
        text=[i18n.percent(value) for value in months["fill_rate_earlier"]],
        hovertemplate="%{text}", connectgaps=False, **_before(),
    )  # fmt: skip
    title = i18n.ngettext("Filled within {n} day", "Filled within {n} days", days).format(n=days)
    _dress(fig, title, names)
    steps = (0, 0.25, 0.5, 0.75, 1)
    fig.update_yaxes(
        range=[0, 1.02], tickvals=steps, ticktext=[i18n.percent(step) for step in steps]
    )
    # a month that has no point still has its place
    fig.update_xaxes(categoryorder="array", categoryarray=names, range=[-0.5, len(names) - 0.5])
    return fig


def supply_months(rows: pd.DataFrame, period: filters.Period) -> pd.Series:
    """The months that the chart of providers shows."""
    months = rows.loc[rows["month"] >= pd.Timestamp(period.from_month), "month"]
    return pd.Series(sorted(months.unique()), dtype="datetime64[ns]")


def supply(rows: pd.DataFrame, period: filters.Period) -> go.Figure:
    """Providers active at the end of each month, stacked by kind; the total a year earlier."""
    _ = i18n.gettext
    shown = rows[rows["month"] >= pd.Timestamp(period.from_month)]
    months = supply_months(rows, period)
    names = _names(months)
    fig = go.Figure()
    for kind in KINDS:
        counts = shown[shown["kind"] == kind].set_index("month")["providers"].reindex(months)
        if counts.fillna(0).any():
            fig.add_bar(
                x=names, y=counts, name=filters.kind_label(kind),
                marker_color=theme.KIND_COLOURS[kind], hovertemplate="%{y:,.0f}",
            )  # fmt: skip
    before = rows[rows["kind"] == "all"].assign(month=rows["month"] + pd.DateOffset(years=1))
    counts = before.set_index("month")["providers"].reindex(months)
    fig.add_scatter(
        x=names, y=counts, name=_("all kinds, a year earlier"), mode="lines+markers",
        hovertemplate="%{y:,.0f}", **_before(),
    )  # fmt: skip
    _dress(fig, _("At month end; dotted: a year earlier"), names)
    fig.update_layout(barmode="stack", showlegend=False)
    return fig


def kinds(rows: pd.DataFrame) -> go.Figure:
    """Active providers of each kind as bars with their numbers."""
    _ = i18n.gettext
    shown = rows[rows["kind"] != "all"].iloc[::-1]
    fig = go.Figure()
    fig.add_bar(
        x=shown["providers"], y=[filters.kind_label(kind) for kind in shown["kind"]],
        orientation="h", marker_color=[theme.KIND_COLOURS[kind] for kind in shown["kind"]],
        text=[i18n.number(value) for value in shown["providers"]], textposition="outside",
        cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip
    theme.plotly_layout(fig)
    fig.update_layout(height=HEIGHT, showlegend=False, margin={"l": 4, "r": 60, "t": 36, "b": 4})
    title = _("On {date}").format(date=i18n.date(query.build().as_of))
    _title(fig, title)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(showgrid=False, ticks="outside", ticklen=6, tickcolor="rgba(0,0,0,0)")
    return fig


def _before() -> dict:
    tone = theme.ink()["line"]
    return {
        "line": {"color": tone, "dash": "dot", "width": 2},
        "marker": {"size": 5, "symbol": "diamond"},
    }
