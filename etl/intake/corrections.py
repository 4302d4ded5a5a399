"""Rows to correct leave as a CSV with a sidecar ready to use, and come back as a drop of their own.

`corrects` in its sidecar names the drop by the hash of its bytes. A correction comes directly
after that drop, bears its date, and never makes a key leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import tomli_w

from etl.intake import drops, sidecar
from etl.intake.contract import quote
from etl.intake.lake_drop import Drop
from etl.intake.sidecar import Sidecar
from etl.intake.text import fold_name
from etl.problems import FileProblem, InputErrors, Note, Problem

# The column of a download that says why a row was refused; nobody else has one of that name.
REASON = {"en": "maillage_reason", "fr": "maillage_raison"}
# Those of downloads of old, always in pairs.
OLD_REASONS = ({"refused_line", "refused_reason"}, {"ligne_refusee", "raison_du_refus"})
# What a sidecar says of a file as a whole, or of how to find rows in it: it does not fit the CSV.
LEFT_OUT = (
    "as_of", "mode", "corrects", "confirmed", "turn", "separator", "encoding", "skip", "header",
    "sheet", "sheets", "path", "where", "unpivot",
)  # fmt: skip
# Of a CSV in the contract's own columns only how a value is written still has to be said.
WRITING = ("synthetic", "decimal", "date_format", "time_zone")
# A spreadsheet runs a text that begins so; the download puts an apostrophe before it.
FORMULA = "=+-@\t\r"


def reason_columns(columns: Sequence[str]) -> set[int]:
    """The places of the columns that a download added to the file's own."""
    folded = [fold_name(column) for column in columns]
    names = {*REASON.values()}.union(*(pair for pair in OLD_REASONS if pair <= {*folded}))
    return {place for place, name in enumerate(folded) if name in names}


def returned(con: duckdb.DuckDBPyConnection, width: int) -> None:
    """Takes the apostrophes out of `raw` that the download put before what looks like a formula."""
    cells = ", ".join(
        f"CASE WHEN starts_with(c{i}, '''') AND contains({quote(FORMULA)}, c{i}[2]) AND "
        f"length(c{i}) > 1 THEN c{i}[2:] ELSE c{i} END AS c{i}"
        for i in range(width)
    )
    con.execute(f"CREATE TABLE returned AS SELECT line, {cells} FROM raw ORDER BY line")
    (kind,) = con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_name = 'raw' "
        "AND table_schema = current_schema()"
    ).fetchall()
    con.execute(f"DROP {'VIEW' if kind[0] == 'VIEW' else 'TABLE'} raw")
    con.execute("ALTER TABLE returned RENAME TO raw")


def line_sql(columns: Sequence[str]) -> str:
    """SQL of the line that a row had in the file that it corrects, NULL where nothing says so."""
    told = [
        f"try_cast(regexp_extract(c{place}, '^\\D{{0,9}}(\\d+)', 1) AS BIGINT)"
        for place in sorted(reason_columns(columns))
        if fold_name(columns[place]) not in ("refused_reason", "raison_du_refus")
    ]
    return f"coalesce({', '.join(told)})" if told else "NULL::BIGINT"


@dataclass(frozen=True)
class Given:
    """How the rows to correct of a file are given: in its own columns or in the contract's, and
    what the sidecar of the download says beyond its head, as TOML."""

    has_own_columns: bool
    verbs: str

    @classmethod
    def of(cls, beside: Path | None, *, is_adapted: bool) -> Given:
        """From the sidecar of the file; is_adapted: an adapter made its rows of several files."""
        said = sidecar.parsed(beside) if beside else {}
        if is_adapted or "unpivot" in said:
            return cls(False, tomli_w.dumps({key: said[key] for key in WRITING if key in said}))
        return cls(True, tomli_w.dumps({key: said[key] for key in said if key not in LEFT_OUT}))


def sidecar_text(as_of: str, content_hash: str, verbs: str) -> str:
    """The sidecar of rows to correct of a drop, whose date, hash and verbs are given."""
    return f'mode = "delta"\nas_of = {as_of}\ncorrects = "{content_hash}"\n{verbs}'


