"""The partners' report: how the co-operatives grow, from tables that partners may see.

It reads published.*, reference.* and quality.build of partners.duckdb and nothing else.
"""

from typing import Any

from etl.report.model import Definition, Report
from etl.report.partners import figures, growth, place, work
from etl.report.partners.figures import Partners
from etl.report.reading import Reading
from etl.report.words import ReportWords


def report(reading: Reading, words: ReportWords) -> Report:
    """The report of an open partners.duckdb (or of any database with the same tables)."""
    found = figures.read(reading)
    year = str(found.year)
    return Report(
        language=words.language,
        title=words.text("p_title"),
        subtitle=words.text("p_subtitle", year=year),
        build_id=reading.build_id,
        as_of=reading.as_of,
        warning=words.text("synthetic") if reading.is_synthetic else "",
        sections=[
            growth.headline(found, words),
            growth.survival(found, words),
            work.jobs(found, words),
            work.pipeline(found, words),
            place.where(found, words),
            place.openings(found, reading, words),
        ],
        definitions=_definitions(found, reading, words),
        about=_about(reading, words, year),
    )


def _definitions(found: Partners, reading: Reading, words: ReportWords) -> list[Definition]:
    year = str(found.year)
    end = words.text("p_end", year=year)
    quarters = found.cells.periods("providers")
    days = str(reading.terms["days"])
    number, share = words.text("unit_count"), words.text("unit_share")
    told = [
        ("p_living", "d_living", number, end, ""),
        ("p_net", "d_net", number, year, "CG Scop"),
        ("d_label_survival", "d_survival", share, "", words.text("d_source_survival")),
        ("p_jobs", "d_jobs", number, year, "CG Scop"),
        ("d_label_lasting", "d_lasting", share, end, words.text("d_source_lasting")),
        ("d_label_compliance", "d_compliance", number, end, "les-scop.coop"),
        ("d_label_pipeline", "d_pipeline", number, "", words.text("d_source_lasting")),
        ("d_label_supply", "d_supply", share, words.quarter(quarters[-1]) if quarters else "", ""),
        ("d_label_openings", "d_openings", number, year, ""),
    ]
    return [
        Definition(words.text(label), words.text(meaning, days=days), unit, window, source)
        for label, meaning, unit, window, source in told
    ]


def _about(reading: Reading, words: ReportWords, year: str) -> list[tuple[str, Any]]:
    about: list[tuple[str, Any]] = [
        (words.text("about_build"), reading.build_id),
        (words.text("about_date"), reading.as_of),
        (words.text("about_territory"), words.text("country")),
        (words.text("about_window"), words.text("p_closed", year=year)),
        (words.text("about_sources"), words.text("p_sources")),
        (words.text("about_reference"), words.text("reference_sources")),
    ]
    if reading.is_synthetic:
        about.insert(2, (words.text("about_sample"), words.text("synthetic")))
    return about
