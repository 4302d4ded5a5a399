"""A person who is forgotten is in no file any more, and nobody else has changed."""

import gzip
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import zstandard
from openpyxl.comments import Comment

from etl.__main__ import main
from etl.build import make, rollback, warehouse
from etl.check import check
from etl.problems import InputErrors
from tests.forgetting import (
    HEADER,
    ID,
    KINDS,
    NAME,
    OTHERS,
    REQUESTS,
    RESPONSES,
    SIRET,
    URL,
    awkward,
    holding,
    market,
    run,
)
from tests.sizes import some

# of files of one day the last by its bytes speaks
OTHERS_ROWS = "SELECT * EXCLUDE (source_file, source_line) FROM marts.providers"
SOURCES = ("providers", "requests", "responses")
HALVES = [list(KINDS)[::2], list(KINDS)[1::2]]


@pytest.mark.middle
@pytest.mark.parametrize(
    "kinds", some([some(half, small=2, middle=2) for half in HALVES], small=1, middle=1)
)
def test_no_file_of_any_kind_holds_the_person_and_the_rest_is_as_it_was(tmp_path, kinds):
    market(tmp_path, *kinds)
    before = holding(tmp_path)
    for part in ("raw", "warehouse/builds", "warehouse/failed", "warehouse/.making", "logs"):
        assert any(name.startswith(part) for name in before), (part, before)
    with warehouse.open_build((tmp_path / "warehouse" / "current").resolve()) as con:
        others = con.execute(f"{OTHERS_ROWS} WHERE provider_id <> ?", [ID]).fetchall()
        answered = con.execute("SELECT count(*) FROM staging.responses").fetchall()
        as_ofs = con.execute("SELECT file, as_of FROM quality.files ORDER BY file").fetchall()

    result = run(tmp_path)

    assert holding(tmp_path) == [] and result.remains == []
    log = (tmp_path / "logs" / "failed-2026-03.jsonl").read_text()
    assert "Annette" in log and len(log.splitlines()) == 2 and result.log_lines == 3
    assert len(list((tmp_path / "warehouse" / "builds").iterdir())) == 1
    assert not (tmp_path / "warehouse" / warehouse.ERASURE).exists()
    with warehouse.open_build((tmp_path / "warehouse" / "current").resolve()) as con:
        left = con.execute("SELECT * EXCLUDE (source_file, source_line) FROM marts.providers")
        assert left.fetchall() == others
        assert answered == con.execute("SELECT count(*) FROM staging.responses").fetchall()
        filled = con.execute("SELECT request_id, provider_id FROM staging.requests ORDER BY 1")
        assert filled.fetchall() == [("R1", None), ("R2", "A-2")]
        assert (
            as_ofs == con.execute("SELECT file, as_of FROM quality.files ORDER BY file").fetchall()
        )
    changed = {c.file: c for c in result.files}
    for kind in kinds:
        assert changed.pop(f"providers/old.{kind}").as_of_kept == "2026-03-05"
        counts = [
            (changed[name].rows, changed[name].cells)
            for name in (f"{source}/a-2026-03-20.{kind}" for source in SOURCES)
        ]
        assert counts == [(2, 0), (0, 2), (0, 2)], kind
        if kind not in ("xlsx", "parquet"):
            assert_every_other_byte_stays(tmp_path, kind)
    assert len(changed) == len(kinds) * len(SOURCES)


def assert_every_other_byte_stays(tmp_path: Path, kind: str) -> None:
    write = KINDS[kind]

    def unpacked(content: bytes) -> bytes:
        if kind.endswith("gz"):
            return gzip.decompress(content)
        if kind.endswith("zst"):
            return zstandard.ZstdDecompressor().decompressobj().decompress(content)
        return content

    raw = tmp_path / "raw"
    found = (raw / f"providers/a-2026-03-20.{kind}").read_bytes()
    assert unpacked(found) == unpacked(write([HEADER, *OTHERS]))
    if "json" not in kind:
        answers = [[c.replace(ID, "erased") for c in row] for row in RESPONSES]
        assert unpacked((raw / f"responses/a-2026-03-20.{kind}").read_bytes()) == unpacked(
            write(answers)
        )
        asked = [[c.replace(ID, "").replace(NAME, "") for c in row] for row in REQUESTS]
        assert unpacked((raw / f"requests/a-2026-03-20.{kind}").read_bytes()) == unpacked(
            write(asked)
        )


@pytest.mark.long
def test_a_workbook_keeps_its_cells_where_they_were(tmp_path):
    market(tmp_path, "xlsx")
    run(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "raw/providers/a-2026-03-20.xlsx")
    rows = [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]
    gap = [""] * len(HEADER)
    assert rows == [HEADER, OTHERS[0], gap, gap, OTHERS[1]]
    answers = openpyxl.load_workbook(tmp_path / "raw/responses/a-2026-03-20.xlsx").active
    assert [answers.cell(row, 2).value for row in (2, 3, 4)] == ["erased", "A-2", "erased"]


