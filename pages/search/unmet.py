"""What was searched and not found, by domain and territory: for founders."""

import pandas as pd
import streamlit as st

from pages.finding import search_log
from pages.shared import filters, i18n, theme

_ = i18n.gettext


def show(scope: str) -> None:
    """The searches without result of the last days, within the domain asked for."""
    domains = None if scope == "all" else frozenset({scope, *filters.domains_of(scope)})
    with st.expander(_("Searches that found nobody"), icon=":material/search_off:"):
        found = table(search_log.unmet(domains))
        days = i18n.number(search_log.days_kept())
        if found.empty:
            st.caption(_("None in the last {n} days.").format(n=days))
            return
        theme.plain(found)
        st.caption(
            _(
                "Of the last {n} days. Only words of domains are kept: others might be names."
            ).format(n=days)
        )


def table(searches: pd.DataFrame) -> pd.DataFrame:
    """How many searches without result by domain and territory, with their words of domains."""
    if searches.empty:
        return pd.DataFrame()
    each = searches.assign(domain=searches["domains"].map(lambda codes: codes or ["all"]))
    each = each.explode("domain")
    grouped = each.groupby(["domain", "territory"], sort=False).agg(
        n=("day", "size"), last=("day", "max"), words=("words", _words)
    )
    grouped = grouped.reset_index().sort_values(
        ["n", "last", "domain"], ascending=[False, False, True]
    )
    return pd.DataFrame(
        {
            _("Domain"): [filters.scope_label(code) for code in grouped["domain"]],
            _("Territory"): [_place(text) for text in grouped["territory"]],
            _("Searches"): grouped["n"].tolist(),
            _("Last on"): [i18n.date(day) for day in pd.to_datetime(grouped["last"])],
            _("Words"): grouped["words"].tolist(),
        }
    )


def _words(groups: pd.Series) -> str:
    return ", ".join(sorted({word for words in groups for word in words}))


def _place(text: str) -> str:
    found = filters.find_territory(text)
    return found.name if found else text
