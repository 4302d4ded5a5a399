"""Three editions of one market after each other, and a reader who keeps all of them.

The reader is written apart from etl/disclosure: plain linear programmes over every figure of the
jobs that any edition showed, knowing from the public register who is where.
"""

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from etl import layers
from etl.build import make, warehouse
from etl.disclosure import ledger, partners
from etl.sample import sample
from etl.settings import load as load_settings

CELL = ["period", "territory_level", "territory_code", "scope_code", "breakdown", "measure"]
JOBS = next(file for file in layers.files_of("published") if file.name == "jobs")


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Of each edition: who stood in which cell with how many jobs, and what partners saw."""
    home = tmp_path_factory.mktemp("editions")
    sample(home / "raw", providers=200, requests=300, cooperatives=60, months=2)
    (file,) = (home / "raw" / "cooperative_years").glob("*.csv")
    whole = pd.read_csv(file, dtype=str)
    by_size = whole.groupby("siren")["employees"].sum().index.tolist()
    late, gone = by_size[3::20], by_size[7::20]
    found = []
    for number, left_out in enumerate((late, [], gone)):
        # some co-operatives declare late, others leave the next drop
        whole[~whole["siren"].isin(left_out)].to_csv(file, index=False)
        result = make.build(home / "raw", home / "warehouse")
        assert result.is_published and result.partners["published"], result.partners
        assert len(ledger.before(home / "warehouse", "none of them")) == number + 1
        folder = (home / "warehouse" / "current").resolve()
        with duckdb.connect(str(folder / warehouse.DATABASE), read_only=True) as connection:
            connection.execute("SET TimeZone='Europe/Paris'")
            rows = connection.execute(JOBS.body).df()
        with duckdb.connect(str(folder / partners.FILE), read_only=True) as connection:
            shown = connection.execute("SELECT * FROM published.jobs").df()
        found.append(tuple(t[t["measure"] == "employees"] for t in (rows, shown)))
    return found


def narrow(
    editions: list[tuple[pd.DataFrame, pd.DataFrame]], period: str, share: float
) -> tuple[int, list[str]]:
    """The cells that the last edition withholds of a year, and those of them that all editions
    together tell too closely."""
    of_period = [tuple(t[t["period"] == period] for t in edition) for edition in editions]
    values = pd.concat([rows for rows, _ in of_period]).groupby("contributor")["value"]
    assert (values.nunique() == 1).all()  # nobody revised a figure: one unknown each
    truth = values.first()
    place = {name: number for number, name in enumerate(truth.index)}

    def rows_of(rows: pd.DataFrame) -> dict[tuple, np.ndarray]:
        cells = {}
        for key, inside in rows.groupby(CELL)["contributor"]:
            cells[key] = np.zeros(len(place))
            cells[key][[place[name] for name in inside]] = 1
        return cells

    known = []
    for rows, shown in of_period:
        cells = rows_of(rows)
        told = shown[shown["status"] == "shown"]
        known.append([cells[tuple(key)] for key in told[CELL].to_numpy().tolist()])
    rows, shown = of_period[-1]
    withheld = shown[shown["status"] == "withheld"][CELL].to_numpy().tolist()
    before = [row for edition in known[:-1] for row in edition]
    found, cells = [], rows_of(rows)
    targets = {str(key): cells[tuple(key)] for key in withheld}
    # whoever left stays a secret too
    gone = set(place) - set(rows["contributor"])
    targets |= {name: np.identity(len(place))[place[name]] for name in sorted(gone)}
    for key, target in targets.items():
        low, high = interval(target, before + known[-1], truth)
        value = float(target @ truth.to_numpy())
        width, slack = max(share * value, 1.0), 1e-4 * (1 + value)
        too_high, too_low = max(value - width, 0) + slack, value + width - slack
        if low > too_high or high < too_low:
            # what the editions before tell by themselves, this one cannot take back, nor add to it
            least, most = interval(target, before, truth)
            if low > max(too_high, least + slack) or high < min(too_low, most - slack):
                found.append(f"{key} of {value}: {low} to {high}; before {least} to {most}")
    return len(targets), found


def interval(target: np.ndarray, known: list[np.ndarray], truth: pd.Series) -> tuple[float, float]:
    """The lowest and the highest value of a sum when these sums are known."""
    sums = np.array(known).reshape(-1, len(truth))
    ends = [
        linprog(sign * target, A_eq=sums, b_eq=sums @ truth.to_numpy(), bounds=(0, 1e5))
        for sign in (1, -1)
    ]
    assert all(end.status == 0 for end in ends)
    return float(ends[0].fun), float(-ends[1].fun)


@pytest.mark.long
def test_three_editions_together_tell_no_withheld_cell(
    editions: list[tuple[pd.DataFrame, pd.DataFrame]],
) -> None:
    share = load_settings().interval_share
    first, second, third = (set(rows["contributor"]) for rows, _ in editions)
    assert second - first and second - third  # somebody came late, somebody left
    checked = 0
    for period in sorted(set(editions[-1][1]["period"])):
        for number in (2, 3):
            cells, found = narrow(editions[:number], period, share)
            assert not found, (number, found)
            checked += cells
    assert checked > 100
