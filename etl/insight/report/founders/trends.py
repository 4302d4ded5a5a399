"""How supply and matching move month by month: two charts and the table behind them."""

from typing import Any

import pandas as pd

from etl.insight.report import drawing
from etl.insight.report.founders.figures import Founders
from etl.insight.report.model import Beside, Column, Picture, Table, Text
from etl.insight.report.reading import Reading, years_back
from etl.insight.report.words import ReportWords
from etl.words.rows import each

MONTHS = 36
HEIGHT, WIDTHS = 128.0, (285.0, 198.0)
VALUES = (
    "month",
    "requests",
    "known",
    "filled",
    "left_out",
    "undated",
    "fill_rate",
    "low",
    "high",
    "providers",
)


def providers_before(found: Founders, reading: Reading) -> float | None:
    """Active providers at the end of the last complete month, a year earlier; None if unknown."""
    trend, month = found.trend, pd.Timestamp(years_back(reading.terms["to"]))
    rows = trend.loc[pd.to_datetime(trend["month"]) == month, "providers"].dropna()
    return float(rows.iloc[0]) if len(rows) and len(found.providers) else None


def blocks(found: Founders, reading: Reading, words: ReportWords, goal: float | None) -> list[Any]:
    """Fill rate with its band, target and marked events, beside active providers; the table."""
    _ = words.gettext
    table = _table(found.trend, words)
    trend = found.trend.tail(MONTHS).reset_index(drop=True)
    if trend["fill_rate"].notna().sum() < 2:
        return [table]
    months = [pd.Timestamp(month).date() for month in trend["month"]]
    xs = [float(drawing.months(months[0], month)) for month in months]
    ticks = [
        (x, words.month(month))
        for x, month in zip(xs, months, strict=True)
        if month.month in (1, 7)
    ]
    marks = [
        (drawing.months(months[0], row.happened_on) + row.happened_on.day / 31 - 0.5, row.label)
        for row in each(found.events)
        if months[0] <= row.happened_on.date() <= reading.as_of
    ]
    rates = drawing.Line(
        _("fill rate"),
        [*zip(xs, _plain(trend["fill_rate"]), strict=True)],
        band=[
            (x, row.low, row.high)
            for x, row in zip(xs, each(trend), strict=True)
            if pd.notna(row.low)
        ],
    )
    providers = drawing.Line("", [*zip(xs, _plain(trend["providers"]), strict=True)])
    days = str(reading.terms["days"])
    named = _("target {value}", value=words.measure(goal, "share", is_full=True)) if goal else ""
    left = Picture(
        drawing.line_chart(
            [rates],
            width=WIDTHS[0],
            height=HEIGHT,
            write=words.percent,
            ticks=ticks,
            targets=[(goal, named)] if goal else (),
            marks=marks,
            right=62.0,
        ),
        _(
            "Line chart of the monthly share of requests filled within {days} days, with its "
            "95% interval; the table in the workbook holds the same values.",
            days=days,
        ),
        _("Fill rate, month by month"),
    )
    right = Picture(
        drawing.line_chart(
            [providers],
            width=WIDTHS[1],
            height=HEIGHT,
            write=words.number,
            ticks=ticks[::2],
            right=8.0,
        ),
        _("Line chart of active providers at each month’s end; the workbook holds the values."),
        _("Active providers at the end of each month"),
    )
    notes = [
        _(
            "The band is the 95% interval. A month shows once all its requests are {days} days "
            "old.",
            days=days,
        )
    ]
    if marks:
        events = words.listed(f"{n} {label}" for n, (_, label) in enumerate(marks, 1))
        notes.append(_("Marked: {events}.", events=events))
    return [Beside([left], [right], WIDTHS), Text(notes, "note"), table]


def _table(trend: pd.DataFrame, words: ReportWords) -> Table:
    _ = words.gettext
    heads = (
        (_("Month"), "month"),
        (_("Requests"), "count"),
        (_("With a known outcome"), "count"),
        (_("Filled"), "count"),
        (_("Left out"), "count"),
        (_("of them, at an unknown time"), "count"),
        (_("Fill rate"), "share"),
        (_("Low (95%)"), "share"),
        (_("High (95%)"), "share"),
        (_("Active providers"), "count"),
    )
    columns = [Column(*head) for head in heads]
    rows = trend[list(VALUES)].to_numpy(dtype=object).tolist()
    return Table(_("Fill rate, month by month"), columns, rows, is_printed=False)


def _plain(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
