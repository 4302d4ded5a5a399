"""What the stocks of two years and the flows between them tell of each other, beside their sums.

A stock moves no faster than its flows: what others surely gained or lost is taken from a flow as it
is told, and where too little of it is left, a firm that came, left, or moved its region is known.
Room is what others could take over, as in orderings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.disclosure import bands
from etl.disclosure.partition import Division, Group, Told
from etl.disclosure.published_tables import Table, Term
from etl.disclosure.rules import TINY, Rules, above

# of a stock, by the regions told together: at least and at most, where bands tell it
Moves = dict[tuple[str, ...], tuple[float, float]]
KEPT = 0.5  # of a year's regions stay told apart, whatever its flows


def protect(
    rules: Rules, tables: list[Table], divisions: list[Division], earlier: Told, edition: str
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
                lost |= _moved(rules, table, stock, period, told, parts, earlier, edition)
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
    years = [(stock, str(int(period) - back)) for back in (0, 1)]
    now, before = (told.get(key, Division(table, *key)) for key in years)
    shown = [one for one in flows if one is not None and one.groups]
    if not shown or not (now.groups or before.groups):
        return False
    stays = _owners(now) & _owners(before)
    moves = _moves(now, before)
    slack = min(
        (
            above(one.rows["value"].sum(), unit)
            for one in shown
            if (unit := table.unit(one.measure))
        ),
        default=0.0,
    )
    flow = {one.measure: one.rows.groupby("owner")["value"].sum() for one in shown}
    fresh = [one for one in shown if _is_first(one, edition)]
    given = {"gained": [group for one in parts for group in one.groups], "lost": []}

    def is_told(moves: Moves) -> bool:
        return any(
            _elsewhere(rules, one, given[one.measure], slack, changes, moves) for one in shown
        )

    changes = _Changes.of(shown, now, before)
    is_elsewhere = is_told(moves)
    for year, apart in _apart(rules, now, before, moves) if not is_elsewhere else ():
        if is_told(apart):
            if year.others and year.others.first != edition and fresh:
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


def _apart(
    rules: Rules, now: Division, before: Division, moves: Moves
) -> Iterator[tuple[Division, Moves]]:
    """The moves with one region more apart from the others of its set, for its band in a year tells
    about where it stands; and that year."""
    told_now, told_before = (bands.of_regions(rules, year) for year in (now, before))
    for year, code in [*((now, code) for code in told_now), *((before, c) for c in told_before)]:
        (whole,) = (regions for regions in moves if code in regions)
        found = {regions: move for regions, move in moves.items() if regions != whole}
        for part in ((code,), tuple(other for other in whole if other != code)):
            low, high = _between(now, part, told_now)
            low_before, high_before = _between(before, part, told_before)
            found[part] = low - high_before, high - low_before
        yield year, found


def _between(
    year: Division, regions: tuple[str, ...], told: dict[str, tuple[float, float]]
) -> tuple[float, float]:
    """What is known of the stock of regions by what is told of a year and its bands."""
    low = high = 0.0
    for group in year.groups:
        sums = group.rows.groupby("region_code")["value"].sum()
        whole, is_in = float(sums.sum()), sums.index.isin(regions)
        ends = np.array([told.get(code, (0.0, np.inf)) for code in sums.index])
        if is_in.all():
            low, high = low + whole, high + whole
        elif is_in.any():
            low += max(ends[is_in, 0].sum(), whole - ends[~is_in, 1].sum())
            high += min(ends[is_in, 1].sum(), whole - ends[~is_in, 0].sum())
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


@dataclass(frozen=True)
class _Changes:
    """By how much each owner moved the stock of each region in a year; who agreed, and who stands
    at one end of it only; whether both ends are told."""

    net: pd.DataFrame
    agreed: np.ndarray
    is_alone: np.ndarray
    is_whole: bool

    @classmethod
    def of(cls, flows: list[Division], now: Division, before: Division) -> "_Changes":
        ends = [
            group.rows.assign(value=sign * group.rows["value"])
            for sign, one in ((1, now), (-1, before)) for group in one.groups
        ]  # fmt: skip
        every = pd.concat([*ends, *(one.rows for one in flows)])
        net = pd.concat(ends).pivot_table(
            "value", "owner", "region_code", aggfunc="sum", fill_value=0.0
        )
        net = net.reindex(np.unique(every["owner"]), fill_value=0.0)
        agreed = net.index.isin(every.loc[every["agreed"].astype(bool), "owner"])
        stays = net.index.isin(_owners(now)) & net.index.isin(_owners(before))
        return cls(net, agreed, ~stays, bool(now.groups and before.groups))


def _elsewhere(
    rules: Rules,
    told: Division,
    given: list[Group],
    slack: float,
    changes: _Changes,
    moves: Moves,
) -> bool:
    """Whether what other regions surely gained (or lost), for their stocks tell it, leaves too
    little of a flow for the firm of a region that has most of it: to an outsider, or to a firm that
    takes its own part away. given: groups of which the same flow is told; slack: what may be added
    to the flow as it is told."""
    flow, sign = told.rows, 1 if told.measure == "gained" else -1
    sets = {code: n for n, regions in enumerate(moves) for code in regions}
    share, agreed, net = rules.interval_share, changes.agreed, changes.net
    mine = flow.groupby("owner")["value"].sum().reindex(net.index, fill_value=0.0).to_numpy()
    is_in = np.array([[sets[code] == n for n in range(len(moves))] for code in net.columns])
    parts = sign * net.to_numpy() @ is_in
    # a stock that is no flow of this year, or came from another region, may be behind the move
    is_other = ~net.index.isin(flow["owner"]) | ((parts.min(axis=1) < 0) & (parts.max(axis=1) > 0))
    if not changes.is_whole:
        is_other |= mine != parts.sum(axis=1)
    behind = (parts > 0) & (is_other & ~agreed)[:, None]
    unknown = behind.sum(axis=0) - behind
    ends = np.array(list(moves.values()))
    left = (ends[:, 0] if sign > 0 else -ends[:, 1]) - parts[agreed].sum(axis=0)
    surely = np.where(behind.any(axis=0), 0.0, left.clip(min=0))
    known = np.where(unknown == 0, (left - parts).clip(min=0), 0.0)
    rest = mine.sum() - mine[agreed].sum() + slack
    elsewhere = np.append(known, surely[None], axis=0)
    stated = []
    for group in given:
        of_each = group.rows.groupby("owner")["value"].sum()
        own = of_each.reindex(net.index, fill_value=0.0).to_numpy() * ~agreed
        touched = {sets[code] for code in group.rows["region_code"] if code in sets}
        stated.append((sorted(touched), own.sum() - np.append(own, 0.0)))

    def is_told(first: int, at: int, most: float, least: np.ndarray) -> bool:
        """Whether a firm's figure may not be `most`: a set then gained at least so much, to each
        reader, the last of them an outsider."""
        readers = np.append(mine, 0.0) + elsewhere.sum(axis=1) - elsewhere[:, at] + least
        for touched, sums in stated:
            if at not in touched:
                readers += (sums - elsewhere[:, touched].sum(axis=1)).clip(min=0)
        readers[:-1][agreed] = readers[first] = 0.0
        return bool(readers.max() > rest - most + TINY)

    of = flow.groupby("owner")["region_code"].first().map(sets).reindex(net.index).to_numpy()
    nothing = np.zeros(len(net) + 1)
    for number in range(len(moves)):
        inside = np.where((of == number) & ~agreed, mine, 0.0)
        first = int(inside.argmax())
        if inside[first] and is_told(first, number, (1 + share) * inside[first], nothing):
            return True
        # who came or left has no flow the other way, which others would take over
        is_lone = changes.is_alone & (parts[:, number] < 0)
        is_part = (is_other & (parts[:, number] != 0)) | is_lone
        asked = np.flatnonzero(is_part & ~agreed)
        asked = asked[parts[asked, number].argsort()]
        for one in {*asked[:2], *asked[-2:]}:  # the others hide among them
            part = parts[one, number] * (1 - share)
            if part < 0:  # at the other end of the year it has its flow, too, which may be untold
                part = (parts[one, number] - mine[one]) * (1 + share)
            others = np.append(unknown[:, number], behind[:, number].sum()) - behind[one, number]
            own = np.append(parts[:, number], 0.0)
            least = np.where(others <= 0, (left[number] - part - own).clip(min=0), 0.0)
            if is_told(int(one), number, 0.0, least):
                return True
    return False


def _owners(year: Division) -> set[int]:
    return {owner for group in year.groups for owner in group.rows["owner"]}


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
