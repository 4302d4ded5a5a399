"""Who is found under words as they were read and filters; how many, in which order."""

import math
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import pandas as pd

from pages.finding.index import Index, Numbers, name_key
from pages.finding.lexicon import KINDS as KIND_WORDS
from pages.finding.lexicon import Lexicon
from pages.finding.parse import Reading
from pages.shared import query
from pages.shared.filters import KINDS

# a filter that is not met is one bit: who misses no other is counted for the values of that one
_MISSED = {"domain": 1, "kind": 2, "active": 4, "scop": 8, "approval": 16}
_LEAST_KEY = 40_000  # more than any name gains, in hundredths


@dataclass(frozen=True)
class Question:
    """The filters: domains = sum of their bits, 0 for all; low..high = places; near = km by place,
    NaN where it is not near enough; is_coming = whether it must travel so far."""

    domains: int = 0
    low: int = 0
    high: int = 2**30
    near: Numbers | None = None
    is_coming: bool = False
    kind: str = "all"
    active_only: bool = False
    scop_only: bool = False
    approval: str = "all"
    sort: str = "relevance"


@dataclass(frozen=True)
class Found:
    """All who are found, as rows of the index, not in order; and what each has of the words."""

    index: Index
    rows: Numbers
    missed: Numbers  # also holds who is only missed by one filter
    is_active: Numbers
    seen: Numbers
    gain: Numbers
    km: Numbers | None
    total: int = field(init=False)  # rows
    providers: int = field(init=False)  # where the rows of one SIRET are one
    active: int = field(init=False)  # of the providers

    def __post_init__(self) -> None:
        held = self.missed == 0
        object.__setattr__(self, "total", int(np.count_nonzero(held)))
        for name, some in (("providers", held), ("active", held & self.is_active)):
            object.__setattr__(self, name, self.index.providers(self.rows[some]))


class _Rows:
    """Some rows: a range of them, as long as nothing was asked, else their numbers."""

    def __init__(self, part: slice | Numbers) -> None:
        self.part = part

    def __call__(self, column: Numbers) -> Numbers:
        return column[self.part]

    def where(self, is_kept: Numbers) -> "_Rows":
        chosen = np.flatnonzero(is_kept)
        if isinstance(self.part, slice):
            return _Rows(chosen + self.part.start)
        return _Rows(self.part[chosen])

    def numbers(self) -> Numbers:
        if isinstance(self.part, slice):
            return np.arange(self.part.start, self.part.stop)
        return self.part


def find(
    index: Index, lexicon: Lexicon, reading: Reading, asked: Question, around: Numbers | None = None
) -> Found:
    """Everybody who answers the words and misses one filter at most. ``around``: where the words
    ask for a radius, km by place as in a Question."""
    looked_for = reading.looked_for
    bits = {word: 1 << n for n, word in enumerate(dict.fromkeys(looked_for))}
    holders = {word: index.holding(reading.terms.get(word, {})) for word in bits}
    some = _start(index, reading, {word: rows for word, (rows, _gains) in holders.items()})
    seen, gain = _marks(index, some, bits, holders)
    some = _having_words(index, lexicon, reading, bits, seen, some)
    some = _there(index, lexicon, reading, asked, bits, seen, some, around)
    if len(reading.phrase) > 1 and len(rows := some(index.rows["provider_row"])):
        some = some.where(_in_order(reading.exact_name, rows))
    km = None if around is None else around[some(index.rows["place_number"])]
    if asked.near is not None:
        km = asked.near[some(index.rows["place_number"])]
        is_near = ~np.isnan(km)
        if asked.is_coming:
            is_near &= km <= some(index.rows["reach_km"])
        some, km = some.where(is_near), km[is_near]
    active = some(index.rows["is_active"])
    if asked.domains:
        active = (some(index.rows["active_domains"]) & asked.domains) != 0
    missed = _missed(index, asked, some, active)
    is_held = missed & (missed - 1) == 0  # no bit, or one
    if not is_held.all():
        some, missed, active = some.where(is_held), missed[is_held], active[is_held]
        km = km if km is None else km[is_held]
    rows = some.numbers()
    none = np.zeros(len(rows), np.uint32)
    return Found(
        index, rows, missed, active,
        seen[rows] if bits else none, gain[rows] if bits else none, km,
    )  # fmt: skip


