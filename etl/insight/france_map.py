"""Outlines of France laid out for one figure: the mainland, and frames for what is far or small.

Everything is drawn by one Mercator map, so an inset is an outline that was moved: projected,
scaled, shifted and brought back to longitudes and latitudes. "Map units" below are Mercator degrees
(a degree of longitude is 1; a degree of latitude is more, and grows with the latitude).
"""

import itertools
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from etl import paths

ILE_DE_FRANCE = ("75", "77", "78", "91", "92", "93", "94", "95")
OVERSEAS = {
    "departement": ("971", "972", "973", "974", "976"),
    "region": ("01", "02", "03", "04", "06"),
}
COPY = "+"  # ends the id of an area that is drawn a second time, enlarged: '75+'
LABEL = 0.75  # map units kept free at the foot of a frame for its name

Point = tuple[float, float]
Ring = list[Point]
Move = Callable[[Point], Point]
Line = tuple[list[float | None], list[float | None]]  # longitudes, latitudes; None between two


class Box(NamedTuple):
    """A rectangle in map units."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def holds(self, other: "Box") -> bool:
        """Whether the other box lies inside this one."""
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and other.right <= self.right
            and other.top <= self.top
        )

    def meets(self, other: "Box") -> bool:
        """Whether the two share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def grown(self, share: float) -> "Box":
        """The box with a margin of this share of its longer side all around."""
        more = max(self.width, self.height) * share
        return Box(self.left - more, self.bottom - more, self.right + more, self.top + more)


@dataclass(frozen=True)
class Inset:
    """Areas drawn inside a frame; ``name`` stands at its foot."""

    name: str
    codes: tuple[str, ...]
    frame: Box


@dataclass(frozen=True)
class Layout:
    """What a map draws: features by id (an area's code, or code + COPY), frames, and its extent.

    names: of the areas, by code. moves: where features inside frames come from, by id.
    """

    rings: dict[str, list[list[Ring]]]  # id -> polygons -> rings of (longitude, latitude)
    insets: tuple[Inset, ...]
    extent: Box
    names: dict[str, str]
    moves: dict[str, Move] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The code of each feature, in their order; an area that is drawn twice has two."""
        return [key.removesuffix(COPY) for key in self.rings]

    def spots(self, code: str, point: Point) -> list[Point]:
        """Where a point of an area is drawn: with each of its features, the enlarged one last."""
        keys = [key for key in (code, code + COPY) if key in self.rings]
        return [self.moves[key](point) if key in self.moves else point for key in keys]

    @property
    def bounds(self) -> tuple[Point, Point]:
        """Longitude and latitude of the corner at the left and bottom, and of that opposite."""
        box = self.extent
        return from_map((box.left, box.bottom)), from_map((box.right, box.top))

    @property
    def frames(self) -> list[Line]:
        """The lines around the insets."""
        return [_frame_line(inset.frame) for inset in self.insets]

    @property
    def labels(self) -> list[tuple[str, Point]]:
        """The names of the insets and where they stand."""
        return [
            (i.name, from_map(((i.frame.left + i.frame.right) / 2, i.frame.bottom + LABEL * 0.45)))
            for i in self.insets
        ]

    def hatched(self, is_hatched: Iterable[bool]) -> Line:
        """Slanted lines inside the features for which that holds, in their order."""
        shapes = itertools.compress(self.rings.values(), is_hatched)
        return hatching(list(shapes), self.extent.width / 110)

    @cached_property
    def geojson(self) -> "Shapes":
        """The features as GeoJSON, each with its ``id``."""
        features = [
            {
                "type": "Feature",
                "id": code,
                "properties": {},
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            }
            for code, polygons in self.rings.items()
        ]
        return Shapes(type="FeatureCollection", features=features)


class Shapes(dict[str, Any]):
    """GeoJSON that nobody changes: plotly copies a figure twice, and outlines are most of it."""

    def __deepcopy__(self, memo: Any) -> "Shapes":
        return self


CANVAS = Box(-7.0, 43.1, 9.85, 59.95)
ENLARGED = Inset("Île-de-France", ILE_DE_FRANCE, Box(-6.95, 46.75, -1.95, 51.6))


def insets(level: str) -> tuple[Inset, ...]:
    """The frames of the map of the whole country at this level."""
    names = area_names(level)
    left, right, gap = -6.95, 8.35, 0.12
    width = (right - left + gap) / len(OVERSEAS[level])
    row = [
        Inset(
            names[code], (code,), Box(left + n * width, 43.15, left + (n + 1) * width - gap, 46.5)
        )
        for n, code in enumerate(OVERSEAS[level])
    ]
    return (*row, ENLARGED) if level == "departement" else tuple(row)


@lru_cache(maxsize=32)
def layout(level: str, codes: frozenset[str] | None = None) -> Layout:
    """The whole country with its insets, or only the areas of ``codes`` where they lie.

    Raises KeyError for a code that has no outline at this level.
    """
    outlines = _outlines(level)
    if codes is not None:
        chosen = {code: outlines[code] for code in sorted(codes)}
        return Layout(chosen, (), extent(chosen.values()).grown(0.04), area_names(level))
    frames = insets(level)
    rings = {code: shape for code, shape in outlines.items() if code not in OVERSEAS[level]}
    moves: dict[str, Move] = {}
    for inset in frames:
        move = _fit(extent(outlines[code] for code in inset.codes), inset.frame)
        for code in inset.codes:
            key = code + COPY if code in rings else code
            rings[key] = [[[move(point) for point in ring] for ring in p] for p in outlines[code]]
            moves[key] = move
    return Layout(rings, frames, CANVAS, area_names(level), moves)


@lru_cache(maxsize=2)
def _features(level: str) -> list[dict[str, Any]]:
    path = paths.REFERENCE / f"outlines_{level}s.geojson"
    return json.loads(path.read_text(encoding="utf-8"))["features"]


@lru_cache(maxsize=2)
def _outlines(level: str) -> dict[str, list[list[Ring]]]:
    return {
        feature["id"]: [
            [[(point[0], point[1]) for point in ring] for ring in polygon]
            for polygon in feature["geometry"]["coordinates"]
        ]
        for feature in _features(level)
    }


@lru_cache(maxsize=2)
def area_names(level: str) -> dict[str, str]:
    """The official name of every area of the level, by code."""
    return {feature["id"]: feature["properties"]["name"] for feature in _features(level)}


def points_of(shapes: Iterable[list[list[Ring]]]) -> Iterator[Point]:
    """Every corner of the shapes, in longitude and latitude."""
    return (point for shape in shapes for polygon in shape for ring in polygon for point in ring)


def extent(shapes: Iterable[list[list[Ring]]]) -> Box:
    """The smallest box in map units around the shapes."""
    xs, ys = zip(*(to_map(point) for point in points_of(shapes)), strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def to_map(point: Point) -> Point:
    """Map units of a longitude and a latitude in degrees."""
    longitude, latitude = point
    return longitude, math.degrees(math.asinh(math.tan(math.radians(latitude))))


def from_map(point: Point) -> Point:
    """Longitude and latitude in degrees of a point in map units."""
    x, y = point
    return round(x, 4), round(math.degrees(math.atan(math.sinh(math.radians(y)))), 4)


def _fit(shape: Box, frame: Box) -> Move:
    """The move that puts a shape as large as it goes into a frame, above the frame's name."""
    room = Box(frame.left + 0.15, frame.bottom + LABEL, frame.right - 0.15, frame.top - 0.15)
    scale = min(room.width / shape.width, room.height / shape.height)
    left = room.left + (room.width - scale * shape.width) / 2
    bottom = room.bottom + (room.height - scale * shape.height) / 2

    def move(point: Point) -> Point:
        x, y = to_map(point)
        return from_map((left + scale * (x - shape.left), bottom + scale * (y - shape.bottom)))

    return move


