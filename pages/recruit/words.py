"""Sentences and tables of the page, in the reader's language."""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd

from etl.insight.recruit import Coverage, Plan
from etl.insight.small_samples import FEW
from etl.words.rows import each
from pages.recruit import figures
from pages.recruit.figures import Market, Team
from pages.shared import doubt, filters, i18n, places, query, theme, ways
from pages.shared.filters import Period, Territory

_ = i18n.gettext
SMALL = 1e-6
ENDS = ("value", "low", "high")
NAMED = 5  # so many communes and recruits the answer names one by one


def answer(plan: Plan, rows: pd.DataFrame, team: Team, market: Market, place: Territory) -> str:
    """Who could live where: what each recruit would get a month, and what the next one would."""
    gets = plan.each
    if not gets:
        told = _(
            "**No recruit** would find {least} requests a month here: the best placed one would "
            "get {further} ({low} – {high})."
        ).format(
            least=i18n.number(team.least, 1),
            further=i18n.number(plan.further, 1),
            **_bounds(plan.further, market),
        )
    else:
        told = _("{recruits}; {further}.").format(
            recruits=_recruits(gets, rows, market), further=_further(plan, team)
        )
    if places.ours() is None:
        return told
    return _("{place}: {sentence}").format(place=theme.escape(places.name(place)), sentence=told)


def _recruits(gets: list[float], rows: pd.DataFrame, market: Market) -> str:
    """3 recruits in Rennes, Vannes and Lorient: 1.4, 1.1 and 1.0 requests a month, 3.5 in all."""
    if len(gets) == 1:
        text = _("**{n} recruit** in {names}: {each} requests a month ({low} – {high})")
    else:
        text = _(
            "**{n} recruits** in {names}: {each} requests a month, **{all}** in all ({low} – "
            "{high})"
        )
    return text.format(
        n=i18n.number(len(gets)),
        names=_names(rows),
        each=_each(gets),
        all=i18n.number(sum(gets), 1),
        **_bounds(sum(gets), market),
    )


def _bounds(per_month: float, market: Market) -> dict[str, str]:
    """The ends of the interval of requests a month, by the names that sentences have for them."""
    ends = zip(("low", "high"), figures.interval([per_month], market), strict=True)
    return {name: i18n.number(end[0], 1) for name, end in ends}


def _names(rows: pd.DataFrame) -> str:
    """The communes, those with several recruits with how many; the rest as a number."""
    names = [
        f"{theme.escape(row.name)} ({i18n.number(row.recruits)})"
        if row.recruits > 1
        else theme.escape(row.name)
        for row in each(rows[["name", "recruits"]].head(NAMED))
    ]
    rest = len(rows) - len(names)
    if rest:
        text = i18n.ngettext("{n} more commune", "{n} more communes", rest)
        names.append(text.format(n=i18n.number(rest)))
    return ", ".join(names)


def _each(gets: list[float]) -> str:
    """What each gets one by one where they are few, else the range."""
    if len(gets) <= NAMED:
        return " + ".join(f"**{i18n.number(one, 1)}**" for one in gets)
    return _("between **{most}** and **{least}**").format(
        most=i18n.number(max(gets), 1), least=i18n.number(min(gets), 1)
    )


def _further(plan: Plan, team: Team) -> str:
    if plan.further <= SMALL:
        return _("a further one would find nothing")
    if plan.further < team.least - SMALL:
        return _("a further one would get under {least}").format(least=i18n.number(team.least, 1))
    return _("a further one would get {n}").format(n=i18n.number(plan.further, 1))


def certainty(plan: Plan) -> str:
    """How the plan was found, and whether it is proven best or how much better another could be."""
    method = {
        "exact": _("found by an exact programme"),
        "bounded": _("found by a programme that ran out of time"),
        "greedy": _("chosen greedily, one after the other"),
    }[plan.method]
    if plan.is_proven:
        return _("So many recruits can serve no more elsewhere: this is proven ({method}).").format(
            method=method
        )
    more = max(0.1, plan.upper_bound - plan.objective)
    return _(
        "Not proven to be the best ({method}): another choice could serve at most {more} more a "
        "month."
    ).format(method=method, more=i18n.number(more, 1))


