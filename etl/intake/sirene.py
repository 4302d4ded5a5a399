"""Sirene's stock of legal units and of establishments, joined into co-operatives.

A legal unit has no address and an establishment no legal category, so both files are needed:
StockUniteLegale and StockEtablissement, as INSEE publishes them (CSV, also .zip, .gz or .zst, or
Parquet), in one folder below data/raw/cooperatives. They hold tens of millions of rows: each is
filtered while it is read, and only co-operatives and their head offices are ever kept.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.intake import drops, heads, kinds, text
from etl.intake.contract import name as identifier
from etl.intake.contract import quote
from etl.intake.sidecar import Sidecar
from etl.intake.sidecar_reader import read as read_sidecar
from etl.intake.sidecar_verbs import hints
from etl.problems import FileProblem

SOURCE = "cooperatives"
HERE = Path(__file__).parent
OFFICIAL_NAME = re.compile(r"stock_?(unite_?legale|etablissement)", re.I)
SAID = ("as_of", "mode", "synthetic", "confirmed")  # what a sidecar beside the folder may say
# What is taken from each file; those without a default must be there.
UNITS = (
    "siren", "categorieJuridiqueUniteLegale", "denominationUniteLegale",
    "denominationUsuelle1UniteLegale", "sigleUniteLegale", "dateCreationUniteLegale",
    "etatAdministratifUniteLegale", "dateDebut", "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale", "nicSiegeUniteLegale",
)  # fmt: skip
ESTABLISHMENTS = (
    "siren", "etablissementSiege", "nic", "codeCommuneEtablissement", "codePostalEtablissement",
    "libelleCommuneEtablissement",
)  # fmt: skip
REQUIRED = ("siren", "categorieJuridiqueUniteLegale", "etablissementSiege")
# The columns of `raw` that sirene.sql makes, in its order.
JOINED = (
    "siren", "denominationUniteLegale", "denominationUsuelle1UniteLegale", "sigleUniteLegale",
    "categorieJuridiqueUniteLegale", "dateCreationUniteLegale", "etatAdministratifUniteLegale",
    "dateDebut", "activitePrincipaleUniteLegale", "codeCommuneEtablissement",
    "codePostalEtablissement", "libelleCommuneEtablissement",
)  # fmt: skip
KEY = "CASE WHEN length(siren) = 9 THEN siren ELSE digits_of(siren, 9) END"
IS_COOPERATIVE = (
    'whole_code(trim("categorieJuridiqueUniteLegale")) IN '
    "(SELECT legal_category FROM reference.legal_forms WHERE kind = 'cooperative')"
)
IS_HEAD_OFFICE = (
    f"lower(\"etablissementSiege\") IN ('true', '1') AND {KEY} IN (SELECT key FROM units)"
)


class Adapted(NamedTuple):
    """The joined rows. `filtered`: rows of both files that make no row by themselves."""

    raw: drops.Raw
    filtered: int
    unknown_columns: list[str]


@dataclass(frozen=True)
class Stock:
    """One of the two files once read: its rows, those kept, its lines that are no rows."""

    rows: int
    kept: int
    malformed: int
    unknown_columns: list[str]


def is_stock(path: Path) -> bool:
    """Whether a file bears the name of one of Sirene's stock files."""
    return bool(OFFICIAL_NAME.search(path.name))


def as_drops(raw: Path, found: Iterable[Path]) -> list[Path]:
    """The files below `raw`, each folder that holds stock files in place of its files."""
    paths = list(found)
    folders = {
        p.parent for p in paths if is_stock(p) and p.parent.parent.is_relative_to(raw / SOURCE)
    }
    return sorted({path.parent if path.parent in folders else path for path in paths})


def files(folder: Path) -> tuple[Path, Path]:
    """The legal units and the establishments of a folder. Raises FileProblem if they are not."""
    inside = folder.iterdir() if folder.is_dir() else [folder]
    found = sorted(p for p in inside if not p.name.startswith((".", "~")))
    units = [p for p in found if _part(p) == "unitelegale"]
    establishments = [p for p in found if _part(p) == "etablissement"]
    if len(units) != 1 or len(establishments) != 1 or len(found) != 2:
        raise FileProblem("sirene_files", found=", ".join(p.name for p in found))
    return units[0], establishments[0]


def _part(path: Path) -> str:
    """unitelegale or etablissement; empty for Sirene's other files (histories, links)."""
    match = OFFICIAL_NAME.search(path.name)
    if not match or re.match(r"_?(historique|liens)", path.name[match.end() :], re.I):
        return ""
    return match[1].replace("_", "").lower()


def verbs(given: Sidecar, fields: Collection[str], lists: Collection[str]) -> Sidecar:
    """The shipped sidecar, with the date and the mode of the one that the user wrote."""
    said = Sidecar(**{key: getattr(given, key) for key in SAID})
    if given != said:
        allowed = ", ".join(SAID)
        raise FileProblem("sidecar_key", value="Sirene", allowed=allowed, **hints("", ()))
    shipped = read_sidecar(HERE / "sirene.toml", fields, lists)
    return replace(shipped, **{key: getattr(given, key) for key in SAID})


