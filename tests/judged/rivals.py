"""What the search is measured against over the same words: SQLite's FTS5, plain ILIKE, tantivy
(which is no dependency: pip install tantivy==0.27.0) and rapidfuzz.

All get the same text of each provider (name, place, postcode, département, region, identifiers,
labels and aliases of the domains) and break ties as the search does: the active and freshest first.
"""

import importlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import duckdb
from rapidfuzz import fuzz, process

from etl.intake.contract import fold

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


def _tokens(words: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"(?<=\d)\s(?=\d{3})", "", words))


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
        tokens = _tokens(words)
        for joint, star in ((" AND ", ""), (" AND ", "*"), (" OR ", "*")) if tokens else ():
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


def tantivy(warehouse: Path) -> Callable[[str], list[str]]:
    """French stems without accents, names thrice and places twice as heavy; all words, then all
    with a slip or as beginnings, then any. Raises ImportError where it is not installed."""
    library = importlib.import_module("tantivy")
    documents = _opened(warehouse).execute(_DOCUMENTS).df()
    fields = ["name", "place", "domains"]
    schema = library.SchemaBuilder()
    for name in fields:
        schema.add_text_field(name, tokenizer_name="french")
    schema.add_text_field("provider", stored=True, tokenizer_name="raw")
    index = library.Index(schema.build())
    words_of = library.TextAnalyzerBuilder(library.Tokenizer.simple())
    for step in ("lowercase", "ascii_fold"):
        words_of = words_of.filter(getattr(library.Filter, step)())
    french = words_of.filter(library.Filter.stemmer("french")).build()
    index.register_tokenizer("french", french)
    writer = index.writer()
    order = documents.sort_values(["is_active", "seen"], ascending=False, kind="stable")
    for row in order.itertuples():
        texts = {name: [str(getattr(row, name) or "")] for name in fields}
        writer.add_document(library.Document(provider=[row.provider_id], **texts))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def answer(words: str) -> list[str]:
        text = " ".join(_tokens(words))
        slips = dict.fromkeys(fields, (True, 1, True))
        for is_every in (True, False):
            for fuzzy in ({}, slips) if text else ():
                asked = index.parse_query(
                    text, fields, field_boosts={"name": 3.0, "place": 2.0}, fuzzy_fields=fuzzy,
                    conjunction_by_default=is_every,
                )  # fmt: skip
                hits = searcher.search(asked, LIMIT).hits
                if hits:
                    return [searcher.doc(at)["provider"][0] for _score, at in hits]
        return []

    return answer


def fuzzy(warehouse: Path) -> Callable[[str], list[str]]:
    """rapidfuzz: the texts that hold the most of the words (token_set_ratio, at least 60)."""
    documents = _opened(warehouse).execute(_DOCUMENTS).df()
    columns = [documents[name].fillna("") for name in ("name", "place", "domains")]
    texts = [fold(" ".join(parts)) for parts in zip(*columns, strict=True)]
    ids = documents["provider_id"].tolist()

    def answer(words: str) -> list[str]:
        asked = fold(words)
        found = process.extract(
            asked, texts, scorer=fuzz.token_set_ratio, limit=LIMIT, score_cutoff=60
        )
        return [ids[at] for _text, _score, at in found] if asked else []

    return answer
