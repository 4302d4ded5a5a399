"""What each visit runs: page settings, language, menu, the page, footer."""

import logging

import streamlit as st

from pages import PAGES
from pages.shared import filters, i18n, query, start, theme

i18n.start_run()
_ = i18n.gettext
st.set_page_config(page_title="Maillage", page_icon=str(theme.ICON), layout="wide")
theme.style()
menu = {
    page.slug: st.Page(
        page.path,
        title=_(page.title),
        icon=page.icon,
        url_path="" if number == 0 else page.slug,
        default=number == 0,
    )
    for number, page in enumerate(PAGES)
}
chosen = st.navigation(list(menu.values()))
filters.enter(chosen.url_path)
with st.sidebar:
    i18n.choose_language()
try:
    if start.ready():
        theme.synthetic_banner()
        chosen.run()
        theme.footer()
except query.QueryError as error:
    st.error(str(error), icon=":material/error:")
except Exception:
    logging.getLogger("maillage.pages").exception("page %s failed", chosen.url_path)
    st.error(_("Something went wrong on this page. Reload it; if it stays, tell your operator."))
