"""Which regions are told apart, and which are taken together, measure by measure and year by year.

The published cells of one measure and year divide its contributors among them, and each obeys the
rule: so nothing that fails it follows from their sums. Once published, the division of a closed
year stands, and a group is told anew only when those whose figures changed obey the rule, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from etl.disclosure.published_tables import Table
from etl.disclosure.rules import Rules

UNPLACED = ""
IDENTITY = ["contributor", "part"]


Told = dict[tuple[str, str], "Division"]  # of a measure and a period


@dataclass(eq=False)
class Group:
    """Contributions that are told as one sum. regions: whose; ('FR',) where a country is not
    divided. first, edition: when the group was first told, and when its rows were last changed.
    banded: of its regions those that an edition told by bands, which stand; None before one has."""

    regions: tuple[str, ...]
    rows: pd.DataFrame
    first: str
    edition: str
    banded: frozenset[str] | None = None

    @property
    def is_alone(self) -> bool:
        """A region of its own, or the country undivided."""
        return len(self.regions) == 1 and self.regions != (UNPLACED,)

    def is_moved(self, edition: str) -> bool:
        """Whether this edition tells it anew."""
        return self.edition == edition and self.first != edition


@dataclass
class Division:
    """The groups of one measure of a table in one year. Without groups nothing is told, but perhaps
    a band of the country: band, of these contributions."""

    table: Table
    measure: str
    period: str
    groups: list[Group] = field(default_factory=list)
    band: Group | None = None
    is_related: bool = False  # withheld for what a relation would tell; a band would tell it, too
    is_bandless: bool = False  # its regions have no bands: with flows they would tell it

    @property
    def state(self) -> tuple[bool, tuple["Group", ...]]:
        """What hangs on it is as it was while this is: groups are the same, not only equal."""
        return self.is_bandless, tuple(self.groups)

    @property
    def rows(self) -> pd.DataFrame:
        """What the country's figure is made of."""
        return _joined([group.rows for group in self.groups])

    def is_moved(self, before: "Division", edition: str) -> bool:
        """Whether this edition tells it otherwise than the last one: a group anew, or other groups,
        where regions were let go or joined."""
        told, last = ({group.regions for group in one.groups} for one in (self, before))
        is_other = bool(told) and told != last
        return is_other or any(group.is_moved(edition) for group in self.groups)

    @property
    def others(self) -> Group | None:
        """The regions taken together."""
        return next((group for group in self.groups if not group.is_alone), None)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return parts[0] if len(parts) == 1 else pd.concat(parts)


class Quiet:
    """What has been asked of divisions as they stand, and told nothing: it need not be asked again
    until one of them changes."""

    def __init__(self) -> None:
        self._states: dict[tuple, list[tuple]] = {}

    def lost(
        self, key: tuple, asked: Iterable["Division | None"], narrowed: Callable[[], bool]
    ) -> bool:
        """Whether something is withheld."""
        of = [one for one in asked if one is not None]
        if self._states.get(key) == [one.state for one in of]:
            return False
        is_lost = narrowed()
        self._states[key] = [] if is_lost else [one.state for one in of]
        return is_lost


def obeys(rules: Rules, table: Table, measure: str, rows: pd.DataFrame) -> bool:
    """Whether a measure may be told of these rows; of a ratio both its parts."""
    if measure in table.names("counted"):
        return rules.holds(rows, counted=True)
    has_base = bool(rows["base"].notna().any())
    later = measure in table.names("known_later")
    return rules.holds(rows, later=later) and (
        not has_base or rules.holds(rows, "base", later=True)
    )


def divided(
    rules: Rules,
    table: Table,
    measure: str,
    period: str,
    rows: pd.DataFrame,
    edition: str,
    band: Group | None = None,
) -> Division:
    """The first division of a year: regions that obey the rule alone, and the others together, with
    as many more as it takes for them to obey it, too. band: of the country, as an edition told it:
    it stands until those whose figures changed since obey the rule."""
    found = Division(table, measure, period)
    if band:
        moved = changes(band.rows, rows)
        if moved.empty or not obeys(rules, table, measure, moved):
            found.band = band
        if found.band and not moved.empty:
            return found
    if rows.empty or not obeys(rules, table, measure, rows):
        return found
    if measure in table.names("country_only"):
        found.groups = [Group(("FR",), rows, edition, edition)]
        return found
    of = _by_region(rows)
    held = [code for code, own in of.items() if not _stands(rules, table, measure, own)]
    if UNPLACED in of and UNPLACED not in held:
        held.append(UNPLACED)
    if held and not obeys(rules, table, measure, _together(of, held)):
        held = _enough(rules, table, measure, of, held)
    alone = [code for code in of if code not in held]
    if not alone:
        found.groups = [Group(("FR",), rows, edition, edition)]
        return found
    found.groups = [Group((code,), of[code], edition, edition) for code in alone]
    if held:
        found.groups.append(Group(tuple(sorted(held)), _together(of, held), edition, edition))
    return found


def _stands(rules: Rules, table: Table, measure: str, rows: pd.DataFrame) -> bool:
    """Whether a region may be told by itself: not so few that they would be rounded to none."""
    few = (table.unit(measure) or 0.0) / 2
    reads_zero = not rows["base"].notna().any() and 0 < float(rows["value"].sum()) <= few
    return not reads_zero and obeys(rules, table, measure, rows)


def _by_region(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(code): own for code, own in rows.groupby("region_code")}


def _together(of: dict[str, pd.DataFrame], codes: list[str]) -> pd.DataFrame:
    return _joined([of[code] for code in codes])


