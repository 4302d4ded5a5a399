"""The domain that the words of a foreign label name, in any order and number: those of an alias, or
of what people type who search, with nothing beside them that makes it another thing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from etl import paths
from etl.bring import lexicon
from etl.intake.contract import fold
from etl.intake.mapping import alike

# Words that tell nothing of which domain, beside the little ones; of two words, one that does.
EMPTY = frozenset({"service", "prestation"})
GENERIC = frozenset({"domicile", "home"})
PATH = re.compile(r"\s*(?:>|›|::)\s*")  # Services > Ménage: the last says most
PARTS = re.compile(r"\s*[()\[\]/&,;:+|]\s*|\s+[-–—]\s+|\s+(?:et|and)\s+")
UNDER, OVER = "_under_3", "_3_and_over"
MOST = 8  # telling words of a label
SHORTEST = 4  # letters of the one word that tells a domain among others


def of(text: str) -> str | None:
    """The domain of a label that intake does not know; None where nothing is sure."""
    text = PATH.split(text.strip())[-1]
    plain = alike(text)  # with its signs, unlike one that is folded: 3+
    young, older = _ages()
    is_young, is_older = bool(young.search(plain)), bool(older.search(plain))
    found = _whole(fold(text))
    if found is None and (is_young or is_older) and not (is_young and is_older):
        found = _aged(older.sub(" ", young.sub(" ", plain)), UNDER if is_young else OVER)
    return found or _of_parts(text) or _within(fold(text))


@lru_cache(maxsize=20_000)
def is_guess(text: str) -> bool:
    """Whether the words by which a label tells its domain leave open which one of several they
    mean: of children of which age?"""
    text = PATH.split(text.strip())[-1]
    folded, plain = fold(text), alike(text)
    if folded in known():
        return folded in _guesses()
    if any(age.search(plain) for age in _ages()):
        return False
    inner = [*_names_with(stems(folded))]
    longest = [name for name in inner if not any(name < other for other in inner)]
    return any(name in _guessed() for name in longest)


@cache
def _ages() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a label says that children are below three, and how that they are not."""
    uses = ("age_below", "age_above", "age_behind", "age_unit", "baby")
    below, above, behind, unit, baby = ("|".join(lexicon.vocabulary(use)) for use in uses)
    years = rf"3\b(?: ?(?:{unit})\b)?"
    young = rf"(?:\b(?:{below})|<|(?<!\w)-|\b0 ?(?:-|a|to)) ?{years}|\b(?:{baby})\b(?![ -]?sit)"
    older = rf"(?:\b(?:{above})|>=?|[+]) ?{years}|\b3 ?(?:{unit})? ?(?:[+]|(?:{behind})\b)"
    return re.compile(young, re.IGNORECASE), re.compile(older, re.IGNORECASE)


def _aged(text: str, age: str) -> str | None:
    """The domain of children of an age, where the rest of a label is one of children."""
    codes = _codes().get(stems(fold(text))) or frozenset()
    wanted = {
        re.sub(f"{UNDER}|{OVER}", age, code) for code in codes if UNDER in code or OVER in code
    }
    return wanted.pop() if len(wanted) == 1 else None


def _whole(folded: str, least: int = 2) -> str | None:
    """The domain whose name has the same words: of what people type, so many at least."""
    words = stems(folded)
    codes = _named().get(words) or (_typed().get(words) if len(words) >= least else None) or ()
    return next(iter(codes)) if len(codes) == 1 else None


def _of_parts(text: str) -> str | None:
    """The one domain of all parts of a label of which any tells one: DIY & repairs."""
    parts = [part for part in PARTS.split(text) if stems(fold(part))]
    found = [_whole(fold(part), 1) or _within(fold(part)) for part in parts]
    told = {code for code in found if code}
    return told.pop() if len(parts) > 1 and len(told) == 1 and all(found) else None


@lru_cache(maxsize=20_000)
def _within(folded: str) -> str | None:
    """The domain of the longest names within a label, where all say one and the other words stand
    beside that domain in other names of it, or say how, when and for whom."""
    words = stems(folded)
    if not words or len(words) > MOST or words & _others():
        return None
    inner = [name for name in _names_with(words) if name < words]
    longest = [name for name in inner if not any(name < other for other in inner)]
    codes = {_sure()[name] for name in longest}
    if len(codes) != 1:
        return None
    code = codes.pop()
    rest = words - frozenset().union(*longest)
    return code if all(word in _ordinary() or word in _beside()[code] for word in rest) else None


