"""Where could the next ones start: unmet demand, the projects there already, the nearest CAE."""

import pandas as pd
import streamlit as st

from etl.insight import priorities
from etl.insight.partner_cells import Cell, Withheld, ratio
from pages.projects import views
from pages.shared import export, filters, i18n, map, partner_figures, places, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext
SHARES = (0.2, 0.4, 0.6)


def show(place: Territory, scope: str) -> None:
    """The view."""
    within = next((p.code for p in (place, *place.parents) if p.level == "region"), "FR")
    rows = query.page_sql(__file__, "openings", code=within, scope=scope)
    if place.level in ("departement", places.SEVERAL):
        rows = rows[_lies_in(place, rows)]
    if rows.empty:
        theme.empty_state(
            _("No request of the last closed year has a known outcome here."),
            _("Choose all domains or a larger territory."),
        )
        return
    target = float(query.build().settings.get("fill_target", 0.6))
    rows = priorities.of_published(rows, target)
    table = _table(rows)
    first = rows.iloc[0]
    year = str(first["period"])
    if not i18n.is_none(first["beyond"]) and first["beyond"] > 0:
        st.markdown(
            _(
                "In {year}, of what can be told, **{domain}** in **{place}** lacked providers "
                "most: {unmet} of {known} requests were not filled in time, {beyond} more than "
                "where {target} are filled."
            ).format(
                year=year,
                domain=i18n.label(first),
                place=theme.escape(first["name"]),
                unmet=i18n.number(first["unmet"]),
                known=i18n.number(first["known"]),
                beyond=i18n.number(first["beyond"]),
                target=i18n.percent(target),
            )
        )
    _map(scope, within, place, year)
    partner_figures.table(table, _kinds(), height=480)
    st.caption(
        _(
            "Requests with a known outcome, not filled within {n} days; in order of those beyond "
            "what goes unmet where {target} are filled (our target), for where most are filled "
            "providers are there. Projects under way are those of the region (all domains) and of "
            "the family of the domain (all of France): nothing finer is released. Distance from "
            "the middle of the département to the nearest CAE that lives today."
        ).format(
            n=i18n.number(query.build().settings.get("fill_days", 14)), target=i18n.percent(target)
        )
    )
    partner_figures.explain(table)
    export.downloads(
        "projects-openings",
        {_("Openings"): partner_figures.taken(table)},
        metrics=views.METRICS["openings"],
        filters={
            _("Domain"): filters.scope_label(scope),
            _("Territory"): places.name(place),
            _("Year"): year,
        },
    )


def _lies_in(place: Territory, rows: pd.DataFrame) -> pd.Series:
    """Which départements are those of a place; columns code and region_code."""
    return ("departement-" + rows["code"]).isin(place.areas) | (
        "region-" + rows["region_code"]
    ).isin(place.areas)


def _cells(rows: pd.DataFrame, column: str) -> list[Cell]:
    return [
        Withheld(reason) if status == "withheld" else float(value)
        for value, status, reason in zip(
            rows[column].tolist(), rows["status"].tolist(), rows["reason"].tolist(), strict=True
        )
    ]


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """The openings in their order."""
    found = partner_figures.cells(__file__, "cells")
    periods = found.periods("projects_under_way")
    year = periods[-1] if periods else ""
    families = query.page_sql(__file__, "families")
    family = dict(zip(families["domain_code"], families["family_scope"], strict=True))

    def under_way(**at: str) -> Cell:
        return found.of("projects_under_way", "under_way", year, **at)

    regions = {code: under_way(code=code, level="region") for code in rows["region_code"].unique()}
    scopes = {
        code: under_way(scope=family[code]) if code in family else None
        for code in rows["scope_code"].unique()
    }
    label = f"label_{i18n.language()}"
    unmet = _cells(rows, "unmet")
    known = _cells(rows, "known")
    columns = {
        _("Département"): rows["name"].tolist(),
        _("Domain"): rows[label].tolist(),
        _("Unmet requests"): unmet,
        _("of requests"): known,
        _("Share unmet"): [ratio(part, whole) for part, whole in zip(unmet, known, strict=True)],
        _("Projects under way: region"): [regions[code] for code in rows["region_code"]],
        _("Projects under way: family"): [scopes[code] for code in rows["scope_code"]],
        _("Nearest CAE"): [_("none lives") if i18n.is_none(name) else name for name in rows["cae"]],
        "km": rows["km"].tolist(),
        _("Code"): rows["code"].tolist(),
    }
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in columns.items()})


def _kinds() -> dict[str, str]:
    counts = (
        _("Unmet requests"), _("of requests"), _("Projects under way: region"),
        _("Projects under way: family"), "km",
    )  # fmt: skip
    return {**dict.fromkeys(counts, "count"), _("Share unmet"): "share"}


def _map(scope: str, within: str, place: Territory, year: str) -> None:
    """The share of unmet requests of the domains that may be told; hatched where none may."""
    rows = query.page_sql(__file__, "departements", code=within, scope=scope)
    if place.level == places.SEVERAL:
        rows = rows[_lies_in(place, rows)]
    shares: list[Cell] = []
    for known, unmet, hidden, reason in zip(
        rows["known"], rows["unmet"], rows["hidden"], rows["reason"], strict=True
    ):
        if i18n.is_none(known):
            shares.append(Withheld(reason) if hidden else None)
        else:
            shares.append(ratio(float(unmet), float(known)))
    values = pd.DataFrame(
        {
            "code": rows["code"],
            "name": rows["name"],
            "value": partner_figures.values(shares),
            "shown": [
                _("{share} of {n} requests unmet").format(
                    share=partner_figures.text(share, "share"), n=i18n.number(known)
                )
                for share, known in zip(shares, rows["known"], strict=True)
            ],
            "hover": [
                i18n.ngettext(
                    "{n} domain withheld, left out", "{n} domains withheld, left out", hidden
                ).format(n=hidden)
                if hidden
                else ""
                for hidden in rows["hidden"]
            ],
            "is_withheld": [isinstance(share, Withheld) for share in shares],
        }
    ).astype({"value": float})
    map.area_map(
        "departement",
        values,
        map.Classes(SHARES, text=i18n.percent, tone="bad"),
        title=_(
            "Share of requests not filled in time in {year}, of the domains that may be told"
        ).format(year=year),
        key=f"openings_map_{within}_{place.address}",
        codes=None if place.level == "country" else rows["code"].tolist(),
        on_click=lambda code: filters.go_to("departement", code),
    )
