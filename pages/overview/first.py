"""Where a recruit is needed first, in words: as the plan of recruits would say of it."""

import pandas as pd

from etl.insight.small_samples import FEW
from pages.overview.figures import Overview
from pages.shared import filters, i18n, priorities, query, theme

_ = i18n.gettext

SMALL = 1e-6


def sentence(data: Overview) -> str:
    """The first of the worklist that a recruit could live of, and with enough cases to tell."""
    if data.gaps.empty:
        return ""
    worth = _worth(data.gaps)
    told = worth[worth["denominator"] >= FEW]
    if told.empty and (len(worth) or data.gaps["denominator"].max() < FEW):
        return _(
            "Where to recruit first cannot be told: too few requests of the places that come first "
            "have a known outcome."
        )
    if told.empty:
        return _(
            "**Nowhere** here could one recruit serve {least} requests a month that nobody takes."
        ).format(least=i18n.number(priorities.least(), 1))
    first = told.iloc[0]
    return _(
        "Recruit first: **{domain}** in **{place}**, where one recruit could serve **{n}** "
        "({low} – {high}) requests a month that nobody takes{beside}."
    ).format(
        beside=_beside(data, worth, first),
        domain=theme.escape(filters.scope_label(first["scope_code"])),
        place=theme.escape(f"{first['place']} ({first['departement_code']})"),
        **{name: i18n.number(first[key], 1) for name, key in _BOUNDS.items()},
    )


_BOUNDS = {"n": "value", "low": "low", "high": "high"}


def _worth(gaps: pd.DataFrame) -> pd.DataFrame:
    """Those for which the plan of recruits would send anybody."""
    return gaps[gaps["value"].astype(float) >= priorities.least() - SMALL]


def _beside(data: Overview, worth: pd.DataFrame, first: pd.Series) -> str:
    """How the first stands beside the others of the place: nothing where it has none."""
    others = int((worth["served"] == first["served"]).sum()) - 1
    if (worth["served"] > first["served"]).any():
        return _(", the most where {few} outcomes or more are known").format(few=i18n.number(FEW))
    if others:
        text = i18n.ngettext(
            "; as many in {others} other place", "; as many in {others} other places", others
        )
        return text.format(others=i18n.number(others))
    if data.place.level == "departement" and len(data.domains) == 1:
        return ""
    if data.place.level != "country":
        return _(", more than anywhere else here")
    return _(", more than anywhere else")


def caption(data: Overview, k: int, against: str) -> str:
    """What the order of the worklist means; against: what stands beside it of past months."""
    days = int(query.build().settings["fill_days"])
    text = _(
        "In order of what one recruit could serve: requests a month not filled within {days} days, "
        "within {km} km of the best place, in communes with fewer than {k} providers of the domain "
        "(where {k} come, another one is not what is missing). Unmet requests, people and missing "
        "providers are those of all such communes of the département."
    ).format(days=days, k=k, km=i18n.number(priorities.reach_km()))
    if against:
        text = f"{text} ({against})"
    if len(_worth(data.gaps)) < len(data.gaps):
        rest = _("Where it is under {least}, the plan of recruits sends nobody.")
        text = f"{text} {rest.format(least=i18n.number(priorities.least(), 1))}"
    return text
