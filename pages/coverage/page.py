"""Coverage: where do we lack providers? From the country down to the commune and its providers."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from pages.coverage import (
    answers,
    cell,
    cells,
    deserts,
    domains,
    left_out,
    providers,
    territories,
    views,
    words,
)
from pages.coverage.measures import MEASURES
from pages.shared import filters, i18n, places, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext
# The names of measures are long; a heatmap that is wider than a phone scrolls by itself.
STYLE = """<style>
.st-key-coverage_heatmap {overflow-x: auto}
.st-key-filters_bar .st-key-filter_measure {min-width: 15rem}
[class*="st-key-coverage_view"] [role="tab"] p {font-size: 1.05rem}
</style>"""
BESIDE = ("active_providers", "requests", "fill_rate")  # figures beside any measure
CHILD = {"region": "departement", "departement": "commune", "commune": "commune"}


def child(place: Territory) -> str | None:
    """The level of the areas inside a place; None where the reader has the choice. Of several
    territories not all régions, only départements make up the whole."""
    if place.level == places.SEVERAL and "departement-" in place.code:
        return "departement"
    return CHILD.get(place.level)


def choose() -> tuple[cells.Question, Territory, str]:
    """The filters: what is asked, of which place, and the level of the areas inside it."""
    with filters.bar():
        labels = {name: query.metric_definition(name).label for name in MEASURES}
        name = filters.pick(
            "measure",
            _("Measure"),
            MEASURES,
            labels.__getitem__,
            "coverage_population",
        )
        measure = MEASURES[name]
        scope = filters.scope(("all", "family", "domain"))
        place = filters.territory(at_home=True)
        served = query.build().settings
        k = filters.k() if measure.uses_k else int(served.get("k", 3))
        days = int(served.get("fill_days", 14))
        if measure.uses_days and place.level != "commune":  # communes know this horizon only
            days = filters.days()
        period = filters.period()
        names = {"departement": _("Départements"), "region": _("Regions")}
        if child(place) is None and view == "map":  # domains stand against regions, see domains
            level = filters.pick("by", _("Areas"), names, names.__getitem__, "departement")
        else:
            level = child(place) or filters.read("by", names.__contains__, "departement")
    return (
        cells.Question(measure, scope, filters.domains_in_use(scope), k, days, period),
        place,
        level,
    )


def read() -> dict[str, dict[str, Any]]:
    """The figures of the place by measure: the one asked for, where it is told, and BESIDE."""
    names = [name for name in BESIDE if name != asked.measure.name]
    if is_told:
        names.append(asked.measure.name)
    figures = {
        name: partial(cells.own, replace(asked, measure=MEASURES[name]), place) for name in names
    }
    ahead = territories.questions(asked, place, level) if view == "map" else {}
    found = query.together(figures | ahead)
    return {name: found[name] for name in names}


def cards() -> None:
    """The place in figures: the measure, and what else a decision needs."""
    with theme.cards():
        if is_told:
            is_count = asked.measure.unit == "count"
            own = figures[asked.measure.name]
            card(asked.measure.name, own, has_n=not is_count)
        for name in BESIDE:
            if name == asked.measure.name:
                continue
            measure, found = MEASURES[name], figures[name]
            if i18n.is_none(found["n"]) and measure.is_sampled:
                continue
            card(name, found, has_n=measure.is_sampled)


def card(name: str, row: dict[str, Any], *, has_n: bool) -> None:
    """One figure, and the count and interval behind it."""
    measure = MEASURES[name]
    is_few = answers.is_few(row, measure)
    theme.metric_card(
        query.metric_definition(name).label,
        _("too few to tell") if is_few else words.value(row, measure),
        n=left_out.counted(row, measure) if has_n and not i18n.is_none(row["n"]) else None,
        interval=None if i18n.is_none(row["low"]) else (float(row["low"]), float(row["high"])),
    )


st.html(STYLE)
theme.header(_("Coverage"), _("Where do we lack providers?"))
view = views.chosen()
asked, place, level = choose()
is_told = asked.measure.is_told(place.level)
filters.breadcrumb(place, at_home=True)
if not asked.domains:
    theme.empty_state(
        _("No provider and no request is known in this family."),
        _("Choose another domain, or load data for it."),
    )
else:
    figures = read()
    if is_told:
        theme.answer(answers.answer(figures[asked.measure.name], asked, place))
    elif place.level == places.SEVERAL:
        st.caption(_("This measure is told of each territory, not of all of them as one."))
    cards()
    with views.tab(view):
        if view == "map":
            territories.show(asked, place, level)
        elif view == "domains":
            domains.show(asked, place, level)
        elif view == "cell":
            cell.show(asked, place)
        elif view == "deserts":
            deserts.show(asked, place)
        else:
            providers.show(place, asked.scope)
    theme.definition(
        dict.fromkeys([asked.measure.name, *BESIDE, *views.METRICS.get(view, ())]),
        window=filters.period_label(asked.period),
    )