def load(con: duckdb.DuckDBPyConnection, folder: Path, work: Path) -> Adapted:
    """Fills the tables `raw` and `malformed` from the two files. Raises FileProblem."""
    con.execute("DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS malformed")
    con.execute(
        "CREATE TABLE malformed "
        "(line BIGINT, reason_code VARCHAR, found BIGINT, expected BIGINT, text VARCHAR)"
    )
    units_file, establishments_file = files(folder)
    units = _Reader(con, units_file, UNITS, work).fill("units", IS_COOPERATIVE)
    establishments = _Reader(con, establishments_file, ESTABLISHMENTS, work).fill(
        "establishments", IS_HEAD_OFFICE, establishments_file.name
    )
    con.execute((HERE / "sirene.sql").read_text(encoding="utf-8"))
    con.execute("DROP TABLE units; DROP TABLE establishments")
    if not units.kept + units.malformed:
        raise FileProblem("sirene_none", value=units_file.name)
    return Adapted(
        drops.Raw(list(JOINED), units.kept, units.malformed + establishments.malformed),
        units.rows - units.kept + establishments.rows,
        sorted({*units.unknown_columns, *establishments.unknown_columns}),
    )


class _Reader:
    """Reads one file, keeping of it what a condition lets through."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, path: Path, columns: tuple[str, ...], work: Path
    ) -> None:
        self.con, self.path, self.columns, self.work = con, path, columns, work
        self.unknown: list[str] = []

    def fill(self, table: str, condition: str, label: str = "") -> Stock:
        """Makes `table` (line, key, the columns as text). `label` goes before bad lines."""
        before = _count(self.con, "malformed")
        is_parquet = self.path.suffix.lower() == ".parquet"
        read = self.from_parquet if is_parquet else self.from_text
        rows = read(table, condition, label)
        malformed = _count(self.con, "malformed") - before
        return Stock(rows, _count(self.con, table), malformed, self.unknown)

    def from_parquet(self, table: str, condition: str, label: str) -> int:
        source = f"read_parquet({quote(self.path)}, file_row_number=true)"
        try:
            described = self.con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            names = [row[0] for row in described if row[0] != "file_row_number"]
            cells = self.cells(names, [identifier(found) for found in names])
            self.select(
                table, f"SELECT file_row_number + 1 AS line, {cells} FROM {source}", condition
            )
            return _count(self.con, f"read_parquet({quote(self.path)})")
        except duckdb.Error as error:
            raise kinds.broken(error, "Parquet") from error

    def from_text(self, table: str, condition: str, label: str) -> int:
        folder = self.work / table
        folder.mkdir()
        plain = text.prepare(self.path, folder)
        separator = heads.guess_separator(plain, {text.fold_name(c) for c in self.columns})
        names, above = heads.read_header(plain.path, separator)
        plain = text.below(plain, folder, above)
        cells = self.cells(names, [f"c{i}" for i in range(len(names))])
        rows = plain.scan.lines - 1
        scan = drops.regular_scan(plain.path, separator, len(names))
        numbered = f"SELECT row_number() OVER () + {plain.skipped + 1} AS line, * FROM {scan}"
        if not (
            plain.scan.is_regular
            and self.is_selected(table, f"SELECT line, {cells} FROM ({numbered})", condition, rows)
        ):
            scan, rows = drops.irregular_scan(self.con, plain, folder, separator, len(names), label)
            self.select(table, f"SELECT line, {cells} FROM {scan}", condition)
        shutil.rmtree(folder)
        return rows

    def is_selected(self, table: str, source: str, condition: str, rows: int) -> bool:
        """Selects from a text whose n-th record stands on line n; False when it does not."""
        drops.forget_rejects(self.con)
        try:
            self.select(table, source, f"({condition}) OR line > {rows}")
        except duckdb.Error:
            return False
        (last,) = self.con.execute(f"SELECT coalesce(max(line), 1) FROM {table}").fetchall()[0]
        if last != rows + 1 or _count(self.con, "reject_errors"):
            return False
        self.con.execute(f"DELETE FROM {table} WHERE NOT coalesce({condition}, false)")
        return True

    def cells(self, names: list[str], found: list[str]) -> str:
        """SQL of the wanted columns as text under their official names. Raises FileProblem.

        `names` are the file's columns and `found` their SQL.
        """
        at = {text.fold_name(name): sql for name, sql in zip(names, found, strict=True)}
        missing = [c for c in self.columns if c in REQUIRED and text.fold_name(c) not in at]
        if missing:
            raise FileProblem(
                "sirene_header", value=self.path.name, missing=", ".join(missing),
                found=", ".join(names),
            )  # fmt: skip
        wanted = {text.fold_name(column) for column in self.columns}
        self.unknown = [name for name in names if text.fold_name(name) not in wanted]
        return ", ".join(
            f"{at.get(text.fold_name(column), 'NULL')}::VARCHAR AS {identifier(column)}"
            for column in self.columns
        )

    def select(self, table: str, source: str, condition: str) -> None:
        self.con.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT *, {KEY} AS key FROM ({source}) "
            f"WHERE {condition}"
        )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
