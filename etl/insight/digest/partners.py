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
from etl.insight import partner_cells
from etl.insight.digest import report
from etl.insight.digest.render import Document, Section
from etl.insight.part import ALL, Part
from etl.insight.partner_cells import Cell, Cells
from etl.words.rows import each
from etl.words.words import NONE, Words

FIGURES = {"jobs": "employees", "projects": "under_way"}  # table: measure
FAMILIES = "family_"
# the scopes that a table tells of, by level: all, families or domains; elsewhere nothing is told
DEPTH = {
    "jobs": {"country": 0, "region": 0},
    "projects": {"country": 1, "region": 1},
    "providers": {"country": 2, "region": 1, "departement": 0},
    "cooperative_providers": {"country": 2, "region": 0},
}
Place = tuple[str, str, str]  # level, code, scope


@dataclass(frozen=True)
class Edition:
    """What one edition tells. counts: living, births and exits of year, by place; None without a
    register."""

    name: str
    build_id: str
    as_of: dt.date
    is_synthetic: bool
    names: Mapping[tuple[str, str], str]
    year: str | None
    counts: Mapping[Place, tuple[int, int, int]]
    cells: Cells
    openings: pd.DataFrame


def document(served: Path, previous: Path | None, words: Words, part: Part) -> Document:
    """The digest of a part of what the served edition holds, beside the one before. Raises
    duckdb.CatalogException where it was made by a version with other tables."""
    _ = words.gettext
    now = _read(served, words)
    before = _before(previous, now, words)
    lines = [
        _(
            "Edition {edition}, data as of {date}, build {id}.",
            edition=now.name, date=words.date(now.as_of), id=now.build_id,
        )
    ]  # fmt: skip
    if isinstance(before, Edition):
        told = {"date": words.date(before.as_of), "edition": before.name}
        lines.append(_("Compared with the edition {edition} of {date}.", **told))
    elif before == "carried":
        lines.append(_("It is the edition of the build before: nothing in it has changed."))
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
    if before.is_synthetic != now.is_synthetic:
        return "sample"
    return "carried" if before.name == now.name else before


def _read(build: Path, words: Words) -> Edition:
    with _opened(build) as connection:
        about = connection.execute("FROM quality.build").df().iloc[0]
        counts = _table(connection, "partner_counts")
        return Edition(
            name=str(_table(connection, "partner_edition")["edition"].iloc[0]),
            build_id=str(about["build_id"]),
            as_of=pd.Timestamp(about["as_of"]).date(),
            is_synthetic=bool(about["is_synthetic"]),
            names=report.names_of(_table(connection, "names"), words),
            year=str(counts["period"].iloc[0]) if len(counts) else None,
            counts={
                (row.level, row.code, row.scope_code): (row.living, row.births, row.exits)
                for row in each(counts)
            },
            cells=Cells(_table(connection, "partner_cells")),
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

    def told(cell: Place) -> Iterator[str]:
        was = _figures(words, before, cell) if before else _figures(words, now, cell)
        for today, earlier in zip(_figures(words, now, cell), was, strict=True):
            is_same = today == earlier
            yield today if is_same else _("{now} (before: {before})", now=today, before=earlier)

    rows = [(*report.cell_names(cell, now.names), *told(cell)) for cell in cells[: report.MOST]]
    lines = [
        _("Co-operatives at the end of {year}, births and exits of that year.",
          year=now.year or NONE)
    ]  # fmt: skip
    if years := now.cells.periods("providers"):
        lines.append(
            _("Share of supply at the end of {period}, from rounded numbers.", period=years[-1])
        )
    lines.append(
        _("Withheld: by statistical secrecy, never a 0. “–”: not told so closely, or not known.")
    )
    head = (
        _("Territory"), _("Domain"), _("Living"), _("Births"), _("Exits"), _("Jobs"),
        _("Projects under way"), _("Share of supply"),
    )  # fmt: skip
    note = report.first_of(words, report.MOST, len(cells))
    return Section(_("Co-operatives"), lines, head, rows, note, numbers_from=2)


def _figures(words: Words, edition: Edition, place: Place) -> list[str]:
    """Living, births, exits, jobs, projects under way and share of supply of a place."""
    counts = edition.counts.get(place, (0, 0, 0)) if edition.year else [None] * 3
    cells = [_cell(edition, table, measure, place) for table, measure in FIGURES.items()]
    return [
        *map(words.number, counts),
        *(partner_cells.text(cell, words) for cell in cells),
        partner_cells.text(_share_of_supply(edition, place), words, "share"),
    ]


def _share_of_supply(edition: Edition, place: Place) -> Cell:
    years = edition.cells.periods("providers")
    if not years or not _is_told("cooperative_providers", place):
        return None
    level, code, scope = place
    at = {"level": level, "code": code, "scope": scope}
    return partner_cells.shares_of_market(edition.cells, "providers", years[-1], **at)["all"]


def _cell(edition: Edition, table: str, measure: str, place: Place) -> Cell:
    years = edition.cells.periods(table)
    if not years or not _is_told(table, place):
        return None
    level, code, scope = place
    return edition.cells.of(table, measure, years[-1], level=level, code=code, scope=scope)


def _is_told(table: str, place: Place) -> bool:
    """Whether a table tells of a place of this level and of a scope so deep."""
    level, _code, scope = place
    depth = 0 if scope == ALL else 1 if scope.startswith(FAMILIES) else 2
    return depth <= DEPTH[table].get(level, -1)


def _openings(words: Words, now: Edition, part: Part) -> Section:
    _ = words.gettext
    title, rows = _("Unmet demand"), now.openings
    rows = rows[[part.holds(row, str(row["scope_code"])) for row in rows.to_dict("records")]]
    if rows.empty:
        return Section(title, [_("No place of 5 unmet requests or more is known here.")])
    lines = [
        _("Requests of {year} that nobody filled in time, by département and domain: where project"
          " holders could start.", year=str(rows["period"].iloc[0])),
        _("Rounded at random to a multiple of 5; places of fewer than 5 are left out."),
    ]  # fmt: skip
    listed = [
        (
            f"{row.place} ({row.code})",
            now.names.get(("scope", str(row.scope_code)), str(row.scope_code)),
            words.number(row.unmet),
        )
        for row in each(rows.head(report.MOST))
    ]
    head = (_("Département"), _("Domain"), _("Unmet"))
    note = report.first_of(words, report.MOST, len(rows))
    return Section(title, lines, head, listed, note, numbers_from=2)
