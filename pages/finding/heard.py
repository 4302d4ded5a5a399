"""What unknown words may be where nobody is found: others that are read alike, initials."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from pages.finding.index import Index, Word
from pages.finding.lexicon import Lexicon
from pages.finding.names_of_places import Meant
from pages.shared import query

LEAST = 4  # letters of a word that is heard
LEAST_INITIALS, MOST_INITIALS = 3, 8
LEAST_FULL = 4  # initials of all words, little ones too, where no place is said
MOST_NAMES = 12  # that initials may mean


def words_like(words: Iterable[str], index: Index) -> dict[str, list[Word]]:
    """The known words that are read as each of these is, as if one slip away."""
    asked = [word for word in words if len(word) >= LEAST and word.isalpha()]
    alike: dict[str, list[Word]] = {}
    for row in _rows("words_like", words=asked) if asked else ():
        alike.setdefault(str(row.typed), []).append(index.word(int(row.word_number), distance=1))
    return alike


def places_like(texts: Iterable[str], lexicon: Lexicon) -> dict[str, Meant]:
    """The largest commune whose name is read as each of these texts without spaces is."""
    asked = [text for text in texts if len(text) >= LEAST and text.isalpha()]
    alike: dict[str, Meant] = {}
    for row in _rows("places_like", words=asked) if asked else ():
        alike.setdefault(str(row.typed), Meant((lexicon.codes["commune", str(row.code)],)))
    return alike


def named_by(words: Iterable[str], is_placed: bool) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The words that are the initials of names, and the words of those names."""
    asked = [w for w in words if LEAST_INITIALS <= len(w) <= MOST_INITIALS and w.isalpha()]
    full = [w for w in asked if is_placed or len(w) >= LEAST_FULL]
    return [
        (frozenset([str(row.initials)]), frozenset(map(str, row.words)))
        for row in (islice(_rows("named_by", words=asked, full=full), MOST_NAMES) if asked else ())
    ]


def _rows(name: str, **params: Any) -> Any:
    return query.quick_sql(__file__, name, **params).itertuples(index=False)
