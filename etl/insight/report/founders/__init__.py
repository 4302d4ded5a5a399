"""The founders' report: the state of supply and demand, on a few pages."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from etl.insight import registry
from etl.insight.part import Part
from etl.insight.report.founders import figures, sections
from etl.insight.report.founders.figures import USED, Founders
from etl.insight.report.model import Definition, Report
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words.rows import each


def report(
    reading: Reading, words: ReportWords, part: Part, settled: Mapping[str, Any], *,
    previous: Path | None, served: Path,
) -> Report:  # fmt: skip
    """The report of a part of an open build; settled: the terms by the settings, which targets are
    measured by; ``previous``: the folder of the build before, if any."""
    _ = words.gettext
    found = figures.read(reading, previous, served, part, settled)
    window = words.period(reading.terms["from"], reading.terms["to"])
    subtitle = _(
        "Home services in France, {window}, beside the same months a year earlier", window=window
    )
    if part != Part():
        subtitle = _(
            "{domain} · {place} · {window}, beside the same months a year earlier",
            domain=words.label(found.scope), place=found.place, window=window,
        )  # fmt: skip
    return Report(
        language=words.language,
        title=_("The state of supply and demand"),
        subtitle=subtitle,
        build_id=reading.build_id,
        as_of=reading.as_of,
        warning=words.synthetic() if reading.is_synthetic else "",
        sections=sections.all_of(found, reading, words),
        definitions=_definitions(found, reading, words),
        about=_about(found, reading, words, window),
    )


def _definitions(found: Founders, reading: Reading, words: ReportWords) -> list[Definition]:
    window, as_of = (
        words.period(reading.terms["from"], reading.terms["to"]),
        words.date(reading.as_of),
    )
    known = registry.metrics(words.language)
    others = [name for name, metric in known.items() if metric.topic in registry.MARKET]
    definitions = []
    for name in dict.fromkeys([*USED, *others]):
        told = words.metric(name)
        definitions.append(
            Definition(
                told.label,
                told.why,
                words.name("unit", told.unit),
                window if "to" in told.parameters else as_of,
                told.source,
                is_printed=name in USED,
            )
        )
    return definitions


def _about(
    found: Founders, reading: Reading, words: ReportWords, window: str
) -> list[tuple[str, Any]]:
    _ = words.gettext
    k, days = str(reading.terms["k"]), str(reading.terms["days"])
    sources = words.listed(
        _(
            "{name} ({rows} rows, {date})",
            name=words.name("source", row.source),
            date=words.date(_day(row.as_of)),
            rows=words.number(row.accepted_rows),
        )
        for row in each(found.sources)
    )
    told: list[tuple[str, Any]] = [
        (_("Build"), reading.build_id),
        (_("Data as of"), reading.as_of),
        (_("Territory"), found.place),
        (_("Domain"), words.label(found.scope)),
        (_("Window"), window),
        (
            _("Settings"),
            _(
                "k = {k} providers needed; requests should be filled within {days} days",
                k=k,
                days=days,
            ),
        ),
        (_("Sources loaded"), sources),
    ]
    return words.about(told, is_synthetic=reading.is_synthetic)


def _day(value: Any) -> dt.date:
    return pd.Timestamp(value).date()
