"""The lake: nothing is read twice, nothing half appears, dates and orders are as promised."""

import json

import pytest

from etl import check
from etl.intake import lake
from tests.ingesting import drop_text, ingested, only, problems, rows

TEXT = "provider_id,name,joined_on\n1,a,2026-03-01\n2,b,2026-02-01\n"


def test_a_drop_in_the_lake_is_not_read_again(tmp_path):
    drop_text(tmp_path, "providers", TEXT)
    first, again = only(tmp_path), only(tmp_path)
    assert (first.reused, again.reused) == (False, True)
    assert first.key == again.key and rows(first) == rows(again)
    described = json.loads((again.folder / "drop.json").read_text())
    assert (described["read"], described["as_of"]) == (2, "2026-11-01")
    drop_text(tmp_path, "providers", "mode = 'snapshot'", "a-2026-11-01.csv.toml")
    assert only(tmp_path).reused is False


def test_a_folder_that_was_cut_short_is_made_again(tmp_path):
    drop_text(tmp_path, "providers", TEXT)
    drop = only(tmp_path)
    (drop.folder / "drop.json").unlink()
    assert only(tmp_path).reused is False
    assert {p.name for p in drop.folder.iterdir()} == {
        "accepted.parquet", "refused.parquet", "repaired.parquet", "profile.parquet", "drop.json",
    }  # fmt: skip
    assert [p.name for p in drop.folder.parent.iterdir()] == [drop.key]


@pytest.mark.parametrize(
    ("name", "as_of", "origin"),
    [
        ("a-2026-11-22.csv", "2026-11-22", "name"),
        ("20261122_a.csv", "2026-11-22", "name"),
        ("a.csv", "2026-03-01", "rows"),
        ("a-12345678901.csv", "2026-03-01", "rows"),
        ("a-2026-13-45.csv", "2026-03-01", "rows"),
    ],
)
def test_the_date_of_a_drop(tmp_path, name, as_of, origin):
    drop_text(tmp_path, "providers", TEXT, name)
    drop = only(tmp_path)
    assert (drop.as_of.isoformat(), drop.as_of_origin) == (as_of, origin)


@pytest.mark.parametrize(
    ("created_at", "as_of"),
    [
        ("2026-01-02", "2026-01-02"),
        ("2026-07-02 01:30", "2026-07-02"),
        ("2026-01-01T23:30:00Z", "2026-01-02"),
    ],
)
def test_the_newest_moment_dates_a_drop_by_its_day_in_paris(tmp_path, created_at, as_of):
    drop_text(tmp_path, "requests", f"request_id,created_at\n1,{created_at}\n", "a.csv")
    assert only(tmp_path).as_of.isoformat() == as_of


def test_what_a_killed_run_left_is_swept(tmp_path):
    drop_text(tmp_path, "providers", TEXT)
    left = tmp_path / "warehouse" / "lake" / ".reading-killed"
    left.mkdir(parents=True)
    drop = only(tmp_path)
    assert [p.name for p in drop.folder.parent.iterdir()] == [drop.key]


def test_a_due_date_does_not_date_a_drop(tmp_path):
    drop_text(tmp_path, "targets", "metric,target,due_on\nfill_rate,1,2030-01-01\n", "a.csv")
    assert problems(tmp_path)[0].code == "no_as_of"


def test_drops_come_by_source_date_and_content_and_a_copy_counts_once(tmp_path):
    drop_text(tmp_path, "requests", "request_id,created_at\n1,2026-01-01\n", "r.csv")
    drop_text(tmp_path, "providers", TEXT, "b-2026-02-01.csv")
    drop_text(tmp_path, "providers", TEXT, "c-2026-01-01.csv")
    drop_text(tmp_path, "providers", TEXT, "copy-2026-02-01.csv")
    drops = ingested(tmp_path)
    assert [(d.file, d.duplicates) for d in drops] == [
        ("providers/c-2026-01-01.csv", []),
        ("providers/b-2026-02-01.csv", ["providers/copy-2026-02-01.csv"]),
        ("requests/r.csv", []),
    ]


def test_unknown_columns_are_named(tmp_path):
    drop_text(tmp_path, "providers", "provider_id,colour,,name,NAME\n1,red,,a,b\n")
    assert only(tmp_path).unknown_columns == ["colour", "(column 3)", "NAME"]


def test_progress_tells_each_file(tmp_path):
    from etl.intake.lake import ingest

    drop_text(tmp_path, "providers", TEXT)
    told: list[tuple[int, int, str]] = []
    ingest(tmp_path / "raw", tmp_path / "w", progress=lambda *step: told.append(step))
    assert told == [(0, 1, "providers/a-2026-11-01.csv"), (1, 1, "")]


def test_check_reports_files_without_keeping_anything(tmp_path, capsys):
    good = drop_text(tmp_path, "providers", TEXT, "good.csv")
    bad = drop_text(tmp_path, "providers", TEXT + ",c,\n", "bad.csv")
    empty = drop_text(tmp_path, "providers", "", "empty.csv")
    assert check.run([good], "providers", as_json=False) == 0
    assert check.run([good, bad, empty], "providers", as_json=True) == 1
    out = capsys.readouterr().out
    told = json.loads(out.splitlines()[-1])
    assert [entry.get("refused") for entry in told["files"]] == [0, 1, None]
    assert told["files"][1]["refused_rows"][0]["line"] == 4
    assert told["files"][2]["problem"]["code"] == "empty"
    assert check.run([good], "nothing", as_json=False) == 2


@pytest.mark.parametrize(
    ("way", "code"), [("once", None), ("always", "changing"), ("vanishes", "unreadable")]
)
def test_a_drop_that_changes_while_it_is_read_is_read_again_or_named(
    tmp_path, monkeypatch, way, code
):
    path = drop_text(tmp_path, "providers", TEXT)
    other = drop_text(tmp_path, "providers", TEXT, "b-2026-02-01.csv")
    read, left = lake.Reader.read, [1 if way == "once" else 9]

    def disturbed(reader, file, *rest):
        if file == path and left[0]:
            left[0] -= 1
            path.unlink() if way == "vanishes" else path.write_text(f"{TEXT}{left[0] + 3},c,\n")
        return read(reader, file, *rest)

    monkeypatch.setattr(lake.Reader, "read", disturbed)
    if code:
        (problem,) = problems(tmp_path)
        assert (problem.code, problem.file) == (code, "providers/a-2026-11-01.csv")
    else:
        first, last = ingested(tmp_path)
        assert (first.accepted, last.accepted) == (2, 3)
        assert last.content_hash == lake.file_hash(path) and other.exists()
        assert [row["provider_id"] for row in rows(last)] == ["1", "2", "3"]
