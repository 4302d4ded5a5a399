"""What a job that was killed left half done is ended or undone before the next one begins.

While files are being placed their names stand in FOLDER/placed.json; drops that are being taken
back stand in the folder of that job. Whether the served build knows them tells which it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from etl import disk
from etl.bring import history, placing, states
from etl.bring.folders import Folders
from etl.build import warehouse

PLACED = "placed.json"


def note(folder: Path, names: Sequence[str]) -> None:
    """Writes down which drops are about to be placed, by their names below raw."""
    disk.write(folder / PLACED, json.dumps([*names]).encode(), mode=0o600)


def settled(folder: Path) -> None:
    """Says that nothing is half done in a folder."""
    (folder / PLACED).unlink(missing_ok=True)


def is_open(folder: Path) -> bool:
    """Whether a job was killed in a folder and left drops half placed."""
    return (folder / PLACED).exists()


def serves(places: Folders, names: Sequence[str]) -> bool:
    """Whether the served build is made of all these drops."""
    served = warehouse.served_build(places.warehouse)
    stated = warehouse.manifest(places.warehouse, served).get("drops", []) if served else []
    return {*names} <= {drop["file"] for drop in stated}


def recover(places: Folders) -> None:
    """Ends or undoes what killed jobs left. The caller holds the lock of the warehouse, so that no
    job which is at work is among them."""
    for folder in sorted(places.incoming.glob("*")):
        if is_open(folder):
            _end_placing(places, folder)
    for folder in sorted(places.removed.glob("*")):
        found = states.state(folder)
        if found and found.kind == "take_back" and found.status in ("running", "interrupted"):
            _end_taking(places, folder, found)


def _end_placing(places: Folders, folder: Path) -> None:
    try:
        names = disk.read(folder / PLACED)
        job = states.job_of(folder)
    except (OSError, ValueError, TypeError):  # torn: it was written before anything was placed
        settled(folder)
        return
    if serves(places, names):
        served = warehouse.served_build(places.warehouse)
        for name in names:
            history.note(
                places, "brought", job.account, source=name.split("/")[0], file=name,
                build=served, header=job.header,
            )  # fmt: skip
        result = {"published": True, "file": ", ".join(names), "is_noted": True}
        states.write(folder, states.State("bring", "done", subject=job.subject, result=result))
    else:
        placing.unplace([places.raw / name for name in names])
    settled(folder)


def _end_taking(places: Folders, folder: Path, found: states.State) -> None:
    moved = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.glob("*/**/*")
        if path.is_file() and path.suffix != ".toml"
    )
    if not moved:
        return
    if serves(places, moved):
        placing.put_back(places, folder, moved)
    else:
        history.note(
            places, "taken_back", states.job_of(folder).account, source=moved[0].split("/")[0],
            file=found.subject.get("file", moved[0]), with_it=moved,
        )  # fmt: skip
        result = {"published": True, "file": found.subject.get("file", moved[0])}
        states.write(
            folder, states.State("take_back", "done", subject=found.subject, result=result)
        )
