"""Rows of one key that differ only in their lists: one row, where the sidecar says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import duckdb

from etl.intake.contract import Contract, name
from etl.problems import Note


class Merged(NamedTuple):
    """How many rows of `typed` went into another, and what could still be merged."""

    rows: int
    notes: list[Note]


def merge(
    con: duckdb.DuckDBPyConnection, contract: Contract, united: Collection[str], same_key: str
) -> Merged:
    """Merges rows of `typed` into the first row of their key; `united` are the lists that grow.

    `same_key`: SQL of rows `typed` with the `first_rid` of their key, from FROM to WHERE. Rows that
    disagree in anything else stay as they are.
    """
    lists = {
        field.name: "domain_codes" if field.lookup == "domains" else field.name
        for field in contract.fields
        if field.is_list
    }
    if not lists:
        return Merged(0, [])
    skipped = {"rid", "line", *lists.values(), *("i_" + field for field in contract.names)}
    columns = [row[0] for row in con.execute("DESCRIBE typed").fetchall()]
    grow = [column for field, column in lists.items() if field in united]
    kept = [column for column in lists.values() if column not in grow]
    differ = "".join(f", NOT {_agree([c])} AS {name('d_' + f)}" for f, c in lists.items())
    con.execute(
        "CREATE OR REPLACE TABLE same_rows AS SELECT one.rid, first_rid, "
        f"one.rid = first_rid OR {bool(grow)} AND {_agree(kept)} AS is_merged{differ} "
        f"FROM (SELECT typed.*, first_rid {same_key}) AS one "
        "INNER JOIN typed AS first ON first.rid = first_rid "
        f"WHERE {_agree(column for column in columns if column not in skipped)}"
    )
    rows = 0
    if grow:
        lists_of = ", ".join(
            f"list_sort(list_distinct(flatten(list({name(c)}) FILTER ({name(c)} IS NOT NULL)))) "
            f"AS {name(c)}"
            for c in grow
        )
        later = "SELECT rid FROM same_rows WHERE is_merged AND rid > first_rid"
        (rows,) = con.execute(f"SELECT count(*) FROM ({later})").fetchone() or (0,)
        grown = ", ".join(
            f"CASE WHEN whole.first_rid IS NULL THEN typed.{name(c)} ELSE whole.{name(c)} END "
            f"AS {name(c)}"
            for c in grow
        )
        con.execute(
            f"CREATE OR REPLACE TABLE typed AS SELECT typed.* REPLACE ({grown}) FROM typed "
            f"LEFT JOIN (SELECT first_rid, {lists_of} FROM typed INNER JOIN same_rows USING (rid) "
            "WHERE is_merged GROUP BY first_rid) AS whole ON typed.rid = whole.first_rid "
            f"WHERE typed.rid NOT IN ({later}) ORDER BY typed.rid"
        )
    return Merged(rows, _could_merge(con, lists, united))


def _agree(columns: Iterable[str]) -> str:
    same = (f"one.{name(c)} IS NOT DISTINCT FROM first.{name(c)}" for c in columns)
    return f"({' AND '.join(same) or 'true'})"


def _could_merge(
    con: duckdb.DuckDBPyConnection, lists: Collection[str], united: Collection[str]
) -> list[Note]:
    """The verb that would merge the rows that differ in lists only, and are refused."""
    flags = [name("d_" + field) for field in lists]
    differing = ", ".join(f"coalesce(bool_or({flag}), false)" for flag in flags)
    counts = con.execute(
        f"SELECT count(*), {differing} FROM same_rows "
        f"WHERE NOT is_merged AND ({' OR '.join(flags)})"
    ).fetchone() or (0,)
    if not counts[0]:
        return []
    fields = [f for f, differs in zip(lists, counts[1:], strict=True) if differs or f in united]
    verb = "merge = [" + ", ".join(f'"{field}"' for field in fields) + "]"
    return [Note("could_merge", {"rows": counts[0], "fields": ", ".join(fields), "verb": verb})]
