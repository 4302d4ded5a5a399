"""What the words of a column mean to a field: states, kinds, domains.

Intake knows many by itself (the synonyms of a contract, the aliases of domains); words.csv adds
what is only proposed, and is written into the sidecar when it is taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from etl import paths
from etl.bring import lexicon
from etl.intake import contract
from etl.intake.contract import Field, fold

HERE = Path(__file__).parent
LEGAL = re.compile(r"(I{1,2}[ -]?[0-9]{1,2})(?:[^0-9A-Z].*)?", re.S)
ITEMS = re.compile(r"[|,]")
# Words of a domain that tell nothing of which, beside the little ones.
GENERIC = frozenset({"service", "prestation", "domicile", "home"})
SEPARATORS = ("/", ";", " + ", "+", " & ", "&", "\n", " - ", " et ", "·", "•")
TRUE, FALSE = "true", "false"
ALIVE = {
    "a": TRUE, "actif": TRUE, "active": TRUE, "en activite": TRUE, "ouvert": TRUE, "ouverte": TRUE,
    "f": FALSE, "c": FALSE, "inactif": FALSE, "inactive": FALSE, "ferme": FALSE, "fermee": FALSE,
    "cesse": FALSE, "cessee": FALSE, "radie": FALSE, "radiee": FALSE, "closed": FALSE,
    "publie": TRUE, "publiee": TRUE, "visible": TRUE, "en ligne": TRUE, "published": TRUE,
    "online": TRUE, "masque": FALSE, "masquee": FALSE, "hors ligne": FALSE, "cache": FALSE,
    "hidden": FALSE, "offline": FALSE, "unpublished": FALSE, "brouillon": FALSE, "draft": FALSE,
    "suspendu": FALSE, "suspendue": FALSE, "suspended": FALSE, "archive": FALSE, "archived": FALSE,
    "checked": TRUE, "x": TRUE, "✓": TRUE, "unchecked": FALSE, "dissoute": FALSE, "d": FALSE,
    "live": TRUE, "operational": TRUE, "closed permanently": FALSE, "closed temporarily": FALSE,
    "a jour": TRUE, "adherent": TRUE, "listed": TRUE, "unlisted": FALSE,
    "enabled": TRUE, "disabled": FALSE, "parti": FALSE, "sorti": FALSE,
    "aktiv": TRUE, "inaktiv": FALSE, "activo": TRUE, "activa": TRUE, "inactivo": FALSE,
    "baja": FALSE, "attivo": TRUE, "inattivo": FALSE, "actief": TRUE, "inactief": FALSE,
}  # fmt: skip
BOOLEAN = {
    "true": TRUE, "1": TRUE, "oui": TRUE, "yes": TRUE, "vrai": TRUE, "o": TRUE, "y": TRUE,
    "t": TRUE,
    "false": FALSE, "0": FALSE, "non": FALSE, "no": FALSE, "faux": FALSE, "n": FALSE, "f": FALSE,
}  # fmt: skip


@cache
def domains() -> Mapping[str, tuple[str, ...]]:
    """Domain codes by folded word, as the table domain_words of intake has them."""
    found: dict[str, set[str]] = {}
    with (paths.REFERENCE / "domain_aliases.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(fold(row["alias"]), set()).add(row["domain_code"])
    with (paths.REFERENCE / "domains.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = ("domain_code", "legal_code", "label_fr", "label_en", "official_label_fr")
            for name in names:
                found.setdefault(fold(row[name]), set()).add(row["domain_code"])
    return {word: tuple(sorted(codes)) for word, codes in found.items() if word}


def domain(text: str) -> tuple[str, ...]:
    """The domains that one text names whole, or by a number of the law; () where none."""
    known = domains()
    legal = LEGAL.fullmatch(text.upper())
    return known.get(fold(text)) or (known.get(fold(legal[1]), ()) if legal else ())


def domain_share(words: Sequence[tuple[str, int]], separator: str | None) -> float:
    """The share of rows of which some domain is known, once cut at a separator."""
    total = sum(count for _, count in words) or 1
    return sum(count for text, count in words if any(map(domain, items(text, separator)))) / total


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
    folded = fold(text)
    words = _folded(field.enum) | field.synonyms
    return words.get(text.lower()) or words.get(folded)


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
    """The value of a word: intake's own, or one of words.csv, whatever gender or number; None
    where nothing is sure enough."""
    if found := known(field, text):
        return found
    folded = fold(text)
    if field.lookup == "domains":
        return _near_domain(folded)
    if field.type == "boolean":
        return ALIVE.get(folded)
    if not field.enum:
        return None
    if field.name == "legal_category":
        return None
    more = added(field.name)
    if folded in more:
        return more[folded]
    return _values(source, field.name).get(_stem(folded)) or _telling(field.name, folded)


def _telling(field: str, folded: str) -> str | None:
    """What one word within a text tells, where it tells one thing only and nothing denies it."""
    words = set(folded.split())
    if words & lexicon.vocabulary("denying").keys():
        return None
    values = {value for stem, value in _tells(field) if any(w.startswith(stem) for w in words)}
    return values.pop() if len(values) == 1 else None


@cache
def _tells(field: str) -> tuple[tuple[str, str], ...]:
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["words"].removesuffix("…"), row["value"])
            for row in csv.DictReader(stream)
            if row["field"] == field and row["words"].endswith("…")
        )


def _near_domain(folded: str) -> str | None:
    """The domain whose name has the same telling words, in any order and number."""
    found = _by_stems().get(_telling_stems(folded), frozenset())
    return next(iter(found)) if len(found) == 1 else None


@cache
def _by_stems() -> Mapping[frozenset[str], frozenset[str]]:
    found: dict[frozenset[str], set[str]] = {}
    for word, codes in domains().items():
        if stems := _telling_stems(word):
            found.setdefault(stems, set()).update(codes)
    return {stems: frozenset(codes) for stems, codes in found.items()}


def _telling_stems(folded: str) -> frozenset[str]:
    plain = (re.sub(r"(?<=[a-z]{3})[sx]$", "", word) for word in folded.split())
    return frozenset(
        word for word in plain if word not in GENERIC | lexicon.vocabulary("little").keys()
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


def _all(source: str, field: Field, text: str) -> bool:
    pieces = [piece.strip() for piece in ITEMS.split(text)] if field.is_list else [text]
    return all(proposed(source, field, piece) for piece in pieces if piece)
