"""Which published cells tell a figure together: a set of which none may be left out."""

import re
from collections.abc import Callable
from dataclasses import replace

from tests.attack.attacking import Attack
from tests.attack.bounds import Told, Worlds
from tests.attack.model import Row

CELL = re.compile(r"(\S+) (\S+) (.+) (\d{4}) (\S+) (\S+)")  # edition, table, measure, year, place


def cells(attack: Attack, told: Told) -> list[str]:
    """The cells, by edition and name: drop by drop, whole tables first."""
    model, number = attack.model, attack.model.unknowns.index(told.unknown)
    mine = attack.known[told.reader]

    def is_told(rows: list[Row]) -> bool:
        found, _, _, is_settled = Worlds(replace(model, rows=rows)).is_told(number, told.sign, mine)
        return found and is_settled

    rows = model.rows
    for part in (_table, _of_year, _cell):
        rows = _least(rows, part, is_told)
    return sorted({row.why for row in rows if not row.is_fact})


def _least(
    rows: list[Row], part: Callable[[Row], str], is_told: Callable[[list[Row]], bool]
) -> list[Row]:
    """Rows without the parts that nothing hangs on."""
    for name in sorted({part(row) for row in rows if not row.is_fact}):
        fewer = [row for row in rows if row.is_fact or part(row) != name]
        if is_told(fewer):
            rows = fewer
    return rows


def _table(row: Row) -> str:
    return row.why.split()[1]


def _of_year(row: Row) -> str:
    return " ".join(row.why.split()[1:-2])


def _cell(row: Row) -> str:
    return row.why


def kind(told: Told, why: list[str]) -> str:
    """Of what kind a leak is: editions by number, years from that of the figure on, places by their
    level alone."""
    field, _, of, *_ = told.unknown.key
    year = of[0] if isinstance(of, tuple) else of
    found = [CELL.fullmatch(one) for one in why]
    editions = sorted({one[1] for one in found if one})
    parts: dict[str, int] = {}
    for one in filter(None, found):
        lag = f"{int(one[4]) - year:+d}" if isinstance(year, int) else ""
        edition = f" E{editions.index(one[1]) + 1}" if len(editions) > 1 else ""
        name = f"{one[2]}.{one[3]}[{lag}] {one[5]}{edition}".replace("[+0]", "").replace("[]", "")
        parts[name] = parts.get(name, 0) + 1
    who = told.reader.split()[0] if told.reader[:4] in ("firm", "outs") else "organisation"
    cells_told = " + ".join(f"{n} x {name}" if n > 1 else name for name, n in sorted(parts.items()))
    return f"{field} to {who}: {cells_told}"
