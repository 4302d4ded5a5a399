"""How many co-operatives there are, where they come from, and whether they last."""

from typing import Any

import pandas as pd

from etl.frames import each
from etl.report import drawing
from etl.report.model import Column, Figure, Figures, Picture, Section, Table, Text, Value
from etl.report.partners.cells import ratio
from etl.report.partners.figures import ORIGINS, Partners
from etl.report.words import ReportWords

COLOURS = {
    "ex_nihilo": "#0b5a51", "transmission": "#3f9c8d", "rescue": "#8fcabd",
    "transformation": "#d3ebe5", "unknown": "#ffffff", "exits": "#edb07f",
}  # fmt: skip
LINES = ((drawing.MUTED, "4 2"), (drawing.WARM, "1.5 2"), ("#3b5f8a", "7 2"))
NOTHING = (0, 0, 0)
SURVIVAL, BENCHMARKS, AGES = (
    8,
    8,
    3,
)  # rows printed; ages that a cohort must have reached to be drawn


def headline(found: Partners, words: ReportWords) -> Section:
    """The answer, eight figures, and births against exits year by year."""
    counts = found.counted()
    if not counts:
        return Section(words.text("p_headline"), [Text([words.text("nothing")])], False)
    year = found.year
    living, births, exits = counts.get(year, NOTHING)
    answer = words.text(
        "p_answer", year=str(year), living=words.number(living), births=words.number(births),
        exits=words.number(exits), net=words.signed(births - exits),
    )  # fmt: skip
    blocks: list[Any] = [
        Text([answer], "answer"),
        Figures(_figures(found, words), words.text("sheet_figures")),
        *_moves(found, words),
    ]
    return Section(words.text("p_headline"), blocks, starts_page=False)


def _figures(found: Partners, words: ReportWords) -> list[Figure]:
    year, cells, counts = found.year, found.cells, found.counted()
    said = {"year": str(year)}
    window = words.text("p_end", **said)
    now, before = counts.get(year, NOTHING), counts.get(year - 1)

    def of(table: str, measure: str, back: int = 0) -> Any:
        return cells.of(table, measure, str(year - back))

    def share(measure: str, back: int = 0) -> Any:
        return ratio(of("lasting", measure, back), of("lasting", "declared_employees", back))

    figures = [
        Figure(words.text("p_living"), now[0], "count", before=before[0] if before else None,
               detail=window, window=window),
        Figure(words.text("p_net"), now[1] - now[2], "signed",
               detail=words.text("p_net_detail", **said), window=str(year)),
        Figure(words.text("p_jobs"), of("jobs", "employees"), "count",
               before=of("jobs", "employees", 1), detail=words.text("p_jobs_detail", **said),
               window=window),
        Figure(words.text("p_created"), of("job_flows", "created"), "count",
               detail=words.text("p_created_detail", **said), window=str(year)),
        Figure(words.text("p_kept"), of("job_flows", "kept"), "count",
               detail=words.text("p_kept_detail", **said), window=str(year)),
        Figure(words.text("p_permanent"), share("permanent_employees"), "share",
               before=share("permanent_employees", 1), window=window,
               n=of("lasting", "declared_employees"), cases=words.text("p_jobs").lower(),
               detail=words.text("p_share_detail", **said)),
        Figure(words.text("p_members"), share("member_employees"), "share",
               before=share("member_employees", 1), window=window,
               n=of("lasting", "declared_employees"), cases=words.text("p_jobs").lower(),
               detail=words.text("p_share_detail", **said)),
        Figure(words.text("p_financed"), of("pipeline", "financed_eur"), "eur",
               before=of("pipeline", "financed_eur", 1),
               detail=words.text("p_financed_detail", **said), window=str(year)),
    ]  # fmt: skip
    quarters = cells.periods("providers")
    if quarters:
        last = quarters[-1]
        part = cells.of("cooperative_providers", "providers", last)
        whole = cells.of("providers", "providers", last)
        figures.append(
            Figure(words.text("p_supply"), ratio(part, whole), "share", n=whole,
                   detail=words.text("p_supply_detail", period=words.quarter(last)),
                   window=words.quarter(last))
        )  # fmt: skip
    return figures


def _moves(found: Partners, words: ReportWords) -> list[Any]:
    years, counts = found.years(), found.counted()
    by_origin = {origin: found.counted("origin", origin) for origin in ORIGINS}
    shown = [o for o in ORIGINS if any(by_origin[o].get(y, NOTHING)[1] for y in years)]
    labels = {origin: words.text(f"origin_{origin}") for origin in shown}
    exits = words.text("p_exits")
    births = {o: [float(by_origin[o].get(y, NOTHING)[1]) for y in years] for o in shown}
    left = {"exits": [float(counts.get(y, NOTHING)[2]) for y in years]}
    net = [float(counts.get(y, NOTHING)[1] - counts.get(y, NOTHING)[2]) for y in years]
    chart = drawing.column_chart(
        [str(year) for year in years], births, left, colours=COLOURS, width=499, height=150,
        write=words.number, net=net,
    )  # fmt: skip
    entries = [(COLOURS[origin], labels[origin]) for origin in shown]
    columns = [
        Column(words.text("c_year"), "year"), Column(words.text("c_living"), "count"),
        Column(words.text("c_births"), "count"),
        *(Column(labels[origin][:1].upper() + labels[origin][1:], "count") for origin in shown),
        Column(words.text("c_exits"), "count"), Column(words.text("c_net"), "signed"),
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
        Picture(chart, words.text("p_moves_alt"), words.text("p_moves"),
                [*entries, (COLOURS["exits"], exits)]),
        Table(words.text("p_years"), columns, rows, 5),
    ]  # fmt: skip


