"""An edition for partners: what each division tells, beside what earlier editions told of it."""

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd

from etl.disclosure import bands, flows, orderings, partition, related
from etl.disclosure.partition import UNPLACED, Division, Group, Told
from etl.disclosure.published_tables import Relation, Table
from etl.disclosure.rules import Rules, rounded

OTHERS = "other_regions"


def divide(
    rules: Rules,
    tables: list[Table],
    rows: pd.DataFrame,
    before: list[Division],
    untouched: set[tuple[str, str]],
    label: str,
    undeclared: list[Relation],
) -> list[Division]:
    """What this edition tells: each measure and year of each table. before: what the last one told;
    untouched: measures and years that a ledger of old tells of, which stay as they were;
    undeclared: relations beside those that the tables declare."""
    relations = [*(one for table in tables for one in table.relations), *undeclared]
    known = {(one.measure, one.period): one for one in before if one.groups}
    banded = {(one.measure, one.period): one.band for one in before}
    found = []
    for table in tables:
        mine = rows[rows["table_name"] == table.name]
        today = {
            (str(measure), str(period)): own
            for (measure, period), own in mine.groupby(["measure", "period"])
        }
        measures = {measure for measure, _ in today}
        earlier = {key for key in banded if key[0] in measures}
        for measure, period in sorted({*today, *earlier} - untouched):
            own = today.get((measure, period), mine.iloc[:0])
            told = known.get((measure, period))
            found.append(
                partition.revised(rules, told, own, label, _bands_told(rules, told))
                if told
                else partition.divided(
                    rules, table, measure, period, own, label, banded.get((measure, period))
                )
            )
    quiet = partition.Quiet()
    while any([
        related.protect(rules, relations, found, known, label),
        orderings.protect(rules, tables, found, label, quiet),
        flows.protect(rules, tables, found, known, label, quiet),
    ]):  # fmt: skip
        pass
    return found


def _bands_told(rules: Rules, division: Division) -> Callable[[pd.DataFrame], bool] | None:
    """Where regions taken together were told by bands, whether these still hold for fewer of them:
    with another sum they would tell more."""
    told = bands.of_regions(rules, division)
    return (lambda rows: bands.hold(rules, division, rows, told)) if told else None


def cells(rules: Rules, divisions: list[Division], rows: pd.DataFrame, label: str) -> pd.DataFrame:
    """All cells of the tables of firms, told or withheld: as partners.TOLD, with table_name. rows:
    today's contributions, whose regions have a cell."""
    told = {(one.measure, one.period): one for one in divisions}
    found = [cell for one in divisions for cell in _cells(rules, one, rows, told, label)]
    return pd.DataFrame(
        found,
        columns=[
            "table_name", "period", "territory_level", "territory_code", "scope_code", "breakdown",
            "measure", "value", "low", "high", "contributors", "status", "edition",
        ],
    )  # fmt: skip


def _cells(rules: Rules, one: Division, rows: pd.DataFrame, told: Told, label: str) -> list[tuple]:
    def cell(
        level: str, code: str, group: Group | None, low: float = np.nan, high: float = np.nan,
        since: str = label,
    ) -> tuple:  # fmt: skip
        head = (one.table.name, one.period, level, code, "all", "all", one.measure)
        if group is None:
            return (*head, np.nan, low, high, None, "withheld", since)
        status = "revised" if group.is_moved(label) else "shown"
        number = int(group.rows["contributor"].nunique())
        unit = one.table.unit(one.measure)
        figure = _figure(group.rows, one.table, unit)
        if unit and not figure and group.rows["value"].any():
            return (*head, np.nan, 0.0, unit, None, "withheld", group.edition)
        return (*head, figure, np.nan, np.nan, number, status, group.edition)

    whole = None
    if one.groups:
        first, last = min(g.first for g in one.groups), max(g.edition for g in one.groups)
        whole = Group(("FR",), one.rows, first, last)
    today = rows[
        (rows["table_name"] == one.table.name) & (rows["measure"] == one.measure)
        & (rows["period"] == one.period)
    ]  # fmt: skip
    if not (whole or one.band or one.is_related) and _may_be_banded(rules, one, today, rows, told):
        one.band = Group(("FR",), today, label, label, frozenset({"FR"}))
    ends: tuple = ()
    if one.band and not whole:
        band = bands.of_country(rules, one, one.band.rows, is_told=True)
        ends = (*(band or (np.nan, np.nan)), one.band.edition)
    found = [cell("country", "FR", whole, *ends)]
    if one.measure in one.table.names("country_only"):
        return found
    codes = {*today["region_code"], *(one.rows["region_code"] if one.groups else ())} - {UNPLACED}
    alone = {group.regions[0]: group for group in one.groups if group.is_alone}
    banded = bands.of_regions(rules, one)
    if one.others:
        one.others.banded = frozenset(banded)
    found += [
        cell("region", code, alone.get(code), *banded.get(code, (np.nan, np.nan)))
        for code in sorted(codes)
    ]
    if one.others and set(one.others.regions) - {UNPLACED}:
        found.append(cell(OTHERS, "FR", one.others))
    return found


