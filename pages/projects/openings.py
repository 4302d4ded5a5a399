"""Where could the next ones start: unmet demand, the projects there already, the nearest CAE."""

from bisect import bisect_right
from typing import Any

import pandas as pd
import streamlit as st

from etl.insight import priorities
from etl.insight.partner_cells import Cell, Fewer, Rounded, ends, share_of_persons
from etl.insight.small_samples import UNSURE
from pages.projects import views
from pages.projects.views import Asked
from pages.shared import (
    export,
    filters,
    i18n,
    map,
    partner_figures,
    parts,
    places,
    query,
    theme,
    ways,
)
from pages.shared.filters import Territory

_ = i18n.gettext
SHARES = (0.4, 0.6, 0.8)  # most go unmet in most places


def show(asked: Asked) -> None:
    """The view."""
    place, scope = asked.place, _family(asked.scope)
    within = next((p.code for p in (place, *place.parents) if p.level == "region"), "FR")
    rows = query.page_sql(__file__, "openings_by_area", code=within, scope=scope)
    totals = query.page_sql(__file__, "openings_in_all", code=within, scope=scope)
    is_part = place.level in ("departement", places.SEVERAL)
    if is_part:
        rows = rows[_lies_in(place, rows)]
    if rows.empty:
        later = _("They come with the outcomes of requests, in a later edition.")
        is_told = are_told()
        theme.empty_state(
            _("No request of the last closed year has a known outcome here."),
            ways.out(place=place, scope=scope, otherwise=later) if is_told else later,
        )
        if is_told:
            ways.offer(place=place, scope=scope)
        return
    target = float(query.build().settings.get("fill_target", 0.6))
    rows = priorities.of_published(rows.assign(known=rows["requests"]), target)
    first = rows.iloc[0]
    year = str(first["period"])
    _answer(first, year, target)
    by_place = _by_place(totals[totals["level"] != "departement"] if within == "FR" else totals)
    table = _table(rows)
    part = parts.choose({"kind": _("Openings"), "place": _("Map and totals")})
    if part == "place":
        left, right = st.columns(2)
        with left:
            _map(totals, within, place, year)
        with right:
            partner_figures.table(by_place, _kinds())
    else:
        # two lines a row: names of families and of CAE are as wide as the page beside the figures
        narrow = {_("Domain"): 145, _("Nearest CAE"): 160, _("Département"): 135}
        partner_figures.table(
            table.drop(columns=_("Code")), _kinds(), height=505, row_height=66,
            column_config={
                name: st.column_config.TextColumn(width=width) for name, width in narrow.items()
            },
        )  # fmt: skip
    st.caption(_read_as(part, asked.year, target))
    partner_figures.tell_rounded()
    export.downloads(
        "projects-openings",
        {
            _("Openings"): partner_figures.taken(table, _kinds()),
            _("Totals"): partner_figures.taken(by_place, _kinds()),
        },
        metrics=views.METRICS["openings"],
        filters={
            _("Domain"): filters.scope_label(scope),
            _("Territory"): places.name(place),
            _("Year"): year,
            **partner_figures.about(),
        },
    )


def are_told() -> bool:
    """Whether unmet demand is told of any place at all."""
    return not query.page_sql(__file__, "openings_by_area", code="FR", scope="all").empty


def _answer(first: pd.Series, year: str, target: float) -> None:
    unmet, requests = _cell(first, "unmet"), _cell(first, "requests")
    if i18n.is_none(first["beyond"]) or first["beyond"] <= 0:
        return
    st.markdown(
        _(
            "In {year}, of what can be told, **{domain}** in **{place}** lacked providers most: "
            "{unmet} of {known} requests were not filled in time, {beyond} more than where "
            "{target} are filled."
        ).format(
            year=year,
            domain=i18n.label(first),
            place=theme.escape(first["name"]),
            unmet=partner_figures.text(unmet),
            known=partner_figures.text(requests),
            beyond=i18n.number(round(first["beyond"])),
            target=i18n.percent(target),
        )
    )


def _read_as(part: str, year: str, target: float) -> str:
    """What stands in the table of a part, and in which order."""
    days = i18n.number(query.build().settings.get("fill_days", 14))
    if part == "place":
        return _(
            "Requests with a known outcome, not filled within {n} days; the territories with most "
            "of them first. A share of fewer than {few} requests is not coloured."
        ).format(n=days, few=UNSURE)
    return _(
        "Requests with a known outcome, not filled within {n} days; in order of those beyond "
        "what goes unmet where {target} are filled (the threshold of this page), for where most "
        "are filled providers are there. Projects under way at the end of {year}: those of the "
        "region (all domains), and those of the region in the family of the domain. Distance from "
        "the middle of the département to the nearest CAE that lives today."
    ).format(n=days, year=year, target=i18n.percent(target))


