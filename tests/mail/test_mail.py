"""The digest by mail, to a real SMTP server on loopback."""

import datetime as dt
import email
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from etl import mail, paths
from etl.__main__ import main
from etl.build import make, warehouse
from etl.insight.digest.render import Document, Section
from etl.insight.part import Part
from etl.mail import message
from etl.mail.settings import Recipient
from etl.problems import InputErrors, Told
from tests.browsing import free_port
from tests.insight.test_digest import BEFORE
from tests.market import write_drops

ROOT = Path(__file__).resolve().parents[2]
FOUNDER, PARTNER, PASSWORD = "zoe@example.org", "claire@scop.example", "s3cr3t, indeed"
RECIPIENTS = f"""
[[recipients]]
address = "{FOUNDER}"
name = "Zoé\\r\\nBcc: thief@example.org"
role = "founder"
language = "fr"
regions = ["53"]
domains = ["house_cleaning"]

[[recipients]]
address = "{PARTNER}"
role = "partner"
language = "en"
"""


@dataclass
class Inbox:
    """What a server accepted: (address, message). Replies to DATA wait in ``replies``; a function
    there is called first, and its answer is the reply."""

    mails: list = field(default_factory=list)
    replies: list = field(default_factory=list)
    asked: int = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.asked += 1
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if callable(reply):
            reply = reply(server)
        if reply.startswith("250"):
            (address,) = envelope.rcpt_tos
            parsed = email.message_from_bytes(envelope.content, policy=default)
            self.mails.append((address, parsed))
        return reply


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def plain_server(inbox: Inbox) -> Iterator[int]:
    """The port of a server without TLS."""
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that its own key has signed, and that key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "ca.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    return files


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, of which the commands read mail.toml, and their logs."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one build."""
    folder = tmp_path_factory.mktemp("market")
    result = make.build(write_drops(folder / "raw", BEFORE), folder / "warehouse")
    assert result.is_published, result.checks_failed
    return folder / "warehouse"


def settle(data: Path, server: str, recipients: str = RECIPIENTS) -> Path:
    """Writes the settings of a server that says who Maillage is."""
    path = data / "mail.toml"
    path.write_text(f'[server]\nsender = "us@example.org"\n{server}\n{recipients}', "utf-8")
    return path


def plain(port: int) -> str:
    return f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"'


def send(data: Path, market: Path, **options) -> list[tuple[str, str]]:
    found = mail.send(market, mail.read(data / "mail.toml"), data.parent / "logs", **options)
    return [(one.address, one.state) for one in found]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_each_gets_one_digest_over_tls(data, market, inbox, certificate, security, capsys):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    tls = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    given_: list[bytes] = []

    def known(server, session, envelope, mechanism, told) -> AuthResult:
        given_.append(told.password)
        return AuthResult(success=told.password == PASSWORD.encode())

    port = free_port()
    controller = Controller(
        inbox, hostname="localhost", port=port, authenticator=known, auth_required=True,
        auth_require_tls=security != "tls", require_starttls=security != "tls", **tls,
    )  # fmt: skip
    controller.start()
    try:
        secret = data / "secret"
        secret.touch(mode=0o600)
        secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
        server = f'host = "localhost"\nport = {port}\nsecurity = "{security}"\nuser = "us"\n'
        # without the authority of its certificate nobody is spoken to
        settle(data, server + 'password_file = "secret"')
        assert main(["digest", "--mail", "--warehouse", str(market)]) == 1
        assert "certificate of the server" in capsys.readouterr().err and not given_
        settle(data, f'{server}password_file = "secret"\nca_file = "{certificate[0]}"')
        assert main(["digest", "--mail", "--warehouse", str(market)]) == 0
        assert main(["digest", "--mail", "--warehouse", str(market)]) == 0
    finally:
        controller.stop()
    assert "has had the digest" in capsys.readouterr().out
    assert [address for address, _ in inbox.mails] == [FOUNDER, PARTNER]
    (_, founder), (_, partner) = inbox.mails
    assert founder["To"] == f'"Zoé Bcc: thief@example.org" <{FOUNDER}>'
    assert founder["Bcc"] is None and founder["Message-ID"] != partner["Message-ID"]
    assert "Bretagne – Ménage" in founder["Subject"] and "Bretagne" not in partner["Subject"]
    text, page = (
        founder.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")
    )
    assert "Bretagne (53)" in text and "Bretagne (53)" in page
    assert "France  " not in text and f"adressé à {FOUNDER}" in text
    assert not re.search(r"https?:|src=|url\(|<link|<script|<img|@import", page)
    told = partner.get_body(("plain",)).get_content()
    assert "Statistical" not in told and "Co-operatives" in told and "Refused" not in told


