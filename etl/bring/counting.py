"""Which rows of a file count: those to leave out, and those that together are one.

Only what a word says plainly is proposed, and a page shows it with its reason: a total, a test, a
duplicate, a row of another kind; rows of one key that differ in a list alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from etl.bring import lexicon
from etl.bring.looking import Column
from etl.bring.matched import Match, RowRule
from etl.bring.matching import Matching
from etl.intake.contract import fold

FEW = 20  # words of a column that says what its rows are
KIND = frozenset({"type", "kind", "nature", "categorie", "category", "sens"})


def rules(matching: Matching, taken: Mapping[str, Match]) -> Iterator[RowRule]:
    """What is proposed, the rows to leave out first."""
    key = matching.row_keys.field
    of_key = taken[key.name].columns if key and key.name in taken else ()
    named = taken["name"].columns if "name" in taken else ()  # a firm may be called Total
    for place in matching.places():
        column = matching.columns[place]
        if column.name in of_key or (column.name not in named and place == matching.places()[0]):
            yield from _left_out(column, "total", _is_total)
        if column.distinct <= FEW and not column.facts.get("flag", 0) > 0.5:
            yield from _left_out(column, "test", _is_test)
            yield from _left_out(column, "duplicate", _is_duplicate)
            if lexicon.tokens(column.said) & KIND:
                yield from _others(matching, column)
    yield from _merged(matching, taken)


def _left_out(column: Column, reason: str, is_so: Callable[[str], bool]) -> Iterator[RowRule]:
    found = {text: count for text, count in column.words if is_so(text)}
    rows = sum(found.values())
    if found and rows * 2 < column.filled:
        yield RowRule("where", column.name, tuple(found), rows, reason)


def _is_total(text: str) -> bool:
    return fold(text) in lexicon.vocabulary("total")


def _is_test(text: str) -> bool:
    known = lexicon.vocabulary("test")
    words = fold(text).split()
    return all(word in known for word in words) and any(known[word] for word in words)


def _is_duplicate(text: str) -> bool:
    words = {*fold(text).split()}
    is_denied = bool(words & lexicon.vocabulary("unlike").keys())
    return bool(words & lexicon.vocabulary("duplicate").keys()) and not is_denied


def _others(matching: Matching, column: Column) -> Iterator[RowRule]:
    """Rows of another kind, where a word of the column says that most are of the source's own."""
    mine = lexicon.entities().get(matching.source, frozenset())
    said = {text: lexicon.tokens(text) for text, _ in column.words}
    if not any(words and words <= mine for words in said.values()):
        return
    beside = {word for word, of in lexicon.vocabulary("beside").items() if of == matching.source}
    yield from _left_out(column, "other", lambda text: bool(said[text]) and said[text] <= beside)


def _merged(matching: Matching, taken: Mapping[str, Match]) -> Iterator[RowRule]:
    """Rows of one key that differ in columns of lists alone, of those that are used."""
    key = matching.row_keys.field
    if not key or key.name not in taken or len(taken[key.name].columns) != 1:
        return
    column = matching.by_name[taken[key.name].columns[0]]
    if fields := growing(matching, taken, column):
        yield RowRule("merge", column.name, fields, column.filled - column.distinct, "merge")


def growing(matching: Matching, taken: Mapping[str, Match], column: Column) -> tuple[str, ...]:
    """The lists in which the rows of one identifier differ; () where they differ in more."""
    lists = {
        name: field
        for field in matching.contract.lists
        if field in taken and taken[field].verb in ("rename", "split")
        for name in taken[field].columns
    }
    used = {name for match in taken.values() for name in match.columns}
    differing = [name for name in column.within if name in used]
    if not differing or not all(name in lists for name in differing):
        return ()
    return tuple(lists[name] for name in differing)