@pytest.mark.long
@pytest.mark.parametrize("engine", some(["openpyxl", "xlsxwriter"], small=1, middle=1))
def test_a_workbook_loses_the_links_and_remarks_of_the_rows_that_go(tmp_path, engine):
    path = tmp_path / "raw/providers/a-2026-03-20.xlsx"
    path.parent.mkdir(parents=True)
    rows = [["provider_id", "name", "url"]]
    rows += [[f"A-{n}", f"Nom {n}", f"https://nom{n}.example.org/"] for n in (1, 2, 3)]
    if engine == "openpyxl":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for number in (2, 3, 4):
            book.active.cell(number, 3).hyperlink = rows[number - 1][2]
            remark = Comment(f"seen by nom{number - 1}", "staff")
            book.active.cell(number, 2).comment = remark
        book.save(path)
    else:
        with xlsxwriter.Workbook(path) as made:  # it makes links of addresses
            sheet = made.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
                sheet.write_comment(number, 1, f"seen by nom{number}")
    make.build(tmp_path / "raw", tmp_path / "warehouse")
    result = run(tmp_path, "A-2")
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert [name for name, part in parts.items() if b"nom2" in part] == []
    assert all(any(b"nom%d.ex" % n in part for part in parts.values()) for n in (1, 3))
    assert result.remains == []
    sheet = openpyxl.load_workbook(path).active
    assert sheet["C4"].hyperlink.target == "https://nom3.example.org/"
    assert sheet["C3"].hyperlink is None and sheet["B3"].comment is None
    assert sheet["B4"].comment.text == "seen by nom3"
    run(tmp_path, "A-1")
    run(tmp_path, "A-3")  # no row is left: no link either
    assert not path.exists()


# -- awkward files -----------------------------------------------------------------------------


@pytest.mark.long
def test_records_over_lines_blank_lines_and_torn_ones(tmp_path):
    text = (
        'provider_id,name,url\n\nA-1,"two\nlines",x\n'
        f'{ID},"{NAME}\n\nof two lines",{URL}\nA-2,"last, one",y\n'
        f'{ID}2,"not the same",z\n"{NAME},torn,\nA-3,b,c,d,{SIRET}\n'
    )
    path = awkward(tmp_path, text)
    run(tmp_path)
    # a torn line goes whole where it names the person; one that names nobody known stays
    assert path.read_text() == (
        'provider_id,name,url\n\nA-1,"two\nlines",x\nA-2,"last, one",y\n'
        f'{ID}2,"not the same",z\n"{NAME},torn,\nA-3,b,c,d,{SIRET}\n'
    )


@pytest.mark.long
def test_torn_lines_that_name_the_person_go_whole(tmp_path):
    text = f'provider_id,name\n{ID},{NAME}\nA-1,b,c,{NAME}\n"{ID},torn\nA-2,b\nA-3,b,c\n'
    path = awkward(tmp_path, text)
    run(tmp_path)
    assert path.read_text() == "provider_id,name\nA-2,b\nA-3,b,c\n"
    assert holding(tmp_path) == []


@pytest.mark.middle
def test_a_foreign_layout_through_its_sidecar(tmp_path):
    sidecar = (
        'separator = ";"\nmode = "snapshot"\n[split.provider_id]\ncolumn = "qui"\nseparator = "/"'
        '\npart = 2\n[rename]\nname = "nom"\njoined_on = "depuis"\n'
    )
    text = f"qui;nom;depuis\nx/A-1;b;2026-01-01\nx/{ID};{NAME};2026-03-01\n"
    path = awkward(tmp_path, text, sidecar, "liste.csv")
    result = run(tmp_path)
    assert path.read_text() == "qui;nom;depuis\nx/A-1;b;2026-01-01\n"
    assert path.with_name("liste.csv.toml").read_text() == f"as_of = 2026-03-01\n{sidecar}"
    assert result.build and result.build["as_of"] == "2026-03-01"


