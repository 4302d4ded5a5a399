"""The sentences of the overview, in the reader's language, out of its figures."""

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from etl.insight.small_samples import UNSURE
from pages.overview import first
from pages.overview.figures import Figure, Overview
from pages.shared import (
    apart,
    covered,
    doubt,
    filters,
    i18n,
    months,
    places,
    query,
    theme,
)
from pages.shared.filters import Territory

_ = i18n.gettext


def answer(data: Overview, k: int, days: int) -> str:
    """The state in three sentences; what cannot be told is said, not left out."""
    told = " ".join((_coverage_sentence(data, k), _fill_sentence(data, days), first.sentence(data)))
    if places.ours() is None:
        return told
    return _("{place}: {sentence}").format(
        place=theme.escape(places.name(data.place)), sentence=told
    )


def _coverage_sentence(data: Overview, k: int) -> str:
    share = data.coverage["coverage_population"].value
    if not data.loaded.has_providers:
        return _("No provider has been loaded yet: coverage cannot be told.")
    if share is None:
        return _("Coverage cannot be told: no known domain is in use here.")
    return covered.sentence("coverage_population", share, k, data.domains)


def _fill_sentence(data: Overview, days: int) -> str:
    if not data.loaded.has_requests:
        return _("No request has been loaded yet: demand cannot be told.")
    if not data.fill.has_horizon:
        return _("**{share}** of requests were filled ({n} of {all}), when is not known.").format(
            share=i18n.share(data.fill.share_ever),
            n=i18n.number(data.fill.ever),
            all=i18n.number(data.fill.ever_of),
        )
    if data.fill.value is None:
        return _("The fill rate cannot be told: no request is old enough with a known outcome.")
    fill = data.fill
    if doubt.of(fill.n, fill.low) == "few":
        return _("Too few requests have a known outcome to tell how many are filled ({n}).").format(
            n=i18n.number(fill.n)
        )
    share = i18n.share(fill.value)
    text = i18n.ngettext(
        "**{share}** of requests are filled within {n} day.",
        "**{share}** of requests are filled within {n} days.",
        days,
    ).format(share=share, n=days)
    return doubt.sentence(text, share, fill.n, fill.low, fill.high)


def people_behind(data: Overview, k: int) -> str:
    """What a coverage of people asks for, and over what it is taken: 22 domains × 68,000,000
    people."""
    total = data.coverage["coverage_population"].denominator
    if total is None or not data.domains:
        return ""
    each = total / len(data.domains)
    return _times(data, i18n.ngettext("{n} person", "{n} people", each), each, k)


def communes_behind(data: Overview, k: int) -> str:
    """The same of communes: 22 domains × 34,875 communes."""
    total = data.coverage["coverage_cells"].denominator
    if total is None or not data.domains:
        return ""
    each = total / len(data.domains)
    return _times(data, i18n.ngettext("{n} commune", "{n} communes", each), each, k)


def _times(data: Overview, unit: str, each: float, k: int) -> str:
    unit = unit.format(n=i18n.number(each))
    if len(data.domains) > 1:
        unit = i18n.ngettext(
            "{n} domain × {unit}", "{n} domains × {unit}", len(data.domains)
        ).format(n=len(data.domains), unit=unit)
    return lines(covered.needs(k), unit)


def requests_change(data: Overview) -> tuple[str | None, str]:
    """The change on a year earlier for the arrow, if any, and the line below it."""
    now, earlier = data.requests.value, data.requests_earlier.value
    if now is None:
        return None, _("no request loaded")
    if earlier is None:
        return None, _("a year earlier: not known")
    below = _("a year earlier: {n}").format(n=i18n.number(earlier))
    if min(now, earlier) < UNSURE:
        return signed(i18n.number(now - earlier), now - earlier), below
    change = now / earlier - 1
    return signed(i18n.percent(change), change), below


