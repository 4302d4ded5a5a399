"""What was typed, taken apart: numbers of firms, phrases in quotes, words."""

import re
from typing import NamedTuple

from pages.finding.lexicon import fold

MOST_TYPED = 36  # words that are read at all
_QUOTED = re.compile(r'["“”«]\s*([^"“”«»]+?)\s*["“”»]')
_SPACE = r"[\s.\-_/]{0,3}"
# FR 12 552 100 554; the two signs after FR only check the number
_VAT = re.compile(rf"\bFR{_SPACE}[0-9A-Z]{{2}}{_SPACE}(?=(?:\d{_SPACE}){{9}}(?!\d))", re.I)
# 552 100 554, 552-100-554 00013, 552100554 NIC 00013, 55 210 055 400 013
_NIC = r"(?:\s*nic\s*:?\s*)"
_GROUPS = re.compile(rf"(?<!\d)\d+(?:(?:{_NIC}|[\s.\-_/]{{1,3}})\d+)+(?!\d)", re.I | re.ASCII)
_LENGTHS = (14, 9)  # digits of a SIRET and of a SIREN
# SIREN552100554, n° 552100554; what stands before a number and only says what it is
_LABEL = re.compile(
    r"(?:(?:\b(?:n[°ºo]|num[ée]ro)\s*(?:de\s+)?)?\b(?:siren|siret|rcs|tva|vat|insee)(?:\s+(?:intracommunautaire|number))?\s*"
    r"(?:n[°ºo]?|num[ée]ro)?|\bn[°ºo]|\bnum[ée]ro)\s*[:#.]?\s*(?=(?:FR)?\d{3})",
    re.I,
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?")
_ELISION = re.compile(r"^(?:[cdjlmnst]|(?:jus|lors|puis|quel)?qu)['’](?=\w)", re.I)
_ELIDED = re.compile(r"(?<=-)([dl])['’](?=\w)", re.I)  # Pont-l'Évêque is not Pont-Évêque
_JOINED = re.compile(r"(?<=[^\W\d_])['’](?=[^\W\d_])")  # p'tite: ptite
_KIND = re.compile(r"\b(auto|micro|self)[\s\-]+(entrepr[a-z]+|employed)\b", re.I)
_COOP = re.compile(r"\b(co)[\s\-]+(ops?|op[eé]rat[a-zé]+)\b", re.I)
_POSTCODE = re.compile(r"(?<![\d.,\-/])(?<!\d )(\d\d)[ .](\d{3})(?![.,\-/]?\d| \d)", re.ASCII)
# le 9-3, dans le 9.4, 2-A alone: the digits of a département said one by one
_SPOKEN = re.compile(
    r"(?:(?<=\ble )|(?<=\bdu )|^(?=.{3,5}$))(\d) ?[ .\-] ?(\d|[ab])(?=$|[\s,;!?]+(?!\d)|\.)",
    re.I | re.ASCII,
)
LEAST_INITIALS = 3  # letters that stand alone are one word from so many on


class Typed(NamedTuple):
    """words: folded, with how each was written; ``too_many`` of them are not read."""

    words: list[str]
    written: list[str]
    too_many: list[str]
    identifier: str
    phrase: str  # folded


def joined_numbers(text: str) -> str:
    """The text with the parts of a SIREN, SIRET or VAT number joined, and without their labels."""
    text = _VAT.sub("", _LABEL.sub(" ", text))
    return _GROUPS.sub(_one_number, text).strip()


def joined(text: str) -> str:
    """The text with auto-entrepreneur, co-op, 97 354 and le 9-3 as one word each; euros written."""
    text = text.replace("€", " euros ")
    for split in (_KIND, _COOP, _POSTCODE, _SPOKEN):
        text = split.sub(r"\1\2", text)
    return text


def _one_number(found: re.Match[str]) -> str:
    """Groups of digits as one number, as many of them as make a SIRET or a SIREN; what follows may
    be a postcode."""
    groups = re.findall(r"\d+", found[0])
    for length in _LENGTHS:
        for size in range(1, len(groups) + 1):
            number = "".join(groups[:size])
            is_nic = number[9:12] == "000" or _is_checked(number)
            if len(number) == length and (length == 9 or is_nic):
                return " ".join([number, *groups[size:]])
    return found[0]


def _is_checked(digits: str) -> bool:
    """Whether the last digit is as Luhn's sum asks."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def take_apart(text: str) -> Typed:
    """The parts of a clean text."""
    phrase = ""
    quoted = _QUOTED.search(text)
    if quoted:
        phrase = fold(quoted[1])
        text = text[: quoted.start()] + " " + text[quoted.end() :]
    words: list[str] = []
    written: list[str] = []
    identifier = ""
    for chunk in joined_numbers(joined(text)).split():
        for word, as_written in _words(chunk):
            if re.fullmatch(r"[0-9]{6,14}", word, re.ASCII) and not identifier:
                identifier = word
            else:
                words.append(word)
                written.append(as_written)
    words, written = _initials(words, written)
    return Typed(words[:MOST_TYPED], written[:MOST_TYPED], words[MOST_TYPED:], identifier, phrase)


def _words(chunk: str) -> list[tuple[str, str]]:
    bare = _ELISION.sub("", chunk.strip(",;:!?()"))
    if _INITIALS.fullmatch(bare):
        return [(fold(bare).replace(" ", ""), bare)]
    chunk = _JOINED.sub("", _ELIDED.sub(r"\1-", bare))
    # a part of a chunk is written as it stands in it: Bourg-lès-Valence
    pieces = [piece for piece in re.split(r"[\W_]+", chunk) if fold(piece)]
    folded = [fold(piece) for piece in pieces]
    whole = fold(chunk).split()
    return list(zip(whole, pieces if folded == whole else whole, strict=True))


def _initials(words: list[str], written: list[str]) -> tuple[list[str], list[str]]:
    """Letters that stand alone one after the other, as one word."""
    runs: list[list[int]] = []
    for n, word in enumerate(words):
        is_letter = len(word) == 1 and word.isalpha()
        if is_letter and runs and runs[-1][-1] == n - 1 and len(words[n - 1]) == 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    taken = [run if len(run) >= LEAST_INITIALS else None for run in runs]
    joined = [
        (("".join(words[n] for n in run), "".join(written[n] for n in run)),)
        if whole else tuple((words[n], written[n]) for n in run)
        for run, whole in zip(runs, taken, strict=True)
    ]  # fmt: skip
    pairs = [pair for some in joined for pair in some]
    return [word for word, _w in pairs], [as_written for _w, as_written in pairs]
