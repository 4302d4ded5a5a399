"""What partner agencies may see: a written list, rules, editions; makes partners.duckdb.

    published/*.sql -> contributions -> divisions -> cells and bands -> partners.duckdb -> check
                                            ^ what earlier editions told (ledger)

A reader is taken to know who belongs to which cell (the register is public), and every edition
before this one. Between two editions a build carries the last one unchanged.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from etl.disclosure import (
    check,
    contributions,
    earlier,
    editions,
    ledger,
    partners,
    published_tables,
    rounding,
    undeclared,
)
from etl.disclosure.published_tables import DisclosureError
from etl.disclosure.rules import Rules
from etl.settings import Settings

__all__ = ["LEDGER_ENTRY", "DisclosureError", "Edition", "enter_ledger", "is_due", "make"]
LEDGER_ENTRY = "published.parquet"  # in a build's folder: what it adds to the ledger


class KeyLost(DisclosureError):
    """Numbers of persons cannot be rounded as before: two roundings of one number tell of it."""

    CODE = "key_lost"


@dataclass(frozen=True)
class Edition:
    """What a build for partners is made with, beside the build itself. earlier: the publications
    before it; is_new: whether it is an edition of its own; key: of the ledger, if it stands."""

    earlier: list[Path]
    is_synthetic: bool
    as_of: date
    is_new: bool
    key: bytes | None
    list_folder: Path | None = None


def label(as_of: date) -> str:
    """The quarter of a build: partners get one edition a quarter."""
    return f"{as_of.year}-Q{(as_of.month + 2) // 3}"


def is_due(last: ledger.Published | None, as_of: date) -> bool:
    """Whether a build of this day makes an edition by itself."""
    return last is None or label(as_of) > last.label[:7]


def make(
    connection: duckdb.DuckDBPyConnection, folder: Path, edition: Edition, settings: Settings
) -> dict:
    """Adds schema published to the build that is open, and puts partners.duckdb into its folder: a
    new edition, or the last one as it was made.

    Returns what the manifest says of it. Where no new edition can be made, `waits` says why, and
    the last one stands; without one `published` is False, `why` says why, and there is no file.
    """
    path, rules = folder / partners.FILE, Rules.of(settings)
    last = ledger.last(edition.earlier, synthetic=edition.is_synthetic)
    name = _name(last, edition)
    try:
        tables = published_tables.tables(edition.list_folder)
        of = {kind: [t for t in tables if t.protects == kind] for kind in published_tables.PROTECTS}
        rounding.prepare(connection, _key(edition))
        rows = contributions.load(connection, of["firms"])
        rounding.load(connection, of["persons"])
        made_on = edition.as_of if edition.is_new or not last else last.told["made_on"]
        partners.state_all(connection, tables, name, str(made_on))
        if last and not edition.is_new:
            return _carried(last, path)
        if not _key(edition) or (last and last.key != ledger.key_print(_key(edition))):
            raise KeyLost(f"{last.file.stem}: {ledger.KEY}" if last else ledger.KEY)
        before, rows = (
            earlier.divisions(connection, last.file, of["firms"], rows)
            if last
            else ([], rows.assign(owner=pd.factorize(rows["contributor"])[0]))
        )
        untouched, kept = earlier.of_old(
            connection, edition.earlier, of["firms"], rows, synthetic=edition.is_synthetic
        )
        found = undeclared.find(of["firms"], rows)
        divisions = editions.divide(rules, of["firms"], rows, before, untouched, name, found)
        cells = editions.cells(rules, divisions, rows, name)
        if len(kept):
            cells = pd.concat([cells, kept.set_axis(cells.columns, axis=1)])
        partners.write(connection, path, tables, cells)
        check.run(connection, path, of["firms"], divisions, rules, name)
    except DisclosureError as error:
        path.unlink(missing_ok=True)
        if last:
            return _carried(last, path) | {"waits": error.told()}
        return {"published": False} | error.told()
    told = {"edition": name, "made_on": str(edition.as_of), "tables": _report(cells)}
    if found:
        told["relations"] = [undeclared.text(one) for one in found]
    editions.entry(connection, divisions, synthetic=edition.is_synthetic)
    said = {
        "edition": name, "synthetic": edition.is_synthetic, "told": told,
        "key": ledger.key_print(_key(edition)),
    }  # fmt: skip
    ledger.write(connection, folder / LEDGER_ENTRY, said)
    return {"published": True, "is_new": True} | told


def _name(last: ledger.Published | None, edition: Edition) -> str:
    """Of the edition that partners are to see; a second one of a quarter has a number."""
    if last is None or label(edition.as_of) > last.label[:7]:
        return label(edition.as_of)
    if not edition.is_new:
        return last.label
    return f"{last.label[:7]}.{int(last.label[8:] or 1) + 1}"


def _key(edition: Edition) -> bytes:
    if edition.is_synthetic:
        return rounding.SAMPLE_KEY
    return edition.key or b""


def _carried(last: ledger.Published, path: Path) -> dict:
    """The last edition as it was made; where its file is not as it was, partners see nothing."""
    try:
        shutil.copyfile(last.partners, path)
        is_same = last.digest in (None, ledger.digest(path))
        duckdb.connect(str(path), read_only=True).close()
    except (OSError, duckdb.Error):
        is_same = False
    if not is_same:
        path.unlink(missing_ok=True)
        return {"published": False, "why": "ledger_lost", "detail": last.partners.name}
    return {"published": True, "is_new": False} | last.told


def enter_ledger(warehouse: Path, inputs: str, build_folder: Path) -> None:
    """Says in the ledger what this build shows to partners, before it is served."""
    entry, shown = build_folder / LEDGER_ENTRY, build_folder / partners.FILE
    if shown.exists() and entry.exists():
        ledger.append(warehouse, inputs, entry, shown)


def _report(cells: pd.DataFrame) -> dict[str, dict[str, int]]:
    """What is told and withheld, table by table; a zero protects nobody and is not counted."""
    asked = cells[(cells["value"] != 0) & (cells["territory_level"] != editions.OTHERS)]
    found = {}
    for name, own in asked.groupby("table_name"):
        hidden = own["status"] == "withheld"
        banded = int((hidden & own["low"].notna()).sum())
        found[str(name)] = {
            "cells": len(own), "withheld": int(hidden.sum()) - banded, "banded": banded,
        }  # fmt: skip
    return found
