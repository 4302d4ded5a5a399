"""How a guess is told: where rows stand, how a file is read, what fills a field."""

import contextlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache

from etl.bring.looking import Reading
from etl.bring.matched import Match
from etl.intake import contract as contracts
from etl.intake.profile_words import ProfileWords
from etl.words import catalogue
from pages.shared import i18n

_ = i18n.gettext
SEPARATORS = {"\t": "tab", " ": "space"}
DAY_FIRST = "%d/%m/%Y"
AMBIGUOUS = re.compile(r"(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/\d{4}\b")  # read day first, unless told
SURE, LIKELY = 0.9, 0.75


def title(source: str, field: str) -> str:
    """What a field is called."""
    return ProfileWords([], source, i18n.language(), titled=True).title(field)


def description(source: str, field: str) -> str:
    """What a field holds, by its contract."""
    return catalogue.gettext(_descriptions(source)[field], i18n.language(), "contracts")


@cache
def _descriptions(source: str) -> dict[str, str]:
    told = json.loads(contracts.contract_path(source).read_text(encoding="utf-8"))
    return {entry["name"]: entry["description"] for entry in told["fields"]}


def sign(value: str) -> str:
    """A sign that cannot be seen by its name; a date format by an example."""
    if "%" in value:
        for code, shown in (("%d", "31"), ("%m", "12"), ("%Y", "2026"), ("%y", "26")):
            value = value.replace(code, shown)
    return SEPARATORS.get(value, value)


def way(reading: Reading) -> str:
    """Where the rows of a file stand, as one of several ways to read it."""
    parts = []
    if reading.sheet:
        parts.append(_("sheet “{name}”").format(name=reading.sheet))
    if reading.sheets:
        parts.append(_("sheets {names}").format(names=", ".join(reading.sheets)))
    if reading.path:
        parts.append(_("the list “{path}”").format(path=reading.path))
    if reading.skip:
        parts.append(_("below line {n}").format(n=i18n.number(reading.skip)))
    if reading.header:
        parts.append(_("without names of columns"))
    return ", ".join(parts) or _("from the top")


def read_as(reading: Reading) -> str:
    """What was guessed of how a file is written."""
    parts = (
        [way(reading)] if any((reading.sheet, reading.sheets, reading.path, reading.skip)) else []
    )
    if reading.separator:
        parts.append(_("separator {sign}").format(sign=sign(reading.separator)))
    if reading.encoding:
        parts.append(_("encoding {name}").format(name=reading.encoding))
    if reading.decimal:
        parts.append(_("decimal mark {sign}").format(sign=reading.decimal))
    if reading.date_format:
        parts.append(
            _("dates as {formats}").format(formats=", ".join(map(sign, reading.date_format)))
        )
    if reading.time_zone:
        parts.append(_("time zone {name}").format(name=reading.time_zone))
    return " · ".join(parts)


def effect(texts: Sequence[str], kind: str, factor: object, reading: Reading) -> str:
    """What is guessed of how dates, decimals or units are written, by the first value of a column
    that it changes; "" where it changes none."""
    tell = {"date": _of_date, "datetime": _of_date, "number": _of_number, "integer": _of_number}
    told = []
    for text in texts:
        if factor is not None:
            told.append(_of_factor(text, str(factor), reading))
        elif kind in tell:
            told.append(tell[kind](text, reading))
    return next(filter(None, told), "")


def _of_date(text: str, reading: Reading) -> str:
    plain = None if reading.date_format else AMBIGUOUS.match(text)
    for each in [DAY_FIRST] if plain else reading.date_format:
        with contextlib.suppress(ValueError):
            day = datetime.strptime(plain[0] if plain else text, each)
            if not ("%d" in each and "%m" in each) or each.startswith("%Y"):
                continue
            is_month = each.index("%m") < each.index("%d")
            how = _("Read month first") if is_month else _("Read day first")
            return _("{how}: {text} is {value}").format(
                how=how, text=text, value=i18n.words().long_date(day)
            )
    return ""


def _of_number(text: str, reading: Reading) -> str:
    if reading.decimal is None or not ("," in text or "." in text):
        return ""
    value = _number(text, reading)
    if value is None:
        return ""
    how = _("Decimal comma") if reading.decimal == "," else _("Decimal point")
    return _("{how}: {text} is {value}").format(
        how=how, text=text, value=i18n.words().trimmed(value, 2)
    )


def _of_factor(text: str, factor: str, reading: Reading) -> str:
    value = _number(text, reading)
    if value is None:
        return ""
    changed = i18n.words().trimmed(value * float(Fraction(factor)), 2)
    return _("{text} is {value} in our unit").format(text=text, value=changed)


def _number(text: str, reading: Reading) -> float | None:
    mark = reading.decimal or "."
    plain = "".join(sign for sign in text if sign.isdigit() or sign in f"-{mark}")
    try:
        return float(plain.replace(mark, "."))
    except ValueError:
        return None


def filled_by(match: Match) -> str:
    """How columns fill a field, in few words."""
    names = " + ".join(match.columns)
    texts = {
        "split": _("part of “{names}”"),
        "extract": _("found in “{names}”"),
        "flags": _("ticks in {names}"),
        "constant": _("always “{value}”"),
        "times": _("“{names}” × {factor}"),
        "unpivot": _("one row per column: {names}"),
    }
    if match.verb not in texts:
        return names
    details = match.details
    return texts[match.verb].format(
        names=names, value=details.get("value", ""), factor=details.get("factor", "")
    )


def sure(confidence: float) -> str:
    """How sure a guess is, in a word."""
    if confidence >= SURE:
        return _("Sure")
    return _("Likely") if confidence >= LIKELY else _("Look at it")
