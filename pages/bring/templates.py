"""An empty table to take away, for whoever has no file yet."""

from functools import partial

import streamlit as st

from etl.bring import templates
from etl.intake import contract
from pages.shared import export, i18n

_ = i18n.gettext


def show() -> None:
    """A pick list of sources, and the template of the one chosen, as XLSX and CSV."""
    st.markdown(
        _(
            "Each column has a note that says what belongs there, and pick lists where only some "
            "values do. The workbook holds an example on its second sheet. Send it here once it is "
            "filled in: nothing more is to be said of it."
        )
    )
    lang = i18n.language()
    names = {source: _capital(i18n.name("source", source)) for source in contract.sources()}
    source = st.selectbox(
        _("What do you want to fill in?"),
        sorted(names, key=lambda code: contract.fold(names[code])),
        format_func=names.__getitem__,
        index=None,
        placeholder=_("Choose"),
        key="template_source",
    )
    if source is None:
        return
    name = f"{source}-{_('template')}"
    with st.container(horizontal=True, gap="small"):
        export.made(name, _("To fill in (XLSX)"), "xlsx", partial(templates.xlsx, source, lang))
        export.made(name, _("To fill in (CSV)"), "csv", partial(templates.csv, source, lang))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
