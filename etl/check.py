"""`python -m etl check FILE... --source NAME`: what an ingest would say of files."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl import console
from etl.intake import archives, contract, profile_text, told
from etl.intake.lake import Reader
from etl.intake.lake_drop import Drop
from etl.intake.profile_words import ProfileWords
from etl.problems import FileProblem, Problem
from etl.words import reasons

# what a note says of nearly every row is not said again of each; --json has them all
WHOLE = {"points_outside": "point_outside"}


@dataclass
class Report:
    """What is wrong with one file: it as a whole (`problem`), or rows of it."""

    file: str
    drop: Drop | None = None
    problem: Problem | None = None
    profile: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    repaired: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """True when the file loads and none of its rows is refused."""
        return self.drop is not None and self.drop.refused == 0

    def as_dict(self) -> dict[str, Any]:
        if self.drop is None:
            assert self.problem is not None
            return {"file": self.file, "problem": reasons.told_problem(self.problem)}
        return {
            "file": self.file,
            "as_of": self.drop.as_of.isoformat() if self.drop.has_day else None,
            "as_of_origin": self.drop.as_of_origin,
            "read": self.drop.read,
            "accepted": self.drop.accepted,
            "refused": self.drop.refused,
            "repaired": self.drop.repaired,
            "filtered": self.drop.filtered,
            "merged": self.drop.merged,
            "unknown_columns": self.drop.unknown_columns,
            "notes": [reasons.told_note(note) for note in self.drop.notes],
            "profile": self.profile,
            "refused_rows": [reasons.told_finding(row, is_refused=True) for row in self.refused],
            "repaired_values": [
                reasons.told_finding(row, is_refused=False) for row in self.repaired
            ],
        }


def check(files: list[Path], source: str, *, whole: bool = True) -> list[Report]:
    """Reads each file as a drop of `source`, keeping nothing. Never raises for a bad file.

    `whole`: each finding is given, not only their groups.
    """
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder) / "lake"
        lake.mkdir()
        reader = Reader(lake)
        return [
            _report(reader, one._replace(file=f"{source}/{one.file}"), path.parent, lake, whole)
            for path in files
            for one in archives.opened(path.parent, [path], Path(folder))
        ]


def _report(reader: Reader, one: archives.Found, folder: Path, lake: Path, whole: bool) -> Report:
    """The report of a drop that lies in `folder`, or in an archive there."""
    shown = str(folder / one.file.split("/", 1)[1])
    try:
        drop = reader.drop(one.readable(), one.source, one.file, lake)
    except FileProblem as problem:
        return Report(shown, problem=problem.of(shown))
    each = [told.each(drop.folder, name) if whole else [] for name in ("refused", "repaired")]
    return Report(shown, drop, None, told.profile(drop.folder), told.groups(drop.folder), *each)


def run(files: list[Path], source: str, *, as_json: bool, language: str = "en") -> int:
    """The command. Returns 0 when every file loads without a refused row, else 1; 2 for misuse."""
    if source not in contract.sources():
        known = ", ".join(contract.sources())
        console.complain(console.line("check_source", language, source=source, known=known))
        return 2
    reports = check(files, source, whole=as_json)
    if as_json:
        entries = [report.as_dict() for report in reports]
        print(json.dumps({"source": source, "files": entries}, ensure_ascii=False))
    else:
        for report in reports:
            _print(report, language)
    return 0 if all(report.is_clean for report in reports) else 1


def _print(report: Report, language: str) -> None:
    if report.drop is None:
        assert report.problem is not None
        print(reasons.problem(report.problem, language))
        return
    drop = report.drop

    def said(name: str, **values: object) -> str:
        return console.line(f"check_{name}", language, **values)

    counts = [
        said("accepted", n=drop.accepted)
        + (f" ({said('merged', n=drop.merged)})" if drop.merged else "")
    ]
    counts += [said("refused", n=drop.refused)]
    counts += [said("filtered", n=drop.filtered)] if drop.filtered else []
    origin = said(f"from_{drop.as_of_origin}")
    print(
        said(
            "read",
            file=report.file,
            read=drop.read,
            counts=", ".join([*counts, said("repaired", n=drop.repaired)]),
            dated=said("as_of", day=drop.as_of, origin=origin)
            if drop.has_day
            else said("same_day"),
        )
    )
    if drop.unknown_columns:
        print(f"  {said('unused', columns=', '.join(drop.unknown_columns))}")
    words = ProfileWords(report.profile, drop.source, language, titled=False)
    noted = {WHOLE.get(note.code) for note in drop.notes}
    groups = [group for group in report.groups if group["reason_code"] not in noted]
    for line in (*profile_text.profile(words), *profile_text.findings(groups, words)):
        print(f"  {line}")
    for note in drop.notes:
        print(f"  {reasons.note(note, language)}")
