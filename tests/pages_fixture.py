"""A small hand-made build, so that tests of pages know each figure they should show."""

import base64
import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from etl.insight.picture import Drawn, Ink, panels
from etl.words import words

ROOT = Path(__file__).resolve().parents[1]
SQL = Path(__file__).with_name("pages_fixture.sql")


def make_warehouse(
    folder: Path, build_id: str = "20261122-aaaa", *, synthetic: bool = True
) -> Path:
    """Make and publish a build in ``folder``; returns the folder."""
    home = folder / "builds" / build_id
    home.mkdir(parents=True)
    with duckdb.connect(str(home / "marketplace.duckdb")) as db:
        db.execute(SQL.read_text(encoding="utf-8"))
        db.execute("UPDATE quality.build SET build_id = ?, is_synthetic = ?", [build_id, synthetic])
    publish(folder, build_id)
    return folder


def publish(folder: Path, build_id: str) -> None:
    """Point ``current`` at a build, as the warehouse does: one atomic rename."""
    link = folder / "current.new"
    link.symlink_to(Path("builds") / build_id)
    link.replace(folder / "current")


def run_page(
    monkeypatch: pytest.MonkeyPatch,
    warehouse: Path,
    slug: str = "",
    lang: str = "en",
    **query: str,
) -> AppTest:
    """Open a page by its address; fails when it shows an error. ``in_`` stands for ``in``."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    test = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
    test.query_params["lang"] = lang
    test.session_state["_welcomed"] = True  # else the sample would lead to the page of files
    for name, value in query.items():
        test.query_params[name.rstrip("_")] = value
    if slug:
        test._page_hash = calc_hash(slug)  # a cold link: switch_page() wants a visit before it
    test.run()
    assert_fine(test)
    return test


def assert_fine(test: AppTest) -> None:
    """No exception, no error shown in its place, and charts that plotly accepts and that can be
    taken away as pictures."""
    assert not test.exception, [e.value for e in test.exception]
    assert not test.error, [e.value for e in test.error]
    for shown in test.get("plotly_chart"):
        spec = json.loads(shown.proto.spec)
        go.Figure(spec)  # raises what plotly does not know
        if "geo" not in spec["layout"] and "template" in spec["layout"]:
            pictured(spec)  # raises what a picture does not know


def pictured(spec: dict[str, Any]) -> Drawn:
    """The picture of a chart as a browser is told it."""
    ink = Ink("#000000", "#777777", "#dddddd", "#ffffff", "#aa0000")
    traces = [_decoded(trace) for trace in spec["data"]]
    return panels.draw(traces, _decoded(spec["layout"]), ink, words.of("fr"))


def _decoded(value: Any) -> Any:
    """Plotly's JSON with its columns of numbers as lists."""
    if isinstance(value, dict) and "bdata" in value:
        return np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
    if isinstance(value, dict):
        return {key: _decoded(inner) for key, inner in value.items()}
    return value


def list_data(test: AppTest) -> dict[str, Any]:
    """What the list of providers is drawn from; the box of words has suggestions of its own."""
    every = [json.loads(one.proto.json) for one in test.get("bidi_component")]
    (found,) = [data for data in every if "rows" in data]
    return dict(found)


def pieces(test: AppTest) -> dict[str, list[list[str]]]:
    """The list of providers by title: each cell in pieces, every second one of them marked."""
    data = list_data(test)
    return {title: [row[n + 1] for row in data["rows"]] for n, title in enumerate(data["titles"])}


def listed(test: AppTest) -> pd.DataFrame:
    """The list of providers as its reader sees it."""
    return pd.DataFrame({title: list(map("".join, cells)) for title, cells in pieces(test).items()})


def texts(test: AppTest) -> str:
    """All that a reader can read outside tables and charts."""
    found: list[Any] = [
        *test.title,
        *test.header,
        *test.subheader,
        *test.markdown,
        *test.caption,
        *test.warning,
        *test.info,
        *test.success,
    ]
    shown = [str(e.value) for e in found]
    shown += [f"{m.label} {m.value} {m.delta}" for m in test.metric]
    return "\n".join(shown)


def tabled(test: AppTest) -> str:
    """All that stands in tables."""
    return "\n".join(frame.to_csv() for frame in frames(test))


def frames(test: AppTest) -> list[pd.DataFrame]:
    """The tables of a page: its grids, then those that are written out, as texts."""
    return [frame.value for frame in test.dataframe] + written(test, '<div class="rows" ')


def written(test: AppTest, opening: str) -> list[pd.DataFrame]:
    """The tables that are written as HTML beginning so, each cell a text."""
    return [
        pd.DataFrame(
            [_between(row, "td") for row in shown.split("</tr>")[1:-1]],
            columns=_between(shown, "th"),
        )
        for shown in (one.proto.body for one in test.get("html"))
        if shown.startswith(opening)
    ]


def _between(shown: str, tag: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(f"<{tag} .*?>(.*?)</{tag}>", shown)]


AS_OF = dt.date(2026, 11, 22)
