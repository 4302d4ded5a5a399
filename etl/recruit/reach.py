"""Which communes a provider can reach from which: great-circle distances as a sparse matrix."""

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

EARTH_KM = 6371.0088  # mean radius of the IUGG, as in the SQL layers


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


def reach_matrix(origins: pd.DataFrame, targets: pd.DataFrame, reach_km: float) -> sparse.csr_array:
    """1 where a target lies within `reach_km` of an origin; shape (origins, targets).

    The targets of a row stand in order of distance, the nearest first.
    """
    shape = (len(origins), len(targets))
    if 0 in shape:
        return sparse.csr_array(shape, dtype=float)
    # a chord grows with its arc; one part in 10^12 wider, so that a border counts as reached
    chord = 2 * np.sin(min(reach_km / (2 * EARTH_KM), np.pi / 2)) * (1 + 1e-12) + 1e-15
    pairs = cKDTree(unit_vectors(origins)).sparse_distance_matrix(
        cKDTree(unit_vectors(targets)), chord, output_type="ndarray"
    )
    # by row, then by chord: one key sorts faster than two, and no chord is longer than 2
    order = np.argsort(3.0 * pairs["i"] + pairs["v"], kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(pairs["i"], minlength=shape[0]))])
    return sparse.csr_array(
        (np.ones(len(order)), pairs["j"][order].astype(np.int32), starts.astype(np.int32)),
        shape=shape,
    )
