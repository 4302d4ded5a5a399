"""The digest: what changed since the previous build, fit to be mailed from cron.

It reads the builds and nothing else, not even the clock: the same builds give the same text. It
holds sums over places, domains and files, and no provider's name. That for partners reads
partners.duckdb of the builds and nothing else.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl import layers, paths
from etl.build import warehouse
from etl.insight import changes, registry, target_states
from etl.insight.digest import partners, report
from etl.insight.digest.render import Document, html_document, markdown, plain_text
from etl.insight.part import Part
from etl.words.words import Words

FORMATS = {"md": markdown, "html": html_document, "txt": plain_text}
AUDIENCES = ("founders", "partners")


@dataclass(frozen=True)
class Compared:
    """What the previous build adds: cells that crossed k, providers, new deserts."""

    found: changes.Changes
    deserts: pd.DataFrame


def digest(
    folder: Path, *, language: str, form: str, audience: str = "founders", part: Part | None = None
) -> str:
    """The digest of the served build of a warehouse in 'fr' or 'en', in one of FORMATS. Raises as
    document does."""
    return FORMATS[form](document(folder, language, audience, part or Part()))


def document(folder: Path, language: str, audience: str, part: Part) -> Document:
    """What there is to say of a part of the market, for one of AUDIENCES.

    Raises warehouse.WarehouseError when no build is served, when it was made by a version without
    what is told, or, for partners, when it has no tables that they may see.
    """
    build_id = warehouse.served_build(folder)
    if build_id is None:
        raise warehouse.WarehouseError("nothing_served")
    served = warehouse.build_folder(folder, build_id)
    previous_id = warehouse.compared_build(folder, build_id)
    previous = warehouse.build_folder(folder, previous_id) if previous_id else None
    if audience == "partners" and not (served / warehouse.PARTNERS).exists():
        stated = warehouse.manifest(folder, build_id).get("partners") or {}
        raise warehouse.WarehouseError("no_report", build=build_id, partners=stated)
    make = partners.document if audience == "partners" else _for_founders
    try:
        return make(served, previous, Words(language), part)
    except duckdb.CatalogException as error:
        raise warehouse.WarehouseError("other_version", build=build_id) from error


def _for_founders(served: Path, previous: Path | None, words: Words, part: Part) -> Document:
    with _opened(served, None) as connection:
        read = _read(connection, part)
    compared = compare(previous, served, read.terms, part)
    is_compared = isinstance(compared, Compared) and previous is not None
    known = _known_files(previous) if is_compared and previous else set()
    return report.document(
        words, read=read, part=part,
        before=_figures_before(previous, part) if is_compared and previous else None,
        files=read.files[~read.files["content_hash"].isin(known)],
        found=compared.found if isinstance(compared, Compared) else compared,
        deserts=compared.deserts if isinstance(compared, Compared) else pd.DataFrame(),
    )  # fmt: skip


def _read(connection: duckdb.DuckDBPyConnection, part: Part) -> report.Served:
    """What the served build alone tells."""
    about = _about(connection)
    settings, as_of = json.loads(about["settings"]), pd.Timestamp(about["as_of"]).date()
    terms = target_states.terms(as_of, settings)
    targets = target_states.measured(
        _asked(_run(connection, paths.ETL / "insight" / "targets_reached.sql", {}), part),
        partial(_metric, connection), partial(_domains_in_use, connection), terms, as_of,
    )  # fmt: skip
    return report.Served(
        build_id=str(about["build_id"]),
        as_of=as_of,
        is_synthetic=bool(about["is_synthetic"]),
        freshness_days=int(settings["freshness_days"]),
        terms=terms,
        figures=_figures(connection, terms, part),
        targets=targets,
        files=_table(connection, "known_files"),
        names=_table(connection, "names"),
    )


def _about(connection: duckdb.DuckDBPyConnection) -> pd.Series:
    return connection.execute("FROM quality.build").df().iloc[0]


def _metric(
    connection: duckdb.DuckDBPyConnection, name: str, asked: Mapping[str, Any]
) -> pd.DataFrame:
    return _run(connection, layers.FOLDERS["metrics"] / f"{name}.sql", asked)


def _domains_in_use(connection: duckdb.DuckDBPyConnection, scope: str) -> list[str]:
    path = paths.ETL / "insight" / "domains_of_scope.sql"
    return _run(connection, path, {"scope": scope})["domain_code"].tolist()


def _asked(targets: pd.DataFrame, part: Part) -> pd.DataFrame:
    """The targets set for a part, none of what lies around it."""
    kept = [part.holds(row, str(row["scope_code"])) for row in targets.to_dict("records")]
    return targets[kept]


def _figures(
    connection: duckdb.DuckDBPyConnection, terms: Mapping[str, Any], part: Part
) -> report.Figures:
    """The figures of each territory and scope of a part."""
    ask, in_use = partial(_metric, connection), partial(_domains_in_use, connection)
    known = registry.metrics()
    return {
        (level, code, scope): {
            name: target_states.cell(known[name], level, code, scope, ask, in_use, terms)
            for name in report.FIGURES
        }
        for level, code in part.places
        for scope in part.scopes
    }


def _figures_before(previous: Path, part: Part) -> report.Figures | None:
    """The same of the previous build by its own settings and months; None where it cannot say."""
    try:
        with _opened(previous, None) as connection:
            about = _about(connection)
            as_of = pd.Timestamp(about["as_of"]).date()
            return _figures(
                connection, target_states.terms(as_of, json.loads(about["settings"])), part
            )
    except duckdb.Error:
        return None


def compare(
    previous: Path | None, served: Path, terms: Mapping[str, Any], part: Part | None = None
) -> Compared | str:
    """What changed between two folders of builds by the settings (progress.terms), or why it cannot
    be told: 'first', 'sample' or 'unreadable'."""
    if previous is None:
        return "first"
    part = part or Part()
    asked = {"scopes": part.scopes, "areas": part.areas}
    try:
        found = changes.compare(previous, served, k=terms["k"], **asked)
        with _opened(served, previous) as connection:
            return Compared(found, _table(connection, "new_deserts", {**terms, **asked}))
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
