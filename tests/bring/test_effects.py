"""What a guess does to first values is told as intake reads them."""

from datetime import date
from typing import Any

import pytest

from etl.bring import effects
from etl.bring.reaching import Reading

DAY, MONTH = Reading(date_format=("%d/%m/%y",)), Reading(date_format=("%m/%d/%Y",))
COMMA, POINT = Reading(decimal=","), Reading(decimal=".")
PRICE, ASKED, JOINED = ("price_hour_eur", "created_at", "joined_on")
TOLD: list[tuple[str, list[str], str | None, Reading, tuple[str, Any, str] | None]] = [
    (
        ASKED,
        ["2026-01-02", "02/03/2026"],
        None,
        Reading(),
        ("02/03/2026", "2026-03-02", "day_first"),
    ),
    # a moment by the clocks of where it was written
    (ASKED, ["02/03/2026 00:10"], None, Reading(), ("02/03/2026 00:10", "2026-03-02", "day_first")),
    # in any order the same, or in one alone
    (ASKED, ["02/02/2026", "13/03/2026", "5 mars 2026"], None, Reading(), None),
    (JOINED, ["02/03/2026"], None, MONTH, ("02/03/2026", "2026-02-03", "month_first")),
    (JOINED, ["?", "13/02/26"], None, DAY, ("13/02/26", "2026-02-13", "day_first")),
    (PRICE, ["24", "23,50 € / h"], None, COMMA, ("23,50 € / h", 23.5, "comma")),
    (PRICE, ["12.345,60"], None, COMMA, ("12.345,60", 12345.6, "comma")),
    (PRICE, ["1,234.5"], None, POINT, ("1,234.5", 1234.5, "point")),
    (PRICE, ["23,50"], None, Reading(), None),
    ("hours", ["?", "90 min"], "1/60", Reading(), ("90 min", 1.5, "factor")),
    ("amount_eur", ["1250"], "0.01", Reading(), ("1250", 12.5, "factor")),
    ("city", ["02/03/2026"], None, MONTH, None),
]


@pytest.mark.parametrize(("field", "texts", "factor", "reading", "told"), TOLD)
def test_first_values_are_told_as_intake_reads_them(
    field: str,
    texts: list[str],
    factor: str | None,
    reading: Reading,
    told: tuple[str, Any, str] | None,
) -> None:
    source = "providers" if field in (PRICE, JOINED) else "requests"
    found = effects.first(source, field, tuple(texts), factor, reading)
    if told is None:
        assert found is None
        return
    text, value, guess = told
    wanted = date.fromisoformat(value) if isinstance(value, str) else value
    assert found == effects.Effect(text, wanted, guess)
