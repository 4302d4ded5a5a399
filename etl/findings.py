"""What an ingest writes of a file: the accepted rows, and each refused row or repaired value.

Reads the tables `typed`, `issues`, `refused_rows`, `raw` and `malformed` that validation left.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.contract import Contract, name, quote
from etl.mapping import Mapping
from etl.problems import clip, row_reason
from etl.sidecar import Sidecar

MALFORMED = ("too_many_columns", "too_few_columns", "broken_quote", "not_json")


class Findings:
    """Writes the three Parquet files of one drop."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract,
        mapping: Mapping,
        sidecar: Sidecar,
        columns: list[str],
    ) -> None:
        self.con, self.contract, self.mapping = con, contract, mapping
        self.sidecar, self.columns = sidecar, columns

    def write(self, folder: Path) -> None:
        """Writes accepted.parquet, refused.parquet and repaired.parquet."""
        self.con.execute(self.reasons_sql())
        issues = ", ".join(name("i_" + field) for field in self.contract.names)
        self.copy(
            f"SELECT * EXCLUDE (rid, {issues}) FROM typed WHERE rid NOT IN (FROM refused_rows)",
            folder / "accepted.parquet",
        )
        self.copy(f"{self.refused_sql()} ORDER BY line, column_name", folder / "refused.parquet")
        self.copy(
            "SELECT line, column_name, value, reason_code, reason_en, reason_fr FROM shown "
            "WHERE NOT is_refused AND rid NOT IN (FROM refused_rows) ORDER BY line, column_name",
            folder / "repaired.parquet",
        )

    def refused_sql(self) -> str:
        """Rows with a fatal reason, and lines that are no rows; the original row goes along."""
        cells = ", ".join(f"{quote(key)}, c{index}" for key, index in self.row_keys().items())
        text = [
            f"replace(replace({language}, '<found>', found::VARCHAR), "
            f"'<expected>', expected::VARCHAR)"
            for language in ("en", "fr")
        ]
        return (
            "WITH fatal AS (SELECT * FROM shown WHERE is_refused), "
            f"rows AS (SELECT line, json_object({cells})::VARCHAR AS row_json FROM raw "
            "WHERE line IN (SELECT line FROM fatal)) "
            "SELECT line, column_name, value, reason_code, reason_en, reason_fr, row_json "
            "FROM fatal JOIN rows USING (line) UNION ALL "
            f"SELECT line, NULL, left(text, 200), reason_code, {', '.join(text)}, "
            "to_json({'text': text})::VARCHAR FROM malformed JOIN malformed_reasons "
            "USING (reason_code)"
        )

    def row_keys(self) -> dict[str, int]:
        """Unique names for the file's columns, duplicate and empty ones numbered."""
        keys: dict[str, int] = {}
        for index, column in enumerate(self.columns):
            key = column or f"column {index + 1}"
            keys[key if key not in keys else f"{key} ({index + 1})"] = index
        return keys

    def copy(self, select: str, path: Path) -> None:
        self.con.execute(f"COPY ({select}) TO {quote(path)} (FORMAT parquet)")

    def reasons_sql(self) -> str:
        """The sentences: one per field and reason that occurs, not one per row."""
        occurring = self.con.execute(
            "SELECT DISTINCT field, reason_code, is_refused FROM issues"
        ).fetchall()
        rows = [("", "", False, "", "", "")]
        for field, code, is_refused in occurring:
            column = self.mapping.columns.get(field, field)
            english, french = row_reason(code, is_refused, **self.names(field, code, column))
            rows.append((field, code, is_refused, column, english, french))
        self.con.execute(
            "CREATE OR REPLACE TABLE reasons (field VARCHAR, reason_code VARCHAR, "
            "is_refused BOOLEAN, column_name VARCHAR, en VARCHAR, fr VARCHAR)"
        )
        self.con.executemany("INSERT INTO reasons VALUES (?, ?, ?, ?, ?, ?)", rows)
        broken = [
            (code, *row_reason(code, True, found="<found>", expected="<expected>"))
            for code in MALFORMED
        ]
        self.con.execute(
            "CREATE OR REPLACE TABLE malformed_reasons "
            "(reason_code VARCHAR, en VARCHAR, fr VARCHAR)"
        )
        self.con.executemany("INSERT INTO malformed_reasons VALUES (?, ?, ?)", broken)
        return (
            "CREATE OR REPLACE VIEW shown AS SELECT rid, line, column_name, value, "
            "reason_code, replace(en, '<first>', coalesce(first_line::VARCHAR, '')) AS reason_en, "
            "replace(fr, '<first>', coalesce(first_line::VARCHAR, '')) AS reason_fr, is_refused "
            "FROM issues JOIN reasons USING (field, reason_code, is_refused)"
        )

    def names(self, field: str, code: str, column: str) -> dict[str, object]:
        entry = self.contract[field]
        others = [
            self.mapping.columns.get(check.other, check.other)
            for check in self.contract.row_checks
            if check.field == field and check.reason_code == code
        ]
        key = ", ".join(self.mapping.columns.get(f, f) for f in self.contract.key)
        formats = ", ".join(self.sidecar.date_format) or "2026-11-22, 22/11/2026"
        is_key = field == self.contract.key[0] and len(self.contract.key) > 1
        return {
            "column": key if is_key else clip(column),
            "allowed": ", ".join(entry.enum),
            "minimum": f"{entry.minimum:g}" if entry.minimum is not None else "",
            "maximum": f"{entry.maximum:g}" if entry.maximum is not None else "",
            "other": clip(" / ".join(others)),
            "example": entry.example,
            "formats": formats,
            "first": "<first>",
        }
