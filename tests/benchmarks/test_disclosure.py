"""What disclosure control costs and what it withholds: the sample, and one of 5,000 co-operatives.

Prints CPU seconds for each phase; nothing is judged by the time it takes.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from etl import disclosure
from etl.build import warehouse
from etl.build.make import build
from etl.disclosure import audit, decide, ledger, model, partners
from etl.sample import sample
from etl.settings import load

PHASES: list[tuple[object, str, str]] = [
    (model, "load", "load"),
    (model, "check", "check"),
    (partners, "state_all", "state"),
    (model, "build", "system"),
    (audit.Audit, "__init__", "audit: load"),
    (decide.Decision, "settle", "suppress"),
    (partners, "write", "write"),
    (audit.Audit, "run", "audit"),
    (ledger, "write", "ledger"),
]


@pytest.mark.parametrize("cooperatives", [120, 5000])
def test_disclosure(cooperatives: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample(tmp_path / "raw", cooperatives=cooperatives)
    assert build(tmp_path / "raw", tmp_path / "warehouse").is_published
    built = (tmp_path / "warehouse" / "current").resolve() / warehouse.DATABASE
    shutil.copy(built, tmp_path / "copy.duckdb")
    spent: dict[str, float] = {}
    for owner, name, phase in PHASES:
        monkeypatch.setattr(owner, name, _timed(getattr(owner, name), phase, spent))
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        connection.execute("SET TimeZone='Europe/Paris'; DROP SCHEMA published CASCADE")
        started = time.process_time()
        edition = disclosure.Edition([], is_synthetic=True)
        told = disclosure.make(connection, tmp_path, edition, load())
        whole = time.process_time() - started
    tables = told["tables"]
    cells = sum(table["cells"] for table in tables.values())
    few = sum(table["withheld_few"] for table in tables.values())
    more = sum(table["withheld_secondary"] for table in tables.values())
    value = sum(table["share_of_value"] for table in tables.values()) / len(tables)
    print(f"\n{cooperatives} co-operatives: {whole:.1f} s of CPU, {told['rounds']} rounds,")
    print("  " + ", ".join(f"{phase} {seconds:.1f}" for phase, seconds in spent.items()))
    print(
        f"  {cells} cells: withheld {few / cells:.1%} as too few, {more / cells:.1%} for others;"
        f" {value:.1%} of value, the mean of the tables; whole: {told['withheld_whole']}"
    )
    assert told["published"] and few + more < cells


def _timed(done: Callable, phase: str, spent: dict[str, float]) -> Callable:
    def timed(*given: object, **named: object) -> object:
        started = time.process_time()
        try:
            return done(*given, **named)
        finally:
            spent[phase] = spent.get(phase, 0.0) + time.process_time() - started

    return timed
