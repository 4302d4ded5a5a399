"""What the commands print, in French where the terminal is, else in English."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from etl import disk, faults
from etl.build.make import BuildResult
from etl.build.rollback import Rollback
from etl.problems import InputErrors, Told
from etl.words import lines, partner_status, reasons

NOTES = 20


def language() -> str:
    """French where the terminal is, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = next(filter(None, map(os.environ.get, names)), "")
    return "fr" if spoken.lower().startswith("fr") else "en"


def line(name: str, spoken: str = "", /, **values: object) -> str:
    """A sentence of the commands, in the language of the terminal or another one."""
    return lines.line(name, spoken or language(), **values)


def step(name: str) -> str:
    """A step of a command: a word of its own, or the name of a file or table as it is."""
    word, mark, rest = name.partition(":")
    known = f"step_{word}".replace(" ", "_")
    return line(known) + mark + rest if lines.is_known(known) else name


def told(error: Exception, folder: object) -> list[str]:
    """The sentences of an error that is the user's to see, met by a command that writes there."""
    if isinstance(error, InputErrors):
        return [reasons.problem(each, language()) for each in error.problems]
    if isinstance(error, Told):
        return [lines.told(error, language())]
    if disk.is_full(error):
        return [line("error_disk_full", folder=folder)]
    at = getattr(error, "filename", None) or folder  # one that may not be written
    return [lines.told(Told("system", path=at, fault=faults.of(error)), language())]


def complain(text: str) -> None:
    print(text, file=sys.stderr)


def sources(found: dict[str, dict[str, int]], indent: str = "") -> None:
    """A line for each source: what was read of it."""
    for source, counts in found.items():
        told = "  ".join(f"{line(f'count_{name}')} {count}" for name, count in counts.items())
        print(f"{indent}{source:18} {told}")


def partners(stated: dict) -> None:
    """What partner agencies see of a build: how much is withheld, or why they see nothing."""
    is_seen, said = partner_status.in_words(stated, language())
    for text in said:
        print(f"    {text}", file=sys.stdout if is_seen else sys.stderr)


def leaving(found: Sequence[Mapping[str, Any]]) -> None:
    """Who leaves with new snapshots; those that are held come last, with what to do."""
    for one in sorted(found, key=lambda one: bool(one["is_held"])):
        if one["is_held"]:
            complain(line("held", **one))
        else:
            print(line("left", **one))


def built(result: BuildResult) -> None:
    """What a build read, refused and published."""
    leaving([asdict(one) for one in result.departures])
    if any(one.is_held for one in result.departures):
        complain(line("held_build"))
        return
    sources(result.sources)
    for problem in result.wholly_refused:
        complain(reasons.problem(problem, language()))
    for file, note in result.notes[:NOTES]:
        print(f"{file}: {reasons.note(note, language())}")
    if len(result.notes) > NOTES:
        print(line("more_notes", count=len(result.notes) - NOTES))
    for failed in result.checks_failed:
        meaning = reasons.check(failed["check"], language())
        complain(line("check_failed", meaning=meaning, rows=failed["failed_rows"]))
        for row in failed["first"]:
            complain(f"  {json.dumps(row, ensure_ascii=False)}")
    if not result.is_published:
        complain(line("not_published", build=result.build_id))
        return
    seconds = f"{result.seconds:.1f}"
    print(
        line(
            "built",
            build=result.build_id,
            as_of=result.as_of,
            checks=result.checks_passed,
            seconds=seconds.replace(".", ",") if language() == "fr" else seconds,
        )
    )
    partners(result.partners)


def verified(build_id: str, found: dict) -> None:
    """Whether a build holds what was built, as contents.verify gives it."""
    if found["state"] != "differs":
        print(f"    {line('verified_' + found['state'])}")
    for each in found["differs"]:
        complain(f"{build_id}: {lines.differs(each, language())}")


def rolled_back(done: Rollback) -> None:
    """Which build is served again; where it could not be verified, that too."""
    print(line("served", build=done.build_id))
    if done.state != "same":
        verified(done.build_id, {"state": done.state, "differs": []})


def status(told: dict) -> None:
    """The builds of a warehouse, as warehouse.status gives them."""
    if told["torn"]:
        complain(line("error_build_damaged", builds=", ".join(told["torn"])))
    elif not told["builds"]:
        print(line("no_build"))
    for item in told["builds"]:
        mark = "*" if item["served"] else " "
        synthetic = line("synthetic") if item["synthetic"] else ""
        print(f"{mark} {line('as_of', build=item['build'], as_of=item['as_of'])}{synthetic}")
        sources(item["sources"], "    ")
        partners(item["partners"])
        if "verified" in item:
            verified(item["build"], item["verified"])
    leaving(told["held"])
    for build_id in told["failed"]:
        print(line("failed", build=build_id))
