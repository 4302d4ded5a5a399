"""What founders send waits in a folder of its own: whole, bounded, and for nobody else."""

import contextlib
import errno
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import paths
from etl.bring import incoming, trial
from etl.bring.incoming import ABOUT, FILE, PART, append, begin, listed, read, remove, sweep
from etl.intake import drops
from etl.problems import Told
from etl.words import lines
from tests.sizes import examples

HOUR = 3600


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "DATA", tmp_path)
    return incoming.base()


def refused(code: str, ask: Any, *arguments: Any) -> Told:
    """The refusal that a call ends in, which has a sentence in both languages."""
    with pytest.raises(Told) as told:
        ask(*arguments)
    assert told.value.code == code
    for language in ("fr", "en"):
        assert "{" not in lines.told(told.value, language)
    return told.value


def sent(owner: str = "flora", name: str = "a.csv", content: bytes = b"a;b\n") -> incoming.Upload:
    return append(begin(owner, name, len(content)).id, owner, 0, content)


def test_a_file_comes_in_parts_and_has_its_name_once_it_is_whole(base: Path) -> None:
    upload = begin("flora", "a.csv", 6)
    assert not upload.is_finished and [p.name for p in base.iterdir()] == [upload.id]
    assert append(upload.id, "flora", 0, b"abc").received == 3
    assert not upload.path.exists() and (upload.folder / PART).read_bytes() == b"abc"
    whole = append(upload.id, "flora", 3, b"def")
    assert whole.is_finished and whole.received == 6 and whole.path.read_bytes() == b"abcdef"
    assert listed("flora") == [whole] and read(upload.id, "flora") == whole
    assert {p.name for p in whole.folder.iterdir()} == {FILE, ABOUT}


def test_nobody_else_may_look_into_it(base: Path) -> None:
    begin("flora", "a.csv", 9)
    for path in (base, *base.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_it_stands_beside_the_drops_on_the_same_file_system(base: Path) -> None:
    (paths.DATA / "raw").mkdir()
    upload = sent()
    assert upload.path.stat().st_dev == (paths.DATA / "raw").stat().st_dev


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(min_size=1, max_size=400),
    tries=st.lists(st.tuples(st.integers(0, 420), st.integers(0, 150)), max_size=30),
)
def test_whatever_comes_in_whatever_order_the_bytes_are_the_files(
    content: bytes, tries: list[tuple[int, int]]
) -> None:
    upload = begin("flora", "a.csv", len(content))
    received = 0
    for offset, length in tries:
        part = content[offset : offset + length]
        try:
            received = append(upload.id, "flora", offset, part).received
        except Told as told:
            assert told.code == "incoming_offset" and told.arguments["received"] == received
    while received < len(content):
        received = append(upload.id, "flora", received, content[received : received + 90]).received
    assert read(upload.id, "flora").path.read_bytes() == content
    remove(upload.id, "flora")


def test_two_that_send_the_same_part_at_once_do_not_harm_it() -> None:
    content = os.urandom(40_000)
    upload, start = begin("flora", "a.csv", len(content)), threading.Barrier(4)

    def send() -> None:
        start.wait()
        received = 0
        while received < len(content):
            part = content[received : received + 1000]
            try:
                received = append(upload.id, "flora", received, part).received
            except Told as told:
                received = told.arguments["received"]

    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(send) for _ in range(4)]:
            one.result()
    assert read(upload.id, "flora").path.read_bytes() == content


def test_of_two_parts_at_once_one_is_taken() -> None:
    upload, start = begin("flora", "a.csv", 10_000), threading.Barrier(8)

    def send(length: int) -> int:
        """How many bytes were taken of this sender."""
        start.wait()
        taken = 0
        for _ in range(40):
            received = read(upload.id, "flora").received
            try:
                append(upload.id, "flora", received, b"x" * length)
                taken += length
            except Told as told:
                assert told.code == "incoming_offset"
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = sum(threads.map(send, range(1, 9)))
    assert read(upload.id, "flora").received == taken < 10_000


