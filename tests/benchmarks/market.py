"""A marketplace as large as the country, for benchmarks; the same one every time."""

from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
CODES = {"commune_code": str, "departement_code": str, "region_code": str}


def communes() -> pd.DataFrame:
    """Every commune of the reference."""
    return pd.read_csv(REFERENCE / "communes.csv", dtype=CODES)


def scopes() -> pd.DataFrame:
    """Domains, families and all, with the age band of their need."""
    domains = pd.read_csv(REFERENCE / "domains.csv")
    families = "family_" + pd.read_csv(REFERENCE / "families.csv").family_code
    wider = pd.DataFrame({"scope_code": ["all", *families], "need_band": "all"})
    return pd.concat([domains.rename(columns={"domain_code": "scope_code"}), wider])[
        ["scope_code", "need_band"]
    ]


def offers(places: pd.DataFrame, providers: int) -> pd.DataFrame:
    """Offers of so many providers with about two domains each, in their families and in all."""
    rng = np.random.default_rng(20261122)
    domains = pd.read_csv(REFERENCE / "domains.csv")[["domain_code", "family_code"]]
    weights = places.population.to_numpy(float) ** 0.9
    base = pd.DataFrame(
        {
            "provider_id": np.arange(providers),
            "commune_code": rng.choice(places.commune_code, providers, p=weights / weights.sum()),
            "reach_km": rng.choice(
                [5.0, 10, 20, 30, 50], providers, p=[0.1, 0.27, 0.31, 0.2, 0.12]
            ),
            "capacity_per_month": rng.integers(1, 40, providers).astype(float),
        }
    )
    chosen = []
    for share in (1, 0.7, 0.4):
        some = base[rng.random(providers) < share]
        drawn = domains.iloc[rng.integers(0, len(domains), len(some))]
        chosen.append(some.assign(domain=drawn.domain_code.values, family=drawn.family_code.values))
    offered = pd.concat(chosen)
    scoped = [
        offered.assign(scope_code=offered.domain),
        offered.assign(scope_code="family_" + offered.family),
        offered.assign(scope_code="all"),
    ]
    return (
        pd.concat(scoped)
        .drop_duplicates(["provider_id", "scope_code"])
        .drop(columns=["domain", "family"])
    )


def population(places: pd.DataFrame) -> pd.DataFrame:
    """Age bands of each département."""
    totals = places.groupby("departement_code").population.sum()
    bands = {"0-4": 0.05, "5-19": 0.17, "75+": 0.11}
    return pd.concat(
        [
            pd.DataFrame({"territory_code": totals.index, "population": share * totals.values})
            .assign(territory_level="departement", band=band, year=2026)
            for band, share in bands.items()
        ]
    )  # fmt: skip


def unmet(places: pd.DataFrame) -> pd.DataFrame:
    """Requests a month that nobody took, in about 30,000 communes."""
    rng = np.random.default_rng(20261122)
    lost = rng.poisson(places.population * rng.choice([0.002, 0.01, 0.03], len(places)))
    return places.assign(unmet=lost / 12.0)
