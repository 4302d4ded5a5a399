"""What each visit runs: page settings, who visits, language, menu, the page, footer."""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime

from pages import PAGES
from pages.door import access_log, account, roles, start
from pages.door.gate import Gate
from pages.shared import asked, filters, i18n, memory, query, question, theme

SIGN_IN = Path(__file__).parent / "door" / "sign_in.py"
WELCOMED = "_welcomed"  # whether this visit has seen its first page
_ = i18n.gettext


def ask_to_sign_in() -> None:
    """The sign-in page and no other, at whatever address the visitor came by."""
    wanted = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    doors = [_way_to(address) for address in {"", wanted} if re.fullmatch(r"\w*", address)]
    st.navigation(doors, position="hidden").run()


def choose(role: str) -> tuple[str, Any]:
    """The menu of a role; gives the slug of the page that was asked for, and the page."""
    mine = [page for page in PAGES if role in page.audience]
    menu = {
        page.slug: st.Page(
            page.path,
            title=_(page.title),
            icon=page.icon,
            url_path="" if page is mine[0] else page.slug,
            default=page is mine[0],
        )
        for page in mine
    }
    # The first page is at "/", also when it is called by its name or the view has just changed.
    left = roles.page_left()
    called = {mine[0].slug} | ({left} - {*menu} if left else set())
    ways = [_way_to(slug) for slug in sorted(called)]
    chosen = st.navigation([*menu.values(), *ways])
    wanted = menu.get(left or "", menu[mine[0].slug])
    if chosen in ways or (left and chosen is not wanted):
        st.session_state[WELCOMED] = True
        st.switch_page(wanted, query_params=st.query_params.to_dict())
    if not st.session_state.get(WELCOMED):
        st.session_state[WELCOMED] = True
        if role == "founder" and chosen is menu[mine[0].slug] and start.is_only_sample():
            st.switch_page(menu["bring"], query_params=st.query_params.to_dict())
    return next(slug for slug, page in menu.items() if page is chosen), chosen


def _way_to(url_path: str) -> Any:
    """An address that is in no menu; who may open nothing finds the door behind it."""
    address: Any = {"url_path": url_path} if url_path else {"default": True}
    return st.Page(SIGN_IN, title="Maillage", visibility="hidden", **address)


def show(role: str) -> None:
    """The page that was asked for, with what stands around it."""
    slug, page = choose(role)
    filters.enter(page.url_path)
    asked.sift_first()
    with st.sidebar:
        i18n.choose_language()
        account.sidebar(slug)
    access_log.page_opened(slug)
    account.banners(slug)
    try:
        if role == "founder" and not start.ready():
            return
        theme.synthetic_banner()
        above = st.container()
        asked.sift(slug)
        page.run()
        with above:
            theme.asked_in_vain(filters.not_here())
        theme.footer()
    except query.NotReleased:
        account.not_released()
    except query.QueryError as error:
        st.error(str(error), icon=":material/error:")
    except Exception:
        logging.getLogger("maillage.pages").exception("page %s failed", slug)
        st.error(
            _("Something went wrong on this page. Reload it; if it stays, tell your operator.")
        )


def is_guarded() -> bool:
    """Whether the server was started by app.py, which stands before it; tests have no server."""
    return Gate.stands or type(runtime.get_instance()) is not runtime.Runtime


i18n.start_run()
query.start_run()
question.start_run()
st.set_page_config(page_title="Maillage", page_icon=str(theme.ICON), layout="wide")
theme.style()
if not is_guarded():
    st.error("Start the server with app.py.")
    st.stop()
visitor = roles.enter()
if visitor.role is None:
    ask_to_sign_in()
else:
    show(visitor.role)
    memory.settle()
