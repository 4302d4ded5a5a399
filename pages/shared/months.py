"""The months that a reader may choose, and how they are told."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from pages.shared import doubt, i18n, query
from pages.shared.places import Territory

_ = i18n.gettext


class Period(NamedTuple):
    """Whole months, both ends included; each month is given by its first day."""

    from_month: dt.date
    to_month: dt.date

    @property
    def months(self) -> int:
        """How many months."""
        years = self.to_month.year - self.from_month.year
        return years * 12 + self.to_month.month - self.from_month.month + 1

    def year_earlier(self) -> "Period":
        """The same months a year before."""
        return Period(add_months(self.from_month, -12), add_months(self.to_month, -12))

    def each(self) -> list["Period"]:
        """Its months, one by one."""
        months = (add_months(self.from_month, n) for n in range(self.months))
        return [Period(month, month) for month in months]


def last_complete_month(as_of: dt.date) -> dt.date:
    """The first day of the newest month that as_of has seen whole."""
    whole = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    return as_of.replace(day=1) if whole else add_months(as_of.replace(day=1), -1)


def months_known() -> tuple[dt.date, dt.date]:
    """The first and the last month that a reader may choose."""
    served = query.build()
    last = last_complete_month(served.as_of)
    return add_months(last, 1 - int(served.settings.get("history_months", 60))), last


def add_months(month: dt.date, n: int) -> dt.date:
    """The first day of the month ``n`` months after ``month``'s."""
    index = month.year * 12 + month.month - 1 + n
    return dt.date(index // 12, index % 12 + 1, 1)


def _first_young(days: int) -> dt.date:
    """The first month of which some requests are not yet so many days old on the build's day."""
    return (query.build().as_of - dt.timedelta(days=days - 1)).replace(day=1)


def is_ripe(month: Any, days: int) -> bool:
    """Whether every request of a month is so many days old on the build's day. Of a younger month
    a part is known, so no rate within these days is told of it."""
    return dt.date(month.year, month.month, 1) < _first_young(days)


def only_ripe(rows: pd.DataFrame, columns: Iterable[str], days: int) -> pd.DataFrame:
    """The rows of months with the columns of a rate within so many days where it is told."""
    ripe = rows["month"] < pd.Timestamp(_first_young(days))
    return rows.assign(**{name: rows[name].where(ripe) for name in columns})


def filled_in(periods: Sequence[Period], scope: str, place: Territory, days: int) -> pd.DataFrame:
    """The requests of a scope and a place and their fill rate, a row for each of the periods, as
    filled_in_periods.sql gives them: of many periods it takes no longer than of one."""
    return _in_periods("filled_in_periods", periods, scope, place, days=days)


def answered_in(periods: Sequence[Period], scope: str, place: Territory) -> pd.DataFrame:
    """The same of the time to their first answer, as answered_in_periods.sql gives it."""
    return _in_periods("answered_in_periods", periods, scope, place)


def _in_periods(
    name: str, periods: Sequence[Period], scope: str, place: Territory, **more: Any
) -> pd.DataFrame:
    starts, ends = zip(*periods, strict=True)
    return query.page_sql(
        __file__, name, level=place.level, within_level=place.level, within_code=place.code,
        scopes=[scope], starts=starts, ends=ends, **{"from": min(starts), "to": max(ends)}, **more,
    )  # fmt: skip


def ripening(months: Iterable[Any], days: int) -> str:
    """Which months a chart of such rates leaves out; '' for none."""
    young = [i18n.month(month) for month in months if not is_ripe(month, days)]
    text = _("Left out, with requests less than {days} days old: {months}.")
    return text.format(days=days, months=", ".join(young)) if young else ""


def latest(label: str, rows: Any, column: str, write: Callable[[Any], str], known: str = "") -> str:
    """The title of a chart of months with what it ends at and the same month a year earlier. rows:
    month, the column and the same with ``_earlier``; known: the column of the cases of a rate."""
    told = rows[rows[column].notna()]
    if told.empty:
        return label
    row = told.iloc[-1]

    def figure(ending: str) -> str:
        value = row[f"{column}{ending}"]
        if not known or i18n.is_none(value):
            return write(value)
        cases, low, high = (row[f"{name}{ending}"] for name in (known, "low", "high"))
        return doubt.beside(write(value), cases, low, high)

    now, before = figure(""), figure("_earlier")
    text = _("{label}: {now} in {month}, {before} a year earlier")
    if i18n.is_none(row[f"{column}_earlier"]):
        text = _("{label}: {now} in {month}")
    return text.format(label=label, now=now, month=i18n.month(row["month"]), before=before)


def period_label(chosen: Period) -> str:
    """The months in words: Nov 2025 – Oct 2026."""
    return i18n.words().period(chosen.from_month, chosen.to_month)


def period_address(chosen: Period) -> str:
    """What stands for these months in the address."""
    return f"{chosen.from_month:%Y-%m}..{chosen.to_month:%Y-%m}"


def asked_period(text: str) -> Period | None:
    """The months that an address asks for: the last so many, or any two with those between; None
    for none that a reader may choose."""
    first, last = months_known()
    if re.fullmatch(r"[0-9]{1,2}", text):
        months = int(text)
        return Period(add_months(last, 1 - months), last) if 1 <= months <= 60 else None
    match = re.fullmatch(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})", text)
    try:
        years = [int(part) for part in match.groups()] if match else []
        start, end = dt.date(years[0], years[1], 1), dt.date(years[2], years[3], 1)
    except (IndexError, ValueError):
        return None
    return Period(start, end) if first <= start <= end <= last else None
