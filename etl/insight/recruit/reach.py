"""Which communes a provider can reach from which, by great-circle distance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

EARTH_KM = 6371.0088  # mean radius of the IUGG, as in the SQL layers


@dataclass(frozen=True)
class Reach:
    """Targets within reach of origins.

    matrix: 1 where a target is within reach of an origin; shape (origins, targets).
    reverse: the same seen from the targets; shape (targets, origins).
    origins, targets: their points on the unit sphere, shape (origins, 3) and (targets, 3).
    """

    matrix: sparse.csr_array
    reverse: sparse.csr_array
    origins: np.ndarray
    targets: np.ndarray

    def towards(self, wanted: np.ndarray) -> "Reach":
        """The same for these targets alone; wanted: a mask, shape (targets,)."""
        if wanted.all():
            return self
        # rows are taken much sooner than columns
        reverse = self.reverse[wanted]
        return Reach(reverse.T.tocsr(), reverse, self.origins, self.targets[wanted])

    def of(self, origins: np.ndarray) -> "Reach":
        """The same for these origins alone, given by their numbers."""
        matrix = self.matrix[origins]
        return Reach(matrix, matrix.T.tocsr(), self.origins[origins], self.targets)

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
    matrix = _matrix(pairs["i"], pairs["j"], len(origins), len(targets))
    return Reach(matrix, matrix.T.tocsr(), starts, ends)


def reach_among(places: pd.DataFrame, reach_km: float) -> Reach:
    """Which places lie within `reach_km` of each other, themselves included: the same as
    `reach_between` of them and them, sooner."""
    points = unit_vectors(places)
    first, second = cKDTree(points).query_pairs(_chord(reach_km), output_type="ndarray").T
    own = np.arange(len(places))
    origins = np.concatenate([own, first, second], dtype=np.int32)
    targets = np.concatenate([own, second, first], dtype=np.int32)
    matrix = _matrix(origins, targets, len(places), len(places))
    return Reach(matrix, matrix, points, points)  # those who reach each other do so both ways


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
    # few bytes each: pairs of a country are millions, and fresh memory is what takes long
    pairs = (origins.astype(np.int32, copy=False), targets.astype(np.int32, copy=False))
    found = sparse.coo_array((np.ones(len(origins), dtype=np.int8), pairs), shape=(rows, columns))
    found.has_canonical_format = True  # no pair comes twice: looking for that takes longest
    matrix = found.tocsr()
    matrix.data = np.ones(matrix.nnz)
    return matrix
