"""How supply and matching move month by month: two charts and the table behind them."""

from typing import Any

import pandas as pd

from etl.frames import each
from etl.report import drawing
from etl.report.founders.figures import Founders
from etl.report.model import Beside, Column, Picture, Table, Text
from etl.report.reading import Reading, years_back
from etl.report.words import ReportWords

MONTHS = 36
HEIGHT, WIDTHS = 128.0, (285.0, 198.0)
VALUES = ("month", "requests", "known", "filled", "fill_rate", "low", "high", "providers")


def providers_before(found: Founders, reading: Reading) -> float | None:
    """Active providers at the end of the last complete month, a year earlier; None if unknown."""
    trend, month = found.trend, pd.Timestamp(years_back(reading.terms["to"]))
    rows = trend.loc[pd.to_datetime(trend["month"]) == month, "providers"].dropna()
    return float(rows.iloc[0]) if len(rows) and len(found.providers) else None


def blocks(found: Founders, reading: Reading, words: ReportWords, goal: float | None) -> list[Any]:
    """Fill rate with its band, target and marked events, beside active providers; the table."""
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
        words.text("f_trend_line"),
        [*zip(xs, _plain(trend["fill_rate"]), strict=True)],
        band=[
            (x, row.low, row.high)
            for x, row in zip(xs, each(trend), strict=True)
            if pd.notna(row.low)
        ],
    )
    providers = drawing.Line("", [*zip(xs, _plain(trend["providers"]), strict=True)])
    days = str(reading.terms["days"])
    named = words.text("f_trend_target", value=words.percent(goal)) if goal else ""
    left = Picture(
        drawing.line_chart(
            [rates], width=WIDTHS[0], height=HEIGHT, write=words.percent, ticks=ticks,
            targets=[(goal, named)] if goal else (), marks=marks, right=62.0,
        ),
        words.text("f_trend_alt", days=days), words.text("f_trend"),
    )  # fmt: skip
    right = Picture(
        drawing.line_chart(
            [providers], width=WIDTHS[1], height=HEIGHT, write=words.number, ticks=ticks[::2],
            right=8.0,
        ),
        words.text("f_providers_alt"), words.text("f_providers_trend"),
    )  # fmt: skip
    notes = [words.text("f_trend_note", days=days)]
    if marks:
        events = "; ".join(f"{n} {label}" for n, (_, label) in enumerate(marks, 1))
        notes.append(words.text("f_trend_events", events=events))
    return [Beside([left], [right], WIDTHS), Text(notes, "note"), table]


def _table(trend: pd.DataFrame, words: ReportWords) -> Table:
    heads = (
        ("c_month", "month"), ("c_requests", "count"), ("c_known", "count"),
        ("c_filled", "count"), ("c_fill_rate", "share"), ("col_low", "share"),
        ("col_high", "share"), ("c_providers", "count"),
    )  # fmt: skip
    columns = [Column(words.text(key), kind) for key, kind in heads]
    rows = trend[list(VALUES)].to_numpy(dtype=object).tolist()
    return Table(words.text("f_trend"), columns, rows, is_printed=False)


def _plain(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
