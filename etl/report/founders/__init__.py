"""The founders' report: the state of supply and demand, on a few pages."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from etl.frames import each
from etl.report.founders import figures, sections
from etl.report.founders.figures import USED, Founders
from etl.report.model import Definition, Report
from etl.report.reading import Reading
from etl.report.words import ReportWords


def report(reading: Reading, words: ReportWords, *, previous: Path | None, served: Path) -> Report:
    """The report of an open build; ``previous``: the folder of the build before, if any."""
    found = figures.read(reading, previous, served)
    window = window_of(reading, words)
    return Report(
        language=words.language,
        title=words.text("f_title"),
        subtitle=words.text("f_subtitle", window=window),
        build_id=reading.build_id,
        as_of=reading.as_of,
        warning=words.text("synthetic") if reading.is_synthetic else "",
        sections=sections.all_of(found, reading, words),
        definitions=_definitions(found, reading, words),
        about=_about(found, reading, words, window),
    )


def window_of(reading: Reading, words: ReportWords) -> str:
    """The months of the window in words."""
    terms = reading.terms
    return words.text("window", **{name: words.month(terms[name]) for name in ("from", "to")})


def _definitions(found: Founders, reading: Reading, words: ReportWords) -> list[Definition]:
    window, as_of = window_of(reading, words), words.date(reading.as_of)
    today = {"coverage_population", "active_providers"}
    definitions = []
    for name in USED:
        told = words.metric(name)
        definitions.append(
            Definition(
                told["label"],
                told["why"],
                told["unit"],
                as_of if name in today else window,
                told["source"],
            )
        )
    return definitions


def _about(
    found: Founders, reading: Reading, words: ReportWords, window: str
) -> list[tuple[str, Any]]:
    k, days = str(reading.terms["k"]), str(reading.terms["days"])
    sources = "; ".join(
        words.text(
            "f_source",
            name=source_name(row.source, words),
            date=words.date(_day(row.as_of)),
            rows=words.number(row.accepted_rows),
        )
        for row in each(found.sources)
    )
    about: list[tuple[str, Any]] = [
        (words.text("about_build"), reading.build_id),
        (words.text("about_date"), reading.as_of),
        (words.text("about_territory"), words.text("country")),
        (words.text("about_window"), window),
        (words.text("f_settings_label"), words.text("f_settings", k=k, days=days)),
        (words.text("about_sources"), sources),
        (words.text("about_reference"), words.text("reference_sources")),
    ]
    if reading.is_synthetic:
        about.insert(2, (words.text("about_sample"), words.text("synthetic")))
    return about


def source_name(source: Any, words: ReportWords) -> str:
    """The name of a source of data."""
    return words.text(f"source_{source}")


def _day(value: Any) -> dt.date:
    return pd.Timestamp(value).date()
