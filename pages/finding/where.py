"""The places that words name: exact names first, then postcodes, then slips."""

import re
from dataclasses import dataclass, field

from pages.finding.index import Index, Word
from pages.finding.lexicon import KINDS, LITTLE, PERSONS, WHOSE, Lexicon, stem
from pages.finding.names_of_places import BEFORE_PLACES, CITY, TOWN, Meant, Place
from pages.finding.radius import radius

LONGEST = 8  # words of a place's name
_FAR_LARGER = 10
_NUMBERED = {"75056": "750", "69123": "6900", "13055": "130"}  # postcodes of arrondissements
_RANK = re.compile(r"([0-9]{1,2}|[ivx]{1,5})(?:e|er|eme|ere|nd|nde|th|st|rd)?")
_ROMAN = {
    roman: n + 1
    for n, roman in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()  # noqa: SIM905
    )
}
_DEPARTEMENT = re.compile("[0-9]{2}|2[ab]|97[0-9]")
# what makes of a number something else than a département
_UNITS = frozenset([
    "an", "ans", "annee", "annees", "year", "years", "mois", "month", "months", "h", "heure",
    "heures", "hour", "hours", "euro", "euros", "eur", "m2", "km", "jours", "jour", "day", "days",
    "fois", "time", "times", "personne", "personnes", "people", "minutes", "minute", "min", "mn",
    "semaine", "semaines", "week", "weeks", "enfant", "enfants", "child", "children", "kid", "kids",
    "bebe", "bebes", "baby", "babies", "chien", "chiens", "chat", "chats", "dog", "dogs", "cat",
    "cats", "piece", "pieces", "chambre", "chambres", "room", "rooms", "chaise", "chaises",
])  # fmt: skip
_SHORT = {"st": "saint", "ste": "sainte", "s": "sur", "ss": "sous"}
_EITHER = frozenset(["ou", "or", "sinon"])
_ARTICLED = frozenset(["a", "au", "aux"])  # before an ordinary word too: au mur
_BETWEEN = _EITHER | {"et", "and"}


