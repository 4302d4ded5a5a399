"""The unit of systemd and the container file say what the document says, and start the pages."""

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.behind_nginx import configuration
from tests.browsing import ROOT

FOLDER = ROOT / "pages" / "door" / "deploy"
UNIT = FOLDER / "maillage@.service"
AT = "/srv/maillage"


def instructions() -> list[tuple[str, str]]:
    """Those of the container file: (FROM, what follows), …"""
    text = re.sub(r"^#.*\n", "", (FOLDER / "Containerfile").read_text("utf-8"), flags=re.M)
    lines = text.replace("\\\n", " ").splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def said(name: str) -> list[str]:
    return [rest for one, rest in instructions() if one == name]


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze")
    text = UNIT.read_text("utf-8").replace(f"{AT}/.venv/bin/python", sys.executable)
    (tmp_path / UNIT.name).write_text(text.replace(AT, str(ROOT)))
    command = ["systemd-analyze", "verify", str(tmp_path / UNIT.name)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")


def test_the_unit_starts_the_pages_for_nobody_mighty() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert service["ExecStart"] == (
        f"{AT}/.venv/bin/python -m streamlit run app.py --server.port %i"
    )
    assert service["User"] == "maillage" and service["WorkingDirectory"] == AT
    assert service["ProtectSystem"] == "strict" and service["ReadWritePaths"] == f"{AT}/data"
    assert service["NoNewPrivileges"] == "yes" and service["CapabilityBoundingSet"] == ""


def test_the_document_names_the_ports_of_the_units_and_of_nginx() -> None:
    text = (ROOT / "pages" / "door" / "README.md").read_text("utf-8")
    units = set(re.findall(r"maillage@(\d+)", text))
    assert units == set(re.findall(r"server 127\.0\.0\.1:(\d+);", configuration()))


def test_the_container_runs_as_nobody_mighty_and_fetches_nothing_at_its_start() -> None:
    (base,) = said("FROM")
    assert instructions()[0] == ("FROM", base) and re.search(r":\d+\.\d+", base)
    last_run = max(n for n, (name, _) in enumerate(instructions()) if name == "RUN")
    user = next(n for n, (name, _) in enumerate(instructions()) if name == "USER")
    assert user > last_run and said("USER") == ["maillage"]
    assert "useradd --system" in " ".join(said("RUN"))
    (install,) = [line for line in said("RUN") if "pip install" in line]
    assert "--require-hashes" in install and "--no-deps" in install
    assert "install" not in said("CMD")[0] and said("CMD")[0].startswith('["python", ')


def test_no_secret_and_no_data_comes_into_the_container() -> None:
    for line in said("COPY"):
        *sources, _ = shlex.split(line)
        for source in sources:
            assert (ROOT / source).exists() and ".." not in source
            assert source not in (".", ".streamlit", "data") and "secrets" not in source


@pytest.mark.middle
def test_what_the_container_holds_starts_and_refuses_to_serve_without_sign_in(
    tmp_path: Path,
) -> None:
    for line in said("COPY"):
        *sources, target = shlex.split(line)
        for source in map(ROOT.__truediv__, sources):
            to = tmp_path / target
            if source.is_dir():
                shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, to)
    (start,) = said("CMD")
    command = [sys.executable, *re.findall(r'"([^"]+)"', start)[1:]]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert told.returncode == 2 and "Sign-in is not configured" in told.stderr
