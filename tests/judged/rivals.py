"""What the search is measured against: SQLite's FTS5 and plain ILIKE over the same words.

Both get the same text of each provider (name, place, postcode, département, region, identifiers,
labels and aliases of the domains) and break ties as the search does: the active and freshest first.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import duckdb

LIMIT = 50
_DOCUMENTS = """
    SELECT provider_id, coalesce(name, '') AS name, concat_ws(' ', commune_name, city, postcode,
        departement_name, departement_code, siren, siret, kind) AS place,
        array_to_string(list_transform(domain_codes, lambda code: words[code]), ' ') AS domains,
        is_active, epoch(last_seen_on) AS seen
    FROM marts.providers, (
        SELECT map(list(domain_code), list(label_fr || ' ' || label_en || ' ' || aliases)) AS words
        FROM reference.domains
        JOIN (SELECT domain_code, string_agg(alias, ' ') AS aliases FROM reference.domain_aliases
            GROUP BY domain_code) USING (domain_code))
    ORDER BY provider_id
"""


def _opened(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The connection of the pages: one process opens a build once."""
    from pages.shared import query

    path = str((warehouse / "current" / "marketplace.duckdb").resolve())
    return query._connection(path).cursor()


@contextmanager
def full_text(warehouse: Path) -> Iterator[Callable[[str], list[str]]]:
    """FTS5, unicode61 without diacritics: every word (or its beginning), else any, by bm25."""
    documents = _opened(warehouse).execute(_DOCUMENTS)
    batches = iter(lambda: documents.fetchmany(10_000), [])
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE documents USING fts5(name, place, domains, provider UNINDEXED,"
        " active UNINDEXED, seen UNINDEXED, tokenize='unicode61 remove_diacritics 2')"
    )
    database.executemany(
        "INSERT INTO documents (provider, name, place, domains, active, seen)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        chain.from_iterable(batches),
    )

    def answer(words: str) -> list[str]:
        tokens = re.findall(r"\w+", re.sub(r"(?<=\d)\s(?=\d{3})", "", words))
        for joint, star in ((" AND ", ""), (" AND ", "*"), (" OR ", "*")):
            asked = joint.join(f'"{token}"{star}' for token in tokens)
            found = database.execute(
                "SELECT provider FROM documents WHERE documents MATCH ?"
                " ORDER BY bm25(documents, 10, 5, 1), active DESC, seen DESC LIMIT ?",
                (asked, LIMIT),
            ).fetchall()
            if found:
                return [row[0] for row in found]
        return []

    yield answer
    database.close()


@contextmanager
def plain(warehouse: Path) -> Iterator[Callable[[str], list[str]]]:
    """ILIKE: every word somewhere in the text, the active and freshest first."""
    build = _opened(warehouse)
    build.execute(
        f"CREATE OR REPLACE TEMP TABLE documents AS SELECT provider_id, is_active, seen,"
        f" name || ' ' || place || ' ' || domains AS words FROM ({_DOCUMENTS})"
    )

    def answer(words: str) -> list[str]:
        tokens = re.sub(r"[%_\\\"]", "", words).split()
        every = " AND ".join(["words ILIKE ?"] * len(tokens)) or "FALSE"
        found = build.execute(
            f"SELECT provider_id FROM documents WHERE {every}"
            f" ORDER BY is_active DESC, seen DESC, provider_id LIMIT {LIMIT}",
            [f"%{token}%" for token in tokens],
        ).fetchall()
        return [row[0] for row in found]

    yield answer
    build.close()
