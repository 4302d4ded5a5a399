"""The rules of the house that keep a change in one place."""

import ast
import re
import subprocess
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from etl import layers
from etl.insight import registry
from etl.intake import contract
from etl.paths import ROOT
from pages import PAGES
from tests.modules import MODULES, PRODUCT, imports, with_packages

TOP = {
    "app.py", "pages", "data", "etl", "tests", "requirements.txt", "README.md",
    "Makefile", "pyproject.toml", "LICENSE",
}  # fmt: skip
MAX_LINES = 420  # about 400: a few lines more are no reason to break a subject in two
CODE = sorted(
    path
    for folder in ("etl", "pages", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".sql"}
)
SQL_WORDS = re.compile(r"\b(SELECT\b.+\bFROM|INSERT INTO|CREATE (TABLE|VIEW)|DELETE FROM)\b", re.S)
HEADERS = {
    "pages": {"grain", "answers", "columns"},
    "marts": {"grain", "answers", "columns"},
    # direction: the end that is good: high, low, or none where neither is
    "metrics": {"label", "why", "unit", "direction", "counts", "topic", "levels", "sources"},
    "checks": {"label"},
    "repairs": {"column", "reason"},
    "published": {"grain", "answers", "columns", "protects"},
    "founders": {"grain", "answers", "columns"},
    "partners": {"grain", "answers", "columns"},
}
TOPICS = {"supply", "matching", "market", "co-operatives", "projects", "recruit"}
LEVELS = ("country", "region", "departement", "commune")
# The rooms, and into which a room may look beside itself.
GROUND = {"disk", "faults", "paths", "layers", "settings", "problems"}
ROOMS = {
    "ground": set[str](),
    "words": {"ground"},
    "intake": {"ground", "words"},
    "disclosure": {"ground"},
    "build": {"ground", "words", "intake", "disclosure"},
    "insight": {"ground", "words", "intake", "disclosure", "build"},
    "mail": {"ground", "words", "intake", "build", "insight"},
    "sample": {"ground"},
    "reference": {"ground", "intake"},
    "forget": {"ground", "words", "intake", "disclosure", "build", "bring"},
    "bring": {"ground", "words", "intake", "disclosure", "build", "insight"},
}
PAGE_ROOMS: dict[str, set[str]] = {
    "shared": set(),
    "door": {"shared"},
    "finding": {"shared", "door"},
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(of: str) -> str:
    """The room of a module of etl: its folder, the ground floor, or above them all."""
    parts = of.split(".")
    if len(parts) > 2 or f"etl.{parts[-1]}" in {f"etl.{name}" for name in ROOMS}:
        return parts[1]
    return "ground" if parts[-1] in GROUND else "above"


def test_nothing_else_stands_at_the_top() -> None:
    """What a program leaves where it ran is easily taken along."""
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a clone: git cannot say what belongs to the project")
    names = {line.split("/")[0] for line in listed if line}
    assert {name for name in names if not name.startswith(".")} == TOP


def constants(path: Path) -> list[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [n.value for n in tree if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_arrows_in_etl_run_one_way() -> None:
    wrong = []
    for file, path in MODULES.items():
        if not file.startswith("etl.") or room(file) == "above":
            continue
        for other in imports(path):
            top = other.split(".")[0]
            if top in {"streamlit", "pages"} or (
                top == "etl" and room(other) not in ROOMS[room(file)] | {room(file)}
            ):
                wrong.append(f"{name(path)}: {other}")
    assert not wrong


def test_no_part_above_the_rooms_knows_the_pages() -> None:
    above = [p for m, p in MODULES.items() if m.startswith("etl") and room(m) == "above"]
    assert above
    wrong = [
        name(p) for p in above for m in imports(p) if m.split(".")[0] in {"streamlit", "pages"}
    ]
    assert not wrong


def test_arrows_in_pages_run_one_way() -> None:
    wrong = []
    for file, path in MODULES.items():
        parts = file.split(".")
        if len(parts) < 3 or parts[0] != "pages":
            continue  # pages/main.py stands above
        mine = PAGE_ROOMS.get(parts[1], {"shared", "finding"}) | {parts[1]}
        for other in imports(path):
            others = other.split(".")
            if others[0] == "pages" and (len(others) < 2 or others[1] not in mine):
                wrong.append(f"{name(path)}: {other}")
    assert not wrong


def test_there_is_no_circle() -> None:
    graph = {
        file: {
            other
            for each in imports(path)
            for other in with_packages(each)
            if not f"{file}.".startswith(f"{other}.")
        }
        for file, path in MODULES.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_a_page_holds_no_sql_and_builds_no_figure() -> None:
    drawing = {"plotly", "altair", "duckdb"}
    wrong = [p.slug for p in PAGES for m in imports(Path(p.path)) if m.split(".")[0] in drawing]
    assert not wrong


def test_a_table_is_shown_by_the_theme() -> None:
    """Which writes it out for a telephone; what is edited alone stays a grid."""
    shown = [path for path in CODE if re.search(r"st\.(dataframe|table)\(", path.read_text())]
    assert [path.name for path in shown if "pages" in path.parts[-3:]] == ["theme.py"]


def test_sql_of_pages_stands_in_files() -> None:
    pages = [path for path in PRODUCT if name(path).startswith("pages/")]
    assert not [name(p) for p in pages if any(map(SQL_WORDS.search, constants(p)))]


def test_each_sql_file_says_what_it_is() -> None:
    wrong = {}
    for path in (path for path in CODE if path.suffix == ".sql"):
        kind = "pages" if name(path).startswith("pages/") else path.parent.name
        text = path.read_text(encoding="utf-8")
        keys = set(re.findall(r"^-- ([a-z_]+(?:\.[a-z]{2})?):", text, re.M))
        if missing := HEADERS.get(kind, set()) - keys:
            wrong[name(path)] = missing
    assert not wrong


def test_a_metric_says_in_known_words_where_it_belongs() -> None:
    for metric in registry.metrics().values():
        assert metric.direction in {"high", "low", "none"}, metric.name
        assert set(metric.levels) <= set(LEVELS), metric.name
        assert set(metric.sources) <= set(contract.sources()), metric.name
        assert metric.topic in TOPICS, metric.name


def test_the_shell_holds_what_several_queries_repeat() -> None:
    files = [
        path.read_text(encoding="utf-8")
        for path in CODE
        if path.suffix == ".sql" and path != layers.SHELL
    ]
    used = Counter(name for text in files for name in layers.MARK.findall(text))
    held = layers.MARK.findall(layers.SHELL.read_text(encoding="utf-8"))
    assert sorted(held) == sorted(used)
    assert not [block for block, queries in used.items() if queries < 2]
    for metric in layers.files_of("metrics"):
        assert not layers.MARK.search(metric.body), metric.name


def test_a_file_stays_readable() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert not {file: n for file, n in lines.items() if n > MAX_LINES}


def test_a_name_of_sql_is_found_once() -> None:
    """A table has one name in the layers that it runs through; nothing else is called as it, but
    where another tool makes the same tables."""
    layered = re.compile(r"etl/(build/(staging|marts)|disclosure/published|insight/metrics)/")
    others = "tests/benchmarks/other_tools/"
    files = [p for p in CODE if p.suffix == ".sql" and not name(p).startswith(others)]
    names = Counter(path.name for path in files if not layered.match(name(path)))
    tables = {path.name for path in files if layered.match(name(path))}
    assert names and not [one for one, times in names.items() if times > 1 or one in tables]


def test_each_folder_of_pages_is_a_page_or_a_room() -> None:
    folders = {path.parent.name for path in (ROOT / "pages").glob("*/*.py")}
    assert folders == {page.slug for page in PAGES} | set(PAGE_ROOMS)


def test_one_writer_knows_how_the_languages_write() -> None:
    """Numbers and dates are written in etl/words, and no second way stands beside."""
    second = re.compile(r"\bstrftime\(|\bformat_(date|decimal|percent|currency)\b|\bbabel\.")
    files = [
        p for p in CODE if p.suffix == ".py" and name(p).startswith(("pages/", "etl/insight/"))
    ]
    assert files and not [name(p) for p in files if second.search(p.read_text("utf-8"))]
