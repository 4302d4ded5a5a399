"""How many co-operatives there are, where they come from, and whether they last."""

from dataclasses import replace
from typing import Any

import pandas as pd

from etl.insight import small_samples
from etl.insight.partner_cells import is_told
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
from etl.insight.report.partners import secrecy
from etl.insight.report.partners.figures import NOTHING, Partners
from etl.insight.report.words import ReportWords
from etl.words.names import FORMS, ORIGINS
from etl.words.rows import each

COLOURS = dict(zip(ORIGINS, (*SHADES["good"][::-1], "#ffffff"), strict=True))
COLOURS["exits"] = SHADES["bad"][1]
LINES = ((drawing.MUTED, "4 2"), (drawing.WARM, "1.5 2"), ("#3b5f8a", "7 2"))
SURVIVAL, BENCHMARKS = 8, 8  # rows printed
SPAN = 5  # years of which moves are added up
AGES = 3  # that a cohort must have reached to be drawn


def headline(found: Partners, words: ReportWords) -> Section:
    """The answer, the figures that are told, and births against exits year by year."""
    _ = words.gettext
    title = _("Where they stand")
    if not len(found.counts):
        return Section(title, [Text([_("Nothing to show.")])], False)
    blocks: list[Any] = [
        Text([_answer(found, words)], "answer"),
        Figures(_figures(found, words), _("Key figures")),
        *secrecy.untold(found, words),
        *_moves(found, words),
    ]
    return Section(title, blocks, starts_page=False)


def _answer(found: Partners, words: ReportWords) -> str:
    """What stands in the register, among the projects and in the requests: never withheld."""
    _ = words.gettext
    living, births, exits, _undated = found.counted().get(found.year, NOTHING)
    told = [
        _(
            "At the end of {year}, {living}. The year saw {births} and {exits}: {net} net.",
            year=str(found.year),
            living=words.ngettext(
                "{n} co-operative is living", "{n} co-operatives are living", living
            ),
            births=words.ngettext("{n} birth", "{n} births", births),
            exits=words.ngettext("{n} exit", "{n} exits", exits),
            net=words.signed(births - exits),
        )
    ]
    received, under_way = found.of("projects", "received"), found.of("projects", "under_way")
    if isinstance(received, float) and isinstance(under_way, float):
        told.append(
            _(
                "{received}, {under_way} under way.",
                received=words.ngettext("{n} project received", "{n} projects received", received),
                under_way=words.number(under_way),
            )
        )
    unmet = found.of("openings", "unmet")
    if is_told(unmet):
        said = words.cell(unmet, Column("", "count"))
        told.append(_("Requests not met in time: {n} (rounded).", n=said))
    return " ".join(told)


def _figures(found: Partners, words: ReportWords) -> list[Figure]:
    _ = words.gettext
    year = str(found.year)
    window = _("end of {year}", year=year)
    counts = found.counted()
    now, before = counts.get(found.year, NOTHING), counts.get(found.year - 1)
    net = _("births less exits in {year}", year=year)
    if now[3]:
        net = words.listed([net, _("exits undated: {n}", n=words.number(now[3]))])
    figures = [
        Figure(_("Living co-operatives"), float(now[0]), "count",
               before=before[0] if before else None, detail=window, window=window),
        Figure(_("Net growth"), float(now[1] - now[2]), "signed", detail=net, window=year),
    ]  # fmt: skip
    ends, whole_year = window, _("in {year}", year=year)
    rounded = _("rounded to a multiple of 5")
    employees = _("of employees, end of {year}", year=year)
    for label, kind, table, measure, when, detail in (
        (_("Projects received"), "count", "projects", "received", year, whole_year),
        (_("Projects under way"), "count", "projects", "under_way", ends, ends),
        (_("Jobs"), "count", "jobs", "employees", ends,
         _("people employed at the end of {year}", year=year)),
        (_("Jobs gained"), "count", "job_flows", "gained", year,
         _("created, or kept by hand-overs and rescues, in {year}", year=year)),
        (_("On permanent contracts"), "share", "lasting", "permanent_share", ends, employees),
        (_("Employees who are members"), "share", "lasting", "member_share", ends, employees),
        (_("Euros granted to projects"), "eur", "project_euros", "financed_eur", year,
         _("in {year}, all funders but the agency", year=year)),
        (_("Requests not met in time"), "count", "openings", "unmet", year,
         words.listed([whole_year, rounded])),
    ):  # fmt: skip
        value = found.of(table, measure)
        if found.tells(label, [value]):
            earlier = found.of(table, measure, str(found.year - 1))
            is_exact = table not in ("openings", "job_flows")  # what is rounded tells no change
            figures.append(Figure(label, value, kind, before=earlier if is_exact else None,
                                  detail=detail, window=when))  # fmt: skip
    supply = found.share("providers")
    if is_told(supply):
        figures.append(
            Figure(_("Share of supply"), supply, "share", window=ends,
                   detail=_("of active providers, end of {period}; from rounded numbers",
                            period=year))
        )  # fmt: skip
    return figures


