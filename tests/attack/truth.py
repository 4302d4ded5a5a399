"""What firms declared, and who stands in which cell, out of a founders' marketplace.duckdb.

A reader knows who stands where: the register tells region, birth and exit, and who declared is
taken as known. The figures themselves are the unknowns. A figure that another edition states alike
is the same unknown; a revised one is another.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from tests.attack.model import Model, Unknown

COUNTRY = ("country", "FR")
NOBODY = ""  # whose figures no reader knows, and nobody asks for
STAFF = {  # a field of the declaration, and the share that tells of it
    "permanent_employees": "permanent_share",
    "qualified_employees": "qualified_share",
    "member_employees": "member_share",
}
YEARS = (
    "SELECT siren, year, employees, employees_fte, permanent_employees, qualified_employees,"
    " member_employees, jobs_kept FROM staging.cooperative_years"
)
FLOWS = (
    "SELECT flows.siren, flows.year, flows.region_code, opening, closing, kept,"
    " births + expansions AS created, contractions + exits AS lost,"
    " coalesce(year(firms.born_on) = flows.year, FALSE) AS is_birth,"
    " coalesce(year(firms.exited_on) = flows.year, FALSE) AS is_exit"
    " FROM marts.job_flows AS flows INNER JOIN marts.cooperatives AS firms USING (siren)"
    " WHERE flows.unit = 'headcount' AND flows.is_known"
)
STEPS = (
    "SELECT project_id, step, coalesce(organisation, '') AS organisation,"
    " sum(CAST(amount_eur AS DECIMAL(18, 2))) AS amount"
    " FROM staging.project_steps CROSS JOIN reference.settings AS settings"
    ' WHERE "on" <= settings.as_of GROUP BY ALL'
)
HIRES = (
    "SELECT CASE WHEN is_cooperative THEN contributor END AS siren, year(quarter) AS year,"
    " region_code, domain_code, CAST(sum(hires) AS DOUBLE) AS hires"
    " FROM marts.provider_hires CROSS JOIN reference.settings AS settings"
    " WHERE make_date(year(quarter), 12, 31) < settings.as_of GROUP BY ALL"
)

Key = tuple[str, str, str, str, str]  # table, measure, period, territory level and code


@dataclass
class Cell:
    """Unknowns that are summed, over others where the figure is a ratio; who contributes."""

    top: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    bottom: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    owners: set[str] = field(default_factory=set)
    is_ratio: bool = False


class State:
    """One edition's figures: their unknowns are added to the model, `cells` says who sums up."""

    def __init__(self, model: Model, path: Path) -> None:
        self.model = model
        self.cells: dict[Key, Cell] = defaultdict(Cell)
        # of all hires, by year, territory and domain, whoever was hired
        self.hires: dict[tuple[str, str, str, str], set[int]] = defaultdict(set)
        with duckdb.connect(str(path), read_only=True) as connection:
            self.as_of = connection.execute("SELECT as_of FROM reference.settings").fetchone()[0]
            tables = {
                name: connection.execute(query).df()
                for name, query in (
                    ("years", YEARS),
                    ("staff", "SELECT siren, year, region_code FROM marts.cooperative_staff"),
                    ("flows", FLOWS),
                    ("projects", "SELECT * FROM marts.projects"),
                    ("steps", STEPS),
                    ("hires", HIRES),
                )
            }
        self.employees: dict[tuple[str, int], int] = {}
        self.declared: dict[tuple[str, int, str], int] = {}
        self._years(tables["years"])
        self._staff(tables["staff"])
        self._flows(tables["flows"])
        self._projects(tables["projects"], tables["steps"])
        self._hires(tables["hires"])

    def _is_closed(self, year: int) -> bool:
        return year < self.as_of.year

    def _unknown(self, field: str, owner: str, of: object, value: float, **more) -> int:
        key = (field, more.pop("of_whom", owner), of, round(value, 4))
        is_whole = more.pop("is_whole", float(value).is_integer())
        return self.model.add(Unknown(key, float(value), owner, is_whole, **more))

    def _count(
        self, key: tuple[str, str, int], region: object, owner: str, top: int, bottom: int = -1
    ) -> None:
        """Adds an unknown to the cells of the country and of its region."""
        table, measure, year = key
        places = [COUNTRY] + ([("region", str(region))] if isinstance(region, str) else [])
        for level, code in places:
            cell = self.cells[table, measure, str(year), level, code]
            cell.top[top] += 1
            cell.owners.add(owner)
            if bottom >= 0:
                cell.bottom[bottom] = 1.0  # a project has its jobs once, whoever pays
                cell.is_ratio = True

    def _years(self, years: pd.DataFrame) -> None:
        """Each declaration is an unknown; parts of the staff are at most the whole."""
        for row in years.to_dict("records"):
            siren, year = row["siren"], int(row["year"])
            if pd.isna(row["employees"]):
                continue
            whole = self._unknown("employees", siren, year, row["employees"])
            self.employees[siren, year] = whole
            for part in ("employees_fte", *STAFF):
                if pd.notna(row[part]) and row[part] <= row["employees"]:
                    is_whole = part != "employees_fte"
                    number = self._unknown(part, siren, year, row[part], is_whole=is_whole)
                    self.declared[siren, year, part] = number
                    self.model.know(
                        {number: 1, whole: -1}, -np.inf, 0, f"{part} <= employees", True
                    )

    def _staff(self, staff: pd.DataFrame) -> None:
        for siren, year, region in staff.itertuples(index=False):
            if not self._is_closed(year) or (siren, year) not in self.employees:
                continue
            whole = self.employees[siren, year]
            self._count(("jobs", "employees", year), region, siren, whole)
            if (siren, year, "employees_fte") in self.declared:
                part = self.declared[siren, year, "employees_fte"]
                self._count(("jobs", "employees_fte", year), None, siren, part)
            # shares are of those who declared all four
            if all((siren, year, part) in self.declared for part in STAFF):
                for part, share in STAFF.items():
                    number = self.declared[siren, year, part]
                    self._count(("lasting", share, year), region, siren, number, whole)

    def _flows(self, flows: pd.DataFrame) -> None:
        """created - lost + kept = closing - opening, and not both created and lost."""
        for row in flows.to_dict("records"):
            siren, year, is_birth = row["siren"], int(row["year"]), bool(row["is_birth"])
            if not self._is_closed(year):
                continue
            ends = (float(row["opening"]), float(row["closing"]), float(row["kept"]))
            unknowns = {
                measure: self.model.add(
                    Unknown((measure, siren, year, *ends), float(row[measure]), siren)
                )
                for measure in ("created", "lost", "kept")
            }
            weights = {unknowns["created"]: 1.0, unknowns["lost"]: -1.0, unknowns["kept"]: 1.0}
            if not is_birth:
                weights[self.employees[siren, year - 1]] = 1.0
            if not row["is_exit"]:
                weights[self.employees[siren, year]] = -1.0
            if ends[2] == 0 and (not is_birth or row["is_exit"]):
                self.model.know({unknowns["kept"]: 1}, 0, 0, "kept by a birth only", True)
            never = "created" if row["is_exit"] else "lost" if is_birth and not ends[2] else ""
            if self.model.is_new(("flow", *sorted(weights))):
                self.model.know(weights, 0, 0, f"jobs of {year - 1} and {year}", True)
                if never:
                    self.model.know({unknowns[never]: 1}, 0, 0, f"never {never}", True)
                else:
                    self.model.either_or.append((unknowns["created"], unknowns["lost"]))
            for measure, number in unknowns.items():
                self._count(("job_flows", measure, year), None, siren, number)
            gained = self.cells["job_flows", "gained", str(year), *COUNTRY]
            gained.owners.add(siren)
            gained.top[unknowns["created"]] += 1
            gained.top[unknowns["kept"]] += 1

    def _projects(self, projects: pd.DataFrame, steps: pd.DataFrame) -> None:
        """Euros by project, step and organisation; planned jobs; jobs of the first year."""
        told = steps.groupby("project_id")["organisation"].agg(
            lambda names: frozenset(names) - {""}
        )
        euros = defaultdict(list)
        for row in steps.itertuples():
            if pd.notna(row.amount) and row.step in ("financed", "agency_support"):
                euros[row.project_id, row.step].append((row.organisation, float(row.amount)))
        for row in projects.itertuples():
            mine = row.siren if isinstance(row.siren, str) else row.project_id
            knowing = told.get(row.project_id, frozenset())
            planned = -1
            if pd.notna(row.planned_jobs):
                planned = self._unknown(
                    "planned_jobs", mine, row.project_id, row.planned_jobs, known_to=knowing,
                    of_whom="",
                )  # fmt: skip
            for step, on, measure in (
                ("financed", row.financed_on, "financed_eur"),
                ("agency_support", row.agency_on, "agency_eur"),
            ):
                granted = euros.get((row.project_id, step), [])
                if pd.isna(on) or not granted or not self._is_closed(on.year):
                    continue
                for organisation, amount in granted:
                    number = self._unknown(
                        measure, mine, (row.project_id, organisation), amount, is_whole=False,
                        known_to=frozenset({organisation} - {""}), of_whom="",
                    )  # fmt: skip
                    self._count(("project_euros", measure, on.year), row.region_code, mine, number)
                    # of five years together, the last whole block of them, as 2021 to 2025
                    last = (self.as_of.year - 1) // 5 * 5
                    is_inside = last - 5 < on.year <= last
                    if measure == "financed_eur" and row.planned_jobs > 0 and is_inside:
                        key = ("project_euros", "eur_per_job", last)
                        self._count(key, row.region_code, mine, number, planned)
            self._jobs_of(row, mine, planned)

    def _jobs_of(self, row, mine: str, planned: int) -> None:
        if pd.isna(row.registered_on) or not isinstance(row.siren, str):
            return
        year = row.registered_on.year
        first = next(
            (self.employees[row.siren, y] for y in (year, year + 1)
             if (row.siren, y) in self.employees), None,
        )  # fmt: skip
        # the year after may be the first declared: only then does the figure stand still
        if first is None or planned < 0 or not self._is_closed(year + 1):
            return
        self._count(("project_jobs", "planned_jobs", year), row.region_code, mine, planned)
        self._count(("project_jobs", "realised_jobs", year), row.region_code, mine, first)

    def _hires(self, hires: pd.DataFrame) -> None:
        """Hires of each co-operative by region, and of them by domain; those of all others."""
        for (siren, year, region), rows in hires.groupby(
            ["siren", "year", "region_code"], dropna=False
        ):
            region = region if isinstance(region, str) else None
            parts = {}
            if isinstance(siren, str):
                number = self._unknown("hires", siren, (year, region), rows["hires"].sum())
                self._count(("cooperative_hires", "hires", year), region, siren, number)
                parts = {rows["domain_code"].iloc[0]: number}
            if not parts or len(rows) > 1:
                owner = siren if isinstance(siren, str) else NOBODY
                parts = {
                    row.domain_code: self._unknown(
                        "hires", owner, (year, region, row.domain_code), row.hires,
                        is_secret=owner != NOBODY,
                    )
                    for row in rows.itertuples()
                }  # fmt: skip
            if isinstance(siren, str) and len(rows) > 1:
                of = {number: 1.0} | dict.fromkeys(parts.values(), -1.0)
                self.model.know(of, 0, 0, "hires by domain", True)
            for domain, part in parts.items():
                for place in [COUNTRY] + ([("region", region)] if region else []):
                    self.hires[str(year), *place, domain].add(part)
