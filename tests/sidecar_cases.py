"""Short ways to drop a file with a sidecar, and the shared cases with the sidecar they need."""

from pathlib import Path

from etl.intake.lake_drop import Drop
from etl.words import reasons
from tests.ingesting import drop_text, only
from tests.shared_files import shared_file


def read(
    folder: Path,
    source: str,
    text: str | bytes,
    sidecar: str = "",
    name: str = "a-2026-11-01.csv",
) -> Drop:
    drop_text(folder, source, text, name)
    drop_text(folder, source, sidecar, name + ".toml")
    return only(folder)


def case(folder: Path, source: str, number: int, sidecar: str) -> Drop:
    """A shared case with the sidecar that it needs."""
    (file,) = shared_file("cases/meaning").glob(f"{number:02}_*-2026-10-31.csv")
    return read(folder, source, file.read_bytes(), sidecar, file.name)


def notes(drop: Drop) -> dict[str, str]:
    return {note.code: reasons.note(note, "en") for note in drop.notes}
