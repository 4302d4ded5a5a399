"""Numbers in another unit than their field's: metres, cents, minutes, thousands of euros."""

from __future__ import annotations

from collections.abc import Mapping

from etl.bring import lexicon
from etl.bring.looking import Column
from etl.intake.contract import Field

# What a name says of the unit, by the unit of the field.
FACTORS: Mapping[str, Mapping[str, str]] = {
    "km": {"m": "0.001"},
    "hours": {"min": "1/60"},
    "EUR": {"cents": "0.01", "k": "1000"},
    "EUR per hour": {"cents": "0.01"},
}


def factor(field: Field, column: Column) -> str | None:
    """The factor that [times] needs; None where the unit is the field's own or nothing tells."""
    if not column.filled:
        return None
    said = lexicon.unit(column.said)
    known = FACTORS.get(field.unit, {})
    if said and said in known and _is_plausible(field, column, known[said]):
        return known[said]
    scale = field.scale
    if scale is None:
        return None
    middle = column.facts["middle"]
    if scale.below is not None:
        return scale.times if middle > 0 and column.facts["most"] <= scale.below else None
    is_over = scale.above is not None and middle > scale.above
    is_whole = column.facts["whole"] > 0.95 or scale.multiple is None
    return scale.times if is_over and is_whole else None


def _is_plausible(field: Field, column: Column, times: str) -> bool:
    """Whether the numbers are those of the unit that the name says."""
    if times == "1000":
        return True
    return column.facts["middle"] >= {"0.001": 100, "1/60": 10, "0.01": 100}[times]
