"""The part of the market that is told of: territories and domains."""

import csv
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from etl import paths
from etl.build import territory
from etl.build.territory import Territory

ALL = "all"
COUNTRY = ("country", "FR")
KEYS = (*territory.LEVELS, "domains")  # as a part is written, on a command line or in settings


@dataclass(frozen=True)
class Part:
    """INSEE codes and scopes ('gardening', 'family_home'); empty: all of France, all domains."""

    territory: Territory = field(default_factory=Territory)
    domains: tuple[str, ...] = ()

    @property
    def places(self) -> list[tuple[str, str]]:
        """(level, code) of each territory."""
        listed = self.territory.as_json()
        found = [(level, code) for key, level in territory.LEVELS.items() for code in listed[key]]
        return found or [COUNTRY]

    @property
    def place(self) -> tuple[str, str]:
        """(level, code) of all its territories counted as one, as metrics take it."""
        found = self.places
        return found[0] if len(found) == 1 else ("several", "+".join(self.areas))

    @property
    def areas(self) -> list[str]:
        """The same as SQL asks for them ('region-53'); none where it is all of France."""
        return ["-".join(place) for place in self.places if place != COUNTRY]

    @property
    def scopes(self) -> list[str]:
        """The scopes, each told apart."""
        return list(self.domains) or [ALL]

    def holds(self, place: Mapping[Any, Any], scope: str) -> bool:
        """Whether a cell lies in it; place: level, code and, below a région, region_code and
        departement_code."""
        around = {f"{place['level']}-{place['code']}"} | {
            f"{level}-{place.get(f'{level}_code')}" for level in territory.LEVELS.values()
        }
        is_here = not self.areas or bool(around & {*self.areas})
        families = _families()
        return is_here and (
            not self.domains
            or scope in self.domains
            or f"family_{families.get(scope)}" in self.domains
        )


def of(told: Mapping[str, Sequence[str]]) -> Part:
    """The part of known codes by KEYS."""
    codes = {key: list(told.get(key, ())) for key in territory.LEVELS}
    return Part(territory.of_codes(codes), tuple(dict.fromkeys(told.get("domains", ()))))


def near(code: str, key: str) -> str:
    """The code that may have been meant; empty where none comes near."""
    names = {name.casefold(): one for one, name in known(key).items()}
    names |= {one.casefold(): one for one in known(key)}
    found = difflib.get_close_matches(code.casefold(), names, 1)
    return names[found[0]] if found else ""


def known(key: str) -> dict[str, str]:
    """Code: French name, of all that a key may list."""
    if key in territory.LEVELS:
        return {code: name for code, (name, _) in territory.known(key).items()}
    return _scopes()


@cache
def _scopes() -> dict[str, str]:
    domains = {row["domain_code"]: row["label_fr"] for row in _rows("domains")}
    return domains | {f"family_{row['family_code']}": row["label_fr"] for row in _rows("families")}


@cache
def _families() -> dict[str, str]:
    return {row["domain_code"]: row["family_code"] for row in _rows("domains")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (paths.REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)
