"""A file of the columns that are used, in place of the file as it came."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from etl.intake import contract as contracts
from etl.intake import drops, opening, sidecar_reader

# What says how the rows of a text or a workbook are reached, and nothing of a Parquet file.
OF_READING = ("separator", "encoding", "sheet", "sheets", "skip", "header", "path")


@dataclass(frozen=True)
class Slim:
    """The sidecar that fits the file of the columns used; its rows, and the lines of the file as it
    came that cannot be read and are not in it."""

    sidecar: str
    rows: int
    unreadable: int


def slim(path: Path, source: str, text: str, used: Sequence[str], out: Path) -> Slim:
    """Writes the columns `used` of a file as Parquet; `text` is the sidecar of the file as it came.

    Raises FileProblem as a reading of it does.
    """
    described = contracts.load(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        folder = Path(scratch)
        beside = folder / "sidecar.toml"
        beside.write_text(text, encoding="utf-8")
        verbs = sidecar_reader.read(beside, described.names, described.lists)
        connection = opening.connect(folder)
        known = {*described.names, *(column for _, column in verbs.columns())}
        raw = drops.load(connection, path, folder, verbs, known)
        places: dict[str, int] = {}
        for place, column in enumerate(raw.columns):
            if column in used:
                places.setdefault(column, place)
        cells = ", ".join(f"c{place} AS {contracts.name(name)}" for name, place in places.items())
        connection.execute(
            f"COPY (SELECT {cells} FROM raw ORDER BY line) TO {contracts.quote(out)}"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    said = {key: value for key, value in tomllib.loads(text).items() if key not in OF_READING}
    return Slim(tomli_w.dumps(said), raw.rows, raw.malformed)
