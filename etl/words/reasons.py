"""The one writer of findings, problems, notes and checks: a code and its arguments become a
sentence in French or English. The English stands in reasons.toml, of what a build checks and
repairs in the header of the SQL.

Arguments hold what no language changes: names, values, numbers. Those of WORDS are texts of the
catalogue; a list is of words to quote; `kind` is what a file is, `fault` what is
the matter with it, and `refusal` a finding itself.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from etl import layers
from etl.problems import Note, Problem, clip
from etl.words import catalogue

FILE = "reasons"
WORDS = ("unit", "scale")
OPEN = "…"  # what differs from finding to finding
# of [part]: what its sentence needs
NEEDED = {"hint": "near", "rename": "ending", "where": "sidecar"}
LANGUAGES = ("en", "fr")


@lru_cache(maxsize=50_000)
def finding(
    code: str,
    column: str | None,
    arguments: str | None,
    language: str,
    *,
    is_refused: bool,
    in_page: bool = False,
) -> str:
    """What was found in a row; ``arguments`` as JSON, as the lake keeps them. ``in_page``, here
    and below: what to do is told to somebody who brings the file on the page."""
    entry = _texts("row").get(code)
    if entry is None:
        return _said(_headers("repairs", "reason").get(code, code), language)
    names = _loaded(arguments) | {"column": clip(column) if isinstance(column, str) else ""}
    kept = "" if entry.get("says_all") else "part" if entry.get("keeps_rest") else "value"
    ending = _texts("ending").get("row" if is_refused else kept, "")
    place = _texts("part")["place"] if "sheet" in names else ""
    todo = _todo("row", code, entry.get("todo", ""), in_page=in_page)
    parts = (entry["text"], ending, todo, place)
    return " ".join(_filled(part, names, language) for part in parts if part)


def findings(
    code: str,
    column: str | None,
    first: str,
    last: str,
    language: str,
    *,
    is_refused: bool,
    in_page: bool = False,
) -> str:
    """What was found in several rows, of which two are given; what differs is left open."""
    one, other = _loaded(first), _loaded(last)
    shared = {name: value if other.get(name) == value else OPEN for name, value in one.items()}
    told = json.dumps(shared)
    return finding(code, column, told, language, is_refused=is_refused, in_page=in_page)


def of_any(code: str, language: str) -> str:
    """What a reason says of any column and row: every blank is left open."""
    entry = _texts("row").get(code)
    if entry is None:
        return finding(code, None, None, language, is_refused=False)
    return _said(entry["text"], language).format_map(_Open())


def note(found: Note, language: str, *, in_page: bool = False) -> str:
    """What to know of a file, with its remedy."""
    todo = _todo("note", found.code, _texts("todo").get(found.code, ""), in_page=in_page)
    parts = (_texts("note").get(found.code, found.code), todo)
    return " ".join(_filled(part, found.arguments, language) for part in parts if part)


def problem(found: Problem, language: str, *, in_page: bool = False) -> str:
    """One readable line: where, what, remedy."""
    where = found.file + (f":{found.line}" if found.line else "")
    said = problem_parts(found, language, in_page=in_page)
    return f"{where}: {said['reason']} {said['remedy']}".strip()


def problem_parts(found: Problem, language: str, *, in_page: bool = False) -> dict[str, str]:
    """The reason and the remedy of a problem."""
    names = found.arguments | {
        "file": found.file, "line": found.line, "column": found.column, "value": found.value,
    }  # fmt: skip
    entry = _texts("file")[found.code]
    remedy = _todo("file", found.code, entry.get("remedy", ""), in_page=in_page)
    if refusal := names.get("refusal"):
        names["refusal"] = finding(**refusal, language=language, is_refused=True, in_page=in_page)
    return {
        part: _filled(text, names, language).strip()
        for part, text in (("reason", entry.get("reason", "")), ("remedy", remedy))
    }


def fault(word: str, language: str) -> str:
    """What is the matter with a file; what nobody foresaw stands there as it was said."""
    return _said(_texts("fault").get(word, word), language)


def check(name: str, language: str) -> str:
    """What a check of a build holds."""
    return _said(_headers("checks", "label").get(name, name), language)


# -- for programs: both languages ------------------------------------------------------------------


def told_note(found: Note) -> dict[str, Any]:
    return {"code": found.code} | {f"text_{each}": note(found, each) for each in LANGUAGES}


def told_build(found: Mapping[str, Any]) -> dict[str, Any]:
    """What `build --json` prints: the result with the sentences of its checks and notes."""
    checks, notes = found["checks"], [
        {"file": each["file"]} | told_note(Note(each["code"], each["arguments"]))
        for each in found["notes"]
    ]  # fmt: skip
    failed = [
        {"check": each["check"], "meaning": check(each["check"], "en")}
        | {"meaning_fr": check(each["check"], "fr")} | each for each in checks["failed"]
    ]  # fmt: skip
    return {**found, "checks": checks | {"failed": failed}, "notes": notes}


def told_problem(found: Problem) -> dict[str, Any]:
    told = {"file": found.file, "line": found.line, "column": found.column}
    told |= {"value": clip(found.value)}
    for each in LANGUAGES:
        told |= {f"{part}_{each}": text for part, text in problem_parts(found, each).items()}
    return told | {"code": found.code}


def told_finding(row: Mapping[str, Any], *, is_refused: bool) -> dict[str, Any]:
    """A row of refused.parquet or repaired.parquet with its sentences for its arguments."""
    told = {name: value for name, value in row.items() if name != "arguments"}
    of = (row["reason_code"], row["column_name"], row["arguments"])
    return told | {
        f"reason_{each}": finding(*of, each, is_refused=is_refused) for each in LANGUAGES
    }


# -- filling in ------------------------------------------------------------------------------------


class _Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class _Open(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return OPEN


def _texts(table: str) -> dict[str, Any]:
    found: dict[str, Any] = catalogue.english(FILE)[table]
    return found


@cache
def _headers(folder: str, key: str) -> dict[str, str]:
    return {file.name: file.header[key] for file in layers.files_of(folder)}


def _loaded(arguments: str | None) -> dict[str, Any]:
    """The arguments that JSON holds; a frame has NaN where there is none."""
    found: dict[str, Any] = json.loads(arguments) if isinstance(arguments, str) else {}
    return found


def _todo(kind: str, code: str, text: str, *, in_page: bool) -> str:
    """What to do about a finding, a note or a problem of a file: where it is brought on the page,
    what one does there."""
    on_page: dict[str, str] = _texts("page")[kind]
    return on_page.get(code, text) if in_page else text


def _said(text: str, language: str) -> str:
    return catalogue.gettext(text, language, FILE)


def _filled(text: str, names: Mapping[str, Any], language: str) -> str:
    """The text with its {names} filled; values never count as templates."""
    filled = _Names({name: _worded(name, value, language) for name, value in names.items()})
    for part, needed in NEEDED.items():
        if "{" + part + "}" in text and filled[needed]:
            is_at = part == "where" and filled["at"]
            template = _texts("part")["where_line" if is_at else part]
            filled[part] = _said(template, language).format_map(filled)
    return _said(text, language).format_map(filled)


def _worded(name: str, value: Any, language: str) -> str:
    if value is None:
        return ""
    if name in WORDS:
        return catalogue.gettext(value, language, "unit")
    if name == "kind":
        return _said(_texts("kind")[value], language)
    if name == "fault":
        return fault(value, language)
    if isinstance(value, list):
        quoted = _said(_texts("part")["quoted"], language)
        nothing = _said(_texts("part")["nothing"], language)
        return ", ".join(quoted.format(word=word) for word in value) or nothing
    return str(value)
