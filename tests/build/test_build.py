"""Builds: the same inputs give the same rows, nothing half-made is served, and one can go back."""

import json
import shutil
import subprocess
import sys

import duckdb
import pytest

from etl.__main__ import main
from etl.build import fingerprint, make, warehouse
from etl.problems import InputErrors
from tests.market import make_build, write_drops

HEADER = "provider_id,domains,departement_code,joined_on\n"
FIRST = {"providers/p-2026-01-31.csv": HEADER + "A,gardening,35,2025-05-01\nB,gardening,35,\n"}
SECOND = {"providers/p-2026-02-28.csv": HEADER + "A,house_cleaning,29,2025-05-01\n"}


def all_rows(connection) -> dict[str, list]:
    """The number of rows of every table and view of a build, and the sum of the hashes of their
    texts: what a row holds in any column changes it, the order of rows does not."""
    tables = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
    ).fetchall()
    assert {schema for schema, _ in tables} == {
        "reference", "staging", "marts", "quality", "published",
    }  # fmt: skip
    counted = "SELECT count(*), sum(hash(CAST(found AS VARCHAR))) FROM {}.{} AS found"
    return {
        f"{schema}.{table}": connection.execute(counted.format(schema, table)).fetchall()
        for schema, table in tables
    }


@pytest.mark.middle
@pytest.mark.anew
def test_a_daily_build_equals_a_build_from_nothing(tmp_path):
    raw = write_drops(tmp_path / "daily" / "raw", FIRST)
    make.build(raw, tmp_path / "daily" / "warehouse")
    write_drops(raw, SECOND)
    daily = make.build(raw, tmp_path / "daily" / "warehouse")
    assert daily.sources["providers"]["reused"] == 1
    make_build(tmp_path / "once", FIRST | SECOND).close()
    opened = [
        warehouse.open_build((tmp_path / way / "warehouse" / "current").resolve())
        for way in ("daily", "once")
    ]
    daily_rows, once_rows = map(all_rows, opened)
    # what was published before is an input too, so the two have not the same id
    for rows in (daily_rows, once_rows):
        # and it carries the edition of its first day
        del rows["quality.build"], rows["published.edition"]
    assert daily_rows == once_rows


@pytest.mark.middle
@pytest.mark.anew
def test_the_same_inputs_give_the_same_build(tmp_path):
    raw = write_drops(tmp_path / "raw", FIRST)
    first = make.build(raw, tmp_path / "warehouse")
    again = make.build(raw, tmp_path / "warehouse")
    elsewhere = make.build(raw, tmp_path / "other")
    assert first.build_id == again.build_id == elsewhere.build_id
    assert warehouse.publications(tmp_path / "warehouse") == [first.build_id]


@pytest.mark.middle
def test_a_later_row_replaces_an_earlier_one_and_nothing_disappears(tmp_path):
    market = make_build(tmp_path, FIRST | SECOND)
    rows = market.execute(
        "SELECT provider_id, domain_codes, departement_code, is_active FROM marts.providers"
    ).fetchall()
    assert rows == [("A", ["house_cleaning"], "29", True), ("B", ["gardening"], "35", True)]
    counted = market.execute(
        "SELECT CAST(month AS VARCHAR), providers FROM marts.supply_months"
        " WHERE level = 'departement' AND code = '35' AND scope_code = 'all' AND kind = 'all'"
        " AND month >= '2025-12-01'"
    ).fetchall()
    # A was in Ille-et-Vilaine until the second drop; B is known from the first drop on
    assert counted == [("2025-12-01", 1), ("2026-01-01", 2), ("2026-02-01", 1)]


@pytest.mark.long
def test_a_snapshot_says_who_has_left(tmp_path):
    snapshot = {"providers/p-2026-02-28.csv.toml": 'mode = "snapshot"\n'}
    market = make_build(tmp_path, FIRST | SECOND | snapshot)
    rows = market.execute(
        "SELECT provider_id, inactive_reason, CAST(left_on AS VARCHAR) FROM marts.providers"
    ).fetchall()
    assert rows == [("A", None, None), ("B", "gone", "2026-02-28")]


