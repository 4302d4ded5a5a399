"""By how much each firm moved the stocks of a year, and what is then known of a flow beside them.

A flow is of the country, stocks are of groups of regions: by what each group moved, others surely
gained or lost so much, and no firm more than what is left.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.disclosure.partition import Division, Group
from etl.disclosure.rules import TINY, Rules

# of a stock, by the regions told together: at least and at most, where bands tell it
Moves = dict[tuple[str, ...], tuple[float, float]]


@dataclass(frozen=True)
class Changes:
    """By how much each owner moved the stock of each region in a year; who agreed, and who stands
    at one end of it only; whether both ends are told. groups: of each whether it is of the end (1)
    or the beginning (-1), its regions, and the sum of each owner."""

    net: pd.DataFrame
    agreed: np.ndarray
    is_alone: np.ndarray
    is_whole: bool
    groups: list[tuple[int, set[str], np.ndarray]]

    @classmethod
    def of(cls, flows: list[Division], now: Division, before: Division) -> "Changes":
        groups = [(sign, group) for sign, one in ((1, now), (-1, before)) for group in one.groups]
        ends = [group.rows.assign(value=sign * group.rows["value"]) for sign, group in groups]
        every = pd.concat([*ends, *(one.rows for one in flows)])
        net = pd.concat(ends).pivot_table(
            "value", "owner", "region_code", aggfunc="sum", fill_value=0.0
        )
        net = net.reindex(np.unique(every["owner"]), fill_value=0.0)
        agreed = net.index.isin(every.loc[every["agreed"].astype(bool), "owner"])
        stays = net.index.isin(owners(now)) & net.index.isin(owners(before))
        sums = [
            (sign, set(group.rows["region_code"]), _of(group.rows, net.index) * ~agreed)
            for sign, group in groups
        ]
        return cls(net, agreed, ~stays, bool(now.groups and before.groups), sums)


class Flow:
    """What is known of a flow of the country: of each owner, and of groups of which the same flow
    is told (given). slack: what may be added to it as it is told."""

    def __init__(
        self, rules: Rules, told: Division, given: list[Group], slack: float, changes: Changes
    ) -> None:
        owners, firms = changes.net.index, told.rows.groupby("owner")
        self.share, self.changes = rules.interval_share, changes
        self.sign = 1 if told.measure == "gained" else -1
        self.mine = _of(told.rows, owners)
        self.region = firms["region_code"].first().reindex(owners)
        self.is_other = ~owners.isin(told.rows["owner"])
        self.rest = self.mine[~changes.agreed].sum() + slack
        stated = [(group, _of(group.rows, owners) * ~changes.agreed) for group in given]
        self.given = [
            (set(group.rows["region_code"]), own.sum() - np.append(own, 0.0))
            for group, own in stated
        ]

    def is_told(self, moves: Moves) -> bool:
        """Whether what other regions surely gained (or lost), for their stocks tell it, leaves too
        little of the flow for the firm of a region that has most of it, or whose stock stands
        beside those without a flow: to an outsider, or to a firm that takes its own part away."""
        changes, mine, share, sign = self.changes, self.mine, self.share, self.sign
        agreed, net = changes.agreed, changes.net
        sets = {code: n for n, regions in enumerate(moves) for code in regions}
        of = self.region.map(sets).to_numpy()
        known = self._known(moves)
        parts, is_other, behind = known.parts, known.is_other, known.behind
        unknown, left, elsewhere = known.unknown, known.left, known.elsewhere
        if changes.is_whole and self._tells_other(known, of):
            return True
        stated = [({sets[code] for code in codes & sets.keys()}, own) for codes, own in self.given]

        def is_told(first: int, at: int, most: float, least: np.ndarray) -> bool:
            """Whether a firm's figure may not be `most`: a set then gained at least so much, to
            each reader, the last of them an outsider."""
            readers = np.append(mine, 0.0) + elsewhere.sum(axis=1) - elsewhere[:, at] + least
            for touched, sums in stated:
                if at not in touched:
                    readers += (sums - elsewhere[:, sorted(touched)].sum(axis=1)).clip(min=0)
            readers[:-1][agreed] = readers[first] = 0.0
            return bool(readers.max() > self.rest - most + TINY)

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
                if part < 0:  # at the other end of the year it has its flow, too, perhaps untold
                    part = (parts[one, number] - mine[one]) * (1 + share)
                others = np.append(unknown[:, number], behind[:, number].sum())
                own = np.append(parts[:, number], 0.0)
                is_sure = others - behind[one, number] <= 0
                least = np.where(is_sure, (left[number] - part - own).clip(min=0), 0.0)
                if is_told(int(one), number, 0.0, least):
                    return True
        for end, codes, stock in changes.groups:
            touched = {sets[code] for code in codes}
            if len(touched) > 1:
                continue
            (number,) = touched
            keeps = (stock > 0) & ~is_other & ~(changes.is_alone & (parts[:, number] < 0))
            # smaller where its flow began, or larger where it ended, a firm leaves the more, or the
            # less, to those beside it who have no such flow: unless another could take that over
            back = -end * sign
            for one in np.flatnonzero(keeps)[stock[keeps].argsort()][-2:]:
                free = behind[:, number] & (stock == 0) if back < 0 else behind[:, number] | keeps
                free = free & (np.arange(len(free)) != one)
                is_sure = free.sum() - np.append(free, 0) == 0
                rest = stock.sum() - (1 - back * share) * stock[one] - np.append(stock, 0.0)
                least = left[number] - np.append(parts[:, number], 0.0) + back * rest.clip(min=0)
                least = np.where(is_sure, least.clip(min=0), 0.0)
                if is_told(int(one), number, 0.0, least):
                    return True
        return False

    def _known(self, moves: Moves) -> "_Known":
        changes, agreed = self.changes, self.changes.agreed
        is_in = [[code in regions for regions in moves] for code in changes.net.columns]
        parts = self.sign * changes.net.to_numpy() @ np.array(is_in)
        is_other = self.is_other | ((parts.min(axis=1) < 0) & (parts.max(axis=1) > 0))
        if not changes.is_whole:
            is_other |= self.mine != parts.sum(axis=1)
        behind = (parts > 0) & (is_other & ~agreed)[:, None]
        unknown = behind.sum(axis=0) - behind
        ends = np.array(list(moves.values()))
        left = (ends[:, 0] if self.sign > 0 else -ends[:, 1]) - parts[agreed].sum(axis=0)
        surely = np.where(behind.any(axis=0), 0.0, left.clip(min=0))
        known = np.where(unknown == 0, (left - parts).clip(min=0), 0.0)
        elsewhere = np.append(known, surely[None], axis=0)
        return _Known(parts, is_other, behind, unknown, left, elsewhere)

    def _tells_other(self, known: "_Known", of: np.ndarray) -> bool:
        """Whether the stocks of a set tell of a firm's flow the other way: all of it there is no
        more than what is left of this flow, less what the stock moved its way. of: the set in
        which the flow of each owner is."""
        agreed = self.changes.agreed
        rest = self.rest - known.elsewhere.sum(axis=1)
        for number, part in enumerate(known.parts.T):
            other = np.where(agreed, 0.0, (-part).clip(min=0))
            behind = known.behind[:, number]
            own = np.where(behind, -part, np.where(of == number, other, self.mine)) * ~agreed
            most = rest + known.elsewhere[:, number] - known.left[number] - np.append(own, 0.0)
            most[np.append(known.unknown[:, number], behind.sum()) > 0] = np.inf
            for one in other.argsort()[-2:]:  # each hides the others, but not from itself
                need = (1 + self.share) * other[one]
                if other[one] and np.delete(most, one).min() < need - TINY:
                    return True
        return False


@dataclass(frozen=True)
class _Known:
    """What stocks tell of a flow, by owner and set of regions. parts: by how much an owner moved
    the set its way; is_other: who may be behind a move with a stock that is no flow of this year,
    or came from another region; behind: where they are, and unknown: how many others; left: what
    the stock of the set moved without those who agreed; elsewhere: what each reader, the last of
    them an outsider, knows to have flowed in the set."""

    parts: np.ndarray
    is_other: np.ndarray
    behind: np.ndarray
    unknown: np.ndarray
    left: np.ndarray
    elsewhere: np.ndarray


def _of(rows: pd.DataFrame, owners: pd.Index) -> np.ndarray:
    """The sum of each owner."""
    return rows.groupby("owner")["value"].sum().reindex(owners, fill_value=0.0).to_numpy()


def owners(year: Division) -> set[int]:
    """Who stands in a year."""
    return {owner for group in year.groups for owner in group.rows["owner"]}
