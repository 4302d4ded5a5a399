"""Makes a real build out of a few lines of text, for tests that compute figures by hand."""

from pathlib import Path

import duckdb

from etl import build, layers, warehouse


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
    result = build.build(raw, folder / "warehouse")
    assert result.is_published, result.checks_failed
    return warehouse.open_build((folder / "warehouse" / "current").resolve())


def metric(connection: duckdb.DuckDBPyConnection, name: str, **asked):
    """Rows of one metric as a DataFrame; what is not asked takes the reader's default."""
    file = layers.read_sql(layers.ETL / "metrics" / f"{name}.sql")
    parameters = {
        "level": "country", "within_level": "country", "within_code": "FR", "scopes": [],
        "k": 3, "days": 14, "from": "2025-10-01", "to": "2026-09-01",
    } | {key.rstrip("_"): value for key, value in asked.items()}  # fmt: skip
    return (
        connection.cursor()
        .execute(file.body, {name: parameters[name] for name in file.parameters})
        .df()
    )
