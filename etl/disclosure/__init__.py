"""What partner agencies may see: a written list, rules, a ledger, an audit; makes partners.duckdb.

    etl/published/*.sql -> cells -> primary rules -> secondary -> partners.duckdb -> audit

A reader is taken to know who belongs to which cell (the register is public), and every publication
before this one.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure import audit, ledger, listing, model, partners
from etl.disclosure.listing import DisclosureError
from etl.disclosure.rules import Rules
from etl.disclosure.suppress import Outcome, suppress
from etl.settings import Settings

__all__ = [
    "LEDGER_ENTRY",
    "DisclosureError",
    "Edition",
    "Outcome",
    "enter_ledger",
    "make",
    "suppress",
]
LEDGER_ENTRY = "published.parquet"  # in a build's folder: what it adds to the ledger


@dataclass(frozen=True)
class Edition:
    """What a build for partners is made with, beside the build itself."""

    earlier: list[Path]
    is_synthetic: bool
    list_folder: Path | None = None


def make(
    connection: duckdb.DuckDBPyConnection, folder: Path, edition: Edition, settings: Settings
) -> dict:
    """Adds schema published to the build that is open, and writes partners.duckdb into its folder.

    Returns what the manifest says of it; when the list cannot be protected or the audit fails,
    `published` is False, `why` says why, and there is no file.
    """
    path = folder / partners.FILE
    rules = Rules.of(settings)
    try:
        tables = listing.tables(edition.list_folder)
        protected = [table for table in tables if table.protects != "nothing"]
        model.load(connection, protected)
        partners.state_all(connection, tables)
        model.check(connection)
        ledger.load(connection, edition.earlier, synthetic=edition.is_synthetic)
        ledger.find_changed(connection, rules.persons)
        told = _decide(connection, protected, rules)
        partners.write(connection, path, tables)
        told["audit"] = audit.run(connection, path, protected, rules)
    except DisclosureError as error:
        path.unlink(missing_ok=True)
        return {"published": False, "why": str(error)}
    ledger.write(connection, folder / LEDGER_ENTRY, synthetic=edition.is_synthetic)
    return {"published": True, "tables": _report(connection)} | told


def enter_ledger(warehouse: Path, inputs: str, build_folder: Path) -> None:
    """Says in the ledger what this build shows to partners, before it is served."""
    entry = build_folder / LEDGER_ENTRY
    if (build_folder / partners.FILE).exists() and entry.exists():
        ledger.append(warehouse, inputs, entry)


def _decide(
    connection: duckdb.DuckDBPyConnection, tables: list[listing.Table], rules: Rules
) -> dict:
    """Fills the temporary table decided (cell, status, reason)."""
    groups, components = model.components(connection, tables, rules)
    shown = ~groups.sensitive
    owners: dict[int, list[int]] = {}
    for number, component in enumerate(components):
        for group in component.groups[np.unique(component.system.own.indices)].tolist():
            owners.setdefault(group, []).append(number)
    given_away: dict[int, int] = {}
    programmes = 0
    waiting = dict.fromkeys(range(len(components)))
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        component = components[number]
        held = component.groups
        outcome = suppress(
            component.system, rules, shown[held], groups.of_persons[held], groups.cost[held]
        )
        given_away[number] = outcome.given_away
        programmes += outcome.programmes
        fresh = held[shown[held] & ~outcome.shown]
        shown[fresh] = False
        # a cell withheld here must be kept secret in whatever else it speaks of
        for group in fresh.tolist():
            waiting |= dict.fromkeys(other for other in owners[group] if other != number)
    told = pd.DataFrame(
        {
            "cell": np.arange(1, len(groups.of_cell) + 1),
            "is_shown": shown[groups.of_cell],
            "is_few": groups.sensitive[groups.of_cell],
        }
    )
    connection.register("told", told)
    connection.execute(
        "CREATE TEMP TABLE decided AS SELECT CAST(cell AS INTEGER) AS cell,"
        " CASE WHEN is_shown THEN 'shown' ELSE 'withheld' END AS status,"
        " CASE WHEN is_shown THEN NULL WHEN is_few THEN 'few' ELSE 'secondary' END AS reason"
        " FROM told ORDER BY cell"
    )
    connection.unregister("told")
    return {"given_away_sums": sum(given_away.values()), "programmes": programmes}


def _report(connection: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """What was withheld, table by table."""
    rows = connection.execute(
        "SELECT cells.table_name, count(*) AS cells,"
        " count(*) FILTER (WHERE reason = 'few') AS withheld_few,"
        " count(*) FILTER (WHERE reason = 'secondary') AS withheld_secondary,"
        " round(count(*) FILTER (WHERE status = 'withheld') / count(*), 4) AS share_of_cells,"
        " round(CAST(coalesce(sum(CAST(mass AS DECIMAL(28, 4)))"
        "   FILTER (WHERE status = 'withheld'), 0) AS DOUBLE)"
        "   / greatest(CAST(sum(CAST(mass AS DECIMAL(28, 4))) AS DOUBLE), 1e-9), 4)"
        "   AS share_of_value,"
        " count(*) FILTER (WHERE status = 'withheld' AND was_shown) AS withheld_after_shown"
        " FROM cells INNER JOIN decided ON cells.cell = decided.cell"
        " INNER JOIN (SELECT cells.cell, bool_or(earlier.entry IS NOT NULL) AS was_shown"
        "   FROM cells LEFT JOIN earlier USING (protects, period, territory_level,"
        "   territory_code, scope_code, breakdown, measure) GROUP BY cells.cell) AS known"
        "   ON cells.cell = known.cell"
        " GROUP BY cells.table_name ORDER BY cells.table_name"
    ).df()
    return {row.pop("table_name"): row for row in rows.to_dict(orient="records")}
