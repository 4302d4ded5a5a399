"""Whether every publication to partners that the journal or a manifest knows of still stands.

What partners were shown and nobody remembers cannot be protected: while a publication is missing or
damaged nothing more is shown to them, until it is put back or an operator accepts its loss.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl import disclosure, disk
from etl.build import warehouse
from etl.disclosure import ledger

ALL = "published"  # where nothing tells which publications there were
LOST = ".lost"  # ends the name of a damaged file once its loss is accepted


@dataclass(frozen=True)
class Publications:
    """What partners were shown before: the files that stand, and the names of those lost."""

    earlier: list[Path]
    lost: list[str]
    is_new: bool  # whether this build makes an edition of its own
    key: bytes | None
    is_synthetic: bool

    @property
    def print(self) -> str:
        """What a build's name tells of them; '' where there were none."""
        if not self.earlier and not self.lost:
            return ""
        told = ledger.fingerprint(self.earlier) + " ".join(self.lost)
        return told + (" edition" if self.is_new else "")


def before(
    folder: Path, inputs: str, as_of: date, *, synthetic: bool, wanted: bool
) -> Publications:
    """What a build of these inputs is made with. It makes an edition where none was made this
    quarter, where one is wanted, and where it made one before."""
    gone = sorted(lost(folder))
    entries, is_known = ledger.before(folder, inputs)
    earlier = [file for file in entries if file.name not in gone]
    last = ledger.last(earlier, synthetic=synthetic)
    # a key that is lost is not made again, not even for the build whose edition stands alone: what
    # it rounded would be told twice
    was_used = gone or ledger.last(ledger.entries(folder), synthetic=False)
    key = None if synthetic else ledger.secret(folder, make=not was_used)
    is_new = is_known or wanted or disclosure.is_due(last, as_of)
    return Publications(earlier, gone, is_new, key, synthetic)


def hashes(files: list[Path]) -> dict[str, str]:
    """The hash of each publication, by the name of its file."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def standing(folder: Path) -> dict[str, str]:
    return hashes(ledger.entries(folder))


def lost(folder: Path) -> dict[str, str]:
    """The publications known that do not stand as they were: file and hash."""
    stands, told = standing(folder), _told(folder)
    if not told and not stands:
        return {ALL: ""} if _has_published(folder) else {}
    known: dict[str, str | None] = {}
    for build_id in warehouse.build_ids(folder):
        known |= warehouse.manifest(folder, build_id).get("ledger", {})
    known |= told  # also of those that an erasure wrote anew, and of those whose loss is accepted
    return {name: own for name, own in known.items() if own and stands.get(name) != own}


def _told(folder: Path) -> dict[str, str | None]:
    """What the journal says of each publication last: its hash, or that it is lost."""
    entries = map(warehouse.entry, warehouse.journal(folder))
    return {found["ledger"]: found.get("sha256") for found in entries if "ledger" in found}


def damaged(folder: Path) -> list[str]:
    """Those of the lost that are there all the same."""
    return [name for name in lost(folder) if (ledger.folder(folder) / name).is_file()]


def _has_published(folder: Path) -> bool:
    """Whether partners were shown a build: one that was served, or one of a ledger whose key is
    gone too. One that nobody served beside its key is of a run that was cut short."""
    shown = {*warehouse.publications(folder), warehouse.served_build(folder)}
    has_key = (ledger.folder(folder) / ledger.KEY).exists()
    return any(
        stated.get("partners", {}).get("published")
        for build_id in warehouse.build_ids(folder)
        if (stated := warehouse.manifest(folder, build_id))
        and (build_id in shown or not (has_key or stated.get("synthetic")))
    )


def note(folder: Path) -> None:
    """Says in the journal which publications stand, those that it does not know yet."""
    told = _told(folder)
    for name, own in standing(folder).items():
        if told.get(name) != own:
            _append(folder, {"ledger": name, "sha256": own})


def accept(folder: Path) -> list[str]:
    """Goes on without the publications that are lost, and puts damaged ones aside. Returns them."""
    accepted: list[str] = []
    while found := lost(folder):  # again: where all are lost, the manifests may still name some
        for name, own in found.items():
            file = ledger.folder(folder) / name
            if file.is_file():
                file.rename(file.with_name(name + LOST))
                disk.sync(file.parent)
            _append(folder, {"ledger": name, "lost": own})
        accepted += found
    return sorted(accepted)


def _append(folder: Path, told: dict[str, str]) -> None:
    disk.append(folder / warehouse.JOURNAL, json.dumps(told))
