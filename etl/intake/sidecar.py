"""A sidecar says, as data, how a foreign file fills a contract.

Write it beside the file, under the file's whole name followed by `.toml` (`stock.csv.toml`; the
shorter `stock.toml` is read too when there is no `stock.csv.toml`). Every part is optional:

    as_of = 2026-11-22             # date of the file; else the date in its name, else in its rows
    mode = "snapshot"              # a key gone from a later snapshot has left; default "delta"
    synthetic = true               # invented data: every page says so
    corrects = "3f5a…"             # rows of a file again, by the SHA-256 of its bytes: they come
                                   # directly after it, as of its day (the quality page writes it)
    confirmed = true               # a snapshot that was held because so many would leave: they have
    turn = 2                       # of files of one day, the one with the higher turn comes later
    separator = ";"                # else found out, like the encoding
    encoding = "windows-1252"
    decimal = ","                  # "," : 1.234,5 is 1234.5   "." : 1,234.5 is 1234.5
    date_format = "%m/%d/%Y"       # or a list; tried before ISO 8601 and dd/mm/yyyy
    time_zone = "America/New_York" # of times without an offset; default Europe/Paris
    sheet = "Feuille 2"            # of a workbook; default the first one
    sheets = ["Nord", "Sud"]       # or several with one header (line 20000003: row 3 of the 2nd)
    skip = 3                       # lines (rows of a sheet) before the header; "sep=;" is one
    header = ["id", "date", "cp"]  # for a file without: the names of its columns, in order
    path = "data.items"            # in JSON, where the list of rows stands

    merge = ["domains"]            # lists: rows of one key that agree in all else become one
    key = "line"                   # no column names a row: the file and the line do (requests only,
                                   # never a snapshot; the same rows dropped twice count twice)

    [rename]                       # contract field = "column of the file"
    provider_id = "pk"
    name = ["sign", "legal_name"]  # the first of them that is filled

    [where]                        # column of the file = the rows to keep; others are "filtered"
    type = "demande"               # or ["demande", "devis"]; case, accents and spaces aside
    statut = { not = ["test", "Total"] }    # the rows to leave out; "" is an empty cell

    [constant]                     # contract field = the same value on every row
    kind = "association"

    [values.kind]                  # value in the file = value of the contract
    AI = "association"
    NA = "individual"              # asked before the words for missing; "" = "…" is an empty cell
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
    [[split.postcode]]             # a split of a split: [[…]] twice, the first with the column
    column = "address"
    separator = ","
    part = -1
    [[split.postcode]]
    separator = " "
    part = 1

    [extract.city]                 # what a pattern finds in a text: "postcode" or "city" of an
    column = "address"             # address, or a regular expression (RE2) with one ( )
    pattern = "city"

    [join.created_at]              # columns one after the other: day and time, a key of two parts.
    columns = ["day", "time"]      # A part that is missing is left out, but of a key or code: there
    separator = " "                # all of it is missing; default " "

    [flags.status]                 # columns that are ticked (1, x, oui, yes, true): the first names
    done = "filled"                # the value; of a list, all of them do
    void = "cancelled"
    "*" = "open"                   # none is ticked, and none that says no is empty

    [times]                        # contract field = what its numbers are multiplied by
    reach_km = 0.001               # metres; "1/60": minutes to hours; 1: the unit is right as it is

    [sum]                          # contract field = the sum of columns (unknown if one is missing)
    employees = ["men", "women"]

    [unpivot]                      # wide to long: one row per entry of `columns`
    field = "band"                 # contract field that takes the entry's name
    value = "population"           # contract field that takes its value
    [unpivot.columns]
    all = "total"
    "0-4" = ["age_0", "age_1_4"]   # several columns are added up

Of JSON, `adresse.cp` is the field cp of the object adresse, `services.code` those of a list of
objects, with `|` between them.

A column without a sidecar entry fills the contract field of the same name (case, accents, spaces
and punctuation aside). `values` works on top of rename, constant, split, extract, join, flags or
the same name, and compares without case, accents and spaces where no entry is the very text;
`times` comes last. What of rename, where, values, flags and extract met no row is told.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from etl import faults
from etl.problems import FileProblem

MODES = ("delta", "snapshot")
DEFAULT_ZONE = "Europe/Paris"
FILLING = ("rename", "constant", "split", "extract", "join", "flags", "sum")
PATTERNS = ("postcode", "city")  # macros of verbs.sql: postcode_in, city_in


@dataclass(frozen=True)
class Split:
    """The pieces of a column: each cut's separator and part, None for all pieces."""

    column: str
    cuts: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Where:
    """The rows to keep: those whose cell is one of `values`, or none of them."""

    values: list[str]
    is_not: bool