def _may_be_banded(
    rules: Rules, one: Division, today: pd.DataFrame, rows: pd.DataFrame, told: Told
) -> bool:
    """Whether the country may be told as a band, where each firm is uncertain enough in it: what
    lies in it could still have moved any firm's stock by the share of the rule, and be that much
    less where it is the stock of some firms again. Else stocks would tell of a firm whose flow is
    not known, or of those beside whom it stands."""
    if not (band := bands.of_country(rules, one, today)):
        return False
    years = [str(int(one.period) + lag) for lag in (-1, 0, 1)]
    again = [high.measure for low, high in one.table.pairs("same") if low == one.measure]
    stocks = [*one.table.names("moves"), *again]
    is_stock = rows["measure"].isin(stocks) & rows["period"].isin(years)
    need = rules.interval_share * rows.loc[is_stock, "value"].max() if is_stock.any() else 0.0
    value = today["value"].sum()
    if band[1] - value < need or (again and value - band[0] < need):
        return False
    return not band[0] or flows.leave_room(rules, one, rows, told, band[0])


def _figure(rows: pd.DataFrame, table: Table, unit: float | None) -> float:
    """A sum, or a ratio of sums, rounded once: twice would take it to where it is not."""
    value, decimals = float(rows["value"].sum()), 4
    if table.decimals is not None and rows["base"].notna().any():
        base, decimals = float(rows["base"].sum()), table.decimals
        value = value / base if base else np.nan
    return rounded(value, unit) if unit else round(value, decimals)


def entry(
    connection: duckdb.DuckDBPyConnection, divisions: list[Division], *, synthetic: bool
) -> None:
    """Fills the temporary table `entry`: a row for each group, for the ledger."""
    found = []
    for one in divisions:
        for group in one.groups or ([one.band] if one.band else []):
            rows = group.rows
            is_region = group.is_alone and group.regions != ("FR",)
            level = "region" if is_region else "country" if group.is_alone else OTHERS
            found.append({
                "is_synthetic": synthetic, "protects": "firms", "period": one.period,
                "territory_level": level,
                "territory_code": group.regions[0] if is_region else "FR",
                "scope_code": "all", "breakdown": "all", "measure": one.measure,
                "value": float(rows["value"].sum()),
                "contributors": int(rows["contributor"].nunique()),
                "members": (rows["contributor"] + "|" + rows["part"]).tolist(),
                "figures": rows["value"].tolist(), "table_name": one.table.name,
                "first": group.first, "edition": group.edition,
                "group_regions": list(group.regions), "regions": rows["region_code"].tolist(),
                "bases": rows["base"].astype(object).where(rows["base"].notna(), None).tolist(),
                "knowers": _lists(rows["knowers"]),
                "base_knowers": _lists(rows["base_knowers"]),
                "banded": sorted(group.banded or ()),
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
    " knowers VARCHAR[][], base_knowers VARCHAR[][], banded VARCHAR[]"
)


def _lists(column: pd.Series) -> list[list[str] | None]:
    return [list(one) if isinstance(one, (list, np.ndarray)) else None for one in column]