def notes(plan: Plan, team: Team, demand: pd.DataFrame, k: int) -> list[str]:
    """What the reader must know before acting on the plan."""
    known = int(demand.loc[demand["lacks_providers"], "known"].sum())
    elsewhere = float(demand.loc[~demand["lacks_providers"], "unmet"].sum())
    text = (
        _(
            "The plan serves {share} of the {unmet} requests a month that nobody takes where "
            "fewer than {k} providers come ({known} requests with a known outcome)."
        )
        if plan.each
        else _(
            "Nobody takes {unmet} requests a month where fewer than {k} providers come ({known} "
            "requests with a known outcome)."
        )
    )
    found = [
        text.format(
            share=i18n.share(plan.objective / plan.unmet),
            unmet=i18n.number(plan.unmet, 1),
            k=k,
            known=i18n.number(known),
        )
    ]
    if elsewhere >= 0.05:
        found.append(
            _(
                "Another {n} a month go unmet where {k} or more come: there a further provider is "
                "not what is missing, and none is sent."
            ).format(n=i18n.number(elsewhere, 1), k=k)
        )
    if known < FEW:
        found.append(_("That is too few to tell: read the plan as a hint."))
    chosen = len(plan.each)
    if chosen and chosen < team.recruits and plan.further > SMALL:
        found.append(
            _(
                "The plan stops where the next recruit would get under {least} requests a month "
                "(a setting)."
            ).format(least=i18n.number(team.least, 1))
        )
    busy = chosen * team.capacity
    if chosen and plan.objective >= busy - SMALL and plan.objective < plan.unmet - SMALL:
        found.append(_("Every recruit would be fully busy, so other communes could do as well."))
    return found


def nothing(
    demand: pd.DataFrame, market: Market, place: Territory, period: Period
) -> tuple[str, str]:
    """Why there is no plan, and what to do."""
    bring = ways.bring()
    k, more = market.k, []
    if set(filters.domains_in_use("all")) - {market.scope}:
        more.append(_("another domain"))
    if not demand["requests"].any():
        message = _("No request was posted here in these months.")
    elif not demand["known"].any():
        message = _("The outcome of no request here is known yet.")
        if not ways.has_outcomes():
            return message, bring
    elif demand["unmet"].sum() <= 0:
        message = _("No request with a known outcome went unmet here.")
    else:
        message = _(
            "{n} requests a month go unmet here, all of them where {k} or more providers come: a "
            "further one is not what is missing."
        ).format(n=i18n.number(demand["unmet"].sum(), 1), k=k)
    return message, ways.out(*more, period=period, place=place, otherwise=bring)


def titles(rows: pd.DataFrame) -> pd.Series:
    """Commune (département)."""
    return rows["name"] + " (" + rows["departement_name"] + ")"


