"""SIREN and SIRET numbers with valid check digits, from a range that no real unit holds."""

from __future__ import annotations

import numpy as np

from etl.sample.draw import Array


def check_digit(numbers: Array, digits: int) -> Array:
    """The Luhn digit that completes numbers of so many digits."""
    total = np.zeros(len(numbers), dtype=np.int64)
    rest = numbers.astype(np.int64)
    for place in range(digits):
        digit = rest % 10
        rest = rest // 10
        doubled = digit * 2
        total += np.where(doubled > 9, doubled - 9, doubled) if place % 2 == 0 else digit
    return (10 - total % 10) % 10


def sirens(ranks: Array) -> Array:
    """SIREN as numbers, nine digits once padded. The lowest ones were never given to anybody."""
    body = ranks.astype(np.int64) + 1
    return body * 10 + check_digit(body, 8)


def sirets(siren: Array, establishments: Array) -> Array:
    """SIRET as numbers, of fourteen digits once padded; establishments are counted from 1."""
    body = siren * 10_000 + establishments
    return body * 10 + check_digit(body, 13)


def padded(numbers: Array, digits: int) -> Array:
    """Numbers as text of so many digits."""
    if not len(numbers):
        return np.array([], dtype=object)
    return np.char.zfill(numbers.astype(str), digits).astype(object)
