"""Editions for partners out of real drops, made of no more than figures of firms stand on.

Drops are read, and tables made, by the code of a build; left out are the tables, checks and marks
that no figure of a firm needs.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from etl import disclosure, layers, paths
from etl.build import make, quality_tables, reference, territory, warehouse
from etl.disclosure import ledger, partners
from etl.intake import lake
from etl.settings import load as load_settings
from tests.market import write_drops

LIST = (
    "cooperative_hires", "hires", "job_flows", "jobs", "lasting", "project_euros", "project_jobs",
    "project_survival",
)  # fmt: skip
NAMED = re.compile(r"\b(?:staging|marts)\.[a-z_]+")


@dataclass(frozen=True)
class Made:
    """An edition: its two files, and why partners got none, '' where they did."""

    founders: Path
    partners: Path
    waits: str


@cache
def _layers() -> list[layers.SqlFile]:
    """What the list and the attack read, in the order of a build."""
    files = {file.table: file for file in layers.in_order()}
    left = {"marts.cooperatives"}
    for file in layers.files_of("published"):
        if file.name in LIST:
            left |= set(NAMED.findall(file.body))
    wanted: set[str] = set()
    while left:
        table = left.pop()
        wanted.add(table)
        left |= (set(NAMED.findall(files[table].body)) & files.keys()) - wanted
    return [file for table, file in files.items() if table in wanted]


@cache
def _begun() -> Path:
    """A database with the reference alone, which every edition begins with."""
    path = Path(mkdtemp(prefix="maillage-editions-")) / "begun.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(paths.MACROS.read_text("utf-8"))
        reference.load(connection, load_settings(), date(2000, 1, 1))
    return path


@cache
def _list() -> Path:
    """The list of what partners may see, as far as LIST goes."""
    folder = Path(mkdtemp(prefix="maillage-editions-")) / "published"
    folder.mkdir()
    for name in LIST:
        shutil.copy(layers.FOLDERS["published"] / f"{name}.sql", folder)
    return folder


def make_all(folder: Path, editions: Sequence[dict[str, str]]) -> list[Made]:
    """Makes an edition of each lot of drops and those before it, in a warehouse at `folder`. The
    files of a lot are dated, none later than one of the next."""
    for files in editions:
        write_drops(folder / "raw", files)
    drops = lake.ingest(folder / "raw", folder)
    ends = [max(date.fromisoformat(Path(name).stem[:10]) for name in files) for files in editions]
    return [
        _make_next(folder, number, [drop for drop in drops if drop.as_of <= end], end)
        for number, end in enumerate(ends, 1)
    ]


def _make_next(folder: Path, number: int, drops: list[lake.Drop], as_of: date) -> Made:
    """One more edition of the warehouse."""
    home, settings = folder / f"edition{number}", load_settings()
    home.mkdir(parents=True)
    founders = home / warehouse.DATABASE
    shutil.copy(_begun(), founders)
    with duckdb.connect(str(founders), config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'Europe/Paris'")
        connection.execute("UPDATE reference.settings SET as_of = $day", {"day": as_of})
        quality_tables.load(connection, f"edition{number}", drops, settings, territory.Territory())
        make._load_accepted(connection, drops)
        connection.execute("CREATE SCHEMA staging; CREATE SCHEMA marts")
        for file in _layers():
            kind = "VIEW" if file.header.get("kind") == "view" else "TABLE"
            connection.execute(f"CREATE {kind} {file.table} AS {file.body}")
        asked = disclosure.Edition(ledger.entries(folder), True, as_of, True, None, _list())
        told = disclosure.make(connection, home, asked, settings)
        connection.execute("DROP SCHEMA accepted CASCADE")
    if told["published"] and "waits" not in told:
        ledger.append(
            folder, f"edition{number}", home / disclosure.LEDGER_ENTRY, home / partners.FILE
        )
    waits = "" if told["published"] and "waits" not in told else f"{told.get('waits') or told}"
    return Made(founders, home / partners.FILE, waits)
