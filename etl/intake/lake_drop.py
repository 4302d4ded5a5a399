"""What the lake keeps of a file: told apart, because those who order drops need no lake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from etl import disk
from etl.problems import Note

AHEAD = ("events", "population")


@dataclass(frozen=True)
class Drop:
    """One file of the lake. `folder` holds accepted, refused, repaired, profile.parquet and
    drop.json.

    read = accepted + refused + filtered, the last by an adapter or by [where]; of the accepted,
    `merged` stand in the row of another. Of the files of an adapter, `file` is the one whose lines
    are told. `fields` are those that it has a column for. `notes` tell what was guessed of the
    file, and what of its sidecar met no row. `corrects` is the content hash of the drop that it
    corrects; `columns` and `verbs` are the head and the sidecar of its own rows to correct; of the
    files of a day the one with the higher `turn` comes later. What `sidecar` and `is_confirmed` say
    is no part of what the lake keeps. `was_damaged`: what the lake held of it was not what had been
    written there.
    """

    source: str
    file: str
    content_hash: str
    key: str
    as_of: date
    as_of_origin: str
    mode: str
    is_synthetic: bool
    folder: Path
    read: int
    accepted: int
    refused: int
    repaired: int
    unknown_columns: list[str]
    fields: list[str]
    filtered: int = 0
    merged: int = 0
    reused: bool = False
    duplicates: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    corrects: str | None = None
    columns: list[str] = field(default_factory=list)
    verbs: str = ""
    turn: int = 0
    sidecar: str = ""
    is_confirmed: bool = False
    was_damaged: bool = False

    @property
    def has_day(self) -> bool:
        """False for a correction, until it has that of the drop that it corrects."""
        return self.as_of != date.min

    def keep(self, folder: Path) -> None:
        """Writes drop.json beside the other files of a folder, with what they are by then."""
        entries = asdict(self)
        entries["as_of"] = self.as_of.isoformat()
        entries["folder"] = self.folder.name
        entries["files"] = {path.name: _stamp(path) for path in sorted(folder.iterdir())}
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        (folder / "drop.json").write_text(text, encoding="utf-8")

    @classmethod
    def from_folder(cls, folder: Path) -> Drop | None:
        """The drop that a folder of the lake holds; None where it is not what was written."""
        try:
            entries = disk.read(folder / "drop.json")
            files = entries.pop("files")
            if not all(_is_same(folder / name, stamp) for name, stamp in files.items()):
                return None
            entries["as_of"] = date.fromisoformat(entries["as_of"])
            entries["notes"] = [Note(**note) for note in entries["notes"]]
            return cls(**{**entries, "folder": folder})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None


def day_of(drops: Iterable[Drop]) -> date:
    """The day that a build of drops speaks of: that of the newest. A list of events or a projection
    of the population holds days to come: dated by its rows alone it makes no build newer."""
    days = [(one.source not in AHEAD or one.as_of_origin != "rows", one.as_of) for one in drops]
    return max(days)[1]


def _stamp(path: Path) -> dict[str, int | str]:
    told = path.stat()
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"size": told.st_size, "time": told.st_mtime_ns, "sha256": content}


def _is_same(path: Path, stamp: dict[str, int | str]) -> bool:
    """Whether a file is what it was; its bytes are looked at only where its time is another."""
    told = path.stat()
    if (told.st_size, told.st_mtime_ns) == (stamp["size"], stamp["time"]):
        return True
    return told.st_size == stamp["size"] and _stamp(path)["sha256"] == stamp["sha256"]
