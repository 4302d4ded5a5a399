"""How the words were read, and what to do where nobody is found."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import streamlit as st

from pages.finding import provider_list, search, suggestions
from pages.finding.lexicon import LITTLE, WHOSE, fold, load, stem
from pages.finding.names_of_places import Place
from pages.finding.parse import Reading
from pages.finding.typed import joined
from pages.shared import filters, i18n, query, theme

_ = i18n.gettext
MOST_CHOICES, MOST_OTHERS, MOST_DOMAINS = 5, 2, 3
NEAREST, NEAREST_KM = 5, 200.0
RADII_KM = (0.0, 5.0, 10.0, 20.0, 50.0)


def box(title: str, name: str, *, names: str, page: str) -> str:
    """The box of words; in the address: ``name``. Other words are read for places again (names)
    and listed from their first page on (page)."""
    typed = filters.read(name, lambda text: bool(text.strip()), "")
    words, key = search.clean(typed), f"words_{name}"
    st.session_state[key] = words

    def change() -> None:
        filters.choose(name, search.clean(st.session_state[key]))
        filters.choose(names, "0")
        filters.choose(page, "1")

    st.text_input(
        title,
        key=key,
        placeholder=_("Name, domain, town, postcode, SIREN… in any order"),
        icon=":material/search:",
        max_chars=search.MAX_LENGTH,
        on_change=change,
    )
    suggestions.show(key)
    if search.is_cut(typed):
        st.caption(
            _("Only the first {n} characters are searched.").format(
                n=i18n.number(search.MAX_LENGTH)
            )
        )
    return words


def show(reading: Reading, words: str, box: str = "q", names: str = "names") -> None:
    """What was understood, each thing with a click to take it out of the words; what was taken for
    something else, or left out.

    box, names: where the address keeps the words, and whether they are names only.
    """
    understood = _("Read in your words; a click takes it out of them. Who has every word in the "
                   "name is found wherever it is based.")  # fmt: skip
    chips = [(*chip, understood) for chip in _chips(reading)] + [*_doubts(reading, words)]
    if chips or reading.other_places:
        with st.container(horizontal=True, key=f"read_{box}", gap="small"):
            for key, title, gone, why in chips:
                st.button(
                    title,
                    key=key,
                    icon=":material/close:",
                    help=why,
                    on_click=filters.choose,
                    args=(box, without(words, gone)),
                )
            if reading.radius_km:
                _radius(reading, words, box)
        with st.container(horizontal=True, key=f"choices_{box}", gap="small"):
            _choices(reading, words, box, names)
    if reading.is_either:
        st.caption(_("Nobody offers all of this; whoever offers one of it is shown."))
    if reading.left_out:
        st.caption(
            _("Too many words; not searched: {words}").format(
                words=theme.escape(" ".join(reading.left_out))
            )
        )


def _doubts(reading: Reading, words: str) -> Iterator[tuple[str, str, str, str]]:
    """(key, title, words that say it, why) of each word that was taken for another, or left
    out."""
    for number, (typed, meant) in enumerate(reading.corrected.items()):
        title = _("“{typed}” → “{meant}”").format(
            typed=theme.escape(typed), meant=theme.escape(meant))  # fmt: skip
        why = _("Nobody is found under the first, so the other was searched; a click takes it out.")
        yield f"corrected_{number}", title, typed, why
    gone = [word for word in _typed(words, reading.without).split() if not _is_noise(word)]
    for number, word in enumerate(gone[:MOST_CHOICES]):
        some = [word] if number < MOST_CHOICES - 1 else gone[number:]
        title = _("Without: {words}").format(words=theme.escape(" ".join(some)))
        why = _("Nobody has all these words, so this was left out; a click takes it out.")
        yield f"without_{number}", title, " ".join(some), why


def _is_noise(word: str) -> bool:
    """Whether a word tells so little that nobody asks what became of it."""
    return word in LITTLE | WHOSE or len(word) == 1


def _typed(words: str, stems: list[str]) -> str:
    """The stems as they were typed, each once."""
    typed = dict.fromkeys(w for w in fold(words).split() if stem(w) in stems)
    return " ".join(typed or stems)


def _chips(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """(key, title, words that say it) of each thing that was understood."""
    for number, ask in enumerate(reading.asks):
        codes = [code for code, bit in load().bits.items() if ask.bits & bit]
        if codes:
            labels = " / ".join(filters.scope_label(code) for code in codes)
            gone = " ".join(word for phrase in ask.phrases for word in phrase)
            title = _("Domain: {domain}").format(domain=theme.escape(labels))
            if len(codes) > MOST_DOMAINS:
                title = _("Any of {n} domains").format(n=i18n.number(len(codes)))
            yield f"domain_remove_{number}", title, gone
    for word, kind in reading.kinds.items():
        title = _("Kind: {kind}").format(kind=theme.escape(i18n.name("kind", kind)))
        typed = [w for w, meant in reading.corrected.items() if stem(meant) == word]
        yield f"kind_remove_{word}", title, " ".join([word, *typed])
    if reading.place_text:
        names = [place_name(place) for place in reading.places[:MOST_CHOICES]]
        if reading.postcode:
            names = [f"{reading.postcode} {' / '.join(names)}".strip()]
        title = _("Place: {place}").format(place=theme.escape(" / ".join(names)))
        yield "place_remove", title, f"{reading.place_text} {reading.radius_text}"


def _radius(reading: Reading, words: str, box: str) -> None:
    """How far around the place: another choice is written into the words."""
    here = without(words, reading.radius_text)
    choices = sorted({*RADII_KM, reading.radius_km})
    key = f"radius_{box}"
    st.session_state[key] = reading.radius_km

    def change() -> None:
        km = st.session_state[key]
        filters.choose(box, f"{here} {km:.0f} km" if km else here)

    st.selectbox(
        _("Around"),
        choices,
        format_func=lambda km: (
            _("Within {km} km").format(km=i18n.number(km)) if km else _("Only there")
        ),
        key=key,
        on_change=change,
        label_visibility="collapsed",
        width=190,
    )


def _choices(reading: Reading, words: str, box: str, names_only: str) -> None:
    """What else the words of a place may mean."""
    rest = without(words, f"{reading.place_text} {reading.radius_text}")
    is_word = reading.place_text and load().domains_of(
        {stem(word) for word in reading.place_text.split() if word not in LITTLE}, partly=True
    )
    if reading.place_text and (reading.by_name or is_word):
        st.button(
            _("It is part of a name") if not is_word else _("It is no place"),
            key="place_as_name",
            on_click=filters.choose,
            args=(names_only, "1"),
        )
    for place in (*reading.places[:MOST_CHOICES], *reading.other_places[:MOST_OTHERS]):
        is_only = reading.places == (place,)
        if is_only and (place.level != "commune" or reading.postcode or reading.radius_km):
            continue
        text = _("Who would come there") if is_only else _("Only {place}").format(
            place=theme.escape(place_name(place)))  # fmt: skip
        gone = rest
        if place in reading.other_places and not reading.place_text:
            gone = without(words, fold(place.name))
        st.button(
            text,
            key=f"place_{place.level}_{place.code}",
            on_click=_only,
            args=(place, box, gone),
        )


def _only(place: Place, box: str, rest: str) -> None:
    filters.choose(box, rest)
    filters.go_to(place.level, place.code)


def place_name(place: Place) -> str:
    """Saint-Denis (93), Vienne (département)."""
    if place.level == "commune":
        return f"{place.name} ({place.departement})"
    level = _("département") if place.level == "departement" else _("region")
    return f"{place.name} ({level})"


def without(words: str, gone: str) -> str:
    """The words but for those that are in a folded text, in one number or the other."""
    said = set(gone.split())
    told = {stem(word) for word in said if word not in LITTLE}

    def is_gone(chunk: str) -> bool:
        folded = fold(chunk).split()
        least = [stem(word) for word in folded if word not in LITTLE]
        return set(folded) <= said or bool(least and set(least) <= told)

    return " ".join(chunk for chunk in joined(words).split() if not is_gone(chunk))


def suggest(
    reading: Reading, asked: dict[str, Any], words: str, state: dict[str, str], box: str = "q"
) -> None:
    """Shows the nearest where nobody is found, and says what to try, with how many each way finds.
    ``asked``: the words and filters of the page, as search() takes them; ``state``: the address of
    the Search page with them."""
    theme.empty_state(
        _("Nobody is found under these words and filters."),
        _("Use fewer words, or the beginning of a word; or widen the filters."),
    )
    if reading.abroad:
        st.caption(_("Read as a place abroad, where nobody is listed: {words}").format(
            words=theme.escape(_typed(words, reading.abroad))))  # fmt: skip
    _nearest(reading, asked, words, state)
    wider = _wider(asked, box)
    with st.container(horizontal=True):
        if not _offer([*wider, *_other_words(reading, words, box)], asked):
            _offer(_last_ways(wider, words, box), asked)
        if words:
            _offer([Way("q", _("Clear the words"), {"words": ""}, [(box, "")])], asked)


class Way(NamedTuple):
    """Something to try: a key, what the button says, what it changes of the question, and what of
    the address."""

    key: str
    title: str
    change: dict[str, Any]
    address: list[tuple[str, str]]


def _wider(asked: dict[str, Any], box: str) -> list[Way]:
    """Each filter that narrows, left out."""
    country = {"level": "country", "code": "FR", "reaching": False, "within_km": 0.0}
    ways = [
        Way("scope", _("All domains"), {"scope": "all"}, [("scope", "all")]),
        Way("in", _("All of France"), country, [("in", "country-FR")]),
        Way("kind", _("All kinds"), {"kind": "all"}, [("kind", "all")]),
        Way("scop", _("Not only SCOPs"), {"scop_only": False}, [("scop", "0")]),
        Way("approval", _("Any approval"), {"approval": "all"}, [("approval", "all")]),
    ]
    if box == "q":  # the list behind a cell holds the active only
        inactive = Way("active", _("Inactive ones too"), {"active_only": False}, [("active", "0")])
        ways.insert(3, inactive)
    return [
        way
        for way in ways
        if any(asked.get(name, value) != value for name, value in way.change.items())
    ]


def _other_words(reading: Reading, words: str, box: str) -> list[Way]:
    """The words without their place, and a domain that they ask for."""
    ways = []
    if place := reading.place_text or _typed(words, reading.abroad):
        rest = without(words, place)
        ways.append(Way("place", _("Wherever they are"), {"words": rest}, [(box, rest)]))
    if words:
        for code in _domains(reading)[:3]:
            change = {"words": reading.place_text, "scope": code}
            address = [(box, reading.place_text), ("scope", code)]
            ways.append(Way(f"domain_{code}", filters.scope_label(code), change, address))
    return ways


def _last_ways(wider: list[Way], words: str, box: str) -> list[Way]:
    """No filter at all; then each word alone too."""
    change = {name: value for way in wider for name, value in way.change.items()}
    address = [pair for way in wider for pair in way.address]
    none = Way("filters", _("Without filters"), change, address)
    each = words.split()[:MOST_CHOICES] if len(words.split()) > 1 else []
    return [none] * bool(wider) + [
        Way(f"word_{number}", theme.escape(word), change | {"words": word}, [*address, (box, word)])
        for number, word in enumerate(each)
    ]


def _offer(ways: list[Way], asked: dict[str, Any]) -> bool:
    """Buttons for the ways that find somebody; whether there is any."""
    is_any = False
    for way in ways:
        _rows, total = search.search(size=1, **(asked | way.change))
        if total:
            is_any = True
            st.button(
                f"{way.title} ({i18n.number(total)})",
                key=f"widen_{way.key}",
                on_click=_choose,
                args=(way.address,),
            )
    return is_any


def _choose(values: list[tuple[str, str]]) -> None:
    for name, value in values:
        filters.choose(name, value)


def _domains(reading: Reading) -> list[str]:
    return [
        code for code, bit in load().bits.items()
        if any(mask & bit for mask in reading.masks.values())
    ]  # fmt: skip


def _nearest(reading: Reading, asked: dict[str, Any], words: str, state: dict[str, str]) -> None:
    """The nearest providers outside the place asked for: by its largest commune."""
    if asked["level"] != "country":
        place = {"level": asked["level"], "code": asked["code"]}
    elif reading.places:
        place = {"level": reading.places[0].level, "code": reading.places[0].code}
    else:
        return
    centre = query.page_sql(__file__, "largest_commune", **place)
    if centre.empty:
        return
    rest = without(words, f"{reading.place_text} {reading.radius_text}")
    near = {"level": "commune", "code": centre["commune_code"].iloc[0], "reaching": False,
            "within_km": NEAREST_KM}  # fmt: skip
    change = {"words": rest, "sort": "distance"}
    rows, total = search.search(size=NEAREST, **(asked | near | change))
    if total:
        name = theme.escape(str(centre["name"].iloc[0]))
        st.markdown(_("The nearest to {centre}:").format(centre=name))
        opened = provider_list.show(rows, "nearest", "search", state)
        if opened:
            st.switch_page("search/page.py", query_params=state | {"provider": opened})
