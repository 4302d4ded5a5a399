"""Which column fills which field: by its name, by its values, and by what the other columns say.

One column fills one field. Where two are as likely, or one is not likely enough, the field stays
empty: a person decides better than a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from etl.bring import aliases, fitting, lexicon, meanings, naming
from etl.bring.fitting import Fit
from etl.bring.lexicon import Words
from etl.bring.looking import Column, Looked
from etl.bring.matched import Match
from etl.bring.naming import NEAR, NEUTRAL, OWN, PART
from etl.bring.row_keys import UNIQUE, RowKeys
from etl.intake import contract as contracts
from etl.intake.contract import PLACE, Contract, Field
from etl.intake.text import fold_name

MOST = 150  # columns that are compared by every name; of more, those with the very name of a field
SURE = 0.7  # from here on a field is filled
CLOSE = 0.00005  # of two columns that near each other neither is taken
BY_VALUES, BY_BOTH = 0.75, 0.8
EMPTY = 0.06  # what an empty column of the right name yields to a filled one
# Fields that values alone tell, where one column only holds such values.
TOLD_BY_VALUES = (
    "siret", "siren", "latitude", "domains", "domain", "status", "origin", "form",
    "url", "city", "region", "postcode", "commune_code", "departement_code",
)  # fmt: skip
# Of these only where the column has no name: a town may be that of an agency, five digits anything.
NAMELESS = ("url", "city", "region", "postcode", "commune_code", "departement_code")
# The least share of values that a field must be able to use.
LEAST = {
    "place": 0.5, "siren": 0.5, "siret": 0.5, "date": 0.7, "datetime": 0.7, "number": 0.7,
    "integer": 0.7, "boolean": 0.7, "domains": 0.3, "key": 0.6, "approvals": 0.5,
    "territory": 0.7, "string": 0.5,
}  # fmt: skip
LEVEL = "territory_level"
ASSIGNED = frozenset({"assigned", "assignment"})
ENDED = frozenset({"filled_at", "closed_at"})
STILL_OPEN, OPEN_SHARE, FEW_ROWS = "open", 0.05, 5
ONE_DAY, FULL = ("responses", "project_steps", "events"), 0.9
ALONE_KEY = 0.75  # of a key whose column says no more than "code": that of a product stands twice
ALONE_NEEDS = 0.5  # of a state or a kind whose column says no more than "type"
SOME_KNOWN = 0.3  # of a kind, an origin or a form: the words of states are each house's own
# Activity codes: what they are less than words for domains, and how many must be one.
CODES, CODED_LESS, CODES_KNOWN = 0.8, 0.05, 0.5
# A name of short words needs values that agree; few letters (a date needs one less) only do in a
# table of figures where so many names are short.
SHORTENED, SHORT_NEEDS, THROUGHOUT, BRIEF = "short_name", 0.8, 3, 5
OF_FIGURES = ("cooperative_years", "population")
TELLING_VALUES = ("year", "territory_code", "departement_code", "legal_category")


@dataclass(frozen=True)
class Candidate:
    score: float
    field: str
    place: int
    reason: str


class Matching:
    """The columns of a file against the fields of a source."""

    def __init__(self, looked: Looked, source: str) -> None:
        self.looked, self.source = looked, source
        self.contract: Contract = contracts.load(source)
        self.columns = looked.columns
        self.by_name = {c.name: c for c in reversed(looked.columns) if c.is_usable}
        self._fits: dict[tuple[str, int], Fit] = {}
        self.row_keys = RowKeys(self)

    def fit(self, field: Field, place: int) -> Fit:
        key = field.name, place
        if key not in self._fits:
            self._fits[key] = fitting.fit(self.contract, field, self.columns[place])
        return self._fits[key]

    def places(self) -> list[int]:
        """The columns that are compared: usable, and of nobody's private life."""
        found = [
            place
            for place, column in enumerate(self.columns)
            if column.is_usable and (not column.private or self.is_own(column))
        ]
        if len(found) <= MOST:
            return found
        known = {
            alias.words for listed in aliases.aliases(self.source).values() for alias in listed
        }
        return [
            place
            for number, place in enumerate(found)
            if number < MOST or lexicon.tokens(self.columns[place].said) in known
        ][: 2 * MOST]

    def is_own(self, column: Column) -> bool:
        """Whether a column has the very name of a field, so that intake reads it as that."""
        return column.private not in ("mail", "phone", "birth_date") and (
            fold_name(column.name) in self.contract.names
        )

    def candidates(self) -> list[Candidate]:
        found = []
        for place in self.places():
            for field in self.contract.fields:
                score, reason = self.score(field, place)
                if score >= SURE:
                    found.append(Candidate(score, field.name, place, reason))
        found = [one for one in found if one.reason != SHORTENED or self.is_clear_short(one, found)]
        whole = {one.field for one in found if one.reason == SHORTENED}
        found = [one for one in found if one.reason != "part_of_name" or one.field not in whole]
        return sorted(found, key=lambda one: (-one.score, one.place))

    def is_clear_short(self, one: Candidate, found: list[Candidate]) -> bool:
        """Whether words that are cut short stand for one field alone; few letters say something
        only where names are short throughout."""
        short = [other for other in found if other.reason == SHORTENED]
        if any(other.place == one.place and other.field != one.field for other in short):
            return False
        field, said = self.contract[one.field], self.columns[one.place].said
        is_telling = bool(field.enum) or field.name in TELLING_VALUES
        is_figure = self.source in OF_FIGURES and len({each.place for each in short}) > THROUGHOUT
        is_dated = field.type in ("date", "datetime")
        return is_telling or is_figure or not naming.is_brief(said, BRIEF - is_dated)

    def score(self, field: Field, place: int) -> tuple[float, str]:
        """How likely a column fills a field, and why."""
        column = self.columns[place]
        named = naming.said(column.said, self.source, field.name)
        if fitting.is_another(field, column) or (named.is_denied and not self.is_plain(place)):
            return 0.0, ""
        if named.score == OWN:
            return (0.0, "") if self.is_told_elsewhere(field, place) else (OWN, "same_name")
        if named.is_alone and self.is_any_code(field):
            return 0.0, ""
        if named.is_barred or self.is_billing_alone(field, place) or self.is_wider(field, place):
            return 0.0, ""
        if not column.filled:
            is_named = named.score > NEAR and not named.is_alone
            return (named.score - EMPTY, "named_and_empty") if is_named else (0.0, "")
        fit = self.fit(field, place)
        if max(fit.score, self.near_domains(field, place, named)) < self.least(field, named):
            return 0.0, ""
        if field == self.row_keys.field and self.row_keys.is_outdone(place):
            return 0.0, ""
        if named.score > NEAR:
            return named.score - self.coded_less(field, place), "named_and_fits"
        if named.is_short:
            return named.score - 0.05, SHORTENED
        if named.score > PART + 0.1:
            return named.score - 0.05, "named_and_fits"
        if named.score > 0:
            return (BY_BOTH + named.score / 100, "part_of_name") if fit.is_own else (0.0, "")
        is_told = fit.is_own and field.name in TOLD_BY_VALUES and not self.says_other(place)
        is_nameless = naming.says_nothing(column.said)
        is_told = is_told and (is_nameless or field.name not in NAMELESS)
        if field.name == "status" and lexicon.tokens(column.said) & naming.KINDS:
            is_told = False  # a type of answer is no state
        is_told = is_told and (is_nameless or not naming.is_of_other(column.said, self.source))
        return (BY_VALUES, "values") if is_told else (0.0, "")

    @cached_property
    def wider(self) -> Words:
        """Words for what holds rows, as an order holds bookings: an identifier of it stands more
        than once, or beside another that names the row."""
        marks, weak = lexicon.vocabulary("key").keys(), lexicon.vocabulary("weak").keys()
        asked = lexicon.entities()["requests"] - weak - {"service"}
        named = [(place, lexicon.tokens(self.columns[place].said)) for place in self.places()]
        nouns = [(place, words - marks) for place, words in named if words & marks]
        row = next((noun for place, noun in nouns if place in self.row_keys.unique), Words())
        others = (
            noun
            for place, noun in nouns
            if noun <= asked and (self.row_keys.is_outdone(place) or (row and noun != row))
        )
        return Words().union(*others) - row

    def is_wider(self, field: Field, place: int) -> bool:
        """Whether a sum, a day or a state is that of what holds several rows."""
        if self.source != "requests" or field.name in PLACE or field.identifier:
            return False
        return bool(lexicon.tokens(self.columns[place].said) & self.wider)

    def is_any_code(self, field: Field) -> bool:
        """Whether a code may be that of an indicator as well, as no column says of what level
        territories are."""
        if self.source != "targets" or field.lookup != "territory":
            return False
        said = (naming.said(self.columns[p].said, self.source, LEVEL) for p in self.places())
        return not any(one.score > NEAR for one in said)

    def is_plain(self, place: int) -> bool:
        """Whether a column says yes or no, in so many words, or nothing."""
        return self.columns[place].facts.get("flag", 1.0) > 1 - OPEN_SHARE

    def coded_less(self, field: Field, place: int) -> float:
        """What activity codes are less than words that name a domain; all, where few are one."""
        if field.lookup != "domains" or self.columns[place].facts["naf"] < CODES:
            return 0.0
        return CODED_LESS if self.domain_share(place) >= CODES_KNOWN else 1.0

    def is_told_elsewhere(self, field: Field, place: int) -> bool:
        """Whether a column names no domain though it is called so, and another tells them."""
        if field.lookup != "domains" or self.domain_share(place) > 0:
            return False
        return any(self.fit(field, other).is_own for other in self.places() if other != place)

    def near_domains(self, field: Field, place: int, named: naming.Named) -> float:
        """The share of domains that are told in other words, where the name speaks of them."""
        words = self.columns[place].words
        if field.lookup != "domains" or not words or not named.score or len(words) > MOST:
            return 0.0
        return meanings.near_share(words, meanings.separator_of(words))

    def domain_share(self, place: int) -> float:
        words = self.columns[place].words
        return meanings.domain_share(words, meanings.separator_of(words)) if words else 1.0

    def is_billing_alone(self, field: Field, place: int) -> bool:
        """Whether a place is that of bills, and none is that of deliveries, so that it is not the
        address of all else."""
        billing = "facturation" in lexicon.tokens(self.columns[place].said)
        is_asked = billing and field.name in PLACE and self.source in naming.SEATED
        return is_asked and not any("livraison" in lexicon.tokens(c.said) for c in self.columns)

    def says_other(self, place: int) -> bool:
        """Whether the column's name says a field, so that its values cannot make it another, but
        for one that they deny."""
        column = self.columns[place]
        return any(
            naming.said(column.said, self.source, field.name).score > NEAR
            and not fitting.is_another(field, column)
            for field in self.contract.fields
        )

    def least(self, field: Field, named: naming.Named) -> float:
        """The share of usable values that a name of that strength asks for."""
        if named.is_short:
            return ALONE_NEEDS if field.enum or field.lookup == "domains" else SHORT_NEEDS
        if field.enum or (field.lookup == "domains" and named.is_alone):
            is_weak = named.is_alone or named.score < NEUTRAL - 0.1
            return ALONE_NEEDS if is_weak else 0.0 if field.name == "status" else SOME_KNOWN
        kind = field.lookup or field.identifier or field.type
        if field == self.row_keys.field and named.is_alone:
            return ALONE_KEY
        return LEAST.get(kind, LEAST["string"])

    def assigned(self, chosen: Mapping[str, str | None]) -> dict[str, Candidate]:
        """Each field with its column: those that are chosen, then the likeliest, one by one."""
        taken: dict[str, Candidate] = {}
        used: set[int] = set()
        for field, name in chosen.items():
            places = [p for p, c in enumerate(self.columns) if c.name == name and c.is_usable]
            if places and field in self.contract.names:
                taken[field] = Candidate(1.0, field, places[0], "chosen")
                used.add(places[0])
        closed = set(chosen)
        found = self.candidates()
        for one in found:
            if one.field in closed or one.place in used:
                continue
            rivals = [
                other
                for other in found
                if other.field == one.field
                and other.place != one.place
                and other.place not in used
                and one.score - other.score < CLOSE
            ]
            if rivals and not self.is_clear(one, rivals):
                closed.add(one.field)
                continue
            taken[one.field] = one
            used.add(one.place)
            closed.add(one.field)
        filled = taken.get("filled_at")
        is_own = not filled or filled.reason == "chosen" or "provider_id" in taken
        if filled and not is_own and lexicon.tokens(self.columns[filled.place].said) & ASSIGNED:
            del taken["filled_at"]  # to an agent of the desk, as no provider is named
        at = taken.get("latitude")
        if at and at.reason != "chosen" and "longitude" not in taken and not self.is_point(at):
            del taken["latitude"]  # half a point, or one abroad
        for field in ENDED & taken.keys():
            if taken[field].reason != "chosen" and self.is_foreseen(taken[field], taken):
                del taken[field]
        self.fill_only_date(taken, used, closed)
        self.fill_nameless(taken, used, closed)
        key = self.row_keys.field
        if key and key.name not in {*closed, *taken}:
            place = self.row_keys.only(used)
            if place is not None:
                taken[key.name] = Candidate(SURE, key.name, place, "only_key")
        return taken

    def is_point(self, one: Candidate) -> bool:
        return self.columns[one.place].facts.get("point_text", 1.0) > 0.5

    def is_foreseen(self, ended: Candidate, taken: Mapping[str, Candidate]) -> bool:
        """Whether a day of the end stands in every row, those that are still open among them: it
        is when somebody hopes to be done."""
        column = self.columns[ended.place]
        if "status" not in taken or column.filled < column.seen or column.seen < FEW_ROWS:
            return False
        field, words = self.contract["status"], self.columns[taken["status"].place].words
        still = sum(
            count
            for text, count in words
            if meanings.proposed(self.source, field, text) == STILL_OPEN
        )
        return still >= OPEN_SHARE * (sum(count for _, count in words) or 1)

    def fill_only_date(self, taken: dict[str, Candidate], used: set[int], closed: set[str]) -> None:
        """The one day of an answer, a step or an event, where one column alone holds days, but for
        those on which it was written down or is to be, or on which the request was made."""
        dates = [self.contract[name] for name in self.contract.required if _is_moment(self, name)]
        if self.source not in ONE_DAY or len(dates) != 1 or dates[0].name in {*closed, *taken}:
            return
        field = dates[0]
        other = lexicon.vocabulary("bar").keys() | lexicon.vocabulary("written").keys()
        found = [
            place
            for place in self.places()
            if place not in used
            and not lexicon.tokens(self.columns[place].said) & other
            and naming.said(self.columns[place].said, "requests", "created_at").score <= NEAR
            and self.fit(field, place).score > FULL
        ]
        if len(found) == 1:
            taken[field.name] = Candidate(SURE, field.name, found[0], "only_date")
            used.add(found[0])

    def fill_nameless(self, taken: dict[str, Candidate], used: set[int], closed: set[str]) -> None:
        """Where no column has a name: the first that could be the identifier, and of requests the
        only date."""
        places = self.places()
        if not all(naming.says_nothing(self.columns[place].said) for place in places):
            return
        key = self.contract[self.contract.key[0]]
        if key.identifier == "key" and len(self.contract.key) == 1 and key.name not in closed:
            first = next(iter(places), None)
            if first is not None and first not in used and self.fit(key, first).score > UNIQUE:
                taken[key.name] = Candidate(SURE, key.name, first, "first_and_unique")
                used.add(first)
        if self.source == "requests" and "created_at" not in closed:
            field = self.contract["created_at"]
            dates = [p for p in places if p not in used and self.fit(field, p).score > 0.9]
            if len(dates) == 1:
                taken["created_at"] = Candidate(SURE, "created_at", dates[0], "only_date")
                used.add(dates[0])

    def is_clear(self, one: Candidate, rivals: list[Candidate]) -> bool:
        """Whether the fuller of two columns of one name is filled much more often, or each of them
        names the row, so that the first may."""
        keys = {*self.row_keys.unique}
        if one.field == getattr(self.row_keys.field, "name", None) and one.place in keys:
            return all(other.place in keys and other.place > one.place for other in rivals)
        mine = self.columns[one.place].filled
        return all(self.columns[other.place].filled * 3 < mine for other in rivals)


def _is_moment(matching: Matching, name: str) -> bool:
    return matching.contract[name].type in ("date", "datetime")


def as_match(one: Candidate, columns: tuple[Column, ...]) -> Match:
    return Match(one.field, "rename", (columns[one.place].name,), round(one.score, 3), one.reason)
