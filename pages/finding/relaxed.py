"""What to search where nobody has all the words: some left out, or a known one as a slip."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from math import log
from operator import or_

from pages.finding.index import Index
from pages.finding.lexicon import LITTLE, Lexicon, stem
from pages.finding.parse import LONGEST_PHRASE, Ask, Reading, fitting
from pages.finding.unknown import doubled
from pages.finding.where import allowed

LEAST_NAMES = 2  # words of a name that stay where others are left out
MOST_SLIPS = 4  # that are tried of a known word
SIREN, SIRET = 9, 14  # digits
LEAST_SAID, MOST_GUESSED = 2, 3  # words that a guessed domain is said with; domains guessed
_SURE, _ALIKE = 4.0, 0.1  # what the words of a guess must tell; and of domains guessed together
_COMMON = 0.3  # of what the words of a name tell, told by words that many names have
_LESS = 0.49  # of what the words of a name tell may be left out


def misread(whole: Reading, index: Index) -> Iterator[Reading]:
    """The words of a name with one of them, though known, as the slip of another."""
    for word in whole.words[:LONGEST_PHRASE]:
        is_name = word in whole.terms and word not in whole.corrected
        slips = index.slipped(word, 1) if is_name and allowed(word) else []
        for near in [row for row in slips if row.providers][:MOST_SLIPS]:
            terms = whole.terms | {word: {near.number: near.weight}}
            yield replace(whole, terms=terms, corrected=whole.corrected | {word: near.word})


def relaxed(reading: Reading, index: Index) -> Iterator[Reading]:
    """The same with words left out that are neither place nor domain: kinds first, then each word
    alone, then one more each time, the commonest first.

    Where nothing else tells who is meant, words that tell most of the name stay. What names a place
    abroad always stays: nobody is there.
    """
    if reading.identifier:
        yield from _by_number(reading)
        return
    short = {word for ask in reading.asks if not ask.bits for word in ask.phrases[0]}
    loose = [word for word in (*reading.names, *sorted(short)) if word not in reading.abroad]
    weights = {word: _weight(word, index) for word in loose}
    kinds = [word for word in reading.kinds if word not in reading.masks]
    order = [*kinds, *sorted(weights, key=lambda word: weights[word])]
    ways = [order[:n] for n in range(1, len(order) + 1)]
    ways += [[word] for word in order[1:]]
    most = sum(weights.values()) * (1 if _is_sure(reading) else _LESS)
    for way in sorted(ways, key=lambda way: sum(weights.get(word, 0) for word in way)):
        left = [word for word in reading.words if word not in way]
        is_told = left or reading.exact_name
        names = [word for word in weights if word not in way]
        is_few = len(names) < min(len(weights), LEAST_NAMES)
        lost = sum(weights.get(word, 0) for word in way)
        if not _is_sure(reading) and is_few and lost > _COMMON * sum(weights.values()):
            continue  # a surname alone is not who was meant, a rare word beside a common one is
        if not is_told or sum(weights.get(word, 0) for word in way) > most:
            return
        fewer = replace(
            reading, words=left, without=[word for word in order if word in way],
            kinds={w: kind for w, kind in reading.kinds.items() if w in left},
        )  # fmt: skip
        yield _without_short_names(fewer, [word for word in way if word in short])


def either(reading: Reading, lexicon: Lexicon) -> Iterator[Reading]:
    """The same for who offers one of the domains that are asked for, or what one of the words of
    their phrases asks for alone: a nounou for the evening is a nounou."""
    asks = [ask for ask in reading.asks if ask.bits and not ask.is_weak]
    before = {ask.bits for ask in asks}
    words = {word for ask in asks for phrase in ask.phrases for word in phrase}
    alone = [lexicon.exact.get(frozenset([word]), 0) for word in words]
    bits = reduce(or_, [*before, *alone], 0)
    if before <= {bits}:
        return
    hints = sorted({hint for ask in asks for hint in ask.hints})
    one = Ask(bits, [phrase for ask in asks for phrase in ask.phrases], hints)
    yield replace(
        reading, asks=[one, *(ask for ask in reading.asks if not ask.bits)], is_either=True,
        masks={word: mask and mask | bits for word, mask in reading.masks.items()},
    )  # fmt: skip


def guessed(reading: Reading, lexicon: Lexicon) -> Iterator[Reading]:
    """The domain that most of the words are said of, two at least; the others left out."""
    meant = {stem(typed): stem(word) for typed, word in reading.corrected.items()}
    words = dict.fromkeys(word for word in (*reading.words, *reading.extra) if word not in LITTLE)
    said: dict[str, int] = {}
    for word in words:
        numbers = lexicon.with_word.get(meant.get(word, word), ())
        said[word] = reduce(or_, (lexicon.phrases[n].bits for n in numbers), 0)
    scores: dict[int, float] = {}
    for bit in lexicon.bits.values():
        telling = [bits.bit_count() for bits in said.values() if bits & bit]
        if len(telling) >= LEAST_SAID:
            scores[bit] = sum(log(len(lexicon.bits) / count) for count in telling)
    best = max(scores.values(), default=0.0)
    bits = sum(bit for bit, score in scores.items() if score > best - _ALIKE)
    is_other = reading.abroad or lexicon.trades.intersection(words)
    if is_other or best < _SURE or bits.bit_count() > MOST_GUESSED:
        return
    of = [word for word, mask in said.items() if mask & bits]
    yield replace(
        reading, words=of, asks=[Ask(bits, [of])], masks=dict.fromkeys(of, bits), kinds={},
        without=[word for word in reading.words if word not in of],
    )  # fmt: skip


def _by_number(reading: Reading) -> Iterator[Reading]:
    """A number of a firm alone; of an establishment that nobody knows, the firm's."""
    number, gone = reading.identifier, [*reading.words, *reading.place_text.split()]
    if len(number) >= SIREN and gone:
        yield Reading(identifier=number, folded=reading.folded, without=gone)
    if len(number) == SIRET:
        firm = number[:SIREN]
        yield Reading(
            identifier=firm, folded=reading.folded, without=gone, corrected={number: firm}
        )


