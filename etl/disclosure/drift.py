"""Worlds that agree with all known sums, found without a linear programme: every figure grows or
shrinks by a share of itself, at random but for what the known sums allow."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu


def unnoticed(sums: sparse.csr_matrix) -> Callable[[np.ndarray], np.ndarray]:
    """Takes from a move what these sums would notice of it: its projection on their null space."""
    size = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    kept = np.flatnonzero(size)
    if not len(kept):
        return lambda move: move
    rows = sparse.csr_matrix(sparse.diags(1 / size[kept]) @ sums[kept])
    # sums may follow from each other: a little is added, and what it leaves is taken again
    solved = splu(sparse.csc_matrix(rows @ rows.T + 1e-10 * sparse.identity(len(kept))))

    def project(move: np.ndarray) -> np.ndarray:
        for _ in range(5):
            move = move - rows.T @ solved.solve(rows @ move)
        return move

    return project


def worlds(
    sums: sparse.csr_matrix, limits: np.ndarray, truth: np.ndarray, parts: np.ndarray
) -> Iterator[np.ndarray]:
    """Two worlds a draw, without end. parts: what hangs together, a number for each figure.

    Figures of which one is never more than the other grow by the same share. In each part the
    shares are as large as they can be for no figure to change its sign. Where the sums are not
    kept to the last digits, the part stays as it is.
    """
    count = len(truth)
    tied = sparse.coo_matrix(
        (np.ones(len(limits)), (limits[:, 0], limits[:, 1])), shape=(count, count)
    )
    families, family = sparse.csgraph.connected_components(tied, directed=False)
    spread = sparse.csr_matrix((truth, (np.arange(count), family)), (count, families))
    project = unnoticed(sparse.csr_matrix(sums @ spread))
    part_of_family = np.zeros(families, dtype=int)
    part_of_family[family] = parts
    part_of_sum = np.zeros(sums.shape[0], dtype=int)
    part_of_sum[np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))] = parts[sums.indices]
    mass = 1e-9 * np.maximum(1.0, np.bincount(parts, weights=np.abs(truth)))
    draw = np.random.default_rng(5)
    while True:
        shares = project(draw.choice([-1.0, 1.0], families))
        for signed in (shares, -shares):
            most = np.full(len(mass), 0.25)
            np.maximum.at(most, part_of_family, -signed)
            move = spread @ (signed / most[part_of_family])
            noticed = np.zeros(len(mass))
            np.maximum.at(noticed, part_of_sum, np.abs(sums @ move))
            yield truth + np.where((noticed <= mass)[parts], move, 0.0)
