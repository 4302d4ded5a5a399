"""A small partners.duckdb written by hand: shown, zero and withheld cells of every table."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from etl.build import warehouse

CELL = (
    "period VARCHAR, territory_level VARCHAR, territory_code VARCHAR, scope_code VARCHAR,"
    " breakdown VARCHAR, measure VARCHAR, value DOUBLE, contributors INTEGER, status VARCHAR,"
    " reason VARCHAR"
)
# table -> period, territory, measure, value or the reason why it is withheld
CELLS: dict[str, list[tuple[Any, ...]]] = {
    "job_flows": [
        ("2024", "FR", "created", 40), ("2024", "FR", "lost", 15), ("2024", "FR", "kept", "few"),
        ("2025", "FR", "created", 52), ("2025", "FR", "lost", "secondary"),
        ("2025", "FR", "kept", 17),
    ],
    "jobs": [
        ("2024", "FR", "employees", 312), ("2025", "FR", "employees", 341),
        ("2025", "FR", "employees_fte", 287.5), ("2025", "53", "employees", 123),
        ("2025", "11", "employees", "few"),
    ],
    "lasting": [
        ("2025", "FR", "declared_employees", 200), ("2025", "FR", "permanent_employees", 171),
        ("2025", "FR", "qualified_employees", "few"), ("2025", "FR", "member_employees", 90),
    ],
    "cohorts": [("2020", "FR", "at_birth_5y", 80), ("2020", "FR", "after_5y", 92)],
    "project_jobs": [("2025", "FR", "planned_jobs", 30), ("2025", "FR", "realised_jobs", "few")],
    "cae_people": [("2025", "FR", "cae_entrepreneurs", 44), ("2025", "FR", "cape_holders", "few")],
    "compliance": [
        ("2025", "FR", "scops", 40), ("2025", "FR", "scops", 31, "yes"),
        ("2025", "FR", "scops", "few", "no"), ("2025", "FR", "scops", "secondary", "unknown"),
    ],
    "funnel": [
        ("2022", "FR", "received", 24), ("2022", "FR", "supported_24m", 19),
        ("2022", "FR", "financed_24m", 13), ("2022", "FR", "registered_24m", 11),
        ("2023", "FR", "received", 21), ("2023", "FR", "supported_24m", 12),
        ("2023", "FR", "financed_24m", "few"), ("2023", "FR", "registered_24m", "secondary"),
    ],
    "pipeline": [
        ("2025", "FR", "received", 22), ("2025", "FR", "financed", "few"),
        ("2025", "FR", "financed_eur", 345678),
    ],
    "projects_under_way": [("2025", "53", "under_way", 14), ("2025", "11", "under_way", "few")],
    "providers": [("2026-Q3", "FR", "providers", 400), ("2026-Q3", "53", "providers", 40)],
    "cooperative_providers": [("2026-Q3", "FR", "providers", 26)],
    "hires": [("2026-Q3", "FR", "hires", 900), ("2026-Q3", "53", "hires", "few")],
    "cooperative_hires": [("2026-Q3", "FR", "hires", 63)],
}  # fmt: skip
OPEN = """
CREATE TABLE published.cooperatives AS
SELECT * FROM (VALUES
    ('2024', 'country', 'FR', 'all', 'all', 'all', 30, 6, 2, 0),
    ('2025', 'country', 'FR', 'all', 'all', 'all', 37, 9, 2, 0),
    ('2025', 'country', 'FR', 'all', 'origin', 'ex_nihilo', 20, 5, 2, 0),
    ('2025', 'country', 'FR', 'all', 'origin', 'rescue', 17, 4, 0, 0),
    ('2025', 'region', '53', 'all', 'all', 'all', 12, 3, 0, 0),
    ('2025', 'departement', '35', 'all', 'all', 'all', 12, 3, 0, 0)
) AS t (period, territory_level, territory_code, scope_code, dimension, breakdown, living, births,
    exits, exits_undated);
