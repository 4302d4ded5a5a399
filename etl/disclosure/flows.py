"""What the stocks of two years and the flows between them tell of each other, beside their sums.

A stock moves no faster than its flows: what others surely gained or lost is taken from a flow as it
is told, and where too little of it is left, a firm that came, left, or moved its region is known.
Room is what others could take over, as in orderings.
"""

from functools import partial

import numpy as np
import pandas as pd

from etl.disclosure import bands, orderings
from etl.disclosure.changes import Changes, Flow, Moves, owners
from etl.disclosure.partition import Division, Group, Quiet, Told
from etl.disclosure.published_tables import Table, Term
from etl.disclosure.rules import Rules, rounded_by

Ends = list[tuple[float, dict[str, tuple[float, float]]]]
KEPT = 0.5  # of a year's regions stay told apart, whatever its flows


def protect(
    rules: Rules,
    tables: list[Table],
    divisions: list[Division],
    earlier: Told,
    edition: str,
    quiet: Quiet,
) -> bool:
    """Withholds what leaves too little room; whether there was anything. What an earlier edition
    told stands."""
    told = {(one.measure, one.period): one for one in divisions}
    periods = sorted({period for _, period in told})
    again = _gained(tables)
    lost = False
    for table in tables:
        for stock in table.names("moves"):
            for period in periods:
                parts = [told[name, period] for name in again if (name, period) in told]
                moved = partial(_moved, rules, table, stock, period, told, parts, earlier, edition)
                years = [(stock, str(int(period) - back)) for back in (0, 1)]
                asked = [*years, ("gained", period), ("lost", period)]
                key = (table.name, stock, period)
                lost |= quiet.lost(key, [*map(told.get, asked), *parts], moved)
    return lost


def _gained(tables: list[Table]) -> list[str]:
    """The measures that are what a contributor gained in a year, for those who stand in them."""
    return [
        relation.own[0].measure
        for table in tables
        for relation in table.relations
        if len(relation.own) == 1 and relation.other == (Term("gained", 0, 1),)
    ]


def _moved(
    rules: Rules,
    table: Table,
    stock: str,
    period: str,
    told: Told,
    parts: list[Division],
    earlier: Told,
    edition: str,
) -> bool:
    """Of flows and the stocks of two years: a firm that came, left, or holds much of a small group
    could be that much larger or smaller only if the flows of others left room for it. parts: what
    other tables tell of who gained."""
    flows = [told.get((name, period)) for name in ("gained", "lost")]
    keys = [(stock, str(int(period) - back)) for back in (0, 1)]
    now, before = (told.get(key, Division(table, *key)) for key in keys)
    shown = [one for one in flows if one is not None and one.groups]
    if not shown or not (now.groups or before.groups):
        return False
    stays = owners(now) & owners(before)
    moves = _moves(now, before)
    slack = min(
        (
            rounded_by(one.rows["value"].sum(), unit)[1]
            for one in shown
            if (unit := table.unit(one.measure))
        ),
        default=0.0,
    )
    flow = {one.measure: one.rows.groupby("owner")["value"].sum() for one in shown}
    fresh = [one for one in shown if _is_first(one, edition)]
    given = {"gained": [group for one in parts for group in one.groups], "lost": []}

    changes = Changes.of(shown, now, before)
    asked = [Flow(rules, one, given[one.measure], slack, changes) for one in shown]

    def is_told(moves: Moves) -> bool:
        return any(one.is_told(moves) for one in asked)

    unbanded = [_ends(year, {}) for year in (now, before)]
    is_elsewhere = not all(_leaves_others(rules, one, now, before) for one in shown) or any(
        is_told(_apart(moves, one.regions, *unbanded))
        for one in [*now.groups, *before.groups]
        if one.regions not in moves and one.regions != ("FR",)
    )
    is_elsewhere = is_elsewhere or is_told(moves)
    years = [] if is_elsewhere else [(one, bands.of_regions(rules, one)) for one in (now, before)]
    ends = [_ends(year, banded) for year, banded in years]
    for year, code in [(year, code) for year, banded in years for code in banded]:
        if is_told(_apart(moves, (code,), *ends)):
            if year.others and year.others.banded:
                is_elsewhere = True
                break
            year.is_bandless = True
            return True
    for group in [*now.groups, *before.groups]:
        own = group.rows.groupby("owner")["value"].sum()
        need = _needed(rules, own[own.index.isin(stays)])
        is_known = is_elsewhere or any(
            _room(sums, own, group) + slack < need for sums in flow.values()
        )
        if is_known and _restored(table, stock, period, told, earlier, edition):
            return True
        if is_known and len(fresh) == len(shown) and _merged(now, moves, edition):
            return True
        if is_known and not fresh:
            fresh = [one for one in parts if one.groups and _is_first(one, edition)]
        if is_known and fresh:
            kept = told.get(("kept", period))
            for one in [*fresh, *([kept] if kept and _is_first(kept, edition) else [])]:
                one.groups, one.is_related = [], True
            return True
    return False


