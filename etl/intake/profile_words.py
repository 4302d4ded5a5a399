"""A file's profile as its reader sees it: words, numbers and dates in French or English.

`ProfileWords` takes the rows of profile.parquet (or of quality.file_profiles) and gives what the
console and the quality page lay out, each in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date

from etl.intake import contract as contracts
from etl.words import catalogue, numbers

FILE = "profile"
TERRITORIES = ("commune", "departement", "region")


@dataclass(frozen=True)
class Tally:
    """How many rows have each value of a field: (value, rows), the most frequent first."""

    field: str
    counts: list[tuple[str, int]]
    others: tuple[int, int] | None = None  # values, rows
    empty: int = 0


@dataclass(frozen=True)
class Range:
    """The least, middle and largest value of a field as text, with the unit of numbers."""

    field: str
    unit: str
    ends: tuple[str, str, str]
    empty: int | None = None
    midnight: int = 0


@dataclass(frozen=True)
class Outcome:
    """Of the rows that ended in a way, how many have each date."""

    value: str
    rows: int
    dated: dict[str, int]


class ProfileWords:
    """A profile in one language. ``title`` gives the name of a field, ``rows`` those counted."""

    def __init__(
        self, found: Iterable[Mapping[str, Any]], source: str, language: str, *, titled: bool
    ) -> None:
        self.language, self.titled = language, titled
        self.contract = contracts.load(source)
        self.by_field: dict[str, list[Mapping[str, Any]]] = {}
        for row in found:
            self.by_field.setdefault(row["field"], []).append(row)
        self.rows = self._rows("", "rows")

    # -- words ---------------------------------------------------------------------------------

    def word(self, name: str, **values: object) -> str:
        text = catalogue.english(FILE)["word"][name]
        return catalogue.gettext(text, self.language, FILE).format(**values)

    def number(self, value: float) -> str:
        decimals = 0 if value == round(value) or abs(value) >= 1000 else 2
        written = numbers.number(value, decimals, self.language)
        mark = "," if self.language == "fr" else "."
        return written.rstrip("0").rstrip(mark) if decimals else written

    def title(self, field: str) -> str:
        """What a field is called: by its name in the contract, or as a reader calls it."""
        if field in ("place", *TERRITORIES):
            return self.word(field)
        if " - " in field:
            later, earlier = map(self.title, field.split(" - "))
            return f"{earlier} → {later}"
        if not self.titled:
            return field
        return catalogue.gettext(self.contract[field].title, self.language, "contracts")

    def value(self, field: str, row: Mapping[str, Any]) -> str:
        """A value with its code where the two differ."""
        code, label = row["value"], row[f"label_{self.language}"]
        if label:
            return f"{label} ({code})"
        known = catalogue.english(FILE)["value"]
        text = known.get(field, known["boolean"]).get(code, code)
        return catalogue.gettext(text, self.language, FILE)

    def end(self, text: str, kind: str) -> str:
        """The end of a range: a day, a moment to the minute, or a number."""
        if kind in ("date", "datetime"):
            moment = datetime.fromisoformat(text)
            day = format_date(moment.date(), "d MMM y", locale=self.language)
            return f"{day} {moment:%H:%M}" if kind == "datetime" else day
        return text.removesuffix(".0") if kind == "year" else self.number(float(text))

    # -- parts ---------------------------------------------------------------------------------

    def tallies(self) -> list[Tally]:
        """Fields whose values are counted: place, where most rows are, domains, outcomes."""
        fields = dict.fromkeys(("place", *TERRITORIES, *self.contract.names))
        found = (self.tally(field) for field in fields if field in self.by_field)
        return [tally for tally in found if tally.counts or tally.empty]

    def tally(self, field: str) -> Tally:
        counts, others, empty = [], None, 0
        for row in self.by_field[field]:
            if row["measure"] == "value" and row["value"] is None:
                empty = int(row["rows"])
            elif row["measure"] == "value":
                counts.append((self.value(field, row), int(row["rows"])))
            elif row["measure"] == "others":
                others = int(row["value"]), int(row["rows"])
        return Tally(field, counts, others, empty)

    def ranges(self) -> list[Range]:
        """Numbers, then dates, then the time between two dates."""
        held = [f for f in self.contract.fields if self._rows(f.name, "median")]
        dates = [f.name for f in held if f.type in ("date", "datetime")]
        numeric = [f.name for f in held if f.name not in dates]
        spans = [field for field in self.by_field if " - " in field]
        return [self.range(field) for field in (*numeric, *dates, *spans)]

    def range(self, field: str) -> Range:
        if " - " in field:
            kind, unit = "number", self._span_unit(field)
        else:
            entry = self.contract[field]
            kind = "year" if entry.name == "year" else entry.type
            unit = catalogue.gettext(entry.unit, self.language, "unit")
        ends = {row["measure"]: row["value"] for row in self.by_field[field] if row["value"]}
        least, middle, most = (self.end(ends[part], kind) for part in ("min", "median", "max"))
        empty = None if " - " in field else self._rows(field, "empty")
        return Range(field, unit, (least, middle, most), empty, self._rows(field, "midnight"))

    def _span_unit(self, field: str) -> str:
        kind = self.contract[field.split(" - ")[0]].type
        return self.word("span_hours" if kind == "datetime" else "span_days")

    def outcomes(self) -> list[Outcome]:
        """How the rows ended, each with the dates that they have."""
        found = []
        for field, rows in self.by_field.items():
            dated: dict[str | None, dict[str, int]] = {}
            for row in rows:
                if row["measure"].startswith("with "):
                    part = dated.setdefault(row["value"], {})
                    part[row["measure"].removeprefix("with ")] = int(row["rows"])
            for row in rows:
                if row["measure"] == "value" and row["value"] in dated:
                    named = self.word("none") if row["value"] is None else self.value(field, row)
                    found.append(Outcome(named, int(row["rows"]), dated[row["value"]]))
        return found

    def filled(self) -> list[tuple[str, int]]:
        """How many rows have a text or an identifier; and the fields that no row has."""
        counted = []
        for field in self.contract.names:
            rows = self.by_field.get(field)
            if rows and any(row["measure"] == "filled" for row in rows):
                counted.append((field, self._rows(field, "filled")))
            elif rows and not any(row["measure"] in ("value", "median") for row in rows):
                counted.append((field, 0))
        return counted

    def absent(self) -> list[str]:
        """Fields that the file has no column for; a place is told by its precision."""
        return [
            field.name
            for field in self.contract.fields
            if field.lookup != "place" and field.name not in self.by_field
        ]

    def _rows(self, field: str, measure: str) -> int:
        rows = self.by_field.get(field, [])
        return sum(int(row["rows"]) for row in rows if row["measure"] == measure)
