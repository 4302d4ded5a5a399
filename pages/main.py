"""What each visit runs: page settings, who visits, language, menu, the page, footer."""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime

from pages import PAGES
from pages.shared import access, access_log, account, filters, i18n, memory, query, start, theme
from pages.shared.gate import Gate

SIGN_IN = Path(__file__).parent / "shared" / "sign_in.py"
_ = i18n.gettext


def ask_to_sign_in() -> None:
    """The sign-in page and no other, at whatever address the visitor came by."""
    asked = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    doors = [_way_to(SIGN_IN, address) for address in {"", asked} if re.fullmatch(r"\w*", address)]
    st.navigation(doors, position="hidden").run()


def choose(role: str) -> tuple[str, Any]:
    """The menu of a role; gives the slug of the page that was asked for, and the page."""
    mine = [page for page in PAGES if role in page.audience]
    has_home = mine[0] is PAGES[0]  # "/" is the overview's address
    menu = {
        page.slug: st.Page(
            page.path,
            title=_(page.title),
            icon=page.icon,
            url_path="" if has_home and page is mine[0] else page.slug,
            default=has_home and page is mine[0],
        )
        for page in mine
    }
    first = menu[mine[0].slug]
    ways = [] if has_home else [_way_to(mine[0].path, "")]
    left = access.page_left()
    if left and left not in menu:
        ways.append(_way_to(mine[0].path, left))
    chosen = st.navigation([*menu.values(), *ways])
    if chosen in ways:
        st.switch_page(first, query_params=st.query_params.to_dict())
    return next(slug for slug, page in menu.items() if page is chosen), chosen


def _way_to(path: Path, url_path: str) -> Any:
    """An address that is in no menu and leads to the first page."""
    address: Any = {"url_path": url_path} if url_path else {"default": True}
    return st.Page(path, title="Maillage", visibility="hidden", **address)


def show(role: str) -> None:
    """The page that was asked for, with what stands around it."""
    slug, page = choose(role)
    filters.enter(page.url_path)
    with st.sidebar:
        i18n.choose_language()
        account.sidebar(slug)
    access_log.page_opened(slug)
    account.banners(slug)
    try:
        if role == "founder" and not start.ready():
            return
        theme.synthetic_banner()
        page.run()
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
st.set_page_config(page_title="Maillage", page_icon=str(theme.ICON), layout="wide")
theme.style()
if not is_guarded():
    st.error("Start the server with app.py.")
    st.stop()
visitor = access.enter()
if visitor.role is None:
    ask_to_sign_in()
else:
    show(visitor.role)
    memory.settle()
