"""How many co-operatives there are, where they come from, and whether they last."""

from typing import Any

import pandas as pd

from etl.insight.partner_cells import ratio
from etl.insight.report import drawing
from etl.insight.report.model import (
    SHADES,
    Column,
    Figure,
    Figures,
    Picture,
    Section,
    Table,
    Text,
    Value,
)
from etl.insight.report.partners.figures import Partners
from etl.insight.report.words import ReportWords
from etl.words.names import ORIGINS
from etl.words.rows import each

COLOURS = dict(zip(ORIGINS, (*SHADES["good"][::-1], "#ffffff"), strict=True))
COLOURS["exits"] = SHADES["bad"][1]
LINES = ((drawing.MUTED, "4 2"), (drawing.WARM, "1.5 2"), ("#3b5f8a", "7 2"))
NOTHING = (0, 0, 0, 0)
SURVIVAL, BENCHMARKS = 8, 8  # rows printed
AGES = 3  # that a cohort must have reached to be drawn


def headline(found: Partners, words: ReportWords) -> Section:
    """The answer, eight figures, and births against exits year by year."""
    _ = words.gettext
    counts = found.counted()
    if not counts:
        return Section(_("Where they stand"), [Text([_("Nothing to show.")])], False)
    year = found.year
    living, births, exits, _undated = counts.get(year, NOTHING)
    answer = _(
        "At the end of {year}, {living} co-operatives are living. The year saw {births} "
        "births and {exits} exits: {net} net.",
        year=str(year),
        living=words.number(living),
        births=words.number(births),
        exits=words.number(exits),
        net=words.signed(births - exits),
    )
    blocks: list[Any] = [
        Text([answer], "answer"),
        Figures(_figures(found, words), _("Key figures")),
        *_moves(found, words),
    ]
    return Section(_("Where they stand"), blocks, starts_page=False)


def _figures(found: Partners, words: ReportWords) -> list[Figure]:
    _ = words.gettext
    year, cells, counts = found.year, found.cells, found.counted()
    said = {"year": str(year)}
    window = _("end of {year}", **said)
    now, before = counts.get(year, NOTHING), counts.get(year - 1)

    def of(table: str, measure: str, back: int = 0) -> Any:
        return cells.of(table, measure, str(year - back))

    def share(measure: str, back: int = 0) -> Any:
        return ratio(of("lasting", measure, back), of("lasting", "declared_employees", back))

    def of_employees(label: str, measure: str) -> Figure:
        return Figure(
            label,
            share(measure),
            "share",
            before=share(measure, 1),
            window=window,
            n=of("lasting", "declared_employees"),
            cases=_("Jobs").lower(),
            detail=_("of employees, end of {year}", **said),
        )

    net = _("births less exits in {year}", **said)
    if now[3]:
        net = words.listed([net, _("exits undated: {n}", n=words.number(now[3]))])
    figures = [
        Figure(
            _("Living co-operatives"),
            now[0],
            "count",
            before=before[0] if before else None,
            detail=window,
            window=window,
        ),
        Figure(_("Net growth"), now[1] - now[2], "signed", detail=net, window=str(year)),
        Figure(
            _("Jobs"),
            of("jobs", "employees"),
            "count",
            before=of("jobs", "employees", 1),
            detail=_("headcount at the end of {year}", **said),
            window=window,
        ),
        Figure(
            _("Jobs created"),
            of("job_flows", "created"),
            "count",
            detail=_("by births and expansions in {year}", **said),
            window=str(year),
        ),
        Figure(
            _("Jobs kept"),
            of("job_flows", "kept"),
            "count",
            detail=_("by hand-overs and rescues in {year}; never added to those created", **said),
            window=str(year),
        ),
        of_employees(_("On permanent contracts"), "permanent_employees"),
        of_employees(_("Employees who are members"), "member_employees"),
        Figure(
            _("Euros granted to projects"),
            of("pipeline", "financed_eur"),
            "eur",
            before=of("pipeline", "financed_eur", 1),
            detail=_("in {year}, all funders but the agency", **said),
            window=str(year),
        ),
    ]
    quarters = cells.periods("providers")
    if quarters:
        last = quarters[-1]
        part = cells.of("cooperative_providers", "providers", last)
        whole = cells.of("providers", "providers", last)
        figures.append(
            Figure(_("Share of supply"), ratio(part, whole), "share", n=whole,
                   detail=_("of active providers, end of {period}", period=words.quarter(last)),
                   window=words.quarter(last))
        )  # fmt: skip
    return figures


