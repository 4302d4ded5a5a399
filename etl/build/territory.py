"""Where the marketplace operates: data/settings.toml, which the page "Bring files" writes.

    [territory]
    regions = ["53"]
    departements = ["44"]

It says what pages speak of first and decides no row. Without the file, or with nothing in it, that
is all of France.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from etl import disk, faults, paths
from etl.intake.sidecar import NoToml, toml
from etl.intake.sidecar_lines import line_of
from etl.problems import FileProblem, InputErrors, Note

FILE = "settings.toml"
TABLE = "territory"
LEVELS = {"regions": "region", "departements": "departement"}  # keys, and what they list


@dataclass(frozen=True)
class Territory:
    """INSEE codes, sorted; no département of a région that is listed. Empty: all of France."""

    regions: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.regions or self.departements)

    def as_json(self) -> dict[str, list[str]]:
        """As a manifest and the settings of a build hold it."""
        return {key: list(getattr(self, key)) for key in LEVELS}


def beside(raw: Path) -> Path:
    """The file that goes with a folder of drops."""
    return raw.parent / FILE


@cache
def known(key: str) -> dict[str, tuple[str, str]]:
    """Code: name and code of the région, of all régions or départements."""
    singular = key.removesuffix("s")
    path = paths.REFERENCE / f"{key}.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return {
            row[f"{singular}_code"]: (row["name"], row["region_code"])
            for row in csv.DictReader(rows)
        }


def read(path: Path) -> Territory:
    """What the file says. Raises InputErrors, each with the line it speaks of."""
    try:
        content = disk.contents(path)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            return Territory()
        problem = FileProblem("unreadable", fault=faults.of(error))
        raise InputErrors([problem.of(path.name)]) from error
    return parse(content, path.name)


def parse(content: bytes, name: str = FILE) -> Territory:
    """The same of a text."""
    try:
        told = toml(content)
    except NoToml as error:
        problem = FileProblem("settings_syntax", line=error.line, fault=error.fault)
        raise InputErrors([problem.of(name)]) from error
    if problems := [one.of(name) for one in _problems(told, content.decode("utf-8-sig"))]:
        raise InputErrors(problems)
    return of_codes(told.get(TABLE, {}))


def of_codes(codes: dict[str, list[str]]) -> Territory:
    """The territory of known codes, and what is needless among them."""
    notes = [
        Note("settings_twice", {"code": code, "key": key})
        for key in LEVELS
        for code in sorted(set(codes.get(key, [])))
        if codes[key].count(code) > 1
    ]
    regions, departements = (set(codes.get(key, [])) for key in LEVELS)
    needless = {one for one in departements if known("departements")[one][1] in regions}
    for code in sorted(needless):
        name, region = known("departements")[code]
        names = {"name": name, "region": known("regions")[region][0], "region_code": region}
        notes.append(Note("settings_needless", {"code": code} | names))
    return Territory(tuple(sorted(regions)), tuple(sorted(departements - needless)), tuple(notes))


def _problems(told: dict[str, Any], text: str) -> Iterator[FileProblem]:
    for key in told:
        if key != TABLE:
            yield _unknown(key, [TABLE], text, key)
    table = told.get(TABLE, {})
    if not isinstance(table, dict):
        yield _wrong(TABLE, table, f"[{TABLE}]", text, TABLE)
        return
    for key, codes in table.items():
        where = f"[{TABLE}] {key}"
        if key not in LEVELS:
            yield _unknown(key, [*LEVELS], text, where)
        elif not isinstance(codes, list) or not all(isinstance(one, str) for one in codes):
            yield _wrong(key, codes, '["53"]' if key == "regions" else '["35", "2A"]', text, where)
        else:
            for code in codes:
                if code not in known(key):
                    yield _no_code(code, key, text, where)


def _unknown(key: str, allowed: list[str], text: str, where: str) -> FileProblem:
    near = difflib.get_close_matches(key, allowed, 1)
    return FileProblem(
        "settings_key", line=line_of(text, where), value=key,
        near=near[0] if near else "", allowed=allowed,
    )  # fmt: skip


def _wrong(key: str, value: object, allowed: str, text: str, where: str) -> FileProblem:
    return FileProblem(
        "settings_value", line=line_of(text, where), column=key, value=str(value), allowed=allowed
    )


def _no_code(code: str, key: str, text: str, where: str) -> FileProblem:
    """The line is that of the code, which may stand below its key."""
    start = line_of(text, where) or 1
    lines = text.splitlines()
    written = re.compile(rf"""["']{re.escape(code)}["']""")
    at = next((n for n in range(start, len(lines) + 1) if written.search(lines[n - 1])), start)
    names = {name.casefold(): one for one, (name, _) in known(key).items()}
    near = difflib.get_close_matches(code.casefold(), [*names, *names.values()], 1)
    found = names.get(near[0], near[0]) if near else ""
    return FileProblem(
        "settings_code", line=at, column=key, value=code, near=found,
        file_of_codes=f"data/reference/{key}.csv",
    )  # fmt: skip
