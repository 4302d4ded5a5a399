"""What a file holds, by a bounded look at it through the readers of intake: how its rows are
reached, and of each column its first values and what they may be.

Raises FileProblem, with the sentences of intake, for what cannot be read at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from etl.bring import aliases, dates, lexicon, privacy, reaching, sampling, titles
from etl.bring.reaching import Reading
from etl.intake import contract, drops, encodings, opening, text
from etl.intake.contract import quote
from etl.intake.explain import Row
from etl.intake.sidecar import Sidecar
from etl.problems import FileProblem, Note

__all__ = ["Column", "Looked", "Reading", "look"]

HERE = Path(__file__).parent
ROWS, CELLS = 3000, 300_000  # looked at, and no more cells than that
ASKED = 300  # different texts of a column that are tested: the most frequent, then the first
WIDEST = 500  # columns whose cells are looked at; those beyond are only named
HEAD, EXAMPLES, WORDS = 8, 5, 300
REPEATED, REGISTERED = 5, 0.9  # columns whose rows are compared; share of SIRETs in one
LONGEST = 200  # signs of a cell that is shown


@dataclass(frozen=True)
class Column:
    """A column: its first different values (none when private), how many of the rows looked at
    are filled and how many values differ; `facts` are the shares and numbers of facts.sql, `words`
    its most frequent values with their rows, `dates` the formats that its dates need to be told.
    """

    name: str
    examples: tuple[str, ...]
    filled: int
    distinct: int
    private: str | None
    facts: Mapping[str, float] = field(default_factory=dict)
    words: tuple[tuple[str, int], ...] = ()
    dates: tuple[str, ...] = ()
    seen: int = 0  # rows looked at
    within: tuple[str, ...] = ()  # of an identifier that repeats: columns that differ in its rows
    is_usable: bool = True  # a sidecar can name it: not blank, and the first of its name
    said: str = ""  # what the name says, in French or English


@dataclass(frozen=True, eq=False)
class Looked:
    """A file as it was looked at. `rows` is counted where the whole file was read
    (`is_counted`), else estimated from its size. `told` is how it was read in the end, guesses
    among it, to be shown; `reading` is what a sidecar must say of it."""

    path: Path
    rows: int
    columns: tuple[Column, ...]
    reading: Reading
    offered: tuple[Reading, ...]
    head: tuple[tuple[str, ...], ...]
    is_counted: bool = True
    told: Reading = field(default_factory=Reading)
    notes: tuple[Note, ...] = ()


def look(path: Path, reading: Reading | None = None) -> Looked:
    """Looks at a file; `reading` says how its rows are reached where the reader has chosen.

    Raises FileProblem.
    """
    if path.stat().st_size == 0:
        raise FileProblem("empty")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = sampling.of(path, folder)
        known = aliases.known_names()
        offered = reaching.offers(sample.path, folder, known)
        chosen = reading or (offered[0] if offered else Reading())
        with connected(folder) as con:
            return _looked(con, path, sample, folder, chosen, offered, known)


@contextmanager
def connected(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to read a file through, whose tables stand apart and go."""
    con = opening.connect(folder)
    con.execute("DROP SCHEMA IF EXISTS bring CASCADE; CREATE SCHEMA bring")
    con.execute("SET search_path = 'bring,main'")
    try:
        yield con
    finally:
        con.execute("SET search_path = 'main'; DROP SCHEMA IF EXISTS bring CASCADE")