def _moves(found: Partners, words: ReportWords) -> list[Any]:
    _ = words.gettext
    years, counts = found.years(), found.counted()
    by_origin = {origin: found.counted("origin", origin) for origin in ORIGINS}
    shown = [o for o in ORIGINS if any(by_origin[o].get(y, NOTHING)[1] for y in years)]
    labels = {origin: words.name("origin", origin) for origin in shown}
    exits = _("exits")
    if not any(any(counts.get(year, NOTHING)) for year in years):
        return []
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
        _kinds(found, words),
    ]


def _kinds(found: Partners, words: ReportWords) -> Table:
    """By form, CAE and origin: each kind of co-operative that ever lived there."""
    _ = words.gettext
    kinds = [("form", code, words.name("form", code)) for code in FORMS]
    kinds.append(("cae", "yes", _("of which CAE")))
    kinds += [("origin", code, words.name("origin", code)) for code in ORIGINS]
    rows = []
    for dimension, code, label in kinds:
        counts = found.counted(dimension, code)
        births, exits = found.moves(SPAN, dimension, code)
        if any(any(row[:3]) for row in counts.values()):
            living = counts.get(found.year, NOTHING)[0]
            rows.append((label, living, births, exits, births - exits))
    span = {"first": str(found.year - SPAN + 1), "last": str(found.year)}
    columns = [
        Column(_("Form or origin"), width="1fr"), Column(_("Living"), "count"),
        Column(_("Births"), "count"), Column(_("Exits"), "count"), Column(_("Net"), "signed"),
    ]  # fmt: skip
    title = _("By form and origin, births and exits from {first} to {last}", **span)
    return Table(title, columns, rows, sheet=_("By form and origin"))


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
        said = {"years": "5", "n": words.number(five["followed"])}
        doubt = small_samples.doubt(five["followed"], has_interval=five["low"] < five["high"])
        if not doubt:
            answer = _(
                "Of all co-operatives followed, {value} survive {years} years ({interval}; "
                "n = {n}).",
                value=words.percent(five["survival"], 0),
                interval=words.confidence(five["low"], five["high"]),
                **said,
            )
        elif doubt == "interval":
            answer = _(
                "Of {n} co-operatives followed, {interval} survive {years} years: they are too few "
                "to tell more closely.",
                interval=words.interval(five["low"], five["high"]),
                **said,
            )
        else:
            answer = _(
                "{n} co-operatives followed: too few to tell how many survive {years} years.",
                **said,
            )
    blocks: list[Any] = [Text([answer], "answer")] if len(rows) or not found.region else []
    if len(whole) > 1 and whole["followed"].iloc[0] >= small_samples.UNSURE:
        blocks.append(_curves(found, whole, told, words))
    if not found.region:
        blocks += [_table(rows, words), _benchmarks(found.benchmarks, words)]
    return Section(_("Do they last?"), blocks, starts_page=False)


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
        kind = 0 if origin == "all" else 2 if cohort != "all" else 1
        order = (kind, origin, "" if cohort == "all" else cohort)
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
    for place, width in ((0, "1.2fr"), (3, "1fr"), (5, "1fr")):
        columns[place] = replace(columns[place], width=width)
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
