"""What is sensitive, and how wide a reader's uncertainty about it must stay."""

from dataclasses import dataclass

import numpy as np

from etl.settings import Settings


@dataclass(frozen=True)
class Rules:
    """The limits of etl/settings.toml that disclosure control goes by."""

    firms: int
    persons: int
    largest_share: float
    interval_share: float

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        return cls(
            settings.contributing_firms,
            settings.contributing_persons,
            settings.largest_share,
            settings.interval_share,
        )

    def is_few(
        self,
        contributors: np.ndarray,
        private: np.ndarray,
        largest: np.ndarray,
        mass: np.ndarray,
        counts: np.ndarray,
    ) -> np.ndarray:
        """Whether groups of contributors are too small, or one of them too large, to be told.

        contributors, private (persons among them): numbers; largest, mass: the largest absolute
        figure and their sum; counts: whether the figure is the number of contributors itself. A
        sum of zeros tells the figure of everybody in it.
        """
        few = np.where(private > 0, private < self.persons, contributors < self.firms)
        dominated = ~counts & ((mass <= 0) | (largest > self.largest_share * mass))
        return few | dominated

    def widths(self, values: np.ndarray, of_persons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far below and above its value the interval of a figure must reach.

        p of the value, at least one whole unit (a count of 4.2 to 5.8 is a 5), down to 0 at most;
        a small number of persons may always be one that is large enough (`spans the threshold`).
        """
        width = np.maximum(self.interval_share * np.abs(values), 1.0)
        below = np.where(values >= 0, np.minimum(width, values), width)
        above = np.where(of_persons, np.maximum(width, self.persons - values), width)
        return below, above