def _moves(found: Partners, words: ReportWords) -> list[Any]:
    _ = words.gettext
    years, counts = found.years(), found.counted()
    by_origin = {origin: found.counted("origin", origin) for origin in ORIGINS}
    shown = [o for o in ORIGINS if any(by_origin[o].get(y, NOTHING)[1] for y in years)]
    labels = {origin: words.name("origin", origin) for origin in shown}
    exits = _("exits")
    births = {o: [float(by_origin[o].get(y, NOTHING)[1]) for y in years] for o in shown}
    left = {"exits": [float(counts.get(y, NOTHING)[2]) for y in years]}
    net = [float(counts.get(y, NOTHING)[1] - counts.get(y, NOTHING)[2]) for y in years]
    chart = drawing.column_chart(
        [str(year) for year in years], births, left, colours=COLOURS, width=499, height=150,
        write=words.number, net=net,
    )  # fmt: skip
    entries = [(COLOURS[origin], labels[origin]) for origin in shown]
    columns = [
        Column(_("Year"), "year"), Column(_("Living"), "count"),
        Column(_("Births"), "count"),
        *(Column(labels[origin], "count") for origin in shown),
        Column(_("Exits"), "count"), Column(_("Net"), "signed"),
    ]  # fmt: skip
    everything = found.years(100)
    rows = [
        (
            year, *counts.get(year, NOTHING)[:2],
            *(by_origin[origin].get(year, NOTHING)[1] for origin in shown),
            counts.get(year, NOTHING)[2],
            counts.get(year, NOTHING)[1] - counts.get(year, NOTHING)[2],
        )
        for year in reversed(everything)
    ]  # fmt: skip
    return [
        Picture(
            chart,
            _(
                "Columns of births by origin and of exits, year by year; the table below holds "
                "the values."
            ),
            _("Births by origin above the line, exits below, net as a ring"),
            [*entries, (COLOURS["exits"], exits)],
        ),
        Table(_("Year by year"), columns, rows, 5),
    ]


def survival(found: Partners, words: ReportWords) -> Section:
    """The curve of all and of cohorts, years 3 and 5 by origin and cohort, and benchmarks."""
    _ = words.gettext
    rows = found.survival
    told = rows[rows["survival"].notna()]
    whole = told[(told["origin"] == "all") & (told["cohort"] == "all")]
    at_five = whole[whole["years"] == 5]
    answer = _("How many co-operatives survive five years cannot be told from this register.")
    if len(at_five):
        five = at_five.iloc[0]
        answer = _(
            "Of all co-operatives followed, {value} survive {years} years ({interval}; n = {n}).",
            value=words.percent(five["survival"], 0),
            years="5",
            interval=words.confidence(five["low"], five["high"]),
            n=words.number(five["followed"]),
        )
    blocks: list[Any] = [Text([answer], "answer")]
    if len(whole) > 1:
        blocks.append(_curves(found, whole, told, words))
    blocks += [_table(rows, words), _benchmarks(found.benchmarks, words)]
    return Section(_("Do they last?"), blocks)


