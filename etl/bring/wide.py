"""What a territory's code says of its level, and bands of age that are columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from etl.bring.matched import Match
from etl.bring.matching import Matching
from etl.intake.contract import fold

LEVELS = ("commune", "departement", "region")
SHARE = 0.95
YEARS = re.compile(r"(\d{1,3})(?:\s*(?:a|to|et|ans?)?\s*(\d{1,3}))?")
BANDS = {"0-4": (0, 4), "5-19": (5, 19), "75+": (75, None)}
WHOLE = ("total", "ensemble", "tous", "all", "tous ages", "population", "pop")


def found(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    yield from _level(matching, taken)
    yield from _bands(matching, taken)


def _level(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The level of the codes, where all of them are of one and the name says which."""
    if "territory_code" not in taken or "territory_level" in taken:
        return
    column = matching.by_name[taken["territory_code"].columns[0]]
    said = fold(column.name).replace("dep ", "departement ").replace("insee", "commune")
    fitting = [level for level in LEVELS if column.facts.get(level, 0) >= SHARE]
    named = [level for level in fitting if level in said]
    sure = named or (["commune"] if fitting == ["commune"] else [])
    if len(sure) == 1:
        yield Match("territory_level", "constant", (), 0.9, "level", {"value": sure[0]})


def _bands(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """Columns of five years of age each, and of all, as the bands of the contract."""
    if matching.source != "population" or "band" in taken:
        return
    spans: dict[str, tuple[int, int | None]] = {}
    whole = []
    for place in matching.places():
        column = matching.columns[place]
        if column.facts.get("number", 0) < SHARE:
            continue
        words = fold(column.name)
        plain = re.sub(r"\b(pop|population|age|ages|ans|de|habitants?)\b", " ", words).strip()
        if span := _span(column.name, plain):
            spans[column.name] = span
        elif not plain or plain in WHOLE:
            whole.append(column.name)
    columns = {}
    if len(whole) == 1:
        columns["all"] = whole
    for band, (low, high) in BANDS.items():
        if parts := _covering(spans, low, high):
            columns[band] = parts
    if len(columns) < 2:
        return
    names = tuple(name for parts in columns.values() for name in parts)
    details = {"field": "band", "value": "population", "columns": columns}
    yield Match("band", "unpivot", names, 0.9, "bands", details)
    yield Match("population", "unpivot", names, 0.9, "bands", details)


def _span(name: str, plain: str) -> tuple[int, int | None] | None:
    """The ages that a name says: 0-4, 75+, 95 et plus."""
    if re.search(r"\d\s*(\+|et plus|ou plus|plus|and over)", name.lower().replace("_", " ")):
        first = re.search(r"\d+", plain)
        return (int(first[0]), None) if first else None
    both = re.fullmatch(r"(\d{1,3})\s+(?:a |to )?(\d{1,3})", plain)
    return (int(both[1]), int(both[2])) if both else None


def _covering(spans: Mapping[str, tuple[int, int | None]], low: int, high: int | None) -> list[str]:
    """The columns that cover the ages one after the other; [] where they do not."""
    parts: list[str] = []
    age = low
    ordered = sorted(spans.items(), key=lambda one: one[1][0])
    for name, (first, last) in ordered:
        if first != age or (last is not None and high is not None and last > high):
            continue
        if last is None:
            return [*parts, name] if high is None else []
        parts.append(name)
        age = last + 1
        if high is not None and last == high:
            return parts
    return []
