"""Recruit: where would the next providers close the most unmet demand?"""

import pandas as pd
import streamlit as st

from etl.insight.recruit import Plan
from pages.recruit import charts, figures, proofs, words
from pages.recruit.figures import Change, Market, Team
from pages.shared import export, filters, i18n, places, point_map, query, theme
from pages.shared.filters import Period, Territory

_ = i18n.gettext
MAX_RECRUITS, MAX_CAPACITY = 200, 60
REACHES = ("5", "10", "20", "30", "50")
MAX_COMMUNES = 1000  # in one pick list: more than any département has
NOWHERE, PLAN = "none", "plan"


def number(name: str, title: str, default: int, highest: int, help: str) -> int:
    """A whole number from 1 to ``highest`` in the address."""
    value = filters.read(
        name, lambda text: text.isascii() and text.isdigit() and 1 <= int(text) <= highest,
        str(default),
    )  # fmt: skip
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


def choose() -> tuple[Market, Team, Territory, Period]:
    """The filters: which demand, and what the recruits are like."""
    with filters.bar():
        scope = filters.scope(("all", "family", "domain"))
        place = filters.territory(at_home=True)
        period = filters.period()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="team"):
        recruits = number(
            "recruits", _("Recruits"), 10, MAX_RECRUITS, _("How many providers you can recruit.")
        )
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
    market = Market(scope, place.level, place.code, period.from_month, period.to_month)
    return market, Team(recruits, float(reach), float(capacity)), place, period


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


def draw_map(rows: pd.DataFrame) -> None:
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
        departements=None
        if place.level == "country"
        else sorted(names["departement_code"].unique()),
    )


def list_places(rows: pd.DataFrame) -> None:
    """The work list; each row leads to Coverage of its commune."""
    kept = {name: st.query_params[name] for name in ("period", "k") if name in st.query_params}
    link = {"scope": market.scope, "lang": i18n.language(), **kept}
    table = words.shown_list(rows, link)
    theme.table(
        table,
        decimals={_("Requests a month"): 1},
        height=min(560, 38 + 35 * len(table)),
        column_config={
            _("Coverage"): st.column_config.LinkColumn(
                display_text=_("Look"), help=_("Opens Coverage of this commune."), width="small"
            ),
            _("Known outcomes"): st.column_config.Column(
                help=_("Mature requests with a known outcome that a recruit there could reach.")
            ),
        },
    )


def change(found: Plan) -> tuple[Change, str, float | None]:
    """What if: k, the least reach, and who comes where; where they come in words; and what they
    take where that is known."""
    bases = figures.bases(market, found, MAX_COMMUNES)
    codes = [NOWHERE, PLAN, *bases]
    names = figures.communes(market).loc[bases]
    titles = dict(zip(bases, names["name"] + " (" + names["departement_code"] + ")", strict=True))

    def text(code: str) -> str:
        if code in (NOWHERE, PLAN):
            return {NOWHERE: _("Nobody"), PLAN: _("The recruits of the plan")}[code]
        return _("In {name}").format(name=titles[code])

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="what_if"):
        k = filters.k()
        least = filters.pick(
            "least",
            _("Everybody travels at least"),
            ("0", *REACHES),
            lambda km: _("as today") if km == "0" else f"{km} km",
            "0",
        )
        where = filters.pick(
            "where",
            _("Who comes"),
            codes,
            text,
            PLAN,
            help=_(
                "The communes of the plan come first, then those with the most unmet requests. "
                "Go down to a département to find every commune of it."
            ),
        )
        extra: dict[str, int] = {}
        if where == PLAN:
            extra = dict(
                zip(found.places["commune_code"], found.places["recruits"].map(int), strict=True)
            )
        elif where != NOWHERE:
            extra[where] = number(
                "more", _("Newcomers"), 1, MAX_RECRUITS, _("Providers who come to this commune.")
            )
    label = text(where) + (f" × {extra[where]}" if where in extra else "")
    taken = found.objective if where == PLAN else None
    return Change(k, float(least), tuple(sorted(extra.items()))), label, taken


def what_if(found: Plan) -> tuple[pd.DataFrame, dict[str, str]]:
    """Coverage before and after a change; returns it as a table, and what was asked."""
    st.subheader(_("What if?"), anchor=False)
    asked, who, taken = change(found)
    usual = int(query.build().settings.get("k", 3))
    before = figures.coverage(market, team, Change(usual))
    after = figures.coverage(market, team, asked, taken)
    st.caption(
        _(
            "Before: today's providers, {k} needed in each commune. "
            "After: what you choose here, with the recruits' reach and capacity set above."
        ).format(k=usual)
    )
    with theme.cards("cards_what_if"):
        for row in words.changes(before, after):
            theme.metric_card(
                str(row["label"]),
                str(row["value"]),
                delta=None if row["delta"] is None else str(row["delta"]),
                interval=_("before: {value}").format(value=row["before"]),
                low_is_good=bool(row["low_is_good"]),
            )
    if asked.extra:
        st.markdown(
            _("The newcomers could take **{n}** unmet requests a month.").format(
                n=i18n.number(after.served, 1)
            )
        )
    return words.change_table(before, after), {
        _("What if: providers needed"): f"{usual} → {asked.k}",
        _("What if: least reach"): f"{asked.least_reach_km:g} km",
        _("What if: who comes"): who,
    }


proofs.leave()
theme.header(_("Recruit"), _("Where do the next recruits close the most unmet demand?"))
market, team, place, period = choose()
filters.breadcrumb(place, at_home=True)
demand = figures.read(market)
if not demand["requests"].any():
    theme.empty_state(
        _("No request was posted here in these months."),
        _("Choose a longer period, a larger territory or another domain, or load requests."),
    )
elif demand["unmet"].sum() <= 0:
    known = int(demand["known"].sum())
    theme.empty_state(
        _("No request with a known outcome went unmet here.")
        if known
        else _("The outcome of no request here is known yet."),
        _("Choose a longer period, a larger territory or another domain, or load requests."),
    )
else:
    plan, is_searching = figures.plan(market, team)
    rows = figures.places(market, team, plan)
    is_single = filters.scope_labels()[market.scope][0] == "domain"
    theme.answer(words.answer(plan, team, place))
    st.caption(" ".join(words.notes(plan, team, demand, is_single)))
    if is_searching:
        wait_for_proof()
    left, right = st.columns([11, 9], gap="medium")
    with left:
        draw_map(rows)
    with right:
        st.subheader(_("What each further recruit adds"), anchor=False)
        theme.chart(charts.curve(rows.assign(title=words.titles(rows))), key="curve")
    st.subheader(_("Where to recruit, in order"), anchor=False)
    list_places(rows)
    changed, asked = what_if(plan)
    theme.definition(
        ["recruit_demand", "coverage_population", "coverage_demand", "gap"],
        window=filters.period_label(period),
        n=int(demand["known"].sum()),
    )
    export.downloads(
        "recruit",
        {_("Work list"): words.work_list(rows), _("What if"): changed},
        metrics=["recruit_demand", "coverage_population", "coverage_demand", "gap"],
        filters={
            _("Recruits"): str(team.recruits),
            _("Their reach"): f"{team.reach_km:g} km",
            _("Capacity of each"): _("{n} requests a month").format(n=i18n.number(team.capacity)),
            _("Domain"): filters.scope_label(market.scope),
            _("Territory"): places.name(place),
            _("Period"): filters.period_label(period),
            _("Certainty"): words.certainty(plan),
            **asked,
        },
    )
