"""An erasure that is refused changes nothing."""

import shutil
import zipfile
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.build import warehouse
from etl.problems import InputErrors
from tests.forgetting import ID, NAME, awkward, holding, market, run
from tests.sizes import some


def bytes_below(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("spoken", ["fr_FR.UTF-8", "C"])
@pytest.mark.parametrize("blank", some(["", " ", "\t\u00a0"], small=1, middle=1))
def test_an_empty_identifier_is_wrong_use_and_erases_nothing(
    tmp_path, capsys, monkeypatch, blank, spoken
):
    market(tmp_path, "csv")
    before = bytes_below(tmp_path)
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    monkeypatch.setenv("LC_ALL", spoken)
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(tmp_path / "warehouse")]
    with pytest.raises(SystemExit) as misused:
        main(["forget", "provider", blank, *places])
    assert misused.value.code == 2
    said = "il faut un identifiant" if spoken != "C" else "an identifier is needed"
    assert said in capsys.readouterr().err
    with pytest.raises(warehouse.WarehouseError):
        run(tmp_path, blank)
    assert bytes_below(tmp_path) == before


@pytest.mark.parametrize("spoken", ["fr_FR.UTF-8", "C"])
def test_an_identifier_in_another_encoding_is_wrong_use(tmp_path, capsys, monkeypatch, spoken):
    monkeypatch.setenv("LC_ALL", spoken)
    with pytest.raises(SystemExit) as misused:
        main(["forget", "provider", "A\udce9", "--warehouse", str(tmp_path)])
    assert misused.value.code == 2
    said = "l’identifiant n’est pas du texte" if spoken != "C" else "the identifier is no text"
    assert said in capsys.readouterr().err


@pytest.mark.long
def test_who_is_only_part_of_a_word_in_a_refused_row_is_unknown_and_nothing_goes(tmp_path):
    awkward(tmp_path, f"provider_id,name\n,nobody 77\nA-1,b\n{ID},{NAME}\n")
    served = (tmp_path / "warehouse" / "current").resolve()
    shutil.copytree(served, served.with_name("2025-01-01-earlier"))
    before = bytes_below(tmp_path)
    for part in ("7", "n", "nobody"):
        with pytest.raises(warehouse.WarehouseError, match="erasure_unknown"):
            run(tmp_path, part)
    assert bytes_below(tmp_path) == before


@pytest.mark.middle
@pytest.mark.parametrize("kind", ["file", "archive"])
def test_a_drop_that_is_a_link_is_refused_before_anything_changes(
    tmp_path, capsys, monkeypatch, kind
):
    market(tmp_path, "csv")
    linked = tmp_path / "raw" / "providers" / "old.csv"
    target = tmp_path / "elsewhere" / linked.name
    target.parent.mkdir()
    if kind == "archive":
        target = target.with_suffix(".zip")
        with zipfile.ZipFile(target, "w") as archive:
            archive.write(linked, linked.name)
        linked.unlink()
        linked = linked.with_suffix(".zip")
    else:
        linked.rename(target)
    linked.symlink_to(target)
    before = bytes_below(tmp_path / "raw") | bytes_below(tmp_path / "elsewhere")
    builds = bytes_below(tmp_path / "warehouse" / "builds")
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(tmp_path / "warehouse")]
    for spoken, said in (("C", "This is a link to"), ("fr_FR.UTF-8", "C’est un lien vers")):
        monkeypatch.setenv("LC_ALL", spoken)
        assert main(["forget", "provider", ID, *places]) == 1
        told = capsys.readouterr().err
        assert said in told and str(target) in told and f"providers/{linked.name}" in told
    assert linked.is_symlink()
    assert before == bytes_below(tmp_path / "raw") | bytes_below(tmp_path / "elsewhere")
    assert builds == bytes_below(tmp_path / "warehouse" / "builds")
    linked.unlink()
    target.rename(linked)
    assert run(tmp_path).is_published and holding(tmp_path) == []


@pytest.mark.parametrize("way", ["missing", "file", "other"])
def test_where_the_drops_are_not_nothing_is_erased(tmp_path, capsys, way):
    awkward(tmp_path, f"provider_id,name\nA-1,b\n{ID},{NAME}\n")
    other = tmp_path / "other"
    if way == "file":
        other.write_text("none")
    elif way == "other":
        (other / "providers").mkdir(parents=True)
        (other / "providers" / "b-2026-03-20.csv").write_text("provider_id\nB-1\n")
    before = bytes_below(tmp_path)
    places = ["--raw", str(other), "--warehouse", str(tmp_path / "warehouse")]
    assert main(["forget", "provider", ID, *places]) == 1
    told = capsys.readouterr().err
    assert ("nothing was changed" if way == "file" else "nothing is erased") in told
    assert str(other) in told
    assert bytes_below(tmp_path) == before


def test_a_drop_of_another_name_is_refused_and_hidden_copies_are_told(tmp_path):
    drop = awkward(tmp_path, f"provider_id,name\nA-1,b\n{ID},{NAME}\n")
    other = tmp_path / "copy.csv"
    other.hardlink_to(drop)
    before = bytes_below(tmp_path / "raw")
    with pytest.raises(InputErrors, match="hard_linked"):
        run(tmp_path)
    assert bytes_below(tmp_path / "raw") == before
    other.unlink()
    hidden = {
        ".old.csv": f"{ID};x", ".utf16.csv": f"a;{NAME}".encode("utf-16"), "readme.txt": NAME,
        ".gone.csv.gz": b"\x1f\x8b", ".of-nobody.csv": f"1{ID};b",
    }  # fmt: skip
    for name, content in hidden.items():
        text = content.encode() if isinstance(content, str) else content
        drop.with_name(name).write_bytes(text)
    (tmp_path / "incoming" / "a").mkdir(parents=True)
    (tmp_path / "incoming" / "a" / "old.csv").hardlink_to(drop)  # it goes by itself
    log = tmp_path / "logs" / "access.jsonl.gz"
    log.parent.mkdir()
    log.write_bytes(b"\x1f\x8bdamaged")
    result = run(tmp_path)
    names = sorted(name.removeprefix("providers/") for name in result.remains)
    assert names == [".old.csv", ".utf16.csv", "readme.txt"]
    assert result.closed == ["providers/.gone.csv.gz", str(log)]
    assert "providers/.gone.csv.gz: cannot be read" in result.text("en")
