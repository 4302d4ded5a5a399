"""Accessibility of the whole country: against pysal's `access`, in its figures and its time.

What is compared: the layers make all scopes at once, distances included, and one scope's part of
that is set against `access`, which makes one scope from given distances, one run for each of the
five catchments (the sum of its five runs, with neither the reading nor the choice of its pairs).
Beside it stands what the layers take for that one scope alone, where nothing is shared.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import market
from tests.catchments import layers_over

ACCESS = "access==1.1.10.post3"
ENVIRONMENT = Path(__file__).parents[2] / ".venv" / "oracles" / "access"
PROVIDERS, RUNS, DOMAIN = 200_000, 3, "gardening"
RADII = (5, 10, 20, 30, 50)


@pytest.fixture(scope="module")
def oracle() -> Path:
    """The Python of an environment that holds pysal's access, and nothing of ours."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", ACCESS], check=True)
        (ENVIRONMENT / "installed").touch()
    return python


@pytest.fixture(scope="module")
def country():
    """Every commune and domain: connection, communes, seconds (wall, processor) of each run,
    of one scope alone, peak memory in GB."""
    communes = market.communes()
    offers, population = market.offers(communes, PROVIDERS), market.population(communes)

    def timed(some: pd.DataFrame) -> tuple[duckdb.DuckDBPyConnection, tuple[float, float]]:
        started, worked = time.perf_counter(), time.process_time()
        made = layers_over(
            communes, some, population, market.scopes(), threads=2, memory_limit="2GB"
        )
        return made, (time.perf_counter() - started, time.process_time() - worked)

    connection, alone = timed(offers[offers.scope_code == DOMAIN])
    seconds = []
    for _ in range(RUNS):
        connection.close()
        connection, taken = timed(offers)
        seconds.append(taken)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return connection, communes, seconds, alone, peak


def test_equals_pysal_access_one_catchment_at_a_time(country, oracle, tmp_path):
    connection, communes, seconds, alone, peak = country
    number = {code: position for position, code in enumerate(communes.commune_code)}
    pairs = connection.execute("SELECT * FROM staging.reach_communes").df()
    need = communes.population.to_numpy(float)
    inputs = {
        "from": pairs.from_commune_code.map(number).to_numpy(),
        "to": pairs.to_commune_code.map(number).to_numpy(),
        "km": pairs.km.to_numpy(float),
        "need": need,
    }
    del pairs
    cells = connection.execute(
        "SELECT * FROM staging.catchment_supply WHERE scope_code = ?", [DOMAIN]
    ).df()
    for radius in RADII:
        of_class = cells[cells.class_km == radius]
        supply = np.zeros(len(communes))
        supply[of_class.commune_code.map(number)] = of_class.capacity_per_month
        inputs[f"supply_{radius}"] = np.where(need > 0, supply, 0)
    np.savez(tmp_path / "in.npz", **inputs)
    script = Path(__file__).with_name("access_oracle.py")
    subprocess.run([oracle, script, tmp_path / "in.npz", tmp_path / "out.npz"], check=True)
    found = np.load(tmp_path / "out.npz")

    total = sum(found[f"access_{radius}"] for radius in RADII)
    rows = connection.execute(
        "SELECT commune_code, accessibility FROM marts.commune_accessibility WHERE scope_code = ?",
        [DOMAIN],
    ).df()
    ours = np.zeros(len(communes))
    ours[rows.commune_code.map(number)] = rows.accessibility
    assert np.abs(ours - total).max() <= 1e-9
    assert ours == pytest.approx(total, rel=1e-9, abs=1e-15)

    scopes = len(market.scopes())
    wall, processor = (median(column) for column in zip(*seconds, strict=True))
    theirs_wall, theirs_processor = found["seconds"]
    print(
        f"\naccessibility of {len(communes):,} communes x {scopes} scopes from {PROVIDERS:,}"
        f" providers: {wall:.1f} s, {processor:.1f} s of processor (medians of {RUNS}, 2 threads);"
        f" peak memory {peak:.1f} GB;"
        f"\n  one scope's part: {1000 * wall / scopes:.0f} ms,"
        f" {1000 * processor / scopes:.0f} ms of processor;"
        f" one scope alone: {alone[0]:.1f} s, {alone[1]:.1f} s of processor;"
        f"\n  pysal access (one run, five catchments, distances given): {theirs_wall:.1f} s,"
        f" {theirs_processor:.1f} s of processor;"
        f"\n  against a scope's part {theirs_wall / wall * scopes:.0f} times,"
        f" {theirs_processor / processor * scopes:.0f} times in processor;"
        f" against a scope alone {theirs_wall / alone[0]:.0f} times,"
        f" {theirs_processor / alone[1]:.0f} times in processor"
    )


def test_no_capacity_is_lost_in_any_scope(country):
    connection, *_ = country
    rows = connection.execute(
        """
        SELECT scope_code, received, capacity
        FROM (
            SELECT scope_code, sum(accessibility * population) AS received
            FROM marts.commune_accessibility GROUP BY scope_code
        ) INNER JOIN (
            SELECT scope_code, sum(capacity_per_month) AS capacity
            FROM staging.catchment_supply GROUP BY scope_code
        ) USING (scope_code)
        """
    ).df()
    assert len(rows) == len(market.scopes())
    assert rows.received.to_numpy() == pytest.approx(rows.capacity.to_numpy(), rel=1e-12)
