"""How a guess is told: where rows stand, how a file is read, what fills a field."""

import json
from collections.abc import Sequence
from functools import cache

from etl.bring import effects
from etl.bring.looking import Reading
from etl.bring.matched import Match
from etl.intake import contract as contracts
from etl.intake.profile_words import ProfileWords
from etl.words import catalogue
from pages.shared import i18n

_ = i18n.gettext
SEPARATORS = {"\t": "tab", " ": "space"}
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


def effect(source: str, field: str, texts: Sequence[str], factor: object, reading: Reading) -> str:
    """What is guessed of how dates, decimals or units are written, by the first value of a column
    that it changes; "" where it changes none."""
    told = None if factor is None else str(factor)
    found = effects.first(source, field, tuple(texts), told, reading)
    if found is None:
        return ""
    if found.guess.endswith("first"):
        value = i18n.words().long_date(found.value)
    else:
        value = i18n.words().trimmed(found.value, 2)
    if found.guess == "factor":
        return _("{text} is {value} in our unit").format(text=found.text, value=value)
    how = {
        "day_first": _("Read day first"),
        "month_first": _("Read month first"),
        "comma": _("Decimal comma"),
        "point": _("Decimal point"),
    }[found.guess]
    return _("{how}: {text} is {value}").format(how=how, text=found.text, value=value)


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
