"""Which column names the row, where none has a name that is known for it."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

from etl.bring import lexicon, naming
from etl.bring.fitting import Fit
from etl.bring.looking import Column, Looked
from etl.intake.contract import Contract, Field

UNIQUE = 0.95
FEW, MANY = 3, 20  # rows that differ: fewer say nothing, as many say much
COUNTING = frozenset(
    {"row", "line", "ligne", "index", "rang", "rank", "ordre", "item", "detail", "position"}
)


class Compared(Protocol):
    """What is asked of the columns of a file that are compared with a source."""

    looked: Looked
    source: str
    contract: Contract
    columns: tuple[Column, ...]

    def places(self) -> list[int]: ...

    def fit(self, field: Field, place: int) -> Fit: ...


class RowKeys:
    """The identifiers among the columns of a file: those that no two rows share."""

    def __init__(self, matching: Compared) -> None:
        self.matching = matching

    @property
    def source(self) -> str:
        return self.matching.source

    @property
    def field(self) -> Field | None:
        """The field that alone names a row of the source, if one does."""
        contract = self.matching.contract
        field = contract[contract.key[0]]
        return field if len(contract.key) == 1 and field.identifier == "key" else None

    @cached_property
    def unique(self) -> tuple[int, ...]:
        """The columns with a mark of an identifier in their name, and another value in each row."""
        field, columns = self.field, self.matching.columns
        marks = frozenset(lexicon.vocabulary("key"))
        return tuple(
            place
            for place in (self.matching.places() if field else ())
            if columns[place].filled >= FEW
            and (words := lexicon.tokens(columns[place].said)) & marks
            and not words & COUNTING
            and field is not None
            and self.matching.fit(field, place).score > UNIQUE
        )

    def is_outdone(self, place: int) -> bool:
        """Whether values stand twice in a column while another has one of its own in each row: an
        order names its customer and its provider more than once."""
        column = self.matching.columns[place]
        is_repeated = column.distinct < UNIQUE * column.filled
        return is_repeated and any(other != place for other in self.unique)

    def only(self, used: set[int]) -> int | None:
        """The one column that may name the rows by what it says; None where none or several do."""
        nouns = {
            place: noun
            for place in self.unique
            if place not in used and (noun := self._noun(place)) is not None
        }
        told = [place for place, noun in nouns.items() if self._is_told(place, noun)]
        if len(told) > 1:
            told = [place for place in told if place == self.matching.places()[0]]
        return told[0] if len(told) == 1 else None

    def _noun(self, place: int) -> lexicon.Words | None:
        """What the rows are called by a column; of home services, those that were declared under a
        number of their own are providers."""
        if self.source == "providers" and self.matching.columns[place].facts["sap"] > UNIQUE:
            return lexicon.Words()
        weak = lexicon.vocabulary("weak").keys()
        named = (lexicon.tokens(self._name(each)) for each in self.matching.places())
        called = [words & weak for words in named if words & naming.NAMES]
        return naming.row_noun(
            self._name(place), self.source, called[0] if len(called) == 1 else lexicon.Words()
        )

    def _is_told(self, place: int, noun: lexicon.Words) -> bool:
        """Whether more than its values says so: it stands first, the file or another column speaks
        of the same thing, or many rows differ."""
        others = [self._name(other) for other in self.matching.places() if other != place]
        said = [self.matching.looked.path.name.split(".")[0], *others]
        return (
            place == self.matching.places()[0]
            or any(noun & lexicon.tokens(name) for name in said)
            or self.matching.columns[place].distinct >= MANY
        )

    def _name(self, place: int) -> str:
        return self.matching.columns[place].said
