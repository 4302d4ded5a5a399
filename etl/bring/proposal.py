"""What a file probably is, and how its columns fill the fields of that source."""

from __future__ import annotations

from collections.abc import Mapping

from etl.bring import counting, sources
from etl.bring.filling import Filling
from etl.bring.looking import Looked
from etl.bring.matched import Match, Proposal, RowRule, SourceGuess, Word, Words

__all__ = ["Match", "Proposal", "RowRule", "SourceGuess", "Word", "Words", "propose"]


def propose(
    looked: Looked, source: str | None = None, chosen: Mapping[str, str | None] | None = None
) -> Proposal:
    """What a file is and how it fills a source. `source` and `chosen` (a field's column, None to
    leave it empty) are taken as said."""
    guesses, why = sources.guess(looked)
    best = source or (guesses[0].source if guesses else None)
    private = tuple(c.name for c in looked.columns if c.private)
    if best is None:
        unused = tuple(c.name for c in looked.columns if not c.private)
        return Proposal((), None, unused=unused, private=private, why_none=why)
    filling = Filling(looked, best, dict(chosen or {}))
    matches = filling.matches()
    used = {column for match in matches for column in match.columns}
    rules = tuple(counting.rules(filling.matching, {match.field: match for match in matches}))
    used |= {rule.column for rule in rules}
    return Proposal(
        guesses,
        best,
        matches,
        filling.words(matches),
        tuple(c.name for c in looked.columns if c.name not in used and not c.private),
        tuple(name for name in private if name not in used),
        filling.key_by_line(matches),
        filling.missing(matches),
        rules,
        why,
    )
