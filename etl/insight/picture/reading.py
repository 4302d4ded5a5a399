"""What a page's figure holds, as plain values: plotly's own words for traces and layouts."""

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from etl.words.words import Words

Trace = Mapping[str, Any]
_TAG = re.compile(r"<[^>]*>")


class NotDrawable(ValueError):
    """A figure holds what no picture knows to draw: it is named, never left out in silence."""


def listed(values: Any) -> list[Any]:
    """The values of a column as a list, a missing one as None; [] where there is none."""
    if values is None or isinstance(values, str):
        return []
    found = values.tolist() if hasattr(values, "tolist") else list(values)
    return [None if not isinstance(v, (list, tuple, dict)) and pd.isna(v) else v for v in found]


def each(value: Any, count: int) -> list[Any]:
    """What is said once of all points, or of each."""
    is_one = value is None or isinstance(value, (str, int, float))
    return [value] * count if is_one else listed(value)


def plain(text: str) -> str:
    """The words of a text that plotly reads as HTML."""
    return html.unescape(_TAG.sub("", text.replace("<br>", " · ")))


def step_name(value: Any, words: Words) -> str:
    """A step of an axis in words."""
    if isinstance(value, (dt.date, dt.datetime)):
        return words.month(value)
    return str(value)


def writer(axis: Mapping[str, Any], words: Words, step: float) -> Callable[[float], str]:
    """How the numbers of an axis are written, ``step`` apart."""
    form = str(axis.get("tickformat") or "")
    if "%" in form:
        return lambda value: words.percent(value, 0 if round(step * 100, 6) % 1 == 0 else 1)
    if form == "d":
        return lambda value: str(round(value))
    decimals = 0 if round(step, 6) % 1 == 0 else 1 if round(step * 10, 6) % 1 == 0 else 2
    return lambda value: words.number(value, decimals)
