"""Who gets the digest, and over which server: data/mail.toml, which a person writes.

[server]
host = "smtp.example.org"
security = "starttls"                       # or "tls"; "none" on this machine only
port = 587                                  # unless told: 587, 465, 25
sender = "maillage@example.org"
sender_name = "Maillage"
user = "maillage"                           # where the server asks for one
password_file = "smtp-password"             # of mode 0600; or MAILLAGE_MAIL_PASSWORD
ca_file = "ca.pem"                          # where the server's certificate is of one's own

[[recipients]]
address = "zoe@example.org"
name = "Zoé Le Gall"
role = "founder"                            # or "partner"
language = "fr"                             # or "en"
regions = ["53"]                            # without any: all of France
departements = ["44"]
domains = ["gardening", "family_home"]      # without any: all
"""

import ipaddress
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from etl import disk, faults
from etl.insight import part
from etl.insight.digest.render import plain
from etl.insight.part import Part
from etl.intake.sidecar import NoToml, toml
from etl.intake.sidecar_lines import ENTRY, TABLE
from etl.problems import FileProblem, InputErrors, Told

FILE = "mail.toml"
PASSWORD = "MAILLAGE_MAIL_PASSWORD"
STARTTLS, TLS, NONE = "starttls", "tls", "none"
PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}
ROLES, LANGUAGES = ("founder", "partner"), ("fr", "en")
SERVER, RECIPIENTS = "server", "recipients"
# key: the values that it may have, of which an empty tuple says any text
TEXTS: dict[str, dict[str, tuple[str, ...]]] = {
    SERVER: {
        "host": (), "security": tuple(PORTS), "sender": (), "sender_name": (), "user": (),
        "password_file": (), "ca_file": (),
    },
    RECIPIENTS: {"address": (), "name": (), "role": ROLES, "language": LANGUAGES},
}  # fmt: skip
NEEDED = {SERVER: ("host", "sender"), RECIPIENTS: ("address", "role", "language")}
# one line of ASCII, as every server takes it
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.A | re.I)


@dataclass(frozen=True)
class Server:
    """A mail server, and who is said to write. security: STARTTLS, TLS or NONE."""

    host: str
    port: int
    security: str
    sender: Address
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None

    def password(self) -> str:
        """The password, where a user is named: from the environment, else from its file. Raises
        Told when there is none, or others may read the file."""
        if not self.user:
            return ""
        if not (found := os.environ.get(PASSWORD) or self._kept()).isascii():
            raise Told("mail_password_letters")  # of which smtplib knows no other
        return found

    def _kept(self) -> str:
        if self.password_file is None:
            raise Told("mail_password", variable=PASSWORD)
        try:
            mode = stat.S_IMODE(self.password_file.stat().st_mode)
            if mode & 0o077:
                raise Told("mail_password_open", file=self.password_file, mode=f"{mode:04o}")
            return self.password_file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Told(
                "mail_password_file", file=self.password_file, fault=faults.of(error)
            ) from error


@dataclass(frozen=True)
class Recipient:
    """Who gets a digest: as a 'founder' or a 'partner', in 'fr' or 'en', of which part."""

    address: str
    name: str
    role: str
    language: str
    part: Part


@dataclass(frozen=True)
class Mailing:
    """All that data/mail.toml says."""

    server: Server
    recipients: tuple[Recipient, ...]


def read(path: Path) -> Mailing:
    """What the file says. Raises Told where there is none, InputErrors of what is wrong with it,
    each with its line."""
    try:
        content = disk.contents(path)
        told = toml(content)
    except FileNotFoundError as error:
        raise Told("mail_no_settings", file=path) from error
    except OSError as error:
        problem = FileProblem("unreadable", fault=faults.of(error))
        raise InputErrors([problem.of(path.name)]) from error
    except NoToml as error:
        problem = FileProblem("mail_syntax", line=error.line, fault=error.fault)
        raise InputErrors([problem.of(path.name)]) from error
    text = content.decode("utf-8-sig")
    if problems := [problem.of(path.name) for problem in _Checks(told, text).problems()]:
        raise InputErrors(problems)
    return Mailing(
        _server(told[SERVER], path.parent), tuple(map(_recipient, told.get(RECIPIENTS, ())))
    )


def _server(told: dict[str, Any], folder: Path) -> Server:
    security = told.get("security", STARTTLS)
    name, domain = told["sender"].rsplit("@", 1)
    files = {key: folder / told[key] for key in ("password_file", "ca_file") if key in told}
    return Server(
        host=told["host"],
        port=told.get("port", PORTS[security]),
        security=security,
        sender=Address(plain(told.get("sender_name", "Maillage")), name, domain),
        user=told.get("user", ""),
        **files,
    )