def test_room_is_promised_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 10**15)
    start = threading.Barrier(12)

    def ask(_: int) -> None:
        start.wait()
        with contextlib.suppress(Told):
            begin("flora", "a.csv", incoming.LARGEST)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(ask, range(12)))
    assert len(listed("flora")) == incoming.OWN_BYTES // incoming.LARGEST


def test_a_part_that_does_not_follow_is_told_from_where_to_go_on() -> None:
    upload = begin("flora", "a.csv", 9)
    append(upload.id, "flora", 0, b"abc")
    for offset in (0, 2, 4, 9, -1):
        told = refused("incoming_offset", append, upload.id, "flora", offset, b"x")
        assert told.arguments["received"] == 3
    assert (upload.folder / PART).read_bytes() == b"abc"


def test_a_file_that_was_cut_is_gone_on_with_where_it_is_the_same() -> None:
    upload = begin("flora", "a.csv", 6, 17)
    append(upload.id, "flora", 0, b"abc")
    assert begin("flora", "a.csv", 6, 17).id == upload.id
    others = [("flora", "a.csv", 6, 18), ("flora", "a.csv", 7, 17), ("flora", "b.csv", 6, 17)]
    others += [("fabien", "a.csv", 6, 17), ("flora", "a.csv", 6, 0)]  # 0: nobody knows
    ids = {upload.id} | {begin(*other).id for other in [*others, others[-1]]}
    assert len(ids) == 7
    assert append(upload.id, "flora", 3, b"def").path.read_bytes() == b"abcdef"
    assert begin("flora", "a.csv", 6, 17).id not in ids  # the first is whole


def test_a_file_that_grows_is_refused_and_what_came_stays() -> None:
    upload = begin("flora", "a.csv", 3)
    refused("incoming_grew", append, upload.id, "flora", 0, b"abcd")
    assert append(upload.id, "flora", 0, b"abc").is_finished
    refused("incoming_grew", append, upload.id, "flora", 3, b"d")
    assert read(upload.id, "flora").path.read_bytes() == b"abc"


NAMES = {
    "a.csv": "a.csv",
    "../../x.csv": "x.csv",
    "..\\..\\x.csv": "x.csv",
    "/etc/passwd.csv": "passwd.csv",
    "a\0b.csv": "a_b.csv",
    "<img onerror=alert(1)>.csv": "img_onerror_alert_1.csv",
    "été 2026-11-22 (2).CSV": "été_2026-11-22_2.csv",
    ".hidden.csv": "hidden.csv",
    ".csv": "file.csv",
    "...json": "file.json",
    "~$book.xlsx": "book.xlsx",
    "__MACOSX.csv": "MACOSX.csv",
    "readme.txt": "file-readme.txt",
    "upload.json": "upload.json",
    "a\u202evsc.csv": "a_vsc.csv",
    "\ud800.csv": "file.csv",
    "a.csv.gz": "a.csv.gz",
    "a.JSONL.zst": "a.jsonl.zst",
    "x" * 500 + ".csv": "x" * 120 + ".csv",
    "é" * 500 + ".csv": "é" * 60 + ".csv",
    "# rm -rf $HOME;`id`.csv": "rm_-rf_HOME_id.csv",
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items(), ids=range(len(NAMES)))
def test_no_name_leads_elsewhere_nor_hides_the_file(base: Path, name: str, wanted: str) -> None:
    upload = sent(name=name)
    assert upload.name == wanted and upload.path.parent == base / upload.id / FILE
    assert list(drops.find(upload.path.parent)) == [
        upload.path
    ]  # a build would read it, and no other
    assert upload.shown.isprintable() and len(upload.shown) <= incoming.SHOWN


@given(name=st.text(max_size=300))
def test_any_name_becomes_a_safe_one_or_none(name: str) -> None:
    safe = incoming._safe(f"{name}.csv")
    assert "/" not in safe and "\0" not in safe and not safe.startswith((".", "-", "_"))
    assert safe.endswith(".csv") and len(safe.encode()) < 150
    assert safe == incoming._safe(safe)


