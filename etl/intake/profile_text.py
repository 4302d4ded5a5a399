"""A file's profile and findings as lines of text, for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from etl.intake.profile_words import Outcome, ProfileWords, Range, Tally
from etl.words import reasons

WIDTH = 100
TOP = 3  # communes, départements and régions: the largest
SHOWN = 6  # values of another field
EXAMPLE = 40  # letters of a value


def profile(told: ProfileWords) -> Iterator[str]:
    """What the accepted rows became: values, then ranges, then outcomes."""
    yield told.word("became", rows=told.number(told.rows))
    lines = [(told.title(tally.field), list(counts(told, tally))) for tally in told.tallies()]
    filled = [f"{told.title(field)} {told.number(rows)}" for field, rows in told.filled()]
    absent = [told.title(field) for field in told.absent()]
    for word, parts in (("filled", filled), ("absent", absent)):
        lines += [(told.word(word), parts)] if parts else []
    width = max(len(title) for title, _ in lines)
    for title, parts in lines:
        yield from _hanging(f"  {title:{width}}  ", parts)
    yield from _ranges(told, told.ranges())
    yield from _outcomes(told, told.outcomes())


def counts(told: ProfileWords, tally: Tally) -> Iterator[str]:
    """Each of the most frequent values with its rows, then the others, then the rows without."""
    shown = TOP if tally.field in ("commune", "departement", "region") else SHOWN
    for value, rows in tally.counts[:shown]:
        yield f"{value} {told.number(rows)}"
    values, rows = tally.others or (0, 0)
    values += len(tally.counts[shown:])
    if values:
        rows += sum(rows for _, rows in tally.counts[shown:])
        yield told.word("others", n=told.number(values), rows=told.number(rows))
    if tally.empty:
        yield f"{told.word('none')} {told.number(tally.empty)}"


def _ranges(told: ProfileWords, ranges: Sequence[Range]) -> Iterator[str]:
    if not ranges:
        return
    yield from _table(
        ["", *map(told.word, ("min", "median", "max", "none"))],
        [
            [
                told.title(each.field) + (f", {each.unit}" if each.unit else ""),
                *each.ends,
                "" if each.empty is None else told.number(each.empty),
            ]
            for each in ranges
        ],
    )
    for each in ranges:
        if each.midnight:
            rows = told.number(each.midnight)
            yield f"  {told.title(each.field)}: {told.word('midnight')} {rows}"


def _outcomes(told: ProfileWords, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not outcomes:
        return
    dates = list(outcomes[0].dated)
    yield from _table(
        ["", told.word("rows"), *map(told.title, dates)],
        [
            [each.value, told.number(each.rows), *(told.number(each.dated[d]) for d in dates)]
            for each in outcomes
        ],
    )


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [f"{row[0]:{widths[0]}}"]
        cells += [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield ("  " + "  ".join(cells)).rstrip()


def _hanging(start: str, parts: Iterable[str]) -> Iterator[str]:
    """Parts one after the other, broken between two of them."""
    line, is_first = start, True
    for part in parts:
        if not is_first and len(line) + 3 + len(part) > WIDTH:
            yield line + " ·"
            line, is_first = " " * len(start), True
        line += part if is_first else " · " + part
        is_first = False
    yield line


def findings(groups: Sequence[Mapping[str, Any]], told: ProfileWords) -> Iterator[str]:
    """One line per reason with its number of findings, one for up to three of its values."""
    for group in groups:
        kind = told.word("refused" if group["is_refused"] else "repaired")
        yield f"{kind} {told.number(group['findings'])}  {reason(group, told.language)}"
        examples = [example(each, told) for each in group["examples"]]
        yield from _hanging("  ", examples)


def example(found: Mapping[str, Any], told: ProfileWords) -> str:
    """A value with the line that it first stands on."""
    times, line = found["times"], found["line"]
    place = told.word("line", line=line)
    if times > 1:
        place = told.word("times", times=told.number(times), line=line)
    value = found["value"]
    if value is None:
        return place
    return f"{place} [{value if len(value) <= EXAMPLE else value[: EXAMPLE - 1] + '…'}]"


def reason(group: Mapping[str, Any], language: str, *, in_page: bool = False) -> str:
    """The sentence of a group; what differs from finding to finding is left open."""
    return reasons.findings(
        group["reason_code"], group["column_name"], group["first_arguments"],
        group["last_arguments"], language, is_refused=group["is_refused"], in_page=in_page,
    )  # fmt: skip
