"""The rules of the house that keep a change in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import PAGES

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 420  # about 400: a few lines more are no reason to break a subject in two
CODE = sorted(
    path
    for folder in ("etl", "pages", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".sql"}
)
PAGE_FILES = sorted(page.path for page in PAGES)
SQL_WORDS = re.compile(r"\b(SELECT\b.+\bFROM|INSERT INTO|CREATE (TABLE|VIEW)|DELETE FROM)\b", re.S)
HEADERS = {
    "pages": {"grain", "answers", "columns"},
    "marts": {"grain", "answers", "columns"},
    "metrics": {"label.en", "label.fr", "why.en", "why.fr", "unit", "low_is_good", "source"},
    "checks": {"label.en", "label.fr"},
    "published": {"grain", "answers", "columns", "protects"},
    "founders": {"grain", "answers", "columns"},
    "partners": {"grain", "answers", "columns"},
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def python_in(folder: str) -> list[Path]:
    return [path for path in CODE if path.suffix == ".py" and name(path).startswith(f"{folder}/")]


@pytest.mark.parametrize("path", python_in("etl"), ids=name)
def test_etl_knows_neither_streamlit_nor_pages(path: Path) -> None:
    assert not [m for m in imports(path) if m.split(".")[0] in {"streamlit", "pages"}]


@pytest.mark.parametrize("path", python_in("pages"), ids=name)
def test_a_page_imports_shared_and_its_own_folder_only(path: Path) -> None:
    folder = path.relative_to(ROOT / "pages").parts[0]
    allowed = {"shared", folder} if path.parent.name != "pages" else {"shared", "PAGES"}
    others = [m for m in imports(path) if m.startswith("pages.") and m.split(".")[1] not in allowed]
    assert not others


@pytest.mark.parametrize("path", PAGE_FILES, ids=name)
def test_a_page_holds_no_sql_and_builds_no_figure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert not [t for t in texts if isinstance(t, str) and SQL_WORDS.search(t)]
    assert not [m for m in imports(path) if m.split(".")[0] in {"plotly", "altair", "duckdb"}]


@pytest.mark.parametrize("path", python_in("pages"), ids=name)
def test_sql_of_pages_stands_in_files(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SQL_WORDS.search(node.value)
    ]
    assert not found


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in CODE
        if p.suffix == ".sql" and (name(p).startswith("pages/") or p.parent.name in HEADERS)
    ],
    ids=name,
)
def test_each_sql_file_says_what_it_is(path: Path) -> None:
    kind = "pages" if name(path).startswith("pages/") else path.parent.name
    text = path.read_text(encoding="utf-8")
    keys = set(re.findall(r"^-- ([a-z_]+(?:\.[a-z]{2})?):", text, re.M))
    assert HEADERS[kind] <= keys


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_each_folder_of_pages_is_a_page_or_shared() -> None:
    folders = {path.parent.name for path in (ROOT / "pages").glob("*/page.py")}
    assert folders == {page.slug for page in PAGES}
