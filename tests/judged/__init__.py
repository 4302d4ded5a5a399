"""The judged queries: what a search should find, told without the search.

queries.csv has one row per query over the sample of 50,000 providers: the text typed, what is hard
in it ('' when nothing), and the intent of who typed it, as conditions on marts.providers. `make.py`
wrote it, before the search was tuned; the providers that an intent fits are the relevant ones.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

FILE = Path(__file__).with_name("queries.csv")
INTENT = ("name", "domains", "commune", "departement", "region", "postcode", "kind", "siren")
COLUMNS = ("query", "hard", *INTENT, "relevant", "first_ids")
AT = 10


@dataclass(frozen=True)
class Judged:
    """One query, what is hard in it, and the ids that answer it."""

    query: str
    hard: str
    relevant: frozenset[str]


def providers(build: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What the judge knows of the providers: the columns of the record, no key of the search."""
    return build.execute(
        "SELECT provider_id, name, kind, domain_codes, commune_code, departement_code, region_code,"
        " postcode, siren, is_active, last_seen_on FROM marts.providers ORDER BY provider_id"
    ).df()


def communes_of(build: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The communes of each postcode."""
    rows = build.execute("SELECT postcode, commune_code FROM reference.postcodes").fetchall()
    found: dict[str, set[str]] = {}
    for postcode, commune in rows:
        found.setdefault(postcode, set()).add(commune)
    return found


def relevant(
    intent: dict[str, str], everybody: pd.DataFrame, communes: dict[str, set[str]]
) -> list:
    """Ids of those who answer an intent, the active and freshest first.

    Where a kind of help is asked for, those who are active, as long as there is one. A postcode is
    the provider's own, or its commune's when its record holds none; an arrondissement (a postcode
    with its commune) is only the provider's own.
    """
    fits = pd.Series(True, index=everybody.index)
    if intent["name"]:
        fits &= everybody["name"] == intent["name"]
    if intent["domains"]:
        wanted = set(intent["domains"].split("|"))
        fits &= everybody["domain_codes"].map(lambda codes: bool(wanted & set(codes)))
    for column in ("commune", "departement", "region"):
        if intent[column]:
            fits &= everybody[f"{column}_code"].isin(intent[column].split("|"))
    if intent["postcode"]:
        own = everybody["postcode"] == intent["postcode"]
        theirs = everybody["commune_code"].isin(communes.get(intent["postcode"], set()))
        fits &= own | (everybody["postcode"].isna() & theirs & (not intent["commune"]))
    for column in ("kind", "siren"):
        if intent[column]:
            fits &= everybody[column] == intent[column]
    found = everybody[fits].sort_values(
        ["is_active", "last_seen_on", "provider_id"], ascending=[False, False, True]
    )
    if not intent["name"] and not intent["siren"] and found["is_active"].any():
        found = found[found["is_active"]]
    return found["provider_id"].tolist()


def load(build: duckdb.DuckDBPyConnection) -> list[Judged]:
    """Every query with its relevant ids; fails when the sample is not the one it was made for."""
    everybody, communes = providers(build), communes_of(build)
    judged = []
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            ids = relevant(row, everybody, communes)
            assert str(len(ids)) == row["relevant"], (row["query"], len(ids))
            assert ids[:3] == row["first_ids"].split(), row["query"]
            judged.append(Judged(row["query"], row["hard"], frozenset(ids)))
    return judged


def measure(
    judged: list[Judged], answer: Callable[[str], list[str]]
) -> tuple[pd.Series, pd.DataFrame]:
    """Means of recall@10, reciprocal rank (within ten) and success@1, and a row for each query.

    Recall is out of ten, or of all relevant ones where there are fewer.
    """
    rows = []
    for one in judged:
        hits = [provider in one.relevant for provider in answer(one.query)[:AT]]
        rows.append(
            {
                "query": one.query,
                "hard": one.hard,
                "recall": sum(hits) / min(AT, len(one.relevant)),
                "mrr": 1 / (hits.index(True) + 1) if True in hits else 0.0,
                "success": float(bool(hits and hits[0])),
            }
        )
    each = pd.DataFrame(rows)
    return each[["recall", "mrr", "success"]].mean(), each