def survival(found: Partners, words: ReportWords) -> Section:
    """The curve of all and of cohorts, years 3 and 5 by origin and cohort, and benchmarks."""
    rows = found.survival
    told = rows[rows["survival"].notna()]
    whole = told[(told["origin"] == "all") & (told["cohort"] == "all")]
    at_five = whole[whole["years"] == 5]
    answer = words.text("p_survival_unknown")
    if len(at_five):
        five = at_five.iloc[0]
        answer = words.text(
            "p_survival_answer", value=words.percent(five["survival"], 0), years="5",
            interval=words.interval(five["low"], five["high"]), n=words.number(five["followed"]),
        )  # fmt: skip
    blocks: list[Any] = [Text([answer], "answer")]
    if len(whole) > 1:
        blocks.append(_curves(found, whole, told, words))
    blocks += [_table(rows, words), _benchmarks(found.benchmarks, words)]
    return Section(words.text("p_survival"), blocks)


def _curves(
    found: Partners, whole: pd.DataFrame, told: pd.DataFrame, words: ReportWords
) -> Picture:
    def curve(rows: pd.DataFrame) -> list[tuple[float, float | None]]:
        return [(0.0, 1.0), *((float(r.years), float(r.survival)) for r in each(rows))]

    lines = [
        drawing.Line(
            words.text("p_all_born"), curve(whole), has_dots=True,
            band=[(0.0, 1.0, 1.0), *((float(r.years), r.low, r.high) for r in each(whole))],
        )
    ]  # fmt: skip
    cohorts = told[(told["origin"] == "all") & (told["cohort"] != "all")]
    old_enough = sorted(set(cohorts.loc[cohorts["years"] >= AGES, "cohort"]))
    for cohort, (colour, dash) in zip(old_enough[-3:], LINES, strict=False):
        rows = cohorts[cohorts["cohort"] == cohort]
        label = words.text("p_born", cohort=cohort)
        lines.append(drawing.Line(label, curve(rows), colour, dash, width=1.3))
    last = int(max(x for line in lines for x, _ in line.points))
    chart = drawing.line_chart(
        lines, width=499, height=150, write=words.percent, top=1.0, right=105,
        ticks=[(float(year), str(year)) for year in range(last + 1)],
    )  # fmt: skip
    return Picture(chart, words.text("p_survival_alt"), words.text("p_survival_chart"))


def _table(rows: pd.DataFrame, words: ReportWords) -> Table:
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
        born = words.text("p_all_born") if cohort == "all" else cohort
        listed.append(
            (order, (words.text(f"origin_{origin}"), born, five.followed, cells[0],
                     three.at_risk, cells[1], five.at_risk,
                     three.low, three.high, five.low, five.high))
        )  # fmt: skip
    heads = (
        ("c_origin", "text"), ("c_cohort", "text"), ("c_followed", "count"), ("c_after_3", "share"),
        ("c_at_risk_3", "count"), ("c_after_5", "share"), ("c_at_risk_5", "count"),
    )  # fmt: skip
    columns = [Column(words.text(key), kind) for key, kind in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    columns += [
        Column(f"{words.text(age)}, {words.text(end)}", "share", is_printed=False)
        for age in ("c_after_3", "c_after_5")
        for end in ("col_low", "col_high")
    ]
    return Table(
        words.text("p_survival_table"), columns, [row for _, row in sorted(listed, key=_first)],
        SURVIVAL, [words.text("p_survival_note")],
    )  # fmt: skip


def _first(pair: tuple) -> Any:
    return pair[0]


def _survival(row: Any, words: ReportWords) -> Any:
    if pd.isna(row.survival):
        return words.text(f"why_{row.why}")
    interval = f"({words.number(row.low * 100)} – {words.number(row.high * 100)})"
    return Value(row.survival, "share", interval)


def _benchmarks(rows: pd.DataFrame, words: ReportWords) -> Table:
    columns = [
        Column(words.text("c_form"), width="1.1fr"), Column(words.text("c_scope"), width="1.8fr"),
        Column(words.text("c_cohort"), "year"), Column(words.text("c_measured"), "year"),
        Column(words.text("c_age"), "year"), Column(words.text("c_survival"), "share"),
        Column(words.text("c_source"), is_printed=False),
    ]  # fmt: skip
    listed = [
        (words.label(row, "form"), words.label(row, "scope"), row.cohort, row.measured, row.years,
         row.survival_share, row.source_url)
        for row in each(rows)
    ]  # fmt: skip
    note = words.text("p_benchmarks_note")
    return Table(words.text("p_benchmarks"), columns, listed, BENCHMARKS, [note])
