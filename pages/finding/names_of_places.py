"""Which territories a name means: the likely ones, and those it could mean as well."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, log10
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pages.finding.slips import Numbers, Texts

ARTICLES = ("la ", "le ", "les ", "l ")
LINKS = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "lez",
        "pres",
        "s",
        "sous",
        "sur",
    ]
)
BEFORE_PLACES = frozenset("a au aux vers near in around autour proche pres dans".split())  # noqa: SIM905
# kinds of names that mean all their territories together, as Alsace means two départements
TOGETHER = frozenset({"old_region", "initials", "nickname", "english"})
_HAMLET, _TIMES = 2000, 10  # people; so many times as many live where a shortened name leads
_SHORTEST = 5  # letters of a first word that stands for the name
_SINGULAR = 6  # letters of a name that may be typed without its last s
CITY, TOWN = 20_000, 2_000  # people: a misspelt one is likelier than a name; than a word
# people of a commune whose name, or that of a part of it, may be cut short: Hellemmes, in Lille
_LEAST_SHORT = {"official": _HAMLET, "delegated": CITY, "former": CITY}
_SLIP = 1.5  # a slip more is likelier than a place that has 30 times fewer people
# letters of a city's name that was begun, and of its end, each of which tells as ten times fewer do
_LEAST_BEGUN, _MOST_LACKING = 5, 4


@dataclass(frozen=True)
class Place:
    """A territory that words name: providers are there when their place_number is in low..high."""

    level: str
    code: str
    name: str
    departement: str
    low: int
    high: int
    providers: int
    population: int

    def holds(self, other: "Place") -> bool:
        """Whether another place lies within this one."""
        return self.low <= other.low and other.high <= self.high


class Meant(NamedTuple):
    """What a name means: any of ``likely``; ``others`` bear it as well."""

    likely: tuple[Place, ...]
    others: tuple[Place, ...] = ()

    @property
    def population(self) -> int:
        """How many people live where it likely leads."""
        return sum(place.population for place in self.likely)


@dataclass(frozen=True)
class Names:
    """The names of all places, folded; each way of writing one leads to what it means."""

    exact: dict[str, Meant]
    written: dict[str, Meant]  # otherwise: without article or little words, joined, singular
    joined: Texts = field(repr=False)  # names without spaces, of four letters and more
    meant: list[Meant] = field(repr=False)  # of each of them
    populations: Numbers = field(repr=False)
    words: frozenset[str] = field(repr=False)  # that the names are made of
    cities: list[tuple[str, Meant]] = field(repr=False)  # joined names, in alphabetical order
    city_names: Texts = field(repr=False)  # the same names

    def misspelt(self, windows: Sequence[str], most: Sequence[int]) -> list[tuple[Meant, int]]:
        """For each joined text the likeliest name within so many slips, and how many; (nothing, 0)
        where there is none."""
        found: list[tuple[Meant, int]] = []
        for text, slips in zip(windows, most, strict=True):
            begun = self._begun(text)
            if begun:
                found.append((begun, 1))
                continue
            numbers, away = self.joined.near(text, slips)
            people = self.populations[numbers]
            is_likely = people >= (CITY if len(text) < 5 else 1)
            if not is_likely.any():
                found.append((Meant(()), 0))
                continue
            weight = np.log10(np.maximum(people, 1)) - _SLIP * away
            best = np.lexsort((numbers, -weight, ~is_likely))[0]
            found.append((self.meant[int(numbers[best])], int(away[best])))
        return found

    def is_town(self, name: str) -> bool:
        """Whether this is the whole name of a town."""
        return name in self.exact and self.exact[name].population >= _HAMLET

    def is_city(self, text: str) -> bool:
        """Whether this is one slip away from the name of a city, or its beginning."""
        return self._begun(text) is not None or len(self.city_names.near(text, 1)[0]) > 0

    def _begun(self, text: str) -> Meant | None:
        """The likeliest city whose name begins so, but for a few letters."""
        if len(text) < _LEAST_BEGUN:
            return None
        low = bisect_left(self.cities, (text,))
        high = bisect_left(self.cities, (text + "\U0010ffff",))
        near = [
            (log10(meant.population) - (len(name) - len(text)), meant)
            for name, meant in self.cities[low:high]
            if 0 < len(name) - len(text) <= _MOST_LACKING
        ]
        return max(near, key=itemgetter(0), default=(0.0, None))[1]


def named(rows: pd.DataFrame) -> tuple[Names, dict[tuple[str, str], Place]]:
    """The names, and the places by level and code, from the rows of names_of_places.sql."""
    codes: dict[tuple[str, str], Place] = {}
    by_name: dict[str, list[tuple[Place, str]]] = {}
    row: Any
    for row in rows.itertuples(index=False):
        key = (str(row.level), str(row.code))
        if key not in codes:
            codes[key] = Place(
                *key, str(row.name), str(row.departement_code or ""), int(row.low),
                int(row.high), int(row.providers), int(row.population),
            )  # fmt: skip
        by_name.setdefault(str(row.phrase), []).append((codes[key], str(row.kind)))
    exact = {name: _meant(bearers) for name, bearers in by_name.items()}
    written = _first_words(by_name)
    for name in exact.keys() & written.keys():
        exact[name] = Meant(written.pop(name).likely, exact[name].likely)
    joined: dict[str, Meant] = {}
    for name, meant in sorted(exact.items(), key=lambda pair: -pair[1].population):
        for other in _ways(name):
            if other not in exact:
                written.setdefault(other, meant)
        bare = _bare(name)
        for solid in (name.replace(" ", ""), bare.replace(" ", "")):
            if len(solid) >= 4:
                joined.setdefault(solid, meant)
    for name, meant in written.items():
        if " " in name:
            joined.setdefault(name.replace(" ", ""), meant)
    cities = sorted((name, meant) for name, meant in joined.items() if meant.population >= CITY)
    return Names(
        exact, written, Texts(list(joined)), list(joined.values()),
        np.array([meant.population for meant in joined.values()], np.int64),
        frozenset(word for name in exact for word in name.split()),
        cities, Texts([name for name, _meant in cities]),
    ), codes  # fmt: skip


def _first_words(by_name: dict[str, list[tuple[Place, str]]]) -> dict[str, Meant]:
    """Towns by the first words of their name, where no other place's name begins so, but for
    hamlets where nobody is: Sarlat, Six-Fours, Tournan."""
    begun: dict[str, list[tuple[Place, str]]] = {}
    for name, bearers in by_name.items():
        words = _bare(name).split()
        for count in range(1, len(words)):
            first = " ".join(words[:count])
            if len(first) >= _SHORTEST and words[count - 1] not in LINKS:
                begun.setdefault(first, []).extend(bearers)
    towns = {
        word: bearers[0][0]
        for word, bearers in begun.items()
        if len({place for place, _kind in bearers}) == 1
        and bearers[0][0].population >= _LEAST_SHORT.get(bearers[0][1], inf)
    }  # fmt: skip
    return {
        word: Meant((town,))
        for word, town in towns.items()
        if all(
            not place.providers and _TIMES * place.population < town.population
            for place, _kind in by_name.get(word, ())
        )
    }


def _bare(name: str) -> str:
    """A folded name without its article."""
    return next((name.removeprefix(a) for a in ARTICLES if name.startswith(a)), name)


def _meant(bearers: list[tuple[Place, str]]) -> Meant:
    """Official names first, but a hamlet's before a city's short one; of others the largest."""
    by_size = sorted(dict.fromkeys(bearers), key=lambda bearer: -bearer[0].population)
    everybody = dict.fromkeys(place for place, _kind in by_size)
    official = [place for place, kind in by_size if kind == "official"]
    largest = by_size[0][0]
    if official and not (
        official[0].population < _HAMLET and largest.population > _TIMES * official[0].population
    ):
        likely = official
    elif dict(by_size)[largest] in TOGETHER:
        likely = [place for place, kind in by_size if kind in TOGETHER]
    else:
        likely = [largest]
    chosen = tuple(dict.fromkeys(likely))
    return Meant(chosen, tuple(place for place in everybody if place not in chosen))


def _ways(name: str) -> set[str]:
    """How else a folded name may be typed."""
    bare = _bare(name)
    told = [word for word in name.split() if word not in LINKS]
    ways = {bare, name.replace(" ", ""), bare.replace(" ", "")}
    if len(bare) >= _SINGULAR and bare.endswith("s"):
        ways.add(bare[:-1])
    if len(told) > 1:
        ways |= {" ".join(told), "".join(told)}
    if "saint" in name:
        ways.add(name.replace("sainte", "ste").replace("saint", "st").replace(" ", ""))
    return {way for way in ways if len(way) > 1} - {name}
