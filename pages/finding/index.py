"""The search index of one build, in memory: numbers, words, and whose names hold each.

The build makes it (marts.search_*); it is read once for each build, for all visitors together:
about 70 bytes for each provider and 350 for each word.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from pages.finding.slips import Numbers, Texts
from pages.shared import query
from pages.shared.filters import KINDS

MOST_BEGUN, MOST_SLIPPED = 40, 25


class Word(NamedTuple):
    """A known word; distance: slips away from the asked one, 0 for it and what begins with it."""

    number: int
    word: str
    providers: int
    weight: float
    is_domain: bool
    distance: int = 0


@dataclass(frozen=True)
class Index:
    """Arrays by row of marts.search_rows, by word, and by place; row, word and place are numbers.

    ``holders`` are the rows of the providers with a word in the name, word by word; those of word
    n are from ``holder_starts[n]`` on. Rows of place n are from ``place_starts[n]`` on.
    ``is_repeated``: the rows whose SIRET others have too; together they are one provider.
    """

    rows: dict[str, Numbers]
    words: list[str]
    spelt: Texts = field(repr=False)  # the words
    sounding: dict[str, list[int]] = field(repr=False)  # how a word is read -> numbers of such
    word_columns: dict[str, Numbers]
    holders: Numbers
    holder_starts: Numbers
    place_starts: Numbers
    is_repeated: Numbers
    codes: dict[str, Numbers] = field(repr=False)  # level -> the code of each place's territory

    def __len__(self) -> int:
        return len(self.rows["domains"])

    def providers(self, rows: Numbers) -> int:
        """How many providers these rows are: those of one SIRET are one."""
        sirets = self.rows["siret"][rows[self.is_repeated[rows]]]
        return len(rows) - len(sirets) + len(np.unique(sirets))

    def has_postcode(self, code: str) -> bool:
        """Whether anybody's record has this postcode."""
        return bool((self.rows["postcode"] == int(code)).any())

    def word(self, number: int, distance: int = 0) -> Word:
        """All about one word."""
        of = self.word_columns
        return Word(
            number, self.words[number], int(of["providers"][number]),
            float(of["weight"][number]), bool(of["is_domain"][number]), distance,
        )  # fmt: skip

    def known(self, words: Iterable[str]) -> dict[str, Word]:
        """Those of the words that are known."""
        found = {}
        for word in words:
            number = bisect_left(self.words, word)
            if number < len(self.words) and self.words[number] == word:
                found[word] = self.word(number)
        return found

    def begun(self, word: str) -> list[Word]:
        """The known words that begin with this one, the likeliest first."""
        low = bisect_left(self.words, word)
        high = bisect_left(self.words, word + "\U0010ffff")
        numbers = [n for n in self._likeliest(np.arange(low, high)) if self.words[n] != word]
        return [self.word(n) for n in numbers[:MOST_BEGUN]]

    def slipped(self, word: str, most: int) -> list[Word]:
        """The known words so many slips away at most, the nearest and likeliest first."""
        numbers, away = self.spelt.near(word, most)
        return [
            self.word(n, distance)
            for distance in range(1, most + 1)
            for n in self._likeliest(numbers[away == distance])[:MOST_SLIPPED]
        ]

    def _likeliest(self, numbers: Numbers) -> list[int]:
        of = self.word_columns
        order = np.lexsort((numbers, -of["providers"][numbers], ~of["is_domain"][numbers]))
        return numbers[order].tolist()

    def holding(self, terms: dict[int, float]) -> tuple[Numbers, Numbers]:
        """The rows with any of these words in the name, and the most that one of them gains."""
        if not terms:
            return np.empty(0, np.int32), np.empty(0)
        best_first = sorted(terms.items(), key=lambda term: (-term[1], term[0]))
        parts = [
            self.holders[self.holder_starts[n] : self.holder_starts[n + 1]] for n, _g in best_first
        ]
        if len(parts) == 1:
            return parts[0], np.full(len(parts[0]), best_first[0][1])
        gains = np.repeat([gain for _n, gain in best_first], [len(part) for part in parts])
        rows, first = np.unique(np.concatenate(parts), return_index=True)
        return rows, gains[first]


def name_key(folded: str) -> int:
    """As name_key and first_word in marts.search_rows."""
    digest = hashlib.md5(folded.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") if folded else 0


def load() -> Index:
    """The index of the served build."""
    served = query.build()
    return _load(served.id, str(served.path))


# A resource: made once while others wait, shared by all, never copied. Of two builds, as while one
# is served instead of the other.
@st.cache_resource(max_entries=2, show_spinner=False)
def _load(build_id: str, path: str) -> Index:
    rows = _columns("rows", kinds=list(KINDS))
    words = query.whole(__file__, "words")
    holders = _columns("holders")["number"]
    places = query.whole(__file__, "place_codes")
    sounding: dict[str, list[int]] = {}
    for number, sound in enumerate(words.pop("sound")):
        if isinstance(sound, str):
            sounding.setdefault(sound, []).append(number)
    counts = words["providers"].to_numpy()
    sirets = pd.Series(rows["siret"])
    return Index(
        rows=rows,
        words=words["word"].tolist(),
        spelt=Texts(words["word"].tolist()),
        sounding=sounding,
        word_columns={n: words[n].to_numpy() for n in words.columns if n != "word"},
        holders=holders,
        holder_starts=np.concatenate([[0], np.cumsum(counts)]),
        place_starts=np.searchsorted(rows["place_number"], np.arange(len(places) + 2)),
        is_repeated=(sirets.duplicated(keep=False) & (sirets > 0)).to_numpy(),
        codes={level: places[level].to_numpy(dtype=object) for level in places.columns},
    )


def _columns(name: str, **params: Any) -> dict[str, Numbers]:
    frame: pd.DataFrame = query.whole(__file__, name, **params)
    return {column: np.ascontiguousarray(frame[column].to_numpy()) for column in frame.columns}
