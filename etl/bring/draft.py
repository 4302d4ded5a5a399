"""The sidecar that a person would write for a file: only what intake does not do by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from etl.bring.looking import Column, Looked, Reading
from etl.bring.matched import Match, Proposal, RowRule, Words
from etl.intake import contract as contracts
from etl.intake import name_dates
from etl.intake.contract import Contract
from etl.intake.text import fold_name

FACTORS_AS_TEXT = "/"


@dataclass(frozen=True)
class Draft:
    """What a sidecar will say. `words`: by field, what each word stands for where intake does not
    know it so ("" is unknown); `columns` are the names in the file, in order."""

    source: str
    reading: Reading
    matches: tuple[Match, ...]
    words: Mapping[str, Mapping[str, str]]
    mode: str = "delta"
    as_of: date | None = None
    key_by_line: bool = False
    synthetic: bool = False
    columns: tuple[str, ...] = ()
    rules: tuple[RowRule, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that the sidecar needs."""
        named = [column for match in self.matches for column in match.columns]
        return tuple(dict.fromkeys([*named, *(rule.column for rule in self.rules)]))


def of(
    looked: Looked,
    proposal: Proposal,
    *,
    mode: str = "delta",
    as_of: date | None = None,
    synthetic: bool = False,
) -> Draft:
    """The draft of a proposal, as it is; a page changes its matches and words."""
    assert proposal.source is not None
    return Draft(
        proposal.source,
        with_conventions(looked, proposal.matches, proposal.source),
        proposal.matches,
        {words.field: told(words) for words in proposal.words if told(words)},
        mode,
        as_of,
        proposal.key_by_line,
        synthetic,
        tuple(column.name for column in looked.columns),
        proposal.rules,
    )


def told(words: Words) -> dict[str, str]:
    """The words that intake must be told: with a meaning, and not known to it so."""
    return {
        word.text: word.value
        for word in words.entries
        if word.value is not None and not word.is_known
    }


def with_conventions(looked: Looked, matches: tuple[Match, ...], source: str) -> Reading:
    """How the file is read, with the decimal mark and the date formats of the columns used."""
    contract, by_name = contracts.load(source), _by_name(looked.columns)
    decimal = looked.reading.decimal
    formats = list(looked.reading.date_format)
    marks = {"comma": 0.0, "point": 0.0, "comma_groups": 0.0}
    for match in matches:
        kind = contract[match.field].type
        for column in (by_name[c] for c in match.columns if c in by_name):
            if kind in ("date", "datetime") and match.verb == "rename":
                formats += [each for each in column.dates if each not in formats]
            if kind in ("number", "integer"):
                for mark in marks:
                    marks[mark] += column.facts.get(mark, 0)
    if decimal is None and marks["comma"] and not marks["point"]:
        decimal = ","
    if decimal is None and marks["point"] and marks["comma_groups"] and not marks["comma"]:
        decimal = "."
    return replace(looked.reading, decimal=decimal, date_format=tuple(formats))


def toml(draft: Draft) -> str:
    """The sidecar: a column whose name is the field's own needs no line."""
    return tomli_w.dumps(tables(draft))


def tables(draft: Draft) -> dict[str, Any]:
    """The sidecar as nested tables, in the order of a hand-written one."""
    contract = contracts.load(draft.source)
    found: dict[str, Any] = {}
    if draft.as_of:
        found["as_of"] = draft.as_of
    if draft.mode != "delta":
        found["mode"] = draft.mode
    if draft.synthetic:
        found["synthetic"] = True
    found |= of_reading(draft.reading)
    if draft.key_by_line:
        found["key"] = "line"
    found |= _of_rules(draft.rules)
    verbs: dict[str, dict[str, Any]] = {}
    for match in draft.matches:
        _add(verbs, draft, match)
    for entry in _unasked(draft, contract):
        verbs.setdefault("values", {})[entry] = {"*": ""}
    left = {(rule.column, text) for rule in draft.rules for text in rule.values}
    filled = {match.field: match.columns for match in draft.matches}
    for entry, told_words in draft.words.items():
        columns = filled.get(entry, ())
        words = {t: v for t, v in told_words.items() if not left & {(c, t) for c in columns}}
        if values := values_of(contract, entry, words):
            verbs.setdefault("values", {})[entry] = values
    order = (
        "rename",
        "constant",
        "values",
        "split",
        "extract",
        "join",
        "flags",
        "sum",
        "times",
        "unpivot",
    )
    return found | {verb: verbs[verb] for verb in order if verb in verbs}


