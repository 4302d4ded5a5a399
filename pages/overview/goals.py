"""Targets with how far they are, and events to mark on time charts."""

import math
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from etl.insight import target_states
from etl.words.rows import each
from pages.overview.figures import Loaded
from pages.shared import chart_marks, filters, i18n, query, theme
from pages.shared.filters import Territory
from pages.shared.once import once
from pages.shared.places import FRANCE

_ = i18n.gettext

MOST = 10


def read_targets(loaded: Loaded, scope: str) -> pd.DataFrame:
    """The targets of a scope and the domains in it, as progress.measured gives them, the missed
    first and the farthest first among them; no row where none is loaded."""
    served = query.build()
    # a target is no matter of the reader's filters: measured once for a build
    if not loaded.has_targets:
        return pd.DataFrame()
    targets = _measured(served.id, str(served.path))
    if scope == "all" or targets.empty:
        return targets.copy(deep=False)
    held = [scope, *filters.domains_of(scope)]
    return targets[targets["scope_code"].isin(held)].reset_index(drop=True)


@once(4)
def _measured(build_id: str, path: str) -> pd.DataFrame:
    targets = query.page_sql(target_states.__file__, "targets_reached")
    if targets.empty:
        return pd.DataFrame()
    as_of = query.build().as_of
    found = target_states.measured(
        targets,
        lambda name, asked: query.metric(name, **asked),
        filters.domains_in_use,
        terms(),
        as_of,
    )
    found["progress"] = _progress(found)
    found["rank"] = found["state"].map(target_states.ORDER.index)
    return found.sort_values(["rank", "progress"], kind="stable").reset_index(drop=True)


def terms() -> dict[str, Any]:
    """What the values of targets take for granted: the settings, not the reader's filters."""
    served = query.build()
    return target_states.terms(served.as_of, served.settings)


def _progress(found: pd.DataFrame) -> pd.Series:
    """Value / target; where low is good there is no way from 0, so none is told."""
    is_told = ~found["low_is_good"].astype(bool) & (found["target"] > 0)
    return (found["value"] / found["target"]).where(is_told)


def read_events(
    loaded: Loaded, scope: str, period: filters.Period, place: Territory = FRANCE
) -> pd.DataFrame:
    """The events of a place and scope since the first month, as marks.read_events gives them."""
    if not loaded.has_targets:
        return pd.DataFrame(columns=["happened_on", "label", "number"])
    return chart_marks.read_events(scope, place, period.from_month, query.build().as_of)


def fill_targets(
    targets: pd.DataFrame, scope: str, days: int, place: Territory = FRANCE
) -> list[tuple[float, str]]:
    """Heights and labels of the target lines on the chart of fill rates: targets of the scope and
    the place, for the horizon that targets are set for."""
    if days != terms()["days"]:
        return []
    return chart_marks.targets_of(targets, "fill_rate", scope, place)


def metric_label(row: Any) -> str:
    """What the metric is called; a name that no metric has stays as it was written."""
    return query.metric_definition(row.metric).label if row.unit else str(row.metric)


def place_label(row: Any) -> str:
    """The territory, with its code below the country."""
    if pd.isna(row.place):
        return _("unknown territory")
    return str(row.place) if row.level == "country" else f"{row.place} ({row.code})"


def scope_label(row: Any) -> str:
    """The domain of a target."""
    if pd.isna(row.scope_code):
        return _("unknown domain")
    return filters.scope_label(row.scope_code)


ICONS = {
    target_states.REACHED: "check_circle",
    target_states.MISSED: "cancel",
    target_states.UNDER_WAY: "hourglass_empty",
    target_states.UNKNOWN: "help",
}


def summary(targets: pd.DataFrame) -> str:
    """How many targets are reached, and what their values take for granted."""
    counts = targets["state"].value_counts()
    told = i18n.ngettext(
        "{n} of {all} target is reached", "{n} of {all} targets are reached", len(targets)
    ).format(n=i18n.number(counts.get(target_states.REACHED, 0)), all=i18n.number(len(targets)))
    missed = int(counts.get(target_states.MISSED, 0))
    if missed:
        told += _(", {n} missed").format(n=i18n.number(missed))
    asked = terms()
    window = filters.period_label(filters.Period(asked["from"], asked["to"]))
    taken = _(
        "Values now are those of the settings, whatever the filters say: {window}, {k} providers "
        "needed, filled within {days} days."
    ).format(window=window, k=asked["k"], days=asked["days"])
    shown = ""
    if len(targets) > MOST:
        shown = " " + _("The first {n} are shown; the tables below hold all.").format(n=MOST)
    return f"{told}. {taken}{shown}"


