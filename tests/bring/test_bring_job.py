"""A file that is brought is tried beside the served build, becomes a drop, can be taken back."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from etl import forget, paths
from etl.bring import history, incoming, job, outcome, placing, states, trial
from etl.bring.before import header_of, read_before
from etl.bring.folders import Folders
from etl.bring.states import Job
from etl.build import make, warehouse
from etl.disclosure import ledger
from etl.paths import ROOT
from tests.ingesting import drop_text

PROVIDERS = (
    "provider_id,name,domains,commune_code,joined_on\n"
    "p1,Anne Le Gall,gardening,35238,2025-01-01\n"
    "p2,Proxi Aide,cleaning,35047,2025-01-01\n"
)
REQUESTS = "request_id,domain,commune_code,created_at\nr1,gardening,35238,2026-10-01T10:00:00\n"


@pytest.fixture
def places(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")


def arrived(places: Folders, name: str, text: str) -> Path:
    folder = places.incoming / f"{len([*places.incoming.glob('*')]):032x}"
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    return folder / name


def done(
    kind: str,
    places: Folders,
    file: Path | str,
    source: str = "providers",
    sidecar: str = "",
    **more: Any,
) -> states.State:
    folder = file.parent if isinstance(file, Path) else places.removed / Path(file).stem
    name = Path(file).name
    wanted = Job(kind, places, "anne@example.org", str(file), source, name, sidecar, **more)
    states.ask(folder, wanted)
    job.work(folder)
    found = states.state(folder)
    assert found is not None
    return found


def brought(places: Folders, name: str, text: str, source: str = "providers", sidecar: str = ""):
    file = arrived(places, name, text)
    tried = done("try", places, file, source, sidecar)
    assert tried.status == "done", tried
    found = done("bring", places, file, source, sidecar)
    assert found.status == "done", found
    return tried, found


def drops(places: Folders) -> list[str]:
    return sorted(p.relative_to(places.raw).as_posix() for p in places.raw.rglob("*.*"))


def test_a_trial_tells_what_would_become_and_leaves_everything_as_it_was(places: Folders) -> None:
    brought(places, "a-2026-10-01.csv", PROVIDERS)
    served, before = warehouse.served_build(places.warehouse), drops(places)
    shown = [*ledger.folder(places.warehouse).glob("*")]
    text = PROVIDERS.replace("Proxi Aide", "Proxi Aide Bruz").replace("p1,", "p3,")
    file = arrived(places, "b-2026-11-01.csv", text + "p4,Sans domaine,,99999,2035-01-01\n")
    told = done("try", places, file).result
    assert told["counts"] == {
        "read": 3, "accepted": 3, "refused": 0, "repaired": 2, "filtered": 0, "merged": 0,
    }  # fmt: skip
    assert told["keys"] == {"known": 2, "new": 2, "changed": 1, "same": 0, "lacking": 1}
    assert (told["as_of"], told["as_of_origin"]) == ("2026-11-01", "name")
    assert told["places"] == [{"code": "35", "rows": 2}, {"code": None, "rows": 1}]
    assert (told["before"]["active_providers"], told["after"]["active_providers"]) == (2, 3)
    assert told["build"]["published"] and not told["twin"]
    # the second one shows beside the day of the file alone: a build finds it
    found = {group["reason_code"] for group in told["groups"]}
    assert found == {"unresolved_place", "date_after_the_file"}
    assert told["months"] == ["2025-11-01", "2026-10-01"]
    assert told["months_before"] == ["2025-10-01", "2026-09-01"]
    # served, drops and what partners were shown are what they were
    assert (warehouse.served_build(places.warehouse), drops(places)) == (served, before)
    assert [*ledger.folder(places.warehouse).glob("*")] == shown
    assert warehouse.build_ids(places.warehouse) == [served]


@pytest.mark.long
def test_a_place_is_shown_as_it_was_decided(places: Folders) -> None:
    text = "provider_id,city,region,country\np1,Rennes,Bretagne,France\n"
    told = done("try", places, arrived(places, "a-2026-10-01.csv", text)).result
    fields, rows = told["first_rows"]
    assert dict(zip(fields, rows[0], strict=True)) == {
        "provider_id": "p1", "city": "Rennes", "region": "53",
    }  # fmt: skip
    assert told["keys"]["new"] == 1


@pytest.mark.long
def test_what_was_tried_is_used_and_is_what_a_build_makes(places: Folders, tmp_path: Path) -> None:
    tried, found = brought(places, "a-2026-10-01.csv", PROVIDERS, sidecar='mode = "snapshot"\n')
    assert found.result["build"] == tried.result["build"]["build"]
    assert drops(places) == ["providers/a-2026-10-01.csv", "providers/a-2026-10-01.csv.toml"]
    again = make.build(places.raw, tmp_path / "other")
    assert again.build_id == found.result["build"]
    (entry,) = history.standing(places)
    assert (entry["account"], entry["file"]) == ("anne@example.org", "providers/a-2026-10-01.csv")
    assert entry["is_there"] and oct(places.history.stat().st_mode)[-3:] == "600"


@pytest.mark.middle
def test_later_files_depend_on_one_where_they_share_a_key(places: Folders) -> None:
    for number, key in ((1, "a"), (2, "a"), (3, "b")):
        drop_text(
            places.data, "providers", f"provider_id,name\n{key},A\n", f"2026-0{number}-01.csv"
        )
    make.build(places.raw, places.warehouse)
    served = str(warehouse.served_build(places.warehouse))
    stated = warehouse.manifest(places.warehouse, served)["drops"]
    first, second, third = (d["key"] for d in sorted(stated, key=lambda drop: drop["as_of"]))
    assert outcome.sharing(places.warehouse, first, [second, third]) == 1
    assert outcome.sharing(places.warehouse, third, [first, second]) == 0


def test_a_trial_leaves_as_much_of_the_disk_free_as_a_file_that_is_sent(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=incoming.LEFT_FREE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    found = done("try", places, arrived(places, "a-2026-10-01.csv", PROVIDERS))
    assert (found.status, found.code) == ("failed", "bring_disk")


def test_thirty_trials_in_a_row_leave_one_of_an_account_and_three_in_all(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a trial made is as large as a build, and no founder has promised it."""
    monkeypatch.setattr(paths, "DATA", places.data)

    def waiting(number: int, owner: str) -> Path:
        upload = incoming.begin(owner, f"p-2026-10-{number:02}.csv", len(PROVIDERS))
        upload = incoming.append(upload.id, owner, 0, PROVIDERS.encode())
        given = ("providers", upload.path, upload.name, "")
        trial.prepare(places, upload.folder / trial.FOLDER, [given])
        return upload.folder / trial.FOLDER

    made = [waiting(number, f"founder {number // 6}") for number in range(1, 31)]
    assert [one for one in made if one.exists()] == [made[22], made[28], made[29]]


