"""An edition for partners: what each division tells, beside what earlier editions told of it."""

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure import bands, orderings, partition, related
from etl.disclosure.partition import UNPLACED, Division, Group
from etl.disclosure.published_tables import Table
from etl.disclosure.rules import Rules

OTHERS = "other_regions"


def divide(
    rules: Rules,
    tables: list[Table],
    rows: pd.DataFrame,
    before: list[Division],
    untouched: set[tuple[str, str]],
    label: str,
) -> list[Division]:
    """What this edition tells: each fate of each table and year. before: what the last one told;
    untouched: measures and years that a ledger of old tells of, which stay as they were."""
    known = {(measure, one.period): one for one in before for measure in one.measures}
    found = []
    for table in tables:
        mine = rows[rows["table_name"] == table.name]
        fates = _fates(table, sorted(mine["measure"].unique()))
        periods = {*mine["period"], *(p for (m, p) in known if any(m in f for f in fates))}
        for period in sorted(periods):
            of_year = mine[mine["period"] == period]
            for measures in fates:
                if any((measure, period) in untouched for measure in measures):
                    continue
                own = of_year[of_year["measure"].isin(measures)]
                told = known.get((measures[0], period))
                found.append(
                    partition.revised(rules, told, own, label, keeps_others=_has_bands(rules, told))
                    if told and told.groups
                    else partition.divided(rules, table, measures, period, own, label)
                )
    while any([
        related.protect(rules, tables, found, known, label),
        orderings.protect(rules, tables, found, known, label),
    ]):  # fmt: skip
        pass
    return found


def _has_bands(rules: Rules, division: Division) -> bool:
    """Whether regions taken together were told by bands: with another sum these would tell more."""
    unit = _unit(division.table, is_ratio=bool(division.rows["base"].notna().any()))
    return any(bands.of_regions(rules, division, one, unit) for one in division.measures)


def _unit(table: Table, *, is_ratio: bool) -> float:
    """Of the grid of bands."""
    if is_ratio and table.decimals:
        return 10.0**-table.decimals
    return float(table.header.get("grid", 1))


def _fates(table: Table, measures: list[str]) -> list[list[str]]:
    together = table.together
    alone = [[one] for one in measures if not any(one in group for group in together)]
    return [group for group in together if set(group) & set(measures)] + alone


def cells(rules: Rules, divisions: list[Division], rows: pd.DataFrame, label: str) -> pd.DataFrame:
    """All cells of the tables of firms, told or withheld: as partners.TOLD, with table_name. rows:
    today's contributions, whose regions have a cell."""
    found = [
        cell
        for one in divisions
        for measure in one.measures
        for cell in _cells(rules, one, measure, rows, label)
    ]
    return pd.DataFrame(
        found,
        columns=[
            "table_name", "period", "territory_level", "territory_code", "scope_code", "breakdown",
            "measure", "value", "low", "high", "contributors", "status", "edition",
        ],
    )  # fmt: skip


def _cells(
    rules: Rules, one: Division, measure: str, rows: pd.DataFrame, label: str
) -> list[tuple]:
    def cell(level: str, code: str, group: Group | None, low: float = np.nan, high: float = np.nan):
        head = (one.table.name, one.period, level, code, "all", "all", measure)
        if group is None:
            return (*head, np.nan, low, high, None, "withheld", label)
        mine = group.rows
        if len(one.measures) > 1:
            mine = mine[mine["measure"] == measure]
        status = "revised" if group.edition != group.first and group.edition == label else "shown"
        number = int(mine["contributor"].nunique())
        return (*head, _figure(mine, one.table), np.nan, np.nan, number, status, group.edition)

    whole = None
    if one.groups:
        first, last = min(g.first for g in one.groups), max(g.edition for g in one.groups)
        whole = Group(("FR",), one.rows, first, last)
    today = rows[
        (rows["table_name"] == one.table.name) & (rows["measure"] == measure)
        & (rows["period"] == one.period)
    ]  # fmt: skip
    unit = _unit(one.table, is_ratio=bool(today["base"].notna().any()))
    band = None if whole or one.is_related else bands.of_country(rules, today, unit)
    found = [cell("country", "FR", whole, *(band or (np.nan, np.nan)))]
    if measure in one.table.names("country_only"):
        return found
    codes = {*today["region_code"], *(one.rows["region_code"] if one.groups else ())} - {UNPLACED}
    alone = {group.regions[0]: group for group in one.groups if group.is_alone}
    banded = bands.of_regions(rules, one, measure, unit)
    found += [
        cell("region", code, alone.get(code), *banded.get(code, (np.nan, np.nan)))
        for code in sorted(codes)
    ]
    if one.others and set(one.others.regions) - {UNPLACED}:
        found.append(cell(OTHERS, "FR", one.others))
    return found


def _figure(rows: pd.DataFrame, table: Table) -> float:
    """A sum, or a ratio of sums."""
    if table.decimals is None or rows["base"].isna().all():
        return round(float(rows["value"].sum()), 4)
    base = rows["base"].sum()
    return round(float(rows["value"].sum() / base), table.decimals) if base else np.nan


def entry(
    connection: duckdb.DuckDBPyConnection, divisions: list[Division], *, synthetic: bool
) -> None:
    """Fills the temporary table `entry`: a row for each group and measure, for the ledger."""
    found = []
    for one in divisions:
        for group in one.groups:
            for measure in one.measures:
                rows = one.of(measure, [group])
                level = "region" if group.is_alone and group.regions != ("FR",) else (
                    "country" if group.regions == ("FR",) else OTHERS)  # fmt: skip
                found.append({
                    "is_synthetic": synthetic, "protects": "firms", "period": one.period,
                    "territory_level": level,
                    "territory_code": group.regions[0] if level == "region" else "FR",
                    "scope_code": "all", "breakdown": "all", "measure": measure,
                    "value": float(rows["value"].sum()),
                    "contributors": int(rows["contributor"].nunique()),
                    "members": (rows["contributor"] + "|" + rows["part"]).tolist(),
                    "figures": rows["value"].tolist(), "table_name": one.table.name,
                    "first": group.first, "edition": group.edition,
                    "group_regions": list(group.regions), "regions": rows["region_code"].tolist(),
                    "bases": rows["base"].astype(object).where(rows["base"].notna(), None).tolist(),
                    "knowers": _lists(rows["knowers"]),
                    "base_knowers": _lists(rows["base_knowers"]),
                })  # fmt: skip
    connection.execute(f"CREATE OR REPLACE TEMP TABLE entry ({ENTRY})")
    if found:
        frame = pd.DataFrame(found)
        connection.register("found", frame)
        connection.execute("INSERT INTO entry BY NAME SELECT * FROM found")
        connection.unregister("found")


ENTRY = (
    "is_synthetic BOOLEAN, protects VARCHAR, period VARCHAR, territory_level VARCHAR,"
    " territory_code VARCHAR, scope_code VARCHAR, breakdown VARCHAR, measure VARCHAR,"
    " value DOUBLE, contributors INTEGER, members VARCHAR[], figures DOUBLE[], table_name VARCHAR,"
    ' "first" VARCHAR, edition VARCHAR, group_regions VARCHAR[], regions VARCHAR[], bases DOUBLE[],'
    " knowers VARCHAR[][], base_knowers VARCHAR[][]"
)


def _lists(column: pd.Series) -> list[list[str] | None]:
    return [list(one) if isinstance(one, (list, np.ndarray)) else None for one in column]