@pytest.mark.long
def test_rows_below_titles_in_wrappers_and_on_several_sheets(tmp_path):
    """Each in the lines of its own file; everything else stays byte for byte, or cell for cell."""
    titled = f"sep=;\nListe\rdu 20 mars\n\nA-1;b\n{ID};{NAME}\nA-2;c\n"
    ends = f'provider_id,name\r\nA-3,"b\r"\n{ID},{NAME}\rA-4,c\r\n'
    people = [{"who": {"id": one, "name": name}} for one, name in (("A-5", "b"), (ID, NAME))]
    wrapper = {"other": [{"list": 1}], "data": {"list": people, "page": 1}}
    said = {"request_id": "R1", "by": {"id": ID, "n": NAME}, "responded_at": "2026-03-06"}
    book, out = openpyxl.Workbook(), io.BytesIO()
    for name, one in (("Nord", ["A-6", "b"]), ("Sud", [ID, NAME]), ("Est", ["A-7", "c"])):
        sheet = book.create_sheet(name)
        for row in (["provider_id", "name"], one, [f"{name}-2", "d"]):
            sheet.append(row)
    book.save(out)
    files = {
        "providers/a-2026-03-20.csv": (
            titled.encode(), 'skip = 3\nheader = ["provider_id", "name"]\n'
        ),
        "providers/b-2026-03-20.csv": (ends.encode(), ""),
        "providers/c-2026-03-20.json": (
            json.dumps(wrapper, indent=1).encode(),
            'path = "data.list"\n[rename]\nprovider_id = "who.id"\nname = "who.name"\n',
        ),
        "providers/d-2026-03-20.xlsx": (out.getvalue(), 'sheets = ["Nord", "Sud", "Est"]\n'),
        "responses/a-2026-03-20.json": (
            json.dumps([said]).encode(), '[rename]\nprovider_id = "by.id"\n'
        ),
        "responses/b-2026-03-21.json": (
            json.dumps([said | {"by": [said["by"]]}]).encode(), '[rename]\nprovider_id = "by.id"\n'
        ),
    }  # fmt: skip
    paths = []
    for name, (content, sidecar) in files.items():
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.with_name(f"{path.name}.toml").write_text(sidecar)
        paths.append(path)
    make.build(tmp_path / "raw", tmp_path / "warehouse")
    run(tmp_path)
    assert paths[0].read_bytes().decode() == titled.replace(f"{ID};{NAME}\n", "")
    assert paths[1].read_bytes().decode() == ends.replace(f"{ID},{NAME}\r", "")
    assert json.loads(paths[2].read_text()) == wrapper | {"data": {"list": people[:1], "page": 1}}
    left = openpyxl.load_workbook(paths[3])
    cells = [[left[name][cell].value for name in ("Nord", "Sud", "Est")] for cell in ("A2", "A3")]
    assert cells == [["A-6", None, "A-7"], ["Nord-2", "Sud-2", "Est-2"]]
    erased = {"id": "erased", "n": None}
    assert json.loads(paths[4].read_text()) == [said | {"by": erased}]
    assert json.loads(paths[5].read_text()) == [said | {"by": [erased]}]


@pytest.mark.long
def test_an_identifier_that_is_a_small_number_takes_nothing_else_along(tmp_path):
    path = tmp_path / "raw" / "requests" / "a-2026-03-20.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        "request_id,created_at,provider_id,hours\n2,2026-03-12 12:12,2,2\n12,2026-03-02,12,2\n"
    )
    awkward(tmp_path, "provider_id,name,reach_km\n2,Anne,12\n12,Bea,2\n212,Cleo,2\n")
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "access.jsonl"
    log.write_text('{"at": "2026-03-02T12:02:02", "rows": 2, "page": "search"}\n')
    run(tmp_path, "2")
    providers = (tmp_path / "raw" / "providers" / "a-2026-03-20.csv").read_text()
    assert providers == "provider_id,name,reach_km\n12,Bea,2\n212,Cleo,2\n"
    assert path.read_text() == (
        "request_id,created_at,provider_id,hours\n2,2026-03-12 12:12,,2\n12,2026-03-02,12,2\n"
    )
    assert len(log.read_text().splitlines()) == 1


@pytest.mark.middle
def test_a_file_that_held_nobody_else_goes_with_its_sidecar(tmp_path):
    path = awkward(tmp_path, f"provider_id,name\n{ID},{NAME}\n", 'mode = "delta"\n')
    other = path.with_name("b-2026-03-20.csv")
    other.write_text("provider_id,name\nA-1,b\n")
    result = run(tmp_path)
    assert [p.name for p in path.parent.iterdir()] == [other.name]
    assert result.files[0].is_removed and result.is_published


@pytest.mark.middle
def test_when_nothing_is_left_nothing_is_served(tmp_path):
    awkward(tmp_path, f"provider_id,name\n{ID},{NAME}\n")
    result = run(tmp_path)
    assert result.build is None and warehouse.served_build(tmp_path / "warehouse") is None
    assert holding(tmp_path) == [] and "no build is served" in result.text("en")


@pytest.mark.long
def test_the_same_file_twice_loses_the_person_in_both(tmp_path):
    text = f"provider_id,name\n{ID},{NAME}\nA-1,b\n"
    awkward(tmp_path, text)
    awkward(tmp_path, text, name="copy-2026-03-20.csv")
    run(tmp_path)
    assert holding(tmp_path) == []


