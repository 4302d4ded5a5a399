"""The texts and tables of the sheet of one cell, in the reader's language."""

from typing import Any

import pandas as pd

from pages.coverage import words
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES, PEOPLE, Measure, state_text
from pages.coverage.sheet import Difference, Row, difference
from pages.shared import i18n, query, theme

_ = i18n.gettext


def table(
    own: dict[str, Row], versus: dict[str, Row] | None, title: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures as a reader sees them, and the same with true numbers for the files.

    own, versus: of sheet.figures. title: what is compared with.
    """
    shown: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for name, row in own.items():
        measure = MEASURES[name]
        found = query.metric_definition(measure.name)
        text: dict[str, Any] = {_("Figure"): found.label}
        number = dict(text)
        _add(text, number, row, measure, "")
        if versus is not None:
            other = versus[name]
            _add(text, number, other, measure, title)
            apart = difference(row, other, measure)
            text[_("Difference")] = _apart(apart, measure)
            number[_("Difference")] = apart.value
        for line in (text, number):
            line[_("Unit")] = measure.unit_text()
        text[_("What it says")] = number[_("What it says")] = found.why
        shown.append(text)
        numbers.append(number)
        if measure.name == "concentration":
            shown.append(_largest(row, versus, title))
    frame = pd.DataFrame(shown)
    # what differs stands before what it rests on
    first = [_("Figure"), _("Value"), f"{_('Value')} ({title})", _("Difference"), _("95% interval")]
    order = [column for column in first if column in frame]
    order += [str(column) for column in frame if column not in order]
    return frame[order], pd.DataFrame(numbers)


def _add(
    text: dict[str, Any], number: dict[str, Any], row: Row, measure: Measure, title: str
) -> None:
    """The columns of one place and period."""
    value, n, interval = (
        f"{label} ({title})" if title else label for label in (_("Value"), "n", _("95% interval"))
    )
    text[value] = words.value(row, measure)
    text[n] = i18n.number(row["n"])
    text[interval] = (
        i18n.NONE
        if i18n.is_none(row["low"])
        else f"{i18n.percent(row['low'])} – {i18n.percent(row['high'])}"
    )
    scale = PEOPLE if measure.unit == "capacity" else 1
    number[value] = state_text(row["state"]) if measure.unit == "state" else row["value"] * scale
    number[n] = row["n"]
    low, high = (
        f"{label} ({title})" if title else label for label in (_("Low (95%)"), _("High (95%)"))
    )
    number[low], number[high] = row["low"], row["high"]


def _largest(row: Row, versus: dict[str, Row] | None, title: str) -> dict[str, Any]:
    """The largest provider stands beside the concentration."""
    line = {
        _("Figure"): _("Share of the largest provider"),
        _("Value"): i18n.NONE if row["is_few"] else i18n.percent(row["largest_share"]),
        "n": i18n.number(row["n"]),
        _("95% interval"): i18n.NONE,
    }
    if versus is not None:
        other = versus["concentration"]
        line[f"{_('Value')} ({title})"] = (
            i18n.NONE if other["is_few"] else i18n.percent(other["largest_share"])
        )
        line[f"n ({title})"] = i18n.number(other["n"])
    line[_("Unit")] = _("%")
    line[_("What it says")] = _("Of the hires of 12 months, those of the provider with most.")
    return line


def _apart(apart: Difference, measure: Measure) -> str:
    said = {
        "higher": _("higher"),
        "lower": _("lower"),
        "same": _("the same"),
        "unclear": _("may be chance"),
        "few": _("too few to tell"),
        "no interval": _("no interval to judge it by"),
        "unknown": i18n.NONE,
    }[apart.verdict]
    if measure.unit == "state":
        return _("not the same") if apart.verdict == "unclear" else said
    if apart.value is None:
        return said
    if apart.verdict == "same":
        return said
    text = _signed(apart.value, measure)
    if apart.low is not None and apart.high is not None:
        return _("{difference} ({low} to {high}): {verdict}").format(
            difference=text,
            low=_signed(apart.low, measure),
            high=_signed(apart.high, measure),
            verdict=said,
        )
    return _("{difference}: {verdict}").format(difference=text, verdict=said)


def _signed(value: float, measure: Measure) -> str:
    if measure.unit == "share":
        size = _("{n} points").format(n=i18n.number(abs(value) * 100, 1))
    else:
        size = measure.text(abs(value))
    return f"{'−' if value < 0 else '+'}{size}"


def months(rows: pd.DataFrame) -> pd.DataFrame:
    """The charts as a table; rows: of sheet.months."""
    before = _("a year earlier")
    labels = {
        "requests": query.metric_definition("requests").label,
        "fill_rate": query.metric_definition("fill_rate").label,
        "providers": query.metric_definition("active_providers").label,
    }
    columns: dict[str, list[Any]] = {_("Month"): [i18n.month(month) for month in rows["month"]]}
    for column, label in labels.items():
        if rows[column].isna().all() and rows[f"{column}_earlier"].isna().all():
            continue
        columns[label] = rows[column].astype(float).round(3).tolist()
        columns[f"{label} ({before})"] = rows[f"{column}_earlier"].astype(float).round(3).tolist()
    return pd.DataFrame(columns)


def nearest(rows: pd.DataFrame) -> str:
    """Who is nearest to a commune where nobody comes; rows: of sheet.nearest, not empty."""
    names = "; ".join(
        _("{name} in {commune}, {distance} km away (travels {reach} km)").format(
            name=theme.escape(row["name"]),
            commune=theme.escape(row["commune_name"]),
            distance=i18n.number(row["distance_km"], 1),
            reach=i18n.number(row["reach_km"]),
        )
        for row in rows.to_dict("records")
    )
    return _("**Nobody comes here.** The nearest providers: {names}.").format(names=names)


def is_averaged(asked: Question) -> bool:
    """Whether coverages are averages over several domains."""
    return not asked.is_single and len(asked.domains) > 1
