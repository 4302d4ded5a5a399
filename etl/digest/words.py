"""Words, numbers and dates in one language; etl knows nothing of the pages' texts."""

import datetime as dt
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date

from etl import numbers

NONE = "–"
DECIMALS = {"count": 0, "index": 0, "hours": 0, "ratio": 2, "per_month": 1, "eur_per_hour": 2}
SUFFIX = {"hours": " h", "eur_per_hour": " €"}


@cache
def _texts(files: tuple[Path, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Words:
    """Texts of some TOML files in ``language``, 'fr' or 'en'.

    A missing number or date is always "–", never 0.
    """

    language: str
    files: tuple[Path, ...] = (Path(__file__).with_name("texts.toml"),)

    def text(self, key: str, n: int | None = None, /, **blanks: str) -> str:
        """A text of the files with its blanks filled; ``n`` chooses the form and is written."""
        found = _texts(self.files)[key][self.language]
        if n is not None:
            is_one = n == 1 or (n == 0 and self.language == "fr")
            found = found[0 if is_one else 1]
            blanks["n"] = self.number(n)
        return found.format(**blanks)

    def number(self, value: Any, decimals: int = 0) -> str:
        """1 234,5 or 1,234.5."""
        if pd.isna(value):
            return NONE
        return numbers.number(value, decimals, self.language)

    def date(self, value: Any) -> str:
        """22 nov. 2026 or 22 Nov 2026."""
        if pd.isna(value):
            return NONE
        return format_date(pd.Timestamp(value).date(), format="d MMM y", locale=self.language)

    def month(self, value: dt.date) -> str:
        """nov. 2026 or Nov 2026."""
        return format_date(value, format="MMM y", locale=self.language)

    def measure(self, value: Any, unit: str) -> str:
        """A metric's value in its unit: 65,0 % or 65.0%, 48 h, 12.3."""
        if pd.isna(value):
            return NONE
        if math.isinf(value):
            return "∞" + SUFFIX.get(unit, "")
        if unit == "share":
            return numbers.percent(value, 1, self.language)
        return self.number(value, DECIMALS.get(unit, 3)) + SUFFIX.get(unit, "")
