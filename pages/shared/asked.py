"""What an address asks for and nobody answers: a misspelt name, a value that is nowhere here.

Filters tell what their page has no such value of; this is the rest of an address, which a page
would else leave unread, as if it had been heard.
"""

import streamlit as st

from pages.shared import filters, i18n
from pages.shared.months import asked_period

EVERYWHERE = {"lang", "as"}
# Any page takes these along, for another one shows them.
SHARED = {
    "scope": lambda text: text in filters.scope_labels(),
    "in": lambda text: filters.find_territory(text) is not None,
    "period": lambda text: asked_period(text) is not None,
    "k": lambda text: text in map(str, range(1, 11)),
    "days": lambda text: text in filters.horizons(),
    "kind": lambda text: text in filters.KINDS,
}
# What each page has of its own.
OWN: dict[str, set[str]] = {
    "overview": {"around", "event"},
    "coverage": {
        "around", "by", "deserts", "event", "figures", "list", "measure", "other", "part",
        "unasked", "versus", "view", "who", "who_names",
    },
    "compare": {"across", "measure", "places"},
    "recruit": {"capacity", "reach", "recruits"},
    "search": {
        "active", "approval", "names", "near", "page", "provider", "q", "scop", "sort",
    },
    "cooperatives": {"by", "form", "part", "split", "view", "year"},
    "projects": {"part", "received", "view", "year"},
    "quality": {"file", "profile", "reason", "repair", "source"},
    "bring": {"file"},
}  # fmt: skip


def sift_first() -> None:
    """Takes out of the address what it asks for in two ways at once, and a language that is not
    here: before the page chooses one."""
    for name in st.query_params.to_dict():
        asked_for = dict.fromkeys(st.query_params.get_all(name))
        is_here = name != "lang" or asked_for.keys() <= i18n.LANGUAGES.keys()
        if len(asked_for) > 1 or not is_here:
            filters.refuse(name, *asked_for)


def sift(slug: str) -> None:
    """Takes out of the address what is not here, before the page runs; filters.not_here tells it,
    and no link of the page carries it on."""
    for name, value in st.query_params.to_dict().items():
        if not _is_here(slug, name, value):
            filters.refuse(name, value)


def _is_here(slug: str, name: str, value: str) -> bool:
    if name in SHARED:
        return SHARED[name](value)
    return name in EVERYWHERE | OWN.get(slug, set())