def test_what_is_not_now_is_tried_again_and_no_longer_than_told(data, market, inbox, plain_server):
    settle(data, plain(plain_server), RECIPIENTS.split("\n\n")[0])
    waited: list[float] = []
    inbox.replies = ["451 later", "421 later"]
    assert send(data, market, pauses=(1, 2), pause=waited.append) == [(FOUNDER, "sent")]
    assert (waited, inbox.asked, len(inbox.mails)) == ([1, 2], 3, 1)


def test_what_failed_is_sent_by_the_next_run(data, market, inbox, plain_server, capsys):
    settle(data, plain(plain_server))
    served = warehouse.served_build(market)
    inbox.replies = ["550 nobody of that name"]
    assert main(["digest", "--mail", "--warehouse", str(market)]) == 1
    told = capsys.readouterr()
    assert f"{FOUNDER}: not sent: 550 nobody of that name" in told.err
    assert f"{PARTNER}: sent" in told.out and warehouse.served_build(market) == served
    assert send(data, market) == [(FOUNDER, "sent"), (PARTNER, "had")] and len(inbox.mails) == 2
    journal = data.parent / "logs" / "mail.jsonl"
    assert journal.stat().st_mode & 0o777 == 0o600
    states = [json.loads(line)["state"] for line in journal.read_text().splitlines()]
    assert states == ["sending", "failed", "sending", "sent", "sending", "sent"]


def test_what_may_have_gone_out_is_never_sent_again(data, market, inbox, plain_server):
    settle(data, plain(plain_server))

    def hang_up(server) -> str:
        server.transport.abort()
        return "250 accepted, and nobody hears it"

    inbox.replies = [hang_up]
    assert send(data, market) == [(FOUNDER, "unsure"), (PARTNER, "sent")]
    assert send(data, market) == [(FOUNDER, "had"), (PARTNER, "had")]
    assert len(inbox.mails) == 2


def test_a_farewell_that_fails_is_no_failure(data, market, inbox, plain_server):
    settle(data, plain(plain_server))

    async def hang_up(server, session, envelope) -> str:
        server.transport.abort()
        return "421 gone"

    inbox.handle_QUIT = hang_up  # type: ignore[attr-defined]
    assert send(data, market) == [(FOUNDER, "sent"), (PARTNER, "sent")]
    assert inbox.asked == 2


def test_a_run_that_is_killed_before_it_noted_sends_nothing_twice(
    data, market, inbox, plain_server, capsys
):
    settle(data, plain(plain_server), RECIPIENTS.split("\n\n")[0])
    command = [sys.executable, "-m", "etl", "digest", "--mail", "--warehouse", str(market)]
    run = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"MAILLAGE_DATA": str(data)})

    def kill(server) -> str:
        run.send_signal(signal.SIGKILL)
        return "250 accepted"

    inbox.replies = [kill]
    assert run.wait() == -signal.SIGKILL and inbox.asked == 1
    again = ["digest", "--mail", "--warehouse", str(market)]
    assert main(again) == 1 and f"{FOUNDER}: perhaps sent" in capsys.readouterr().err
    assert main(again) == 0 and "has had the digest" in capsys.readouterr().out
    assert len(inbox.mails) == 1


def test_a_server_that_offers_no_tls_gets_nothing(data, market, inbox, plain_server):
    server = plain(plain_server).replace("none", "starttls")
    settle(data, f'{server}\nuser = "us"')
    with pytest.raises(Told, match="mail_password MAILLAGE_MAIL_PASSWORD"):
        send(data, market)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILLAGE_MAIL_PASSWORD", PASSWORD)
        assert send(data, market) == [(FOUNDER, "failed"), (PARTNER, "failed")]
    assert inbox.asked == 0


