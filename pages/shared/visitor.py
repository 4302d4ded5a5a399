"""Who visits, as far as what every page shares must know. pages/door tells; until it has said how,
nobody visits."""

from collections.abc import Callable

# Makes a file at the click for who was shown the button: (kind, maker) to bytes
Handing = Callable[[str, Callable[[], bytes]], bytes]


def _nobody() -> str | None:
    return None


def _nothing() -> Handing:
    raise RuntimeError("nobody visits")


_role: Callable[[], str | None] = _nobody
_handing: Callable[[], Handing] = _nothing


def known_by(role: Callable[[], str | None], handing: Callable[[], Handing]) -> None:
    """For the door: how the role is found, and how a file is handed out."""
    global _role, _handing
    _role, _handing = role, handing


def role() -> str | None:
    """'founder' or 'partner': as what the visitor is to be treated; None: not at all."""
    return _role()


def handing() -> Handing:
    """What will make files for the visitor of this run, later, when a button is clicked. It raises
    PermissionError when the sign-in is over by then."""
    return _handing()
