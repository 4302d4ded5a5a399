"""Every text a reader sees has a French one, and both say the same with the same blanks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pages import PAGES
from pages.shared import i18n

ROOT = Path(__file__).resolve().parents[1] / "pages"
SINGLE, PLURAL = {"_", "gettext"}, {"ngettext"}
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


def used() -> dict[str, set[tuple[str, ...]]]:
    """Texts by file, the menu's titles among them."""
    found = {
        str(path.relative_to(ROOT)): set(texts_of(path)) for path in sorted(ROOT.rglob("*.py"))
    }
    found["__init__.py"] = {(page.title,) for page in PAGES}
    return {name: texts for name, texts in found.items() if texts}


@pytest.mark.parametrize("file", used())
def test_each_text_has_a_french_one(file: str) -> None:
    missing = [
        text
        for text in sorted(used()[file])
        if (len(text) == 1 and text[0] not in i18n._french())
        or (len(text) == 2 and text not in i18n._french_plurals())
    ]
    assert not missing


@pytest.mark.parametrize("path", sorted(ROOT.rglob("fr.po")), ids=lambda path: path.parent.name)
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
    left = [text for text in i18n._french() if (text,) not in known]
    left += ["/".join(text) for text in i18n._french_plurals() if text not in known]
    assert not left


def test_pages_agree_on_shared_words() -> None:
    seen: dict[object, tuple[str, object]] = {}
    for path in sorted(ROOT.rglob("fr.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="fr"):
                key = message.id if isinstance(message.id, str) else tuple(message.id)
                if key:
                    where, text = seen.setdefault(key, (path.parent.name, message.string))
                    assert text == message.string, f"{key!r}: {where} and {path.parent.name}"
