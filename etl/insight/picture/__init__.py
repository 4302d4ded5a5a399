"""A chart or a map to take away, as PNG or SVG: what the page shows, and what it needs alone.

A page hands over what it drew (the traces and the layout of its figure, the cells of its heat map)
and its words; nothing else is drawn a second time. Only :mod:`typeset` needs the typesetter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from etl.insight.picture.canvas import Canvas

FORMS = ("png", "svg")


@dataclass(frozen=True)
class Ink:
    """The colours of the ground that the reader sees, and of what stands on it."""

    text: str
    line: str
    grid: str
    ground: str
    warning: str


@dataclass(frozen=True)
class Words:
    """What a picture says, in the reader's language. foot: what was asked, the date and the source,
    one line each; warning: that the data are invented, where they are."""

    language: str
    title: str
    finding: str = ""
    notes: Sequence[str] = ()
    foot: Sequence[str] = ()
    warning: str = ""


@dataclass(frozen=True)
class Drawn:
    """A drawing with its legend: (sample, label) each. is_beside: the legend stands at its side."""

    canvas: Canvas
    legend: Sequence[tuple[Canvas, str]] = ()
    notes: Sequence[str] = ()  # what its marks mean
    is_beside: bool = field(default=False, kw_only=True)
