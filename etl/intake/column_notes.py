"""What the names of a file's columns tell: a unit, a zone, a tax, another column of that name."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.intake import units
from etl.intake.contract import Contract, Field, name
from etl.intake.mapping import Mapping
from etl.intake.refusals import USED
from etl.intake.sidecar import DEFAULT_ZONE, Sidecar
from etl.intake.text import fold_name
from etl.problems import Note

ZONES = {"utc", "gmt", "z"}
OFFSET = "([Zz]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[0-9]{9,13})$"  # of a time that says its zone


@dataclass
class ColumnNotes:
    """Looks at the names, and where one is odd at `texts` and `typed`."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    mapping: Mapping
    sidecar: Sidecar

    def notes(self) -> list[Note]:
        notes = [*self.twin_columns(), *self.units_in_names(), *self.zones_in_names()]
        columns = self.mapping.columns
        notes += [
            Note("stands_for", {"column": columns[field.name], "field": field.stands_for})
            for field in self.contract.fields
            if field.stands_for and field.name in columns and field.stands_for not in columns
        ]
        return notes + [
            Note("alias", {"column": columns[field.name], "field": field.name})
            for field in self.contract.fields
            if fold_name(columns.get(field.name, "")) in field.aliases
        ]

    def given(self, *types: str) -> list[Field]:
        """The fields of these types that the file has a column for."""
        return self.mapping.given(self.contract, lambda field: field.type in types)

    def twin_columns(self) -> list[Note]:
        """Columns of one name, of which one is read."""
        twins = {column.strip().lower() for column in self.mapping.unknown_columns}
        return [
            Note("twin_columns", {"column": column, "field": field})
            for field, column in self.mapping.columns.items()
            if column.strip().lower() in twins
        ]

    def units_in_names(self) -> list[Note]:
        """Columns whose name says another unit than their field's, where no factor is given and the
        numbers may be those of that unit."""
        notes = []
        for field in self.given("number", "integer"):
            column = self.mapping.columns[field.name]
            if field.name in self.sidecar.times:
                continue
            said = units.in_name(field.unit, column)
            if said is None and field.is_paid_by_client and units.is_without_tax(column):
                notes.append(Note("without_tax", {"field": field.name, "column": column}))
            if said is None:
                continue
            unit, times, least = said
            value = name(field.name)
            row = self.con.execute(f"SELECT median({value}) FROM typed WHERE {USED}").fetchone()
            middle: float | None = row[0] if row else None
            if middle is not None and middle >= least:
                told = {"field": field.name, "column": column, "named": unit}
                code = "unit_in_name" if times else "measure_in_name"
                told |= {"times": units.as_written(times)} if times else {}
                notes.append(Note(code, told))
        return notes

    def zones_in_names(self) -> list[Note]:
        """Columns of times whose name says UTC, where the times do not and no zone is given."""
        notes = []
        for field in self.given("datetime"):
            column = self.mapping.columns[field.name]
            is_named = ZONES & {*fold_name(column).split("_")}
            if not is_named or self.sidecar.time_zone != DEFAULT_ZONE:
                continue
            text = name(f"x_{field.name}")
            (met,) = self.con.execute(
                f"SELECT count(*) FROM texts WHERE length({text}) > 10 "
                f"AND NOT regexp_matches({text}, $offset) AND {USED}",
                {"offset": OFFSET},
            ).fetchone() or (0,)
            if met:
                notes.append(
                    Note("zone_in_name", {"field": field.name, "column": column, "met": met})
                )
        return notes
