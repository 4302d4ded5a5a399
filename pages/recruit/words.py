"""Sentences and tables of the page, in the reader's language."""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd

from etl.insight.recruit import Coverage, Plan
from etl.words.rows import each
from pages.recruit.figures import FEW, Team
from pages.shared import i18n, places, theme
from pages.shared.places import Territory

_ = i18n.gettext
SMALL = 1e-6


def answer(plan: Plan, team: Team, place: Territory) -> str:
    """What the recruits would serve, and how sure it is that nothing better exists."""
    chosen = int(plan.places["recruits"].sum())
    text = i18n.ngettext(
        "**{n} recruit** would serve **{served}** of {unmet} unmet requests a month, **{share}**.",
        "**{n} recruits** would serve **{served}** of {unmet} unmet requests a month, **{share}**.",
        chosen,
    ).format(
        n=i18n.number(chosen),
        served=i18n.number(plan.objective, 1),
        unmet=i18n.number(plan.unmet, 1),
        share=i18n.percent(plan.objective / plan.unmet, 1),
    )
    parts = [text]
    if chosen < team.recruits:
        parts.append(_("More recruits would add nothing."))
    parts.append(certainty(plan))
    told = " ".join(parts)
    if places.ours() is None:
        return told
    return _("{place}: {sentence}").format(place=theme.escape(places.name(place)), sentence=told)


def certainty(plan: Plan) -> str:
    """How the plan was found, and whether it is proven best or how much better another could be."""
    method = {
        "exact": _("found by an exact programme"),
        "bounded": _("found by a programme that ran out of time"),
        "greedy": _("chosen greedily, one after the other"),
    }[plan.method]
    if plan.is_proven:
        return _("No choice of communes serves more: this is proven ({method}).").format(
            method=method
        )
    more = max(0.1, plan.upper_bound - plan.objective)
    return _(
        "Not proven to be the best ({method}): another choice could serve at most {more} more a "
        "month."
    ).format(method=method, more=i18n.number(more, 1))


def notes(plan: Plan, team: Team, demand: pd.DataFrame, is_single: bool) -> list[str]:
    """What the reader must know before acting on the plan."""
    known, posted = int(demand["known"].sum()), int(demand["requests"].sum())
    found = [
        _(
            "Behind it: {known} mature requests with a known outcome, of {posted} posted; "
            "the others are not counted as unmet."
        ).format(known=i18n.number(known), posted=i18n.number(posted))
    ]
    if known < FEW:
        found.append(_("That is too few to tell: read the plan as a hint."))
    busy = int(plan.places["recruits"].sum()) * team.capacity
    if plan.objective >= busy - SMALL and plan.objective < plan.unmet - SMALL:
        found.append(_("Every recruit would be fully busy, so other communes could do as well."))
    if not is_single:
        found.append(
            _("A recruit is taken to serve all these domains: choose one domain before you act.")
        )
    return found


def titles(rows: pd.DataFrame) -> pd.Series:
    """Commune (département)."""
    return rows["name"] + " (" + rows["departement_name"] + ")"


def hovers(rows: pd.DataFrame) -> list[str]:
    """Lines of HTML for the points of the map."""
    lines = []
    for row in each(rows):
        recruits = int(str(row.recruits))
        text = i18n.ngettext("{n} recruit", "{n} recruits", recruits)
        served = _("{n} requests a month").format(n=i18n.number(row.requests_per_month, 1))
        name = html.escape(str(row.departement_name))
        lines.append(f"{name}<br>{text.format(n=i18n.number(recruits))}<br>{served}")
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
    links = [
        f"coverage?{urlencode({'in': f'commune-{code}', **link, 'view': 'cell'})}"
        for code in rows["commune_code"]
    ]
    table.insert(2, _("Coverage"), links)
    return table


def changes(before: Coverage, after: Coverage) -> list[dict[str, str | bool | None]]:
    """Each figure of the what-if: label, value after, text before, difference, low_is_good."""
    none = _("nobody to cover")
    rows: list[dict[str, str | bool | None]] = []
    for label, was, now in (
        (_("People covered"), before.coverage_population, after.coverage_population),
        (_("Requests covered"), before.coverage_demand, after.coverage_demand),
    ):
        moved = None if was is None or now is None else 100 * (now - was)
        rows.append(
            {
                "label": label,
                "value": none if now is None else i18n.percent(now, 1),
                "before": none if was is None else i18n.percent(was, 1),
                "delta": _signed(moved, _("{n} points")),
                "low_is_good": False,
            }
        )
    rows.append(
        {
            "label": _("Unmet requests a month where providers lack"),
            "value": i18n.number(after.gap, 1),
            "before": i18n.number(before.gap, 1),
            "delta": _signed(after.gap - before.gap, "{n}"),
            "low_is_good": True,
        }
    )
    rows.append(
        {
            "label": _("Communes covered"),
            "value": i18n.number(after.communes_covered),
            "before": i18n.number(before.communes_covered),
            "delta": _signed(after.communes_covered - before.communes_covered, "{n}", 0),
            "low_is_good": False,
        }
    )
    return rows


def change_table(before: Coverage, after: Coverage) -> pd.DataFrame:
    """The what-if as numbers to take away."""
    labels = [str(row["label"]) for row in changes(before, after)]
    return pd.DataFrame(
        {
            _("Figure"): [*labels, _("Unmet requests a month the newcomers could take")],
            _("Before"): _values(before),
            _("After"): _values(after),
        }
    )


def _values(found: Coverage) -> list[float | None]:
    return [
        found.coverage_population,
        found.coverage_demand,
        found.gap,
        float(found.communes_covered),
        found.served,
    ]


def _signed(value: float | None, text: str, decimals: int = 1) -> str | None:
    if value is None or abs(value) < 0.5 * 10**-decimals:
        return None
    sign = "+" if value > 0 else "-"  # a plain hyphen: the card reads its direction from it
    return sign + text.format(n=i18n.number(abs(value), decimals))
