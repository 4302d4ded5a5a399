"""Search: who can do it, and where? One box of words, a list, and a sheet for each provider."""

from typing import Any

import streamlit as st

from pages.search import sheet
from pages.shared import export, filters, i18n, query, search, theme

_ = i18n.gettext
# read at once, for the files and the first pages of the list: reading more pages costs nothing
FIRST_ROWS = 2000
TABLE_HEIGHT = 560


def type_words() -> str:
    """The box; what is in it is in the address (q)."""
    words = search.clean(filters.read("q", lambda text: bool(text.strip()), ""))
    st.session_state["search_words"] = words
    st.text_input(
        _("Words"),
        key="search_words",
        placeholder=_("Name, domain, town, postcode, SIREN… in any order"),
        icon=":material/search:",
        max_chars=search.MAX_LENGTH,
        on_change=lambda: filters.choose("q", search.clean(st.session_state["search_words"])),
    )
    return words


def switch(name: str, title: str, default: str, help: str) -> bool:
    """A toggle whose state is in the address as 0 or 1."""
    key = f"filter_{name}"
    st.session_state[key] = filters.read(name, ("0", "1").__contains__, default) == "1"
    st.toggle(
        title,
        key=key,
        help=help,
        on_change=lambda: filters.choose(name, str(int(st.session_state[key]))),
    )
    return bool(st.session_state[key])


def page_asked(question: dict[str, object]) -> int:
    """The page of the list in the address; another question starts again on the first."""
    if st.session_state.setdefault("search_question", question) != question:
        st.session_state["search_question"] = question
        filters.choose("page", "1")
    return int(filters.read("page", lambda text: text.isdecimal() and len(text) < 8, "1"))


def nothing_found() -> None:
    """Says what to try, and does it at a click."""
    theme.empty_state(
        _("Nobody is found under these words and filters."),
        _("Use fewer words, or the beginning of a word; or widen the filters."),
    )
    ways = [
        ("q", _("Clear the words"), bool(words), ("q", "")),
        ("scope", _("All domains"), scope != "all", ("scope", "all")),
        ("in", _("All of France"), place.level != "country", ("in", "country-FR")),
        ("kind", _("All kinds"), kind != "all", ("kind", "all")),
        ("active", _("Inactive ones too"), active_only, ("active", "0")),
    ]
    with st.container(horizontal=True):
        for key, title, is_narrowing, change in ways:
            if is_narrowing:
                st.button(title, key=f"widen_{key}", on_click=filters.choose, args=change)


def results() -> None:
    """The list, a click on which opens the sheet."""
    key = f"results_{st.session_state.get('sheets_closed', 0)}"

    def clicked() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen and chosen[0] < len(rows):
            filters.choose("provider", str(rows["provider_id"].iloc[chosen[0]]))

    st.caption(_("Tick a row to open its sheet."))
    st.dataframe(
        search.table(rows),
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(rows)),
        key=key,
        on_select=clicked,
        selection_mode="single-row",
        placeholder=i18n.NONE,
        column_config={
            _("Name"): st.column_config.TextColumn(width="medium"),
            _("Domains"): st.column_config.TextColumn(width="medium"),
            _("Last seen"): st.column_config.DateColumn(format="localized"),
            _("Price per hour (€)"): st.column_config.NumberColumn(format="%.2f"),
        },
    )


theme.header(_("Find a provider"), _("Who can do it, and where?"))
words = type_words()
with filters.bar():
    scope = filters.scope()
    place = filters.territory()
    kind = filters.kind()
with st.container(horizontal=True, key="search_switches"):
    days = int(query.build().settings.get("freshness_days", 90))
    active_only = switch(
        "active",
        _("Active only"),
        "0",
        _("Published, joined and not left, seen within {n} days, not lacking an approval.").format(
            n=i18n.number(days)
        ),
    )
    reaching = place.level == "commune" and switch(
        "travel",
        _("Also those who travel there"),
        "1",
        _("Based elsewhere, but near enough for the distance they travel."),
    )
asked: dict[str, Any] = {
    "words": words,
    "scope": scope,
    "level": place.level,
    "code": place.code,
    "kind": kind,
    "active_only": active_only,
    "reaching": reaching,
}
first, total = search.search(size=FIRST_ROWS, **asked)
page = min(page_asked(asked), max(1, -(-total // search.PAGE_SIZE)))
rows = first.iloc[(page - 1) * search.PAGE_SIZE : page * search.PAGE_SIZE]
if rows.empty and total:
    rows, total = search.search(page=page, **asked)

if total == 0:
    nothing_found()
else:
    active = first.attrs["active"]
    found = i18n.ngettext("**{n} provider** found", "**{n} providers** found", total).format(
        n=i18n.number(total)
    )
    of_them = i18n.ngettext("{n} of them is active", "{n} of them are active", active).format(
        n=i18n.number(active)
    )
    theme.answer(f"{found}, {of_them}.")
    results()
    search.page_links("page", page, total)
    theme.definition(["active_providers"])
    if total > FIRST_ROWS:
        st.caption(
            _("The files hold the first {n}; narrow the search to have them all.").format(
                n=i18n.number(FIRST_ROWS)
            )
        )
    export.downloads(
        "providers",
        {_("Providers"): search.table(first)},
        metrics=["active_providers"],
        filters={
            _("Words"): words,
            _("Domain"): filters.scope_label(scope),
            _("Territory"): place.name,
            _("Kind"): filters.kind_label(kind),
        },
    )
sheet.show()
