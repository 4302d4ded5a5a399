"""Who brought which file, and who took it back: one line each, readable by founders only."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl import disk
from etl.bring import states
from etl.bring.folders import Folders
from etl.bring.placing import KEPT_DAYS
from etl.intake import sidecar
from etl.intake.text import fold_name


def note(places: Folders, event: str, account: str, **told: Any) -> bool:
    """Adds a line: event is "brought" or "taken_back". Whether it could be written: what was done
    is done all the same."""
    try:
        _note(places.history, event, account, told)
    except OSError:
        return False
    return True


def _note(path: Path, event: str, account: str, told: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = {"at": now, "event": event, "account": account, **told}
    disk.append(path, json.dumps(entry, ensure_ascii=False))


def entries(places: Folders) -> list[dict[str, Any]]:
    """What was noted, the newest first; torn lines are passed."""
    found = []
    try:
        lines = places.history.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # none yet, or no folder for logs, which founders are told already
        return []
    for line in reversed(lines):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("file"), str):
            found.append(entry)
    return found


def standing(places: Folders) -> list[dict[str, Any]]:
    """What was brought, the newest first: `is_there` tells whether that drop still stands, and
    `taken_back` what was noted when it was, None where nothing was."""
    found = []
    ended: dict[str, dict[str, Any] | None] = {}  # by file, what came of it later
    for one in entries(places):
        file, event = one["file"], one.get("event")
        if event == "taken_back":
            ended |= dict.fromkeys([file, *one.get("with_it", [])], one)
        elif event == "brought":
            is_last = file not in ended
            is_there = is_last and (places.raw / file).is_file()
            found.append(one | {"is_there": is_there, "taken_back": ended.get(file)})
            ended[file] = None  # a line below is of a drop that this one took the place of
    return found


@dataclass(frozen=True)
class Before:
    """How a file of the same columns was read: the source, the drop below raw, what its sidecar
    says, and the columns that were stored where not all were."""

    source: str
    file: str
    said: dict[str, Any]
    used: tuple[str, ...]


def read_before(places: Folders, header: str) -> Before | None:
    """How a file of the same columns was read when it was brought last; None where none stands any
    more, or its sidecar is no TOML by now."""
    for one in standing(places):
        drop = places.raw / one["file"]
        beside = drop.with_name(f"{drop.name}.toml")
        if one["is_there"] and one.get("header") == header and beside.is_file():
            said = sidecar.parsed(beside)
            if said or not beside.read_bytes().strip():
                return Before(one["source"], one["file"], said, _columns_of(drop))
    return None


def _columns_of(drop: Path) -> tuple[str, ...]:
    """The columns of a drop of Parquet; none of another."""
    if drop.suffix != ".parquet":
        return ()
    with duckdb.connect() as con:
        rows = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(drop)]).fetchall()
    return tuple(row[0] for row in rows)


def header_of(columns: Sequence[str]) -> str:
    """Stands for the names of columns, in their order; dress aside."""
    return hashlib.sha256("\n".join(map(fold_name, columns)).encode()).hexdigest()


def sweep(places: Folders, now: float | None = None) -> None:
    """Removes drops that were taken back more than KEPT_DAYS ago."""
    oldest = (now or time.time()) - KEPT_DAYS * 86400
    for folder in places.removed.glob("*"):
        found = states.state(folder)
        is_open = bool(found and found.status in ("running", "interrupted"))
        if folder.is_dir() and _moment(folder) < oldest and not is_open:
            shutil.rmtree(folder, ignore_errors=True)


def _moment(folder: Path) -> float:
    return folder.stat().st_mtime