class _Few:
    """A number for each of some rows alone, asked for as one for every row is."""

    def __init__(self, rows: Numbers, values: Numbers) -> None:
        self.rows, self.values = rows, values

    def __getitem__(self, rows: Numbers) -> Numbers:
        return self.values[np.searchsorted(self.rows, rows)]


def _marks(
    index: Index, some: _Rows, bits: dict[str, int], holders: dict[str, tuple[Numbers, Numbers]]
) -> tuple[Any, Any]:
    """Which of the words each row has, as bits, and what it gains by them: of all rows, or of the
    few that may be found."""
    few = None if isinstance(some.part, slice) else some.part
    size = len(few) if few is not None else len(index) if bits else 0
    seen, gain = np.zeros(size, np.uint32), np.zeros(size, np.float32)
    for word, bit in bits.items():
        at, gains = holders[word]
        if few is not None and len(at):
            place = np.minimum(np.searchsorted(at, few), len(at) - 1)
            has = at[place] == few
            at, gains = np.flatnonzero(has), gains[place[has]]
        seen[at] |= np.uint32(bit)
        gain[at] += gains
    return (seen, gain) if few is None else (_Few(few, seen), _Few(few, gain))


def _start(index: Index, reading: Reading, holders: dict[str, Numbers]) -> _Rows:
    """As few rows as can be told at once."""
    column = index.rows
    if reading.is_nothing:
        return _Rows(slice(0, 0))
    if reading.identifier:
        some = _Rows(slice(0, len(index)))
    else:
        only_names = [holders[word] for word in [*reading.names, *reading.phrase]]
        if only_names:
            return _Rows(min(only_names, key=len))
        is_named = (column["name_key"] == np.uint64(name_key(reading.folded))).any()
        if len(reading.places) == 1 and not reading.radius_km and not is_named:
            place = reading.places[0]
            low, high = index.place_starts[place.low], index.place_starts[place.high + 1]
            return _Rows(slice(int(low), int(high)))
        some = _Rows(slice(0, len(index)))
    if reading.identifier:
        digits, length = int(reading.identifier), len(reading.identifier)
        is_it = np.zeros(len(some.numbers()), bool)
        for name, full in (("siren", 9), ("siret", 14)):
            if length <= full:
                low = digits * 10 ** (full - length)
                values = some(column[name])
                is_it |= (values >= max(low, 1)) & (values < low + 10 ** (full - length))
        some = some.where(is_it)
    return some


def _having_words(
    index: Index, lexicon: Lexicon, reading: Reading, bits: dict[str, int], seen: Any,
    some: _Rows,
) -> _Rows:  # fmt: skip
    """Those who have every word: in the name, among the domains, or as the kind."""
    alone = [word for word in reading.words if word not in reading.masks]
    wanted = reduce(or_, (bits[word] for word in [*alone, *reading.phrase]), 0)
    if wanted:
        has, kinds = some(seen), some(index.rows["kind"])
        for word, kind in reading.kinds.items():
            answers = kinds == KINDS.index(kind)
            if reading.names and kind != "cooperative":  # who bears the name may be of that kind
                answers |= kinds == KINDS.index("unknown")
            has = has | answers * np.uint32(bits[word])
        some = some.where((has & wanted) == wanted)
    for ask in reading.asks:
        answers = (some(index.rows["domains"]) & ask.bits) != 0
        for phrase in ask.phrases:
            words = np.uint32(reduce(or_, (bits[word] for word in phrase)))
            answers |= (some(seen) & words) == words
        if ask.hints and not answers.all():
            terms = {n: 0.0 for hint in ask.hints for n in reading.terms[hint]}
            hinted = np.zeros(len(index) if terms else 0, bool)
            if terms:
                hinted[index.holding(terms)[0]] = True
                answers |= some(hinted) & (some(index.rows["domains"]) == lexicon.bits["unknown"])
        some = some.where(answers)
    return some


