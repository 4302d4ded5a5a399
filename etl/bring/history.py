"""Who brought which file, and who took it back: one line each, readable by founders only."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl import disk
from etl.bring.folders import Folders
from etl.bring.placing import KEPT_DAYS
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
    """What was brought, the newest first, and `is_there`: whether the drop still stands."""
    brought = [one for one in entries(places) if one.get("event") == "brought"]
    return [one | {"is_there": (places.raw / one["file"]).is_file()} for one in brought]


def read_before(places: Folders, header: str) -> tuple[str, str, str] | None:
    """How a file of the same columns was read when it was brought last: its source, the drop, and
    its sidecar; None where none stands any more."""
    for one in standing(places):
        beside = places.raw / f"{one['file']}.toml"
        if one["is_there"] and one.get("header") == header and beside.is_file():
            return one["source"], one["file"], beside.read_text(encoding="utf-8")
    return None


def header_of(columns: Sequence[str]) -> str:
    """Stands for the names of columns, in their order; dress aside."""
    return hashlib.sha256("\n".join(map(fold_name, columns)).encode()).hexdigest()


def sweep(places: Folders, now: float | None = None) -> None:
    """Removes drops that were taken back more than KEPT_DAYS ago."""
    oldest = (now or time.time()) - KEPT_DAYS * 86400
    for folder in places.removed.glob("*"):
        if folder.is_dir() and _moment(folder) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _moment(folder: Path) -> float:
    return folder.stat().st_mtime
