"""What the documents say is so: commands run as written, tables are the project's own."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pages import PAGES
from pages.door import startup_check
from tests.market import write_drops

ROOT = Path(__file__).resolve().parents[1]
# All that people have written; data/README.md is made from the code.
NAMES = (
    "README.md", "etl/README.md", "etl/disclosure/README.md", "pages/README.md",
    "pages/door/README.md", "pages/finding/README.md", ".github/CONTRIBUTING.md",
    "data/reference/README.md", "tests/README.md",
)  # fmt: skip
DOCUMENTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
PROSE = {
    name: re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S) for name, text in DOCUMENTS.items()
}
ALL = "\n".join(PROSE.values())
FLAT = " ".join(ALL.split())
# ignored by git
MADE_BY_USE = (
    "data/raw", "data/sample", "data/warehouse", "data/logs", "data/incoming", "data/removed",
    "data/settings.toml", "data/mail.toml", ".streamlit/secrets.toml",
)  # fmt: skip


def tables() -> list[list[list[str]]]:
    """Each table of the documents: its rows, the head among them, as cells without backticks."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", ALL, re.M)
    return [
        [
            [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
            for line in block.splitlines()
            if not line.startswith("|---")
        ]
        for block in blocks
    ]


def table(*head: str) -> list[list[str]]:
    """The rows of the tables with this head."""
    found = [rows[1:] for rows in tables() if rows[0] == list(head)]
    assert found, head
    return [row for rows in found for row in rows]


def example_files(document: str) -> dict[str, str]:
    """The files that are written out whole: the last path named before a block, and the block."""
    blocks = r"`([^`]+)`:\n\n```(?:csv|toml|python|sql|po)\n(.*?)```"
    return dict(re.findall(blocks, DOCUMENTS[document], re.S))


def console() -> list[tuple[str, list[str]]]:
    """Each command of the console blocks, in order, and the lines it answers."""
    session: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", "\n".join(DOCUMENTS.values()), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                session.append((line[2:], []))
            else:
                session[-1][1].append(line)
    return session


BUTTON = """
from pathlib import Path
from etl import layers
from etl.build import warehouse
from pages.quality import correct

sql = layers.read_sql(Path(correct.__file__).with_name("rows_to_correct.sql"))
served = Path("data/warehouse/current").resolve()
with warehouse.open_build(served) as con:
    rows = con.execute(sql.body, {"file": "all"}).df()
Path("Downloads").mkdir()
Path(f"Downloads/to-correct-{rows['as_of'].max()}.zip").write_bytes(correct.archive(rows, "en"))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of what `python -m etl` needs."""
    shutil.copytree(ROOT / "etl", tmp_path / "etl", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    # As the project's own: activating it puts python on the PATH.
    activate = f'python() {{ "{sys.executable}" "$@"; }}\n'
    (tmp_path / ".venv" / "bin" / "activate").write_text(activate)
    return tmp_path


@pytest.mark.middle
def test_the_worked_example_goes_as_written(project: Path) -> None:
    files = example_files("etl/README.md")
    assert len(files) == 2
    write_drops(project, files)
    session = console()
    mark = "----- next"
    # what the button of the page does: the archive lies where a browser puts it
    (project / "press_button.py").write_text(BUTTON)
    presses = [
        f"{sys.executable} press_button.py; " if "Downloads" in command else ""
        for command, _ in session
    ]
    script = "\n".join(
        f"{press}{command}; last=$?; echo '{mark}'; (exit $last)"
        for press, (command, _) in zip(presses, session, strict=True)
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=project, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONWARNINGS": "ignore",
             "HOME": str(project), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    answers = done.stdout.split(f"{mark}\n")[:-1]
    assert len(answers) == len(session), done.stderr
    for (command, wanted), answer in zip(session, answers, strict=True):
        # What went wrong goes to stderr, among the progress of all commands.
        shown = answer.splitlines() or done.stderr.splitlines()
        for line in wanted:
            pattern = ".+".join(map(re.escape, line.split("…")))
            assert any(re.fullmatch(pattern, text) for text in shown), (command, line, shown)
    statuses = [lines for command, lines in session if command == "echo $?"]
    assert statuses == [["1"], ["0"], ["1"]]


def test_each_command_of_the_table_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    from etl.__main__ import main

    told = {row[0].split()[3] for row in table("command", "what it does")}
    with pytest.raises(SystemExit) as asked:
        main(["--help"])
    assert asked.value.code == 0
    commands = re.findall(r"^ {4}(\w+) +\S", capsys.readouterr().out, re.M)
    assert told == set(commands)
    used = re.findall(r"python -m etl (\w+)", "\n".join(DOCUMENTS.values()))
    assert set(used) == told
    with pytest.raises(SystemExit) as misused:
        main(["build", "--no-such-option"])
    assert misused.value.code == 2


@pytest.mark.middle
def test_a_build_without_files_says_what_to_do(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "build", "--json"],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and json.loads(done.stdout)["published"] is False
    assert "data/raw/<source>/" in done.stderr


def test_each_module_to_run_exists() -> None:
    named = set(re.findall(r"python -m (etl[\w.]+)", "\n".join(DOCUMENTS.values())))
    assert named
    assert not [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").exists()]


def test_the_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = re.findall(r"(?:^ {4}|`)make ([a-z]+)", ALL, re.M)
    assert {"run", "test"} <= set(named) <= targets


def test_each_page_stands_there_with_its_question() -> None:
    rows = {tuple(row[0].split(", ")): row[1] for row in table("page", "question")}
    asked = {}
    for number, page in enumerate(PAGES):
        tree = ast.parse(page.path.read_text(encoding="utf-8"))
        (header,) = (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "header"
        )
        texts = [arg.args[0].value for arg in header.args]  # type: ignore[attr-defined]
        asked[page.title, "/" if number == 0 else f"/{page.slug}"] = texts[1]
    assert rows == asked


def test_each_source_stands_there_with_what_it_requires() -> None:
    contracts = [
        json.loads(path.read_text()) for path in (ROOT / "etl/intake/contracts").glob("*.json")
    ]
    wanted = {
        described["name"]: [
            described["description"].removesuffix("."),
            ", ".join(
                f["name"] for f in described["fields"] if f.get("constraints", {}).get("required")
            ),
        ]
        for described in contracts
    }
    rows = table("source", "one row per", "required")
    assert {row[0]: [f"One row per {row[1]}", row[2]] for row in rows} == wanted


def test_each_dependency_stands_there_with_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    reasons = dict(re.findall(r'^ +"([a-z0-9-]+)==[^"]+", +# (.+)$', text, re.M))
    declared = tomllib.loads(text)
    names = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    assert {name.split("==")[0] for name in names} == reasons.keys()
    assert {row[0]: row[1] for row in table("package", "why")} == reasons


def test_the_settings_stand_there_with_their_values() -> None:
    text = (ROOT / "etl/settings.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    rows = table("setting", "value", "what it is")
    assert {row[0]: json.loads(row[1]) for row in rows} == settings
    assert {row[0]: row[2] for row in rows} == dict(re.findall(r"(?m)^(\w+) = .+ # (.+)$", text))
    kept = re.search(r"the last (\d+) are kept", FLAT)
    assert kept and int(kept[1]) == settings["builds_kept"]


def test_the_variables_are_those_the_code_reads() -> None:
    files = [
        *(p for d in ("etl", "pages", "tests") for p in (ROOT / d).rglob("*.py")),
        ROOT / "app.py",
    ]
    read = {name for file in files for name in re.findall(r"MAILLAGE_[A-Z_]+", file.read_text())}
    told = [row[0] for row in table("variable", "what it does")]
    assert sorted(told) == sorted(name for name in read if not name.endswith("_"))


def test_putting_it_online_is_told_as_it_is() -> None:
    example = tomllib.loads((ROOT / ".streamlit/secrets.example.toml").read_text(encoding="utf-8"))
    rows = table("in [access]", "what it is")
    assert {row[0] for row in rows} == example["access"].keys() == startup_check.KNOWN
    assert f"; {example['access']['session_hours']} unless" in dict(rows)["session_hours"]
    assert example["auth"]["redirect_uri"] in FLAT
    assert f"{startup_check.SECRET_LENGTH} random characters" in FLAT
    heading = re.search(r"\((\S+), “(.+?)”", startup_check.HOW)
    assert heading and f"## {heading[2]}\n" in DOCUMENTS[heading[1]]
    private = [
        ".streamlit/secrets.toml",
        "data/mail.toml",
        "data/logs/access-2026-11.jsonl",
        "data/incoming/0",
    ]
    ignored = subprocess.run(
        ["git", "check-ignore", *private], cwd=ROOT, capture_output=True, text=True
    )
    assert ignored.returncode in (0, 128) and len(ignored.stdout.split()) in (4, 0)
    (proxy,) = re.findall(r"```nginx\n(.*?)```", DOCUMENTS["pages/door/README.md"], re.S)
    with (ROOT / ".streamlit/config.toml").open("rb") as stream:
        address = tomllib.load(stream)["server"]["address"]
    assert f"server {address}:8501;" in proxy and "proxy_set_header Host $host;" in proxy


def test_each_path_exists() -> None:
    paths = set(re.findall(r"`([\w.-]*(?:/[\w.-]+)+|[\w-]+\.(?:md|py|po|toml|txt|sql|csv))`", ALL))
    paths = {path for path in paths if not path.startswith(("/", *MADE_BY_USE))}
    beside = {"page.py", "fr.po"}  # of any page
    beside |= {file.name for file in (ROOT / "data/reference").iterdir()}  # its README is there
    beside |= example_files("pages/README.md").keys()
    beside |= example_files(".github/CONTRIBUTING.md").keys()
    assert len(paths) > 15
    tops = (ROOT, ROOT / "tests")  # a table of tests names them below it
    assert not [path for path in paths - beside if not any((top / path).exists() for top in tops)]


@pytest.mark.parametrize("name", [*NAMES, "data/README.md"])
def test_each_link_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)
    for file, anchor in links:
        target = (ROOT / name).parent / file if file else ROOT / name
        assert target.exists(), file
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
            assert anchor in [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings]


def test_the_readme_leads_to_each_document() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", DOCUMENTS["README.md"])
    assert {*NAMES, "data/README.md"} - {"README.md"} <= set(links)


def test_the_documents_are_easy_on_the_eye() -> None:
    assert len(DOCUMENTS["README.md"].splitlines()) <= 120
    wide = {name: [line for line in text.splitlines() if len(line) > 120]
            for name, text in DOCUMENTS.items() if not name.startswith("data/")}  # fmt: skip
    assert not any(wide.values()), wide


def test_nothing_is_told_twice() -> None:
    paragraphs = [" ".join(block.split()) for block in re.split(r"\n\n|\n- ", ALL)]
    long = [paragraph for paragraph in paragraphs if len(paragraph) > 80]
    assert len(long) == len(set(long))


def test_the_picture_is_small() -> None:
    (picture,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", DOCUMENTS["README.md"])
    data = (ROOT / picture).read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) < 200_000


OPENED = """
from tests.pages_fixture import make_warehouse, run_page

def test_it(tmp_path, monkeypatch):
    test = run_page(monkeypatch, make_warehouse(tmp_path), "regions", "fr")
    assert [title.value for title in test.title] == ["Régions"]
    (shown,) = [table.value for table in test.dataframe]
    assert list(shown.columns) == ["Région", "Habitants"]
    assert list(shown["Région"]) == ["Bretagne", "Île-de-France"]
"""


@pytest.mark.middle
def test_a_page_is_added_as_written(project: Path) -> None:
    shutil.copytree(ROOT / "pages", project / "pages")
    files = example_files("pages/README.md")
    head, _, _ = (ROOT / "pages/projects/fr.po").read_text(encoding="utf-8").partition("\n\n")
    write_drops(project, {
        name: f"{head}\n\n{text}" if name.endswith(".po") else text for name, text in files.items()
    })  # fmt: skip
    assert {Path(name).name for name in files} == {"page.py", "regions.sql", "fr.po"}
    (line,) = re.findall(r"```python\n(_page.*)\n```", DOCUMENTS["pages/README.md"])
    listed = project / "pages/__init__.py"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.removesuffix("]\n") + f"    {line},\n]\n", encoding="utf-8")
    tests = project / "tests"
    tests.mkdir()
    for name in (
        "pages_fixture.py",
        "pages_fixture.sql",
        "words/test_i18n.py",
        "test_architecture.py",
        "modules.py",
    ):
        shutil.copy(ROOT / "tests" / name, tests)
    (tests / "test_opened.py").write_text(OPENED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=project, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(project)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


SHOWN = """
import io

import openpyxl
import pytest

from etl.insight import report
from pages.shared import export
from tests.market import make_build
from tests.pages_fixture import frames, run_page, texts

LABELS = {"en": "Filled too late", "fr": "Pourvues trop tard"}
REQUESTS = "request_id,created_at,status,filled_at,domain,commune_code\\n" + "".join(
    f"R{n},2026-05-01,filled,2026-0{5 + n % 2}-09,gardening,35238\\n" for n in range(12)
)


@pytest.mark.parametrize(("lang", "label"), LABELS.items())
def test_it(tmp_path, monkeypatch, lang, label):
    make_build(tmp_path, {"requests/2026-10-31.csv": REQUESTS}).close()
    home, taken = tmp_path / "warehouse", []
    monkeypatch.setattr(export, "downloads", lambda *given, **more: taken.append((given, more)))
    at = run_page(monkeypatch, home, "coverage", lang, measure="filled_late")
    assert f"{label} **50" in texts(at), texts(at)
    at = run_page(monkeypatch, home, "coverage", lang, view="cell", figures="matching")
    assert label in frames(at)[0].iloc[:, 0].tolist()
    ((_, tables), more) = taken[-1]
    assert "filled_late" in more["metrics"]
    with export.i18n.speaking(lang):
        assert label in next(iter(tables.values()))().iloc[:, 0].tolist()
    book = openpyxl.load_workbook(io.BytesIO(report.make(home, "founders", lang, "xlsx")))
    assert any(row[0] == label for sheet in book for row in sheet.iter_rows(values_only=True))
"""


@pytest.mark.middle
def test_a_metric_is_added_as_written(project: Path) -> None:
    shutil.copytree(ROOT / "pages", project / "pages")
    files = example_files(".github/CONTRIBUTING.md")
    assert len(files) == 2
    write_drops(project, files)
    (french,) = re.findall(r"```po\n(.*?)```", DOCUMENTS[".github/CONTRIBUTING.md"], re.S)
    with (project / "etl/words/fr.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write(f"\n{french}")
    for name in (
        "market.py", "modules.py", "pages_fixture.py", "pages_fixture.sql", "test_architecture.py",
        "test_documents.py", "words/test_i18n.py",
    ):  # fmt: skip
        shutil.copy(ROOT / "tests" / name, project / "tests")
    (project / "tests/test_shown.py").write_text(SHOWN, encoding="utf-8")
    about = {"cwd": project, "text": True, "env": {**os.environ, "PYTHONPATH": str(project)}}
    again = "python -m etl.reference.make_dictionary > data/README.md"
    assert f"`{again}`" in DOCUMENTS[".github/CONTRIBUTING.md"]
    subprocess.run(again.replace("python", sys.executable, 1), shell=True, check=True, **about)
    assert "| filled_late | Filled too late |" in (project / "data/README.md").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        capture_output=True, **about,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
