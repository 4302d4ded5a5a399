"""The partners' report: how the co-operatives grow, from tables that partners may see.

It reads published.*, reference.* and quality.build of partners.duckdb and nothing else.
"""

from typing import Any

from etl.insight.part import Part
from etl.insight.report.model import Definition, Report, Section
from etl.insight.report.partners import figures, growth, place, work
from etl.insight.report.partners.figures import Partners
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords


def report(reading: Reading, words: ReportWords, part: Part) -> Report:
    """The report of an open partners.duckdb, of France or of one region. Raises ValueError where
    the part is neither."""
    _ = words.gettext
    ((level, code),) = part.places
    found = figures.read(reading, code if level == "region" else "")
    year = str(found.year)
    title = _("Co-operatives in home services")
    return Report(
        language=words.language,
        title=f"{title} – {found.region}" if found.region else title,
        subtitle=_(
            "How Scop, Scic and CAE grow, last and employ: closed years up to {year}", year=year
        ),
        build_id=reading.build_id,
        as_of=reading.as_of,
        warning=words.synthetic() if reading.is_synthetic else "",
        sections=_sections(found, reading, words),
        definitions=_definitions(found, reading, words),
        about=_about(found, reading, words),
        edition=found.edition,
    )


def _sections(found: Partners, reading: Reading, words: ReportWords) -> list[Section]:
    last = place.openings(found, reading, words)
    head, survival = growth.headline(found, words), growth.survival(found, words)
    jobs, pipeline = work.jobs(found, words), work.pipeline(found, words)
    if found.region:
        parts = [head, place.beside(found, words), pipeline, jobs, survival, last]
    else:
        parts = [head, survival, jobs, pipeline, place.where(found, words), last]
    return [section for section in parts if section.blocks]


def _definitions(found: Partners, reading: Reading, words: ReportWords) -> list[Definition]:
    _ = words.gettext
    year = str(found.year)
    end = _("end of {year}", year=year)
    days = str(reading.terms["days"])
    number, share = words.name("unit", "count"), words.name("unit", "share")
    told = [
        (
            _("Living co-operatives"),
            _(
                "Co-operatives of the register that lived on 31 December: born by "
                "cooperative_since, else by their registration, and not gone."
            ),
            number,
            end,
            "",
        ),
        (
            _("Net growth"),
            _("Births by origin less exits (closure, liquidation, merger), each in its year."),
            number,
            year,
            "CG Scop",
        ),
        (
            _("Survival"),
            _(
                "Chance to live n years, Kaplan-Meier with delayed entry, 95% band. A register of"
                " the living only tells nothing: then it cannot be told, never 100%."
            ),
            share,
            "",
            _("Kaplan-Meier; INSEE Première and CG Scop for comparison"),
        ),
        (
            _("Jobs"),
            _(
                "People employed at the year’s end; gained by births, expansions, hand-overs and "
                "rescues (the last two kept them), lost by contractions and exits."
            ),
            number,
            year,
            "CG Scop",
        ),
        (
            _("Lasting and qualified jobs, membership"),
            _(
                "Employees on permanent contracts, qualified, or members, out of all employees of"
                " the co-operatives that declared both numbers."
            ),
            share,
            end,
            _("the 2006 convention: qualifying and lasting jobs"),
        ),
        (
            _("Funnel of the convention"),
            _(
                "Projects received, supported, financed, registered within 24 months; median "
                "times by Kaplan-Meier, projects under way censored."
            ),
            number,
            "",
            _("the 2006 convention: qualifying and lasting jobs"),
        ),
        (
            _("Euros per planned job"),
            _(
                "Euros granted by all funders but the agency to the projects of five years, told "
                "in the last of these (2016 to 2020, 2021 to 2025, …), over the jobs that these "
                "planned; of projects where both are known."
            ),
            words.name("unit", "eur"),
            year,
            "",
        ),
        (
            _("Share of supply and hires"),
            _(
                "Co-operatives among providers on offer at the year’s end, and their share of the "
                "hires of the year; of numbers that are rounded."
            ),
            share,
            end,
            "",
        ),
        (
            _("Unmet demand"),
            _("Requests of the year with a known outcome that were not filled within {days} days."),
            number,
            year,
            "",
        ),
    ]
    return [
        Definition(label, meaning.format(days=days), unit, window, source)
        for label, meaning, unit, window, source in told
    ]


def _about(found: Partners, reading: Reading, words: ReportWords) -> list[tuple[str, Any]]:
    _ = words.gettext
    told: list[tuple[str, Any]] = [
        (
            _("Edition"),
            _("{edition}, made with the build {id}", edition=found.edition, id=reading.build_id),
        ),
        (_("Data as of"), reading.as_of),
        (_("Territory"), found.region or _("France")),
        (_("Window"), _("closed years up to the end of {year}", year=str(found.year))),
        (
            _("Sources loaded"),
            _(
                "Register of co-operatives and yearly declarations, projects of the convention, "
                "requests and providers of the marketplace, as loaded in this build"
            ),
        ),
    ]
    return words.about(told, is_synthetic=reading.is_synthetic)
