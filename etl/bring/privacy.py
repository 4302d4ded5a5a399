"""Columns about persons that no contract asks for: left out, and not shown."""

from __future__ import annotations

from collections.abc import Mapping

from etl.bring import naming

SHARE = 0.3  # of the filled cells
NEW = 8  # words of a free text


def of(name: str, facts: Mapping[str, float]) -> str | None:
    """Why a column is private: mail, phone, birth_date, person or free_text; None where it is
    not."""
    if facts.get("mail", 0) >= SHARE:
        return "mail"
    if facts.get("phone", 0) >= SHARE and facts.get("siret", 0) < SHARE:
        return "phone"
    said = naming.private(name)
    if said == "birth_date" and facts.get("day", 0) + facts.get("year", 0) < SHARE and facts:
        return None  # a place of birth is none of a date, and nobody asks for it
    if said:
        return said
    is_long = facts.get("words", 0) >= NEW and facts.get("distinct_texts", 0) > 3
    is_told = max(facts.get(fact, 0) for fact in ("address", "point_text", "url", "day")) >= SHARE
    is_repeated = facts.get("repeated", 0) * 2 > facts.get("distinct_texts", 0)
    return "free_text" if is_long and not is_told and not is_repeated else None
