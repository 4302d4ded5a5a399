"""Where the words of a search were found in a provider's record; nothing in a record is markup."""

import html
import re
from typing import Any

import pandas as pd

from pages.shared.finding.index import Index
from pages.shared.finding.lexicon import Lexicon, fold, stem
from pages.shared.finding.reading import Reading

_JOINTS = re.compile(r"[''’-]")


def words_of(reading: Reading, index: Index) -> frozenset[str]:
    """The stems that a name is found under."""
    terms = [number for words in reading.terms.values() for number in words]
    return frozenset({*(index.words[number] for number in terms), *reading.exact_name.split()})


def marked(text: str, found: frozenset[str]) -> str:
    """A text as HTML, escaped, its found words marked."""
    return "".join(
        f"<mark>{html.escape(part)}</mark>" if _is_found(part, found) else html.escape(part)
        for part in re.split(r"([\w''’-]+)", text)
    )


def _is_found(part: str, found: frozenset[str]) -> bool:
    joined = _JOINTS.sub("", part)
    return any(stem(word) in found for word in f"{fold(part)} {fold(joined)}".split())


def cells(rows: pd.DataFrame, reading: Reading, index: Index, lexicon: Lexicon) -> pd.DataFrame:
    """Of name, kind, domains, place and siren of each row, whether a word was found there."""
    found = words_of(reading, index)
    asked = 0
    for mask in reading.masks.values():
        asked |= mask
    places = {(place.level, place.code) for place in reading.places}
    each: Any = rows.itertuples(index=False)
    return pd.DataFrame(
        [
            {
                "name": any(_is_found(part, found) for part in str(row.name or "").split()),
                "kind": row.kind in reading.kinds.values(),
                "domains": any(lexicon.bits.get(code, 0) & asked for code in row.domain_codes),
                "place": row.postcode == reading.postcode != ""
                or ("commune", row.commune_code) in places
                or ("departement", row.departement_code) in places
                or ("region", row.region_code) in places,
                "siren": bool(reading.identifier),
            }
            for row in each
        ]
    )
