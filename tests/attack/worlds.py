"""Small invented worlds of co-operatives, as three quarters of drops tell of them.

The second and third quarter revise declarations and grants, bring late ones, and tell of births,
exits, moves and agreements. All is drawn from the seed alone.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

PLACES = {  # a region, and two communes of it
    "53": ("35238", "29019"), "52": ("44109", "49007"), "84": ("69123", "38185"),
    "32": ("59350", "80021"), "76": ("31555", "34172"), "75": ("33063", "87085"),
}  # fmt: skip
ENDS = [dt.date(2025, 11, 20)] + [dt.date(2026, month, 20) for month in (2, 5, 8, 11)]
EDITIONS = 3
FIRST_YEAR = 2021
FUNDERS = ("Crédit Coopératif", "Socoden", "France Active", "Banque Populaire")
UNION, AGENCY = "Union régionale des Scop", "Agence nationale"
ORIGINS = ("ex_nihilo", "transmission", "rescue", "transformation")
NEVER = EDITIONS  # an edition that is not made
DOMAINS = ("house_cleaning", "home_watch", "gardening")  # two of one family, and another

FIRM = (
    "siren,form,origin,domains,commune_code,cooperative_since,ceased_on,exit_kind,agrees_to_publish"
)
YEAR = (
    "siren,year,employees,employees_fte,permanent_employees,qualified_employees,member_employees,"
    "jobs_kept"
)
PROJECT = "project_id,commune_code,domain,origin,siren,planned_jobs"
STEP = "project_id,step,on,organisation,amount_eur"
PROVIDER = "provider_id,name,kind,domains,commune_code,siren,joined_on,last_seen_on"
REQUEST = "request_id,domain,commune_code,created_at,status,filled_at,provider_id"


@dataclass(frozen=True)
class Habits:
    """What a world is like: of its firms the share that does something, as a rule. regions: from
    how many to below how many; spread: of sizes, and `giant`: how many times larger the first firm
    is; is_linked_late: a project has its co-operative once it is registered, not from the first on;
    redated: a later edition tells of an earlier grant; domains, hires: of how many of those, and
    how often, firms are hired."""

    regions: tuple[int, int] = (3, 6)
    spread: float = 0.85
    giant: float = 1.0
    late: float = 0.08
    revised: float = 0.04
    moves: float = 0.03
    agrees: float = 0.06
    withdraws: float = 0.2
    ceases: float = 0.05
    takes_over: float = 0.25
    changes: float = 0.8
    silent: float = 0.06
    is_linked_late: bool = False
    redated: float = 0.0
    domains: int = 1
    hires: float = 5.0


HABITS = {
    "plain": Habits(),
    "two_regions": Habits(regions=(2, 3)),
    "late": Habits(late=0.4, revised=0.2, silent=0.02),
    "moving": Habits(moves=0.25, agrees=0.2, withdraws=0.5),
    "drifting": Habits(moves=0.35, changes=0.15, ceases=0.02, silent=0.02),
    "giant": Habits(giant=12.0, spread=0.5),
    "uneven": Habits(spread=1.6),
    "agreeing": Habits(agrees=0.5, withdraws=0.4),
    "restless": Habits(ceases=0.2, late=0.2, changes=1.0),
    "quiet": Habits(changes=0.25, ceases=0.01, silent=0.25),
    "taken_over": Habits(takes_over=0.8, ceases=0.1),
    "projects": Habits(is_linked_late=True, redated=0.2, late=0.2),
    "hired": Habits(domains=3, hires=40.0, spread=1.2, regions=(2, 6)),
}


@dataclass
class Firm:
    """A co-operative; `ceased` may be told late (`exit_told`) or only by its silence; `from_` is
    the edition whose register shows it first."""

    siren: str
    commune: str
    origin: str
    born: dt.date
    size: float
    ceased: dt.date | None = None
    is_silent: bool = False
    from_: int = 0
    exit_told: int = 0
    agrees: int = NEVER
    withdraws: int = NEVER
    moves: tuple[int, str] = (NEVER, "")
    jobs: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """editions: for each the drops that come with it, {"projects/2026-02-20.csv": text}."""

    seed: int
    firms: int
    regions: tuple[str, ...]
    editions: tuple[dict[str, str], ...]


def siren(number: int) -> str:
    """A number with a valid check digit, that no real firm has."""
    body = f"{number:08d}"
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


class _Drawing:
    """One world while it is drawn."""

    def __init__(self, seed: int, firms: int | None, habits: Habits) -> None:
        self.rng, self.habits = np.random.default_rng(seed), habits
        start = int(self.rng.integers(len(ENDS) - EDITIONS + 1))
        self.ends = ENDS[start : start + EDITIONS]
        self.count = firms or int(self.rng.integers(15, 61))
        regions = self.rng.permutation(sorted(PLACES))[: self.rng.integers(*habits.regions)]
        self.regions = tuple(map(str, regions))
        self.weights = 0.04 + self.rng.dirichlet(np.full(len(regions), 1.2))
        self.firms = [self._firm(number) for number in range(self.count)]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def later(self, first: int = 1) -> int:
        """One of the editions from this one on."""
        return int(self.rng.integers(min(first, EDITIONS - 1), EDITIONS))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(int(self.rng.integers((last - first).days + 1)))

    def commune(self) -> str:
        region = self.rng.choice(len(self.regions), p=self.weights / self.weights.sum())
        return PLACES[self.regions[region]][self.rng.integers(2)]

    def _firm(self, number: int) -> Firm:
        last, habits = self.ends[-1], self.habits
        old = self.chance(0.6)
        born = (
            self.day(dt.date(2008, 1, 1), dt.date(FIRST_YEAR - 1, 12, 31))
            if old
            else self.day(dt.date(FIRST_YEAR, 1, 1), last - dt.timedelta(60))
        )
        over = habits.takes_over
        origin = ORIGINS[self.rng.choice(4, p=[0.85 - over, 0.6 * over, 0.4 * over, 0.15])]
        firm = Firm(siren(number + 1), self.commune(), origin, born, 0.0)
        firm.size = float(np.exp(self.rng.normal(np.log(9), habits.spread)))
        firm.size *= 1 if number else habits.giant
        firm.from_ = next(n for n, end in enumerate(self.ends) if born <= end)
        if self.chance(0.03):
            firm.from_ = self.later(firm.from_)  # the register was late
        self._life(firm)
        if self.chance(habits.agrees):
            firm.agrees = self.later(0)
            if self.chance(habits.withdraws):
                firm.withdraws = self.later(firm.agrees + 1)
        if self.chance(habits.moves):
            firm.moves = (self.later(), self.commune())
        if self.chance(0.02):
            firm.commune = ""
        return firm

    def _life(self, firm: Firm) -> None:
        """Its end, if it comes, and what it is like at each year's end until then."""
        first = max(firm.born.year, FIRST_YEAR)
        jobs = firm.size
        for year in range(first, self.ends[-1].year + 1):
            if self.chance(self.habits.ceases):
                begin = max(firm.born + dt.timedelta(30), dt.date(year, 1, 1))
                ceased = self.day(begin, max(begin, dt.date(year, 12, 31)))
                if ceased < self.ends[-1]:
                    firm.ceased = ceased
                    known = next(n for n, end in enumerate(self.ends) if ceased <= end)
                    firm.exit_told = self.later(known) if self.chance(0.2) else known
                    firm.exit_told = max(firm.exit_told, firm.from_)
                    firm.is_silent = firm.exit_told > firm.from_ and self.chance(0.4)
                    return
            if year > first and not self.chance(1 - self.habits.changes):
                jobs = max(1.0, jobs * (1.03 + 0.15 * self.rng.normal()))
            firm.jobs[year] = max(1, round(jobs))

    def register(self, edition: int) -> str:
        lines = []
        for firm in self.firms:
            is_told = firm.ceased is not None and edition >= firm.exit_told
            if edition < firm.from_ or (is_told and firm.is_silent):
                continue
            commune = firm.moves[1] if edition >= firm.moves[0] else firm.commune
            agreed = firm.agrees <= edition < firm.withdraws
            lines.append(
                (firm.siren, "scop", firm.origin, "house_cleaning", commune, firm.born,
                 firm.ceased if is_told else "", "closure" if is_told else "",
                 "2025-06-01" if agreed else "")
            )  # fmt: skip
        return _text(FIRM, lines)

    def years(self) -> list[list[tuple]]:
        """Of each edition the declarations that it brings or revises."""
        found: list[list[tuple]] = [[] for _ in self.ends]
        for firm in self.firms:
            shares = self.rng.uniform([0.7, 0.5, 0.2, 0.3], [1.0, 1.0, 0.8, 0.9])
            for year, jobs in firm.jobs.items():
                closed = [n for n, end in enumerate(self.ends) if end.year > year]
                if not closed or self.chance(self.habits.silent):
                    continue
                when = self.later(closed[0]) if self.chance(self.habits.late) else closed[0]
                found[when].append(self._declared(firm, year, jobs, shares))
                if when < EDITIONS - 1 and self.chance(self.habits.revised):
                    step = max(1, round(jobs * 0.3 * self.rng.random()))
                    revised = max(1, jobs + (step if self.chance(0.5) else -step))
                    found[self.later(when + 1)].append(self._declared(firm, year, revised, shares))
        return found

    def _declared(self, firm: Firm, year: int, jobs: int, shares: np.ndarray) -> tuple:
        parts = [round(jobs * shares[0], 1), *(round(jobs * share) for share in shares[1:])]
        told = ["" if self.chance(0.05) else part for part in parts]
        is_taken_over = firm.origin in ("transmission", "rescue") and firm.born.year == year
        kept = round(jobs * 0.85) if is_taken_over else ""
        return (firm.siren, year, jobs, *told, kept)

    def projects(self) -> tuple[list[list[tuple]], list[list[tuple]]]:
        """Of each edition the projects and the steps that it brings or revises."""
        rows: list[list[tuple]] = [[] for _ in self.ends]
        steps: list[list[tuple]] = [[] for _ in self.ends]
        holders: list[Firm | None] = [
            firm for firm in self.firms if firm.born.year > 2017 and self.chance(0.8)
        ]
        holders += [None] * (self.count // 2)
        for number, firm in enumerate(holders):
            name = f"P{number:03d}"
            begun = (
                firm.born - dt.timedelta(int(self.rng.integers(150, 500)))
                if firm
                else self.day(dt.date(2019, 6, 1), self.ends[-1] - dt.timedelta(30))
            )
            first = next(n for n, end in enumerate(self.ends) if begun <= end)
            planned = max(1, round((firm.size if firm else 8) * np.exp(0.4 * self.rng.normal())))
            commune = (firm.commune if firm else "") or self.commune()
            jobs = "" if self.chance(0.08) else planned
            row = (name, commune, "house_cleaning", firm.origin if firm else "")
            linked = next((n for n, end in enumerate(self.ends) if firm and firm.born <= end), 0)
            if firm and self.habits.is_linked_late and linked > first:
                rows[first].append((*row, "", jobs))
                rows[linked].append((*row, firm.siren, jobs))
            else:
                rows[first].append((*row, firm.siren if firm else "", jobs))
            for step in self._steps(name, firm, begun):
                known = next((n for n, end in enumerate(self.ends) if step[2] <= end), None)
                if known is None:
                    continue
                when = self.later(known) if self.chance(0.06) else known
                when = EDITIONS - 1 if step[3] == "Région" else when
                steps[when].append(step)
                if step[4] and when < EDITIONS - 1 and self.chance(0.04):
                    more = round(step[4] * self.rng.uniform(0.7, 1.4), -2)
                    steps[self.later(when + 1)].append((*step[:4], more))
        return rows, steps

    def _steps(self, name: str, firm: Firm | None, begun: dt.date) -> list[tuple]:
        days = [begun + dt.timedelta(int(n)) for n in np.cumsum(self.rng.integers(15, 60, 4))]
        found: list[tuple] = [(name, "received", begun, "", "")]
        if not self.chance(0.9):
            return found
        found.append((name, "supported", days[0], UNION, ""))
        granted = round(float(np.exp(self.rng.normal(np.log(20_000), 0.7))), -3)
        if self.chance(0.5):
            found.append((name, "agency_support", days[1], AGENCY, max(1000.0, granted / 2)))
        if self.chance(0.85 if firm else 0.5):
            funders = self.rng.choice(
                FUNDERS, size=self.rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]), replace=False,
                p=[0.5, 0.25, 0.15, 0.1],
            )  # fmt: skip
            if self.habits.redated and self.chance(self.habits.redated):
                found.append((name, "financed", begun + dt.timedelta(1), "Région", granted))
            for funder in funders:
                amount = round(max(2000.0, granted * self.rng.uniform(0.3, 1)), -2)
                found.append((name, "financed", days[2], str(funder), amount))
        if firm:
            found.append((name, "registered", firm.born, "", ""))
        elif self.chance(0.7):
            found.append((name, "abandoned", days[3], "", ""))
        return found

    def market(self) -> tuple[list[tuple], list[list[tuple]]]:
        """Providers, and of each edition the requests that they filled."""
        seen = self.ends[0] - dt.timedelta(10)
        holders: list[Firm | None] = [firm for firm in self.firms if self.chance(0.6)]
        holders += [None] * 12
        providers, requests = [], [[] for _ in self.ends]
        for number, firm in enumerate(holders):
            home = firm.commune if firm and firm.commune else self.commune()
            mine = DOMAINS[: self.habits.domains]
            if self.habits.domains > 1 and firm:
                mine = tuple(self.rng.choice(mine, size=self.rng.integers(1, 3), replace=False))
            providers.append(
                (f"V{number:03d}", f"V{number}", "company" if firm else "individual",
                 "|".join(mine), home, firm.siren if firm else "", "2020-01-01", seen)
            )  # fmt: skip
            busy = np.exp(self.rng.normal(np.log(self.habits.hires if firm else 8), 0.8))
            for year in range(FIRST_YEAR, self.ends[-1].year):
                if firm and firm.born.year > year:
                    continue
                for _ in range(self.rng.poisson(busy)):
                    on = self.day(dt.date(year, 1, 2), dt.date(year, 12, 20))
                    known = next(n for n, end in enumerate(self.ends) if on <= end)
                    when = self.later(known) if self.chance(0.03) else known
                    place = home if self.chance(0.85) else self.commune()
                    domain = mine[0] if len(mine) == 1 else str(self.rng.choice(mine))
                    requests[when].append(
                        (f"R{number:03d}-{year}-{len(requests[when])}", domain, place,
                         f"{on} 10:00", "filled", f"{on + dt.timedelta(5)} 10:00", f"V{number:03d}")
                    )  # fmt: skip
        return providers, requests


def _text(head: str, lines: Iterable[tuple]) -> str:
    return "".join(",".join(map(str, line)) + "\n" for line in [(head,), *lines])


def draw(seed: int, firms: int | None = None, habits: Habits = Habits()) -> World:
    """The world of a seed: 15 to 60 firms where no number is given, in 3 to 5 regions."""
    drawn = _Drawing(seed, firms, habits)
    years, (projects, steps) = drawn.years(), drawn.projects()
    providers, requests = drawn.market()
    editions = []
    for number, end in enumerate(drawn.ends):
        drops = {
            "cooperative_years": _text(YEAR, years[number]),
            "projects": _text(PROJECT, projects[number]),
            "project_steps": _text(STEP, steps[number]),
            "requests": _text(REQUEST, requests[number]),
        }
        if number == 0:
            drops["providers"] = _text(PROVIDER, providers)
        told = {
            f"{source}/{end}.csv": text for source, text in drops.items() if text.count("\n") > 1
        }
        told[f"cooperatives/{end}.csv"] = drawn.register(number)
        told[f"cooperatives/{end}.csv.toml"] = 'mode = "snapshot"\n'
        editions.append(told)
    return World(seed, drawn.count, drawn.regions, tuple(editions))
