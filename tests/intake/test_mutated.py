"""Damaged files of every source: each is read or refused with a word, and every row accounted.

Each file is read by itself, up to its rows as a table of text; the rows of many of them go through
their contract together, as one file a source, and into a build. What a file costs is so a fiftieth
of a second, and its cells meet more of each other. Some files go the whole way alone.
"""

import json
import time
from pathlib import Path

import duckdb
import pytest

from etl.build import make
from etl.intake import lake
from etl.problems import FileProblem
from etl.words import reasons
from tests import mutated
from tests.sizes import SIZE

ALONE = {"small": 10, "middle": 16, "long": 2_000}[SIZE]  # a fifth of a second of CPU each
FILES = {"small": 200, "middle": 2_000, "long": 20_000}[SIZE]
BUILDS = {"small": 5, "middle": 20, "long": 300}[SIZE]
FIRST = 1_000_000  # seed of what goes into builds
LONGEST_S = 20.0  # of CPU, as other tests run beside it


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> lake.Reader:
    return lake.Reader(tmp_path_factory.mktemp("mutated"))  # its connection is that of all tests


def written(seed: int, folder: Path) -> tuple[Path, str]:
    """The file of a seed, and its source."""
    source, ending, content = mutated.file(seed)
    path = folder / f"{seed}-2026-11-01{ending}"
    path.write_bytes(content)
    return path, source


def has_words(problem: FileProblem, path: Path) -> bool:
    told = [reasons.problem(problem.of(path.name), language) for language in ("en", "fr")]
    return all(told) and told[0] != told[1]


def read_alone(reader: lake.Reader, seed: int, folder: Path) -> bool:
    """Whether the file of a seed is read, the whole way to the lake; else it is refused with a
    word. Nothing else may be raised."""
    path, source = written(seed, folder)
    start = time.process_time()
    try:
        drop = reader.drop(path, source, path.name, folder)
    except FileProblem as problem:
        assert has_words(problem, path), seed
        return False
    finally:
        assert time.process_time() - start < LONGEST_S, seed
    check(drop, str(seed))
    return True


def check(drop: lake.Drop, what: str) -> None:
    """Every row that was read stands where it is counted."""
    assert drop.read == drop.accepted + drop.refused + drop.filtered, what
    with duckdb.connect() as con:
        kept = f"read_parquet('{drop.folder}/accepted.parquet')"
        ((rows,),) = con.execute(f"SELECT count(*) FROM {kept}").fetchall()
        refused = f"read_parquet('{drop.folder}/refused.parquet')"
        ((lines,),) = con.execute(f"SELECT count(DISTINCT line) FROM {refused}").fetchall()
    assert (rows + drop.merged, lines) == (drop.accepted, drop.refused), what


def read_rows(reader: lake.Reader, seed: int, folder: Path) -> tuple[str, list[str]]:
    """The source of the file of a seed and its rows, each as a line of JSON under the names of the
    contract; none where the file is refused with a word."""
    path, source = written(seed, folder)
    work = folder / f"work-{seed}"
    work.mkdir()
    start = time.process_time()
    try:
        found = reader.prepare(path, source, work)
    except FileProblem as problem:
        assert has_words(problem, path), seed
        return source, []
    finally:
        assert time.process_time() - start < LONGEST_S, seed
    places = {
        field: found.raw.columns.index(column)
        for field, column in found.plan.columns.items()
        if column in found.raw.columns
    }
    rows = reader.con.execute("SELECT COLUMNS('c[0-9]+') FROM raw ORDER BY line").fetchall()
    assert len(rows) == found.raw.rows, seed
    return source, [json.dumps({f: row[at] for f, at in places.items()}) for row in rows]


def test_a_damaged_file_is_read_or_refused_with_a_word(reader, tmp_path):
    found = [read_alone(reader, seed, tmp_path) for seed in range(ALONE)]
    assert 0.2 < sum(found) / ALONE <= 1


@pytest.mark.parametrize("number", range(BUILDS))
def test_what_is_accepted_of_damaged_files_breaks_no_build(reader, tmp_path, number):
    each = FILES // BUILDS
    rows: dict[str, list[str]] = {}
    for seed in range(FIRST + number * each, FIRST + (number + 1) * each):
        source, found = read_rows(reader, seed, tmp_path)
        rows.setdefault(source, []).extend(found)
    for source, lines in rows.items():
        place = tmp_path / "raw" / source
        place.mkdir(parents=True)
        first = len(lines) // 2 * (number % 4 == 1)  # of one build of four, in a file before
        for day, part in (("2026-10-01", lines[:first]), ("2026-11-01", lines[first:])):
            if part:
                (place / f"many-{day}.json").write_text("\n".join(part))
    start = time.process_time()
    result = make.build(tmp_path / "raw", tmp_path / "warehouse", holds=False)
    assert result.is_published, (number, result.checks_failed)
    assert time.process_time() - start < 10 * LONGEST_S, number
    for source, lines in rows.items():
        assert not lines or result.sources[source]["read"] == len(lines), (number, source)