def test_a_bad_file_leaves_the_served_build_alone(tmp_path):
    make_build(tmp_path, FIRST).close()
    served = warehouse.served_build(tmp_path / "warehouse")
    write_drops(tmp_path / "raw", {"providers/p-2026-03-31.csv": "%PDF-1.7 not a table"})
    with pytest.raises(InputErrors, match="p-2026-03-31"):
        make.build(tmp_path / "raw", tmp_path / "warehouse")
    assert warehouse.served_build(tmp_path / "warehouse") == served


@pytest.mark.middle
@pytest.mark.anew
def test_a_build_that_fails_a_check_is_kept_aside(tmp_path, monkeypatch):
    make_build(tmp_path, FIRST).close()
    served = warehouse.served_build(tmp_path / "warehouse")
    failing = make.layers.SqlFile("checks", "never", {"label": "never"}, "SELECT 1 AS row_id")
    files_of = make.layers.files_of
    monkeypatch.setattr(
        make.layers,
        "files_of",
        lambda folder: [*files_of(folder), failing] if folder == "checks" else files_of(folder),
    )
    write_drops(tmp_path / "raw", SECOND)
    result = make.build(tmp_path / "raw", tmp_path / "warehouse")
    assert not result.is_published
    assert result.checks_failed[0]["first"] == [{"row_id": 1}]
    assert warehouse.served_build(tmp_path / "warehouse") == served
    assert warehouse.status(tmp_path / "warehouse")["failed"] == [result.build_id]


@pytest.mark.long
def test_a_build_is_compared_with_the_last_one_made_from_other_drops(tmp_path, monkeypatch):
    raw, home = tmp_path / "raw", tmp_path / "warehouse"
    make_build(tmp_path, FIRST).close()
    first = warehouse.served_build(home)
    assert warehouse.compared_build(home, first) is None
    write_drops(raw, SECOND)
    second = make.build(raw, home).build_id
    monkeypatch.setattr(fingerprint, "fingerprint", lambda: "as of other code")
    third = make.build(raw, home).build_id
    assert len({first, second, third}) == 3
    assert warehouse.compared_build(home, third) == warehouse.compared_build(home, second) == first
    assert warehouse.previous_build(home, third) == second


def test_old_builds_go_but_never_the_served_one(tmp_path):
    make_build(tmp_path, FIRST).close()
    folder = tmp_path / "warehouse"
    first = warehouse.served_build(folder)
    stored = shutil.copytree(warehouse.build_folder(folder, first), tmp_path / "stored")
    for number in range(7):
        place = shutil.copytree(stored, folder / "builds" / f"copy-{number}") / "manifest.json"
        stated = json.loads(place.read_text("utf-8")) | {"build": f"copy-{number}"}
        stated[warehouse.SEAL] = warehouse.seal(stated)
        place.write_text(json.dumps(stated), "utf-8")
        warehouse.publish(folder, f"copy-{number}", keep=5)
    assert warehouse.build_ids(folder) == [f"copy-{number}" for number in range(2, 7)]
    warehouse.publish(folder, "copy-2", keep=1)
    assert warehouse.served_build(folder) == "copy-2"
    assert "copy-2" in warehouse.build_ids(folder)


