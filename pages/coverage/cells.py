"""The figures of the page: a measure for every area and domain that is looked at."""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.insight import small_samples
from etl.insight.small_samples import FEW
from pages.coverage.measures import MEASURES, STATES, Measure
from pages.shared import i18n, query
from pages.shared.filters import Period, Territory
from pages.shared.places import ours

HEATMAP_COLUMNS = 20
YEAR_HOURS = 365 * 24
UNIFORM = ["numerator", "denominator", "value", "n", "low", "high"]
EXTRA = ["state", "largest_share", "fill_rate", "left_out", "waiting"]
# what the sheet of a cell shows beside a figure; no map needs it
PARTS = ["p90", "take_rate", "filled_late", "cancelled", "undated", "ever", "ever_of"]


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

    @property
    def is_reach(self) -> bool:
        """Whether a commune's figure is the number of providers that reach it."""
        return self.measure.is_pooled and self.is_single

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


def ask(asked: Question, level: str, within: Territory, *, by_domain: bool) -> pd.DataFrame:
    """The metric as its SQL gives it: scopes of :func:`read`, and those an average is made of."""
    params = asked.params(level, within)
    if not asked.is_average and not by_domain:
        params["scopes"] = [asked.scope]
    return query.metric(asked.measure.name, **params)


def read(asked: Question, level: str, within: Territory, *, by_domain: bool = True) -> pd.DataFrame:
    """One row per area of the level and scope: the asked one and, ``by_domain``, its domains.

    Columns: code, name, population, scope_code, numerator, denominator, value, n, low, high,
    is_few (too few cases to tell), shrunk (a rate drawn towards the mean of the areas, what maps
    and rankings go by), providers (that reach a commune, for coverages), state (of the market),
    tint (what a map colours: relative to inhabitants for counts, providers for a domain in a
    commune, the rank of a state).
    Empty when nothing has been loaded that this measure could be taken of.
    """
    scopes = asked.params(level, within)["scopes"] if by_domain else [asked.scope]
    rows = ask(asked, level, within, by_domain=by_domain)
    if rows.empty or not is_loaded(asked.measure):
        return rows.iloc[:0]
    places = areas(level, within)
    frame = _laid_out(places, scopes, rows)
    if asked.is_average:
        frame = _pooled(frame, rows, asked)
    frame["value"] = frame["value"].fillna(asked.measure.absent)
    shrinks = asked.measure.shrinks
    frame["shrunk"] = np.nan
    if shrinks and len(places) > 1:  # one area alone has no others to be drawn to
        frame["shrunk"] = small_samples.shrunk(frame, shrinks)
    frame["is_few"] = asked.measure.is_sampled & frame["n"].lt(FEW)
    if level == "commune" and asked.measure.uses_k and asked.measure.is_pooled:
        frame["providers"] = _reached(asked, within, places, scopes)
    return _tinted(frame, asked, level)


def within_reach(asked: Question, level: str, within: Territory) -> Question:
    """The question with fewer providers needed, as many as tell the areas of our territory apart:
    where too few providers have begun for anybody to have k of them, every area would be the same.
    Elsewhere, and where nobody comes at all, the question as it is."""
    is_young = ours() is not None and within.level != "country"
    if not (is_young and level != "commune" and asked.measure.uses_k and asked.measure.is_pooled):
        return asked
    for k in range(asked.k, 0, -1):
        fewer = replace(asked, k=k)
        rows = ask(fewer, level, within, by_domain=False)
        if rows.loc[rows["scope_code"].isin(asked.domains), "numerator"].sum() > 0:
            return fewer
    return asked


