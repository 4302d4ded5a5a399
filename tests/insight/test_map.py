"""Maps draw every area once where it belongs, in classes that a reader can tell apart."""

import itertools

import numpy as np
import pandas as pd
import pytest

from etl.insight import france_map
from etl.insight.france_map import COPY, ILE_DE_FRANCE, OVERSEAS, Box
from pages.shared import map, point_map, theme

LEVELS = {"departement": 101, "region": 18}
EIGHTHS = map.Classes((0.25, 0.5, 0.75), text=str)


def box_of(level: str, *keys: str) -> Box:
    rings = france_map.layout(level).rings
    return france_map.extent(rings[key] for key in keys)


@pytest.mark.parametrize(("level", "areas"), LEVELS.items())
def test_every_area_is_drawn(level: str, areas: int) -> None:
    figure = map.area_figure(level, pd.DataFrame(columns=["code"]), EIGHTHS)
    trace = figure.data[0]
    drawn = [feature["id"] for feature in trace.geojson["features"]]
    assert len(set(drawn)) == len(drawn) and list(trace.locations) == drawn
    assert {code for code in drawn if not code.endswith(COPY)} == set(france_map.area_names(level))
    assert len(france_map.area_names(level)) == areas
    copies = set(ILE_DE_FRANCE) if level == "departement" else set()
    assert {code.removesuffix(COPY) for code in drawn if code.endswith(COPY)} == copies
    assert list(trace.customdata) == [code.removesuffix(COPY) for code in drawn]


@pytest.mark.parametrize("level", LEVELS)
def test_far_and_small_areas_lie_in_their_frames(level: str) -> None:
    rings = france_map.layout(level).rings
    for inset in france_map.insets(level):
        shapes = [rings.get(code + COPY, rings[code]) for code in inset.codes]
        free = inset.frame._replace(bottom=inset.frame.bottom + france_map.LABEL - 1e-3)
        assert free.holds(france_map.extent(shapes))
        assert france_map.CANVAS.holds(inset.frame)
    framed = {code for inset in france_map.insets(level) for code in inset.codes}
    assert set(OVERSEAS[level]) <= framed


@pytest.mark.parametrize("level", LEVELS)
def test_frames_cover_neither_each_other_nor_the_mainland(level: str) -> None:
    frames = [inset.frame for inset in france_map.insets(level)]
    assert not [pair for pair in itertools.combinations(frames, 2) if pair[0].meets(pair[1])]
    rings = france_map.layout(level).rings
    mainland = [
        shape
        for code, shape in rings.items()
        if code not in OVERSEAS[level] and not code.endswith(COPY)
    ]
    for x, y in map_points(mainland):
        assert not [f for f in frames if f.left < x < f.right and f.bottom < y < f.top]
    assert france_map.CANVAS.holds(france_map.extent(mainland))


def map_points(shapes: list) -> list[tuple[float, float]]:
    return [france_map.to_map(point) for point in france_map.points_of(shapes)]


def test_an_inset_keeps_shape_and_direction() -> None:
    """La Réunion: as wide for its height as on the globe, rings still clockwise."""
    moved = france_map.layout("departement").rings["974"]
    alone = france_map.layout("departement", frozenset({"974"})).rings["974"]
    before, after = france_map.extent([alone]), france_map.extent([moved])
    assert after.width / after.height == pytest.approx(before.width / before.height, rel=1e-3)
    for polygon in moved:
        ring = polygon[0]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
        assert area < 0


def test_ile_de_france_is_enlarged() -> None:
    small, large = box_of("departement", "75"), box_of("departement", "75" + COPY)
    assert large.width > 2 * small.width


def test_only_the_asked_areas_are_drawn() -> None:
    drawn = france_map.layout("departement", frozenset({"35", "22"}))
    assert set(drawn.rings) == {"22", "35"} and not drawn.insets
    assert drawn.extent.holds(france_map.extent(drawn.rings.values()))


def test_map_units_go_there_and_back() -> None:
    assert france_map.from_map(france_map.to_map((2.35, 48.86))) == (2.35, 48.86)
    assert france_map.to_map((7.0, 0.0)) == (7.0, 0.0)


def test_hatching_stays_inside() -> None:
    square = [[[(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0)]]]
    longitudes, latitudes = france_map.hatching([square], 0.5)
    known = [x for x in (*longitudes, *latitudes) if x is not None]
    assert len(known) >= 40
    assert min(known) >= -1e-3 and max(known) <= 4 + 1e-3
    assert longitudes.count(None) == len(longitudes) / 3


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0), (0.001, 1), (0.2499, 1), (0.25, 2), (0.5, 3), (0.75, 4), (1, 4),
        (float("nan"), map.NO_DATA), (None, map.NO_DATA),
    ],
)  # fmt: skip
def test_a_value_falls_into_one_class(value: float | None, number: int) -> None:
    assert EIGHTHS.of(value) == number


