"""A heat map: lines by columns, the value printed in each cell."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from etl.insight.picture import Drawn, Ink
from etl.insight.picture.canvas import Canvas
from etl.insight.picture.chart import LETTER, WIDTH, wide

ROW, WIDEST, SLANT = 15.0, 60.0, 50.0  # points, points, degrees
LONGEST = 60  # letters of a name that are kept


class Cell(NamedTuple):
    """A cell by the names of its line and column, its short text, and both colours."""

    line: str
    column: str
    text: str
    fill: str
    ink: str


def draw(
    cells: Sequence[Cell], lines: Sequence[str], columns: Sequence[str],
    legend: Sequence[tuple[str, str]], ink: Ink,
) -> Drawn:  # fmt: skip
    """Lines and columns in this order; a cell that is missing stays empty. legend: colour and words
    of each class."""
    names = [_short(name) for name in lines]
    left = max(map(wide, names), default=0) + 10
    heads = [_short(name, 30) for name in columns]
    top = max(map(wide, heads), default=0) * math.sin(math.radians(SLANT)) + 14
    step = min(WIDEST, (WIDTH - left - 30) / max(len(columns), 1))
    size = min(8.5, step / (LETTER * max((len(cell.text) for cell in cells), default=1)))
    canvas = Canvas(WIDTH, top + ROW * len(lines) + 4)
    across = {name: left + step * n for n, name in enumerate(columns)}
    down = {name: top + ROW * n for n, name in enumerate(lines)}
    for name, head in zip(columns, heads, strict=True):
        x = across[name] + step / 2
        canvas.text(x, top - 5, head, ink.text, angle=-SLANT)
    for name, short in zip(lines, names, strict=True):
        canvas.text(left - 6, down[name] + ROW / 2 + 3, short, ink.text, anchor="end")
    for cell in cells:
        x, y = across[cell.column], down[cell.line]
        canvas.box(x, y, step, ROW, fill=cell.fill, stroke=ink.line)
        canvas.text(x + step / 2, y + ROW / 2 + 3, cell.text, cell.ink, size=size, anchor="middle")
    samples = [Canvas(14, 10) for _entry in legend]
    for sample, (fill, _words) in zip(samples, legend, strict=True):
        sample.box(0.5, 0.5, 13, 9, fill=fill, stroke=ink.line)
    return Drawn(canvas, [(s, said) for s, (_fill, said) in zip(samples, legend, strict=True)])


def _short(name: str, longest: int = LONGEST) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