@dataclass(frozen=True)
class Extract:
    """`pattern`: a name of PATTERNS, or a regular expression with one group."""

    column: str
    pattern: str


@dataclass(frozen=True)
class Join:
    columns: list[str]
    separator: str


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
    corrects: str | None = None
    confirmed: bool = False
    turn: int = 0
    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    date_format: tuple[str, ...] = ()
    time_zone: str = DEFAULT_ZONE
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    skip: int = 0
    header: tuple[str, ...] = ()
    path: str | None = None
    merge: tuple[str, ...] = ()
    key: str | None = None
    rename: dict[str, list[str]] = field(default_factory=dict)
    constant: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    split: dict[str, Split] = field(default_factory=dict)
    extract: dict[str, Extract] = field(default_factory=dict)
    join: dict[str, Join] = field(default_factory=dict)
    flags: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    sum: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, Fraction] = field(default_factory=dict)
    where: dict[str, Where] = field(default_factory=dict)
    unpivot: Unpivot | None = None

    def columns(self) -> list[tuple[str, str]]:
        """Each (verb, file column) that the sidecar names."""
        named = [(f"[rename] {key}", c) for key, columns in self.rename.items() for c in columns]
        named += [("[where]", column) for column in self.where]
        named += [(f"[split.{key}] column", split.column) for key, split in self.split.items()]
        named += [(f"[extract.{key}] column", part.column) for key, part in self.extract.items()]
        named += [(f"[join.{key}] columns", c) for key, j in self.join.items() for c in j.columns]
        named += [
            (f"[flags.{key}]", c) for key, marks in self.flags.items() for c in marks if c != "*"
        ]
        named += [(f"[sum] {key}", c) for key, columns in self.sum.items() for c in columns]
        if self.unpivot:
            for key, columns in self.unpivot.columns.items():
                named += [(f"[unpivot.columns] {key}", column) for column in columns]
        return named


def beside(path: Path) -> Path | None:
    """The sidecar that stands beside a file, if any."""
    return next(filter(Path.is_file, _places(path)), None)


def refuse_no_file(path: Path) -> None:
    """Raises FileProblem where a folder, a pipe or a link that leads nowhere is in the place of the
    sidecar of a file, which would be read as if it had none."""
    found = beside(path)
    for place in _places(path):
        if not found and (place.exists() or place.is_symlink()):
            raise FileProblem("sidecar_no_file", value=place.name)


def _places(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + ".toml"), path.with_suffix(".toml")


class NoToml(ValueError):
    """What is no text in TOML: `fault` says why, and `line` where, where that is known."""

    def __init__(self, error: Exception, content: bytes) -> None:
        super().__init__(str(error))
        self.fault = faults.of(error)
        found = re.search(r"\(at (?:line (\d+)|end of document)", str(error))
        self.line = int(found[1] or content.count(b"\n") + 1) if found else None
        if isinstance(error, UnicodeDecodeError):
            self.line = content.count(b"\n", 0, error.start) + 1


def toml(content: bytes) -> dict[str, Any]:
    """What a text in TOML says. Raises NoToml of one that is none, or is nested so deep that nobody
    can write out again what it says."""
    content = content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        said = tomllib.loads(content.decode())
        repr(said)
    except (ValueError, RecursionError) as error:  # also a number of too many digits for Python
        raise NoToml(error, content) from error
    return said


def parsed(path: Path) -> dict[str, Any]:
    """What a sidecar says, unchecked; nothing of one that is no TOML."""
    try:
        return toml(path.read_bytes())
    except NoToml:
        return {}


def described(path: Path) -> bytes:
    """What of a sidecar decides how its file is read: not that it was confirmed."""
    said = parsed(path)
    if not said:
        return path.read_bytes()
    return repr({key: value for key, value in said.items() if key != "confirmed"}).encode()


def is_confirmed(path: Path) -> bool:
    return parsed(path).get("confirmed") is True
