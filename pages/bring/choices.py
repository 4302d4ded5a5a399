"""What somebody has chosen for one file so far, kept beside it: it outlives a closed browser and a
restarted server."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from etl import disk
from etl.problems import Told

FILE = "choices.json"


@dataclass
class Choices:
    """Choices of a reader; what is None or absent is as it was proposed.

    ``columns``: field to the name of a column, None to leave it empty. ``words``: field to word to
    value, "" for unknown. ``reading``: which of the ways to read that are offered; ``otherwise``:
    what of it was guessed wrongly (separator, encoding, decimal, date_format). ``declined``: rules
    for its rows that are not to hold.
    """

    source: str | None = None
    reading: int = 0
    otherwise: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str | None] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    declined: list[str] = field(default_factory=list)
    mode: str | None = None
    as_of: str | None = None
    only_used: bool = False
    as_before: bool = True

    def keep(self, folder: Path) -> None:
        """Writes the choices down, unless they stand there so. Raises Told where the disk is
        full."""
        if asdict(self) == asdict(of(folder)):
            return
        try:
            disk.write(folder / FILE, json.dumps(asdict(self)).encode(), mode=0o600)
        except OSError as error:
            raise Told("bring_full") if disk.is_full(error) else error from None


def of(folder: Path) -> Choices:
    """The choices for the file of a folder; none where nobody has chosen yet."""
    try:
        return Choices(**disk.read(folder / FILE))
    except (OSError, ValueError, TypeError):
        return Choices()
