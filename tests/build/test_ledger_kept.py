"""A publication to partners that is lost stops the next one, until an operator accepts it."""

import json
import shutil
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.build import ledger_kept, make, warehouse
from etl.disclosure import ledger
from tests.market import write_drops
from tests.sizes import some

HEADER = "provider_id,domains,departement_code,joined_on\n"
WAYS = [
    "last", "damaged", "cut", "first", "folder", "without journal", "all without journal",
    "all without journal nor link",
]  # fmt: skip


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    """A warehouse that showed two builds to partners."""
    root = tmp_path_factory.mktemp("ledger")
    for day, who in (("2026-01-31", "A"), ("2026-04-30", "B")):
        drop = {f"providers/p-{day}.csv": f"{HEADER}{who},gardening,35,2025-05-01\n"}
        make.build(write_drops(root / "raw", drop), root / "warehouse")
    assert len(ledger_kept.standing(root / "warehouse")) == 2
    return root


def lose(folder: Path, way: str) -> None:
    first, last = sorted(ledger.folder(folder).glob("*.parquet"))
    if way == "last":
        last.unlink()
    elif way == "damaged":
        last.write_bytes(b"x" * last.stat().st_size)
    elif way == "cut":
        last.write_bytes(last.read_bytes()[:100])
    elif way in ("first", "without journal"):  # the manifest of the second knows it
        first.unlink()
    else:
        shutil.rmtree(ledger.folder(folder))
    if "without journal" in way:
        (folder / warehouse.JOURNAL).unlink()
    if way.endswith("link"):
        (folder / warehouse.CURRENT).unlink()


@pytest.mark.parametrize("way", some(WAYS, 1, 1))
def test_a_lost_publication_stops_the_next_one(market, tmp_path, capsys, monkeypatch, way):
    shutil.copytree(market, tmp_path, symlinks=True, dirs_exist_ok=True)
    folder = tmp_path / "warehouse"
    kept = shutil.copytree(ledger.folder(folder), tmp_path / "kept")
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(folder)]
    before = warehouse.served_build(folder)
    lose(folder, way)
    left = ledger_kept.standing(folder)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["build", *places]) == 0
    told = capsys.readouterr().err
    assert "perdu ou abîmé" in told and "--accept-lost-ledger" in told
    served = warehouse.served_build(folder)
    assert served != before and served is not None
    assert not (warehouse.build_folder(folder, served) / warehouse.PARTNERS).exists()
    assert ledger_kept.standing(folder) == left
    back = tmp_path / "back"
    shutil.copytree(folder, back / "warehouse", symlinks=True)
    # put back: as before
    shutil.rmtree(ledger.folder(folder), ignore_errors=True)
    shutil.copytree(kept, ledger.folder(folder))
    assert main(["build", *places]) == 0
    assert warehouse.served_build(folder) == before and not ledger_kept.lost(folder)
    # or accepted: once
    places[-1] = str(back / "warehouse")
    assert main(["build", "--accept-lost-ledger", *places]) == 0
    assert "perte acceptée" in capsys.readouterr().out
    assert main(["build", *places]) == 0
    assert "perdu" not in capsys.readouterr().err
    served = warehouse.served_build(back / "warehouse")
    assert (warehouse.build_folder(back / "warehouse", served) / warehouse.PARTNERS).exists()


def test_a_warehouse_that_never_published_has_lost_nothing(tmp_path):
    assert ledger_kept.lost(tmp_path) == {}
    folder = warehouse.build_folder(tmp_path, "2026-01-01-abc")
    folder.mkdir(parents=True)
    stated = dict.fromkeys(warehouse.STATED) | {"partners": {"published": False}}
    (folder / "manifest.json").write_text(json.dumps(stated))
    warehouse.note_publication(tmp_path, "2026-01-01-abc")
    assert ledger_kept.lost(tmp_path) == {}


def test_a_warehouse_of_before_is_taken_as_it_stands(market, tmp_path):
    folder = shutil.copytree(market / "warehouse", tmp_path / "warehouse", symlinks=True)
    lines = (folder / warehouse.JOURNAL).read_text().splitlines(keepends=True)
    (folder / warehouse.JOURNAL).write_text("".join(one for one in lines if "ledger" not in one))
    assert ledger_kept.lost(folder) == {}
    assert make.build(market / "raw", folder).partners["published"]
    assert len((folder / warehouse.JOURNAL).read_text().splitlines()) == len(lines)


@pytest.mark.anew
def test_a_key_that_is_lost_is_not_drawn_anew_for_the_edition_that_it_rounded(tmp_path):
    drop = {"providers/p-2026-01-31.csv": f"{HEADER}A,gardening,35,2025-05-01\n"}
    raw, folder = write_drops(tmp_path / "raw", drop), tmp_path / "warehouse"
    first = make.build(raw, folder)
    assert first.partners["published"]
    (ledger.folder(folder) / ledger.KEY).unlink()
    (warehouse.build_folder(folder, first.build_id) / warehouse.DATABASE).unlink()
    again = make.build(raw, folder)
    assert (again.build_id, again.is_published) == (first.build_id, True)
    assert (again.partners["published"], again.partners["why"]) == (False, "key_lost")
    assert not (ledger.folder(folder) / ledger.KEY).exists()
