"""The SQL layers of a build: one file is one table, run in the order their texts ask for."""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

ETL = Path(__file__).parent
LAYERS = ("staging", "marts")


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
    """Splits a SQL file into header and body."""
    header = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    body_start = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for line in lines[:body_start]:
        key, separator, text = line.removeprefix("--").strip().partition(": ")
        if separator:
            header[key] = text
    return SqlFile(path.parent.name, path.stem, header, "\n".join(lines[body_start:]))


def files_of(folder: str) -> list[SqlFile]:
    """The SQL files of one folder of etl, by name."""
    return [read_sql(path) for path in sorted((ETL / folder).glob("*.sql"))]


def in_order() -> list[SqlFile]:
    """Staging and marts, each file after those it reads; ties by name, so the order is fixed."""
    files = {file.table: file for layer in LAYERS for file in files_of(layer)}
    named = re.compile(r"\b(?:staging|marts)\.[a-z_]+")
    graph = {
        table: sorted(set(named.findall(file.body)) & files.keys() - {table})
        for table, file in files.items()
    }
    return [files[table] for table in TopologicalSorter(graph).static_order()]
