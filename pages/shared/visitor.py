"""Who visits, as far as what every page shares must know. pages/door tells; until it has said how,
nobody visits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Makes a file at the click for who was shown the button: (kind, maker) to bytes
Handing = Callable[[str, Callable[[], bytes]], bytes]


@dataclass(frozen=True)
class Sender:
    """How a founder's browser sends files: whose they are (a digest that names nobody) and by what
    name the log knows them, the path to send them to, what proves that a page made for this sign-in
    sends them, and what notes in the access log what is done (step, ending of the file)."""

    owner: str
    account: str
    address: str
    token: str
    note: Callable[[str, str], None]


def _nobody() -> str | None:
    return None


def _nothing() -> Any:
    raise RuntimeError("nobody visits")


_role: Callable[[], str | None] = _nobody
_handing: Callable[[], Handing] = _nothing
_sender: Callable[[], Sender] = _nothing


def known_by(
    role: Callable[[], str | None],
    handing: Callable[[], Handing],
    sender: Callable[[], Sender],
) -> None:
    """For the door: how the role is found, how a file is handed out, and how one is sent."""
    global _role, _handing, _sender
    _role, _handing, _sender = role, handing, sender


def role() -> str | None:
    """'founder' or 'partner': as what the visitor is to be treated; None: not at all."""
    return _role()


def handing() -> Handing:
    """What will make files for the visitor of this run, later, when a button is clicked. It raises
    PermissionError when the sign-in is over by then."""
    return _handing()


def sender() -> Sender:
    """How the visitor of this run sends files. Raises PermissionError unless it is a founder, as
    whom alone one may send."""
    return _sender()
