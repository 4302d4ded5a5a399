"""A marketplace as large as the country, for benchmarks; the same one every time."""

import re
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl.intake import lake
from etl.intake.text import chunks
from etl.sample import sample

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
CODES = {"commune_code": str, "departement_code": str, "region_code": str}

# How cells are written that a spreadsheet wrote otherwise.
NUMBER, DAY = (
    "replace({0}, ',', '.')",
    "coalesce(try_strptime({0}, '%d/%m/%Y')::DATE::VARCHAR, {0})",
)
PLAIN = dict.fromkeys(("price_hour_eur", "amount_eur", "fee_eur"), NUMBER) | dict.fromkeys(
    ("joined_on", "left_on", "last_seen_on"), DAY
)
# One cell of a row that is wrong, by column: refused where the column is required, else repaired.
FAULTS = {
    "requests": {
        "created_at": "2025-02-30 25:61", "domain": "conciergerie 2.0", "commune_code": "00000",
        "status": "perdu", "hours": "-3", "amount_eur": "douze", "filled_at": "1999-01-01 10:00",
        "request_id": "",
    },
    "responses": {"responded_at": "hier", "provider_id": ""},
    "providers": {
        "provider_id": "", "reach_km": "douze", "siren": "123456789", "domains": "toilettage",
        "price_hour_eur": "-1", "joined_on": "32/13/2025", "kind": "autre", "commune_code": "99999",
    },
}  # fmt: skip


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


def clean(folder: Path, providers: int, requests: int) -> Path:
    """Drops of a sample of that size as plain CSV, without the rows of which anything is told.

    Below `folder` stands one folder a source; made at the first use.
    """
    clean = folder / "clean"
    if not clean.exists():
        sample(folder / "raw", providers=providers, requests=requests)
        for drop in lake.ingest(folder / "raw", folder / "warehouse"):
            path = folder / "raw" / drop.file
            content, plain = b"".join(chunks(path)), folder / "plain.csv"
            is_spreadsheet = b";" in content.split(b"\n", 1)[0]
            plain.write_bytes(content.decode("cp1252").encode() if is_spreadsheet else content)
            header = re.findall(r"\w+", content.split(b"\n", 1)[0].decode())
            columns = ", ".join(PLAIN.get(c, "{0}").format(f'"{c}"') + f' AS "{c}"' for c in header)
            target = folder / "cleaning" / drop.source / path.name.removesuffix(".gz")
            target.parent.mkdir(parents=True, exist_ok=True)
            duckdb.execute(
                f"COPY (SELECT {columns} FROM (SELECT *, 1 + row_number() OVER () AS line FROM"
                f" read_csv('{plain}', all_varchar=true, sample_size=-1, strict_mode=true))"
                f" WHERE line IN (SELECT line FROM '{drop.folder}/accepted.parquet'"
                f" WHERE repaired_fields IS NULL) ORDER BY line) TO '{target}' (FORMAT csv)"
            )
            sidecar = path.with_name(path.name + ".toml")
            shutil.copy(sidecar, target.with_name(target.name + ".toml"))
        (folder / "cleaning").rename(clean)
    return clean


def faulty(clean: Path) -> Path:
    """The same drops with one cell spoiled in every twentieth row of requests, responses and
    providers, in each column of FAULTS in turn; made at the first use."""
    faulty = clean.with_name("faulty")
    if not faulty.exists():
        making = clean.with_name("spoiling")
        shutil.copytree(clean, making, dirs_exist_ok=True)
        for source, faults in FAULTS.items():
            spoiled = ", ".join(
                f"CASE WHEN line % {20 * len(faults)} = {20 * place} THEN '{cell}'"
                f" ELSE {column} END AS {column}"
                for place, (column, cell) in enumerate(faults.items())
            )
            for path in (clean / source).glob("*.csv"):
                duckdb.execute(
                    f"COPY (SELECT * EXCLUDE (line) REPLACE ({spoiled}) FROM (SELECT *,"
                    f" row_number() OVER () AS line FROM read_csv('{path}', all_varchar=true))"
                    f" ORDER BY line) TO '{making / source / path.name}' (FORMAT csv)"
                )
        making.rename(faulty)
    return faulty
