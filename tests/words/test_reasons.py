"""Codes and arguments become sentences when they are shown, in either language."""

import bz2
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from socket import gaierror
from ssl import SSLCertVerificationError

import duckdb
import pytest

from etl import faults
from etl.intake import sidecar
from etl.intake.refusals import ARGUMENTS
from etl.problems import FileProblem, Note
from etl.words import catalogue, reasons
from tests.ingesting import drop_text, ingested, only, rows

BY_ROW = {"column", "first", "found", "expected"}


@pytest.mark.parametrize("code", catalogue.english("reasons")["row"])
def test_what_fills_a_sentence_is_kept(code: str) -> None:
    entry = catalogue.english("reasons")["row"][code]
    blanks = set(re.findall(r"{(\w+)}", entry["text"] + entry.get("todo", "")))
    assert blanks - BY_ROW == set(ARGUMENTS.get(code, ()))


def test_each_reason_ends_in_what_becomes_of_the_row() -> None:
    asked = ("unreadable_number", "price", None, "en")
    assert reasons.finding(*asked, is_refused=True) == (
        "“price” is not a number. The row is refused."
    )
    assert reasons.finding(*asked, is_refused=False).endswith("The value is left out.")
    french = reasons.finding("abroad", "pays", None, "fr", is_refused=False)
    assert french.endswith("la ligne ne compte nulle part en France.")


def test_what_differs_from_finding_to_finding_is_left_open() -> None:
    first, last = (json.dumps({"key": "id", "first": n}) for n in (2, 14))
    found = reasons.findings("repeated_key", "id", first, last, "en", is_refused=True)
    assert found.startswith("This key (id) already stands on line …; the first row is kept.")
    alone = reasons.findings("repeated_key", "id", last, last, "fr", is_refused=True)
    assert "déjà à la ligne 14 ;" in alone


def test_a_value_is_no_template_and_words_are_quoted() -> None:
    note = Note("unmet_where", {"what": "{unmet}", "unmet": ["a", "{b}"], "more": "", "held": []})
    assert reasons.note(note, "fr") == (
        "[where] {unmet} : aucune ligne ne contient « a », « {b} ». La colonne contient : rien."
    )


def test_parts_stand_where_something_fills_them() -> None:
    found = FileProblem("sidecar_key", value="colum", allowed="column", sidecar="a.toml", at=3)
    assert reasons.problem(found.of("a"), "en") == (
        "a: The sidecar (“a.toml”, line 3) has an unknown key: colum. Known keys: column."
    )
    found.arguments |= {"near": "column", "at": None}
    assert reasons.problem(found.of("a"), "fr") == (
        "a: Le fichier d’accompagnement (« a.toml ») a une clé inconnue : colum. "
        "Vouliez-vous dire « column » ? Clés connues : column."
    )


def raised(what: Callable[[], object]) -> BaseException:
    """What the system, Python or a library raises over something that cannot be read."""
    with pytest.raises(Exception) as found:
        what()
    return found.value


NONE = Path("nowhere/at/all")
FAULTS = {
    "gone": NONE.read_bytes,
    "folder": Path("/").read_bytes,
    "no_folder": Path(__file__, "a").read_bytes,
    "long_name": Path("x" * 5000).read_bytes,
    "utf8": b"\xff".decode,
    "cut": lambda: gzip.decompress(gzip.compress(b"some text")[:-9]),
    "packed": lambda: bz2.decompress(b"none"),
    "json_record": lambda: duckdb.sql("SELECT json('[1')").fetchall(),
    "other": lambda: duckdb.sql("SELECT CAST('x' AS INTEGER)").fetchall(),
    "digits": lambda: sidecar.toml(b"a = " + b"9" * 5000),
    "toml_twice": lambda: sidecar.toml(b"a = 1\na = 2"),
    "toml_value": lambda: sidecar.toml(b"a = yes"),
    "toml_key": lambda: sidecar.toml(b"a b = 1"),
    "toml_open": lambda: sidecar.toml(b'a = "x'),
    "toml_backslash": lambda: sidecar.toml(b'a = "\\d"'),
    "deep": lambda: sidecar.toml(b"a = " + b"[" * 5000),
    "unknown_host": lambda: (_ for _ in ()).throw(gaierror(-2, "Name or service not known")),
    "certificate": lambda: (_ for _ in ()).throw(SSLCertVerificationError(1, "failed")),
    "errno 95": lambda: (_ for _ in ()).throw(OSError(95, "Operation not supported")),
}


