"""Bring files: a founder's own file becomes figures, without a shell."""

import streamlit as st

from etl.bring import incoming
from pages.bring import brought, one_file, rows, steps, templates, territory, uploader
from pages.shared import i18n, query, theme, visitor

_ = i18n.gettext

theme.header(_("Bring files"), _("What do your own files say?"))
if query.build().is_synthetic:
    theme.answer(
        _(
            "Drop a list of providers, of requests or of co-operatives below: you see what would "
            "become of it before anything changes."
        )
    )
    st.page_link("overview/page.py", label=_("Or look around the sample first"))
uploader.show()
waiting = [upload for upload in incoming.listed(visitor.sender().owner) if upload.is_finished]
done = one_file.show(waiting)
done |= brought.show()
with st.expander(_("Templates to fill in"), icon=":material/description:"):
    templates.show()
with st.expander(_("Targets and events"), icon=":material/flag:"):
    rows.show(one_file.hand_in)
territory.show()
steps.show(done)
