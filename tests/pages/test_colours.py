"""Every scale of colours keeps its classes apart for readers who see fewer colours."""

from itertools import combinations, pairwise

import pytest

from etl.insight.report.model import SHADES
from etl.insight.report.partners import growth as report_growth
from etl.insight.report.partners import work as report_work
from pages.cooperatives import growth
from pages.coverage.measures import STATES, States
from pages.shared import map, theme
from tests.colour_vision import VISIONS, Lab, apart, ciede2000, lab
from tests.insight.test_map import contrast

LEAST = 10.0  # CIEDE2000 between neighbours
GREY = 20.0  # chroma below which a colour passes for grey
# Sharma, Wu and Dalal (2005), table 1: CIELAB of two colours, and how far apart they are
SHARMA: list[tuple[Lab, Lab, float]] = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0010), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, -0.001, 2.49), (50.0, 0.0009, -2.49), 4.8045),
    ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
MAPS = {
    f"{'dark' if dark else 'light'} {tone}, {steps} steps{', zero' if has_zero else ''}": (
        map.Classes(tuple(range(1, steps)), str, tone, has_zero).colours(dark)
    )
    for dark in (False, True)
    for tone in ("good", "bad")
    for has_zero in (False, True)
    for steps in range(2, 6 - has_zero)
}
SCALES = MAPS | {
    "report good, on paper": ["#ffffff", *SHADES["good"]],
    "report bad, on paper": ["#ffffff", *SHADES["bad"]],
    "births and exits of the report": [*report_growth.COLOURS.values()],
    "jobs of the report": [*report_work.COLOURS.values()],
}
# of which any two may stand side by side: lines, parts of a column, states of areas
KINDS = {
    "categories": [*theme.CATEGORIES],
    "kinds of provider": [*theme.KIND_COLOURS.values()],
    "states, light": States((2, 3, 4, 5), str, has_zero=False).colours(False),
    "states, dark": States((2, 3, 4, 5), str, has_zero=False).colours(True),
    "births": [*growth.ORIGIN_COLOURS],
    "exits": [*growth.EXIT_COLOURS],
    "created and lost": [theme.ACCENT, theme.WARNING],
}


@pytest.mark.parametrize(("one", "other", "published"), SHARMA)
def test_the_difference_is_the_published_one(one: Lab, other: Lab, published: float) -> None:
    assert round(ciede2000(one, other), 4) == published


def test_the_simulation_is_of_the_known_kind() -> None:
    for vision in VISIONS:
        assert apart("#777777", "#777777", vision) == 0
        light, a, b = lab("#808080", vision)
        assert abs(a) + abs(b) < 1 and 53 < light < 54, "greys stay what they are"
    red, green = "#c03030", "#6a7a20"
    assert apart(red, green) > 40 > 15 > apart(red, green, "deuteranopia")
    assert apart("#2060d0", "#007a8a", "tritanopia") < apart("#2060d0", "#007a8a") / 1.5


@pytest.mark.parametrize("vision", VISIONS)
def test_neighbouring_classes_stand_apart(vision: str) -> None:
    near = {
        (name, one, other): round(apart(one, other, vision), 1)
        for name, colours in SCALES.items()
        for one, other in pairwise(colours)
        if apart(one, other, vision) < LEAST
    }
    assert not near


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_kinds_stand_apart(vision: str) -> None:
    near = {
        (name, one, other): round(apart(one, other, vision), 1)
        for name, colours in KINDS.items()
        for one, other in combinations(colours, 2)
        if apart(one, other, vision) < LEAST
    }
    assert not near


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", [name for name in MAPS if name.endswith("zero")])
def test_none_at_all_is_like_no_step_and_not_grey(name: str, vision: str) -> None:
    zero, *steps = MAPS[name]
    _, a, b = lab(zero)
    assert (a**2 + b**2) ** 0.5 >= GREY
    assert min(apart(zero, step, vision) for step in steps) >= LEAST


def test_kinds_stand_out_from_either_ground() -> None:
    assert len(States((2, 3, 4, 5), str, has_zero=False).colours(False)) == len(STATES)
    for dark in (False, True):
        ground = theme.ink(dark)["ground"]
        for name, colours in KINDS.items():
            least = 2.5 if name == "exits" else 3
            assert min(contrast(colour, ground) for colour in colours) >= least, name
