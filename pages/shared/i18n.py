"""Texts, numbers and dates in the reader's language, French or English.

Nothing is installed process-wide: the language is looked up at each call, so two readers at once
keep theirs. A missing value is always "–", never 0.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from etl.words import catalogue
from etl.words import words as writer
from etl.words.words import NONE, Words, is_none

LANGUAGES = {"fr": "Français", "en": "English"}
__all__ = ["NONE", "is_none"]  # beside what stands here
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
    return catalogue.gettext(text, lang or language())


def ngettext(one: str, many: str, n: float, lang: str | None = None) -> str:
    """The form for ``n`` things; French takes the singular for 0 and 1.5 too."""
    return catalogue.ngettext(one, many, n, lang or language())


def label(row: Mapping[str, Any] | pd.Series, prefix: str = "label") -> str:
    """``row.label_fr`` or ``row.label_en``."""
    return str(row[f"{prefix}_{language()}"])


def words(lang: str | None = None) -> Words:
    """The one writer, in the reader's language (or in ``lang``)."""
    return writer.of(lang or language())


def name(of: str, code: Any) -> str:
    """What a code is called: see etl.words.names for the kinds of codes."""
    return words().name(of, code)


def number(value: Any, decimals: int = 0, lang: str | None = None) -> str:
    """1 234,5 or 1,234.5; "–" for a missing value. Never for codes or years."""
    return words(lang).number(value, decimals)


def percent(value: Any, decimals: int = 0, lang: str | None = None) -> str:
    """A share (0 to 1) as 12 % or 12%; "–" for a missing value."""
    return words(lang).percent(value, decimals)


def share(value: Any) -> str:
    """A share that never rounds something to nothing, nor nearly all to all."""
    return words().share(value)


def interval(low: Any, high: Any) -> str:
    """53 % – 55 %."""
    return words().interval(low, high)


def date(value: Any) -> str:
    """22 nov. 2026 or 22 Nov 2026; "–" for a missing date."""
    return words().date(value)


def month(value: Any) -> str:
    """nov. 2026 or Nov 2026; "–" for a missing date."""
    return words().month(value)
