"""The list of providers that a search found: the words that were found are marked, a name opens
the sheet.

The browser gets pieces of text and makes texts of them, never HTML: nothing in a record is markup.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from etl.words.rows import each
from pages.finding import highlight, index, lexicon, search
from pages.finding.highlight import Pieces
from pages.finding.lexicon import Lexicon
from pages.finding.parse import Reading
from pages.shared import i18n

_ = i18n.gettext
_HERE = Path(__file__)
_list = st.components.v2.component(
    "maillage_providers",
    html='<div class="providers"><table></table></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,  # else the focus would be lost when a sheet is closed
)


def show(rows: pd.DataFrame, key: str, page: str, state: dict[str, str]) -> str:
    """Shows rows of search(); gives the provider_id whose name was clicked, else ''.

    A name is a link to its sheet, to be opened elsewhere too: ``page`` and ``state`` are the
    address of the Search page with these words and filters.
    """
    shown = search.table(rows)
    titles = [str(title) for title in shown if title != _("Identifier")]
    columns = {title: _texts(shown[title]) for title in titles}
    columns |= _marked(rows, columns)
    clicked = _list(
        key=key,
        data={
            "caption": _("A name opens its sheet."),
            "titles": titles,
            "numbers": [
                n for n, title in enumerate(titles) if pd.api.types.is_numeric_dtype(shown[title])
            ],
            "address": f"{page}?{urlencode(state | {'provider': ''})}",
            "rows": [list(row) for row in zip(rows["provider_id"], *columns.values(), strict=True)],
        },
        on_opened_change=lambda: None,
    )
    return str(clicked.opened or "")


def _texts(column: pd.Series) -> list[Pieces]:
    """The texts of a column, nothing in them marked."""
    written: Callable[[Any], str] = str
    if pd.api.types.is_numeric_dtype(column):
        decimals = 2 if column.name == _("Price per hour (€)") else 1
        written = lambda value: i18n.number(value, decimals)  # noqa: E731
    elif column.name == _("Last seen"):
        written = i18n.date
    return [[i18n.NONE if i18n.is_none(value) else written(value)] for value in column]


def _marked(rows: pd.DataFrame, columns: dict[str, list[Pieces]]) -> dict[str, list[Pieces]]:
    """The columns that words are looked for in, with the found ones marked."""
    reading: Reading = rows.attrs["reading"]
    if not (reading.words or reading.folded):
        return {}
    words, known = highlight.words_of(reading, index.load()), lexicon.load()
    kinds, digits = set(reading.kinds.values()), reading.identifier[:9]
    labels = search.domain_labels()
    labelled = {code: [label] for code, label in labels.items()} | dict(
        _domains(reading, known, labels)
    )
    records = list(each(rows))
    return {
        _("Name"): [highlight.pieces(search.name(row.name), words) for row in records],
        _("Kind"): [
            ["", *text] if row.kind in kinds else text
            for row, text in zip(records, columns[_("Kind")], strict=True)
        ],
        _("Domains"): [
            highlight.joined(labelled.get(code, [code]) for code in codes)
            for codes in map(search.known_domains, rows["domain_codes"])
        ],
        _("Place"): [_place(row._asdict(), reading, known) for row in records],
        _("SIREN"): [
            ["", digits, row.siren[len(digits) :]]
            if digits and str(row.siren).startswith(digits) else text
            for row, text in zip(records, columns[_("SIREN")], strict=True)
        ],
    }  # fmt: skip


def _domains(
    reading: Reading, known: Lexicon, labels: dict[str, str]
) -> Iterator[tuple[str, Pieces]]:
    """The names of the domains asked for: their words among those asked, else (of a word that
    only stands for the domain) all of it."""
    words = {*reading.masks, *map(lexicon.stem, reading.corrected.values())}
    asked = 0
    for mask in reading.masks.values():
        asked |= mask
    for code, bit in known.bits.items():
        if bit & asked:
            pieces = highlight.pieces(labels.get(code, code), frozenset(words))
            yield code, pieces if len(pieces) > 1 else ["", *pieces]


def _place(row: dict[str, Any], reading: Reading, known: Lexicon) -> Pieces:
    """Where a provider is based, with what the words name of it."""
    text = search.place(row)
    name, bracket, code = text.partition(" (")
    meant = {(place.level, place.code) for place in reading.places}
    commune = known.codes.get(("commune", str(row["commune_code"])))
    numbers = reading.place_numbers(known)
    if reading.postcode and row["postcode"] == reading.postcode:
        return ["", reading.postcode, f" {text}"]
    if ("region", row["region_code"]) in meant:
        return ["", text]
    if ("commune", row["commune_code"]) in meant or (
        commune and any(commune.low <= n <= commune.high for n in numbers)
    ):
        return ["", name, bracket + code]
    if ("departement", row["departement_code"]) in meant:
        return [name + bracket, code.removesuffix(")"), ")"] if commune else ["", text]
    return [text]
