"""What typed words mean: identifiers, a phrase, places, domains, kinds, and names."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pages.finding import heard
from pages.finding.abroad import abroad
from pages.finding.index import Index, Word
from pages.finding.index import load as load_index
from pages.finding.lexicon import (
    AGES,
    FAMILY,
    FIRMS,
    KINDS,
    LITTLE,
    PERSONS,
    WHOSE,
    Lexicon,
    fold,
    load,
    stem,
    telling,
)
from pages.finding.misspelt import read_misspelt
from pages.finding.names_of_places import Place
from pages.finding.typed import take_apart
from pages.finding.unknown import (
    LEAST_BEGUN,
    LEAST_JOINED,
    MOST_WORDS,
    domain_word,
    doubled,
    kinds_of,
    taken_apart,
    trades_as_one,
    unknown,
)
from pages.finding.where import Where

MOST_BESIDE = 8  # words of a phrase, and of a place
MOST_EXTRA = 4
MOST_LOOKED_FOR = 32  # bits of a number
LONGEST_PHRASE = 6
_BEGUN, _SLIPPED, _LONGER = 0.8, 0.6, 0.3  # what is left of a weight where a word is another


@dataclass
class Ask:
    """Words that ask for domains: who offers one of them (bits) answers, or who has one of the
    phrases in its name, as stems; of those whose domains nobody knows, one of the hints too.

    Words of a name that stand for others ask so for no domain at all.
    """

    bits: int
    phrases: list[list[str]]
    hints: list[str] = field(default_factory=list)
    is_weak: bool = False  # by a part of a phrase alone
    is_guess: bool = False  # by what an unknown word is taken for, or by whom it is for


@dataclass
class Reading:
    """Words understood: what a search asks of a provider."""

    words: list[str] = field(default_factory=list)  # stems to be found in the name, domain or kind
    extra: list[str] = field(default_factory=list)  # stems that only count where they are found
    phrase: list[str] = field(default_factory=list)  # stems that a name must have, in this order
    masks: dict[str, int] = field(default_factory=dict)  # word -> bits of domains that answer it
    asks: list[Ask] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)  # word -> kind of provider that answers it
    terms: dict[str, dict[int, float]] = field(default_factory=dict)  # word -> word_number: gain
    corrected: dict[str, str] = field(default_factory=dict)  # typed -> taken for
    places: tuple[Place, ...] = ()  # any of these
    other_places: tuple[Place, ...] = ()  # that the words could mean as well
    abroad: list[str] = field(default_factory=list)  # stems that name a place abroad
    place_words: list[str] = field(default_factory=list)  # its stems
    place_text: str = ""  # the folded words that name the place
    radius_km: float = 0.0  # around the place, 0 for within it
    radius_text: str = ""  # the folded words that say so
    postcode: str = ""
    is_arrondissement: bool = False
    identifier: str = ""
    exact_name: str = ""  # folded: in quotes
    folded: str = ""
    left_out: list[str] = field(default_factory=list)  # words beyond so many, not searched
    without: list[str] = field(default_factory=list)  # words left out because nobody has them all
    is_either: bool = False  # one of the domains is enough, because nobody offers them all
    unknown: list[str] = field(default_factory=list)  # stems that nobody knows
    said: list[str] = field(default_factory=list)  # all stems that name no place
    split: list[str] = field(default_factory=list)  # stems that were typed as one word
    is_nothing: bool = False  # something was typed, and nothing in it can be searched

    def __deepcopy__(self, _memo: object) -> "Reading":
        return self  # a frame copies its attrs at every step

    @property
    def looked_for(self) -> list[str]:
        """The words that are looked for in names, each once."""
        words = [*self.words, *self.extra, *self.phrase, *self.place_words]
        return list(dict.fromkeys(words))[:MOST_LOOKED_FOR]

    @property
    def names(self) -> list[str]:
        """The words that can only be found in a name."""
        return [word for word in self.words if word not in self.masks and word not in self.kinds]

    @property
    def by_name(self) -> bool:
        """Whether some word can only be found in a name."""
        return bool(self.exact_name or self.identifier or self.names) or any(
            not ask.bits for ask in self.asks
        )

    @property
    def is_place_alone(self) -> bool:
        """Whether nothing but a place is asked for, beside ordinary words."""
        nothing = self.words or self.asks or self.exact_name or self.identifier
        return bool(self.said and (self.places or self.postcode) and not nothing)

    def place_numbers(self, lexicon: Lexicon) -> tuple[int, ...]:
        """The places of the postcode; () where there are none among those that are named."""
        return tuple(
            n for n in lexicon.postcodes.get(self.postcode, ())
            if not self.places or any(place.low <= n <= place.high for place in self.places)
        )  # fmt: skip


def read(text: str, *, with_places: bool = True, is_lost: bool = False) -> Reading:
    """What a clean text means in the served build; with_places: whether words may name places;
    is_lost: whether nobody was found, and words may be written as they are heard, or initials."""
    lexicon, index = load(), load_index()
    typed = trades_as_one(take_apart(text), lexicon)
    reading = Reading(
        folded=fold(text), identifier=typed.identifier, exact_name=typed.phrase,
        phrase=telling(typed.phrase.split())[:MOST_BESIDE], left_out=list(typed.too_many),
    )  # fmt: skip
    alike = unknown(typed.words, lexicon, index, with_places, is_lost)
    reading.unknown = list(alike)
    typed, kinds = kinds_of(typed, alike)
    whole = {*typed.words}
    typed, alike = taken_apart(typed, alike, lexicon if with_places else None, index)
    reading.split = [stem(word) for word in typed.words if word not in whole]
    meant = {word: domain_word(word, near, lexicon) for word, near in alike.items()}
    where = Where(typed.words, typed.written, lexicon, index, alike, meant, is_lost)
    if with_places:
        where.read()
        read_misspelt(where)
        where.settle()
        reading.places, reading.other_places = where.places, where.others
        reading.place_text = " ".join(where.text)
        reading.radius_km = where.radius_km
        reading.radius_text = " ".join(where.radius_text)
        reading.postcode, reading.is_arrondissement = where.postcode, where.is_arrondissement
        reading.corrected = dict(where.corrected)
        far = abroad(where)
        reading.abroad = [stem(word) for word in far]
        alike = {word: near for word, near in alike.items() if word not in reading.abroad}
        meant = {word: row for word, row in meant.items() if word not in reading.abroad}
    free = [word for word, used in zip(typed.words, where.used, strict=True) if not used]
    reading.corrected |= kinds
    _understand(reading, free, alike, meant, is_lost)
    reading.is_nothing = not (
        reading.words or reading.places or reading.postcode or typed.phrase or typed.identifier
    ) and bool(reading.folded or text)
    return reading


def _understand(
    reading: Reading, free: list[str], alike: dict[str, list[Word]], meant: dict[str, str],
    is_lost: bool,
) -> None:  # fmt: skip
    """Fills in domains, kinds and names from the words that name no place."""
    lexicon, index = load(), load_index()
    told = [word for word in free if not lexicon.is_plain(word)]
    if any(stem(word) not in FIRMS for word in told):  # beside other words they tell nothing
        told = [word for word in told if stem(word) not in FIRMS]
    is_placed = bool(reading.places or reading.postcode)
    if not told and not (is_placed or reading.exact_name or reading.identifier):
        told = free  # ordinary words alone may be a name
    asks = _read_domains(reading, free, meant, lexicon)
    said = {word for ask in asks for phrase in ask.phrases for word in phrase}
    if any(stem(word) not in said and word not in KINDS for word in told):
        asks = [ask for ask in asks if not ask.is_weak]  # beside a name they are a part of it
    optional = _settle(reading, asks)
    words = [word for word in telling(told) if word not in optional] if told else []
    if all(word in LITTLE for word in words) and (is_placed or reading.exact_name):
        words = []
    words += [word for word in reading.masks if word not in words]
    reading.words, too_many = words[:MOST_WORDS], words[MOST_WORDS:]
    reading.left_out = [*too_many, *reading.left_out]
    reading.masks = {w: m for w, m in reading.masks.items() if w in reading.words}
    reading.kinds = {
        stem(w): KINDS[w if w in KINDS else stem(w)] for w in free
        if (w in KINDS or stem(w) in KINDS) and stem(w) in reading.words
    }  # fmt: skip
    extra = [stem(w) for w in free if stem(w) not in words and stem(w) not in LITTLE]
    reading.extra = list(dict.fromkeys(extra))[:MOST_EXTRA]
    reading.said = [stem(word) for word in free]
    _read_short_names(reading, lexicon, index, is_lost)
    reading.asks = fitting(reading.asks, {*reading.words, *reading.extra})
    if (reading.by_name or not reading.asks) and not reading.postcode:
        place = reading.corrected.get(reading.place_text, reading.place_text)
        names = telling(fold(place).split()) if place else []
        names = [w for w in names if w not in LITTLE and w not in reading.words]
        reading.place_words = names[:MOST_BESIDE]
    for ask in reading.asks:
        ask.hints = sorted(lexicon.asking_alone(ask.bits) - set(reading.words))
    _find_names(reading, alike, index)


def fitting(asks: list[Ask], words: set[str]) -> list[Ask]:
    """What is asked with no other words than these."""
    fit = [replace(a, phrases=[one for one in a.phrases if words.issuperset(one)]) for a in asks]
    return [ask for ask in fit if ask.phrases]


def as_name(text: str, reading: Reading) -> Reading:
    """A clean text as nothing but the words of one name, whatever places and kinds of help they
    could mean as well. As they were read, a postcode stays where to look, and the words of a place
    that was typed as it is written are those of a name only as they stand."""
    postcode = reading.postcode
    lexicon, index = load(), load_index()
    typed = take_apart(text.replace(postcode, " ") if postcode else text)
    alike = unknown(typed.words, lexicon, index, with_places=False)
    typed, alike = taken_apart(typed, alike, None, index)
    words = telling(typed.words)
    if typed.identifier or typed.phrase or any(word in LITTLE for word in words):
        return Reading(is_nothing=True)
    name = Reading(words=words[:MOST_WORDS], folded=fold(text), postcode=postcode)
    _find_names(name, alike, index)
    if reading.place_text not in reading.corrected:
        placed = {stem(word) for word in reading.place_text.split()} & {*words}
        own = index.known(placed)
        name.terms |= {word: {own[word].number: own[word].weight} if word in own else {}
                       for word in placed}  # fmt: skip
    return name


def _read_domains(
    reading: Reading, free: list[str], meant: dict[str, str], lexicon: Lexicon
) -> list[Ask]:
    """The domains that the words ask for: by whole phrases first, the longest of them."""
    left = [n for n, word in enumerate(free) if not {word, stem(word)} & (LITTLE | WHOSE)]
    stems = [meant.get(stem(word)) or stem(word) for word in free]
    is_plain = [lexicon.is_plain(word) for word in free]
    asks: list[Ask] = []
    taken: set[int] = set()
    for is_partly, is_whole in ((False, True), (False, False), (True, True)):
        for size in range(min(LONGEST_PHRASE, len(left)), 0, -1):
            for start in range(len(left) - size + 1):
                window = left[start : start + size]
                told = [n for n in window if not is_plain[n]]
                if taken & set(window) or not (told or (size > 1 and not is_partly)):
                    continue
                if is_whole:
                    bits = lexicon.domains_of([stems[n] for n in window], partly=is_partly)
                else:  # the ordinary words between left out
                    bits = lexicon.domains_of([stems[n] for n in told], partly=False)
                if not bits:
                    continue
                taken |= set(window)
                alone = lexicon.domains_of([stems[n] for n in told], partly=is_partly)
                if not told or (alone != bits and not is_partly):
                    told = window  # faire mes courses, homme à tout faire: ordinary words tell too
                words = [stem(free[n]) for n in told]
                is_guess = _is_of_somebody(stems[n] for n in told) or any(
                    stems[n] != stem(free[n]) and stems[n] not in doubled(stem(free[n]))
                    for n in told
                )
                is_weak = is_partly and len(told) == 1
                asks.append(Ask(bits, [words], is_weak=is_weak, is_guess=is_guess))
                reading.corrected |= {free[n]: stems[n] for n in told if stems[n] != stem(free[n])}
    return asks


def _is_of_somebody(words: Iterable[str]) -> bool:
    """Whether the words tell for whom something is done, or how old they are, and no more."""
    return all(word in PERSONS or word in FAMILY or word in AGES or word.isdecimal()
               for word in words)  # fmt: skip


def _settle(reading: Reading, asks: list[Ask]) -> set[str]:
    """Two phrases that agree on a domain ask for it once; a part of a phrase, or a word taken for
    another, that agrees with no sure one only counts where it is found. Gives the words of such."""
    settled: list[Ask] = []
    optional: set[str] = set()
    for ask in sorted(asks, key=lambda ask: (ask.is_weak, ask.is_guess)):
        same = next((other for other in settled if other.bits & ask.bits), None)
        if same:
            same.bits &= ask.bits
            same.phrases += [] if ask.is_weak and not same.is_weak else ask.phrases
            if ask.is_weak and not same.is_weak:
                optional |= {word for phrase in ask.phrases for word in phrase}
        elif (ask.is_weak and any(not other.is_weak for other in settled)) or (
            ask.is_guess and any(not (other.is_weak or other.is_guess) for other in settled)
        ):
            optional |= {word for phrase in ask.phrases for word in phrase}
        else:
            settled.append(ask)
    lexicon = load()
    for ask in settled:
        alone = lexicon.asking_alone(ask.bits)
        words = {word for phrase in ask.phrases for word in phrase}
        ask.phrases += [[word] for word in sorted(words & alone) if [word] not in ask.phrases]
        reading.masks |= dict.fromkeys([w for phrase in ask.phrases for w in phrase], ask.bits)
    reading.asks = settled
    optional -= set(reading.masks)
    reading.corrected = {
        w: other for w, other in reading.corrected.items() if stem(w) not in optional
    }
    return optional


def _are_in_names(words: frozenset[str], index: Index) -> bool:
    known = index.known(words)
    return len(known) == len(words) and all(row.providers for row in known.values())


def _read_short_names(reading: Reading, lexicon: Lexicon, index: Index, is_lost: bool) -> None:
    """A short name may be written out in a name, and the other way round; a word that stands in no
    name may be the initials of one."""
    typed = {*reading.words, *reading.extra}
    pairs = list(lexicon.short)
    if is_lost:
        is_placed = bool(reading.places or reading.postcode)
        pairs += heard.named_by((w for w in reading.names if w in reading.unknown), is_placed)
    for short, whole in pairs:
        for one, other in ((short, whole), (whole, short)):
            is_typed = one <= typed and not one.isdisjoint(reading.words)
            has_room = len({*reading.looked_for, *other}) <= MOST_LOOKED_FOR - MOST_BESIDE
            if is_typed and len(one | other) > 2 and has_room and _are_in_names(other, index):
                same = next((a for a in reading.asks if sorted(one) in a.phrases), None)
                ask = same or Ask(0, [sorted(one)])
                ask.phrases.append(sorted(other))
                reading.asks += [] if same else [ask]
                reading.words += [w for w in sorted(other) if w not in reading.words]
                reading.masks |= {w: reading.masks.get(w, 0) for w in one | other}


def _find_names(reading: Reading, alike: dict[str, list[Word]], index: Index) -> None:
    """Under which known words each word is looked for in the names."""
    words = [*reading.words, *reading.extra, *reading.place_words, *reading.phrase]
    words += [hint for ask in reading.asks for hint in ask.hints]
    meant = {stem(typed): stem(word) for typed, word in reading.corrected.items()}
    known = index.known([*words, *meant.values()])
    names = set(reading.names)
    same_words = load().same
    for word in dict.fromkeys(words):
        row = known.get(word)
        rows = [known[one] for one in (word, meant.get(word)) if one in known]
        terms = {one.number: one.weight for one in rows if one.providers}
        same = index.known(same_words.get(word, ())).values()
        terms |= {r.number: r.weight for r in same if r.providers}
        if word in reading.kinds:
            kinds = [stem(w) for w, kind in KINDS.items() if kind == reading.kinds[word]]
            terms |= {r.number: r.weight for r in index.known(kinds).values() if r.providers}
        elif row is not None and word in names and len(word) >= LEAST_BEGUN + 1:
            for longer in index.begun(word):
                if longer.providers:
                    terms[longer.number] = _LONGER * row.weight
        if word in alike and (word in names or word in reading.extra):
            terms |= _slips(reading, word, alike[word])
        reading.terms[word] = terms
    _join(reading, index)


def _join(reading: Reading, index: Index) -> None:
    """Two words, one after the other, that a name has as one: senior aides, 2 E."""
    typed = [stem(word) for word in reading.folded.split()]
    pairs = {one + other: (one, other) for one, other in pairwise(typed)}
    long = [w for w in pairs if len(w) >= LEAST_JOINED or not (w.isalpha() or w.isdecimal())]
    for row in index.known(long).values():
        if row.providers and all(word in reading.terms for word in pairs[row.word]):
            for word in pairs[row.word]:
                reading.terms[word] = {**reading.terms[word], row.number: row.weight}


def _slips(reading: Reading, word: str, near: list[Word]) -> dict[int, float]:
    """The words that an unknown one begins, else the nearest that it may be a slip of."""
    in_names = [row for row in near if row.providers]
    begun = [row for row in in_names if row.distance == 0]
    slipped = [row for row in in_names if row.distance > 0]
    closest = min((row.distance for row in slipped), default=0)
    nearest = [row for row in slipped if row.distance == closest]
    twice = doubled(word)
    chosen = begun + ([row for row in nearest if row.word in twice] or nearest)
    if slipped and not begun and word not in reading.masks:
        best = max((row for row in chosen), key=lambda row: row.providers)
        reading.corrected[word] = best.word
    return {
        row.number: row.weight * (_SLIPPED / row.distance if row.distance else _BEGUN)
        for row in chosen
    }
