"""A damaged state of the warehouse is told, mended and never in the way."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from etl import first_build
from etl.__main__ import main
from etl.build import contents, make, mending, rollback, territory, warehouse
from etl.intake.lake_drop import Drop
from etl.paths import ROOT
from etl.problems import InputErrors
from tests.ingesting import drop_text, only, rows
from tests.market import write_drops
from tests.sizes import some

HEADER = "provider_id,domains,departement_code,joined_on\n"
TORN = {
    "empty": b"",
    "half": b'{"build": "2026-0',
    "list": b"[1]\n",
    "other": b'{"drops": 3}\n',
    "bytes": b"\x00\xff\xfe\x80\n",
    "missing": None,
}


def market(root: Path) -> tuple[Path, list[str], list[str]]:
    """A warehouse with two builds, the arguments for a command on it, and the builds' ids."""
    raw, folder, builds = root / "raw", root / "warehouse", []
    for day, who in (("2026-01-31", "A"), ("2026-02-28", "B")):
        write_drops(raw, {f"providers/p-{day}.csv": f"{HEADER}{who},gardening,35,2025-05-01\n"})
        builds.append(make.build(raw, folder).build_id)
    return folder, ["--raw", str(raw), "--warehouse", str(folder)], builds


@pytest.mark.parametrize("torn", some(["half", "list", "other", "bytes"], small=1, middle=2))
@pytest.mark.parametrize("at", ["begin", "end"])
def test_a_torn_line_of_the_journal_is_left_out_and_told(tmp_path, capsys, torn, at):
    folder, places, builds = market(tmp_path)
    journal = folder / warehouse.JOURNAL
    whole, line = journal.read_bytes(), (TORN[torn] or b"")
    journal.write_bytes(line.rstrip() + b"\n" + whole if at == "begin" else whole + line)
    assert warehouse.publications(folder) == builds
    assert warehouse.status(folder)["served"] == builds[-1]
    assert main(["build", *places]) == 0
    assert "left out: 1" in capsys.readouterr().out
    assert journal.read_bytes() == whole
    assert main(["build", *places]) == 0
    assert "left out" not in capsys.readouterr().out
    assert rollback.rollback(folder, keep=5).build_id == builds[0]
    assert warehouse.publications(folder) == [*builds, builds[0]]


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "line",
    [DEEP, '{"ledger": ["x"], "build": "b"}', '{"ledger": "a\\ud800", "sha256": "1"}',
     '{"ledger": "a", "sha256": 5}', '{"build": "a\\u0000"}'],
)  # fmt: skip
def test_a_line_of_the_journal_that_names_no_file_is_a_torn_one(line):
    assert warehouse.entry(f"{line}\n") == {}
    assert warehouse.entry('{"ledger": "a", "lost": ""}\n')


@pytest.mark.parametrize(
    "said",
    [{"drops": None}, {"drops": [{}]}, {"sources": []}, {"sources": {"providers": 5}},
     {"checks": [1]}, {"contents": 7}, {"partners": None}, {"ledger": []}, {"build": "another"}],
)  # fmt: skip
def test_a_manifest_of_other_kinds_or_of_another_build_is_a_damaged_one(tmp_path, said):
    place = warehouse.build_folder(tmp_path, "one")
    place.mkdir(parents=True)
    whole = {"as_of": "2026-01-31", "synthetic": False, "sources": {}, "drops": [], "checks": []}
    (place / "manifest.json").write_text(json.dumps(whole))
    assert warehouse.manifest(tmp_path, "one") == whole  # of before: without a seal
    (place / "manifest.json").write_text(json.dumps(whole | said))
    assert warehouse.build_ids(tmp_path) == []


def test_state_that_is_nested_without_end_is_damaged_state(tmp_path):
    place = warehouse.build_folder(tmp_path, "one")
    place.mkdir(parents=True)
    (place / warehouse.DATABASE).touch()
    (tmp_path / warehouse.CURRENT).symlink_to("builds/one")
    for file in (place / "manifest.json", tmp_path / warehouse.HELD, tmp_path / warehouse.ERASURE):
        file.write_text(DEEP)
    (tmp_path / "drop.json").write_text(DEEP)
    assert warehouse.status(tmp_path)["builds"] == warehouse.held(tmp_path) == []
    assert warehouse.erasure(tmp_path) == {} and Drop.from_folder(tmp_path) is None


