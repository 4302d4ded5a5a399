"""How the bytes of a text are read: as named, as a mark or NULs show, as UTF-8, or by a guess.

The guess is between the encodings that French files come in. Each word with a byte beyond ASCII is
judged as each of them would read it: `Orl‚ans` is no word and `Orléans` is one. Letters whose case
fits their neighbours speak for an encoding, signs within words against it; without a clear lead it
is Windows-1252, which most such files are. What is a guess is told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from etl.problems import FileProblem, Note

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DEFAULT = "windows-1252"
# In the order in which they are preferred, with the names that readers know them by.
CANDIDATES = {
    DEFAULT: "Windows-1252",
    "iso-8859-15": "ISO 8859-15",
    "cp850": "CP850 (DOS)",
    "mac_roman": "MacRoman",
}
WORD = re.compile(rb"[A-Za-z0-9\x80-\xff]*[\x80-\xff][A-Za-z0-9\x80-\xff]*")
WORDS = 2000
# How much a letter speaks for its reading: the more, the more usual it is in French.
LETTERS = (
    dict.fromkeys("éÉ", 1.0)
    | dict.fromkeys("èêçôÈÊÇ", 0.9)
    | dict.fromkeys("âîïëûœÀÂÎÔ", 0.8)
    | dict.fromkeys("àùöüäÿæËÏÛÙŒÆÜÖÄŸ", 0.6)
)
SIGNS = frozenset("\xa0°€’«»–—…²³•·ºª§“”‘œ")
QUOTES = {"“": False, "”": True}  # whether the word stands before it
CLEAR = 2.5  # a lead that two words give
Pieces = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Reading:
    """The decoder of a text, None when it is UTF-8 already, and what must be told of it."""

    decoder: codecs.IncrementalDecoder | None
    notes: tuple[Note, ...] = ()


def shown(head: bytes) -> str | None:
    """The encoding that a mark or the NULs of the first bytes show, if any."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = max(1, len(head[:4096]) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def reading(pieces: Pieces, head: bytes, encoding: str | None) -> Reading:
    """How to read the bytes that `pieces` gives anew at each call. Raises FileProblem."""
    named = encoding or shown(head)
    if named is not None and codecs.lookup(named).name not in ("utf-8", "utf-8-sig"):
        return Reading(codecs.getincrementaldecoder(named)())
    good, bad = _utf8(pieces)
    if not bad:
        return Reading(None)
    if encoding is not None:
        raise FileProblem("encoding", encoding=encoding)
    # A UTF-8 file with a few bad bytes keeps its accents.
    if good >= bad:
        patched = codecs.getincrementaldecoder("utf-8")(DEFAULT)
        return Reading(patched, (Note("mixed_encoding", {"count": bad}),))
    words = _words(pieces)
    chosen, lead = guess(words)
    decoder = codecs.getincrementaldecoder(chosen)()
    if chosen == DEFAULT and lead >= CLEAR:
        return Reading(decoder)
    sample = ", ".join(word.decode(chosen, "replace") for word in words[:3])
    names = {"encoding": CANDIDATES[chosen], "write": chosen, "words": sample}
    return Reading(decoder, (Note("guessed_encoding", names),))


def guess(words: list[bytes]) -> tuple[str, float]:
    """The encoding of French words, and its lead before the next that reads them otherwise."""
    totals = {name: sum(_judged(word, name) for word in words) for name in CANDIDATES}
    best = max(totals, key=totals.__getitem__)  # of equals the first
    chosen = best if best != DEFAULT and totals[best] > max(0, totals[DEFAULT] + 0.25) else DEFAULT
    as_read = [word.decode(chosen, "replace") for word in words]
    others = [
        total
        for name, total in totals.items()
        if [word.decode(name, "replace") for word in words] != as_read
    ]
    return chosen, totals[chosen] - max(others, default=-len(words))


def _judged(word: bytes, encoding: str) -> float:
    try:
        read = word.decode(encoding)
    except UnicodeDecodeError:
        return -3
    total = 0.0
    for place, letter in enumerate(read):
        if ord(letter) < 128:
            continue
        before, after = read[:place][-1:], read[place + 1 :][:1]
        near = [other for other in (before, after) if other.isalpha()]
        if letter in LETTERS and near:
            if letter.islower():
                fits = any(other.islower() for other in near)
            else:
                fits = after.isupper() or before.isupper() or not before.isalpha()
            total += LETTERS[letter] if fits else -1
            if letter == "à" and not after.isalpha() and len(before) and place > 2:
                total -= 0.4  # few words end so, and many are cut by three points
        elif letter in QUOTES and bool(before) != bool(after):  # at its own end of a word
            total += 1 if QUOTES[letter] == bool(before) else -0.5
        elif letter in SIGNS:
            total += 0.5 if letter in "’…" or len(near) < 2 else -0.5
        elif letter not in LETTERS:
            total -= 1
    return total


def _words(pieces: Pieces) -> list[bytes]:
    """The first different words that hold a byte beyond ASCII."""
    found: dict[bytes, None] = {}
    for piece in pieces():
        if not piece.isascii():
            for word in WORD.finditer(piece):
                found[word[0][:60]] = None
                if len(found) >= WORDS:
                    return list(found)
    return list(found)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode(DEFAULT), error.end


codecs.register_error(DEFAULT, _as_windows_1252)


def _utf8(pieces: Pieces) -> tuple[int, int]:
    """How many letters and signs beyond ASCII are good UTF-8, and how many places are not.

    They are counted only where some are bad; chance makes UTF-8 of no letter that French has.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces():
            if not (piece.isascii() and decoder.getstate()[0] == b""):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
        return 0, 0
    except UnicodeDecodeError:
        pass
    good = bad = 0
    counting = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in pieces():
        if not piece.isascii():
            text = counting.decode(piece)
            errors = text.count("\ufffd")
            bad += errors
            good += len(re.findall(r"[\xa0-\u024f\u2010-\u20ac]", text))
    return good, max(bad, 1)
