"""The one writer: texts, names, figures, money, times and dates in French or English.

A missing value is always "–", never 0, and no share is rounded to nothing or to all.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from babel.dates import format_date

from etl.words import catalogue, names, numbers

NONE = "–"
PEOPLE = 1000  # what an inhabitant has is a tiny number; it is told for so many of them
DECIMALS = {"index": 0, "ratio": 1, "count": 1, "per_month": 1, "per_month_per_person": 2}


def is_none(value: Any) -> bool:
    """Whether a value is missing: None, NaN, NaT, NA or infinite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and not math.isfinite(value)


@lru_cache(maxsize=2)
def of(language: str) -> "Words":
    """The writer of a language, 'fr' or 'en'."""
    return Words(language)


@dataclass(frozen=True)
class Words:
    """Writes in ``language``, 'fr' or 'en'."""

    language: str

    def gettext(self, text: str, /, **blanks: Any) -> str:
        """An English text in the language, with its blanks filled."""
        found = catalogue.gettext(text, self.language)
        return found.format(**blanks) if blanks else found

    def ngettext(self, one: str, many: str, n: float, /, **blanks: Any) -> str:
        """The form for ``n`` things, which is written into the blank n."""
        found = catalogue.ngettext(one, many, n, self.language)
        return found.format(**{"n": self.number(n), **blanks})

    def name(self, of: str, code: Any) -> str:
        """What a code is called: see etl.words.names for the kinds of codes."""
        return NONE if is_none(code) else names.name(of, str(code), self.language)

    def label(self, row: Any, prefix: str = "label") -> str:
        """The text that a row holds in this language."""
        return str(getattr(row, f"{prefix}_{self.language}"))

    def synthetic(self) -> str:
        """What stands over invented data."""
        return self.gettext(
            "Sample data: every provider, request and co-operative in it is invented."
        )

    def number(self, value: Any, decimals: int = 0) -> str:
        """1 234,5 or 1,234.5. Never for codes or years."""
        return NONE if is_none(value) else numbers.number(value, decimals, self.language)

    def trimmed(self, value: Any, decimals: int = 1) -> str:
        """A number without decimals where they would all be 0: 5 and 5.5."""
        if is_none(value):
            return NONE
        return self.number(value, decimals if round(value, decimals) % 1 else 0)

    def percent(self, value: Any, decimals: int = 0) -> str:
        """A share (0 to 1) as 12 % or 12%."""
        return NONE if is_none(value) else numbers.percent(value, decimals, self.language)

    def share(self, value: Any, decimals: int | None = None) -> str:
        """A share that never rounds something to nothing, nor nearly all to all; with a decimal
        below 10 % and above 90 %, unless told."""
        if is_none(value):
            return NONE
        if 0 < value < 0.001:
            return f"< {self.percent(0.001, 1)}"
        if 0.999 < value < 1:
            return f"> {self.percent(0.999, 1)}"
        if decimals is None:
            decimals = 1 if 0 < abs(value) < 0.1 or 0.9 < value < 1 else 0
        return self.percent(value, decimals)

    def points(self, change: Any) -> str:
        """A difference of two shares: +1,2 pt."""
        if is_none(change):
            return NONE
        return f"{_sign(change) or '±'}{self.number(abs(change) * 100, 1)} pt"

    def signed(self, value: Any, decimals: int = 0) -> str:
        """+12 or −3."""
        return NONE if is_none(value) else _sign(value) + self.number(abs(value), decimals)

    def euros(self, value: Any, decimals: int = 0) -> str:
        """1 234 € or €1,234."""
        if is_none(value):
            return NONE
        return self.gettext("€{amount}", amount=self.number(value, decimals))

    def hours(self, value: Any) -> str:
        """A length of time given in hours: 45 min, 5.5 h or 3.2 days; infinite: over a year, where
        times are no longer told apart."""
        if isinstance(value, float) and value == math.inf:
            return self.gettext("over a year")
        if is_none(value):
            return NONE
        if value < 1:
            return f"{self.number(value * 60)} min"
        if value < 48:
            return f"{self.trimmed(value)} h"
        return self._days(value / 24, self.trimmed)

    def days(self, value: Any) -> str:
        """45 days; from four months on in months."""
        if is_none(value):
            return NONE
        if value < 120:
            return self._days(value, self.number)
        months = value / 30.4375
        return self.ngettext("{n} month", "{n} months", months)

    def _days(self, value: float, write: Callable[[Any], str]) -> str:
        return self.ngettext("{n} day", "{n} days", value, n=write(value))

    def unreached(self, is_unreached: bool) -> str:
        """A time that has no number: most cases are still without it, or none has a known one."""
        return self.gettext("not reached") if is_unreached else self.gettext("unknown")

    def date(self, value: Any) -> str:
        """22 nov. 2026 or 22 Nov 2026."""
        return self._date(value, "d MMM y")

    def long_date(self, value: Any) -> str:
        """22 novembre 2026 or 22 November 2026."""
        return self._date(value, "d MMMM y")

    def month(self, value: Any) -> str:
        """nov. 2026 or Nov 2026."""
        return self._date(value, "MMM y")

    def _date(self, value: Any, pattern: str) -> str:
        if is_none(value):
            return NONE
        day = value.date() if isinstance(value, dt.datetime) else value
        return _written_date(day, pattern, self.language)

    def quarter(self, period: str) -> str:
        """T3 2026 or Q3 2026, of '2026-Q3'."""
        year, _, number = period.partition("-Q")
        return f"{'T' if self.language == 'fr' else 'Q'}{number} {year}" if number else NONE

    def period(self, start: Any, end: Any) -> str:
        """nov. 2025 – oct. 2026, the first and the last month."""
        start, end = self.month(start), self.month(end)
        return start if start == end else f"{start} – {end}"

    def listed(self, parts: Iterable[str]) -> str:
        """Parts of a sentence one after the other; French puts a space before their mark."""
        return (" ; " if self.language == "fr" else "; ").join(parts)

    def interval(self, low: Any, high: Any, write: Callable[[Any], str] | None = None) -> str:
        """53 % – 55 %; nothing where a bound is unknown. ``write``: how a bound is written."""
        write = write or self.percent
        return "" if is_none(low) or is_none(high) else f"{write(low)} – {write(high)}"

    def confidence(self, low: Any, high: Any) -> str:
        """The interval around a share, named; nothing where a bound is unknown."""
        told = self.interval(low, high, self.share)
        return told and self.gettext("95% interval {interval}", interval=told)

    def measure(self, value: Any, unit: str, *, is_full: bool = False) -> str:
        """A metric's value in the unit of its header. ``is_full``: as it stands alone, beside its
        target: one decimal more, so that 64.8 of 65 is no 65 of 65, and what it is counted by."""
        if unit == "hours":
            return self.hours(value)
        if is_none(value):
            return NONE
        if unit == "share":
            return self.share(value, int(round(value * 100, 1) % 1 > 0) if is_full else None)
        if unit == "days":
            return self.days(value)
        if unit in ("eur", "eur_per_hour"):
            return self.euros(value, 2 if unit == "eur_per_hour" else 0)
        decimals = DECIMALS.get(unit, 1)
        if unit == "per_month_per_person":
            text = self.number(value * PEOPLE, decimals)
            return self.gettext("{n} per 1,000 people", n=text) if is_full else text
        return self.trimmed(value, decimals + is_full)

    def target(self, row: Any) -> str:
        """What a target asks for, as target_states.measured gives it."""
        return self.measure(row.target, str(row.unit), is_full=True)

    def measured(self, row: Any) -> str:
        """The value of a target; a time may be not reached."""
        if row.unit == "hours" and pd.isna(row.value) and row.n > 0:
            return self.unreached(row.waiting > 0.5)
        return self.measure(row.value, str(row.unit), is_full=True)

    def cases(self, cases: Any, left: Any) -> str:
        """The cases behind a figure, and how many it leaves out."""
        n = self.number(cases)
        return self.gettext("{n}, {left} left out", n=n, left=self.number(left)) if left > 0 else n


@lru_cache(maxsize=1024)
def _written_date(value: dt.date, pattern: str, language: str) -> str:
    return format_date(value, format=pattern, locale=language)


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""
