"""A founders' build of a few lines: only what the attack reads of it, typed by hand."""

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd

from tests.attack import naive
from tests.attack.attacking import Attack, Found, read
from tests.attack.model import Model
from tests.attack.truth import State

TABLES = {
    "staging.cooperative_years": "siren VARCHAR, year BIGINT, employees DOUBLE,"
    " employees_fte DOUBLE, permanent_employees DOUBLE, qualified_employees DOUBLE,"
    " member_employees DOUBLE, jobs_kept DOUBLE",
    "staging.cooperatives": "siren VARCHAR, agrees_to_publish DATE",
    "staging.project_steps": 'project_id VARCHAR, step VARCHAR, "on" DATE, organisation VARCHAR,'
    " amount_eur DOUBLE",
    "marts.cooperative_staff": "siren VARCHAR, year BIGINT, region_code VARCHAR",
    "marts.cooperatives": "siren VARCHAR, born_on DATE, exited_on DATE",
    "marts.job_flows": "siren VARCHAR, year BIGINT, unit VARCHAR, region_code VARCHAR,"
    " is_known BOOLEAN, opening DOUBLE, closing DOUBLE, kept DOUBLE, births DOUBLE,"
    " expansions DOUBLE, contractions DOUBLE, exits DOUBLE",
    "marts.projects": "project_id VARCHAR, siren VARCHAR, region_code VARCHAR,"
    " planned_jobs DOUBLE, financed_on DATE, agency_on DATE, registered_on DATE",
    "marts.provider_hires": "contributor VARCHAR, quarter DATE, region_code VARCHAR,"
    " domain_code VARCHAR, is_cooperative BOOLEAN, hires BIGINT",
    "reference.settings": "as_of DATE",
}
BORN = dt.date(2010, 1, 1)


class World:
    """Firms by name, each with a region, and what they declared: fill in, then `edition`."""

    def __init__(self, **regions: str) -> None:
        self.regions = regions
        self.born: dict[str, dt.date] = {}
        self.years: dict[tuple[str, int], dict[str, float]] = {}
        self.projects: list[dict] = []
        self.steps: list[dict] = []
        self.hires: list[tuple[str, int, int]] = []
        self.all_hires: list[tuple[str, str, str, int]] = []  # as they are told, rounded
        self.agreed: set[str] = set()

    def declare(self, year: int, **employees: float) -> None:
        """Employees by firm, of a year."""
        for firm, number in employees.items():
            self.years.setdefault((firm, year), {})["employees"] = number

    def part(self, field: str, year: int, **numbers: float) -> None:
        """Another figure of the declarations, by firm."""
        for firm, number in numbers.items():
            self.years[firm, year][field] = number

    def project(
        self, name: str, firm: str, on: str, planned: float, grants: dict[str, float], **more: str
    ) -> None:
        """A project that was financed and registered on a day, and who granted how much."""
        day = dt.date.fromisoformat(on)
        self.projects.append(
            {"project_id": name, "siren": firm, "region_code": self.regions[firm],
             "planned_jobs": planned, "financed_on": day, "registered_on": day}
        )  # fmt: skip
        for organisation, amount in grants.items():
            self.steps.append(
                {"project_id": name, "step": "financed", "on": day, "organisation": organisation,
                 "amount_eur": amount}
            )  # fmt: skip
        if supported := more.get("supported"):
            self.steps.append(
                {"project_id": name, "step": "supported", "on": day, "organisation": supported}
            )

    def write(self, path: Path, as_of: dt.date) -> Path:
        """The marketplace.duckdb of what is declared by now."""
        years = [{"siren": f, "year": y} | told for (f, y), told in self.years.items()]
        staff = [{"siren": f, "year": y, "region_code": self.regions[f]} for f, y in self.years]
        firms = [{"siren": firm, "born_on": self.born.get(firm, BORN)} for firm in self.regions]
        rows = {
            "staging.cooperative_years": years,
            "staging.cooperatives": [
                {"siren": f, "agrees_to_publish": BORN if f in self.agreed else None}
                for f in self.regions
            ],
            "staging.project_steps": self.steps,
            "marts.cooperative_staff": staff,
            "marts.cooperatives": firms,
            "marts.job_flows": self._flows(),
            "marts.projects": self.projects,
            "marts.provider_hires": [
                {"contributor": f, "quarter": dt.date(y, 1, 1), "domain_code": "gardening",
                 "is_cooperative": f in self.regions, "region_code": self.regions.get(f),
                 "hires": number}
                for f, y, number in self.hires
            ],
            "reference.settings": [{"as_of": as_of}],
        }  # fmt: skip
        with duckdb.connect(str(path)) as connection:
            connection.begin()
            for schema in ("staging", "marts", "reference"):
                connection.execute(f"CREATE SCHEMA {schema}")
            for table, columns in TABLES.items():
                connection.execute(f"CREATE TABLE {table} ({columns})")
                if rows[table]:
                    connection.register("rows", pd.DataFrame(rows[table]))
                    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
                    connection.unregister("rows")
            connection.commit()
        return path

    def _flows(self) -> list[dict]:
        found = []
        for (firm, year), told in self.years.items():
            is_birth = self.born.get(firm, BORN).year == year
            before = {"employees": 0.0} if is_birth else self.years.get((firm, year - 1))
            if before is None or "employees" not in told:
                continue
            kept = told.get("jobs_kept", 0.0)
            change = told["employees"] - before["employees"] - kept
            found.append(
                {"siren": firm, "year": year, "unit": "headcount", "is_known": True,
                 "region_code": self.regions[firm], "opening": before["employees"],
                 "closing": told["employees"], "kept": kept, "births": max(change, 0) * is_birth,
                 "expansions": max(change, 0) * (not is_birth), "contractions": max(-change, 0),
                 "exits": 0.0}
            )  # fmt: skip
        return found


Kept = tuple[str, str, str, str]  # measure, period, level, code


Shown = tuple[World, list[Kept], dict[Kept, tuple[float, float]]]


def of(home: Path, editions: list[Shown]) -> Model:
    """The model where each edition shows these cells of its world and no other; bands: of cells
    that it withholds."""
    pairs = []
    home.mkdir(parents=True)
    for number, (world, shown, bands) in enumerate(editions):
        # one file is both kinds: the attack asks each only for its own tables
        both = world.write(home / f"{number}.duckdb", dt.date(2026, 2 + number, 1))
        state = State(Model(), both)
        rows = []
        for row in naive.rows_of(state.model, state, f"edition {number}", limits=False):
            key = (row["measure"], row["period"], row["territory_level"], row["territory_code"])
            if key not in shown:
                low, high = bands.get(key, (None, None))
                row |= {"value": None, "status": "withheld", "low": low, "high": high}
            rows.append(row)
        naive.write(both, f"edition {number}", rows, tuple(world.all_hires))
        pairs.append((both, both))
    return read(pairs)


def attacked(home: Path, editions: list[Shown]) -> Found:
    """What these editions tell."""
    return Attack(of(home, editions), every=True).run()
