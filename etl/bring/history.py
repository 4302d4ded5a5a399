"""Who brought which file, and who took it back: one line each, readable by founders only."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl import disk
from etl.bring import states
from etl.bring.folders import Folders
from etl.bring.placing import KEPT_DAYS


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
            entry = disk.parsed(line)
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
