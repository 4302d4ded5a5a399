"""Where files that are brought stand, from their arrival to their removal."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from etl import paths
from etl.build import territory


@dataclass(frozen=True)
class Folders:
    """The folders of one marketplace: `data` holds raw, incoming and removed."""

    data: Path
    warehouse: Path
    logs: Path

    @property
    def raw(self) -> Path:
        """The drops, that every build is made from."""
        return self.data / "raw"

    @property
    def settings(self) -> Path:
        """What founders settle: our territory."""
        return territory.beside(self.raw)

    @property
    def mailing(self) -> Path:
        """Who gets the digest by mail; no page writes it."""
        return self.data / "mail.toml"

    @property
    def settling(self) -> Path:
        """Where the job works that settles them."""
        return self.data / "settling"

    @property
    def incoming(self) -> Path:
        """A folder for each file that arrives and is not yet a drop."""
        return self.data / "incoming"

    @property
    def removed(self) -> Path:
        """Drops that were taken back, for a while."""
        return self.data / "removed"

    @property
    def history(self) -> Path:
        """Who brought and took back what; among the logs, which an erasure reads."""
        return self.logs / "brought.jsonl"

    def as_json(self) -> dict[str, str]:
        return {name: str(getattr(self, name)) for name in ("data", "warehouse", "logs")}

    @classmethod
    def of_json(cls, told: dict[str, str]) -> Folders:
        return cls(**{name: Path(told[name]) for name in ("data", "warehouse", "logs")})


def here() -> Folders:
    """The folders that this installation works with."""
    warehouse = os.environ.get("MAILLAGE_WAREHOUSE") or paths.DATA / "warehouse"
    logs = os.environ.get("MAILLAGE_LOGS") or paths.DATA / "logs"
    return Folders(paths.DATA, Path(warehouse), Path(logs))
