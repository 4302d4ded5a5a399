"""The plain way: sums taken from each other, until one or two firms are left.

It finds less than linear programmes do, and finds it by other means.
"""

from collections.abc import Iterator
from itertools import combinations

from tests.attack.model import Model

NEAR = 1e-9
FEW = 2


def sums(model: Model) -> dict[frozenset[int], str]:
    """The published sums that are told exactly: who is in them, and which cell it is."""
    return {
        frozenset(row.weights): row.why
        for row in model.rows
        if not row.is_fact
        and row.high - row.low < NEAR
        and all(abs(weight - 1) < NEAR for weight in row.weights.values())
    }


def few(model: Model) -> list[str]:
    """Sums, and what is left of one without one or two others within it, that hold the figures of
    one or two firms, and not only of those who agreed; those that are 0 tell of nobody."""
    told = sums(model)
    return sorted({why for left, why in _left(told) if _tells(model, left)})


def _left(told: dict[frozenset[int], str]) -> Iterator[tuple[frozenset[int], str]]:
    for whole, why in told.items():
        yield whole, why
        parts = [part for part in told if part < whole]
        for part in parts:
            yield whole - part, f"{why} less {told[part]}"
        for one, other in combinations(parts, 2):
            if not one & other:
                yield whole - one - other, f"{why} less {told[one]} less {told[other]}"


def _tells(model: Model, left: frozenset[int]) -> bool:
    of = [model.unknowns[number] for number in left]
    firms = {one.owner for one in of if one.value}
    return bool(firms - model.agreed) and len(firms - model.known) <= FEW