def test_partners_of_a_build_that_shows_them_nothing_get_no_mail(
    tmp_path, data, market, inbox, plain_server, capsys
):
    folder = shutil.copytree(market, tmp_path / "w", symlinks=True)
    served = warehouse.build_folder(folder, str(warehouse.served_build(folder)))
    (served / warehouse.PARTNERS).unlink()
    settle(data, plain(plain_server))
    assert main(["digest", "--mail", "--warehouse", str(folder)]) == 1
    assert f"{PARTNER}: not sent: build {served.name} has no tables" in capsys.readouterr().err
    assert [address for address, _ in inbox.mails] == [FOUNDER]


@given(st.text(), st.text(), st.text())
def test_no_name_forges_a_header(name, title, word):
    recipient = Recipient(FOUNDER, mail.settings.plain(name).strip(), "founder", "en", Part())
    document = Document("en", title, [word], [Section(title, [word], (name,), [(word,)])])
    sender = Address("Maillage", "us", "example.org")
    moment = dt.datetime(2026, 10, 31, tzinfo=dt.UTC)
    made = bytes(message.of(sender, recipient, document, "b", moment))
    read = email.message_from_bytes(made, policy=default)
    assert [name for name, _ in read.items()] == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Language",
    ]  # fmt: skip
    (to,) = read["To"].addresses
    assert to.addr_spec == FOUNDER and [p.get_content_type() for p in read.iter_parts()] == [
        "text/plain", "text/html",
    ]  # fmt: skip


WRONG = {
    'host = "smtp.example.org"\nsecurity = "none"': ("settings_value", 4),
    'host = "127.0.0.1"\nport = "25"': ("settings_value", 4),
    'host = "127.0.0.1"\npassword = "hunter2"': ("settings_key", 4),
    "port = 25": ("mail_lacks", 1),
    "host = ": ("mail_syntax", 3),
    f"host = {'[' * 5000}": ("mail_syntax", None),
}
WRONG_RECIPIENTS = {
    f'[[recipients]]\naddress = "{FOUNDER}"\nrole = "chief"\nlanguage = "fr"': (
        "settings_value",
        6,
    ),
    f'[[recipients]]\naddress = "{FOUNDER}"\nrole = "founder"': ("mail_lacks", 4),
    RECIPIENTS + RECIPIENTS.replace("claire", "claude").replace("zoe", "Zoe"): ("mail_twice", 19),
    RECIPIENTS.replace('"53"', '"53", "Bretagne"'): ("settings_code", 10),
    RECIPIENTS.replace(PARTNER, "a@b.org, c@d.org"): ("settings_value", 14),
    RECIPIENTS.replace(PARTNER, "a@b.org\\nc"): ("settings_value", 14),
    RECIPIENTS + 'cc = "x"': ("settings_key", 17),
    "[recipients]\naddress = 1": ("settings_value", 4),
}


@pytest.mark.parametrize("case", [*WRONG, *WRONG_RECIPIENTS])
def test_what_is_wrong_with_the_settings_is_told_with_its_line(data, case):
    if case in WRONG:
        settle(data, case)
    else:
        settle(data, 'host = "localhost"', case)
    with pytest.raises(InputErrors) as raised:
        mail.read(data / "mail.toml")
    ((code, line),) = {(one.code, one.line) for one in raised.value.problems}
    assert (code, line) == (WRONG | WRONG_RECIPIENTS)[case]


def test_a_password_that_others_may_read_is_refused(data, market, capsys):
    (data / "secret").write_text("x")
    (data / "secret").chmod(0o640)
    settle(data, 'host = "localhost"\nuser = "us"\npassword_file = "secret"')
    command = ["digest", "--mail", "--warehouse", str(market)]
    assert main(command) == 1
    assert "mode 0640" in capsys.readouterr().err
    (data / "mail.toml").unlink()
    assert main(command) == 1 and "there is no" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--region", "53"])
    assert stopped.value.code == 2 and "says who is told what" in capsys.readouterr().err


def test_the_example_in_the_documents_is_read(data):
    document = (ROOT / "etl/README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"(?m)^    \[server\]\n(?:    .*\n|\n(?=    ))+", document)
    (data / "mail.toml").write_text(block, encoding="utf-8")
    found = mail.read(data / "mail.toml")
    assert found.server.password_file == data / "smtp-password"
    assert found.recipients[0].part.areas == ["region-53", "departement-44"]
