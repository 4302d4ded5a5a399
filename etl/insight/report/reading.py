"""One database of a build, asked with the settings' own terms."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl import layers
from etl.build import warehouse
from etl.insight import target_states

FRANCE = {"within_level": "country", "within_code": "FR"}


@dataclass(frozen=True)
class Reading:
    """A build that is open. terms: k, days, kind, from, to by the settings (progress.terms)."""

    connection: duckdb.DuckDBPyConnection
    build_id: str
    as_of: dt.date
    is_synthetic: bool
    settings: dict[str, Any]
    terms: dict[str, Any]

    def table(self, near: str, name: str, **asked: Any) -> pd.DataFrame:
        """Runs ``name``.sql beside the Python file ``near``; it takes the parameters it names."""
        return self._run(Path(near).with_name(f"{name}.sql"), asked)

    def metric(self, name: str, **asked: Any) -> pd.DataFrame:
        """Runs a metric over the whole country."""
        return self._run(layers.FOLDERS["metrics"] / f"{name}.sql", {**FRANCE, **asked})

    def _run(self, path: Path, asked: dict[str, Any]) -> pd.DataFrame:
        file = layers.read_sql(path)
        values = {**self.terms, **asked}
        chosen = {name: values[name] for name in file.parameters}
        return self.connection.execute(file.body, chosen or None).df()


@contextmanager
def opened(database: Path) -> Iterator[Reading]:
    """The database of a build, read-only, with no way to anything outside it."""
    connection = warehouse.open_build(database.parent, database.name)
    try:
        about = connection.execute("FROM quality.build").df().iloc[0]
        settings = json.loads(about["settings"])
        as_of = pd.Timestamp(about["as_of"]).date()
        yield Reading(
            connection=connection,
            build_id=str(about["build_id"]),
            as_of=as_of,
            is_synthetic=bool(about["is_synthetic"]),
            settings=settings,
            terms=target_states.terms(as_of, settings),
        )
    finally:
        connection.close()


def years_back(month: dt.date, years: int = 1) -> dt.date:
    """The same first of a month, years earlier."""
    return month.replace(year=month.year - years)
