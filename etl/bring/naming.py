"""How well the name of a column says a field: by its words, in both languages.

aliases.csv holds the names of each field, the likeliest first (`=` behind one: that name alone, no
word more); vocabulary.csv how words are written otherwise, which say little, and which name what
the rows of a source are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from etl.intake import contract
from etl.intake.contract import PLACE, Field, fold
from etl.intake.text import fold_name

HERE = Path(__file__).parent
YEAR = re.compile(r"(19|20)[0-9]{2}")
NAMELESS = re.compile(r"((column|colonne|col|champ|field|unnamed|var|[a-z]) ?)?[0-9]*")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
MORE = 0.002  # what each word more costs
TICK = 0.001  # what each place further down the list of names costs
OWN, SAME, NEUTRAL, NEAR, PART = 1.0, 0.97, 0.93, 0.85, 0.5
SEVERAL = re.compile(  # what a form says of how to answer
    r"(?i)[(]\s*(plusieurs|several|multiple|choix|select|check|cochez|tick)\b[^)]*[)]"
)
NUMBER_OF = re.compile(r"(?i)\b(number|no[.]?|num|count) of\b")
BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
PREFIX = re.compile(r"(.+?)(?: - |[.]|: )(?=\S)(.+)")
NAMES, KINDS = frozenset({"nom", "name"}), frozenset({"type", "kind"})
# How much less a name says that was cut.
CUT = 0.004
# What each identifier is of.
KEYS = {"request_id": "requests", "provider_id": "providers", "project_id": "projects"}
LIKE = 90  # of 100, for a slip
LOST = re.compile(r"(?<=[A-Za-z])\ufffd(?=[A-Za-z]|\b)")  # an accented letter that a decoding lost
PLACE_IN_LIST = re.compile(r"[.][0-9]+(?=[.]|$)")  # addresses.0.city
WHO = ("par", "by")  # saisi par, created by: somebody, whatever stands before
TWICE = re.compile(r"[ÂÃ][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]")  # UTF-8 read as Windows-1252
SEATED = ("providers", "cooperatives")
AS_WRITTEN = frozenset(
    {"token", "little", "compound", "denying", "total", "test", "duplicate", "unlike"}
)
SHORTEST = 4  # letters of a word that another is glued to, but for
GLUED = frozenset({"id", "cp", "nom", "dep", "lib", "num", "ref", "date", "code"})
Words = frozenset[str]


@dataclass(frozen=True)
class Named:
    """How well a name says a field, from 0 to 1; `alias` is the name it was taken for."""

    score: float
    alias: str = ""
    is_alone: bool = False  # the name says no more than "type", "date" or "id"
    is_barred: bool = False  # the name says something else: the date of another thing


@cache
def _vocabulary() -> tuple[tuple[str, str, str], ...]:
    """(use, word, meaning) as vocabulary.csv lists them."""
    with (HERE / "vocabulary.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["use"], row["word"], row["meaning"]) for row in csv.DictReader(stream))


@cache
def vocabulary(use: str) -> dict[str, str]:
    """Words of one use with their meanings; those of names as tokens write them."""
    as_written = use in AS_WRITTEN
    return {
        word if as_written else token(word): meaning
        for each, word, meaning in _vocabulary()
        if each == use
    }


@cache
def entities() -> Mapping[str, Words]:
    """By source, the words for what its rows are."""
    found: dict[str, set[str]] = {}
    for use, word, meaning in _vocabulary():
        if use == "entity":
            found.setdefault(meaning, set()).add(token(word))
    return {source: frozenset(words) for source, words in found.items()}


@cache
def _known_words() -> Words:
    """Every word of the aliases and of the vocabulary: what a glued word may be made of."""
    listed = {word for _, words, _ in _vocabulary() for word in words.split()}
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            listed.update(re.split("[ |=]+", row["aliases"]))
    return frozenset(word for word in listed if len(word) >= SHORTEST or word in GLUED)


@lru_cache(maxsize=50_000)
def _parted(word: str) -> str:
    """A word that nobody knows as the two known ones that it is made of: deptcode."""
    known = _known_words()
    if len(word) < 2 * SHORTEST or word in known:
        return word
    cuts = (
        f"{word[:place]} {word[place:]}"
        for place in range(len(word) - 2, 1, -1)
        if word[:place] in known and word[place:] in known
    )
    return next(cuts, word)


@lru_cache(maxsize=50_000)
def plain(name: str) -> tuple[str, ...]:
    """The words of a name, without case, accents and little words."""
    name = PLACE_IN_LIST.sub("", _once(SEVERAL.sub("", name[:200])))
    name = NUMBER_OF.sub("nb ", LOST.sub("e", name))
    parted = CAMEL.sub(" ", name.replace("n°", "numero ").replace("N°", "numero "))
    parted = (
        parted.replace("nº", "numero ")
        .replace("€", " eur ")
        .replace("#", " numero ")
        .replace("%", " pct ")
    )
    little, compounds = vocabulary("little"), vocabulary("compound")
    whole = " ".join(compounds.get(word) or _parted(word) for word in fold(parted).split())
    return tuple(w for w in whole.split() if w not in little and not YEAR.fullmatch(w))


def _once(name: str) -> str:
    """A name as it was before its UTF-8 was read as Windows-1252."""
    if not TWICE.search(name):
        return name
    try:
        return name.encode("cp1252").decode()
    except UnicodeError:
        return name


def token(word: str) -> str:
    """A word as the aliases write it: one writing for several, no plural, no feminine in -ée."""
    known = vocabulary("token")
    word = known.get(word, word)
    if len(word) > 3 and word[-1] in "sx" and word not in ("temps", "prix"):
        word = word[:-1]
    while word.endswith("ee"):
        word = word[:-1]
    return known.get(word, word)


@lru_cache(maxsize=50_000)
def tokens(name: str) -> Words:
    return frozenset(map(token, plain(name)))


@lru_cache(maxsize=50_000)
def joined(name: str) -> str:
    return "".join(plain(name))


@dataclass(frozen=True)
class Alias:
    text: str
    words: Words
    joined: str
    is_alone: bool
    rank: int


@cache
def aliases(source: str) -> Mapping[str, tuple[Alias, ...]]:
    """By field of a source, its names."""
    found: dict[str, tuple[Alias, ...]] = {}
    fields = contract.load(source).names
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["source"] in ("", source) and row["field"] in fields:
                found[row["field"]] = tuple(_aliases(row["aliases"]))
    return found


def _aliases(listed: str) -> list[Alias]:
    found = []
    for rank, text in enumerate(listed.split("|")):
        name = text.removesuffix("=")
        found.append(Alias(name, tokens(name), joined(name), text.endswith("="), rank))
    return found


@cache
def known_names() -> set[str]:
    """Every name of a column that is known, folded as intake folds them."""
    names = set()
    for source in contract.sources():
        names |= set(contract.load(source).names)
        for listed in aliases(source).values():
            names |= {fold_name(alias.text) for alias in listed}
    return names


@lru_cache(maxsize=100_000)
def said(name: str, source: str, field: str) -> Named:
    """How well a column's name says a field of a source: the whole name, or what it is without
    brackets and without what the rows are, before a dot or a dash."""
    if fold_name(name) == field:
        return Named(OWN, field)
    if _says_who(name) and is_worded(contract.load(source)[field]):
        return Named(0.0, is_barred=True)
    best = _said(name, source, field)
    short = _cut(name, source)
    if short and not best.is_barred and best.score < SAME - CUT:
        other = _said(short, source, field)
        if other.is_alone and _is_moment(source, field):
            return best  # the day that a company was created on is not that of its row
        if other.score - CUT > best.score:
            return replace(other, score=other.score - CUT)
    return best


def _says_who(name: str) -> bool:
    words = fold(name).split()
    return len(words) > 1 and words[-1] in WHO


def is_worded(field: Field) -> bool:
    """Whether a field holds words that stand for something: a state, a domain, yes or no."""
    return bool(field.enum) or field.lookup == "domains" or field.type == "boolean"


@lru_cache(maxsize=50_000)
def _cut(name: str, source: str) -> str | None:
    """A name without brackets that bar nothing, and without a prefix that says what the rows
    are; None where it has neither."""
    short = name
    if any(
        not set(map(token, plain(each))) & vocabulary("bar").keys()
        for each in BRACKETS.findall(name)
    ):
        short = BRACKETS.sub(" ", name).strip()
    parts = PREFIX.fullmatch(short)
    if parts and tokens(parts[1]) and tokens(parts[1]) <= _nouns(source):
        short = parts[2]
    return short if short and short != name else None


def _said(name: str, source: str, field: str) -> Named:
    words, together = tokens(name), joined(name)
    if not words:
        return Named(0.0)
    best = _of_key(words, source, field)
    telling = {"name": NAMES, "kind": KINDS}.get(field, Words())
    if words & telling and words - telling and words - telling <= _nouns(source):
        best = Named(SAME - TICK * 10)
    if field == "amount_eur" and words & vocabulary("sold").keys():
        return Named(0.0, is_barred=True)  # what it costs to be told of a job is not its price
    for alias in aliases(source).get(field, ()):
        score = _likeness(words, together, alias, source, field)
        if score and score - TICK * alias.rank > best.score:
            is_barred = score == PART and bool((words - alias.words) & _barring(source, field))
            if source == "providers" and field in PLACE and "intervention" in words:
                is_barred = True  # where it works: seldom where it is, and often several places
            best = Named(score - TICK * alias.rank, alias.text, alias.is_alone, is_barred)
    return best


def _of_key(words: Words, source: str, field: str) -> Named:
    """How well a name says an identifier: by a word for one, beside what it identifies."""
    entry = contract.load(source)[field]
    marks = words & frozenset(vocabulary("key"))
    if entry.identifier != "key":
        return Named(0.0)
    is_row = contract.load(source).key == (field,)
    named = entities().get(KEYS[field], frozenset())
    if not is_row:
        named -= vocabulary("other").keys()  # who a request is of, rather than who answers it
    if not marks:
        is_noun = len(words) == 1 and words <= named and is_row
        return Named(SAME - TICK * 25, is_alone=True) if is_noun else Named(0.0)
    rest = (
        words
        - marks
        - named
        - (frozenset(vocabulary("hired")) if source == "requests" else Words())
    )
    if rest:
        return Named(0.0)
    if words & named:
        is_weak = words & named <= vocabulary("weak").keys()
        return Named(SAME - TICK * (22 if is_weak else 5))
    is_plain = words <= frozenset(vocabulary("key"))
    return Named(SAME - TICK * 20, is_alone=True) if is_row and is_plain else Named(0.0)


@cache
def _barring(source: str, field: str) -> Words:
    """Words that make another thing of a name: the town of the provider is not the request's."""
    others = {word for words in entities().values() for word in words}
    return frozenset((others | set(vocabulary("bar"))) - _neutral(source, field))


