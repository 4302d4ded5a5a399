"""An earlier build is served again once it was read and found whole, and no damaged one is."""

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from etl.__main__ import main
from etl.build import contents, make, rollback, warehouse
from tests.market import write_drops
from tests.sizes import some

HEADER = "provider_id,domains,departement_code,joined_on\n"
BOTH = (warehouse.DATABASE, warehouse.PARTNERS)
# how a database is damaged, and whether the build has hashes that tell; else it must be readable
DAMAGES = [(way, True) for way in ("row", "cut", "missing", "rubbish", "empty", "byte")]
DAMAGES += [(way, False) for way in ("cut", "rubbish", "empty", "byte")]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two builds."""
    root = tmp_path_factory.mktemp("rollback")
    for day, who in (("2026-01-31", "A"), ("2026-02-28", "B")):
        drop = {f"providers/p-{day}.csv": f"{HEADER}{who},gardening,35,2025-05-01\n"}
        make.build(write_drops(root / "raw", drop), root / "warehouse")
    return root / "warehouse"


@pytest.fixture
def folder(market: Path, tmp_path: Path) -> Path:
    return shutil.copytree(market, tmp_path / "warehouse", symlinks=True)


def damage(file: Path, way: str) -> None:
    content = file.read_bytes()
    if way == "row":
        with duckdb.connect(str(file)) as connection:
            connection.execute("DELETE FROM quality.build")
    elif way == "missing":
        file.unlink()
    elif way == "byte":  # of a block that holds rows: DuckDB's own sums find it
        changed = bytearray(content)
        for at in range(16_000, len(content), 5_000):
            changed[at] ^= 255
        file.write_bytes(changed)
    else:
        half = content[: len(content) // 2]
        file.write_bytes({"cut": half, "rubbish": os.urandom(5_000), "empty": b""}[way])


def test_the_build_before_or_the_one_named_is_served(folder):
    first, second = warehouse.build_ids(folder)
    assert rollback.rollback(folder, keep=5) == rollback.Rollback(first, "same")
    assert warehouse.served_build(folder) == first
    assert rollback.rollback(folder, second, keep=5).build_id == second
    assert warehouse.served_build(folder) == second
    with pytest.raises(warehouse.WarehouseError, match="nonsense"):
        rollback.rollback(folder, "nonsense", keep=5)


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize(("way", "is_known"), some(DAMAGES, small=1, middle=1))
def test_a_damaged_build_is_not_served_again(folder, capsys, monkeypatch, which, way, is_known):
    first, second = warehouse.build_ids(folder)
    place, told = warehouse.build_folder(folder, first), (folder / warehouse.JOURNAL).read_bytes()
    damage(place / which, way)
    if not is_known:
        stated = json.loads((place / "manifest.json").read_text())
        del stated["contents"], stated[warehouse.SEAL]
        (place / "manifest.json").write_text(json.dumps(stated))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["rollback", "--warehouse", str(folder)]) == 1
    said = capsys.readouterr().err
    assert f"la version {first} est abîmée ({which}" in said and f"{second} l’est" in said
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["rollback", first, "--warehouse", str(folder), "--json"]) == 1
    (said,) = json.loads(capsys.readouterr().out)["errors"]
    assert f"build {first} is damaged ({which}" in said and f"{second} still is" in said
    assert warehouse.served_build(folder) == second
    assert contents.verify(folder, second)["state"] == "same"
    assert (folder / warehouse.JOURNAL).read_bytes() == told


def test_no_more_than_a_few_damaged_tables_are_told(folder, capsys, monkeypatch):
    first, _ = warehouse.build_ids(folder)
    with duckdb.connect(str(warehouse.build_folder(folder, first) / warehouse.DATABASE)) as con:
        for number in range(5):
            con.execute(f"CREATE TABLE marts.a{number} AS SELECT 1 AS one")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["rollback", "--warehouse", str(folder)]) == 1
    said = capsys.readouterr().err
    assert said.count("was no part of the build") == 3 and "…" in said


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_a_build_that_cannot_be_compared_is_served_and_that_is_told(
    folder, capsys, monkeypatch, language
):
    first, _ = warehouse.build_ids(folder)
    path = warehouse.build_folder(folder, first) / "manifest.json"
    stated = json.loads(path.read_text())
    stated["contents"]["engine"] = "duckdb 1.0.0"
    stated[warehouse.SEAL] = warehouse.seal(stated)
    path.write_text(json.dumps(stated))
    monkeypatch.setenv("LC_ALL", language)
    assert main(["rollback", "--warehouse", str(folder)]) == 0
    said = capsys.readouterr().out
    assert ("another version of DuckDB" if language == "C.UTF-8" else "autre version") in said
    assert warehouse.served_build(folder) == first
    assert main(["rollback", first, "--warehouse", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"served": first, "verified": "other_engine"}
