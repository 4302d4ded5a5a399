"""Where the co-operatives are, how a region compares, and where the next ones could start."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from etl.insight.partner_cells import Cell, Fewer
from etl.insight.report import drawing
from etl.insight.report.model import Classes, Column, Picture, Section, Table, Text, Value
from etl.insight.report.partners import secrecy
from etl.insight.report.partners.figures import FRANCE, NOTHING, OTHERS, Partners
from etl.insight.report.pdf import legend
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words.rows import each

BREAKS = (1.0, 2.0, 4.0)  # living co-operatives per million inhabitants
SPAN = 5  # years of which births are added up
OPENINGS = 14


def where(found: Partners, words: ReportWords) -> Section:
    """The map of co-operatives per inhabitant, and a table of regions."""
    _ = words.gettext
    year, departements = str(found.year), found.areas("departement")
    rows = found.counts
    now = rows[(rows["dimension"] == "all") & (rows["year"] == found.year)]
    living = {(row.level, row.code): row.living for row in each(now)}
    per_million = {
        row.code: living.get(("departement", row.code), 0) / row.population * 1e6
        for row in departements
        if row.population and len(now)
    }
    classes = Classes(BREAKS, words.number)
    answer = _(
        "{high} départements of {all} have a living co-operative.",
        high=words.number(sum(value > 0 for value in per_million.values())),
        all=words.number(len(departements)),
    )
    states = {"empty"} if len(per_million) < len(departements) else set()
    map_ = Picture(
        drawing.area_map("departement", per_million, classes, 260),
        _(
            "Map of the départements coloured by co-operatives per inhabitant; the workbook "
            "holds every value."
        ),
        _("Living co-operatives per million inhabitants, end of {year}", year=year),
        legend(classes, words, states),
        [_("Frames are not to the scale of the map.")],
    )
    return Section(
        _("Where they are"),
        [Text([answer], "answer"), map_, _regions(found, words), _departements(found, words)],
    )


def _regions(found: Partners, words: ReportWords) -> Table:
    """The regions, and in one line those that are told together only."""
    _ = words.gettext

    def figures(place: dict[str, str]) -> list[Cell]:
        return [
            found.of("jobs", "employees", **place),
            found.of("lasting", "permanent_share", **place),
            found.of("project_euros", "financed_eur", **place),
            found.of("cooperative_hires", "hires", **place),
        ]

    rows: list[Any] = []
    for area in found.areas("region"):
        place = {"level": "region", "code": area.code}
        living = found.counted(**place).get(found.year, NOTHING)[0]
        rows.append(
            (area.name, living, found.moves(SPAN, **place)[0],
             found.of("projects", "under_way", **place),
             found.share("providers", **place), *figures(place))
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[1], row[0]))
    rows.append((words.name("cell", "other_regions"), *[None] * 4, *figures(OTHERS)))
    heads = (
        (_("Region"), "text"), (_("Living"), "count"), (_("Births in 5 years"), "count"),
        (_("Projects under way"), "count"), (_("Share of supply"), "share"), (_("Jobs"), "count"),
        (_("Permanent"), "share"), (_("€ by banks and funds"), "eur"), (_("Hires"), "count"),
    )  # fmt: skip
    widths = (2.3, 0.8, 1, 0.9, 1.4, 0.9, 1, 1.8, 1)
    columns = [Column(*head, width=f"{width}fr") for head, width in zip(heads, widths, strict=True)]
    columns[6] = replace(columns[6], is_printed=False)
    notes = [
        _("Other regions together: of each column those that are withheld, where that is safe."),
        secrecy.rounded(words),
    ]
    return Table(_("By region"), columns, rows, notes=notes)


def _departements(found: Partners, words: ReportWords) -> Table:
    """On paper those of a region; those of France in the workbook alone."""
    _ = words.gettext
    rows = []
    for area in found.areas("departement"):
        place = {"level": "departement", "code": area.code}
        living = found.counted(**place).get(found.year, NOTHING)[0]
        rows.append(
            (area.name, area.code, living, found.moves(SPAN, **place)[0],
             living / area.population * 1e6 if area.population else None,
             found.of("providers", "providers", **place), _nearest(area, words))
        )  # fmt: skip
    heads = (
        (_("Département"), "text"), (_("Code"), "text"), (_("Living"), "count"),
        (_("Births in 5 years"), "count"), (_("Per million"), "number"),
        (_("Active providers"), "count"), (_("Nearest CAE"), "text"),
    )  # fmt: skip
    columns = [Column(*head) for head in heads]
    columns[0], columns[-1] = (Column(columns[j].label, width="1fr") for j in (0, -1))
    notes = [secrecy.rounded(words)]
    return Table(_("By département"), columns, rows, notes=notes, is_printed=bool(found.region))


def _nearest(area: Any, words: ReportWords) -> str | None:
    return f"{area.cae} ({words.number(area.km)} km)" if isinstance(area.cae, str) else None


def beside(found: Partners, words: ReportWords) -> Section:
    """A region beside France, where it can be told; its départements."""
    _ = words.gettext
    inhabitants = {row.code: row.population for row in found.areas("region")}
    people = {"region": inhabitants[found.at["code"]], "country": sum(inhabitants.values())}

    def born(**place: str) -> Cell:
        return found.moves(SPAN, **place)[0] / people[place["level"]] * 1e6

    def living(**place: str) -> Cell:
        counts = found.counted(**place).get(found.year, NOTHING)
        return counts[0] / people[place["level"]] * 1e6

    figures: list[tuple[str, str, Callable[..., Cell]]] = [
        (_("Living per million inhabitants"), "number", living),
        (_("Births in 5 years per million inhabitants"), "number", born),
        *(
            (label, kind, partial(found.of, table, measure))
            for label, kind, table, measure in (
                (_("Jobs"), "count", "jobs", "employees"),
                (_("On permanent contracts"), "share", "lasting", "permanent_share"),
                (_("Qualified employees"), "share", "lasting", "qualified_share"),
                (_("Employees who are members"), "share", "lasting", "member_share"),
                (_("Hires of co-operatives"), "count", "cooperative_hires", "hires"),
            )
        ),
        (_("Share of supply"), "share", partial(found.share, "providers")),
        (_("Share of hires"), "share", partial(found.share, "hires")),
        (_("Requests not met in time, of all"), "share", found.unmet_share),
    ]  # fmt: skip
    rows, together = [], []
    for label, kind, figure in figures:
        if found.tells(label, [figure(**found.at)]):
            rows.append(
                (label, *(Value(cell, kind) for cell in (figure(**found.at), figure(**FRANCE))))
            )
        elif label in found.secret and figure(**OTHERS) is not None:
            together.append(f"{label.lower()} {words.cell(figure(**OTHERS), Column('', kind))}")
    columns = [
        Column(_("End of {year}", year=str(found.year)), width="1fr"),
        Column(found.region, "number", "36mm"), Column(_("France"), "number", "36mm"),
    ]  # fmt: skip
    blocks: list[Any] = [
        Table(_("{region} beside France", region=found.region), columns, rows,
              notes=[secrecy.rounded(words)], sheet=_("Beside France")),
        *secrecy.untold(found, words),
    ]  # fmt: skip
    if together:
        said = _("It counts among the other regions, which together have: {figures}.",
                 figures=words.listed(together))  # fmt: skip
        blocks.append(Text([said], "note"))
    return Section(_("Where they are"), [*blocks, _departements(found, words)], starts_page=False)


def openings(found: Partners, reading: Reading, words: ReportWords) -> Section:
    """Unmet demand, who could carry it, shares of supply by family, and the note on secrecy."""
    _ = words.gettext
    note = secrecy.note(found, reading, words)
    if not found.cells.periods("openings"):
        return Section(
            _("Where next?"), [Text([_("No request of a closed year is known here.")]), note]
        )
    answer = _(
        "{unmet} requests of {year} were not met in time, of {requests} (rounded): where project "
        "holders could start.",
        year=str(found.year),
        **{
            name: words.cell(found.of("openings", name), Column("", "count"))
            for name in ("unmet", "requests")
        },
    )
    tables = (
        [_matrix(found, words), _domains(found, words)]
        if found.region
        else [_open(found, words), _supply(found, words)]
    )
    blocks = [Text([answer], "answer"), *tables, note]
    return Section(_("Where next?"), blocks, starts_page=not found.region)


def _open(found: Partners, words: ReportWords) -> Table:
    """The départements and domains of France where most requests were not met."""
    _ = words.gettext
    areas = {area.code: area for area in found.areas("departement")}
    rows = []
    for row in each(found.openings):
        area, place = areas[row.code], {"level": row.level, "code": row.code}
        rows.append(
            (
                area.name, words.label(row),
                *(found.of("openings", name, scope=row.scope_code, **place)
                  for name in ("unmet", "requests")),
                found.of("projects", "under_way", level="region", code=area.region_code),
                _nearest(area, words),
            )
        )  # fmt: skip
    columns = [
        Column(_("Département"), width="1fr"), Column(_("Domain"), width="1.6fr"),
        Column(_("Unmet"), "count"), Column(_("Requests"), "count"),
        Column(_("Projects in the region"), "count", "21mm"),
        Column(_("Nearest CAE"), width="1.6fr"),
    ]  # fmt: skip
    notes = [_("Of 5 unmet requests or more."), secrecy.rounded(words)]
    return Table(_("Unmet demand by département and domain"), columns, rows, OPENINGS, notes)


def _matrix(found: Partners, words: ReportWords) -> Table:
    """The unmet requests of a region by département and family, with the totals of both."""
    _ = words.gettext
    families = list(each(found.scopes))
    families = [*families[1:], families[0]]  # the sum of all last
    places = [
        (area.name, {"level": "departement", "code": area.code})
        for area in found.areas("departement")
    ]

    def cell(scope: str, place: dict[str, str]) -> Value:
        told = found.of("openings", "unmet", scope=scope, **place)
        short = f"< {told.than}" if isinstance(told, Fewer) else ""
        return Value(told, "count", text=short)

    rows = [
        (name, *(cell(family.scope_code, place) for family in families))
        for name, place in [*places, *([(found.region, found.at)] if len(places) > 1 else [])]
    ]
    columns = [Column(_("Département"), width="1.2fr")]
    columns += [Column(words.label(family), "count", "1fr") for family in families]
    title = _("Unmet requests by département and family")
    return Table(title, columns, rows, notes=[secrecy.rounded(words)])


def _domains(found: Partners, words: ReportWords) -> Table:
    """The domains of a region in which most requests were not met."""
    _ = words.gettext
    rows = [
        (words.label(row), *(found.of("openings", name, scope=row.scope_code)
                             for name in ("unmet", "requests")))
        for row in each(found.openings)
    ]  # fmt: skip
    columns = [
        Column(_("Domain"), width="1fr"), Column(_("Unmet"), "count", "36mm"),
        Column(_("Requests"), "count", "36mm"),
    ]  # fmt: skip
    return Table(_("Unmet requests by domain"), columns, rows, OPENINGS)


def _supply(found: Partners, words: ReportWords) -> Table:
    _ = words.gettext
    rows = []
    for scope in each(found.scopes):
        at = {"scope": scope.scope_code}
        is_whole = scope.scope_code == "all"  # hires of co-operatives are told of all domains
        rows.append(
            (words.label(scope), found.of("providers", "providers", **at),
             found.share("providers", **at), found.share("providers", "scop", **at),
             found.of("hires", "hires", **at), found.share("hires") if is_whole else None)
        )  # fmt: skip
    heads = (
        (_("Family"), "text"), (_("Active providers"), "count"), (_("Share of supply"), "share"),
        (_("Scop, share of supply"), "share"), (_("Hires"), "count"),
        (_("Share of hires"), "share"),
    )  # fmt: skip
    columns = [Column(*head) for head in heads]
    columns[0] = Column(columns[0].label, width="1fr")
    title = _("Share of supply and of hires, {year}", year=str(found.year))
    return Table(title, columns, rows, notes=[secrecy.rounded(words)], sheet=_("Share of supply"))