def test_a_trial_ends_where_the_disk_fills_up_meanwhile_and_leaves_nothing(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = arrived(places, "a-2026-10-01.csv", PROVIDERS)
    usage, asked = shutil.disk_usage("/"), iter([incoming.LEFT_FREE * 2] * 2)
    monkeypatch.setattr(
        shutil,
        "disk_usage",
        lambda path: usage._replace(free=next(asked, incoming.LEFT_FREE - 1)),
    )
    found = done("try", places, file)
    assert (found.status, found.code) == ("failed", "bring_disk")
    assert not (file.parent / trial.FOLDER).exists() and file.exists()


@pytest.mark.long
def test_no_drop_is_written_over(places: Folders) -> None:
    brought(places, "a-2026-10-01.csv", PROVIDERS)
    brought(places, "a-2026-10-01.csv", PROVIDERS.replace("p2", "p5"))
    assert "providers/a-2026-10-01-no2.csv" in drops(places)
    assert (places.raw / "providers/a-2026-10-01.csv").read_text() == PROVIDERS


def test_the_same_file_twice_is_told(places: Folders) -> None:
    brought(places, "a-2026-10-01.csv", PROVIDERS)
    found = done("try", places, arrived(places, "b-2026-10-01.csv", PROVIDERS))
    assert found.result["twin"] == "providers/a-2026-10-01.csv"


@pytest.mark.parametrize("kind", ["try", "bring"])
def test_a_file_that_cannot_be_used_changes_nothing(places: Folders, kind: str) -> None:
    _, found = brought(places, "a-2026-10-01.csv", PROVIDERS)
    before = drops(places)
    failed = done(kind, places, arrived(places, "b-2026-11-01.csv", "name,city\nAnne,Rennes\n"))
    assert failed.status == "failed"
    assert [one.code for one in states.problems(failed)] == ["header"]
    assert drops(places) == before
    assert warehouse.served_build(places.warehouse) == found.result["build"]


@pytest.mark.long
def test_a_complete_list_that_lacks_many_is_held_until_confirmed(places: Folders) -> None:
    many = PROVIDERS + "".join(f"q{i},N,gardening,35238,2025-01-01\n" for i in range(9))
    brought(places, "a-2026-10-01.csv", many, sidecar='mode = "snapshot"\n')
    file = arrived(places, "b-2026-11-01.csv", PROVIDERS)
    held = done("try", places, file, sidecar='mode = "snapshot"\n').result
    assert held["held"][0]["leaving"] == 9 and held["after"]["active_providers"] == 2
    refused = done("bring", places, file, sidecar='mode = "snapshot"\n').result
    assert not refused["published"] and len(drops(places)) == 2
    sure = done("bring", places, file, sidecar='mode = "snapshot"\n', is_confirmed=True).result
    assert sure["published"] and len(drops(places)) == 4


@pytest.mark.long
def test_taking_back_moves_the_drop_and_its_corrections_and_the_figures_return(
    places: Folders,
) -> None:
    _, first = brought(places, "a-2026-10-01.csv", PROVIDERS)
    wrong = (
        "provider_id,name,domains,commune_code\np7,Faux,gardening,35238\n,Sans,gardening,35238\n"
    )
    brought(places, "b-2026-11-01.csv", wrong)
    with duckdb.connect(str(places.warehouse / "current" / "marketplace.duckdb")) as con:
        hashes = con.execute("SELECT content_hash FROM quality.files ORDER BY as_of").fetchall()
    brought(
        places, "corrected.csv", "provider_id,name,domains,commune_code\np8,Sans,gardening,35238\n",
        sidecar=f'corrects = "{hashes[-1][0]}"\n',
    )  # fmt: skip
    found = done("take_back", places, "providers/b-2026-11-01.csv")
    assert found.status == "done" and found.result["build"] == first.result["build"]
    assert found.result["with_it"] == ["providers/corrected.csv"]
    assert drops(places) == ["providers/a-2026-10-01.csv", "providers/a-2026-10-01.csv.toml"]
    kept = {path.name for path in places.removed.rglob("*.csv*")}
    assert kept == {
        "b-2026-11-01.csv", "b-2026-11-01.csv.toml", "corrected.csv", "corrected.csv.toml",
    }  # fmt: skip
    only = done("take_back", places, "providers/a-2026-10-01.csv")
    assert (only.status, only.code) == ("failed", "bring_only_one")
    gone = done("take_back", places, "providers/b-2026-11-01.csv")
    assert (gone.status, gone.code) == ("failed", "bring_gone")
    history.sweep(places, time.time() + (placing.KEPT_DAYS - 1) * 86400)
    assert {path.name for path in places.removed.rglob("*.csv*")} == kept
    history.sweep(places, time.time() + (placing.KEPT_DAYS + 1) * 86400)
    assert not [*places.removed.iterdir()]


@pytest.mark.middle
def test_an_erasure_reaches_what_waits_what_was_taken_back_and_the_history(places: Folders) -> None:
    brought(places, "a-2026-10-01.csv", PROVIDERS)
    brought(places, "p2-2026-11-01.csv", PROVIDERS.replace("p1,Anne Le Gall", "p9,Autre"))
    history.note(places, "brought", "me", source="providers", file="providers/x.csv", build="p2")
    done("take_back", places, "providers/p2-2026-11-01.csv")
    arrived(places, "c-2026-11-02.csv", PROVIDERS)
    erased = forget.forget("p2", places.raw, places.warehouse, places.logs)
    assert erased.aside_removed >= 2 and erased.is_published
    left = [path for path in places.data.rglob("*") if path.is_file()]
    left = [path for path in left if b"Proxi Aide" in path.read_bytes()]
    assert not left
    assert '"p2"' not in places.history.read_text()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["try", "bring"])
