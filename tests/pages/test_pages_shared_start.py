"""The first start: one build, however many arrive; a failure says what to do."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl import first_build, paths, problems
from etl.build import warehouse
from pages.door import start
from tests.pages_fixture import ROOT, texts

DROP = """provider_id,name,domains,commune_code,reach_km
P1,Anne,childcare,35238,10
P2,Bob,cleaning,35047,5
,Nobody,cleaning,35047,5
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder whose data/raw holds one small drop."""
    folder = tmp_path / "data" / "raw" / "providers"
    folder.mkdir(parents=True)
    (folder / "providers-2026-11-22.csv").write_text(DROP)
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(tmp_path / "data" / "warehouse"))
    return tmp_path / "data"


def quiet(step: str, fraction: float) -> None:
    """Progress that nobody watches."""


@pytest.mark.middle
def test_readers_and_processes_make_one_build(home: Path) -> None:
    command = (
        "import sys; from pathlib import Path; from etl.first_build import ensure_build;"
        "home = Path(sys.argv[1]);"
        "print(ensure_build(home / 'raw', home / 'warehouse', home / 'sample', lambda s, f: None))"
    )
    others = [
        subprocess.Popen(
            [sys.executable, "-c", command, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    served: list[str] = []
    arguments = (home / "raw", home / "warehouse", home / "sample", quiet)
    readers = [
        threading.Thread(target=lambda: served.append(first_build.ensure_build(*arguments)))
        for _ in range(3)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    served += [other.communicate(timeout=120)[0].strip() for other in others]
    assert len(served) == 5 and len(set(served)) == 1
    assert warehouse.publications(home / "warehouse") == [served[0]]
    assert not (home / "sample").exists()


def test_a_file_that_cannot_be_read_stops_the_first_build(home: Path) -> None:
    (home / "raw" / "providers" / "empty-2026-11-22.csv").write_text("")
    with pytest.raises(problems.InputErrors):
        first_build.ensure_build(home / "raw", home / "warehouse", home / "sample", quiet)
    assert warehouse.served_build(home / "warehouse") is None


def as_made_by_other_code(folder: Path, build_id: str) -> None:
    path = warehouse.build_folder(folder, build_id) / "manifest.json"
    stated = json.loads(path.read_text()) | {"code": "0" * 64}
    path.write_text(json.dumps(stated | {warehouse.SEAL: warehouse.seal(stated)}))


@pytest.mark.middle
def test_an_update_builds_the_same_drops_again(home: Path) -> None:
    folders = (home / "raw", home / "warehouse", home / "sample", quiet)
    made = first_build.ensure_build(*folders)
    assert not first_build.is_outdated(home / "warehouse", made)
    place = warehouse.build_folder(home / "warehouse", made)
    as_made_by_other_code(home / "warehouse", made)
    place.rename(place.with_name("2026-11-22-older"))
    (home / "warehouse" / "current").unlink()
    (home / "warehouse" / "published.jsonl").unlink()
    warehouse.publish(home / "warehouse", "2026-11-22-older", keep=3)
    assert first_build.is_outdated(home / "warehouse", "2026-11-22-older")
    assert first_build.ensure_build(*folders) == made
    assert not first_build.is_outdated(home / "warehouse", made)


@pytest.mark.middle
def test_an_update_keeps_a_build_whose_drops_are_elsewhere(home: Path, tmp_path: Path) -> None:
    folders = (home / "raw", home / "warehouse", home / "sample", quiet)
    made = first_build.ensure_build(*folders)
    as_made_by_other_code(home / "warehouse", made)
    (home / "raw").rename(tmp_path / "elsewhere")
    assert first_build.ensure_build(*folders) == made
    assert not (home / "sample").exists()


def finished(warehouse_folder: Path) -> None:
    """Wait for the thread that makes the first build."""
    thread = start._first_build(str(warehouse_folder)).thread
    assert thread is not None
    thread.join(timeout=120)
    assert not thread.is_alive()


@pytest.mark.middle
@pytest.mark.parametrize(
    ("lang", "waiting", "failed"),
    [
        ("en", "Getting the data ready", "The data could not be loaded."),
        ("fr", "Préparation des données", "Les données n’ont pas pu être chargées."),
    ],
)
def test_the_page_waits_fails_and_tries_again(
    home: Path, lang: str, waiting: str, failed: str
) -> None:
    bad = home / "raw" / "providers" / "empty-2026-11-22.csv"
    bad.write_text("")
    page = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
    page.query_params["lang"] = lang
    page.switch_page("quality/page.py")
    assert waiting in texts(page.run())
    finished(home / "warehouse")
    page.run()
    assert failed in page.error[0].value and not page.exception
    assert "empty-2026-11-22.csv" in page.text[0].value
    assert str(home) not in page.text[0].value + page.error[0].value
    bad.unlink()
    page.button[0].click().run()
    finished(home / "warehouse")
    page.switch_page("quality/page.py").run()
    assert not page.error and not page.exception
    assert page.metric[1].value == "1"
