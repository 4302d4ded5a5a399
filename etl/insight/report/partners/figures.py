"""What the partners' report reads: published tables and labels, of the closed years."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.insight import partner_cells
from etl.insight.partner_cells import (
    Cell,
    Cells,
    Withheld,
    at_most_one,
    is_told,
    share_of_persons,
    shares_of_market,
)
from etl.insight.report.model import Column, Table
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words.rows import each

FRANCE = {"level": "country", "code": "FR"}
OTHERS = {"level": "other_regions", "code": "FR"}
FIRMS = ("cooperative_hires", "job_flows", "jobs", "lasting", "project_euros", "project_jobs",
         "project_survival")  # fmt: skip
PERSONS = ("cooperative_providers", "funnel", "hires", "openings", "projects", "providers")
NOTHING = (0, 0, 0, 0)
YEARS = 5  # printed of a table by year
Told = tuple[str, str, Callable[[str], Cell]]  # a column by year: head, kind, year -> cell


@dataclass(frozen=True)
class Partners:
    """The tables as their SQL files say. year: the last closed one; at: the place that is told of,
    region: its name, '' for France; secret: names of what secrecy hides there, as it is met;
    withheld, banded, protected: how many figures of firms."""

    year: int
    at: dict[str, str]
    region: str
    edition: str
    counts: pd.DataFrame
    cells: Cells
    survival: pd.DataFrame
    benchmarks: pd.DataFrame
    times: pd.DataFrame
    openings: pd.DataFrame
    places: pd.DataFrame
    scopes: pd.DataFrame
    withheld: int
    banded: int
    protected: int
    secret: dict[str, None]

    def of(self, table: str, measure: str, year: str = "", **other: str) -> Cell:
        """A cell of the place, in the last closed year unless told."""
        asked = {**self.at, **other}
        cell = self.cells.of(table, measure, year or str(self.year), **asked)
        return at_most_one(cell) if measure.endswith("_share") else cell

    def share(self, of: str, breakdown: str = "all", **other: str) -> Cell:
        """The share of co-operatives in the rounded numbers of providers or hires."""
        shares = shares_of_market(self.cells, of, str(self.year), **{**self.at, **other})
        return shares[breakdown]

    def unmet_share(self, **other: str) -> Cell:
        """The share of requests that were not met in time, of rounded numbers."""
        unmet, requests = (self.of("openings", name, **other) for name in ("unmet", "requests"))
        return share_of_persons(unmet, requests)

    def areas(self, level: str) -> list[Any]:
        """The regions of France, or the départements of the place."""
        here = self.places[self.places["level"] == level]
        if self.region and level == "departement":
            here = here[here["region_code"] == self.at["code"]]
        return list(each(here))

    def counted(
        self, dimension: str = "all", breakdown: str = "all", **place: str
    ) -> dict[int, tuple[int, int, int, int]]:
        """year: living, births, exits, exits undated; a year without a row had none."""
        at, rows = place or self.at, self.counts
        rows = rows[
            (rows["dimension"] == dimension) & (rows["breakdown"] == breakdown)
            & (rows["code"] == at["code"]) & (rows["level"] == at["level"])
        ]  # fmt: skip
        return {
            row.year: (row.living, row.births, row.exits, row.exits_undated) for row in each(rows)
        }

    def moves(self, years: int, *part: str, **place: str) -> tuple[int, int]:
        """Births and exits of so many years up to the last closed one."""
        counts = self.counted(*part, **place)
        span = [counts.get(year, NOTHING) for year in range(self.year - years + 1, self.year + 1)]
        return sum(row[1] for row in span), sum(row[2] for row in span)

    def years(self, most: int = 10) -> list[int]:
        """The last closed years that the register covers."""
        known = sorted({int(year) for year in self.counts["year"] if year <= self.year})
        return known[-most:]

    def tells(self, label: str, cells: Sequence[Cell]) -> bool:
        """Whether a figure or a band is told of one of them; what secrecy hides is noted."""
        if any(map(is_told, cells)):
            return True
        if any(cell is not None for cell in cells):
            self.secret[label] = None
        return False

    def by_year(
        self, words: ReportWords, title: str, table: str, columns: Sequence[Told], note: str = ""
    ) -> list[Table]:
        """A table by year, the newest first, of the columns that something is told of."""
        _ = words.gettext
        years = self.cells.periods(table)[::-1]
        told = [
            (head, kind, cells)
            for head, kind, cell in columns
            if self.tells(head, cells := [cell(year) for year in years])
        ]
        if not told:
            return []
        lines = list(zip(map(int, years), *(cells for *_, cells in told), strict=True))
        rows = [line for line in lines if any(map(is_told, line[1:]))]
        notes = [note] if note else []
        if any(isinstance(cell, Withheld) for line in lines if line not in rows for cell in line):
            notes.append(_("A year of which nothing may be told has no line."))
        heads = [Column(_("Year"), "year"), *(Column(head, kind, "1fr") for head, kind, _c in told)]
        return [Table(title, heads, rows, YEARS, notes)]


def read(reading: Reading, region: str = "") -> Partners:
    """Reads everything once; region: its INSEE code. Raises KeyError where there is no such one."""
    at = {"level": "region", "code": region} if region else FRANCE
    places = reading.table(__file__, "partner_places")
    names = dict(zip(places["level"] + places["code"], places["name"], strict=True))
    asked = {"tables": [*FIRMS, *PERSONS], "region": region}
    rows = reading.table(partner_cells.__file__, "published_cells", **asked)
    protected = rows[
        rows["table_name"].isin(FIRMS) & (rows["territory_level"] != OTHERS["level"])
        & (rows["value"] != 0)
    ]  # fmt: skip
    if region:
        protected = protected[protected["territory_level"] == "region"]
    hidden = protected["status"] == "withheld"
    banded = hidden & protected["low"].notna()
    return Partners(
        year=reading.as_of.year - 1, at=at, region=names[f"region{region}"] if region else "",
        edition=str(reading.table(__file__, "report_edition")["edition"].iloc[0]),
        counts=reading.table(__file__, "counts"), cells=Cells(rows),
        survival=reading.table(__file__, "report_survival", **at),
        benchmarks=reading.table(__file__, "report_benchmarks"),
        times=reading.table(__file__, "report_times", **at),
        openings=reading.table(__file__, "report_openings", region=region), places=places,
        scopes=reading.table(__file__, "report_scopes"), withheld=int((hidden & ~banded).sum()),
        banded=int(banded.sum()), protected=len(protected), secret={},
    )  # fmt: skip