def _likeness(words: Words, together: str, alias: Alias, source: str, field: str) -> float:
    if not alias.words:
        return 0.0
    is_far = abs(len(together) - len(alias.joined)) > 2
    if is_far and words.isdisjoint(alias.words):
        return 0.0
    if words == alias.words or together == alias.joined:
        return SAME
    if not alias.is_alone and _is_moment(source, field):
        # closed at, date of closing, closing time: the day and the hour tell nothing more
        rest = words - frozenset(vocabulary("moment"))
        core = alias.words - frozenset(vocabulary("moment"))
        if core and core <= rest:
            extra = rest - core
            return NEUTRAL - MORE * len(extra) if extra <= _neutral(source, field) else PART
        return 0.0
    extra = words - alias.words
    if alias.words <= words and not (alias.is_alone and field not in PLACE):
        is_plain = extra <= _neutral(source, field)
        return NEUTRAL - MORE * len(extra) if is_plain else 0.0 if alias.is_alone else PART
    if alias.is_alone and alias.words < words and extra <= _nouns(source):
        # the state of a task, the total of a booking; of a day or a name nobody knows whose
        entry = contract.load(source)[field]
        is_told = entry.enum or entry.lookup == "domains" or entry.type in ("number", "integer")
        return NEUTRAL - 0.01 if is_told else 0.0
    if len(together) >= 6 and len(alias.joined) >= 6 and not alias.is_alone:
        is_near = fuzz.ratio(together, alias.joined) >= LIKE
        return NEAR if is_near else 0.0
    return 0.0