def _without_short_names(reading: Reading, gone: list[str]) -> Reading:
    """The same where words that were left out stand for nothing else any more."""
    if not gone:
        return reading
    ended = [ask for ask in reading.asks if not (ask.bits or set(gone).isdisjoint(ask.phrases[0]))]
    others = {word for ask in ended for phrase in ask.phrases[1:] for word in phrase}
    said = {word for ask in ended for word in ask.phrases[0]}
    words = [word for word in reading.words if word not in others - said]
    left = [ask for ask in reading.asks if not any(ask is one for one in ended)]
    asks = fitting(left, {*words, *reading.extra})
    masked = {word for ask in asks for phrase in ask.phrases for word in phrase}
    masks = {word: mask for word, mask in reading.masks.items() if word in masked}
    kinds = {word: kind for word, kind in reading.kinds.items() if word in words}
    return replace(reading, words=words, asks=asks, masks=masks, kinds=kinds)


def _is_sure(reading: Reading) -> bool:
    """Whether the words ask for a domain so surely that those beside need not be known: not where
    only the slip of a word does, unless a letter was typed once in place of twice."""
    slips = {
        stem(typed) for typed, meant in reading.corrected.items()
        if meant not in doubled(stem(typed))
    }  # fmt: skip
    return any(
        ask.bits and not ask.is_weak and any(slips.isdisjoint(words) for words in ask.phrases)
        for ask in reading.asks
    )


def _weight(word: str, index: Index) -> float:
    """How much a word tells of a name: an unknown one the most."""
    found = index.known([word]).get(word)
    rarest = float(index.word_columns["weight"].max()) if len(index.words) else 0.0
    return found.weight if found is not None and found.providers else rarest
