"""What changed from one build to the next: places that crossed k, providers, requests, files.

Both builds are attached read-only to a database in memory, as `previous` and `served`.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from etl import layers
from etl.build import warehouse

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
    departures: pd.DataFrame


class NotComparable(Exception):
    """The two builds cannot be set side by side; `reason` is 'sample' or 'unreadable'."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Comparison:
    """Two builds side by side, kept open; readers on any thread may ask what changed."""

    def __init__(self, previous: Path, served: Path) -> None:
        """Raises NotComparable when one is sample data and the other is not, or when the previous
        one was removed meanwhile, was made by a version with other tables, or takes too long."""
        self._connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
        try:
            with self._cursor() as cursor:
                for name, folder in (("previous", previous), ("served", served)):
                    path = str(folder / warehouse.DATABASE).replace("'", "''")
                    cursor.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
                cursor.execute("SET enable_external_access = false")
                self.previous_id, self.previous_as_of, was_sample = _about(cursor, "previous")
                if was_sample != _about(cursor, "served")[2]:
                    raise NotComparable("sample")
                for name in _READ_ONCE:
                    cursor.execute(f"CREATE TABLE {name} AS {_sql(name).body}")
        except BaseException:
            self.close()
            raise

    def changes(self, *, k: int, scopes: Sequence[str], areas: Sequence[str] = ()) -> Changes:
        """What changed for domain scopes and one k, in areas ('region-53') or, without any, in all
        of France; files (loads, departures) are of no area. Raises NotComparable as the class does.
        """
        with self._cursor() as cursor:
            asked = {"k": k, "scopes": list(scopes), "areas": list(areas)}
            tables = (_table(cursor, f"changed_{name}", asked) for name in _TABLES)
            return Changes(self.previous_id, self.previous_as_of, *tables)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with warehouse.brief_cursor(self._connection, TIMEOUT_S) as cursor:
                yield cursor
        except duckdb.Error as error:
            raise NotComparable("unreadable") from error


def compare(
    previous: Path, served: Path, *, k: int, scopes: Sequence[str], areas: Sequence[str] = ()
) -> Changes:
    """Compares two folders of builds once, as Comparison.changes does. Raises NotComparable."""
    with closing(Comparison(previous, served)) as builds:
        return builds.changes(k=k, scopes=scopes, areas=areas)


_READ_ONCE = ("moved_cells", "moved_providers", "scope_loads")  # for every scope and k
_TABLES = ("totals", "places", "providers", "loads", "departures")


def _about(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, date, bool]:
    row = connection.execute(
        f"SELECT build_id, as_of, is_synthetic FROM {name}.quality.build"
    ).fetchone()
    if row is None:
        raise NotComparable("unreadable")
    return row[0], row[1], bool(row[2])


def _sql(name: str) -> layers.SqlFile:
    return layers.read_sql(Path(__file__).with_name(f"{name}.sql"))


def _table(connection: duckdb.DuckDBPyConnection, name: str, asked: dict) -> pd.DataFrame:
    file = _sql(name)
    return connection.execute(file.body, {key: asked[key] for key in file.parameters}).df()
