"""What a figure that is never more than another tells of it, and what a stock tells of its flow.

Neither is an equation: it narrows what a reader may think of a firm where the sums leave no room.
Room is what others could take over: a firm's figure stays uncertain by the share of the rule as
long as others have that much more, or less, of what is not told of them.
"""

import pandas as pd

from etl.disclosure.partition import Division, Group, obeys
from etl.disclosure.published_tables import Table
from etl.disclosure.rules import Rules

Told = dict[tuple[str, str], Division]
KEPT = 0.5  # of a year's regions stay told apart, whatever its flows
READERS = 10  # of the firms that gained or lost most, who know themselves
TELLING = 4  # groups: so many sums follow from their ratios and that of the country


def protect(
    rules: Rules, tables: list[Table], divisions: list[Division], earlier: Told, edition: str
) -> bool:
    """Withholds what leaves too little room; whether there was anything. What an earlier edition
    told stands."""
    told = {(measure, one.period): one for one in divisions for measure in one.measures}
    lost = False
    for table in tables:
        for low, high in (
            text.split(" = ") for text in table.header.get("at_most", "").split("; ") if text
        ):
            for (measure, period), one in told.items():
                stock = told.get((high, period))
                if measure == low and one.groups and stock and stock.groups:
                    lost |= _below(rules, one, stock, edition)
        for stock_name in table.names("moves"):
            for period in sorted({period for _, period in told}):
                lost |= _moved(rules, table, stock_name, period, told, earlier, edition)
    return lost


def _below(rules: Rules, one: Division, stock: Division, edition: str) -> bool:
    """Of a measure that is never more than a stock: who stands in a group of the one and a group of
    the other obey the rule together, or the rest of the group leaves room."""
    if all(_has_room(rules, one, group, stock) for group in one.groups):
        return False
    if any(group.first != edition for group in one.groups):
        return False
    whole = Group(("FR",), one.rows, edition, edition)
    is_told = one.groups[0].regions != ("FR",) and _has_room(rules, one, whole, stock)
    one.groups = [whole] if is_told else []
    return True


def _has_room(rules: Rules, one: Division, group: Group, stock: Division) -> bool:
    every = stock.rows
    if len(one.groups) <= TELLING and not _is_rest_safe(rules, group, stock):
        return False
    if group.regions != ("FR",):
        every = every[every["region_code"].isin(group.regions)]
    have = every.groupby("owner")["value"].sum()
    mine = group.rows.groupby("owner")["value"].sum()
    gap = (have - mine.reindex(have.index).fillna(0)).clip(lower=0)
    for other in stock.groups:
        inside = group.rows[group.rows["owner"].isin(other.rows["owner"])]
        if inside.empty or obeys(rules, one.table, one.measures, inside):
            continue
        outside = gap[~gap.index.isin(other.rows["owner"])]
        room = outside.sum() - outside.max() if len(outside) else 0.0
        if room < rules.interval_share * inside["value"].max():
            return False
    return True


def _is_rest_safe(rules: Rules, group: Group, stock: Division) -> bool:
    """Whether those of the stock who stand in no ratio obey the rule, for ratios of few groups tell
    their own bases."""
    every = stock.rows
    if group.regions != ("FR",):
        every = every[every["region_code"].isin(group.regions)]
    return rules.holds(every[~every["owner"].isin(group.rows["owner"])])


def _moved(
    rules: Rules, table: Table, stock: str, period: str, told: Told, earlier: Told, edition: str
) -> bool:
    """Of flows and the stocks of two years: a firm that came, left, or holds much of a small group
    could be that much larger or smaller only if the flows of others left room for it."""
    flows = [told.get((name, period)) for name in ("gained", "lost")]
    now, before = (told.get((stock, str(int(period) - back))) for back in (0, 1))
    shown = [one for one in flows if one is not None and one.groups]
    if not shown or now is None or before is None or not now.groups or not before.groups:
        return False
    flow = {one.measures[0]: one.rows.groupby("owner")["value"].sum() for one in shown}
    stays = set(now.rows["owner"]) & set(before.rows["owner"])
    for group in [*now.groups, *before.groups]:
        own = group.rows.groupby("owner")["value"].sum()
        need = max(
            _needed(rules, own[own.index.isin(stays)]), _needed(rules, own[~own.index.isin(stays)])
        )
        is_known = any(
            _room(sums, own, group) < need or _elsewhere(rules, name, sums, group, now, before)
            for name, sums in flow.items()
        )
        if is_known and _restored(table, stock, period, told, earlier, edition):
            return True
        if is_known and all(g.first == edition for one in shown for g in one.groups):
            if _merged(now, before, edition):
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
        moved = one and any(g.edition == edition and g.first != edition for g in one.groups)
        if one and old and moved:
            one.groups, found = list(old.groups), True
    return found


def _merged(now: Division, before: Division, edition: str) -> bool:
    """Takes the region whose stock moved most together with the others, so that it no longer tells
    where flows went; whether one was left, of the two years' first edition."""
    alone = [one for one in now.groups if one.is_alone and one.first == edition]
    moves = {
        one.regions: abs(float(one.rows["value"].sum()) - old)
        for one in alone
        if one.regions != ("FR",) and (old := _stock_of(one.regions, before)) is not None
    }
    if len(alone) < len(now.groups) - 1 or len(moves) <= KEPT * len(now.groups):
        return False
    largest = max(moves, key=lambda regions: (moves[regions], regions))
    taken = [one for one in now.groups if one.regions == largest or not one.is_alone]
    if len(taken) < 2:  # no others to join: by itself it would be told as before, for ever
        return False
    now.groups = [one for one in now.groups if one not in taken]
    regions = tuple(sorted(code for one in taken for code in one.regions))
    now.groups.append(Group(regions, pd.concat([one.rows for one in taken]), edition, edition))
    return True


def _elsewhere(
    rules: Rules, name: str, flow: pd.Series, group: Group, now: Division, before: Division
) -> bool:
    """Whether what other groups surely gained (or lost), for their stocks tell it, leaves too
    little of a flow for the firm of this group that has most of it: to an outsider, or a firm."""
    if group.regions == ("FR",):
        return False
    mine = flow[flow.index.isin(group.rows["owner"])]
    first = float(mine.max()) if len(mine) else 0.0
    if not first:
        return False
    sign = 1 if name == "gained" else -1
    surely = {
        one.regions: max(0.0, sign * (float(one.rows["value"].sum()) - old))
        for one in now.groups
        if one.regions != group.regions and (old := _stock_of(one.regions, before)) is not None
    }
    of = {
        owner: one.regions
        for year in (before, now)
        for one in year.groups
        for owner in one.rows["owner"]
    }
    others = flow[flow.index != mine.idxmax()].nlargest(READERS)
    most = max(
        (value - min(value, surely.get(of.get(owner, ()), 0.0)) for owner, value in others.items()),
        default=0.0,
    )
    left = flow.sum() - sum(surely.values()) - most
    return bool(left < (1 + rules.interval_share) * first)


def _stock_of(regions: tuple[str, ...], year: Division) -> float | None:
    """What a year tells of these regions together; None where it does not."""
    inside = [one for one in year.groups if set(one.regions) <= set(regions)]
    if {code for one in inside for code in one.regions} != set(regions):
        return None
    return float(sum(one.rows["value"].sum() for one in inside))


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
