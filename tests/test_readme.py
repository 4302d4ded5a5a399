"""What README.md says is so: its commands run as written, its tables are the project's own."""

import ast
import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pages import PAGES
from pages.shared import serving

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.M | re.S)
# ignored by git
MADE_BY_USE = (
    "data/raw", "data/sample", "data/warehouse", "data/logs", ".streamlit/secrets.toml",
)  # fmt: skip


def tables() -> list[list[list[str]]]:
    """Each table of the README: its rows, the head among them, as cells without backticks."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", PROSE, re.M)
    return [
        [
            [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
            for line in block.splitlines()
            if not line.startswith("|---")
        ]
        for block in blocks
    ]


def table(*head: str) -> list[list[str]]:
    """The rows of the one table with this head."""
    (found,) = [rows[1:] for rows in tables() if rows[0] == list(head)]
    return found


def example_files() -> dict[str, str]:
    """The files that are written out whole: the last path named before a block, and the block."""
    blocks = re.findall(r"`([^`]+)`:\n\n```(?:csv|toml)\n(.*?)```", README, re.S)
    return dict(blocks)


def console() -> list[tuple[str, list[str]]]:
    """Each command of the console blocks, in order, and the lines it answers."""
    session: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                session.append((line[2:], []))
            else:
                session[-1][1].append(line)
    return session


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of what `python -m etl` needs."""
    shutil.copytree(ROOT / "etl", tmp_path / "etl", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    # As the README's own: activating it puts python on the PATH.
    activate = f'python() {{ "{sys.executable}" "$@"; }}\n'
    (tmp_path / ".venv" / "bin" / "activate").write_text(activate)
    return tmp_path


def test_the_worked_example_goes_as_written(project: Path) -> None:
    assert len(example_files()) == 2
    for name, text in example_files().items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    session = console()
    mark = "----- next"
    script = "\n".join(f"{command}; last=$?; echo '{mark}'; (exit $last)" for command, _ in session)
    done = subprocess.run(
        ["bash", "-c", script], cwd=project, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONWARNINGS": "ignore"},
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
    with pytest.raises(SystemExit) as misused:
        main(["build", "--no-such-option"])
    assert misused.value.code == 2


def test_a_build_without_files_says_what_to_do(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "build", "--json"],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and json.loads(done.stdout)["published"] is False
    assert "data/raw/<source>/" in done.stderr


def test_the_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = re.findall(r"(?:^ {4}|`)make ([a-z]+)", PROSE, re.M)
    assert {"run", "test"} <= set(named) <= targets


def test_each_page_stands_there_with_its_question() -> None:
    rows = {tuple(row[0].split(", ")): row[1] for row in table("page", "question", "what is there")}
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
    contracts = [json.loads(path.read_text()) for path in (ROOT / "etl/contracts").glob("*.json")]
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


def test_the_reference_data_stands_there_with_its_licences() -> None:
    with (ROOT / "data/reference/sources.csv").open(encoding="utf-8", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    assert table(*head) == rows


def test_each_dependency_stands_there_with_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    reasons = dict(re.findall(r'^ +"([a-z0-9-]+)==[^"]+", +# (.+)$', text, re.M))
    declared = tomllib.loads(text)
    names = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    assert {name.split("==")[0] for name in names} == reasons.keys()
    assert {row[0]: row[1] for row in table("package", "why")} == reasons


def test_the_settings_stand_there_with_their_values() -> None:
    settings = tomllib.loads((ROOT / "etl/settings.toml").read_text(encoding="utf-8"))
    rows = table("setting", "value", "what it is")
    assert {row[0]: json.loads(row[1]) for row in rows} == settings
    kept = re.search(r"the last (\d+) are kept", PROSE)
    assert kept and int(kept[1]) == settings["builds_kept"]


def test_the_variables_are_those_the_code_reads() -> None:
    files = [
        *(p for d in ("etl", "pages", "tests") for p in (ROOT / d).rglob("*.py")),
        ROOT / "app.py",
    ]
    read = {name for file in files for name in re.findall(r"MAILLAGE_[A-Z_]+", file.read_text())}
    told = [row[0] for row in table("variable", "what it does")]
    assert set(told) == {name for name in read if not name.endswith("_")}


def test_putting_it_online_is_told_as_it_is() -> None:
    example = tomllib.loads((ROOT / ".streamlit/secrets.example.toml").read_text(encoding="utf-8"))
    rows = table("in [access]", "what it is")
    assert {row[0] for row in rows} == example["access"].keys() == serving.KNOWN
    assert f"; {example['access']['session_hours']} unless" in dict(rows)["session_hours"]
    assert example["auth"]["redirect_uri"] in PROSE
    assert f"{serving.SECRET_LENGTH} random characters" in PROSE
    heading = re.search("README.md, “(.+?)”", serving.HOW)
    assert heading and f"## {heading[1]}\n" in README
    ignored = subprocess.run(
        ["git", "check-ignore", ".streamlit/secrets.toml", "data/logs/access-2026-11.jsonl"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ignored.returncode in (0, 128) and len(ignored.stdout.split()) in (2, 0)
    (proxy,) = re.findall(r"```nginx\n(.*?)```", README, re.S)
    with (ROOT / ".streamlit/config.toml").open("rb") as stream:
        address = tomllib.load(stream)["server"]["address"]
    assert f"proxy_pass http://{address}:8501;" in proxy and "proxy_set_header Host $host;" in proxy


def test_each_path_exists() -> None:
    named = set(
        re.findall(
            r"`([\w.-]*(?:/[\w.-]+)+|[\w-]+\.(?:md|py|po|toml|txt|sql|csv))`|\]\((?!http)([^)]+)\)",
            PROSE,
        )
    )
    paths = {first or second for first, second in named}
    paths = {path for path in paths if not path.startswith(("/", *MADE_BY_USE))}
    beside = {"page.py", "fr.po"}  # of any page
    assert len(paths) > 15
    assert not [path for path in sorted(paths - beside) if not (ROOT / path).exists()]


def test_the_picture_is_small() -> None:
    (picture,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    data = (ROOT / picture).read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) < 200_000
