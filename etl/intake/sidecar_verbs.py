"""Checks the verbs of a sidecar that say how columns fill fields and which rows count."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import duckdb

from etl.intake.sidecar import PATTERNS, Extract, Join, Split, Unpivot, Where
from etl.problems import FileProblem

LONGEST_PATTERN = 200
FAR = 1000  # no piece of a text, no header lies further
# Verbs whose entries are tables of their own, and what such a table looks like.
NESTED = {
    "values": '[values.kind] AI = "association"',
    "split": '[split.city] column = "…", separator = "…", part = 1',
    "extract": '[extract.postcode] column = "…", pattern = "postcode"',
    "join": '[join.created_at] columns = ["…", "…"]',
    "flags": '[flags.domains] column = "contract value"',
}


def hints(word: str, known: Collection[str]) -> dict[str, Any]:
    """The known word that was probably meant, if any."""
    return {"near": next(iter(difflib.get_close_matches(word, list(known), 1, 0.6)), None)}


class Verbs:
    """The entries of one parsed sidecar; `fields` are the contract's, `lists` those that take many.

    Each check raises FileProblem with the key at fault.
    """

    def __init__(
        self, data: Mapping[str, Any], fields: Collection[str], lists: Collection[str]
    ) -> None:
        self.data, self.fields, self.lists = data, fields, lists

    def known(self, keys: Collection[str], allowed: Collection[str], where: str) -> None:
        for key in keys:
            if key not in allowed:
                names = ", ".join(allowed)
                value = f"{where} {key}".strip()
                raise FileProblem(
                    "sidecar_key", column=key, value=value, allowed=names, **hints(key, allowed)
                )

    def bad(self, where: str, value: object, allowed: str) -> FileProblem:
        return FileProblem("sidecar_value", column=where, value=str(value), allowed=allowed)

    def text(self, where: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.bad(where, value, '"column"')
        return value

    def texts(self, where: str, value: object) -> list[str]:
        values = value if isinstance(value, list) else [value]
        if not values:
            raise self.bad(where, value, '["column", "column"]')
        return [self.text(where, item) for item in values]

    def scalar(self, where: str, value: object) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (date, datetime)):
            return value.isoformat()
        if not isinstance(value, (str, int, float)):
            raise self.bad(where, value, '"text", 1.5, true, 2026-11-22')
        return str(value)

    def table(self, verb: str) -> list[tuple[str, Any]]:
        """The entries of a verb whose keys are contract fields."""
        entries = self.data.get(verb, {})
        if not isinstance(entries, dict):
            raise self.bad(verb, entries, f"[{verb}]")
        for key, entry in entries.items() if verb in NESTED else ():
            if not isinstance(entry, dict | list):
                raise self.bad(f"[{verb}] {key}", entry, NESTED[verb])
        self.known(entries, self.fields, f"[{verb}]")
        return list(entries.items())

    def value_map(self, name: str, entries: object) -> dict[str, list[str]]:
        if not isinstance(entries, dict) or not entries:
            raise self.bad(f"[values.{name}]", entries, '"file value" = "contract value"')
        result = {}
        for key, value in entries.items():
            result[key] = self.many(f"[values.{name}] {key}", name, value)
        return result

    def many(self, where: str, name: str, value: object) -> list[str]:
        """The values of an entry: one, or several where the field `name` is a list."""
        many = value if isinstance(value, list) else [value]
        if len(many) > 1 and name not in self.lists:
            raise self.bad(where, value, '"contract value"')
        return [self.scalar(where, item) for item in many]

    def split(self, name: str, entry: object) -> Split:
        """One cut, or several of which each cuts the piece that the one before it left."""
        where = f"[split.{name}]"
        steps: list[Any] = entry if isinstance(entry, list) else [entry]
        if not steps or not all(isinstance(step, dict) for step in steps):
            raise self.bad(where, entry, "column, separator, part")
        cuts = []
        for number, step in enumerate(steps, 1):
            allowed = ("column", "separator", "part")[number > 1 :]
            self.known(step, allowed, where)
            separator, part = step.get("separator"), step.get("part")
            if not isinstance(separator, str) or not separator:
                raise self.bad(f"{where} separator", separator, '" - "')
            is_whole = number == len(steps) and name in self.lists
            if part is None and not is_whole:
                raise self.bad(f"{where} part", part, "1, 2, -1")
            if part is not None and (type(part) is not int or not 0 < abs(part) <= FAR):
                raise self.bad(f"{where} part", part, "1, 2, -1")
            cuts.append((separator, part))
        return Split(self.text(f"{where} column", steps[0].get("column")), tuple(cuts))

    def unpivot(self) -> Unpivot | None:
        entry = self.data.get("unpivot")
        if entry is None:
            return None
        if not isinstance(entry, dict):
            raise self.bad("[unpivot]", entry, "field, value, columns")
        self.known(entry, ("field", "value", "columns"), "[unpivot]")
        for key in ("field", "value"):
            if entry.get(key) not in self.fields:
                near = hints(str(entry.get(key)), self.fields)
                raise FileProblem(
                    "sidecar_key",
                    column=key,
                    value=f"[unpivot] {key} = {entry.get(key)!r}",
                    allowed=", ".join(self.fields),
                    **near,
                )
        columns = entry.get("columns")
        if not isinstance(columns, dict) or not columns:
            raise self.bad("[unpivot.columns]", columns, '"contract value" = "column"')
        parts = {key: self.texts(f"[unpivot.columns] {key}", v) for key, v in columns.items()}
        return Unpivot(entry["field"], entry["value"], parts)

    def merged(self) -> tuple[str, ...]:
        value = self.data.get("merge", [])
        fields = value if isinstance(value, list) else [value]
        for field in fields:
            if field not in self.lists:
                raise self.bad("merge", field, ", ".join(f'"{name}"' for name in self.lists) or "–")
        return tuple(fields)

    def where(self) -> dict[str, Where]:
        entries = self.data.get("where", {})
        if not isinstance(entries, dict):
            raise self.bad("[where]", entries, "[where]")
        return {column: self.kept(f"[where] {column}", entry) for column, entry in entries.items()}

    def kept(self, where: str, entry: object) -> Where:
        is_not = isinstance(entry, dict)
        if isinstance(entry, dict):
            self.known(entry, ("not",), where)
            entry = entry.get("not")
        values = entry if isinstance(entry, list) else [entry]
        if not values:
            raise self.bad(where, entry, '"value", ["value", "value"], { not = "value" }')
        return Where([self.scalar(where, value) for value in values], is_not)

    def extract(self, name: str, entry: object) -> Extract:
        where = f"[extract.{name}]"
        if not isinstance(entry, dict):
            raise self.bad(where, entry, "column, pattern")
        self.known(entry, ("column", "pattern"), where)
        column = self.text(f"{where} column", entry.get("column"))
        pattern = self.text(f"{where} pattern", entry.get("pattern"))
        if pattern in PATTERNS:
            return Extract(column, pattern)
        allowed = ", ".join(f'"{known}"' for known in PATTERNS) + ", 'N°([0-9]+)'"
        if len(pattern) > LONGEST_PATTERN or _groups(pattern) != 1:
            raise self.bad(f"{where} pattern", pattern, allowed)
        return Extract(column, pattern)

    def join(self, name: str, entry: object) -> Join:
        where = f"[join.{name}]"
        if not isinstance(entry, dict):
            raise self.bad(where, entry, "columns, separator")
        self.known(entry, ("columns", "separator"), where)
        columns = self.texts(f"{where} columns", entry.get("columns"))
        separator = entry.get("separator", " ")
        if not isinstance(separator, str):
            raise self.bad(f"{where} separator", separator, '" "')
        return Join(columns, separator)

    def flags(self, name: str, entries: object) -> dict[str, list[str]]:
        """Column = the value that it names when it is ticked."""
        if not isinstance(entries, dict) or not set(entries) - {"*"}:
            raise self.bad(f"[flags.{name}]", entries, '"column" = "contract value"')
        return {key: self.many(f"[flags.{name}] {key}", name, v) for key, v in entries.items()}

    def factor(self, where: str, value: object) -> Fraction:
        """What numbers are multiplied by, as written: 0.01 is one hundredth, "1/60" a sixtieth."""
        try:
            if isinstance(value, bool) or not isinstance(value, (int, float, str)):
                raise ValueError(value)
            found = Fraction(str(value))
        except (ValueError, ZeroDivisionError) as error:
            raise self.bad(where, value, '0.001, 4.33, "1/60"') from error
        parts = (found.numerator, found.denominator)
        if found <= 0 or not all(math.log10(part) < 15 for part in parts):
            raise self.bad(where, value, '0.001, 4.33, "1/60"')
        return found


def _groups(pattern: str) -> int:
    """How many groups a regular expression has, as DuckDB reads it; -1 when it cannot."""
    with duckdb.connect() as con:
        for count in (1, 2):
            names = ", ".join(f"'g{n}'" for n in range(count))
            quoted = "'" + pattern.replace("'", "''") + "'"
            try:
                con.execute(f"SELECT regexp_extract('', {quoted}, [{names}])")
            except duckdb.BinderException:
                return count - 1
            except duckdb.Error:
                return -1
        return 2
