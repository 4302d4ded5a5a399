"""Corrections of the shared cases, of files that an erasure rewrites, and of any content."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import forget
from etl.__main__ import main
from etl.build import make
from tests.ingesting import drop_text, ingested, rows
from tests.intake.test_corrections import hash_of, zip_of
from tests.market import write_drops
from tests.shared_files import shared_file
from tests.sizes import examples, some


@pytest.mark.middle
def test_forget_reaches_into_an_archive_and_corrections_still_find_their_file(tmp_path):
    raw = tmp_path / "raw"
    base = drop_text(tmp_path, "providers", "provider_id,name\nA,Anne\nB,Bea\n,Cy\n,Di\n")
    back = {
        "providers/t.csv": "provider_id,name\nC,Cy\nA,Annette\n",
        "providers/t.toml": f'corrects = "{hash_of(base)}"\n',
    }
    zip_of(raw / "z.zip", back)
    make.build(raw, tmp_path / "w")
    done = forget.forget("A", raw, tmp_path / "w", tmp_path / "logs")
    assert done.is_published and [changed.rows for changed in done.files] == [1, 1]
    assert base.read_text() == "provider_id,name\nB,Bea\n,Cy\n,Di\n"
    with zipfile.ZipFile(raw / "z.zip") as archive:
        assert archive.read("providers/t.csv") == b"provider_id,name\nC,Cy\n"
        assert hash_of(base) in archive.read("providers/t.toml").decode()


@pytest.mark.long
@pytest.mark.parametrize("is_packed", some([True, False], small=1, middle=1))
def test_an_erasure_cut_before_corrections_follow_is_finished_by_the_next_run(tmp_path, is_packed):
    raw = tmp_path / "raw"
    base = drop_text(tmp_path, "providers", "provider_id,name\nA,Anne\nB,Bea\n,Cy\n,Di\n")
    drop_text(tmp_path, "requests", "request_id,created_at,provider_id\n1,2026-11-01,A\n")
    back = {
        "providers/t.csv": "provider_id,name\nC,Cy\n",
        "providers/t.toml": f'corrects = "{hash_of(base)}"\n',
    }
    zip_of(raw / "z.zip", back) if is_packed else write_drops(raw, back)
    make.build(raw, tmp_path / "w")

    def cut(step: str, fraction: float) -> None:
        if step.startswith("requests/") and base.read_text().startswith("provider_id,name\nB"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forget.forget("A", raw, tmp_path / "w", tmp_path / "logs", cut)
    assert forget.forget("A", raw, tmp_path / "w", tmp_path / "logs").is_published
    with duckdb.connect(str(tmp_path / "w/current/marketplace.duckdb"), read_only=True) as con:
        told = con.execute("SELECT provider_id FROM marts.providers ORDER BY ALL").fetchall()
    assert told == [("B",), ("C",)]


def test_a_correction_alone_is_checked_without_a_day(tmp_path, capsys):
    path = drop_text(tmp_path, "providers", "provider_id\nC\n", "t.csv")
    drop_text(tmp_path, "providers", f'corrects = "{"a" * 64}"\n', "t.csv.toml")
    assert main(["check", str(path), "--source", "providers"]) == 0
    assert "as of the day of the file that it corrects" in capsys.readouterr().out
    assert main(["check", str(path), "--source", "providers", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert (told["as_of"], told["as_of_origin"]) == (None, "correction")


def told_of(folder: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(folder / "w/current/marketplace.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


@pytest.mark.middle
def test_the_download_of_the_town_with_its_own_sidecar_makes_five(tmp_path):
    raw = Path(shutil.copytree(shared_file("cases/corrections/town"), tmp_path / "raw"))
    base, back = (raw / f"providers/{n}-2026-11-20.csv" for n in ("annuaire", "a-corriger"))
    beside = back.with_name(f"{back.name}.toml")
    said = beside.read_text().replace('"snapshot"', '"delta"')
    beside.write_text(f'corrects = "{hash_of(base)}"\n{said}')
    assert make.build(raw, tmp_path / "w").is_published
    active = "SELECT provider_id FROM marts.providers WHERE is_active ORDER BY ALL"
    assert told_of(tmp_path, active) == [(f"A-{n}",) for n in (17, 18, 19, 20, 21)]
    # the rows as the page gave them, the key still empty: A-18 stays, the firm is still to correct
    back.write_bytes(shared_file("cases/corrections/a-corriger-2026-11-20.csv").read_bytes())
    assert make.build(raw, tmp_path / "w").is_published
    assert told_of(tmp_path, active) == [(f"A-{n}",) for n in (17, 18, 19, 20)]
    assert told_of(
        tmp_path,
        "SELECT file, refused_rows - corrected_rows FROM quality.files"
        " WHERE refused_rows > corrected_rows",
    ) == [("providers/a-corriger-2026-11-20.csv", 1)]


@pytest.mark.long
def test_a_download_of_old_corrects_its_day_and_nothing_newer(tmp_path):
    text = shared_file("cases/corrections/to-correct-2026-10-31.csv").read_text("utf-8")
    head = "provider_id,name,domains,departement_code\n"
    twice = "demo-p001771,Coup de Pouce,meal_preparation,57\n"
    old = head + twice + ",Sarah Dumas,elderly_care,91\n" + twice + "X,x,gardening,35\n"
    files = {
        "providers/p-2024-04-30.csv": old,
        "providers/p-2024-04-30.csv.toml": 'mode = "snapshot"\n',
        # on this day 001771 has left, and X has moved
        "providers/p-2024-10-28.csv": head + "X,x,gardening,29\nY,y,gardening,35\n",
        "providers/p-2024-10-28.csv.toml": 'mode = "snapshot"\n',
    }
    raw = write_drops(tmp_path / "raw", files)
    of = hash_of(raw / "providers/p-2024-04-30.csv")
    write_drops(raw, {
        "providers/to-correct-2026-10-31.csv": text,
        "providers/to-correct-2026-10-31.csv.toml": f'corrects = "{of}"\nas_of = 2024-04-30\n',
    })  # fmt: skip
    assert make.build(raw, tmp_path / "w").is_published
    (day,) = told_of(tmp_path, "SELECT max(as_of) FROM quality.files")
    assert str(day[0]) == "2024-10-28"
    assert told_of(
        tmp_path,
        "SELECT provider_id, departement_code, inactive_reason, CAST(left_on AS VARCHAR)"
        " FROM marts.providers ORDER BY ALL",
    ) == [
        ("X", "29", None, None), ("Y", "35", None, None),
        ("demo-p001771", "57", "gone", "2024-10-28"), ("demo-p003463", "91", "gone", "2024-10-28"),
    ]  # fmt: skip


KEYS = list("ABCDE")


@pytest.mark.long
@settings(max_examples=examples(5))
@given(
    corrects=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["13", "33"])), max_size=6),
    later=st.sets(st.sampled_from(KEYS), min_size=1),
    newest=st.sets(st.sampled_from(KEYS)),
)
def test_whatever_a_correction_holds_later_drops_win(corrects, later, newest):
    head = "provider_id,domains,departement_code\n"

    def listed(rows: Iterable[tuple[str, str]]) -> str:
        return head + "".join(f"{key},gardening,{place}\n" for key, place in rows)

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        raw = write_drops(home / "raw", {
            "providers/p-2026-01-31.csv": listed([("A", "35"), ("B", "35"), ("", "35")]),
            "providers/p-2026-01-31.csv.toml": 'mode = "snapshot"\n',
            "providers/p-2026-02-28.csv": listed((key, "29") for key in sorted(later)),
            "providers/p-2026-02-28.csv.toml": 'mode = "snapshot"\n',
            "providers/p-2026-03-31.csv": listed((key, "44") for key in ["Z", *sorted(newest)]),
        })  # fmt: skip
        of = hash_of(raw / "providers/p-2026-01-31.csv")
        write_drops(raw, {
            "providers/z.csv": listed([*corrects, ("F", "13")]),
            "providers/z.csv.toml": f'corrects = "{of}"\n',
        })  # fmt: skip
        assert make.build(raw, home / "w").is_published
        shown = dict(
            told_of(
                home,
                "SELECT provider_id, departement_code FROM marts.providers"
                " WHERE inactive_reason IS NULL",
            )
        )
    wanted = dict.fromkeys(later, "29") | dict.fromkeys(newest, "44") | {"Z": "44"}
    assert shown == wanted


@pytest.mark.parametrize(("name", "notes"), [("Anne", []), ("à 12 €", ["guessed_encoding"])])
def test_an_encoding_is_told_where_it_reads_more_than_our_reasons(tmp_path, name, notes):
    path = drop_text(tmp_path, "providers", "provider_id,name\nA,x\n,y\n", "a-2026-11-01.csv")
    head = "provider_id,name,maillage_raison\n"
    text = f"{head}B,{name},ligne 3 : “provider_id” est vide\n".encode("windows-1252")
    said = f'mode = "delta"\nas_of = 2026-11-01\ncorrects = "{hash_of(path)}"\n'
    drop_text(tmp_path, "providers", text, "b.csv")
    drop_text(tmp_path, "providers", said, "b.csv.toml")
    _, corrected = ingested(tmp_path)
    assert [note.code for note in corrected.notes] == notes
    assert rows(corrected)[0]["name"] == name
