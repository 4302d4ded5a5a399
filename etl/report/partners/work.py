"""The jobs of co-operatives, and the convention's pipeline of projects."""

from typing import Any

import pandas as pd

from etl.frames import each
from etl.report import drawing
from etl.report.model import Beside, Column, Picture, Section, Table, Text, Withheld
from etl.report.partners.cells import Cell, Cells, ratio, total
from etl.report.partners.figures import Partners
from etl.report.words import ReportWords

STEPS = ("received", "supported", "financed", "registered")
# the funnel counts who took a step within 24 months, another figure than the pipeline's
FUNNEL = {step: step if step == "received" else f"{step}_24m" for step in STEPS}
YEARS = 6
COLOURS = {"created": "#3f9c8d", "lost": "#edb07f"}


def jobs(found: Partners, words: ReportWords) -> Section:
    """Created, lost, kept; lasting, qualified, shared; compliance; what became of them; CAE."""
    year, cells = str(found.year), found.cells

    def said(measure: str) -> str:
        return words.cell(cells.of("job_flows", measure, year), Column("", "count"))

    answer = words.text(
        "p_jobs_answer", year=year, created=said("created"), lost=said("lost"), kept=said("kept")
    )
    return Section(
        words.text("p_jobs_title"),
        [
            Text([answer], "answer"), *_drawn(found, words), _flows(found, words),
            Beside([_lasting(found, words)], [_compliance(found, words)], (3, 2)),
            Beside([_cohorts(found, words)], [_cae(found, words)], (1, 1)),
        ],
    )  # fmt: skip


def _yearly(
    found: Partners, words: ReportWords, table: str, columns: list[tuple[str, str, Any]],
    title: str, note: str = "",
) -> Table:  # fmt: skip
    """A table by year, the newest first; columns: key of the head, kind, year -> cell."""
    rows = [
        (int(year), *(cell(year) for _, _, cell in columns))
        for year in reversed(found.cells.periods(table))
    ]
    heads = [
        Column(words.text("c_year"), "year"),
        *(Column(words.text(key), kind, "1fr") for key, kind, _ in columns),
    ]
    return Table(words.text(title), heads, rows, YEARS, [words.text(note)] if note else [])


def _drawn(found: Partners, words: ReportWords) -> list[Picture]:
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
    entries = [(COLOURS[measure], words.text(f"c_{measure}")) for measure in flows]
    entries += [(drawing.HIDDEN, words.text("withheld_area"))] if withheld else []
    return [Picture(chart, words.text("p_flows_alt"), words.text("p_flows_chart"), entries)]