def test_status_and_exit_codes_of_the_commands(tmp_path, capsys):
    raw, home = write_drops(tmp_path / "raw", FIRST), tmp_path / "warehouse"
    assert main(["build", "--raw", str(raw), "--warehouse", str(home), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["published"] and answer["as_of"] == "2026-01-31"
    assert answer["sources"]["providers"] == {
        "files": 1, "reused": 0, "read": 2, "accepted": 2, "refused": 0, "repaired": 0,
    }  # fmt: skip
    assert answer["checks"]["failed"] == [] and answer["checks"]["passed"] >= 10
    assert main(["status", "--warehouse", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["served"] == answer["build"]
    none, no = str(tmp_path / "none"), str(tmp_path / "no")
    assert main(["build", "--raw", none, "--warehouse", no]) == 1
    with pytest.raises(SystemExit) as misused:
        main(["nonsense"])
    assert misused.value.code == 2
    # what a command comes to is the exit code of its process
    command = [sys.executable, "-m", "etl", "rollback", "--warehouse", str(home)]
    assert subprocess.run(command, capture_output=True).returncode == 1


@pytest.mark.long
@pytest.mark.parametrize(("spoken", "text"), [("en_GB", "All of its rows"), ("fr_FR", "Toutes")])
def test_a_file_without_one_good_row_is_told_aloud(tmp_path, monkeypatch, capsys, spoken, text):
    monkeypatch.setenv("LC_ALL", spoken)
    drops = FIRST | {"requests/r-2026-02-01.csv": "request_id,created_at\n,2026-01-02\n,nonsense\n"}
    raw, home = write_drops(tmp_path / "raw", drops), tmp_path / "warehouse"
    asked = ["build", "--raw", str(raw), "--warehouse", str(home)]
    for _again in range(2):  # the second time the lake knows the file
        assert main(asked) == 0
        said = capsys.readouterr().err
        assert f"requests/r-2026-02-01.csv: {text}" in said and "(2)" in said
    main([*asked, "--json"])
    assert json.loads(capsys.readouterr().out)["wholly_refused"] == ["requests/r-2026-02-01.csv"]


@pytest.mark.long
def test_what_to_know_of_a_file_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "en_GB")
    noted = {
        "requests/r-2026-02-01.csv": "request_id,created_at,town\n1,2026-01-02,\n",
        "requests/r-2026-02-01.csv.toml": "[rename]\ncity = 'town'\n",
    }
    raw, home = write_drops(tmp_path / "raw", FIRST | noted), tmp_path / "warehouse"
    asked = ["build", "--raw", str(raw), "--warehouse", str(home)]
    assert main(asked) == 0
    text = "city: the column “town” is empty in every row."
    assert f"requests/r-2026-02-01.csv: {text}" in capsys.readouterr().out
    main([*asked, "--json"])
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert (note["file"], note["text_en"]) == ("requests/r-2026-02-01.csv", text)
    with duckdb.connect(str(home / "current" / "marketplace.duckdb"), read_only=True) as con:
        told = con.execute("SELECT file, note_code, arguments FROM quality.file_notes").fetchall()
    assert told == [
        ("requests/r-2026-02-01.csv", "empty_column", '{"field": "city", "column": "town"}')
    ]


@pytest.mark.long
@pytest.mark.anew
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "fr_FR.UTF-8",
            ["est servie ; au 2026-10-31", "lignes 1", "n’existe pas ; il y a", "1 acceptées",
             "% contrôles", "% empreintes du contenu", "% terminé"],
        ),
        (
            "en_GB.UTF-8",
            ["is served; as of 2026-10-31", "read 1", "there is no build x; there are",
             "1 accepted", "% checks", "% contents", "% done"],
        ),
    ],
)  # fmt: skip
def test_the_console_speaks_the_language_of_the_terminal(tmp_path, capsys, monkeypatch, lang, said):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    raw = write_drops(tmp_path / "raw", {"providers/2026-10-31.csv": "provider_id\n1\n"})
    there = ["--warehouse", str(tmp_path / "warehouse")]
    assert main(["build", "--raw", str(raw), *there]) == 0
    assert main(["status", *there]) == 0
    assert main(["rollback", "x", *there]) == 1
    assert main(["check", str(raw / "providers/2026-10-31.csv"), "--source", "providers"]) == 0
    told = capsys.readouterr()
    assert [text for text in said if text not in told.out + told.err] == []