@lru_cache(maxsize=32)
def _frame_line(box: Box) -> Line:
    """Longitudes and latitudes of the closed line around a box.

    A map draws the shortest way on the globe, which bends: short steps keep a side straight.
    """
    corners = [
        (box.left, box.bottom),
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]
    steps = [
        (x + (next_x - x) * n / 20, y + (next_y - y) * n / 20)
        for (x, y), (next_x, next_y) in itertools.pairwise(corners)
        for n in range(21)
    ]
    longitudes, latitudes = zip(*map(from_map, steps), strict=True)
    return list(longitudes), list(latitudes)


def hatching(shapes: Collection[list[list[Ring]]], spacing: float) -> Line:
    """Slanted lines inside the shapes, as longitudes and latitudes with None between two lines.

    ``spacing`` is the distance between lines in map units. Each line is cut where it crosses an
    outline; between an odd and an even crossing it is inside.
    """
    longitudes: list[float | None] = []
    latitudes: list[float | None] = []
    for shape in shapes:
        # Along a slanted line x - y is constant: that is the scan line, x + y the position on it.
        rings = [[(x - y, x + y) for x, y in map(to_map, ring)] for p in shape for ring in p]
        offsets = [point[0] for ring in rings for point in ring]
        line = math.ceil(min(offsets) / spacing) * spacing
        while line < max(offsets):
            crossings = sorted(_crossings(rings, line))
            for start, end in zip(crossings[::2], crossings[1::2], strict=False):
                for along in (start, end):
                    longitude, latitude = from_map(((along + line) / 2, (along - line) / 2))
                    longitudes.append(longitude)
                    latitudes.append(latitude)
                longitudes.append(None)
                latitudes.append(None)
            line += spacing
    return longitudes, latitudes


def _crossings(rings: list[Ring], line: float) -> Iterator[float]:
    for ring in rings:
        for (a, along_a), (b, along_b) in itertools.pairwise(ring):
            if (a <= line) != (b <= line):
                yield along_a + (along_b - along_a) * (line - a) / (b - a)
