"""Where a drop speaks of a provider: its own rows, rows of other sources that name it, and those
that hold its SIREN where it is a person's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from etl.intake import contract as contracts
from etl.intake.lake import Reader
from etl.intake.lake_drop import Drop
from etl.intake.read_rows import Validation
from etl.intake.together import Prepared

OWN = "providers"
NAMES = ("name", "siren", "siret", "url")
# The SIREN of a row and whether it is a person's, NULL where the row does not say. Legal categories
# that begin with 1 are persons.
NUMBERS = """SELECT coalesce(siren, left(siret, 9)) AS siren,
    CASE WHEN legal_category LIKE '1%' OR kind = 'individual' THEN TRUE
         WHEN legal_category IS NOT NULL OR kind <> 'unknown' THEN FALSE END AS is_person"""
Number = tuple[str | None, bool | None]
# Takes the place of an identifier where a row cannot do without: an answer was given, by nobody
# that can be told. The same word for everybody, so that it links nothing.
ERASED = "erased"


@dataclass(frozen=True)
class Person:
    """A provider, and every writing of what names it. Folders and prices name nobody.

    sirens: its number as nine digits where it is a person or may be one; private: where it is one
    for sure. That of a firm names the firm and stays in the registers.
    """

    provider: str
    names: frozenset[str] = frozenset()
    sirens: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()

    @property
    def words(self) -> list[str]:
        return sorted({self.provider, *self.names})

    def knows(self, found: Iterable[str | None]) -> Person:
        return replace(self, names=self.names | {word for word in found if word})

    def numbered(self, found: Iterable[Number]) -> Person:
        """The person with the numbers that no row calls a firm's."""
        rows = [(siren, is_person) for siren, is_person in found if siren]
        firms = {siren for siren, is_person in rows if is_person is False}
        sirens = frozenset(siren for siren, _ in rows) - firms
        private = frozenset(siren for siren, is_person in rows if is_person) - firms
        return replace(self, names=self.names | sirens, sirens=sirens, private=private)


@dataclass(frozen=True)
class Naming:
    """The field by which the rows of a source name somebody, and whether it is their key."""

    field: str
    is_key: bool

    def of(self, person: Person) -> list[str]:
        """What stands in the field where the row names the person."""
        if self.field == "provider_id":
            return [person.provider]
        # a row of a register goes as a whole, so only where nobody can take it for a firm's
        return sorted(person.private if self.is_key else person.sirens)


@dataclass
class Hits:
    """What must change in one file, by the lines that its reading gives."""

    prepared: Prepared
    removed: set[int] = field(default_factory=set)
    # line -> column -> its new text; None leaves the cell empty
    cells: dict[int, dict[int, str | None]] = field(default_factory=dict)
    rows: int = 0

    def __bool__(self) -> bool:
        return bool(self.removed or self.cells)


def sources() -> dict[str, Naming]:
    """The sources whose rows are, or may name, a provider."""
    found = {OWN: Naming("provider_id", True)}
    for source in contracts.sources():
        described = json.loads(contracts.contract_path(source).read_text(encoding="utf-8"))
        if any(key["reference"]["resource"] == OWN for key in described.get("foreignKeys", ())):
            found[source] = Naming("provider_id", False)
        elif source != OWN and any(one["name"] == "siren" for one in described["fields"]):
            found[source] = Naming("siren", "siren" in described["primaryKey"])
    return found


def may_hold(con: duckdb.DuckDBPyConnection, drop: Drop, person: Person) -> bool:
    """Whether the lake's rows of a drop speak of the person; a cheap look before the close one."""
    naming = sources().get(drop.source)
    keys = naming.of(person) if naming else []
    if naming is None or not keys:
        return False
    words, text = person.words, "row_json"
    if naming.field == "siren":
        words, text = keys, r"regexp_replace(row_json, '[ .\x{a0}\x{202f}-]', '', 'g')"
    asked: dict[str, object] = {"rows": str(drop.folder / "accepted.parquet"), "keys": keys}
    named = f"list_contains($keys, {naming.field})"
    (accepted,) = _row(con, f"SELECT count(*) FROM read_parquet($rows) WHERE {named}", asked)
    asked = {"refused": str(drop.folder / "refused.parquet"), "words": words}
    (refused,) = _row(
        con,
        "SELECT count(*) FROM read_parquet($refused) WHERE len(list_filter($words, lambda word:"
        f" contains({text}, word) OR contains({text}, (to_json(word)::VARCHAR)[2:-2]))) > 0",
        asked,
    )
    return bool(accepted or refused)


