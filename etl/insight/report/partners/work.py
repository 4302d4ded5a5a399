"""The jobs of co-operatives, and the convention's way from project to co-operative."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from etl.insight.partner_cells import Cell, Withheld, is_hidden, is_told, less, ratio, total
from etl.insight.report import drawing
from etl.insight.report.model import SHADES, Column, Picture, Section, Table, Text
from etl.insight.report.partners import secrecy
from etl.insight.report.partners.figures import Partners
from etl.insight.report.words import ReportWords
from etl.words.rows import each

STEPS = ("received", "supported", "financed", "registered")
COUNTS = ("received", "supported", "financed", "agency_support", "registered", "abandoned")
# the funnel counts who took a step within 24 months, another figure than that of a year
FUNNEL = {step: step if step == "received" else f"{step}_24m" for step in STEPS}
COLOURS = {"gained": SHADES["good"][2], "lost": SHADES["bad"][1]}


def _by(found: Partners, table: str, measure: str) -> Callable[[str], Cell]:
    """A cell of the place by year."""
    return lambda year: found.of(table, measure, year)


def jobs(found: Partners, words: ReportWords) -> Section:
    """Gained and lost; how many at each year's end, and how lasting, qualified and shared."""
    _ = words.gettext
    jobs, gained, lost = (
        words.cell(found.of(table, measure), Column("", "count"))
        for table, measure in (
            ("jobs", "employees"),
            ("job_flows", "gained"),
            ("job_flows", "lost"),
        )
    )
    blocks: list[Any] = []
    if is_told(found.of("job_flows", "gained")):
        answer = _(
            "In {year} co-operatives gained {gained} jobs and lost {lost}; {jobs} at its end.",
            year=str(found.year), gained=gained, lost=lost, jobs=jobs,
        )  # fmt: skip
        blocks.append(Text([answer], "answer"))
    blocks += _drawn(found, words)
    blocks += found.by_year(
        words, _("Jobs gained and lost"), "job_flows",
        [
            (_("Gained"), "count", _by(found, "job_flows", "gained")),
            (_("Of them kept"), "count", _by(found, "job_flows", "kept")),
            (_("Lost"), "count", _by(found, "job_flows", "lost")),
            (_("Net"), "signed", lambda year: less(
                found.of("job_flows", "gained", year), found.of("job_flows", "lost", year)
            )),
        ],
        _(
            "Gained by births, expansions, hand-overs and rescues; the last two kept them. Told to "
            "two digits, no finer than ten."
        ),
    )  # fmt: skip
    blocks += found.by_year(
        words, _("Jobs at the year’s end: lasting, qualified, shared"), "jobs",
        [
            (_("People employed"), "count", _by(found, "jobs", "employees")),
            (_("Full-time equivalents"), "count", _by(found, "jobs", "employees_fte")),
            (_("Permanent"), "share", _by(found, "lasting", "permanent_share")),
            (_("Qualified"), "share", _by(found, "lasting", "qualified_share")),
            (_("Members"), "share", _by(found, "lasting", "member_share")),
        ],
        _("Shares of the employees of those co-operatives that declared both numbers."),
    )  # fmt: skip
    title = _("How many jobs, and how good?")
    return Section(title, [*blocks, *secrecy.untold(found, words)], starts_page=False)


def _drawn(found: Partners, words: ReportWords) -> list[Picture]:
    _ = words.gettext
    years = found.cells.periods("job_flows")[-10:]
    flows = {name: [found.of("job_flows", name, year) for year in years] for name in COLOURS}
    known = {
        name: [value if isinstance(value, float) else 0.0 for value in values]
        for name, values in flows.items()
    }
    pairs = list(zip(*flows.values(), strict=True))
    withheld = {place for place, pair in enumerate(pairs) if is_hidden(*pair)}
    if not any(is_told(cell) for pair in pairs for cell in pair):
        return []
    chart = drawing.column_chart(
        years, {"gained": known["gained"]}, {"lost": known["lost"]}, colours=COLOURS,
        width=499, height=125, write=words.number, withheld=withheld,
        net=[up - down for up, down in zip(*known.values(), strict=True)],
    )  # fmt: skip
    entries = [(COLOURS["gained"], _("Gained")), (COLOURS["lost"], _("Lost"))]
    entries += [(drawing.HIDDEN, words.name("cell", "withheld"))] if withheld else []
    return [
        Picture(
            chart,
            _("Columns of jobs gained and lost, year by year; the table below holds the values."),
            _("Jobs gained above the line, lost below, net as a ring"),
            entries,
        )
    ]


