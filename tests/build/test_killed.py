"""A command that is killed at any moment leaves what was served before, and the next run whole.

The command is stopped and its files are copied: what a kill at that moment would leave. One is
killed for good.
"""

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from etl import paths
from etl.__main__ import main
from etl.build import contents, ledger_kept, make, warehouse
from etl.disclosure import ledger
from etl.sample import sample
from tests.killed import stops
from tests.market import write_drops
from tests.sizes import SIZE

HEADER = "provider_id,domains,departement_code,joined_on\n"
SEED = 20261129
verified: set[tuple[str, ...]] = set()
ALL = 10_000
SECONDS = 2.0  # of a command, nearly
# of each command how often it is killed before a step, one of each of so many stretches, and at a
# moment; at the long size over 1,000 providers and 10,000 requests
KILLS = {
    "small": {"build": (3, 1), "rollback": (1, 0)},
    "middle": {
        "build": (ALL, 20), "nothing before": (16, 0), "edition": (8, 0), "rollback": (ALL, 0),
        "forget": (12, 0),
    },
    "long": {
        "build": (ALL, 200), "nothing before": (ALL, 20), "edition": (ALL, 20),
        "rollback": (ALL, 20), "forget": (ALL, 20),
    },
}[SIZE]  # fmt: skip


@dataclass(frozen=True)
class Market:
    """A market whose next command is to be killed: what is served before it (nothing, where none
    is), all builds before and after, what stands after a run that nobody disturbed, and its steps
    on files."""

    name: str
    root: Path
    command: list[str]
    before: str | None
    builds: dict[str, Any]
    whole: dict[str, Any]
    steps: int

    def arguments(self, root: Path) -> list[str]:
        """Of `python -m etl`, on a copy of the market."""
        places = ["--warehouse", str(root / "warehouse")]
        if self.command[0] != "rollback":
            places += ["--raw", str(root / "raw")]
        return [*self.command, *places]


def standing(root: Path) -> dict[str, Any]:
    """All that a market holds: what is served, told and kept, and the names of its files."""
    folder = root / "warehouse"
    return {
        "served": warehouse.served_build(folder),
        "builds": {one: warehouse.manifest(folder, one) for one in warehouse.build_ids(folder)},
        "journal": warehouse.journal(folder),
        "ledger": ledger_kept.standing(folder),
        "drops": {path.name: path.read_bytes() for path in (root / "raw").rglob("*.*")},
        "files": sorted(
            str(path.relative_to(root))
            for path in root.rglob("*")
            if path.name != "failed"  # an empty folder may stay of what was put aside there
        ),
    }


def drops(root: Path) -> None:
    """The drops of the build that is served before."""
    if SIZE == "long":
        sample(root / "raw", providers=1_000, requests=10_000, cooperatives=60)
    write_drops(
        root / "raw", {"providers/p-2026-01-31.csv": f"{HEADER}A,gardening,35,\nC,tutoring,35,\n"}
    )


@pytest.fixture(scope="module", params=KILLS)
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Market:
    root, name = tmp_path_factory.mktemp("killed") / "market", request.param
    folder, raw = root / "warehouse", root / "raw"
    drops(root)
    first = make.build(raw, folder).build_id if name != "nothing before" else None
    if SIZE == "long":  # there are persons to count: a key that is drawn rounds them otherwise
        ledger.secret(folder, make=True)
    day = "2027-02-28" if name != "edition" else "2026-12-31"
    write_drops(raw, {f"providers/p-{day}.csv": f"{HEADER}B,cleaning,29,\n"})
    if name in ("rollback", "forget"):
        make.build(raw, folder)
    command = {
        "rollback": ["rollback", str(first)], "forget": ["forget", "provider", "A"],
        "edition": ["build", "--edition", "now"],
    }.get(name, ["build"])  # fmt: skip
    before = standing(root)
    market = Market(name, root, command, before["served"], before["builds"], {}, 0)
    after = copied(market, root.with_name("after"))
    steps = sum(1 for _ in stops(after, market.arguments(after)))
    whole = standing(after)
    if name == "nothing before":  # the key of what is rounded was drawn, so hashes differ
        del whole["journal"], whole["ledger"]
    assert contents.verify(after / "warehouse", whole["served"])["state"] == "same"
    assert whole["served"] != before["served"] and steps > 3
    builds = before["builds"] | whole["builds"]
    return Market(name, root, command, before["served"], builds, whole, steps)


