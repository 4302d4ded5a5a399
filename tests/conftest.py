"""Fixtures that are dear to make, made once for all workers."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from etl import build
from etl.sample import sample
from tests.shared_files import shared_file

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


@pytest.fixture(scope="session", autouse=True)
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the access log of the tests goes: never into the project."""
    folder = tmp_path_factory.mktemp("logs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILLAGE_LOGS", str(folder))
        yield folder


@pytest.fixture(scope="session")
def sample_market(tmp_path_factory, worker_id) -> Path:
    """A folder with the drops (`raw`) and the published build (`warehouse`) of a small sample."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "sample_market"
    with FileLock(f"{shared}.lock"):
        if not (shared / "done.json").exists():
            written = sample(shared / "raw", providers=1500, requests=12_000, cooperatives=60)
            result = build.build(shared / "raw", shared / "warehouse")
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
            result = build.build(shared / "raw", shared / "warehouse")
            assert result.is_published, result.checks_failed
    return shared / "warehouse"
