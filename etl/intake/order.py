"""In which order the drops of the lake follow each other."""

from __future__ import annotations

from dataclasses import replace

from etl.intake import contract as contracts
from etl.intake import corrections
from etl.intake.lake_drop import Drop
from etl.problems import FileProblem, Problem


def unanswerable(found: list[Drop]) -> list[Problem]:
    """Drops whose rows have no identifier, beside drops that refer to their source by one."""
    problems = []
    for drop in found:
        others = {other.source for other in found} & {*contracts.referring(drop.source)}
        if others and any(note.code == "line_key" for note in drop.notes):
            problem = FileProblem("line_key_referred", found=", ".join(sorted(others)))
            problems.append(problem.of(drop.file))
    return problems


def merged(found: list[Drop]) -> list[Drop]:
    """The drops in order; the same content under two names counts once, the other name noted.

    Raises InputErrors for corrections of what is not there.
    """
    found.sort(key=lambda d: (d.source, d.as_of, d.turn, d.content_hash, d.corrects or "", d.file))
    result: list[Drop] = []
    for drop in found:
        if result and _same(result[-1], drop):
            first = result[-1]
            result[-1] = replace(first, duplicates=[*first.duplicates, drop.file])
        else:
            result.append(drop)
    return corrections.in_order(result)


def _same(one: Drop, other: Drop) -> bool:
    def content(drop: Drop) -> tuple[object, ...]:
        # The same bytes may be read otherwise with another sidecar: its counts would show it.
        return (
            drop.source, drop.content_hash, drop.as_of, drop.mode, drop.is_synthetic,
            drop.read, drop.accepted, drop.filtered, drop.merged, drop.repaired,
            tuple(drop.unknown_columns), tuple(drop.fields), drop.corrects,
        )  # fmt: skip

    return content(one) == content(other)
