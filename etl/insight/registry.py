"""The one registry of metrics: what the file of each says of itself in its header."""

from dataclasses import dataclass
from functools import cache

from etl import layers
from etl.words import catalogue

# what a header says in words, of which the catalogue holds the French
TEXTS = ("label", "why", "counts", "source")

# topics of what providers offer and clients ask: on Coverage, and in the founders' report
MARKET = ("supply", "matching", "market")


@dataclass(frozen=True)
class Metric:
    """One metric; label, why, counts (what its n counts) and source (where it is from, "" where it
    is our own) are in the language asked for.

    direction: the end that is good, 'none' where neither is. is_pooled: over several domains it is
    the sum of their numerators over that of their denominators. is_of_places: its n is the same for
    each domain. levels: the territories it is told of. sources: what must have been loaded, so that
    nothing found means that there is nothing. parameters: what its SQL asks for.
    """

    name: str
    label: str
    why: str
    unit: str
    direction: str
    counts: str
    topic: str
    levels: tuple[str, ...]
    sources: tuple[str, ...]
    source: str
    parameters: frozenset[str]
    is_pooled: bool
    is_of_places: bool

    @property
    def is_sampled(self) -> bool:
        """Whether it is taken of cases, of which few tell nothing: not of all people or places."""
        is_rate = self.unit not in ("count", "ratio", "per_month", "per_month_per_person", "state")
        return is_rate and not self.is_of_places


@cache
def metrics(language: str = "en") -> dict[str, Metric]:
    """Every metric by its name."""
    return {file.name: _metric(file, language) for file in layers.files_of("metrics")}


def _metric(file: layers.SqlFile, language: str) -> Metric:
    head = file.header
    label, why, counts, source = (catalogue.gettext(head.get(key, ""), language) for key in TEXTS)
    return Metric(
        name=file.name, label=label, why=why, unit=head["unit"], direction=head["direction"],
        counts=counts, topic=head["topic"], levels=tuple(head["levels"].split(", ")),
        sources=tuple(head["sources"].split(", ")), source=source,
        parameters=frozenset(file.parameters), is_pooled="pooled" in head,
        is_of_places=head["counts"] in ("people", "communes"),
    )  # fmt: skip