@pytest.mark.parametrize(
    "name", ["", "a", "a.exe", "a.toml", "a.7z", "a.csv.bz2", "a.xlsx.gz", "csv", "a.csv/", "\0"]
)
def test_what_is_not_read_is_refused(base: Path, name: str) -> None:
    refused("incoming_ending", begin, "flora", name, 9)
    assert not base.exists()


def test_a_file_may_be_neither_empty_nor_too_large(base: Path) -> None:
    for size in (0, -1):
        refused("incoming_empty", begin, "flora", "a.csv", size)
    refused("incoming_too_large", begin, "flora", "a.csv", incoming.LARGEST + 1)
    assert begin("flora", "a.csv", incoming.LARGEST).size == 500 * 2**20


def room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """As if so many bytes were free on the disk."""
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)


def test_thirty_in_a_row_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 10**15)
    for _ in range(20):
        begin("flora", "a.csv", 100)
    for _ in range(10):
        refused("incoming_yours", begin, "flora", "a.csv", 1)
    begin("fabien", "a.csv", 1)  # another is not kept from sending
    remove(listed("flora")[0].id, "flora")
    begin("flora", "a.csv", 1)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(1, incoming.LARGEST)), max_size=25
    )
)
def test_what_is_promised_stays_within_the_bounds(asked: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        room(patch, 6 * incoming.GB)
        for owner, size in asked:
            try:
                begin(owner, "a.csv", size)
            except Told as told:
                assert told.code in {"incoming_yours", "incoming_all", "incoming_disk"}
    promised = {owner: [one.size for one in listed(owner)] for owner in "abcd"}
    for sizes in promised.values():
        assert sum(sizes) <= incoming.OWN_BYTES and len(sizes) <= incoming.OWN_FILES
    assert sum(map(sum, promised.values())) <= min(incoming.ALL_BYTES, 4 * incoming.GB)
    shutil.rmtree(incoming.base(), ignore_errors=True)


def test_all_owners_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 10**15)
    for number in range(10):
        begin(str(number), "a.csv", incoming.LARGEST)
    refused("incoming_all", begin, "flora", "a.csv", incoming.LARGEST)


def test_two_gigabytes_stay_free(monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, incoming.LEFT_FREE + 1000)
    upload = begin("flora", "a.csv", 600)
    refused("incoming_disk", begin, "fabien", "b.csv", 600)  # the first was promised its room
    append(upload.id, "flora", 0, b"x" * 100)
    room(monkeypatch, incoming.LEFT_FREE - 1)  # others fill the disk meanwhile
    refused("incoming_disk", append, upload.id, "flora", 100, b"x")
    room(monkeypatch, incoming.LEFT_FREE + 1000)
    assert append(upload.id, "flora", 100, b"x" * 500).is_finished


def test_a_disk_that_fills_up_all_the_same_leaves_what_was_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = begin("flora", "a.csv", 6)
    append(upload.id, "flora", 0, b"abc")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        refused("incoming_disk", append, upload.id, "flora", 3, b"def")
    assert read(upload.id, "flora").received == 3
    assert append(upload.id, "flora", 3, b"def").path.read_bytes() == b"abcdef"


def test_an_upload_is_for_its_owner_alone() -> None:
    upload = begin("flora", "a.csv", 3)
    for ask, more in ((read, ()), (append, (0, b"abc")), (remove, ())):
        refused("incoming_gone", ask, upload.id, "fabien", *more)
    assert listed("fabien") == [] and listed("flora") == [upload]


@pytest.mark.parametrize(
    "one", ["", ".", "..", "../raw", "0" * 32, "0" * 31 + "\0", "0" * 32 + "\n"]
)
def test_no_id_leads_elsewhere(one: str) -> None:
    begin("flora", "a.csv", 3)
    for ask, more in ((read, ()), (append, (0, b"abc")), (remove, ())):
        refused("incoming_gone", ask, one, "flora", *more)


