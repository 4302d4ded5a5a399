"""Texts, numbers and dates in the reader's language, French or English.

Nothing is installed process-wide: the language is looked up at each call, so two readers at once
keep theirs. A missing value is always "–", never 0.
"""

import datetime as dt
import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from babel.dates import format_date
from babel.messages.pofile import read_po

from etl import numbers

LANGUAGES = {"fr": "Français", "en": "English"}
NONE = "–"
_PAGES = Path(__file__).resolve().parents[1]
_run = threading.local()  # a run has a thread of its own, and asks for its language 1,000 times


def language() -> str:
    """``"fr"`` or ``"en"``: the address (?lang=), else the session, else the browser."""
    return getattr(_run, "language", None) or _language()


def start_run() -> None:
    """To be called first in a run: settles the language until the next."""
    _run.language = None
    _run.language = _language()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Another moment of a reader's visit in the same language: files are made at the click, outside
    the run of a page, where nothing else tells who asked."""
    before = getattr(_run, "language", None)
    _run.language = lang
    try:
        yield
    finally:
        _run.language = before


def _language() -> str:
    for chosen in (st.query_params.get("lang"), st.session_state.get("_lang")):
        if chosen in LANGUAGES:
            return str(chosen)
    return "fr" if (st.context.locale or "").lower().startswith("fr") else "en"


def choose_language() -> None:
    """The language switch; keeps the choice in the address and in the session."""
    current = language()
    if st.query_params.get("lang") in LANGUAGES:
        st.session_state["_lang"] = current
    elif "_lang" in st.session_state:
        st.query_params["lang"] = current
    st.session_state["language"] = current

    def change() -> None:
        st.session_state["_lang"] = st.session_state["language"]
        st.query_params["lang"] = st.session_state["language"]

    st.segmented_control(
        "Langue / Language",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        on_change=change,
        required=True,
        label_visibility="collapsed",
    )


def gettext(text: str, lang: str | None = None) -> str:
    """The text in the reader's language (or in ``lang``)."""
    if (lang or language()) == "en":
        return text
    return _french().get(text, text)


def ngettext(one: str, many: str, n: float, lang: str | None = None) -> str:
    """The form for ``n`` things; French takes the singular for 0 and 1.5 too."""
    if (lang or language()) == "en":
        return one if n == 1 else many
    forms = _french_plurals().get((one, many))
    return (forms or (one, many))[0 if abs(n) < 2 else 1]


def label(row: Mapping[str, Any] | pd.Series, prefix: str = "label") -> str:
    """``row.label_fr`` or ``row.label_en``."""
    return str(row[f"{prefix}_{language()}"])


def is_none(value: Any) -> bool:
    """Whether a value is missing: None, NaN, NaT, NA or infinite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def number(value: Any, decimals: int = 0, lang: str | None = None) -> str:
    """1 234,5 or 1,234.5; "–" for a missing value. Never for codes or years."""
    if is_none(value):
        return NONE
    return numbers.number(value, decimals, lang or language())


def percent(value: Any, decimals: int = 0, lang: str | None = None) -> str:
    """A share (0 to 1) as 12 % or 12%; "–" for a missing value."""
    return NONE if is_none(value) else numbers.percent(value, decimals, lang or language())


def hours(value: Any) -> str:
    """A length of time given in hours: 45 min, 5.5 h or 3.2 days."""
    if is_none(value):
        return NONE
    if value < 1:
        return f"{number(value * 60)} min"
    if value < 48:
        return f"{number(value, 1)} h"
    days = value / 24
    return ngettext("{n} day", "{n} days", days).format(n=number(days, 1))


def date(value: Any) -> str:
    """22 nov. 2026 or Nov 22, 2026; "–" for a missing date."""
    return NONE if is_none(value) else _date(value, "d MMM y", "d MMM y")


def month(value: Any) -> str:
    """nov. 2026 or Nov 2026; "–" for a missing date."""
    return NONE if is_none(value) else _date(value, "MMM y", "MMM y")


def _date(value: Any, french: str, english: str) -> str:
    lang = language()
    if isinstance(value, dt.datetime):
        value = value.date()
    return _written_date(value, french if lang == "fr" else english, lang)


@lru_cache(maxsize=1024)
def _written_date(value: dt.date, pattern: str, lang: str) -> str:
    return format_date(value, format=pattern, locale=lang)


@lru_cache(maxsize=1)
def _messages() -> tuple[dict[str, str], dict[tuple[str, str], tuple[str, str]]]:
    single: dict[str, str] = {}
    plural: dict[tuple[str, str], tuple[str, str]] = {}
    for file in sorted(_PAGES.glob("*/fr.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="fr", abort_invalid=True):
                if isinstance(message.id, str):
                    if message.id and message.string:
                        single[message.id] = str(message.string)
                elif message.string and all(message.string):
                    one, many = message.id
                    plural[one, many] = (message.string[0], message.string[1])
    return single, plural


def _french() -> dict[str, str]:
    return _messages()[0]


def _french_plurals() -> dict[tuple[str, str], tuple[str, str]]:
    return _messages()[1]
