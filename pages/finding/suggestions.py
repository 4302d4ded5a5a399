"""What the box of a search suggests while one types: domains, everyday words and places."""

from pathlib import Path

import streamlit as st

from pages.finding.lexicon import load
from pages.shared import filters, i18n, query
from pages.shared.once import once

LEAST, MOST, WORDS = 2, 8, 4  # letters typed; suggestions; last words that are completed
LARGE = 5_000  # people in a commune that is suggested
_component = st.components.v2.component(
    "maillage_suggestions",
    html="<datalist></datalist>",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,  # the box that it belongs to stands outside
)


def show(box: str) -> None:
    """Suggestions for the text input with this key."""
    labels = [filters.scope_label(code) for code in load().bits if code != "unknown"]
    build = query.build().id
    data = {
        "box": box,
        "kinds": [[*labels, *_everyday(build, i18n.language())], _names(build)],
        "others": _nicknames(build),
    }
    _component(key=f"suggestions_{box}", data=data | {"least": LEAST, "most": MOST, "words": WORDS})


@once(4)
def _everyday(build_id: str, language: str) -> tuple[str, ...]:
    """What people call the domains, the shortest first."""
    words = query.page_sql(__file__, "suggested_words", language=language)["words"]
    return tuple(words.astype(str))


@once(2)
def _nicknames(build_id: str) -> tuple[tuple[str, str], ...]:
    """Nicknames and initials of places, and what each is written out: IDF, Île-de-France."""
    rows = query.page_sql(__file__, "suggested_nicknames")
    return tuple(zip(rows["name"].astype(str), rows["meant"].astype(str), strict=True))


@once(2)
def _names(build_id: str) -> tuple[str, ...]:
    """Names of places, the largest first."""
    places = sorted(load().codes.values(), key=lambda place: -place.population)
    large = [p.name for p in places if p.level != "commune" or p.population >= LARGE]
    return tuple(dict.fromkeys(large))
