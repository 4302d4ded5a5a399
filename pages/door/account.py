"""What a visitor sees of access: the sign-in page, the account in the sidebar, and the view of a
partner that a founder may take."""

import streamlit as st

from etl.build import warehouse
from pages.door import access_log, roles, signed_out, startup_check
from pages.shared import i18n, query, theme

_ = i18n.gettext


def sign_in_page() -> None:
    """Asks to sign in, or says that this account opens nothing; shows nothing else."""
    found = roles.visit()
    i18n.choose_language()
    st.title("Maillage", anchor=False)
    with st.container(key="door"):
        if found.why in ("no_claim", "no_group"):
            access_log.turned_away()
            st.markdown(_("**Your account may not open these pages.**"))
            st.text(
                _("You are signed in as {account}. Ask those who invited you for access.").format(
                    account=found.account
                )
            )
            _sign_out_button()
            return
        if found.why == "expired":
            st.markdown(_("**Your session has ended.** Sign in again to go on."))
        else:
            st.markdown(_("Sign in with the account that you were invited with."))
        st.button(_("Sign in"), type="primary", icon=":material/login:", on_click=st.login)


def sidebar(page: str) -> None:
    """Who is signed in, the way out, and for founders the view of a partner."""
    found = roles.visit()
    if found.own_role == "founder" and not roles.is_preview():
        st.button(
            _("See what a partner sees"),
            key="look_as_partner",
            icon=":material/visibility:",
            type="tertiary",
            on_click=roles.look_as,
            args=("partner", page),
        )
    if startup_check.sign_in() is not None:
        st.text(_("Signed in as {account}").format(account=found.account))
        _sign_out_button()


def banners(page: str) -> None:
    """Above the page, for founders: whose view this is and the way back; a log that fails; a list
    that is held."""
    found = roles.visit()
    if found.own_role != "founder":
        return
    if roles.is_preview():
        with st.container(key="preview"):
            text = _("**You see what a partner sees**: their pages, their figures, nothing else.")
            if not query.has_partners():
                why = query.why_no_partners() or _("this build was made without them.")
                text += "  \n" + _("No figures for partners: {why}").format(why=theme.escape(why))
            st.info(text, icon=":material/visibility:")
            st.button(
                _("Back to my own view"),
                key="look_as_oneself",
                icon=":material/undo:",
                on_click=roles.look_as,
                args=("own", page),
            )
    if access_log.is_failing():
        st.warning(
            _("The access log cannot be written. The server's log says why."),
            icon=":material/warning:",
        )
    if not roles.is_preview():
        _held()


def _held() -> None:
    """Which complete lists wait for a word, and that the build before them is served."""
    for one in warehouse.held(query.warehouse()):
        text = i18n.ngettext(
            "**A list is held.** With {file}, {n} of the {known} known would leave: the build "
            "before it is still served.",
            "**A list is held.** With {file}, {n} of the {known} known would leave: the build "
            "before it is still served.",
            one["leaving"],
        ).format(
            file=theme.escape(one["file"]),
            n=i18n.number(one["leaving"]),
            known=i18n.number(one["known"]),
        )
        remedy = _(
            "If they have left, write `confirmed = true` into its sidecar {sidecar}; else send the "
            "whole list. Then build again."
        ).format(sidecar=theme.escape(one["sidecar"]))
        st.info(f"{text}  \n{remedy}", icon=":material/pause_circle:")


def not_released() -> None:
    """To a partner, when the served build holds no figures for them."""
    st.title("Maillage", anchor=False)
    with st.container(key="door"):
        st.info(
            _(
                "**No figures have been released yet.**  \nThey appear here as soon as they are; "
                "ask those who invited you when that will be."
            ),
            icon=":material/hourglass_empty:",
        )


def _sign_out_button() -> None:
    st.button(_("Sign out"), icon=":material/logout:", on_click=_sign_out)


def _sign_out() -> None:
    """Ends the sign-in first: the gate sends on to /auth/logout, where Streamlit leads the browser
    to lose its cookie, nobody whose sign-in still holds."""
    signed_out.note(roles.visit().key)
    st.logout()
