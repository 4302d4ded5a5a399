"""A sidecar says, as data, how a foreign file fills a contract.

Write it beside the file, under the file's whole name followed by `.toml` (`stock.csv.toml`; the
shorter `stock.toml` is read too when there is no `stock.csv.toml`). Every part is optional:

    as_of = 2026-11-22             # date of the file; else the date in its name, else in its rows
    mode = "snapshot"              # a key gone from a later snapshot has left; default "delta"
    synthetic = true               # invented data: every page says so
    separator = ";"                # else found out, like the encoding
    encoding = "windows-1252"
    decimal = ","                  # "," : 1.234,5 is 1234.5   "." : 1,234.5 is 1234.5
    date_format = "%m/%d/%Y"       # or a list; tried before ISO 8601 and dd/mm/yyyy
    time_zone = "America/New_York" # of times without an offset; default Europe/Paris
    sheet = "Feuille 2"            # of a workbook; default the first one

    [rename]                       # contract field = "column of the file"
    provider_id = "pk"
    name = ["sign", "legal_name"]  # the first of them that is filled

    [constant]                     # contract field = the same value on every row
    kind = "association"

    [values.kind]                  # value in the file = value of the contract
    AI = "association"
    "*" = ""                       # every other value; "" means unknown. Without "*": left as is
    [values.domains]
    8810A = ["elderly_care", "admin_help"]    # one to many, for lists

    [split.city]                   # part of a column: its nth piece, -1 for the last
    column = "address"
    separator = ","
    part = -1
    [split.domains]                # without `part`: a list with a separator of its own
    column = "activities"
    separator = "/"

    [sum]                          # contract field = the sum of columns (unknown if one is missing)
    employees = ["men", "women"]

    [unpivot]                      # wide to long: one row per entry of `columns`
    field = "band"                 # contract field that takes the entry's name
    value = "population"           # contract field that takes its value
    [unpivot.columns]
    all = "total"
    "0-4" = ["age_0", "age_1_4"]   # several columns are added up

A column without a sidecar entry fills the contract field of the same name (case, accents, spaces
and punctuation aside). `values` works on top of rename, constant, split or the same name.
"""

from __future__ import annotations

import codecs
import difflib
import tomllib
import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl.problems import FileProblem

MODES = ("delta", "snapshot")
DEFAULT_ZONE = "Europe/Paris"


@dataclass(frozen=True)
class Split:
    column: str
    separator: str
    part: int | None


@dataclass(frozen=True)
class Unpivot:
    field: str
    value: str
    columns: dict[str, list[str]]


@dataclass(frozen=True)
class Sidecar:
    """The verbs of one sidecar, checked. The empty one changes nothing."""

    as_of: date | None = None
    mode: str = "delta"
    synthetic: bool = False
    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    date_format: tuple[str, ...] = ()
    time_zone: str = DEFAULT_ZONE
    sheet: str | None = None
    rename: dict[str, list[str]] = field(default_factory=dict)
    constant: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    split: dict[str, Split] = field(default_factory=dict)
    sum: dict[str, list[str]] = field(default_factory=dict)
    unpivot: Unpivot | None = None

    def filled(self) -> set[str]:
        """The contract fields that the sidecar fills by itself."""
        fields = {*self.rename, *self.constant, *self.split, *self.sum}
        return fields | ({self.unpivot.field, self.unpivot.value} if self.unpivot else set())

    def columns(self) -> list[tuple[str, str]]:
        """Each (verb, file column) that the sidecar names."""
        named = [(f"[rename] {key}", c) for key, columns in self.rename.items() for c in columns]
        named += [(f"[split.{key}] column", split.column) for key, split in self.split.items()]
        named += [
            (f"[sum] {key}", column) for key, columns in self.sum.items() for column in columns
        ]
        if self.unpivot:
            for key, columns in self.unpivot.columns.items():
                named += [(f"[unpivot.columns] {key}", column) for column in columns]
        return named


def beside(path: Path) -> Path | None:
    """The sidecar that stands beside a file, if any."""
    for candidate in (path.with_name(path.name + ".toml"), path.with_suffix(".toml")):
        if candidate.is_file():
            return candidate
    return None


def read(path: Path | None, fields: Collection[str], lists: Collection[str]) -> Sidecar:
    """Reads and checks a sidecar. `fields` are the contract's, `lists` those that take many.

    Raises FileProblem that names the key at fault.
    """
    if path is None:
        return Sidecar()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileProblem("sidecar_syntax", detail=str(error)) from error
    except OSError as error:
        raise FileProblem("unreadable", detail=error.strerror or str(error)) from error
    return Reader(data, fields, lists).sidecar()