def fill_change(now: Figure, earlier: Figure) -> tuple[str | None, str]:
    """The change in points where both years are too sure for chance, and the line below it."""
    if earlier.value is None:
        return None, _("a year earlier: not known")
    then = doubt.figure(i18n.share(earlier.value), earlier.n, earlier.low)
    below = _("a year earlier: {n}").format(n=then)
    found = apart.apart(now.told, earlier.told)
    if found is None or "few" in (doubt.of(one.n, one.low) for one in (now, earlier)):
        return None, below
    if not found.is_clear:
        return None, f"{below} ({_('no clear change')})"
    points = i18n.ngettext("{n} point", "{n} points", abs(found.value) * 100)
    return signed(points.format(n=i18n.number(found.value * 100, 1)), found.value), below


def requests_in_short(data: Overview) -> str:
    """What the chart of requests shows, for who takes it away."""
    return _in_short(i18n.number(data.requests.value), *requests_change(data))


def fill_in_short(data: Overview) -> str:
    """What the chart of the fill rate shows, for who takes it away."""
    fill = data.fill
    value = doubt.figure(i18n.share(fill.value), fill.n, fill.low)
    sure = i18n.words().confidence(fill.low, fill.high)
    return _in_short(value, sure, *fill_change(fill, data.fill_earlier))


def fill_found(data: Overview, days: int) -> str:
    """The title of the chart of the fill rate: what it was in all these months."""
    label = i18n.ngettext("Filled within {n} day", "Filled within {n} days", days).format(n=days)
    fill, earlier = data.fill, data.fill_earlier
    now, then = (
        doubt.beside(i18n.share(one.value), one.n, one.low, one.high) for one in (fill, earlier)
    )
    if fill.value is None:
        return label
    if earlier.value is None:
        return _("{label}: {value}").format(label=label, value=now)
    return _("{label}: {now}, {before} a year earlier").format(label=label, now=now, before=then)


def kinds_found(data: Overview) -> str:
    """The title of the chart of kinds: the most frequent of them, and of how many."""
    kinds = data.kinds.set_index("kind")["providers"]
    most = str(kinds.drop("all").astype(float).idxmax())
    return _("On {date}: {n} of {all} active providers are of the kind “{kind}”").format(
        date=i18n.date(query.build().as_of), n=i18n.number(kinds[most]),
        all=i18n.number(kinds["all"]), kind=i18n.name("kind", most),
    )  # fmt: skip


def supply_found(data: Overview) -> str:
    """The title of the chart of providers by month: how many at the end, and a year earlier."""
    all_kinds = data.supply[data.supply["kind"] == "all"].set_index("month")["providers"]
    a_year = pd.DateOffset(years=1)
    earlier = all_kinds.reindex(pd.DatetimeIndex(all_kinds.index) - a_year).to_numpy(float)
    earlier = earlier if knows_moves(data) else earlier * float("nan")
    rows = pd.DataFrame({"month": all_kinds.index, "providers": all_kinds.to_numpy()})
    label = _("Active providers at the month’s end")
    return months.latest(label, rows.assign(providers_earlier=earlier), "providers", i18n.number)


def _in_short(value: str, *more: str | None) -> str:
    text = _("In all these months: {value}").format(value=value)
    return " · ".join(part for part in (text, *more) if part)


def signed(text: str, change: float) -> str:
    """A plus before what grew, as the minus stands before what shrank."""
    return f"+{text}" if change > 0 else text


def lines(*parts: str) -> str:
    """Short notes one below the other, the empty ones left out."""
    return "  \n".join(part for part in parts if part)


def requests_known(data: Overview, period: filters.Period) -> str:
    """Which months of requests the build holds, where they are not all that were asked for."""
    loaded = data.loaded
    if not loaded.has_requests or loaded.knows(period):
        return ""
    return _("Requests are known from {start} to {end} only.").format(
        start=i18n.month(loaded.requests_from), end=i18n.date(loaded.requests_until)
    )


def covered_share(data: Overview, name: str) -> str:
    """A coverage as a card tells it: of requests only where they are enough."""
    figure = data.coverage[name]
    share = i18n.share(figure.value)
    is_of_cases = name == "coverage_demand" and figure.value is not None
    return doubt.figure(share, figure.n) if is_of_cases else share


