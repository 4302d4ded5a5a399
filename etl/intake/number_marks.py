"""The decimal mark of a column of numbers, where no sidecar names it and the numbers do not agree.

`1.250` is a thousand and more, or has three decimals. Each is read by itself, with three decimals,
as long as nothing in its column contradicts that; what does sets all such values aside.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.intake.contract import Contract, Field, name, quote
from etl.intake.mapping import Mapping
from etl.intake.sidecar import Sidecar
from etl.problems import Note

MARKS = ((",", "."), (".", ","))
FEW = 200  # rows that show how numbers are written
SPACES = r" '’\x{a0}\x{202f}\x{2009}"


def either(mark: str, digits: str = "[0-9]{3}") -> str:
    """What may be thousands or three decimals, by this mark."""
    return rf"^[^0-9]*[1-9][0-9]{{0,2}}[{mark}]{digits}([^0-9.,]|$)"


def decimal(mark: str, other: str) -> str:
    """What has its decimals behind this mark, and behind no other."""
    grouped = rf"[0-9]{{1,3}}[{other}{SPACES}][0-9]{{3}}"
    return (
        rf"[0-9][{mark}]([0-9]{{1,2}}|[0-9]{{4,}})([^0-9.,]|$)"
        rf"|^[^0-9]*(0|[0-9]{{4,}}|{grouped})[{mark}][0-9]"
    )


def groups(mark: str, other: str) -> str:
    """What has this mark between its thousands."""
    return rf"[0-9][{mark}][0-9]{{3}}[.,][0-9]{{3}}([^0-9]|$)|[0-9][{mark}][0-9]{{3}}[{other}]"


@dataclass
class NumberMarks:
    """Looks at `texts`, and sets values of `typed` aside."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    mapping: Mapping
    sidecar: Sidecar

    def fields(self) -> list[Field]:
        """Those whose numbers are written, and no sidecar says how."""
        typed = self.mapping.typed if not self.sidecar.decimal else self.contract.names
        return self.mapping.given(
            self.contract, lambda f: f.type in ("number", "integer") and f.name not in typed
        )

    def judged(self) -> list[Note]:
        """Sets aside what contradicts the rest of its column; tells what is read by a guess."""
        notes = []
        counts = ", ".join(f"count(*) FILTER (contains(text, '{mark}'))" for mark, _ in MARKS)
        for field in self.fields():
            met = self.con.execute(f"SELECT {counts} FROM ({self.texts(field.name)})").fetchone()
            having = {mark: count for (mark, _), count in zip(MARKS, met or (), strict=True)}
            notes += self.judged_field(field.name, having) if any(having.values()) else []
        return [] if self.sidecar.corrects else notes  # a few rows tell less

    def judged_field(self, field: str, having: dict[str, int]) -> list[Note]:
        notes = []
        for mark, other in MARKS:
            if not having[mark]:
                continue
            is_alone = not having[other]
            # of one mark alone no number is shorter that has it twice
            grouped = f"{'strlen(text) > 8 AND ' if is_alone else ''}{like(groups(mark, other))}"
            if self.met(field, grouped)[0]:
                self.set_aside(field, mark)
            elif is_alone:
                notes += self.of_three_decimals(field, mark, other, having[mark])
                notes += self.of_whole_tens(field, mark)
            elif not self.met(field, like(decimal(mark, other)))[0]:
                self.set_aside(field, mark)
            elif sure := self.met(field, like(decimal(other, mark)))[1]:
                met, first = self.met(field, like(either(mark)))
                told = {"field": field, "mark": other, "value": first, "met": met, "sure": sure}
                notes += [Note("two_marks", told)] if met else []
        return notes

    def of_three_decimals(self, field: str, mark: str, other: str, having: int) -> list[Note]:
        """Whether every number of a column with this mark has three digits behind it."""
        is_odd = f"contains(text, '{mark}') AND NOT {like(either(mark))}"
        if self.met(field, f"rid < (SELECT min(rid) + {FEW} FROM texts) AND {is_odd}")[0]:
            return []  # to match each of many is dear
        met, first = self.met(field, like(either(mark)))
        told = {"field": field, "mark": other, "other": mark, "value": first, "met": met}
        return [Note("three_decimals", told)] if met == having else []

    def of_whole_tens(self, field: str, mark: str) -> list[Note]:
        """Numbers with three decimals, the last of them 0, among others that have one or two: no
        program writes that 0."""
        is_zero = f"text LIKE '%{mark}__0%' AND {like(either(mark, '[0-9]{2}0'))}"
        met, first = self.met(field, is_zero)
        three = f"text LIKE '%{mark}___%' AND {like(rf'[{mark}][0-9]{{3}}')}"
        if not met or self.met(field, three)[0] > met:
            return []
        sure = self.met(field, like(rf"[{mark}][0-9]{{1,2}}([^0-9.,]|$)"))[1]
        told = {"field": field, "mark": mark, "value": first, "met": met, "sure": sure}
        return [Note("whole_tens", told)] if sure else []

    def set_aside(self, field: str, mark: str) -> None:
        """Leaves the values out that this mark leaves open."""
        value, issue = name(field), name("i_" + field)
        odd = f"{value} IS NOT NULL AND rid IN (SELECT rid FROM ({self.texts(field)}) "
        odd += f"WHERE {like(either(mark))})"
        self.con.execute(
            "CREATE OR REPLACE TABLE typed AS SELECT * REPLACE ("
            f"CASE WHEN {odd} THEN NULL ELSE {value} END AS {value}, "
            f"CASE WHEN {odd} THEN 'either_mark' ELSE {issue} END AS {issue}) FROM typed"
        )

    def met(self, field: str, where: str) -> tuple[int, str | None]:
        """How many texts are as SQL says, and the first of them."""
        count, first = self.con.execute(
            "SELECT count(*) AS met, arg_min(text, rid) AS value "
            f"FROM ({self.texts(field)}) WHERE {where}"
        ).fetchone() or (0, None)
        return int(count), first

    def texts(self, field: str) -> str:
        """SQL of the texts of a field, before any factor of the sidecar."""
        feeds = self.mapping.feeds[field]
        if field in self.sidecar.times and len(feeds) == 1:
            return f"SELECT rid, trimmed(c{feeds[0]}) AS text FROM texts JOIN raw USING (line)"
        return f"SELECT rid, {name('x_' + field)} AS text FROM texts"


def like(pattern: str) -> str:
    """SQL that is true of a text that has the pattern."""
    return f"regexp_matches(text, {quote(pattern)})"
