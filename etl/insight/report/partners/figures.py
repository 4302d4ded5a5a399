"""What the partners' report reads: published tables and labels, of the closed years."""

from dataclasses import dataclass

import pandas as pd

from etl.insight.partner_cells import Cells
from etl.insight.report.reading import Reading
from etl.words.rows import each


@dataclass(frozen=True)
class Partners:
    """The tables as their SQL files say. year: the last closed one; withheld, cells: how many of
    the protected cells are withheld, of how many."""

    year: int
    counts: pd.DataFrame
    cells: Cells
    survival: pd.DataFrame
    benchmarks: pd.DataFrame
    times: pd.DataFrame
    openings: pd.DataFrame
    places: pd.DataFrame
    scopes: pd.DataFrame
    hidden: int
    all_cells: int

    def name(self, level: str, code: str) -> str:
        """What a territory is called."""
        rows = self.places[(self.places["level"] == level) & (self.places["code"] == code)]
        return str(rows["name"].iloc[0]) if len(rows) else code

    def counted(
        self, dimension: str = "all", breakdown: str = "all", code: str = "FR",
        level: str = "country",
    ) -> dict[int, tuple[int, int, int, int]]:  # fmt: skip
        """year: living, births, exits, exits undated; a year without a row had none."""
        rows = self.counts[
            (self.counts["dimension"] == dimension) & (self.counts["breakdown"] == breakdown)
            & (self.counts["code"] == code) & (self.counts["level"] == level)
        ]  # fmt: skip
        return {
            row.year: (row.living, row.births, row.exits, row.exits_undated) for row in each(rows)
        }

    def years(self, most: int = 10) -> list[int]:
        """The last closed years that the register covers."""
        known = sorted({int(year) for year in self.counts["year"] if year <= self.year})
        return known[-most:]


def read(reading: Reading) -> Partners:
    """Reads everything once."""
    rows = reading.table(__file__, "cells")
    tables = {
        name: reading.table(__file__, name)
        for name in ("counts", "survival", "benchmarks", "times", "openings", "places", "scopes")
    }
    hidden = int((rows["status"] == "withheld").sum())
    hidden += int((tables["openings"]["status"] == "withheld").sum())
    return Partners(
        year=reading.as_of.year - 1, cells=Cells(rows), hidden=hidden,
        all_cells=len(rows) + len(tables["openings"]), **tables,
    )  # fmt: skip
