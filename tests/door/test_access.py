"""Who has which role, which file each role reads, and what the access log keeps."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from etl.build.warehouse import HELD as HELD_NOTE
from pages import PAGES, door
from pages.door import access_log, roles, signed_out, startup_check
from pages.shared import export, i18n, query
from tests.door.test_gate import SETTINGS
from tests.pages_fixture import ROOT, make_warehouse, texts

FOUNDER = roles.Visit("founder", "founder", account="f@example.org", owner="f", ends_at=9e12)
PARTNER = roles.Visit("partner", "partner", account="p@example.org", owner="p", ends_at=9e12)
PREVIEW = roles.Visit("partner", "founder", account="f@example.org", owner="f", ends_at=9e12)
CLAIMS = {"is_logged_in": True, "sub": "s", "email": "s@example.org", "iss": "i", "nonce": "n"}


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build whose two files can be told apart."""
    folder = make_warehouse(tmp_path / "warehouse")
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(folder))
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    with duckdb.connect(str(folder / "current" / "partners.duckdb")) as db:
        db.execute("CREATE SCHEMA quality; CREATE SCHEMA reference; CREATE SCHEMA published")
        db.execute("ATTACH ? AS whole", [str(folder / "current" / "marketplace.duckdb")])
        db.execute("CREATE TABLE quality.build AS FROM whole.quality.build")
        db.execute("CREATE TABLE reference.scopes AS FROM whole.reference.scopes")
    return folder


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server runs with sign-in."""
    monkeypatch.setattr(startup_check, "sign_in", lambda: SETTINGS)


def identify(**claims: Any) -> roles.Visit:
    return roles.identify({**CLAIMS, "iat": time.time(), **claims}, SETTINGS)


@pytest.mark.parametrize(
    ("claims", "role", "why"),
    [
        ({"groups": ["f"]}, "founder", ""),
        ({"groups": ["x", "p"]}, "partner", ""),
        ({"groups": "f"}, "founder", ""),
        ({"groups": ["f", "p"]}, "partner", ""),  # when in doubt, the lower right
        ({"groups": ["p", "f"]}, "partner", ""),
        ({"groups": ["F"]}, None, "no_group"),
        ({"groups": ["ff"]}, None, "no_group"),
        ({"groups": "f,p"}, None, "no_group"),
        ({"groups": "f p"}, None, "no_group"),
        ({"groups": []}, None, "no_group"),
        ({"groups": [1, None, ["f"]]}, None, "no_group"),
        ({}, None, "no_claim"),
        ({"groups": None}, None, "no_claim"),
        ({"groups": {"f": True}}, None, "no_claim"),
        ({"roles": ["f"], "group": ["f"]}, None, "no_claim"),
        ({"groups": ["f"], "is_logged_in": False}, None, "signed_out"),
        ({"groups": ["f"], "is_logged_in": "yes"}, None, "signed_out"),
        ({"groups": ["f"], "sub": ""}, None, "signed_out"),
        ({"groups": ["f"], "sub": None}, None, "signed_out"),
        ({"groups": ["f"], "iat": None}, None, "signed_out"),
        ({"groups": ["f"], "iat": True}, None, "signed_out"),
        *(
            ({"groups": ["f"], "iat": json.loads(iat)}, None, "signed_out")
            for iat in ("Infinity", "-Infinity", "NaN", "1e400", "1" + "0" * 400, "-1e300")
        ),
        ({"groups": ["f"], "iat": time.time() - 12 * 3600}, None, "expired"),
        ({"groups": ["f"], "iat": time.time() + 3600}, None, "expired"),
        ({"groups": ["f"], "role": "founder", "view": "own", "iat": 0}, None, "expired"),
    ],
)
def test_a_role_comes_from_the_groups_and_nothing_else(
    claims: dict[str, Any], role: str | None, why: str
) -> None:
    found = identify(**claims)
    assert (found.role, found.own_role, found.why) == (role, role, why)


def test_an_account_is_its_email_else_its_subject() -> None:
    assert identify(groups=["f"]).account == "s@example.org"
    assert identify(groups=["f"], email=None).account == "s"
    assert identify(groups=["f"], email="other@example.org").owner == identify().owner


@pytest.mark.parametrize(
    ("visitor", "file"),
    [(FOUNDER, "marketplace.duckdb"), (PARTNER, "partners.duckdb"), (PREVIEW, "partners.duckdb")],
)
def test_a_role_reads_its_own_file(
    warehouse: Path, signed_in: None, visitor: roles.Visit, file: str
) -> None:
    with roles.acting_as(visitor):
        assert query.build().path.name == file
        assert query.page_sql(str(ROOT / "pages/shared/x.py"), "scopes")["scope_code"].size == 6


def test_answers_are_not_shared_between_the_files(warehouse: Path, signed_in: None) -> None:
    """What a founder has just read must not come back to a partner, who has no such table."""
    page = str(ROOT / "pages" / "shared" / "page.py")
    with roles.acting_as(FOUNDER):
        assert len(query.page_sql(page, "freshness")) == 2
    with roles.acting_as(PARTNER), pytest.raises(query.QueryError):
        query.page_sql(page, "freshness")


def test_without_a_role_nothing_is_read(warehouse: Path, signed_in: None) -> None:
    for visitor in (roles.NOBODY, roles.Visit("partner", "partner", ends_at=0, why="")):
        with roles.acting_as(visitor), pytest.raises(query.QueryError, match="not signed in"):
            query.build()
    with pytest.raises(query.QueryError, match="not signed in"):
        query.build()  # outside any visit


def test_a_partner_without_a_file_gets_none(warehouse: Path, signed_in: None) -> None:
    (warehouse / "current" / "partners.duckdb").unlink()
    with roles.acting_as(PARTNER), pytest.raises(query.NotReleased):
        query.build()
    with roles.acting_as(FOUNDER):
        assert query.build().path.name == "marketplace.duckdb"


def test_a_file_made_at_the_click_speaks_the_readers_language(warehouse: Path) -> None:
    def make() -> bytes:
        return export.to_csv(lambda: pd.DataFrame({i18n.gettext("Domain"): [1]}), "fr")

    assert "Domaine" in export._made(door.handing_to(roles.LOCAL), "fr", "csv", make).decode(
        "utf-8-sig"
    )


def test_a_file_is_made_for_who_was_shown_the_button(warehouse: Path, signed_in: None) -> None:
    def make() -> bytes:
        return query.build().path.name.encode()

    assert export._made(door.handing_to(PARTNER), "en", "csv", make) == b"partners.duckdb"
    assert roles.may_fetch(b"partners.duckdb", PARTNER)
    assert not roles.may_fetch(b"partners.duckdb", FOUNDER)
    over = roles.Visit("founder", "founder", owner="f", ends_at=time.time() - 1)
    with pytest.raises(query.QueryError):
        export._made(door.handing_to(over), "en", "csv", make)
    assert [entry["event"] for entry in entries()] == ["export"]


def entries() -> list[dict[str, Any]]:
    files = sorted(signed_out.logs().glob("*"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def run(slug: str = "", user: dict[str, Any] | None = None, **address: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
    test.session_state["_welcomed"] = True  # else the sample would lead to the page of files
    test.user = (
        {**CLAIMS, "iat": time.time(), **user} if user is not None else {"is_logged_in": False}
    )
    for name, value in {"lang": "en", **address}.items():
        test.query_params[name] = value
    if slug:
        test.context["url"] = f"http://localhost/{slug}"
        test._page_hash = calc_hash(slug)
    return test.run()


@pytest.mark.parametrize(
    "user",
    [None, {"groups": ["x"]}, {}, {"groups": ["f"], "iat": 0}],
)
@pytest.mark.parametrize("address", [{}, {"as": "own"}, {"role": "founder", "file": "x"}])
def test_a_stranger_gets_the_sign_in_page_alone(
    warehouse: Path, signed_in: None, user: dict[str, Any] | None, address: dict[str, str]
) -> None:
    page = run("coverage", user, **address)
    assert [title.value for title in page.title] == ["Maillage"] and not page.error
    assert [button.label for button in page.button] in (["Sign in"], ["Sign out"])
    said = texts(page)
    assert not [name.title for name in PAGES if name.title in said]
    assert "2026" not in said and "20261122" not in said and not page.dataframe


def test_a_session_ends_while_the_page_is_open(
    warehouse: Path, signed_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run(user={"groups": ["f"]})
    assert [title.value for title in page.title] == ["Overview"]
    later = time.time() + SETTINGS.session_hours * 3600
    monkeypatch.setattr(roles.time, "time", lambda: later)
    page.run()
    assert [title.value for title in page.title] == ["Maillage"]
    assert "Your session has ended." in texts(page)


@pytest.mark.parametrize("groups", [["f"], ["p"], ["x"]])
def test_the_button_ends_the_sign_in(warehouse: Path, signed_in: None, groups: list[str]) -> None:
    user = {**CLAIMS, "iat": time.time(), "groups": groups, "nonce": str(groups)}
    key = roles.identify(user, SETTINGS).key
    page = run(user=user)
    assert not signed_out.holds(key)
    (button,) = [one for one in page.button if one.label == "Sign out"]
    button.click().run()
    assert signed_out.holds(key)


def test_a_partner_learns_that_nothing_is_released_a_founder_why(
    warehouse: Path, signed_in: None
) -> None:
    build = (warehouse / "current").resolve()
    (build / "partners.duckdb").unlink()
    why = {"partners": {"published": False, "why": "the audit found an open cell"}}
    (build / "manifest.json").write_text(json.dumps(why))
    page = run(user={"groups": ["p"]})
    said = texts(page)
    assert "No figures have been released yet." in said and "audit" not in said
    page = run(user={"groups": ["f"]}, **{"as": "partner"})
    said = texts(page)
    assert "No figures have been released yet." in said and "audit found an open cell" in said


HELD = {"file": "providers/p_1-2026-11-30.csv", "sidecar": "p_1-2026-11-30.csv.toml",
        "source": "providers", "as_of": "2026-11-30", "known": 1200, "leaving": 900,
        "is_held": True}  # fmt: skip


def test_founders_learn_of_a_list_that_is_held_partners_do_not(
    warehouse: Path, signed_in: None
) -> None:
    (warehouse / HELD_NOTE).write_text(json.dumps([HELD]))
    for slug in ("", "quality"):
        (said,) = [info.value for info in run(slug, {"groups": ["f"]}).info if "held" in info.value]
        plain = said.replace("\\", "")
        assert "p_1-2026-11-30.csv, 900 of the 1,200 known would leave" in plain
        assert "the build before it is still served" in said and "`confirmed = true`" in said
        assert "sidecar p_1-2026-11-30.csv.toml" in plain
    said = texts(run(user={"groups": ["f"]}, lang="fr")).replace("\\", "")
    assert "900 des 1\u202f200 connus partiraient" in said and "reste servie" in said
    for address in ({"user": {"groups": ["p"]}}, {"user": {"groups": ["f"]}, "as": "partner"}):
        assert "p_1-2026" not in texts(run(**address)).replace("\\", "")
    (warehouse / HELD_NOTE).unlink()
    assert "held" not in texts(run(user={"groups": ["f"]}))


def test_the_log_says_who_opened_what_and_nothing_more(warehouse: Path, signed_in: None) -> None:
    page = run(user={"groups": ["f"]}, provider="P1", q="Anne Le Gall")
    page.run()
    run(user={"groups": ["x"]})
    run()
    found = entries()
    assert [set(entry) for entry in found] == [
        {"at", "event", "account", "role", "page"},
        {"at", "event", "account", "role", "why"},
    ]
    assert [(entry["event"], entry["role"]) for entry in found] == [
        ("page", "founder"), ("refused", None),
    ]  # fmt: skip
    assert dt.datetime.fromisoformat(found[0]["at"]).tzinfo
    (file,) = signed_out.logs().glob("*")
    assert file.stat().st_mode & 0o077 == 0


def test_old_months_are_removed(tmp_path: Path) -> None:
    for month in ("2024-10", "2025-10", "2025-11", "2026-10", "2026-11"):
        (tmp_path / f"access-{month}.jsonl").touch()
    (tmp_path / "other.txt").touch()
    access_log.remove_old(tmp_path, dt.date(2026, 11, 23), 12)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "access-2025-11.jsonl", "access-2026-10.jsonl", "access-2026-11.jsonl", "other.txt",
    ]  # fmt: skip


def test_a_log_that_cannot_be_written_stops_no_page_and_is_told(
    warehouse: Path, signed_in: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "file" / "logs"))
    page = run(user={"groups": ["f"]})
    assert [title.value for title in page.title] == ["Overview"]
    assert "The access log cannot be written." in texts(page)
    assert "access log cannot be written" in caplog.text
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    page = run(user={"groups": ["f"]})
    assert "The access log cannot be written." not in texts(page)