def _flows(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of

    def net(year: str) -> Cell:
        created, lost = of("job_flows", "created", year), of("job_flows", "lost", year)
        return total([created, -lost if isinstance(lost, float) else lost])

    return _yearly(
        found, words, "job_flows",
        [
            ("c_created", "count", lambda year: of("job_flows", "created", year)),
            ("c_lost", "count", lambda year: of("job_flows", "lost", year)),
            ("c_net", "signed", net),
            ("c_kept", "count", lambda year: of("job_flows", "kept", year)),
            ("c_headcount", "count", lambda year: of("jobs", "employees", year)),
            ("c_fte", "count", lambda year: of("jobs", "employees_fte", year)),
        ],
        "p_flows",
    )  # fmt: skip


def _lasting(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of

    def share(measure: str) -> Any:
        return lambda year: ratio(
            of("lasting", measure, year), of("lasting", "declared_employees", year)
        )

    return _yearly(
        found, words, "lasting",
        [
            ("c_headcount", "count", lambda year: of("lasting", "declared_employees", year)),
            ("c_permanent", "share", share("permanent_employees")),
            ("c_qualified", "share", share("qualified_employees")),
            ("c_members", "share", share("member_employees")),
        ],
        "p_lasting", "p_lasting_note",
    )  # fmt: skip


def _compliance(found: Partners, words: ReportWords) -> Table:
    """How many SCOP keep to their form; those that do not say are an answer of their own."""
    rows = []
    for year in found.cells.periods("compliance")[-1:]:
        whole = found.cells.of("compliance", "scops", year)
        for answer in ("yes", "no", "unknown"):
            cell = found.cells.of("compliance", "scops", year, breakdown=answer)
            rows.append((words.text(f"complies_{answer}"), cell, ratio(cell, whole)))
    columns = [
        Column(words.text("c_scop"), width="1fr"), Column(words.text("c_number"), "count"),
        Column(words.text("c_share"), "share"),
    ]  # fmt: skip
    note = words.text("p_compliance_note", year=str(found.year))
    return Table(words.text("p_compliance"), columns, rows, notes=[note])


def _cohorts(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of

    def kept(age: str) -> Any:
        return lambda year: ratio(
            of("cohorts", f"after_{age}", year), of("cohorts", f"at_birth_{age}", year)
        )

    columns = [("c_after_3", "share", kept("3y")), ("c_after_5", "share", kept("5y"))]
    return _yearly(found, words, "cohorts", columns, "p_cohorts", "p_cohorts_note")


def _planned(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of
    columns = [
        ("c_planned", "count", lambda year: of("project_jobs", "planned_jobs", year)),
        ("c_realised", "count", lambda year: of("project_jobs", "realised_jobs", year)),
    ]
    return _yearly(found, words, "project_jobs", columns, "p_planned")


def _cae(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of
    columns = [
        ("c_cae_entrepreneurs", "count", lambda year: of("cae_people", "cae_entrepreneurs", year)),
        ("c_cape_holders", "count", lambda year: of("cae_people", "cape_holders", year)),
    ]
    return _yearly(found, words, "cae_people", columns, "p_cae")


def pipeline(found: Partners, words: ReportWords) -> Section:
    """The funnel, how long each step takes, and the euros granted."""
    cells, title = found.cells, words.text("p_pipeline")
    if not cells.periods("pipeline"):
        return Section(title, [Text([words.text("p_no_pipeline")], "answer")])
    years, is_whole = _funnel_years(cells)
    sums = {
        step: total([cells.of("funnel", FUNNEL[step], year) for year in years]) for step in STEPS
    }
    blocks: list[Any] = []
    if is_whole:
        told = {step: words.number(value) for step, value in sums.items()}
        answer = words.text("p_pipeline_answer", years=", ".join(years), **told)
    else:
        answer = words.text("p_pipeline_withheld")
    blocks.append(Text([answer], "answer"))
    if years:
        rows = [
            (words.text(f"step_{step}"), sums[step], ratio(sums[step], sums["received"]))
            for step in STEPS
        ]
        columns = [
            Column(words.text("c_step"), width="1fr"),
            Column(words.text("c_projects"), "count", "105mm", is_barred=True),
            Column(words.text("c_of_received"), "share"),
        ]
        drawn = words.text("p_funnel", years=", ".join(years))
        blocks.append(Table(drawn, columns, rows))
    steps = [
        (f"step_{step}", "count", lambda year, step=step: cells.of("funnel", FUNNEL[step], year))
        for step in STEPS
    ]
    blocks.append(_yearly(found, words, "funnel", steps, "p_funnel_years"))
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
    order = {step: number for number, step in enumerate(STEPS)}
    rows = []
    for row in sorted(each(found.times), key=lambda r: (order[r.from_step], order[r.to_step])):
        if row.status != "shown":
            figures: list[Any] = [Withheld(row.reason)] * 4
        else:
            waits = [row.median_days, row.p90_days]
            late = words.text("not_reached")
            figures = [
                row.contributors, row.reached,
                *(late if pd.isna(value) else float(value) for value in waits),
            ]  # fmt: skip
        steps = [words.text(f"step_{step}") for step in (row.from_step, row.to_step)]
        rows.append((*steps, *figures))
    columns = [
        Column(words.text("c_from"), width="1fr"), Column(words.text("c_to"), width="1fr"),
        Column(words.text("c_projects"), "count"), Column(words.text("c_reached"), "count"),
        Column(words.text("c_median"), "days", "26mm"), Column(words.text("c_p90"), "days", "26mm"),
    ]  # fmt: skip
    return Table(words.text("p_times"), columns, rows, notes=[words.text("p_times_note")])


def _money(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of
    counts = ("received", "supported", "financed", "agency_support", "registered", "abandoned")
    columns: list[tuple[str, str, Any]] = [
        (f"step_{step}", "count", lambda year, step=step: of("pipeline", step, year))
        for step in counts
    ]
    columns += [
        ("c_financed_eur", "eur", lambda year: of("pipeline", "financed_eur", year)),
        ("c_agency_eur", "eur", lambda year: of("pipeline", "agency_eur", year)),
    ]
    return _yearly(found, words, "pipeline", columns, "p_money")