def own(reader: Reader, path: Path, work: Path, person: Person) -> tuple[Person, list[Number]]:
    """The person with every name that a file of providers gives it, in refused rows too; and its
    numbers."""
    prepared = reader.prepare(path, OWN, work)
    validation = _read_texts(reader.con, prepared)
    rows = f"FROM texts WHERE {_is_person('$id')}"
    asked = {"id": person.provider}
    named = f"SELECT {', '.join(f'x_{name}' for name in NAMES)} {rows}"
    words = [word for row in reader.con.execute(named, asked).fetchall() for word in row]
    values = ", ".join(
        f"{validation.plain_reading(prepared.contract[field]).value} AS {field}"
        for field in ("siren", "siret", "kind", "legal_category")
    )
    numbered = f"{NUMBERS} FROM (SELECT {values} {rows})"
    return person.knows(words), reader.con.execute(numbered, asked).fetchall()


def hits(reader: Reader, path: Path, source: str, work: Path, person: Person) -> Hits:
    """The rows and cells of one file to remove. Raises FileProblem when it cannot be read."""
    prepared = reader.prepare(path, source, work)
    con = reader.con
    _read_texts(con, prepared)
    result = Hits(prepared, rows=prepared.raw.rows + prepared.raw.malformed)
    naming = sources()[source]
    asked: dict[str, object] = {"id": person.provider}
    is_named = _is_person("$id")
    if naming.field == "siren":
        asked, is_named = {"id": naming.of(person)}, "list_contains($id, digits_of(x_siren, 9))"
    named = f"SELECT DISTINCT line FROM texts WHERE {is_named}"
    lines = {line for (line,) in con.execute(named, asked).fetchall()}
    # lines that are no rows cannot be used: whole lines go
    pattern = "|".join(rf"(?:^|[^\pL\pN]){re.escape(word)}(?:$|[^\pL\pN])" for word in person.words)
    torn = "SELECT line FROM malformed WHERE regexp_matches(text, $pattern, 'i')"
    result.removed = {line for (line,) in con.execute(torn, {"pattern": pattern}).fetchall()}
    if naming.is_key:
        result.removed |= lines
    elif lines:
        _name_cells(con, result, lines, person, naming.field)
    return result


def _name_cells(
    con: duckdb.DuckDBPyConnection, result: Hits, lines: set[int], person: Person, field: str
) -> None:
    """The cells of the rows in question that name the person, by that field or otherwise."""
    plan = result.prepared.plan
    naming = plan.feeds[field]
    in_place = ERASED if field in result.prepared.contract.required else None
    for index in range(len(result.prepared.raw.columns)):
        query = f"SELECT line, trimmed(c{index}) FROM raw WHERE line IN (SELECT unnest($lines))"
        for line, text in con.execute(query, {"lines": sorted(lines)}).fetchall():
            if index in naming:
                result.cells.setdefault(line, {})[index] = in_place
            # an identifier such as 12 may also be a number of hours, where a column is read
            elif text in person.names or (text == person.provider and index not in plan.used):
                result.cells.setdefault(line, {})[index] = None


def _read_texts(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> Validation:
    validation = Validation(con, prepared.contract, prepared.plan, prepared.verbs)
    validation.cells.fill(every_row=True)
    return validation


def _is_person(parameter: str) -> str:
    return f"(x_provider_id = {parameter} OR whole_code(x_provider_id) = {parameter})"


def _row(con: duckdb.DuckDBPyConnection, query: str, asked: dict[str, object]) -> tuple[int, ...]:
    row = con.execute(query, asked).fetchone()
    assert row is not None
    return row
