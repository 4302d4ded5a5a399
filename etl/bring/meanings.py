"""What the words of a column mean to a field: states, kinds, domains.

Intake knows many by itself (the synonyms of a contract, the aliases of domains); words.csv adds
what is only proposed, and is written into the sidecar when it is taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from etl import paths
from etl.bring import domain_words, lexicon
from etl.intake import contract
from etl.intake.contract import Field, fold

HERE = Path(__file__).parent
LEGAL = re.compile(r"(I{1,2}[ -]?[0-9]{1,2})(?:[^0-9A-Z].*)?", re.S)
ITEMS = re.compile(r"[|,]")
SEPARATORS = ("/", ";", " + ", "+", " & ", "&", "\n", " - ", " et ", "·", "•")
PARTS = re.compile(r"\s*[()\[\]/:>+&]\s*|\s+[-–—]\s+|\s+(?:et|and)\s+")
STILL_OPEN, FILLED, CANCELLED, OTHER_FORM = "open", "filled", "cancelled", "other"
OF_HOMES = 0.3  # of the rows of a column that are asked for at home
KINDS, FORMS = ("individual", "association", "company", "cooperative"), ("scop", "scic", "other")
TRUE, FALSE = "true", "false"
BOOLEANS = "boolean"  # of words.csv: of any field that is yes or no
BOOLEAN = {
    "true": TRUE, "1": TRUE, "oui": TRUE, "yes": TRUE, "vrai": TRUE, "o": TRUE, "y": TRUE,
    "t": TRUE,
    "false": FALSE, "0": FALSE, "non": FALSE, "no": FALSE, "faux": FALSE, "n": FALSE, "f": FALSE,
}  # fmt: skip


def domain(text: str) -> tuple[str, ...]:
    """The domains that one text names whole, or by a number of the law; () where none."""
    known = domain_words.known()
    legal = LEGAL.fullmatch(text.upper())
    return known.get(fold(text)) or (known.get(fold(legal[1]), ()) if legal else ())


def domain_share(words: Sequence[tuple[str, int]], separator: str | None) -> float:
    """The share of rows of which some domain is known, once cut at a separator."""
    total = sum(count for _, count in words) or 1
    return sum(count for text, count in words if any(map(domain, items(text, separator)))) / total


def near_share(words: Sequence[tuple[str, int]], separator: str | None) -> float:
    """The share of rows of which some domain is told by its words, in any order and number."""
    total = sum(count for _, count in words) or 1
    near = (
        count
        for text, count in words
        if any(domain(item) or domain_words.of(item) for item in items(text, separator))
    )
    return sum(near) / total


def whole_share(words: Sequence[tuple[str, int]], separator: str | None) -> float:
    """The share of items that name a domain."""
    named = total = 0
    for text, count in words:
        for item in items(text, separator):
            named += count * bool(domain(item))
            total += count
    return named / (total or 1)


def items(text: str, separator: str | None) -> list[str]:
    """The items of a list as intake reads them: a text that is known whole is not cut."""
    if separator is None:
        pieces = [text] if domain(text) else ITEMS.split(text)
    else:
        pieces = text.split(separator)
        pieces = [
            part for piece in pieces for part in ([piece] if domain(piece) else ITEMS.split(piece))
        ]
    return [piece.strip() for piece in pieces if piece.strip()]


def separator_of(words: Sequence[tuple[str, int]]) -> str | None:
    """The separator that a list of domains needs told; None where intake cuts it right."""
    best, found = whole_share(words, None), None
    for separator in SEPARATORS:
        if not any(separator in text for text, _ in words):
            continue
        share = whole_share(words, separator)
        if share > best + 0.05:
            best, found = share, separator
    return found


@cache
def cooperative_categories() -> frozenset[str]:
    """The legal categories that are co-operatives."""
    with (paths.REFERENCE / "legal_forms.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return frozenset(row["legal_category"] for row in rows if row["kind"] == "cooperative")


def known(field: Field, text: str) -> str | None:
    """What intake makes of a word by itself; None where it knows it not."""
    if field.type == "boolean":
        return BOOLEAN.get(fold(text.removesuffix(".0")))
    if field.lookup == "domains":
        found = domain(text)
        return "|".join(found) if found else None
    words = _words_of(field)
    return words.get(text.lower()) or words.get(fold(text))


def _words_of(field: Field) -> dict[str, str]:
    return _folded(field.enum) | dict(field.synonyms)


@cache
def _folded(values: tuple[str, ...]) -> dict[str, str]:
    return {fold(value): value for value in values}


@cache
def added(field: str) -> Mapping[str, str]:
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as stream:
        return {
            fold(row["words"]): row["value"]
            for row in csv.DictReader(stream)
            if row["field"] == field
        }


def proposed(source: str, field: Field, text: str) -> str | None:
    """The value of a word: intake's own, or one of words.csv, whatever gender or number, or what
    the parts of a longer one tell; None where nothing is sure enough."""
    return _proposed(source, field.name, text)


@lru_cache(maxsize=200_000)
def _proposed(source: str, name: str, text: str) -> str | None:
    field = contract.load(source)[name]
    if found := known(field, text):
        return found
    if field.lookup == "domains":
        return domain_words.of(text)
    if field.type == "boolean":
        return _flag(text)
    if not field.enum or field.name == "legal_category":
        return None
    folded = fold(text)
    found = _whole(source, field, folded) or _of_parts(source, field, text)
    return found or _of_phrases(source, field.name, folded) or _telling(field.name, folded)


def of_column(source: str, field: Field, counts: Mapping[str, int]) -> dict[str, str | None]:
    """The value of each word of a column: of domains only what intake knows, where hardly a row has
    one; and closed is filled where others are cancelled or done, and none found somebody."""
    values = {text: proposed(source, field, text) for text in counts}
    if field.lookup == "domains":
        met = sum(count for text, count in counts.items() if values[text])
        if met < OF_HOMES * sum(counts.values()):
            return {text: known(field, text) for text in counts}
    if field.name == "status":
        told = {fold(text): value for text, value in values.items() if value}
        done = {word for word, value in told.items() if value == FILLED}
        others = {
            word for word, value in told.items() if value == CANCELLED and not _is_twice(word)
        }
        is_done = all(_starts(word, "done") for word in done) and bool(done | others)
        if is_done:
            values |= {
                text: FILLED for text in counts if fold(text) in lexicon.vocabulary("closed")
            }
    return values


def _is_twice(folded: str) -> bool:
    return not lexicon.vocabulary("duplicate").keys().isdisjoint(folded.split())


def _starts(folded: str, use: str) -> bool:
    stems = lexicon.vocabulary(use)
    return any(word.startswith(stem) for word in folded.split() for stem in stems)


def _flag(text: str) -> str | None:
    """Yes or no, where a word says that somebody is there or is not, or all parts of it do."""
    parts = [fold(part) for part in PARTS.split(text.replace("✓", "x")) if fold(part)]
    told = {added(BOOLEANS).get(part) or _flags().get(_stem(part)) for part in parts}
    return told.pop() if len(told) == 1 else None


@cache
def _flags() -> Mapping[str, str]:
    return {_stem(word): value for word, value in added(BOOLEANS).items()}


def _whole(source: str, field: Field, folded: str) -> str | None:
    more = added(field.name)
    if folded in more:
        return more[folded]
    found = _values(source, field.name).get(_stem(folded))
    return found or _of_categories(field.name).get(folded)


def _of_parts(source: str, field: Field, text: str) -> str | None:
    """What the parts of a text tell, before a bracket or a dash and behind it: where they differ,
    what is open stays so, and a list has both."""
    parts = [fold(part) for part in PARTS.split(text) if fold(part)]
    if len(parts) < 2:
        return None
    values = [_words_of(field).get(part) or _whole(source, field, part) for part in parts]
    told = list(dict.fromkeys(value for value in values if value))
    if len(told) > 1 and field.is_list and all(values):
        return "|".join(dict.fromkeys(each for value in told for each in value.split("|")))
    return told[0] if len(told) == 1 or (told and values[0] == STILL_OPEN) else None


def _of_phrases(source: str, field: str, folded: str) -> str | None:
    """What the longest known wordings within a text tell, where nothing denies it."""
    if _is_denied(field, set(folded.split())):
        return None
    within = {
        words: value
        for words, value in _phrases(source, field).items()
        if f" {words} " in f" {folded} "
    }
    longest = [
        words for words in within if not any(words != other and words in other for other in within)
    ]
    values = {within[words] for words in longest}
    return values.pop() if len(values) == 1 else None


@cache
def _phrases(source: str, field: str) -> Mapping[str, str]:
    """What is known for a field in several words."""
    words = dict(contract.load(source)[field].synonyms) | dict(added(field))
    return {fold(text): value for text, value in words.items() if len(fold(text).split()) > 1}


def _is_denied(field: str, words: set[str]) -> bool:
    pending = lexicon.vocabulary("pending").keys() if field == "step" else set()
    return bool(words & (lexicon.vocabulary("denying").keys() | pending))


def _telling(field: str, folded: str) -> str | None:
    """What one word within a text tells, where it tells one thing only and nothing denies it;
    another form, where no form is named."""
    words = set(folded.split())
    if _is_denied(field, words):
        return None
    values = {value for stem, value in _tells(field) if any(w.startswith(stem) for w in words)}
    values -= {OTHER_FORM} if len(values) > 1 else set()
    return values.pop() if len(values) == 1 else None


@cache
def _of_categories(field: str) -> Mapping[str, str]:
    """What a legal category is of, by its code and its name: the kind of a provider, the form of a
    co-operative."""
    column = {"kind": "kind", "form": "cooperative_form"}.get(field)
    with (paths.REFERENCE / "legal_forms.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream)) if column else []
    return {
        fold(row[name]): row[column]
        for row in rows
        for name in ("legal_category", "label_fr")
        if column and row[column] in (*KINDS, *FORMS)
    }


@cache
def _tells(field: str) -> tuple[tuple[str, str], ...]:
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["words"].removesuffix("…"), row["value"])
            for row in csv.DictReader(stream)
            if row["field"] == field and row["words"].endswith("…")
        )


@cache
def _values(source: str, field: str) -> Mapping[str, str]:
    """The value of each word of a field, by its stem."""
    entry = contract.load(source)[field]
    words = {fold(value): value for value in entry.enum} | dict(entry.synonyms)
    return {_stem(word): value for word, value in (words | dict(added(field))).items()}


def _stem(words: str) -> str:
    """Words without the endings of gender and number."""
    return " ".join(re.sub(r"(?<=[a-z]{3})(ees|ee|es|e|s)$", "", word) for word in words.split())


def share(source: str, field: Field, words: Sequence[tuple[str, int]]) -> float:
    """The share of rows whose word has a value; of a list, whose items all have one."""
    total = sum(count for _, count in words) or 1
    return sum(count for text, count in words if _all(source, field, text)) / total


def plain_share(source: str, field: Field, words: Sequence[tuple[str, int]]) -> float:
    """The share of rows whose word is one that is known, rather than told by a part of it."""
    total = sum(count for _, count in words) or 1
    met = (n for text, n in words if known(field, text) or _whole(source, field, fold(text)))
    return sum(met) / total


def _all(source: str, field: Field, text: str) -> bool:
    pieces = [piece.strip() for piece in ITEMS.split(text)] if field.is_list else [text]
    return all(proposed(source, field, piece) for piece in pieces if piece)
