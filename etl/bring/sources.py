"""Which source the rows of a file are: by the fields that its columns fill, by what only that
source asks for, and by the words for what its rows are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from etl.bring import addresses, flags, lexicon, meanings, moments, naming, wide
from etl.bring.looking import Column, Looked
from etl.bring.matched import Match, SourceGuess
from etl.bring.matching import Matching, as_match
from etl.bring.row_keys import FEW
from etl.intake import contract as contracts
from etl.intake.contract import PLACE, fold

# What tells a source from the others, by how much. Fields that are not named count little.
TELLING: Mapping[str, Mapping[str, float]] = {
    "providers": {
        "provider_id": 1, "name": 1, "kind": 2, "modes": 2.5, "siret": 1.5, "domains": 1.5,
        "approvals": 2, "reach_km": 2, "capacity_per_month": 2, "price_hour_eur": 2,
        "joined_on": 1, "left_on": 1, "last_seen_on": 1.5, "is_active": 1, "is_published": 1.5,
        "url": 1, "employees": 0.5, "siren": 0.7,
    },
    "requests": {
        "request_id": 1, "domain": 1.2, "created_at": 1.5, "status": 2, "responses": 2,
        "first_response_at": 2, "filled_at": 2, "closed_at": 1.5, "provider_id": 1, "hours": 1,
        "amount_eur": 1, "fee_eur": 2,
    },
    "responses": {"request_id": 2, "provider_id": 2, "responded_at": 2},
    "cooperatives": {
        "siren": 1.5, "name": 1, "form": 2.5, "is_cae": 2.5, "origin": 2.5, "legal_category": 1,
        "registered_on": 1, "cooperative_since": 2.5, "ceased_on": 1.5, "exit_kind": 2.5,
        "is_active": 0.7, "capital_share_employees": 2.5, "votes_share_employees": 2.5,
        "domains": 0.7,
    },
    "cooperative_years": {
        "siren": 1.5, "year": 2, "employees": 1.5, "employees_fte": 1.5, "permanent_employees": 1.5,
        "qualified_employees": 1.5, "members": 1.5, "member_employees": 1.5, "jobs_kept": 2,
        "revenue_eur": 1.5, "cae_entrepreneurs": 2, "cape_holders": 2,
    },
    "projects": {"project_id": 1.5, "planned_jobs": 2.5, "origin": 2, "domain": 0.7, "siren": 0.5},
    "project_steps": {"project_id": 2, "step": 3, "on": 1, "organisation": 1, "amount_eur": 0.7},
    "population": {
        "territory_level": 1, "territory_code": 1, "year": 1, "band": 3, "population": 2.5,
    },
    "targets": {"metric": 4, "target": 4, "due_on": 1, "territory_level": 0.5, "domain": 0.5},
    "events": {"on": 1.2, "label": 1.5, "territory_level": 0.5, "domain": 0.5},
}  # fmt: skip
# What firms and persons that offer services are told by, and what requests are told by.
PROVIDING = (
    "kind", "modes", "siret", "siren", "domains", "price_hour_eur", "reach_km", "approvals",
    "capacity_per_month", "is_published", "legal_category",
)  # fmt: skip
ASKING = (
    "domain", "status", "responses", "first_response_at", "filled_at", "closed_at", "request_id",
    "amount_eur", "fee_eur", "hours",
)  # fmt: skip
# What is asked for, where, or who answers: days of leave are asked for as well.
ABOUT = ("domain", *PLACE, "responses", "first_response_at", "filled_at", "provider_id", "fee_eur")
ASKED_AS = frozenset({"type", "motif", "categorie", "objet"})
OPINIONS = 2  # columns of marks from one to ten
SCALE = re.compile(r"\b[01] ?\S{1,2} ?(5|10)\b")  # 0 to 10, 1-5
# What a payment says nothing of, and a booking does; so many of them tell it.
SERVED = ("domain", "responses", "first_response_at", "filled_at", "provider_id", "hours")
SERVED_ENOUGH = 3
# What a list of providers has beside; each alone says no more than a list of any members would.
LASTING = ("joined_on", "left_on", "last_seen_on", "employees", "url")
LEANING: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "providers": (("provider_id", "siret"),),
    "requests": (("created_at",),),
}
# Where a field that such rows always have is missing, so many others must be there instead, or
# fewer where the names of the file or its columns say what its rows are.
INSTEAD, NAMED_INSTEAD = 3, 2
# Of each source, the sets of fields of which one must be filled, so that its rows can be such rows.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "providers": (("provider_id", "siret", "name"), PROVIDING),
    "requests": (("created_at", "request_id", "domain"), ASKING),
    "responses": (("request_id",), ("provider_id",), ("responded_at",)),
    "cooperatives": (("siren",),),
    "cooperative_years": (
        ("siren",), ("year",),
        ("employees", "employees_fte", "members", "revenue_eur", "jobs_kept", "cae_entrepreneurs"),
    ),
    "projects": (("project_id",), ("planned_jobs", "origin", "domain")),
    "project_steps": (("project_id",), ("step",), ("on",)),
    "population": (("territory_code",), ("population",), ("year",)),
    "targets": (("metric",), ("target",)),
    "events": (("on",), ("label",)),
}  # fmt: skip
# Fields that no other source asks for: all of them together tell it.
ONLY_ITS_OWN: Mapping[str, frozenset[str]] = {"projects": frozenset({"planned_jobs", "origin"})}
OF_COOPERATIVES = frozenset({
    "is_cae", "origin", "cooperative_since", "exit_kind", "capital_share_employees",
    "votes_share_employees",
})  # fmt: skip
COOPERATIVE = frozenset({"scop", "scic"})
OWN_WORDS = frozenset({"scop", "scic", "cae", "coop", "cooperative"})
PLACED, OTHERS, BY_NAME, OWN_NAMES, OWN_KEY = 0.3, 0.3, 1.0, 0.3, 2.0
LEAST, LEAST_ASKED = 3.0, 2.5
REPORTED = 0.5
FIGURES = frozenset({"valeur", "value", "indicateur", "indicator"})
SMALL = {"events": 14, "targets": 12, "responses": 16}  # columns that such a file has at most

_guessed: WeakKeyDictionary[Looked, tuple[tuple[SourceGuess, ...], str | None]] = (
    WeakKeyDictionary()
)


def guess(looked: Looked) -> tuple[tuple[SourceGuess, ...], str | None]:
    """The sources that a file may be, the likeliest first, and why it is none where it is none; a
    page asks at each click."""
    if looked not in _guessed:
        _guessed[looked] = _guess(looked)
    return _guessed[looked]


def _guess(looked: Looked) -> tuple[tuple[SourceGuess, ...], str | None]:
    scored = []
    for source in contracts.sources():
        matching = Matching(looked, source)
        found = {
            field: as_match(one, looked.columns) for field, one in matching.assigned({}).items()
        }
        for more in (addresses.found, moments.found, flags.found, wide.found):
            found |= {match.field: match for match in more(matching, found)}
        if not _is_possible(matching, found):
            continue
        score, because = _score(looked, source, found)
        if score >= (LEAST_ASKED if source in LEANING else LEAST):
            scored.append(SourceGuess(source, round(score, 2), "fields", {"fields": because}))
    scored.sort(key=lambda one: -one.score)
    return tuple(scored), None if scored else _why_none(looked)


def _is_possible(matching: Matching, found: Mapping[str, Match]) -> bool:
    looked, source = matching.looked, matching.source
    is_wide = len(looked.columns) > SMALL.get(source, len(looked.columns))
    if is_wide and not _is_told_though_wide(matching, found):
        return False
    if _is_of_more(matching, found) or _are_answers(matching):
        return False
    if _has_own_key(source, found):
        return True
    if source in LEANING and _are_things(matching, found):
        return False
    if source == "cooperatives" and not _are_cooperatives(looked, found):
        return False
    if source == "requests" and (not _is_about(matching, found) or _are_opinions(matching, found)):
        return False
    if source == "responses" and _are_asked_once(matching, found):
        return False
    found = _told(matching, found)
    lacks = [needed for needed in NEEDED[source] if not found.keys() & set(needed)]
    if lacks and not (lacks == [ASKING] and _are_reported(looked, found)):
        return False
    if any(one.reason == "only_key" for one in found.values()) and not _named(looked, source):
        found = {field: one for field, one in found.items() if one.reason != "only_key"}
        return _is_possible(matching, found)
    return source not in LEANING or _is_told_instead(looked, source, found)


def _is_told_though_wide(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether a file of many columns is one of a source that has few: answers name requests more
    than once, and the name of a file speaks of events, each with a name and a day."""
    if matching.source == "responses" and "request_id" in found:
        column = matching.by_name[found["request_id"].columns[0]]
        return 1 < column.distinct < column.filled
    words = lexicon.tokens(matching.looked.path.name.split(".")[0])
    return matching.source == "events" and bool(words & lexicon.entities()["events"])


