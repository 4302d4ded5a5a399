"""Shrinkage and intervals, against hand-made figures and formulas written another way."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from etl import paths
from etl.insight.small_samples import (
    Prior,
    beta_prior,
    doubt,
    gamma_prior,
    shrunk,
    wilson_interval,
)
from tests.overview_market import wilson
from tests.sizes import examples


@pytest.fixture(scope="module")
def macros():
    connection = duckdb.connect()
    connection.execute(paths.MACROS.read_text("utf-8"))
    return connection


def test_zero_of_five_reads_zero_to_43_percent(macros):
    low, high = macros.execute("SELECT wilson_low(0, 5), wilson_high(0, 5)").fetchone()
    assert (round(100 * low), round(100 * high)) == (0, 43)
    assert low == 0 and high == pytest.approx(0.434482, abs=1e-6)
    assert macros.execute("SELECT wilson_low(0, 0), wilson_high(0, 0)").fetchone() == (None, None)


@given(st.integers(0, 100))
def test_below_30_cases_no_figure_stands_alone(cases):
    told = {has: doubt(cases, has_interval=has) for has in (True, False)}
    assert (told[True] == told[False] == "") == (cases >= 30)
    assert (told[True] == "interval") == (10 <= cases < 30)
    assert (told[False] == "few") == (cases < 30)


@given(st.integers(1, 5000), st.floats(0, 1))
@settings(max_examples=examples(100))
def test_wilson_solves_the_score_equation(macros, n, share):
    """The ends are the p at which the score test gives 5 %: |x/n - p| = z sqrt(p (1 - p) / n)."""
    x = round(share * n)
    z = stats.norm.ppf(0.975)

    def score(p):
        return (x / n - p) ** 2 - z**2 * p * (1 - p) / n

    low = 0.0 if x == 0 else optimize.brentq(score, 0, x / n - 1e-12, xtol=1e-14)
    high = 1.0 if x == n else optimize.brentq(score, x / n + 1e-12, 1, xtol=1e-14)
    found = macros.execute("SELECT wilson_low($x, $n), wilson_high($x, $n)", {"x": x, "n": n})
    assert found.fetchone() == pytest.approx((low, high), abs=1e-7)
    assert wilson_interval(x, n) == pytest.approx((low, high), abs=1e-7)
    assert wilson(x, n) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("x", "n"), [(0, 5), (3, 20), (20, 20), (41, 263)])
def test_wilson_equals_scipy(x, n):
    interval = stats.binomtest(x, n).proportion_ci(method="wilson")
    assert wilson(x, n) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_gamma_prior_by_hand():
    # m = 40 / 40 = 1; s2 = (10 * 0.36 + 10 * 0.36 + 20 * 0) / 40 = 0.18; mean E = 40 / 3
    # between = 0.18 - 3 / 40 = 0.105; b = 1 / 0.105
    prior = gamma_prior(np.array([4, 16, 20]), np.array([10, 10, 20]))
    assert (prior.mean, prior.weight) == pytest.approx((1, 1 / 0.105))
    first = (1 / 0.105 + 4) / (1 / 0.105 + 10)
    assert prior.shrink(np.array([4.0]), np.array([10.0])) == pytest.approx([first])


def test_beta_prior_by_hand():
    # p = 1/2; S = 10 * 0.09 + 10 * 0.09 = 1.8; S / pq = 7.2; room = 20 - 200 / 20 - 1 = 9
    # rho = (7.2 - 1) / 9 = 0.68889; a + b = 0.31111 / 0.68889 = 0.45161
    prior = beta_prior(np.array([2, 8]), np.array([10, 10]))
    assert (prior.mean, prior.weight) == pytest.approx((0.5, 14 / 31))
    assert prior.shrink(np.array([2]), np.array([10])) == pytest.approx(
        [(0.5 * 14 / 31 + 2) / (14 / 31 + 10)]
    )


@pytest.mark.parametrize("prior", [gamma_prior, beta_prior])
def test_cells_that_are_alike_take_the_mean(prior):
    found = prior(np.array([1, 2, 4]), np.array([10, 20, 40]))
    assert found == Prior(0.1, float("inf"))
    assert found.shrink(np.array([1, 0]), np.array([10, 0])) == pytest.approx([0.1, 0.1])


@pytest.mark.parametrize("prior", [gamma_prior, beta_prior])
@pytest.mark.parametrize(
    ("counted", "size", "mean"),
    [([], [], np.nan), ([0, 0], [0, 0], np.nan), ([0, 0], [5, 5], 0), ([3], [5], 0.6),
     ([np.nan, 1], [5, 2], 0.5)],
)  # fmt: skip
def test_too_little_to_tell_is_no_error(prior, counted, size, mean):
    found = prior(np.array(counted, dtype=float), np.array(size, dtype=float))
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert found.weight == float("inf")


def test_all_or_nothing_cells_keep_their_own_value():
    prior = beta_prior(np.array([10, 0]), np.array([10, 10]))
    assert prior == Prior(0.5, 0.0)
    assert prior.shrink(np.array([10, 0]), np.array([10, 10])).tolist() == [1, 0]
    assert np.isnan(prior.shrink(np.array([0]), np.array([0]))).all()


cells = st.lists(
    st.tuples(st.integers(1, 300), st.floats(0, 1)).map(lambda c: (round(c[0] * c[1]), c[0])),
    min_size=2,
    max_size=40,
)


@given(cells, st.sampled_from([gamma_prior, beta_prior]))
@settings(max_examples=examples(100))
def test_a_shrunken_value_lies_between_its_own_and_the_mean(rows, prior_of):
    x, n = np.array(rows, dtype=float).T
    prior = prior_of(x, n)
    values, raw = prior.shrink(x, n), x / n
    assert (values >= np.minimum(raw, prior.mean) - 1e-9).all()
    assert (values <= np.maximum(raw, prior.mean) + 1e-9).all()
    if np.isfinite(prior.weight):
        pull = np.abs(values - raw) * (prior.weight + n)
        assert pull == pytest.approx(prior.weight * np.abs(prior.mean - raw), abs=1e-6)


def test_priors_find_what_the_cells_were_drawn_from():
    rng = np.random.default_rng(20261122)
    n = rng.integers(5, 80, 20_000)
    x = rng.binomial(n, rng.beta(3, 7, len(n)))
    beta = beta_prior(x, n)
    assert (beta.mean, beta.weight) == pytest.approx((0.3, 10), rel=0.06)
    expected = rng.uniform(1, 20, 20_000)
    gamma = gamma_prior(rng.poisson(expected * rng.gamma(4, 1 / 2, len(expected))), expected)
    assert (gamma.mean, gamma.weight) == pytest.approx((2, 2), rel=0.06)


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_posterior_means_equal_numerical_integration(kind):
    """The closed forms against Bayes' rule on a fine grid."""
    x, n = np.array([2, 30, 0, 12]), np.array([9, 60, 7, 90])
    prior = {"share": beta_prior, "rate": gamma_prior}[kind](x, n)
    a = prior.mean * prior.weight
    if kind == "share":
        grid = np.linspace(1e-6, 1 - 1e-6, 400_001)
        density = stats.beta(a, prior.weight - a).pdf(grid)
        likelihood = stats.binom.pmf(x[:, None], n[:, None], grid)
    else:
        grid = np.linspace(1e-6, 8, 400_001)
        density = stats.gamma(a, scale=1 / prior.weight).pdf(grid)
        likelihood = stats.poisson.pmf(x[:, None], n[:, None] * grid)
    weight = density * likelihood
    means = (weight * grid).sum(axis=1) / weight.sum(axis=1)
    assert prior.shrink(x, n) == pytest.approx(means, rel=1e-3)


def test_each_scope_has_its_own_prior():
    rows = pd.DataFrame(
        {
            "scope_code": ["a", "b", "a", "b", "b"],
            "numerator": [2.0, 1.0, 8.0, 2.0, np.nan],
            "denominator": [10.0, 10.0, 10.0, 20.0, np.nan],
        },
        index=[7, 3, 5, 1, 0],
    )
    found = shrunk(rows, "share")
    assert found.index.tolist() == rows.index.tolist()
    assert found[7] == pytest.approx((7 / 31 + 2) / (14 / 31 + 10))
    assert found[[3, 1]].tolist() == [0.1, 0.1]
    assert np.isnan(found[0])
