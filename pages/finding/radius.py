"""The words that ask for what is near a place: près de, dans un rayon de 20 km."""

import re

NEAR_KM = 10.0
MOST_KM = 200
_NEAR = [
    tuple(text.split())
    for text in (
        "du cote de", "du cote du", "du cote des", "du cote d", "dans le coin de",
        "dans le coin du", "dans le coin d", "non loin de", "non loin du", "non loin d",
        "a deux pas de", "a deux pas du", "aux abords de", "aux abords du", "pas trop loin de",
        "pas trop loin du",
        "pas loin de", "pas loin du", "pas loin d", "a cote de", "a cote du", "a cote d",
        "a proximite de", "a proximite du", "a proximite d", "aux alentours de", "aux alentours du",
        "aux alentours d", "aux environs de", "aux environs du", "aux environs d", "alentours de",
        "alentours d", "environs de", "environs d", "autour de", "autour du", "autour d",
        "pres de", "pres du", "pres d", "proche de", "proche du", "proche d", "close to",
        "next to", "not far from", "not too far from", "just outside", "in the area of", "nearby",
        "near to", "near", "around",
        "autour", "alentours", "environs", "proximite", "proche", "pres",
    )
]  # fmt: skip
_WITHIN = re.compile(
    r"(?<!\S)(?:(?:dans|within|a)\s)?(?:(?:un|a)\s)?(?:rayon\s(?:de\s|d\s)?)?"
    r"(\d{1,3})\s?(?:km|kms|kilometres)\b"
    r"(?:\s(?:a la ronde|autour|around|of|from|radius|de|du|d|a)(?!\S))*"
)


def radius(words: list[str]) -> tuple[float, range]:
    """How far around the place, in km, and the words that say so; 0 and none where none do."""
    line = " ".join(words)
    found = _WITHIN.search(line)
    if found and 0 < int(found[1]) <= MOST_KM:
        start = line[: found.start()].count(" ")
        return float(found[1]), range(start, start + len(found[0].split()))
    for way in _NEAR:
        for n in range(len(words) - len(way) + 1):
            if tuple(words[n : n + len(way)]) == way:
                return NEAR_KM, range(n, n + len(way))
    return 0.0, range(0)
