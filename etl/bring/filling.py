"""How a file fills a source as a whole: one match for each field, with the verb that it needs."""

from __future__ import annotations

from dataclasses import replace

from etl.bring import (
    addresses,
    counting,
    domain_words,
    flags,
    meanings,
    moments,
    naming,
    scales,
    wide,
)
from etl.bring.looking import Looked
from etl.bring.matched import Match, Word, Words
from etl.bring.matching import Matching, as_match
from etl.intake.contract import Field

MOST_WORDS = 200
DENIED = {meanings.TRUE: meanings.FALSE, meanings.FALSE: meanings.TRUE}  # closed: not active


class Filling:
    """The matches of a file with a source; `chosen` are those that a reader picked."""

    def __init__(self, looked: Looked, source: str, chosen: dict[str, str | None]) -> None:
        self.looked, self.source, self.chosen = looked, source, chosen
        self.matching = Matching(looked, source)
        self.contract = self.matching.contract

    def matches(self) -> tuple[Match, ...]:
        """One match a field at most, in the order of the contract."""
        taken = self.matching.assigned(self.chosen)
        found = {field: as_match(one, self.looked.columns) for field, one in taken.items()}
        empty = {field for field, column in self.chosen.items() if column is None}
        for more in (addresses.found, moments.found, flags.found, wide.found):
            for match in more(self.matching, found):
                if match.field not in empty and match.field not in self.chosen:
                    found[match.field] = match
        self._siret_as_key(found, empty)
        found = {field: self._with_verb(match) for field, match in found.items()}
        self._without_mixed_dates(found)
        order = self.contract.names
        return tuple(sorted(found.values(), key=lambda match: order.index(match.field)))

    def _without_mixed_dates(self, found: dict[str, Match]) -> None:
        """One file has one order of day and month: where columns tell two, those that begin with
        the month stay empty, as the others are read right without a word."""
        dated = {
            field: self.matching.by_name[match.columns[0]]
            for field, match in found.items()
            if match.columns and self.contract[field].type in ("date", "datetime")
        }
        if not any(column.facts.get("day_first") for column in dated.values()):
            return
        for field, column in dated.items():
            if column.facts.get("month_first") and field not in self.chosen:
                del found[field]

    def _siret_as_key(self, found: dict[str, Match], empty: set[str]) -> None:
        """A register without an identifier of its own goes by the SIRET: not where the first
        column may be one."""
        is_asked = self.source == "providers" and "provider_id" not in {*found, *empty}
        if not is_asked or "siret" not in found:
            return
        column = self.matching.by_name[found["siret"].columns[0]]
        first = next(iter(self.matching.places()), None)
        if first in self.matching.row_keys.unique and self.looked.columns[first] != column:
            return
        is_one_a_row = column.distinct >= 0.95 * column.filled
        if column.filled >= 0.95 * column.seen and (
            is_one_a_row or counting.growing(self.matching, found, column)
        ):
            found["provider_id"] = Match(
                "provider_id", "rename", (column.name,), 0.75, "siret_as_key"
            )

    def _with_verb(self, match: Match) -> Match:
        """The match with what its values need: the separator of a list, the factor of a unit."""
        if match.verb != "rename" or len(match.columns) != 1:
            return match
        field = self.contract[match.field]
        column = self.matching.by_name[match.columns[0]]
        if field.lookup == "domains" and field.is_list:
            separator = meanings.separator_of(column.words)
            if separator:
                return replace(match, verb="split", details={"separator": separator})
        if field.type in ("number", "integer"):
            factor = scales.factor(field, column)
            if factor is not None:
                return replace(match, verb="times", details={"factor": factor})
        return match

    def words(self, matches: tuple[Match, ...]) -> tuple[Words, ...]:
        """The words of each column of states, kinds or domains, by frequency."""
        found = []
        for match in matches:
            field = self.contract[match.field]
            if match.verb not in ("rename", "split") or not naming.is_worded(field):
                continue
            column = self.matching.by_name[match.columns[0]]
            if column.private or not column.words:
                continue
            separator = match.details.get("separator")
            counts: dict[str, int] = {}
            for text, count in column.words:
                pieces = meanings.items(text, separator) if field.is_list else [text]
                for piece in pieces:
                    counts[piece] = counts.get(piece, 0) + count
            ordered = sorted(counts.items(), key=lambda one: -one[1])[:MOST_WORDS]
            values = meanings.of_column(self.source, field, dict(ordered))
            if naming.said(column.said, self.source, field.name).is_denied:
                values = {text: DENIED.get(value or "", value) for text, value in values.items()}
            entries = tuple(_word(field, text, count, values[text]) for text, count in ordered)
            found.append(Words(match.field, column.name, entries))
        return tuple(found)

    def key_by_line(self, matches: tuple[Match, ...]) -> bool:
        """Whether the file and the line must name a row, because no column does."""
        key = self.contract.key[0]
        is_named = any(match.field == key for match in matches)
        return self.contract.has_line_key and not is_named

    def missing(self, matches: tuple[Match, ...]) -> tuple[str, ...]:
        """The required fields that nothing fills."""
        filled = {match.field for match in matches}
        if self.key_by_line(matches):
            filled.add(self.contract.key[0])
        return tuple(field for field in self.contract.required if field not in filled)


def _word(field: Field, text: str, count: int, value: str | None) -> Word:
    if value and field.lookup == "domains" and domain_words.is_guess(text):
        return Word(text, count, "", guess=value)
    is_known = value is not None and meanings.known(field, text) == value
    return Word(text, count, value, is_known)
