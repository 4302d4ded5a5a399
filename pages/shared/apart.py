"""How far apart two figures are, with the 95 % interval of their difference."""

import math
from typing import Any, NamedTuple

from pages.shared import i18n


class Told(NamedTuple):
    """A figure with its 95 % bounds, all three known."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Of a difference: whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def told(value: Any, low: Any, high: Any) -> Told | None:
    """The figure, None where something of it is missing."""
    if any(map(i18n.is_none, (value, low, high))):
        return None
    return Told(float(value), float(low), float(high))


def apart(one: Told | None, other: Told | None) -> Told | None:
    """The first less the second: of two shares with Wilson's bounds Newcombe's interval (1998,
    method 10), of any two what Zou and Donner (2008) made of it; None where one is not known."""
    if one is None or other is None:
        return None
    change = one.value - other.value
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Told(change, change - down, change + up)
