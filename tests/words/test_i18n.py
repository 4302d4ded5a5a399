"""Every text a reader sees has a French one, and both say the same with the same blanks."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from etl import layers
from etl.insight import registry
from etl.paths import CONTRACTS, ETL, ROOT
from etl.paths import PAGES as FOLDER
from etl.words import catalogue
from pages import PAGES

SINGLE, PLURAL = {"_", "gettext"}, {"ngettext"}
BY_NAME = {"bring", "console", "profile", "reasons"}
BLANK = re.compile(r"{[a-z_]*}")


def texts_of(path: Path) -> Iterator[tuple[str, ...]]:
    """Each English text of a file: one string, or singular and plural."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SINGLE | PLURAL:
            wanted = node.args[: 2 if name in PLURAL else 1]
            found = [arg.value for arg in wanted if isinstance(arg, ast.Constant)]
            if len(found) == len(wanted) and found:
                yield tuple(map(str, found))
        elif name == "map" and getattr(node.args[0], "id", "") == "_":
            yield from ((e.value,) for e in node.args[1].elts)  # type: ignore[attr-defined]


def leaves(entries: object) -> Iterator[str]:
    """The texts of a TOML or JSON table and of those within it."""
    if isinstance(entries, str):
        yield entries
    for entry in entries.values() if isinstance(entries, dict) else ():
        yield from leaves(entry)


def chosen_by_name() -> Iterator[tuple[Path, str, str]]:
    """The texts that code chooses by a name, with their file and what tells them apart."""
    for path in sorted((ETL / "words").glob("*.toml")):
        if path.stem in BY_NAME:
            for text in leaves(catalogue.english(path.stem)):
                yield path, path.stem, text
    for folder, key in (("checks", "label"), ("repairs", "reason")):
        for file in layers.files_of(folder):
            yield layers.FOLDERS[folder] / f"{file.name}.sql", "reasons", file.header[key]
    for path in sorted(CONTRACTS.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for entry in (data, *data["fields"]):
            yield from ((path, "contracts", entry[key]) for key in ("title", "description"))
            for holder in (entry, entry.get("otherScale", {})):
                if "unit" in holder:
                    yield path, "unit", holder["unit"]


@cache
def used() -> dict[str, set[tuple[str, ...]]]:
    """Texts by file, the menu's titles, those of the sources and the headers of the metrics among
    them; those that code chooses by a name end with what tells them apart."""
    found: dict[str, set[tuple[str, ...]]] = {
        str(path.relative_to(ROOT)): set(texts_of(path))
        for folder in (ETL, FOLDER)
        for path in sorted(folder.rglob("*.py"))
    }
    found["pages/__init__.py"] = {(page.title,) for page in PAGES}
    for metric in layers.files_of("metrics"):
        told = (metric.header.get(key) for key in registry.TEXTS)
        found[f"{metric.table}.sql"] = {(text,) for text in told if text}
    found["contracts"] = {
        (json.loads(path.read_text(encoding="utf-8"))["title"],)
        for path in CONTRACTS.glob("*.json")
    }
    for path, context, text in chosen_by_name():
        found.setdefault(str(path.relative_to(ROOT)), set()).add((text, "", context))
    return {name: texts for name, texts in found.items() if texts}


def keys(text: tuple[str, ...]) -> list[str | tuple[str, str]]:
    """Under what a single text may stand in the catalogue."""
    return [text[0], (text[2], text[0])] if len(text) == 3 else [text[0]]


def test_each_text_has_a_french_one() -> None:
    missing = [
        (file, text)
        for file, texts in used().items()
        for text in sorted(texts)
        if (len(text) == 2 and text not in catalogue.french()[1])
        or (len(text) != 2 and not catalogue.french()[0].keys() & set(keys(text)))
    ]
    assert not missing


@pytest.mark.parametrize("path", catalogue.files(), ids=lambda path: path.parent.name)
def test_translations_fill_the_same_blanks(path: Path) -> None:
    with path.open("rb") as stream:
        for message in read_po(stream, locale="fr", abort_invalid=True):
            if not message.id:
                continue
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            forms = (
                [message.string] if isinstance(message.string, str) else list(message.string or ())
            )
            assert all(forms), f"{message.id!r} has no French text"
            blanks = set(BLANK.findall(ids[-1]))
            assert set(BLANK.findall(forms[-1])) == blanks, f"{message.id!r}: {forms[-1]!r}"
            assert set(BLANK.findall(forms[0])) <= blanks, f"{message.id!r}: {forms[0]!r}"


def test_no_translation_is_left_over() -> None:
    known = {text for texts in used().values() for text in texts}
    single = {key for text in known if len(text) != 2 for key in keys(text)}
    left = [str(text) for text in catalogue.french()[0] if text not in single]
    left += ["/".join(text) for text in catalogue.french()[1] if text not in known]
    assert not left


def test_pages_agree_on_shared_words() -> None:
    seen: dict[object, tuple[str, object]] = {}
    for path in catalogue.files():
        with path.open("rb") as stream:
            for message in read_po(stream, locale="fr"):
                key = message.id if isinstance(message.id, str) else tuple(message.id)
                if key:
                    key = (key, message.context)
                    where, text = seen.setdefault(key, (path.parent.name, message.string))
                    assert text == message.string, f"{key!r}: {where} and {path.parent.name}"
