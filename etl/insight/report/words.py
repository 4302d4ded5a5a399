"""The cells of a report's tables in one language."""

from typing import Any

import pandas as pd

from etl.insight import registry
from etl.insight.partner_cells import Withheld
from etl.insight.report.model import Column, Value
from etl.words.words import NONE, Words


class ReportWords(Words):
    """The writer, and every kind of value of a report's tables."""

    def cell(self, value: Any, column: Column) -> str:
        """A value of a table as its column writes it; a withheld one as the word and its mark."""
        if isinstance(value, Withheld):
            return self.withheld(value)
        if isinstance(value, Value):
            return (
                value.text
                or f"{self.cell(value.raw, Column('', value.kind))} {value.after}".rstrip()
            )
        if isinstance(value, str):
            return value
        if value is None or pd.isna(value):
            return NONE
        writers = {
            "count": self.number,
            "share": self.share,
            "percent": lambda v: "<1" if 0 < v < 0.005 else self.number(v * 100),
            "signed": self.signed,
            "points": self.points,
            "per_month": lambda v: self.number(v, 1),
            "number": lambda v: self.trimmed(v, 2),
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
        mark = {"few": "\u00a0¹", "secondary": "\u00a0²"}[value.reason]
        return self.gettext("withheld") + mark

    def metric(self, name: str) -> registry.Metric:
        """A metric as its header tells it in this language."""
        return registry.metrics(self.language)[name]
