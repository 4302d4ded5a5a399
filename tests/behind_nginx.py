"""Several processes of the pages behind nginx, with the configuration that the document shows."""

import datetime as dt
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browsing import ROOT, START_SECONDS, free_port, process
from tests.readers.reader import Reader, opened
from tests.signing_in import SECRET, SECRETS

DOCUMENT = ROOT / "pages" / "door" / "README.md"
PORT = "maillage_port"
# What stands around the document's lines on a machine where nobody is root.
AROUND = """
pid {home}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
{told}
}}
"""


def nginx_path() -> str:
    """Where nginx is; without one the test is skipped, or fails where the browser is required."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return found
    if os.environ.get("MAILLAGE_BROWSER_TESTS") == "required":
        pytest.fail("no nginx: install nginx-light")
    pytest.skip("no nginx: install nginx-light")


@dataclass
class Several:
    """Processes behind nginx: the address that readers know, and what runs on which port."""

    address: str
    ports: tuple[int, int]
    home: Path
    warehouse: Path
    trust: ssl.SSLContext
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self, port: int) -> None:
        """Starts a process, as a service manager does."""
        secrets = ("--secrets.files", str(self.home / "secrets.toml"))
        places = {"logs": self.home / "logs", "data": self.home / "data"}
        started = process(self.warehouse, *secrets, port=port, **places)
        _, self.running[port] = self.stack.enter_context(started)

    def kill(self, port: int) -> None:
        """Ends a process at once, whatever it is doing."""
        self.running[port].kill()
        self.running[port].wait()

    def other(self, port: int) -> int:
        return next(one for one in self.ports if one != port)


class Visitor:
    """What one browser holds: its cookies; ``port`` is that of the process it is at."""

    def __init__(self, several: Several) -> None:
        self.several = several
        self.client = httpx2.Client(
            base_url=several.address, verify=several.trust, follow_redirects=True, timeout=60
        )
        self.ask()

    def led_to(self, port: int) -> "Visitor":
        """The same browser, had it been led to that process."""
        again = Visitor(self.several)
        for name, value in (self.cookies | {PORT: str(port)}).items():
            again.client.cookies.set(name, value, domain="127.0.0.1", path="/")
        return again

    def ask(self) -> int:
        """Ask how the pages do; gives the port of the process that answers."""
        self.client.get("/_stcore/health").raise_for_status()
        return self.port

    @property
    def cookies(self) -> dict[str, str]:
        return {one.name: one.value or "" for one in self.client.cookies.jar}

    @property
    def port(self) -> int:
        return int(self.cookies[PORT])

    def window(self) -> AbstractAsyncContextManager[Reader]:
        """A window of this browser."""
        address, trust = self.several.address, self.several.trust
        return opened(address, cookies=self.cookies, trust=trust)

    async def sign_in(self, name: str) -> None:
        """Press the button at the door, and come back from the provider as somebody."""
        async with self.window() as reader:
            await reader.open("")
            shown = await reader.press("Sign in")
        asked = self.client.get(shown.sends_to)
        self.client.post(str(asked.url), data={"sub": name}).raise_for_status()


@contextmanager
def several(warehouse: Path, provider: str, home: Path) -> Iterator[Several]:
    """Two processes over a warehouse, behind nginx, with sign-in; all they keep is in ``home``."""
    public, *ports = (free_port() for _ in range(3))
    address = f"https://127.0.0.1:{public}"
    secrets = SECRETS.format(address=address, provider=provider, secret=SECRET)
    (home / "secrets.toml").write_text(secrets)
    (home / "data" / "raw" / "events").mkdir(parents=True)
    (home / "data" / "raw" / "events" / "kept.csv").touch()  # else the sample leads to its page
    certificate, key = certify(home)
    told = configuration()
    for shown, meant in {
        "8501": str(ports[0]), "8502": str(ports[1]), "listen 443": f"listen 127.0.0.1:{public}",
        "/etc/ssl/maillage.pem": str(certificate), "/etc/ssl/maillage.key": str(key),
    }.items():  # fmt: skip
        assert shown in told
        told = told.replace(shown, meant)
    (home / "nginx.conf").write_text(AROUND.format(home=home, told=told))
    trust = ssl.create_default_context(cafile=str(certificate))
    found = Several(address, (ports[0], ports[1]), home, warehouse, trust)
    with found.stack, proxied(home, public):
        for port in found.ports:
            found.start(port)
        yield found


def configuration() -> str:
    """The lines that the document shows."""
    (told,) = re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    return str(told)


@contextmanager
def proxied(home: Path, port: int) -> Iterator[None]:
    """nginx with the configuration of a folder, listening on a port."""
    command = [nginx_path(), "-p", str(home), "-c", str(home / "nginx.conf"), "-e", "stderr"]
    running = subprocess.Popen([*command, "-g", "daemon off; master_process off;"])
    try:
        for _ in range(START_SECONDS * 10):
            assert running.poll() is None, "nginx stopped"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait()


def certify(home: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody but the tests trusts, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alone = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alone, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (home / "maillage.pem").write_bytes(made.public_bytes(pem))
    (home / "maillage.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return home / "maillage.pem", home / "maillage.key"
