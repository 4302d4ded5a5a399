"""How much the tests try: little at each change, more before it lands, all now and then."""

import os
from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")
SIZES = {"small": 1 / 8, "middle": 1 / 8, "long": 10}  # of the examples that a test names
LEFT_OUT = {"small": ("middle", "long"), "middle": ("long",), "long": ()}  # marks of tests
SIZE = os.environ.get("MAILLAGE_TEST_SIZE", "small")


def examples(number: int) -> int:
    """How many examples of a property are drawn."""
    return max(3, round(number * SIZES[SIZE]))


def some(values: Sequence[Value], small: int, middle: int | None = None) -> list[Value]:
    """So many of the values, spread evenly; all of them where no number is given for the size."""
    wanted = {"small": small, "middle": middle}.get(SIZE) or len(values)
    count = min(wanted, len(values))
    return [values[number * len(values) // count] for number in range(count)]
