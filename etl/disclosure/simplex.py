"""A linear programme handed to HiGHS, to be asked again and again: each answer starts where the
last one ended."""

import highspy
import numpy as np
from scipy import sparse

FREE = highspy.kHighsInf
DUAL, PRIMAL = 1, 4  # HiGHS' simplex strategies


def load(
    matrix: sparse.csr_matrix,
    columns: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
) -> highspy.Highs:
    """The programme without a cost. columns, rows: the lowest and highest values of each."""
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_ = np.zeros(matrix.shape[1])
    programme.col_lower_, programme.col_upper_ = columns
    programme.row_lower_, programme.row_upper_ = rows
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = matrix.indptr
    programme.a_matrix_.index_ = matrix.indices
    programme.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    for option, value in (
        ("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex"),
        ("simplex_strategy", PRIMAL),
    ):  # fmt: skip
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    return highs