def _leaves_others(rules: Rules, one: Division, now: Division, before: Division) -> bool:
    """Whether a flow leaves room where one year's stock alone is told: that of those who began (or
    ended) is their flow, so that it tells of those beside whom they stand."""
    year = now if one.measure == "gained" else before
    if not year.groups or (now.groups and before.groups):
        return True
    flow = one.rows.groupby("owner")["value"].sum()
    every = orderings.grouped(year, one.rows.iloc[:0])
    moved = every["owner"].map(flow).fillna(0.0)
    is_whole = (moved > 0) & (moved == every["value"])
    stays = flow[~flow.index.isin(every.loc[is_whole, "owner"])]
    room = float(stays.sum() - stays.max()) if len(stays) else 0.0
    slack = min(rounded_by(float(flow.sum()), one.table.unit(one.measure) or 0.0))
    return orderings.leave_room(rules, every, is_whole, room + slack)


def leave_room(
    rules: Rules, one: Division, rows: pd.DataFrame, told: Told, at_least: float
) -> bool:
    """Whether stocks leave room beside a band of a flow, which tells that those who began (or
    ended) in the year had at least so much. rows: today's contributions; who stood there before
    (or after) could take over, but of what was kept by those who began."""
    is_mine = (rows["measure"] == one.measure) & (rows["period"] == one.period)
    mine = rows[is_mine & ((rows["value"] > 0) | (one.measure != "kept"))]
    room = mine["value"].sum() - at_least
    for stock in one.table.names("moves"):
        end, other = (str(int(one.period) - back) for back in (0, 1))
        if one.measure == "lost":
            end, other = other, end
        if not (year := told.get((stock, end))) or not year.groups:
            continue
        stood = rows.loc[(rows["measure"] == stock) & (rows["period"] == other), "owner"]
        every = orderings.grouped(year, mine)
        is_in = every["owner"].isin(mine["owner"])
        stays = every.loc[is_in & every["owner"].isin(stood), "value"]
        is_moved = is_in & ~every["owner"].isin(stood)
        more = stays.sum() - stays.max() if len(stays) else 0.0
        if not orderings.leave_room(rules, every, is_moved, room + more):
            return False
    return True


def _is_first(one: Division, edition: str) -> bool:
    """Whether this edition is the first that tells any of it."""
    return all(group.first == edition for group in one.groups)


def _restored(
    table: Table, stock: str, period: str, told: Told, earlier: Told, edition: str
) -> bool:
    """Whether flows or stocks that this edition would tell anew are as they were again."""
    last = str(int(period) - 1)
    years = [(name, period) for name in table.names("country_only")]
    found = False
    for key in [*years, (stock, period), (stock, last)]:
        one, old = told.get(key), earlier.get(key)
        if one and old and one.is_moved(old, edition):
            one.groups, found = list(old.groups), True
    return found


