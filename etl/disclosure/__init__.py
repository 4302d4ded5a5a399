"""What partner agencies may see: a written list, rules, a ledger, an audit; makes partners.duckdb.

    published/*.sql -> cells -> primary rules -> secondary -> partners.duckdb -> audit
                                           ^------ what it found -------'

A reader is taken to know who belongs to which cell (the register is public), and every publication
before this one.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.disclosure import audit, ledger, model, partners, published_tables
from etl.disclosure.decide import Decision
from etl.disclosure.published_tables import DisclosureError, NotProtected
from etl.disclosure.rules import Rules
from etl.settings import Settings

__all__ = [
    "LEDGER_ENTRY",
    "DisclosureError",
    "Edition",
    "enter_ledger",
    "make",
]
ROUNDS = 12  # of suppression and audit, before all is withheld
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
        tables = published_tables.tables(edition.list_folder)
        protected = [table for table in tables if table.protects != "nothing"]
        model.load(connection, protected)
        partners.state_all(connection, tables)
        model.check(connection)
        ledger.load(connection, edition.earlier, synthetic=edition.is_synthetic)
        ledger.find_changed(connection, rules.persons)
        model.run(connection, "gone.sql")
        decision = Decision(connection, protected, rules)
        check = audit.Audit(connection, protected, rules)
        told = _until_clean(connection, path, tables, decision, check)
    except DisclosureError as error:
        path.unlink(missing_ok=True)
        return {"published": False} | error.told()
    ledger.write(connection, folder / LEDGER_ENTRY, synthetic=edition.is_synthetic)
    return {"published": True, "tables": _report(connection)} | told


def _until_clean(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    tables: list[published_tables.Table],
    decision: Decision,
    check: audit.Audit,
) -> dict:
    """Suppression and audit in turn: what the audit still works out, further cells are withheld
    for. It ends: each round withholds at least one cell more, after ROUNDS all of them, and then
    a reader holds nothing but what earlier publications told."""
    for number in range(1, ROUNDS + 2):
        decision.settle()
        decision.tell(connection)
        path.unlink(missing_ok=True)
        partners.write(connection, path, tables)
        found = check.run(connection, path)
        if not found.broken and not len(found.too_large):
            return decision.told() | {
                "rounds": number,
                "audit": {
                    "checked": found.checked,
                    "given_away_earlier": found.given_away_earlier,
                },
            }
        if number < ROUNDS:
            decision.coarsen(decision.groups_of(found.too_large))
            decision.withhold(found.broken.values(), one_each=number <= ROUNDS // 2)
        else:
            decision.withhold_all()
    raise NotProtected(f"{len(found.broken)}: {next(iter(found.broken), '')}")


def enter_ledger(warehouse: Path, inputs: str, build_folder: Path) -> None:
    """Says in the ledger what this build shows to partners, before it is served."""
    entry = build_folder / LEDGER_ENTRY
    if (build_folder / partners.FILE).exists() and entry.exists():
        ledger.append(warehouse, inputs, entry)


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
