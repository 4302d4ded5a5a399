"""What a report is made of, whatever its form: one model becomes the PDF and the workbook."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from etl.insight.partner_cells import is_hidden

# From few to many. Lightness alone tells the steps apart, so that they survive a grey print; no
# colour-blindness brings two of them near each other (tests/pages/test_colours.py).
SHADES = {
    "good": ("#cce1ca", "#8ec7c0", "#429c8d", "#0b5a51"),
    "bad": ("#f8dfca", "#edb07f", "#cf6d3c", "#87301c"),
}
DARK_FROM = 2  # shades from here on carry white text


@dataclass(frozen=True)
class Value:
    """A cell whose kind differs from its column's; the PDF adds ``after`` (an interval), or says
    ``text`` instead."""

    raw: Any
    kind: str
    after: str = ""
    text: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table. kind: text, count, share (percent with its sign), percent (without),
    signed, points, per_month, number, eur, days, hours, date, month, year, wrapped (text).
    width: 'auto', parts ('2fr') or '20mm'. is_barred: a bar of the value's length beside it."""

    label: str
    kind: str = "text"
    width: str = "auto"
    is_barred: bool = False
    is_printed: bool = True  # else in the workbook only


@dataclass(frozen=True)
class Classes:
    """Exactly zero, then between fixed ascending breaks; ``text`` writes a bound."""

    breaks: tuple[float, ...]
    text: Callable[[float], str]
    tone: Literal["good", "bad"] = "good"

    def of(self, value: Any) -> int | None:
        """0 for zero, 1 for the first step, ...; None where there is no value."""
        if value is None or is_hidden(value) or pd.isna(value):
            return None
        return 0 if value <= 0 else 1 + sum(value >= b for b in self.breaks)

    def shade(self, step: int) -> str:
        """The colour of a step; steps spread over the ramp."""
        if step == 0:
            return "#ffffff"
        ramp, count = SHADES[self.tone], len(self.breaks) + 1
        return ramp[round((step - 1) * (len(ramp) - 1) / max(1, count - 1))]

    def bounds(self) -> Iterator[tuple[float, float | None]]:
        """The steps above zero: from (0 for the first), to (None for the last)."""
        yield from itertools.pairwise((0.0, *self.breaks))
        yield self.breaks[-1], None


@dataclass
class Table:
    """A table: in the PDF its first ``most`` rows, in the workbook all of them, true numbers.

    rows: raw values (None: no data), or cells of the tables for partners. sheet: its name in the
    workbook, else the title. classes: colours the numbers by class (a heatmap). notes: below.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    most: int | None = None
    notes: list[str] = field(default_factory=list)
    sheet: str = ""
    classes: Classes | None = None
    is_printed: bool = True
    is_excerpt: bool = False  # of another table: printed, and no sheet of its own
    empty: str = ""


@dataclass
class Figure:
    """A headline figure. value: raw, written by ``kind`` as a column would; unit: in words."""

    label: str
    value: Any
    kind: str
    n: Any = None  # how many cases stand behind it, and of what
    cases: str = ""
    low: float | None = None
    high: float | None = None
    before: Any = None  # the same a year earlier
    target: float | None = None
    detail: str = ""
    window: str = ""


@dataclass
class Figures:
    """Headline figures side by side."""

    items: list[Figure]
    sheet: str = ""


@dataclass
class Picture:
    """A drawing as SVG, the words that stand for it, and a legend of (fill, pattern, label)."""

    svg: str
    alt: str
    title: str = ""
    legend: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    width_mm: float | None = None


@dataclass
class Heading:
    """A heading above several blocks."""

    title: str


@dataclass
class Text:
    """A paragraph; 'answer' is the sentence that a page is about, 'points' a list."""

    lines: list[str]
    style: Literal["answer", "plain", "note", "points"] = "plain"


@dataclass
class Beside:
    """Blocks side by side; parts: their widths."""

    left: list[Any]
    right: list[Any]
    parts: tuple[float, float] = (1, 1)


@dataclass
class Section:
    """A part of the report under a heading; starts a page of its own unless told."""

    title: str
    blocks: list[Any]
    starts_page: bool = True


@dataclass
class Definition:
    """What a figure means; one that no page of the PDF shows stands in the workbook alone."""

    label: str
    meaning: str
    unit: str
    window: str
    source: str
    is_printed: bool = True


@dataclass
class Report:
    """A whole report in one language."""

    language: str
    title: str
    subtitle: str
    build_id: str
    as_of: dt.date
    warning: str  # that the data are invented; empty where they are not
    sections: list[Section]
    definitions: list[Definition]
    about: list[tuple[str, Any]]  # date, filters, sources
    edition: str = ""  # of the figures for partners

    def blocks(self) -> Iterator[Any]:
        """Every block, those side by side too, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Beside):
                    yield from (*block.left, *block.right)
                else:
                    yield block