def _laid_out(places: pd.DataFrame, scopes: list[str], rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a metric in their places: each area with each scope, empty where none is."""
    frame = places.take(np.repeat(np.arange(len(places)), len(scopes))).reset_index(drop=True)
    frame["scope_code"] = np.tile(np.asarray(scopes, dtype=object), len(places))
    slot, is_asked = _slots(places, scopes, rows)
    for column in [*UNIFORM, *rows.columns.intersection(EXTRA)]:
        kind: Any = object if column == "state" else float
        values = np.full(len(frame), np.nan, dtype=kind)
        values[slot] = rows[column].to_numpy(kind, na_value=np.nan)[is_asked]
        frame[column] = values
    frame["providers"] = np.nan
    return frame


def _slots(
    places: pd.DataFrame, scopes: list[str], rows: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """The line of _laid_out for the rows that have one, and which rows have one."""
    area = pd.Index(places["code"]).get_indexer(pd.Index(rows["territory_code"]))
    scope = pd.Index(scopes).get_indexer(pd.Index(rows["scope_code"]))
    is_asked = (area >= 0) & (scope >= 0)
    return (area * len(scopes) + scope)[is_asked], is_asked


def _reached(
    asked: Question, within: Territory, places: pd.DataFrame, scopes: list[str]
) -> np.ndarray:
    """How many providers reach each commune in each domain; NaN for what is no domain."""
    values = np.full(len(places) * len(scopes), np.nan)
    domains = [scope for scope in scopes if scope in asked.domains]
    if domains:
        params = asked.params("commune", within) | {"scopes": domains}
        rows = query.page_sql(__file__, "supply_by_commune", **params)
        slot, is_asked = _slots(places, scopes, rows)
        values[slot] = rows["providers"].to_numpy(float)[is_asked]
    return values


def _pooled(frame: pd.DataFrame, rows: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """The row of the asked scope becomes the average over its domains."""
    parts = rows[rows["scope_code"].isin(asked.domains)].groupby("territory_code")
    sums = parts[["numerator", "denominator", "n"]].sum(min_count=1).astype(float)
    if not asked.measure.is_sampled:  # the same people or communes in each domain
        sums["n"] = parts["n"].max().astype(float)
    whole = frame["scope_code"] == asked.scope
    codes = frame.loc[whole, "code"]
    for column in ("numerator", "denominator", "n"):
        frame.loc[whole, column] = sums[column].reindex(codes).to_numpy()
    frame.loc[whole, "value"] = frame.loc[whole, "numerator"] / frame.loc[
        whole, "denominator"
    ].replace(0, np.nan)
    return frame


def own(asked: Question, place: Territory) -> dict[str, Any]:
    """The figure of one place and the asked scope: the columns of :func:`read` that need no other
    area. NaN throughout where nothing has been loaded that the measure could be taken of."""
    params = asked.params(place.level, place)
    if not asked.is_average:
        params["scopes"] = [asked.scope]
    rows = query.metric(asked.measure.name, **params)
    found: list[dict[Any, Any]] = rows.to_dict("records") if is_loaded(asked.measure) else []
    known = (*UNIFORM, *EXTRA, *PARTS)
    row: dict[str, Any] = dict.fromkeys((*known, "providers"), math.nan)
    whole = next((one for one in found if one["scope_code"] == asked.scope), {})
    row |= {column: whole[column] for column in known if not i18n.is_none(whole.get(column))}
    if asked.is_average and found:
        row |= _average([one for one in found if one["scope_code"] in asked.domains], asked)
    if i18n.is_none(row["value"]):
        row["value"] = asked.measure.absent if found else _absent(asked.measure)
    if found and place.level == "commune" and asked.measure.uses_k and asked.is_reach:
        params = asked.params("commune", place.parents[-1]) | {"scopes": [asked.scope]}
        reached = query.page_sql(__file__, "supply_by_commune", **params)
        row["providers"] = reached["providers"][reached["territory_code"] == place.code].iloc[0]
    n = row["n"]
    row["is_few"] = asked.measure.is_sampled and not i18n.is_none(n) and n < FEW
    return row


def missing(measure: Measure) -> list[str]:
    """The sources that a measure is taken of, and of which no row was loaded."""
    holds = set(query.page_sql(__file__, "drops_loaded")["source"])
    return [source for source in measure.sources if source not in holds]


def is_loaded(measure: Measure) -> bool:
    """Whether the sources that a measure is taken of hold a row: else it is unknown, never 0."""
    return not missing(measure)


def _absent(measure: Measure) -> float:
    """What a count without a row is: 0, or unknown where its source was never loaded."""
    if measure.absent != 0 or not is_loaded(measure):
        return math.nan
    source = "requests" if "requests" in measure.sources else "active_providers"
    always = {"from": date(1900, 1, 1), "to": date(2200, 1, 1), "scopes": ["all"]}
    country = {"level": "country", "within_level": "country", "within_code": "FR"}
    return 0.0 if len(query.metric(source, **always, **country)) else math.nan


def _average(parts: list[dict[Any, Any]], asked: Question) -> dict[str, float]:
    def known(column: str) -> list[float]:
        return [one[column] for one in parts if not i18n.is_none(one[column])] or [math.nan]

    above, below = sum(known("numerator")), sum(known("denominator"))
    counts = known("n")
    return {
        "numerator": above,
        "denominator": below,
        "value": above / below if below else math.nan,
        "n": sum(counts) if asked.measure.is_sampled else max(counts),
    }


def _tinted(frame: pd.DataFrame, asked: Question, level: str) -> pd.DataFrame:
    measure = asked.measure
    frame["tint"] = frame["shrunk"].fillna(frame["value"]).where(~frame["is_few"])
    if measure.unit == "hours":  # over a year is a long time, not a missing one
        frame["tint"] = frame["tint"].clip(upper=YEAR_HOURS)
    if measure.unit == "state":
        ranks = {state: n for n, state in enumerate(STATES, start=1)}
        frame["tint"] = frame["state"].map(ranks).astype(float)
    elif measure.name == "deserts":  # a large area has more communes, not more deserts
        frame["tint"] = frame["value"] / frame["denominator"]
    if level == "commune":  # reached or not: how many come tells more than 0 % or 100 %
        frame["tint"] = frame["providers"].fillna(frame["tint"])
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


def as_their_parts(regions: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The régions with what maps and rankings have of their départements where they are of one:
    drawn towards the mean of other areas, the same place would have two values."""
    alone = rows[~rows["parent_code"].duplicated(keep=False)].set_index("parent_code")
    codes = regions["code"]
    is_alone = codes.isin(alone.index)
    same = {
        name: regions[name].where(~is_alone, codes.map(alone[name])) for name in ("shrunk", "tint")
    }
    return regions.assign(**same)


def one(frame: pd.DataFrame, asked: Question, code: str) -> pd.Series:
    """The row of one area and the asked scope."""
    return frame[(frame["code"] == code) & (frame["scope_code"] == asked.scope)].iloc[0]


def demand(asked: Question, place: Territory) -> pd.Series:
    """Requests of a place by domain, the most asked for first, 0 where nobody asked; empty where no
    request was loaded."""
    if not is_loaded(MEASURES["requests"]):
        return pd.Series(dtype=float)
    rows = query.metric("requests", **asked.params(place.level, place))
    told = rows.set_index("scope_code")["value"]
    found = told.reindex(list(asked.domains)).fillna(0.0)
    return found.sort_values(ascending=False, kind="stable")


def heatmap(
    frame: pd.DataFrame, asked: Question, by: pd.Series | None = None
) -> tuple[pd.DataFrame, list[str], list[str], int]:
    """Cells of the domains in the worst areas; codes of the areas, worst first, and of the domains;
    and how many areas there are in all. by: the domains wanted in their order, as ``demand`` gives
    them; without any all of them, worst first."""
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
    if by is not None and len(by):
        order = by
        cells = cells[cells["scope_code"].isin(by.index)]
    return cells, shown, order.index.tolist(), len(areas_)


def _people(rows: pd.DataFrame) -> pd.Series:
    return rows["population"].where(rows["tint"].notna(), 0)
