"""Maps as a page draws them with plotly: areas, frames, hatching, and points upon them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from etl.insight import france_map
from etl.insight.picture import Drawn, Ink
from etl.insight.picture.canvas import Canvas
from etl.insight.picture.reading import NotDrawable, Trace, each, listed

HEIGHT, WIDTH = 345.0, 440.0  # at most
NO_DATA, TOO_FEW, WITHHELD = "no data", "too few", "withheld"  # looks that are no colour


def draw(
    traces: Sequence[Trace],
    layout: Mapping[str, Any],
    ink: Ink,
    legend: Sequence[tuple[str, str]],
    note: str = "",
) -> Drawn:
    """The map of a page. legend: (colour, or one of the looks above; its words) each. Raises
    NotDrawable for a trace that it does not know."""
    sheet = _Sheet(layout)
    for trace in traces:
        kind = trace.get("type")
        if kind == "choropleth":
            sheet.areas(trace)
        elif kind == "scattergeo":
            sheet.over(trace)
        else:
            raise NotDrawable(f"a trace of the type {kind} on a map")
    samples = [(_sample(look, ink), words) for look, words in legend]
    return Drawn(sheet.canvas, samples, [note] if note else [], is_beside=True)


class _Sheet:
    """A map in the making: as large as it goes, in the projection of the page."""

    def __init__(self, layout: Mapping[str, Any]) -> None:
        geo = layout["geo"]
        (west, east), (south, north) = geo["lonaxis"]["range"], geo["lataxis"]["range"]
        self.left, bottom = france_map.to_map((west, south))
        right, self.top = france_map.to_map((east, north))
        self.scale = min(WIDTH / (right - self.left), HEIGHT / (self.top - bottom))
        self.canvas = Canvas((right - self.left) * self.scale, (self.top - bottom) * self.scale)
        # what the page draws in pixels keeps its size beside the areas
        self.pixel = self.canvas.height / float(layout["height"])

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """A place on the canvas."""
        x, y = france_map.to_map((longitude, latitude))
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def areas(self, trace: Trace) -> None:
        """Areas with the colour of their number."""
        shapes = {feature["id"]: feature["geometry"] for feature in trace["geojson"]["features"]}
        line = (trace.get("marker") or {}).get("line") or {}
        codes, numbers = listed(trace["locations"]), listed(trace["z"])
        for code, number in zip(codes, numbers, strict=True):
            rings = itertools.chain.from_iterable(shapes[code]["coordinates"])
            self.canvas.path(
                "".join(self._ring(ring) for ring in rings),
                fill=_shade(number, trace, "z"), stroke=str(line.get("color", "none")),
                width=float(line.get("width", 0.7)) * 0.7,
            )  # fmt: skip

    def _ring(self, ring: Sequence[tuple[float, float]]) -> str:
        points = [f"{x:.1f} {y:.1f}" for x, y in (self.at(*point[:2]) for point in ring)]
        kept = [point for point, _ in itertools.groupby(points)]
        return f"M{'L'.join(kept)}Z" if len(kept) > 3 else ""

    def over(self, trace: Trace) -> None:
        """Lines, marks and texts over the areas."""
        mode = str(trace.get("mode", "markers"))
        places = [
            None if longitude is None else self.at(longitude, latitude)
            for longitude, latitude in zip(listed(trace["lon"]), listed(trace["lat"]), strict=True)
        ]
        if "lines" in mode:
            look = trace.get("line") or {}
            way = "".join(_lines(places))
            if way:
                self.canvas.path(
                    way, stroke=str(look.get("color")), dash=str(look.get("dash", "solid")),
                    width=float(look.get("width", 1)) * 0.75,
                )  # fmt: skip
        if "markers" in mode:
            self._markers(trace, [place for place in places if place])
        if "text" in mode:
            font = trace.get("textfont") or {}
            texts = each(trace.get("text"), len(places))
            for place, text in zip(places, texts, strict=True):
                if place and text:
                    size = max(7.0, float(font.get("size", 10)) * 0.8)
                    self.canvas.text(
                        place[0], place[1] + size / 3, str(text), str(font.get("color")),
                        size=size, anchor="middle", is_bold=font.get("weight") == "bold",
                    )  # fmt: skip

    def _markers(self, trace: Trace, places: Sequence[tuple[float, float]]) -> None:
        marker = trace.get("marker") or {}
        edge, count = marker.get("line") or {}, len(places)
        numbers = each(marker.get("color"), count)
        for place, size, symbol, number in zip(
            places, each(marker.get("size", 6), count),
            each(marker.get("symbol", "circle"), count), numbers, strict=True,
        ):  # fmt: skip
            is_number = isinstance(number, (int, float))
            self.canvas.marker(
                str(symbol), *place, float(size) * self.pixel,
                fill=_shade(number, marker, "c") if is_number else str(number),
                stroke=str(edge.get("color", "none")), width=float(edge.get("width", 0.8)) * 0.75,
            )  # fmt: skip


def _lines(places: Sequence[tuple[float, float] | None]) -> Iterator[str]:
    for is_gap, run in itertools.groupby(places, key=lambda place: place is None):
        if not is_gap:
            yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (p for p in run if p))


def _shade(number: Any, scaled: Mapping[str, Any], axis: str) -> str:
    """The colour of a number on a stepped scale."""
    steps = scaled["colorscale"]
    low, high = scaled.get(f"{axis}min", 0), scaled.get(f"{axis}max", 1)
    share = (number - low) / ((high - low) or 1)
    return next((str(colour) for edge, colour in reversed(steps) if edge <= share), "none")


def _sample(look: str, ink: Ink) -> Canvas:
    canvas = Canvas(16, 10)
    if look in (NO_DATA, TOO_FEW, WITHHELD):
        shape = {TOO_FEW: ".", WITHHELD: "/"}.get(look)
        fill = canvas.hatched(shape, ink.line, ink.ground) if shape else ink.ground
    else:
        fill = look
    canvas.box(0.5, 0.5, 15, 9, fill=fill, stroke=ink.line)
    return canvas
