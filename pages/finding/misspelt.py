"""The place that a misspelt word is taken for, where no exact one stands."""

from functools import reduce
from operator import or_

import numpy as np

from pages.finding import heard
from pages.finding.forms import root
from pages.finding.lexicon import KINDS, LITTLE, Lexicon, fold, stem
from pages.finding.names_of_places import BEFORE_PLACES, CITY, TOWN, Meant
from pages.finding.slips import allowed
from pages.finding.where import Where

LONGEST, MOST_WINDOWS = 4, 24
LEAST, LEAST_ALONE = 3, 4  # letters, beside others of the name (bar le duk)
LARGE = 100_000  # people of a city whose slip may be known as a name


def read_misspelt(where: Where) -> None:
    """A word that nobody knows is taken for a place where none stands; or for the rest of the
    name of one that was begun (clermont ferran)."""
    unknown, strange = _unknown(where), _strange(where)
    if not (unknown or strange) or where.postcode:
        return
    windows = []
    for size in range(min(LONGEST, len(where.words)), 0, -1):
        for start in range(len(where.words) - size + 1):
            window = range(start, start + size)
            parts = [w for w in where.windows if w.start < window.stop and start < w.stop]
            is_free = all(not where.used[n] or any(n in w for w in parts) for n in window)
            holds = all(w.start >= start and w.stop <= window.stop for w in parts)
            if (
                (unknown | (strange if size == 1 else set())) & set(window) and is_free and holds
                and (size > 1 or len(where.words[start]) >= LEAST_ALONE)
                and (parts or not where.places)
                and not any(_is_told(where, n) for n in window)
                and (where.words[start] not in LITTLE or any(w.start == start for w in parts))
                and where.words[window[-1]] not in LITTLE
            ):  # fmt: skip
                windows.append(window)
    windows = windows[:MOST_WINDOWS]
    texts = ["".join(where.words[n] for n in window) for window in windows]
    found = where.lexicon.names.misspelt(texts, [allowed(text, least=4) for text in texts])
    if where.is_lost:
        # an s or z at the end may be one that is heard: toulouz
        whole = {text: text + "e" for text in texts if text[-1] in "sz"}
        same = heard.places_like([*texts, *whole.values()], where.lexicon)
        same = {text: same[one] for text, one in whole.items() if one in same} | same
        found = [
            near if near[0].population >= CITY else (same.get(text, near[0]), near[1] or 1)
            for text, near in zip(texts, found, strict=True)
        ]
    for window, (meant, slips) in sorted(
        zip(windows, found, strict=True), key=lambda pair: (pair[1][1], -len(pair[0]))
    ):
        if meant.likely and _is_likely(where, window, meant, slips):
            typed = " ".join(where.words[n] for n in window)
            where.corrected[typed] = meant.likely[0].name
            where.text = [word for word in where.text if word not in typed.split()]
            for n in window:
                where.used[n] = False
            where.take(window, meant)
            return


def _is_told(where: Where, n: int) -> bool:
    """Whether a word is known to ask for a domain or a kind."""
    return where.words[n] in KINDS or bool(
        where.asks[n] and stem(where.words[n]) not in where.alike
    )


def _unknown(where: Where) -> set[int]:
    return {
        n for n, word in enumerate(where.words)
        if not where.used[n] and word.isalpha() and len(word) >= LEAST
        and stem(word) in where.alike
        and (not where.asks[n] or (root(word) not in where.lexicon.forms
                                   and where.lexicon.names.is_city(word)))
    }  # fmt: skip


def _strange(where: Where) -> set[int]:
    """Words that are known, and one slip from a city, beside a domain: where they are the city's
    but for the plural (bordeau), or nobody who is asked for has them."""
    told = [n for n, bits in enumerate(where.asks) if bits and not where.used[n]]
    if not told or where.places:
        return set()
    strange = {
        n for n, word in enumerate(where.words)
        if not (where.used[n] or where.plain[n] or where.asks[n] or stem(word) in where.alike)
        and word.isalpha() and allowed(word) and stem(word) not in where.lexicon.trades
        and len(where.lexicon.names.city_names.near(word, 1)[0])
    }  # fmt: skip
    return {
        n for n in strange
        if _is_of_city(where.words[n], where.lexicon)
        or not (where.lexicon.is_common(stem(where.words[n])) or _is_asked(where, n, told))
    }  # fmt: skip


def _is_of_city(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a city's name but for the plural."""
    near, _slips = lexicon.names.misspelt([word], [1])[0]
    return stem(word) in {stem(fold(place.name)) for place in near.likely}


def _is_asked(where: Where, n: int, told: list[int]) -> bool:
    """Whether a provider of a domain that is asked for, or with a word of it, has a word."""
    known = where.index.known(stem(where.words[m]) for m in [n, *told])
    held = {w: where.index.holding({row.number: 0.0})[0] for w, row in known.items()}
    rows = held.pop(stem(where.words[n]), np.empty(0, np.int32))
    bits = reduce(or_, (where.asks[m] for m in told))
    of_domain = (where.index.rows["domains"][rows] & bits).any()
    return bool(of_domain or any(np.isin(rows, others).any() for others in held.values()))


def _is_likely(where: Where, window: range, meant: Meant, slips: int) -> bool:
    """Against a slip of a name, where other names stand beside it or nothing does; and against
    a place abroad that is written so."""
    is_abroad = " ".join(where.words[n] for n in window) in where.lexicon.foreign
    if is_abroad and (slips > 1 or meant.population < CITY):
        return False
    if len(window) > 1:
        return meant.population >= TOWN
    if stem(where.words[window.start]) not in where.alike:
        return slips == 1 and meant.population >= LARGE
    rest = [n for n in range(len(where.words)) if n not in window and not where.plain[n]]
    has_names = any(
        not where.asks[n] and where.words[n] not in KINDS and not where.words[n].isdecimal()
        for n in rest
    )
    is_led = bool(window.start) and where.words[window.start - 1] in BEFORE_PLACES
    if meant.population >= CITY and (is_led or not has_names):
        return True
    own = {stem(word) for place in meant.likely for word in fold(place.name).split()}
    is_a_name = any(
        row.providers and row.distance <= slips and row.word not in own
        for row in where.alike[stem(where.words[window[0]])]
    )
    if is_a_name or (has_names and meant.population < CITY):
        return False
    return meant.population >= TOWN or any(place.providers for place in meant.likely)
