"""What a territory's code says of its level, bands of age that are columns, and numbers that stand
in two parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from etl.bring import lexicon, naming
from etl.bring.fitting import PEOPLE
from etl.bring.looking import Column
from etl.bring.matched import Match
from etl.bring.matching import Matching
from etl.intake.contract import Field, fold

COMMUNE, THREE_DIGITS = frozenset({"commune"}), re.compile("[0-9]{3}")
DEPARTEMENT, TWO_SIGNS = frozenset({"departement"}), re.compile("(?i)[0-9]{2}|2[AB]")
LEVELS = ("commune", "departement", "region")
SHARE = 0.95
OF_CENSUS = re.compile(r"P(\d\d)_POP")  # as INSEE names it
BANDS = {"0-4": (0, 4), "5-19": (5, 19), "75+": (75, None)}
PARTS = (("homme", "femme"), ("men", "women"), ("male", "female"))  # as tokens are written
WHOLE = ("total", "ensemble", "tous", "all", "tous ages", "population", "pop")


def found(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    yield from _level(matching, taken)
    yield from _bands(matching, taken)
    yield from _year(matching, taken)
    yield from _siren(matching, taken)
    yield from _parts(matching, taken)
    yield from _commune(matching, taken)


def _commune(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The code of a commune that stands in two columns: its département, and three digits of its
    own in it."""
    if "commune_code" in taken or "commune_code" not in matching.contract.names:
        return
    columns = [matching.columns[place] for place in matching.places()]
    own = [
        column
        for column in columns
        if lexicon.tokens(column.said) & COMMUNE and _have(column, THREE_DIGITS)
    ]
    around = [
        column
        for column in columns
        if lexicon.tokens(column.said) & DEPARTEMENT and column.facts.get("departement", 0) > SHARE
        and _have(column, TWO_SIGNS)
    ]  # fmt: skip
    if len(own) == len(around) == 1:
        columns_of = (around[0].name, own[0].name)
        yield Match("commune_code", "join", columns_of, 0.9, "commune_parts", {"separator": ""})


def _have(column: Column, shape: re.Pattern[str]) -> bool:
    """Whether all values that were looked at have a shape."""
    return bool(column.words) and all(shape.fullmatch(text) for text, _ in column.words)


def _year(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The year that the column of people is named after: P21_POP, population 2021."""
    if matching.source != "population" or "year" in taken or "population" not in taken:
        return
    name = taken["population"].columns[0]
    if found := OF_CENSUS.fullmatch(name):
        yield Match("year", "constant", (), 0.9, "year", {"value": 2000 + int(found[1])})
    elif found := re.search(r"(?<!\d)(20\d\d)(?!\d)", name):
        yield Match("year", "constant", (), 0.9, "year", {"value": int(found[1])})


def _siren(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The SIREN of a firm is the first nine digits of the SIRET of its establishment."""
    if matching.source not in ("cooperatives", "cooperative_years") or "siren" in taken:
        return
    found = [
        matching.columns[place]
        for place in matching.places()
        if matching.columns[place].facts.get("siret", 0) > SHARE
    ]
    if len(found) == 1:
        pattern = {"pattern": r"^((?:[0-9][ .]?){9})"}
        yield Match("siren", "extract", (found[0].name,), 0.9, "siret_as_siren", pattern)


def _parts(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """Whole numbers of people that stand in two columns, and in none together."""
    numbers = [
        column
        for column in map(matching.columns.__getitem__, matching.places())
        if column.facts.get("whole", 0) > SHARE and column.facts.get("number", 0) > SHARE
    ]
    for field in matching.contract.fields:
        if field.name not in PEOPLE or field.name in taken:
            continue
        for one, other in PARTS:
            halves = [
                [
                    column.name
                    for column in numbers
                    if _says_part(matching, column.said, part, field)
                ]
                for part in (one, other)
            ]
            if all(len(names) == 1 for names in halves):
                yield Match(field.name, "sum", (halves[0][0], halves[1][0]), 0.9, "parts")
                break


def _says_part(matching: Matching, name: str, part: str, field: Field) -> bool:
    """Whether a name is that of a field, with a word for a part of it more."""
    words = [word for word in lexicon.plain(name) if lexicon.token(word) != part]
    is_part = part in lexicon.tokens(name)
    rest = " ".join(words)
    return (
        is_part
        and bool(words)
        and (naming.said(rest, matching.source, field.name).score > naming.NEAR)
    )


def _level(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The level of the codes, where all of them are of one and the name says which."""
    if "territory_code" not in taken or "territory_level" in taken:
        return
    column = matching.by_name[taken["territory_code"].columns[0]]
    said = fold(column.said).replace("dep ", "departement ").replace("insee", "commune")
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
        words = fold(column.said)
        plain = re.sub(r"\b(pop|population|age|ages|ans|de|habitants?)\b", " ", words).strip()
        if span := _span(column.said, plain):
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
