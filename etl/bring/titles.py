"""What the name of a column says: its own words, the question that it answers, or what it means in
French where a file is in a language that the names of fields are not written in.

languages.csv holds the commonest words of such names (German, Spanish, Italian, Dutch), as they
stand in exports of order books, address lists and shops, folded.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from etl.bring import lexicon, shortened
from etl.intake.contract import fold

HERE = Path(__file__).parent
QUESTION = re.compile(r"question ?([0-9]+)")
ANSWER = re.compile(r"(?:response|reponse|answer) ?([0-9]+)")
FEWEST, SHARE = 3, 0.3  # names in a language, so that a file is taken to be in it
LINKS = ("", "s", "n", "es", "en")  # between the parts of a word: Auftrag-s-nummer
SHORTEST = 2  # letters of a part
TELLING = 4  # letters of a word by which a language is told


def of(names: Sequence[str], only: Mapping[int, str]) -> list[str]:
    """What each name says; `only` is the one text of a column that has no other."""
    asked = {
        found[1]: text
        for place, text in only.items()
        if (found := QUESTION.fullmatch(fold(names[place])))
    }
    language = _language(names)
    said = []
    for name in names:
        answer = ANSWER.fullmatch(fold(name))
        if answer and answer[1] in asked:
            said.append(asked[answer[1]])
        else:
            said.append(_translated(name, language) if language else name)
    return said


@cache
def _languages() -> Mapping[str, Mapping[str, str]]:
    """By language, its words in French."""
    found: dict[str, dict[str, str]] = {}
    with (HERE / "languages.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["language"], {})[row["word"]] = row["meaning"]
    return found


def _language(names: Sequence[str]) -> str | None:
    """The language in which enough names have words that neither French nor English names have."""
    known = lexicon.known_words()
    counts = Counter(
        {
            language: sum(
                any(map(partial(_tells, words, known), fold(name).split())) for name in names
            )
            for language, words in _languages().items()
        }
    )
    ((language, most), (_, next_most)) = counts.most_common(2)
    is_told = most >= FEWEST and most >= SHARE * len(names) and most > next_most
    return language if is_told else None


def _tells(words: Mapping[str, str], known: frozenset[str], word: str) -> bool:
    return len(word) >= TELLING and word not in known and _in_parts(word, words) is not None


def _translated(name: str, language: str) -> str:
    words = _languages()[language]
    parted = fold(shortened.CAMEL.sub(" ", name)).split()
    return " ".join(_in_parts(word, words) or word for word in parted)


def _in_parts(word: str, words: Mapping[str, str]) -> str | None:
    """The meaning of a word, or of the two known ones that it is made of."""
    if word in words:
        return words[word]
    for place in range(len(word) - SHORTEST, SHORTEST, -1):
        last = words.get(word[place:])
        first = last and next(
            (
                words[word[:place].removesuffix(link)]
                for link in LINKS
                if word[:place].endswith(link) and word[:place].removesuffix(link) in words
            ),
            None,
        )
        if first and last:
            return f"{first} {last}"
    return None
