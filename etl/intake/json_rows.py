"""JSON turned into a table of text: lines, an array, or a list within a wrapper.

A list of values becomes one text with `|` between its items. An object within a row becomes
columns with dotted names (`adresse.cp`), unless the row has a key that is written so; of a list of
objects, `services.code` has the codes with `|` between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.intake import counted, json_lists, kinds
from etl.intake.contract import quote
from etl.intake.json_lists import DEEPEST, WIDEST, Wrapper
from etl.intake.text import Text, refuse_long
from etl.problems import FileProblem, Note, clip

AT_ONCE = 1000  # keys that one query looks at
SHOWN = 5  # keys that stand twice

Keys = tuple[str, ...]  # that lead to a value
Way = tuple[Keys, bool]  # to an object, or to a list of them


class _Key(NamedTuple):
    """A key of an object, and what it leads to in any of the rows: an object, another value, a
    list that begins with an object; nothing but numbers."""

    name: str
    is_object: bool
    is_plain: bool
    has_objects: bool
    is_number: bool


@dataclass(frozen=True)
class Column:
    """The keys that lead to a value or list; `each`: the key in each object of that list."""

    keys: Keys
    each: str | None = None
    is_number: bool = False

    @property
    def name(self) -> str:
        return ".".join(self.keys if self.each is None else (*self.keys, self.each))

    @property
    def is_top(self) -> bool:
        return len(self.keys) == 1 and self.each is None

    @property
    def item(self) -> str:
        """SQL of its text in `found`, of a column that is an item of each object in a list."""
        at, each = _pointer(self.keys), _pointer([self.each or ""])
        text = _plain(f"json_extract_string(item, {each})")
        return (
            f"CASE WHEN json_type(text, {at}) = 'ARRAY' THEN nullif(array_to_string("
            f"list_transform(TRY_CAST(json_extract(text, {at}) AS JSON[]), lambda item: {text}),"
            " '|'), '') END"
        )


def load(
    con: duckdb.DuckDBPyConnection, plain: Text, where: str | None, folder: Path
) -> tuple[list[str], frozenset[int], list[Note]]:
    """Fills `raw` and `malformed` from a text; `where` leads to the list of a wrapper, which is
    copied into `folder`.

    Returns the columns, the places of those of numbers, and what is odd of the objects.
    """
    around = None if where is None else _around(plain.path, where)
    path = plain.path if around is None else folder / "list.json"
    if around and where:
        json_lists.copy(plain.path, around.lists[where], path)
    if is_array(path) and _last_mark(path) != b"]":
        # DuckDB would read the objects that are whole and say nothing of the rest.
        raise FileProblem("broken_format", format="JSON", fault="json_open")
    try:
        if is_array(path):
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE objects AS SELECT row_number() OVER () AS line, "
                f"json::VARCHAR AS text FROM read_json_objects({quote(path)}, format='array', "
                f"maximum_object_size=16777216)"
            )
        else:
            refuse_long(plain)
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE lines AS SELECT text FROM read_csv({quote(path)}, "
                f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', "
                f"columns={{'text': 'VARCHAR'}}, max_line_size=33554432)"
            )
            con.execute(
                "CREATE OR REPLACE TEMP TABLE objects AS "
                "SELECT rowid + 1 AS line, text FROM lines WHERE trim(text) <> ''"
            )
    except duckdb.Error as error:
        raise kinds.broken(error, "JSON") from error
    con.execute(
        "INSERT INTO malformed SELECT line, 'not_json', 0, 0, text FROM objects "
        "WHERE NOT json_valid(text) OR json_type(text) <> 'OBJECT'"
    )
    json_lists.refuse_columns(con)
    con.execute("DELETE FROM objects WHERE NOT json_valid(text) OR json_type(text) <> 'OBJECT'")
    twice: list[Way] = []
    found = _columns(con, twice)
    written = {column.name for column in found if column.is_top}
    columns = [column for column in found if column.is_top or column.name not in written]
    single = {column: n for n, column in enumerate((c for c in columns if c.each is None), 1)}
    # an object in one row may be a list of objects in another
    names: dict[str, list[str]] = {}
    texts: set[str] = set()
    for column in columns:
        cell = f"cells[{single[column]}]" if column in single else column.item
        names.setdefault(column.name, []).append(cell)
        texts |= set() if column.is_number else {column.name}
    kinds.refuse_width(len(names))
    cells = "".join(
        f", coalesce({', '.join(same)}) AS c{i}" for i, same in enumerate(names.values())
    )
    con.execute(
        f"CREATE OR REPLACE TABLE raw AS SELECT line{cells} FROM ({_singles(single)}) ORDER BY line"
    )
    count = counted.of_json_array if is_array(path) else counted.of_json_lines
    rows = count(path)
    counted.refuse_difference(con, rows)
    numbers = frozenset(place for place, each in enumerate(names) if each not in texts)
    notes = _told_around(plain.path, around, where, rows) if around and where else []
    return list(names), numbers, [*notes, *_told_twice(con, twice)]


def _singles(columns: Iterable[Column]) -> str:
    """SQL of the texts of columns as one list, `cells`: each row is parsed twice, not twice a
    column, and takes no memory for each."""
    at = _pointers(column.keys for column in columns)
    items = _plain("array_to_string(TRY_CAST(cell[2]::JSON AS VARCHAR[]), '|')")
    return (
        "SELECT line, text, list_transform("
        f"list_zip(json_type(text, {at}), json_extract_string(text, {at})), lambda cell: "
        "CASE cell[1] WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN "
        f"{items} ELSE {_plain('cell[2]')} END) AS cells FROM objects"
    )


def _plain(text: str) -> str:
    """SQL of a text without NUL, which no text has and no command can name."""
    return f"replace({text}, chr(0), '')"


def is_array(path: Path) -> bool:
    """Whether a file is one array, and not an object or one a line."""
    return _first_mark(path) == b"["


def keys_of(row: dict[str, object], name: str) -> list[str]:
    """The keys that lead to a column in one row, as `load` reads it; a list of objects is passed
    as one key, and the next is that of each object."""
    if name in row:
        return [name]
    for key, inner in row.items():
        if isinstance(inner, dict) and name.startswith(f"{key}."):
            return [key, *keys_of(inner, name[len(key) + 1 :])]
        if isinstance(inner, list) and name.startswith(f"{key}."):
            return [key, name[len(key) + 1 :]]
    return [name]


def _columns(con: duckdb.DuckDBPyConnection, twice: list[Way]) -> list[Column]:
    """The columns of all rows, in the order of the first row with it: all objects that are as deep
    are looked into at once. `twice` gets the ways to objects with a key that stands there twice.
    Raises FileProblem where they are too many."""
    inside: dict[Keys, list[_Key]] = {}
    level: list[Keys] = [()]
    while level:
        kinds.refuse_width(len(inside) + len(level))
        ways = _keys_in(con, level, twice)
        for start in range(0, len(ways), AT_ONCE):
            some = ways[start : start + AT_ONCE]
            for above, key in _looked_at(con, some):
                inside.setdefault(above, []).append(key)
        level = [
            (*above, key.name)
            for above in level
            if len(above) + 1 < DEEPEST
            for key in inside.setdefault(above, [])
            if key.is_object
        ]
    return _within((), inside, con, twice)


def _keys_in(con: duckdb.DuckDBPyConnection, level: Sequence[Keys], twice: list[Way]) -> list[Keys]:
    """The ways to each key of objects that are as deep; none of one that has too many to be a
    row."""
    met = con.execute(
        "SELECT place, list(key ORDER BY line, key), bool_or(is_twice) FROM "
        "(SELECT place, key, min(line) AS line, bool_or(is_twice) AS is_twice FROM "
        "(SELECT line, place, unnest(keys) AS key, len(list_distinct(keys)) < len(keys) "
        f"AS is_twice FROM ({_keys_of(level)})) GROUP BY place, key) GROUP BY place ORDER BY place"
    ).fetchall()
    if level == [()] and met:
        kinds.refuse_width(len(met[0][1]))
    twice += [(level[place], False) for place, _, is_twice in met if is_twice]
    return [
        (*level[place], key)
        for place, keys, _ in met
        if not level[place] or len(keys) <= WIDEST
        for key in keys
    ]


def _keys_of(ways: Sequence[Keys]) -> str:
    """SQL of the keys of each object that a way leads to, by its line and the place of the way."""
    return (
        "SELECT line, place, json_keys(inside) AS keys FROM "
        f"(SELECT line, unnest(json_extract(text, {_pointers(ways)})) AS inside, "
        f"unnest(range({len(ways)})) AS place FROM objects) WHERE json_type(inside) = 'OBJECT'"
    )


def _told_twice(con: duckdb.DuckDBPyConnection, ways: Sequence[Way]) -> list[Note]:
    """Keys that stand twice in one object, of which the first is read."""
    if not ways:
        return []
    objects = [_keys_of_items(way) if is_list else _keys_of([way]) for way, is_list in ways[:SHOWN]]
    keys = " UNION ALL ".join(
        f"SELECT {place} AS place, line, keys FROM ({each})" for place, each in enumerate(objects)
    )
    again = "list_filter(keys, lambda key, n: list_position(keys, key) < n)"
    found = con.execute(
        "SELECT place, key, count(*), min(line) FROM "
        f"(SELECT place, line, unnest(list_distinct({again})) AS key FROM ({keys})) "
        "GROUP BY place, key ORDER BY min(line), place, key"
    ).fetchall()
    names = [".".join((*ways[place][0], key)) for place, key, _, _ in found[:SHOWN]]
    return [
        Note("twice_in_object", {"column": name, "met": met, "line": line})
        for name, (_, _, met, line) in zip(names, found, strict=False)
    ]


def _looked_at(con: duckdb.DuckDBPyConnection, ways: Sequence[Keys]) -> list[tuple[Keys, _Key]]:
    """What the keys lead to, each with the keys above it."""
    # of all keys at once: beside each of them a row would stand once more
    found = con.execute(
        "SELECT bool_or(kind = 'OBJECT'), bool_or(kind NOT IN ('OBJECT', 'NULL')), "
        "coalesce(bool_or(first_kind = 'OBJECT'), false), "
        "coalesce(bool_and(kind IN ('DOUBLE', 'BIGINT', 'UBIGINT', 'NULL')), false) "
        f"FROM (SELECT unnest(json_type(text, {_pointers(ways)})) AS kind, "
        f"unnest(json_type(text, {_pointers([(*way, '0') for way in ways])})) AS first_kind, "
        f"unnest(range({len(ways)})) AS place FROM objects) GROUP BY place ORDER BY place"
    ).fetchall()
    return [(way[:-1], _Key(way[-1], *is_of)) for way, is_of in zip(ways, found, strict=True)]


def _within(
    above: Keys,
    inside: dict[Keys, list[_Key]],
    con: duckdb.DuckDBPyConnection,
    twice: list[Way],
) -> list[Column]:
    """The columns of an object."""
    columns: list[Column] = []
    for key in inside.get(above, []):
        keys = (*above, key.name)
        inner = _within(keys, inside, con, twice)
        is_row = 0 < len(inner) <= WIDEST
        if key.is_plain or not is_row:
            columns.append(Column(keys, is_number=key.is_number))
        if key.has_objects:
            columns += [Column(keys, each) for each in _keys_in_list(con, keys, twice)]
        if is_row:
            columns += inner
    return columns


def _keys_in_list(con: duckdb.DuckDBPyConnection, keys: Keys, twice: list[Way]) -> list[str]:
    """The keys of the objects in a list; none where they are too many to be fields."""
    found = con.execute(
        "SELECT key, bool_or(is_twice) FROM (SELECT line, unnest(keys) AS key, "
        f"len(list_distinct(keys)) < len(keys) AS is_twice FROM ({_keys_of_items(keys)})) "
        f"GROUP BY key ORDER BY min(line), key LIMIT {WIDEST + 1}"
    ).fetchall()
    if len(found) > WIDEST:
        return []
    twice += [(keys, True)] if any(is_twice for _, is_twice in found) else []
    return [key for key, _ in found]


def _keys_of_items(keys: Keys) -> str:
    """SQL of the keys of each object in a list."""
    at = _pointer(keys)
    return (
        "SELECT line, json_keys(item) AS keys FROM (SELECT line, "
        f"unnest(TRY_CAST(json_extract(text, {at}) AS JSON[])) AS item FROM objects "
        f"WHERE json_type(text, {at}) = 'ARRAY') WHERE json_type(item) = 'OBJECT'"
    )


def _pointer(keys: Sequence[str]) -> str:
    """SQL of the JSON pointer of keys."""
    return quote("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys))


def _pointers(ways: Iterable[Sequence[str]]) -> str:
    """SQL of the JSON pointers of many keys."""
    return f"[{', '.join(map(_pointer, ways))}]::VARCHAR[]"


def _around(path: Path, where: str) -> Wrapper:
    """What is around the list of that name. Raises FileProblem when there is none, or two."""
    found = json_lists.wrapper(path)
    if found is None or where not in found.lists:
        others = ", ".join(found.lists if found else ())
        raise FileProblem("json_path", value=where, found=others or "–")
    if where in found.twice:
        raise FileProblem("list_twice", value=where)
    return found


def _told_around(path: Path, around: Wrapper, where: str, rows: int) -> list[Note]:
    """Other lists like the one that is read, and what says that there are more rows than it has."""
    other = json_lists.alike(path, around, where)
    notes = [Note("other_lists", {"list": where, "other": other})] if other else []
    if more := json_lists.more_said(around, rows):
        said = clip(str(more[1]), 80)
        notes.append(Note("one_page", {"key": more[0], "said": said, "rows": rows}))
    return notes


def _first_mark(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(65536).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]


def _last_mark(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65536))
        return file.read().rstrip(b" \t\r\n")[-1:]
