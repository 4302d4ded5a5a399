"""One hash a table: it tells whether two tables hold the same rows, and what changed in a build."""

import json
import shutil

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.__main__ import main
from etl.build import contents, warehouse
from tests.market import make_build
from tests.sizes import examples

PROVIDERS = "provider_id,domains,departement_code\nA,gardening,35\nB,house_cleaning,29\n"


def hashed(rows: str, columns: str = "a, b") -> str:
    """The hash of a table of these VALUES."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM (VALUES {rows}) AS rows ({columns})")
        (found,) = contents.hashes(connection).values()
    return found


TWO = hashed("(1, 'x'), (2, 'y')")


def test_the_order_of_rows_changes_nothing():
    assert hashed("(2, 'y'), (1, 'x')") == TWO


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("(1, 'x'), (2, 'z')", "a, b"),  # a value
        ("(1, 'x')", "a, b"),  # a row lost
        ("(1, 'x'), (2, 'y'), (2, 'y'), (2, 'y')", "a, b"),  # doubled: bits would cancel each other
        ("(1, 'y'), (2, 'x')", "a, b"),  # the same values of each column, in other rows
        ("(1, NULL), (2, 'y')", "a, b"),
        ("(1, 'x'), (2, 'y'), (NULL, NULL)", "a, b"),
        ("(1, 'x'), (2, 'y')", "a, c"),  # a name
        ("(1::BIGINT, 'x'), (2, 'y')", "a, b"),  # a type
    ],
)
def test_whatever_changes_in_a_table_changes_its_hash(rows, columns):
    assert hashed(rows, columns) != TWO


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[]::INTEGER[]", "NULL::INTEGER[]"),
        ("[]::DECIMAL(9,2)[]", "[NULL]::DECIMAL(9,2)[]"),
        ("['a', 'b']", "['b', 'a']"),
        ("[[1], [2]]", "[[1, 2]]"),
        ("{'a': NULL::INTEGER}", "NULL::STRUCT(a INTEGER)"),
        ("[{'a': 1}, {'a': NULL}]", "[{'a': NULL}, {'a': 1}]"),
    ],
)
def test_lists_and_structs_are_told_apart(one, other):
    assert hashed(f"({one})", "a") == hashed(f"({one})", "a") != hashed(f"({other})", "a")


def test_what_is_equal_hashes_equal():
    zero, not_a_number = "0.0::DOUBLE", "'nan'::DOUBLE"
    assert hashed(f"({zero}), ({not_a_number})", "a") == hashed(
        f"(-{not_a_number}), (-{zero})", "a"
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, 0, 1, 2]), st.sampled_from([None, "", "a"]),
        st.sampled_from([None, [], [0.5], [0.5, 0.5], [None]]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=examples(60))
@given(ROWS, ROWS)
def test_two_tables_hash_alike_only_where_their_rows_are_the_same(one, other):
    found = []
    with duckdb.connect() as connection:
        for rows in (one, other):
            connection.execute("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR, c DOUBLE[])")
            if rows:
                connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
            found.append(contents.hashes(connection)["main.t"])
    assert (found[0] == found[1]) == (sorted(map(repr, one)) == sorted(map(repr, other)))


@pytest.mark.middle
def test_a_changed_table_is_named(tmp_path, capsys, monkeypatch):
    make_build(tmp_path, {"providers/p-2026-01-31.csv": PROVIDERS}).close()
    folder = tmp_path / "warehouse"
    build_id = warehouse.served_build(folder)
    there = ["status", "--verify", "--warehouse", str(folder)]
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(there) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "    holds what was built"
    place = warehouse.build_folder(folder, build_id)
    kept = shutil.copytree(place, tmp_path / "kept")

    def told(*changes: str, database: str = warehouse.DATABASE) -> list[str]:
        """What status says once these statements have changed a copy of the build."""
        shutil.rmtree(place)
        shutil.copytree(kept, place)
        with duckdb.connect(str(place / database)) as connection:
            for change in changes:
                connection.execute(change)
        assert main(there) == 1
        return capsys.readouterr().err.splitlines()

    def line(table: str, what: str, database: str = "marketplace.duckdb") -> list[str]:
        return [f"{build_id}: {database} {table} {what}"]

    changed = "is no longer what was built"
    assert told("UPDATE marts.providers SET departement_code = '22' WHERE provider_id = 'A'") == (
        line("marts.providers", changed)
    )
    assert told("INSERT INTO marts.provider_domains FROM marts.provider_domains") == (
        line("marts.provider_domains", changed)
    )
    assert told("CREATE OR REPLACE VIEW marts.reach_counts AS SELECT 1 AS one") == (
        line("marts.reach_counts", changed)
    )
    assert told("DROP TABLE reference.families", "CREATE TABLE marts.mine AS SELECT 1") == (
        line("marts.mine", "was no part of the build") + line("reference.families", "is missing")
    )
    assert told("DELETE FROM quality.build", database=warehouse.PARTNERS) == (
        line("quality.build", changed, warehouse.PARTNERS)
    )
    (place / warehouse.PARTNERS).write_bytes(b"no database")
    assert main([*there, "--json"]) == 1
    (item,) = json.loads(capsys.readouterr().out)["builds"]
    assert item["verified"] == {
        "state": "differs",
        "differs": [{"database": warehouse.PARTNERS, "table": "", "what": "unreadable"}],
    }
    (place / warehouse.PARTNERS).unlink()
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(there) == 1
    assert capsys.readouterr().err.splitlines() == [f"{build_id}: {warehouse.PARTNERS} manque"]


def test_a_build_without_hashes_or_of_another_engine_cannot_be_verified(
    tmp_path, capsys, monkeypatch
):
    make_build(tmp_path, {"providers/p-2026-01-31.csv": PROVIDERS}).close()
    folder = tmp_path / "warehouse"
    path = warehouse.build_folder(folder, warehouse.served_build(folder)) / "manifest.json"
    stated = json.loads(path.read_text(encoding="utf-8"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    del stated[warehouse.SEAL]  # of before
    contents_of_before = stated.pop("contents")
    for change, told in (
        ({}, "it was made before builds kept the hashes of their tables"),
        (
            {"contents": contents_of_before | {"engine": "duckdb 1.0.0"}},
            "its hashes are of another version of DuckDB",
        ),
    ):
        path.write_text(json.dumps(stated | change), encoding="utf-8")
        assert main(["status", "--verify", "--warehouse", str(folder)]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == f"    cannot be verified: {told}"
