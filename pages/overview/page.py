"""Overview: where do we stand, and what needs doing first?"""

from functools import partial

import streamlit as st

from pages.overview import changed, charts, empty, figures, first, goals, tables, times, words
from pages.shared import (
    chart_marks,
    event_change,
    export,
    filters,
    i18n,
    months,
    places,
    query,
    theme,
    ways,
)

_ = i18n.gettext
theme.header(_("Overview"), _("Where do we stand, and what needs doing first?"))
with filters.bar():
    scope = filters.scope()
    place = filters.territory("departement", at_home=True)
    k = filters.k()
    period = filters.period()
    days = filters.days()
if places.ours() or place != places.FRANCE:
    filters.breadcrumb(place, at_home=True)
loaded = figures.read_loaded()
found = query.together(
    {
        "data": partial(figures.read, loaded, scope, k, days, period, place),
        "changes": partial(figures.read_changes, scope, k),
        "events": partial(goals.read_events, loaded, scope, period, place),
        "targets": partial(goals.read_targets, loaded, scope),
    }
)
data, changes, events, targets = found.values()
theme.answer(words.answer(data, k, days))

requests_delta, requests_below = words.requests_change(data)
fill_delta, fill_below = words.fill_change(data.fill, data.fill_earlier)
behind = {
    "coverage_population": words.people_behind(data, k),
    "coverage_demand": words.demand_notes(data, k, period),
    "coverage_cells": words.communes_behind(data, k),
}
with st.container(horizontal=True, gap="small", key="cards_supply"):
    for name, below in behind.items():
        theme.metric_card(
            query.metric_definition(name).label,
            words.covered_share(data, name),
            interval=below,
            help=query.metric_definition(name).why,
            link=words.place_link(place, name, scope, "supply"),
        )
    theme.metric_card(
        _("Active providers"),
        i18n.number(data.kinds["providers"].iloc[0]),
        interval=words.supply_notes(data, period),
        link=words.place_link(place, "active_providers", scope, "supply"),
    )
with st.container(horizontal=True, gap="small", key="cards_demand"):
    theme.metric_card(
        _("Requests"),
        i18n.number(data.requests.value),
        delta=requests_delta,
        interval=words.lines(requests_below, words.requests_known(data, period)),
        link=words.place_link(place, "requests", scope, "matching"),
    )
    theme.metric_card(
        times.fill_title(data.fill, days),
        times.rate(data.fill),
        delta=fill_delta,
        n=data.fill.n if data.fill.has_horizon else data.fill.ever_of,
        interval=times.rate_notes(data.fill, fill_below),
        link=words.place_link(place, "fill_rate", scope, "matching"),
    )
    theme.metric_card(
        _("First answer: half within"),
        times.card(data.answer),
        n=data.answer.n,
        interval=times.response_notes(data.answer, data.answer_earlier),
        link=words.place_link(place, "first_response", scope, "matching"),
    )
    theme.metric_card(
        _("First answer: 9 in 10 within"),
        times.card(data.answer, "p90"),
        n=data.answer.n,
        interval=times.response_notes(data.answer, data.answer_earlier, "p90"),
        link=words.place_link(place, "first_response", scope, "matching"),
    )

st.subheader(_("Where a recruit is needed first"), anchor=False)
if data.gaps.empty:
    theme.empty_state(*empty.gaps(data, k, scope, period))
    if ways.has_outcomes():
        ways.offer(period=period if data.domains else None, place=place, scope=scope)
else:
    st.caption(first.caption(data, k, words.against_today(period)))
    theme.read(tables.gaps_to_read(data), "gaps")

if not targets.empty:
    st.subheader(_("Targets"), anchor=False)
    st.caption(goals.summary(targets))
    theme.read(goals.to_read(targets), "targets")

st.subheader(_("What changed since the previous build"), anchor=False)
if isinstance(changes, str):
    st.info(changed.not_told(changes), icon=":material/history:")
else:
    st.caption(changed.previous_build(changes, of_france=place.level != "country"))
    left, right = st.columns([5, 6], gap="medium")
    with left:
        st.markdown(changed.lines(changes, k))
    with right:
        if not changes.places.empty:
            theme.read(tables.changes_to_read(changes), "changes")

st.subheader(_("Demand"), anchor=False)
marked = chart_marks.mark(data.months["month"], events)
on_chart = partial(event_change.on_chart, months=data.months["month"], events=events)
left, right = st.columns(2, gap="medium")
with left:
    if data.months["requests"].notna().any():
        title = months.latest(_("Requests per month"), data.months, "requests", i18n.number)
        figure = charts.requests(data.months, marked)
        finding = words.requests_in_short(data)
        theme.chart(figure, "requests", title, finding, **on_chart("requests"))
    else:
        theme.empty_state(*empty.requests(data))
with right:
    if data.months["fill_rate"].notna().any():
        aims = chart_marks.aim(goals.fill_targets(targets, scope, days, place))
        figure = charts.fill_rate(data.months, marked, aims)
        title, finding = words.fill_found(data, days), words.fill_in_short(data)
        theme.chart(figure, "fill_rate", title, finding, **on_chart("fill_rate"))
    else:
        theme.empty_state(*empty.outcomes(data))
before_after = event_change.show(events, scope, place, days)
for note in words.demand_left_out(data, period, days):
    st.caption(note)

st.subheader(_("Active providers"), anchor=False)
if data.loaded.has_providers:
    left, right = st.columns(2, gap="medium")
    with left:
        theme.chart(charts.kinds(data.kinds), "kinds", words.kinds_found(data))
    with right:
        if data.supply.empty:
            theme.empty_state(*empty.providers(data, scope))
        else:
            shown = charts.supply_months(data.supply, period)
            figure = charts.supply(data.supply, period, chart_marks.mark(shown, events))
            theme.chart(figure, "supply", words.supply_found(data))
    for note in words.supply_left_out(data, period):
        st.caption(note)
else:
    theme.empty_state(*empty.providers(data, scope))

# made when they are opened or taken away
choices = {
    _("Key figures"): partial(tables.key_figures, data),
    _("Recruit first"): None if data.gaps.empty else partial(tables.gaps, data),
    _("Targets"): None if targets.empty else partial(goals.table, targets),
    _("Events"): None if events.empty else partial(goals.events_table, events),
    _("Before and after"): before_after,
    _("Months"): partial(tables.months, data),
    _("Providers by kind"): partial(tables.kinds, data),
    _("Providers by month"): None if data.supply.empty else partial(tables.supply, data, period),
    _("Changes"): None
    if isinstance(changes, str) or changes.places.empty
    else partial(tables.changes, changes),
}
takeaway = {title: make for title, make in choices.items() if make}
folded = theme.folded(_("The same figures as tables"), "tables")
if folded.open:
    with folded:
        for title, make in takeaway.items():
            st.markdown(f"**{title}**")
            theme.plain(make(), wraps=True)
metrics = [*figures.COVERAGES, "active_providers", "requests", "fill_rate", "first_response", "gap"]
theme.definition(metrics, window=filters.period_label(period))
export.downloads(
    "overview",
    takeaway,
    metrics=metrics,
    filters={
        _("Domain"): filters.scope_label(scope),
        _("Providers needed"): str(k),
        _("Period"): filters.period_label(period),
        _("Filled within"): str(days),
        **({_("Territory"): places.name(place)} if places.ours() else {}),
    },
)
export.report(
    export.part(place, scope),
    {"k": k, "days": days, "from": period.from_month, "to": period.to_month},
)
