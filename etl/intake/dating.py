"""The day that a file speaks of: as its sidecar, its name or its rows tell it, and what is a guess
in that."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from etl.intake import archives, name_dates
from etl.intake.read_rows import Validation
from etl.intake.sidecar import Sidecar
from etl.problems import FileProblem, Note

# A newest date this far after all others is a slip (2199 for 2019) or "no end": even in a short
# register dates are not so far between, and every window of the build would be empty
HOLE_DAYS = 20 * 365
GAP_DAYS = 180  # that a newest date by itself may be a slip, or planned


def dated(path: Path, file: str, verbs: Sidecar, validation: Validation) -> tuple[date, str]:
    """The date of a drop and where it comes from; a file in an archive takes that of the archive's
    name where its own has none. Raises FileProblem when nothing says it."""
    if verbs.as_of:
        return verbs.as_of, "sidecar"
    if named := name_dates.date_in(path.name) or archives.date_in(file):
        return named, "name"
    if newest := validation.newest():
        before = validation.newest(before=newest)
        if before and (newest - before).days > HOLE_DAYS:
            raise FileProblem("strange_as_of", newest=newest, before=before, **_named(path))
        return newest, "rows"
    if verbs.corrects:
        return date.min, "correction"  # that of the drop that it corrects
    raise FileProblem("no_as_of", **_named(path))


def notes(path: Path, as_of: date, origin: str, validation: Validation) -> list[Note]:
    """What is not sure of the day of a file: how its name was read, and what its rows hold."""
    if origin == "name" and (value := name_dates.guessed(path.name)):
        return [Note("day_first_name", {"value": value, "as_of": as_of.isoformat()})]
    if origin != "rows":
        return []
    found = []
    if value := name_dates.unread(path.name):
        found.append(Note("unread_name", {"value": value, "as_of": as_of.isoformat()}))
    before = validation.newest(before=as_of)
    years = {f.type for f in validation.contract.fields if f.dates_the_file} == {"integer"}
    if before and not years and (as_of - before).days > GAP_DAYS:
        days = {"as_of": as_of.isoformat(), "before": before.isoformat()}
        found.append(Note("lone_newest", days))
    for field, met, newest in validation.later_ends(as_of):
        told = {"field": field, "met": met, "newest": newest.isoformat()}
        found.append(Note("later_ends", told | {"as_of": as_of.isoformat()}))
    return found


def _named(path: Path) -> dict[str, Any]:
    """What a remedy needs to name the file with a date, or its sidecar."""
    stem = path.name.split(".", 1)[0]
    return {
        "stem": stem, "suffix": path.name.removeprefix(stem), "sidecar": path.name + ".toml",
    }  # fmt: skip
