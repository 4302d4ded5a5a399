"""A disk that is really full, at any moment: a sentence, and what is served stays."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import paths
from etl.bring import incoming, job, states
from etl.bring.folders import Folders
from etl.bring.states import Job, State
from etl.build import warehouse
from etl.problems import Told
from etl.words import lines
from pages.bring.choices import Choices
from tests.bring.test_bring_job import PROVIDERS, drops

pytestmark = pytest.mark.middle
MB = 2**20


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 100 MB, on which nothing needs to stay free."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk: mount needs rights that this user lacks")
    monkeypatch.setattr(paths, "DATA", disk / "data")
    monkeypatch.setattr(incoming, "LEFT_FREE", 0)
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk: Path, left: int) -> None:
    """Leaves so many bytes free."""
    with (disk / "others").open("wb") as file:
        file.write(bytes(shutil.disk_usage(disk).free - left))


def sent(name: str, content: bytes) -> incoming.Upload:
    upload = incoming.begin("me", name, len(content))
    return incoming.append(upload.id, "me", 0, content)


def worked(kind: str, places: Folders, upload: incoming.Upload, left: int) -> State:
    """What a job comes to, on a disk that fills up once it is asked for."""
    wanted = Job(kind, places, "me", str(upload.path), "providers", upload.name)
    states.ask(upload.folder, wanted)
    fill(places.data.parent, left)
    job.work(upload.folder)
    found = states.state(upload.folder)
    (places.data.parent / "others").unlink()
    assert found is not None
    return found


def test_a_full_disk_is_told_and_the_served_build_stays(small: Path) -> None:
    places = Folders(small / "data", small / "data" / "warehouse", small / "logs")
    first = sent("a-2026-10-01.csv", PROVIDERS.encode())
    assert worked("bring", places, first, 60 * MB).result["published"]
    served, before = warehouse.served_build(places.warehouse), drops(places)
    second = sent("b-2026-11-01.csv", PROVIDERS.replace("p1", "p9").encode())
    for kind in ("try", "bring"):
        for left in (0, 4096, MB, 4 * MB):
            found = worked(kind, places, second, left)
            assert found.status == "failed" and found.code in ("bring_full", "bring_disk"), found
            for language in ("en", "fr"):
                told = lines.told(Told(found.code, **found.arguments), language)
                assert "{" not in told and "Errno" not in told
            assert (warehouse.served_build(places.warehouse), drops(places)) == (served, before)
            assert not (second.folder / "trial").exists()
    # while it is sent, and where something is asked for or chosen
    begun = incoming.begin("me", "c.csv", MB)
    fill(small, 0)
    wanted = Job("try", places, "me", str(second.path), "providers", second.name)
    for code, ask in (
        ("incoming_disk", lambda: incoming.append(begun.id, "me", 0, bytes(MB))),
        ("incoming_disk", lambda: incoming.begin("me", "d.csv", 1)),
        ("bring_full", lambda: states.start(second.folder, wanted)),
        ("bring_full", lambda: Choices(source="providers").keep(second.folder)),
    ):
        with pytest.raises(Told) as told:
            ask()
        assert told.value.code == code
    (small / "others").unlink()
    assert incoming.append(begun.id, "me", 0, bytes(MB)).is_finished
    assert worked("bring", places, second, 40 * MB).result["published"]
