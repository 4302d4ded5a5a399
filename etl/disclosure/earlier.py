"""What earlier editions told, read from the ledger."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure.contributions import KEYS
from etl.disclosure.partition import Division, Group
from etl.disclosure.published_tables import Table

# Of what versions before the editions told, one measure is made now: a ratio, or a sum.
RATIOS = {
    "permanent_share": ("permanent_employees", "declared_employees"),
    "qualified_share": ("qualified_employees", "declared_employees"),
    "member_share": ("member_employees", "declared_employees"),
}
SUMS = {"gained": ("created", "kept")}
PARTS = RATIOS | SUMS
# What they told of projects as of persons; firms have other measures than these and hires.
GRANTS = ("financed_eur", "agency_eur")


def divisions(
    connection: duckdb.DuckDBPyConnection, entry: Path, tables: list[Table], rows: pd.DataFrame
) -> tuple[list[Division], pd.DataFrame]:
    """The divisions of the edition of this entry, and today's rows, both with the column owner (a
    number for each contributor)."""
    sql = Path(__file__).with_suffix(".sql").read_text("utf-8")
    told = connection.execute(sql, {"file": str(entry)}).df().astype(dict.fromkeys(KEYS, object))
    owners, _ = pd.factorize(pd.concat([told["contributor"], rows["contributor"]]))
    told["owner"], rows = owners[: len(told)], rows.assign(owner=owners[len(told) :])
    found = []
    for table in tables:
        mine = told[told["table_name"] == table.name]
        for (period, measure), of_year in mine.groupby(["period", "measure"]):
            groups = [
                Group(tuple(str(regions).split("|")), own, *_since(own))
                for regions, own in of_year.groupby("grouped")
            ]
            band = next((one for one in groups if "FR" in (one.banded or ())), None)
            found.append(Division(table, str(measure), str(period), [] if band else groups, band))
    return found, rows


def _since(rows: pd.DataFrame) -> tuple[str, str, frozenset[str] | None]:
    first, edition, banded = rows[["first", "edition", "banded"]].iloc[0]
    return str(first), str(edition), frozenset(banded) if isinstance(banded, np.ndarray) else None


def of_old(
    connection: duckdb.DuckDBPyConnection,
    entries: list[Path],
    tables: list[Table],
    rows: pd.DataFrame,
    *,
    synthetic: bool,
) -> tuple[set[tuple[str, str]], pd.DataFrame]:
    """What versions before the editions told of firms: measures and years that stay as they were,
    and their cells as editions.cells."""
    if not entries:
        return set(), pd.DataFrame()
    told = connection.execute(
        "SELECT period, territory_level, territory_code, measure, value, contributors"
        " FROM read_parquet($files, union_by_name = TRUE, filename = TRUE)"
        " WHERE (protects = 'firms' OR list_contains($grants, measure))"
        " AND scope_code = 'all' AND breakdown = 'all'"
        " AND is_synthetic = $synthetic AND territory_level IN ('country', 'region')"
        f" AND {_is_old(connection, entries)}"
        " QUALIFY row_number() OVER (PARTITION BY period, territory_level, territory_code, measure"
        "   ORDER BY filename DESC) = 1",
        {"files": [str(file) for file in entries], "synthetic": synthetic, "grants": list(GRANTS)},
    ).df()
    known = {
        (row.measure, row.period, row.territory_level, row.territory_code): row
        for row in told.itertuples()
    }
    years = {(measure, str(period)[:4]) for measure, period, *_ in known}
    untouched, found = set(), []
    for table in tables:
        stated = rows.loc[rows["table_name"] == table.name, ["measure", "period"]]
        for measure, period in sorted(set(stated.itertuples(index=False, name=None))):
            if not any((part, period) in years for part in PARTS.get(measure, (measure,))):
                continue
            untouched.add((measure, period))
            of_year = rows[(rows["measure"] == measure) & (rows["period"] == period)]
            places = [("country", "FR")]
            if measure not in table.names("country_only"):
                places += [("region", code) for code in sorted(set(of_year["region_code"]) - {""})]
            for level, code in places:
                value, number = _value(known, table, measure, period, level, code)
                status = "withheld" if np.isnan(value) else "shown"
                found.append((table.name, period, level, code, "all", "all", measure, value,
                              np.nan, np.nan, number, status, ""))  # fmt: skip
    return untouched, pd.DataFrame(found)


def _is_old(connection: duckdb.DuckDBPyConnection, entries: list[Path]) -> str:
    described = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet($files, union_by_name = TRUE)",
        {"files": [str(file) for file in entries]},
    ).fetchall()
    return "edition IS NULL" if any(row[0] == "edition" for row in described) else "TRUE"


def _value(known: dict, table: Table, measure: str, *cell: str) -> tuple[float, int | None]:
    """What was told of a cell; NaN where it was withheld."""
    told = [known.get((name, *cell)) for name in PARTS.get(measure, (measure,))]
    rows = [row for row in told if row is not None]
    if len(rows) < len(told) or (measure in RATIOS and not rows[1].value):
        return np.nan, None
    values = [row.value for row in rows]
    value = round(values[0] / values[1], table.decimals or 0) if measure in RATIOS else sum(values)
    return value, int(rows[-1].contributors)
