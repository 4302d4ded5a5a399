"""Damaged files of every source: each is read or refused with a word, and every row accounted."""

import time

import duckdb
import pytest

from etl.build import make
from etl.intake import lake
from etl.problems import FileProblem
from tests import mutated
from tests.sizes import SIZE

FILES = {"small": 10, "middle": 24, "long": 20_000}[SIZE]  # half a second of CPU each
BUILDS = {"small": 0, "middle": 1, "long": 300}[SIZE]
EACH = 10  # files of a build
LONGEST_S = 20.0  # of CPU, as other tests run beside it


def read(reader: lake.Reader, seed: int, folder) -> tuple[str, str, bytes] | None:
    """Reads the file of a seed; None where it is refused. Nothing else may be raised."""
    source, ending, content = mutated.file(seed)
    path = folder / f"{seed}-2026-11-01{ending}"
    path.write_bytes(content)
    start = time.process_time()
    try:
        drop = reader.drop(path, source, path.name, folder)
    except FileProblem:
        return None
    finally:
        assert time.process_time() - start < LONGEST_S, seed
    assert drop.read == drop.accepted + drop.refused + drop.filtered, seed
    with duckdb.connect() as con:
        kept = f"read_parquet('{drop.folder}/accepted.parquet')"
        ((rows,),) = con.execute(f"SELECT count(*) FROM {kept}").fetchall()
        refused = f"read_parquet('{drop.folder}/refused.parquet')"
        ((lines,),) = con.execute(f"SELECT count(DISTINCT line) FROM {refused}").fetchall()
    assert (rows + drop.merged, lines) == (drop.accepted, drop.refused), seed
    return source, ending, content


def test_a_damaged_file_is_read_or_refused_with_a_word(tmp_path):
    reader = lake.Reader(tmp_path)
    found = [read(reader, seed, tmp_path) for seed in range(FILES)]
    assert 0.2 < sum(one is not None for one in found) / FILES <= 1


@pytest.mark.parametrize("number", range(BUILDS))
def test_what_is_accepted_of_damaged_files_breaks_no_build(tmp_path, number):
    reader, seed, files = lake.Reader(tmp_path), 1_000_000 + number * 1000, 0
    while files < EACH:
        if found := read(reader, seed, tmp_path):
            source, ending, content = found
            path = tmp_path / "raw" / source / f"{seed}-2026-11-01{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            files += 1
        seed += 1
    result = make.build(tmp_path / "raw", tmp_path / "warehouse", holds=False)
    assert result.is_published, (seed, result.checks_failed)
