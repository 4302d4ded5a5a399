"""What a figure that is never more than another tells of it, and what a stock tells of its flow.

Neither is an equation: it narrows what a reader may think of a firm where the sums leave no room.
Room is what others could take over: a firm's figure stays uncertain by the share of the rule as
long as others have that much more, or less, of what is not told of them.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from etl.disclosure.partition import Division, Group, Told, obeys
from etl.disclosure.published_tables import Table, Term
from etl.disclosure.rules import TINY, Rules, above

Moves = dict[tuple[str, ...], float]  # of a stock, by the regions told together
KEPT = 0.5  # of a year's regions stay told apart, whatever its flows
TELLING = 4  # groups: so many sums follow from their ratios and that of the country


def protect(
    rules: Rules, tables: list[Table], divisions: list[Division], earlier: Told, edition: str
) -> bool:
    """Withholds what leaves too little room; whether there was anything. What an earlier edition
    told stands."""
    told = {(one.measure, one.period): one for one in divisions}
    periods = sorted({period for _, period in told})
    lost = False
    for table in tables:
        for narrowed, low, high in _pairs(table):
            for (measure, period), one in told.items():
                stock = told.get((high.measure, str(int(period) + high.lag)))
                if measure == low and one.groups and stock and stock.groups:
                    lost |= narrowed(rules, one, stock, edition)
        for stock_name in table.names("moves"):
            for period in periods:
                lost |= _moved(rules, table, stock_name, period, told, earlier, edition)
    return lost


def _pairs(table: Table) -> list[tuple[Callable[..., bool], str, Term]]:
    """What is at most, or the same as, which other measure of which year."""
    return [
        (narrowed, low, high)
        for key, narrowed in (("at_most", _below), ("same", _again))
        for low, high in table.pairs(key)
    ]


def _below(rules: Rules, one: Division, stock: Division, edition: str) -> bool:
    """Of a measure that is never more than a stock: who stands in a group of the one and a group of
    the other obey the rule together, or the rest of the group leaves room."""
    every = _grouped(stock)
    is_hidden = _hides_absent(rules, one, every, one.rows)
    if is_hidden and all(_has_room(rules, one, group, every) for group in one.groups):
        return False
    return _withheld(one, edition, lambda whole: _has_room(rules, one, whole, every))


def _again(rules: Rules, one: Division, stock: Division, edition: str) -> bool:
    """Of a measure that is the stock of some firms: in each group of the stock these obey the rule,
    and the others, too; or those of other groups leave room for the largest of them. Where firms
    that stay together leave each other room, no reader is both one of them and one of the rest."""
    every = _grouped(stock)
    every = every[~every["agreed"]]

    def has_room(group: Group) -> bool:
        is_in = every["owner"].isin(group.rows["owner"])
        for number in every[is_in]["group"].unique():
            here = every["group"] == number
            rest = every[~here & is_in]["value"].tolist()
            for part in (every[here & is_in], every[here & ~is_in]):
                if rules.holds(part):
                    continue
                need = rules.interval_share * part["value"].max()
                is_swapped = part["value"].sum() - part["value"].max() >= need
                if sum(rest) - (0.0 if is_swapped else max(rest, default=0.0)) < need:
                    return False
        return True

    if all(has_room(group) for group in one.groups):
        return False
    one.is_related = True  # a band would tell it, too
    return _withheld(one, edition, has_room)


def _grouped(stock: Division) -> pd.DataFrame:
    """The contributions to a stock, with the number of the group in which each stands."""
    return pd.concat([group.rows.assign(group=n) for n, group in enumerate(stock.groups)])


def _withheld(one: Division, edition: str, has_room: Callable[[Group], bool]) -> bool:
    """Tells of the country alone where that leaves room, else nothing; whether it could: what an
    earlier edition told stands."""
    if any(group.first != edition for group in one.groups):
        return False
    whole = Group(("FR",), one.rows, edition, edition)
    one.groups = [whole] if one.groups[0].regions != ("FR",) and has_room(whole) else []
    return True


def _hides_absent(rules: Rules, one: Division, every: pd.DataFrame, rows: pd.DataFrame) -> bool:
    """Whether those of a stock who stand in none of these rows of a measure obey the rule. A sum
    leaves the rest of the stock to them; ratios of few groups, and of the whole, tell their own
    bases, and so the rest, too."""
    least = 2 if one.rows["base"].notna().any() else 1
    if not least <= len(one.groups) <= TELLING:
        return True
    return rules.holds(every[~every["owner"].isin(rows["owner"])])


def _has_room(rules: Rules, one: Division, group: Group, every: pd.DataFrame) -> bool:
    """every: the contributions to the stock, with the number of the group of each."""
    of = dict(zip(every["owner"], every["group"], strict=True))
    if group.regions != ("FR",):
        every = every[every["region_code"].isin(group.regions)]
    if not _hides_absent(rules, one, every, group.rows):
        return False
    figures, at = group.rows["value"].to_numpy(), group.rows["owner"].map(of).to_numpy()
    owners = np.concatenate([group.rows["owner"], every["owner"]])
    places = np.unique(owners, return_inverse=True)[1]
    stands, holds = np.split(places, [len(figures)])
    mine = np.bincount(stands, figures, minlength=len(owners))
    stock, stock_at = every["value"].to_numpy(), every["group"].to_numpy()
    for number in np.unique(at[~np.isnan(at)]):
        inside, elsewhere = at == number, stock_at != number
        others = holds[elsewhere]
        gap = np.bincount(others, stock[elsewhere], minlength=len(owners)) - mine
        gap = gap[np.unique(others)].clip(min=0)
        room = gap.sum() - gap.max(initial=0.0)
        if room < rules.interval_share * figures[inside].max() and not obeys(
            rules, one.table, one.measure, group.rows[inside]
        ):
            return False
    return True


def _moved(
    rules: Rules, table: Table, stock: str, period: str, told: Told, earlier: Told, edition: str
) -> bool:
    """Of flows and the stocks of two years: a firm that came, left, or holds much of a small group
    could be that much larger or smaller only if the flows of others left room for it."""
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
    is_elsewhere = any(
        _elsewhere(rules, 1 if one.measure == "gained" else -1, one.rows, slack, now, before, moves)
        for one in shown
    )
    for group in [*now.groups, *before.groups]:
        own = group.rows.groupby("owner")["value"].sum()
        need = _needed(rules, own[own.index.isin(stays)])
        is_known = is_elsewhere or any(
            _room(sums, own, group) + slack < need for sums in flow.values()
        )
        if is_known and _restored(table, stock, period, told, earlier, edition):
            return True
        if is_known and all(g.first == edition for one in shown for g in one.groups):
            if _merged(now, moves, edition):
                return True
            for name in ("gained", "lost", "kept"):
                one = told.get((name, period))
                if one and all(g.first == edition for g in one.groups):
                    one.groups, one.is_related = [], True
            return True
    return False


def _restored(
    table: Table, stock: str, period: str, told: Told, earlier: Told, edition: str
) -> bool:
    """Whether flows or stocks that this edition would tell anew are as they were again."""
    last = str(int(period) - 1)
    years = [(name, period) for name in table.names("country_only")]
    found = False
    for key in [*years, (stock, period), (stock, last)]:
        one, old = told.get(key), earlier.get(key)
        if one and old and one.is_moved(edition):
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
    return {tuple(sorted(codes)): move for codes, move in found}


def _merged(now: Division, moves: Moves, edition: str) -> bool:
    """Takes the region whose stock moved most together with the others, so that it no longer tells
    where flows went; whether one was left, of the two years' first edition."""
    alone = [one for one in now.groups if one.is_alone and one.first == edition]
    known = [one.regions for one in alone if one.regions != ("FR",) and one.regions in moves]
    if len(alone) < len(now.groups) - 1 or len(known) <= KEPT * len(now.groups):
        return False
    largest = max(known, key=lambda regions: (abs(moves[regions]), regions))
    taken = [one for one in now.groups if one.regions == largest or not one.is_alone]
    if len(taken) < 2:  # no others to join: by itself it would be told as before, for ever
        return False
    now.groups = [one for one in now.groups if one not in taken]
    regions = tuple(sorted(code for one in taken for code in one.regions))
    now.groups.append(Group(regions, pd.concat([one.rows for one in taken]), edition, edition))
    return True


