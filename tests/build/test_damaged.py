"""Whatever of a warehouse is damaged, and however: a command serves, makes it again, or tells."""

import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl.__main__ import main
from etl.build import contents, holding, ledger_kept, make, warehouse
from tests.market import write_drops
from tests.sizes import SIZE, examples, some

HEADER = "provider_id,domains,departement_code,joined_on\n"
WAYS = ["empty", "half", "byte", "rubbish", "removed"]
BYTES = {"small": 1, "middle": 1, "long": 4}[SIZE]  # of each file that are flipped, one by one
HELD = holding.Departure(
    "providers", "providers/p-2026-03-31.csv", "p-2026-03-31.csv.toml", "2026-03-31", 10, 9, True
)
# the files of a warehouse whose second build is served; the first or the last of those that match
STATE = {
    "link": "current",
    "manifest": "current/manifest.json",
    "marts": "current/marketplace.duckdb",
    "partners": "current/partners.duckdb",
    "journal": "published.jsonl",
    "held": "held.json",
    "first ledger": "published/0001-*.parquet",
    "last ledger": "published/0002-*.parquet",
    "drop": "lake/*/drop.json",
    "accepted": "lake/*/accepted.parquet",
    "refused": "lake/*/refused.parquet",
    "earlier manifest": "builds/2026-01-31-*/manifest.json",
    "earlier marts": "builds/2026-01-31-*/marketplace.duckdb",
}
LEDGER = ("journal", "first ledger", "last ledger")  # whose loss may stop what partners see
CASES = [
    (file, way, seed)
    for way in WAYS
    for file in STATE
    for seed in range(BYTES if way == "byte" else 1)
]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("damaged")
    for day, who in (("2026-01-31", "A,gardening"), ("2026-04-30", "B,nonsense")):
        drop = {f"providers/p-{day}.csv": f"{HEADER}{who},35,2025-05-01\n"}
        make.build(write_drops(root / "raw", drop), root / "warehouse")
    holding.note(root / "warehouse", [HELD])
    return root


def damage(path: Path, way: str, seed: int) -> None:
    """Damages a file, or what stands in place of a link."""
    content = path.readlink().name.encode() if path.is_symlink() else path.read_bytes()
    draw = random.Random(seed * 1_000_003 + zlib.crc32(content[:64]))
    path.unlink()
    if way == "removed":
        return
    flipped = bytearray(content)
    flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
    changed = {
        "empty": b"", "half": content[: len(content) // 2], "byte": bytes(flipped),
        "rubbish": draw.randbytes(max(1, len(content))),
    }[way]  # fmt: skip
    path.write_bytes(changed)


def standing(folder: Path) -> dict[str, Any]:
    return {
        "served": warehouse.served_build(folder),
        "builds": {one: warehouse.manifest(folder, one) for one in warehouse.build_ids(folder)},
        "ledger": ledger_kept.standing(folder),
    }


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command, which may fail with words and raise nothing; gives what it said."""

    def said(*arguments: str) -> str:
        assert main(list(arguments)) in (0, 1), arguments
        found = capsys.readouterr()
        assert "Traceback" not in found.out + found.err
        return found.out + found.err

    return said


@pytest.mark.parametrize(("file", "way", "seed"), some(CASES, small=3, middle=4))
def test_a_damaged_file_is_made_again_or_told(market, tmp_path, told, monkeypatch, file, way, seed):
    shutil.copytree(market, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    folder, raw = tmp_path / "warehouse", str(tmp_path / "raw")
    whole, places = standing(folder), ["--warehouse", str(folder)]
    damage(sorted(folder.glob(STATE[file]))[-1], way, seed)
    for command in (["status"], ["status", "--verify"], ["digest"]):
        told(*command, *places)
    said = told("build", "--raw", raw, *places)
    found = standing(folder)
    is_lost = file in LEDGER and "--accept-lost-ledger" in said
    if is_lost:  # nothing is shown to partners until it is put back, or its loss accepted
        place = warehouse.build_folder(folder, found["served"])
        assert not (place / warehouse.PARTNERS).exists()
        told("build", "--accept-lost-ledger", "--raw", raw, *places)
        found = standing(folder)
        place = warehouse.build_folder(folder, found["served"])
        assert (place / warehouse.PARTNERS).exists()
    elif file == "earlier manifest":  # put aside, unless it is the same in spite of it
        assert found["served"] == whole["served"] and found["ledger"] == whole["ledger"]
        assert whole["served"] in found["builds"]
    else:
        assert found == whole
    assert contents.verify(folder, found["served"])["state"] == "same"
    said = told("build", "--raw", raw, *places)
    assert not [word for word in ("damaged", "lost", "torn", "left out") if word in said]
    assert standing(folder)["served"] == found["served"]
    told("rollback", *places)


def test_no_digit_of_a_manifest_changes_unseen(market):
    """Each byte of a manifest flipped: what it says is refused, or the same."""
    folder = market / "warehouse"
    path = warehouse.build_folder(folder, warehouse.served_build(folder)) / "manifest.json"
    content, stated = path.read_bytes(), warehouse.manifest(folder, path.parent.name)
    rest = {name: value for name, value in stated.items() if name != warehouse.SEAL}
    draw = random.Random(1)
    try:
        for at in draw.sample(range(len(content)), min(len(content), examples(2_000))):
            flipped = bytearray(content)
            flipped[at] ^= 1 << draw.randrange(8)
            path.write_bytes(flipped)
            found = warehouse.manifest(folder, path.parent.name)
            assert not found or found.items() >= rest.items(), at
    finally:
        path.write_bytes(content)
