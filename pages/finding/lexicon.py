"""The words that name places and domains, read once for each build."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pages.shared import query

_LITTLE = "a and at au aux d dan de des du en et for in l la le les near of ou par pour pre sur the"
LITTLE = frozenset(_LITTLE.split())
ARTICLES = ("la ", "le ", "les ", "l ")
# words for a kind of provider; they are looked for in names too
KINDS = {
    **dict.fromkeys(("sarl", "sas", "eurl", "sasu", "entreprise", "societe", "company"), "company"),
    **dict.fromkeys(("association", "asso"), "association"),
    **dict.fromkeys(("scop", "scic", "cooperative", "coop"), "cooperative"),
    **dict.fromkeys(("independant", "particulier", "freelance", "individual"), "individual"),
}
_PLURAL = re.compile(r"[a-z]{3,}[sx]")
_SAINTS = {"st": "saint", "ste": "sainte"}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """As the macro fold: no case, accents, ligatures or punctuation."""
    marks = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    plain = "".join(c for c in marks if not unicodedata.combining(c))
    plain = plain.replace("œ", "oe").replace("æ", "ae")
    return " ".join(
        "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in plain).split()
    )


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """As in the macro stems: a folded word without the plural's last letter."""
    if word in _SAINTS:
        return _SAINTS[word]
    return word[:-1] if _PLURAL.fullmatch(word) else word


@dataclass(frozen=True)
class Place:
    """A territory that words name: providers are there when their place_number is in low..high."""

    level: str
    code: str
    name: str
    departement: str
    low: int
    high: int
    providers: int


@dataclass(frozen=True)
class Lexicon:
    """What the words of one build mean."""

    places: dict[str, tuple[Place, ...]]  # by stems joined with spaces
    codes: dict[tuple[str, str], Place]  # by level and code
    postcodes: dict[str, tuple[int, ...]]
    bits: dict[str, int]  # by domain code
    exact: dict[frozenset[str], int]  # words of a whole phrase -> bits of its domains
    phrases: tuple[tuple[frozenset[str], int], ...]
    with_word: dict[str, tuple[int, ...]]  # word -> numbers of phrases
    place_words: dict[str, int]  # word -> providers of the places with it
    everybody: int

    def domains_of(self, words: Iterable[str], *, partly: bool) -> int:
        """The bits of the domains that have a phrase of these words (or, partly, with them)."""
        asked = frozenset(words)
        if not asked:
            return 0
        found = self.exact.get(asked, 0)
        if found or not partly:
            return found
        numbers = [set(self.with_word.get(word, ())) for word in asked]
        for number in set.intersection(*numbers):
            found |= self.phrases[number][1]
        return found


def load() -> Lexicon:
    """The lexicon of the served build."""
    served = query.build()
    return _load(served.id, str(served.path))


@lru_cache(maxsize=2)
def _load(build_id: str, path: str) -> Lexicon:
    places: dict[str, list[Place]] = {}
    codes: dict[tuple[str, str], Place] = {}
    place_words: dict[str, int] = {}
    rows: Any = query.page_sql(__file__, "places").itertuples(index=False)
    for row in rows:
        place = Place(
            str(row.level), str(row.code), str(row.name), str(row.departement_code or ""),
            int(row.low), int(row.high), int(row.providers),
        )  # fmt: skip
        codes[place.level, place.code] = place
        for key in keys(str(row.phrase)):
            places.setdefault(key, []).append(place)
        names = {stem(word) for word in str(row.phrase).split()}
        for word in names:  # a part of a longer name is seldom meant by itself
            share = place.providers if len(names) == 1 else place.providers // 20
            place_words[word] = place_words.get(word, 0) + share
    exact: dict[frozenset[str], int] = {}
    bits = {}
    rows = query.page_sql(__file__, "domains").itertuples(index=False)
    for row in rows:
        bits[str(row.domain_code)] = int(row.bit)
        for phrase in row.phrases:
            words = frozenset(telling(phrase.split()))
            exact[words] = exact.get(words, 0) | int(row.bit)
    phrases = tuple(sorted(exact.items(), key=lambda pair: sorted(pair[0])))
    with_word: dict[str, list[int]] = {}
    for number, (words, _bits) in enumerate(phrases):
        for word in words:
            with_word.setdefault(word, []).append(number)
    postcodes = query.page_sql(__file__, "postcodes")
    return Lexicon(
        places={key: tuple(found) for key, found in places.items()},
        codes=codes,
        postcodes={
            str(code): tuple(map(int, numbers))
            for code, numbers in zip(postcodes["postcode"], postcodes["places"], strict=True)
        },
        bits=bits,
        exact=exact,
        phrases=phrases,
        with_word={word: tuple(numbers) for word, numbers in with_word.items()},
        place_words=place_words,
        everybody=sum(place.providers for place in codes.values() if place.level == "region"),
    )


def keys(phrase: str) -> set[str]:
    """Under which words a place is looked up: its name, and without the article before it."""
    bare = next((phrase.removeprefix(a) for a in ARTICLES if phrase.startswith(a)), phrase)
    return {" ".join(map(stem, text.split())) for text in (phrase, bare)}


def telling(words: Iterable[str]) -> list[str]:
    """The stems that tell something, each once; all of them where none does."""
    stems = list(dict.fromkeys(map(stem, words)))
    return [word for word in stems if word not in LITTLE] or stems
