"""Where the words of a search were found in a text of a provider's record."""

import html
import re
from collections.abc import Iterable

from pages.finding.index import Index
from pages.finding.lexicon import LITTLE, fold, stem
from pages.finding.parse import Reading

Pieces = list[str]  # of a text, in turn: as it is, found, as it is, found...
_JOINTS = re.compile(r"[''’-]")
_JOINED = re.compile(r"([\w\u0300-\u036f''’-]+)")
_WORD = re.compile(r"([\w\u0300-\u036f]+)")


def words_of(reading: Reading, index: Index) -> frozenset[str]:
    """The stems that a name is found under, and those of the place that was read."""
    terms = [number for words in reading.terms.values() for number in words]
    typed = map(stem, [*reading.exact_name.split(), *reading.place_text.split()])
    names = {index.words[number] for number in terms}
    return frozenset(names | {word for word in typed if reading.exact_name or word not in LITTLE})


def pieces(text: str, found: frozenset[str]) -> Pieces:
    """A text in pieces, every second one a found word; put together they are the text."""
    if not found:
        return [text]
    return _in_turn(
        piece
        for part in _JOINED.split(text)
        for piece in (
            [(part, True)]
            if _is_found(_JOINTS.sub("", part), found)
            else [(word, _is_found(word, found)) for word in _WORD.split(part)]
        )
    )


def joined(parts: Iterable[Pieces], by: str = ", ") -> Pieces:
    """Several texts in pieces as one."""
    return _in_turn(
        piece
        for n, part in enumerate(parts)
        for piece in [
            (by if n else "", False),
            *((text, m % 2 == 1) for m, text in enumerate(part)),
        ]
    )


def marked(text: str, found: frozenset[str]) -> str:
    """A text as HTML, escaped, its found words marked."""
    return "".join(
        f"<mark>{html.escape(piece)}</mark>" if n % 2 else html.escape(piece)
        for n, piece in enumerate(pieces(text, found))
    )


def _in_turn(parts: Iterable[tuple[str, bool]]) -> Pieces:
    shown = [""]
    for text, is_found in parts:
        if text and is_found == (len(shown) % 2 == 1):  # the last one is of the other sort
            shown.append("")
        shown[-1] += text
    return shown


def _is_found(part: str, found: frozenset[str]) -> bool:
    return any(stem(word) in found for word in fold(part).split())
