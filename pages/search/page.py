"""Search: who can do it, and where? One box of words, a list, and a sheet for each provider."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.finding import how_it_was_read, provider_list, search, search_log
from pages.search import asking, sheet, unmet
from pages.shared import export, filters, i18n, theme

_ = i18n.gettext
EXPORT_ROWS = 2000


def page_asked(question: dict[str, object]) -> int:
    """The page of the list in the address; another question starts again on the first."""
    if st.session_state.setdefault("search_question", question) != question:
        st.session_state["search_question"] = question
        filters.choose("page", "1")
    return int(filters.read("page", lambda text: text.isdecimal() and len(text) < 8, "1"))


def results() -> None:
    """The list; a name clicked opens its sheet."""
    opened = provider_list.show(rows, "results", "", state)
    if opened:
        filters.choose("provider", opened)


def everybody() -> pd.DataFrame:
    """The first of all pages, for the files."""
    return search.table(search.search(size=EXPORT_ROWS, **asked)[0])


theme.header(_("Find a provider"), _("Who can do it, and where?"))
words = how_it_was_read.box(_("Words"), "q", names="names", page="page")
understood = st.container(key="understood")
folded = st.expander(_("Filters"), icon=":material/tune:")
with folded, filters.bar():
    scope = filters.scope()
    place = filters.territory()
    kind = filters.kind()
    approval = asking.approval()
    reaching, within_km = asking.near(place)
    sort = asking.sort(reaching or within_km > 0)
    active_only, scop_only = asking.switches()
with_places = filters.read("names", ("0", "1").__contains__, "0") == "0"
asked: dict[str, Any] = {
    "words": words,
    "scope": scope,
    "level": place.level,
    "code": place.code,
    "kind": kind,
    "approval": approval,
    "active_only": active_only,
    "scop_only": scop_only,
    "reaching": reaching,
    "within_km": within_km,
    "sort": sort,
    "with_places": with_places,
}
rows, total = search.search(page=page_asked(asked), with_facets=True, **asked)
reading, counts, page = (rows.attrs[name] for name in ("reading", "facets", "page"))
with understood:
    how_it_was_read.show(reading, words)

state = {name: value for name, value in st.query_params.items() if name != "provider"}
if total == 0:
    how_it_was_read.suggest(reading, asked, words, state)
    with folded:
        asking.facets(counts, place)
    chosen = {
        "kind": "" if kind == "all" else kind,
        "approval": "" if approval == "all" else approval,
        "active": "1" if active_only else "",
        "scop": "1" if scop_only else "",
    }
    search_log.found_nobody(reading, scope, f"{place.level}-{place.code}", chosen, "search")
else:
    active, providers = rows.attrs["active"], rows.attrs["providers"]
    found = i18n.ngettext("**{n} provider** found", "**{n} providers** found", providers).format(
        n=i18n.number(providers)
    )
    if total > providers:  # several identifiers of one SIRET
        records = i18n.ngettext("in {n} record", "in {n} records", total)
        found += f" {records.format(n=i18n.number(total))}"
    of_them = i18n.ngettext("{n} of them is active", "{n} of them are active", active).format(
        n=i18n.number(active)
    )
    theme.answer(f"{found}, {of_them}.")
    with folded:
        asking.facets(counts, place)
    results()
    search.page_links("page", page, total)
    theme.definition(["active_providers"])
    if total > EXPORT_ROWS:
        st.caption(
            _("The files hold the first {n}; narrow the search to have them all.").format(
                n=i18n.number(EXPORT_ROWS)
            )
        )
    export.downloads(
        "providers",
        {_("Providers"): everybody},
        metrics=["active_providers"],
        filters={
            _("Words"): words,
            _("Domain"): filters.scope_label(scope),
            _("Territory"): place.name,
            _("Kind"): i18n.name("kind", kind),
            _("Approval"): asking.approval_label(approval),
        },
    )
unmet.show(scope)
sheet.show(reading)
