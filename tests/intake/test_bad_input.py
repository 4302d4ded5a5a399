"""Files that cannot be loaded: each says which file it is and what to do, in both languages."""

import gzip
import json
import os
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from etl import first_build
from etl.__main__ import main
from etl.intake import text as texts
from tests.ingesting import drop_text, ingested, only, problems, rows

HEADER = "provider_id,name\n"
SQUARE = {f"a{n}": {f"b{m}": {"c": 1} for m in range(50)} for n in range(50)}  # of objects


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b"\n\n \n", "a.csv", "empty"),
        (b"\xef\xbb\xbf", "a.csv", "empty"),
        (HEADER.encode(), "a-2026-11-01.csv", "no_rows"),
        # a byte that neither UTF-8 nor Windows-1252 knows
        (b"provider_id,name\nA,caf\xe9 \x81\n", "a-2026-11-01.csv", "encoding"),
        (b"%PDF-1.7 something", "a.csv", "other_format"),
        (b"PK\x03\x04rest", "a.csv", "other_format"),
        (b"<!DOCTYPE html><html></html>", "a.csv", "other_format"),
        (HEADER.encode() + b"1,a\x00b\n", "a.csv", "binary"),
        (HEADER.encode() + b"1,a\n", "a.csv", "no_as_of"),
        (b"provider_id,joined_on\n1,2026-01-05\n2,2199-12-31\n", "a.csv", "strange_as_of"),
        (b"name,kind\na,b\n", "a-2026-11-01.csv", "header"),
        (gzip.compress(HEADER.encode() * 9999, mtime=0)[:-12], "a.csv.gz", "truncated"),
        (b"PAR1 nothing PAR1", "a.parquet", "broken_format"),
        (b"not a workbook", "a.xlsx", "broken_format"),
        (b"PK\x03\x04" + bytes(500), "a.xlsx", "broken_format"),
        (b'[{"provider_id": "1"', "a-2026-11-01.json", "broken_format"),
        (b'[{"provider_id": "1"},\n{"provider_id": "2"},', "a-2026-11-01.json", "broken_format"),
        (b"GIF89a", "a.gif", "unknown_extension"),
        (b"BZh91AY&SY", "a.csv", "other_format"),
        (",".join(["provider_id", *map(str, range(2_000))]).encode(), "a.csv", "too_wide"),
        (json.dumps([{"provider_id": 1, **SQUARE}]).encode(), "a.json", "too_wide"),
        (HEADER.encode() + b"1," + b"x" * (17 * 1024 * 1024) + b"\n", "a.csv", "long_line"),
    ],
)
def test_a_file_that_cannot_be_loaded_says_why(tmp_path, content, name, code):
    drop_text(tmp_path, "providers", content, name)
    (problem,) = problems(tmp_path)
    assert problem.code == code
    assert problem.file == f"providers/{name}"
    for text in (problem.reason_en, problem.reason_fr, problem.remedy_en, problem.remedy_fr):
        assert text and "{" not in text and str(tmp_path) not in text
    if code in ("broken_format", "truncated"):  # what a library says is English
        assert problem.reason_en.rpartition(": ")[2] not in problem.reason_fr
    assert not list((tmp_path / "warehouse" / "lake").iterdir())


def test_a_file_that_is_not_in_the_encoding_of_its_sidecar_is_not_guessed_at(tmp_path):
    path = drop_text(tmp_path, "providers", HEADER.encode() + b"1,caf\xe9\n")
    path.with_name(path.name + ".toml").write_text('encoding = "utf-8"\n')
    assert problems(tmp_path)[0].code == "encoding"


@pytest.mark.parametrize("codec", ["base64", "zip", "rot13"])
def test_a_codec_that_is_no_encoding_of_text_is_refused(tmp_path, codec):
    path = drop_text(tmp_path, "providers", HEADER + "1,a\n")
    path.with_name(path.name + ".toml").write_text(f'encoding = "{codec}"\n')
    assert problems(tmp_path)[0].code == "sidecar_value"


