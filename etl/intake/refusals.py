"""What an ingest writes of a file: the accepted rows, and each refused row or repaired value.

Reads the tables `typed`, `issues`, `refused_rows`, `raw` and `malformed` that validation left.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import duckdb

from etl.intake import corrections
from etl.intake.contract import Contract, name, quote
from etl.intake.mapping import Mapping
from etl.intake.sidecar import Sidecar
from etl.intake.units import as_written, factors
from etl.intake.workbook import SHEET
from etl.problems import clip

USED = "rid NOT IN (FROM refused_rows)"  # rows of `typed` and `texts` that were not refused
# What fills the sentence of a reason, beside the column; what is not here is filled by that alone.
ARGUMENTS = {
    "unreadable_date": ("formats",),
    "unreadable_datetime": ("formats",),
    "unreadable_code": ("example",),
    "not_in_list": ("allowed",),
    "items_not_in_list": ("allowed",),
    "below_minimum": ("minimum",),
    "above_maximum": ("maximum",),
    "too_long": ("max_length",),
    "other_unit": ("unit", "field", "factors"),
    "other_measure": ("unit",),
    "other_scale": ("scale", "unit", "field", "times"),
    "too_early": ("other",),
    "too_late": ("other",),
    "above_other": ("other",),
    "repeated_key": ("key",),
    "parts_of_key": ("key",),
}


class Findings:
    """Writes the three Parquet files of one drop."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract,
        mapping: Mapping,
        sidecar: Sidecar,
        columns: list[str],
        *,
        has_own_columns: bool,
    ) -> None:
        self.con, self.contract, self.mapping = con, contract, mapping
        self.sidecar, self.columns = sidecar, columns
        self.has_own_columns = has_own_columns

    def write(self, folder: Path) -> None:
        """Writes accepted.parquet, refused.parquet and repaired.parquet; of a correction also
        returned.parquet: each row's line in the file that it corrects, as far as known, and key."""
        self.con.execute(self.reasons_sql())
        issues = ", ".join(name("i_" + field) for field in self.contract.names)
        self.copy(
            f"SELECT * EXCLUDE (rid, {issues}), {self.repaired_sql()} AS repaired_fields "
            f"FROM typed WHERE {USED}",
            folder / "accepted.parquet",
            # a dictionary of nearly as many words as rows is given up late: half of the writing
            ", DICTIONARY_SIZE_LIMIT 1000",
        )
        self.copy(f"{self.refused_sql()} ORDER BY line, column_name", folder / "refused.parquet")
        if self.sidecar.corrects:
            line = corrections.line_sql(self.columns)
            self.copy(
                f"SELECT raw.line, {line} AS corrected_line, {self.key_sql()} AS key "
                "FROM raw LEFT JOIN typed ON raw.line = typed.line ORDER BY ALL",
                folder / "returned.parquet",
            )
        self.copy(
            "SELECT line, column_name, value, reason_code, arguments FROM shown "
            f"WHERE NOT is_refused AND {USED} ORDER BY line, column_name",
            folder / "repaired.parquet",
        )

    def repaired_sql(self) -> str:
        """The fields of a row with a value that was taken out, NULL without any: what could not be
        read is not known, which an empty cell may be."""
        columns = {field: name("i_" + field) for field in self.contract.names}
        found = ", ".join(
            f"CASE WHEN {issue} IS NOT NULL THEN {quote(field)} END"
            for field, issue in columns.items()
        )
        return (
            f"CASE WHEN coalesce({', '.join(columns.values())}) IS NOT NULL "
            f"THEN list_filter([{found}], lambda field: field IS NOT NULL) END"
        )

    def refused_sql(self) -> str:
        """Rows with a fatal reason, and lines that are no rows; the original row goes along."""
        cells = ", ".join(f"{quote(key)}, c{index}" for key, index in self.row_keys().items())
        fields = "NULL::VARCHAR"
        if not self.has_own_columns:
            told = ", ".join(
                f"{quote(field)}, {name('x_' + field)}" for field in self.mapping.texts
            )
            fields = f"json_object({told})::VARCHAR"
        return (
            "WITH fatal AS (SELECT * FROM shown WHERE is_refused), "
            f"rows AS (SELECT line, json_object({cells})::VARCHAR AS row_json FROM raw "
            "WHERE line IN (SELECT line FROM fatal)), "
            f"keys AS (SELECT rid, {self.key_sql()} AS key FROM typed "
            "WHERE rid IN (FROM refused_rows)), "
            f"fields AS (SELECT rid, {fields} AS fields_json FROM texts "
            "WHERE rid IN (FROM refused_rows)) "
            "SELECT line, column_name, value, reason_code, arguments, row_json, key, "
            "fields_json FROM fatal JOIN rows USING (line) JOIN keys USING (rid) "
            "JOIN fields USING (rid) UNION ALL "
            "SELECT line, NULL, left(text, 200), reason_code, "
            "CASE WHEN found IS NOT NULL THEN to_json({'found': found, 'expected': expected}) END, "
            "to_json({'text': text})::VARCHAR, NULL, NULL FROM malformed"
        )

    def key_sql(self) -> str:
        """The key of a row of `typed` as one text, NULL where a part that is required is."""
        parts = {
            field: "domain_code" if self.contract[field].lookup == "domains" else name(field)
            for field in self.contract.key
        }
        needed = [parts[field] for field in self.contract.key if self.contract[field].required]
        is_whole = " AND ".join(f"{part} IS NOT NULL" for part in needed) or "true"
        texts = ", ".join(f"{part}::VARCHAR" for part in parts.values())
        return f"CASE WHEN {is_whole} THEN to_json([{texts}])::VARCHAR END"

    def row_keys(self) -> dict[str, int]:
        """Unique names for the file's columns, duplicate and empty ones numbered; what a download
        added to them left out."""
        keys: dict[str, int] = {}
        added = corrections.reason_columns(self.columns) if self.sidecar.corrects else set()
        for index, column in enumerate(self.columns):
            if index in added:
                continue
            key = column or f"column {index + 1}"
            keys[key if key not in keys else f"{key} ({index + 1})"] = index
        return keys

    def copy(self, select: str, path: Path, options: str = "") -> None:
        self.con.execute(f"COPY ({select}) TO {quote(path)} (FORMAT parquet{options})")

    def reasons_sql(self) -> str:
        """The view `shown`: each issue with the arguments of its sentence, as JSON."""
        occurring = self.con.execute("SELECT DISTINCT field, reason_code FROM issues").fetchall()
        rows: list[tuple[str | None, ...]] = [("", "", "", "")]
        for field, code in occurring:
            told = self.arguments(field, code)
            arguments = json.dumps(told, ensure_ascii=False) if told else None
            rows.append((field, code, self.mapping.columns.get(field, field), arguments))
        self.con.execute(
            "CREATE OR REPLACE TABLE reasons (field VARCHAR, reason_code VARCHAR, "
            "column_name VARCHAR, told VARCHAR)"
        )
        self.con.executemany("INSERT INTO reasons VALUES (?, ?, ?, ?)", rows)
        first, place = "first_line::VARCHAR", ""
        if self.sidecar.sheets:
            sheet, row = self.sheet_row("first_line")
            first = f"{row} || ' (' || {sheet} || ')'"
            sheet, row = self.sheet_row("line")
            place = f", 'sheet': {sheet}, 'row': {row}"
        own = f"to_json({{'first': {first}{place}}})"
        arguments = f"CASE WHEN {bool(place)} OR first_line IS NOT NULL "
        arguments += f"THEN json_merge_patch(coalesce(told, '{{}}'), {own})::VARCHAR ELSE told END"
        return (
            "CREATE OR REPLACE VIEW shown AS SELECT rid, line, column_name, value, reason_code, "
            f"{arguments} AS arguments, is_refused FROM issues "
            "JOIN reasons USING (field, reason_code)"
        )

    def sheet_row(self, line: str) -> tuple[str, str]:
        """SQL of the sheet's name and of the row in it, for a line of several sheets."""
        names = ", ".join(map(quote, self.sidecar.sheets))
        return f"[{names}][{line} // {SHEET}]", f"({line} % {SHEET})"

    def arguments(self, field: str, code: str) -> dict[str, object]:
        """What fills the sentence of a reason found in a field, but for what differs by row."""
        entry, scale = self.contract[field], self.contract[field].scale
        others = [
            self.mapping.columns.get(check.other, check.other)
            for check in self.contract.row_checks
            if check.field == field and check.reason_code == code
        ]
        known: dict[str, object] = {
            "field": field,
            "unit": entry.unit,
            "factors": factors(entry.unit),
            "times": as_written(Fraction(scale.times)) if scale else "",
            "scale": scale.unit if scale else "",
            "key": ", ".join(self.mapping.columns.get(f, f) for f in self.contract.key),
            "allowed": ", ".join(entry.enum),
            "minimum": entry.minimum,
            "maximum": entry.maximum,
            "max_length": entry.max_length,
            "other": clip(" / ".join(others)),
            "example": entry.example,
            "formats": ", ".join(self.sidecar.date_format) or "2026-11-22, 22/11/2026",
        }
        return {name: known[name] for name in ARGUMENTS.get(code, ())}
