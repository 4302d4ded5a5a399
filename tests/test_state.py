"""A damaged state of the warehouse is told, mended and never in the way."""

import json
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.build import make, warehouse
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
    assert warehouse.rollback(folder, keep=5) == builds[0]
    assert warehouse.publications(folder) == [*builds, builds[0]]


@pytest.mark.parametrize("torn", some(list(TORN), small=1, middle=3))
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
    assert main(["status", "--verify", *places[2:]]) == 0
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