@cache
def _is_moment(source: str, field: str) -> bool:
    return contract.load(source)[field].type in ("date", "datetime")


@cache
def _neutral(source: str, field: str) -> Words:
    """Words that a name may have beside that of the field, and still say it."""
    neutral = set(entities().get(source, ())) | set(vocabulary("unit")) | set(vocabulary("neutral"))
    if field in PLACE:
        neutral |= set(vocabulary("place"))
        if source in SEATED:  # where it is, rather than where it delivers or works
            neutral = (neutral | set(vocabulary("seat"))) - set(vocabulary("elsewhere"))
    if source == "providers" and (field in PLACE or field == "url"):
        neutral.add("contact")  # a shop's own, beside that of its bank
    if field == "planned_jobs":
        neutral |= set(vocabulary("horizon"))  # within three years
    if source == "cooperative_years":
        neutral |= set(vocabulary("term"))  # as of the end of the year
    if field == "fee_eur":
        neutral |= {"prestataire", "client"}  # whom it is taken from; where it is both, none wins
    entry = contract.load(source)[field]
    if entry.enum or entry.lookup == "domains":
        neutral |= set(vocabulary("label"))
    return frozenset(neutral)


def row_noun(name: str, source: str, called: Words = frozenset()) -> Words | None:
    """What the rows are called by a name that has a mark of an identifier (numero de
    sollicitation): nothing, where it has the mark alone, and None where the name has no mark or
    is the identifier of another thing, a customer's or a product's. `called` are words for what
    another column says that the rows are: accounts have a name."""
    words = tokens(name)
    marks = words & (frozenset(vocabulary("key")) | {"index"})
    rest = words - marks
    others = (frozenset(vocabulary("not_row")) | _other_keys(source)) - called
    return rest if marks and not rest & others else None


@cache
def _nouns(source: str) -> Words:
    return entities().get(source, Words())


@cache
def _other_keys(source: str) -> Words:
    """Words for what the rows of other sources are; a quote may well be a request."""
    mine = _nouns(source)
    others = (
        words
        for each, words in entities().items()
        if each != source and {each, source} != {"requests", "responses"}
    )
    return Words().union(*others) - mine


def is_of_other(name: str, source: str) -> bool:
    """Whether a name speaks of something else than the rows: their payment, their agency."""
    return bool(tokens(name) & set(vocabulary("bar")) - entities().get(source, frozenset()))


def says_nothing(name: str) -> bool:
    """Whether a name is none: column_3, champ 2, F1, Unnamed: 4."""
    return bool(NAMELESS.fullmatch(fold(name)))


def private(name: str) -> str | None:
    """What of a person a name says, if anything."""
    known = vocabulary("private")
    return next((known[word] for word in map(token, plain(name)) if word in known), None)


def unit(name: str) -> str | None:
    """The unit that a name ends with or holds in brackets: m, min, cents, k."""
    known = vocabulary("unit")
    return next((known[word] for word in map(token, plain(name)[1:]) if known.get(word)), None)
