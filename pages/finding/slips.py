"""Texts a few slips from another: a letter dropped, added, changed or swapped with the next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

Numbers = np.ndarray[Any, Any]


class Texts:
    """Texts by their length: only those that are nearly as long are compared."""

    def __init__(self, texts: Sequence[str]) -> None:
        lengths = np.array([len(text) for text in texts], np.int64)
        self._numbers = np.argsort(lengths, kind="stable")
        self._texts = [texts[number] for number in self._numbers.tolist()]
        self._lengths = lengths[self._numbers]

    def near(self, text: str, most: int) -> tuple[Numbers, Numbers]:
        """The numbers of those that are so many slips away at most and not the text itself, and how
        many slips each is away, in the order of the texts."""
        low, high = np.searchsorted(self._lengths, [len(text) - most, len(text) + most + 1])
        some = self._texts[low:high]
        away = cdist([text], some, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
        near = np.flatnonzero((away > 0) & (away <= most))
        numbers = self._numbers[low + near]
        order = np.argsort(numbers)
        return numbers[order], away[near][order]


def allowed(word: str, least: int = 5) -> int:
    """How many slips a word may hold: one from five letters on, two from nine."""
    return 0 if len(word) < least else 1 if len(word) < 9 else 2
