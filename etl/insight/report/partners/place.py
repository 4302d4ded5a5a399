"""Where the co-operatives are, and where the next ones could start."""

from typing import Any

from etl.insight.partner_cells import Withheld, ratio
from etl.insight.report import drawing
from etl.insight.report.model import Classes, Column, Picture, Section, Table, Text
from etl.insight.report.partners.figures import Partners
from etl.insight.report.pdf import legend
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words.rows import each

BREAKS = (1.0, 2.0, 4.0)  # living co-operatives per million inhabitants
OPENINGS = 14


def where(found: Partners, words: ReportWords) -> Section:
    """The map of co-operatives per inhabitant, and a table of regions."""
    _ = words.gettext
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
    answer = _(
        "{high} départements of {all} have a living co-operative.",
        high=words.number(high),
        all=words.number(len(places)),
    )
    states = {"empty"} if len(per_million) < len(places) else set()
    map_ = Picture(
        drawing.area_map("departement", per_million, classes, 350),
        _(
            "Map of the départements coloured by co-operatives per inhabitant; the workbook "
            "holds every value."
        ),
        _("Living co-operatives per million inhabitants, end of {year}", year=str(year)),
        legend(classes, words, states),
        [_("Frames are not to the scale of the map.")],
    )
    return Section(
        _("Where they are"),
        [
            Text([answer], "answer"),
            map_,
            _regions(found, words, living),
            _departements(found, words, living, per_million),
        ],
    )


def _regions(found: Partners, words: ReportWords, living: dict) -> Table:
    _ = words.gettext
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
                sum(counts.get(y, (0, 0, 0, 0))[1] for y in range(found.year - 4, found.year + 1)),
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
        (_("Region"), "text"),
        (_("Living"), "count"),
        (_("Births in 5 years"), "count"),
        (_("Jobs"), "count"),
        (_("Share of supply"), "share"),
        (_("Share of hires"), "share"),
        (_("Under way"), "count"),
    )
    columns = [Column(*head) for head in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    return Table(_("By region"), columns, rows)


def _departements(
    found: Partners, words: ReportWords, living: dict, per_million: dict[str, float]
) -> Table:
    _ = words.gettext
    year = str(found.year)
    heads = (
        (_("Département"), "text"), (_("Code"), "text"), (_("Living"), "count"),
        (_("Per million"), "number"), (_("Jobs"), "count"),
    )  # fmt: skip
    rows = [
        (
            row.name, row.code, living.get(("departement", row.code), 0),
            per_million.get(row.code),
            found.cells.of("jobs", "employees", year, code=row.code, level="departement"),
        )
        for row in each(found.places[found.places["level"] == "departement"])
    ]  # fmt: skip
    columns = [Column(*head) for head in heads]
    return Table(_("By département"), columns, rows, is_printed=False)


def openings(found: Partners, reading: Reading, words: ReportWords) -> Section:
    """Shares of supply by family, unmet demand with the nearest CAE, and the suppression note."""
    _ = words.gettext
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
        Column(_("Département"), width="1fr"),
        Column(_("Domain"), width="1.6fr"),
        Column(_("Unmet"), "count"), Column(_("Requests"), "count"),
        Column(_("Projects in the region"), "count", "21mm"),
        Column(_("Nearest CAE"), width="1.6fr"),
    ]  # fmt: skip
    settings = reading.settings
    note = _(
        "Jobs, euros, hires and counts of persons are protected: a figure with fewer than"
        " {firms} contributors, or of which one holds more than {largest}, or of fewer "
        "than {persons} persons is withheld, and so is any figure that would give it "
        "away. Here {hidden} of {all} protected figures are withheld ({share}). Withheld "
        "is never 0: a 0 is a true zero. Counts of co-operatives stand in the public "
        "register and are shown as they are.",
        hidden=words.number(found.hidden),
        all=words.number(found.all_cells),
        share=words.share(found.hidden / found.all_cells if found.all_cells else None),
        firms=str(settings["contributing_firms"]),
        persons=str(settings["contributing_persons"]),
        largest=words.percent(settings["largest_share"], 0),
    )
    answer = _(
        "Demand that nobody met in {year}, where project holders could start, with the "
        "nearest CAE. Rows below {persons} requests are withheld.",
        year=str(found.year),
        persons=str(settings["contributing_persons"]),
    )
    blocks: list[Any] = [
        Text([answer], "answer"),
        Table(_("Unmet demand by département and domain"), columns, rows, OPENINGS),
        _supply(found, words),
        Table(_("Statistical secrecy"), (), (), empty=note),
    ]
    return Section(_("Where next?"), blocks)


def _supply(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
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
        (_("Family"), "text"),
        (_("Active providers"), "count"),
        (_("Share of supply"), "share"),
        (_("Scop, share of supply"), "share"),
        (_("Hires"), "count"),
        (_("Share of hires"), "share"),
    )
    columns = [Column(*head) for head in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    title = _("Share of supply and of hires, end of {period}", period=words.quarter(last))
    return Table(title, columns, rows if last else [], sheet=_("Share of supply"))
