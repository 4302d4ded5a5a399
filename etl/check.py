"""`python -m etl check FILE... --source NAME`: what an ingest would say of files."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from etl import contract
from etl.lake import Drop, Reader
from etl.problems import FileProblem, Problem

SHOWN = 20
FINDINGS = "SELECT line, column_name, value, reason_code, reason_en, reason_fr FROM read_parquet(?)"


@dataclass
class Report:
    """What is wrong with one file: it as a whole (`problem`), or rows of it."""

    file: str
    drop: Drop | None = None
    problem: Problem | None = None
    refused: list[dict[str, Any]] = field(default_factory=list)
    repaired: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """True when the file loads and none of its rows is refused."""
        return self.drop is not None and self.drop.refused == 0

    def as_dict(self) -> dict[str, Any]:
        if self.drop is None:
            assert self.problem is not None
            return {"file": self.file, "problem": self.problem.as_dict()}
        return {
            "file": self.file,
            "as_of": self.drop.as_of.isoformat(),
            "as_of_origin": self.drop.as_of_origin,
            "read": self.drop.read,
            "accepted": self.drop.accepted,
            "refused": self.drop.refused,
            "repaired": self.drop.repaired,
            "filtered": self.drop.filtered,
            "unknown_columns": self.drop.unknown_columns,
            "refused_rows": self.refused,
            "repaired_values": self.repaired,
        }


def check(files: list[Path], source: str) -> list[Report]:
    """Reads each file as a drop of `source`, keeping nothing. Never raises for a bad file."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder) / "lake"
        lake.mkdir()
        reader = Reader(lake)
        return [_report(reader, path, source, lake) for path in files]


def _report(reader: Reader, path: Path, source: str, lake: Path) -> Report:
    try:
        drop = reader.drop(path, source, f"{source}/{path.name}", lake)
    except FileProblem as problem:
        return Report(str(path), problem=problem.of(str(path)))
    refused, repaired = (
        _findings(drop.folder / f"{name}.parquet") for name in ("refused", "repaired")
    )
    return Report(str(path), drop, None, refused, repaired)


def _findings(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        cursor = con.execute(FINDINGS, [str(path)])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def run(files: list[Path], source: str, *, as_json: bool, language: str = "en") -> int:
    """The command. Returns 0 when every file loads without a refused row, else 1; 2 for misuse."""
    if source not in contract.sources():
        print(f"unknown source “{source}”; known: {', '.join(contract.sources())}", file=sys.stderr)
        return 2
    reports = check(files, source)
    if as_json:
        entries = [report.as_dict() for report in reports]
        print(json.dumps({"source": source, "files": entries}, ensure_ascii=False))
    else:
        for report in reports:
            _print(report, language)
    return 0 if all(report.is_clean for report in reports) else 1


def _print(report: Report, language: str) -> None:
    if report.drop is None:
        assert report.problem is not None
        print(report.problem.text(language))
        return
    drop = report.drop
    filtered = f", {drop.filtered} filtered out" if drop.filtered else ""
    print(
        f"{report.file}: {drop.read} read, {drop.accepted} accepted, {drop.refused} refused"
        f"{filtered}, {drop.repaired} repaired; as of {drop.as_of} (from: {drop.as_of_origin})"
    )
    if drop.unknown_columns:
        print(f"  columns that are not used: {', '.join(drop.unknown_columns)}")
    for title, findings in (("refused", report.refused), ("repaired", report.repaired)):
        for row in findings[:SHOWN]:
            shown = "" if row["value"] is None else f" [{row['value']}]"
            print(f"  {title} {report.file}:{row['line']}{shown} {row['reason_' + language]}")
        if len(findings) > SHOWN:
            print(f"  … and {len(findings) - SHOWN} more ({title}); --json lists them all")
