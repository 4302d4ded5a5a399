"""The place of a row from a text that holds an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from etl.bring.matched import Match
from etl.bring.matching import Matching

SHARE = 0.6
TOWN = ("ville", "city", "commune", "localite", "town")


def found(matching: Matching, taken: Mapping[str, Match]) -> Iterator[Match]:
    """Postcode and city out of an address, where no column of their own says them."""
    if "postcode" not in matching.contract.names:
        return
    used = {column for match in taken.values() for column in match.columns}
    lacking = [field for field in ("postcode", "city") if field not in taken]
    if len(lacking) < 2 or "commune_code" in taken:
        # 35170 Bruz in the column of the city: its postcode is asked for by nobody else
        return
    addresses = [
        matching.columns[place]
        for place in matching.places()
        if matching.columns[place].facts.get("address", 0) >= SHARE
        and matching.columns[place].name not in used
    ]
    if len(addresses) != 1:
        return
    for field in lacking:
        yield Match(field, "extract", (addresses[0].name,), 0.9, "address", {"pattern": field})
