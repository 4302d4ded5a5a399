"""The cells of a report's tables in one language."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from etl.insight import partner_cells, registry
from etl.insight.partner_cells import Revised
from etl.insight.report.model import Column, Value
from etl.words.words import NONE, Words


class ReportWords(Words):
    """The writer, and every kind of value of a report's tables."""

    def cell(self, value: Any, column: Column) -> str:
        """A value of a table as its column writes it; a band or a word where no number is told."""
        if partner_cells.is_hidden(value):
            return partner_cells.text(value, self, column.kind)
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
        told = writers[column.kind](value)
        return told + partner_cells.REVISED if isinstance(value, Revised) else told

    def revised(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        """What the mark means, where one of the values bears it."""
        if any(isinstance(value, Revised) for row in rows for value in row):
            mark = partner_cells.REVISED.strip()
            return [
                self.gettext("{mark} revised: an earlier edition told another figure.", mark=mark)
            ]
        return []

    def about(self, told: list[tuple[str, Any]], *, is_synthetic: bool) -> list[tuple[str, Any]]:
        """What is told of a report, its source and day first, and what every report rests on."""
        _ = self.gettext
        sample = [(_("Sample data"), self.synthetic())] if is_synthetic else []
        reference = _(
            "Communes, postcodes and populations: INSEE and La Poste (Licence Ouverte 2.0). "
            "Outlines: IGN, Admin Express (Licence Ouverte 2.0). Domains: article D7231-1 of "
            "the Labour Code."
        )
        return [*told[:2], *sample, *told[2:], (_("Reference data"), reference)]

    def metric(self, name: str) -> registry.Metric:
        """A metric as its header tells it in this language."""
        return registry.metrics(self.language)[name]
