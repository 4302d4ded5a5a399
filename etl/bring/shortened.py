"""Names of columns whose words are cut short (Pop. mun., Cne d'interv., eff3112, socsal): what they
may be in full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, product

from etl.intake.contract import fold

PIECE = re.compile(r"([^\W\d_]+|[0-9]+)([.]?)")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
VOWELS = frozenset("aeiouy")
LEAST, LEAST_DOTTED = 3, 1  # letters that stand for a word
KEPT, LOST = 6, 2  # letters of a word that has lost some others, and how many: hdcount
HEADS = ("dt", "nb", "mt", "cd", "tx")  # what old systems put before a word
MOST = 60  # ways that are tried


@lru_cache(maxsize=20_000)
def pieces(name: str) -> tuple[tuple[str, bool], ...]:
    """The words of a name and its numbers, each with whether a dot cuts it short."""
    parted = CAMEL.sub(" ", name[:200]).replace("%", " pct ").replace("€", " eur ")
    parted = parted.replace("n°", "numero ").replace("N°", "numero ")
    return tuple((fold(word), bool(dot)) for word, dot in PIECE.findall(parted))


def ways(name: str, words: frozenset[str], is_whole: Callable[[str], bool]) -> Iterator[str]:
    """The names that a short one may stand for, of these words; none where no word is short.

    `is_whole` tells the words that mean what they say, if no dot cuts them.
    """
    choices: list[list[str]] = []
    is_short = False
    for word, is_dotted in pieces(name):
        found = [word]
        if word not in words and (is_dotted or not is_whole(word)):
            found = [each for each in sorted(words) if stands_for(word, each, is_dotted)]
            found += [] if is_dotted or found else _glued(word, words)
            is_short = is_short or bool(found)
            found = found if found and not is_whole(word) else [word, *found]
        choices.append(found)
    if is_short:
        yield from islice((" ".join(each) for each in product(*choices)), MOST)


def stands_for(word: str, whole: str, is_dotted: bool) -> bool:
    """Whether a word is the start of another, its consonants, or its two ends: mun, dpt, cne."""
    if word.isdigit() or len(word) < (LEAST_DOTTED if is_dotted else LEAST):
        return False
    if len(whole) < len(word) + 2 or whole[0] != word[0]:
        return False
    if whole.startswith(word):
        return True
    has_ends = whole.rstrip("s")[-1] == word.rstrip("s")[-1]
    is_bare = VOWELS.isdisjoint(word[1:-1] if has_ends else word[1:])
    is_near = has_ends and len(word) >= KEPT and len(whole) - len(word) <= LOST
    return len(word) >= LEAST and (is_bare or is_near) and _is_within(word, whole)


def _is_within(word: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in word)


def _glued(word: str, words: frozenset[str]) -> list[str]:
    """Two words that are cut short and stand together without a mark: socsal, dtclot."""
    found = []
    for place in range(LEAST, len(word) - LEAST + 1):
        first = [each for each in sorted(words) if each.startswith(word[:place])]
        last = [each for each in sorted(words) if each.startswith(word[place:])]
        found += [f"{one} {other}" for one in first for other in last if one != other]
    for head in HEADS:
        rest = word.removeprefix(head)
        if rest != word and len(rest) >= LEAST:
            ends = (each for each in sorted(words) if each == rest or stands_for(rest, each, False))
            found += [f"{head} {each}" for each in ends]
    return found