def test_removing_takes_all_that_was_made_beside_it() -> None:
    upload = sent()
    (upload.folder / "warehouse" / "builds").mkdir(parents=True)
    (upload.folder / "raw").mkdir()
    remove(upload.id, "flora")
    assert not upload.folder.exists() and listed("flora") == []
    refused("incoming_gone", remove, upload.id, "flora")


def test_after_a_day_it_is_removed() -> None:
    upload = sent()
    sweep(upload.created + 23.9 * HOUR)
    assert listed("flora") == [upload]
    sweep(upload.created + 24 * HOUR)
    assert listed("flora") == [] and not upload.folder.exists()


def test_what_nobody_goes_on_with_makes_room_within_an_hour() -> None:
    upload, whole = begin("flora", "a.csv", 3), sent(name="whole.csv")
    sweep(upload.created + 0.9 * HOUR)
    assert len(listed("flora")) == 2
    sweep(upload.created + 1.1 * HOUR)
    assert listed("flora") == [whole]


def test_a_start_removes_what_is_not_whole_and_keeps_what_is(base: Path) -> None:
    upload, whole = begin("flora", "a.csv", 3), sent(name="whole.csv")
    torn = base / ("0" * 32)
    torn.mkdir()
    (torn / PART).touch()
    sweep(time.time(), is_start=True)
    assert listed("flora") == [whole] and not upload.folder.exists() and not torn.exists()


def test_a_start_beside_another_server_leaves_what_is_on_its_way(base: Path) -> None:
    upload = begin("flora", "a.csv", 3)
    with incoming.serving(time.time()):
        assert listed("flora") == []
        upload = begin("flora", "a.csv", 3)
        with incoming.serving(time.time()):
            assert append(upload.id, "flora", 0, b"ab").received == 2
        with incoming.serving(time.time()):  # one of two starts again
            assert append(upload.id, "flora", 2, b"c").is_finished
        upload = begin("flora", "b.csv", 3)
    with incoming.serving(time.time()):  # all had ended
        assert [one.name for one in listed("flora")] == ["a.csv"]


def test_a_start_without_any_upload(base: Path) -> None:
    sweep(time.time(), is_start=True)
    assert not base.exists() and listed("flora") == []


@pytest.mark.parametrize("about", [b"", b"[]", b"{}", b"\xff", b'{"name": 1}'])
def test_a_folder_that_tells_nothing_is_no_upload(about: bytes) -> None:
    upload = sent()
    (upload.folder / ABOUT).write_bytes(about)
    assert listed("flora") == []
    refused("incoming_gone", read, upload.id, "flora")
    sweep(time.time() + 2 * HOUR)
    assert not upload.folder.exists()


def test_the_document_names_the_bounds() -> None:
    text = " ".join((paths.PAGES / "door" / "README.md").read_text("utf-8").split())
    assert (
        f"at most {incoming.LARGEST // incoming.MB} MB each, {incoming.OWN_FILES} files and "
        f"{incoming.OWN_BYTES // incoming.GB} GB of one account, "
        f"{incoming.ALL_BYTES // incoming.GB} GB of all, and "
        f"{incoming.LEFT_FREE // incoming.GB} GB of the disk stay free"
    ) in text
    assert (incoming.IDLE_S, incoming.KEPT_S) == (HOUR, 24 * HOUR)
    assert "three of all accounts are kept" in text and trial.KEPT == 3


def is_waiting() -> bool:
    """Whether a thread of this process waits for a lock, where the system tells."""
    locks = Path("/proc/locks")
    told = f"-> FLOCK  ADVISORY  WRITE {os.getpid()} "
    return locks.exists() and told in locks.read_text()


def test_a_sweep_that_waits_for_a_folder_goes_on_once_it_is_taken_away(base: Path) -> None:
    """As when a file is thrown away while the next one is sent."""
    upload = sent()
    with ThreadPoolExecutor(1) as threads:
        with incoming._alone(upload.folder):
            waiting = threads.submit(sweep, time.time())
            deadline = time.monotonic() + 2
            while not is_waiting() and time.monotonic() < deadline:
                time.sleep(0.01)
            incoming._take_away(upload.folder)
        waiting.result(timeout=30)
    assert not upload.folder.exists()
