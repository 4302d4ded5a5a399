"""What a picture is drawn on: shapes as SVG that hold no text, and the texts with their places.

The typesetter writes the texts, so a name is never part of any markup. All lengths are points.
"""

import html
import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal

Anchor = Literal["start", "middle", "end"]
_RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")
# What plotly calls its patterns, as lines in a square of 6 by 6 that repeats
_PATTERNS = {
    "x": "M0 0L6 6M0 6L6 0", "/": "M-1 1L1 -1M0 6L6 0M5 7L7 5", "\\": "M0 0L6 6",
    "-": "M0 3H6", "|": "M3 0V6", "+": "M0 3H6M3 0V6", ".": "M2.2 3A.8 .8 0 1 1 2.2 3.01",
}  # fmt: skip
_DASHES = {
    "solid": "", "dot": "1.5 2.5", "dash": "6 3", "longdash": "9 4", "dashdot": "6 2.5 1.5 2.5",
    "longdashdot": "9 3 1.5 3",
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A text: ``y`` is its base line, ``angle`` turns it around its anchor (degrees, clockwise)."""

    x: float
    y: float
    text: str
    colour: str
    size: float = 9.0
    anchor: Anchor = "start"
    is_bold: bool = False
    angle: float = 0.0


@dataclass
class Canvas:
    """A drawing in the making."""

    width: float
    height: float
    shapes: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    patterns: dict[str, str] = field(default_factory=dict)

    def path(
        self, way: str, *, fill: str = "none", stroke: str = "none", width: float = 0.6,
        dash: str = "solid",
    ) -> None:  # fmt: skip
        """A path as SVG writes it. dash: plotly's name of it."""
        dashes = f' stroke-dasharray="{_DASHES[dash]}"' if _DASHES[dash] else ""
        line = f'{_paint("stroke", stroke)} stroke-width="{width:g}"' if stroke != "none" else ""
        self.shapes.append(
            f'<path d="{html.escape(way)}" {_paint("fill", fill)} {line}'
            f' stroke-linejoin="round"{dashes}/>'
        )

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none"
    ) -> None:
        """A rectangle by its top left corner."""
        way = f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z"
        self.path(way, fill=fill, stroke=stroke)

    def text(
        self, x: float, y: float, text: str, colour: str, *, size: float = 9.0,
        anchor: Anchor = "start", is_bold: bool = False, angle: float = 0.0,
    ) -> None:  # fmt: skip
        """A text at its place."""
        self.labels.append(Label(x, y, text, colour, size, anchor, is_bold, angle))

    def lay(self, other: "Canvas", x: float, y: float) -> None:
        """Another drawing on this one, by its top left corner; it has no patterns."""
        self.shapes.append(f'<g transform="translate({x:.1f} {y:.1f})">{"".join(other.shapes)}</g>')
        self.labels += [replace(label, x=label.x + x, y=label.y + y) for label in other.labels]

    def hatched(self, shape: str, line: str, ground: str) -> str:
        """A fill of a pattern, by plotly's name of it, its lines upon a ground."""
        name = f"p{len(self.patterns)}"
        known = f"{shape} {line} {ground}"
        if known not in self.patterns:
            self.patterns[known] = (
                f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
                f'<path d="M0 0H6V6H0Z" {_paint("fill", ground)}/>'
                f'<path d="{_PATTERNS[shape]}" fill="none" {_paint("stroke", line)}'
                ' stroke-width=".9"/></pattern>'
            )
            return f"url(#{name})"
        return f"url(#p{list(self.patterns).index(known)})"

    def marker(
        self, symbol: str, x: float, y: float, size: float, *, fill: str, stroke: str = "none",
        width: float = 0.6,
    ) -> None:  # fmt: skip
        """A mark of plotly's name around a point; '-open' is its outline alone, '-dot' dotted."""
        shape, _dash, look = symbol.partition("-")
        if shape == "triangle":
            shape, look = symbol, ""
        r = size / 2
        if look == "open":
            fill, stroke, width = "none", fill, max(width, 1.2)
        if shape == "circle":
            self.path(_circle(x, y, r), fill=fill, stroke=stroke, width=width)
        else:
            points = [(x + r * dx, y + r * dy) for dx, dy in _CORNERS[shape]]
            way = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points) + "Z"
            self.path(way, fill=fill, stroke=stroke, width=width)
        if look == "dot":
            self.path(_circle(x, y, max(0.9, r / 5)), fill=stroke)

    def svg(self) -> str:
        """The shapes alone; without a unit, so that they lie in another drawing as they are."""
        defs = f"<defs>{''.join(self.patterns.values())}</defs>" if self.patterns else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}"'
            f' height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}">'
            f"{defs}{''.join(self.shapes)}</svg>"
        )


def _circle(x: float, y: float, r: float) -> str:
    half = f"a{r:.2f} {r:.2f} 0 1 0"
    return f"M{x - r:.2f} {y:.2f}{half} {2 * r:.2f} 0{half} {-2 * r:.2f} 0Z"


def _turned(radii: tuple[float, ...]) -> list[tuple[float, float]]:
    """Corners of a star, from the top on, at these distances from its middle in turn."""
    count = 10
    return [
        (
            radii[n % len(radii)] * math.sin(math.tau * n / count),
            -radii[n % len(radii)] * math.cos(math.tau * n / count),
        )
        for n in range(count)
    ]


_CORNERS: dict[str, list[tuple[float, float]]] = {
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle-up": [(0, -1.1), (1.1, 0.9), (-1.1, 0.9)],
    "triangle-down": [(0, 1.1), (1.1, -0.9), (-1.1, -0.9)],
    "star": _turned((1.3, 0.55)),
    "x": [
        (-1, -0.55), (-0.55, -1), (0, -0.45), (0.55, -1), (1, -0.55), (0.45, 0), (1, 0.55),
        (0.55, 1), (0, 0.45), (-0.55, 1), (-1, 0.55), (-0.45, 0),
    ],
}  # fmt: skip


def _paint(name: str, colour: str) -> str:
    """A colour as an attribute; one that can be seen through as two, which every reader knows."""
    found = _RGBA.fullmatch(colour)
    if not found:
        return f'{name}="{html.escape(colour)}"'
    red, green, blue, alpha = found.groups()
    solid = f"#{int(red):02x}{int(green):02x}{int(blue):02x}"
    return f'{name}="{solid}" {name}-opacity="{float(alpha):g}"'
