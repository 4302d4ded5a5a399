"""A contract (Table Schema JSON) and the SQL it is compiled to: no row ever passes through Python.

Custom properties beside the standard's: `synonyms` (words for an enum value), `lookup` (domains,
approvals, place, territory), `identifier` (key, code, siren, siret), `dates_the_file`
(the newest value dates a drop), `stands_for` (a field that it is taken for in a file without a
column for that one), `aboveZero` (a 0 is likelier an empty cell), `ownDay` (a day that rows do
not share), `paidByClient` (with taxes), `usual` (between which numbers most of a file lie),
`rowChecks` (order of two fields of a row), `lineKey` (a row tells enough without an identifier:
key = "line" of a sidecar), `otherScale` (see Scale), `aliases` (other names of its column, for
fields that only together say something).
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl import paths
from etl.intake import units

PLACE = {
    "commune_code": "commune_given",
    "postcode": "postcode_given",
    "city": "city_given",
    "departement_code": "departement_given",
    "region": "region_given",
    "country": "country_given",
    "latitude": "latitude_given",
    "longitude": "longitude_given",
}  # the fields of a place, and what places.sql calls them as given
# Orders of two fields: days and moments, days, numbers.
REASONS_OF_ORDER = {
    "not_before": "too_early",
    "not_after": "too_late",
    "not_above": "above_other",
}
PLACE_OUTPUT = ("postcode", "city", "commune_code", "departement_code", "region_code")


@dataclass(frozen=True)
class Scale:
    """The unit that a column of numbers is likely in instead of its field's, and when.

    It is when more than half are `above` (or above 0 and not over `below`), and nine in ten of
    these a `multiple` (1: whole, as cents are); a number over `single`, and such a multiple, is by
    itself. `times` is the factor for [times].
    """

    times: str
    unit: str
    above: float | None = None
    below: float | None = None
    multiple: int | None = None
    single: float | None = None

    def is_met(self, value: str) -> str:
        """SQL that is true of a number on that scale."""
        if self.below is not None:
            return f"({value} > 0 AND {value} <= {self.below})"
        return f"({value} > {self.above})"


@dataclass(frozen=True)
class Field:
    """One field of a contract; `type` is Table Schema's."""

    name: str
    type: str
    title: str
    example: str
    required: bool = False
    enum: tuple[str, ...] = ()
    synonyms: dict[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    max_length: int | None = None
    lookup: str | None = None
    identifier: str | None = None
    dates_the_file: bool = False
    unit: str = ""
    scale: Scale | None = None
    stands_for: str | None = None
    aliases: tuple[str, ...] = ()
    is_above_zero: bool = False
    is_own_day: bool = False
    is_paid_by_client: bool = False
    usual: tuple[float, ...] = ()

    @property
    def is_list(self) -> bool:
        return self.type == "list"


@dataclass(frozen=True)
class RowCheck:
    """A value that is left out when it contradicts another one of its row."""

    field: str
    order: str
    other: str

    @property
    def reason_code(self) -> str:
        return REASONS_OF_ORDER[self.order]

    @property
    def is_broken(self) -> str:
        """SQL that is true of a row that breaks the order."""
        sign = "<" if self.order == "not_before" else ">"
        return f"{name(self.field)} {sign} {name(self.other)}"


@dataclass(frozen=True)
class Contract:
    """One source: its fields, its key, and what counts as a missing value."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    missing: tuple[str, ...]
    row_checks: tuple[RowCheck, ...]
    has_line_key: bool = False

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def lists(self) -> list[str]:
        return [field.name for field in self.fields if field.is_list]

    @property
    def required(self) -> list[str]:
        return [field.name for field in self.fields if field.required]

    @property
    def has_place(self) -> bool:
        return any(field.lookup == "place" for field in self.fields)

    def lookup_fields(self, lookup: str) -> list[Field]:
        return [field for field in self.fields if field.lookup == lookup]


def sources() -> list[str]:
    """The names of all sources, one contract file each."""
    return sorted(path.stem for path in paths.CONTRACTS.glob("*.json"))


def contract_path(source: str) -> Path:
    return paths.CONTRACTS / f"{source}.json"


@functools.cache
def load(source: str) -> Contract:
    """The contract of a source. Raises FileNotFoundError for an unknown one."""
    data = json.loads(contract_path(source).read_text(encoding="utf-8"))
    checks = tuple(
        RowCheck(check["field"], order, check[order])
        for check in data.get("rowChecks", [])
        for order in REASONS_OF_ORDER.keys() & check.keys()
    )
    return Contract(
        source,
        tuple(_field(entry) for entry in data["fields"]),
        tuple(data["primaryKey"]),
        tuple(sorted({value.lower() for value in data["missingValues"]})),
        checks,
        data.get("lineKey", False),
    )


@functools.cache
def referring(source: str) -> list[str]:
    """The sources whose rows name a row of a source, by a foreign key."""
    described = {name: json.loads(contract_path(name).read_text("utf-8")) for name in sources()}
    return [
        name
        for name, data in described.items()
        if any(key["reference"]["resource"] == source for key in data.get("foreignKeys", ()))
    ]


def _field(entry: dict[str, Any]) -> Field:
    limits = entry.get("constraints", {})
    return Field(
        entry["name"],
        entry["type"],
        entry["title"],
        entry["example"],
        limits.get("required", False),
        tuple(limits.get("enum", ())),
        entry.get("synonyms", {}),
        limits.get("minimum"),
        limits.get("maximum"),
        limits.get("pattern"),
        limits.get("maxLength"),
        entry.get("lookup"),
        entry.get("identifier"),
        entry.get("dates_the_file", False),
        entry.get("unit", ""),
        Scale(**entry["otherScale"]) if "otherScale" in entry else None,
        entry.get("stands_for"),
        tuple(entry.get("aliases", ())),
        entry.get("aboveZero", False),
        entry.get("ownDay", False),
        entry.get("paidByClient", False),
        tuple(entry.get("usual", ())),
    )


def quote(value: object) -> str:
    """A SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """A SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def fold(words: str) -> str:
    """What the SQL macro `fold` makes of a word."""
    lowered = words.lower().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
}


@dataclass(frozen=True)
class Reading:
    """How one field is read from its text: the value, and the code of what is wrong with it."""

    value: str
    issue: str


def _strptime(formats: Iterable[str]) -> str:
    return "[" + ", ".join(quote(entry) for entry in formats) + "]"


def _day(text: str, formats: tuple[str, ...]) -> str:
    known = f"try_strptime(with_digit({text}), {_strptime(formats)})::DATE, " if formats else ""
    return f"coalesce({known}read_day({text}))"


def _moment(text: str, formats: tuple[str, ...]) -> str:
    known = f"as_utc(try_strptime(with_digit({text}), {_strptime(formats)})), " if formats else ""
    return f"coalesce({known}read_moment({text}))"


def is_long(field: Field, text: str) -> str:
    """SQL that is true of a text beyond its bound; most are short in bytes, which costs nothing."""
    return f"strlen({text}) > {field.max_length} AND length({text}) > {field.max_length}"


def within(field: Field, text: str) -> str:
    """SQL for a text, NULL where it is beyond its bound."""
    return f"CASE WHEN {is_long(field, text)} THEN NULL ELSE {text} END"


def enum_of(text: str, field: Field) -> str:
    """SQL for the canonical enum value of a text, NULL when it is none."""
    words = {fold(value): value for value in field.enum} | field.synonyms
    return f"coalesce({sql_map(words)}[lower({text})], {sql_map(words)}[fold({text})])"


def sql_map(entries: dict[str, str]) -> str:
    """A SQL map of texts: looking a value up evaluates it once, a CASE would do so per branch."""
    return f"MAP {{{', '.join(f'{quote(k)}: {quote(v)}' for k, v in entries.items())}}}"


def reading(
    field: Field, text: str, decimal: str | None, formats: tuple[str, ...], column: str
) -> Reading:
    """SQL for the value of a field, given the column of its clean text, and what the file calls it.

    The issue is judged one layer above the value, which stands there as `c_<field>`.
    """
    mark = quote(decimal) if decimal else "NULL"
    read: dict[str, Callable[[], str]] = {
        "integer": lambda: units.number(field.unit, text, "read_integer", mark),
        "number": lambda: units.number(field.unit, text, "read_number", mark),
        "date": lambda: _day(text, formats),
        "datetime": lambda: _moment(text, formats),
        "boolean": lambda: f"read_boolean({text})",
    }
    cast = name(f"c_{field.name}")
    if field.identifier in ("siren", "siret"):
        width = 9 if field.identifier == "siren" else 14
        value = f"digits_of({text}, {width})"
        kind = field.identifier
        # zeros pass the check digit, and fill the cell of who has no number
        none = f"regexp_full_match({cast}, '0+') OR {cast}[1:9] = '000000000'"
        issue = (
            f"CASE WHEN {none} THEN '{kind}_zeros' "
            f"WHEN NOT regexp_full_match({cast}, '[0-9]{{{width}}}') THEN '{kind}_length' "
            f"WHEN NOT is_{kind}({cast}) THEN '{kind}_check' END"
        )
        return Reading(value, issue)
    if field.is_list and field.enum:
        each = enum_of("item", field)
        value = (
            f"list_sort(list_distinct(list_filter(list_transform(items_of({text}), "
            f"lambda item: {each}), lambda item: item IS NOT NULL)))"
        )
        wrong = f"len(list_filter(items_of({text}), lambda item: {each} IS NULL)) > 0"
        return Reading(value, f"CASE WHEN {wrong} THEN 'items_not_in_list' END")
    if field.enum:
        value = enum_of(text, field)
        return Reading(
            value, f"CASE WHEN {text} IS NOT NULL AND {cast} IS NULL THEN 'not_in_list' END"
        )
    if field.type in read:
        return Reading(read[field.type](), _limits(field, text))
    value = f"whole_code({text})" if field.identifier else text
    if field.identifier == "key":
        # the header once more, between the rows
        names = ", ".join(quote(one) for one in dict.fromkeys((field.name, column.lower())))
        return Reading(
            value,
            f"CASE WHEN {is_long(field, cast)} THEN 'too_long' "
            f"WHEN is_shortened({cast}) THEN 'shortened_number' "
            f"WHEN is_no_row({cast}) OR lower({cast}) IN ({names}) THEN 'no_row' END",
        )
    if field.pattern:
        wrong = f"NOT regexp_full_match({cast}, {quote(field.pattern)})"
        return Reading(value, f"CASE WHEN {wrong} THEN 'unreadable_code' END")
    wrong = f"CASE WHEN is_error({cast}) THEN 'sheet_error' WHEN {is_long(field, cast)} "
    return Reading(value, f"{wrong} THEN 'too_long' END")


def _limits(field: Field, text: str) -> str:
    """The issue of a number, a date or a truth value."""
    cast = name(f"c_{field.name}")
    unreadable = f"'unreadable_{field.type}'"
    if field.type in ("integer", "number"):
        unreadable = (
            f"CASE WHEN {units.is_other(field.unit, text)} THEN 'other_unit' "
            f"WHEN {units.is_foreign(field.unit, text)} THEN 'other_measure' ELSE {unreadable} END"
        )
    issue = f"CASE WHEN {text} IS NOT NULL AND {cast} IS NULL THEN {unreadable}"
    if field.type in ("date", "datetime"):
        # Infinity, year 1 and the like are typing errors.
        issue += (
            f" WHEN {cast} NOT BETWEEN '1800-01-01' AND '2199-12-31' THEN 'unreadable_{field.type}'"
        )
        none = f"{cast} < '1971-01-02' AND is_no_date({text})"
        issue += f" WHEN {none} THEN 'no_date'"
    if field.minimum is not None:
        issue += f" WHEN {cast} < {field.minimum} THEN 'below_minimum'"
    if field.scale and field.scale.single is not None:
        whole = f" AND {cast} % {field.scale.multiple} = 0" if field.scale.multiple else ""
        guessed = f"{cast} > {field.scale.single}{whole} AND NOT {units.says(field.unit, text)}"
        issue += f" WHEN {guessed} THEN 'other_scale'"
    if field.maximum is not None:
        issue += f" WHEN {cast} > {field.maximum} THEN 'above_maximum'"
    return issue + " END"