@pytest.mark.long
def test_what_a_namesake_or_a_remark_still_says_is_told_and_left(tmp_path):
    path = awkward(tmp_path, f"provider_id,name,note\n{ID},{NAME},\nA-1,b,ask {NAME}\n")
    result = run(tmp_path)
    assert result.remains == ["providers/a-2026-03-20.csv"]
    assert path.read_text() == f"provider_id,name,note\nA-1,b,ask {NAME}\n"
    assert "look at it" in result.text("en") and "vérifiez" in result.text("fr")


@pytest.mark.middle
def test_the_ledger_of_publications_stays(tmp_path):
    awkward(tmp_path, f"provider_id,name\n{ID},{NAME}\nA-1,b\n")
    ledger = tmp_path / "warehouse" / "published"
    kept = {file.name: file.read_bytes() for file in ledger.iterdir()}
    assert kept
    before = warehouse.publications(tmp_path / "warehouse")
    run(tmp_path)
    assert kept.items() <= {file.name: file.read_bytes() for file in ledger.iterdir()}.items()
    assert warehouse.publications(tmp_path / "warehouse")[: len(before)] == before


# -- interruptions and the command -------------------------------------------------------------


class Cut(Exception):
    pass


def steps(root: Path) -> int:
    """How many times an erasure reports: each is a place to cut it."""
    calls: list[str] = []
    run(root, progress=lambda step, fraction: calls.append(step))
    return len(calls)


@pytest.mark.middle
@pytest.mark.anew
def test_an_erasure_that_is_cut_anywhere_is_finished_by_the_next_run(tmp_path):
    market(tmp_path / "start", "csv")
    shutil.copytree(tmp_path / "start", tmp_path / "whole", symlinks=True)
    count = steps(tmp_path / "whole")
    assert count > 10
    for cut in some(range(count), small=1, middle=1):
        root = tmp_path / f"cut-{cut}"
        shutil.copytree(tmp_path / "start", root, symlinks=True)
        before = warehouse.served_build(root / "warehouse")
        left = [cut]

        def stop(step, fraction, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise Cut(step)

        with pytest.raises(Cut):
            run(root, progress=stop)
        served = warehouse.served_build(root / "warehouse")
        assert served is not None
        place = warehouse.build_folder(root / "warehouse", served)
        # either the build of before, whole, or the fresh one without a trace
        found = [name for name in holding(place) if name.endswith(".duckdb")]
        assert (served == before) == bool(found)
        if (root / "warehouse" / warehouse.ERASURE).exists():
            with pytest.raises(warehouse.WarehouseError, match="erasure_unfinished"):
                make.build(root / "raw", root / "warehouse")
            with pytest.raises(warehouse.WarehouseError, match="erasure_unfinished"):
                rollback.rollback(root / "warehouse", keep=5)
            with pytest.raises(warehouse.WarehouseError, match=ID):
                run(root, "A-1")
        assert run(root).is_published
        assert holding(root) == []
        assert (root / "raw").is_dir() and make.build(root / "raw", root / "warehouse")


@pytest.mark.middle
def test_a_drop_that_cannot_be_read_stops_it_before_anything_changes(tmp_path):
    path = awkward(tmp_path, f"provider_id,name\n{ID},{NAME}\nA-1,b\n")
    broken = path.with_name("b-2026-03-20.csv")
    broken.write_text("no header that is known\n1\n")
    before = path.read_bytes()
    with pytest.raises(InputErrors):
        run(tmp_path)
    assert path.read_bytes() == before
    broken.unlink()
    assert run(tmp_path).is_published and holding(tmp_path) == []


@pytest.mark.long
def test_the_command_says_what_it_did_in_both_languages(tmp_path, capsys, monkeypatch):
    market(tmp_path, "csv")
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(tmp_path / "warehouse")]
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["forget", "provider", "nobody", *places]) == 1
    assert "personne ne connaît" in capsys.readouterr().err
    assert main(["forget", "provider", ID, *places]) == 0
    said = capsys.readouterr().out
    assert "providers/a-2026-03-20.csv : 2 lignes supprimées" in said
    assert "la construction" in said and "3" in said
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["forget", "provider", "A-1", "--json", *places]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["build"]["published"] and [c["rows"] for c in told["files"]] == [1, 1]
    assert main(["forget", "provider", "A-1", *places]) == 1
    with pytest.raises(SystemExit) as misused:
        main(["forget", "request", "R1", *places])
    assert misused.value.code == 2


@pytest.mark.middle
def test_the_word_that_stands_in_an_answer_reads_like_any_other(tmp_path):
    market(tmp_path, "csv")
    run(tmp_path)
    run(tmp_path, "A-2")  # answered a request that the first one answered too
    path = tmp_path / "raw" / "responses" / "a-2026-03-20.csv"
    assert path.read_text().count("erased") == 3
    (report,) = check([path], "responses")
    assert report.drop and report.drop.as_of == date(2026, 3, 20)