def first_lines(path: Path, reading: Reading) -> list[Row]:
    """The first lines of a file, of which one may hold the names of its columns, with their
    numbers. Raises FileProblem."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = sampling.of(path, folder)
        return reaching.first_lines(sample.path, folder, reading, aliases.known_names())


def _looked(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    sample: sampling.Sample,
    folder: Path,
    chosen: Reading,
    offered: tuple[Reading, ...],
    known: set[str],
) -> Looked:
    raw = drops.load(con, sample.path, folder, chosen.sidecar(), known)
    columns = _columns(con, raw, chosen)
    told = _told(sample.path, folder, chosen, raw, known)
    said = replace(
        chosen,
        separator=told.separator if told.separator != "," else chosen.separator,
        encoding=chosen.encoding or _named(told.encoding),
    )
    private = {place for place, column in enumerate(columns) if column.private}
    rows = raw.rows + raw.malformed
    return Looked(
        path,
        rows if sample.is_whole else round(rows / sample.share),
        tuple(columns),
        said,
        offered,
        _head(con, len(raw.columns), private),
        sample.is_whole,
        told,
        tuple(raw.notes),
    )


def _named(encoding: str | None) -> str | None:
    """An encoding that a sidecar names; marks and UTF-8 speak for themselves."""
    return None if encoding is None or encoding.startswith("utf-") else encoding


def _columns(con: duckdb.DuckDBPyConnection, raw: drops.Raw, reading: Reading) -> list[Column]:
    looked = raw.columns[:WIDEST]
    rows = min(ROWS, max(40, CELLS // max(1, len(looked))))
    _fill_texts(con, len(looked), raw.rows, rows)
    con.execute(
        "CREATE OR REPLACE TABLE bring_asked AS SELECT * FROM bring_texts "
        "QUALIFY row_number() OVER (PARTITION BY place ORDER BY rows DESC, first_row, text) "
        f"<= {ASKED} OR list_contains($telling, fold(text))",
        {"telling": list(lexicon.vocabulary("total"))},
    )
    con.execute((HERE / "text_cells.sql").read_text(encoding="utf-8"))
    cursor = con.execute((HERE / "facts.sql").read_text(encoding="utf-8"))
    names = [column[0] for column in cursor.description or ()]
    facts = {row[0]: dict(zip(names, map(float, row), strict=True)) for row in cursor.fetchall()}
    words: dict[int, list[tuple[str, int]]] = {}
    for place, word, count in con.execute(
        "SELECT place, text, rows FROM bring_tests QUALIFY row_number() OVER "
        "(PARTITION BY place ORDER BY rows DESC, first_row, text) <= $words "
        "OR list_contains($telling, fold(text)) ORDER BY place, rows DESC, first_row, text",
        {"words": WORDS, "telling": list(lexicon.vocabulary("total"))},
    ).fetchall():
        words.setdefault(place, []).append((word, count))
    examples: dict[int, list[str]] = {}
    for place, word in con.execute(
        "SELECT place, text FROM bring_tests QUALIFY row_number() OVER "
        "(PARTITION BY place ORDER BY first_row, text) <= $examples "
        "ORDER BY place, first_row, text",
        {"examples": EXAMPLES},
    ).fetchall():
        examples.setdefault(place, []).append(word[:LONGEST])
    formats = dates.formats(con, facts)
    ((seen_rows,),) = con.execute("SELECT count(*) FROM bring_rows").fetchall()
    within = _within(con, looked, facts)
    only = {place: each[0][0] for place, each in words.items() if len(each) == 1}
    said = titles.of(raw.columns, only)
    seen: set[str] = set()
    found = []
    for place, name in enumerate(raw.columns):
        told = facts.get(place, {})
        private = privacy.of(said[place], told, words.get(place, ()))
        found.append(
            Column(
                name,
                () if private else tuple(examples.get(place, ())),
                int(told.get("filled", 0)),
                int(told.get("distinct_texts", 0)),
                private,
                told,
                () if private else tuple(words.get(place, ())),
                formats.get(place, ()),
                seen_rows,
                within.get(place, ()),
                bool(name.strip()) and "\0" not in name and name not in seen,
                said[place],
            )
        )
        seen.add(name)
    return found


def _within(
    con: duckdb.DuckDBPyConnection, names: list[str], facts: dict[int, dict[str, float]]
) -> dict[int, tuple[str, ...]]:
    """The columns in which rows differ that have one identifier."""
    marks = lexicon.vocabulary("key").keys()
    repeated = [
        place
        for place, name in enumerate(names)
        if (told := facts.get(place))
        and told["repeated"]
        and (lexicon.tokens(name) & marks or told["siret"] > REGISTERED)
    ][:REPEATED]
    found: dict[int, tuple[str, ...]] = {}
    if repeated:
        text = (HERE / "repeated.sql").read_text(encoding="utf-8")
        for place, other in con.execute(text, {"places": repeated}).fetchall():
            found[place] = (*found.get(place, ()), names[other])
    return found


def _fill_texts(con: duckdb.DuckDBPyConnection, columns: int, total: int, rows: int) -> None:
    """The table bring_texts: each column's different texts in the first rows and in others that
    are spread over the rest."""
    missing = ", ".join(map(quote, filter(None, contract.load("requests").missing)))
    step = max(1, total // max(1, rows // 2))
    cells = ", ".join(f"c{place}" for place in range(columns))
    con.execute(
        "CREATE OR REPLACE TABLE bring_rows AS SELECT * FROM "
        f"(SELECT row_number() OVER (ORDER BY line) AS number, {cells or 'line'} FROM raw) "
        f"WHERE number <= {rows if step == 1 else rows // 2} OR number % {step} = 0"
    )
    if not columns:
        con.execute(
            "CREATE OR REPLACE TABLE bring_texts AS SELECT 0 AS place, '' AS text, "
            "0::BIGINT AS rows, 0::BIGINT AS first_row WHERE false"
        )
        return
    con.execute(
        "CREATE OR REPLACE TABLE bring_texts AS "
        "SELECT place, text, count(*) AS rows, min(number) AS first_row FROM ("
        "SELECT number, substr(name, 2)::INTEGER AS place, trimmed(left(cell, 500)) AS text FROM "
        f"(UNPIVOT bring_rows ON {cells} INTO NAME name VALUE cell)) "
        f"WHERE text IS NOT NULL AND NOT list_contains([{missing}], lower(text)) "
        "GROUP BY place, text"
    )


def _head(
    con: duckdb.DuckDBPyConnection, width: int, private: set[int]
) -> tuple[tuple[str, ...], ...]:
    """The first rows that were looked at; what is private, and columns far out, are blank."""
    shown = [place for place in range(min(width, WIDEST)) if place not in private]
    if not shown:
        return ()
    cells = ", ".join(f"coalesce(left(c{place}, {LONGEST}), '')" for place in shown)
    found = con.execute(
        f"SELECT {cells} FROM bring_rows WHERE number <= {HEAD} ORDER BY number"
    ).fetchall()
    rows = [dict(zip(shown, row, strict=True)) for row in found]
    return tuple(tuple(row.get(place, "") for place in range(width)) for row in rows)


def _told(path: Path, folder: Path, reading: Reading, raw: drops.Raw, known: set[str]) -> Reading:
    """How the file was read, the guesses of intake among it."""
    if sampling.ending(path) not in drops.TEXT_ENDINGS:
        return reading
    sidecar: Sidecar = reading.sidecar()
    _, separator, _ = drops.opened(path, folder, sidecar, known)
    encoding = reading.encoding or _encoding(path, raw.notes)
    return replace(reading, separator=separator, encoding=encoding or "utf-8")


def _encoding(path: Path, notes: list[Note]) -> str | None:
    """The encoding that intake read a text by; None for UTF-8, and where it is mixed."""
    codes = {note.code: note for note in notes}
    if "mixed_encoding" in codes:
        return None
    if "guessed_encoding" in codes:
        return str(codes["guessed_encoding"].arguments["write"])
    if shown := encodings.shown(text.first_bytes(path)):
        return shown
    try:
        for piece in text.chunks(path):
            piece.decode()
    except UnicodeDecodeError as error:
        # the last sign of a piece may be cut
        return (
            None
            if error.end - error.start < 4 and error.reason == "unexpected end of data"
            else encodings.DEFAULT
        )
    return None
