"""Territories: what they are called, what they are part of, and which is ours.

Ours is where the marketplace operates, as the served build says (data/settings.toml): pages speak
of it first. One région or département is that place; several are one territory of the level
'several', which metrics count as one. In the address it is in=ours.
"""

from functools import lru_cache
from typing import NamedTuple

from pages.shared import i18n, query

LEVELS = ("country", "region", "departement", "commune")
COUNTRY, OURS = "country-FR", "ours"
SEVERAL = "several"
_LISTED = {"regions": "region", "departements": "departement"}


class Territory(NamedTuple):
    """A place: ``parents`` are those around it, the country first."""

    level: str
    code: str
    name: str
    parents: tuple["Territory", ...] = ()

    @property
    def address(self) -> str:
        """What stands for it in the address."""
        return OURS if self.level == SEVERAL else f"{self.level}-{self.code}"

    @property
    def areas(self) -> tuple[str, ...]:
        """The addresses of what several are made of; of any other place its own."""
        return tuple(self.code.split("+")) if self.level == SEVERAL else (self.address,)


FRANCE = Territory("country", "FR", "France")


def find(text: str) -> Territory | None:
    """The territory that 'region-53' or 'ours' names, with its parents; None when there is none."""
    return ours() if text == OURS else _find(str(query.build().path), text)


def ours() -> Territory | None:
    """Where the marketplace operates; None where that is all of France."""
    told = query.build().settings.get("territory") or {}  # builds of before know of none
    areas = tuple(
        f"{level}-{code}" for listed, level in _LISTED.items() for code in told.get(listed, ())
    )
    return _together(str(query.build().path), areas) if areas else None


def is_ours(place: Territory) -> bool:
    """Whether a place is our territory, all of it."""
    mine = ours()
    return mine is not None and place[:2] == mine[:2]


def name(place: Territory) -> str:
    """What a place is called in a sentence; of our territory also that it is ours."""
    if is_ours(place):
        return i18n.gettext("Our territory ({names})").format(names=place.name)
    return "France" if place.level == "country" else place.name


def parts(place: Territory) -> tuple[Territory, ...]:
    """What several are made of; any other place alone."""
    if place.level != SEVERAL:
        return (place,)
    return tuple(found for found in map(find, place.areas) if found)


@lru_cache(maxsize=8)
def _together(path: str, areas: tuple[str, ...]) -> Territory | None:
    found = [place for place in (_find(path, area) for area in areas) if place]
    if len(found) < 2:
        return found[0] if found else None
    names = ", ".join(place.name for place in found)
    return Territory(SEVERAL, "+".join(place.address for place in found), names, (FRANCE,))


@lru_cache(maxsize=4096)
def _find(path: str, text: str) -> Territory | None:
    level, dash, code = text.partition("-")
    if not dash or level not in LEVELS:
        return None
    if level == "country":
        return FRANCE if code == "FR" else None
    rows = query.page_sql(__file__, "territory", level=level, code=code)
    if rows.empty:
        return None
    row = rows.iloc[0]
    parent = _find(path, f"{row['parent_level']}-{row['parent_code']}")
    parents = (*parent.parents, parent) if parent else ()
    return Territory(level, code, row["name"], tuple(p._replace(parents=()) for p in parents))
