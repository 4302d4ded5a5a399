"""What a killed job leaves half done is ended or undone before anything else is built."""

from pathlib import Path

import pytest

from etl.bring import history, incoming, placing, recovery, states
from etl.bring.folders import Folders
from etl.bring.states import Job
from etl.build import warehouse
from pages.bring import choices
from tests.bring.test_bring_job import PROVIDERS, arrived, brought, done, drops

OTHERS = PROVIDERS.replace("p1,", "p3,").replace("p2,", "p4,")
FIRST = ["providers/a-2026-10-01.csv", "providers/a-2026-10-01.csv.toml"]


@pytest.fixture
def places(tmp_path: Path) -> Folders:
    found = Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")
    brought(found, "a-2026-10-01.csv", PROVIDERS)
    return found


def half_placed(places: Folders) -> Path:
    """As a job that was killed between the placing and the build leaves it."""
    file = arrived(places, "b-2026-11-01.csv", OTHERS)
    wanted = Job("bring", places, "zoe", str(file), "providers", file.name)
    states.ask(file.parent, wanted)
    (target,) = placing.free(places.raw, [("providers", file, file.name, "")])
    recovery.note(file.parent, [target.relative_to(places.raw).as_posix()])
    placing.place(target, file, "")
    return file


@pytest.mark.long
def test_a_file_that_was_half_placed_is_taken_away_by_whoever_comes_next(places: Folders) -> None:
    file = half_placed(places)
    third = arrived(places, "c-2026-11-02.csv", PROVIDERS.replace("p1,", "p9,"))
    told = done("try", places, third).result
    assert told["keys"]["known"] == 2 and drops(places) == FIRST
    assert not recovery.is_open(file.parent)
    again = done("bring", places, file)
    assert again.status == "done" and "providers/b-2026-11-01.csv" in drops(places)


@pytest.mark.middle
def test_a_file_that_was_published_before_the_kill_is_told_as_brought(places: Folders) -> None:
    file = arrived(places, "b-2026-11-01.csv", OTHERS)
    assert done("bring", places, file).status == "done"
    places.history.unlink()
    wanted = Job("bring", places, "zoe", str(file), "providers", file.name)
    states.ask(file.parent, wanted)
    recovery.note(file.parent, ["providers/b-2026-11-01.csv"])
    with warehouse.lock(places.warehouse):
        recovery.recover(places)
    (entry,) = history.standing(places)
    assert (entry["file"], entry["account"]) == ("providers/b-2026-11-01.csv", "zoe")
    found = states.state(file.parent)
    assert found and found.status == "done" and found.result["published"]


def test_a_sidecar_alone_heals_too(places: Folders) -> None:
    file = half_placed(places)
    (places.raw / "providers" / file.name).unlink()
    with warehouse.lock(places.warehouse):
        recovery.recover(places)
    assert drops(places) == FIRST


@pytest.mark.middle
def test_a_drop_that_was_being_taken_back_returns(places: Folders) -> None:
    brought(places, "b-2026-11-01.csv", OTHERS)
    folder, file = places.removed / "x", "providers/b-2026-11-01.csv"
    states.ask(folder, Job("take_back", places, "zoe", file, "providers"))
    placing.take_back(places, file, folder)
    assert file not in drops(places)
    history.sweep(places, 10**11)
    done("try", places, arrived(places, "c-2026-11-02.csv", PROVIDERS.replace("p1,", "p9,")))
    assert file in drops(places) and f"{file}.toml" in drops(places)
    assert [entry["is_there"] for entry in history.standing(places)] == [True, True]


def test_a_file_that_is_gone_leaves_nothing_behind(places: Folders) -> None:
    file = arrived(places, "b-2026-11-01.csv", OTHERS)
    beside = ((str(file.with_name("gone.csv")), "providers", "gone.csv", ""),)
    for more in ({"beside": beside}, {}):
        failed = done("bring", places, file, **more)
        assert (failed.status, failed.code) == ("failed", "bring_gone")
        assert drops(places) == FIRST
        file.unlink(missing_ok=True)


@pytest.mark.long
def test_what_was_decided_on_other_figures_is_asked_again(places: Folders) -> None:
    file = arrived(places, "b-2026-11-01.csv", OTHERS)
    served = done("try", places, file).result["served"]
    brought(places, "c-2026-11-02.csv", PROVIDERS.replace("p1,", "p9,"))
    late = done("bring", places, file, tried_on=served, is_confirmed=True)
    assert (late.status, late.code) == ("failed", "bring_moved_on")
    served = done("try", places, file).result["served"]
    assert done("bring", places, file, tried_on=served).status == "done"


@pytest.mark.long
def test_keys_are_those_that_the_drops_before_leave(places: Folders) -> None:
    whole = 'mode = "snapshot"\n'
    many = PROVIDERS + "".join(f"q{n},N,gardening,35238,2025-01-01\n" for n in range(4))
    brought(places, "b-2026-10-02.csv", many, sidecar=whole)
    brought(
        places,
        "c-2026-10-03.csv",
        many.replace("q0,N,gardening,35238,2025-01-01\n", ""),
        sidecar=whole,
    )
    brought(places, "d-2026-10-04.csv", "provider_id,price_hour_eur\nq1,20\n")
    told = done("try", places, arrived(places, "e-2026-10-05.csv", many)).result["keys"]
    # q0 left before; the price of q1 says nothing of its name
    assert told == {"known": 5, "new": 1, "changed": 0, "same": 5, "lacking": 0}


@pytest.mark.middle
def test_the_same_bytes_as_a_whole_list_of_a_later_day_are_asked_about(places: Folders) -> None:
    brought(places, "b-2026-10-05.csv", "".join(
        ["provider_id,name\n", *(f"n{n},N\n" for n in range(9))]
    ))  # fmt: skip
    again = arrived(places, "z.csv", PROVIDERS)
    told = done("try", places, again, sidecar='as_of = 2026-11-01\nmode = "snapshot"\n').result
    assert told["held"][0]["leaving"] == 9
    refused = done("bring", places, again, sidecar='as_of = 2026-11-01\nmode = "snapshot"\n')
    assert not refused.result["published"] and not warehouse.held(places.warehouse)


def test_notes_that_are_nested_without_end_are_torn_notes(tmp_path: Path) -> None:
    places = Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")
    folder, deep = places.incoming / "one", "[" * 100_000
    folder.mkdir(parents=True)
    for name in (incoming.ABOUT, states.STATE, choices.FILE):
        (folder / name).write_text(deep)
    assert incoming.load(folder) is None and states.state(folder) is None
    assert choices.of(folder) == choices.Choices()
    history.note(places, "brought", "zoe", file="a.csv")
    with places.history.open("a") as lines:
        lines.write(f"{deep}\n")
    assert [entry["file"] for entry in history.entries(places)] == ["a.csv"]
