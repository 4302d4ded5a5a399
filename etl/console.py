"""What the commands print, in French where the terminal is, else in English."""

import json
import os
import sys
import tomllib
from functools import cache
from pathlib import Path

from etl import released
from etl.build import BuildResult

LINES = Path(__file__).with_name("console.toml")


def language() -> str:
    """French where the terminal is, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "fr" if spoken.startswith("fr") else "en"


@cache
def _lines() -> dict[str, dict[str, str]]:
    return tomllib.loads(LINES.read_text(encoding="utf-8"))


def line(name: str, **values: object) -> str:
    """A sentence of console.toml."""
    return _lines()[name][language()].format(**values)


def complain(text: str) -> None:
    print(text, file=sys.stderr)


def sources(found: dict[str, dict[str, int]], indent: str = "") -> None:
    """A line for each source: what was read of it."""
    for source, counts in found.items():
        told = "  ".join(f"{line(f'count_{name}')} {count}" for name, count in counts.items())
        print(f"{indent}{source:18} {told}")


def partners(stated: dict) -> None:
    """What partner agencies see of a build: how much is withheld, or why they see nothing."""
    is_seen, lines = released.in_words(stated, language())
    for text in lines:
        print(f"    {text}", file=sys.stdout if is_seen else sys.stderr)


def built(result: BuildResult) -> None:
    """What a build read, refused and published."""
    sources(result.sources)
    for problem in result.wholly_refused:
        complain(problem.text(language()))
    for failed in result.checks_failed:
        meaning = failed["meaning_fr" if language() == "fr" else "meaning"]
        complain(line("check_failed", meaning=meaning, rows=failed["failed_rows"]))
        for row in failed["first"]:
            complain(f"  {json.dumps(row, ensure_ascii=False)}")
    if not result.is_published:
        complain(line("not_published", build=result.build_id))
        return
    seconds = f"{result.seconds:.1f}"
    print(
        line(
            "built",
            build=result.build_id,
            as_of=result.as_of,
            checks=result.checks_passed,
            seconds=seconds.replace(".", ",") if language() == "fr" else seconds,
        )
    )
    partners(result.partners)


def status(told: dict) -> None:
    """The builds of a warehouse, as warehouse.status gives them."""
    if not told["builds"]:
        print(line("no_build"))
    for item in told["builds"]:
        mark = "*" if item["served"] else " "
        synthetic = line("synthetic") if item["synthetic"] else ""
        print(f"{mark} {line('as_of', build=item['build'], as_of=item['as_of'])}{synthetic}")
        sources(item["sources"], "    ")
        partners(item["partners"])
    for build_id in told["failed"]:
        print(line("failed", build=build_id))
