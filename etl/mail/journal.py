"""Which address has had the digest of which build: one line a step in data/logs/mail.jsonl.

A step is noted before and after each attempt. Where the one before is the last (the run was killed,
or the disk was full), the mail may have gone out: it counts as sent, for two mails are worse than
none, and that is told once.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from etl import disk

FILE = "mail.jsonl"
SENDING, SENT, FAILED, UNSURE = "sending", "sent", "failed", "unsure"


class Journal:
    """The lines of one build; torn ones are passed. Only one run at a time may note."""

    def __init__(self, logs: Path, build_id: str) -> None:
        self._path, self._build_id = logs / FILE, build_id
        self._states: dict[str, str] = {}
        for line in self._lines():
            try:
                entry = disk.parsed(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and entry.get("build") == build_id:
                self._states[str(entry.get("address"))] = str(entry.get("state"))

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def state(self, address: str) -> str | None:
        """The last step that was noted."""
        return self._states.get(address.casefold())

    def note(self, address: str, state: str) -> None:
        """Adds a step, on the disk when this returns."""
        self._path.touch(mode=0o600)
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "build": self._build_id, "address": address.casefold(), "state": state,
        }  # fmt: skip
        disk.append(self._path, json.dumps(entry, ensure_ascii=False))
        self._states[address.casefold()] = state