@pytest.mark.parametrize("word", FAULTS)
def test_what_a_system_says_is_told_in_the_language_of_the_reader(word: str) -> None:
    error = raised(FAULTS[word])
    found = getattr(error, "fault", None) or faults.of(error)
    assert found == word
    french = reasons.problem(FileProblem("unreadable", fault=found).of("a"), "fr")
    said = catalogue.english("reasons")["fault"].get(word)
    assert (said is None or said not in french) and str(error) not in french


def test_an_error_of_our_own_is_not_put_down_to_the_file() -> None:
    error = raised(lambda: duckdb.sql("SELECT nobody_made_this_column"))
    assert "nobody_made_this_column" in faults.of(error)


# of a build, and of rows to correct that somebody laid beside a sidecar by hand
NOT_OF_PAGE = ("torn_manifest", "correction_of_nothing")
OF_PAGE = [
    (kind, code, text)
    for kind, texts in catalogue.english("reasons")["page"].items()
    for code, text in texts.items()
]


@pytest.mark.parametrize(("kind", "code", "text"), OF_PAGE)
def test_on_the_page_one_is_told_what_the_page_has(kind: str, code: str, text: str) -> None:
    assert code in catalogue.english("reasons")[kind]
    labels = re.findall("“(.+?)”", text)
    known = catalogue.french()[0]
    assert [known[label] for label in labels] == re.findall("« (.+?) »", known[text])
    assert not re.search(r"sidecar|\[|\.toml|build again", text)


def test_on_the_page_nobody_is_sent_to_a_sidecar() -> None:
    shown = [
        reasons.note(Note(code, {}), "en", in_page=True)
        for code in catalogue.english("reasons")["note"]
        if code not in NOT_OF_PAGE
    ]
    shown += [
        reasons.finding(code, "x", None, "en", is_refused=True, in_page=True)
        for code in catalogue.english("reasons")["row"]
    ]
    refusal = {"code": "too_long", "column": "x", "arguments": '{"max_length": 200}'}
    refused = FileProblem("all_refused", rows=1, first=2, refusal=refusal).of("a")
    shown.append(reasons.problem(refused, "en", in_page=True))
    assert "Shorten it in the file" in shown[-1]
    assert not [text for text in shown if "sidecar" in text or "build again" in text]


def test_what_nobody_knows_any_more_is_shown_by_its_code() -> None:
    assert reasons.finding("of_old", "x", None, "fr", is_refused=True) == "of_old"
    assert reasons.note(Note("of_old"), "fr") == "of_old"


def test_a_finding_is_worded_once() -> None:
    reasons.finding.cache_clear()
    for _ in range(5000):
        reasons.finding("too_long", "x", '{"max_length": 200}', "fr", is_refused=False)
    assert reasons.finding.cache_info().misses == 1


def test_a_folder_of_the_lake_that_held_sentences_is_read_again(tmp_path) -> None:
    drop_text(tmp_path, "requests", "request_id,created_at\nR1,2026-10-01\nR2,\n")
    drop = only(tmp_path)
    told = json.loads((drop.folder / "drop.json").read_text())
    old = drop.folder.with_name("0" * 64)  # made by other code, so under another key
    drop.folder.rename(old)
    notes = [{"code": "alias", "names": {"column": "a", "field": "b"}}]
    (old / "drop.json").write_text(json.dumps(told | {"notes": notes, "key": old.name}))
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT * EXCLUDE (arguments), 'x' AS reason_en, 'y' AS reason_fr "
            f"FROM read_parquet('{old}/refused.parquet')) TO '{old}/refused.new' (FORMAT parquet)"
        )
    (old / "refused.new").replace(old / "refused.parquet")
    (again,) = ingested(tmp_path)
    assert not again.reused and again.key == drop.key
    (refused,) = rows(again, "refused")
    assert refused["reason_code"] == "missing_required" and refused["arguments"] is None
