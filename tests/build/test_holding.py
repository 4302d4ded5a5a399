"""A complete list without most of those who were known is held until somebody has looked."""

import html
import json
import shutil

import duckdb
import pytest

from etl.__main__ import main
from etl.build import make, rollback, warehouse
from etl.insight.digest import digest
from tests.market import make_build, write_drops
from tests.pages_fixture import run_page, tabled, texts
from tests.shared_files import shared_file

HEADER = "provider_id,domains,departement_code\n"
SNAPSHOT = 'mode = "snapshot"\n'


def listing(day: str, keys: str) -> dict[str, str]:
    rows = "".join(f"{key},gardening,35\n" for key in keys)
    return {f"providers/p-{day}.csv": HEADER + rows, f"providers/p-{day}.csv.toml": SNAPSHOT}


@pytest.mark.long
def test_a_list_without_many_is_held_until_it_is_confirmed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "en_GB")
    raw, home = write_drops(tmp_path / "raw", listing("2026-01-31", "ABCDEFGHIJ")), tmp_path / "w"
    asked = ["build", "--raw", str(raw), "--warehouse", str(home)]
    assert main(asked) == 0
    first = warehouse.served_build(home)
    # two of ten leave: told, not held; then three of the eight that are left
    write_drops(raw, listing("2026-02-28", "ABCDEFGH"))
    assert main(asked) == 0
    said = capsys.readouterr()
    assert "providers/p-2026-02-28.csv: 2 of the 10 known have left on 2026-02-28" in said.out
    second = warehouse.served_build(home)
    assert "Many left" not in digest(home, language="en", form="md")
    assert second != first
    write_drops(raw, listing("2026-03-31", "ABCDE"))
    assert main([*asked, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["published"] is False
    (held,) = told["held"]
    assert (held["file"], held["known"], held["leaving"]) == ("providers/p-2026-03-31.csv", 8, 3)
    assert warehouse.served_build(home) == second and warehouse.status(home)["held"] == [held]
    assert main(asked) == 1
    assert "3 of the 8 known would leave" in capsys.readouterr().err
    assert main(["status", "--warehouse", str(home)]) == 0
    assert "confirmed = true" in capsys.readouterr().err
    # a list of the past makes nobody leave today, nor does one that is the first to be built
    (raw / "providers/p-2026-03-31.csv.toml").write_text(SNAPSHOT + "confirmed = true\n")
    assert main(asked) == 0 and warehouse.status(home)["held"] == []
    told = digest(home, language="en", form="md").replace("\\", "")
    assert "Many left: 3 of the 8 known (providers) on 31 Mar 2026" in told
    assert "no longer in providers/p-2026-03-31.csv." in told
    told = html.unescape(digest(home, language="fr", form="html"))
    assert "Beaucoup de départs : 3 des 8 connus (prestataires) au 31 mars 2026" in told
    for lang, line in (
        ("en", "Many left: **3** of the 8 known (providers) on 31 Mar 2026"),
        ("fr", "Beaucoup de départs : **3** des 8 connus (prestataires) au 31 mars 2026"),
    ):
        assert line in texts(run_page(monkeypatch, home, "overview", lang=lang))
    write_drops(raw, listing("2026-02-15", "A"))
    assert main(asked) == 0
    # of the list of the past it is told too: nine of the ten of January had left by then
    told = digest(home, language="en", form="md").replace("\\", "")
    assert "Many left: 9 of the 10 known (providers) on 15 Feb 2026" in told
    assert "31 Mar 2026, being" not in told
    confirmed = make.build(raw, tmp_path / "elsewhere").build_id
    (raw / "providers/p-2026-03-31.csv.toml").write_text(SNAPSHOT)
    assert make.build(raw, tmp_path / "again").build_id == confirmed


@pytest.mark.long
def test_a_held_list_is_told_while_the_served_build_lacks_it(tmp_path, monkeypatch, capsys):
    raw, home = write_drops(tmp_path / "raw", listing("2026-01-31", "ABCDEFGHIJ")), tmp_path / "w"
    first = make.build(raw, home).build_id
    write_drops(raw, listing("2026-02-28", "ABC"))
    sidecar = raw / "providers/p-2026-02-28.csv.toml"
    sidecar.write_text(SNAPSHOT + "confirmed = true\n")
    second = make.build(raw, home).build_id
    rollback.rollback(home, first, keep=5)
    sidecar.write_text(SNAPSHOT)
    assert not make.build(raw, home).is_published and warehouse.status(home)["held"]
    rollback.rollback(home, second, keep=5)  # forward to the build that contains it
    assert warehouse.status(home)["held"] == []
    assert not any("is held" in text for text in texts(run_page(monkeypatch, home, "overview")))
    rollback.rollback(home, first, keep=5)
    assert warehouse.status(home)["held"]


@pytest.mark.middle
def test_a_mass_departure_of_the_first_build_stands_on_the_quality_page(tmp_path, monkeypatch):
    drops = listing("2026-01-31", "ABCDEFGHIJ") | listing("2026-02-28", "ABC")
    raw, home = write_drops(tmp_path / "raw", drops), tmp_path / "w"
    assert make.build(raw, home).is_published
    for lang, line in (
        ("en", "Many left: 7 of the 10 known on 2026-02-28"),
        ("fr", "Beaucoup de départs : 7 des 10 connus au 2026-02-28"),
    ):
        page = run_page(monkeypatch, home, "quality", lang=lang)
        assert line in tabled(page)


@pytest.mark.long
def test_the_copied_download_of_the_town_is_held_and_the_four_stay(tmp_path):
    town = shared_file("cases/corrections/town")
    shutil.copytree(town, tmp_path / "raw")
    name = "a-corriger-2026-11-20.csv"
    wrong = [
        tmp_path / "raw/providers" / f"a-corriger-2026-11-20.csv{end}" for end in ("", ".toml")
    ]
    kept = [path.read_bytes() for path in wrong]
    for path in wrong:
        path.unlink()
    make_build(tmp_path, {}).close()
    for path, content in zip(wrong, kept, strict=True):
        path.write_bytes(content)
    result = make.build(tmp_path / "raw", tmp_path / "warehouse")
    assert not result.is_published
    (held,) = result.departures
    assert (held.file, held.known, held.leaving) == (f"providers/{name}", 4, 4)
    with duckdb.connect(
        str(tmp_path / "warehouse/current/marketplace.duckdb"), read_only=True
    ) as c:
        assert c.execute("SELECT count(*) FROM marts.providers WHERE is_active").fetchone() == (4,)
