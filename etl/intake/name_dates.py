"""Days in the names of files: 2026-11-22, 20261122, 22-11-2026, 22112026, 11-22-2026."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import get_month_names

from etl.intake.contract import fold

SIGN = "[-_. ]"
YEAR, MONTH, DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
# behind a day: 20261122103000
TIME = r"(?:[T_-]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?"
DAYS = re.compile(
    rf"(?<!\d)(?:(?P<y>{YEAR})(?P<s>{SIGN}?)(?P<m>{MONTH})(?P=s)(?P<d>{DAY})"
    rf"|(?P<one>{DAY})(?P<sign>{SIGN}?)(?P<two>{DAY})(?P=sign)(?P<year>{YEAR})){TIME}(?!\d)"
)
# what reads like a day or a month and tells no whole day for sure
OTHERS = (
    rf"(?<!\d)(?:{YEAR}{SIGN}?{MONTH}|{DAY}{SIGN}{MONTH}{SIGN}\d\d"
    rf"|(?<!\d{SIGN}){MONTH}{SIGN}{YEAR})(?!\d)"
    rf"|(?<![^\W\d_])(?:\d\d?{SIGN}?)?(?:{{months}}){SIGN}?(?:{YEAR}|\d\d)(?!\d)"
)


def date_in(name: str) -> date | None:
    """The last day written in a file name, if any; where the first of two numbers may be the day
    and the month, it is the day."""
    found = _last(name)
    return found[0] if found else None


def guessed(name: str) -> str | None:
    """What was read with the day first and may begin with the month."""
    found = _last(name)
    return found[1] if found and found[2] else None


def unread(name: str) -> str | None:
    """What reads like a day or a month in a name of which nothing was read."""
    if _last(name):
        return None
    found = re.search(OTHERS.format(months="|".join(_months())), name, re.IGNORECASE)
    return found[0] if found else None


def _months() -> list[str]:
    """Names of months, whole and short; the longest first."""
    names = {
        month.rstrip(".")
        for language in ("fr", "en")
        for width in ("wide", "abbreviated")
        for month in get_month_names(width, locale=language).values()
    }
    return sorted(map(re.escape, names | {*map(fold, names)}), key=len, reverse=True)


def _last(name: str) -> tuple[date, str, bool] | None:
    """The last day, how it is written, and whether its order is a guess."""
    for found in reversed([*DAYS.finditer(name)]):
        part = found.groupdict()
        if part["y"]:
            year, month, day = int(part["y"]), int(part["m"]), int(part["d"])
        else:
            year, day, month = int(part["year"]), int(part["one"]), int(part["two"])
            if month > 12 and part["sign"]:
                day, month = month, day
        try:
            is_guess = bool(not part["y"] and day <= 12 and month <= 12 and day != month)
            return date(year, month, day), found[0], is_guess
        except ValueError:
            continue
    return None
