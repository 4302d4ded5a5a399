"""The answer of the page: what the measure says of the place, in one sentence."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.words.words import PEOPLE
from pages.coverage import left_out, words
from pages.coverage.cells import Question
from pages.coverage.measures import Measure
from pages.shared import covered, doubt, filters, i18n, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext


def answer(row: Mapping[str, Any], asked: Question, place: Territory) -> str:
    """What the measure says of the place, in one sentence (Markdown)."""
    head = (
        f"{theme.escape(words.place_name(place))}, {theme.escape(filters.scope_label(asked.scope))}"
    )
    is_none = i18n.is_none(row["value"]) and row["value"] != math.inf
    if is_none and left_out.untold(row, asked.measure) and asked.measure.unit != "hours":
        body = left_out.untold(row, asked.measure)
    elif is_none and not (asked.measure.unit == "hours" and row["n"] > 0):
        body = _("cannot be told: there is nothing to count.")
    elif is_few(row, asked.measure):
        body = _("too few cases to tell ({n}).").format(n=i18n.number(row["n"]))
    else:
        body = _sentence(row, asked, place)
        if asked.measure.is_sampled:
            value = asked.measure.text(row["value"])
            body = doubt.sentence(body, value, row["n"], row["low"], row["high"])
    told = _("{place}: {sentence}").format(place=head, sentence=body)
    return f"{told} {left_out.sentence(row, asked.measure)}".rstrip()


def is_few(row: Mapping[str, Any], measure: Measure) -> bool:
    """Whether the cases of a figure that is told by itself are too few; states have their own."""
    is_rate = measure.is_sampled and measure.unit != "state" and not i18n.is_none(row["n"])
    return is_rate and doubt.of(row["n"], row["low"]) == "few"


def _sentence(row: Mapping[str, Any], asked: Question, place: Territory) -> str:
    name = asked.measure.name
    if name == "market_state":
        return _state(row, asked)
    if asked.measure.is_pooled and place.level == "commune":
        return _reached(row, asked)
    if asked.measure.is_pooled:
        return covered.sentence(name, row["value"], asked.k, asked.domains)
    if name == "first_response" and pd.isna(row["value"]):
        text = (
            _("less than half of the requests have had an answer ({period}).")
            if row["waiting"] > 0.5
            else _(
                "whether half of the requests have had an answer cannot be told: too many times "
                "are unknown ({period})."
            )
        )
        return text.format(period=filters.period_label(asked.period))
    if name == "first_response" and row["value"] == math.inf:
        return _("half of the requests had an answer after **over a year** ({period}).").format(
            period=filters.period_label(asked.period)
        )
    text = {
        "active_providers": _("**{value}** active providers are based here."),
        "requests": _("**{value}** requests were posted ({period})."),
        "fill_rate": _("**{value}** of requests were filled within {days} days ({period})."),
        "unmet_demand": _("**{value}** of requests were not filled within {days} days ({period})."),
        "zero_response": _(
            "**{value}** of requests had no answer at all within {days} days ({period})."
        ),
        "pressure": _("**{value}** requests a month for each active provider ({period})."),
        "first_response": _("half of the requests had an answer within **{value}** ({period})."),
        "gap": _(
            "**{value}** requests a month are lost in communes with fewer than {k} active "
            "providers{which} ({period})."
        ),
        "results_at_least_k": _(
            "**{value}** of requests had at least {k} answers within {days} days ({period})."
        ),
        "accessibility": _(
            "the providers around can take **{value}** requests a month for each {people} people."
        ),
        "deserts": _("nobody{which} comes to **{value}** communes that asked for help ({period})."),
        "utilisation": _("**{value}** of the active providers were hired ({period})."),
        "concentration": _(
            "the concentration of hires is **{value}**, from 0 to 10,000; the largest provider "
            "has {largest} of them (12 months to {until})."
        ),
        "direct_hire_share": _("the household itself employs in **{value}** of hires ({period})."),
        "provider_share": _("the provider keeps **{value}** of what the client pays ({period})."),
        "price": _("half of the providers ask for less than **{value}** an hour."),
        "quality_score": _("the records of providers are **{value}** complete and fresh."),
    }.get(name, _("{label} **{value}** ({period})."))
    return text.format(
        label=query.metric_definition(name).label,
        value=asked.measure.text(row["value"]),
        k=i18n.number(asked.k),
        days=i18n.number(asked.days),
        period=filters.period_label(asked.period),
        people=i18n.number(PEOPLE),
        which=_which(asked),
        largest=i18n.share(row.get("largest_share")),
        until=i18n.month(asked.period.to_month),
    )


def _reached(row: Mapping[str, Any], asked: Question) -> str:
    if asked.is_average:
        return _(
            "at least {k} active providers reach it in **{covered} of {domains}** domains."
        ).format(
            k=i18n.number(asked.k),
            covered=i18n.number(round(row["value"] * len(asked.domains))),
            domains=i18n.number(len(asked.domains)),
        )
    n = int(row["providers"])
    return i18n.ngettext(
        "**{n}** active provider reaches it; {k} are needed.",
        "**{n}** active providers reach it; {k} are needed.",
        n,
    ).format(n=i18n.number(n), k=i18n.number(asked.k))


def _which(asked: Question) -> str:
    """Whose providers count where several domains are decided at once: those of any of them."""
    return "" if asked.is_single else _(" of any domain")


def _state(row: Mapping[str, Any], asked: Question) -> str:
    text = _(
        "**{state}**: {providers} active providers{which} where {k} are needed, {requests} "
        "requests ({period}), {filled} of them filled within {days} days."
    )
    return text.format(
        state=i18n.name("state", row["state"]),
        which=_which(asked),
        providers=i18n.number(row["numerator"]),
        k=i18n.number(asked.k),
        requests=i18n.number(row["n"]),
        period=filters.period_label(asked.period),
        filled=i18n.share(row["fill_rate"]),
        days=i18n.number(asked.days),
    )
