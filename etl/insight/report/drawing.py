"""Maps and charts as SVG in points, so that they are as sharp as the text beside them.

Nothing is told by colour alone: shades differ in lightness, lines in their dashes and labels, and
zero, "no data" and "withheld" are dots, an empty outline and hatching.
"""

import datetime as dt
import html
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from etl.insight import france_map
from etl.insight.partner_cells import Withheld
from etl.insight.picture.scale import round_axis
from etl.insight.report.model import Classes

INK, MUTED, GRID, ACCENT, WARM = "#1d2b2e", "#5a6b69", "#d9e1df", "#0b6e62", "#b4511f"
FONT = "Source Sans Pro"
MAP_HEIGHT = 450.0  # points, at most
ZERO, EMPTY, HIDDEN = "url(#zero)", "#ffffff", "url(#withheld)"
PATTERNS = (
    '<defs><pattern id="zero" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#ffffff"/><circle cx="2.5" cy="2.5" r=".7" fill="#5a6b69"/>'
    '</pattern><pattern id="withheld" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#ffffff"/>'
    '<path d="M-1 5L5 -1M-1 1L1 -1M3 5L5 3" stroke="#5a6b69" stroke-width=".7"/></pattern></defs>'
)


def _document(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}pt" height="{height:g}pt"'
        f' viewBox="0 0 {width:g} {height:g}" font-family="{FONT}">{PATTERNS}{body}</svg>'
    )


def _text(
    x: float, y: float, text: str, *, size: float = 7.5, anchor: str = "start", fill: str = MUTED,
    weight: int = 400,
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"'
        f' font-weight="{weight}">{html.escape(text)}</text>'
    )


def swatch(fill: str) -> str:
    """A legend's sample of a fill."""
    box = f'<rect x=".4" y=".4" width="13.2" height="8.2" fill="{fill}" stroke="{MUTED}"'
    return _document(14, 9, f'{box} stroke-width=".6"/>')


def fill_of(value: Any, classes: Classes) -> str:
    """How an area is filled: dots for zero, empty without data, hatched where withheld."""
    if isinstance(value, Withheld):
        return HIDDEN
    step = classes.of(value)
    return EMPTY if step is None else ZERO if step == 0 else classes.shade(step)


@lru_cache(maxsize=4)
def _paths(
    level: str, width: float, codes: frozenset[str] | None
) -> tuple[dict[str, str], str, float, float]:
    """The outline of each area as path data, the frames of the insets, and width and height."""
    drawn = france_map.layout(level, codes)
    box = drawn.extent
    scale = min(width / box.width, MAP_HEIGHT / box.height)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - box.left) * scale, (box.top - y) * scale

    paths = {}
    for code, polygons in drawn.rings.items():
        parts = []
        for ring in itertools.chain.from_iterable(polygons):
            points = [f"{x:.1f} {y:.1f}" for x, y in (at(*france_map.to_map(p)) for p in ring)]
            kept = [point for point, _ in itertools.groupby(points)]
            if len(kept) > 3:
                parts.append("M" + "L".join(kept) + "Z")
        paths[code] = "".join(parts)
    frames = []
    for inset in drawn.insets:
        left, top = at(inset.frame.left, inset.frame.top)
        right, bottom = at(inset.frame.right, inset.frame.bottom)
        frames.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}"'
            f' height="{bottom - top:.1f}" fill="none" stroke="{GRID}" stroke-width=".7"/>'
            + _text((left + right) / 2, bottom - 3.5, inset.name, size=6.6, anchor="middle")
        )
    return paths, "".join(frames), box.width * scale, box.height * scale


def area_map(
    level: str, values: Mapping[str, Any], classes: Classes, width: float,
    codes: frozenset[str] | None = None,
) -> str:  # fmt: skip
    """France by 'region' or 'departement', overseas in frames, or the areas of ``codes`` alone;
    ``values`` by code. No wider than ``width``."""
    paths, frames, width, height = _paths(level, width, codes)
    shapes = []
    for code, path in paths.items():
        fill = fill_of(values.get(code.removesuffix(france_map.COPY)), classes)
        shapes.append(f'<path d="{path}" fill="{fill}"/>')
    body = f'<g stroke="{MUTED}" stroke-width=".45" stroke-linejoin="round">{"".join(shapes)}</g>'
    return _document(width, height, frames + body)


