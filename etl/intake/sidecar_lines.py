"""Where a key stands in a sidecar, so that a message can name the line."""

from __future__ import annotations

import re
from pathlib import Path

from etl.problems import FileProblem

KEY = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
KEYS = rf"{KEY}(?:\s*\.\s*{KEY})*"
TABLE = re.compile(rf"\s*\[\[?\s*({KEYS})\s*\]")
ENTRY = re.compile(rf"\s*({KEYS})\s*=")
NAMED = re.compile(r"(?:\[([^\]]*)\]\s*)?(.*)", re.S)


def located(problem: FileProblem, path: Path | None) -> FileProblem:
    """The problem with the sidecar's name and the line of the key."""
    is_of_it = problem.code.startswith("sidecar_") and "at" not in problem.arguments
    if path is None or not is_of_it:
        return problem
    other = str(problem.arguments.get("other"))
    named = {
        "sidecar_key": problem.value,
        "sidecar_twice": f"{other} {problem.value}" if other.startswith("[") else other,
    }.get(problem.code, problem.column)
    line = line_of(path.read_text(encoding="utf-8-sig", errors="replace"), named or "")
    problem.arguments |= {"sidecar": path.name, "at": line}
    return problem


def line_of(text: str, named: str) -> int | None:
    """The line of `[table] key` or of `key` in a TOML text, or of what comes closest around it."""
    match = NAMED.fullmatch(named)
    assert match is not None
    wanted = [*_parts(match[1] or ""), *filter(None, [match[2].split(" = ")[0].strip()])]
    table: list[str] = []
    best, at = 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if heading := TABLE.match(line):
            found = table = _parts(heading[1])
        elif entry := ENTRY.match(line):
            found = [*table, *_parts(entry[1])]
        else:
            continue
        common = next(
            (i for i, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other),
            min(len(found), len(wanted)),
        )
        if common > best and common == min(len(found), len(wanted)):
            best, at = common, number
    return at


def _parts(keys: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(KEY, keys)]
