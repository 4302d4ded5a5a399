"""The server refuses to start where strangers could reach the pages without sign-in."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from pages.door import startup_check
from tests.browsing import ROOT, free_port
from tests.signing_in import SECRET, SECRETS

GOOD = SECRETS.format(
    address="https://maillage.example.org", provider="https://login.example.org", secret=SECRET
)


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, object]]:
    """Streamlit's options for one test: those set here, else the project's own."""
    chosen: dict[str, object] = {"secrets.files": [str(tmp_path / "secrets.toml")]}
    real = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: chosen.get(name, real(name)))
    startup_check.sign_in.cache_clear()
    yield chosen
    startup_check.sign_in.cache_clear()


@pytest.fixture
def secrets(options: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Writes the secrets file, and has it read anew."""

    def write(text: str) -> None:
        import streamlit as st
        from streamlit.runtime.secrets import Secrets

        (tmp_path / "secrets.toml").write_text(text)
        monkeypatch.setattr(st, "secrets", Secrets())
        startup_check.sign_in.cache_clear()

    options["server.allowedHosts"] = ["maillage.example.org", "127.0.0.1"]
    return write


def reasons() -> str:
    with pytest.raises(startup_check.Unsafe) as refused:
        startup_check.check()
    return str(refused.value)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "::1", "[::1]",
                "::ffff:127.0.0.1"],
)  # fmt: skip
def test_the_loopback_needs_no_sign_in(options: dict[str, object], address: str) -> None:
    options["server.address"] = address
    startup_check.check()
    assert startup_check.sign_in() is None


@pytest.mark.parametrize(
    "address",
    [None, "", " ", "0.0.0.0", "::", "[::]", "0", "127.1", "192.168.1.7", "10.0.0.1", "8.8.8.8",
     "::ffff:10.0.0.1", "::ffff:0.0.0.0", "fe80::1", "localhost.example.org", "my-machine",
     "unix:///tmp/socket", "*"],
)  # fmt: skip
def test_any_other_address_is_refused_with_what_to_do(
    options: dict[str, object], address: str | None
) -> None:
    options["server.address"] = address
    text = reasons()
    assert "Sign-in is not configured" in text and ".streamlit/secrets.example.toml" in text


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.allowedHosts", ["127.0.0.1", "maillage.example.org"]),
        ("server.allowedHosts", ["*"]),
        ("server.trustedUserHeaders", {"X-Groups": "groups"}),
        ("server.enableAgentApi", True),
        ("server.enableCORS", False),
        ("server.enableXsrfProtection", False),
        ("global.developmentMode", True),
    ],
)
def test_options_that_let_others_in_are_refused(
    options: dict[str, object], option: str, value: object
) -> None:
    options["server.address"] = "127.0.0.1"
    options[option] = value
    assert option in reasons()


@pytest.mark.parametrize("address", [None, "0.0.0.0", "127.0.0.1", "192.168.1.7"])
def test_with_sign_in_any_address_goes(
    options: dict[str, object], secrets, address: str | None
) -> None:
    options["server.address"] = address
    secrets(GOOD)
    startup_check.check()
    found = startup_check.sign_in()
    assert found is not None and found.is_https
    assert found.groups == {"founder": {"market-founders"}, "partner": {"agencies", "banks"}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (SECRET, "", "cookie_secret is missing"),
        (SECRET, "short", "32 characters"),
        ("https://maillage", "http://maillage", "redirect_uri must begin with https"),
        ("https://login", "http://login", "server_metadata_url must begin with https"),
        ("oauth2callback", "callback", "must end with /oauth2callback"),
        ("maillage.example.org", "other.example.org", "allowedHosts must name “other"),
        ('client_secret = "a secret between the two"', "", "client_secret is missing"),
        ('client_id = "maillage"', 'client_id = "m"\nexpose_tokens = "id"', "expose_tokens"),
        ("[access]", "[auth.other]\nclient_id = 'x'\n[access]", "[auth.other] is a second"),
        ("[access]", "[elsewhere]", "no [access]"),
        ("[auth]", "[elsewhere]", "no [auth]"),
        ('groups_claim = "groups"', "", "groups_claim is missing"),
        ('["market-founders"]', "[]", "founders names no group"),
        ('["market-founders"]', '"market-founders"', "founders must be a list"),
        ('"banks"', '"market-founders"', "market-founders: a group is of founders or"),
        ("partners =", "partner =", "partner is unknown"),
        ("session_hours = 12", "session_hours = 0", "session_hours"),
        ("session_hours = 12", "session_hours = 721", "session_hours"),
        ("session_hours = 12", "session_hours = true", "session_hours"),
        ("[auth]", "[auth", "cannot be read"),
    ],
)
def test_half_a_sign_in_is_none_and_never_makes_founders(
    options: dict[str, object], secrets, old: str, new: str, said: str
) -> None:
    options["server.address"] = "127.0.0.1"
    assert old in GOOD
    secrets(GOOD.replace(old, new, 1))
    assert said in reasons()


def test_the_example_is_complete_but_for_what_is_secret(
    options: dict[str, object], secrets
) -> None:
    example = (ROOT / ".streamlit" / "secrets.example.toml").read_text(encoding="utf-8")
    secrets(example)
    text = reasons()
    assert text.count("is missing") == len(text.splitlines()) == 3
    for name in ("cookie_secret", "client_id", "client_secret"):
        example = example.replace(f'{name} = ""', f'{name} = "{SECRET}"')
    secrets(example)
    startup_check.check()


@pytest.mark.middle
@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--server.address", "0.0.0.0"], {}),
        (["--server.address", ""], {}),
        ([], {"STREAMLIT_SERVER_ADDRESS": "::"}),
    ],
)
def test_a_real_server_ends_before_it_serves(
    flags: list[str], variables: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port()),
         "--secrets.files", str(tmp_path / "none.toml"), "--browser.serverAddress", "localhost",
         *flags],
        cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Sign-in is not configured" in done.stderr and "Traceback" not in done.stderr
