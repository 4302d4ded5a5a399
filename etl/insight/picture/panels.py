"""Charts side by side on one scale, as a page draws them with plotly; one alone as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from etl.insight.picture import Drawn, Ink, chart
from etl.insight.picture.canvas import Canvas
from etl.insight.picture.reading import Trace, plain
from etl.words.words import Words

PAGE = 1000.0  # pixels of a page that a picture is as wide as


def draw(traces: Sequence[Trace], layout: Mapping[str, Any], ink: Ink, words: Words) -> Drawn:
    """The figure of a page: of several axes small charts where those lie, each below its title;
    raises NotDrawable for what it does not know."""
    axes = list(dict.fromkeys(str(trace.get("yaxis") or "y") for trace in traces))
    if len(axes) < 2 and "domain" not in (layout.get("yaxis") or {}):
        return chart.draw(traces, layout, ink, words)
    canvas = Canvas(chart.WIDTH, float(layout["height"]) * chart.WIDTH / PAGE)
    for name in axes:
        sides = {side: dict(layout[f"{side}axis{name[1:]}"]) for side in "xy"}
        (left, right), (low, high) = (sides[side].pop("domain") for side in "xy")
        own = {f"{side}axis": axis for side, axis in sides.items()}
        width, height = (right - left) * chart.WIDTH, (high - low) * canvas.height + 36
        mine = [trace for trace in traces if trace.get("yaxis", "y") == name]
        plot = chart.Plot(mine, own, ink, words, (width, height))
        plot.draw()
        canvas.lay(plot.canvas, left * chart.WIDTH, (1 - high) * canvas.height - 16)
    for note in layout.get("annotations") or ():
        x, y = float(note["x"]) * chart.WIDTH, (1 - float(note["y"])) * canvas.height
        lines = str(note["text"]).split("<br>")
        for n, line in enumerate(lines):
            y_line = y - 4 - 11 * (len(lines) - 1 - n)
            canvas.text(x + 4, y_line, plain(line), ink.text, is_bold="<b>" in line)
    return Drawn(canvas, chart.Plot(list(traces), {}, ink, words).legend())
