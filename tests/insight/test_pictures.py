"""Charts and maps to take away: what the page shows, whole, alone, and never markup."""

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.insight.picture import Canvas, Drawn, Ink, Words, area, chart, panels, typeset
from etl.insight.picture.reading import NotDrawable
from etl.words import words
from pages.shared import export, i18n
from tests.named_badly import HOSTILE, named_badly
from tests.pages_fixture import run_page

INK = Ink("#1d2b2e", "#6c7b78", "#dce3e1", "#ffffff", "#a8431f")
SVG = "{http://www.w3.org/2000/svg}"
Makers = dict[str, Callable[[], bytes]]


def pixels(png: bytes) -> tuple[int, int]:
    """Width and height, as the file's head says them."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Makers]:
    """What makes each picture that a page offers, by the key of its button."""
    makers: Makers = {}
    real = export.made

    def noted(name: str, label: str, form: str, make: Callable[[], bytes], **more: Any) -> None:
        makers[more.get("key") or name] = make
        real(name, label, form, make, **more)

    monkeypatch.setattr(export, "made", noted)
    yield makers


def made(makers: Makers, key: str, lang: str) -> bytes:
    with i18n.speaking(lang):
        return makers[key]()


def test_a_map_says_what_where_when_and_that_it_is_invented(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch, taken: Makers
) -> None:
    page = run_page(monkeypatch, sample_market / "warehouse", "coverage", "fr", k="2")
    svg = made(taken, "svg_map_departement_country_FR", "fr")
    assert made(taken, "svg_map_departement_country_FR", "fr") == svg  # same picture, same bytes
    assert svg.count(b'pt"') == 2  # the whole alone has a unit: all else lies on its scale
    root = ElementTree.fromstring(svg)
    assert (root.findtext(f"{SVG}title") or "").endswith(" — Tous les domaines")
    finding, warning, asked, source = (root.findtext(f"{SVG}desc") or "").splitlines()
    assert finding in [said.value.replace("\\", "") for said in page.markdown]
    assert warning.startswith("Données d’exemple")
    assert "Territoire : France" in asked and "Prestataires requis : 2" in asked
    assert re.search(r"Données au 31 octobre 2026 · Source : Maillage, version 2026-10-31", source)
    shapes = [path for path in root.iter() if path.get("d") and not path.get("stroke-linecap")]
    assert len(shapes) > 101
    png = made(taken, "png_map_departement_country_FR", "fr")
    assert pixels(png)[0] == 1920


def test_no_name_becomes_markup(
    sample_market: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: Makers
) -> None:
    home = named_badly(sample_market / "warehouse", tmp_path / "warehouse")
    run_page(monkeypatch, home, "coverage", "en", view="domains", scope="gardening")
    run_page(monkeypatch, home, "coverage", "en", scope="gardening", in_="region-53")
    run_page(monkeypatch, home, "", "en", scope="gardening", in_="region-53")
    pictures = [key for key in taken if key.startswith("svg_")]
    assert len(pictures) >= 5
    titles = []
    for key in pictures:
        root = ElementTree.fromstring(made(taken, key, "en"))
        titles.append(root.findtext(f"{SVG}title") or "")
        assert {each.tag.split("}")[1] for each in root.iter()} <= {
            "svg", "g", "path", "use", "symbol", "defs", "pattern", "clipPath", "title", "desc",
        }  # fmt: skip
        assert not [n for each in root.iter() for n in each.attrib if n.lower().startswith("on")]
    assert any(HOSTILE in title for title in titles)


NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False), st.integers(0, 12))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=24), st.booleans())
def test_a_chart_shows_each_value_within_its_frame(
    rows: list[tuple[float | None, float | None]], is_line: bool
) -> None:
    steps = [f"step {n}" for n in range(len(rows))]
    traces = [
        {
            "type": "scatter" if is_line else "bar", "x": steps, "y": [row[n] for row in rows],
            "name": name, "marker": {"color": colour}, "mode": "markers",
        }
        for n, (name, colour) in enumerate((("one", "#111111"), ("two", "#222222")))
    ]  # fmt: skip
    drawn = chart.draw(traces, {"barmode": "group"}, INK, words.of("en"))
    for n, colour in enumerate(("#111111", "#222222")):
        mine = [shape for shape in drawn.canvas.shapes if f'fill="{colour}"' in shape]
        assert len(mine) == sum(row[n] is not None for row in rows)
        for shape in mine:
            x, y = map(float, re.findall(r"M([\d.-]+) ([\d.-]+)", shape)[0])
            assert 0 <= x <= chart.WIDTH and -3 <= y <= chart.HEIGHT
    assert [label for _sample, label in drawn.legend] == ["one", "two"]


def test_bars_are_as_long_as_their_values() -> None:
    bar = {"type": "bar", "x": ["a", "b"], "y": [10, 30], "marker": {"color": "#111111"}}
    shapes = chart.draw([bar], {}, INK, words.of("en")).canvas.shapes
    low, high = (
        float(re.findall(r"v([\d.]+)", shape)[0]) for shape in shapes if "#111111" in shape
    )
    assert high == pytest.approx(3 * low, rel=0.01)


def test_an_interval_stands_on_its_own_bar_of_a_group() -> None:
    band = {"type": "data", "array": [1], "arrayminus": [1], "color": "#333333"}
    bars = [
        {"type": "bar", "x": ["a"], "y": [10], "marker": {"color": colour}, "error_y": band}
        for colour in ("#111111", "#222222")
    ]  # fmt: skip
    shapes = chart.draw(bars, {"barmode": "group"}, INK, words.of("en")).canvas.shapes
    whiskers = [float(re.findall(r"M([\d.]+) [\d.]+V", s)[0]) for s in shapes if "#333333" in s]
    for colour, x in zip(("#111111", "#222222"), whiskers, strict=True):
        (box,) = (shape for shape in shapes if colour in shape)
        left, width = map(float, re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", box)[0])
        assert x == pytest.approx(left + width / 2, abs=0.2)


def test_panels_lie_side_by_side_on_one_scale() -> None:
    """A value as high in both panels is drawn as high in both, the second half a picture aside."""
    traces, layout = [], {"height": 300, "annotations": []}
    for n, colour in (("", "#111111"), ("2", "#222222")):
        traces.append({"x": ["a"], "y": [5], "yaxis": f"y{n}", "line": {"color": colour}})
        start = 0.5 if n else 0.0
        layout[f"xaxis{n}"] = {"domain": [start, start + 0.5], "type": "category"}
        layout[f"yaxis{n}"] = {"domain": [0, 0.8], "range": [0, 10]}
        title = {"x": start, "y": 0.8, "text": f"<b>{HOSTILE.replace('<', '&lt;')}</b><br>5"}
        layout["annotations"].append(title)
    drawn = panels.draw(traces, layout, INK, words.of("en"))
    spots = []
    for shape in drawn.canvas.shapes:
        across, down = map(float, re.findall(r"translate\(([\d.]+) ([-\d.]+)\)", shape)[0])
        x, y = map(float, re.findall(r'd="M([\d.]+) ([\d.]+)a', shape)[0])
        spots.append((across + x, down + y))
    (left, one), (right, other) = spots
    assert one == other and right - left == pytest.approx(chart.WIDTH / 2, abs=0.2)
    assert [label.text for label in drawn.canvas.labels].count(HOSTILE) == 2


def test_what_is_not_known_is_not_left_out() -> None:
    with pytest.raises(NotDrawable, match="pie"):
        chart.draw([{"type": "pie"}], {}, INK, words.of("en"))
    layout = {"height": 500, "geo": {"lonaxis": {"range": [0, 1]}, "lataxis": {"range": [0, 1]}}}
    with pytest.raises(NotDrawable, match="heatmap"):
        area.draw([{"type": "heatmap"}], layout, INK, ())


def test_a_text_that_no_file_can_hold_leaves_the_picture_whole() -> None:
    canvas = Canvas(20, 10)
    canvas.text(0, 5, "a\x00\x0bb", "#000000")
    svg = typeset.made(Drawn(canvas), Words("en", "\x00 & \ufffe", HOSTILE), INK, "svg")
    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == " & "
