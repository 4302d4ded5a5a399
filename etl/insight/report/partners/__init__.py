"""The partners' report: how the co-operatives grow, from tables that partners may see.

It reads published.*, reference.* and quality.build of partners.duckdb and nothing else.
"""

from typing import Any

from etl.insight.report.model import Definition, Report
from etl.insight.report.partners import figures, growth, place, work
from etl.insight.report.partners.figures import Partners
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords


def report(reading: Reading, words: ReportWords) -> Report:
    """The report of an open partners.duckdb (or of any database with the same tables)."""
    _ = words.gettext
    found = figures.read(reading)
    year = str(found.year)
    return Report(
        language=words.language,
        title=_("Co-operatives in home services"),
        subtitle=_(
            "How Scop, Scic and CAE grow, last and employ: closed years up to {year}", year=year
        ),
        build_id=reading.build_id,
        as_of=reading.as_of,
        warning=words.synthetic() if reading.is_synthetic else "",
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
    _ = words.gettext
    year = str(found.year)
    end = _("end of {year}", year=year)
    quarters = found.cells.periods("providers")
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
                "Headcount; created by births and expansions, lost by contractions and exits; "
                "kept by hand-overs and rescues is another figure."
            ),
            number,
            year,
            "CG Scop",
        ),
        (
            _("Lasting and qualified jobs, membership"),
            _(
                "Employees on permanent contracts, qualified, or members, out of all employees of"
                " the co-operatives that declared all of them."
            ),
            share,
            end,
            _("the 2006 convention: qualifying and lasting jobs"),
        ),
        (
            _("Scop that keep to their form"),
            _(
                "Scop that lived at the year’s end, by what their register says of capital and "
                "votes held by employees; what it does not say stays unknown."
            ),
            number,
            end,
            "les-scop.coop",
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
            _("Share of supply and hires"),
            _(
                "Co-operatives among providers on offer at the quarter’s end, and their share of "
                "the hires of the quarter."
            ),
            share,
            words.quarter(quarters[-1]) if quarters else "",
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


def _about(reading: Reading, words: ReportWords, year: str) -> list[tuple[str, Any]]:
    _ = words.gettext
    about: list[tuple[str, Any]] = [
        (_("Build"), reading.build_id),
        (_("Data as of"), reading.as_of),
        (_("Territory"), _("France")),
        (
            _("Window"),
            _(
                "closed years and quarters up to the end of {year}, or to the last closed quarter",
                year=year,
            ),
        ),
        (
            _("Sources loaded"),
            _(
                "Register of co-operatives and yearly declarations, projects of the convention, "
                "requests and providers of the marketplace, as loaded in this build"
            ),
        ),
        (
            _("Reference data"),
            _(
                "Communes, postcodes and populations: INSEE and La Poste (Licence Ouverte 2.0). "
                "Outlines: IGN, Admin Express (Licence Ouverte 2.0). Domains: article D7231-1 of "
                "the Labour Code."
            ),
        ),
    ]
    if reading.is_synthetic:
        about.insert(2, (_("Sample data"), words.synthetic()))
    return about