def load(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, verbs: Sidecar, known: set[str]
) -> drops.Raw:
    """As drops.load. Raises FileProblem also for rows to correct that came without their sidecar:
    they would be taken for news."""
    if not verbs.corrects:
        raw = drops.load(con, path, folder, verbs, known)
        if not reason_columns(raw.columns):
            return raw
        if sidecar.beside(path) is None:
            raise FileProblem("correction_alone", sidecar=f"{path.name}.toml")
        return replace(raw, notes=[*raw.notes, Note("correction_of_nothing")])
    raw = drops.load(con, path, folder, verbs, known | {*REASON.values()})
    returned(con, len(raw.columns))
    if _is_plain(con, raw.columns):  # of an encoding that is guessed for our reasons alone
        return replace(raw, notes=[one for one in raw.notes if one.code != "guessed_encoding"])
    return raw


def _is_plain(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> bool:
    """Whether no sign beyond ASCII stands outside of the columns of reasons."""
    own = [place for place in range(len(columns)) if place not in reason_columns(columns)]
    beyond = " OR ".join(f"strlen(c{place}) > length(c{place})" for place in own) or "false"
    ((met,),) = con.execute(f"SELECT count(*) FROM raw WHERE {beyond}").fetchall()
    return not met and all(columns[place].isascii() for place in own)


def in_order(found: list[Drop]) -> list[Drop]:
    """The drops, each followed by its corrections (by name), and those by theirs.

    Raises InputErrors for corrections of what is not there.
    """
    problems: list[Problem] = []
    children: dict[int, list[Drop]] = defaultdict(list)
    for drop in found:
        if drop.corrects:
            try:
                children[id(target(drop, found))].append(drop)
            except FileProblem as problem:
                problems.append(problem.of(drop.file))
    if problems:
        raise InputErrors(problems)
    result: list[Drop] = []

    def place(drop: Drop, root: Drop) -> None:
        result.append(dated_as(drop, root))
        for child in sorted(children[id(drop)], key=lambda one: (one.file, one.content_hash)):
            place(child, root)

    for drop in found:
        if not drop.corrects:
            place(drop, drop)
    if len(result) < len(found):
        placed = {(drop.source, drop.file) for drop in result}
        raise InputErrors(
            FileProblem("corrects_itself", sidecar=drop.sidecar).of(drop.file)
            for drop in found
            if (drop.source, drop.file) not in placed
        )
    return result


def target(drop: Drop, found: list[Drop]) -> Drop:
    """The drop that a correction names; of several with the same bytes that of its date."""
    named = [
        other
        for other in found
        if other is not drop and (other.source, other.content_hash) == (drop.source, drop.corrects)
    ]
    if not named:
        raise FileProblem(
            "corrects_nothing", value=drop.corrects, source=drop.source, sidecar=drop.sidecar
        )
    said = [other for other in named if other.as_of == drop.as_of] or named
    if len({other.as_of for other in said}) > 1:
        raise FileProblem(
            "corrects_several",
            value=drop.corrects,
            sidecar=drop.sidecar,
            found=", ".join(f"{other.file} ({other.as_of})" for other in said),
        )
    return min(said, key=lambda other: (other.corrects is not None, other.file))


def corrected_numbers(drops: Sequence[Drop]) -> list[int]:
    """For each drop, in order from 1, the number of the one that it speaks for: its own, or for a
    correction that of the drop at the end of the chain."""
    numbers: list[int] = []
    for number, drop in enumerate(drops, 1):
        numbers.append(numbers[-1] if drop.corrects else number)
    return numbers


def targets(drops: list[Drop]) -> dict[int, int]:
    """For the number of each correction, counted from 1, that of the drop that it names."""
    numbers = {id(drop): number for number, drop in enumerate(drops, 1)}
    return {numbers[id(drop)]: numbers[id(target(drop, drops))] for drop in drops if drop.corrects}


def dated_as(drop: Drop, root: Drop) -> Drop:
    """The correction with the date of what it corrects; told where its own word was another."""
    if drop is root:
        return drop
    notes = drop.notes
    if drop.as_of_origin == "sidecar" and drop.as_of != root.as_of:
        notes = [*notes, Note("other_day", {"said": str(drop.as_of), "used": str(root.as_of)})]
    return replace(drop, as_of=root.as_of, as_of_origin="correction", notes=notes)
