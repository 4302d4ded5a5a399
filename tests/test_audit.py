"""What the lock pins: each package with its hashes, and known weaknesses asked for and told."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from etl.paths import ROOT

LOCKS = [ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"]
WEAKNESS = {
    "id": "PYSEC-2026-1", "modified": "2026-01-01T00:00:00Z", "summary": "error: reads too much",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "tqdm"}}],
}  # fmt: skip


@contextmanager
def service(weak: str, asked: list[str]) -> Iterator[str]:
    """Answers as OSV does, and knows one weakness of one package; notes what it is asked for."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            names = [
                one["package"]["name"] for one in json.loads(self.rfile.read(length))["queries"]
            ]
            asked.extend(names)
            known = {"id": WEAKNESS["id"], "modified": WEAKNESS["modified"]}
            self.answer({"results": [{"vulns": [known]} if n == weak else {} for n in names]})

        def do_GET(self) -> None:
            self.answer(WEAKNESS)

        def answer(self, told: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ".ci/audit.py", *arguments], cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_each_package_is_pinned_with_its_hashes(lock: Path) -> None:
    needs = lock.read_text("utf-8").replace("\\\n", " ")
    pins = [line for line in needs.splitlines() if re.match(r"[\w.-]", line)]
    assert len(pins) > 50
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.middle
@pytest.mark.parametrize(("weak", "status"), [("tqdm", 1), ("none", 0)])
def test_a_known_weakness_is_told(weak: str, status: int) -> None:
    asked: list[str] = []
    with service(weak, asked) as url:
        done = audit("--service-url", url)
    if "audit skipped" in done.stdout:
        pytest.skip(f"no index of packages: {done.stdout}")
    assert done.returncode == status, done.stderr
    assert ("PYSEC-2026-1" in done.stderr) == bool(status)
    pinned = re.findall(r"^([\w.-]+)==", LOCKS[0].read_text("utf-8"), re.M)
    assert sorted(asked) == sorted(pinned)
    assert status or f"no known weakness in {len(pinned)} packages" in done.stdout


def test_who_cannot_ask_says_so_in_a_line() -> None:
    done = audit("--service-url", "http://127.0.0.1:9/", "--offline")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("audit skipped, ") and done.stdout.count("\n") == 1
