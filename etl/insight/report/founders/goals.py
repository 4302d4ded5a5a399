"""Targets, what changed since the build before, and how far the data can be trusted."""

import math
from typing import Any

import pandas as pd

from etl.insight import registry, target_states
from etl.insight.digest import report
from etl.insight.report.founders.figures import Founders
from etl.insight.report.model import Column, Heading, Section, Table, Text, Value
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words import reasons
from etl.words.rows import each

MOST, REASONS = 12, 8
# how a workbook shows the numbers of a unit
UNITS = {
    "share": "share", "count": "count", "index": "count", "hours": "hours",
    "per_month_per_person": "tiny",
}  # fmt: skip


def targets(targets: pd.DataFrame, words: ReportWords) -> Section:
    """Targets with how far they are, the missed first."""
    _ = words.gettext
    return Section(_("Targets"), _targets(targets, words))


def _targets(targets: pd.DataFrame, words: ReportWords) -> list[Any]:
    _ = words.gettext
    if targets.empty:
        return [Text([_("No target is loaded.")], "answer")]
    counts = targets["state"].value_counts()
    told = {
        name: words.number(counts.get(name, 0))
        for name in (target_states.REACHED, target_states.MISSED, target_states.UNDER_WAY)
    }
    answer = _(
        "Of {all} targets: reached {reached}, missed {missed}, under way {under_way}.",
        all=words.number(len(targets)),
        **told,
    )
    order = targets.assign(rank=targets["state"].map(target_states.ORDER.index)).sort_values(
        ["rank", "metric"], kind="stable"
    )
    known = registry.metrics(words.language)
    rows = [
        (
            known[row.metric].label if row.metric in known else row.metric,
            words.label(row, "scope") if pd.notna(row.scope_code) else None,
            row.place if pd.notna(row.code) else None,
            _cell(row.target, row.unit, words.target(row)), _now(row, words),
            None if pd.isna(row.due_on) else pd.Timestamp(row.due_on).date(),
            words.name("target", row.state),
        )
        for row in each(order)
    ]  # fmt: skip
    columns = [
        Column(_("Metric"), width="1.3fr"),
        Column(_("Domain"), width="1.9fr"),
        Column(_("Territory"), width="0.8fr"), Column(_("Target"), "number"),
        Column(_("Value"), "number"), Column(_("Due"), "date"),
        Column(_("State")),
    ]  # fmt: skip
    return [Text([answer], "answer"), Table("", columns, rows, MOST, sheet=_("Targets"))]


def _cell(value: float, unit: str, text: str) -> Value | None:
    return None if pd.isna(value) else Value(value, UNITS.get(unit, "number"), text=text)


def _now(row: Any, words: ReportWords) -> Value | str | None:
    """The value of a target; a time that is no number in words."""
    text = words.measured(row)
    is_time = row.unit == "hours" and row.n > 0
    return text if is_time and not row.value < math.inf else _cell(row.value, row.unit, text)


def changes(found: Founders, reading: Reading, words: ReportWords) -> list[Any]:
    """What changed since the previous build, or why it cannot be told; the places as a sheet."""
    _ = words.gettext
    changed = found.changed
    title = _("Since the previous build")
    if isinstance(changed, str):
        return [Heading(title), Text([report.not_compared(changed, words)])]
    k, told = str(reading.terms["k"]), changed.found
    lines = [
        _(
            "Compared with the build of {date}, {id}.",
            date=words.date(told.previous_as_of),
            id=told.previous_id,
        )
    ]
    lines += report.departures(words, told)
    lines += [report.crossed(has_risen, told, words, k) for has_risen in (False, True)]
    counts = told.providers.groupby("change")["providers"].sum()
    arrived, gone = (int(counts.get(change, 0)) for change in ("arrived", "gone"))
    lines += [
        words.ngettext("{n} provider became active.", "{n} providers became active.", arrived),
        words.ngettext(
            "{n} provider is no longer active.", "{n} providers are no longer active.", gone
        ),
    ]
    lines.append(
        words.ngettext(
            "{n} new desert: a commune and domain with requests that lost its last provider.",
            "{n} new deserts: communes and domains with requests that lost their last provider.",
            len(changed.deserts),
        )
    )
    load = told.loads.iloc[0]
    lines.append(
        _(
            "New files: {files}; rows read in them: {read}, refused: {refused}.",
            files=words.number(load["new_files"]),
            read=words.number(load["new_read"]),
            refused=words.number(load["new_refused"]),
        )
    )
    places = {row.code: row.name for row in each(found.places) if row.level == "departement"}
    domains = {row.code: words.label(row) for row in each(found.domains)}
    rows = [
        (
            words.name("change", "rose" if row.has_risen else "fell"),
            domains.get(row.domain_code, row.domain_code),
            places.get(row.departement_code, row.departement_code),
            row.communes, row.population,
        )
        for row in each(told.places)
    ]  # fmt: skip
    columns = [
        Column(_("Change")), Column(_("Domain"), width="1.4fr"),
        Column(_("Département"), width="1fr"),
        Column(_("Communes"), "count"), Column(_("Inhabitants"), "count"),
    ]  # fmt: skip
    table = Table(_("Where coverage fell or rose the most"), columns, rows, is_printed=False)
    return [Heading(title), Text(lines, "points"), table]


def quality(found: Founders, words: ReportWords) -> Section:
    """What was loaded, what was refused or repaired and why, and the checks."""
    _ = words.gettext
    sources = found.sources
    answer = _(
        "Rows refused: {refused} of {read} read. Values left out or repaired: {repaired}."
        " Checks passed: {passed} of {checks}.",
        refused=words.number(sources["refused_rows"].sum()),
        read=words.number(sources["read_rows"].sum()),
        repaired=words.number(sources["repaired_values"].sum()),
        passed=words.number(found.checks["passed"]),
        checks=words.number(found.checks["checks"]),
    )
    if corrected := int(sources["corrected_rows"].sum()):
        answer += " " + _("Refused, and back corrected: {n}.", n=words.number(corrected))
    loaded = Table(
        _("What was loaded"),
        [
            Column(_("Source"), width="1fr"), Column(_("Files"), "count"),
            Column(_("Newest"), "date"), Column(_("Rows read"), "count"),
            Column(_("Refused"), "count"), Column(_("Repaired"), "count"),
        ],
        [
            (
                words.name("source", row.source), row.files, row.as_of.date(), row.read_rows,
                row.refused_rows, row.repaired_values,
            )
            for row in each(sources)
        ],
    )  # fmt: skip
    by_reason = Table(
        _("Why rows were refused and values repaired"),
        [
            Column(_("Source")), Column(_("Outcome")),
            Column(_("Reason"), width="1fr"), Column(_("Times"), "count"),
        ],
        [
            (
                words.name("source", row.source), words.name("outcome", row.outcome),
                _reason(row, words.language), row.found,
            )
            for row in each(found.reasons)
        ],
        REASONS,
    )  # fmt: skip
    blocks = [Text([answer], "answer"), loaded, by_reason]
    return Section(_("Can these figures be trusted?"), blocks, starts_page=False)


def _reason(row: Any, language: str) -> str:
    return reasons.findings(
        row.reason_code, row.column_name, row.first_arguments, row.last_arguments, language,
        is_refused=row.outcome == "refused",
    )  # fmt: skip
