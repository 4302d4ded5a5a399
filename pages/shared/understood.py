"""How the words were read, and what to do where nobody is found."""

import re
from typing import Any

import streamlit as st

from pages.shared import filters, i18n, search, theme
from pages.shared.finding.lexicon import Place, fold, load
from pages.shared.finding.reading import Reading

_ = i18n.gettext
MOST_CHOICES = 5


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
    if search.is_cut(typed):
        st.caption(
            _("Only the first {n} characters are searched.").format(
                n=i18n.number(search.MAX_LENGTH)
            )
        )
    return words


def show(reading: Reading, words: str, box: str = "q", names: str = "names") -> None:
    """The place read in the words, with choices where it is ambiguous; words taken for others.

    box, names: where the address keeps the words, and whether they are names only.
    """
    said = [
        _("“{typed}” → “{meant}”").format(typed=theme.escape(typed), meant=theme.escape(meant))
        for typed, meant in reading.corrected.items()
        if meant in reading.words
    ]
    if said:
        st.caption(_("Nobody knows this word, so another was searched: {words}").format(
            words=", ".join(said)))  # fmt: skip
    if reading.left_out:
        st.caption(
            _("Too many words; not searched: {words}").format(
                words=theme.escape(" ".join(reading.left_out))
            )
        )
    if reading.place_text:
        _place(reading, words, box, names)


def _place(reading: Reading, words: str, box: str, names_only: str) -> None:
    rest = without(words, reading.place_text)
    names = [place_name(place) for place in reading.places[:MOST_CHOICES]]
    if reading.postcode:
        names = [f"{reading.postcode} {' / '.join(names)}".strip()]
    with st.container(horizontal=True, key="place_read", vertical_alignment="center"):
        st.button(
            _("Place: {place}").format(place=theme.escape(" / ".join(names))),
            key="place_remove",
            icon=":material/close:",
            help=_("Read in your words; a click takes it out of them. Who has every word in the "
                   "name is found wherever it is based."),
            on_click=filters.choose,
            args=(box, rest),
        )  # fmt: skip
        if reading.words or reading.exact_name:
            st.button(
                _("It is part of a name"),
                key="place_as_name",
                on_click=filters.choose,
                args=(names_only, "1"),
            )
        for place in reading.places[:MOST_CHOICES]:
            is_only = len(reading.places) == 1
            if is_only and (place.level != "commune" or reading.postcode):
                continue
            text = _("Who would come there") if is_only else _("Only {place}").format(
                place=theme.escape(place_name(place)))  # fmt: skip
            st.button(
                text,
                key=f"place_{place.level}_{place.code}",
                on_click=_only,
                args=(place, box, rest),
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


def without(words: str, place_text: str) -> str:
    """The words but for those of a place."""
    gone = set(place_text.split())
    kept = [word for word in re.split(r"\s+", words) if not set(fold(word).split()) <= gone]
    return " ".join(kept)


def suggest(reading: Reading, asked: dict[str, Any], words: str, box: str = "q") -> None:
    """Says what to try where nobody is found, with how many each way finds. ``asked``: the words
    and filters of the page, as search() takes them."""
    theme.empty_state(
        _("Nobody is found under these words and filters."),
        _("Use fewer words, or the beginning of a word; or widen the filters."),
    )
    country = {"level": "country", "code": "FR", "reaching": False, "within_km": 0.0}
    may_be_inactive = box == "q"  # the list behind a cell holds the active only

    def narrows(name: str, default: object) -> bool:
        return bool(asked.get(name, default) != default)

    ways: list[tuple[str, str, bool, dict[str, Any], list[tuple[str, str]]]] = [
        ("scope", _("All domains"), narrows("scope", "all"), {"scope": "all"}, [("scope", "all")]),
        ("in", _("All of France"), narrows("level", "country"), country, [("in", "country-FR")]),
        ("kind", _("All kinds"), narrows("kind", "all"), {"kind": "all"}, [("kind", "all")]),
        ("active", _("Inactive ones too"), may_be_inactive and narrows("active_only", False),
         {"active_only": False}, [("active", "0")]),
        ("scop", _("Not only SCOPs"), narrows("scop_only", False), {"scop_only": False},
         [("scop", "0")]),
        ("approval", _("Any approval"), narrows("approval", "all"), {"approval": "all"},
         [("approval", "all")]),
    ]  # fmt: skip
    if reading.place_text:
        rest = without(words, reading.place_text)
        ways.append(("place", _("Wherever they are"), True, {"words": rest}, [(box, rest)]))
    for code in _domains(reading)[:3]:
        label = filters.scope_label(code)
        change = {"words": reading.place_text, "scope": code}
        set_to = [(box, reading.place_text), ("scope", code)]
        ways.append((f"domain_{code}", label, bool(words), change, set_to))
    ways.append(("q", _("Clear the words"), bool(words), {"words": ""}, [(box, "")]))
    with st.container(horizontal=True):
        for key, title, is_narrowing, change, set_to in ways:
            if not is_narrowing:
                continue
            _rows, total = search.search(size=1, **(asked | change))
            if total:
                st.button(
                    f"{title} ({i18n.number(total)})",
                    key=f"widen_{key}",
                    on_click=_choose,
                    args=(set_to,),
                )
    _nearest(reading, asked, words)


def _choose(values: list[tuple[str, str]]) -> None:
    for name, value in values:
        filters.choose(name, value)


def _domains(reading: Reading) -> list[str]:
    return [
        code for code, bit in load().bits.items()
        if any(mask & bit for mask in reading.masks.values())
    ]  # fmt: skip


def _nearest(reading: Reading, asked: dict[str, Any], words: str) -> None:
    """The nearest provider outside the commune asked for."""
    place: tuple[str, str] | None = None
    if asked["level"] == "commune":
        place = (asked["level"], asked["code"])
    elif reading.places and reading.places[0].level == "commune":
        place = ("commune", reading.places[0].code)
    if place is None:
        return
    rest = without(words, reading.place_text) if reading.place_text else words
    near = {"level": place[0], "code": place[1], "reaching": False, "within_km": 200.0}
    rows, total = search.search(size=1, **(asked | near | {"words": rest, "sort": "distance"}))
    if total:
        row = rows.iloc[0]
        st.markdown(
            _("The nearest is {name}, {place}, at {km} km.").format(
                name=theme.escape(search.name(row["name"])),
                place=theme.escape(search.place(row)),
                km=i18n.number(row["km"], 1),
            )
        )