def _curves(
    found: Partners, whole: pd.DataFrame, told: pd.DataFrame, words: ReportWords
) -> Picture:
    _ = words.gettext

    def curve(rows: pd.DataFrame) -> list[tuple[float, float | None]]:
        return [(0.0, 1.0), *((float(r.years), float(r.survival)) for r in each(rows))]

    lines = [
        drawing.Line(
            _("all"), curve(whole), has_dots=True,
            band=[(0.0, 1.0, 1.0), *((float(r.years), r.low, r.high) for r in each(whole))],
        )
    ]  # fmt: skip
    cohorts = told[(told["origin"] == "all") & (told["cohort"] != "all")]
    old_enough = sorted(set(cohorts.loc[cohorts["years"] >= AGES, "cohort"]))
    for cohort, (colour, dash) in zip(old_enough[-3:], LINES, strict=False):
        rows = cohorts[cohorts["cohort"] == cohort]
        label = _("born {cohort}", cohort=cohort)
        lines.append(drawing.Line(label, curve(rows), colour, dash, width=1.3))
    last = int(max(x for line in lines for x, _ in line.points))
    chart = drawing.line_chart(
        lines, width=499, height=150, write=words.percent, top=1.0, right=105,
        ticks=[(float(year), str(year)) for year in range(last + 1)],
    )  # fmt: skip
    return Picture(
        chart,
        _(
            "Survival curves by birth cohort with the 95% band of all; the table holds years 3 "
            "and 5."
        ),
        _("Share of co-operatives still living, by years since birth"),
    )


def _table(rows: pd.DataFrame, words: ReportWords) -> Table:
    _ = words.gettext
    listed = []
    for (origin, cohort), group in rows.groupby(["origin", "cohort"], sort=True):
        by_year = {row.years: row for row in each(group)}
        three, five = by_year.get(3), by_year.get(5)
        if three is None or five is None:
            continue
        if cohort != "all" and pd.isna(three.survival) and pd.isna(five.survival):
            is_old = three.why in ("seen_late", "living_only")
            if is_old or origin != "all":
                continue
        # the whole and its cohorts, then each origin, then the small cells
        order = (2 if cohort != "all" else 1, origin, cohort)
        if origin == "all":
            order = (0, origin, cohort)
        cells = [_survival(row, words) for row in (three, five)]
        born = _("all") if cohort == "all" else cohort
        listed.append(
            (order, (words.name("origin", origin), born, five.followed, cells[0],
                     three.at_risk, cells[1], five.at_risk,
                     three.low, three.high, five.low, five.high))
        )  # fmt: skip
    heads = (
        (_("Origin"), "text"),
        (_("Cohort"), "text"),
        (_("Followed"), "count"),
        (_("3 years"), "share"),
        (_("At risk, 3 y"), "count"),
        (_("5 years"), "share"),
        (_("At risk, 5 y"), "count"),
    )
    columns = [Column(*head) for head in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    columns += [
        Column(f"{age}, {end}", "share", is_printed=False)
        for age in (_("3 years"), _("5 years"))
        for end in (_("Low (95%)"), _("High (95%)"))
    ]
    return Table(
        _("Survival by origin and birth cohort"),
        columns,
        [row for _, row in sorted(listed, key=_first)],
        SURVIVAL,
        [
            _(
                "Kaplan-Meier with delayed entry: a co-operative counts from the first file that "
                "shows it. At risk: still followed at that age."
            )
        ],
    )


def _first(pair: tuple) -> Any:
    return pair[0]


def _survival(row: Any, words: ReportWords) -> Any:
    if pd.isna(row.survival):
        return words.name("no survival", row.why)
    return Value(row.survival, "share", f"({words.interval(row.low, row.high)})")


def _benchmarks(rows: pd.DataFrame, words: ReportWords) -> Table:
    _ = words.gettext
    columns = [
        Column(_("Form"), width="1.1fr"), Column(_("Scope"), width="1.8fr"),
        Column(_("Cohort"), "year"), Column(_("Measured"), "year"),
        Column(_("Years"), "year"), Column(_("Survival"), "share"),
        Column(_("Source"), is_printed=False),
    ]  # fmt: skip
    listed = [
        (words.label(row, "form"), words.label(row, "scope"), row.cohort, row.measured, row.years,
         row.survival_share, row.source_url)
        for row in each(rows)
    ]  # fmt: skip
    note = _("Other cohorts and scopes: levels compare with care.")
    return Table(
        _("What others publish, with cohort and scope"), columns, listed, BENCHMARKS, [note]
    )
