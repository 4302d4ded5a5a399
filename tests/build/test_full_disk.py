"""A full disk, or too little memory, is told in a sentence, and nothing is lost by it."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.build import contents, make, warehouse
from etl.paths import ROOT
from etl.words import lines
from tests.market import write_drops
from tests.sizes import some

HEADER = "provider_id,domains,departement_code,joined_on\n"
# the largest file that may be written, in bytes: drop.json, the lake, the database, its marts
LIMITS = [0, 300, 3_000, 30_000, 200_000, 1_000_000, 3_000_000, 5_000_000]


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("full")
    drop = {"providers/p-2026-01-31.csv": f"{HEADER}A,gardening,35,2025-05-01\n"}
    make.build(write_drops(root / "raw", drop), root / "warehouse")
    write_drops(root / "raw", {"providers/p-2026-02-28.csv": f"{HEADER}B,cleaning,29,\n"})
    return root


@pytest.mark.middle
@pytest.mark.parametrize("limit", some(LIMITS, 1, 2))
def test_a_full_disk_is_a_sentence(market, tmp_path, limit):
    shutil.copytree(market, tmp_path, symlinks=True, dirs_exist_ok=True)
    folder = tmp_path / "warehouse"
    served = warehouse.served_build(folder)
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "etl", "build", *places],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"LC_ALL": "fr_FR.UTF-8"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "le disque est plein" in done.stderr
    assert warehouse.served_build(folder) == served
    assert contents.verify(folder, served)["state"] == "same"
    again = make.build(tmp_path / "raw", folder)
    assert again.is_published and not again.notes
    assert warehouse.publications(folder) == [served, again.build_id]


@pytest.mark.long
@pytest.mark.anew
def test_too_little_memory_is_a_sentence(market, tmp_path, monkeypatch):
    shutil.copytree(market, tmp_path, symlinks=True, dirs_exist_ok=True)
    folder = tmp_path / "warehouse"
    served = warehouse.served_build(folder)
    with monkeypatch.context() as patch:
        patch.setattr(make, "MEMORY_LIMIT", 4 * 1024**2)
        with pytest.raises(warehouse.WarehouseError) as told:
            make.build(tmp_path / "raw", folder)
    said = lines.told(told.value, "fr")
    assert "plus de mémoire que les 4 Mio" in said
    assert warehouse.served_build(folder) == served
    assert make.build(tmp_path / "raw", folder).is_published
