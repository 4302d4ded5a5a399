"""Recruit: where would the next providers find the most requests that nobody takes?"""

import streamlit as st

from pages.recruit import charts, figures, proofs, words
from pages.recruit.figures import Market, Team
from pages.shared import (
    export,
    filters,
    i18n,
    places,
    point_map,
    priorities,
    query,
    question,
    theme,
    ways,
)
from pages.shared.filters import Period, Territory

_ = i18n.gettext
MAX_RECRUITS, MAX_CAPACITY = 200, 60
REACHES = ("5", "10", "20", "30", "50")
METRICS = ["recruit_demand", "coverage_population", "coverage_demand", "coverage_cells"]


def number(name: str, title: str, default: int, highest: int, help: str) -> int:
    """A whole number from 1 to ``highest`` in the address."""
    value = filters.read(
        name, lambda text: text.isascii() and text.isdigit() and 1 <= int(text) <= highest,
        str(default),
    )  # fmt: skip
    question.tell(title, value)
    key = f"filter_{name}"
    st.session_state[key] = int(value)
    st.number_input(
        title,
        min_value=1,
        max_value=highest,
        key=key,
        help=help,
        on_change=lambda: filters.choose(name, str(st.session_state[key])),
    )
    return int(value)


def begin(k: int, period: Period) -> tuple[str, Territory]:
    """The domain and the territory to begin with: the first priority of the overview, within what
    the reader chose before; where there is none any domain, at home."""
    scope, address = filters.asked("scope") or "all", filters.asked("in") or ""
    at_home = places.ours() or places.FRANCE
    place = places.find(address) or at_home
    kind = filters.scope_labels().get(scope, ("all", ""))[0]
    domains = filters.domains_in_use(scope) if kind in ("family", "domain") else ()
    first = priorities.ranked(place, domains, k, period).head(1)
    if first.empty:
        known = domains or filters.domains_in_use("all")
        return (known[0] if known else ""), at_home
    code = f"departement-{first['departement_code'].iloc[0]}"
    return first["scope_code"].iloc[0], places.find(code) or at_home


def choose() -> tuple[Market, Team, Territory, Period]:
    """The filters: which demand, and what the recruits are like."""
    above, below = (
        filters.bar(),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="team"),
    )
    with below:
        period = filters.period()
        k = filters.k()
        recruits = number(
            "recruits", _("Recruits"), 10, MAX_RECRUITS,
            _("How many providers you can recruit at most."),
        )  # fmt: skip
        reach = filters.pick(
            "reach",
            _("Their reach"),
            REACHES,
            lambda km: f"{km} km",
            "10",
            help=_("How far one recruit travels, as the crow flies."),
        )
        capacity = number(
            "capacity",
            _("Capacity of each"),
            4,
            MAX_CAPACITY,
            _("How many requests a month one recruit can serve."),
        )
    first, home = begin(k, period)
    with above:
        scope = filters.scope(("domain",), default=first)
        place = filters.territory(at_home=True, default=home)
    market = Market(scope, place.level, place.code, k, *period)
    team = Team(recruits, float(reach), float(capacity), priorities.least())
    return market, team, place, period


@st.fragment(run_every=1.0)
def wait_for_proof() -> None:
    """Shows the page again when the proof has come."""
    if not figures.plan(market, team)[1]:
        st.rerun()
    st.caption(
        _(
            ":material/hourglass_top: A better plan, or the proof that there is none, is being "
            "looked for. This takes a few seconds; the page then shows it."
        )
    )


def draw_map(finding: str) -> None:
    """Where to recruit, numbered in order."""
    names = figures.communes(market)
    points = rows.assign(
        number=rows["rank"].map(i18n.number), size=rows["requests_per_month"], hover=words.hovers
    )
    point_map.point_map(
        points,
        title=_("Communes to recruit in"),
        note=_("The number is the order; larger points serve more requests."),
        key=f"map_{place.level}_{place.code}",
        finding=finding,
        departements=None
        if place.level == "country"
        else sorted(names["departement_code"].unique()),
    )