@lru_cache(maxsize=50_000)
def stems(folded: str) -> frozenset[str]:
    """The telling words of a label, without the mark of the plural; of help at home, where that
    alone is said, that it is at home as well."""
    words = [re.sub(r"(?<=[a-z]{3})[sx]$", "", word) for word in folded.split()]
    words = [
        word for word in words if word not in lexicon.vocabulary("little") and word not in EMPTY
    ]
    telling = frozenset(words) - GENERIC
    return telling if len(telling) > 1 else frozenset(words)


def _names_with(words: frozenset[str]) -> Iterator[frozenset[str]]:
    for word in words:
        yield from (name for name in _by_word().get(word, ()) if name <= words)


@cache
def _by_word() -> Mapping[str, tuple[frozenset[str], ...]]:
    found: dict[str, list[frozenset[str]]] = {}
    for name in _sure():
        if len(name) > 1 or len(next(iter(name))) >= SHORTEST:
            for word in name:
                found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


@cache
def known() -> Mapping[str, tuple[str, ...]]:
    """Domain codes by folded word, as the table domain_words of intake has them."""
    found: dict[str, set[str]] = {}
    for row in _rows("domain_aliases"):
        found.setdefault(fold(row["alias"]), set()).add(row["domain_code"])
    for row in _rows("domains"):
        for name in ("domain_code", "legal_code", "label_fr", "label_en", "official_label_fr"):
            found.setdefault(fold(row[name]), set()).add(row["domain_code"])
    return {word: tuple(sorted(codes)) for word, codes in found.items() if word}


@cache
def _guesses() -> frozenset[str]:
    """Folded words of several meanings, of which intake takes one."""
    return frozenset(fold(row["alias"]) for row in _rows("domain_aliases") if row["is_guess"])


@cache
def _guessed() -> frozenset[frozenset[str]]:
    """The telling words of such names, unless a name that is sure has the same."""
    sure = {stems(word) for word in known() if word not in _guesses()}
    return frozenset(map(stems, _guesses())) - sure


@cache
def _named() -> Mapping[frozenset[str], frozenset[str]]:
    """Domains by the words of what intake knows."""
    return _by_stems((word, code) for word, codes in known().items() for code in codes)


@cache
def _typed() -> Mapping[frozenset[str], frozenset[str]]:
    """Domains by the words of what people type who search."""
    return _by_stems((fold(row["words"]), row["domain_code"]) for row in _rows("everyday_words"))


@cache
def _codes() -> Mapping[frozenset[str], frozenset[str]]:
    return {**_typed(), **_named()}


@cache
def _sure() -> Mapping[frozenset[str], str]:
    """Names that tell one domain within a longer label: those that intake knows, and of what people
    type those of several words."""
    typed = {words: codes for words, codes in _typed().items() if len(words) > 1}
    return {
        words: next(iter(codes))
        for words, codes in {**typed, **_named()}.items()
        if len(codes) == 1
    }


@cache
def _beside() -> Mapping[str, frozenset[str]]:
    """By domain, all words of its names."""
    found: dict[str, set[str]] = {}
    for words, codes in [*_typed().items(), *_named().items()]:
        for code in codes:
            found.setdefault(code, set()).update(words)
    return {code: frozenset(words) for code, words in found.items()}


@cache
def _ordinary() -> frozenset[str]:
    """Words that say how, when and for whom."""
    words = {word for row in _rows("ordinary_words") for word in stems(fold(row["word"]))}
    return frozenset(words | set(lexicon.vocabulary("plain")))


@cache
def _others() -> frozenset[str]:
    """Words of other trades, and of what makes no help at home of the words beside them."""
    trades = {word for row in _rows("other_trades") for word in stems(fold(row["word"]))}
    return frozenset(
        trades | set(lexicon.vocabulary("no_help")) | set(lexicon.vocabulary("denying"))
    )


def _by_stems(named: Iterable[tuple[str, str]]) -> dict[frozenset[str], frozenset[str]]:
    """Codes of domains by the telling words of folded names that have any."""
    found: dict[frozenset[str], set[str]] = {}
    for folded, code in named:
        if words := stems(folded):
            found.setdefault(words, set()).add(code)
    return {words: frozenset(codes) for words, codes in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with (paths.REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
