"""The names that columns have for each field, as aliases.csv lists them.

The likeliest stand first; `=` behind one: that name alone, no word more; `!` before one: where that
is so, the field is not; `-`: it is something else.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.bring.lexicon import Words, joined, tokens
from etl.intake import contract
from etl.intake.text import fold_name

HERE = Path(__file__).parent
TICK, FIRST = 0.001, 40  # what a place further down costs, of so many; a tenth of those behind


@dataclass(frozen=True)
class Alias:
    text: str
    words: Words
    joined: str
    is_alone: bool
    cost: float
    is_denied: bool = False
    is_other: bool = False


@cache
def aliases(source: str) -> Mapping[str, tuple[Alias, ...]]:
    """By field of a source, its names."""
    found: dict[str, tuple[Alias, ...]] = {}
    fields = contract.load(source).names
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["source"] in ("", source) and row["field"] in fields:
                found[row["field"]] = (*found.get(row["field"], ()), *_aliases(row["aliases"]))
    return found


def _aliases(listed: str) -> list[Alias]:
    found = []
    for place, text in enumerate(listed.split("|")):
        name = text.removesuffix("=").lstrip("!-")
        cost = TICK * (min(place, FIRST) + max(0, place - FIRST) / 10)
        marks = text.endswith("="), cost, text.startswith("!"), text.startswith("-")
        found.append(Alias(name, tokens(name), joined(name), *marks))
    return found


@cache
def known_names() -> set[str]:
    """Every name of a column that is known, folded as intake folds them."""
    names = set()
    for source in contract.sources():
        names |= set(contract.load(source).names)
        for listed in aliases(source).values():
            names |= {fold_name(alias.text) for alias in listed}
    return names
