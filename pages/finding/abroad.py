"""The place abroad that words name. Nobody is there: it is neither left out nor a slip."""

from pages.finding.lexicon import stem
from pages.finding.names_of_places import BEFORE_PLACES
from pages.finding.where import Where

LONGEST = 4  # words of its name


def abroad(where: Where) -> list[str]:
    """The words of it; none where they name a place of France as well."""
    if where.places or where.postcode:
        return []
    count = len(where.words)
    for size in range(min(LONGEST, count), 0, -1):
        for start in range(count - size + 1):
            if _is_abroad(where, range(start, start + size)):
                return where.words[start : start + size]
    return []


def _is_abroad(where: Where, window: range) -> bool:
    """Whether words name such a place and are where one stands: led to, or at the end."""
    lexicon, words = where.lexicon, where.words
    if " ".join(words[n] for n in window) not in lexicon.foreign:
        return False
    is_led = bool(window.start) and words[window.start - 1] in BEFORE_PLACES
    stems = [stem(words[n]) for n in window]
    if len(stems) == 1:
        row = where.index.known(stems).get(stems[0])
        is_word = bool(lexicon.with_word.get(stems[0]) or (row and row.providers))
        if lexicon.is_plain(words[window.start]) or (is_word and not is_led):
            return False  # Jambes is a word of a domain too, Herve one of names
    others = [stem(words[n]) for n in range(len(words)) if n not in window]
    is_slip = any(where.meant.get(word) for word in stems)
    asked = any(lexicon.domains_of([word], partly=True) for word in others)
    return (is_led or window.stop == len(words)) and (asked or not is_slip)
