"""A moment whose day and time stand in two columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from etl.bring import lexicon
from etl.bring.matched import Match
from etl.bring.matching import Matching

SHARE = 0.8
OF_TIME = frozenset({"heure", "time", "h", "horaire"})
OF_DAY = frozenset({"date", "jour", "day", "on"})


def found(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """The join of a day with the column of its time: the one that is called alike, or the one
    right behind it that says no more than its own."""
    clocks = [
        place
        for place in matching.places()
        if matching.columns[place].facts.get("clock", 0) >= SHARE
        and lexicon.tokens(matching.columns[place].said) & OF_TIME
    ]
    for field, match in taken.items():
        if matching.contract[field].type != "datetime" or match.verb != "rename":
            continue
        column = matching.by_name[match.columns[0]]
        if column.facts.get("moment", 0) > 0.05 or column.dates:
            continue
        place = matching.columns.index(column)
        mine = lexicon.tokens(column.said) - OF_DAY
        alike = [
            clock
            for clock in clocks
            if lexicon.tokens(matching.columns[clock].said) - OF_TIME == mine
        ]
        of_any = [c for c in clocks if lexicon.tokens(matching.columns[c].said) <= OF_TIME]
        beside = [clock for clock in clocks if clock == place + 1 and (not mine or clock in of_any)]
        times = alike or beside
        if len(times) == 1:
            columns = (column.name, matching.columns[times[0]].name)
            yield Match(
                field, "join", columns, match.confidence, "day_and_time", {"separator": " "}
            )