def list_places() -> None:
    """The work list; each row leads to Coverage of its commune."""
    kept = {name: st.query_params[name] for name in ("period", "k") if name in st.query_params}
    link = {"scope": market.scope, "lang": i18n.language(), **kept}
    table = words.shown_list(rows, link)
    theme.table(
        table,
        decimals={_("Requests a month"): 1},
        height=min(560, 38 + 35 * len(table)),
        column_config={
            _("Requests a month"): None,  # what each recruit gets says more
            _("Coverage"): st.column_config.LinkColumn(
                display_text=_("Look"), help=_("Opens Coverage of this commune."), width="small"
            ),
            # the names that a file has are too long to stand side by side
            _("Providers today"): st.column_config.Column(
                _("Providers"), help=_("Active providers who come there today.")
            ),
            _("Cumulated share"): st.column_config.Column(
                _("So far"), help=_("Share of all these requests, with the places above it.")
            ),
            _("Known outcomes"): st.column_config.Column(
                help=_(
                    "Requests with a known outcome that a recruit there could reach, old enough, "
                    "from communes that lack providers."
                )
            ),
        },
    )


def change() -> None:
    """Coverage today, and what the recruits would make of it."""
    title = _("Covered today, and with these recruits") if plan.each else _("Covered today")
    st.subheader(title, anchor=False)
    with theme.cards("cards_change"):
        for name, value, delta, then in words.changes(
            *figures.coverage(market, team, plan), int(demand["requests"].sum())
        ):
            theme.metric_card(
                query.metric_definition(name).label,
                value,
                delta=delta,
                interval=then if plan.each else None,
                help=query.metric_definition(name).why,
            )


proofs.leave()
theme.header(_("Recruit"), _("Where would the next recruits find the requests that nobody takes?"))
market, team, place, period = choose()
filters.breadcrumb(place, at_home=True)
if family := filters.instead_of("scope", market.scope):
    text = _("One domain is planned at a time: of **{family}** this is **{domain}**.")
    st.caption(
        text.format(
            family=theme.escape(filters.scope_label(family)),
            domain=theme.escape(filters.scope_label(market.scope)),
        )
    )
demand = figures.read(market)
lost = demand["unmet"].where(demand["lacks_providers"], 0.0)
if lost.sum() <= 0:
    theme.empty_state(*words.nothing(demand, market, place, period))
    if ways.has_outcomes():
        ways.offer(period=period, place=place)
else:
    plan, is_searching = figures.plan(market, team)
    rows = figures.places(market, team, plan)
    finding = words.answer(plan, rows, team, market, place)
    theme.answer(finding)
    st.caption(" ".join(words.notes(plan, team, demand, market.k)), help=words.certainty(plan))
    if is_searching:
        wait_for_proof()
    if not plan.each:
        ways.offer(period=period, place=place)
    if not rows.empty:
        left, right = st.columns([11, 9], gap="medium")
        with left:
            draw_map(finding)
        with right:
            recruits = words.recruits(rows)
            figure = charts.each(recruits, team.least)
            theme.chart(figure, "each", words.each_found(recruits), finding)
        st.subheader(_("Where to recruit, in order"), anchor=False)
        list_places()
    change()
    theme.definition(METRICS, window=filters.period_label(period), n=int(demand["known"].sum()))
    export.downloads(
        "recruit",
        {
            _("Work list"): words.work_list(rows),
            _("Covered"): words.change_table(*figures.coverage(market, team, plan)),
        },
        metrics=METRICS,
        filters={
            _("Recruits"): str(team.recruits),
            _("Their reach"): f"{team.reach_km:g} km",
            _("Capacity of each"): _("{n} requests a month").format(n=i18n.number(team.capacity)),
            _("At least for each"): _("{n} requests a month").format(n=i18n.number(team.least, 1)),
            _("Providers needed"): str(market.k),
            _("Domain"): filters.scope_label(market.scope),
            _("Territory"): places.name(place),
            _("Period"): filters.period_label(period),
            _("Certainty"): words.certainty(plan),
        },
    )
