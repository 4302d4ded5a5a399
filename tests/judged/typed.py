"""The queries of typed.csv: what a search finds of the providers that their conditions fit."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

FILE = Path(__file__).with_name("typed.csv")
MEASURES = ["recall", "mrr", "precision", "success", "zero"]
AT, DRAWS, SEED = 10, 2000, 20261129
# columns of typed.csv and of the providers; a condition is any of the values between bars
_CONDITIONS = {
    "name": "name",
    "communes": "commune_code",
    "postcodes": "postcode",
    "departements": "departement_code",
    "regions": "region_code",
    "kinds": "kind",
    "siren": "siren",
}


def queries(market: str, half: str) -> list[dict[str, str]]:
    """The rows of a market (real or sample) and a half (dev, locked or later)."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if (row["market"], row["half"]) == (market, half)]


def providers(build: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What the judge knows of the providers: the columns of the record, no key of the search."""
    return build.execute(
        "SELECT provider_id, name, kind, domain_codes, commune_code, departement_code, region_code,"
        " postcode, siren FROM marts.providers ORDER BY provider_id"
    ).df()


def relevant(row: dict[str, str], everybody: pd.DataFrame) -> set[str]:
    """The ids of those who fit every condition that is filled in."""
    fits = pd.Series(True, index=everybody.index)
    for condition, column in _CONDITIONS.items():
        if row[condition]:
            fits &= everybody[column].isin(row[condition].split("|"))
    if row["domains"]:
        wanted = set(row["domains"].split("|"))
        fits &= everybody["domain_codes"].map(lambda codes: not wanted.isdisjoint(codes))
    return set(everybody.loc[fits, "provider_id"])


def measure(
    rows: list[dict[str, str]], everybody: pd.DataFrame, answer: Callable[[str], list[str]]
) -> pd.DataFrame:
    """A row for each query: kind, query, whether anybody is shown, and of those with an answer
    recall@10, reciprocal rank, precision@10 (NaN where nobody is shown), success@1, zero."""
    measured = []
    for row in rows:
        shown = answer(row["query"])[:AT]
        one: dict[str, object] = {"kind": row["kind"], "query": row["query"], "shown": bool(shown)}
        if row["kind"] != "nobody":
            ids = relevant(row, everybody)
            assert ids, row["query"]
            hits = [provider in ids for provider in shown]
            one |= {
                "recall": sum(hits) / min(AT, len(ids)),
                "mrr": 1 / (hits.index(True) + 1) if True in hits else 0.0,
                "precision": np.mean(hits) if hits else np.nan,
                "success": float(bool(hits and hits[0])),
                "zero": float(not hits),
            }
        measured.append(one)
    return pd.DataFrame(measured)


def summary(each: pd.DataFrame) -> pd.DataFrame:
    """Mean of each measure with its 95 % interval (percentile bootstrap over the queries), and the
    share of those with nobody for an answer that show somebody."""
    draw = np.random.default_rng(SEED)
    nobody = each["kind"] == "nobody"
    values = {name: each.loc[~nobody, name].to_numpy(float) for name in MEASURES}
    values["shown to nobody"] = each.loc[nobody, "shown"].to_numpy(float)
    table = {}
    for name, of in values.items():
        means = np.nanmean(of[draw.integers(len(of), size=(DRAWS, len(of)))], axis=1)
        table[name] = [np.nanmean(of), *np.quantile(means, [0.025, 0.975]), len(of)]
    return pd.DataFrame(table, index=["mean", "low", "high", "n"]).T
