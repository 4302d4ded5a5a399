"""The French of every English text, from one catalogue: a file for etl, one for each folder of
pages. It decides no row, so it lies outside every fingerprint.

Texts that code chooses by a name stand in TOML files beside this one, in English. Where such a word
has another French than elsewhere, the catalogue tells it by the file's name (msgctxt).
"""

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from etl import paths

Single = dict[str | tuple[str, str], str]
Plural = dict[tuple[str, str], tuple[str, str]]


def files() -> list[Path]:
    """The parts of the catalogue; two that hold one text agree on it (a test sees to that)."""
    return [Path(__file__).with_name("fr.po"), *sorted(paths.PAGES.glob("*/fr.po"))]


def gettext(text: str, language: str, context: str = "") -> str:
    """The text in 'fr' or 'en'; English where no French is known."""
    if language == "en":
        return text
    known = french()[0]
    return known.get((context, text)) or known.get(text, text)


def ngettext(one: str, many: str, n: float, language: str) -> str:
    """The form for ``n`` things; French takes the singular for 0 and 1.5 too."""
    if language == "en":
        return one if n == 1 else many
    return french()[1].get((one, many), (one, many))[0 if abs(n) < 2 else 1]


@cache
def english(name: str) -> dict[str, Any]:
    """The texts of a TOML file of this folder."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def line(file: str, name: str, language: str, /, **values: object) -> str:
    """A text of a TOML file of this folder by its name, with its blanks filled."""
    return gettext(english(file)[name], language, file).format(**values)


@lru_cache(maxsize=1)
def french() -> tuple[Single, Plural]:
    """The French texts by their English, or by context and English, and those of two forms."""
    single: Single = {}
    plural: Plural = {}
    for file in files():
        with file.open("rb") as stream:
            for message in read_po(stream, locale="fr", abort_invalid=True):
                if isinstance(message.id, str):
                    if message.id and message.string:
                        key = (message.context, message.id) if message.context else message.id
                        single[key] = str(message.string)
                elif message.string and all(message.string):
                    one, many = message.id
                    plural[one, many] = (message.string[0], message.string[1])
    return single, plural