@dataclass(frozen=True)
class Line:
    """A line of a chart: (x, y) with None for a gap; low and high draw a band around it."""

    label: str
    points: Sequence[tuple[float, float | None]]
    colour: str = ACCENT
    dash: str = ""
    band: Sequence[tuple[float, float, float]] = ()
    has_dots: bool = False
    width: float = 1.6


class _Plot:
    """The frame of a chart: its scales, horizontal grid, and labels."""

    def __init__(
        self, width: float, height: float, xs: tuple[float, float], top: float, step: float,
        write: Callable[[float], str], right: float = 6, bottom: float = 0.0,
    ) -> None:  # fmt: skip
        self.left, self.head, self.foot = 30.0, 8.0, height - 16.0
        self.end, self.xs, self.top, self.bottom = width - right, xs, top, bottom
        self.parts = []
        value = -step * round(-bottom / step)
        while value <= top + step / 1e6:
            y = self.y(value)
            stroke = MUTED if abs(value) < step / 1e6 else GRID
            self.parts.append(
                f'<path d="M{self.left} {y:.1f}H{self.end:.1f}" stroke="{stroke}"'
                ' stroke-width=".5"/>'
            )
            self.parts.append(_text(self.left - 4, y + 2.4, write(abs(value)), anchor="end"))
            value += step

    def x(self, value: float) -> float:
        start, end = self.xs
        return self.left + (value - start) / (end - start or 1) * (self.end - self.left)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return self.foot - share * (self.foot - self.head)


