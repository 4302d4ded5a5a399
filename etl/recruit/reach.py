"""Which communes a provider can reach from which, by great-circle distance."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

EARTH_KM = 6371.0088  # mean radius of the IUGG, as in the SQL layers


@dataclass(frozen=True)
class Reach:
    """Targets within reach of origins.

    matrix: 1 where a target is within reach of an origin; shape (origins, targets).
    origins, targets: their points on the unit sphere, shape (origins, 3) and (targets, 3).
    """

    matrix: sparse.csr_array
    origins: np.ndarray
    targets: np.ndarray

    @cached_property
    def reverse(self) -> sparse.csr_array:
        """The same seen from the targets; shape (targets, origins)."""
        # those who reach each other are the same from both sides
        return self.matrix if self.origins is self.targets else self.matrix.T.tocsr()

    def towards(self, wanted: np.ndarray) -> "Reach":
        """The same for these targets alone; wanted: a mask, shape (targets,)."""
        if wanted.all():
            return self
        # rows are taken much sooner than columns
        return Reach(self.reverse[wanted].T.tocsr(), self.origins, self.targets[wanted])

    def origins_of(self, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the origins that reach these targets, one target after the other; and how many
        there are for each."""
        starts = self.reverse.indptr[targets]
        times = self.reverse.indptr[targets + 1] - starts
        shift = np.repeat(starts - np.cumsum(times) + times, times)
        return self.reverse.indices[shift + np.arange(len(shift))], times

    def nearest_first(self, origin: int) -> np.ndarray:
        """Numbers of the targets within reach of an origin, in order of distance."""
        starts = self.matrix.indptr
        reached = np.sort(self.matrix.indices[starts[origin] : starts[origin + 1]])
        chords = ((self.targets[reached] - self.origins[origin]) ** 2).sum(axis=1)
        return reached[np.argsort(chords, kind="stable")]


def reach_between(origins: pd.DataFrame, targets: pd.DataFrame, reach_km: float) -> Reach:
    """What lies within `reach_km` of what; both have `latitude` and `longitude` in degrees."""
    starts, ends = unit_vectors(origins), unit_vectors(targets)
    pairs = _pairs(starts, ends, reach_km)
    return Reach(_matrix(pairs["i"], pairs["j"], len(origins), len(targets)), starts, ends)


def reach_among(places: pd.DataFrame, reach_km: float) -> Reach:
    """Which places lie within `reach_km` of each other, themselves included: the same as
    `reach_between` of them and them, sooner."""
    points = unit_vectors(places)
    pairs = cKDTree(points).query_pairs(_chord(reach_km), output_type="ndarray").astype(np.int32)
    own = np.arange(len(places), dtype=np.int32)
    origins = np.concatenate([own, pairs[:, 0], pairs[:, 1]])
    targets = np.concatenate([own, pairs[:, 1], pairs[:, 0]])
    return Reach(_matrix(origins, targets, len(places), len(places)), points, points)


def gained(origins: pd.DataFrame, targets: pd.DataFrame, least_reach_km: float) -> np.ndarray:
    """Providers that each target gains when all go `least_reach_km` at least; shape (targets,).

    origins: latitude, longitude, `providers` there, and their `reach_km` today.
    """
    short = origins[origins["reach_km"] < least_reach_km]
    pairs = _pairs(unit_vectors(short), unit_vectors(targets), least_reach_km)
    is_new = pairs["v"] > _chord(short["reach_km"].to_numpy(dtype=float))[pairs["i"]]
    providers = short["providers"].to_numpy(dtype=float)[pairs["i"][is_new]]
    return np.bincount(pairs["j"][is_new], weights=providers, minlength=len(targets))


def unit_vectors(places: pd.DataFrame) -> np.ndarray:
    """Points on the unit sphere, shape (places, 3), from `latitude` and `longitude` in degrees."""
    latitude = np.radians(places["latitude"].to_numpy(dtype=float))
    longitude = np.radians(places["longitude"].to_numpy(dtype=float))
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def _chord(reach_km: float | np.ndarray) -> np.ndarray:
    # a chord grows with its arc; one part in 10^12 wider, so that a border counts as reached
    return 2 * np.sin(np.minimum(reach_km / (2 * EARTH_KM), np.pi / 2)) * (1 + 1e-12) + 1e-15


def _pairs(starts: np.ndarray, ends: np.ndarray, reach_km: float) -> np.ndarray:
    """Pairs within reach, as records: numbers `i` and `j`, chord `v`."""
    return cKDTree(starts).sparse_distance_matrix(
        cKDTree(ends), _chord(reach_km), output_type="ndarray"
    )


def _matrix(origins: np.ndarray, targets: np.ndarray, rows: int, columns: int) -> sparse.csr_array:
    pairs = (origins.astype(np.int32), targets.astype(np.int32))
    matrix = sparse.coo_array((np.ones(len(origins)), pairs), shape=(rows, columns))
    matrix.has_canonical_format = True  # no pair comes twice: looking for that takes longest
    return matrix.tocsr()
