"""What changed from one build to the next: places that crossed k, providers, requests, files.

Both builds are attached read-only to a database in memory, as `previous` and `served`.
"""

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from etl import layers, warehouse

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Changes:
    """Small tables, one row each as its SQL file's header says; `places` may have thousands."""

    previous_id: str
    previous_as_of: date
    totals: pd.DataFrame
    places: pd.DataFrame
    providers: pd.DataFrame
    loads: pd.DataFrame


class NotComparable(Exception):
    """The two builds cannot be set side by side; `reason` is 'sample' or 'unreadable'."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def compare(previous: Path, served: Path, *, k: int, scope: str) -> Changes:
    """Compares two folders of builds for one domain scope and one k.

    Raises NotComparable when one is sample data and the other is not, or when the previous one was
    removed meanwhile, was made by a version with other tables, or takes longer than TIMEOUT_S.
    """
    connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
    timer = threading.Timer(TIMEOUT_S, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        for name, folder in (("previous", previous), ("served", served)):
            path = str(folder / warehouse.DATABASE).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        connection.execute("SET enable_external_access = false")
        build_id, as_of, was_sample = _about(connection, "previous")
        if was_sample != _about(connection, "served")[2]:
            raise NotComparable("sample")
        asked = {"k": k, "scope": scope}
        crossed = layers.read_sql(Path(__file__).with_name("crossed_cells.sql"))
        connection.execute(f"CREATE TABLE crossed_cells AS {crossed.body}", asked)
        return Changes(build_id, as_of, *(_table(connection, name, asked) for name in _TABLES))
    except duckdb.Error as error:
        raise NotComparable("unreadable") from error
    finally:
        timer.cancel()
        connection.close()


_TABLES = ("totals", "places", "providers", "loads")


def _about(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, date, bool]:
    row = connection.execute(
        f"SELECT build_id, as_of, is_synthetic FROM {name}.quality.build"
    ).fetchone()
    if row is None:
        raise NotComparable("unreadable")
    return row[0], row[1], bool(row[2])


def _table(connection: duckdb.DuckDBPyConnection, name: str, asked: dict) -> pd.DataFrame:
    file = layers.read_sql(Path(__file__).with_name(f"{name}.sql"))
    return connection.execute(file.body, {key: asked[key] for key in file.parameters}).df()
