"""The figures of the founders' report: each one a metric by the settings, or a table beside.

What nobody can know is missing (NaN), never 0: no source, no known outcome, a month not loaded.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl.insight import digest, registry, target_states
from etl.insight.report.reading import FRANCE, Reading, years_back

RATES = ("fill_rate", "zero_response", "unmet_demand")
USED = (
    "coverage_population", "active_providers", "requests", "fill_rate", "unmet_demand",
    "zero_response", "first_response", "gap", "deserts", "market_state",
)  # fmt: skip


@dataclass(frozen=True)
class Founders:
    """Everything the report shows. coverage, rates, rates_before: one row of a metric by name;
    by_departement, by_region: coverage_population of each place and domain ('all': over the domains
    in use); changed: what changed, or why it cannot be told."""

    coverage: pd.Series
    rates: dict[str, pd.Series]
    rates_before: dict[str, pd.Series]
    providers: pd.Series
    requests: pd.Series
    answer: pd.Series
    deserts: pd.DataFrame
    desert_cells: pd.DataFrame
    by_departement: pd.DataFrame
    by_region: pd.DataFrame
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


def read(reading: Reading, previous: Path | None, served: Path) -> Founders:
    """Reads every figure; ``previous`` and ``served``: folders of builds to compare."""
    terms = reading.terms
    loaded = reading.table(__file__, "loaded").iloc[0]
    domains = reading.table(__file__, "domains")
    codes = domains["code"].tolist()
    has = {source for source in ("providers", "requests") if loaded[f"has_{source}"]}

    def one(metric: str, **asked: Any) -> pd.Series:
        rows = reading.metric(metric, level="country", scopes=["all"], **asked)
        is_loaded = has >= set(registry.metrics()[metric].sources)
        return rows.iloc[0] if is_loaded and len(rows) else pd.Series(dtype=float)

    def covered(level: str) -> pd.DataFrame:
        if "providers" not in has or not codes:
            return pd.DataFrame(columns=["territory_code", "scope_code", "value", "n"])
        return pooled(reading.metric("coverage_population", level=level, scopes=codes))

    before = {name: years_back(terms[name]) for name in ("from", "to")}
    of_country = covered("country")
    of_country = of_country[of_country["scope_code"] == "all"]
    near = target_states.__file__
    targets = target_states.measured(
        reading.table(near, "targets"),
        lambda name, asked: reading.metric(name, **asked),
        lambda scope: reading.table(near, "domains_in_use", scope=scope)["domain_code"].tolist(),
        terms,
        reading.as_of,
    )
    whole = {"level": "country", "scopes": ["all"], "from": dt.date(1900, 1, 1)}
    everywhere = {"level": "departement", "scopes": codes}
    is_asked = "requests" in has and bool(codes)
    return Founders(
        coverage=of_country.iloc[0] if len(of_country) else pd.Series(dtype=float),
        rates={name: one(name) for name in RATES},
        rates_before={
            name: one(name, **before) if loaded["is_known_before"] else pd.Series(dtype=float)
            for name in RATES
        },
        providers=one("active_providers"),
        requests=one("requests"),
        answer=one("first_response"),
        deserts=reading.metric("deserts", level="country", scopes=codes)
        if is_asked
        else pd.DataFrame(),
        desert_cells=reading.table(__file__, "desert_cells"),
        by_departement=covered("departement"),
        by_region=covered("region"),
        gaps=reading.metric("gap", **everywhere) if is_asked else pd.DataFrame(),
        states=reading.metric("market_state", **everywhere) if codes else pd.DataFrame(),
        trend=reading.table(__file__, "trend", **FRANCE, **whole),
        events=reading.table(__file__, "events"),
        targets=targets,
        changed=digest.compare(previous, served, terms),
        domains=domains,
        places=reading.table(__file__, "places"),
        sources=reading.table(__file__, "sources"),
        reasons=reading.table(__file__, "reasons"),
        checks=reading.table(__file__, "checks").iloc[0],
    )


def pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows and, for each territory, one for scope 'all': sum of numerators / denominators over
    the domains in use, as every page shows a coverage of several domains."""
    sums = rows.groupby("territory_code", as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), n=("n", "max")
    )
    sums["value"] = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    return pd.concat([rows, sums.assign(scope_code="all")], ignore_index=True)
