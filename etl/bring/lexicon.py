"""The words of the names of columns: how they are written otherwise, which say little, and which
name what the rows of a source are (vocabulary.csv)."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from etl.bring.shortened import CAMEL
from etl.intake.contract import fold

HERE = Path(__file__).parent
YEAR = re.compile(r"(19|20)[0-9]{2}")
SEVERAL = re.compile(  # what a form says of how to answer
    r"(?i)[(]\s*(plusieurs|several|multiple|choix|select|check|cochez|tick)\b[^)]*[)]"
)
LETTERS = re.compile(r"\b(?:[A-Za-z][.]){2,}")  # C.P.
NUMBER_OF = re.compile(r"(?i)\b(number|no[.]?|num|count) of\b")
LOST = re.compile(r"(?<=[A-Za-z])\ufffd(?=[A-Za-z]|\b)")  # an accented letter that a decoding lost
PLACE_IN_LIST = re.compile(r"[.][0-9]+(?=[.]|$)")  # addresses.0.city
TWICE = re.compile(r"[ÂÃ][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]")  # UTF-8 read as Windows-1252
DONE = re.compile(r"([a-z]{3,}ed)(at|on|date|dt|time|by)")
AS_WRITTEN = frozenset(
    {
        "token",
        "little",
        "compound",
        "denying",
        "total",
        "test",
        "duplicate",
        "unlike",
        "plain",
        "no_help",
        "pending",
        "done",
        "closed",
        "paid",
        "age_below",
        "age_above",
        "age_behind",
        "age_unit",
        "baby",
    }
)
SHORTEST = 4  # letters of a word that another is glued to, but for
GLUED = frozenset({"id", "cp", "nom", "dep", "lib", "num", "ref", "date", "code"})
Words = frozenset[str]


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
def known_words() -> Words:
    """Every word of the aliases and of the vocabulary: what a glued word may be made of."""
    listed = {word for _, words, _ in _vocabulary() for word in words.split()}
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            listed.update(re.split("[ |=]+", row["aliases"]))
    return frozenset(word for word in listed if len(word) >= SHORTEST or word in GLUED)


@lru_cache(maxsize=50_000)
def _parted(word: str) -> str:
    """A word that nobody knows as the two known ones that it is made of: deptcode, updatedat."""
    known = known_words()
    if done := DONE.fullmatch(word):
        return f"{done[1]} {done[2]}"
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
    name = LETTERS.sub(lambda found: found[0].replace(".", "") + " ", name)
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


def private(name: str) -> str | None:
    """What of a person a name says, if anything."""
    known = vocabulary("private")
    return next((known[word] for word in map(token, plain(name)) if word in known), None)


def unit(name: str) -> str | None:
    """The unit that a name ends with or holds in brackets: m, min, cents, k."""
    known = vocabulary("unit")
    return next((known[word] for word in map(token, plain(name)[1:]) if known.get(word)), None)