def test_classes_are_five_at_most_and_in_order() -> None:
    assert map.Classes((1, 2, 3, 4), text=str, has_zero=False).count == 5
    for breaks in [(1, 2, 3, 4), (), (2, 1), (1, 1)]:
        with pytest.raises(ValueError):
            map.Classes(breaks, text=str)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("tone", ["good", "bad"])
def test_colours_stand_out_and_lightness_alone_orders_them(dark: bool, tone: map.Tone) -> None:
    ground = theme.ink(dark)["ground"]
    for classes in (
        map.Classes((1, 2, 3), text=str, tone=tone),
        map.Classes((1, 2, 3, 4), text=str, tone=tone, has_zero=False),
    ):
        colours = classes.colours(dark)
        assert len(set(colours)) == classes.count == 5
        assert min(contrast(colour, ground) for colour in colours) >= 3
        steps = colours[1:] if classes.has_zero else colours
        light = [contrast(colour, ground) for colour in steps]
        assert all(after > 1.25 * before for before, after in itertools.pairwise(light))


def test_zero_no_data_too_few_and_withheld_look_different() -> None:
    values = pd.DataFrame(
        [
            ("01", "Ain", 0.0, "0", False, False),
            ("02", "Aisne", 5.0, "5", True, False),
            ("04", "Alpes-de-Haute-Provence", float("nan"), "n < 10", False, True),
            ("05", "Hautes-Alpes", 5.0, "5", False, True),  # told by something else
        ],
        columns=["code", "name", "value", "shown", "is_withheld", "is_few"],
    )
    plain = map.area_figure("departement", values.iloc[:1], EIGHTHS)
    figure = map.area_figure("departement", values, EIGHTHS)
    number = dict(zip(figure.data[0].locations, figure.data[0].z, strict=True))
    assert (number["01"], number["02"], number["03"]) == (0, map.WITHHELD, map.NO_DATA)
    assert (number["04"], number["05"]) == (map.TOO_FEW, 4)
    hover = dict(zip(figure.data[0].locations, figure.data[0].text, strict=True))
    assert "5" not in hover["02"].replace("(02)", "")
    assert len(figure.data) == len(plain.data) + 2
    dotted, striped = figure.data[1:3]
    assert (dotted.line.dash, striped.line.dash) == ("dot", "solid")
    middle = {"02": 49.5, "04": 44.1}  # degrees north
    for drawn, code in ((striped, "02"), (dotted, "04")):
        assert abs(np.nanmean(np.array(drawn.lat, dtype=float)) - middle[code]) < 0.5
    shades = {figure.data[0].colorscale[2 * n][1] for n in range(4)}
    assert shades == {map.EMPTY, EIGHTHS.colours(False)[0]}


def test_communes_are_points_and_the_chosen_one_is_ringed() -> None:
    points = pd.DataFrame(
        [
            ("35047", "Bruz", -1.75, 48.02, 20_000, 1.0, False),
            ("35238", "Rennes", -1.68, 48.11, 230_000, float("nan"), True),
        ],
        columns=["code", "name", "longitude", "latitude", "population", "value", "is_chosen"],
    ).assign(shown="–")
    figure = map.commune_figure(points, "35", EIGHTHS)
    assert list(figure.data[0].locations) == ["35"]
    assert list(figure.data[1].customdata) == ["35238", "35047"]
    assert list(figure.data[1].marker.color) == [map.NO_DATA, 4]
    assert list(figure.data[2].lon) == [-1.68]
    few = map.commune_figure(points.assign(is_few=True), "35", EIGHTHS).data[1].marker
    assert list(few.color) == [map.TOO_FEW, 4] and list(few.symbol) == ["circle-dot", "circle"]


def test_nothing_is_asked_of_the_network() -> None:
    assert str(map.CONFIG["topojsonURL"]).startswith("data:")
    assert str(map.CONFIG["topojsonURL"]).endswith("#")


def test_a_point_overseas_moves_into_its_frame_and_paris_is_drawn_twice() -> None:
    points = pd.DataFrame(
        {
            "name": ["Paris", "Mamoudzou", "Rennes"],
            "departement_code": ["75", "976", "35"],
            "longitude": [2.35, 45.23, -1.68],
            "latitude": [48.86, -12.78, 48.11],
            "number": ["1", "2", "3"],
            "size": [4.0, 1.0, 2.0],
            "hover": ["", "", ""],
        }
    )
    drawn = point_map.point_figure(points).data[-1]
    places = list(zip(drawn.text, drawn.lon, drawn.lat, strict=True))
    assert sorted(text for text, _, _ in places) == ["", "1", "2", "3"]
    where = {text: france_map.to_map((lon, lat)) for text, lon, lat in places}
    frames = {inset.name: inset.frame for inset in france_map.layout("departement").insets}
    for text, name in (("1", "Île-de-France"), ("2", "Mayotte")):
        x, y = where[text]
        frame = frames[name]
        assert frame.left < x < frame.right and frame.bottom < y < frame.top
    assert where["3"] == pytest.approx(france_map.to_map((-1.68, 48.11)))
