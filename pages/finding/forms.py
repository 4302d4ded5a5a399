"""Forms of one word: tond, tondez, tondre; nettoie, nettoyage; cleaner, cleaning."""

from functools import lru_cache

LEAST = 4  # letters that forms share
# endings of verbs, of who does it and of what is done, in French and English; plurals are gone
_ENDINGS = frozenset([
    "a", "ade", "age", "ai", "aient", "ait", "ant", "ante", "ateur", "ation", "atrice", "e", "ed",
    "ee", "ement", "ent", "er", "era", "erai", "erait", "ere", "erez", "erie", "eront", "eur",
    "euse", "ez", "i", "ier", "iere", "ing", "ion", "ir", "ira", "irait", "iste", "issage",
    "issant", "issent", "isseur", "issez", "it", "ment", "ons", "ra", "rai", "rait", "re", "rez",
    "ront", "u", "ue", "ure",
])  # fmt: skip
_LONGEST = max(map(len, _ENDINGS))


@lru_cache(maxsize=65536)
def root(word: str) -> str:
    """What the forms of a word share; the word itself where it is too short to have forms."""
    for length in range(min(_LONGEST, len(word) - LEAST), 0, -1):
        if word[-length:] in _ENDINGS:
            word = word[:-length]
            break
    if len(word) > LEAST and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]  # trimming
    if word[-1:] in "iy" and word[-2:-1] in "aou":
        word = word[:-1] + "y"  # nettoie, nettoyer
    return word