def copied(market: Market, place: Path) -> Path:
    return Path(shutil.copytree(market.root, place, symlinks=True))


def chosen(steps: int, count: int) -> set[int]:
    """Steps to be killed at: one by chance of each of so many stretches."""
    draw = random.Random(SEED)
    edges = [steps * number // count for number in range(count + 1)]
    return {draw.randrange(*edge) for edge in pairwise(edges)}


def has_whole(folder: Path, build_id: str) -> bool:
    """Whether a build holds what it says; files that were verified already are not read again."""
    files = sorted(warehouse.build_folder(folder, build_id).iterdir())
    found = tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    if found not in verified:
        assert contents.verify(folder, build_id) == {"state": "same", "differs": []}
        verified.add(found)
    return True


def check(market: Market, root: Path, killed: str) -> None:
    """What is served answers as before, and the next run comes to what nobody disturbed."""
    folder = root / "warehouse"
    served, whole = warehouse.served_build(folder), market.whole
    assert served in (market.before, whole["served"]), killed
    if served:
        assert has_whole(folder, served), killed
        assert warehouse.manifest(folder, served) == market.builds[served], killed
    if market.command == ["build"]:
        again = make.build(root / "raw", folder)
        assert again.is_published, killed
        told = {note.code for file, note in again.notes if not file.startswith("providers")}
        # the first link of all, killed after the journal tells of it, may as well have been lost
        assert told <= (set() if market.before else {"current_lost"}), killed
    else:  # who forgets one more time is told that nobody knows the person
        status = main(market.arguments(root))
        assert status == 0 or (status, market.command[0]) == (1, "forget"), killed
    found = standing(root)
    for what, expected in whole.items():
        assert found[what] == expected, (killed, what)
    assert has_whole(folder, whole["served"]), killed


@pytest.fixture
def check_copy(market: Market, tmp_path: Path) -> Iterator[Callable[[Path, str], None]]:
    """Checks a copy of what a command that stands still has left."""

    def checked(root: Path, killed: str) -> None:
        copy = tmp_path / "copy"
        shutil.copytree(root, copy, symlinks=True)
        check(market, copy, killed)
        shutil.rmtree(copy)

    return checked


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the project's own data: whom a command forgets it looks for in logs too."""
    monkeypatch.setenv("MAILLAGE_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "DATA", tmp_path)


def test_a_command_killed_before_a_step_is_made_whole_by_the_next(market, check_copy, tmp_path):
    root = copied(market, tmp_path / "running")
    steps = chosen(market.steps, min(KILLS[market.name][0], market.steps))
    for number, killed in enumerate(stops(root, market.arguments(root))):
        if number in steps:
            check_copy(root, killed)
    assert standing(root).items() >= market.whole.items()  # stopping disturbs nothing


def test_a_command_killed_at_any_moment_is_made_whole_by_the_next(market, check_copy, tmp_path):
    wanted, runs = KILLS[market.name][1], 0
    count = 0
    while count < wanted:
        root, runs = copied(market, tmp_path / f"running-{runs}"), runs + 1
        for killed in stops(root, market.arguments(root), SECONDS / wanted, SEED + runs):
            count += 1
            if count == wanted:
                break  # killed for good
            check_copy(root, killed)
        assert runs < 10
    if wanted:
        check(market, root, "killed for good")
