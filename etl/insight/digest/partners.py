"""The digest for partner agencies: partners.duckdb of the builds and nothing else.

Both editions were shown to them, so what changed between the two tells nothing more.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from etl import layers
from etl.build import warehouse
from etl.insight.digest import report
from etl.insight.digest.render import Document, Section
from etl.insight.part import ALL, Part
from etl.words.rows import each
from etl.words.words import NONE, Words

COUNTED = ("living", "births", "exits")
WITHHELD = "withheld"
Key = tuple[str, str, str, str]  # what, level, code, scope


@dataclass(frozen=True)
class Edition:
    """What one edition tells. figures: of (what, level, code, scope); None: withheld. periods: the
    year or quarter of each of them that the edition tells at all."""

    build_id: str
    as_of: dt.date
    is_synthetic: bool
    names: Mapping[tuple[str, str], str]
    figures: Mapping[Key, float | None]
    periods: Mapping[str, str]
    openings: pd.DataFrame


def document(served: Path, previous: Path | None, words: Words, part: Part) -> Document:
    """The digest of a part of what the served edition holds, beside the one before. Raises
    duckdb.CatalogException where it was made by a version with other tables."""
    _ = words.gettext
    now = _read(served, words)
    before = _before(previous, now, words)
    lines = [_("Data as of {date}, build {id}.", date=words.date(now.as_of), id=now.build_id)]
    if isinstance(before, Edition):
        told = {"date": words.date(before.as_of), "id": before.build_id}
        lines.append(_("Compared with the build of {date}, {id}.", **told))
    else:
        lines.append(report.not_compared(before, words))
    if now.is_synthetic:
        lines.append(words.synthetic())
    was = before if isinstance(before, Edition) else None
    sections = [_cooperatives(words, now, was, part), _openings(words, now, part)]
    title = report.title(words, now.as_of, part, now.names)
    return Document(words.language, title, lines, sections)


def _before(previous: Path | None, now: Edition, words: Words) -> Edition | str:
    if previous is None:
        return "first"
    try:
        before = _read(previous, words)
    except duckdb.Error:  # without an edition, or with another one
        return "unreadable"
    return before if before.is_synthetic == now.is_synthetic else "sample"


def _read(build: Path, words: Words) -> Edition:
    with _opened(build) as connection:
        about = connection.execute("FROM quality.build").df().iloc[0]
        counts, cells = _table(connection, "partner_counts"), _table(connection, "partner_cells")
        figures: dict[Key, float | None] = {
            (name, row.level, row.code, row.scope_code): float(value)
            for row in each(counts)
            for name, value in zip(COUNTED, (row.living, row.births, row.exits), strict=True)
        }
        figures |= {
            (row.measure, row.level, row.code, row.scope_code): None
            if row.status == WITHHELD
            else float(row.value)
            for row in each(cells)
        }
        periods = dict(zip(cells["measure"], cells["period"].map(str), strict=True))
        periods |= {name: str(year) for name in COUNTED for year in counts["period"].head(1)}
        return Edition(
            build_id=str(about["build_id"]),
            as_of=pd.Timestamp(about["as_of"]).date(),
            is_synthetic=bool(about["is_synthetic"]),
            names=report.names_of(_table(connection, "names"), words),
            figures=figures,
            periods=periods,
            openings=_table(connection, "partner_openings"),
        )


@contextmanager
def _opened(build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = warehouse.open_build(build, warehouse.PARTNERS)
    try:
        yield connection
    finally:
        connection.close()


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    return connection.execute(layers.read_sql(Path(__file__).with_name(f"{name}.sql")).body).df()


def _cooperatives(words: Words, now: Edition, before: Edition | None, part: Part) -> Section:
    _ = words.gettext
    cells = [(*place, scope) for place in part.places for scope in part.scopes]

    def told(what: str, cell: tuple[str, str, str]) -> str:
        today = _figure(words, now, what, cell)
        was = _figure(words, before, what, cell) if before else today
        return today if was == today else _("{now} (before: {before})", now=today, before=was)

    columns = (*COUNTED, "jobs", "under_way", "share")
    rows = [
        (*report.cell_names(cell, now.names), *(told(what, cell) for what in columns))
        for cell in cells[: report.MOST]
    ]
    year = now.periods.get("living", NONE)
    lines = [_("Co-operatives at the end of {year}, births and exits of that year.", year=year)]
    if quarter := now.periods.get("providers"):
        lines.append(_("Share of supply at the end of {period}.", period=words.quarter(quarter)))
    lines.append(
        _("Withheld: by statistical secrecy, never a 0. “–”: not told so closely, or not known.")
    )
    head = (
        _("Territory"), _("Domain"), _("Living"), _("Births"), _("Exits"), _("Jobs"),
        _("Projects under way"), _("Share of supply"),
    )  # fmt: skip
    note = report.first_of(words, report.MOST, len(cells))
    return Section(_("Co-operatives"), lines, head, rows, note, numbers_from=2)


def _figure(words: Words, edition: Edition, what: str, cell: tuple[str, str, str]) -> str:
    if what != "share":
        found = _value(edition, what, cell)
        return words.gettext("withheld") if isinstance(found, str) else words.number(found)
    part, whole = (_value(edition, name, cell) for name in ("cooperative_providers", "providers"))
    if isinstance(part, str) or isinstance(whole, str):
        return words.gettext("withheld")
    return words.share(part / whole) if part is not None and whole else NONE


def _value(edition: Edition, what: str, cell: tuple[str, str, str]) -> float | str | None:
    """A figure, WITHHELD, 0 where a row would stand if there were any, else None."""
    key = (what, *cell)
    if key in edition.figures:
        found = edition.figures[key]
        return WITHHELD if found is None else found
    if what == "jobs" or what not in edition.periods:
        return None
    level, _, scope = cell
    is_told = (
        what in COUNTED
        or (level == "country" and (scope == ALL or scope.startswith("family_")))
        or (level == "region" and scope == ALL)
    )
    return 0.0 if is_told else None


def _openings(words: Words, now: Edition, part: Part) -> Section:
    _ = words.gettext
    title, rows = _("Unmet demand"), now.openings
    kept = [part.holds(row, str(row["scope_code"])) for row in rows.to_dict("records")]
    rows = rows[kept]
    if rows.empty:
        return Section(title, [_("No request of a closed year is known here.")])
    shown, hidden = rows[rows["status"] != WITHHELD], int((rows["status"] == WITHHELD).sum())
    lines = [
        _("Requests of {year} that nobody filled in time, by département and domain: where project"
          " holders could start.", year=str(rows["period"].iloc[0]))
    ]  # fmt: skip
    if hidden:
        lines.append(
            words.ngettext(
                "{n} département × domain is withheld.", "{n} départements × domains are withheld.",
                hidden,
            )
        )  # fmt: skip
    listed = [
        (
            f"{row.place} ({row.code})",
            now.names.get(("scope", str(row.scope_code)), str(row.scope_code)),
            words.number(row.unmet),
        )
        for row in each(shown.head(report.MOST))
    ]
    head = (_("Département"), _("Domain"), _("Unmet"))
    note = report.first_of(words, report.MOST, len(shown))
    return Section(title, lines, head, listed, note, numbers_from=2)