def _told(matching: Matching, found: Mapping[str, Match]) -> dict[str, Match]:
    """What was found without a state of which no word is known: machines have states as well."""
    return {
        field: one
        for field, one in found.items()
        if field != "status"
        or meanings.share(
            matching.source,
            matching.contract[field],
            matching.by_name[one.columns[0]].words,
        )
    }


def _is_about(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether a column is what is asked for, where, or who answers, or has at least a name that
    says so."""
    said = (
        naming.said(matching.columns[place].said, matching.source, field)
        for place in matching.places()
        for field in ABOUT
    )
    return bool(found.keys() & set(ABOUT)) or any(
        one.score > naming.NEAR and not one.is_alone for one in said
    )


def _are_opinions(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether the rows of a survey: marks are given, and nothing becomes of what was asked for."""
    if found.keys() & (set(ASKING) - {"domain", "request_id"}):
        return False
    words = lexicon.vocabulary("opinion").keys()
    marks = [
        column
        for column in map(matching.columns.__getitem__, matching.places())
        if column.facts.get("whole", 0) > REPORTED and 0 <= column.facts["most"] <= 10
        and (SCALE.search(column.name) or lexicon.tokens(column.said) & words)
    ]  # fmt: skip
    return len(marks) >= OPINIONS


def _are_answers(matching: Matching) -> bool:
    """Whether the rows of a list of requests have an identifier that answers have, and each names
    a request, some more than once."""
    if matching.source != "requests":
        return False
    marks, weak = lexicon.vocabulary("key").keys(), lexicon.vocabulary("weak").keys()
    asked = lexicon.entities()["requests"] - weak
    answers = lexicon.entities()["responses"] - asked
    unique = matching.row_keys.unique
    nouns = {
        place: words - marks
        for place in matching.places()
        if (words := lexicon.tokens(matching.columns[place].said)) & marks and words - marks
    }
    return any(nouns.get(place, asked) <= answers for place in unique) and any(
        noun <= asked
        and place not in unique
        and matching.columns[place].filled == matching.columns[place].seen
        for place, noun in nouns.items()
    )


def _are_reported(looked: Looked, found: Mapping[str, Match]) -> bool:
    """Whether days and places are those of what was asked for or reported, by their names."""
    return bool(found.keys() & set(PLACE)) and _named(looked, "requests") >= REPORTED


def _are_asked_once(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether each request stands once, and no day is called that of an answer: requests of some
    kind."""
    if "request_id" not in found or "responded_at" not in found:
        return False
    column = matching.by_name[found["request_id"].columns[0]]
    is_once = column.distinct == column.filled >= FEW
    return is_once and found["responded_at"].reason == "only_date"


def _are_things(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether the file, or what names its rows, speaks of payments, products or offers of work."""
    if matching.source == "requests" and len(found.keys() & set(SERVED)) >= SERVED_ENOUGH:
        return False  # what is paid is help that somebody gives: a booking
    things = lexicon.vocabulary("thing").keys()
    named = [lexicon.tokens(matching.looked.path.name.split(".")[0])]
    if matching.source == "requests" and _are_internal(matching):
        return True
    if matching.row_keys.field and matching.row_keys.field.name not in found:
        unique = matching.row_keys.unique[:1]
        named += [lexicon.tokens(matching.columns[place].said) for place in unique]
    return any(words & things for words in named)


def _are_internal(matching: Matching) -> bool:
    """Whether staff asks its own house, for leave, expenses, training, by the column of kinds."""
    internal = lexicon.vocabulary("internal").keys()
    said = (lexicon.tokens(matching.columns[place].said) for place in matching.places())
    return any(
        words & ASKED_AS and words & internal and words <= ASKED_AS | internal for words in said
    )


def _is_of_more(matching: Matching, found: Mapping[str, Match]) -> bool:
    """Whether the rows name providers or requests more than once, and have a name of their own:
    they are what those were sent, or what was said of them."""
    key = matching.row_keys.field
    if key is None or key.name not in found:
        return False
    column = matching.by_name[found[key.name].columns[0]]
    return matching.row_keys.is_outdone(matching.columns.index(column))


def _is_told_instead(looked: Looked, source: str, found: Mapping[str, Match]) -> bool:
    """Whether a list that lacks what such lists always have is still told by the rest of it: the
    reader is asked for what is missing."""
    lacking = [names for names in LEANING[source] if not found.keys() & set(names)]
    if not lacking:
        return True
    rest = PROVIDING + LASTING if source == "providers" else ASKING
    is_named = _named(looked, source) > 0
    return len(found.keys() & set(rest)) >= (NAMED_INSTEAD if is_named else INSTEAD)


def _has_own_key(source: str, found: Mapping[str, Match]) -> bool:
    """Whether a file has the very names of all that a source requires, an identifier among them
    that only the marketplace gives."""
    contract = contracts.load(source)
    is_given = any(contract[field].identifier == "key" for field in contract.required)
    return is_given and all(
        field in found and found[field].reason == "same_name" for field in contract.required
    )


def _are_cooperatives(looked: Looked, found: Mapping[str, Match]) -> bool:
    """Whether anything says that the firms are co-operatives: a field that only those have, their
    form or legal category, their names, or those of the file and its columns."""
    if OF_COOPERATIVES & found.keys() or _named(looked, "cooperatives", OWN_WORDS) > 0:
        return True
    shares = {"form": COOPERATIVE, "legal_category": meanings.cooperative_categories()}
    by_name = {column.name: column for column in reversed(looked.columns)}
    for field, values in shares.items():
        match = found.get(field)
        if match and _share(by_name[match.columns[0]], field, values) > 0.5:
            return True
    named = by_name[found["name"].columns[0]].words if "name" in found else ()
    said = sum(bool(OWN_WORDS & set(fold(text).split())) for text, _ in named)
    return bool(named) and said > 0.3 * len(named)


def _share(column: Column, field: str, values: frozenset[str]) -> float:
    """The share of rows whose word stands for one of these values."""
    entry = contracts.load("cooperatives")[field]
    total = sum(count for _, count in column.words) or 1
    met = sum(
        count
        for text, count in column.words
        if (meanings.proposed("cooperatives", entry, text) or text.removesuffix(".0")) in values
    )
    return met / total


def _score(looked: Looked, source: str, found: Mapping[str, Match]) -> tuple[float, list[str]]:
    telling = TELLING[source]
    parts = {
        field: match.confidence
        * (PLACED if field in PLACE else telling.get(field, OTHERS))
        * (1.0 + OWN_NAMES * (match.reason == "same_name"))
        for field, match in found.items()
    }
    score = sum(parts.values()) + BY_NAME * _named(looked, source)
    score += OWN_KEY * (_has_own_key(source, found) or _is_its_own(source, found))
    because = sorted(parts, key=parts.__getitem__, reverse=True)[:4]
    return score, [field for field in because if field not in PLACE]


def _is_its_own(source: str, found: Mapping[str, Match]) -> bool:
    return source in ONLY_ITS_OWN and ONLY_ITS_OWN[source] <= found.keys()


def _named(looked: Looked, source: str, words: frozenset[str] | None = None) -> float:
    """How often the name of the file and of its columns say what the rows of a source are."""
    words = words or lexicon.entities().get(source, frozenset())
    in_file = bool(lexicon.tokens(looked.path.name.split(".")[0]) & words)
    in_columns = sum(bool(lexicon.tokens(column.said) & words) for column in looked.columns)
    return 1.5 * in_file + min(1.0, 0.25 * in_columns)


def _why_none(looked: Looked) -> str:
    """Why a file is no source: a code of etl/words/bring.toml."""
    facts = [column.facts for column in looked.columns if column.filled]
    codes = any(fold(column.said).split()[:1] == ["code"] for column in looked.columns)
    labels = any(lexicon.tokens(column.said) & {"libelle", "label"} for column in looked.columns)
    if codes and (labels or len(facts) <= 8):
        return "reference"
    if any(lexicon.tokens(column.said) & FIGURES for column in looked.columns):
        return "figures"
    if any(column.private == "free_text" for column in looked.columns):
        return "texts"
    numbers = sum(fact["number"] > 0.9 for fact in facts)
    if looked.rows > 1 and facts and numbers * 2 >= len(facts):  # one row is no table of figures
        return "figures"
    return "unknown"