def _moves(now: Division, before: Division) -> Moves:
    """By how much the stock of regions moved, of the smallest sets of them that both years tell."""
    groups = [*((1, one) for one in now.groups), *((-1, one) for one in before.groups)]
    places = {code for _, group in groups for code in group.rows["region_code"]}
    found: list[tuple[set[str], float]] = []
    for sign, group in groups:
        codes, move = set(group.regions), sign * float(group.rows["value"].sum())
        codes = codes | places if group.regions == ("FR",) else codes
        touched = [one for one in found if one[0] & codes]
        found = [one for one in found if not one[0] & codes]
        found.append((codes.union(*(one[0] for one in touched)), move + sum(n for _, n in touched)))
    return {tuple(sorted(codes)): (move, move) for codes, move in found}


def _ends(year: Division, banded: dict[str, tuple[float, float]]) -> Ends:
    """Of each group of a year its sum, and between what each of its regions lies by itself."""
    return [
        (
            float(group.rows["value"].sum()),
            {code: banded.get(code, (0.0, np.inf)) for code in group.rows["region_code"].unique()},
        )
        for group in year.groups
    ]


def _apart(moves: Moves, regions: tuple[str, ...], now: Ends, before: Ends) -> Moves:
    """The moves with some regions more apart from the others of their set, for a year tells them
    alone or in bands, and so about where they stand."""
    (whole,) = (one for one in moves if set(regions) <= set(one))
    found = {one: move for one, move in moves.items() if one != whole}
    for part in (regions, tuple(code for code in whole if code not in regions)):
        (low, high), (least, most) = (_between(year, part) for year in (now, before))
        found[part] = low - most, high - least
    return found


def _between(year: Ends, regions: tuple[str, ...]) -> tuple[float, float]:
    """What is known of the stock of regions by what a year tells."""
    low = high = 0.0
    for whole, ends in year:
        inside = [end for code, end in ends.items() if code in regions]
        others = [end for code, end in ends.items() if code not in regions]
        if not others:
            low, high = low + whole, high + whole
        elif inside:
            least, most = np.sum(inside, axis=0)
            less, more = np.sum(others, axis=0)
            low, high = low + max(least, whole - more), high + min(most, whole - less)
    return low, high


def _merged(now: Division, moves: Moves, edition: str) -> bool:
    """Takes the region whose stock moved most together with the others, so that it no longer tells
    where flows went; whether one was left, of the two years' first edition."""
    alone = [one for one in now.groups if one.is_alone and one.first == edition]
    known = [one.regions for one in alone if one.regions != ("FR",) and one.regions in moves]
    if len(alone) < len(now.groups) - 1 or len(known) <= KEPT * len(now.groups):
        return False
    largest = max(known, key=lambda regions: (abs(moves[regions][0]), regions))
    taken = [one for one in now.groups if one.regions == largest or not one.is_alone]
    if len(taken) < 2:  # no others to join: by itself it would be told as before, for ever
        return False
    now.groups = [one for one in now.groups if one not in taken]
    regions = tuple(sorted(code for one in taken for code in one.regions))
    now.groups.append(Group(regions, pd.concat([one.rows for one in taken]), edition, edition))
    return True


def _needed(rules: Rules, values: pd.Series) -> float:
    """What flows must leave for the largest of firms that stay together, or not; 0 where the others
    among them can take it over."""
    if values.empty:
        return 0.0
    first, *more = values.sort_values(ascending=False).tolist()
    need = rules.interval_share * first
    return 0.0 if sum(more[1:]) >= need else need


def _room(flow: pd.Series, own: pd.Series, group: Group) -> float:
    """A flow outside a group, but for the largest, whose firm knows itself."""
    others = flow if group.regions == ("FR",) else flow[~flow.index.isin(own.index)]
    return float(others.sum() - others.max()) if len(others) else 0.0
