"""A small partners.duckdb written by hand: shown, zero, banded and withheld cells."""

import shutil
from pathlib import Path
from typing import Any

import duckdb

from etl.build import warehouse

CELL = (
    "period VARCHAR, territory_level VARCHAR, territory_code VARCHAR, scope_code VARCHAR,"
    " breakdown VARCHAR, measure VARCHAR"
)
FIRMS = (
    f"{CELL}, value DOUBLE, low DOUBLE, high DOUBLE, contributors INTEGER, status VARCHAR,"
    " edition VARCHAR"
)
PERSONS = f"{CELL}, value BIGINT, status VARCHAR"
FOUNDERS = f"{CELL}, value DOUBLE, contributors INTEGER, status VARCHAR"
EDITION = "2026-Q4"
OTHERS = "others"  # a territory: the regions that are told together
# what firms declared: table -> period, territory, measure, and its value, its band, or None where
# it is withheld without one
CELLS: dict[str, list[tuple[Any, ...]]] = {
    "job_flows": [
        ("2024", "FR", "gained", 40), ("2024", "FR", "lost", 15), ("2024", "FR", "kept", None),
        ("2025", "FR", "gained", 69), ("2025", "FR", "lost", (20, 50)), ("2025", "FR", "kept", 17),
    ],
    "jobs": [
        ("2024", "FR", "employees", 312), ("2025", "FR", "employees", 341),
        ("2025", "FR", "employees_fte", 287.5), ("2025", "53", "employees", 123),
        ("2025", "11", "employees", None), ("2025", "52", "employees", (20, 50)),
        ("2025", OTHERS, "employees", 61),
    ],
    "lasting": [
        ("2025", "FR", "permanent_share", 0.86), ("2025", "FR", "qualified_share", None),
        ("2025", "FR", "member_share", 0.45), ("2025", "53", "permanent_share", (0.5, 1)),
    ],
    "project_euros": [
        ("2025", "FR", "financed_eur", 345678), ("2025", "FR", "agency_eur", (20000, 50000)),
        ("2025", "FR", "eur_per_job", None), ("2025", "53", "financed_eur", None),
    ],
    "project_jobs": [
        ("2025", "FR", "planned_jobs", 30), ("2025", "FR", "realised_jobs", (20, 50)),
    ],
    "project_survival": [("2025", "FR", "alive_3y_share", 0.75)],
    "cooperative_hires": [("2025", "FR", "hires", 63), ("2025", "53", "hires", None)],
}  # fmt: skip
# of persons: a multiple of 5, 'fewer' or 'withheld'
ROUNDED: dict[str, list[tuple[Any, ...]]] = {
    "providers": [("2025", "FR", "providers", 400), ("2025", "53", "providers", 40)],
    "cooperative_providers": [
        ("2025", "FR", "providers", 25), ("2025", "FR", "providers", "fewer", "scop"),
        ("2025", "53", "providers", "fewer"),
    ],
    "hires": [("2025", "FR", "hires", 900), ("2025", "53", "hires", "withheld")],
    "openings": [
        ("2025", "FR", "requests", 80), ("2025", "FR", "unmet", 45), ("2025", "53", "requests", 80),
        ("2025", "53", "unmet", 45), ("2025", "35", "requests", 60), ("2025", "35", "unmet", 35),
        ("2025", "35", "requests", 60, "family_garden_diy"),
        ("2025", "35", "unmet", 35, "family_garden_diy"),
        ("2025", "29", "requests", 15), ("2025", "29", "unmet", "fewer"),
        ("2025", "29", "requests", 15, "family_garden_diy"),
        ("2025", "29", "unmet", "fewer", "family_garden_diy"),
    ],
}  # fmt: skip
PUBLIC: dict[str, list[tuple[Any, ...]]] = {
    "funnel": [
        ("2022", "FR", "received", 24), ("2022", "FR", "supported_24m", 19),
        ("2022", "FR", "financed_24m", 13), ("2022", "FR", "registered_24m", 11),
        ("2023", "FR", "received", 21), ("2023", "FR", "supported_24m", 12),
        ("2023", "FR", "financed_24m", 3), ("2023", "FR", "registered_24m", 2),
        ("2023", "53", "received", 4), ("2023", "53", "supported_24m", 3),
        ("2023", "53", "financed_24m", 1), ("2023", "53", "registered_24m", 1),
    ],
    "projects": [
        ("2024", "FR", "received", 18), ("2025", "FR", "received", 22),
        ("2025", "FR", "supported", 15), ("2025", "FR", "financed", 9),
        ("2025", "FR", "registered", 6), ("2025", "FR", "under_way", 31),
        ("2025", "53", "received", 5), ("2025", "53", "under_way", 14),
    ],
}  # fmt: skip
OPEN = """
CREATE TABLE published.cooperatives AS
SELECT * FROM (VALUES
    ('2024', 'country', 'FR', 'all', 'all', 'all', 30, 6, 2, 0),
    ('2025', 'country', 'FR', 'all', 'all', 'all', 37, 9, 2, 0),
    ('2025', 'country', 'FR', 'all', 'origin', 'ex_nihilo', 20, 5, 2, 0),
    ('2025', 'country', 'FR', 'all', 'origin', 'rescue', 17, 4, 0, 0),
    ('2025', 'country', 'FR', 'all', 'form', 'scop', 29, 7, 2, 0),
    ('2025', 'country', 'FR', 'all', 'form', 'scic', 8, 2, 0, 0),
    ('2025', 'region', '53', 'all', 'all', 'all', 12, 3, 0, 0),
    ('2025', 'departement', '35', 'all', 'all', 'all', 12, 3, 0, 0)
) AS t (period, territory_level, territory_code, scope_code, dimension, breakdown, living, births,
    exits, exits_undated);
CREATE TABLE published.survival AS
SELECT
    'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code, *
FROM (VALUES
    ('all', 'all', 'all', 3, 0.81, 0.70, 0.89, 60, 50, 9, NULL),
    ('all', 'all', 'all', 5, 0.734, 0.61, 0.83, 60, 41, 14, NULL),
    ('all', 'rescue', 'all', 3, NULL, NULL, NULL, 7, 0, 0, 'living_only'),
    ('all', 'rescue', 'all', 5, NULL, NULL, NULL, 7, 0, 0, 'living_only'),
    ('scic', 'all', 'all', 3, 0.9, 0.71, 0.97, 20, 18, 2, NULL),
    ('scic', 'all', 'all', 5, 0.8, 0.58, 0.92, 20, 14, 4, NULL)
) AS t (form, origin, cohort, years, survival, low, high, followed, at_risk, exits, why);
CREATE TABLE published.benchmarks AS
SELECT
    'all_companies' AS population, 'all' AS origin, 2018 AS cohort, 2023 AS measured, 5 AS years,
    0.69 AS survival_share, 'Toutes les entreprises' AS form_fr, 'All enterprises' AS form_en,
    'France, hors micro-entrepreneurs' AS scope_fr, 'France, without micro-enterprises' AS scope_en,
    'https://www.insee.fr' AS source_url;
CREATE TABLE published.pipeline_times AS
SELECT 'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code, *
FROM (VALUES
    ('2024', 'received', 'supported', 71, 40, 28, 'shown'),
    ('2025', 'received', 'supported', 77, 45, 30, 'shown'),
    ('2025', 'supported', 'financed', NULL, 9, 3, 'withheld')
) AS t (period, from_step, to_step, median_days, contributors, reached, status);
CREATE TABLE published.nearest_caes AS
SELECT
    'departement' AS territory_level, '35' AS territory_code, '000000018' AS siren,
    'L’Œuvre commune' AS name, 12.4 AS km, 0 AS caes;
CREATE TABLE published.edition AS
SELECT '2026-Q4' AS edition, DATE '2026-10-31' AS made_on
"""
REFERENCE = (
    "domains", "families", "domain_scopes", "scopes", "regions", "departements", "settings",
    "cooperative_series",
)  # fmt: skip


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
            _fill(connection, name, FIRMS, [_of_firms(*cell) for cell in cells])
        for name, cells in {**ROUNDED, **PUBLIC}.items():
            _fill(connection, name, PERSONS, [_counted(name, *cell) for cell in cells])
        for name in ("cohorts", "compliance", "cae_people"):
            _fill(connection, name, FOUNDERS, [])
        for name in REFERENCE:
            connection.execute(f"CREATE TABLE reference.{name} AS FROM whole.reference.{name}")
        connection.execute(
            "CREATE TABLE reference.territories AS FROM whole.reference.territories"
            " WHERE level <> 'commune'"
        )
        connection.execute("CREATE TABLE quality.build AS FROM whole.quality.build")
    return folder


def _place(code: str) -> tuple[str, str]:
    if code == OTHERS:
        return "other_regions", "FR"
    is_departement = code in ("29", "35")
    return "country" if code == "FR" else "departement" if is_departement else "region", code


def _of_firms(period: str, code: str, measure: str, value: Any) -> list[Any]:
    head = [period, *_place(code), "all", "all", measure]
    if isinstance(value, (int, float)):
        return [*head, value, None, None, 20, "shown", EDITION]
    low, high = value or (None, None)
    return [*head, None, low, high, None, "withheld", EDITION]


def _counted(table: str, period: str, code: str, measure: str, value: Any, *part: str) -> list[Any]:
    scope, breakdown = "all", "all"
    if part and table == "openings":
        scope = part[0]
    elif part:
        breakdown = part[0]
    head = [period, *_place(code), scope, breakdown, measure]
    if isinstance(value, str):
        return [*head, None, value]
    return [*head, value, "shown" if table in PUBLIC else "rounded"]


def _fill(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[list[Any]]
) -> None:
    connection.execute(f"CREATE TABLE published.{name} ({columns})")
    for row in rows:
        places = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO published.{name} VALUES ({places})", row)
