"""What an edition's partners.duckdb tells: sums, ratios and bands become rows of the model."""

from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np

from tests.attack.model import Model
from tests.attack.truth import COUNTRY, Cell, State

TABLES = (
    "jobs", "job_flows", "lasting", "project_euros", "project_jobs", "cooperative_hires",
)  # fmt: skip
# told to two digits, and no finer than this
ROUNDED = {
    "gained": 10.0, "kept": 10.0, "lost": 10.0, "eur_per_job": 100.0, "hires": 10.0,
}  # fmt: skip
HALF_SHARE, HALF_EURO = 0.005, 0.5
AWAY, FEWER = 4, 4  # how far a rounded number of persons may be, and what "fewer" is at most
COLUMNS = "period, territory_level, territory_code, measure, value, low, high, status, edition"


class Publication:
    """The cells of firms of one partners.duckdb, each with the edition it was made in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict] = []
        with duckdb.connect(str(path), read_only=True) as connection:
            self.edition = connection.execute("SELECT edition FROM published.edition").fetchone()[0]
            for table in TABLES:
                found = connection.execute(
                    f"SELECT {COLUMNS} FROM published.{table}"
                    " WHERE scope_code = 'all' AND breakdown = 'all'"
                ).df()
                self.rows += [{"table": table} | row for row in found.to_dict("records")]
            self.hires = connection.execute(
                "SELECT period, territory_level, territory_code, scope_code, value, status"
                " FROM published.hires WHERE status <> 'withheld'"
            ).fetchall()
            self.domains = defaultdict(set)
            for scope, domain in connection.execute(
                "SELECT scope_code, domain_code FROM reference.domain_scopes"
            ).fetchall():
                self.domains[scope].add(domain)


def learn(
    model: Model, publications: list[Publication], states: list[State], *, inverts: bool = False
) -> None:
    """Adds all that the publications tell; each figure speaks of the state it was made in.
    inverts: a band tells that it is the shortest one that holds a fifth more and less."""
    by_edition = {one.edition: state for one, state in zip(publications, states, strict=True)}
    for publication, state in zip(publications, states, strict=True):
        of: dict[tuple, list[dict]] = defaultdict(list)
        for row in publication.rows:
            of[row["table"], row["measure"], row["period"]].append(row)
        for key, rows in of.items():
            told = Told(key, rows, by_edition, state)
            for row in rows:
                if inverts and row["low"] == row["low"] and row["low"] is not None:
                    row["low"], row["high"] = _inverted(row)
                place = f"{row['territory_level']} {row['territory_code']}"
                why = f"{publication.edition} {' '.join(key)} {place}"
                _learn_cell(model, told.cells(row), row, why)
        for period, level, code, scope, value, status in publication.hires:
            # those of co-operatives are some of all, which are rounded
            every = {
                number: 1.0
                for domain in publication.domains[scope]
                for number in state.hires.get((period, level, code, domain), ())
            }
            low, high = (0, FEWER) if status == "fewer" else (value - AWAY, value + AWAY)
            why = f"{publication.edition} all hires_{scope} {period} {level} {code}"
            model.know(every, low, high, why)


def _inverted(row: dict) -> tuple[float, float]:
    """Which figures have just this band."""
    unit = 1000.0 if "eur" in row["measure"] else 1.0
    if row["measure"].endswith("_share"):
        unit = 0.01
    steps = [0.0] + [step * 10.0**power for power in range(9) for step in (5, 10, 20)]
    at = [round(float(row[end]) / unit, 6) for end in ("low", "high")]
    low, high = (min(range(len(steps)), key=lambda n: abs(steps[n] - one)) for one in at)
    least = max(steps[low] / 0.8, steps[high - 1] / 1.2)
    return least * unit, min(steps[low + 1] / 0.8, steps[high] / 1.2) * unit


class Told:
    """What one edition tells of a measure and year, and what each figure may be made of."""

    def __init__(
        self, key: tuple[str, str, str], rows: list[dict], states: dict[str, State], state: State
    ) -> None:
        self.key, self.rows, self.states, self.state = key, rows, states, state
        self.withheld = [
            row["territory_code"] for row in rows
            if row["territory_level"] == "region" and row["status"] == "withheld"
        ]  # fmt: skip
        self.others = next((r for r in rows if r["territory_level"] == "other_regions"), None)

    def _of(self, row: dict) -> State:
        return self.states.get(row["edition"], self.state)

    def _cell(self, state: State, level: str, code: str) -> Cell:
        return state.cells.get((*self.key, level, code), Cell())

    def cells(self, row: dict) -> list[Cell]:
        """What the figure is made of: as the documents say first, else what else it may be."""
        level, code = row["territory_level"], row["territory_code"]
        if level == "other_regions":
            return [self._together(self._of(row))]
        own = self._cell(self._of(row), level, code)
        if level == "region" and row["status"] == "withheld" and self.others:
            # a band speaks of the region as it stands in the regions taken together
            return [self._cell(self._of(self.others), level, code), own]
        if level == "country" and self._is_divided():
            return [*self._sums(), own]
        return [own]

    def _is_divided(self) -> bool:
        """Whether regions are told, so that the country is their sum, each as it was last made."""
        return any(
            r["territory_level"] != "country" and r["status"] != "withheld" for r in self.rows
        )

    def _sums(self) -> list[Cell]:
        """The regions told; without others, also those that are withheld, each as it was when it
        was last made, and those new since."""
        told = Cell()
        for row in self.rows:
            if row["territory_level"] != "country" and row["status"] != "withheld":
                (part,) = self.cells(row)
                _add(told, part)
        if self.others:
            return [told]
        whole = Cell()
        _add(whole, told)
        _add(whole, self._together(self.state))
        for row in self.rows:
            if row["territory_code"] in self.withheld:
                place = ("region", row["territory_code"])
                _add(whole, self._cell(self.state, *place), -1)
                _add(whole, self._cell(self._of(row), *place))
        return [whole, told]

    def _together(self, state: State) -> Cell:
        """The regions that are withheld, and who stands in no region."""
        whole, cell = self._cell(state, *COUNTRY), Cell()
        _add(cell, whole)
        for key, part in state.cells.items():
            if key[:3] == self.key and key[3] == "region" and key[4] not in self.withheld:
                _add(cell, part, -1)
        return cell


def _add(cell: Cell, part: Cell, sign: int = 1) -> None:
    cell.is_ratio |= part.is_ratio
    for mine, more in ((cell.top, part.top), (cell.bottom, part.bottom)):
        for number, weight in more.items():
            mine[number] += sign * weight


def _learn_cell(model: Model, cells: list[Cell], row: dict, why: str) -> None:
    """Takes what a figure may be made of in its order, the first that the truth agrees with."""
    is_told = row["status"] in ("shown", "revised")
    low, high = (row["value"], row["value"]) if is_told else (row["low"], row["high"])
    if low != low or high != high or low is None or high is None:  # withheld, without a band
        return
    for cell in cells:
        rows = _rows(cell, row["measure"], low, high, is_told)
        if all(model.fits(*one) for one in rows):
            for one in rows:
                if model.is_new((*one[1:], *sorted(one[0].items()))):
                    model.know(*one, why)
            return
    for one in _rows(cells[0], row["measure"], low, high, is_told):
        model.know(*one, why)  # at least one is unsound, and noted


def _rows(
    cell: Cell, measure: str, low: float, high: float, is_told: bool
) -> list[tuple[dict[int, float], float, float]]:
    top = {number: weight for number, weight in cell.top.items() if weight}
    if not cell.is_ratio:
        half = HALF_EURO if measure.endswith("_eur") else _half(measure, low, 0.0)
        half = half if is_told else 0.0
        return [(top, low - half, high + half)]
    half = _half(measure, low, HALF_EURO if "eur" in measure else HALF_SHARE) if is_told else 0.0
    found = []
    for end, sign in ((low - half, 1), (high + half, -1)):
        # low x bottom <= top <= high x bottom
        weights: dict[int, float] = defaultdict(float)
        for number, weight in top.items():
            weights[number] += sign * weight
        for number, weight in cell.bottom.items():
            weights[number] -= sign * end * weight
        found.append(({n: w for n, w in weights.items() if w}, 0.0, np.inf))
    return found


def _half(measure: str, value: float, otherwise: float) -> float:
    """By how much a figure may be off; what is no multiple of the step has not been rounded."""
    if measure not in ROUNDED or not value:
        return otherwise
    step = max(ROUNDED[measure], 10 ** (np.floor(np.log10(abs(value))) - 1))
    return otherwise if abs(value / step - round(value / step)) > 1e-9 else step / 2
