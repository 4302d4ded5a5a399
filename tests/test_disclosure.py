"""What partners may see: rules by hand, the ledger, the audit, and the bytes of the file."""

from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl import disclosure
from etl.disclosure import audit, decide, ledger, model, prover, published_tables, suppress
from etl.disclosure.rules import Rules
from etl.settings import load as load_settings
from tests.disclosing import KEYS, Attacker, enter, publish, random_rows

RULES = Rules.of(load_settings())


def rows_of(firms: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """(siren, region, domains, jobs): cells of regions and the country, domains and all."""
    rows = [
        (siren, "2025", level, code, scope, "all", "jobs", jobs)
        for siren, region, domains, jobs in firms
        for level, code in (("country", "FR"), ("region", region))
        for scope in ("all", *domains)
    ]
    return pd.DataFrame(rows, columns=["contributor", *KEYS, "value"])


def status(cells: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {
        (c.territory_code, c.scope_code): c.reason if c.status == "withheld" else "shown"
        for c in cells.itertuples()
    }


EVEN = [(f"10000000{n}", "11", "a", 10.0) for n in range(5)]


def test_a_cell_of_two_firms_and_one_that_a_firm_dominates_are_withheld(tmp_path: Path) -> None:
    few = [("200000001", "24", "a", 10.0), ("200000002", "24", "a", 12.0)]
    large = [
        ("300000001", "32", "a", 99.0),
        ("300000002", "32", "a", 1.0),
        ("300000003", "32", "a", 1.0),
    ]
    told, cells = publish(tmp_path / "1", rows_of(EVEN + few + large), [])
    found = status(cells)
    assert told["published"]
    assert found["24", "all"] == found["32", "all"] == "few"
    # 5 firms of 10: nothing hides there, and the country leaves 24 and 32 apart from each other
    assert found["11", "all"] == "shown"
    assert cells[cells["status"] == "withheld"][["value", "contributors"]].isna().all(axis=None)


def test_a_single_withheld_cell_takes_another_with_it(tmp_path: Path) -> None:
    few = [("200000001", "24", "a", 10.0), ("200000002", "24", "a", 12.0)]
    _, cells = publish(tmp_path / "1", rows_of(EVEN + few), [])
    found = status(cells)
    # France less 11 would be the two firms of 24
    assert found["24", "all"] == "few"
    assert "secondary" in (found["11", "all"], found["FR", "all"])


def test_who_stands_in_two_domains_does_not_follow_from_their_overlap(tmp_path: Path) -> None:
    firms = [(f"10000000{n}", "11", "a", 10.0) for n in range(4)]
    firms += [(f"20000000{n}", "11", "b", 10.0) for n in range(4)]
    firms += [("300000001", "11", "ab", 7.0)]  # a + b - all is this firm
    _, cells = publish(tmp_path / "1", rows_of(firms), [])
    assert "secondary" in status(cells).values()


def test_a_late_declaration_does_not_follow_from_two_publications(tmp_path: Path) -> None:
    _, cells = publish(tmp_path / "1", rows_of(EVEN), [])
    assert set(status(cells).values()) == {"shown"}
    earlier = enter(tmp_path, tmp_path / "1", "first")
    late = [*EVEN, ("400000001", "11", "a", 13.0)]
    told, again = publish(tmp_path / "2", rows_of(late), earlier)
    assert told["published"] and set(status(again).values()) == {"secondary"}
    assert told["tables"]["jobs"]["withheld_after_shown"] == len(again)
    alone, fresh = publish(tmp_path / "3", rows_of(late), [])
    assert alone["published"] and set(status(fresh).values()) == {"shown"}


def test_what_was_shown_before_and_can_no_longer_be_kept_is_said(tmp_path: Path) -> None:
    publish(tmp_path / "1", rows_of(EVEN[:3]), [])
    earlier = enter(tmp_path, tmp_path / "1", "first")
    dominated = [*EVEN[:2], (EVEN[2][0], "11", "a", 500.0)]  # a revision
    told, cells = publish(tmp_path / "2", rows_of(dominated), earlier)
    assert set(status(cells).values()) == {"few"}
    assert told["published"] and told["audit"]["given_away_earlier"] > 0


def test_the_ledger_keeps_no_person_and_a_small_move_is_not_shown(tmp_path: Path) -> None:
    people = [(f"person-{n}", "11", "a", 1.0) for n in range(20)]
    _, cells = publish(tmp_path / "1", rows_of(people), [], protects="persons")
    assert set(status(cells).values()) == {"shown"}
    earlier = enter(tmp_path, tmp_path / "1", "first")
    assert b"person-" not in b"".join(path.read_bytes() for path in earlier)
    kept = duckdb.execute("SELECT members FROM read_parquet($1)", [str(earlier[0])]).fetchall()
    assert kept and all(members is None for (members,) in kept)
    one_more = [*people, ("person-20", "11", "a", 1.0)]
    _, again = publish(tmp_path / "2", rows_of(one_more), earlier, protects="persons")
    assert "shown" not in status(again).values()


def test_the_file_holds_nothing_of_the_contributors(tmp_path: Path) -> None:
    firms = [*EVEN, ("200000001", "24", "a", 31415.0), ("200000002", "24", "a", 27182.0)]
    publish(tmp_path / "1", rows_of(firms), [])
    data = (tmp_path / "1" / "partners.duckdb").read_bytes()
    assert data and not [siren for siren, *_ in firms if siren.encode() in data]
    with duckdb.connect(str(tmp_path / "1" / "partners.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall()
        assert {schema for schema, _ in tables} == {"published", "reference", "quality"}
        assert [name for schema, name in tables if schema == "published"] == ["jobs"]


def test_an_audit_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [("200000001", "24", "a", 10.0), ("200000002", "24", "a", 12.0)]
    # suppression that hears of nothing
    monkeypatch.setattr(suppress.Suppression, "settle", lambda _: None)  # primary rules only
    monkeypatch.setattr(decide.Decision, "withhold", lambda *_, **__: None)
    monkeypatch.setattr(decide.Decision, "withhold_all", lambda *_: None)
    told, _ = publish(tmp_path / "1", rows_of(EVEN + few), [])
    assert told["published"] is False and told["why"] == "not_protected"
    assert not (tmp_path / "1" / "partners.duckdb").exists()


def test_what_the_audit_finds_is_withheld_until_it_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [("200000001", "24", "a", 10.0), ("200000002", "24", "a", 12.0)]
    monkeypatch.setattr(suppress.Suppression, "settle", lambda _: None)  # primary rules only
    told, cells = publish(tmp_path / "1", rows_of(EVEN + few), [])
    found = status(cells)
    # France less 11 would be 24: one of them goes too, by the audit's word alone
    assert told["published"] and told["rounds"] > 1
    assert found["24", "all"] == "few" and "shown" in found.values()
    assert "secondary" in (found["11", "all"], found["FR", "all"])


def test_a_list_that_cannot_be_solved_is_withheld_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppress.Suppression, "settle", lambda _: None)  # primary rules only
    monkeypatch.setattr(decide.Decision, "withhold", lambda *_, **__: None)
    few = [("200000001", "24", "a", 10.0), ("200000002", "24", "a", 12.0)]
    told, cells = publish(tmp_path / "1", rows_of(EVEN + few), [])
    assert told["published"] and told["rounds"] == disclosure.ROUNDS + 1
    assert "shown" not in status(cells).values()


@pytest.mark.parametrize("bounded", [suppress, prover])
def test_what_is_too_large_to_be_solved_is_withheld_in_blocks_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bounded: ModuleType
) -> None:
    rows = random_rows(np.random.default_rng(1), "2025", 60, "1")
    monkeypatch.setattr(bounded, "WORK", 1)
    told, cells = publish(tmp_path / "1", rows, [])
    assert told["published"] and told["withheld_whole"][0].startswith("jobs ")
    assert not Attacker(rows, cells).recovered(RULES.interval_share)


def test_a_build_is_found_again_after_its_own_publication(tmp_path: Path) -> None:
    entry = tmp_path / "entry"
    entry.write_bytes(b"x")
    assert ledger.before(tmp_path, "one") == []
    ledger.append(tmp_path, "one", entry)
    assert ledger.before(tmp_path, "one") == []
    (first,) = ledger.before(tmp_path, "two")
    ledger.append(tmp_path, "two", entry)
    ledger.append(tmp_path, "one", entry)  # served again: nothing new
    assert ledger.before(tmp_path, "one") == [] and ledger.before(tmp_path, "two") == [first]
    assert len(ledger.before(tmp_path, "three")) == 2


def test_relations_are_read_from_the_head() -> None:
    relation = published_tables._relation
    same = relation("t", "after_3y = employees[+3]")
    assert (same.kind, same.others) == ("same", (published_tables.Term("employees", 3, 1),))
    tells = relation("t", "created - lost = employees - employees[-1]")
    assert tells.kind == "tells" and [t.sign for t in tells.others] == [1, -1]
    assert relation("t", "permanent <= employees").kind == "at_most"
    with pytest.raises(published_tables.DisclosureError):
        relation("t", "created - lost")


def test_several_values_without_a_part_are_refused(tmp_path: Path) -> None:
    rows = rows_of(EVEN)
    rows.loc[0, "value"] = 11.0
    told, _ = publish(tmp_path / "1", rows, [])
    assert told["why"] == "mistake" and "`part`" in told["detail"]


def test_the_list_of_the_project_can_be_read() -> None:
    tables = published_tables.tables()
    assert tables and {table.protects for table in tables} == set(published_tables.PROTECTS)
    assert model and audit and RULES.firms == 3


def test_a_list_without_a_row_is_published_empty(tmp_path: Path) -> None:
    told, cells = publish(tmp_path / "1", rows_of([EVEN[0]]).iloc[:0], [])
    assert told["published"] and told["audit"]["checked"] == 0 and cells.empty


def test_a_ledger_without_the_figures_of_firms_is_read(tmp_path):
    """As earlier versions wrote it: beside a newer entry, and alone."""
    told = (
        "SELECT FALSE AS is_synthetic, 'firms' AS protects, '2024' AS period,"
        " 'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code,"
        " 'all' AS breakdown, 'employees' AS measure, 7.0 AS value, 3 AS contributors,"
        " ['1|', '2|', '3|'] AS members"
    )
    old, new = tmp_path / "0001-a.parquet", tmp_path / "0002-b.parquet"
    duckdb.sql(f"COPY ({told}) TO '{old}' (FORMAT parquet)")
    duckdb.sql(f"COPY ({told}, [1.0, 2.0, 4.0] AS figures) TO '{new}' (FORMAT parquet)")
    for files, figures in (([old], [None]), ([old, new], [None, [1.0, 2.0, 4.0]])):
        with duckdb.connect() as connection:
            ledger.load(connection, files, synthetic=False)
            found = connection.execute("SELECT figures FROM earlier").fetchall()
        assert sorted((row[0] for row in found), key=str, reverse=True) == sorted(
            figures, key=str, reverse=True
        )