CREATE TABLE published.survival AS
SELECT
    'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code, *
FROM (VALUES
    ('all', 'all', 3, 0.81, 0.70, 0.89, 60, 50, 9, NULL),
    ('all', 'all', 5, 0.734, 0.61, 0.83, 60, 41, 14, NULL),
    ('rescue', 'all', 3, NULL, NULL, NULL, 7, 0, 0, 'living_only'),
    ('rescue', 'all', 5, NULL, NULL, NULL, 7, 0, 0, 'living_only')
) AS t (origin, cohort, years, survival, low, high, followed, at_risk, exits, why);
CREATE TABLE published.benchmarks AS
SELECT
    'all_companies' AS population, 'all' AS origin, 2018 AS cohort, 2023 AS measured, 5 AS years,
    0.69 AS survival_share, 'Toutes les entreprises' AS form_fr, 'All enterprises' AS form_en,
    'France, hors micro-entrepreneurs' AS scope_fr, 'France, without micro-enterprises' AS scope_en,
    'https://www.insee.fr' AS source_url;
CREATE TABLE published.pipeline_times AS
SELECT
    '2025' AS period, 'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code, *
FROM (VALUES
    ('received', 'supported', 77, NULL, 45, 30, 'shown', NULL),
    ('supported', 'financed', NULL, NULL, NULL, NULL, 'withheld', 'few')
) AS t (from_step, to_step, median_days, p90_days, contributors, reached, status, reason);
CREATE TABLE published.openings AS
SELECT '2025' AS period, 'departement' AS territory_level, * FROM (VALUES
    ('35', 'gardening', 58, 33, 'shown', NULL),
    ('29', 'gardening', NULL, NULL, 'withheld', 'few')
) AS t (territory_code, scope_code, contributors, unmet, status, reason);
CREATE TABLE published.nearest_caes AS
SELECT
    'departement' AS territory_level, '35' AS territory_code, '000000018' AS siren,
    'L’Œuvre commune' AS name, 12.4 AS km, 0 AS caes
"""
REFERENCE = (
    "domains", "families", "domain_scopes", "scopes", "regions", "departements", "settings",
    "cooperative_series",
)  # fmt: skip
LIMITS = {"contributing_firms": 3, "contributing_persons": 11, "largest_share": 0.85}


def with_partners(home: Path, folder: Path) -> Path:
    """A copy of a warehouse whose served build has a partners.duckdb."""
    shutil.copytree(home, folder, symlinks=True)
    served = warehouse.build_folder(folder, str(warehouse.served_build(folder)))
    path = served / "partners.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{served / warehouse.DATABASE}' AS whole (READ_ONLY)")
        for schema in ("published", "reference", "quality"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(OPEN)
        for name, cells in CELLS.items():
            connection.execute(f"CREATE TABLE published.{name} ({CELL})")
            for period, code, measure, value, *parts in cells:
                level, is_shown = (
                    "country" if code == "FR" else "region",
                    not isinstance(value, str),
                )
                row = [period, level, code, "all", *(parts or ["all"]), measure]
                row += [value, 20, "shown", None] if is_shown else [None, None, "withheld", value]
                places = ", ".join("?" for _ in row)
                connection.execute(f"INSERT INTO published.{name} VALUES ({places})", row)
        for name in REFERENCE:
            connection.execute(f"CREATE TABLE reference.{name} AS FROM whole.reference.{name}")
        connection.execute(
            "CREATE TABLE reference.territories AS FROM whole.reference.territories"
            " WHERE level <> 'commune'"
        )
        connection.execute("CREATE TABLE quality.build AS FROM whole.quality.build")
        ((settings,),) = connection.execute("SELECT settings FROM quality.build").fetchall()
        told = json.dumps(json.loads(settings) | LIMITS)
        connection.execute("UPDATE quality.build SET settings = ?", [told])
    return folder
