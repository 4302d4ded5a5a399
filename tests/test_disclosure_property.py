"""Random tables, and no withheld cell that a reader could work out."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.settings import load as load_settings
from tests.disclosing import Attacker, enter, publish, random_rows, rows_and_columns_withheld
from tests.sizes import examples

BATCHES, TABLES = examples(20), 100  # each period of a batch is a table of its own
SHARE = load_settings().interval_share
LOSSES: list[tuple[float, float, float, float]] = []


@settings(max_examples=BATCHES, derandomize=True, phases=[Phase.generate], database=None)
@given(seed=st.integers(0, 2**32 - 1), firms=st.integers(10, 20))
def check_batch(seed: int, firms: int) -> None:
    draw = np.random.default_rng(seed)
    periods = [str(1000 + number) for number in range(TABLES)]
    first = pd.concat([random_rows(draw, period, firms, "1") for period in periods])
    # the next drop brings late declarations for the same closed years
    late = [random_rows(draw, period, int(draw.integers(0, 3)), "2") for period in periods]
    second = pd.concat([first, *late])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told, cells = publish(folder / "1", first, [])
        assert told["published"], told
        tables, shown = dict(tuple(first.groupby("period"))), dict(tuple(cells.groupby("period")))
        for period in periods:
            assert not Attacker(tables[period], shown[period]).recovered(SHARE), period
        if len(LOSSES) % 3 == 0:
            earlier = enter(folder, folder / "1", "first")
            again, cells_again = publish(folder / "2", second, earlier)
            assert again["published"], again
            later, shown_later = (
                dict(tuple(frame.groupby("period"))) for frame in (second, cells_again)
            )
            for period in periods:
                before = Attacker(tables[period], shown[period])
                both = Attacker(later[period], shown_later[period], before.sums)
                assert not both.recovered(SHARE), period
    plain = rows_and_columns_withheld(first)
    mine = told["tables"]["jobs"]
    LOSSES.append((mine["share_of_cells"], plain[0], mine["share_of_value"], plain[1]))


def test_no_withheld_cell_of_random_tables_is_recovered() -> None:
    LOSSES.clear()
    check_batch()
    assert len(LOSSES) == BATCHES
    cells, cells_plain, value, value_plain = np.mean(LOSSES, axis=0)
    print(
        f"\n{len(LOSSES) * TABLES} tables: withheld {cells:.0%} of cells and {value:.0%} of value;"
        f" whole rows and columns: {cells_plain:.0%} and {value_plain:.0%}"
    )
    # the plain way leaves some of what it withholds to be worked out; this one must not
    assert 0 < cells < 1 and 0 < value < 1
