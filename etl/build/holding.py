"""Whether a new snapshot would make so many leave that somebody should look first.

It is held only where a build is served that does not contain it, by content, kind of list and day,
and shows none of its source that is newer: more than `held_share` of the keys known before it, and
at least three, would leave. `confirmed = true` in its sidecar releases it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from etl.build import warehouse
from etl.build.quality_tables import add_note
from etl.intake import contract
from etl.intake.lake_drop import Drop
from etl.settings import Settings

FEWEST = 3


@dataclass(frozen=True)
class Departure:
    """How many of the keys known before a new snapshot it no longer holds."""

    source: str
    file: str
    sidecar: str
    as_of: str
    known: int
    leaving: int
    is_held: bool
    key: str = ""  # of the drop in the lake


def is_mass(known: int, leaving: int, settings: Settings) -> bool:
    """Whether so many of those known leave that somebody should look."""
    return leaving >= FEWEST and leaving > settings.held_share * known


def load(connection: duckdb.DuckDBPyConnection, drops: Sequence[Drop], settings: Settings) -> None:
    """Makes quality.departures: of each snapshot whom it makes leave, whatever was served before.

    file_id; known (keys before it); leaving (of them); is_mass. One that makes many leave is also
    among the notes on its file, in the first build as in later ones.
    """
    connection.execute(
        "CREATE TABLE quality.departures"
        " (file_id INTEGER, known BIGINT, leaving BIGINT, is_mass BOOLEAN)"
    )
    for number, drop in enumerate(drops):
        if drop.mode == "snapshot":
            known, leaving = _counts(drop.source, *around(drops, number, {}))
            if leaving:
                counts = {"known": known, "leaving": leaving}
                is_told = is_mass(known, leaving, settings)
                connection.execute(
                    "INSERT INTO quality.departures VALUES (?, ?, ?, ?)",
                    [number + 1, *counts.values(), is_told],
                )
                if is_told:
                    told = counts | {"as_of": str(drop.as_of)}
                    add_note(connection, number, drop, "many_left", told)


def departures(drops: Sequence[Drop], folder: Path, settings: Settings) -> list[Departure]:
    """Of each snapshot that the served build does not contain, who leaves with it."""
    served = _served(folder)
    found = []
    for number, drop in enumerate(drops):
        # the same bytes as another kind of list, or of another day, are asked about again
        is_served = (drop.mode, str(drop.as_of)) == (served or {}).get(
            (drop.source, drop.content_hash)
        )
        if drop.mode != "snapshot" or is_served:
            continue
        before, beside = around(drops, number, served or {})
        known, leaving = _counts(drop.source, before, beside)
        days = [
            as_of
            for (source, _), (mode, as_of) in (served or {}).items()
            if source == drop.source and mode == "snapshot"
        ]
        is_held = (
            served is not None
            and not drop.is_confirmed
            and str(drop.as_of) >= max(days, default="")
            and is_mass(known, leaving, settings)
        )
        if leaving:
            found.append(
                Departure(
                    drop.source,
                    drop.file,
                    drop.sidecar,
                    str(drop.as_of),
                    known,
                    leaving,
                    is_held,
                    drop.key,
                )
            )
    return found


Served = Mapping[tuple[str, str], tuple[str, str]]


def _served(folder: Path) -> Served | None:
    """(source, content hash) -> (mode, as_of) of the served build's files; None without one."""
    build_id = warehouse.served_build(folder)
    if build_id is None:
        return None
    path = warehouse.build_folder(folder, build_id) / warehouse.DATABASE
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute(
                "SELECT source, content_hash, mode, CAST(as_of AS VARCHAR) FROM quality.files"
            ).fetchall()
    except duckdb.Error:
        return None  # of another version
    return {(source, content): (mode, as_of) for source, content, mode, as_of in rows}


def around(drops: Sequence[Drop], number: int, served: Served) -> tuple[list[Drop], list[Drop]]:
    """The drops that tell who was there before a snapshot, back to the one before it; and the
    snapshot with its corrections. Of the same day what is served already was there before."""
    drop = drops[number]
    group = [drop]
    for other in drops[number + 1 :]:
        if not other.corrects:
            break
        group.append(other)
    before = [
        other
        for place, other in enumerate(drops)
        if other.source == drop.source
        and all(other is not one for one in group)
        and (
            other.as_of < drop.as_of
            or (
                other.as_of == drop.as_of
                and (place < number or (other.source, other.content_hash) in served)
            )
        )
    ]
    starts = [place for place, other in enumerate(before) if other.mode == "snapshot"]
    return before[starts[-1] :] if starts else before, group


def _counts(source: str, before: Sequence[Drop], after: Sequence[Drop]) -> tuple[int, int]:
    """How many distinct keys the drops before hold, and how many of them those after lack."""
    if not before:
        return 0, 0
    key = key_columns(source)
    files = [[str(drop.folder / "accepted.parquet") for drop in part] for part in (before, after)]
    with duckdb.connect() as con:
        row = con.execute(
            f"WITH known AS (SELECT DISTINCT {key} FROM read_parquet($before)),"
            f" left_out AS (FROM known EXCEPT SELECT {key} FROM read_parquet($after))"
            " SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM left_out)",
            {"before": files[0], "after": files[1]},
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def key_columns(source: str) -> str:
    """SQL of the columns of accepted rows that are their key."""
    described = contract.load(source)
    return ", ".join(
        "domain_code" if described[field].lookup == "domains" else contract.name(field)
        for field in described.key
    )


def note(folder: Path, held: Sequence[Departure]) -> None:
    """Writes down what is held, for the pages and `status`; removes the note where nothing is."""
    path = folder / warehouse.HELD
    if not held:
        path.unlink(missing_ok=True)
        return
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps([asdict(one) for one in held], ensure_ascii=False) + "\n")
    fresh.replace(path)
