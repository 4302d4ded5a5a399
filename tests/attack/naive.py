"""A publisher who knows only the first rule: cells of fewer than three firms are withheld, or of
which one holds more than 85 %. An attack that finds nothing in what it publishes is none."""

from math import floor
from pathlib import Path

import duckdb
import pandas as pd

from tests.attack.model import Model
from tests.attack.reading import TABLES
from tests.attack.truth import Cell, Key, State

COLUMNS = (
    "period VARCHAR, territory_level VARCHAR, territory_code VARCHAR, scope_code VARCHAR,"
    " breakdown VARCHAR, measure VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE,"
    " contributors INTEGER, status VARCHAR, edition VARCHAR"
)
FIRMS, LARGEST = 3, 0.85


def figure(model: Model, key: Key, cell: Cell) -> float:
    """What a cell says of the truth, rounded as it is published."""
    top = sum(weight * model.unknowns[number].value for number, weight in cell.top.items())
    if not cell.is_ratio:
        return top
    bottom = sum(weight * model.unknowns[number].value for number, weight in cell.bottom.items())
    unit = 1.0 if key[1] == "eur_per_job" else 100.0
    return floor(top / bottom * unit + 0.5) / unit if bottom else 0.0


def differing(founders: Path) -> list[str]:
    """Where a founders' own file says otherwise than what the attack adds up, or has another cell:
    then who stands where is misread."""
    model = Model()
    state = State(model, founders)
    stated = {}
    with duckdb.connect(str(founders), read_only=True) as connection:
        for table in TABLES:
            rows = connection.execute(
                "SELECT measure, period, territory_level, territory_code, value"
                f" FROM published.{table} WHERE territory_level IN ('country', 'region')"
            ).fetchall()
            stated |= {(table, *row[:4]): row[4] for row in rows}
    measures = {key[:2] for key in stated}
    found = {
        key: figure(model, key, cell)
        for key, cell in state.cells.items()
        if key[:2] in measures and cell.owners
    }
    return [
        f"{key}: {stated.get(key)} stated, {found.get(key)} found"
        for key in sorted({*stated, *found})
        if key not in stated
        or key not in found
        or abs(stated[key] - found[key]) > 1e-6 * (1 + abs(found[key]))
    ]


def is_primary(model: Model, cell: Cell) -> bool:
    """Fewer than three firms, or one that holds too much of the sum (of a ratio: of either)."""
    if len(cell.owners) < FIRMS:
        return True
    for part in (cell.top, cell.bottom):
        of: dict[str, float] = {}
        for number, weight in part.items():
            unknown = model.unknowns[number]
            of[unknown.owner] = of.get(unknown.owner, 0) + weight * unknown.value
        if of and max(of.values()) > LARGEST * sum(of.values()):
            return True
    return False


def rows_of(model: Model, state: State, edition: str, *, limits: bool = True) -> list[dict]:
    """The cells of an edition: all of them, those of the first rule withheld, if there is one."""
    rows = []
    for key, cell in sorted(state.cells.items()):
        told = not (limits and is_primary(model, cell))
        rows.append(
            dict(zip(("table", "measure", "period", "territory_level", "territory_code"), key,
                     strict=True))
            | {
                "value": figure(model, key, cell) if told else None, "low": None, "high": None,
                "status": "shown" if told else "withheld", "edition": edition,
                "contributors": len(cell.owners) if told else None,
            }
        )  # fmt: skip
    return rows


def write(path: Path, edition: str, rows: list[dict], hires: tuple[tuple, ...] = ()) -> Path:
    """A partners.duckdb of these rows and nothing else, but for numbers of all hires: period,
    territory level and code, value."""
    with duckdb.connect(str(path)) as connection:
        connection.begin()
        connection.execute(
            "CREATE SCHEMA published; CREATE TABLE published.edition (edition VARCHAR)"
        )
        connection.execute("INSERT INTO published.edition VALUES ($e)", {"e": edition})
        connection.execute(
            "CREATE TABLE published.hires AS SELECT ''::VARCHAR AS period,"
            " ''::VARCHAR AS territory_level, ''::VARCHAR AS territory_code,"
            " 0::BIGINT AS value, 'rounded' AS status, 'all' AS scope_code, 'all' AS breakdown"
            " LIMIT 0"
        )
        connection.execute(
            "CREATE SCHEMA IF NOT EXISTS reference; CREATE TABLE reference.domain_scopes AS"
            " SELECT 'all' AS scope_code, 'gardening' AS domain_code"
        )
        for period, level, code, value in hires:
            connection.execute(
                "INSERT INTO published.hires VALUES ($p, $l, $c, $v, 'rounded', 'all', 'all')",
                {"p": period, "l": level, "c": code, "v": value},
            )
        for table in TABLES:
            connection.execute(f"CREATE TABLE published.{table} ({COLUMNS})")
            mine = pd.DataFrame([row for row in rows if row["table"] == table])
            if mine.empty:
                continue
            mine = mine.drop(columns="table").assign(scope_code="all", breakdown="all")
            connection.register("mine", mine)
            connection.execute(f"INSERT INTO published.{table} BY NAME SELECT * FROM mine")
            connection.unregister("mine")
        connection.commit()
    return path


def publish(founders: Path, path: Path, edition: str) -> Path:
    """What the naive publisher makes of a founders' build."""
    model = Model()
    return write(path, edition, rows_of(model, State(model, founders), edition))