def _in_order(phrase: str, provider_rows: Numbers) -> Numbers:
    """Which of the providers have the folded words in their names, one after the other."""
    held = query.quick_sql(__file__, "phrase", phrase=phrase, rows=provider_rows.tolist())
    return np.isin(provider_rows, held["provider_row"].to_numpy())


def _there(
    index: Index, lexicon: Lexicon, reading: Reading, asked: Question,
    bits: dict[str, int], seen: Any, some: _Rows, around: Numbers | None,
) -> _Rows:  # fmt: skip
    """Those in the territory, and where the words say; who has every word in the name anyway."""
    column = index.rows
    if asked.low > 1 or asked.high < len(index.place_starts):
        places = some(column["place_number"])
        some = some.where((places >= asked.low) & (places <= asked.high))
    if not reading.places and not reading.postcode:
        return some
    is_meant = np.zeros(len(index.place_starts), bool)
    numbers = reading.place_numbers(lexicon)
    if numbers:
        is_meant[list(numbers)] = True
    else:
        for place in reading.places:
            is_meant[place.low : place.high + 1] = True
    if around is not None:
        is_meant = ~np.isnan(around)
    is_there = is_meant[some(column["place_number"])]
    if reading.folded:  # DOM is a place, FREE'DOM bears the very name
        is_there |= some(column["name_key"]) == np.uint64(name_key(reading.folded))
    if reading.postcode:
        postcodes = some(column["postcode"])
        is_there &= (postcodes == int(reading.postcode)) | (
            (postcodes == 0) & (not reading.is_arrondissement)
        )
    if reading.place_words and reading.words:
        asked_for = [*reading.words, *reading.phrase, *reading.place_words]
        every = np.uint32(reduce(or_, (bits[word] for word in asked_for)))
        is_there |= (some(seen) & every) == every
    return some.where(is_there)


def _missed(index: Index, asked: Question, some: _Rows, active: Numbers) -> Numbers:
    column = index.rows
    missed = np.zeros(len(active), np.uint8)
    if asked.domains:
        missed |= ((some(column["domains"]) & asked.domains) == 0) * np.uint8(_MISSED["domain"])
    if asked.kind != "all":
        is_other = some(column["kind"]) != KINDS.index(asked.kind)
        missed |= is_other * np.uint8(_MISSED["kind"])
    if asked.active_only:
        missed |= ~active * np.uint8(_MISSED["active"])
    if asked.scop_only:
        missed |= ~some(column["is_scop"]) * np.uint8(_MISSED["scop"])
    if asked.approval != "all":
        name = "approved_domains" if asked.approval == "yes" else "unapproved_domains"
        lacks = (some(column[name]) & (asked.domains or -1)) == 0
        missed |= lacks * np.uint8(_MISSED["approval"])
    return missed


