"""What typed words mean: identifiers, an exact name, places, domains, kinds, and names."""

import math
import re
from dataclasses import dataclass, field, replace
from itertools import product

from pages.finding.index import Word
from pages.finding.index import load as load_index
from pages.finding.lexicon import KINDS, LITTLE, Lexicon, Place, fold, load, stem, telling

MOST_TYPED, MOST_WORDS = 24, 12  # words that are read at all, and that are searched
LONGEST_PLACE = 8
MOST_READINGS = 24
_QUOTED = re.compile(r'["“”«]\s*([^"“”«»]+?)\s*["“”»]')
_NUMBERED = {"75056": "750", "69123": "6900", "13055": "130"}  # postcodes of arrondissements
_RANK = re.compile(r"([0-9]{1,2})(?:e|er|eme|ere|nd|nde)?")
_BEGUN, _SLIPPED = 0.8, 0.6  # how much of a word's weight is left where it is not the typed one


@dataclass
class Reading:
    """Words understood: what a search asks of a provider."""

    words: list[str] = field(default_factory=list)  # stems to be found in the name, domain or kind
    masks: dict[str, int] = field(default_factory=dict)  # word -> bits of domains that answer it
    kinds: dict[str, str] = field(default_factory=dict)  # word -> kind of provider that answers it
    terms: dict[str, dict[int, float]] = field(default_factory=dict)  # word -> word_number: gain
    corrected: dict[str, str] = field(default_factory=dict)  # typed -> taken for
    places: tuple[Place, ...] = ()  # any of these
    place_words: list[str] = field(default_factory=list)  # its stems
    place_text: str = ""  # the folded words that name the place
    postcode: str = ""
    is_arrondissement: bool = False
    identifier: str = ""
    exact_name: str = ""
    folded: str = ""
    left_out: list[str] = field(default_factory=list)  # words beyond so many, not searched
    is_nothing: bool = False  # something was typed, and nothing in it can be searched

    def __deepcopy__(self, _memo: object) -> "Reading":
        return self  # a frame copies its attrs at every step

    @property
    def by_name(self) -> bool:
        """Whether some word can only be found in a name."""
        return bool(self.exact_name or self.identifier) or any(
            word not in self.masks and word not in self.kinds for word in self.words
        )

    def place_numbers(self, lexicon: Lexicon) -> tuple[int, ...]:
        """The places of the postcode; () where there are none among those that are named."""
        return tuple(
            n for n in lexicon.postcodes.get(self.postcode, ())
            if not self.places or any(place.low <= n <= place.high for place in self.places)
        )  # fmt: skip


def read(text: str, *, with_places: bool = True, is_lenient: bool = False) -> Reading:
    """What a clean text means in the served build.

    with_places: whether words may name places. is_lenient: known words too may be slips of others.
    """
    lexicon = load()
    reading = Reading(folded=fold(text))
    quoted = _QUOTED.search(text)
    if quoted:
        reading.exact_name = fold(quoted[1])
        text = text[: quoted.start()] + " " + text[quoted.end() :]
    raw = fold(text).split()
    rest = []
    for word in raw:
        is_number = re.fullmatch(r"[0-9]{6,14}", word, re.ASCII) is not None
        if is_number and not reading.identifier:
            reading.identifier = word
        else:
            rest.append(word)
    if not rest:
        reading.is_nothing = not (reading.exact_name or reading.identifier)
        return reading
    too_many, rest = rest[MOST_TYPED:], rest[:MOST_TYPED]
    known, alike = _look_up(rest, lexicon, is_lenient)
    best: tuple[float, Reading] | None = None
    for texts, cost in _candidates(rest, known, alike, lexicon):
        tried = replace(
            reading, words=[], masks={}, kinds={}, terms={}, place_words=[],
            corrected=_changes(rest, texts),
        )  # fmt: skip
        gain = _understand(tried, texts, known, alike, lexicon, with_places) - cost
        if best is None or gain > best[0]:
            best = (gain, tried)
    assert best is not None
    chosen = best[1]
    chosen.left_out = [*chosen.left_out, *too_many]
    _find_names(chosen, known, alike, is_lenient)
    chosen.is_nothing = not (chosen.words or chosen.places or chosen.postcode) and not (
        chosen.exact_name or chosen.identifier
    )
    return chosen


def _look_up(
    raw: list[str], lexicon: Lexicon, is_lenient: bool
) -> tuple[dict[str, Word], dict[str, list[Word]]]:
    """The words that are known, and for those that are not (leniently: for all) the ones alike."""
    stems = list(dict.fromkeys(map(stem, raw)))
    index = load_index()
    known = index.known(stems)
    lost = [
        word for word in stems
        if (is_lenient or word not in known) and word not in LITTLE and word not in KINDS
        and len(word) >= 3 and not re.search("[0-9]", word)
    ][:MOST_WORDS]  # fmt: skip
    alike = {word: index.begun(word) for word in lost}
    slips = {word: allowed(word) for word in lost if allowed(word)}
    for word, found in index.slipped(slips).items() if slips else ():
        alike[word] += found
    return known, alike


