"""The figures of the founders' report: each one a metric by the settings, or a table beside.

What nobody can know is missing (NaN), never 0: no source, no known outcome, a month not loaded.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl.insight import digest, registry, target_states
from etl.insight.part import Part
from etl.insight.report.reading import Reading, years_back

RATES = ("fill_rate", "zero_response", "unmet_demand")
USED = (
    "coverage_population", "active_providers", "requests", "fill_rate", "unmet_demand",
    "zero_response", "first_response", "gap", "deserts", "market_state",
)  # fmt: skip


@dataclass(frozen=True)
class Founders:
    """Everything the report shows. coverage, rates, rates_before: one row of a metric by name;
    by_departement, by_area: coverage_population of each place and domain ('all': over those asked
    for), by_area of régions of the country, else of départements; changed: what changed, or why it
    cannot be told."""

    part: Part
    place: str  # its territories by name
    scope: pd.Series  # label_fr, label_en
    coverage: pd.Series
    rates: dict[str, pd.Series]
    rates_before: dict[str, pd.Series]
    providers: pd.Series
    requests: pd.Series
    answer: pd.Series
    deserts: pd.DataFrame
    desert_cells: pd.DataFrame
    by_departement: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    states: pd.DataFrame
    trend: pd.DataFrame
    events: pd.DataFrame
    targets: pd.DataFrame
    changed: digest.Compared | str
    domains: pd.DataFrame
    places: pd.DataFrame
    sources: pd.DataFrame
    reasons: pd.DataFrame
    checks: pd.Series
    is_settled: bool  # whether k, days and months are those that targets are measured by

    def aim(self, metric: str) -> float | None:
        """The target of a metric for this very part, where the two are measured alike."""
        rows, (level, code) = self.targets, self.part.place
        is_mine = (
            (rows["metric"] == metric) & (rows["scope_code"] == self.part.scopes[0])
            & (rows["level"] == level) & (rows["code"] == code)
        )  # fmt: skip
        found = rows.loc[is_mine, "target"]
        return float(found.iloc[0]) if self.is_settled and len(found) else None


def read(
    reading: Reading, previous: Path | None, served: Path, part: Part, settled: Mapping[str, Any]
) -> Founders:
    """Reads every figure of a part; ``previous`` and ``served``: folders of builds to compare.
    settled: the terms that targets are measured by."""
    terms = reading.terms
    level, code = part.place
    (scope,) = part.scopes
    within = {"within_level": level, "within_code": code}
    loaded = reading.table(__file__, "report_loaded").iloc[0]
    domains = reading.table(__file__, "report_domains", scope=scope)
    places = reading.table(__file__, "report_places", **within)
    codes = domains["code"].tolist()
    has = {source for source in ("providers", "requests") if loaded[f"has_{source}"]}

    def one(metric: str, **asked: Any) -> pd.Series:
        rows = reading.metric(metric, level=level, scopes=[scope], **within, **asked)
        is_loaded = has >= set(registry.metrics()[metric].sources)
        return rows.iloc[0] if is_loaded and len(rows) else pd.Series(dtype=float)

    def covered(of: str) -> pd.DataFrame:
        if "providers" not in has or not codes:
            return pd.DataFrame(columns=["territory_code", "scope_code", "value", "n"])
        rows = reading.metric("coverage_population", level=of, scopes=codes, **within)
        return pooled(rows)

    before = {name: years_back(terms[name]) for name in ("from", "to")}
    of_place = covered(level)
    of_place = of_place[of_place["scope_code"] == "all"]
    near = target_states.__file__
    targets = target_states.measured(
        _held(reading.table(near, "targets_reached"), part),
        lambda name, asked: reading.metric(name, **asked),
        lambda scope: reading.table(near, "domains_of_scope", scope=scope)["domain_code"].tolist(),
        settled,
        reading.as_of,
    )
    whole = {"level": level, "scopes": [scope], "scope": scope, "from": dt.date(1900, 1, 1)}
    everywhere = {"level": "departement", "scopes": codes, **within}
    is_asked = "requests" in has and bool(codes)
    return Founders(
        part=part,
        place=_names(part, places),
        scope=reading.table(__file__, "scope", scope=scope).iloc[0],
        coverage=of_place.iloc[0] if len(of_place) else pd.Series(dtype=float),
        rates={name: one(name) for name in RATES},
        rates_before={
            name: one(name, **before) if loaded["is_known_before"] else pd.Series(dtype=float)
            for name in RATES
        },
        providers=one("active_providers"),
        requests=one("requests"),
        answer=one("first_response"),
        deserts=reading.metric("deserts", level=level, scopes=codes, **within)
        if is_asked
        else pd.DataFrame(),
        desert_cells=reading.table(__file__, "desert_cells", scope=scope, **within),
        by_departement=covered("departement"),
        by_area=covered("region" if level == "country" else "departement"),
        gaps=reading.metric("gap", **everywhere) if is_asked else pd.DataFrame(),
        states=reading.metric("market_state", **everywhere) if codes else pd.DataFrame(),
        trend=reading.table(__file__, "report_trend", **within, **whole),
        events=reading.table(__file__, "report_events", scope=scope, **within),
        targets=targets,
        changed=digest.compare(previous, served, terms, part),
        domains=domains,
        places=places,
        sources=reading.table(__file__, "sources"),
        reasons=reading.table(__file__, "reasons"),
        checks=reading.table(__file__, "checks_counted").iloc[0],
        is_settled=dict(terms) == dict(settled),
    )


def _held(targets: pd.DataFrame, part: Part) -> pd.DataFrame:
    """The targets set for a part, none of what lies around it."""
    kept = [part.holds(row, str(row["scope_code"])) for row in targets.to_dict("records")]
    return targets[pd.Series(kept, index=targets.index, dtype=bool)]


def _names(part: Part, places: pd.DataFrame) -> str:
    """What the territories of a part are called."""
    names = dict(zip(places["level"] + "-" + places["code"], places["name"], strict=True))
    return ", ".join(names[area] for area in part.areas) or "France"


def pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows and, for each territory, one for scope 'all': sum of numerators / denominators over
    the domains in use, as every page shows a coverage of several domains."""
    sums = rows.groupby("territory_code", as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), n=("n", "max")
    )
    sums["value"] = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    return pd.concat([rows, sums.assign(scope_code="all")], ignore_index=True)
