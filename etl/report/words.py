"""Numbers, dates and texts of a report in one language, cell by cell."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from etl import layers, numbers
from etl.digest.words import NONE, Words
from etl.report.model import Column, Value, Withheld

HERE = Path(__file__).parent
NARROW = "\u202f"  # the French space before %, € and inside numbers


@dataclass(frozen=True)
class ReportWords(Words):
    """Texts of the reports, and every kind of value as a reader of the language writes it."""

    files: tuple[Path, ...] = tuple(
        HERE / name
        for name in ("../digest/texts.toml", "texts.toml", "founders.toml", "partners.toml")
    )

    def percent(self, value: Any, decimals: int | None = None) -> str:
        """A share as 12 % or 12%; below 10 % or above 90 % with a decimal, unless told."""
        if pd.isna(value):
            return NONE
        if decimals is None:
            if 0 < value < 0.001:
                return f"< {self.percent(0.001, 1)}"
            if 0.999 < value < 1:
                return f"> {self.percent(0.999, 1)}"
            decimals = 1 if 0 < abs(value) < 0.1 or 0.9 < value < 1 else 0
        return numbers.percent(value, decimals, self.language)

    def points(self, change: Any) -> str:
        """A difference of two shares in points: +1,2 pt."""
        if pd.isna(change):
            return NONE
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        return f"{sign}{self.number(abs(change) * 100, 1)} pt"

    def signed(self, value: Any) -> str:
        """+12 or −3."""
        if pd.isna(value):
            return NONE
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{self.number(abs(value))}"

    def euros(self, value: Any) -> str:
        """1 234 € or €1,234."""
        if pd.isna(value):
            return NONE
        text = self.number(value)
        return f"{text}{NARROW}€" if self.language == "fr" else f"€{text}"

    def days(self, value: Any) -> str:
        """45 j or 45 d; from four months on in months."""
        if pd.isna(value):
            return NONE
        if value >= 120:
            return self.text("months_short", n_=self.number(value / 30.4375))
        return self.text("days_short", n_=self.number(value))

    def hours(self, value: Any) -> str:
        """45 min, 5.5 h or 3.2 d."""
        if pd.isna(value) or math.isinf(value):
            return NONE
        if value < 1:
            return f"{self.number(value * 60)} min"
        if value < 48:
            return f"{format_decimal(float(value), format='#,##0.#', locale=self.language)} h"
        return self.text("days_short", n_=self.number(value / 24, 1))

    def long_date(self, value: Any) -> str:
        """22 novembre 2026 or 22 November 2026."""
        if pd.isna(value):
            return NONE
        return format_date(pd.Timestamp(value).date(), format="d MMMM y", locale=self.language)

    def quarter(self, period: str) -> str:
        """T3 2026 or Q3 2026, of '2026-Q3'."""
        year, _, number = period.partition("-Q")
        return f"{'T' if self.language == 'fr' else 'Q'}{number} {year}" if number else NONE

    def interval(self, low: Any, high: Any) -> str:
        """53 à 55 % or 53 to 55%; nothing where a bound is unknown."""
        if pd.isna(low) or pd.isna(high):
            return ""
        return self.text("interval", low=self.number(low * 100, 1), high=self.percent(high, 1))

    def cell(self, value: Any, column: Column) -> str:
        """A value of a table as its column writes it; a withheld one as the word and its mark."""
        if isinstance(value, Withheld):
            return self.withheld(value)
        if isinstance(value, Value):
            return f"{self.cell(value.raw, Column('', value.kind))} {value.after}".rstrip()
        if isinstance(value, str):
            return value
        if value is None or pd.isna(value):
            return NONE
        writers = {
            "count": self.number,
            "share": self.percent,
            "percent": lambda v: "<1" if 0 < v < 0.005 else self.number(v * 100),
            "signed": self.signed,
            "points": self.points,
            "per_month": lambda v: self.number(v, 1),
            "number": lambda v: format_decimal(v, format="#,##0.##", locale=self.language),
            "eur": self.euros,
            "days": self.days,
            "hours": self.hours,
            "date": self.date,
            "month": self.month,
            "year": lambda v: str(int(v)),
        }
        return writers[column.kind](value)

    def withheld(self, value: Withheld) -> str:
        """secret ¹ or withheld ²: the number tells the reason, said below the table."""
        return (
            self.text("withheld_short") + {"few": "\u00a0¹", "secondary": "\u00a0²"}[value.reason]
        )

    def label(self, row: Any, prefix: str = "label") -> str:
        """The text of a row in this language."""
        return str(getattr(row, f"{prefix}_{self.language}"))

    def metric(self, name: str) -> dict[str, str]:
        """label, why, unit and source of a metric, from the header of its file; no source where the
        header names only the metric itself."""
        header = layers.read_sql(layers.ETL / "metrics" / f"{name}.sql").header
        source = header["source"] if self.language == "en" else header.get("source.fr", "")
        return {
            "label": header[f"label.{self.language}"],
            "why": header[f"why.{self.language}"],
            "unit": self.text(f"unit_{header['unit']}"),
            "source": "" if "metric dictionary" in source else source,
        }
