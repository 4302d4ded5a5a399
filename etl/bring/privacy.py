"""Columns about persons that no contract asks for: left out, and not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etl.bring import lexicon, meanings

SHARE = 0.3  # of the filled cells
NEW = 8  # words of a free text
LISTED = 0.5  # of what a list names: domains
FEW, SHORT = 12, 4  # labels of a state or a kind, and their words


def of(name: str, facts: Mapping[str, float], words: Sequence[tuple[str, int]] = ()) -> str | None:
    """Why a column is private: mail, phone, birth_date, person or free_text; None where it is
    not. `words` are its most frequent values."""
    if facts.get("mail", 0) >= SHARE:
        return "mail"
    if facts.get("phone", 0) >= SHARE and facts.get("siret", 0) < SHARE:
        return "phone"
    said = lexicon.private(name)
    if said == "birth_date" and facts.get("day", 0) + facts.get("year", 0) < SHARE and facts:
        return None  # a place of birth is none of a date, and nobody asks for it
    if said == "free_text" and _is_label(name, facts):
        return None
    if said:
        return said
    is_long = facts.get("words", 0) >= NEW and facts.get("distinct_texts", 0) > 3
    is_told = max(facts.get(fact, 0) for fact in ("address", "point_text", "url", "day")) >= SHARE
    is_repeated = facts.get("repeated", 0) * 2 > facts.get("distinct_texts", 0)
    is_text = is_long and not is_told and not is_repeated
    return "free_text" if is_text and not _is_listed(words) else None


def _is_listed(words: Sequence[tuple[str, int]]) -> bool:
    """Whether long cells are lists, and what is listed are domains."""
    return meanings.whole_share(words, meanings.separator_of(words)) > LISTED


def _is_label(name: str, facts: Mapping[str, float]) -> bool:
    """Whether a description is that of a state or a kind: of something, in few short words that
    come again."""
    described = lexicon.tokens(name) & {"description"} and len(lexicon.tokens(name)) > 1
    distinct = facts.get("distinct_texts", 0)
    is_few = 0 < distinct <= FEW and facts.get("repeated", 0) * 2 >= distinct
    return bool(described) and is_few and facts.get("words", 0) <= SHORT
