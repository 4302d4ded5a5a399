"""Fixtures that are dear to make, made once for all workers."""

import contextlib
import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

import pages.door  # noqa: F401  who visits
from etl.build import make
from etl.disclosure import ledger
from etl.intake import lake, opening
from etl.intake.together import Loaded, Seen
from etl.sample import sample
from tests.shared_files import shared_file
from tests.sizes import LEFT_OUT, SIZE, examples

settings.register_profile(
    "tests",
    max_examples=examples(100),
    deadline=None,  # other tests run beside it
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("tests")
makes_anew = False
SIDECARS = Path(__file__).with_name("sidecars")
POPULATION = "insee_population_departement_age"
DROPS = {
    "providers/siae_marche_inclusion.csv": "siae_marche_inclusion.csv",
    "providers/etablissements_metz_services.csv": "etablissements_metz_services.csv",
    "requests/dans_ma_rue_paris_10000.csv": "dans_ma_rue_paris_10000.csv",
    "requests/baltimore_311_sample.csv": "baltimore_311_sample.csv",
    "cooperatives/sirene_cooperatives_numerique_extrait.csv": (
        "sirene_cooperatives_numerique_extrait.csv"
    ),
    f"population/{POPULATION}_2021.csv": f"{POPULATION}.csv",
}


# These take longest: begun first, they leave no worker alone at the end.
BEGIN = ("browser", "test_forget.py", "test_build.py", "test_mutated.py", "test_killed.py")


class ByFile(LoadFileScheduling):
    """A worker takes a file as a whole, and one takes all that a browser tries: it, its server and
    what its profiles have read are dear, and while it waits for a page the others work."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "browser" if "/browser/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """How tests are dealt to workers."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, each in its own order."""
    places = {name: place for place, name in enumerate(BEGIN)}

    def place(item: pytest.Item) -> int:
        parts = item.path.parts[-2:]
        return min(places.get(part, len(BEGIN)) for part in parts)

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the access log of the tests goes: never into the project."""
    folder = tmp_path_factory.mktemp("logs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILLAGE_LOGS", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def lookups_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The connection that drops are read through, opened once a thread: its lookup tables are the
    same for every drop, and dear. A test that puts something else before DuckDB gets its own."""
    plain, connect, opened = duckdb.connect, opening.connect, threading.local()

    def connected(scratch: Path) -> duckdb.DuckDBPyConnection:
        if duckdb.connect is not plain:
            return connect(scratch)
        if not hasattr(opened, "connection") or not opening.is_alive(opened.connection):
            opened.connection = connect(tmp_path_factory.mktemp("spill"))
        return opened.connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "connect", connected)
        yield


@pytest.fixture(scope="session", autouse=True)
def builds_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """What builds hold is kept for the session by their id, which says all that they are made of: a
    test whose drops another test has loaded gets a copy, and all steps on files around it are its
    own. Tests marked `anew` make theirs."""
    root = tmp_path_factory.getbasetemp()
    kept, fill_one = (root if worker_id == "master" else root.parent) / "builds", make._fill
    kept.mkdir(exist_ok=True)

    def filled(making: Path, build_id: str, *rest: Any) -> dict:
        settings_of_it = repr(rest[2])
        one = kept / hashlib.sha256(f"{build_id} {settings_of_it}".encode()).hexdigest()
        if one.exists() and not makes_anew:
            shutil.copytree(one / "build", making, dirs_exist_ok=True)
            return json.loads((one / "stated.json").read_text("utf-8"))
        stated = fill_one(making, build_id, *rest)
        if not makes_anew and not any(check["failed_rows"] for check in stated["checks"]):
            own = one.with_name(f".{one.name}-{worker_id}")
            shutil.copytree(making, own / "build")
            (own / "stated.json").write_text(json.dumps(stated), "utf-8")
            with contextlib.suppress(OSError):  # another worker was first
                own.rename(one)
        return stated

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "_fill", filled)
        # a kept build was rounded with the key of the warehouse that made it
        patch.setattr(ledger, "fresh_key", lambda: b"a key for the tests, of 32 bytes")
        yield


@pytest.fixture(scope="session", autouse=True)
def drops_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """Files as they were read are kept for the session, as builds are, by the key of the lake."""
    root, plain = tmp_path_factory.getbasetemp(), duckdb.connect
    kept, read_one = (root if worker_id == "master" else root.parent) / "drops", lake.Reader.read
    kept.mkdir(exist_ok=True)

    def read(
        self: lake.Reader, path: Path, source: str, file: str, content: str, folder: Path,
        work: Path,
    ) -> lake.Drop:  # fmt: skip
        one = kept / folder.name
        is_shared = duckdb.connect is plain and not makes_anew
        if is_shared and (found := lake.Drop.from_folder(one)):
            shutil.copytree(one, work / "out", ignore=shutil.ignore_patterns("drop.json"))
            return replace(found, folder=folder)
        drop = read_one(self, path, source, file, content, folder, work)
        if is_shared:
            own = one.with_name(f".{one.name}-{worker_id}")
            shutil.copytree(work / "out", own)
            drop.keep(own)
            with contextlib.suppress(OSError):  # another worker was first
                own.rename(one)
        return drop

    load_one = lake.Reader.load

    def load(
        self: lake.Reader, path: Path, source: str, key: str, before: Seen, place: int
    ) -> Loaded | None:
        if duckdb.connect is plain and not makes_anew and (kept / key).exists():
            return None
        return load_one(self, path, source, key, before, place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lake.Reader, "read", read)
        patch.setattr(lake.Reader, "load", load)
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Notes whether the test makes its builds anew; leaves out what is too long for the size."""
    global makes_anew
    makes_anew = item.get_closest_marker("anew") is not None
    for size in LEFT_OUT[SIZE]:
        if item.get_closest_marker(size):
            pytest.skip(f"tried at the size {size}: see tests/README.md")


@pytest.fixture(scope="session")
def sample_market(tmp_path_factory, worker_id) -> Path:
    """A folder with the drops (`raw`) and the published build (`warehouse`) of a small sample."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "sample_market"
    with FileLock(f"{shared}.lock"):
        if not (shared / "done.json").exists():
            written = sample(shared / "raw", providers=1500, requests=12_000, cooperatives=60)
            result = make.build(shared / "raw", shared / "warehouse")
            assert result.is_published, result.checks_failed
            (shared / "done.json").write_text(json.dumps(written))
    return shared


@pytest.fixture(scope="session")
def real_market(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The warehouse of one build of all the shared files with their sidecars."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "real_market"
    for drop in DROPS:
        shared_file(f"real/{Path(drop).name}")
    with FileLock(f"{shared}.lock"):
        if not (shared / "warehouse" / "current").exists():
            for drop, sidecar in DROPS.items():
                target = shared / "raw" / drop
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(shared_file(f"real/{target.name}"), target)
                shutil.copy(SIDECARS / f"{sidecar}.toml", f"{target}.toml")
            result = make.build(shared / "raw", shared / "warehouse")
            assert result.is_published, result.checks_failed
    return shared / "warehouse"