def hints(word: str, known: Collection[str]) -> dict[str, Any]:
    """“Did you mean …?” in both languages, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    if not near:
        return {"hint_en": "", "hint_fr": ""}
    return {
        "hint_en": f"Did you mean “{near[0]}”?",
        "hint_fr": f"Vouliez-vous dire « {near[0]} » ?",
    }


class Reader:
    """Checks the keys and the values of one parsed sidecar."""

    def __init__(
        self, data: Mapping[str, Any], fields: Collection[str], lists: Collection[str]
    ) -> None:
        self.data, self.fields, self.lists = data, fields, lists

    def sidecar(self) -> Sidecar:
        self.known(self.data, list(Sidecar.__dataclass_fields__), "")
        sidecar = Sidecar(
            as_of=self.date(),
            mode=self.one_of("mode", MODES) or "delta",
            synthetic=bool(self.typed("synthetic", bool, "true, false")),
            separator=self.separator("separator", self.data.get("separator")),
            encoding=self.encoding(),
            decimal=self.one_of("decimal", (".", ",")),
            date_format=self.date_formats(),
            time_zone=self.time_zone(),
            sheet=self.typed("sheet", str, '"name"'),
            rename={key: self.texts(f"[rename] {key}", v) for key, v in self.table("rename")},
            constant={
                key: self.scalar(f"[constant] {key}", v) for key, v in self.table("constant")
            },
            values={key: self.value_map(key, entry) for key, entry in self.table("values")},
            split={key: self.split(key, entry) for key, entry in self.table("split")},
            sum={key: self.texts(f"[sum] {key}", v) for key, v in self.table("sum")},
            unpivot=self.unpivot(),
        )
        self.filled_once(sidecar)
        return sidecar

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

    def table(self, verb: str) -> list[tuple[str, Any]]:
        """The entries of a verb whose keys are contract fields."""
        entries = self.data.get(verb, {})
        if not isinstance(entries, dict):
            raise self.bad(verb, entries, f"[{verb}]")
        self.known(entries, self.fields, f"[{verb}]")
        return list(entries.items())

    def typed(self, key: str, kind: type, allowed: str) -> Any:
        value = self.data.get(key)
        if value is not None and not isinstance(value, kind):
            raise self.bad(key, value, allowed)
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.data.get(key)
        if value is not None and value not in allowed:
            raise self.bad(key, value, ", ".join(f'"{word}"' for word in allowed))
        return value

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

    def separator(self, where: str, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or len(value) != 1 or not value.isascii() or value in '"\r\n':
            raise self.bad(where, value, '";", ",", "|", "\\t"')
        return value

    def encoding(self) -> str | None:
        value = self.typed("encoding", str, '"utf-8", "windows-1252"')
        if value is None:
            return None
        try:
            # base64 and the like are codecs too, and no way to write a text
            if not codecs.lookup(value)._is_text_encoding:
                raise LookupError(value)
            b"".decode(value)
        except (LookupError, ValueError) as error:
            raise self.bad("encoding", value, '"utf-8", "utf-16-le", "windows-1252"') from error
        return str(value)

    def date(self) -> date | None:
        value = self.data.get("as_of")
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self.bad("as_of", value, "2026-11-22") from error
        if isinstance(value, datetime) or not isinstance(value, date | None):
            raise self.bad("as_of", value, "2026-11-22")
        return value

    def date_formats(self) -> tuple[str, ...]:
        value = self.data.get("date_format", [])
        formats = value if isinstance(value, list) else [value]
        for entry in formats:
            if not isinstance(entry, str) or "%" not in entry:
                raise self.bad("date_format", entry, '"%d/%m/%Y %H:%M"')
            try:
                datetime(2026, 11, 22).strftime(entry)
            except ValueError as error:
                raise self.bad("date_format", entry, '"%d/%m/%Y %H:%M"') from error
        return tuple(formats)

    def time_zone(self) -> str:
        value = self.typed("time_zone", str, '"Europe/Paris"')
        if value is None:
            return DEFAULT_ZONE
        try:
            return zoneinfo.ZoneInfo(value).key
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise self.bad("time_zone", value, '"Europe/Paris", "UTC"') from error

    def value_map(self, name: str, entries: object) -> dict[str, list[str]]:
        if not isinstance(entries, dict) or not entries:
            raise self.bad(f"[values.{name}]", entries, '"file value" = "contract value"')
        result = {}
        for key, value in entries.items():
            many = value if isinstance(value, list) else [value]
            if len(many) > 1 and name not in self.lists:
                raise self.bad(f"[values.{name}] {key}", value, '"contract value"')
            result[key] = [self.scalar(f"[values.{name}] {key}", item) for item in many]
        return result

    def split(self, name: str, entry: object) -> Split:
        where = f"[split.{name}]"
        if not isinstance(entry, dict):
            raise self.bad(where, entry, "column, separator, part")
        self.known(entry, ("column", "separator", "part"), where)
        column = self.text(f"{where} column", entry.get("column"))
        separator, part = entry.get("separator"), entry.get("part")
        if not isinstance(separator, str) or not separator:
            raise self.bad(f"{where} separator", separator, '" - "')
        if part is None and name not in self.lists:
            raise self.bad(f"{where} part", part, "1, 2, -1")
        if part is not None and (isinstance(part, bool) or not isinstance(part, int) or not part):
            raise self.bad(f"{where} part", part, "1, 2, -1")
        return Split(column, separator, part)

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

    def filled_once(self, sidecar: Sidecar) -> None:
        seen: dict[str, str] = {}
        pairs = [
            (verb, key)
            for verb in ("rename", "constant", "split", "sum")
            for key in getattr(sidecar, verb)
        ]
        if sidecar.unpivot:
            pairs += [("unpivot", sidecar.unpivot.field), ("unpivot", sidecar.unpivot.value)]
        for verb, key in pairs:
            if key in seen:
                raise FileProblem(
                    "sidecar_twice", column=f"[{seen[key]}]", value=key, other=f"[{verb}]"
                )
            seen[key] = verb
