"""What a figure that is never more than another, or is that of some firms again, tells of it.

It is no equation: it narrows what a reader may think of a firm where the sums leave no room.
Room is what others could take over: a firm's figure stays uncertain by the share of the rule as
long as others have that much more, or less, of what is not told of them.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from etl.disclosure.partition import Division, Group, Quiet, obeys
from etl.disclosure.published_tables import Table, Term
from etl.disclosure.rules import Rules

TELLING = 4  # groups: so many sums follow from their ratios and that of the country


def protect(
    rules: Rules, tables: list[Table], divisions: list[Division], edition: str, quiet: Quiet
) -> bool:
    """Withholds what leaves too little room; whether there was anything. What an earlier edition
    told stands."""
    told = {(one.measure, one.period): one for one in divisions}
    lost = False
    for table in tables:
        for narrowed, low, high in _pairs(table):
            for (measure, period), one in told.items():
                stock = told.get((high.measure, str(int(period) + high.lag)))
                if measure == low and one.groups and stock and stock.groups:
                    lost |= quiet.lost(
                        (narrowed, measure, period, high),
                        (one, stock),
                        partial(narrowed, rules, one, stock, edition),
                    )
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
    every = grouped(stock, one.rows)
    if _hides_bases(rules, one, every) and all(_has_room(rules, one, g, every) for g in one.groups):
        return False
    return _withheld(one, edition, lambda whole: _has_room(rules, one, whole, every))


def _hides_bases(rules: Rules, one: Division, every: pd.DataFrame) -> bool:
    """Whether what groups of a measure have of the stock may be known beside the stock's groups: a
    sum leaves what others have to those in the stock alone; ratios of few groups, and of the whole,
    tell their own bases."""
    is_ratio = bool(one.rows["base"].notna().any())
    if not 1 + is_ratio <= len(one.groups) <= TELLING:
        return True
    of = {owner: number for number, group in enumerate(one.groups) for owner in group.rows["owner"]}
    at = every["owner"].map(of)
    for chosen in range(1, 2 ** len(one.groups)):
        is_in = at.isin([n for n in range(len(one.groups)) if chosen >> n & 1])
        if not _hides(rules, every, ~is_in) or (is_ratio and not _hides(rules, every, is_in)):
            return False
    return True


def _again(rules: Rules, one: Division, stock: Division, edition: str) -> bool:
    """Of a measure that is the stock of some firms: in each group of the stock these obey the rule,
    and the others, too; or those of other groups leave room for the largest of them. Where firms
    that stay together leave each other room, no reader is both one of them and one of the rest."""
    every = grouped(stock, one.rows)

    def has_room(group: Group) -> bool:
        is_in = every["owner"].isin(group.rows["owner"])
        return leave_room(rules, every, is_in) and _hides(rules, every, is_in)

    if all(map(has_room, one.groups)):
        return False
    one.is_related = True  # a band would tell it, too
    return _withheld(one, edition, has_room)


def leave_room(rules: Rules, every: pd.DataFrame, is_in: pd.Series, room: float = 0.0) -> bool:
    """Whether in each group of a stock those obey the rule of whom more is known together, and the
    others, too; or those of other groups, and what else there is, leave room for the largest."""
    is_stock = every["group"].notna()
    for number in every[is_in & is_stock]["group"].unique():
        here = every["group"] == number
        rest = every[~here & is_in & is_stock]["value"].tolist()
        for part in (every[here & is_in], every[here & ~is_in]):
            if rules.holds(part):
                continue
            first = part.sort_values("value").iloc[-1]
            need = rules.interval_share * first["value"]
            near = part[part["apart"] == first["apart"]]
            is_swapped = near["value"].sum() - first["value"] >= need
            if room + sum(rest) - (0.0 if is_swapped else max(rest, default=0.0)) < need:
                return False
    return True


def _hides(rules: Rules, every: pd.DataFrame, is_in: pd.Series) -> bool:
    """Whether those of a stock who are in something obey the rule without the groups that hold
    nobody else: all of them, or all but the reader."""
    others = every["owner"].mask(is_in).groupby(every["group"]).nunique()
    whole = others.index[others == 0].tolist()
    readers = [[*whole, number] for number in others.index[others == 1]]
    rest = [every[is_in & ~every["group"].isin(known)] for known in (whole, *readers)]
    return all(one.empty or rules.holds(one) for one in rest)


def grouped(stock: Division, rows: pd.DataFrame) -> pd.DataFrame:
    """The contributions to a stock, with the number of the group in which each stands, and rows
    of a measure alone; without those that are known, for they agreed. apart: the region of those
    in a group whose regions bands tell apart."""
    every = pd.concat(
        [
            group.rows.assign(group=n, apart="" if group.is_alone else group.rows["region_code"])
            for n, group in enumerate(stock.groups)
        ]
    )
    more = rows[~rows["owner"].isin(every["owner"])]
    every = pd.concat([every, more.assign(value=more["base"].fillna(more["value"]))])
    return every[~every["agreed"].astype(bool)]


def _withheld(one: Division, edition: str, has_room: Callable[[Group], bool]) -> bool:
    """Tells of the country alone where that leaves room, else nothing; whether it could: what an
    earlier edition told stands."""
    if any(group.first != edition for group in one.groups):
        return False
    whole = Group(("FR",), one.rows, edition, edition)
    one.groups = [whole] if one.groups[0].regions != ("FR",) and has_room(whole) else []
    return True


def _has_room(rules: Rules, one: Division, group: Group, every: pd.DataFrame) -> bool:
    """every: the contributions to the stock, with the number of the group of each."""
    of = dict(zip(every["owner"], every["group"], strict=True))
    if group.regions != ("FR",):
        every = every[every["region_code"].isin(group.regions)]
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