def line_chart(
    lines: Sequence[Line], *, width: float, height: float, write: Callable[[float], str],
    ticks: Sequence[tuple[float, str]], targets: Sequence[tuple[float, str]] = (),
    marks: Sequence[tuple[float, str]] = (), top: float | None = None, right: float = 70,
) -> str:  # fmt: skip
    """Lines that begin at 0, each named at its end. targets: level lines; marks: numbered days."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points if y is not None]
    ys += [high for line in lines for _, _, high in line.band] + [level for level, _ in targets]
    end, step = round_axis(ys)
    plot = _Plot(width, height, (min(xs), max(xs)), top or end, step, write, right)
    parts = plot.parts
    for x, label in ticks:
        parts.append(_text(plot.x(x), plot.foot + 11, label, anchor="middle"))
    names: list[tuple[float, str, str]] = []
    for level, label in targets:
        y = plot.y(level)
        parts.append(
            f'<path d="M{plot.left} {y:.1f}H{plot.end:.1f}" stroke="{WARM}" stroke-width="1"'
            ' stroke-dasharray="5 2"/>'
        )
        names.append((y, label, WARM))
    for line in lines:
        parts += _line(plot, line)
        known = [(x, y) for x, y in line.points if y is not None]
        if known and line.label:
            names.append((plot.y(known[-1][1]), line.label, line.colour))
    for number, (x, _) in enumerate(marks, 1):
        at = plot.x(x)
        parts.append(
            f'<path d="M{at:.1f} {plot.head}V{plot.foot}" stroke="{MUTED}" stroke-width=".5"'
            ' stroke-dasharray="1 2"/>'
            f'<circle cx="{at:.1f}" cy="{plot.head}" r="4.6" fill="#ffffff" stroke="{MUTED}"'
            ' stroke-width=".5"/>'
        )
        parts.append(_text(at, plot.head + 2.4, str(number), size=6.6, anchor="middle"))
    parts += _names(plot, names)
    return _document(width, height, "".join(parts))


def _line(plot: _Plot, line: Line) -> list[str]:
    parts = []
    if line.band:
        over = [f"{plot.x(x):.1f} {plot.y(high):.1f}" for x, _, high in line.band]
        under = [f"{plot.x(x):.1f} {plot.y(low):.1f}" for x, low, _ in reversed(line.band)]
        parts.append(
            f'<path d="M{"L".join([*over, *under])}Z" fill="{line.colour}" fill-opacity=".14"/>'
        )
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    for is_gap, run in itertools.groupby(line.points, key=lambda point: point[1] is None):
        if is_gap:
            continue
        placed = [f"{plot.x(x):.1f} {plot.y(y):.1f}" for x, y in run if y is not None]
        parts.append(
            f'<path d="M{"L".join(placed)}" fill="none" stroke="{line.colour}"'
            f' stroke-width="{line.width:g}" stroke-linejoin="round"{dash}/>'
        )
        if line.has_dots or len(placed) == 1:
            parts += [
                '<circle cx="{}" cy="{}" r="2" fill="{}"/>'.format(*point.split(), line.colour)
                for point in placed
            ]
    return parts


def _names(plot: _Plot, names: list[tuple[float, str, str]]) -> list[str]:
    """Labels at the right end, moved apart where they would touch."""
    parts, free = [], plot.head - 4
    for y, label, colour in sorted(names):
        for number, part in enumerate(label.split("\n")):
            y = max(y if number == 0 else free, free)
            parts.append(_text(plot.end + 5, y + 2.4, part, fill=colour, weight=600))
            free = y + 9
    return parts


def column_chart(
    years: Sequence[str], ups: Mapping[str, Sequence[float]], downs: Mapping[str, Sequence[float]],
    *, colours: Mapping[str, str], width: float, height: float, write: Callable[[float], str],
    net: Sequence[float] = (), withheld: Collection[int] = (),
) -> str:  # fmt: skip
    """Columns of counts by year: ``ups`` stacked above zero, ``downs`` below, a dot at their net.

    withheld: places of the years whose values are withheld, drawn as a hatched box."""
    high = max((sum(values) for values in zip(*ups.values(), strict=True)), default=0)
    low = max((sum(values) for values in zip(*downs.values(), strict=True)), default=0)
    step = max(1.0, round_axis([max(high, low)])[1])
    top, bottom = step * max(1, -(-high // step)), -step * -(-low // step)
    plot = _Plot(width, height, (-0.5, len(years) - 0.5), top, step, write, bottom=bottom)
    parts, half = plot.parts, (plot.end - plot.left) / max(len(years), 1) * 0.32
    for number, year in enumerate(years):
        at = plot.x(number)
        parts.append(_text(at, plot.foot + 11, year, anchor="middle"))
        if number in withheld:
            parts.append(
                f'<rect x="{at - half:.1f}" y="{plot.y(0) - 18:.1f}" width="{2 * half:.1f}"'
                f' height="18" fill="{HIDDEN}" stroke="{MUTED}" stroke-width=".4"/>'
            )
            continue
        for stacks, sign in ((ups, 1), (downs, -1)):
            base = 0.0
            for name, values in stacks.items():
                edge = base + values[number]
                ends = sorted((plot.y(sign * base), plot.y(sign * edge)))
                if values[number]:
                    parts.append(
                        f'<rect x="{at - half:.1f}" y="{ends[0]:.1f}" width="{2 * half:.1f}"'
                        f' height="{ends[1] - ends[0]:.1f}" fill="{colours[name]}"'
                        f' stroke="{MUTED}" stroke-width=".4"/>'
                    )
                base = edge
        if net:
            parts.append(
                f'<circle cx="{at:.1f}" cy="{plot.y(net[number]):.1f}" r="2.4" fill="#ffffff"'
                f' stroke="{INK}" stroke-width="1.1"/>'
            )
    return _document(width, height, "".join(parts))


def funnel(steps: Sequence[tuple[str, float, str]], *, width: float) -> str:
    """Bars one below the other, exactly as wide as their numbers say, with what went on between
    them. steps: name, number (the first is the largest, above 0), what is said at the right."""
    left, right, high, gap = 92.0, 118.0, 17.0, 9.0
    middle, scale = (left + width - right) / 2, (width - left - right) / steps[0][1]
    halves = [number * scale / 2 for _, number, _ in steps]
    parts = []
    for place, ((name, _, told), half) in enumerate(zip(steps, halves, strict=True)):
        y = place * (high + gap)
        parts.append(_text(0, y + high / 2 + 2.8, name, size=8.5, fill=INK))
        parts.append(_text(width - right + 8, y + high / 2 + 2.8, told, size=8.5, fill=INK))
        parts.append(
            f'<rect x="{middle - half:.2f}" y="{y:g}" width="{2 * half:.2f}" height="{high:g}"'
            f' fill="{ACCENT}"/>'
        )
        for after in halves[place + 1 : place + 2]:
            parts.append(
                f'<path d="M{middle - half:.2f} {y + high:g}H{middle + half:.2f}'
                f'L{middle + after:.2f} {y + high + gap:g}H{middle - after:.2f}Z" fill="{GRID}"/>'
            )
    return _document(width, len(steps) * (high + gap) - gap, "".join(parts))


def months(first: dt.date, value: dt.date) -> int:
    """How many months a date lies after another: the x of a time chart."""
    return (value.year - first.year) * 12 + value.month - first.month
