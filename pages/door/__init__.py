"""Who may come in: sign-in, roles, logs, and the gate before the server."""

from collections.abc import Callable
from functools import partial

from pages.door import access_log, roles, uploads
from pages.shared import query, visitor


def handing_to(found: roles.Visit) -> visitor.Handing:
    """What will make files for a visitor, from the page that is open now and of its build."""
    return partial(_hand_out, access_log.page_now(), found, query.shown())


def _hand_out(
    page: str, found: roles.Visit, shown: query.Again, kind: str, make: Callable[[], bytes]
) -> bytes:
    """Streamlit calls this outside the run of a page; by then the sign-in may be over."""
    if not roles.still_holds(found):
        raise PermissionError("not signed in")
    with roles.acting_as(found), shown():
        data = roles.hand_out(make())
        access_log.export_made(page, kind)
    return data


visitor.known_by(roles.role, lambda: handing_to(roles.visit()), uploads.sender)
