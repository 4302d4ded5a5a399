"""What the founders' report says, page by page: the answer, the picture, the table."""

from typing import Any

import pandas as pd

from etl.insight.report import drawing
from etl.insight.report.founders import goals, times, trends
from etl.insight.report.founders.figures import Founders
from etl.insight.report.model import (
    Beside,
    Classes,
    Column,
    Figure,
    Figures,
    Picture,
    Section,
    Table,
    Text,
)
from etl.insight.report.pdf import legend
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords
from etl.words.rows import each

COVERED = (0.1, 0.5, 0.9)  # hardly anybody, a minority, most, nearly all
STATES = ("short_of_supply", "unmatched", "short_of_demand", "dormant", "healthy", "unknown")
WORST, CELLS, ENDS = 14, 7, 6


def all_of(found: Founders, reading: Reading, words: ReportWords) -> list[Section]:
    """The sections in order; each begins a page unless it says otherwise."""
    told = _Teller(found, reading, words)
    places = [told.places()] if len(told.here) > 1 else []  # a map of one area shows nothing
    return [
        told.headline(), *places, told.heatmap(), told.gaps(), told.deserts(),
        goals.targets(found.targets, words), goals.quality(found, words),
    ]  # fmt: skip


class _Teller:
    """Writes the sections of one build in one language."""

    def __init__(self, found: Founders, reading: Reading, words: ReportWords) -> None:
        self.found, self.reading, self.words = found, reading, words
        self.k, self.days = str(reading.terms["k"]), str(reading.terms["days"])
        self.domain = {row.code: words.label(row) for row in each(found.domains)}
        places = found.places
        self.place = dict(zip(zip(places["level"], places["code"], strict=True), places["name"],
                              strict=True))  # fmt: skip
        self.population = dict(
            zip(zip(places["level"], places["code"], strict=True), places["population"],
                strict=True)
        )  # fmt: skip
        is_here = places["is_here"] & (places["level"] == "departement")
        self.here = places.loc[is_here, "code"].tolist()
        self.is_single = len(found.domains) == 1
        self.is_country = found.part.place[0] == "country"
        self.areas = "region" if self.is_country else "departement"
        self.classes = Classes(COVERED, words.percent)
        self.window = words.period(reading.terms["from"], reading.terms["to"])

    def headline(self) -> Section:
        _ = self.words.gettext
        found, words = self.found, self.words
        told = {
            "k": self.k,
            "coverage": words.percent(found.coverage.get("value"), 1),
            "fill": times.fill(found.rates["fill_rate"], self.days, words),
        }
        if self.is_single:
            line = _(
                "{coverage} of people live where at least {k} active providers would come; {fill}.",
                **told,
            )
        else:
            line = _(
                "On average over the {domains} domains in use, {coverage} of people live "
                "where at least {k} active providers would come; {fill}.",
                domains=words.number(len(found.domains)),
                **told,
            )
        lines = [line]
        gaps = self._gaps()
        if len(gaps):
            worst = gaps.iloc[0]
            lines.append(
                _(
                    "The widest gap: {domain} in {place}, where {value} requests a month "
                    "go unfilled in communes with fewer than {k} providers.",
                    k=self.k,
                    value=words.number(worst["value"], 1),
                    place=self.place["departement", worst["territory_code"]],
                    domain=self.domain[worst["scope_code"]],
                )
            )
        return Section(
            _("Where we stand"),
            [
                Text([" ".join(lines)], "answer"),
                Figures(self._figures(), _("Key figures")),
                *trends.blocks(found, self.reading, words, self.found.aim("fill_rate")),
                *goals.changes(found, self.reading, words),
            ],
            starts_page=False,
        )

    def _figures(self) -> list[Figure]:
        _ = self.words.gettext
        found, words = self.found, self.words
        coverage, providers, answer = found.coverage, found.providers, found.answer

        def rate(name: str, detail: str) -> Figure:
            now = found.rates[name]
            return Figure(
                words.metric(name).label, now.get("value"), "share", now.get("n"),
                _("requests"), now.get("low"), now.get("high"),
                found.rates_before[name].get("value"), self.found.aim(name),
                times.rate(name, now, detail.format(days=self.days), words),
                self.window,
            )  # fmt: skip

        reaching = words.number(providers.get("n"))
        return [
            Figure(
                words.metric("coverage_population").label,
                coverage.get("value"),
                "share",
                coverage.get("n"),
                _("inhabitants"),
                target=self.found.aim("coverage_population"),
                detail=_("at least {k} providers in reach", k=self.k),
                window=words.date(self.reading.as_of),
            ),
            rate("fill_rate", _("within {days} days")),
            rate("unmet_demand", _("not filled within {days} days")),
            rate("zero_response", _("within {days} days")),
            Figure(
                words.metric("active_providers").label,
                providers.get("value"),
                "count",
                before=trends.providers_before(found, self.reading),
                target=self.found.aim("active_providers"),
                detail=_("of them {n} reach at least one commune", n=reaching)
                if pd.notna(providers.get("n"))
                else "",
                window=words.date(self.reading.as_of),
            ),
            Figure(
                words.metric("first_response").label,
                times.first_answer(answer, words),
                "hours",
                answer.get("n"),
                _("requests"),
                target=self.found.aim("first_response"),
                detail=times.late_answer(answer, words),
                window=self.window,
            ),
        ]

    def places(self) -> Section:
        _ = self.words.gettext
        found, words = self.found, self.words
        rows = found.by_departement[found.by_departement["scope_code"] == "all"]
        rows = rows.sort_values(["value", "territory_code"], ascending=[False, True])
        values = dict(zip(rows["territory_code"], rows["value"], strict=True))
        columns = [
            Column(_("Département"), width="1fr"), Column(_("Code")),
            Column(_("Inhabitants"), "count"), Column(_("Coverage"), "share"),
        ]  # fmt: skip
        listed = [
            (self.place["departement", code], code, self.population["departement", code], value)
            for code, value in values.items()
        ]
        is_whole = len(values) >= len(self.here) and rows["value"].notna().all()
        states = set() if is_whole else {"empty"}
        high, zero = int((rows["value"] >= 0.5).sum()), int((rows["value"] == 0).sum())
        told = {
            "high": words.number(high), "all": words.number(len(values)), "k": self.k,
            "zero": words.number(zero),
        }  # fmt: skip
        if self.is_single:
            answer = _(
                "In {high} of {all} départements at least half of the people have {k} "
                "providers in reach; in {zero} nobody has.",
                **told,
            )
        else:
            answer = _(
                "In {high} of {all} départements at least half of the people have {k} "
                "providers in reach, on average over the domains; in {zero} nobody has.",
                **told,
            )
        return Section(
            _("Where people have a choice"),
            [
                Text([answer], "answer") if len(values) else Text([_("Nothing to show.")]),
                Picture(
                    drawing.area_map(
                        "departement", values, self.classes, 440,
                        None if self.is_country else frozenset(self.here),
                    ),
                    _(
                        "Map of the départements coloured by coverage; the workbook holds "
                        "every value."
                    ),
                    _("People with at least {k} active providers in reach", k=self.k)
                    if self.is_single
                    else _(
                        "People with at least {k} active providers in reach, mean over the "
                        "domains in use",
                        k=self.k,
                    ),
                    legend(self.classes, words, states),
                    [_("Frames are not to the scale of the map.")] if self.is_country else [],
                ),
                *([self._ends(listed, columns)] if len(listed) > 2 * ENDS else []),
                Table(
                    _("Coverage by département"), columns, listed,
                    is_printed=len(listed) <= 2 * ENDS,
                ),
            ],
        )  # fmt: skip

    def _ends(self, listed: list[tuple[Any, ...]], columns: list[Column]) -> Beside:
        """The best and the least covered side by side."""
        _ = self.words.gettext

        def table(title: str, rows: list[tuple[Any, ...]]) -> list[Any]:
            shown = [(row[0], row[3]) for row in rows[:ENDS]]
            return [Table(title, [columns[0], columns[3]], shown, is_excerpt=True)]

        return Beside(table(_("Best covered"), listed), table(_("Least covered"), listed[::-1]))

    def heatmap(self) -> Section:
        _ = self.words.gettext
        found, words = self.found, self.words
        grid = found.by_area.pivot(index="scope_code", columns="territory_code", values="value")
        title = _("Which services are missing where")
        if grid.empty:
            return Section(title, [Text([_("Nothing to show.")])])
        if self.is_single:  # the places have told it
            return Section(self.domain[found.domains["code"].iloc[0]], [self._states()])
        cells: dict[Any, Any] = grid.to_dict("index")
        regions = sorted(grid.columns, key=lambda code: (cells["all"][code], code))
        sums = found.by_area.groupby("scope_code")[["numerator", "denominator"]].sum()
        shares = (sums["numerator"] / sums["denominator"]).drop(index="all").to_dict()
        order = sorted(shares, key=lambda code: (shares[code], code))
        rows = [
            (_("All domains in use") if code == "all" else self.domain[code],
             *(cells[code][region] for region in regions))
            for code in [*order, "all"]
        ]  # fmt: skip
        columns = [
            Column(_("Domain")),
            *(Column(self.place[self.areas, code], "percent") for code in regions),
        ]
        told = {
            "k": self.k,
            "worst": self.domain[order[0]],
            "value": words.percent(shares[order[0]], 1),
        }
        if self.is_country:
            answer = _(
                "Share of people with at least {k} active providers in reach, in percent, by "
                "domain and region. The worst covered domain stands first: {worst} ({value}).",
                **told,
            )
        else:
            answer = _(
                "Share of people with at least {k} active providers in reach, in percent, by "
                "domain and département. The worst covered domain stands first: {worst} ({value}).",
                **told,
            )
        return Section(
            title,
            [
                Text([answer], "answer"),
                Table(
                    "",
                    columns,
                    rows,
                    classes=self.classes,
                    sheet=_("Domains by region")
                    if self.is_country
                    else _("Domains by département"),
                ),
                self._states(),
            ],
        )

    def _gaps(self) -> pd.DataFrame:
        gaps = self.found.gaps
        return gaps[gaps["numerator"] > 0] if len(gaps) else gaps

    def gaps(self) -> Section:
        _ = self.words.gettext
        words, gaps = self.words, self._gaps()
        rows = [
            (
                self.domain[row.scope_code], self.place["departement", row.territory_code],
                row.value, row.n, row.communes, row.population, row.missing,
            )
            for row in each(gaps)
        ]  # fmt: skip
        columns = [
            Column(_("Domain"), width="2fr"),
            Column(_("Département"), width="1fr"),
            Column(_("Unmet, a month"), "per_month", "24mm", is_barred=True),
            Column(_("Requests"), "count"),
            Column(_("Communes short of providers"), "count", "20mm"),
            Column(_("Inhabitants"), "count"), Column(_("Missing"), "count"),
        ]  # fmt: skip
        blocks: list[Any] = []
        if len(gaps):
            total, first = gaps["value"].sum(), gaps["value"].head(WORST).sum()
            blocks.append(
                Text(
                    [
                        _(
                            "Pairs of domain and département that lose requests for lack "
                            "of providers: {cells}, with {lost} requests a month in all. "
                            "The first {shown} make {share} of them.",
                            cells=words.number(len(gaps)),
                            lost=words.number(total, 0),
                            shown=words.number(min(WORST, len(gaps))),
                            share=words.percent(first / total, 0),
                        )
                    ],
                    "answer",
                )
            )
        note = _(
            "Unmet: requests in communes with fewer than {k} providers, not filled within "
            "{days} days. Missing: providers needed to bring every commune that asked to {k},"
            " if nobody served two of them.",
            k=self.k,
            days=self.days,
        )
        blocks.append(Table(_("The worst gaps"), columns, rows, WORST, [note]))
        return Section(_("What needs doing first"), blocks)

    def _states(self) -> Table:
        _ = self.words.gettext
        words, states, settings = self.words, self.found.states, self.reading.settings
        rows = []
        for state in STATES:
            cells = states[states["state"] == state] if len(states) else states
            if len(cells):
                rows.append(
                    (words.name("state", state), len(cells), len(cells) / len(states),
                     int(cells["n"].sum()))
                )  # fmt: skip
        note = _(
            "Each pair of domain and département counts once; limits: {fill} filled, "
            "{zero} without any answer, {pressure} requests a month and provider.",
            fill=words.percent(settings["fill_target"], 0),
            zero=words.percent(settings["zero_response_limit"], 0),
            pressure=words.number(settings["pressure_limit"], 1),
        )
        columns = [
            Column(_("State"), width="1fr"),
            Column(_("Pairs"), "count", "60mm", is_barred=True),
            Column("%", "share"), Column(_("Requests"), "count"),
        ]  # fmt: skip
        return Table(_("What the places need"), columns, rows, notes=[note])

    def deserts(self) -> Section:
        _ = self.words.gettext
        words, found = self.words, self.found
        cells = found.desert_cells
        by_domain = found.deserts[found.deserts["value"] > 0] if len(found.deserts) else None
        answer = _(
            "Pairs of commune and domain where people asked and no active provider would "
            "come: {cells}, with {requests} requests.",
            cells=words.number(len(cells)),
            requests=words.number(cells["requests"].sum()),
        )
        domains = Table(
            _("Deserts by domain"),
            [
                Column(_("Domain"), width="1fr"),
                Column(_("Deserts"), "count"),
                Column(_("Communes that asked"), "count", "20mm"),
                Column(_("Requests"), "count"),
            ],
            [
                (self.domain[row.scope_code], row.value, row.denominator, row.requests)
                for row in each(by_domain)
            ] if by_domain is not None else [],
            CELLS,
        )  # fmt: skip
        places = Table(
            _("Deserts with the most requests"),
            [
                Column(_("Commune"), width="1fr"),
                Column(_("Domain"), width="1.3fr"),
                Column(_("Requests"), "count"),
                Column(_("Inhabitants"), "count"),
            ],
            [
                (f"{row.commune} ({row.departement_code})", self.domain[row.domain_code],
                 row.requests, row.population)
                for row in each(cells)
            ],
            CELLS,
        )  # fmt: skip
        return Section(
            _("Deserts: people ask, nobody comes"),
            [Text([answer], "answer"), Beside([domains], [places], (9, 11))],
            starts_page=False,
        )
