"""No French sentence of the product stands outside the catalogue."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.paths import ROOT

# Names that English keeps.
NAMES = re.compile(
    r"départements?|régions?|collectivités|Île-de-France|Crédit Coopératif|La Poste|INSEE Première"
    r"|les-scop\.coop|utf-16-le",
    re.I,
)
SAYS = re.compile(
    r"[«»éèêàçùôîû]|\b(le|la|les|des|du|une|est|sont|pour|dans|sur|avec|pas|qui|que|aux?|ne)\b"
    r"|[ldnscj]’|\b[ldnscj]'[a-zé]",
    re.I,
)
# What may hold French, and why.
EXCEPTIONS = {
    "etl/build/staging/provider_version_domains.sql": "a law is cited",
    "etl/insight/metrics/lasting_jobs.sql": "a convention is cited",
    "etl/insight/metrics/qualified_jobs.sql": "a convention is cited",
    "etl/intake/contracts": "accepted values, examples",
    "etl/intake/encodings.py": "letters",
    "etl/intake/explain.py": "words in the heads of files",
    "etl/intake/units.py": "units as files write them",
    "etl/reference": "names of places",
    "etl/sample": "the invented marketplace is French",
    "pages/finding/lexicon.py": "the vocabulary of the search",
    "pages/finding/names_of_places.py": "articles in names of places",
    "pages/finding/radius.py": "the vocabulary of the search",
    "pages/finding/typed.py": "marks and labels that a search may hold",
    "pages/finding/where.py": "the vocabulary of the search",
    "pages/shared/i18n.py": "the name of a language in it",
}
FILES = sorted(
    path
    for folder in ("etl", "pages")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".json", ".sql"}
)


def texts(path: Path) -> Iterator[str]:
    """What a file says: texts of code but for its comments, values, the heads of SQL."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tree = ast.parse(content)
        told = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from () if id(node) in told else (node.value,)
    elif path.suffix == ".sql":
        yield from re.findall(r"(?m)^-- ([a-z_.]+: .*)", content)
    else:
        yield from leaves(tomllib.loads(content) if path.suffix == ".toml" else json.loads(content))


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for key, entry in value.items() if isinstance(value, dict) else ():
        yield from (f"the key {key}",) if key.endswith("_fr") or key == "fr" else ()
        yield from leaves(entry)
    for entry in value if isinstance(value, list) else ():
        yield from leaves(entry)


def is_french(text: str) -> bool:
    return bool(
        re.match(r"the key (\w+_)?fr$|[a-z_]+\.fr:", text) or SAYS.search(NAMES.sub("", text))
    )


def test_no_french_stands_outside_the_catalogue() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): said
        for path in FILES
        if (said := [text for text in texts(path) if is_french(text)])
    }
    assert [name for name in found if not name.startswith(tuple(EXCEPTIONS))] == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("La ligne est refusée.", True), ("Fichier d’accompagnement", True), ("the key fr", True),
        ("label.fr: x", True), ("The row is refused.", False), ("by département", False),
        ("nobody’s SIREN", False), ("label: x", False),
    ],
)  # fmt: skip
def test_what_is_taken_for_french(text: str, is_one: bool) -> None:
    assert is_french(text) is is_one
