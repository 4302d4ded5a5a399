"""What the founders' report says, page by page: the answer, the picture, the table."""

from typing import Any

import pandas as pd

from etl.frames import each
from etl.report import drawing
from etl.report.founders import goals, trends
from etl.report.founders.figures import Founders
from etl.report.model import (
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
from etl.report.pdf import legend
from etl.report.reading import Reading
from etl.report.words import ReportWords

COVERED = (0.1, 0.5, 0.9)  # hardly anybody, a minority, most, nearly all
STATES = ("short_of_supply", "unmatched", "short_of_demand", "dormant", "healthy", "unknown")
WORST, CELLS, ENDS = 14, 7, 6
WIDE = 499.0  # points between the margins


def all_of(found: Founders, reading: Reading, words: ReportWords) -> list[Section]:
    """The sections in order; each begins a page unless it says otherwise."""
    told = _Teller(found, reading, words)
    return [
        told.headline(), told.places(), told.heatmap(), told.gaps(), told.deserts(),
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
        self.classes = Classes(COVERED, words.percent)

    def headline(self) -> Section:
        found, words = self.found, self.words
        lines = [
            words.text(
                "f_answer",
                domains=words.number(len(found.domains)),
                k=self.k,
                days=self.days,
                coverage=words.percent(found.coverage.get("value"), 1),
                fill=words.percent(found.rates["fill_rate"].get("value"), 1),
            )
        ]
        gaps = self._gaps()
        if len(gaps):
            worst = gaps.iloc[0]
            lines.append(
                words.text(
                    "f_answer_worst",
                    k=self.k,
                    value=words.number(worst["value"], 1),
                    place=self.place["departement", worst["territory_code"]],
                    domain=self.domain[worst["scope_code"]],
                )
            )
        return Section(
            words.text("f_headline"),
            [
                Text([" ".join(lines)], "answer"),
                Figures(self._figures(), words.text("sheet_figures")),
                *trends.blocks(found, self.reading, words, self._target("fill_rate")),
                *goals.changes(found, self.reading, words),
            ],
            starts_page=False,
        )

    def _figures(self) -> list[Figure]:
        found, words = self.found, self.words
        coverage, providers, answer = found.coverage, found.providers, found.answer

        def rate(name: str, detail: str) -> Figure:
            now = found.rates[name]
            return Figure(
                words.metric(name)["label"], now.get("value"), "share", now.get("n"),
                words.text("f_cases_requests"), now.get("low"), now.get("high"),
                found.rates_before[name].get("value"),
                self._target(name), words.text(detail, days=self.days), self._window(),
            )  # fmt: skip

        reaching = words.number(providers.get("n"))
        late = answer.get("p90")
        p90 = words.text("f_p90_not_reached") if pd.isna(late) else words.text(
            "f_answer_detail", p90=words.hours(late)
        )  # fmt: skip
        return [
            Figure(
                words.metric("coverage_population")["label"], coverage.get("value"), "share",
                coverage.get("n"), words.text("f_cases_people"),
                target=self._target("coverage_population"),
                detail=words.text("f_coverage_detail", k=self.k),
                window=words.date(self.reading.as_of),
            ),
            rate("fill_rate", "f_within"),
            rate("unmet_demand", "f_unmet_detail"),
            rate("zero_response", "f_within"),
            Figure(
                words.metric("active_providers")["label"], providers.get("value"), "count",
                before=trends.providers_before(found, self.reading),
                target=self._target("active_providers"),
                detail=words.text("f_reaching", n_=reaching) if len(providers) else "",
                window=words.date(self.reading.as_of),
            ),
            Figure(
                words.metric("first_response")["label"], answer.get("value"), "hours",
                answer.get("n"), words.text("f_cases_requests"),
                target=self._target("first_response"), detail=p90,
                window=self._window(),
            ),
        ]  # fmt: skip

    def _window(self) -> str:
        terms = self.reading.terms
        months = {name: self.words.month(terms[name]) for name in ("from", "to")}
        return self.words.text("window", **months)

    def _target(self, metric: str) -> float | None:
        rows = self.found.targets
        rows = rows[
            (rows["metric"] == metric) & (rows["scope_code"] == "all")
            & (rows["level"] == "country")
        ]  # fmt: skip
        return float(rows.iloc[0]["target"]) if len(rows) else None

    def places(self) -> Section:
        found, words = self.found, self.words
        rows = found.by_departement[found.by_departement["scope_code"] == "all"]
        rows = rows.sort_values(["value", "territory_code"], ascending=[False, True])
        values = dict(zip(rows["territory_code"], rows["value"], strict=True))
        columns = [
            Column(words.text("c_departement"), width="1fr"), Column(words.text("c_code")),
            Column(words.text("c_people"), "count"), Column(words.text("c_coverage"), "share"),
        ]  # fmt: skip
        listed = [
            (self.place["departement", code], code, self.population["departement", code], value)
            for code, value in values.items()
        ]
        states = {"empty"} if len(values) < 101 or rows["value"].isna().any() else set()
        high, zero = int((rows["value"] >= 0.5).sum()), int((rows["value"] == 0).sum())
        answer = words.text(
            "f_map_answer", high=words.number(high), all=words.number(len(values)), k=self.k,
            zero=words.number(zero),
        )  # fmt: skip
        ends = [columns[0], columns[3]]
        return Section(
            words.text("f_map"),
            [
                Text([answer], "answer") if len(values) else Text([words.text("nothing")]),
                Picture(
                    drawing.area_map("departement", values, self.classes, 440),
                    words.text("f_map_alt"), words.text("f_map_title", k=self.k),
                    legend(self.classes, words, states), [words.text("frames")],
                ),
                Beside(
                    [Table(words.text("f_best"), ends, [(r[0], r[3]) for r in listed[:ENDS]],
                           is_excerpt=True)],
                    [Table(words.text("f_worst"), ends,
                           [(r[0], r[3]) for r in listed[::-1][:ENDS]], is_excerpt=True)],
                ),
                Table(words.text("f_departements"), columns, listed, is_printed=False),
            ],
        )  # fmt: skip

    def heatmap(self) -> Section:
        found, words = self.found, self.words
        grid = found.by_region.pivot(index="scope_code", columns="territory_code", values="value")
        title = words.text("f_heat")
        if grid.empty:
            return Section(title, [Text([words.text("nothing")])])
        cells: dict[Any, Any] = grid.to_dict("index")
        regions = sorted(grid.columns, key=lambda code: (cells["all"][code], code))
        sums = found.by_region.groupby("scope_code")[["numerator", "denominator"]].sum()
        shares = (sums["numerator"] / sums["denominator"]).drop(index="all").to_dict()
        order = sorted(shares, key=lambda code: (shares[code], code))
        rows = [
            (words.text("c_all_domains") if code == "all" else self.domain[code],
             *(cells[code][region] for region in regions))
            for code in [*order, "all"]
        ]  # fmt: skip
        columns = [
            Column(words.text("c_domain")),
            *(Column(self.place["region", code], "percent") for code in regions),
        ]
        answer = words.text(
            "f_heat_answer", k=self.k, worst=self.domain[order[0]],
            value=words.percent(shares[order[0]], 1),
        )  # fmt: skip
        return Section(
            title,
            [
                Text([answer], "answer"),
                Table("", columns, rows, classes=self.classes, sheet=words.text("f_heat_sheet")),
                self._states(),
            ],
        )

    def _gaps(self) -> pd.DataFrame:
        gaps = self.found.gaps
        return gaps[gaps["numerator"] > 0] if len(gaps) else gaps

    def gaps(self) -> Section:
        words, gaps = self.words, self._gaps()
        rows = [
            (
                self.domain[row.scope_code], self.place["departement", row.territory_code],
                row.value, row.n, row.communes, row.population, row.missing,
            )
            for row in each(gaps)
        ]  # fmt: skip
        columns = [
            Column(words.text("c_domain"), width="2fr"),
            Column(words.text("c_departement"), width="1fr"),
            Column(words.text("c_unmet"), "per_month", "24mm", is_barred=True),
            Column(words.text("c_requests"), "count"),
            Column(words.text("c_short_communes"), "count", "20mm"),
            Column(words.text("c_people"), "count"), Column(words.text("c_missing"), "count"),
        ]  # fmt: skip
        blocks: list[Any] = []
        if len(gaps):
            total, first = gaps["value"].sum(), gaps["value"].head(WORST).sum()
            blocks.append(
                Text(
                    [
                        words.text(
                            "f_gaps_answer",
                            cells=words.number(len(gaps)),
                            lost=words.number(total, 0),
                            shown=words.number(min(WORST, len(gaps))),
                            share=words.percent(first / total, 0),
                        )
                    ],
                    "answer",
                )
            )
        note = words.text("f_gaps_note", k=self.k, days=self.days)
        blocks.append(Table(words.text("f_gaps_table"), columns, rows, WORST, [note]))
        return Section(words.text("f_gaps"), blocks)

    def _states(self) -> Table:
        words, states, settings = self.words, self.found.states, self.reading.settings
        rows = []
        for state in STATES:
            cells = states[states["state"] == state] if len(states) else states
            if len(cells):
                rows.append(
                    (words.text(f"state_{state}"), len(cells), len(cells) / len(states),
                     int(cells["n"].sum()))
                )  # fmt: skip
        note = words.text(
            "f_states_note", fill=words.percent(settings["fill_target"], 0),
            zero=words.percent(settings["zero_response_limit"], 0),
            pressure=words.number(settings["pressure_limit"], 1),
        )  # fmt: skip
        columns = [
            Column(words.text("c_state"), width="1fr"),
            Column(words.text("c_cells"), "count", "60mm", is_barred=True),
            Column("%", "share"), Column(words.text("c_requests"), "count"),
        ]  # fmt: skip
        return Table(words.text("f_states"), columns, rows, notes=[note])

    def deserts(self) -> Section:
        words, found = self.words, self.found
        cells = found.desert_cells
        by_domain = found.deserts[found.deserts["value"] > 0] if len(found.deserts) else None
        answer = words.text(
            "f_deserts_answer", cells=words.number(len(cells)),
            requests=words.number(cells["requests"].sum()),
        )  # fmt: skip
        domains = Table(
            words.text("f_deserts_domains"),
            [
                Column(words.text("c_domain"), width="1fr"),
                Column(words.text("c_deserts"), "count"),
                Column(words.text("c_asking"), "count", "20mm"),
                Column(words.text("c_requests"), "count"),
            ],
            [
                (self.domain[row.scope_code], row.value, row.denominator, row.requests)
                for row in each(by_domain)
            ] if by_domain is not None else [],
            CELLS,
        )  # fmt: skip
        places = Table(
            words.text("f_deserts_cells"),
            [
                Column(words.text("c_commune"), width="1fr"),
                Column(words.text("c_domain"), width="1.3fr"),
                Column(words.text("c_requests"), "count"),
                Column(words.text("c_people"), "count"),
            ],
            [
                (f"{row.commune} ({row.departement_code})", self.domain[row.domain_code],
                 row.requests, row.population)
                for row in each(cells)
            ],
            CELLS,
        )  # fmt: skip
        return Section(
            words.text("f_deserts"),
            [Text([answer], "answer"), Beside([domains], [places], (9, 11))],
            starts_page=False,
        )
