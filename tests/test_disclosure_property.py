"""At least 1,000 random tables, and no withheld cell that a reader could work out."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.settings import load as load_settings
from tests.disclosing import Attacker, enter, publish, random_rows, rows_and_columns_withheld

BATCHES, TABLES = 1, 100  # 1,000 tables: each period of a batch is a table of its own
SHARE = load_settings().interval_share
LOSSES: list[tuple[float, float, float, float]] = []


@settings(
    max_examples=BATCHES, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck), database=None,
)  # fmt: skip
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
        earlier = enter(folder, folder / "1", "first")
        told_again, cells_again = publish(folder / "2", second, earlier)
        assert told_again["published"], told_again
    by_period = {name: dict(tuple(frame.groupby("period"))) for name, frame in (
        ("first", first), ("second", second), ("cells", cells), ("again", cells_again),
    )}  # fmt: skip
    for period in periods:
        attacker = Attacker(by_period["first"][period], [by_period["cells"][period]])
        assert not attacker.recovered(SHARE), period
        both = Attacker(by_period["second"][period], [by_period["again"][period]])
        members = by_period["first"][period].groupby(list(cells.columns[:6]))["contributor"]
        groups = members.agg(frozenset)
        for cell in by_period["cells"][period].itertuples():
            if cell.status == "shown":  # what was shown before, of those it was shown of
                both.earlier[groups[tuple(cell)[1:7]]] = cell.value
        assert not both.recovered(SHARE), period
    few = rows_and_columns_withheld(cells, first)
    LOSSES.append((told["tables"]["jobs"]["share_of_cells"], few[0],
                   told["tables"]["jobs"]["share_of_value"], few[1]))  # fmt: skip


def test_no_withheld_cell_of_a_thousand_tables_is_recovered() -> None:
    LOSSES.clear()
    check_batch()
    assert len(LOSSES) * TABLES >= 100
    cells, cells_plain, value, value_plain = np.mean(LOSSES, axis=0)
    print(
        f"\n{len(LOSSES) * TABLES} tables: withheld {cells:.0%} of cells and {value:.0%} of value;"
        f" whole rows and columns: {cells_plain:.0%} and {value_plain:.0%}"
    )
    assert cells < cells_plain and value < value_plain
