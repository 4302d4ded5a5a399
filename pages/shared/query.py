"""Read-only questions to the build that is served now, in the file that the visitor may read:
partners.duckdb for a partner, marketplace.duckdb for a founder, none for anybody else.

A page never holds a connection: it asks :func:`page_sql` or :func:`metric` for a DataFrame. The
served build is looked up once a run, so a new build shows at the next click.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from etl import disk, layers
from etl.bring import folders
from etl.build.warehouse import DATABASE, PARTNERS, brief_cursor, open_build
from etl.insight import registry
from etl.insight.registry import Metric
from etl.words import partner_status
from pages.shared import i18n, visitor
from pages.shared.once import once

_ = i18n.gettext

METRICS = layers.FOLDERS["metrics"]
TIMEOUT_S = 10.0
QUICK_S = 2.0
WHOLE_S = 60.0
_FILES = {"founder": DATABASE, "partner": PARTNERS}
Again = Callable[[], AbstractContextManager[None]]
# Arrow's arrays of texts are made for millions of rows; of a few, as pages ask for, each step with
# them takes twice as long as with Python's own.
pd.set_option("mode.string_storage", "python")
_served: ContextVar[dict[str, "Build"] | None] = ContextVar("served", default=None)
log = logging.getLogger("maillage.pages")


class QueryError(Exception):
    """A question that could not be answered; its text is fit for a reader, already translated."""


class TooLong(QueryError):
    """A question that took so long that it was interrupted."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            _(
                "This took longer than {n} s and was stopped. Ask for less: a smaller territory, "
                "a shorter period, fewer words."
            ).format(n=i18n.number(seconds))
        )


class NoBuild(QueryError):
    """No build has been published in the warehouse yet."""


class NotReleased(QueryError):
    """The served build holds no figures for partners."""


@dataclass(frozen=True)
class Build:
    """The served build: ``settings`` is what its figures take for granted (k, fill_days, ...)."""

    id: str
    path: Path
    as_of: date
    is_synthetic: bool
    files: int
    settings: dict[str, Any]


def warehouse() -> Path:
    """The warehouse folder: ``MAILLAGE_WAREHOUSE`` or ``data/warehouse``."""
    return folders.here().warehouse


def has_build() -> bool:
    """Whether a build is published."""
    return (warehouse() / "current" / DATABASE).is_file()


def has_partners() -> bool:
    """Whether the served build holds figures for partners."""
    return (warehouse() / "current" / PARTNERS).is_file()


def why_no_partners() -> str:
    """For founders: why the served build holds no figures for partners, in the manifest's words
    and the reader's language."""
    try:
        text = (warehouse() / "current" / "manifest.json").read_text(encoding="utf-8")
        found = disk.parsed(text).get("partners") or {}
    except (OSError, ValueError):
        return ""
    return partner_status.why(found, i18n.language())


def start_run() -> None:
    """To be called first in a run: the build that it finds is served until the next run, so that
    no page mixes the figures of two."""
    _served.set({})


def shown() -> Again:
    """Lets what is made later, at a click, read the builds that this run reads: a file says what
    its page says, whatever was published in between."""
    held = _served.get()

    @contextmanager
    def again() -> Iterator[None]:
        token = _served.set(dict(held or {}))  # by then the page has looked up all that it shows
        try:
            yield
        finally:
            _served.reset(token)

    return again


def build() -> Build:
    """The build that is served now, in the file that the visitor may read. Raises NoBuild before
    the first one is published, NotReleased when it holds nothing for partners."""
    role = visitor.role()
    if role not in _FILES:
        raise QueryError(_("You are not signed in."))
    held = _served.get()
    if held is not None and role in held:
        return held[role]
    current = warehouse() / "current"
    try:
        # a link to a build, or after a backup was put back the build itself
        found = _read_build(str(current.resolve(strict=True)), _FILES[role])
    except OSError as error:
        if role == "partner":
            raise NotReleased(_("No figures have been released yet.")) from error
        raise NoBuild(_("No data has been loaded yet.")) from error
    if held is not None:
        held[role] = found
    return found


def page_sql(page_file: str, name: str, **params: Any) -> pd.DataFrame:
    """Run ``<name>.sql`` beside ``page_file`` (give ``__file__``).

    Only the parameters that the SQL names are passed on, so a page may hand over all its filters.
    The frame is the caller's own copy. Raises QueryError, whose text is fit for the reader.
    """
    return _ask(Path(page_file).parent / f"{name}.sql", params)


