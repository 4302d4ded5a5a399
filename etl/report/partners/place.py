"""Where the co-operatives are, and where the next ones could start."""

from typing import Any

from etl.frames import each
from etl.report import drawing
from etl.report.model import Classes, Column, Picture, Section, Table, Text, Withheld
from etl.report.partners.cells import ratio
from etl.report.partners.figures import Partners
from etl.report.pdf import legend
from etl.report.reading import Reading
from etl.report.words import ReportWords

BREAKS = (1.0, 2.0, 4.0)  # living co-operatives per million inhabitants
OPENINGS = 14


def where(found: Partners, words: ReportWords) -> Section:
    """The map of co-operatives per inhabitant, and a table of regions."""
    year, rows = found.year, found.counts
    now = rows[(rows["dimension"] == "all") & (rows["year"] == year)]
    living = {(row.level, row.code): row.living for row in each(now)}
    places = found.places[found.places["level"] == "departement"]
    per_million = {
        row.code: living.get(("departement", row.code), 0) / row.population * 1e6
        for row in each(places)
        if row.population and len(now)
    }
    classes = Classes(BREAKS, words.number)
    high = sum(value > 0 for value in per_million.values())
    answer = words.text("p_places_answer", high=words.number(high), all=words.number(len(places)))
    states = {"empty"} if len(per_million) < len(places) else set()
    map_ = Picture(
        drawing.area_map("departement", per_million, classes, 350),
        words.text("p_map_alt"), words.text("p_map", year=str(year)),
        legend(classes, words, states), [words.text("frames")],
    )  # fmt: skip
    return Section(
        words.text("p_places"),
        [
            Text([answer], "answer"), map_, _regions(found, words, living),
            _departements(found, words, living, per_million),
        ],
    )  # fmt: skip


def _regions(found: Partners, words: ReportWords, living: dict) -> Table:
    year, of = str(found.year), found.cells.of
    quarters = found.cells.periods("providers")
    last = quarters[-1] if quarters else ""
    rows = []
    for place in each(found.places[found.places["level"] == "region"]):
        at = {"code": place.code, "level": "region"}
        counts = found.counted(**at)
        rows.append(
            (
                place.name,
                living.get(("region", place.code), 0),
                sum(counts.get(y, (0, 0, 0))[1] for y in range(found.year - 4, found.year + 1)),
                of("jobs", "employees", year, **at),
                ratio(of("cooperative_providers", "providers", last, **at),
                      of("providers", "providers", last, **at)),
                ratio(of("cooperative_hires", "hires", last, **at),
                      of("hires", "hires", last, **at)),
                of("projects_under_way", "under_way", year, **at),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[1], row[0]))
    heads = (
        ("c_region", "text"), ("c_living", "count"), ("c_births_5y", "count"), ("c_jobs", "count"),
        ("c_supply", "share"), ("c_hires", "share"), ("c_under_way", "count"),
    )  # fmt: skip
    columns = [Column(words.text(key), kind) for key, kind in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    return Table(words.text("p_regions"), columns, rows)


def _departements(
    found: Partners, words: ReportWords, living: dict, per_million: dict[str, float]
) -> Table:
    year = str(found.year)
    heads = (
        ("c_departement", "text"), ("c_code", "text"), ("c_living", "count"),
        ("c_per_million", "number"), ("c_jobs", "count"),
    )  # fmt: skip
    rows = [
        (
            row.name, row.code, living.get(("departement", row.code), 0),
            per_million.get(row.code),
            found.cells.of("jobs", "employees", year, code=row.code, level="departement"),
        )
        for row in each(found.places[found.places["level"] == "departement"])
    ]  # fmt: skip
    columns = [Column(words.text(key), kind) for key, kind in heads]
    return Table(words.text("p_departements"), columns, rows, is_printed=False)


def openings(found: Partners, reading: Reading, words: ReportWords) -> Section:
    """Shares of supply by family, unmet demand with the nearest CAE, and the suppression note."""
    rows = [
        (
            row.departement, words.label(row),
            row.unmet if row.status == "shown" else Withheld(row.reason),
            row.known if row.status == "shown" else Withheld(row.reason),
            found.cells.of("projects_under_way", "under_way", str(found.year),
                           code=row.region_code, level="region"),
            f"{row.cae} ({words.number(row.km)} km)" if isinstance(row.cae, str) else None,
        )
        for row in each(found.openings)
    ]  # fmt: skip
    columns = [
        Column(words.text("c_departement"), width="1fr"),
        Column(words.text("c_domain"), width="1.6fr"),
        Column(words.text("c_unmet_year"), "count"), Column(words.text("c_requests"), "count"),
        Column(words.text("c_projects_region"), "count", "21mm"),
        Column(words.text("c_cae"), width="1.6fr"),
    ]  # fmt: skip
    settings = reading.settings
    note = words.text(
        "p_suppression_text", hidden=words.number(found.hidden), all=words.number(found.all_cells),
        share=words.percent(found.hidden / found.all_cells if found.all_cells else None),
        firms=str(settings["contributing_firms"]), persons=str(settings["contributing_persons"]),
        largest=words.percent(settings["largest_share"], 0),
    )  # fmt: skip
    answer = words.text(
        "p_next_answer", year=str(found.year), persons=str(settings["contributing_persons"])
    )
    blocks: list[Any] = [
        Text([answer], "answer"),
        Table(words.text("p_openings"), columns, rows, OPENINGS),
        _supply(found, words),
        Table(words.text("p_suppression"), (), (), empty=note),
    ]
    return Section(words.text("p_next"), blocks)


def _supply(found: Partners, words: ReportWords) -> Table:
    of = found.cells.of
    quarters = found.cells.periods("providers")
    last = quarters[-1] if quarters else ""
    rows = []
    for scope in each(found.scopes):
        at = {"scope": scope.scope_code}
        providers, hires = (
            of("providers", "providers", last, **at),
            of("hires", "hires", last, **at),
        )
        rows.append(
            (
                words.label(scope), providers,
                ratio(of("cooperative_providers", "providers", last, **at), providers),
                ratio(of("cooperative_providers", "providers", last, breakdown="scop", **at),
                      providers),
                hires, ratio(of("cooperative_hires", "hires", last, **at), hires),
            )
        )  # fmt: skip
    heads = (
        ("c_family", "text"), ("c_providers", "count"), ("c_supply", "share"),
        ("c_scop_supply", "share"), ("c_all_hires", "count"), ("c_hires", "share"),
    )  # fmt: skip
    columns = [Column(words.text(key), kind) for key, kind in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    title = words.text("p_supply_table", period=words.quarter(last))
    return Table(title, columns, rows if last else [], sheet=words.text("p_supply"))