def demand_notes(data: Overview, k: int, period: filters.Period) -> str:
    """What stands below the coverage of demand: the requests that count in it, or why none."""
    figure = data.coverage["coverage_demand"]
    if figure.value is None:
        return _("no request with a known commune or coordinates")
    cases = i18n.ngettext(
        "{n} request with a known commune or coordinates",
        "{n} requests with a known commune or coordinates",
        figure.n,
    ).format(n=i18n.number(figure.n))
    return lines(covered.needs(k), cases, against_today(period))


def supply_notes(data: Overview, period: filters.Period) -> str:
    """What stands below the number of providers: who came and went in the period."""
    if not data.loaded.has_providers:
        return _("no provider loaded")
    moves = data.supply[data.supply["kind"] == "all"]
    start, end = pd.Timestamp(period.from_month), pd.Timestamp(period.to_month)
    moves = moves[moves["month"].between(start, end)]
    today = _("on {date}").format(date=i18n.date(query.build().as_of))
    if not knows_moves(data):
        return lines(today, _("who joined and who left is not known"))
    joined, left = moves["joined"].sum(), moves["left_providers"].sum()
    came = i18n.ngettext("{n} joined", "{n} joined", joined).format(n=i18n.number(joined))
    went = i18n.ngettext("{n} left", "{n} left", left).format(n=i18n.number(left))
    return lines(
        today,
        _("in the period {joined}, {left}").format(joined=came, left=went),
    )


def knows_moves(data: Overview) -> bool:
    """Whether any provider ever joined or left: where none has a date, nobody knows who did."""
    return bool(data.supply[["joined", "left_providers"]].sum().sum())


def against_today(period: filters.Period) -> str:
    """What stands beside requests that are set against providers, when their months are past."""
    if period.to_month >= filters.last_complete_month(query.build().as_of):
        return ""
    return _("past requests against today’s providers")


def demand_left_out(data: Overview, period: filters.Period, days: int) -> list[str]:
    """What the charts of demand leave out."""
    return [
        note
        for note in (months.ripening(data.months["month"], days), requests_known(data, period))
        if note
    ]


def supply_left_out(data: Overview, period: filters.Period) -> list[str]:
    """How many providers have no commune, and since when the past is more than dates in files."""
    everyone = data.kinds.iloc[0]
    # elsewhere "reaching" counts those who come from outside too
    notes = (
        []
        if data.place.level != "country"
        else [
            i18n.ngettext(
                "Each provider counts once; {n} of {total} has a known commune or coordinates and "
                "counts in coverage.",
                "Each provider counts once; {n} of {total} have a known commune or coordinates and "
                "count in coverage.",
                everyone["reaching"],
            ).format(n=i18n.number(everyone["reaching"]), total=i18n.number(everyone["providers"]))
        ]
    )
    since = data.loaded.providers_since
    if since and since > period.year_earlier().from_month:
        notes.append(
            _(
                "Providers before {date}, the date of the first file, are known by the dates "
                "inside the files only: those who had left by then may be missing."
            ).format(date=i18n.date(since))
        )
    if data.loaded.tells_seen:
        days = query.build().settings.get("freshness_days", 90)
        notes.append(
            _(
                "A provider counts for {n} days after it was last seen, as the newest file tells: "
                "of the last {n} days later files may add some, of earlier ones hardly any."
            ).format(n=i18n.number(days))
        )
    return notes


def recruit_link(place: str, scope: str) -> str:
    """The address of the plan of recruits for a département and a domain, filters kept."""
    asked = {"scope": scope, "in": f"departement-{place}"}
    return f"recruit?{urlencode(st.query_params.to_dict() | asked)}"


def coverage_link(place: str, scope: str) -> str:
    """The address of all figures of a département and a domain, all other filters kept."""
    return _cell_link({"scope": scope, "in": f"departement-{place}"})


def place_link(place: Territory, measure: str, scope: str, figures: str) -> str:
    """The address of a measure in the whole place, among the figures of its topic."""
    asked = {"scope": scope, "in": place.address, "measure": measure, "figures": figures}
    return _cell_link(asked)


def _cell_link(asked: dict[str, str]) -> str:
    return f"coverage?{urlencode(st.query_params.to_dict() | asked | {'view': 'cell'})}"
