"""What a file takes from those before it that nobody may have meant: told as a note on the file."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.build.holding import key_columns
from etl.build.quality_tables import add_note
from etl.intake.lake_drop import Drop

# sources of which the latest row of a key stands for all that is known of it
REPLACING = ("providers", "requests")


def load(connection: duckdb.DuckDBPyConnection, drops: Sequence[Drop]) -> None:
    """Notes on files that lack columns of files before them, whose rows they replace; and of two
    files of one day that hold the same keys, which one counts."""
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
