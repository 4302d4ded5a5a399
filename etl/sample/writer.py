"""Writes drops as files that are the same to the byte for the same rows."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from etl.problems import Told

HEADER = "# Written by `python -m etl sample`: invented rows, no real person or organisation.\n"


class NotASample(Told):
    """The directory holds files that no former sample wrote, so nothing was written or removed."""


def former_sample(directory: Path) -> list[Path]:
    """The files of a former sample under a directory; raises NotASample when there are others."""
    if not directory.exists():
        return []
    if not directory.is_dir():
        raise NotASample("sample_is_file", folder=directory)
    files = sorted(path for path in directory.rglob("*") if not path.is_dir())
    ours = {path for path in files if path.suffix == ".toml" and is_ours(path)}
    ours |= {path.with_name(path.name.removesuffix(".toml")) for path in ours}
    foreign = [path for path in files if path not in ours]
    if foreign:
        first = foreign[0].relative_to(directory).as_posix()
        raise NotASample("not_a_sample", folder=directory, count=len(foreign), first=first)
    return files


def is_ours(sidecar: Path) -> bool:
    """Whether a sidecar is one that this module wrote."""
    text = sidecar.read_text(encoding="utf-8", errors="replace")
    return text.startswith(HEADER) and tomllib.loads(text).get("synthetic") is True


class Writer:
    """Writes one file and its sidecar per drop; `rows` counts what was written by source.

    progress is called with the source and the share of the expected files that is done, 0 to 1.
    """

    def __init__(
        self,
        directory: Path,
        expected: int,
        progress: Callable[[str, float], None] | None = None,
    ) -> None:
        former = former_sample(directory)
        directory.mkdir(parents=True, exist_ok=True)
        for path in former:
            path.unlink()
        self.directory = directory
        self.expected = expected
        self.progress = progress
        self.rows: Counter[str] = Counter()
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")
        self.connection.execute("SET TimeZone = 'UTC'")

    def close(self) -> None:
        self.connection.close()

    def table(self, name: str, frame: pd.DataFrame) -> None:
        """Gives a frame a name that SELECTs can read, in place of what had it before."""
        self.connection.register(name, frame)

    def write(
        self,
        source: str,
        as_of: dt.date,
        rows: pd.DataFrame,
        *,
        select: str = "",
        style: str = "plain",
        is_snapshot: bool = False,
    ) -> None:
        """One drop of a source: `rows`, or what `select` makes of each, read as table drop_rows.

        No rows, no file.

        style: plain (commas, UTF-8), gzip (the same, compressed), spreadsheet (`;`, Windows-1252).
        """
        if rows.empty:
            return
        folder = self.directory / source
        folder.mkdir(exist_ok=True)
        suffix = ".csv.gz" if style == "gzip" else ".csv"
        path = folder / f"{source}-{as_of.isoformat()}{suffix}"
        mode = 'mode = "snapshot"\n' if is_snapshot else ""
        sidecar = f"{HEADER}synthetic = true\n{mode}"
        # The sidecar first: a killed run leaves nothing that the next one takes for the user's.
        path.with_name(path.name + ".toml").write_text(sidecar, encoding="utf-8", newline="\n")
        self.table("drop_rows", rows)
        relation = self.connection.sql(select or "SELECT * FROM drop_rows")
        if style == "plain":
            relation.write_csv(str(path), header=True)
        else:
            separator, convert = (",", compress) if style == "gzip" else (";", recode)
            with tempfile.TemporaryDirectory() as temporary:
                text = Path(temporary) / "drop.csv"
                relation.write_csv(str(text), header=True, sep=separator)
                convert(text, path)
        self.rows[source] += len(rows)
        self.rows["files"] += 1
        if self.progress:
            self.progress(f"sample: {source}", min(1.0, self.rows["files"] / self.expected))


def recode(source: Path, target: Path) -> None:
    """Turns a UTF-8 file into Windows-1252, as a spreadsheet saves it."""
    with (
        source.open(encoding="utf-8", newline="") as text,
        target.open("w", encoding="cp1252", errors="replace", newline="") as copy,
    ):
        shutil.copyfileobj(text, copy, 1 << 20)


def compress(source: Path, target: Path) -> None:
    """gzip with neither a name nor a time inside, which would change from run to run."""
    with (
        source.open("rb") as text,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6) as zipped,
    ):
        shutil.copyfileobj(text, zipped, 1 << 20)
