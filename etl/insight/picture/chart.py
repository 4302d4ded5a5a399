"""Bars, lines and points on two axes, as a page draws them with plotly."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.insight.picture import Drawn, Ink
from etl.insight.picture.canvas import Canvas
from etl.insight.picture.reading import (
    NotDrawable,
    Trace,
    each,
    listed,
    plain,
    step_name,
    writer,
)
from etl.insight.picture.scale import round_axis
from etl.words.words import Words

WIDTH, HEIGHT, ROW = 664.0, 250.0, 30.0
TEXT = 9.0  # points
WIDEST = 90.0  # points of a bar
LETTER = 0.5  # of the size of a text: how wide a letter is, about


def draw(traces: Sequence[Trace], layout: Mapping[str, Any], ink: Ink, words: Words) -> Drawn:
    """The figure of a page; raises NotDrawable for what it does not know."""
    for trace in traces:
        if trace.get("type", "scatter") not in ("bar", "scatter"):
            raise NotDrawable(f"a trace of the type {trace.get('type')}")
    plot = Plot(list(traces), layout, ink, words)
    plot.draw()
    return Drawn(plot.canvas, plot.legend(), plot.notes)


def wide(text: str, size: float = TEXT) -> float:
    """How wide a text is, about."""
    return LETTER * size * len(text)


@dataclass
class _Bar:
    """Where the bars of a trace begin and end, and their place among those beside."""

    bases: list[float] = field(default_factory=list)
    tops: list[float | None] = field(default_factory=list)
    slot: int = 0
    slots: int = 1


class Plot:
    """One chart in the making: its scales first, then what stands on them."""

    def __init__(
        self, traces: list[Trace], layout: Mapping[str, Any], ink: Ink, words: Words,
        size: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        self.traces, self.layout, self.ink, self.words = traces, layout, ink, words
        self.notes: list[str] = []
        self.is_flat = any(trace.get("orientation") == "h" for trace in traces)
        self.along, self.across = ("y", "x") if self.is_flat else ("x", "y")
        self.steps_axis = dict(layout.get(f"{self.along}axis") or {})
        self.values_axis = dict(layout.get(f"{self.across}axis") or {})
        self.steps = self._steps()
        self.bar = self._stacked()
        height = 40 + ROW * len(self.steps or ()) if self.is_flat else HEIGHT
        self.canvas = Canvas(*(size or (WIDTH, height)))
        self._scale()

    def draw(self) -> None:
        """All of it but the legend."""
        self.axes()
        for number, trace in enumerate(self.traces):
            if trace.get("type") == "bar":
                self.bars(trace, self.bar[number])
            else:
                self.line(trace)
        self.marked()

    def _steps(self) -> list[str] | None:
        """The names along the axis in order; None where it is one of numbers."""
        met = [listed(trace.get(self.along)) for trace in self.traces]
        names = [step_name(v, self.words) for v in itertools.chain(*met)]
        is_named = self.steps_axis.get("type") == "category" or not all(
            isinstance(value, (int, float)) for value in itertools.chain(*met)
        )
        if not is_named:
            return None
        first = [str(v) for v in listed(self.steps_axis.get("categoryarray"))]
        return list(dict.fromkeys([*first, *names]))

    def places(self, trace: Trace) -> list[float]:
        """Where the points of a trace stand along the axis."""
        values = listed(trace.get(self.along))
        if self.steps is None:
            return [float(value) for value in values]
        number = {name: float(n) for n, name in enumerate(self.steps)}
        return [number[step_name(value, self.words)] for value in values]

    def _stacked(self) -> dict[int, _Bar]:
        """Bars on each other or side by side, by the number of their trace."""
        bars = [(n, t) for n, t in enumerate(self.traces) if t.get("type") == "bar"]
        mode = self.layout.get("barmode", "group")
        groups = list(dict.fromkeys(str(t.get("offsetgroup", n)) for n, t in bars))
        reached: dict[tuple[float, bool], float] = {}
        found = {}
        for n, trace in bars:
            bar = _Bar()
            if mode == "group":
                bar.slot = groups.index(str(trace.get("offsetgroup", n)))
                bar.slots = len(groups)
            for place, value in zip(
                self.places(trace), listed(trace.get(self.across)), strict=True
            ):
                key = (place, (value or 0) < 0)
                base = reached.get(key, 0.0) if mode in ("stack", "relative") else 0.0
                bar.bases.append(base)
                bar.tops.append(None if value is None else base + value)
                if value is not None and not _is_hatched(trace):
                    reached[key] = base + value
            found[n] = bar
        return found

    def _values(self) -> list[float]:
        """Every height that is drawn."""
        heights: list[float | None] = [0.0]
        for n, trace in enumerate(self.traces):
            values = self.bar[n].tops if n in self.bar else listed(trace.get(self.across))
            heights += values
            band = trace.get("error_y") or {}
            for value, more in zip(values, listed(band.get("array")), strict=False):
                heights.append(None if value is None or more is None else value + more)
        heights += [s["y0"] for s in self._shapes() if s.get("xref") == "paper"]
        return [float(value) for value in heights if value is not None]

    def _shapes(self) -> list[Mapping[str, Any]]:
        return list(self.layout.get("shapes") or ())

    def _scale(self) -> None:
        """The ends of both axes, and the room that their names need."""
        values, axis = self._values(), self.values_axis
        end, step = round_axis([max(*values, -min(values))])
        is_whole = all(value % 1 == 0 for value in values) and "%" not in str(
            axis.get("tickformat")
        )
        step = max(step, 1.0) if is_whole else step
        self.low, self.high = min(0.0, -step * -(min(values) // step)), max(step, end)
        if max(values) < end:
            self.high = step * max(1, -(-max(values) // step))
        if self.low < 0:
            self.low = step * (min(values) // step)
        if axis.get("range"):
            self.low, self.high = map(float, axis["range"])
        if axis.get("tickvals") is not None:
            texts = listed(axis.get("ticktext"))
            ticks = [float(v) for v in listed(axis["tickvals"])]
            self.ticks = list(zip(ticks, texts or map(str, ticks), strict=True))
        else:
            write = writer(axis, self.words, step)
            count = round((self.high - self.low) / step)
            self.ticks = [(v, write(abs(v) if self._is_mirrored() else v))
                          for v in (self.low + step * n for n in range(count + 1))]  # fmt: skip
        if self.steps is None:
            places = [p for trace in self.traces for p in self.places(trace)]
            ends = self.steps_axis.get("range") or (min(places), max(places))
            self.start, self.stop = float(ends[0]), float(ends[1])
            margin = 0.5 if self.bar else (self.stop - self.start) * 0.02
            margin = 0.0 if self.steps_axis.get("range") else margin
            self.start, self.stop = self.start - margin, self.stop + margin
        else:
            self.start, self.stop = -0.5, len(self.steps) - 0.5
        longest = [text for _, text in self.ticks]
        if self.is_flat:
            longest = self.steps or []
        self.left = 10 + min(240.0, max(map(wide, longest), default=0))
        self.right = self.canvas.width - (60 if self.is_flat else 6)
        has_title = bool(self._title(self.values_axis)) and not self.is_flat
        self.top = 16.0 + 14 * has_title
        self.bottom = self.canvas.height - (8 if self.is_flat else 20)
        if self._title(self.steps_axis) and not self.is_flat:
            self.bottom -= 14

    def _is_mirrored(self) -> bool:
        """Whether what is below the axis is counted as what is above: ups and downs."""
        return self.layout.get("barmode") == "relative" and self.low < 0

    def _title(self, axis: Mapping[str, Any]) -> str:
        return plain(str((axis.get("title") or {}).get("text") or ""))

    def at(self, place: float, value: float) -> tuple[float, float]:
        """A point of the chart on the canvas."""
        along = (place - self.start) / ((self.stop - self.start) or 1)
        up = (value - self.low) / ((self.high - self.low) or 1)
        if self.is_flat:
            is_down = self.steps_axis.get("autorange") == "reversed"
            share = along if is_down else 1 - along
            return (
                self.left + up * (self.right - self.left),
                self.top + share * (self.bottom - self.top),
            )
        return (
            self.left + along * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )

    def axes(self) -> None:
        """The grid with its numbers, and the names of the steps."""
        ink, canvas = self.ink, self.canvas
        if self.is_flat:
            for n, name in enumerate(self.steps or ()):
                _x, y = self.at(n, self.low)
                canvas.text(self.left - 6, y + 3, name, ink.text, anchor="end")
            return
        for value, text in self.ticks:
            y = self.at(self.start, value)[1]
            stroke = ink.line if value == 0 else ink.grid
            canvas.path(f"M{self.left:.1f} {y:.1f}H{self.right:.1f}", stroke=stroke, width=0.6)
            canvas.text(self.left - 5, y + 3, text, ink.text, anchor="end")
        if title := self._title(self.values_axis):
            canvas.text(self.left, self.top - 12, title, ink.text)
        for place, name in self._names():
            canvas.text(self.at(place, 0)[0], self.bottom + 13, name, ink.text, anchor="middle")
        if title := self._title(self.steps_axis):
            middle = (self.left + self.right) / 2
            canvas.text(middle, self.bottom + 27, title, ink.text, anchor="middle")

    def _names(self) -> list[tuple[float, str]]:
        """The names below the axis, as many as there is room for; the last is always told."""
        if self.steps is not None:
            names = [(float(n), name) for n, name in enumerate(self.steps)]
        else:
            dtick = self.steps_axis.get("dtick")
            step = float(dtick) if dtick else round_axis([self.stop - self.start])[1]
            if self.steps_axis.get("tickformat") == "d":
                step = max(1.0, step // 1)
            write = writer(self.steps_axis, self.words, step)
            first = -(-self.start // step) * step
            count = int((self.stop - first) // step) + 1
            names = [(first + step * n, write(first + step * n)) for n in range(count)]
        room = (self.right - self.left) / max(len(names), 1)
        keep = max(1, -(-int(max((wide(n) for _, n in names), default=0) + 4) // int(room or 1)))
        return names[::-1][::keep]

    def bars(self, trace: Trace, bar: _Bar) -> None:
        """The bars of a trace, with their texts."""
        count = len(bar.tops)
        room = (self.right - self.left) / (self.stop - self.start)  # of a step, on its way along
        span = 1 - float(self.layout.get("bargap", 0.2))
        span = span if self.is_flat else min(span, WIDEST * bar.slots / room)
        texts = each(trace.get("text"), count) if trace.get("text") is not None else []
        fills = self._fills(trace, count, self.canvas)
        for n, (place, base, top) in enumerate(
            zip(self.places(trace), bar.bases, bar.tops, strict=True)
        ):
            if top is None:
                continue
            start = place - span / 2 + span * bar.slot / bar.slots
            ends = self.at(start, base), self.at(start + span / bar.slots, top)
            (left, right), (upper, lower) = (sorted(pair) for pair in zip(*ends, strict=True))
            edge = ((trace.get("marker") or {}).get("line") or {}).get("color", "none")
            self.canvas.box(
                left, upper, right - left, lower - upper, fill=fills[n],
                stroke=edge if isinstance(edge, str) else "none",
            )  # fmt: skip
            if n < len(texts) and texts[n]:
                if self.is_flat:
                    self.canvas.text(right + 5, (upper + lower) / 2 + 3, texts[n], self.ink.text)
                else:
                    y = upper - 4 if top >= 0 else lower + 10
                    self.canvas.text(
                        (left + right) / 2, y, texts[n], self.ink.text, size=8, anchor="middle"
                    )
        middle = span * ((bar.slot + 0.5) / bar.slots - 0.5)
        self._intervals(trace, [place + middle for place in self.places(trace)], bar.tops)

    def _fills(self, trace: Trace, count: int, canvas: Canvas) -> list[str]:
        marker = trace.get("marker") or {}
        colours = [str(c) for c in each(marker.get("color") or self.ink.line, count)]
        pattern = marker.get("pattern") or {}
        if not pattern.get("shape"):
            return colours
        return [
            canvas.hatched(pattern["shape"], pattern.get("fgcolor", self.ink.line), colour)
            for colour in colours
        ]

    def line(self, trace: Trace) -> None:
        """A line with its points, texts and intervals; a filled band."""
        places, values = self.places(trace), listed(trace.get(self.across))
        points = [
            None if value is None else self.at(place, value)
            for place, value in zip(places, values, strict=True)
        ]
        known = [point for point in points if point is not None]
        if trace.get("fill") == "toself":
            way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in known) + "Z"
            self.canvas.path(way, fill=str(trace.get("fillcolor")))
            return
        look, marker = trace.get("line") or {}, trace.get("marker") or {}
        mode = str(trace.get("mode", "lines+markers"))
        colour = str(look.get("color") or marker.get("color") or self.ink.line)
        self._intervals(trace, places, values)
        if "lines" in mode:
            for is_gap, run in itertools.groupby(points, key=lambda point: point is None):
                if not is_gap:
                    way = _way([p for p in run if p is not None], look.get("shape") == "hv")
                    width = float(look.get("width", 2)) * 0.75
                    dash = str(look.get("dash", "solid"))
                    self.canvas.path(way, stroke=colour, width=width, dash=dash)
        if "markers" in mode:
            for x, y in known:
                self.canvas.marker(
                    str(marker.get("symbol", "circle")), x, y, float(marker.get("size", 6)) * 0.8,
                    fill=str(marker.get("color") or colour),
                    stroke=str((marker.get("line") or {}).get("color", "none")), width=1.2,
                )  # fmt: skip
        if "text" in mode:
            below = 12 if "bottom" in str(trace.get("textposition")) else -7
            for point, text in zip(points, each(trace.get("text"), len(points)), strict=True):
                if point is not None and text:
                    x = min(point[0], self.right - wide(text) / 2)
                    self.canvas.text(x, point[1] + below, text, self.ink.text, anchor="middle")

    def _intervals(self, trace: Trace, places: Sequence[float], values: Sequence[Any]) -> None:
        band = trace.get("error_y") or {}
        ups = listed(band.get("array"))
        downs = listed(band.get("arrayminus")) or ups
        for place, value, up, down in zip(places, values, ups, downs, strict=False):
            if None not in (value, up, down):
                x, high = self.at(place, value + up)
                low = self.at(place, value - down)[1]
                ends = "".join(f"M{x - 2:.1f} {y:.1f}h4" for y in (high, low))
                way = f"{ends}M{x:.1f} {high:.1f}V{low:.1f}"
                self.canvas.path(way, stroke=str(band.get("color") or self.ink.line), width=0.9)

    def marked(self) -> None:
        """Events as numbered lines, named below; targets as lines with their words."""
        for shape in self._shapes():
            look = shape.get("line") or {}
            if shape.get("xref") == "paper":
                y = self.at(self.start, float(shape["y0"]))[1]
                way = f"M{self.left:.1f} {y:.1f}H{self.right:.1f}"
            else:
                x = self.at(float(shape["x0"]), 0)[0]
                way = f"M{x:.1f} {self.top:.1f}V{self.bottom:.1f}"
            self.canvas.path(
                way, stroke=str(look.get("color") or self.ink.line),
                width=float(look.get("width", 1)) * 0.8, dash=str(look.get("dash", "solid")),
            )  # fmt: skip
        for note in self.layout.get("annotations") or ():
            text = plain(str(note.get("text", "")))
            if note.get("xref") == "paper":
                y = self.at(self.start, float(note["y"]))[1] - 4
                self.canvas.text(self.right, y, text, self.ink.warning, anchor="end", is_bold=True)
            else:
                x = self.at(float(note["x"]), 0)[0]
                self.canvas.text(
                    x, self.top - 4, text, self.ink.text, anchor="middle", is_bold=True
                )
                if note.get("hovertext"):
                    self.notes.append(f"{text}. {plain(note['hovertext'])}")

    def legend(self) -> list[tuple[Canvas, str]]:
        """A sample and its name for each name met, where there are several or one is withheld."""
        found: dict[str, Canvas] = {}
        for trace in self.traces:
            name = str(trace.get("name") or "")
            if name and name not in found and trace.get("showlegend") is not False:
                found[name] = self._sample(trace)
        is_alone = len(found) == 1 and not any(map(_is_hatched, self.traces))
        return [] if is_alone else [(sample, name) for name, sample in found.items()]

    def _sample(self, trace: Trace) -> Canvas:
        canvas = Canvas(24, 10)
        if trace.get("type") == "bar":
            fill = self._fills(trace, 1, canvas)[0]
            canvas.box(5, 0.5, 14, 9, fill=fill, stroke=self.ink.line)
        elif trace.get("fill") == "toself":
            canvas.box(5, 0.5, 14, 9, fill=str(trace.get("fillcolor")))
        else:
            look, marker = trace.get("line") or {}, trace.get("marker") or {}
            mode = str(trace.get("mode", "lines+markers"))
            colour = str(look.get("color") or marker.get("color") or self.ink.line)
            if "lines" in mode:
                dash = str(look.get("dash", "solid"))
                canvas.path("M0 5H24", stroke=colour, width=1.6, dash=dash)
            if "markers" in mode:
                symbol = str(marker.get("symbol", "circle"))
                edge = str((marker.get("line") or {}).get("color", "none"))
                fill = str(marker.get("color") or colour)
                canvas.marker(symbol, 12, 5, 6, fill=fill, stroke=edge)
        return canvas


def _way(points: Sequence[tuple[float, float]], is_stepped: bool) -> str:
    """The path through points; in steps, first along and then up or down."""
    way = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for x, y in points[1:]:
        way += f"H{x:.1f}V{y:.1f}" if is_stepped else f"L{x:.1f} {y:.1f}"
    return way


def _is_hatched(trace: Trace) -> bool:
    """Whether a trace is no figure but the mark of what is withheld."""
    return ((trace.get("marker") or {}).get("pattern") or {}).get("shape") == "/"
