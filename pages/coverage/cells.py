"""The figures of the page: a measure for every area and domain that is looked at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from etl import inference
from pages.coverage.measures import FEW, STATES, Measure
from pages.shared import query
from pages.shared.filters import Period, Territory

HEATMAP_COLUMNS = 20
UNIFORM = [
    "territory_code", "scope_code", "numerator", "denominator", "value", "n", "low", "high",
]  # fmt: skip
EXTRA = ["state", "largest_share", "fill_rate"]


@dataclass(frozen=True)
class Question:
    """What the reader asks: a measure of a scope in a place."""

    measure: Measure
    scope: str
    domains: tuple[str, ...]  # the domains of the scope that are in use
    k: int
    days: int
    period: Period

    @property
    def is_single(self) -> bool:
        """Whether one domain is asked for."""
        return self.domains == (self.scope,)

    @property
    def is_average(self) -> bool:
        """Whether the figure of a place is taken over its domains."""
        return self.measure.is_pooled and not self.is_single

    def params(self, level: str, within: Territory) -> dict[str, Any]:
        """Parameters of every query of the page."""
        return {
            "level": level,
            "within_level": within.level,
            "within_code": within.code,
            "scopes": list(dict.fromkeys([self.scope, *self.domains])),
            "k": self.k,
            "days": self.days,
            "from": self.period.from_month,
            "to": self.period.to_month,
            "kind": "all",
        }


def areas(level: str, within: Territory) -> pd.DataFrame:
    """code, name, parent_code, population, latitude, longitude of the areas of a level."""
    return query.page_sql(
        __file__, "areas", level=level, within_level=within.level, within_code=within.code
    )


def read(asked: Question, level: str, within: Territory) -> pd.DataFrame:
    """One row per area of the level and scope (the asked one and its domains).

    Columns: code, name, population, scope_code, numerator, denominator, value, n, low, high,
    is_few (too few cases to tell), shrunk (a rate drawn towards the mean of the areas, what maps
    and rankings go by), providers (that reach a commune, for coverages), state (of the market),
    tint (what a map colours: relative to inhabitants for counts, providers for a domain in a
    commune, the rank of a state).
    Empty when nothing has been loaded that this measure could be taken of.
    """
    params = asked.params(level, within)
    rows = query.metric(asked.measure.name, **params)
    if rows.empty:
        return rows
    places = areas(level, within)
    frame = places.merge(pd.DataFrame({"scope_code": params["scopes"]}), how="cross")
    frame = frame.merge(
        rows[[*UNIFORM, *rows.columns.intersection(EXTRA)]].rename(
            columns={"territory_code": "code"}
        ),
        how="left",
        on=["code", "scope_code"],
    )
    if asked.is_average:
        frame = _pooled(frame, asked)
    frame["value"] = frame["value"].fillna(asked.measure.absent)
    shrinks = asked.measure.shrinks
    frame["shrunk"] = np.nan
    if shrinks and len(places) > 1:  # one area alone has no others to be drawn to
        frame["shrunk"] = inference.shrunk(frame, shrinks)
    frame["is_few"] = asked.measure.is_sampled & frame["n"].fillna(0).lt(FEW) & frame["n"].notna()
    return _tinted(frame, asked, level, within)


def _pooled(frame: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """The row of the asked scope becomes the average over its domains."""
    parts = frame[frame["scope_code"].isin(asked.domains)]
    sums = parts.groupby("code")[["numerator", "denominator", "n"]].sum(min_count=1)
    if not asked.measure.is_sampled:  # the same people or communes in each domain
        sums["n"] = parts.groupby("code")["n"].max()
    whole = frame["scope_code"] == asked.scope
    codes = frame.loc[whole, "code"]
    for column in ("numerator", "denominator", "n"):
        frame.loc[whole, column] = sums[column].reindex(codes).to_numpy()
    frame.loc[whole, "value"] = frame.loc[whole, "numerator"] / frame.loc[
        whole, "denominator"
    ].replace(0, np.nan)
    return frame


def _tinted(frame: pd.DataFrame, asked: Question, level: str, within: Territory) -> pd.DataFrame:
    measure = asked.measure
    frame["tint"] = frame["shrunk"].fillna(frame["value"]).where(~frame["is_few"])
    if measure.unit == "state":
        ranks = {state: n for n, state in enumerate(STATES, start=1)}
        frame["tint"] = frame["state"].map(ranks).astype(float)
    elif measure.name == "deserts":  # a large area has more communes, not more deserts
        frame["tint"] = frame["value"] / frame["denominator"]
    frame["providers"] = np.nan
    if level == "commune":
        if measure.uses_k and measure.is_pooled:
            reached = query.page_sql(__file__, "commune_supply", **asked.params(level, within))
            keys = pd.MultiIndex.from_frame(frame[["code", "scope_code"]])
            found = reached.set_index(["territory_code", "scope_code"])["providers"]
            # a commune is reached or not: how many come tells more than 0 % or 100 %
            of_domain = frame["scope_code"].isin(asked.domains)
            frame["providers"] = found.reindex(keys).where(of_domain.to_numpy()).to_numpy(float)
            frame["tint"] = frame["providers"].where(of_domain, frame["tint"])
    elif measure.per:
        months = asked.period.months if measure.monthly else 1
        people = frame["population"].where(frame["population"] > 0)
        frame["tint"] = frame["tint"] / months / people * measure.per
    return frame


def worst_first(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The areas by their gap; among equals the one with most inhabitants, unknown ones last."""
    order = rows.assign(_told=rows["tint"].isna())
    return order.sort_values(
        ["_told", "tint", "population", "code"],
        ascending=[True, measure.is_low_bad, False, True],
    ).drop(columns="_told")


def whole(frame: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """The rows of the asked scope, worst first."""
    return worst_first(frame[frame["scope_code"] == asked.scope], asked.measure)


def one(frame: pd.DataFrame, asked: Question, code: str) -> pd.Series:
    """The row of one area and the asked scope."""
    return frame[(frame["code"] == code) & (frame["scope_code"] == asked.scope)].iloc[0]


def heatmap(frame: pd.DataFrame, asked: Question) -> tuple[pd.DataFrame, list[str], list[str], int]:
    """Cells of the domains in the worst areas; codes of the areas and of the domains, worst first;
    and how many areas there are in all."""
    areas_ = whole(frame, asked)["code"].tolist()
    shown = areas_[:HEATMAP_COLUMNS]
    cells = frame[frame["code"].isin(shown) & frame["scope_code"].isin(asked.domains)]
    means = (
        frame[frame["scope_code"].isin(asked.domains)]
        .assign(weighted=lambda x: x["tint"] * x["population"], people=_people)
        .groupby("scope_code")[["weighted", "people"]]
        .sum()
    )
    gap = (means["weighted"] / means["people"].replace(0, np.nan)).reindex(list(asked.domains))
    order = gap.sort_values(ascending=asked.measure.is_low_bad, kind="stable", na_position="last")
    return cells, shown, order.index.tolist(), len(areas_)


def _people(rows: pd.DataFrame) -> pd.Series:
    return rows["population"].where(rows["tint"].notna(), 0)