@pytest.mark.parametrize("torn", some(list(TORN), small=1, middle=2))
@pytest.mark.parametrize("which", ["earlier", "served"])
def test_a_build_without_its_manifest_is_put_aside_or_made_again(
    tmp_path, capsys, monkeypatch, torn, which
):
    folder, places, builds = market(tmp_path)
    damaged = builds[0 if which == "earlier" else 1]
    manifest = warehouse.build_folder(folder, damaged) / "manifest.json"
    before, content = json.loads(manifest.read_text()), TORN[torn]
    manifest.unlink() if content is None else manifest.write_bytes(content)
    told = warehouse.status(folder)
    assert told["served"] == builds[1]
    assert [one["build"] for one in told["builds"]] == [b for b in builds if b != damaged]
    assert main(["status", "--verify", *places[2:]]) == 1
    assert f"damaged, and cannot be read: {damaged}" in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["build", *places]) == 0
    assert f"manifeste de la version {damaged}" in capsys.readouterr().out
    assert warehouse.served_build(folder) == builds[1]
    if which == "served":
        assert json.loads(manifest.read_text()) == before
    else:
        assert warehouse.build_ids(folder) == [builds[1]]
        assert (folder / "failed" / damaged / warehouse.DATABASE).exists()
    assert main(["build", *places]) == 0
    assert "manifeste" not in capsys.readouterr().out


def journal(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / warehouse.JOURNAL).read_text().splitlines()]


@pytest.mark.parametrize("way", some(["lost", "dangling", "file", "folder", "copy"], 2, 2))
def test_current_that_is_no_link_to_a_build_is_one_again(tmp_path, capsys, way):
    folder, places, builds = market(tmp_path)
    told, served = journal(folder), warehouse.build_folder(folder, builds[1])
    current = folder / warehouse.CURRENT
    current.unlink()
    (folder / ".current.4711").symlink_to("builds/x")
    (folder / "held.json.new").touch()
    if way == "dangling":
        current.symlink_to("builds/none")
    elif way == "file":
        current.write_text("builds/none")
    elif way == "folder":
        shutil.move(served, current)
    elif way == "copy":
        shutil.copytree(served, current)
    assert warehouse.served_build(folder) == (builds[1] if way in ("folder", "copy") else None)
    served_before = first_build.ensure_build(tmp_path / "none", folder, tmp_path / "sample", print)
    assert served_before == builds[1] and not (tmp_path / "sample").exists()
    assert main(["build", *places]) == 0
    assert warehouse.served_build(folder) == builds[1] and current.is_symlink()
    assert journal(folder) == told
    assert not [*folder.glob(".current.*"), *folder.glob("*.new")]


@pytest.mark.parametrize("cut", ["before the link", "after the link"])
def test_a_publication_that_was_cut_short_is_whole_at_the_next_run(tmp_path, cut):
    folder, places, builds = market(tmp_path)
    told = journal(folder)
    if cut == "before the link":  # a new build stands in the journal and is not served
        warehouse.link(folder, builds[0])
    else:
        lines = (folder / warehouse.JOURNAL).read_text().splitlines(keepends=True)
        (folder / warehouse.JOURNAL).write_text(
            "".join(lines[: lines.index(f'{{"build": "{builds[1]}"}}\n')])
        )
    assert main(["build", *places]) == 0
    assert warehouse.served_build(folder) == builds[1]
    assert [one for one in journal(folder) if "build" in one] == [
        one for one in told if "build" in one
    ]


def test_where_a_build_was_made_no_sample_takes_its_place(tmp_path):
    folder, _, builds = market(tmp_path)
    shutil.rmtree(folder / "builds")
    with pytest.raises(warehouse.WarehouseError, match="build_lost"):
        first_build.ensure_build(tmp_path / "none", folder, tmp_path / "sample", print)
    assert (
        first_build.ensure_build(tmp_path / "raw", folder, tmp_path / "sample", print) == builds[1]
    )
    assert not (tmp_path / "sample").exists()


@pytest.mark.middle
@pytest.mark.anew
@pytest.mark.parametrize("which", some([warehouse.DATABASE, warehouse.PARTNERS], 1, 1))
@pytest.mark.parametrize("damage", some(["cut", "bytes", "row", "missing", "other"], 1, 1))
def test_a_damaged_build_is_found_and_made_again(tmp_path, capsys, which, damage):
    folder, places, builds = market(tmp_path)
    file = warehouse.build_folder(folder, builds[1]) / which
    before = contents.verify(folder, builds[1])
    assert before["state"] == "same"
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "bytes":
        for at in range(16_000, len(content), 5_000):
            content[at] ^= 255
        file.write_bytes(content)
    elif damage == "row":
        with duckdb.connect(str(file)) as connection:
            connection.execute("DELETE FROM quality.build")
    else:
        file.unlink() if damage == "missing" else file.write_bytes(b"none")
    stated = json.loads((file.parent / "manifest.json").read_text())
    assert main(["build", *places]) == 0
    assert f"builds/{builds[1]}: " in capsys.readouterr().out
    assert contents.verify(folder, builds[1])["state"] == "same"
    assert warehouse.served_build(folder) == builds[1]
    assert json.loads((file.parent / "manifest.json").read_text()) == stated
    assert main(["build", *places]) == 0
    assert f"builds/{builds[1]}: " not in capsys.readouterr().out