def test_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "raw" / "providers").mkdir(parents=True)
    os.mkfifo(tmp_path / "raw" / "providers" / "a-2026-11-01.csv")
    assert problems(tmp_path)[0].code == "unreadable"


def test_another_kind_of_file_is_named_in_both_languages(tmp_path):
    drop_text(tmp_path, "providers", b"PK\x03\x04rest", "a.csv")
    (problem,) = problems(tmp_path)
    assert "a ZIP archive or a workbook" in problem.reason_en
    assert "une archive ZIP ou un classeur" in problem.reason_fr


def test_every_file_is_tried_and_all_problems_come_together(tmp_path):
    drop_text(tmp_path, "providers", "", "empty.csv")
    drop_text(tmp_path, "provider", HEADER + "1,a\n")
    drop_text(tmp_path, "providers", HEADER + "1,a\n", "good-2026-11-01.csv")
    drop_text(tmp_path, "requests", "request_id\n1\n")
    assert {(p.file, p.code) for p in problems(tmp_path)} == {
        ("providers/empty.csv", "empty"),
        ("provider/a-2026-11-01.csv", "unknown_source"),
        ("requests/a-2026-11-01.csv", "header"),
    }


def test_a_missing_header_names_what_is_missing_what_is_there_and_the_sidecar(tmp_path):
    drop_text(tmp_path, "requests", "identifiant;quand\n1;2026-01-01\n")
    (problem,) = problems(tmp_path)
    assert "request_id, created_at" in problem.reason_en
    assert "identifiant, quand" in problem.reason_fr
    assert "a-2026-11-01.csv.toml" in problem.remedy_en
    assert "request_id" in problem.remedy_fr


def test_a_file_beside_the_source_folders_is_refused(tmp_path):
    drop_text(tmp_path, "", HEADER + "1,a\n")
    (problem,) = problems(tmp_path)
    assert (problem.code, problem.file) == ("unknown_source", "a-2026-11-01.csv")


def test_no_line_of_a_text_swallows_the_memory(tmp_path):
    drop_text(tmp_path, "providers", b"x" * (40 * 1024 * 1024), "a.csv")
    assert problems(tmp_path)[0].code == "long_line"


@pytest.mark.parametrize("file", ["README.md", ".gitkeep", ".hidden/a.csv"])
def test_files_that_are_no_drops_are_passed(tmp_path, file):
    drop_text(tmp_path, "providers", "anything", file)
    assert ingested(tmp_path) == []