def _recipient(told: dict[str, Any]) -> Recipient:
    name = plain(told.get("name", "")).strip()
    return Recipient(
        told["address"], name, told["role"], told["language"],
        part.of({key: told.get(key, ()) for key in part.KEYS}),
    )  # fmt: skip


def is_this_machine(host: str) -> bool:
    """Whether what is sent to a host never leaves this machine."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Checks:
    """What is wrong with the settings, each with the line it speaks of."""

    def __init__(self, told: dict[str, Any], text: str) -> None:
        self._told, self._text = told, text

    def problems(self) -> Iterator[FileProblem]:
        for key in self._told.keys() - {SERVER, RECIPIENTS}:
            yield self._unknown(key, (SERVER, RECIPIENTS), ("", 0))
        server, recipients = self._told.get(SERVER, {}), self._told.get(RECIPIENTS, [])
        if not isinstance(server, dict):
            yield self._wrong(SERVER, server, f"[{SERVER}]", ("", 0))
        else:
            yield from self._of_server(server)
        if not isinstance(recipients, list) or not all(isinstance(one, dict) for one in recipients):
            yield self._wrong(RECIPIENTS, recipients, f"[[{RECIPIENTS}]]", ("", 0))
            return
        seen: set[str] = set()
        for number, recipient in enumerate(recipients):
            yield from self._of_recipient(recipient, (RECIPIENTS, number), seen)

    def _of_server(self, server: dict[str, Any]) -> Iterator[FileProblem]:
        where = (SERVER, 0)
        yield from self._texts(server, where, ("port",))
        port, host, security = (server.get(key) for key in ("port", "host", "security"))
        if "port" in server and (type(port) is not int or not 0 < port < 65536):
            yield self._wrong("port", port, "1 … 65535", where)
        if isinstance(host, str) and security == NONE and not is_this_machine(host):
            yield self._wrong("security", security, f"{STARTTLS}, {TLS}", where)
        yield from self._address("sender", server, where)

    def _of_recipient(
        self, recipient: dict[str, Any], where: tuple[str, int], seen: set[str]
    ) -> Iterator[FileProblem]:
        yield from self._texts(recipient, where, part.KEYS)
        yield from self._address("address", recipient, where)
        address = str(recipient.get("address")).casefold()
        if address in seen:
            yield FileProblem(
                "mail_twice", line=self._line("address", where), value=recipient["address"]
            )
        seen.add(address)
        for key in part.KEYS:
            codes = recipient.get(key, [])
            if not isinstance(codes, list) or not all(isinstance(one, str) for one in codes):
                yield self._wrong(key, codes, '["…"]', where)
                continue
            for code in codes:
                if code not in part.known(key):
                    yield FileProblem(
                        "settings_code", line=self._line(key, where), column=key, value=code,
                        near=part.near(code, key), file_of_codes=f"data/reference/{key}.csv",
                    )  # fmt: skip

    def _texts(
        self, told: dict[str, Any], where: tuple[str, int], more: tuple[str, ...]
    ) -> Iterator[FileProblem]:
        texts = TEXTS[where[0]]
        for key in NEEDED[where[0]]:
            if key not in told:
                yield FileProblem("mail_lacks", line=self._line("", where), column=key)
        for key, value in told.items():
            if key not in (*texts, *more):
                yield self._unknown(key, (*texts, *more), where)
            elif key in texts and (
                not isinstance(value, str)
                or not value.strip()
                or (texts[key] and value not in texts[key])
            ):
                yield self._wrong(key, value, ", ".join(texts[key]) or '"…"', where)

    def _address(
        self, key: str, told: dict[str, Any], where: tuple[str, int]
    ) -> Iterator[FileProblem]:
        value = told.get(key, "")
        if isinstance(value, str) and value and not ADDRESS.fullmatch(value):
            yield self._wrong(key, value, "name@example.org", where)

    def _unknown(self, key: str, allowed: tuple[str, ...], where: tuple[str, int]) -> FileProblem:
        return FileProblem(
            "settings_key", line=self._line(key, where), value=key, near="", allowed=[*allowed]
        )

    def _wrong(self, key: str, value: object, allowed: str, where: tuple[str, int]) -> FileProblem:
        return FileProblem(
            "settings_value", line=self._line(key, where), column=key, value=str(value),
            allowed=allowed,
        )  # fmt: skip

    def _line(self, key: str, where: tuple[str, int]) -> int | None:
        """The line of a key in the table of that name and number, else that of the table."""
        table, number = where
        current, seen, found = "", Counter[str](), None
        for line, text in enumerate(self._text.splitlines(), 1):
            if heading := TABLE.match(text):
                current = heading[1]
                seen[current] += 1
                if (current, seen[current] - 1) == (table or key, number):
                    found = line
            elif (
                (entry := ENTRY.match(text))
                and entry[1] == key
                and (current, max(seen[current] - 1, 0)) == where
            ):
                return line
        return found