def test_a_job_that_is_killed_is_told_and_can_be_done_again(places: Folders, kind: str) -> None:
    brought(places, "a-2026-10-01.csv", PROVIDERS)
    file = arrived(places, "b-2026-11-01.csv", REQUESTS)
    states.ask(file.parent, Job(kind, places, "me", str(file), "requests", file.name))
    process = subprocess.Popen([sys.executable, "-m", "etl.bring.job", file.parent], cwd=ROOT)
    state = file.parent / states.STATE
    while json.loads(state.read_bytes())["step"] in ("waiting", "") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if json.loads(state.read_bytes())["status"] == "running":  # else it was quicker
        os.utime(state, (0, 0))
        found = states.state(file.parent)
        assert found is not None and found.status == "interrupted"
    again = done("bring", places, file, "requests")
    assert again.status == "done", again
    assert len([name for name in drops(places) if name.startswith("requests/")]) == 2


@pytest.mark.long
def test_a_job_outlives_the_server_that_began_it(places: Folders) -> None:
    file = arrived(places, "a-2026-10-01.csv", PROVIDERS)
    wanted = Job("try", places, "me", str(file), "providers", file.name)
    server = (
        "import sys, json; from pathlib import Path; from etl.bring import folders, job, states;"
        "told = json.loads(sys.argv[2]); told['places'] = folders.Folders.of_json(told['places']);"
        "states.start(Path(sys.argv[1]), states.Job(**told))"
    )
    told = json.dumps(dataclasses.asdict(wanted) | {"places": places.as_json()})
    subprocess.run([sys.executable, "-c", server, file.parent, told], cwd=ROOT, check=True)
    while (found := states.state(file.parent)) and found.status == "running":
        time.sleep(0.05)
    assert found and found.status == "done" and found.result["counts"]["read"] == 2