def _family(scope: str) -> str:
    """What is released of a domain: its family."""
    families = query.page_sql(__file__, "families")
    of = dict(zip(families["domain_code"], families["family_scope"], strict=True))
    if scope not in of:
        return scope
    text = _("These figures are for the family **{family}**: nothing finer is released.")
    st.info(text.format(family=filters.scope_label(of[scope])), icon=":material/zoom_out_map:")
    return str(of[scope])


def _lies_in(place: Territory, rows: pd.DataFrame) -> pd.Series:
    """Which départements are those of a place; columns code and region_code."""
    return ("departement-" + rows["code"]).isin(place.areas) | (
        "region-" + rows["region_code"]
    ).isin(place.areas)


def _cell(row: Any, name: str) -> Cell:
    status = row[f"{name}_status"]
    if status == "fewer":
        return Fewer()
    return Rounded(row[name]) if status == "rounded" else float(row[name])


def _demand(rows: pd.DataFrame) -> dict[str, list[Cell]]:
    records = rows.to_dict("records")
    unmet = [_cell(row, "unmet") for row in records]
    requests = [_cell(row, "requests") for row in records]
    return {
        _("Unmet requests"): unmet,
        _("of requests"): requests,
        _("Share unmet"): [_share(*pair) for pair in zip(unmet, requests, strict=True)],
    }


def _share(unmet: Cell, requests: Cell) -> Cell:
    """A share of few requests tells nothing."""
    return None if isinstance(requests, Fewer) else share_of_persons(unmet, requests)


def _by_place(rows: pd.DataFrame) -> pd.DataFrame:
    """Totals of the country and its regions, or of the départements of a region."""
    return pd.DataFrame({_("Territory"): rows["name"].tolist(), **_demand(rows)}, dtype=object)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """The openings in their order."""
    found = views.cells()
    periods = found.periods("projects")

    def under_way(region: str, scope: str) -> Cell:
        if not periods:
            return None
        return found.of(
            "projects", "under_way", periods[-1], code=region, level="region", scope=scope
        )

    pairs = list(zip(rows["region_code"], rows["scope_code"], strict=True))
    columns: dict[str, list[Any]] = {
        _("Département"): rows["name"].tolist(),
        _("Domain"): rows[f"label_{i18n.language()}"].tolist(),
        **_demand(rows),
        _("Projects, region"): [under_way(region, "all") for region, _scope in pairs],
        _("Projects, family"): [
            under_way(region, scope) for region, scope in pairs
        ],
        _("Nearest CAE"): [_("none lives") if i18n.is_none(name) else name for name in rows["cae"]],
        "km": rows["km"].tolist(),
        _("Code"): rows["code"].tolist(),
    }  # fmt: skip
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in columns.items()})


def _kinds() -> dict[str, str]:
    counts = (
        _("Unmet requests"), _("of requests"), _("Projects, region"),
        _("Projects, family"), "km",
    )  # fmt: skip
    return {**dict.fromkeys(counts, "count"), _("Share unmet"): "share"}


def _coloured(share: Cell) -> float | None:
    """What a share is coloured by: a band only where all of it has one colour."""
    told = ends(share)
    if told is None or len({bisect_right(SHARES, end) for end in told}) > 1:
        return None
    return told[0]


def _map(totals: pd.DataFrame, within: str, place: Territory, year: str) -> None:
    """The share of unmet requests; an area of too few to tell it without its interval is dotted."""
    rows = totals[totals["level"] == "departement"]
    if place.level == places.SEVERAL:
        rows = rows[_lies_in(place, rows)]
    told = _demand(rows)
    shares, requests = told[_("Share unmet")], told[_("of requests")]
    coloured = [_coloured(share) for share in shares]
    is_few = [
        (share is not None and colour is None) or not isinstance(known, float) or 0 < known < UNSURE
        for share, colour, known in zip(shares, coloured, requests, strict=True)
    ]
    values = pd.DataFrame(
        {
            "code": rows["code"].tolist(),
            "name": rows["name"].tolist(),
            "value": coloured,
            "shown": [
                _("fewer than {n} requests").format(n=i18n.number(known.than))
                if isinstance(known, Fewer)
                else _("{share} of {n} requests unmet").format(
                    share=partner_figures.text(share, "share"), n=partner_figures.text(known)
                )
                for share, known in zip(shares, requests, strict=True)
            ],
            "is_few": is_few,
        }
    ).astype({"value": float})
    values["value"] = values["value"].mask(values["is_few"])
    map.area_map(
        "departement",
        values,
        map.Classes(SHARES, text=i18n.percent, tone="bad", few=UNSURE),
        title=_("Share of requests not filled in time in {year}").format(year=year),
        key=f"openings_map_{within}_{place.address}",
        codes=None if place.level == "country" else rows["code"].tolist(),
        on_click=lambda code: filters.go_to("departement", code),
    )
