"""What the box of a search suggests while one types: domains, everyday words and places."""

from pathlib import Path

import streamlit as st

from pages.finding.lexicon import load
from pages.shared import filters, query
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
    domains = [filters.scope_label(code) for code in load().bits if code != "unknown"]
    data = {"box": box, "names": [*domains, *_names(query.build().id)]}
    _component(key=f"suggestions_{box}", data=data | {"least": LEAST, "most": MOST, "words": WORDS})


@once(2)
def _names(build_id: str) -> tuple[str, ...]:
    """Names of places, the largest first."""
    places = sorted(load().codes.values(), key=lambda place: -place.population)
    large = [p.name for p in places if p.level != "commune" or p.population >= LARGE]
    return tuple(dict.fromkeys(large))
