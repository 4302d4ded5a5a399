"""Hands a message to a mail server, over TLS unless the server is this machine.

What is certain is kept apart from what is not: an answer of the server, or no connection, says that
the message was not accepted; a connection that ends once the message is under way says nothing.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from etl import faults
from etl.mail.settings import STARTTLS, TLS, Server
from etl.problems import Told

TIMEOUT_S = 30.0
OK, BUSY = 200, 400  # the hundreds of replies: done; not now


class NotAccepted(Exception):
    """The message was certainly not accepted. why: the words of the server, or what is the matter
    with the way to it."""

    def __init__(self, why: Exception | str, *, may_try_again: bool) -> None:
        super().__init__(str(why))
        self.why = why if isinstance(why, str) else Told("mail_way", fault=faults.of(why))
        self.may_try_again = may_try_again


class Unsure(Exception):
    """The message may have been accepted."""


def deliver(server: Server, password: str, address: str, content: bytes) -> None:
    """One attempt to hand a message over. Raises NotAccepted or Unsure."""
    with _session(server, password) as session:
        with _certain():
            session.ehlo_or_helo_if_needed()
            _expect(*session.mail(server.sender.addr_spec))
            _expect(*session.rcpt(address))
        try:
            code, reply = session.data(content)
        except smtplib.SMTPDataError as error:  # it did not ask for the message
            raise _refused(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unsure(str(error)) from error
        _expect(code, reply)


@contextmanager
def _session(server: Server, password: str) -> Iterator[smtplib.SMTP]:
    with _certain():
        session = _connected(server)
    try:
        with _certain():
            if server.security == STARTTLS:
                session.starttls(context=_context(server))
            if server.user:
                session.login(server.user, password)
        yield session
    finally:
        # what comes of the farewell says nothing of the message
        with contextlib.suppress(smtplib.SMTPException, OSError):
            session.quit()
        session.close()


def _connected(server: Server) -> smtplib.SMTP:
    if server.security == TLS:
        context = _context(server)
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)


def _context(server: Server) -> ssl.SSLContext:
    authority = str(server.ca_file) if server.ca_file else None
    return ssl.create_default_context(cafile=authority)


@contextmanager
def _certain() -> Iterator[None]:
    """Before the message is under way every error says that it was not accepted."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refused(error) from error
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
        raise NotAccepted(error, may_try_again=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotAccepted(error, may_try_again=True) from error


def _expect(code: int, reply: bytes) -> None:
    if code // 100 * 100 != OK:
        raise _refused(smtplib.SMTPResponseException(code, reply))


def _refused(error: smtplib.SMTPResponseException) -> NotAccepted:
    reply = error.smtp_error
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    is_busy = error.smtp_code // 100 * 100 == BUSY or error.smtp_code == -1
    return NotAccepted(f"{error.smtp_code} {text}", may_try_again=is_busy)
