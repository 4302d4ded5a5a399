"""What exports dress cells with. Entities of HTML (B&eacute;gard, M&amp;M), as web pages and some
databases write them, are read as the characters that they stand for, and told; what keeps a number
a text in a spreadsheet (="007", '007) is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.entities import html5

import duckdb

from etl.problems import Note

# with its semicolon only: without it, &copy=1 in an address is no sign of copyright
ENTITY = "&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
# a formula that is a text; an apostrophe before what a spreadsheet would take for a number
DRESS = '="([^"]*)"|\'([0-9+][^\']*)'
TIMES = 3  # an export of an export writes &amp;eacute;
LAST = 0x10FFFF


def read(con: duckdb.DuckDBPyConnection, columns: Sequence[int]) -> list[Note]:
    """Takes the dress off these columns of `raw`; a note where it held entities."""
    cells = [f"c{column}" for column in columns]
    if not cells:
        return []
    marked = " OR ".join(f"contains({cell}, '&')" for cell in cells)
    # those that begin with an equals sign or an apostrophe, as ranges: nothing is cut from a cell
    kept = " OR ".join(
        f"({cell} >= '=' AND {cell} < '>') OR ({cell} >= chr(39) AND {cell} < '(')"
        for cell in cells
    )
    asked = f"SELECT bool_or({marked}), bool_or({kept}) FROM raw"
    has_entities, has_dress = con.execute(asked).fetchone() or (False, False)
    if not has_entities and not has_dress:
        return []
    views = "FROM duckdb_views() WHERE view_name = 'raw' AND schema_name = current_schema()"
    table = "raw_rows" if con.execute(views).fetchone() else "raw"  # as drops.load makes them
    for cell in cells if has_dress else ():
        con.execute(
            f"UPDATE {table} SET {cell} = concat(regexp_extract({cell}, $dress, 1), "
            f"regexp_extract({cell}, $dress, 2)) WHERE regexp_full_match({cell}, $dress)",
            {"dress": DRESS},
        )
    if not has_entities:
        return []
    parts = " UNION ALL ".join(
        f"SELECT line, {cell} AS text FROM raw WHERE contains({cell}, '&')" for cell in cells
    )
    found = con.execute(
        f"SELECT text, count(*), min(line) FROM ({parts}) WHERE regexp_matches(text, $entity) "
        "GROUP BY text ORDER BY min(line), text",
        {"entity": ENTITY},
    ).fetchall()
    found = [(text, said, *more) for text, *more in found if (said := plain(text)) != text]
    if not found:
        return []
    con.execute(
        "CREATE OR REPLACE TEMP TABLE entity_texts AS "
        "SELECT unnest($texts) AS text, unnest($plain) AS plain",
        {"texts": [row[0] for row in found], "plain": [row[1] for row in found]},
    )
    for cell in cells:
        con.execute(f"UPDATE {table} SET {cell} = plain FROM entity_texts WHERE {cell} = text")
    con.execute("DROP TABLE entity_texts")
    text, read_as, _, line = found[0]
    met = sum(row[2] for row in found)
    return [Note("entities", {"met": met, "value": text, "read": read_as, "line": line})]


def plain(text: str) -> str:
    """A text with the characters that its entities stand for; what is none stays as it is."""
    for _ in range(TIMES):
        before, text = text, re.sub(ENTITY, _character, text)
        if text == before:
            break
    return text


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if not name.startswith("#"):
        return html5.get(f"{name};", entity[0])
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    is_text = (31 < code <= LAST and not 0xD800 <= code <= 0xDFFF) or code in (9, 10, 13)
    return chr(code) if is_text else entity[0]
