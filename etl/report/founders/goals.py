"""Targets, what changed since the build before, and how far the data can be trusted."""

import math
from typing import Any

import pandas as pd

from etl import layers
from etl.digest import progress
from etl.frames import each
from etl.report.founders.figures import Founders
from etl.report.model import Column, Heading, Section, Table, Text, Value
from etl.report.reading import Reading
from etl.report.words import ReportWords

ORDER = (progress.MISSED, progress.UNDER_WAY, progress.UNKNOWN, progress.REACHED)
MOST, REASONS = 12, 8
UNITS = {"share": "share", "count": "count", "index": "count", "hours": "hours"}


def targets(targets: pd.DataFrame, words: ReportWords) -> Section:
    """Targets with how far they are, the missed first."""
    return Section(words.text("f_targets"), _targets(targets, words))


def _targets(targets: pd.DataFrame, words: ReportWords) -> list[Any]:
    if targets.empty:
        return [Text([words.text("f_no_targets")], "answer")]
    counts = targets["state"].value_counts()
    told = {
        name: words.number(counts.get(name, 0))
        for name in (progress.REACHED, progress.MISSED, progress.UNDER_WAY)
    }
    answer = words.text("f_targets_answer", all=words.number(len(targets)), **told)
    order = targets.assign(rank=targets["state"].map(ORDER.index)).sort_values(
        ["rank", "metric"], kind="stable"
    )
    labels = {f.name: f.header[f"label.{words.language}"] for f in layers.files_of("metrics")}
    rows = [
        (
            labels.get(row.metric, row.metric),
            words.label(row, "scope") if pd.notna(row.scope_code) else None,
            row.place if pd.notna(row.code) else None,
            _cell(row.target, row.unit), _cell(row.value, row.unit),
            None if pd.isna(row.due_on) else pd.Timestamp(row.due_on).date(),
            words.text(f"goal_{row.state}"),
        )
        for row in each(order)
    ]  # fmt: skip
    columns = [
        Column(words.text("c_metric"), width="1.3fr"),
        Column(words.text("c_domain"), width="1.9fr"),
        Column(words.text("c_territory"), width="0.8fr"), Column(words.text("c_target"), "number"),
        Column(words.text("c_value"), "number"), Column(words.text("c_due"), "date"),
        Column(words.text("c_state")),
    ]  # fmt: skip
    return [Text([answer], "answer"), Table("", columns, rows, MOST, sheet=words.text("f_targets"))]


def _cell(value: float, unit: str) -> Value | None:
    return None if pd.isna(value) or math.isinf(value) else Value(value, UNITS.get(unit, "number"))


def changes(found: Founders, reading: Reading, words: ReportWords) -> list[Any]:
    """What changed since the previous build, or why it cannot be told; the places as a sheet."""
    changed = found.changed
    title = words.text("f_changed")
    if isinstance(changed, str):
        return [Heading(title), Text([words.text(changed)])]
    k, told = str(reading.terms["k"]), changed.found
    lines = [words.text("against", date=words.date(told.previous_as_of), id=told.previous_id)]
    totals = told.totals.set_index("has_risen")
    for has_risen, change in ((False, "fell"), (True, "rose")):
        cells = int(totals["cells"].get(has_risen, 0))
        if cells:
            people = words.number(totals.loc[has_risen, "population"])
            lines.append(words.text(change, cells, k=k, people=people))
        else:
            lines.append(words.text(f"{change}_none", k=k))
    counts = told.providers.groupby("change")["providers"].sum()
    lines += [
        words.text(f"f_{change}", int(counts.get(change, 0))) for change in ("arrived", "gone")
    ]
    lines.append(words.text("f_new_deserts", len(changed.deserts)))
    load = told.loads.iloc[0]
    lines.append(
        words.text(
            "f_loads",
            files=words.number(load["new_files"]),
            read=words.number(load["new_read"]),
            refused=words.number(load["new_refused"]),
        )
    )
    places = {row.code: row.name for row in each(found.places) if row.level == "departement"}
    domains = {row.code: words.label(row) for row in each(found.domains)}
    rows = [
        (
            words.text("change_rose" if row.has_risen else "change_fell"),
            domains.get(row.domain_code, row.domain_code),
            places.get(row.departement_code, row.departement_code),
            row.communes, row.population,
        )
        for row in each(told.places)
    ]  # fmt: skip
    columns = [
        Column(words.text("c_change")), Column(words.text("c_domain"), width="1.4fr"),
        Column(words.text("c_departement"), width="1fr"),
        Column(words.text("c_communes"), "count"), Column(words.text("c_people"), "count"),
    ]  # fmt: skip
    table = Table(words.text("f_places_changed"), columns, rows, is_printed=False)
    return [Heading(title), Text(lines, "points"), table]


def quality(found: Founders, words: ReportWords) -> Section:
    """What was loaded, what was refused or repaired and why, and the checks."""
    sources = found.sources
    answer = words.text(
        "f_quality_answer", refused=words.number(sources["refused_rows"].sum()),
        read=words.number(sources["read_rows"].sum()),
        repaired=words.number(sources["repaired_values"].sum()),
        passed=words.number(found.checks["passed"]), checks=words.number(found.checks["checks"]),
    )  # fmt: skip
    loaded = Table(
        words.text("f_sources"),
        [
            Column(words.text("c_source"), width="1fr"), Column(words.text("c_files"), "count"),
            Column(words.text("c_newest"), "date"), Column(words.text("c_read"), "count"),
            Column(words.text("c_refused"), "count"), Column(words.text("c_repaired"), "count"),
        ],
        [
            (
                words.text(f"source_{row.source}"), row.files, row.as_of.date(), row.read_rows,
                row.refused_rows, row.repaired_values,
            )
            for row in each(sources)
        ],
    )  # fmt: skip
    reasons = Table(
        words.text("f_reasons"),
        [
            Column(words.text("c_source")), Column(words.text("c_outcome")),
            Column(words.text("c_reason"), width="1fr"), Column(words.text("c_found"), "count"),
        ],
        [
            (
                words.text(f"source_{row.source}"), words.text(f"outcome_{row.outcome}"),
                words.label(row, "reason"), row.found,
            )
            for row in each(found.reasons)
        ],
        REASONS,
    )  # fmt: skip
    blocks = [Text([answer], "answer"), loaded, reasons]
    return Section(words.text("f_quality"), blocks, starts_page=False)
