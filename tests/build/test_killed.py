"""A command that is killed at any moment leaves what was served before, and the next run whole."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from etl import paths
from etl.__main__ import main
from etl.build import contents, ledger_kept, make, warehouse
from etl.paths import ROOT
from etl.sample import sample
from tests.market import write_drops
from tests.sizes import SIZE

HEADER = "provider_id,domains,departement_code,joined_on\n"
SEED = 20261129
# kills of each command, 5 s of CPU each: of its steps on files one of each of so many stretches, at
# the long size each of them, over 1,000 providers and 10,000 requests and from nothing too
STEPS = {
    "build": {"small": 2, "middle": 3},
    "rollback": {"small": 1, "middle": 1},
    "forget": {"small": 0, "middle": 0},
}
MOMENTS = {"small": 0, "middle": 0, "long": 50}[SIZE]  # of each command
WRITES = {"small": 1, "middle": 1, "long": 60}[SIZE]  # of DuckDB, that a build is killed in
TRIED = {
    "small": ["build", "rollback"],
    "middle": ["build", "rollback"],
    "long": ["build", "nothing before", "edition", "rollback", "forget"],
}[SIZE]


@dataclass(frozen=True)
class Market:
    """A market whose next command is to be killed: what is served before it (nothing, where none
    is), all builds before and after, what stands after a run that nobody disturbed, its steps on
    files, and its seconds."""

    root: Path
    command: list[str]
    before: str | None
    builds: dict[str, Any]
    whole: dict[str, Any]
    steps: int
    seconds: float

    def arguments(self, root: Path) -> list[str]:
        """Of `python -m etl`, on a copy of the market."""
        places = ["--warehouse", str(root / "warehouse")]
        if self.command[0] != "rollback":
            places += ["--raw", str(root / "raw")]
        return [*self.command, *places]

    def child(self, root: Path, step: int | str) -> list[str]:
        return [
            sys.executable, "-m", "tests.killed", str(root), str(step), *self.arguments(root),
        ]  # fmt: skip


def standing(root: Path) -> dict[str, Any]:
    """All that a market holds: what is served, told and kept, and the names of its files."""
    folder = root / "warehouse"
    return {
        "served": warehouse.served_build(folder),
        "builds": {one: warehouse.manifest(folder, one) for one in warehouse.build_ids(folder)},
        "journal": warehouse.journal(folder),
        "ledger": ledger_kept.standing(folder),
        "drops": {path.name: path.read_bytes() for path in (root / "raw").rglob("*.*")},
        "files": sorted(str(path.relative_to(root)) for path in root.rglob("*")),
    }


def drops(root: Path) -> None:
    """The drops of the build that is served before."""
    if SIZE == "long":
        sample(root / "raw", providers=1_000, requests=10_000, cooperatives=60)
    write_drops(
        root / "raw", {"providers/p-2026-01-31.csv": f"{HEADER}A,gardening,35,\nC,tutoring,35,\n"}
    )


@pytest.fixture(scope="module", params=TRIED)
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Market:
    root, name = tmp_path_factory.mktemp("killed") / "market", request.param
    folder, raw = root / "warehouse", root / "raw"
    drops(root)
    first = make.build(raw, folder).build_id if name != "nothing before" else None
    day = "2027-02-28" if name != "edition" else "2026-12-31"
    write_drops(raw, {f"providers/p-{day}.csv": f"{HEADER}B,cleaning,29,\n"})
    if name in ("rollback", "forget"):
        make.build(raw, folder)
    command = {
        "rollback": ["rollback", str(first)], "forget": ["forget", "provider", "A"],
        "edition": ["build", "--edition", "now"],
    }.get(name, ["build"])  # fmt: skip
    before = standing(root)
    market = Market(root, command, before["served"], before["builds"], {}, 0, 0)
    after = root.with_name("after")
    shutil.copytree(root, after, symlinks=True)
    start = time.monotonic()
    done = subprocess.run(
        market.child(after, 0), capture_output=True, text=True, cwd=ROOT, check=True
    )
    steps = int(done.stdout.rpartition("steps ")[2].split()[0])
    seconds = time.monotonic() - start
    whole = standing(after)
    assert contents.verify(after / "warehouse", whole["served"])["state"] == "same"
    assert whole["served"] != before["served"] and steps > 3
    builds = before["builds"] | whole["builds"]
    return Market(root, command, before["served"], builds, whole, steps, seconds)


def chosen(steps: int, count: int | None) -> list[int]:
    """Steps to be killed at: all, or one by chance of each of so many stretches."""
    draw, count = random.Random(SEED), steps if count is None else count
    edges = [1 + steps * number // count for number in range(count + 1)]
    return [draw.randrange(*edge) for edge in pairwise(edges)]


def check(market: Market, root: Path, killed: str) -> None:
    """What is served answers as before, and the next run comes to what nobody disturbed."""
    folder = root / "warehouse"
    served, whole = warehouse.served_build(folder), market.whole
    assert served in (market.before, whole["served"]), killed
    if served:
        assert contents.verify(folder, served) == {"state": "same", "differs": []}, killed
        assert warehouse.manifest(folder, served) == market.builds[served], killed
    if market.command == ["build"]:
        again = make.build(root / "raw", folder)
        assert again.is_published, killed
        notes = [note for file, note in again.notes if not file.startswith("providers")]
        assert not notes, killed
    else:  # who forgets one more time is told that nobody knows the person
        status = main(market.arguments(root))
        assert status == 0 or (status, market.command[0]) == (1, "forget"), killed
    found = standing(root)
    for what, expected in whole.items():
        assert found[what] == expected, (killed, what)
    assert contents.verify(folder, whole["served"])["state"] == "same", killed


@pytest.fixture
def copies(market: Market, tmp_path: Path) -> Iterator[Path]:
    """A copy of the market for each time it is asked."""

    def copied() -> Iterator[Path]:
        for number in range(10_000):
            root = tmp_path / str(number)
            shutil.copytree(market.root, root, symlinks=True)
            yield root
            shutil.rmtree(root)

    return copied()  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the project's own data: whom a command forgets it looks for in logs too."""
    monkeypatch.setenv("MAILLAGE_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "DATA", tmp_path)


@pytest.mark.anew
def test_a_command_killed_before_a_step_is_made_whole_by_the_next(market, copies):
    for step in chosen(market.steps, STEPS[market.command[0]].get(SIZE)):
        root = next(copies)
        done = subprocess.run(market.child(root, step), capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == -signal.SIGKILL, (step, done.stderr)
        check(market, root, f"{market.command}: step {step} of {market.steps}")


@pytest.mark.long
@pytest.mark.anew
def test_a_build_killed_in_a_write_of_duckdb_is_made_whole_by_the_next(market, copies):
    if market.command != ["build"]:
        return
    for write in range(1, WRITES + 1):
        root = next(copies)
        done = subprocess.run(
            market.child(root, f"w{write}"), capture_output=True, text=True, cwd=ROOT
        )
        if done.returncode == 0:  # fewer were seen
            break
        assert done.returncode == -signal.SIGKILL, (write, done.stderr)
        check(market, root, f"write {write}")


@pytest.mark.anew
def test_a_command_killed_at_any_moment_is_made_whole_by_the_next(market, copies):
    draw = random.Random(SEED)
    for number in range(MOMENTS):
        root, moment = next(copies), draw.uniform(0, market.seconds)
        running = subprocess.Popen(
            [sys.executable, "-m", "etl", *market.arguments(root)], cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moment)
        running.kill()
        running.wait()
        check(market, root, f"{market.command}: moment {number} of seed {SEED}: {moment:.3f} s")