def to_read(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets as Markdown cells; each leads to its cell on the coverage page."""
    words = i18n.words()
    rows = []
    for row in each(targets.head(MOST)):
        name = theme.escape(f"{metric_label(row)} · {scope_label(row)} · {place_label(row)}")
        is_cell = row.unit and not pd.isna(row.scope_code) and not pd.isna(row.place)
        interval = ""
        if not pd.isna(row.low):
            write = partial(words.measure, unit=str(row.unit), is_full=True)
            interval = f"{words.interval(row.low, row.high, write)}, "
        now = f"**{words.measured(row)}**"
        if not pd.isna(row.n):
            # the recent ones are told on the cards above, and in the table to take away
            cases = words.cases(row.n, row.left_out if row.undated > 0 else 0)
            counts = query.metric_definition(row.metric).counts
            now += f" ({interval}{_('{what}: {n}').format(what=counts, n=cases)})"
        state = f":material/{ICONS[str(row.state)]}: {i18n.name('target', row.state)}"
        if not pd.isna(row.progress) and row.state != target_states.REACHED:
            state += f" ({i18n.percent(row.progress)})"
        rows.append(
            (
                f"[{name}]({link(row)})" if is_cell else name,
                words.target(row),
                now,
                _("at once") if pd.isna(row.due_on) else i18n.date(row.due_on),
                state,
            )
        )
    heads = (_("Target"), _("To reach"), _("Now"), _("Due"), _("State (share of the target)"))
    return pd.DataFrame(rows, columns=list(heads))


def link(row: Any) -> str:
    """The address of a target's cell on the coverage page, with the terms of its value."""
    asked = terms()
    kept = {name: value for name, value in st.query_params.to_dict().items() if name == "lang"}
    window = filters.Period(asked["from"], asked["to"]).months
    wanted = {"scope": row.scope_code, "in": f"{row.level}-{row.code}", "measure": row.metric,
              "k": asked["k"], "days": asked["days"], "period": window, "view": "cell"}  # fmt: skip
    return f"coverage?{urlencode(kept | wanted)}"


def table(targets: pd.DataFrame) -> pd.DataFrame:
    """Every target with true numbers, to take away."""
    rows = list(each(targets))
    return pd.DataFrame(
        {
            _("Metric"): [metric_label(row) for row in rows],
            _("Domain"): [scope_label(row) for row in rows],
            _("Territory"): [place_label(row) for row in rows],
            _("Unit"): targets["unit"].map(lambda unit: i18n.name("unit", unit)),
            _("To reach"): targets["target"],
            _("Now"): _now(targets),
            _("Cases"): targets["n"],
            _("Left out"): targets["left_out"],
            _("Low (95%)"): targets["low"],
            _("High (95%)"): targets["high"],
            _("Due"): [None if pd.isna(row.due_on) else theme.as_date(row.due_on) for row in rows],
            _("State"): [i18n.name("target", row.state) for row in rows],
        }
    )


def _now(targets: pd.DataFrame) -> pd.Series:
    """Values as numbers; in words where a time is none: over a year, not reached."""
    words = i18n.words()
    is_no_number = (targets["unit"] == "hours") & ~(targets["value"] < math.inf)
    if not is_no_number.any():
        return targets["value"]
    told = [words.measured(row) for row in each(targets)]
    return targets["value"].astype(object).where(~is_no_number, told)


def events_table(events: pd.DataFrame) -> pd.DataFrame:
    """The events that the charts mark."""
    return pd.DataFrame(
        {
            _("Mark"): events["number"],
            _("Date"): [theme.as_date(day) for day in events["happened_on"]],
            _("Event"): events["label"],
        }
    )
