"""The encoding of French text is found, and told where it is a guess."""

import csv
import random
from pathlib import Path

import pytest

from etl.intake import encodings
from etl.words import reasons
from tests.ingesting import drop_text, only, problems, rows

REFERENCE = Path(__file__).parents[2] / "data" / "reference" / "communes.csv"
ALL = list(encodings.CANDIDATES)


def read(data: bytes) -> tuple[str, list[str]]:
    found = encodings.reading(lambda: iter([data]), data, None)
    text = found.decoder.decode(data, final=True) if found.decoder else data.decode()
    return text, [note.arguments.get("write", note.code) for note in found.notes]


@pytest.mark.parametrize("encoding", ALL)
@pytest.mark.parametrize("case", [str, str.upper])
def test_twenty_names_of_places_are_enough(encoding, case):
    with REFERENCE.open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file) if not row["name"].isascii()]
    chance = random.Random(7)
    for _ in range(60):
        text = "\n".join(case(name) for name in chance.sample(names, 20))
        found, guessed = read(text.encode(encoding, "ignore"))
        assert found == text.encode(encoding, "ignore").decode(encoding)
        assert bool(guessed) or encoding in (encodings.DEFAULT, "iso-8859-15")


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        ("Hélène et Noël, préférés", "windows-1252", []),
        ("12 €, l’été, « n° 5 », cœur brûlé", "windows-1252", []),
        ("Orléans", "windows-1252", ["windows-1252"]),  # one word is a guess
        ("12 €", "windows-1252", ["windows-1252"]),
        ("Suite…", "windows-1252", ["windows-1252"]),
        ("“nom” et “rue du Port”", "windows-1252", ["windows-1252"]),
        ("Orléans", "cp850", ["cp850"]),
        ("Orléans", "mac_roman", ["mac_roman"]),
        ("l’été à l’école", "mac_roman", ["mac_roman"]),  # `’é` is also good UTF-8
        ("12 ¤ de cœur".replace("¤", "€"), "iso-8859-15", ["iso-8859-15"]),
        ("ascii only", "cp850", []),
    ],
)
def test_words_and_signs(text, encoding, guessed):
    assert read(text.encode(encoding)) == (text, guessed)


def test_a_guess_is_told_and_the_sidecar_ends_it(tmp_path):
    content = "provider_id;name\n1;Hélène Prévôt\n2;Âge d’Or\n3;Créé à Nîmes\n"
    path = drop_text(tmp_path, "providers", content.replace("’", "'").encode("cp850"))
    drop = only(tmp_path)
    assert [row["name"] for row in rows(drop)] == ["Hélène Prévôt", "Âge d'Or", "Créé à Nîmes"]
    (note,) = drop.notes
    assert "CP850" in reasons.note(note, "en")
    assert "Hélène, Prévôt" in reasons.note(note, "fr")
    path.with_name(f"{path.name}.toml").write_text('encoding = "cp850"\n')
    assert only(tmp_path).notes == []


def test_a_file_of_two_encodings_is_told(tmp_path):
    good, bad = "provider_id;name\n1;Élodie\n2;Zoé\n".encode(), "3;Noël\n".encode("windows-1252")
    drop_text(tmp_path, "providers", good + bad)
    drop = only(tmp_path)
    assert [row["name"] for row in rows(drop)] == ["Élodie", "Zoé", "Noël"]
    assert [note.code for note in drop.notes] == ["mixed_encoding"]


def test_what_no_encoding_reads_is_refused(tmp_path):
    drop_text(tmp_path, "providers", b"provider_id;name\n1;\x81\x8d\x8f caf\xe9 pr\xe9\n")
    assert problems(tmp_path)[0].code == "encoding"
