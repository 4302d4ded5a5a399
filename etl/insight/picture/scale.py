"""Axes that end at a round number."""

from collections.abc import Sequence


def round_axis(values: Sequence[float]) -> tuple[float, float]:
    """The end of an axis that starts at 0, and its step, both round."""
    most = max([value for value in values if value is not None], default=0) or 1
    unit = 1e-6
    while True:
        for step in (unit, 2 * unit, 2.5 * unit, 5 * unit):
            if step * 5 >= most:
                count = -(-most // step)
                return step * max(count, 1), step
        unit *= 10
