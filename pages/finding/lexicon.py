"""The words that name places and domains, read once for each build."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from pages.finding.forms import root
from pages.finding.names_of_places import Names, Place, named
from pages.shared import query
from pages.shared.once import once

_LITTLE = "a and at au aux d dan de des du en et for in l la le les near of ou par pour pre sur the"
LITTLE = frozenset(_LITTLE.split())
# my papers, our papers and papers are the same phrase
WHOSE = frozenset("mon ma mes notre nos son sa ses leur leurs un une my our his her their".split())  # noqa: SIM905
# whom a thing is done for, or help alone: beside what is to be done they ask for nothing
PERSONS = frozenset([
    "adulte", "age", "agee", "aide", "aider", "dad", "dame", "disabled", "elderly", "father",
    "grand", "grandfather", "grandma", "grandmother", "grandpa", "grandparent", "granny",
    "handicap", "handicape", "handicapee", "help", "lady", "maman", "mamie", "man", "mere", "mom",
    "mother", "mum", "old", "older", "papa", "papi", "papy", "parent", "people", "pensioner",
    "pere", "person", "personne", "retraite", "retraitee", "senior", "seul", "seule", "vieille",
    "vieux", "woman",
])  # fmt: skip
# those of a family: what is done for one of them is done for any other
_KIN = "aunt dad daddy father gran grandad granddad grandfather grandma grandmother grandpa"
_KIN += " grandparent granny maman mamie mamy mere mom mother mum mummy oncle papa papi papy parent"
_KIN += " pepe pere tante uncle"
_KIDS = "boy child children daughter enfant fil fille gamin gamine girl gosse kid"
FAMILY = dict.fromkeys(_KIN.split(), "(kin)") | dict.fromkeys(_KIDS.split(), "(kid)")
_BESIDE_KIN = frozenset(["belle", "beau", "grand"])
AGES = frozenset(["an", "moi", "month", "old", "year", "yo"])  # stems of 80 ans, 6 mois
# said of whoever does a thing for money, whatever the kind
FIRMS = ("entreprise", "societe", "company", "companie", "firm")
# words for a kind of provider; they are looked for in names too
KINDS = {
    **dict.fromkeys(("sarl", "sas", "eurl", "sasu", *FIRMS), "company"),
    **dict.fromkeys(
        ("association", "asso", "assoc", "asoc", "ass", "charity", "charitie", "nonprofit"),
        "association",
    ),
    **dict.fromkeys(("scop", "scic", "cooperative", "coop"), "cooperative"),
    **dict.fromkeys(
        (
            "independant", "particulier", "freelance", "individual", "autoentrepreneur",
            "autoentrepreneuse", "microentrepreneur", "microentreprise", "selfemployed",
        ),
        "individual",
    ),
}  # fmt: skip
# whom or what somebody goes to, after it
VISITED = re.compile(
    r"\b(?:a|at|au|aux|chez|des|du|from|rdv|rendez vous|to|voir) "
    r"(?:(?:a|an|her|his|l|la|le|les|ma|mes|mon|my|our|sa|ses|son|the|their|un|une) )?(\w+)"
)
_COMPARED = frozenset(["less", "moin", "more", "over", "plu", "under"])  # of an age: moins de 3 ans
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


class Phrase(NamedTuple):
    """Words of a domain, as stems, and the bits of the domains that have them."""

    words: frozenset[str]
    bits: int


@dataclass(frozen=True)
class Lexicon:
    """What the words of one build mean."""

    names: Names
    codes: dict[tuple[str, str], Place]  # by level and code
    postcodes: dict[str, tuple[int, ...]]
    sounding: dict[str, Place]  # how a name is read aloud -> the largest commune of such
    foreign: frozenset[str]  # folded names of places abroad
    ordinary: frozenset[str]  # folded words that name nothing by themselves
    common: frozenset[str]  # stems of words that everybody knows: no slips
    trades: frozenset[str]  # stems of words that ask for what no domain is, or several as one
    trade_phrases: frozenset[tuple[str, ...]]  # such of several words: maison de retraite
    bits: dict[str, int]  # by domain code
    exact: dict[frozenset[str], int]  # words of a whole phrase -> bits of its domains
    of_family: dict[frozenset[str], int]  # the same, whoever of a family is named
    phrases: tuple[Phrase, ...]
    with_word: dict[str, tuple[int, ...]]  # word -> numbers of phrases
    alone: tuple[tuple[str, int], ...]  # words that are a whole phrase, and bits of its domains
    forms: dict[str, tuple[str, ...]]  # what forms share -> words that are a whole phrase
    short: tuple[tuple[frozenset[str], frozenset[str]], ...]  # CCAS: what it stands for
    same: dict[str, tuple[str, ...]]  # a word of a name: others that are written for it
    labels: frozenset[int] = field(repr=False)  # numbers of the phrases that a part of stands for
    hints: dict[int, frozenset[str]] = field(default_factory=dict, repr=False)  # asking_alone's

    def domains_of(self, words: Iterable[str], *, partly: bool) -> int:
        """The bits of the domains that have a phrase of these words (or, partly, with them; one
        word alone is a part of labels and aliases only)."""
        asked = frozenset(words)
        if not asked:
            return 0
        found = self.exact.get(asked, 0) or self.of_family.get(_of_family(asked), 0)
        if found or not partly or all(word in _COMPARED or word.isdecimal() for word in asked):
            return found
        numbers = set.intersection(*(set(self.with_word.get(word, ())) for word in asked))
        for number in numbers & self.labels if len(asked) == 1 else numbers:
            found |= self.phrases[number].bits
        return found

    def asking_alone(self, bits: int) -> frozenset[str]:
        """The words that ask for these domains, and for no other, by themselves."""
        if bits not in self.hints:
            words = frozenset(word for word, meant in self.alone if meant & ~bits == 0)
            self.hints[bits] = words
        return self.hints[bits]

    def asks_alone(self, word: str) -> bool:
        """Whether a stem is a whole phrase of a domain."""
        return frozenset([word]) in self.exact

    def is_common(self, word: str) -> bool:
        """Whether everybody knows a stem, so that it is no slip; a form of a domain's word may be
        one: repassons."""
        return word in self.common and root(word) not in self.forms

    def is_plain(self, word: str) -> bool:
        """Whether a folded word tells nothing by itself."""
        return word in LITTLE or stem(word) in LITTLE or word in self.ordinary


def load() -> Lexicon:
    """The lexicon of the served build."""
    served = query.build()
    return _load(served.id, str(served.path))


@once(2)
def _load(build_id: str, path: str) -> Lexicon:
    names, codes = named(query.page_sql(__file__, "names_of_places"))
    ordinary = frozenset(map(str, query.page_sql(__file__, "ordinary")["word"]))
    exact: dict[frozenset[str], int] = {}
    bits = {}
    told: set[frozenset[str]] = set()
    row: Any
    for row in query.page_sql(__file__, "domain_names").itertuples(index=False):
        bits[str(row.domain_code)] = int(row.bit)
        for phrases, is_told in ((row.phrases, True), (row.everyday, False)):
            for phrase in phrases:
                whole = telling(w for w in phrase.split() if w not in WHOSE)
                less = [w for w in whole if w not in ordinary]
                for words in {frozenset(whole), frozenset(less if len(less) > 1 else whole)}:
                    exact[words] = exact.get(words, 0) | int(row.bit)
                    if is_told:
                        told.add(words)
    phrases_ = tuple(
        Phrase(words, exact[words]) for words in sorted(exact, key=lambda words: sorted(words))
    )
    with_word: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases_):
        for word in phrase.words:
            with_word.setdefault(word, []).append(number)
    trades = query.page_sql(__file__, "other_trades")["word"].astype(str).tolist()
    postcodes = query.page_sql(__file__, "postcodes")
    heard = query.page_sql(__file__, "communes_by_sound")
    short = tuple(
        (frozenset(telling(str(row.short).split())), frozenset(telling(str(row.words).split())))
        for row in query.page_sql(__file__, "short_names").itertuples(index=False)
    )
    return Lexicon(
        names=names,
        codes=codes,
        postcodes={
            str(code): tuple(map(int, numbers))
            for code, numbers in zip(postcodes["postcode"], postcodes["places"], strict=True)
        },
        sounding={
            str(sound): codes["commune", str(code)]
            for sound, code in zip(heard["sound"], heard["code"], strict=True)
        },
        foreign=frozenset(query.page_sql(__file__, "foreign_names")["phrase"].astype(str)),
        ordinary=ordinary,
        common=frozenset(stem(str(word)) for word in query.page_sql(__file__, "common")["word"]),
        trades=frozenset(stem(word.replace(" ", "")) for word in trades),
        trade_phrases=frozenset(tuple(word.split()) for word in trades if " " in word),
        bits=bits,
        exact=exact,
        of_family=_of_families(exact),
        phrases=phrases_,
        with_word={word: tuple(numbers) for word, numbers in with_word.items()},
        alone=tuple((min(words), meant) for words, meant in exact.items() if len(words) == 1),
        forms=_forms(exact),
        short=short,
        same=_same(short),
        labels=frozenset(n for n, phrase in enumerate(phrases_) if phrase.words in told),
    )


def _of_family(words: frozenset[str]) -> frozenset[str]:
    """The words with those of a family as one; none where there is nobody of it."""
    if words.isdisjoint(FAMILY):
        return frozenset()
    return frozenset(FAMILY.get(word, word) for word in words - _BESIDE_KIN)


def _of_families(exact: dict[frozenset[str], int]) -> dict[frozenset[str], int]:
    found: dict[frozenset[str], int] = {}
    for words, bits in exact.items():
        same = _of_family(words)
        if len(same) > 1:
            found[same] = found.get(same, 0) | bits
    return found


def _forms(exact: Iterable[frozenset[str]]) -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for word in sorted(min(words) for words in exact if len(words) == 1):
        forms[root(word)] = (*forms.get(root(word), ()), word)
    return forms


def _same(short: Iterable[tuple[frozenset[str], frozenset[str]]]) -> dict[str, tuple[str, ...]]:
    same: dict[str, tuple[str, ...]] = {}
    for one, other in short:
        if len(one) == len(other) == 1:
            (a,), (b,) = one, other
            same[a] = (*same.get(a, ()), b)
            same[b] = (*same.get(b, ()), a)
    return same


def telling(words: Iterable[str]) -> list[str]:
    """The stems that tell something, each once; all of them where none does."""
    stems = list(dict.fromkeys(map(stem, words)))
    return [word for word in stems if word not in LITTLE] or stems