def _elsewhere(
    rules: Rules,
    sign: int,
    flow: pd.DataFrame,
    slack: float,
    now: Division,
    before: Division,
    moves: Moves,
) -> bool:
    """Whether what other regions surely gained (sign 1, or lost: -1), for their stocks tell it,
    leaves too little of a flow for the firm of a region that has most of it: to an outsider, or to
    a firm that takes its own part away. slack: what may be added to the flow as it is told."""
    sets = {code: n for n, regions in enumerate(moves) for code in regions}
    share = rules.interval_share
    every = pd.concat([flow, *(group.rows for one in (now, before) for group in one.groups)])
    net = _nets(every, now, before, sets, sign)
    mine = flow.groupby("owner")["value"].sum().reindex(net.index, fill_value=0.0).to_numpy()
    agreed = net.index.isin(every.loc[every["agreed"].astype(bool), "owner"])
    parts = net.to_numpy()
    # a stock that is no flow of this year, or came from another region, may be behind the move
    is_other = ~net.index.isin(flow["owner"]) | ((parts.min(axis=1) < 0) & (parts.max(axis=1) > 0))
    if not (now.groups and before.groups):
        is_other |= mine != parts.sum(axis=1)
    behind = (parts > 0) & (is_other & ~agreed)[:, None]
    unknown = behind.sum(axis=0) - behind
    # who came or left has no flow the other way, which others would take over
    is_alone = ~(net.index.isin(_owners(now)) & net.index.isin(_owners(before)))
    left = sign * np.array(list(moves.values())) - parts[agreed].sum(axis=0)
    surely = np.where(behind.any(axis=0), 0.0, left.clip(min=0))
    known = np.where(unknown == 0, (left - parts).clip(min=0), 0.0)
    rest = mine.sum() - mine[agreed].sum() + slack

    def is_told(first: int, at: int, most: float, least: np.ndarray) -> bool:
        """Whether a firm's figure may not be `most`: a set then gained at least so much, to each
        reader, the last of them an outsider."""
        readers = np.append(mine + known.sum(axis=1) - known[:, at], surely.sum() - surely[at])
        readers += least
        readers[:-1][agreed] = readers[first] = 0.0
        return bool(readers.max() > rest - most + TINY)

    of = flow.groupby("owner")["region_code"].first().map(sets).reindex(net.index).to_numpy()
    nothing = np.zeros(len(net) + 1)
    for number in range(len(moves)):
        inside = np.where((of == number) & ~agreed, mine, 0.0)
        first = int(inside.argmax())
        if inside[first] and is_told(first, number, (1 + share) * inside[first], nothing):
            return True
        is_part = (is_other & (parts[:, number] != 0)) | (is_alone & (parts[:, number] < 0))
        asked = np.flatnonzero(is_part & ~agreed)
        asked = asked[parts[asked, number].argsort()]
        for one in {*asked[:2], *asked[-2:]}:  # the others hide among them
            part = parts[one, number] * (1 - share if parts[one, number] > 0 else 1 + share)
            others = np.append(unknown[:, number], behind[:, number].sum()) - behind[one, number]
            own = np.append(parts[:, number], 0.0)
            least = np.where(others <= 0, (left[number] - part - own).clip(min=0), 0.0)
            if is_told(int(one), number, 0.0, least):
                return True
    return False


def _owners(year: Division) -> set[int]:
    return {owner for group in year.groups for owner in group.rows["owner"]}


def _nets(
    every: pd.DataFrame, now: Division, before: Division, sets: dict[str, int], sign: int
) -> pd.DataFrame:
    """By how much each owner moved the stock of each set of regions."""
    rows = pd.concat([
        group.rows.assign(value=sign * of_year * group.rows["value"])
        for of_year, one in ((1, now), (-1, before)) for group in one.groups
    ])  # fmt: skip
    rows["at"] = rows["region_code"].map(sets)
    found = rows.pivot_table("value", "owner", "at", aggfunc="sum", fill_value=0.0)
    owners = np.unique(every["owner"])
    return found.reindex(owners, columns=range(max(sets.values()) + 1), fill_value=0.0)


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
