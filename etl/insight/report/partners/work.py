"""The jobs of co-operatives, and the convention's pipeline of projects."""

from typing import Any

import pandas as pd

from etl.insight.partner_cells import Cell, Cells, Withheld, ratio, total
from etl.insight.report import drawing
from etl.insight.report.model import SHADES, Beside, Column, Picture, Section, Table, Text
from etl.insight.report.partners.figures import Partners
from etl.insight.report.words import ReportWords
from etl.words.rows import each

STEPS = ("received", "supported", "financed", "registered")
# the funnel counts who took a step within 24 months, another figure than the pipeline's
FUNNEL = {step: step if step == "received" else f"{step}_24m" for step in STEPS}
YEARS = 6
COLOURS = {"created": SHADES["good"][2], "lost": SHADES["bad"][1]}


def jobs(found: Partners, words: ReportWords) -> Section:
    """Created, lost, kept; lasting, qualified, shared; compliance; what became of them; CAE."""
    _ = words.gettext
    year, cells = str(found.year), found.cells

    def said(measure: str) -> str:
        return words.cell(cells.of("job_flows", measure, year), Column("", "count"))

    answer = _(
        "In {year} co-operatives created {created} jobs and lost {lost}; hand-overs and "
        "rescues kept {kept} more, which are no new jobs.",
        year=year,
        created=said("created"),
        lost=said("lost"),
        kept=said("kept"),
    )
    return Section(
        _("How many jobs, and how good?"),
        [
            Text([answer], "answer"),
            *_drawn(found, words),
            _flows(found, words),
            Beside([_lasting(found, words)], [_compliance(found, words)], (3, 2)),
            Beside([_cohorts(found, words)], [_cae(found, words)], (1, 1)),
        ],
    )


def _yearly(
    found: Partners, words: ReportWords, table: str, columns: list[tuple[str, str, Any]],
    title: str, note: str = "",
) -> Table:  # fmt: skip
    """A table by year, the newest first; columns: head, kind, year -> cell."""
    _ = words.gettext
    rows = [
        (int(year), *(cell(year) for _head, _kind, cell in columns))
        for year in reversed(found.cells.periods(table))
    ]
    heads = [
        Column(_("Year"), "year"),
        *(Column(head, kind, "1fr") for head, kind, _cell in columns),
    ]
    return Table(title, heads, rows, YEARS, [note] if note else [])


def _drawn(found: Partners, words: ReportWords) -> list[Picture]:
    _ = words.gettext
    years = found.cells.periods("job_flows")[-10:]
    flows = {
        measure: [found.cells.of("job_flows", measure, year) for year in years]
        for measure in ("created", "lost")
    }
    known = {
        measure: [value if isinstance(value, float) else 0.0 for value in values]
        for measure, values in flows.items()
    }
    pairs = list(zip(*flows.values(), strict=True))
    withheld = {n for n, pair in enumerate(pairs) if any(isinstance(v, Withheld) for v in pair)}
    if not years or len(withheld) == len(years):
        return []
    chart = drawing.column_chart(
        years, {"created": known["created"]}, {"lost": known["lost"]}, colours=COLOURS,
        width=499, height=125, write=words.number, withheld=withheld,
        net=[up - down for up, down in zip(*known.values(), strict=True)],
    )  # fmt: skip
    entries = [(COLOURS["created"], _("Created")), (COLOURS["lost"], _("Lost"))]
    entries += [(drawing.HIDDEN, _("withheld"))] if withheld else []
    return [
        Picture(
            chart,
            _("Columns of jobs created and lost, year by year; the table below holds the values."),
            _("Jobs created above the line, lost below, net as a ring"),
            entries,
        )
    ]


