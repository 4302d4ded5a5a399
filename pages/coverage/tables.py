"""What the views of areas and domains share: tables that lead further, and what to know of them."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.coverage import cells, words
from pages.coverage.cells import Question
from pages.coverage.measures import Measure
from pages.shared import export, filters, i18n, query, theme, ways
from pages.shared.filters import Territory

_ = i18n.gettext


def leading(table: pd.DataFrame, measure: Measure, key: str, leads: theme.Leads) -> None:
    """A table of a measure whose rows lead further."""
    theme.plain(
        table,
        shares=_shares(table, measure),
        height=min(560, 38 + 35 * max(1, len(table))),
        key=key,
        leads=leads,
    )


def _shares(table: pd.DataFrame, measure: Measure) -> list[str]:
    if measure.unit != "share":
        return []
    label = query.metric_definition(measure.name).label
    wanted = {label, _("Value"), _("Drawn")}
    numbers = table.select_dtypes("number")
    return [column for column in numbers if column in wanted and table[column].max() <= 1]


def readable(
    asked: Question, level: str, within: Territory, *, by_domain: bool
) -> pd.DataFrame | None:
    """What cells.read finds; None, and the reader is told why, where there is nothing to show."""
    if not asked.measure.is_told(level):
        theme.empty_state(
            _("This measure is not told commune by commune: too few cases each."),
            _("Choose another measure, or go back up to the region."),
        )
        return None
    frame = cells.read(asked, level, within, by_domain=by_domain)
    if frame.empty:
        _nothing(asked, within)
        return None
    return frame


def _nothing(asked: Question, within: Territory) -> None:
    """What this measure lacks here: a source, else a longer period, a larger place, all domains."""
    message = _("There is nothing to measure here yet.")
    if lacking := cells.missing(asked.measure):
        theme.empty_state(message, words.to_load(lacking))
        return
    period = asked.period if asked.measure.uses_period else None
    narrow: Any = {"period": period, "place": within, "scope": asked.scope}
    theme.empty_state(message, ways.out(**narrow, otherwise=words.to_load(asked.measure.sources)))
    ways.offer(**narrow)


def told_apart(asked: Question, level: str, within: Territory) -> Question:
    """What tells the areas of our territory apart, see cells.within_reach; the reader is told."""
    shown = cells.within_reach(asked, level, within)
    if shown != asked:
        st.info(words.fewer(asked, shown), icon=":material/info:")
    return shown


def notes(asked: Question, level: str) -> None:
    """What a reader of areas of this level must know of the measure."""
    lines = []
    if asked.measure.uses_days and level == "commune":
        lines.append(words.horizon(int(query.build().settings.get("fill_days", 14))))
    if asked.measure.shrinks:
        lines.append(words.drawn_in())
    if asked.measure.unit == "state":
        lines.append(words.limits(asked.k))
    lines += words.supply_of([asked.measure.name], asked)
    if lines:
        st.caption(" ".join(lines))


def away(name: str, title: str, table: export.Table, asked: Question, place: Territory) -> None:
    """The files of a view of one table."""
    names, filters = [asked.measure.name], asked_in_words(asked, place)
    export.downloads(name, {title: table}, names, filters)


def asked_in_words(asked: Question, place: Territory) -> dict[str, str]:
    """The filters as a file names them."""
    return {
        _("Domain"): filters.scope_label(asked.scope),
        _("Territory"): words.place_name(place),
        _("Providers needed"): str(asked.k),
        _("Filled within"): str(asked.days),
        _("Period"): filters.period_label(asked.period),
    }
