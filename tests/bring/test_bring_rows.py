"""Targets and events that are edited as rows become a drop like any other, and end like one."""

from pathlib import Path

import pandas as pd
import pytest

from etl.bring import job, rows, states
from etl.bring.folders import Folders
from etl.bring.states import Job
from etl.build import make, warehouse
from tests.ingesting import drop_text, ingested

PROVIDERS = "provider_id,domains,commune_code,joined_on\np1,gardening,35238,2025-01-01\n"
TARGETS = """domain,territory_level,territory_code,metric,target,due_on
gardening,departement,35,fill_rate,0.6,2027-12-31
,country,FR,coverage_population,0.8,2027-12-31
balloons,country,FR,fill_rate,0.5,2027-12-31
"""
EVENTS = "on,label\n2026-01-01,Advance of the tax credit\n2026-03-01,Fair\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    found = Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")
    for name, text in (
        ("providers/p-2026-10-31.csv", PROVIDERS),
        ("targets/t-2026-10-31.csv", TARGETS),
        ("events/e-2026-09-30.csv", EVENTS),
    ):
        path = found.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert make.build(found.raw, found.warehouse).is_published
    return found


def written(folders: Folders, source: str, table: pd.DataFrame, *, is_confirmed: bool = False):
    """Brings rows as the page does."""
    folder = folders.incoming / f"{len([*folders.incoming.glob('*')]):032x}"
    folder.mkdir(parents=True)
    name = rows.name(folders, source)
    (folder / name).write_text(rows.text(source, table))
    said = rows.sidecar_text(folders, source, is_confirmed=is_confirmed)
    states.ask(folder, Job("bring", folders, "anne", str(folder / name), source, name, said))
    job.work(folder)
    found = states.state(folder)
    assert found and found.status == "done" and found.result["published"], found


def shown(folders: Folders, table: str, columns: str) -> list[tuple[object, ...]]:
    with warehouse.open_build((folders.warehouse / "current").resolve()) as con:
        return con.execute(f"SELECT {columns} FROM marts.{table} ORDER BY ALL").fetchall()


@pytest.mark.middle
def test_rows_in_force_are_read_with_their_file_and_what_nobody_knows_apart(folders) -> None:
    known = rows.read(folders, "targets")
    assert known.rows[["metric", "file", "line"]].values.tolist() == [
        ["coverage_population", "targets/t-2026-10-31.csv", 3],
        ["fill_rate", "targets/t-2026-10-31.csv", 2],
    ]
    assert known.unknown["line"].tolist() == [4]
    assert rows.read(folders, "events").rows["label"].tolist()[1] == "Fair"
    assert rows.has_own(folders)


@pytest.mark.long
def test_an_edited_list_takes_the_place_of_the_rows_whichever_file_they_are_of(folders) -> None:
    """Twice on a day: the later list counts, whatever its bytes, and no period moves."""
    for value in (0.7, 0.61):
        table = rows.read(folders, "targets").rows
        table.loc[table["metric"] == "fill_rate", "target"] = value
        assert rows.changes("targets", rows.read(folders, "targets").rows, table) == (
            rows.Changes(0, 1, 0)
        )
        written(folders, "targets", table)
        assert shown(folders, "targets", "metric, scope_code, code, target") == [
            ("coverage_population", "all", "FR", 0.8), ("fill_rate", "gardening", "35", value),
        ]  # fmt: skip
    with warehouse.open_build((folders.warehouse / "current").resolve()) as con:
        assert str(con.execute("SELECT as_of FROM quality.build").fetchall()[0][0]) == "2026-10-31"
    assert len([*(folders.raw / "targets").glob("*.csv")]) == 3  # each is history


@pytest.mark.middle
def test_a_row_that_is_gone_has_ended_and_comes_back_with_its_file(folders) -> None:
    table = rows.read(folders, "events").rows
    added = pd.DataFrame({"on": [pd.Timestamp("2026-05-01")], "label": ["Début, à Rennes"]})
    edited = pd.concat([table.iloc[[0]], added])
    assert rows.changes("events", table, edited) == rows.Changes(1, 0, 1)
    written(folders, "events", edited)
    assert [label for (label,) in shown(folders, "events", "label")] == [
        "Advance of the tax credit", "Début, à Rennes",
    ]  # fmt: skip
    # taken back like any drop
    folder = folders.removed / "x"
    states.ask(folder, Job("take_back", folders, "anne", "events/events-2026-10-31.csv"))
    job.work(folder)
    assert [label for (label,) in shown(folders, "events", "label")][1] == "Fair"


def test_what_a_build_would_refuse_is_told_of_its_row() -> None:
    table = pd.DataFrame(
        {
            "metric": ["fill_rate", None, "fill_rate"],
            "target": [0.5, 0.5, 0.7],
            "domain": ["gardening", None, "balloons"],
        }
    )
    found = rows.findings("targets", rows.text("targets", table))
    assert [(one.row, one.column, one.code, one.is_refused) for one in found] == [
        (1, "metric", "missing_required", True), (2, "domain", "unknown_domain", False),
    ]  # fmt: skip
    assert rows.findings("targets", rows.text("targets", table.iloc[[0]])) == []
    (none,) = rows.findings("targets", rows.text("targets", table.iloc[:0]))
    assert (none.row, none.code) == (None, "no_rows")


@pytest.mark.middle
def test_rows_of_the_sample_are_not_taken_over(folders) -> None:
    (folders.raw / "targets/t-2026-10-31.csv.toml").write_text("synthetic = true\n")
    assert make.build(folders.raw, folders.warehouse).is_published
    assert rows.read(folders, "targets").rows.empty
    assert len(rows.read(folders, "events").rows) == 2


@pytest.mark.parametrize("last", ["a", "b"])
def test_of_files_of_one_day_the_turn_decides_and_not_the_bytes(tmp_path, last) -> None:
    for name in ("a", "b"):
        file = f"{name}-2026-11-01.csv"
        drop_text(tmp_path, "providers", f"provider_id\n{name}\n", file)
        said = f"turn = {2 if name == last else 1}\n"
        drop_text(tmp_path, "providers", said, f"{file}.toml")
    assert ingested(tmp_path)[-1].file == f"providers/{last}-2026-11-01.csv"
