"""The digest: what changed since the previous build, fit to be mailed from cron.

It reads the builds and nothing else, not even the clock: the same builds give the same text. It
holds sums over places, domains and files, and no provider's name.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl import layers, paths
from etl.build import warehouse
from etl.insight import changes, target_states
from etl.insight.digest import report
from etl.insight.digest.render import html_document, markdown
from etl.words.words import Words

FORMATS = {"md": markdown, "html": html_document}


@dataclass(frozen=True)
class Compared:
    """What the previous build adds: cells that crossed k, providers, new deserts."""

    found: changes.Changes
    deserts: pd.DataFrame


def digest(folder: Path, *, language: str, form: str) -> str:
    """The digest of the served build of a warehouse in 'fr' or 'en', as 'md' or 'html'.

    Raises warehouse.WarehouseError when no build is served, or one made by a version without
    targets.
    """
    build_id = warehouse.served_build(folder)
    if build_id is None:
        raise warehouse.WarehouseError("nothing_served")
    served = warehouse.build_folder(folder, build_id)
    previous_id = warehouse.compared_build(folder, build_id)
    previous = warehouse.build_folder(folder, previous_id) if previous_id else None
    with _opened(served, None) as connection:
        try:
            read = _read(connection)
        except duckdb.CatalogException as error:
            raise warehouse.WarehouseError("other_version", build=build_id) from error
    compared = compare(previous, served, read.terms)
    known = _known_files(previous) if isinstance(compared, Compared) and previous else set()
    files = read.files[~read.files["content_hash"].isin(known)]
    document = report.document(
        Words(language), read=read, files=files,
        found=compared.found if isinstance(compared, Compared) else compared,
        deserts=compared.deserts if isinstance(compared, Compared) else pd.DataFrame(),
    )  # fmt: skip
    return FORMATS[form](document)


def _read(connection: duckdb.DuckDBPyConnection) -> report.Served:
    """What the served build alone tells."""
    about = connection.execute("FROM quality.build").df().iloc[0]
    settings = json.loads(about["settings"])
    as_of = pd.Timestamp(about["as_of"]).date()
    terms = target_states.terms(as_of, settings)

    def ask(metric: str, asked: Mapping[str, Any]) -> pd.DataFrame:
        return _run(connection, layers.FOLDERS["metrics"] / f"{metric}.sql", asked)

    def domains_in_use(scope: str) -> list[str]:
        path = paths.ETL / "insight" / "domains_in_use.sql"
        return _run(connection, path, {"scope": scope})["domain_code"].tolist()

    targets = target_states.measured(
        _run(connection, paths.ETL / "insight" / "targets.sql", {}),
        ask,
        domains_in_use,
        terms,
        as_of,
    )
    return report.Served(
        build_id=str(about["build_id"]),
        as_of=as_of,
        is_synthetic=bool(about["is_synthetic"]),
        freshness_days=int(settings["freshness_days"]),
        terms=terms,
        targets=targets,
        files=_table(connection, "known_files"),
        names=_table(connection, "names"),
    )


def compare(previous: Path | None, served: Path, terms: Mapping[str, Any]) -> Compared | str:
    """What changed between two folders of builds by the settings (progress.terms), or why it cannot
    be told: 'first', 'sample' or 'unreadable'."""
    if previous is None:
        return "first"
    try:
        found = changes.compare(previous, served, k=terms["k"], scope="all")
        with _opened(served, previous) as connection:
            return Compared(found, _table(connection, "new_deserts", terms))
    except changes.NotComparable as error:
        return error.reason
    except duckdb.Error:
        return "unreadable"


def _known_files(build: Path) -> set[str]:
    with _opened(build, None) as connection:
        return set(_table(connection, "known_files")["content_hash"])


@contextmanager
def _opened(served: Path, previous: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The served build as the database to ask, and the previous one beside it."""
    connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
    try:
        connection.execute("SET TimeZone = 'Europe/Paris'; SET enable_progress_bar = false")
        for name, folder in (("served", served), ("previous", previous)):
            if folder is not None:
                path = str(folder / warehouse.DATABASE).replace("'", "''")
                connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        connection.execute("USE served; SET enable_external_access = false")
        yield connection
    finally:
        connection.close()


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, asked: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    return _run(connection, Path(__file__).with_name(f"{name}.sql"), asked or {})


def _run(
    connection: duckdb.DuckDBPyConnection, path: Path, asked: Mapping[str, Any]
) -> pd.DataFrame:
    file = layers.read_sql(path)
    values = {name: asked[name] for name in file.parameters}
    return connection.execute(file.body, values or None).df()