def _flows(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of

    def net(year: str) -> Cell:
        created, lost = of("job_flows", "created", year), of("job_flows", "lost", year)
        return total([created, -lost if isinstance(lost, float) else lost])

    return _yearly(
        found, words, "job_flows",
        [
            (_("Created"), "count", lambda year: of("job_flows", "created", year)),
            (_("Lost"), "count", lambda year: of("job_flows", "lost", year)),
            (_("Net"), "signed", net),
            (_("Kept"), "count", lambda year: of("job_flows", "kept", year)),
            (_("Headcount"), "count", lambda year: of("jobs", "employees", year)),
            (_("Full-time equivalents"), "count", lambda year: of("jobs", "employees_fte", year)),
        ],
        _("Jobs created, lost and kept"),
    )  # fmt: skip


def _lasting(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of

    def share(measure: str) -> Any:
        return lambda year: ratio(
            of("lasting", measure, year), of("lasting", "declared_employees", year)
        )

    return _yearly(
        found,
        words,
        "lasting",
        [
            (_("Headcount"), "count", lambda year: of("lasting", "declared_employees", year)),
            (_("Permanent"), "share", share("permanent_employees")),
            (_("Qualified"), "share", share("qualified_employees")),
            (_("Members"), "share", share("member_employees")),
        ],
        _("Lasting, qualified, shared"),
        _("Of the co-operatives that declared all four headcounts of the year."),
    )


def _compliance(found: Partners, words: ReportWords) -> Table:
    """How many SCOP keep to their form; those that do not say are an answer of their own."""
    _ = words.gettext
    rows = []
    for year in found.cells.periods("compliance")[-1:]:
        whole = found.cells.of("compliance", "scops", year)
        for answer in ("yes", "no", "unknown"):
            cell = found.cells.of("compliance", "scops", year, breakdown=answer)
            rows.append((words.name("complies", answer), cell, ratio(cell, whole)))
    columns = [
        Column(_("Scop"), width="1fr"), Column(_("Number"), "count"),
        Column(_("Share"), "share"),
    ]  # fmt: skip
    note = _(
        "End of {year}: employees hold 51% of the capital and 65% of the votes, or more.",
        year=str(found.year),
    )
    return Table(_("Do Scop keep to their form?"), columns, rows, notes=[note])


def _cohorts(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of

    def kept(age: str) -> Any:
        return lambda year: ratio(
            of("cohorts", f"after_{age}", year), of("cohorts", f"at_birth_{age}", year)
        )

    columns = [(_("3 years"), "share", kept("3y")), (_("5 years"), "share", kept("5y"))]
    return _yearly(
        found,
        words,
        "cohorts",
        columns,
        _("Jobs of a birth year, 3 and 5 years later"),
        _(
            "Headcount after / at birth, of co-operatives known at both ends; 0 after where it "
            "has ceased."
        ),
    )


def _planned(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of
    columns = [
        (_("Planned"), "count", lambda year: of("project_jobs", "planned_jobs", year)),
        (_("Realised"), "count", lambda year: of("project_jobs", "realised_jobs", year)),
    ]
    return _yearly(
        found, words, "project_jobs", columns, _("Planned and realised jobs of registered projects")
    )


def _cae(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of
    columns = [
        (
            _("Salaried entrepreneurs"),
            "count",
            lambda year: of("cae_people", "cae_entrepreneurs", year),
        ),
        (_("Holders of a CAPE"), "count", lambda year: of("cae_people", "cape_holders", year)),
    ]
    return _yearly(found, words, "cae_people", columns, _("CAE: two figures, neither is a job"))


def pipeline(found: Partners, words: ReportWords) -> Section:
    """The funnel, how long each step takes, and the euros granted."""
    _ = words.gettext
    cells, title = found.cells, _("The convention: from project to co-operative")
    if not cells.periods("pipeline"):
        return Section(title, [Text([_("No project is loaded.")], "answer")])
    years, is_whole = _funnel_years(cells)
    sums = {
        step: total([cells.of("funnel", FUNNEL[step], year) for year in years]) for step in STEPS
    }
    blocks: list[Any] = []
    if is_whole:
        told = {step: words.number(value) for step, value in sums.items()}
        answer = _(
            "Of {received} projects received in {years}, {supported} were supported, "
            "{financed} financed and {registered} registered within 24 months.",
            years=", ".join(years),
            **told,
        )
    else:
        answer = _("No year of receipt may be shown through all its steps; here is what may be.")
    blocks.append(Text([answer], "answer"))
    if years:
        rows = [
            (words.name("step", step), sums[step], ratio(sums[step], sums["received"]))
            for step in STEPS
        ]
        columns = [
            Column(_("Step"), width="1fr"),
            Column(_("Projects"), "count", "105mm", is_barred=True),
            Column(_("Of those received"), "share"),
        ]
        drawn = _(
            "Funnel of the projects received in {years}, within 24 months", years=", ".join(years)
        )
        blocks.append(Table(drawn, columns, rows))
    steps = [
        (
            words.name("step", step),
            "count",
            lambda year, step=step: cells.of("funnel", FUNNEL[step], year),
        )
        for step in STEPS
    ]
    blocks.append(_yearly(found, words, "funnel", steps, _("Funnel by year of receipt")))
    blocks += [_times(found, words), _money(found, words), _planned(found, words)]
    return Section(title, blocks)


def _funnel_years(cells: Cells) -> tuple[list[str], bool]:
    """The years that may be shown from end to end, and that they may; where there is none, the year
    of which most may be shown, the first steps before all."""
    told = {
        year: [not isinstance(cells.of("funnel", code, year), Withheld) for code in FUNNEL.values()]
        for year in cells.periods("funnel")
    }
    whole = [year for year, steps in told.items() if all(steps)]
    most = max(told, key=lambda year: (sum(told[year]), told[year], year), default="")
    return (whole, True) if whole else ([most] if any(told.get(most, [])) else [], False)


def _times(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    order = {step: number for number, step in enumerate(STEPS)}
    rows = []
    for row in sorted(each(found.times), key=lambda r: (order[r.from_step], order[r.to_step])):
        if row.status != "shown":
            figures: list[Any] = [Withheld(row.reason)] * 4
        else:
            waits = [row.median_days, row.p90_days]
            late = _("not reached")
            figures = [
                row.contributors, row.reached,
                *(late if pd.isna(value) else float(value) for value in waits),
            ]  # fmt: skip
        steps = [words.name("step", step) for step in (row.from_step, row.to_step)]
        rows.append((*steps, *figures))
    columns = [
        Column(_("From"), width="1fr"), Column(_("To"), width="1fr"),
        Column(_("Projects"), "count"), Column(_("Reached it"), "count"),
        Column(_("Median"), "days", "26mm"), Column(_("90% within"), "days", "26mm"),
    ]  # fmt: skip
    return Table(
        _("How long each step takes"),
        columns,
        rows,
        notes=[
            _(
                "Half of the projects take the next step within the median; those under way or "
                "abandoned are censored."
            )
        ],
    )


def _money(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    of = found.cells.of
    counts = ("received", "supported", "financed", "agency_support", "registered", "abandoned")
    columns: list[tuple[str, str, Any]] = [
        (words.name("step", step), "count", lambda year, step=step: of("pipeline", step, year))
        for step in counts
    ]
    columns += [
        (_("€ by banks and funds"), "eur", lambda year: of("pipeline", "financed_eur", year)),
        (_("€ by the agency"), "eur", lambda year: of("pipeline", "agency_eur", year)),
    ]
    return _yearly(found, words, "pipeline", columns, _("Projects by year, and euros granted"))
