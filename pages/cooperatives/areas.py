"""Where? Maps and tables of regions or départements; a click goes down."""

import bisect
import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from etl.insight.partner_cells import Cell, is_hidden
from etl.words.rows import each
from pages.cooperatives.views import Asked
from pages.shared import filters, i18n, map, partner_figures, query

_ = i18n.gettext


def of(asked: Asked, scope: str) -> pd.DataFrame:
    """Rows of cooperative_areas.sql: the areas of the country, or those of a region."""
    dimension, breakdown = asked.cell
    return query.page_sql(
        __file__, "cooperative_areas", by=asked.by, code=asked.within, scope=scope, year=asked.year,
        dimension=dimension, breakdown=breakdown,
    )  # fmt: skip


def choose(asked: Asked, *, is_shown: bool) -> Asked:
    """Of the whole country the reader chooses the level of the areas."""
    if asked.place.level != "country":
        return asked
    levels = {"region": _("Regions"), "departement": _("Départements")}
    if is_shown:
        by = filters.pick("by", _("Areas"), list(levels), levels.__getitem__, "region")
    else:
        by = filters.read("by", levels.__contains__, "region")
    return asked._replace(by=by)


def names() -> dict[str, str]:
    """The regions' names by code."""
    rows = query.page_sql(__file__, "regions_with_cooperatives")
    return dict(zip(rows["code"], rows["name"], strict=True))


def living(asked: Asked) -> tuple[pd.DataFrame, Asked]:
    """The living by area, and of what: by form only over regions, in all domains."""
    if asked.form != "all" and (asked.by != "region" or asked.scope != "all"):
        asked = asked.by_region()._replace(scope="all")
    rows = of(asked, asked.scope)
    table = pd.DataFrame(
        {
            title_of(asked.by): rows["name"],
            _("Living"): rows["living"],
            _("Births"): rows["births"],
            _("Exits"): rows["exits"],
            _("Net growth"): rows["births"] - rows["exits"],
            _("Per million inhabitants"): rows["per_million"].astype(float).round(1),
            _("Code"): rows["code"],
        }
    )
    return table, asked


def show_living(asked: Asked, table: pd.DataFrame) -> None:
    """The map of the living beside its table."""
    if asked.form != "all":
        st.caption(_("By form: regions of France, all domains. Nothing finer is released."))
    rows = of(asked, asked.scope)
    shown = [
        _("{rate} per million inhabitants ({n} living)").format(
            rate=i18n.number(row.per_million, 1), n=i18n.number(row.living)
        )
        for row in each(rows)
    ]
    title = _("Living co-operatives per million inhabitants, end of {year}").format(year=asked.year)
    left, right = st.columns(2)
    with left:
        drawn(asked, rows, rows["per_million"].tolist(), shown, title, "living")
    with right:
        counts = dict.fromkeys(table.columns[1:5], "count")
        partner_figures.table(table, counts | {_("Per million inhabitants"): "rate"})


def drawn(
    asked: Asked, rows: pd.DataFrame, rates: Sequence[Cell], shown: Sequence[str], title: str,
    key: str, text=None,
) -> None:  # fmt: skip
    """A map of rates; hatched where a rate is withheld, empty where nothing was declared."""
    hidden = [is_hidden(rate) for rate in rates]
    values = pd.DataFrame(
        {
            "code": rows["code"], "name": rows["name"], "value": partner_figures.values(rates),
            "shown": list(shown), "is_withheld": hidden,
            "hover": [
                told if is_hidden else ""
                for is_hidden, told in zip(hidden, shown, strict=True)
            ],
        }
    ).astype({"value": float})  # fmt: skip
    known = values["value"].notna()
    weight = rows["population"].astype(float).where(known.to_numpy(), 0.0)
    mean = float((values["value"].fillna(0) * weight).sum() / max(weight.sum(), 1))
    map.area_map(
        asked.by,
        values,
        map.Classes(breaks(mean), text=text or bound_text),
        title=title,
        key=f"map_{key}_{asked.by}_{asked.within}",
        codes=None if asked.within == "FR" else rows["code"].tolist(),
        on_click=lambda code: filters.go_to(asked.by, code),
    )


def bound_text(bound: float) -> str:
    """0.05, 0.5 or 5: as many decimals as it has."""
    return i18n.number(bound, max(0, -math.floor(math.log10(bound))) if bound else 0)


def breaks(mean: float) -> tuple[float, ...]:
    """Round bounds of classes around a mean: 0.5, 1, 2 or 2, 5, 10 or 20, 50, 100."""
    nice = [float(f"{digit}e{power}") for power in range(-3, 5) for digit in (1, 2, 5)]
    middle = min(max(1, bisect.bisect_right(nice, 1.2 * mean) - 1), len(nice) - 2)
    return tuple(nice[middle - 1 : middle + 2])


def title_of(by: str) -> str:
    return _("Region") if by == "region" else _("Département")