def ranked(found: Found, reading: Reading, asked: Question, page: int, size: int) -> Numbers:
    """Which of the found are on a page, best first: numbers within found.rows.

    The very name, then who has every word in the name; of a kind of help, who offers it, then who
    is active; who has most of the name, and begins with the first word; the freshest. Each is a
    digit of one number, so that only the asked pages need to be sorted.
    """
    held = np.flatnonzero(found.missed == 0)
    rows, active = found.rows[held], found.is_active[held]
    column = found.index.rows
    key = column["freshness"][rows].astype(np.int64)
    if asked.sort == "relevance":
        third = np.where(active, _LEAST_KEY, _LEAST_KEY + 1)
        gain = found.gain[held]
        if gain.any():
            seen = np.bitwise_count(found.seen[held])
            share = 1 + seen / np.maximum(1, column["name_words"][rows])
            third = third - 10 * np.minimum(np.rint(10 * gain * share), 3_999).astype(np.int64)
        if reading.postcode:
            third = third + 100_000 * (column["postcode"][rows] == 0)
        first = np.uint64(name_key(reading.words[0])) if reading.words else np.uint64(0)
        third = 2 * third.astype(np.int64) + (column["first_word"][rows] != first)
        key += third << 32
        if not reading.by_name:
            key += (~active).astype(np.int64) << 52
            for ask in reading.asks:
                key |= ((column["domains"][rows] & ask.bits) == 0).astype(np.int64) << 53
        elif reading.kinds:  # after whose kind is known, or in the name
            is_unknown = column["kind"][rows] == KINDS.index("unknown")
            said = sum(1 << reading.words.index(word) for word in reading.kinds)
            key |= (is_unknown & (found.seen[held] & np.uint32(said) == 0)).astype(np.int64) << 53
        words = dict.fromkeys([*reading.words, *reading.extra])
        told = sum(1 << n for n, word in enumerate(words) if word not in KIND_WORDS)
        named = sum(1 << reading.looked_for.index(word) for word in reading.place_words)
        if told and len(words) > 1:
            key += (found.seen[held] & np.uint32(told) != told).astype(np.int64) << 54
        if told and named:  # the place in the name too
            key += (found.seen[held] & np.uint32(told | named) != told | named).astype(
                np.int64
            ) << 55
        typed = np.uint64(name_key(reading.folded))
        if typed:
            key += (column["name_key"][rows] != typed).astype(np.int64) << 56
    elif asked.sort == "distance":
        key += (~active).astype(np.int64) << 50
        if found.km is not None:
            _kms, order = np.unique(found.km[held], return_inverse=True)
            key += order.astype(np.int64) << 51
    last = min(page * size, len(key))
    if last < len(key):
        best = np.argpartition(key, last)[:last]
        best = best[np.argsort(key[best])]
    else:
        best = np.argsort(key)
    return held[best[(page - 1) * size : last]]


def page_of(total: int, page: int, size: int) -> int:
    """The asked page, or the last one."""
    return min(max(page, 1), max(1, math.ceil(total / size)))


def counted(found: Found, asked: Question, lexicon: Lexicon, part_level: str) -> pd.DataFrame:
    """How many providers would be found with each value of one filter, the words and the other
    filters staying: facet (domain, kind, active, scop, approval, territory), value, n."""
    index, column = found.index, found.index.rows
    within = {
        facet: found.rows[(found.missed & ~np.uint8(bit)) == 0] for facet, bit in _MISSED.items()
    }
    active = found.rows[((found.missed & ~np.uint8(_MISSED["active"])) == 0) & found.is_active]

    def number(facet: str, held: Numbers) -> int:
        return index.providers(within[facet][held])

    domains, kinds = column["domains"][within["domain"]], column["kind"][within["kind"]]
    counts: list[tuple[str, str, int]] = [
        *(
            ("domain", code, number("domain", domains & bit != 0))
            for code, bit in lexicon.bits.items()
        ),
        *(("kind", kind, number("kind", kinds == n)) for n, kind in enumerate(KINDS)),
        ("active", "1", index.providers(active)),
        ("scop", "1", number("scop", column["is_scop"][within["scop"]])),
    ]
    for value, name in (("yes", "approved_domains"), ("lacking", "unapproved_domains")):
        held = column[name][within["approval"]] & (asked.domains or -1) != 0
        counts.append(("approval", value, number("approval", held)))
    if part_level:
        codes = index.codes[part_level]
        rows = found.rows[found.missed == 0]
        by_place = pd.Series(
            np.bincount(column["place_number"][rows], minlength=len(codes) + 1)[1:]
        )
        by_place = by_place[by_place > 0]
        by_code = by_place.groupby(codes[by_place.index]).sum()
        shared = rows[index.is_repeated[rows]]
        again = pd.DataFrame(
            {"code": codes[column["place_number"][shared] - 1], "siret": column["siret"][shared]}
        )
        again = again[again.duplicated()]
        by_code = by_code.sub(again["code"].value_counts(), fill_value=0)
        counts += [("territory", str(code), int(n)) for code, n in by_code.items()]
    table = pd.DataFrame(counts, columns=["facet", "value", "n"])
    table = table[(table["n"] > 0) | table["facet"].isin(["active", "scop", "approval"])]
    return table.sort_values(["facet", "n", "value"], ascending=[True, False, True])
