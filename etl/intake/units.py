"""Units as people write them in cells: those that a field is in, and those it may be mistaken for.

`25 €` in a field in EUR is 25; `30 min` in a field in hours is told, with the factor for [times];
in one in km, as what no factor makes a distance. A share may be a percentage: `65 %` is 0.65. The
name of a column may say its unit too: `Durée (min)`, `CA k€`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction

SPACE = r"[\s\x{a0}\x{202f}\x{2009}]*"
NUMBER = r"[+-]?[0-9][0-9.,'\s\x{a0}\x{202f}\x{2009}]*"
EURO = "€|eur|euros?"
HOUR = "h|hrs?|heures?|hours?"


@dataclass(frozen=True)
class Unit:
    """`words`: regular expressions of the unit behind a number, `before` of one in front of it;
    `others`: those of other units, with the factor that turns them into this one, if one does;
    `named`: such that only the name of a column says, and `own`: what in it says that it is in this
    unit after all."""

    words: str
    before: str = ""
    others: dict[str, Fraction | None] = field(default_factory=dict)
    named: dict[str, Fraction | None] = field(default_factory=dict)
    own: str = ""


CENTS: dict[str, Fraction | None] = {
    "c|cts?|centimes?|cents?": Fraction(1, 100),
    "k ?€|k ?euros?|keur": Fraction(1000),
    "m ?€|meur|millions? d'euros?": Fraction(1_000_000),
    r"\$|usd|£|gbp|chf": None,
}
THOUSANDS: dict[str, Fraction | None] = {
    "milliers( (de |d')?(€|euros?|personnes?|habitants?))?|thousands?( euros?)?": Fraction(1000),
    "millions?( (de |d')?(€|euros?|personnes?|habitants?))?": Fraction(1_000_000),
}
A_WEEK: dict[str, Fraction | None] = {
    "(par |/ ?)?(semaine|sem|hebdo(madaire)?|week)": Fraction(52, 12)
}
A_DAY: dict[str, Fraction | None] = {
    "(la |par )?jour(nee)?|journalier|hebdo(madaire)?|mensuel|annuel|forfait(aire)?": None
}
UNITS = {
    "EUR": Unit(
        rf"({EURO})( ?ttc)?",
        EURO,
        CENTS | {rf"({EURO}) ?(/|par|de l') ?({HOUR}|jour|day|mois|month|an|year)": None},
        THOUSANDS,
    ),
    "EUR per hour": Unit(
        rf"({EURO})( ?ttc)?( ?(/|par|de l'|per|l') ?({HOUR}))?( ?ttc)?",
        EURO,
        CENTS | {rf"({EURO}) ?(/|par) ?(jour|day|mois|month|an|year|forfait)": None},
        A_DAY,
        own=rf"horaires?|hourly|{HOUR}",  # that of a night is higher
    ),
    "hours": Unit(
        HOUR,
        others={
            "mi?n|minutes?|'": Fraction(1, 60),
            "s|sec|secondes?|seconds?": Fraction(1, 3600),
            "j|d|jours?|days?": None,
        },
    ),
    "km": Unit(
        "kms?|kilom[eè]tres?|kilometers?",
        others={
            "m|m[eè]tres?|meters?": Fraction(1, 1000),
            "mi|miles?": Fraction(1_609_344, 1_000_000),
            "mi?n|minutes?|h|heures?": None,
        },
    ),
    "percent": Unit("%|pour ?cents?|percent"),
    "people": Unit("personnes?|pers|salari[eé](s|es|e)?|people|employees|etp|fte", named=THOUSANDS),
    "full-time equivalents": Unit("etp|fte"),
    "requests per month": Unit(
        r"(demandes?|requests?)?( ?(/|par|per) ?(mois|month))?", named=A_WEEK
    ),
}
# Numbers below which a column is in the field's unit, whatever its name: duree_min is the least too
LEAST = {Fraction(1, 60): 10, Fraction(1, 3600): 600, Fraction(1, 1000): 100, Fraction(1, 100): 100}
WITHOUT_TAX = re.compile(r"\b(ht|h\.t\.?|hors taxes?|sans tva|excl[. ]*(vat|tax)|vat excluded)\b")
AFTER_CREDIT = re.compile(r"\bapres (le |l')?(credit|avantage|avance|reduction|deduction)")
SHARE = "unit of the metric"  # most metrics with a target are shares of 1


def quote(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


def undressed(text: str, unit: Unit) -> str:
    """SQL for a text without the unit; as it is when it holds none."""
    before = f"^({unit.before}){SPACE}|" if unit.before else ""
    return f"regexp_replace({text}, {quote(f'(?i){before}{SPACE}({unit.words})[.]?$')}, '')"


def hours(text: str) -> str:
    """SQL for hours and minutes: 3h30, 3 h 30 min and 3:30 are 3.5; NULL for other texts."""
    pattern = quote(rf"(?i)([0-9]{{1,4}})(?::| ?(?:{HOUR}) ?)([0-5]?[0-9])(?: ?mi?n|:[0-5][0-9])?")
    parts = f"regexp_extract({text}, {pattern}, ['h', 'm'])"
    return (
        f"CASE WHEN regexp_full_match({text}, {pattern}) "
        f"THEN {parts}.h::DOUBLE + {parts}.m::DOUBLE / 60 END"
    )


def number(name: str, text: str, macro: str, decimal: str) -> str:
    """SQL for the number of a text, with or without the unit of that name; plain ones first."""
    unit = UNITS.get(name)
    plain = f"{macro}({text}, {decimal})"
    if name == SHARE:
        hundredths = f"{macro}({undressed(text, UNITS['percent'])}, {decimal}) / 100"
        return f"coalesce({plain}, CASE WHEN {says('percent', text)} THEN {hundredths} END)"
    if unit is None:
        return plain
    more = f"{macro}({undressed(text, unit)}, {decimal})"
    if name == "hours":
        more = f"coalesce({hours(text)}, {more})"
    return f"coalesce({plain}, CASE WHEN {text} IS NOT NULL THEN {more} END)"


def says(name: str, text: str) -> str:
    """SQL that is true of a number with the unit of that name beside it."""
    unit = UNITS.get(name)
    if unit is None:
        return "false"
    before = f"({unit.before}){SPACE}{NUMBER}|" if unit.before else ""
    words = unit.words + (f"|({HOUR}).*" if name == "hours" else "")
    return f"regexp_full_match({text}, {quote(f'(?i){before}{NUMBER}({words})[.]?')})"


def is_other(name: str, text: str) -> str:
    """SQL that is true of a number in another unit, of which a factor makes that of the name."""
    return _beside(text, [words for words, factor in _others(name).items() if factor is not None])


def is_foreign(name: str, text: str) -> str:
    """SQL that is true of a number in any unit that is known here: where the one of that name and
    those of `is_other` are none of it, no factor turns it into that one."""
    known = [each.words for each in UNITS.values()]
    known += [words for each in UNITS.values() for words in each.others]
    return _beside(text, [*known, *_others(name)], rf"[$£€]{SPACE}{NUMBER}|")


def _beside(text: str, words: list[str], before: str = "") -> str:
    """SQL that is true of a number with one of these words behind it."""
    if not words:
        return "false"
    pattern = rf"(?i){before}{NUMBER}({'|'.join(dict.fromkeys(words))})[.]?"
    return f"regexp_full_match({text}, {quote(pattern)})"


def without_other(name: str, text: str, factor: Fraction) -> str:
    """SQL for a text without the unit that a factor turns into the one of that name."""
    words = [words for words, times in _others(name).items() if times == factor]
    if not words:
        return text
    pattern = rf"(?i)^({NUMBER})({'|'.join(words)})[.]?$"
    return f"regexp_replace({text}, {quote(pattern)}, '\\1')"


def in_name(name: str, column: str) -> tuple[str, Fraction | None, float] | None:
    """What the name of a column says of its unit, where that is none of the unit of that name: the
    word, the factor that turns one into the other, and the least number that is likely in it."""
    unit = UNITS.get(name)
    said = _plain(column)
    if unit and unit.own and re.search(rf"\b({unit.own})\b", said):
        return None
    for words, factor in (unit.others | unit.named).items() if unit else ():
        # behind a space, or in brackets: the (s) of heure(s) is no second
        behind, within = rf"\s[(\[]?(?:en |in )?(?P<behind>{words})", rf"[(\[](?P<within>{words})"
        found = re.search(rf"({behind}|{within})[)\]]?[. ]*$", said)
        if found and len(found["within"] or "") != 1:
            word = found["behind"] or found["within"]
            return word, factor, LEAST.get(factor, 0) if factor else 0
    return None


def is_without_tax(column: str) -> bool:
    """Whether the name of a column says that it is not what a client pays."""
    said = _plain(column)
    return bool(WITHOUT_TAX.search(said) or AFTER_CREDIT.search(said))


def _plain(column: str) -> str:
    """The name of a column in small letters without accents, as the words of units are."""
    letters = unicodedata.normalize("NFKD", column.lower().replace("’", "'"))
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    return " ".join(plain.replace("_", " ").split())


def factors(name: str) -> str:
    """The factors of the other units as a remedy shows them: 0.001 (m), "1/60" (min)."""
    shown = [
        f"{as_written(factor)} ({sign})"
        for sign, factor in (
            (re.split(r"[|(\[]", words)[0].replace("?", ""), factor)
            for words, factor in _others(name).items()
        )
        if factor is not None
    ]
    return ", ".join(shown)


def as_written(factor: Fraction) -> str:
    """A factor as a sidecar writes it: 0.001 or "1/60"."""
    is_decimal = 10**9 % factor.denominator == 0
    return f"{float(factor):.10g}" if is_decimal else f'"{factor}"'


def _others(name: str) -> dict[str, Fraction | None]:
    unit = UNITS.get(name)
    return unit.others if unit else {}