def pipeline(found: Partners, words: ReportWords) -> Section:
    """The funnel, the projects year by year, how long each step takes, euros and jobs."""
    _ = words.gettext
    title = _("The convention: from project to co-operative")
    is_known = any(found.of("projects", "received", y) for y in found.cells.periods("projects"))
    if not is_known:
        return Section(title, [Text([_("No project is known.")], "answer")], not found.region)
    blocks: list[Any] = [*_funnel(found, words)]
    steps = [(words.name("step", step), "count", _by(found, "projects", step)) for step in COUNTS]
    steps.append((_("Under way"), "count", _by(found, "projects", "under_way")))
    note = _("Each step in its own year; under way: at the year’s end.")
    blocks += found.by_year(words, _("Projects by year"), "projects", steps, note)
    blocks += _times(found, words)
    blocks += found.by_year(
        words, _("Euros granted, jobs, and what lasts"), "project_euros",
        [
            (_("€ by banks and funds"), "eur", _by(found, "project_euros", "financed_eur")),
            (_("€ by the agency"), "eur", _by(found, "project_euros", "agency_eur")),
            (_("€ per planned job"), "eur", _by(found, "project_euros", "eur_per_job")),
            (_("Jobs planned"), "count", _by(found, "project_jobs", "planned_jobs")),
            (_("Jobs realised"), "count", _by(found, "project_jobs", "realised_jobs")),
            (_("Alive after 3 years"), "share", _by(found, "project_survival", "alive_3y_share")),
        ],
        _(
            "€ per planned job: of five years, told in the last of these. Jobs of the projects "
            "registered in the year; alive: of the financed projects registered three years "
            "before."
        ),
    )  # fmt: skip
    return Section(title, [*blocks, *secrecy.untold(found, words)], starts_page=not found.region)


def _funnel(found: Partners, words: ReportWords) -> list[Any]:
    """The years of receipt whose 24 months are over, together and one by one."""
    _ = words.gettext
    years = found.cells.periods("funnel")
    sums = {
        step: total([found.of("funnel", FUNNEL[step], year) for year in years]) for step in STEPS
    }
    received = sums["received"]
    if not isinstance(received, float) or not received:
        return [
            Text([_("Of no project is it known yet what became of it in 24 months.")], "answer")
        ]
    number = {step: float(value) for step, value in sums.items() if isinstance(value, float)}
    span = words.interval(years[0], years[-1], str)
    answer = _(
        "Of {received} in {years}, within 24 months: {supported} supported, {financed} financed, "
        "{registered} registered.",
        years=span,
        received=words.ngettext("{n} project received", "{n} projects received", received),
        **{step: words.number(number[step]) for step in STEPS[1:]},
    )
    drawn = [
        (
            words.name("step", step), number[step],
            f"{words.number(number[step])} ({words.share(number[step] / received)})",
        )
        for step in STEPS
    ]  # fmt: skip
    steps = [
        (words.name("step", step), "count", _by(found, "funnel", FUNNEL[step])) for step in STEPS
    ]
    became = (
        _("Registered, of those received"), "share",
        lambda year: ratio(
            found.of("funnel", FUNNEL["registered"], year), found.of("funnel", "received", year)
        ),
    )  # fmt: skip
    return [
        Text([answer], "answer"),
        Picture(
            drawing.funnel(drawn, width=499),
            _("Funnel of the projects: bars as wide as their numbers; the table holds each year."),
            _("Projects received in {years}, within 24 months", years=span),
        ),
        *found.by_year(words, _("Funnel by year of receipt"), "funnel", [*steps, became]),
    ]


def _times(found: Partners, words: ReportWords) -> list[Table]:
    _ = words.gettext
    order = {step: number for number, step in enumerate(STEPS)}
    rows, earlier = [], ""
    for row in sorted(
        each(found.times), key=lambda row: (order[row.from_step], order[row.to_step])
    ):
        steps = [words.name("step", step) for step in (row.from_step, row.to_step)]
        name = _("time from {step} to {next}", step=steps[0].lower(), next=steps[1].lower())
        median = _days(row.median_days, row.status, words)
        if isinstance(median, Withheld):
            found.secret[name] = None
            continue
        before: Any = None
        if isinstance(row.period_before, str):
            earlier = words.interval(int(row.period_before) - 4, row.period_before, str)
            before = _days(row.median_before, row.status_before, words)
        rows.append((*steps, row.contributors, row.reached, median, before))
    if not rows:
        return []
    columns = [
        Column(_("From"), width="1fr"), Column(_("To"), width="1fr"),
        Column(_("Projects"), "count"), Column(_("Reached it"), "count"),
        Column(_("Median"), "days", "22mm"),
        Column(_("Median, {years}", years=earlier), "days", "26mm"),
    ]  # fmt: skip
    span = words.interval(found.year - 4, found.year, str)
    note = _(
        "Half of the projects take the next step within the median; those under way or abandoned "
        "are censored."
    )
    title = _("How long each step takes, {years}", years=span)
    table = Table(title, columns, rows, notes=[note], sheet=_("How long each step takes"))
    if not earlier:
        table.columns, table.rows = columns[:-1], [row[:-1] for row in rows]
    return [table]


def _days(days: Any, status: str, words: ReportWords) -> Any:
    if status == "withheld":
        return Withheld()
    return words.gettext("not reached") if pd.isna(days) else float(days)
