"""Other ways to read words under which nobody is found, the surest first."""

from collections.abc import Iterator

from pages.finding.index import Index
from pages.finding.lexicon import LITTLE, load, stem
from pages.finding.names_of_places import CITY
from pages.finding.parse import Reading, as_name, read
from pages.finding.relaxed import either, guessed, misread, reached, relaxed


def otherwise(text: str, reading: Reading, index: Index, with_places: bool) -> Iterator[Reading]:
    """The whole text as one name; a place that is a word of a domain as that; unknown words as they
    are heard; no means by which somebody is reached; words left out; any of the domains; the
    likeliest; and at last a known word of a name as the slip of another."""
    whole = None
    if with_places and (reading.words or reading.postcode):
        whole = as_name(text, reading)
        yield whole
    lexicon = load()
    place = {stem(word) for word in reading.place_text.split() if word not in LITTLE}
    is_town = reading.asks or sum(each.population for each in reading.places) >= CITY
    if with_places and not is_town and lexicon.domains_of(place, partly=True):
        yield read(text, with_places=False)  # à la crèche is no village
    if reading.unknown:
        reading = read(text, with_places=with_places, is_lost=True)
        yield reading
    named = reached(reading, index)
    if named is not reading:
        yield named
    reading = named
    yield from relaxed(reading, index)
    for one in either(reading, lexicon):
        yield one
        yield from relaxed(one, index)
    yield from guessed(reading, lexicon)
    if whole:
        yield from misread(whole, index)
