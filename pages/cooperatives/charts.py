"""Figures of the Co-operatives page: moves and jobs by year, and the published national series."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pages.shared import i18n, theme

_ = i18n.gettext
YEARS_SHOWN = 15
SYMBOLS = (
    ("circle", "●"),
    ("square", "■"),
    ("diamond", "◆"),
    ("triangle-up", "▲"),
    ("x", "✖"),
    ("star", "★"),
    ("triangle-down", "▼"),
)


def growth(years: pd.DataFrame, last_complete: int) -> go.Figure:
    """Births above, exits below the axis, net growth as points; the unfinished year is striped.

    years: rows of years.sql."""
    rows = _latest(years)
    ink = theme.ink()
    stripes = ["" if year <= last_complete else "/" for year in rows["year"]]
    traces: list[Any] = []
    for column, sign, title, colour in (
        ("births", 1, _("Births"), theme.ACCENT),
        ("exits", -1, _("Exits"), theme.WARNING),
    ):
        traces.append(
            go.Bar(
                x=rows["year"],
                y=sign * rows[column],
                name=title,
                marker={
                    "color": colour,
                    "pattern": {"shape": stripes, "fillmode": "overlay", "fgcolor": ink["ground"]},
                },
                text=[i18n.number(value) if value else "" for value in rows[column]],
                textposition="outside",
                textfont={"size": 12},
                cliponaxis=False,
                hovertemplate="%{x} : %{text}",
            )
        )
    traces.append(
        go.Scatter(
            x=rows["year"],
            y=rows["net"],
            name=_("Net growth"),
            mode="lines+markers",
            line={"color": ink["text"], "width": 1.5, "dash": "dot"},
            marker={
                "size": 9,
                "symbol": "diamond",
                "color": ink["ground"],
                "line": {"width": 2, "color": ink["text"]},
            },
            customdata=[signed(value) for value in rows["net"]],
            hovertemplate="%{x} : %{customdata}",
        )
    )
    layout = {"barmode": "overlay", "bargap": 0.25, "height": 380}
    return _by_year(traces, layout, rows[["births", "exits"]].max().max())


def living(years: pd.DataFrame) -> go.Figure:
    """How many live at each year's end, from zero. years: rows of years.sql."""
    rows = _latest(years)
    traces = [
        go.Scatter(
            x=rows["year"],
            y=rows["living"],
            mode="lines+markers+text",
            line={"color": theme.ACCENT, "width": 3},
            text=_ends(rows["living"]),
            textposition="top center",
            cliponaxis=False,
            customdata=[i18n.number(value) for value in rows["living"]],
            hovertemplate="%{x} : %{customdata}<extra></extra>",
        ),
    ]
    layout = {"height": 300, "showlegend": False, "yaxis": {"rangemode": "tozero"}}
    return _by_year(traces, layout, rows["living"].max())


def jobs(years: pd.DataFrame) -> go.Figure:
    """Employees of those that declared, a year a bar, with how many declared of how many lived.

    years: rows of years.sql with at least one declaration."""
    rows = _latest(years[years["declared"] > 0])
    said = _("{declared} declared, {living} living")
    notes = [
        said.format(declared=i18n.number(row.declared), living=i18n.number(row.living))
        for row in rows.itertuples()
    ]
    return _bars(rows["year"], rows["employees"], theme.CATEGORIES[1], notes)


def jobs_kept(years: pd.DataFrame) -> go.Figure:
    """Jobs kept by hand-overs and rescues, a year a bar; never drawn with other jobs.

    years: rows of years.sql with at least one declaration."""
    rows = _latest(years[years["jobs_kept"].notna()])
    return _bars(rows["year"], rows["jobs_kept"], theme.CATEGORIES[2], [""] * len(rows))


def _bars(years: pd.Series, values: pd.Series, colour: str, notes: list[str]) -> go.Figure:
    traces = [
        go.Bar(
            x=years,
            y=values,
            marker_color=colour,
            text=[i18n.number(value) for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=notes,
            hovertemplate="%{x} : %{text}<br>%{customdata}<extra></extra>",
        ),
    ]
    return _by_year(traces, {"height": 300, "showlegend": False}, values.max())


def national(series: pd.DataFrame, unit: str) -> tuple[go.Figure, list[tuple[str, str, str]]]:
    """Published figures: a line joins those of one series only, a dotted rule marks each break.

    series: rows of series.sql with ``shown``, the series' name. Returns the figure and its legend:
    (mark, colour, name) of each series, to be written below, where long names wrap."""
    ink = theme.ink()
    traces: list[Any] = []
    legend = []
    groups = sorted(series.groupby("series_code"), key=lambda group: group[1]["year"].max())
    highest = series.groupby("year")["value"].transform("max")
    for number, (_code, rows) in enumerate(groups):
        rows = rows.assign(is_highest=rows["value"] == highest[rows.index]).sort_values("year")
        colour = theme.CATEGORIES[number % len(theme.CATEGORIES)]
        symbol, mark = SYMBOLS[number % len(SYMBOLS)]
        name = rows["shown"].iloc[0]
        legend.append((mark, colour, name))
        # a break inside a series cuts its line as well
        for _n, piece in rows.groupby(rows["is_break_before"].cumsum()):
            texts = [i18n.number(v, 0 if float(v).is_integer() else 1) for v in piece["value"]]
            traces.append(
                go.Scatter(
                    x=piece["year"],
                    y=piece["value"],
                    name=name,
                    mode="lines+markers+text",
                    line={"color": colour, "width": 2},
                    marker={"size": 10, "symbol": symbol},
                    text=[*[""] * (len(texts) - 1), texts[-1]],
                    textposition="top center" if piece["is_highest"].iloc[-1] else "bottom center",
                    textfont={"size": 12},
                    cliponaxis=False,
                    customdata=texts,
                    hovertemplate=f"%{{x}} : %{{customdata}} {unit}",
                )
            )
    first = series["year"].min()
    rules = []
    for year in sorted(set(series.loc[series["is_break_before"], "year"])):
        if year > first:
            rules.append(
                {
                    "type": "line",
                    "x0": year - 0.5,
                    "x1": year - 0.5,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"dash": "dot", "width": 1, "color": ink["line"]},
                }
            )
    layout = {
        "height": 300, "showlegend": False, "shapes": rules, "margin": {"r": 24},
        "yaxis": {"rangemode": "tozero"},
    }  # fmt: skip
    return _by_year(traces, layout), legend


def signed(value: float) -> str:
    """+29, −3 or 0: a change, in the reader's language."""
    text = i18n.number(abs(value)) if not i18n.is_none(value) else i18n.NONE
    return text if i18n.is_none(value) or value == 0 else f"{'+' if value > 0 else '−'}{text}"


def _latest(years: pd.DataFrame) -> pd.DataFrame:
    return years[years["year"] > years["year"].max() - YEARS_SHOWN] if len(years) else years


def _ends(values: pd.Series) -> list[str]:
    last = len(values) - 1
    return [i18n.number(v) if n in (0, last) else "" for n, v in enumerate(values)]


def _by_year(traces: list[Any], layout: dict[str, Any], most: float = math.inf) -> go.Figure:
    """The house look, with years written without a separator; no halves where ``most`` is small."""
    counts = {"zerolinewidth": 1.5, "tickformat": ",", "dtick": 1 if most <= 5 else None}
    axes = {
        "xaxis": {"tickformat": "d", "showgrid": False},
        "yaxis": counts | layout.get("yaxis", {}),
    }
    return theme.figure(traces, layout | axes)
