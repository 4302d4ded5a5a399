"""The SQL layers of a build: one file is one table, run in the order their texts ask for."""

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from etl import paths

FOLDERS = {
    "staging": paths.ETL / "build" / "staging",
    "marts": paths.ETL / "build" / "marts",
    "checks": paths.ETL / "build" / "checks",
    "repairs": paths.ETL / "build" / "repairs",
    "metrics": paths.ETL / "insight" / "metrics",
    "published": paths.ETL / "disclosure" / "published",
}
LAYERS = ("staging", "marts")
# What metrics repeat, block by block, and the line that stands for a block of it.
SHELL = paths.ETL / "insight" / "shell.sql"
MARK = re.compile(r"^-- shell: (\w+)$", re.M)


@dataclass(frozen=True)
class SqlFile:
    """A SQL file with its header (`-- key: text` lines) and its body (one SELECT)."""

    schema: str
    name: str
    header: dict[str, str]
    body: str

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def parameters(self) -> list[str]:
        """Names of the `$parameters` the body takes."""
        return sorted(set(re.findall(r"\$([a-z_]+)", self.body)))


def read_sql(path: Path) -> SqlFile:
    """Splits a SQL file into header and body, whole: with the blocks of the shell that it names."""
    header = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    body_start = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for line in lines[:body_start]:
        key, separator, text = line.removeprefix("--").strip().partition(": ")
        if separator:
            header[key] = text
    return SqlFile(path.parent.name, path.stem, header, joined("\n".join(lines[body_start:])))


def joined(body: str) -> str:
    """A body with the blocks of the shell that it names, as they stand: no value is put in."""
    return MARK.sub(lambda mark: _shell()[mark[1]], body)


@cache
def _shell() -> dict[str, str]:
    _, *blocks = MARK.split(SHELL.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(blocks[::2], blocks[1::2], strict=True)}


def files_of(folder: str) -> list[SqlFile]:
    """The SQL files of one of FOLDERS, by name."""
    return [read_sql(path) for path in sorted(FOLDERS[folder].glob("*.sql"))]


def in_order() -> list[SqlFile]:
    """Staging and marts, each file after those it reads; ties by name, so the order is fixed."""
    files = {file.table: file for layer in LAYERS for file in files_of(layer)}
    named = re.compile(r"\b(?:staging|marts)\.[a-z_]+")
    graph = {
        table: sorted(set(named.findall(file.body)) & files.keys() - {table})
        for table, file in files.items()
    }
    return [files[table] for table in TopologicalSorter(graph).static_order()]