def allowed(word: str) -> int:
    """How many slips a word may hold: one from four letters on, two from seven."""
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def _popularity(row: Word, lexicon: Lexicon) -> float:
    """How likely a word is meant: by how many providers it would find."""
    found = max(row.providers, lexicon.place_words.get(row.word, 0))
    return max(found, lexicon.everybody // 10) if row.is_domain else found


def _candidates(
    raw: list[str], known: dict[str, Word], alike: dict[str, list[Word]], lexicon: Lexicon
) -> list[tuple[list[str], float]]:
    """The texts that may be meant, each with what the changes cost; the typed one first."""
    choices = []
    for word in raw:
        options = [(word, 0.0)]
        near = alike.get(stem(word), [])
        is_known = stem(word) in known
        if near:
            ranked = sorted(
                (
                    (row, 1.6 * row.distance - math.log10(1 + _popularity(row, lexicon)))
                    for row in near
                ),
                key=lambda pair: (pair[1], pair[0].word),
            )
            options = [(word, 0.0)] if is_known else []
            options += [
                (row.word, 1.6 * row.distance + (0.5 if row.distance == 0 else 0))
                for row, _cost in ranked[:4]
            ]
        choices.append(options)
    while math.prod(map(len, choices)) > MOST_READINGS:
        longest = max(range(len(choices)), key=lambda n: len(choices[n]))
        choices[longest] = choices[longest][:-1]
    return [([w for w, _c in chosen], sum(c for _w, c in chosen)) for chosen in product(*choices)]


def _changes(raw: list[str], texts: list[str]) -> dict[str, str]:
    return {typed: meant for typed, meant in zip(raw, texts, strict=True) if typed != meant}


def _understand(
    reading: Reading,
    raw: list[str],
    known: dict[str, Word],
    alike: dict[str, list[Word]],
    lexicon: Lexicon,
    with_places: bool,
) -> float:
    """Fills in places, domains and kinds; returns how well the words fit together."""
    rows = dict(known)
    for near in alike.values():
        rows |= {row.word: row for row in near}
    used = [False] * len(raw)
    gain = 0.0
    if with_places:
        gain += _read_places(reading, raw, used, rows, lexicon)
    left = [n for n, is_used in enumerate(used) if not is_used]
    gain += _read_domains(reading, raw, left, lexicon)
    for n in left:
        word = stem(raw[n])
        if raw[n] in KINDS or word in KINDS:
            reading.kinds[word] = KINDS.get(raw[n]) or KINDS[word]
    words = telling(raw[n] for n in left) if left else []
    if all(word in LITTLE for word in words) and (reading.places or reading.postcode):
        words = []
    reading.words, reading.left_out = words[:MOST_WORDS], words[MOST_WORDS:]
    reading.masks = {w: m for w, m in reading.masks.items() if w in reading.words}
    reading.kinds = {w: k for w, k in reading.kinds.items() if w in reading.words}
    if reading.by_name and not reading.postcode:
        places = telling(reading.place_text.split())
        reading.place_words = [w for w in places if w not in LITTLE and w not in reading.words]
    for word in {stem(text) for text in raw}:
        if word in rows:
            gain += math.log10(1 + _popularity(rows[word], lexicon))
    return gain


def _read_places(
    reading: Reading, raw: list[str], used: list[bool], rows: dict[str, Word], lexicon: Lexicon
) -> float:
    """Takes the words that name places; several of them must overlap."""
    gain = 0.0
    for size in range(min(LONGEST_PLACE, len(raw)), 0, -1):
        for start in range(len(raw) - size + 1):
            window = range(start, start + size)
            if any(used[n] for n in window):
                continue
            found = _places(raw, start, size, rows, lexicon)
            if not found:
                continue
            narrowed = _overlap(reading.places, found)
            if not narrowed:
                continue
            reading.places = narrowed
            for n in window:
                used[n] = True
            reading.place_text = f"{reading.place_text} {' '.join(raw[n] for n in window)}".strip()
            gain += 2 * size if size > 1 else 0
    for n, word in enumerate(raw):
        if not used[n] and re.fullmatch("[0-9]{5}", word) and not reading.postcode:
            numbers = lexicon.postcodes.get(word, ())
            inside = [
                m for m in numbers
                if not reading.places or any(p.low <= m <= p.high for p in reading.places)
            ]  # fmt: skip
            if inside:
                reading.postcode, used[n] = word, True
                reading.place_text = f"{reading.place_text} {word}".strip()
    _read_arrondissement(reading, raw, used, lexicon)
    return gain


def _places(
    raw: list[str], start: int, size: int, rows: dict[str, Word], lexicon: Lexicon
) -> tuple[Place, ...]:
    """The places that these words name; none where they more likely mean something else."""
    words = raw[start : start + size]
    if size == 1:
        word = words[0]
        is_age = start + 1 < len(raw) and raw[start + 1] in {"an", "ans", "year", "years", "mois"}
        if re.fullmatch("[0-9]{2}|2[ab]|97[0-9]", word) and not is_age:
            place = lexicon.codes.get(("departement", word.upper()))
            return (place,) if place else ()
        if word in LITTLE or word.isdecimal():
            return ()
    found = lexicon.places.get(" ".join(map(stem, words)), ())
    exact = tuple(place for place in found if fold(place.name) == " ".join(words))
    found = exact or found
    if size > 1 or not found:
        return found
    row = rows.get(stem(words[0]))
    if row is None:
        return found
    if row.is_domain and lexicon.domains_of([row.word], partly=True):
        return ()
    others = [
        text for n, text in enumerate(raw)
        if n != start and text not in LITTLE and stem(text) not in KINDS
        and not lexicon.domains_of([stem(text)], partly=True) and not text[0].isdecimal()
    ]  # fmt: skip
    is_only_help = len(raw) > 1 and not others
    is_a_name = row.providers > sum(place.providers for place in found)
    return () if is_a_name and not is_only_help else found


def _overlap(chosen: tuple[Place, ...], more: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places that lie in one of each, the narrower ones."""
    if not chosen:
        return more
    found = []
    for one in chosen:
        for other in more:
            if one.low >= other.low and one.high <= other.high:
                found.append(one)
            elif other.low >= one.low and other.high <= one.high:
                found.append(other)
    return tuple(dict.fromkeys(found))


def _read_arrondissement(
    reading: Reading, raw: list[str], used: list[bool], lexicon: Lexicon
) -> None:
    """lyon 3, paris 11e: the postcode of the arrondissement; 75011 alone is one too."""
    cities = [p for p in reading.places if p.level == "commune" and p.code in _NUMBERED]
    if cities and not reading.postcode:
        start = _NUMBERED[cities[0].code]
        ranks = [(n, _RANK.fullmatch(word)) for n, word in enumerate(raw) if not used[n]]
        for n, rank in ranks:
            code = f"{start}{int(rank[1]):0{5 - len(start)}d}" if rank else ""
            if code in lexicon.postcodes:
                reading.postcode, used[n] = code, True
                reading.place_text = f"{reading.place_text} {raw[n]}"
                if n + 1 < len(raw) and raw[n + 1].startswith("arr"):
                    used[n + 1] = True
                reading.is_arrondissement = True
                reading.places = (cities[0],)
                return


def _read_domains(reading: Reading, raw: list[str], left: list[int], lexicon: Lexicon) -> float:
    """The bits of the domains that each word asks for: the longest phrases first."""
    gain = 0.0
    taken: set[int] = set()
    for size in range(min(8, len(left)), 0, -1):
        for start in range(len(left) - size + 1):
            window = left[start : start + size]
            if any(n in taken for n in window):
                continue
            stems = telling(raw[n] for n in window)
            if any(word in LITTLE for word in stems) or not stems:
                continue
            mask = lexicon.domains_of(stems, partly=True)
            if mask:
                taken |= set(window)
                reading.masks |= dict.fromkeys(stems, mask)
                gain += 2 * len(stems) if len(stems) > 1 else 0
    return gain


def _find_names(
    reading: Reading, known: dict[str, Word], alike: dict[str, list[Word]], is_lenient: bool
) -> None:
    """Under which known words each word is looked for in the names."""
    meant = {stem(text): typed for typed, text in reading.corrected.items()}
    for word in [*reading.words, *reading.place_words]:
        terms: dict[int, float] = {}
        row = known.get(word)
        if row is not None and row.providers:
            terms[row.number] = row.weight
        near = alike.get(stem(meant.get(word, word)), [])
        if near and (row is None or is_lenient) and word in reading.words:
            slipped = [r for r in near if r.distance > 0 and r.providers]
            closest = min((r.distance for r in slipped), default=0)
            for r in near:
                if r.providers and (r.distance == 0 or r.distance <= max(closest, 1)):
                    share = _BEGUN if r.distance == 0 else _SLIPPED / r.distance
                    terms.setdefault(r.number, share * r.weight)
        reading.terms[word] = terms