def _of_rules(rules: tuple[RowRule, ...]) -> dict[str, Any]:
    """Which rows count: one line for each column that says it."""
    merged = [value for rule in rules if rule.verb == "merge" for value in rule.values]
    left: dict[str, list[str]] = {}
    for rule in rules:
        if rule.verb == "where":
            left.setdefault(rule.column, []).extend(rule.values)
    where = {name: {"not": texts[0] if len(texts) == 1 else texts} for name, texts in left.items()}
    return {verb: said for verb, said in (("merge", merged), ("where", where)) if said}


def of_reading(reading: Reading) -> dict[str, Any]:
    """What the sidecar says of how the file is read."""
    formats: Any = list(reading.date_format)
    said = {
        "separator": reading.separator,
        "encoding": reading.encoding,
        "decimal": reading.decimal,
        "date_format": formats[0] if len(formats) == 1 else formats,
        "time_zone": reading.time_zone,
        "sheet": reading.sheet,
        "sheets": list(reading.sheets),
        "skip": reading.skip,
        "header": list(reading.header),
        "path": reading.path,
    }
    return {key: value for key, value in said.items() if value}


def _add(verbs: dict[str, dict[str, Any]], draft: Draft, match: Match) -> None:
    """Adds the lines of one match."""
    details = dict(match.details)

    def put(verb: str, value: Any) -> None:
        verbs.setdefault(verb, {})[match.field] = value

    if match.verb in ("rename", "times"):
        if match.columns and not _is_read_so(draft, match):
            columns = list(match.columns)
            put("rename", columns[0] if len(columns) == 1 else columns)
        if match.verb == "times":
            factor = str(details["factor"])
            put("times", factor if FACTORS_AS_TEXT in factor else float(factor))
    elif match.verb == "constant":
        put("constant", details["value"])
    elif match.verb == "split":
        cut = {"column": match.columns[0], "separator": details["separator"]}
        put("split", cut | ({"part": details["part"]} if "part" in details else {}))
    elif match.verb == "extract":
        put("extract", {"column": match.columns[0], "pattern": details["pattern"]})
    elif match.verb == "join":
        separator = details.get("separator", " ")
        said = {} if separator == " " else {"separator": separator}
        put("join", {"columns": list(match.columns)} | said)
    elif match.verb == "sum":
        put("sum", list(match.columns))
    elif match.verb == "flags":
        put("flags", dict(details["values"]))
    elif match.verb == "unpivot":
        bands = {
            band: parts[0] if len(parts) == 1 else list(parts)
            for band, parts in details["columns"].items()
        }
        verbs["unpivot"] = {
            "field": details["field"], "value": details["value"], "columns": bands
        }  # fmt: skip


def _is_read_so(draft: Draft, match: Match) -> bool:
    """Whether intake takes that column for the field unasked, as it has its name."""
    return len(match.columns) == 1 and _same_named(draft, match.field) == match.columns[0]


def _same_named(draft: Draft, entry: str) -> str | None:
    """The column that intake takes for a field by its name."""
    if entry in draft.columns:
        return entry
    return next((column for column in draft.columns if fold_name(column) == entry), None)


def _unasked(draft: Draft, contract: Contract) -> list[str]:
    """Fields that intake would fill by a column's name, though they are to stay empty."""
    filled = {match.field for match in draft.matches}
    if draft.key_by_line:
        filled.add(contract.key[0])
    return [entry for entry in contract.names if entry not in filled and _same_named(draft, entry)]


def values_of(contract: Contract, entry: str, words: Mapping[str, str]) -> dict[str, Any]:
    is_list = contract[entry].is_list
    found: dict[str, Any] = {}
    for text, value in words.items():
        if text != "*" and "\0" not in text:
            parts = value.split("|")
            found[text] = parts if is_list and len(parts) > 1 else value
    return found


def is_dated(draft: Draft, path: Path) -> bool:
    """Whether anything says the day of the file: the draft, its name, or a date in its rows."""
    contract = contracts.load(draft.source)
    by_rows = any(
        contract[m.field].dates_the_file for m in draft.matches if m.field in contract.names
    )
    return bool(draft.as_of or name_dates.date_in(path.name) or by_rows)


def _by_name(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {column.name: column for column in reversed(columns)}