def _enough(
    rules: Rules, table: Table, measure: str, of: dict[str, pd.DataFrame], held: list[str]
) -> list[str]:
    """The regions held back, with the smallest one more that makes their sum obey the rule; where
    none does, with the smallest, and so on."""
    held, left = list(held), sorted(set(of) - set(held), key=lambda code: (len(of[code]), code))
    while left:
        for code in left:
            if obeys(rules, table, measure, _together(of, [*held, code])):
                return [*held, code]
        held.append(left.pop(0))
    return held


def revised(
    rules: Rules,
    before: Division,
    rows: pd.DataFrame,
    edition: str,
    bands_hold: Callable[[pd.DataFrame], bool] | None,
) -> Division:
    """The division of an earlier edition with what today's rows may add to it. bands_hold: where
    bands were told of regions taken together: these stay as they were, but that one may go if the
    bands tell of nobody in the rows that are left."""
    keeps_others = bands_hold is not None
    table, measure = before.table, before.measure
    if measure in table.names("final"):
        return before
    found = Division(table, measure, before.period)
    known = {code for group in before.groups for code in group.regions}
    undivided = any(group.regions == ("FR",) for group in before.groups)
    fresh = rows.iloc[:0] if undivided else rows[~rows["region_code"].isin(known)]
    joining = []
    places = []
    for code, own in fresh.groupby("region_code"):
        stands = code != UNPLACED and _stands(rules, table, measure, own)
        if not stands and before.others and not keeps_others:
            joining.append(str(code))
        else:
            places.append(_Place([], Group((str(code),), own, edition, edition), own, stands))
    for group in before.groups:
        codes = group.regions if group.is_alone else tuple(sorted({*group.regions, *joining}))
        mine = rows if codes == ("FR",) else rows[rows["region_code"].isin(codes)]
        moved = changes(group.rows, mine)
        # told without bands it stays so: beside the sum told before, they would tell more
        anew = Group(codes, mine, group.first, edition, frozenset())
        may = not moved.empty and (group.is_alone or not keeps_others)
        may = may and all(obeys(rules, table, measure, asked) for asked in (moved, mine))
        places.append(_Place([group], anew, moved, may))
    told = _told_anew(rules, table, measure, places)
    for place in places:
        found.groups += [place.anew] if place in told else place.before
    return _split(rules, found, bands_hold or (lambda _rows: True))


@dataclass(eq=False)
class _Place:
    """A group, if it was told before, as it would be told anew: whose figures changed in it, and
    whether it may be, by itself."""

    before: list[Group]
    anew: Group
    moved: pd.DataFrame
    may: bool


def _told_anew(rules: Rules, table: Table, measure: str, places: list[_Place]) -> list[_Place]:
    """The places told anew. Of whose figure changed in two of them, as that of who moved from one
    to the other, both together tell nothing: it hides nobody, and both are told anew or neither."""
    told = [place for place in places if place.may]
    owners = pd.concat([place.moved["owner"].drop_duplicates() for place in places])
    several = set(owners[owners.duplicated()])

    def hides(place: _Place) -> bool:
        is_other = place.moved["owner"].isin(several)
        own = place.moved[~is_other]
        each = [_joined([own, one]) for _, one in place.moved[is_other].groupby("owner")]
        return not each or (
            not own.empty and all(obeys(rules, table, measure, rows) for rows in (own, *each))
        )

    while several:
        rest = [place.moved["owner"] for place in places if place not in told]
        held = {owner for owners in rest for owner in owners}
        kept = [one for one in told if held.isdisjoint(one.moved["owner"]) and hides(one)]
        if len(kept) == len(told):
            break
        told = kept
    return told


def _split(
    rules: Rules, division: Division, bands_hold: Callable[[pd.DataFrame], bool]
) -> Division:
    """Lets regions go that obey the rule by now (a firm agreed), from rows that no edition changed:
    then no difference of two editions tells of them."""
    others = division.others
    if others is None or others.edition != others.first:
        return division
    of = _by_region(others.rows)
    for code in [code for code in others.regions if code in of and code != UNPLACED]:
        rest = [other for other in of if other != code]
        asked = (division.table, division.measure)
        if _stands(rules, *asked, of[code]) and (
            not rest
            or (obeys(rules, *asked, _together(of, rest)) and bands_hold(_together(of, rest)))
        ):
            own = Group((code,), of.pop(code), others.first, others.edition)
            division.groups.append(own)
    division.groups.remove(others)
    if of:
        left = tuple(code for code in others.regions if code in of or code == UNPLACED)
        rows = _together(of, list(of))
        division.groups.append(replace(others, regions=left, rows=rows))
    return division


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What differs between two states of a group: value and base are the differences; whether a
    firm agreed is as it stands now."""
    stated = [*IDENTITY, "value", "base"]
    if before[stated].reset_index(drop=True).equals(after[stated].reset_index(drop=True)):
        return after.iloc[:0]
    both = before.merge(after, on=IDENTITY, how="outer", suffixes=("_before", "_after"))
    moved = both[IDENTITY].copy()
    for column in ("value", "base"):
        moved[column] = both[f"{column}_after"].fillna(0) - both[f"{column}_before"].fillna(0)
    has_base = both["base_after"].notna() | both["base_before"].notna()
    moved["base"] = moved["base"].where(has_base)
    for column in ("owner", "agreed", "knowers", "base_knowers"):
        moved[column] = both[f"{column}_after"].where(
            both[f"{column}_after"].notna(), both[f"{column}_before"]
        )
    moved["owner"] = moved["owner"].astype(int)
    moved["agreed"] = moved["agreed"].astype(bool)
    changed = (moved["value"].abs() > 1e-9) | (moved["base"].fillna(0).abs() > 1e-9)
    return moved[changed]
