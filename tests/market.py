"""Makes a real build out of a few lines of text, for tests that compute figures by hand."""

from pathlib import Path

import duckdb
import pandas as pd

from etl import layers
from etl.build import make, warehouse

YEAR = {"from_": "2025-11-01", "to": "2026-10-01"}


def write_drops(raw: Path, drops: dict[str, str]) -> Path:
    """Writes `{"providers/2026-10-31.csv": text}` below `raw`."""
    for name, text in drops.items():
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return raw


def make_build(folder: Path, drops: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """Builds and publishes the drops; returns a connection to the build that is served."""
    raw = write_drops(folder / "raw", drops)
    result = make.build(raw, folder / "warehouse")
    assert result.is_published, result.checks_failed
    return warehouse.open_build((folder / "warehouse" / "current").resolve())


def metric(connection: duckdb.DuckDBPyConnection, name: str, **asked):
    """Rows of one metric as a DataFrame; what is not asked takes the reader's default."""
    file = layers.read_sql(layers.FOLDERS["metrics"] / f"{name}.sql")
    parameters = {
        "level": "country", "within_level": "country", "within_code": "FR", "scopes": [],
        "k": 3, "days": 14, "from": "2025-10-01", "to": "2026-09-01",
    } | {key.rstrip("_"): value for key, value in asked.items()}  # fmt: skip
    return (
        connection.cursor()
        .execute(file.body, {name: parameters[name] for name in file.parameters})
        .df()
    )


def figure(build: duckdb.DuckDBPyConnection, name: str, **asked) -> pd.Series:
    """The figure of a metric for the whole country and all domains."""
    rows = metric(build, name, scopes=["all"], **{**YEAR, **asked})
    assert len(rows) == 1
    return rows.iloc[0]


def counted(build: duckdb.DuckDBPyConnection, name: str, **asked) -> tuple[float, float, int, int]:
    """numerator, denominator, left_out, undated."""
    row = figure(build, name, **asked)
    return row.numerator, row.denominator, row.left_out, row.undated