@pytest.mark.parametrize("damage", some(["cut", "byte", "missing", "torn", "empty"], 1, 2))
def test_what_the_lake_lost_is_read_again(tmp_path, damage):
    path = drop_text(tmp_path, "providers", f"{HEADER}A,gardening,35,2025-05-01\n")
    drop = only(tmp_path)
    kept, there = drop.folder / "accepted.parquet", rows(drop)
    content = kept.read_bytes()
    if damage in ("cut", "empty"):
        kept.write_bytes(content[: len(content) // 2 if damage == "cut" else 0])
    elif damage == "byte":
        kept.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
    elif damage == "missing":
        kept.unlink()
    else:
        (drop.folder / "drop.json").write_text('{"source"')
    again = only(tmp_path)
    assert (again.reused, again.was_damaged, rows(again)) == (False, True, there)
    os.utime(kept)  # touched, or copied: its bytes are what they were
    assert only(tmp_path).reused and path.exists()


ODD = {
    "file": lambda path: path.write_text("x"),
    "dangling": lambda path: path.symlink_to("nowhere"),
    "loop": lambda path: path.symlink_to(path.name),
    "pipe": os.mkfifo,
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("way", ODD)
@pytest.mark.parametrize("name", (*warehouse.FOLDERS, *warehouse.FILES))
def test_what_stands_in_the_place_of_a_folder_or_a_file_is_told(tmp_path, capsys, name, way):
    folder = tmp_path / "warehouse"
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    ODD[way](place)
    if way == ("folder" if name in warehouse.FOLDERS else "file"):
        return warehouse.refuse_misplaced(folder)
    raw = ["--raw", str(tmp_path / "none")]
    for command in (
        ["build", *raw], ["status"], ["status", "--verify"], ["digest"], ["rollback"],
        ["forget", "provider", "A", *raw],
        ["report", "--for", "founders", "--out", str(tmp_path / "a.pdf")],
    ):  # fmt: skip
        assert main([*command, "--warehouse", str(folder)]) == 1
        assert f"{place}: " in capsys.readouterr().err
    with pytest.raises(warehouse.WarehouseError, match="misplaced"):
        first_build.ensure_build(tmp_path / "none", folder, tmp_path / "sample", print)


def test_a_pipe_in_the_place_of_a_manifest_is_not_waited_for(tmp_path):
    place = warehouse.build_folder(tmp_path, "one")
    place.mkdir(parents=True)
    os.mkfifo(place / "manifest.json")
    assert warehouse.manifest(tmp_path, "one") == {}
    os.mkfifo(place / warehouse.DATABASE)
    with pytest.raises(duckdb.IOException):
        warehouse.open_build(place)
    os.mkfifo(tmp_path / "settings.toml")
    with pytest.raises(InputErrors, match="unreadable"):
        territory.read(tmp_path / "settings.toml")


@pytest.mark.parametrize("way", ["file", "dangling", "loop", "pipe"])
def test_what_stands_in_the_place_of_a_build_is_removed_and_told(tmp_path, capsys, way):
    place = warehouse.build_folder(tmp_path, "one")
    place.parent.mkdir(parents=True)
    ODD[way](place)
    assert warehouse.status(tmp_path)["torn"] == ["one"]
    assert [name for name, _ in mending.mend(tmp_path)] == ["builds/one"]
    assert not place.is_symlink() and not place.exists()


@pytest.mark.parametrize("said", [{}, {"engine": "duckdb 1"}, {"tables": {}}])
def test_a_manifest_of_before_that_says_less_of_contents_is_not_verified(tmp_path, said):
    place = warehouse.build_folder(tmp_path, "one")
    place.mkdir(parents=True)
    whole = {"as_of": "2026-01-31", "synthetic": False, "sources": {}, "drops": [], "checks": []}
    (place / "manifest.json").write_text(json.dumps(whole | {"contents": said}))
    assert contents.verify(tmp_path, "one") == {"state": "unknown", "differs": []}


def test_a_start_that_may_not_write_is_told(tmp_path):
    (tmp_path / "warehouse" / ".first.lock").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "etl.first_build"], capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "MAILLAGE_DATA": str(tmp_path), "LC_ALL": "fr_FR.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == (
        f"{tmp_path}/warehouse/.first.lock : un dossier se trouve à sa place"
    )


@pytest.mark.parametrize("torn", some(["half", "list", "other", "bytes", "empty"], 1, 2))
def test_a_torn_note_of_an_erasure_stops_the_build_and_is_finished(tmp_path, capsys, torn):
    folder, places, builds = market(tmp_path)
    (folder / warehouse.ERASURE).write_bytes(TORN[torn] or b"")
    assert main(["build", *places]) == 1
    assert "forgetting.json is damaged" in capsys.readouterr().err
    assert main(["forget", "provider", "nobody", *places]) == 0
    assert warehouse.served_build(folder) == builds[1]
    assert not (folder / warehouse.ERASURE).exists()
