"""A button that copies the address of this exact view: all that was chosen stands in it.

The browser knows the address; link.js puts it on the clipboard, or shows it selected where the
browser forbids that.
"""

from pathlib import Path

import streamlit as st

from pages.shared import i18n

_ = i18n.gettext

_HERE = Path(__file__)
_HTML = """<div class="link"><span class="told" role="status"></span>
  <input type="text" readonly hidden><button type="button"></button></div>"""
_button = st.components.v2.component(
    "maillage_link",
    html=_HTML,
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show() -> None:
    """The button; once a page."""
    texts = {
        "copy": _("Copy link"),
        "copied": _("Copied"),
        "selected": _("Copy the selected address"),
        "address": _("Address of this view"),
    }
    _button(key="copy_link", data=texts)