def quick_sql(page_file: str, name: str, **params: Any) -> pd.DataFrame:
    """As page_sql, but interrupted after QUICK_S seconds: for what a reader types."""
    return _ask(Path(page_file).parent / f"{name}.sql", params, QUICK_S)


def whole(page_file: str, name: str, **params: Any) -> pd.DataFrame:
    """As page_sql, for what is read once for each build: it may take longer, and is not kept."""
    return _ask(Path(page_file).parent / f"{name}.sql", params, WHOLE_S)


def metric(name: str, **params: Any) -> pd.DataFrame:
    """Run ``etl/insight/metrics/<name>.sql``: territory_code, scope_code, numerator, denominator,
    value, n, low, high. Parameters and errors as for page_sql."""
    return _ask(METRICS / f"{name}.sql", params)


def together(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Ask several questions side by side: most of an answer's time is its plan, made on one core.

    Raises what the first of them raises.
    """
    context = get_script_run_ctx()

    def enter() -> None:
        add_script_run_ctx(threading.current_thread(), context)

    with ThreadPoolExecutor(2, initializer=enter) as pool:
        asked = [pool.submit(copy_context().run, ask) for ask in questions.values()]
        return {name: answer.result() for name, answer in zip(questions, asked, strict=True)}


def metric_definition(name: str) -> Metric:
    """What the header of a metric says, in the reader's language."""
    return registry.metrics(i18n.language())[name]


def _ask(sql_file: Path, params: dict[str, Any], seconds: float = 0) -> pd.DataFrame:
    sql, names = _text(str(sql_file), sql_file.stat().st_mtime_ns)
    values = tuple((name, _frozen(params[name])) for name in names if name in params)
    try:
        served = build()
        # pandas copies on write: a caller that changes its frame changes no other's
        run = _run if seconds == WHOLE_S else _kept
        return run(served.id, str(served.path), sql, values, seconds).copy(deep=False)
    except QueryError:
        raise
    except duckdb.InterruptException as error:
        log.warning("%s was interrupted after %s s", sql_file.name, seconds or TIMEOUT_S)
        raise TooLong(seconds or TIMEOUT_S) from error
    except (duckdb.Error, OSError) as error:
        log.exception("%s failed", sql_file.name)
        raise QueryError(
            _("These figures cannot be read just now. Reload the page in a moment.")
        ) from error


@lru_cache(maxsize=256)
def _text(file: str, changed_ns: int) -> tuple[str, list[str]]:
    """A SQL file and the parameters that it names; read again when it has changed."""
    found = layers.read_sql(Path(file))
    return found.body, found.parameters


# A seventh of what most questions cost: pages ask the same ones of other territories and domains.
@lru_cache(maxsize=256)
def _parsed(sql: str) -> duckdb.Statement:
    (statement,) = duckdb.extract_statements(sql)
    return statement


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, set)) else value


# The id stands beside the path: a folder that is removed and made anew must not serve old answers.
def _run(
    build_id: str, path: str, sql: str, params: tuple[tuple[str, Any], ...], seconds: float = 0
) -> pd.DataFrame:
    values = {k: list(v) if isinstance(v, tuple) else v for k, v in params}
    with cursor(path, seconds or TIMEOUT_S) as cur:
        return cur.execute(_parsed(sql), values or None).df()


# Not st.cache_data, which takes a millisecond to copy an answer, and a page asks for a hundred.
_kept = once(512)(_run)


@contextmanager
def cursor(path: str, seconds: float = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for one use by one thread, interrupted after so many seconds (else TIMEOUT_S)."""
    with brief_cursor(_connection(path), seconds or TIMEOUT_S) as cur:
        yield cur


# The two files of two builds: readers of the one before may still be in the middle of a page.
@st.cache_resource(
    max_entries=4, show_spinner=False, on_release=lambda connection: connection.close()
)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return open_build(Path(path).parent, Path(path).name)


# Asked many times a run, so not st.cache_data, which copies its answer each time.
@lru_cache(maxsize=4)
def _read_build(folder: str, database: str) -> Build:
    path = Path(folder) / database
    if not path.is_file():
        raise FileNotFoundError(path)
    with cursor(str(path)) as cur:
        sql = Path(__file__).with_name("build.sql").read_text(encoding="utf-8")
        row = cur.execute(sql).fetchone()
    if row is None:
        raise QueryError(_("These figures cannot be read just now."))
    settings = row[4] if isinstance(row[4], dict) else json.loads(row[4] or "{}")
    return Build(row[0], path, row[1], bool(row[2]), row[3], settings)