def test_what_is_worked_with_is_not_swept_away(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "DATA", places.data)
    upload = incoming.begin("me", "a.csv", 3)
    upload = incoming.append(upload.id, "me", 0, b"a\n1")
    wanted = Job("try", places, "me", str(upload.path), "providers", upload.name)
    states.ask(upload.folder, wanted)
    with FileLock(upload.folder / states.LOCK):
        incoming.sweep(time.time() + incoming.KEPT_S + 1)
        assert upload.path.exists()
    os.utime(upload.folder / states.STATE, (0, 0))
    incoming.sweep(time.time() + incoming.KEPT_S + 1)
    assert not upload.folder.exists()


@pytest.mark.long
def test_only_the_columns_used_are_stored_and_the_rows_are_the_same(places: Folders) -> None:
    text = (
        "nr;Wer;Was;telefon\nA1;Anne;jardinage;0601\nA2;Paul;menage;0602\nA3;Zoé;jardinage;0603;x\n"
    )
    verbs = 'separator = ";"\n[rename]\nprovider_id = "nr"\nname = "Wer"\ndomains = "Was"\n'
    whole = done("try", places, arrived(places, "w-2026-10-01.csv", text), sidecar=verbs).result
    file = arrived(places, "u-2026-10-01.csv", text)
    used = ("nr", "Wer", "Was")
    slim = done("bring", places, file, sidecar=verbs, used=used, header=header_of(["h"]))
    assert slim.status == "done", slim
    (stored,) = places.raw.rglob("*.parquet")
    with duckdb.connect() as con:
        rows = con.execute("FROM read_parquet(?)", [str(stored)])
        assert [column[0] for column in rows.description] == [*used]
        kept = con.execute(
            "SELECT provider_id, name, domain_codes FROM read_parquet(?)",
            [str(next((places.warehouse / "lake").glob("*/accepted.parquet")))],
        ).fetchall()
        first = con.execute(
            "SELECT provider_id, name, domain_codes FROM read_parquet(?)",
            [f"{whole['lake']}/accepted.parquet"],
        ).fetchall()
    assert kept == first and len(kept) == 2
    tried = done("try", places, file, sidecar=verbs, used=used).result
    assert tried["unreadable"] == 1  # the line of five cells
    before = read_before(places, ["h"])
    assert before and before.file == "providers/u-2026-10-01.parquet" and before.used == used
    assert "separator" not in before.said and before.said["rename"]["name"] == "Wer"
    assert header_of(["N°", "Été"]) == header_of(["n", "ete"])
