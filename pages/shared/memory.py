"""Spares the readers the collector's walk through what the process will keep for ever."""

import gc
from functools import cache


@cache
def settle() -> None:
    """Once a process, after the first page: libraries, outlines and translations are loaded by
    then. A full collection walks through all of them, 100 ms in the middle of somebody's click."""
    gc.collect()
    gc.freeze()