@dataclass
class Where:
    """Which of the words name a place, and what they mean."""

    words: list[str]
    written: list[str]
    lexicon: Lexicon
    index: Index
    alike: dict[str, list[Word]]  # of words that nobody knows, as stems
    meant: dict[str, str]  # and the word of a domain that they are likely meant for
    is_lost: bool = False  # whether a name may be written as it is heard
    used: list[bool] = field(default_factory=list)
    places: tuple[Place, ...] = ()
    others: tuple[Place, ...] = ()  # that the words could mean as well
    text: list[str] = field(default_factory=list)  # words that name the place
    radius_km: float = 0.0
    radius_text: list[str] = field(default_factory=list)
    postcode: str = ""
    is_arrondissement: bool = False
    corrected: dict[str, str] = field(default_factory=dict)
    windows: list[range] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.used = [False] * len(self.words)
        self.plain = [self.lexicon.is_plain(word) for word in self.words]
        self.asks = [
            0 if plain else self.lexicon.domains_of([self._stem(word)], partly=True)
            for word, plain in zip(self.words, self.plain, strict=True)
        ]
        self._is_in_phrase = self._phrases()

    def _stem(self, word: str) -> str:
        return self.meant.get(stem(word)) or stem(word)

    def read(self) -> None:
        """Find the places that stand as they are written."""
        self.radius_km, window = radius(self.words)
        if window and self._is_in_name(window):  # Artigues-près-Bordeaux
            self.radius_km, window = 0.0, range(0)
        for n in window:
            self.used[n] = True
            self.radius_text.append(self.words[n])
        self._read_names()
        self._read_numbers()

    def _is_in_name(self, inner: range) -> bool:
        """Whether words stand in the middle of a place's whole name."""
        return any(
            " ".join(self.words[start:stop]) in self.lexicon.names.exact
            for start in range(max(inner.stop - LONGEST, 0), inner.start)
            for stop in range(inner.stop + 1, min(start + LONGEST, len(self.words)) + 1)
        )

    def settle(self) -> None:
        """When all places are found, misspelt ones too: what stands beside them, and the radius."""
        self._read_cedex()
        if self.radius_km and not (self.places and self.places[0].level == "commune"):
            self.radius_km = 0.0  # a region has no middle
        if self.radius_km:  # around the largest of them
            towns = [place for place in self.places if place.level == "commune"]
            self.others = tuple(dict.fromkeys([*towns[1:], *self.others]))
            self.places = (towns[0],)

    def _phrases(self) -> list[bool]:
        """Whether each word is in a phrase of several words that asks for a domain."""
        found = [False] * len(self.words)
        every = [n for n, word in enumerate(self.words) if word not in LITTLE | WHOSE]
        told = [n for n in every if not self.plain[n]]
        for those in (told, every):
            for size in range(2, min(5, len(those)) + 1):
                for start in range(len(those) - size + 1):
                    window = those[start : start + size]
                    if window[-1] - window[0] > size + 2:
                        continue
                    stems = [self._stem(self.words[n]) for n in window]
                    if self.lexicon.domains_of(stems, partly=False):
                        for n in window:
                            found[n] = True
        return found

    def take(self, window: range, meant: Meant) -> None:
        self.places, self.others = meant
        self._use(window)
        self.windows.append(window)

    def _use(self, window: range) -> None:
        for n in window:
            if not self.used[n]:
                self.used[n] = True
                self.text.append(self.words[n])

    # names

    def _read_names(self) -> None:
        for size in range(min(LONGEST, len(self.words)), 0, -1):
            for start in range(len(self.words) - size + 1):
                window = range(start, start + size)
                if any(self.used[n] for n in window):
                    continue
                meant = self._named(window)
                if meant is None:
                    continue
                if self._is_side(window) or self._is_within(window):
                    self._use(window)
                    continue
                if not self._is_meant(window, meant):
                    self._offer(window, meant)
                    continue
                self._add(window, meant)

    def _is_side(self, window: range) -> bool:
        """Whether this is the north of a place beside it (nord Isère), not the département."""
        if len(window) > 1 or self.words[window.start] != "nord":
            return False
        beside = [
            self.words[n] for n in (window.start - 1, window.stop) if 0 <= n < len(self.words)
        ]
        return any(word in self.lexicon.names.exact and word not in LITTLE for word in beside)

    def _is_within(self, window: range) -> bool:
        """Whether this is a part of the name that was read: the Loire region (Pays de la Loire)."""
        told = {self.words[n] for n in window} - LITTLE
        return bool(told) and len(self.text) > 1 and told < {*self.text}

    def _offer(self, window: range, meant: Meant) -> None:
        """A town that shares its name with another word is one click away."""
        is_word = any(self.plain[n] or self._is_in_phrase[n] for n in window)
        if meant.population >= TOWN and not is_word:
            self.others = tuple(dict.fromkeys([*self.others, meant.likely[0]]))

    def _named(self, window: range) -> Meant | None:
        words = self._written_out(window)
        text = " ".join(words)
        found = self.lexicon.names.exact.get(text)
        if found is None and words[0] not in LITTLE and words[-1] not in LITTLE:
            told = " ".join(word for word in words if word not in LITTLE)
            found = self.lexicon.names.written.get(text) or self.lexicon.names.written.get(told)
        return found

    def _written_out(self, window: range) -> list[str]:
        return [_SHORT.get(self.words[n], self.words[n]) for n in window]

    def _is_exact(self, window: range) -> bool:
        """Whether the words are a place's whole name."""
        return " ".join(self._written_out(window)) in self.lexicon.names.exact

    def _add(self, window: range, meant: Meant) -> None:
        """Another place narrows the one before, where they overlap; or stands beside it."""
        if not self.places:
            self.take(window, meant)
            return
        last = self.windows[-1]
        between = self.words[min(last.stop, window.stop) : max(last.start, window.start)]
        is_beside = all(word in _BETWEEN or self.lexicon.is_plain(word) for word in between)
        if is_beside and _EITHER.intersection(between):  # Rouen ou sinon en Seine-Maritime
            self.take(window, Meant((*self.places, *meant.likely)))
            return
        for mine, theirs in (
            (self.places, meant.likely), (self.others, meant.likely),
            (self.places, meant.others), (self.others, meant.others),
        ):  # fmt: skip
            narrowed = overlap(mine, theirs)
            if narrowed:
                self.take(window, Meant(narrowed))
                return
        if self._is_better(window, meant):
            for n in (n for each in self.windows for n in each):
                self.used[n] = False
            self.text, self.windows = [], []
            self.take(window, meant)
            return
        towns = min(place.population for place in (*self.places, *meant.likely)) >= TOWN
        if is_beside and (towns or (between and set(between) <= _BETWEEN)):
            self.take(window, Meant((*self.places, *meant.likely)))

    def _is_better(self, window: range, meant: Meant) -> bool:
        """Whether a place that lies elsewhere than the one before is likelier: a preposition leads
        to it alone, the other is one word and nearly a name, or it is a city and the other a
        village."""
        led, led_before = (
            bool(each.start) and self.words[each.start - 1] in BEFORE_PLACES
            for each in (window, self.windows[-1])
        )
        if led_before:
            return False
        is_nearly = len(self.windows[-1]) == 1 and not self._is_exact(self.windows[-1])
        if is_nearly and self._is_exact(window):
            return True
        before = sum(place.population for place in self.places)
        return led or (meant.population >= CITY and meant.population > _FAR_LARGER * before)

    def _is_meant(self, window: range, meant: Meant) -> bool:
        """Whether these words likelier name the place than anything else."""
        told = [n for n in window if self.words[n] not in LITTLE]
        if not told or all(self._is_in_phrase[n] or self.words[n] in WHOSE for n in told):
            return False
        before = self.words[window.start - 1] if window.start else ""
        if self._is_in_departement(window, meant):
            return True
        is_led = before in BEFORE_PLACES or bool(
            self.radius_text and self.used[max(window.start - 1, 0)]
        )
        is_spelt = self._is_spelt(window, meant)
        if all(self.plain[n] for n in told) and not is_spelt:
            is_whole = before in {"le", "du"} or len(window) == len(self.words)
            is_several = len(told) > 1 and (is_whole or meant.population >= TOWN)
            is_inside = before == "dans" and meant.likely[0].level == "commune"  # dans la chambre
            # le neuf trois, Village-Neuf
            return (is_led and before not in _ARTICLED and not is_inside) or is_several
        if len(told) > 1 and not all(self.asks[n] for n in told):
            return True
        word = self.words[told[0]]
        is_common = len(window) == 1 and (
            self.lexicon.is_common(stem(word)) or stem(word) in self.lexicon.trades
        )
        is_capital = (
            self.written[told[0]] != self.written[told[0]].lower()
        )  # château has its accent
        is_village = meant.population < TOWN and not (is_led or (is_spelt and is_capital))
        if is_common and is_village and len(self.words) > 1:
            return False  # dans un château
        if word.isdecimal() or word in KINDS or (word in PERSONS and len(self.words) > 1):
            return False
        rest = [n for n in range(len(self.words)) if n not in window and not self.plain[n]]
        if any(self.asks[n] for n in told):
            return self._beats_a_domain(window, told, rest, is_led, meant.population)
        row = self.index.known([stem(word)]).get(stem(word))
        others = [n for n in rest if not self.asks[n] and self.words[n] not in KINDS
                  and not self.words[n][0].isdecimal() and not self.used[n]]  # fmt: skip
        based = sum(place.providers for place in meant.likely)
        if others and not is_led and not based and meant.population < TOWN:
            return False  # a village where nobody is, beside a name
        is_exact = " ".join(self.words[n] for n in window) in self.lexicon.names.exact
        is_sure = is_led or is_exact or meant.population >= CITY
        if row is not None and not is_sure and (others or row.providers > based):
            return False  # nearly a place, and a word of names
        if row is None or is_led or (rest and not others):
            return True
        is_city = is_exact and len(self.words) == 1 and based and meant.population >= CITY
        return bool(row.providers <= based or is_city or meant.population >= 5 * CITY)

    def _is_spelt(self, window: range, meant: Meant) -> bool:
        """Whether the name is written as only the place is: Changé with its accent, La Chambre or
        Bonne with capitals after other words."""
        written = " ".join(self.written[n] for n in window)
        is_accented = written.lower() != " ".join(self.words[n] for n in window)
        is_capital = written != written.lower() and window.stop > 1
        return any(
            (is_accented and place.name.lower() == written.lower())
            or (is_capital and place.name == written)
            for place in meant.likely
        )

    def _is_in_departement(self, window: range, meant: Meant) -> bool:
        """Whether the number of its département stands after a place: Brétigny 21."""
        after, unit = [*self.words[window.stop : window.stop + 2], "", ""][:2]
        place = self.lexicon.codes.get(("departement", after.upper()))
        if place is None or unit in _UNITS:
            return False
        return bool(overlap((*meant.likely, *meant.others), (place,)))

    def _beats_a_domain(
        self, window: range, told: list[int], rest: list[int], is_led: bool, population: int
    ) -> bool:
        """A place of words that ask for a domain, as Vitré does: where it is led to or written with
        the article of its name; or where it has none, with its accents or beside a domain."""
        if is_led or len(window) > 1:
            return True
        is_whole = self.words[window.start] in self.lexicon.names.exact
        is_accented = any(self.written[n].lower() != self.words[n] for n in told)
        is_asked = is_accented or any(
            self._is_in_phrase[n]
            or self.lexicon.domains_of([self._stem(self.words[n])], partly=False)
            for n in rest
        )
        return is_whole and is_asked and population >= TOWN

    # numbers

    def _read_numbers(self) -> None:
        for n, word in enumerate(self.words):
            if self.used[n] or self._is_counting(n):
                continue
            if re.fullmatch("[0-9]{5}", word) and not self.postcode:
                self._read_postcode(n)
            elif _DEPARTEMENT.fullmatch(word):
                place = self.lexicon.codes.get(("departement", word.upper()))
                cities = [p for p in self.places if p.code in _NUMBERED]
                narrowed = place and (
                    overlap(self.places or (place,), (place,)) or overlap(self.others, (place,))
                )
                if narrowed and not cities:
                    self.take(range(n, n + 1), Meant(narrowed))
        self._read_arrondissement()

    def _is_counting(self, n: int) -> bool:
        """Whether what a number counts stands after it."""
        return n + 1 < len(self.words) and self.words[n + 1] in _UNITS

    def _read_postcode(self, n: int) -> None:
        word = self.words[n]
        inside = [
            m for m in self.lexicon.postcodes.get(word, ())
            if not self.places or any(place.low <= m <= place.high for place in self.places)
        ]  # fmt: skip
        if inside or self.index.has_postcode(word):
            self.postcode = word
            self._use(range(n, n + 1))
            return
        code = word[:3] if word.startswith("97") else word[:2]
        place = self.lexicon.codes.get(("departement", code))
        if place and (not self.places or overlap(self.places, (place,))):
            if not self.places:  # of an office, or of nobody: as near as it tells
                self.places = (place,)
                self.corrected[word] = place.name
            self._use(range(n, n + 1))

    def _read_arrondissement(self) -> None:
        """lyon 3, paris 11e: the postcode of the arrondissement; 75011 alone is one too."""
        cities = [p for p in self.places if p.level == "commune" and p.code in _NUMBERED]
        if not cities or self.postcode:
            return
        start = _NUMBERED[cities[0].code]
        for n, word in enumerate(self.words):
            rank = None if self.used[n] else _RANK.fullmatch(word)
            is_after = n and self.used[n - 1]
            if rank and rank[0] == rank[1] and (not is_after or self._is_counting(n)):
                continue  # a number alone stands after the city, and counts nothing
            if rank and rank[1] in _ROMAN and not self._is_rank(n, rank[1]):
                continue
            number = _ROMAN.get(rank[1], int(rank[1]) if rank[1].isdecimal() else 0) if rank else 0
            code = f"{start}{number:0{5 - len(start)}d}"
            if code in self.lexicon.postcodes:
                has_word = n + 1 < len(self.words) and self.words[n + 1].startswith("arr")
                self._use(range(n, n + 1 + has_word))
                self.postcode, self.is_arrondissement = code, True
                self.places = (cities[0],)
                return

    def _is_rank(self, n: int, roman: str) -> bool:
        """Whether a word is a Roman number, and no other: auxiliaire de vie, Paris VIe."""
        is_known = self.asks[n] or self._is_in_phrase[n] or self.index.known([stem(self.words[n])])
        return not is_known or self.written[n].startswith(roman.upper())

    def _read_cedex(self) -> None:
        for n, word in enumerate(self.words):
            if word == "cedex" and (self.places or self.postcode):
                has_number = n + 1 < len(self.words) and self.words[n + 1].isdecimal()
                self._use(range(n, n + 1 + has_number))


def overlap(chosen: tuple[Place, ...], more: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places that lie in one of each, the narrower ones."""
    found = []
    for one in chosen:
        for other in more:
            if other.holds(one):
                found.append(one)
            elif one.holds(other):
                found.append(other)
    return tuple(dict.fromkeys(found))