def test_a_warehouse_that_cannot_be_written_is_said_without_a_traceback(tmp_path, capsys):
    from etl.__main__ import main

    (tmp_path / "file").write_text("")
    drop_text(tmp_path, "providers", HEADER + "1,a\n")
    place = tmp_path / "file" / "warehouse"
    assert main(["build", "--raw", str(tmp_path / "raw"), "--warehouse", str(place)]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


@pytest.mark.parametrize("last", ["2030-12-30", "9999-12-31"])
def test_a_date_that_may_be_dates_the_file(tmp_path, last):
    """Up to twenty years after the others; what stands for "no end" is no date at all."""
    text = f"provider_id,joined_on,last_seen_on\n1,2026-01-05,\n2,2026-01-01,{last}\n"
    drop_text(tmp_path, "providers", text, "a.csv")
    (drop,) = ingested(tmp_path)
    assert str(drop.as_of) == (last if last < "9" else "2026-01-05")


def test_an_hour_of_the_same_day_is_no_other_date(tmp_path):
    text = "request_id,created_at\n1,2001-01-01\n2,2026-01-05T10:00Z\n3,2026-01-05T22:59Z\n"
    drop_text(tmp_path, "requests", text, "a.csv")
    assert problems(tmp_path)[0].code == "strange_as_of", "2001 is all that stands beside one day"


def test_a_snapshot_of_nobody_is_not_loaded(tmp_path):
    """Else everybody would count as gone. The first reason stands in the message."""
    drop_text(tmp_path, "providers", HEADER + ",Ann\n,Bob\n", "a-2026-11-01.csv")
    drop_text(tmp_path, "providers", 'mode = "snapshot"\n', "a-2026-11-01.csv.toml")
    (problem,) = problems(tmp_path)
    assert problem.code == "all_refused"
    assert "(2)" in problem.reason_en and "line 2" in problem.reason_en
    assert "empty" in problem.reason_en and "vide" in problem.reason_fr


@pytest.mark.parametrize("name", ["providers", "providers/2026"])
def test_a_link_to_a_folder_is_refused_and_never_passed_over(tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a-2026-11-01.csv").write_text("provider_id\nA\n")
    link = tmp_path / "raw" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    (problem,) = problems(tmp_path)
    assert (problem.code, problem.file) == ("linked_folder", name)
    assert str(elsewhere) in problem.reason_en and str(elsewhere) in problem.reason_fr
    assert first_build.has_drops(tmp_path / "raw")


@pytest.mark.middle
def test_a_table_of_many_columns_and_few_rows_is_read(tmp_path):
    many = {f"c{n}": n for n in range(600)}
    table = [{"provider_id": str(n), "name": None, **many} for n in range(50)]
    drop_text(tmp_path, "providers", json.dumps(table), "a-2026-11-01.json")
    drop = only(tmp_path)
    assert (drop.accepted, len(drop.unknown_columns)) == (50, 600)


def test_keys_that_differ_by_what_no_text_has_are_the_same(tmp_path):
    table = [{"provider_id": "A\0"}, {"provider_id": "\0A"}, {"provider_id": ["B\0"]}]
    drop_text(tmp_path, "providers", json.dumps(table), "a-2026-11-01.json")
    drop = only(tmp_path)
    assert [row["provider_id"] for row in rows(drop)] == ["A", "B"] and drop.refused == 1


def test_bytes_in_a_column_of_parquet_refuse_no_file(tmp_path):
    table = pa.table({"provider_id": [b"A", b"B"], "geometry": [b"\x01\xff\x00", None]})
    place = drop_text(tmp_path, "providers", "", "a-2026-11-01.parquet")
    pq.write_table(table, place)
    assert [row["provider_id"] for row in rows(only(tmp_path))] == ["A", "B"]


def test_a_frame_of_zstd_that_is_passed_over(tmp_path):
    passed = b"\x50\x2a\x4d\x18\x04\0\0\0none"
    packed = passed + zstandard.compress(f"{HEADER}1,a\n".encode())
    drop_text(tmp_path, "providers", packed, "a-2026-11-01.csv.zst")
    assert only(tmp_path).accepted == 1


def test_a_small_file_that_unpacks_to_a_large_one_takes_little_memory(tmp_path):
    packed, line = tmp_path / "a.csv.zst", b"a,b\n" * 2**20
    with zstandard.ZstdCompressor().stream_writer(packed.open("wb")) as out:
        for _ in range(64):
            out.write(line)
    assert packed.stat().st_size < 2**15
    tracemalloc.start()
    try:
        assert sum(map(len, texts.chunks(packed))) == 2**28
        assert tracemalloc.get_traced_memory()[1] < 2**26
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_a_name_that_is_no_text_is_told_beside_other_problems(
    tmp_path, capsys, monkeypatch, language
):
    path = drop_text(tmp_path, "providers", HEADER + "1,a\n")
    path.rename(os.fsdecode(os.fsencode(path.with_name("a")) + b"\xff-2026-11-01.csv"))
    drop_text(tmp_path, "requests", "none\n1\n")
    monkeypatch.setenv("LC_ALL", language)
    places = ["--raw", str(tmp_path / "raw"), "--warehouse", str(tmp_path / "warehouse")]
    assert main(["build", *places]) == 1
    said = capsys.readouterr().err
    assert r"providers/a\udcff-2026-11-01.csv: " in said and "requests/a-2026-11-01.csv: " in said
    assert ("Renommez-le" if language == "fr_FR.UTF-8" else "Rename it") in said
