"""What to search where nobody has all the words: some left out, or a known one as a slip."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from math import log
from operator import or_

from pages.finding.forms import root
from pages.finding.index import Index
from pages.finding.lexicon import FAMILY, LITTLE, PERSONS, VISITED, Lexicon, load, stem
from pages.finding.parse import LONGEST_PHRASE, Ask, Reading, fitting
from pages.finding.slips import allowed
from pages.finding.unknown import doubled

LEAST_NAMES = 2  # words of a name that stay where others are left out
MOST_SLIPS = 4  # that are tried of a known word
SIREN, SIRET = 9, 14  # digits
MOST_GUESSED = 3  # domains
# what the words of a guess must tell, where a place is said too and where none is; and how much
# less those of a domain that is guessed together with the likeliest
_SURE_THERE, _SURE, _ALIKE = 2.0, 4.0, 0.7
# phrases in which a word is taken to be said of any domain alike, and an ordinary one; and how
# much a word may tell against a domain, an ordinary one nothing
_UNSAID, _UNSAID_PLAIN, _AGAINST = 2.0, 8.0, -1.0
_COMMON = 0.3  # of what the words of a name tell, told by words that many names have
_LESS = 0.49  # of what the words of a name tell may be left out
# by which somebody is reached, as stems: beside a name they ask for no help
_REACHED_BY = frozenset("courrier email facebook internet mail phone telephone website".split())  # noqa: SIM905


def misread(whole: Reading, index: Index) -> Iterator[Reading]:
    """The words of a name with one of them, though known, as the slip of another."""
    if len(whole.words) < LEAST_NAMES:
        return  # alone it is what it says
    for word in whole.words[:LONGEST_PHRASE]:
        is_name = word in whole.terms and word not in whole.corrected
        slips = index.slipped(word, 1) if is_name and allowed(word) else []
        for near in [row for row in slips if row.providers][:MOST_SLIPS]:
            terms = whole.terms | {word: {near.number: near.weight}}
            yield replace(whole, terms=terms, corrected=whole.corrected | {word: near.word})


def reached(reading: Reading, index: Index) -> Reading:
    """The same without what somebody is reached by, where nothing but a name stands beside: neither
    words of a domain nor such as everybody knows that are in no name."""
    lexicon = load()
    gone = [word for word in reading.words if word in _REACHED_BY]
    names = [word for word in reading.names if word not in gone]
    known = index.known(names)
    is_named = bool(names) and all(
        word not in lexicon.with_word
        and (not lexicon.is_common(word) or (word in known and known[word].providers))
        for word in names
    )
    if not gone or not is_named or not _REACHED_BY.issuperset(reading.masks):
        return reading
    return replace(
        reading, words=[word for word in reading.words if word not in gone], without=gone,
        asks=[], masks={}, said=[word for word in reading.said if word not in gone],
    )  # fmt: skip


def relaxed(reading: Reading, index: Index) -> Iterator[Reading]:
    """The same with words left out that are neither place nor domain: kinds first, then each word
    alone, then one more each time, the commonest first.

    Where nothing else tells who is meant, words that tell most of the name stay. What names a place
    abroad always stays, nobody is there; and what no domain is, unless somebody is taken to it.
    """
    if reading.identifier:
        yield from _by_number(reading)
        return
    short = {word for ask in reading.asks if not ask.bits for word in ask.phrases[0]}
    lexicon = load()
    kept = {*reading.abroad, *reading.split, *(lexicon.trades - _visited(reading))}
    loose = [word for word in (*reading.names, *sorted(short)) if word not in kept]
    weights = {word: _weight(word, index) for word in loose}
    kinds = [word for word in reading.kinds if word not in reading.masks]
    # of words that tell alike an ordinary one goes first, in whatever order they were typed
    order = [
        *kinds,
        *sorted(weights, key=lambda word: (weights[word], not lexicon.is_plain(word), word)),
    ]
    ways = [order[:n] for n in range(1, len(order) + 1)]
    names = order[len(kinds) :]
    ways += [names[:n] for n in range(1, len(names) + 1)] if kinds else []
    ways += [[word] for word in order[1:] if [word] not in ways]
    most = sum(weights.values()) * (1 if _is_sure(reading) else _LESS)
    for way in sorted(ways, key=lambda way: (sum(weights.get(w, 0) for w in way), len(way))):
        left = [word for word in reading.words if word not in way]
        is_told = left or reading.exact_name
        names = [word for word in weights if word not in way]
        is_few = len(names) < min(len(weights), LEAST_NAMES)
        lost = sum(weights.get(word, 0) for word in way)
        if not _is_sure(reading) and is_few and lost > _COMMON * sum(weights.values()):
            continue  # a surname alone is not who was meant, a rare word beside a common one is
        if sum(weights.get(word, 0) for word in way) > most:
            return
        if not is_told:
            continue
        fewer = replace(
            reading, words=left,
            without=[*reading.without, *(word for word in order if word in way)],
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
    """The domain that the words are likeliest said of, together; the others left out. Then the
    same without those that tell for whom."""
    words = [w for w in dict.fromkeys([*reading.words, *reading.said]) if w not in reading.split]
    yield from _guessed(reading, words, lexicon)
    tasks = [word for word in words if word not in PERSONS and word not in FAMILY]
    if len(tasks) < len(words):
        yield from _guessed(reading, tasks, lexicon)


def _guessed(reading: Reading, words: list[str], lexicon: Lexicon) -> Iterator[Reading]:
    meant = {stem(typed): stem(word) for typed, word in reading.corrected.items()}
    said = {word: _said_of(meant.get(word, word), lexicon) for word in words if word not in LITTLE}
    said = {word: of for word, of in said.items() if of}
    scores = {bit: sum(of[bit] for of in said.values()) for bit in lexicon.bits.values()}
    best = max(scores.values())
    bits = sum(bit for bit, score in scores.items() if score > best - _ALIKE)
    is_other = reading.abroad or lexicon.trades.intersection(words) - _visited(reading)
    least = _SURE_THERE if reading.places or reading.postcode else _SURE
    if is_other or best < least or bits.bit_count() > MOST_GUESSED:
        return
    of = [w for w, each in said.items() if any(each[b] > 0 for b in each if b & bits)]
    telling = [word for word in of if word in PERSONS or not lexicon.is_plain(word)]
    is_named = not set(of).issuperset(reading.names)
    if not telling or (is_named and PERSONS.issuperset(telling)):
        return  # elle, est; aide beside a name
    yield replace(
        reading, words=of, asks=[Ask(bits, [of])], masks=dict.fromkeys(of, bits), kinds={},
        without=[word for word in reading.words if word not in of],
    )  # fmt: skip


def _said_of(word: str, lexicon: Lexicon) -> dict[int, float]:
    """How much likelier each domain (a bit) is where this word stands, as a logarithm, from the
    phrases that hold it (Naive Bayes, each domain as likely as any other before)."""
    counts: dict[int, float] = dict.fromkeys(lexicon.bits.values(), 0.0)
    for number in lexicon.with_word.get(word, ()):
        bits = lexicon.phrases[number].bits
        while bits:
            counts[bits & -bits] += 1
            bits &= bits - 1
    total = sum(counts.values())
    if not total:
        return {}
    is_plain = word in lexicon.ordinary and word not in PERSONS
    unsaid, against = (_UNSAID_PLAIN, 0.0) if is_plain else (_UNSAID, _AGAINST)
    return {
        bit: max(log((count * len(counts) + unsaid) / (total + unsaid)), against)
        for bit, count in counts.items()
    }


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


def _visited(reading: Reading) -> set[str]:
    """The stems of whom or what somebody goes to: chez le médecin, at the dentist's."""
    return {stem(word) for word in VISITED.findall(reading.folded)}


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
        if meant not in doubled(stem(typed)) and root(meant) != root(stem(typed))
    }  # fmt: skip
    return "cooperative" in reading.kinds.values() or any(
        ask.bits and not ask.is_weak and any(slips.isdisjoint(words) for words in ask.phrases)
        for ask in reading.asks
    )


def _weight(word: str, index: Index) -> float:
    """How much a word tells of a name: an unknown one the most."""
    found = index.known([word]).get(word)
    rarest = float(index.word_columns["weight"].max()) if len(index.words) else 0.0
    return found.weight if found is not None and found.providers else rarest
