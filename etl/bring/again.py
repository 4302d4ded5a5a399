"""The words of a file that is read as one before it, of which that one's sidecar says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from etl.bring import draft as drafts
from etl.bring.looking import Looked
from etl.bring.matched import Word, Words
from etl.bring.proposal import Proposal, propose
from etl.intake import contract as contracts
from etl.intake.text import fold_name


def with_new_words(looked: Looked, source: str, said: Mapping[str, Any]) -> Proposal:
    """The proposal for a file by the columns of a sidecar, with the words alone that are new to it
    and to intake."""
    columns = _columns(said)
    found = propose(looked, source, columns)
    words = []
    for each in found.words:
        is_same = columns.get(each.field) == each.column
        is_named = each.field not in columns and fold_name(each.column) == each.field
        if (is_same or is_named) and (new := _new(each, said.get("values", {}).get(each.field))):
            words.append(new)
    return replace(found, words=tuple(words), rules=())


def _columns(said: Mapping[str, Any]) -> dict[str, str | None]:
    """The column that fills each field by a sidecar, where it is one."""
    columns = {name: one for name, one in said.get("rename", {}).items() if isinstance(one, str)}
    split = said.get("split", {})
    return columns | {name: cut["column"] for name, cut in split.items() if "part" not in cut}


def _new(words: Words, mapped: Mapping[str, Any] | None) -> Words | None:
    told = {text.strip().casefold() for text in mapped or {}}
    entries = [
        word
        for word in words.entries
        if not (word.is_known or word.guess) and word.text.strip().casefold() not in told
    ]
    if "*" in told:  # all others were to be one thing: that stands until somebody says otherwise
        if len(told) == 1:
            return None
        entries = [Word(word.text, word.count, "", True) for word in entries]
    return replace(words, entries=tuple(entries)) if entries else None


def completed(
    said: Mapping[str, Any],
    found: Proposal,
    chosen: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """A sidecar with what new words stand for: as proposed, or as chosen."""
    values = {name: dict(words) for name, words in said.get("values", {}).items()}
    contract = contracts.load(str(found.source))
    for words in found.words:
        texts = {word.text for word in words.entries}
        picked = {t: v for t, v in chosen.get(words.field, {}).items() if t in texts}
        new = drafts.values_of(contract, words.field, drafts.told(words) | picked)
        if new:
            values[words.field] = new | values.get(words.field, {})
    return {**said, **({"values": values} if values else {})}
