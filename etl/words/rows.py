"""Rows of a frame, one after the other, for what writes them out for a reader."""

from collections import namedtuple
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, whose fields the type checker takes as they come.

    Not itertuples, which takes columns of Arrow arrays value by value and makes a class a call.
    """
    row = _row_of(tuple(frame.columns))
    yield from map(row._make, zip(*(frame[name].tolist() for name in frame), strict=True))


@lru_cache(maxsize=128)
def _row_of(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)
