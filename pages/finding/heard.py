"""What unknown words may be where nobody is found: others that are read alike, initials."""

from collections.abc import Iterable
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
    alike: dict[str, list[Word]] = {}
    for typed, sound in _sounds(words):
        # a last consonant may be silent in the one and heard in the other: Manajyd, manajide
        numbers = {n for one in (sound, sound.rstrip("dpst")) for n in index.sounding.get(one, ())}
        same = [index.word(n, distance=1) for n in sorted(numbers) if index.words[n] != typed]
        if same:
            alike[typed] = same
    return alike


def places_like(texts: Iterable[str], lexicon: Lexicon) -> dict[str, Meant]:
    """The largest commune whose name is read as each of these texts without spaces is."""
    return {
        typed: Meant((lexicon.sounding[sound],))
        for typed, sound in _sounds(texts)
        if sound in lexicon.sounding
    }


def named_by(words: Iterable[str], is_placed: bool) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The words that are the initials of names, and the words of those names."""
    asked = [w for w in words if LEAST_INITIALS <= len(w) <= MOST_INITIALS and w.isalpha()]
    full = [w for w in asked if is_placed or len(w) >= LEAST_FULL]
    if (
        not asked
        or not query.quick_sql(__file__, "initials", words=asked, full=full)["are_known"][0]
    ):
        return []
    rows: Any = query.quick_sql(__file__, "named_by", words=asked, full=full).head(MOST_NAMES)
    return [
        (frozenset([str(row.initials)]), frozenset(map(str, row.words)))
        for row in rows.itertuples(index=False)
    ]


def _sounds(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Texts that are long enough to be heard, each with how it is read."""
    asked = [text for text in dict.fromkeys(texts) if len(text) >= LEAST and text.isalpha()]
    heard = query.quick_sql(__file__, "sounds", words=asked) if asked else {"sound": ()}
    return list(zip(asked, map(str, heard["sound"]), strict=True))
