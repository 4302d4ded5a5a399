"""How well the name of a column says a field: by its words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz

from etl.bring import shortened
from etl.bring.aliases import TICK, Alias, aliases
from etl.bring.lexicon import (
    SHORTEST,
    Words,
    entities,
    joined,
    known_words,
    plain,
    token,
    tokens,
    vocabulary,
)
from etl.intake import contract
from etl.intake.contract import PLACE, Field, fold
from etl.intake.text import fold_name

NAMELESS = re.compile(r"((column|colonne|col|champ|field|unnamed|var|[a-z]) ?)?[0-9]*")
MORE = 0.002  # what each word more costs
KIND_OF = 0.87
OWN, SAME, NEUTRAL, NEAR, SHORT, PART = 1.0, 0.97, 0.93, 0.85, 0.84, 0.5
BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
PREFIX = re.compile(r"(.+?)(?: - |[.]|: )(?=\S)(.+)")
LEAF = re.compile(r"(?i)(.+)[.](?:amount|value|label|text|title|name|montant|valeur|libelle|nom)")
NAMES, KINDS = frozenset({"nom", "name"}), frozenset({"type", "kind"})
# How much less a name says that was cut, and what a place further down costs of one cut short.
CUT, FURTHER = 0.004, 0.6
# What each identifier is of.
KEYS = {"request_id": "requests", "provider_id": "providers", "project_id": "projects"}
LIKE = 90  # of 100, for a slip
WHO = ("par", "by")  # saisi par, created by: somebody, whatever stands before
LITTLE = frozenset({"nb", "montant", "type", "nom"})
WHOLE = ("little", "bar", "neutral", "unit", "moment", "horizon")  # uses of words of any length
OTHER_UNITS = {  # what makes another thing of a number: a price per kilometre
    "EUR per hour": {"km", "m", "min", "pct"},
    "EUR": {"km", "m", "min", "pct"},
    "km": {"eur", "ttc", "cents", "pct"},
}
ANYBODY = frozenset({"user", "account", "agent", "operator", "member", "membre", "place", "lieu"})
SEATED = ("providers", "cooperatives")


@dataclass(frozen=True)
class Named:
    """How well a name says a field, from 0 to 1; `alias` is the name it was taken for."""

    score: float
    alias: str = ""
    is_alone: bool = False  # the name says no more than "type", "date" or "id"
    is_barred: bool = False  # the name says something else: the date of another thing
    is_short: bool = False  # its words are cut short, so that what it holds must agree
    is_denied: bool = False  # it says that the field is not so: closed, of one that is active


@lru_cache(maxsize=100_000)
def said(name: str, source: str, field: str) -> Named:
    """How well a column's name says a field of a source: the whole name, or what it is without
    brackets and without what the rows are, before a dot or a dash."""
    if fold_name(name) == field:
        return Named(OWN, field)
    if (
        tokens(name)
        & OTHER_UNITS.get(contract.load(source)[field].unit, frozenset())
        & {"pct", "km"}
    ):
        return Named(0.0, is_barred=True)
    if _says_who(name) and is_worded(contract.load(source)[field]):
        return Named(0.0, is_barred=True)
    best = _said(name, source, field)
    for short, is_of_row in _cuts(name, source):
        other = _said(short, source, field)
        if other.is_alone and _is_moment(source, field) and not is_of_row:
            continue  # the day that a company was created on is not that of its row
        if other.score - CUT > best.score:
            best = replace(other, score=other.score - CUT)
    if best.score <= PART:
        pieces = shortened.pieces(name) if field in PLACE else ()
        is_unknown = any(dot and word not in known_words() for word, dot in pieces)
        best = replace(best, is_barred=best.is_barred or is_unknown)
        return max([best, *_shortened(name, source, field)], key=lambda one: one.score)
    return best


def _shortened(name: str, source: str, field: str) -> Iterator[Named]:
    """How well a name says a field, if its short words stand for those of the field's names; yes
    and no agree with any, so that there a dot must tell that a word is short."""
    if contract.load(source)[field].type == "boolean" and "." not in name:
        return
    name = _in_full(name) if field in PLACE else name
    for whole in shortened.ways(name, _words_of(source, field), _is_whole):
        found = _said(whole, source, field)
        if found.score <= PART or found.is_barred or found.is_alone:
            continue
        if not _is_doubtful(name, source, field):
            yield replace(found, score=SHORT - (SAME - found.score) * FURTHER, is_short=True)


def _in_full(name: str) -> str:
    """A name with the words that are always written short in full: whose town it is, a town does
    not tell."""
    known = vocabulary("token")
    pieces = shortened.pieces(name)
    return " ".join(known.get(word, word + "." * is_dotted) for word, is_dotted in pieces)


def _is_doubtful(name: str, source: str, field: str) -> bool:
    """Whether a word that has lost letters may as well stand for one that makes another thing of
    the name, where numbers and days do not tell: an advance, rather than what was accepted."""
    if contract.load(source)[field].type not in ("number", "integer", "date", "datetime"):
        return False
    own, barring = _words_of(source, field), _barring(source, field)
    return any(
        not any(each.startswith(word) for each in own)
        and any(shortened.stands_for(word, each, is_dotted) for each in barring)
        for word, is_dotted in shortened.pieces(name)
        if word not in vocabulary("token") and (is_dotted or not _is_whole(word))
    )


def is_brief(name: str, least: int) -> bool:
    """Whether the words of a name that say more than "date" or "number" have few letters."""
    uses = ("neutral", "unit", "moment", "little", "key")
    little = {word for use in uses for word in vocabulary(use)} | LITTLE
    known = vocabulary("token")
    said = (word for word, _ in shortened.pieces(name) if not word.isdigit())
    return sum(len(word) for word in said if known.get(word, word) not in little) < least


@cache
def _words_of(source: str, field: str) -> Words:
    """The words of the names of a field, with those that its rows are called by."""
    named = {word for alias in aliases(source).get(field, ()) for word in plain(alias.text)}
    is_number = contract.load(source)[field].type in ("number", "integer")
    beside = Words() if is_number else _nouns(source)  # cap. soc. is no capacity of a firm
    beside |= vocabulary("place").keys() if field in PLACE else set()
    return frozenset(word for word in named | beside if len(word) >= SHORTEST)


def _is_whole(word: str) -> bool:
    """Whether a word means what it says, rather than another that it is the beginning of."""
    is_written_so = word in known_words() and word not in vocabulary("token")
    return is_written_so or any(word in vocabulary(use) for use in WHOLE)


def _says_who(name: str) -> bool:
    words = fold(name).split()
    return len(words) > 1 and words[-1] in WHO


def is_worded(field: Field) -> bool:
    """Whether a field holds words that stand for something: a state, a domain, yes or no."""
    return bool(field.enum) or field.lookup == "domains" or field.type == "boolean"


@lru_cache(maxsize=50_000)
def _cuts(name: str, source: str) -> tuple[tuple[str, bool], ...]:
    """A name without brackets that bar nothing, without the parts before it that say what the rows
    are or that hold them, and without a last part that says no more than "amount"; each with
    whether all that was cut only held the row."""
    found = []
    short, is_of_row = name, True
    if any(
        not set(map(token, plain(each))) & vocabulary("bar").keys()
        for each in BRACKETS.findall(name)
    ):
        short, is_of_row = BRACKETS.sub(" ", name).strip(), False
        found.append((short, False))
    while (parts := PREFIX.fullmatch(short)) and tokens(parts[1]):
        around = tokens(parts[1])
        holders = vocabulary("holder").keys()
        if not around <= _nouns(source) | vocabulary("part").keys() | holders:
            break
        short, is_of_row = parts[2], is_of_row and bool(around & holders)
        found.append((short, is_of_row))
    found += [(leaf[1], False) for each in (name, short) if (leaf := LEAF.fullmatch(each))]
    return tuple(each for each in dict.fromkeys(found) if each[0])


def _said(name: str, source: str, field: str) -> Named:
    words, together = tokens(name), joined(name)
    if not words:
        return Named(0.0)
    best = _of_key(words, source, field)
    telling = {"name": NAMES, "kind": KINDS}.get(field, Words())
    if words & telling and words - telling and words - telling <= _nouns(source):
        # the type of a third party may be its size as well
        best = Named(KIND_OF if field == "kind" else SAME - TICK * 10, is_alone=field == "kind")
    if field == "amount_eur" and words & vocabulary("sold").keys():
        return Named(0.0, is_barred=True)  # what it costs to be told of a job is not its price
    for alias in aliases(source).get(field, ()):
        if alias.is_other:
            if words == alias.words:
                return Named(0.0, is_barred=True)
            continue
        score = _likeness(words, together, alias, source, field)
        if score and score - alias.cost > best.score:
            is_barred = score == PART and _is_barring(words - alias.words, source, field)
            if source == "providers" and field in PLACE and "intervention" in words:
                is_barred = True  # where it works: seldom where it is, and often several places
            best = Named(
                score - alias.cost,
                alias.text,
                alias.is_alone,
                is_barred,
                is_denied=alias.is_denied,
            )
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
        # who a request is of, rather than who answers it, and who works at the desk
        named -= vocabulary("other").keys() | (ANYBODY if source == "requests" else Words())
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


def _is_barring(words: Words, source: str, field: str) -> bool:
    """Whether words make another thing of a name, in full or cut short: the town of the invoice."""
    barring, neutral = _barring(source, field), _neutral(source, field)
    return bool(words & barring) or any(
        each.startswith(word) and len(word) >= shortened.LEAST
        for word in words - neutral - known_words()
        for each in barring
    )


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
    is_long = all(len(word) > SHORTEST for word in words ^ alias.words)  # a CDD is no CDI
    if len(together) >= 6 and len(alias.joined) >= 6 and is_long and not alias.is_alone:
        is_known = words - alias.words <= _known_tokens()  # a contact is no contract
        is_near = not is_known and fuzz.ratio(together, alias.joined) >= LIKE
        return NEAR if is_near else 0.0
    return 0.0


@cache
def _known_tokens() -> Words:
    return frozenset(map(token, known_words()))


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
    if field in ("filled_at", "first_response_at", "responses"):
        neutral |= set(vocabulary("agreeing"))  # who agreed or answered
    if field in ("registered_on", "ceased_on"):
        neutral |= set(vocabulary("register"))
    if field == "planned_jobs":
        neutral |= set(vocabulary("horizon"))  # within three years
        neutral -= {"actuel", "actuelle"}
    if source == "cooperative_years":
        neutral |= set(vocabulary("term"))  # as of the end of the year
    neutral -= set(vocabulary("unit")) & OTHER_UNITS.get(contract.load(source)[field].unit, set())
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
