"""The digest by mail: once for each build and address, to whom data/mail.toml says."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from etl.build import warehouse
from etl.insight import digest
from etl.insight.digest.render import Document
from etl.mail import journal, message, post
from etl.mail.settings import Mailing, Recipient, read
from etl.problems import Told

__all__ = ["Mailing", "Outcome", "read", "send"]
PAUSES_S = (5.0, 30.0)  # between attempts, of which there is one more
AUDIENCES = {"founder": "founders", "partner": "partners"}
SENT, HAD, FAILED, UNSURE = "sent", "had", "failed", "unsure"


@dataclass(frozen=True)
class Outcome:
    """What became of the mail to an address: sent; had (it was sent before); failed (certainly not
    accepted: the next run tries again); unsure (perhaps accepted: never sent again). why: an error
    to tell, or the words of the mail server."""

    address: str
    state: str
    why: Told | str = ""

    @property
    def is_well(self) -> bool:
        """Whether the address certainly has the digest."""
        return self.state in (SENT, HAD)


def send(
    folder: Path,
    mailing: Mailing,
    logs: Path,
    pauses: Sequence[float] = PAUSES_S,
    pause: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Mails the digest of the served build of a warehouse to all who have not had it.

    Raises warehouse.WarehouseError when no build is served, Told when the password cannot be used,
    OSError when the journal in ``logs`` cannot be written: nothing is sent that is not noted.
    """
    build_id = warehouse.served_build(folder)
    if build_id is None:
        raise warehouse.WarehouseError("nothing_served")
    password = mailing.server.password()
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(logs / ".mail.lock"):  # of two runs the second finds what the first has noted
        noted = journal.Journal(logs, build_id)
        digests = _Digests(folder)

        def one(recipient: Recipient) -> Outcome:
            state = noted.state(recipient.address)
            if state in (journal.SENT, journal.UNSURE):
                return Outcome(recipient.address, HAD)
            if state == journal.SENDING:  # killed before it was known
                noted.note(recipient.address, journal.UNSURE)
                return Outcome(recipient.address, UNSURE)
            try:
                document = digests.of(recipient)
            except Told as error:
                return Outcome(recipient.address, FAILED, error)
            written = message.of(
                mailing.server.sender, recipient, document, build_id, datetime.now(UTC)
            )

            def attempt() -> None:
                noted.note(recipient.address, journal.SENDING)
                post.deliver(mailing.server, password, recipient.address, bytes(written))

            return _tried(attempt, recipient.address, noted, pauses, pause)

        return [one(recipient) for recipient in mailing.recipients]


def _tried(
    attempt: Callable[[], None],
    address: str,
    noted: journal.Journal,
    pauses: Sequence[float],
    pause: Callable[[float], None],
) -> Outcome:
    left = list(pauses)
    while True:
        try:
            attempt()
        except post.Unsure:
            noted.note(address, journal.UNSURE)
            return Outcome(address, UNSURE)
        except post.NotAccepted as error:
            noted.note(address, journal.FAILED)
            if not error.may_try_again or not left:
                return Outcome(address, FAILED, error.why)
            pause(left.pop(0))
        else:
            noted.note(address, journal.SENT)
            return Outcome(address, SENT)


class _Digests:
    """The digests of a run, each made once for all who are told the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple, Document] = {}

    def of(self, recipient: Recipient) -> Document:
        asked = (recipient.language, AUDIENCES[recipient.role], recipient.part)
        if asked not in self._made:
            self._made[asked] = digest.document(self._folder, *asked)
        return self._made[asked]
