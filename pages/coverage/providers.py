"""Who stands behind a cell: the active providers of the place, to search in."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.finding import how_it_was_read, provider_list, search, search_log
from pages.shared import export, filters, i18n, places, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext
EXPORT_ROWS = 2000


def show(place: Territory, scope: str) -> None:
    """The search box, the list and its pages, and the files to take away."""
    if place.level == places.SEVERAL:  # the list is of one place
        found = {part.address: part for part in places.parts(place)}
        asked_for = filters.pick(
            "part", _("Territory"), found, lambda part: found[part].name, next(iter(found))
        )
        place = found[asked_for]
    words = how_it_was_read.box(_("Search among them"), "who", names="who_names", page="list")
    asked: dict[str, Any] = {
        "words": words,
        "with_places": filters.read("who_names", ("0", "1").__contains__, "0") == "0",
        "scope": scope,
        "level": place.level,
        "code": place.code,
        "active_only": True,
        "reaching": place.level == "commune",
    }
    page = int(filters.read("list", lambda text: text.isdecimal() and len(text) < 6, "1"))
    rows, total = search.search(page=page, **asked)
    reading = rows.attrs["reading"]
    how_it_was_read.show(reading, words, "who", "who_names")
    if words and not total:
        where = f"{place.level}-{place.code}"
        search_log.found_nobody(reading, scope, where, {"active": "1"}, "coverage")
    st.markdown(_counted(place, scope, total, bool(words)))
    sheets = {"lang": i18n.language(), "scope": scope, "in": f"{place.level}-{place.code}"}
    sheets |= {"active": "1", "q": words} | ({} if asked["with_places"] else {"names": "1"})
    if not total:
        if words:
            how_it_was_read.suggest(reading, asked, words, sheets, "who")
        else:
            theme.empty_state(
                _("No active provider here."),
                _(
                    "This is where to recruit. Look at the neighbours on the map, or widen the "
                    "domain."
                ),
            )
        return
    opened = provider_list.show(rows, "providers_list", "search", sheets)
    if opened:
        st.switch_page("search/page.py", query_params=sheets | {"provider": opened})
    search.page_links("list", rows.attrs["page"], total)
    st.page_link(
        "search/page.py",
        label=_("See their sheets in the search"),
        icon=":material/search:",
    )
    if total > EXPORT_ROWS:
        st.caption(
            _("The files hold the first {n}; narrow the search to have them all.").format(
                n=i18n.number(EXPORT_ROWS)
            )
        )

    def everybody() -> pd.DataFrame:
        found, _total = search.search(page=1, size=EXPORT_ROWS, **asked)
        return search.table(found)

    export.downloads(
        "coverage-providers",
        {_("Providers"): everybody},
        metrics=["active_providers"],
        filters={
            _("Words"): words,
            _("Domain"): filters.scope_label(scope),
            _("Territory"): place.name,
        },
    )


def _counted(place: Territory, scope: str, total: int, is_searched: bool) -> str:
    n = i18n.number(total)
    if is_searched:
        return i18n.ngettext(
            "**{n}** active provider matches.", "**{n}** active providers match.", total
        ).format(n=n)
    if place.level == "commune":
        return i18n.ngettext(
            "**{n}** active provider is based here or comes here.",
            "**{n}** active providers are based here or come here.",
            total,
        ).format(n=n)
    supply = query.metric(
        "active_providers",
        level=place.level,
        within_level=place.level,
        within_code=place.code,
        scopes=[scope],
    )
    reaching = int(supply["n"].iloc[0]) if len(supply) else 0
    text = i18n.ngettext(
        "**{n}** active provider is based here; {all} reach at least one commune of it "
        "(choose a commune to see who comes).",
        "**{n}** active providers are based here; {all} reach at least one commune of it "
        "(choose a commune to see who comes).",
        total,
    )
    return text.format(n=n, all=i18n.number(reaching))