def recruits(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a recruit: title, value, low, high (requests a month)."""
    columns = ["each", "low", "high"]
    one = rows.assign(title=titles(rows))[["title", *columns]].explode(columns, ignore_index=True)
    return one.rename(columns={"each": "value"}).astype(
        dict.fromkeys(("value", *columns[1:]), float)
    )


def each_found(each_of: pd.DataFrame) -> str:
    """The title of the chart of recruits; rows as :func:`recruits` gives them."""
    first, last = (
        "{} ({} – {})".format(*(i18n.number(each_of[part].iloc[n], 1) for part in ENDS))
        for n in (0, -1)
    )
    if len(each_of) == 1:
        return _("What the recruit would get a month: {n} requests").format(n=first)
    return _(
        "What each recruit would get a month: the first {first} requests, the last {last}"
    ).format(first=first, last=last)


def hovers(rows: pd.DataFrame) -> list[str]:
    """Lines of HTML for the points of the map."""
    lines = []
    for row in each(rows):
        number = int(str(row.recruits))
        text = i18n.ngettext("{n} recruit", "{n} recruits", number)
        served = _("{n} requests a month").format(n=i18n.number(row.requests_per_month, 1))
        name = html.escape(str(row.departement_name))
        lines.append(f"{name}<br>{text.format(n=i18n.number(number))}<br>{served}")
    return lines


def work_list(rows: pd.DataFrame) -> pd.DataFrame:
    """The places in order, as numbers to take away."""
    return pd.DataFrame(
        {
            _("Rank"): rows["rank"],
            _("Commune"): titles(rows),
            _("Recruits"): rows["recruits"],
            _("Requests a month"): rows["requests_per_month"].astype(float).round(2),
            _("Cumulated share"): rows["cumulated_share"].astype(float).round(4),
            _("Providers today"): rows["providers"].astype(int),
            _("Known outcomes"): rows["known"],
            _("INSEE code"): rows["commune_code"],
        }
    )


def shown_list(rows: pd.DataFrame, link: Mapping[str, str]) -> pd.DataFrame:
    """The same list for the eye: shares and small counts in words, and a way to Coverage."""
    few = _("{n} (too few)")
    table = work_list(rows).drop(columns=_("INSEE code"))
    table[_("Cumulated share")] = [i18n.percent(share, 1) for share in rows["cumulated_share"]]
    table[_("Known outcomes")] = [
        few.format(n=i18n.number(n)) if n < FEW else i18n.number(n) for n in rows["known"]
    ]
    gets = [
        ", ".join(
            f"{i18n.number(one, 1)} ({i18n.number(low, 1)} – {i18n.number(high, 1)})"
            for one, low, high in zip(row.each, row.low, row.high, strict=True)
        )
        for row in each(rows[["each", "low", "high"]])
    ]
    table.insert(4, _("For each (95%)"), gets)
    links = [
        f"coverage?{urlencode({'in': f'commune-{code}', **link, 'view': 'cell'})}"
        for code in rows["commune_code"]
    ]
    table.insert(2, _("Coverage"), links)
    return table


def changes(now: Coverage, then: Coverage, requests: int) -> list[tuple[str, str, str | None, str]]:
    """Each coverage: its metric, today's value, the difference, and the value with the recruits;
    requests: those that the coverage of requests is taken of."""
    found: list[tuple[str, str, str | None, str]] = []
    for name, value, after in _pairs(now, then):
        if value is None or after is None:
            found.append((name, i18n.NONE, None, ""))
            continue
        if name == "coverage_demand" and doubt.of(requests):
            found.append((name, doubt.figure("", requests), None, doubt.too_few(requests)))
            continue
        moved = 100 * (after - value)
        delta = None if moved < 0.05 else "+" + _("{n} points").format(n=i18n.number(moved, 1))
        told = _("with these recruits: {value}").format(value=i18n.share(after))
        found.append((name, i18n.share(value), delta, told))
    return found


def change_table(now: Coverage, then: Coverage) -> pd.DataFrame:
    """The same as numbers to take away."""
    pairs = _pairs(now, then)
    return pd.DataFrame(
        {
            _("Figure"): [query.metric_definition(name).label for name, _now, _then in pairs],
            _("Today"): [value for _name, value, _then in pairs],
            _("With these recruits"): [after for _name, _now, after in pairs],
        }
    )


def _pairs(now: Coverage, then: Coverage) -> list[tuple[str, float | None, float | None]]:
    return [
        ("coverage_population", now.coverage_population, then.coverage_population),
        ("coverage_demand", now.coverage_demand, then.coverage_demand),
        ("coverage_cells", now.coverage_cells, then.coverage_cells),
    ]
