"""Numbers as French and English write them."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol


# A page writes hundreds of figures at each click, and the same ones come again.
@lru_cache(maxsize=16384)
def number(value: float, decimals: int, language: str) -> str:
    """1 234,5 or 1,234.5: as babel's format_decimal would write it, who takes 30 µs for each."""
    return _written(_exact(value, decimals), decimals, language)


@lru_cache(maxsize=16384)
def percent(share: float, decimals: int, language: str) -> str:
    """A share (0 to 1) as 12 % or 12%."""
    sign = "\u202f%" if language == "fr" else "%"
    return _written(_exact(share, decimals + 2).scaleb(2), decimals, language) + sign


def _exact(value: float, decimals: int) -> Decimal:
    """The number that a figure stands for: a sum of parts may fall short of it, and 0.7499999999
    would be rounded to another tenth than 0.75."""
    return Decimal(str(round(float(value), decimals + 6) + 0.0))  # no minus before a zero


def _written(value: Decimal, decimals: int, language: str) -> str:
    return format(value, f",.{decimals}f").translate(_separators(language))


@lru_cache(maxsize=2)
def _separators(language: str) -> dict[int, str]:
    locale = Locale.parse(language)
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})
