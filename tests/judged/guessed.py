"""How well columns and words are matched on the judged layouts, beside what a person judged.

`python -m tests.judged.guessed dev` prints the measures of a half (`second`, `third`: of what came
later), and with `-v` what is wrong and what is missed. Layouts of the locked half are only
measured: never look at one.
"""

import csv
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from etl.bring import looking, proposal
from etl.intake import contract
from etl.intake.contract import PLACE

FOLDER = Path(__file__).parent
NONE = "none"
MONEY = ("amount_eur", "fee_eur", "price_hour_eur", "revenue_eur")
GRAVE = ("key", "place", "date", "status", "money")


@dataclass(frozen=True)
class Judged:
    """What a person found: of each field, the sets of columns that fill it; `is_part` those that
    fill it in part."""

    layout: str
    source: str
    fields: dict[str, list[tuple[frozenset[str], bool]]]


@dataclass
class Measured:
    """Counts over layouts: fields with a right column (`asked`) and how many of them were found,
    fields filled and how many of them rightly; `wrong` by kind of field."""

    layouts: int = 0
    sources: int = 0
    asked: int = 0
    found: int = 0
    filled: int = 0
    right: int = 0
    words: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list, repr=False)  # a failed test shows no locked one

    @property
    def recall(self) -> float:
        return self.found / max(1, self.asked)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.filled)

    @property
    def grave(self) -> int:
        """Wrong keys, places, dates, states and sums."""
        return sum(self.wrong[kind] for kind in GRAVE)


@cache
def judged(half: str) -> tuple[Judged, ...]:
    """The layouts of a half; those that came later are `second` and `third`."""
    found: dict[str, Judged] = {}
    with (FOLDER / "layouts.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if half != row["half"]:
                continue
            one = found.setdefault(row["layout"], Judged(row["layout"], row["source"], {}))
            ways = [way for way in row["columns"].split("|") if way]
            one.fields[row["field"]] = [
                (frozenset(way.removeprefix("~").split("+")), way.startswith("~")) for way in ways
            ]
    return tuple(found.values())


@cache
def words_of(layout: str) -> dict[tuple[str, str], set[str]]:
    """The meanings of (field, word) that are right."""
    with (FOLDER / "layout_words.csv").open(encoding="utf-8", newline="") as stream:
        return {
            (row["field"], row["word"]): set(row["value"].split("|"))
            for row in csv.DictReader(stream)
            if row["layout"] == layout
        }


def kind_of(source: str, name: str) -> str:
    """What a mistake in a field is about."""
    entry = contract.load(source)[name]
    if name in PLACE or entry.lookup == "territory":
        return "place"
    if entry.identifier in ("key", "siren", "siret") or name == "year":
        return "key"
    if entry.type in ("date", "datetime"):
        return "date"
    if entry.type == "boolean" or entry.enum:
        return "status"
    return "money" if name in MONEY else "other"


def measure(half: str, *, is_told: bool) -> Measured:
    """The measures of a half, or of a later set; `is_told`: with the source as judged, else
    with the one guessed."""
    total = Measured()
    for one in judged(half):
        _add(total, one, is_told)
    return total


@cache
def looked(layout: str) -> looking.Looked:
    """A layout as it is looked at: once, for all that is asked of it."""
    return looking.look(FOLDER / "layouts" / layout)


@cache
def proposed(layout: str, source: str | None = None) -> proposal.Proposal:
    """What is proposed for a layout."""
    return proposal.propose(looked(layout), source)


def _add(total: Measured, one: Judged, is_told: bool) -> None:
    guess = proposed(one.layout)
    source = guess.source or NONE
    total.layouts += 1
    total.sources += source == one.source
    if source != one.source:
        total.lines.append(f"{one.layout}: source {source} for {one.source}")
    if one.source == NONE:
        return
    asked = {name for name, ways in one.fields.items() if any(not part for _, part in ways)}
    total.asked += len(asked)
    if not is_told and source != one.source:
        return
    found = guess if source == one.source else proposed(one.layout, one.source)
    matches = {match.field: match for match in found.matches if match.columns}
    for name, ways in one.fields.items():
        match = matches.get(name)
        if match is None:
            if name in asked:
                wanted = "|".join("+".join(columns) for columns, part in ways if not part)
                total.lines.append(f"{one.layout}: {name} missed, is {wanted}")
            continue
        columns = frozenset(match.columns)
        is_right = any(columns == way or (part and columns <= way) for way, part in ways)
        total.filled += 1
        total.right += is_right
        total.found += is_right and name in asked
        if not is_right:
            total.wrong[kind_of(one.source, name)] += 1
            total.lines.append(
                f"{one.layout}: {name} WRONG {'+'.join(match.columns)} ({match.reason} "
                f"{match.confidence}), is {[(sorted(way), part) for way, part in ways]}"
            )
    _words(total, one, found)


def _words(total: Measured, one: Judged, found: proposal.Proposal) -> None:
    """Words with a meaning, of fields that were matched: right, wrong, or left to the reader."""
    said = {
        (words.field, word.text): word.value or ""
        for words in found.words
        for word in words.entries
    }
    for match in found.matches:
        if match.verb == "flags":
            values = match.details["values"]
            said |= {(match.field, column): values[column] for column in match.columns}
    for key, meanings in words_of(one.layout).items():
        if key not in said:
            continue
        value = said[key]
        told = "right" if value in meanings else "left" if not value else "wrong"
        total.words[told] += 1
        if told != "right":
            total.lines.append(f"{one.layout}: word {key} {told} {value!r}, is {sorted(meanings)}")


def shown(half: str, total: Measured) -> str:
    wrong = ", ".join(f"{kind} {total.wrong[kind]}" for kind in (*GRAVE, "other"))
    words = ", ".join(f"{kind} {total.words[kind]}" for kind in ("right", "left", "wrong"))
    return (
        f"{half}: sources {total.sources}/{total.layouts}, "
        f"recall {total.found}/{total.asked} = {total.recall:.3f}, "
        f"precision {total.right}/{total.filled} = {total.precision:.3f}, "
        f"wrong: {wrong}; words: {words}"
    )


def main(arguments: list[str]) -> None:
    halves = [each for each in arguments if not each.startswith("-")] or ["dev", "second", "locked"]
    for half in halves:
        for is_told in (True, False):
            total = measure(half, is_told=is_told)
            if "-v" in arguments and half != "locked" and is_told:
                print("\n".join(total.lines))
            said = "with the source told" if is_told else "as it opens"
            print(f"{said}: {shown(half, total)}")


if __name__ == "__main__":
    main(sys.argv[1:])
