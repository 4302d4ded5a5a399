"""Columns that are ticked: one for each domain, state or way of working."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from etl.bring import lexicon, meanings
from etl.bring.matched import Match
from etl.bring.matching import Matching

FEWEST = 2
SHARE = 0.95
# What an unticked row of a request is: neither filled nor cancelled.
ELSE = {"status": "open"}
PAID = frozenset({"paye"})  # says nothing of what becomes of a request
FIELDS = ("domains", "domain", "status", "modes", "kind")


def _is_known(matching: Matching, text: str) -> bool:
    """Whether intake knows a word for another field: direct employment is a mode, and no domain
    because somebody searches for one by it."""
    fields = (matching.contract[name] for name in FIELDS if name in matching.contract.names)
    return any(meanings.known(field, text) for field in fields)


def found(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """A field that no column fills, by columns whose names are its values."""
    used = {column for match in taken.values() for column in match.columns}
    ticked = [
        matching.columns[place]
        for place in matching.places()
        if matching.columns[place].facts.get("flag", 0) >= SHARE
        and matching.columns[place].facts.get("most", 0) <= 1
        and matching.columns[place].name not in used
        and not lexicon.tokens(matching.columns[place].said) & PAID
    ]
    for field in FIELDS:
        if field in taken or field not in matching.contract.names:
            continue
        entry = matching.contract[field]
        values = {}
        for column in ticked:
            said = " ".join(lexicon.plain(column.said))
            text = column.name.replace("_", " ").strip()
            value = meanings.proposed(matching.source, entry, text) or meanings.proposed(
                matching.source, entry, said
            )
            is_own = meanings.known(entry, text) or not _is_known(matching, text)
            if value and "|" not in value and is_own:
                values[column.name] = value
        if len(values) < FEWEST:
            continue
        if field in ELSE:
            values["*"] = ELSE[field]
        columns = tuple(name for name in values if name != "*")
        yield Match(field, "flags", columns, 0.9, "ticked", {"values": values})
        ticked = [column for column in ticked if column.name not in values]
