"""What a file takes from those before it that nobody may have meant: told as a note on the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from etl import layers, paths
from etl.build.holding import key_columns
from etl.build.quality_tables import add_note
from etl.intake import contract
from etl.intake.lake_drop import Drop

# sources of which the latest row of a key stands for all that is known of it
REPLACING = ("providers", "requests")
# What tells that a row is something else than the one before of its identifier, and when it does
OTHER = {
    "requests": (["created_at"], "abs(date_diff('day', earlier.created_at, later.created_at)) > 1"),
    "providers": (
        ["siren", "name"],
        "earlier.siren <> later.siren OR NOT list_has_any("
        "telling_stems(fold(earlier.name)), telling_stems(fold(later.name)))",
    ),
    "projects": (["commune_code"], "earlier.commune_code <> later.commune_code"),
}
FEWEST = 3  # rows that are something else by no slip
Numbered = Sequence[tuple[int, Drop]]


def load(connection: duckdb.DuckDBPyConnection, drops: Sequence[Drop]) -> None:
    """Notes on files that lack columns of files before them, whose rows they replace; of two files
    of one day that hold the same keys, which one counts; and on identifiers that are written
    otherwise in another file, or mean something else there."""
    own = [(number, drop) for number, drop in enumerate(drops) if not drop.corrects]
    _tell_alike(connection, own)
    _tell_others(connection, own)
    for number, drop in enumerate(drops):
        if drop.corrects:
            continue
        before = [one for one in drops[:number] if one.source == drop.source and not one.corrects]
        lost = sorted({field for one in before for field in one.fields} - {*drop.fields})
        if lost and drop.source in REPLACING:
            wider = [one for one in before if {*lost} & {*one.fields}]
            if rows := _shared(drop, wider):
                told = {"rows": rows, "fields": lost}
                add_note(connection, number, drop, "fewer_columns", told)
        for one in before:
            is_chosen = (one.as_of, one.turn) != (drop.as_of, drop.turn)
            if not is_chosen and (rows := _shared(drop, [one])):
                add_note(connection, number, drop, "same_day", {"rows": rows, "file": one.file})


def _tell_alike(connection: duckdb.DuckDBPyConnection, drops: Numbered) -> None:
    """Identifiers that another file writes without the zeros at their start, or with signs between
    their digits, as a spreadsheet does."""
    fields = {
        field.name
        for source in {drop.source for _, drop in drops}
        for field in contract.load(source).fields
        if field.identifier == "key"
    }
    for field in sorted(fields):
        holding = {number: drop for number, drop in drops if field in drop.fields}
        if len(holding) < 2:
            continue
        query = layers.read_sql(paths.ETL / "build" / "keys_alike.sql").body
        for number, met, pair, other in connection.execute(
            query.replace("key_column", field), _files(holding)
        ).fetchall():
            told = {"field": field, "met": met, "value": pair[0], "other": pair[1]}
            told["file"] = holding[other].file
            add_note(connection, number, holding[number], "keys_alike_before", told)


def _tell_others(connection: duckdb.DuckDBPyConnection, drops: Numbered) -> None:
    """Files most of whose short identifiers mean something else in a file before, as numbers of
    lines do."""
    for source, (columns, is_other) in OTHER.items():
        of_source = {number: drop for number, drop in drops if drop.source == source}
        if len(of_source) < 2:
            continue
        (key,) = contract.load(source).key
        query = layers.read_sql(paths.ETL / "build" / "keys_of_others.sql").body
        for number, met, shared, value in connection.execute(
            query.replace("key_column", key)
            .replace("told_columns", ", ".join(f"'{each}': {each}" for each in columns))
            .replace("is_other_row", is_other),
            _files(of_source) | {"fewest": FEWEST},
        ).fetchall():
            told = {"field": key, "met": met, "shared": shared, "value": value}
            add_note(connection, number, of_source[number], "other_rows", told)


def _files(drops: Mapping[int, Drop]) -> dict[str, list]:
    """The accepted rows of drops, and their numbers."""
    return {
        "files": [str(drop.folder / "accepted.parquet") for drop in drops.values()],
        "numbers": [*drops],
    }


def _shared(drop: Drop, others: Sequence[Drop]) -> int:
    """How many keys of a drop others hold too."""
    keys = key_columns(drop.source)
    files = [[str(one.folder / "accepted.parquet") for one in part] for part in ([drop], others)]
    with duckdb.connect() as con:
        (shared,) = con.execute(
            f"SELECT count(*) FROM (SELECT {keys} FROM read_parquet($drop)"
            f" INTERSECT SELECT {keys} FROM read_parquet($others))",
            {"drop": files[0], "others": files[1]},
        ).fetchone() or (0,)
    return int(shared)
