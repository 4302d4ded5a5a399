"""Metrics against other people's arithmetic: plain pandas on generated markets, and lifelines."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from etl import layers, paths
from etl.build import warehouse
from etl.build.reference import RESPONSE_BUCKETS_HOURS
from tests.market import make_build, metric
from tests.sizes import examples

MONTHS = [f"{year}-{month:02}-01" for year in (2024, 2025, 2026) for month in range(1, 13)]
AS_OF = pd.Timestamp("2026-10-31")
SCOPES = ["all", "unknown", "family_home", "gardening", "house_cleaning"]


@pytest.fixture(scope="module")
def generated(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.fixture(scope="module")
def tables(generated):
    return tables_of(generated)


@pytest.fixture(scope="module")
def undated(tmp_path_factory):
    """A market in which every time, state and number of answers may be missing."""
    rng = np.random.default_rng(20261031)
    drawn = []
    for n in range(600):
        posted = pd.Timestamp("2025-09-01 08:30") + pd.Timedelta(minutes=int(rng.integers(600_000)))
        first = posted + pd.Timedelta(hours=float(rng.exponential(120)))
        filled = first + pd.Timedelta(hours=float(rng.exponential(200)))
        drawn.append(
            {
                "request_id": f"R{n}",
                "created_at": f"{posted:%Y-%m-%d}" + f" {posted:%H:%M}" * (n % 4 > 0),
                "status": rng.choice(["filled", "open", "expired", "cancelled", ""]),
                "filled_at": f"{filled:%Y-%m-%d %H:%M}" if rng.random() < 0.25 else "",
                "first_response_at": f"{first:%Y-%m-%d %H:%M}" if rng.random() < 0.4 else "",
                "responses": rng.choice(["", "0", "1", "4"]),
                "commune_code": rng.choice(["35238", "75056", "69123"]),
                "domain": rng.choice(["gardening", "house_cleaning", ""]),
            }
        )
    requests = pd.DataFrame(drawn)
    some = requests.sample(150, random_state=1)
    answers = pd.DataFrame(
        {
            "request_id": [*some.request_id, *some.request_id[:60]],
            "provider_id": ["P1"] * 150 + ["P2"] * 60,
            "responded_at": [
                f"{pd.Timestamp(posted) + pd.Timedelta(hours=int(hours)):%Y-%m-%d %H:%M}"
                for posted, hours in zip(
                    [*some.created_at, *some.created_at[:60]],
                    rng.integers(-60, 900, 210), strict=True,
                )
            ],
        }
    )  # fmt: skip
    return make_build(
        tmp_path_factory.mktemp("undated"),
        {
            "requests/r-2026-10-31.csv": requests.to_csv(index=False),
            "responses/a-2026-10-31.csv": answers.to_csv(index=False),
        },
    )


@pytest.fixture(scope="module")
def undated_tables(undated):
    return tables_of(undated)


def on_the_clock(moments: pd.Series) -> pd.Series:
    """What the clocks of Paris show at moments in UTC."""
    return moments.dt.tz_localize("UTC").dt.tz_convert("Europe/Paris").dt.tz_localize(None)


def clock_days(begun: pd.Series, ended: pd.Series) -> pd.Series:
    """Days between two times of a clock; from a day without a time, days of the calendar."""
    is_day = begun == begun.dt.normalize()
    return (ended.where(~is_day, ended.dt.normalize()) - begun) / pd.Timedelta(days=1)


def tables_of(build) -> dict[str, pd.DataFrame]:
    """Staging as pandas reads it; months, horizons, answers and hires are worked out here anew."""
    requests, responses, providers, scopes = (
        build.cursor().execute(f"FROM {table}").df()
        for table in (
            "staging.requests", "staging.responses", "staging.providers", "reference.domain_scopes",
        )
    )  # fmt: skip
    requests["posted"] = on_the_clock(requests.created_at)
    requests["day"] = requests.posted.dt.normalize()
    requests["age"] = (AS_OF - requests.day).dt.days
    requests = requests[requests.age >= 0].copy()
    filled = on_the_clock(requests.filled_at)
    requests["filled_days"] = clock_days(requests.posted, filled)
    requests["first_days"] = clock_days(requests.posted, on_the_clock(requests.first_response_at))
    requests["hired"] = filled.dt.normalize().fillna(requests.day)
    answers = responses.merge(requests[["request_id", "created_at", "posted"]], on="request_id")
    answers = answers[answers.responded_at >= answers.created_at]
    answers = answers.merge(providers[["provider_id", "establishment_id"]], how="left")
    answers["establishment_id"] = answers.establishment_id.fillna(answers.provider_id)
    answers["days"] = clock_days(answers.posted, on_the_clock(answers.responded_at))
    return {
        "requests": requests, "answers": answers, "providers": providers, "scopes": scopes,
    }  # fmt: skip


def in_scope(tables, rows: pd.DataFrame, scope: str) -> pd.DataFrame:
    scopes = tables["scopes"]
    return rows[rows.domain_code.isin(scopes[scopes.scope_code == scope].domain_code)]


asked = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(SCOPES),
        "code": st.sampled_from(["FR", "11", "53", "84"]),
        "months": st.tuples(st.sampled_from(MONTHS[:-2]), st.sampled_from(MONTHS[:-2])).map(sorted),
        "days": st.sampled_from([3, 7, 14, 30]),
        "k": st.integers(1, 10),
    }
)


def ask(generated, name: str, asked: dict, **more) -> pd.Series | None:
    level = "country" if asked["code"] == "FR" else "region"
    rows = metric(
        generated, name, level=level, scopes=[asked["scope"]], days=asked["days"], k=asked["k"],
        from_=asked["months"][0], to=asked["months"][1], **more,
    )  # fmt: skip
    rows = rows[rows.territory_code == asked["code"]]
    return rows.iloc[0] if len(rows) else None


def window(tables, rows: pd.DataFrame, asked: dict, day: str) -> pd.DataFrame:
    first, last = (pd.Timestamp(month) for month in asked["months"])
    rows = in_scope(tables, rows, asked["scope"])
    rows = rows[(rows[day] >= first) & (rows[day] < last + pd.DateOffset(months=1))]
    return rows if asked["code"] == "FR" else rows[rows.region_code == asked["code"]]


@settings(max_examples=examples(40))
@given(asked=asked)
def test_rates_of_requests_equal_pandas(generated, tables, asked):
    check_rates(generated, tables, asked)


@pytest.mark.middle
@settings(max_examples=examples(60))
@given(asked=asked)
def test_rates_leave_out_what_has_no_time_as_pandas_does(undated, undated_tables, asked):
    check_rates(undated, undated_tables, asked)


def check_rates(build, tables, asked):
    posted = window(tables, tables["requests"], asked, "day")
    if posted.empty:
        assert ask(build, "requests", asked) is None
        return
    days, k = asked["days"], asked["k"]
    mature = posted[posted.age >= days]
    filled = mature.outcome == "filled"
    timeless = filled & mature.filled_days.isna()
    known = mature[(mature.outcome != "unknown") & ~timeless]
    in_time, late = (known.filled_days <= days).sum(), (known.filled_days > days).sum()
    fill = ask(build, "fill_rate", asked)
    assert (fill.numerator, fill.denominator) == (in_time, len(known))
    assert (fill.left_out, fill.undated) == (len(posted) - len(known), timeless.sum())
    assert (fill.ever, fill.ever_of) == (filled.sum(), (mature.outcome != "unknown").sum())
    unmet = ask(build, "unmet_demand", asked)
    assert unmet.numerator + fill.numerator == fill.denominator
    assert unmet.filled_late == late
    assert unmet.cancelled == (known.outcome == "cancelled").sum()
    is_told = len(known) > 0 and (not timeless.any() or in_time + late > 0)
    assert pd.notna(fill.value) == pd.notna(unmet.value) == is_told

    answers = tables["answers"]
    by_choice = answers.groupby(["request_id", "establishment_id"]).days.min().reset_index()
    told = mature[mature.answers.notna()].set_index("request_id")
    timely, tardy = (
        rows.groupby("request_id").size().reindex(told.index, fill_value=0)
        for rows in (by_choice[by_choice.days <= days], by_choice[by_choice.days > days])
    )
    has_late_first = told.first_days > days
    fewest = timely.clip(lower=(told.first_days <= days).astype(int)).where(~has_late_first, 0)
    # where nobody counted the answers there may be any number of them
    most = (told.answers.where(told.counted_until.notna() | (told.answers == 0), 99) - tardy).clip(
        lower=fewest
    )
    most = most.where(~has_late_first, 0)
    undecided = (fewest < k) & (most >= k)
    served = ask(build, "results_at_least_k", asked)
    assert served.numerator == (fewest >= k).sum()
    assert (served.denominator, served.undated) == ((~undecided).sum(), undecided.sum())
    assert served.left_out == len(posted) - (~undecided).sum()
    zero = ask(build, "zero_response", asked)
    timed = told[(told.answers == 0) | told.first_days.notna()]
    assert zero.numerator == (~(timed.first_days <= days)).sum()
    assert (zero.denominator, zero.undated) == (len(timed), len(told) - len(timed))
    assert zero.left_out == len(posted) - len(timed)
    for row in (fill, unmet, served, zero):
        if pd.notna(row.value):
            assert row.value == row.numerator / row.denominator
            assert 0 <= row.low <= row.value <= row.high <= 1


@settings(max_examples=examples(25))
@given(asked=asked)
def test_hires_equal_pandas(generated, tables, asked):
    requests = tables["requests"]
    filled = requests[(requests.outcome == "filled") & (requests.hired <= AS_OF)]
    hires = window(tables, filled, asked, "hired")
    direct = ask(generated, "direct_hire_share", asked, kind="all")
    if hires.empty:
        assert direct is None
        return
    modes = tables["providers"].set_index("provider_id").modes
    told = [set(found) for found in hires.provider_id.map(modes) if np.iterable(found)]
    known = [found for found in told if len(found) == 1 or (found and "direct" not in found)]
    assert (direct.numerator, direct.denominator) == (known.count({"direct"}), len(known))
    paid = hires[(hires.amount_eur > 0) & (hires.fee_eur <= hires.amount_eur)]
    kept = ask(generated, "provider_share", asked)
    assert kept.n == len(paid)
    assert kept.denominator == pytest.approx(paid.amount_eur.sum())
    assert kept.numerator == pytest.approx((paid.amount_eur - paid.fee_eur).sum())
    year = asked | {"months": [str(pd.Timestamp(asked["months"][1]) - pd.DateOffset(months=11))]}
    year["months"] += asked["months"][1:]
    shares = window(tables, filled, year, "hired").provider_id.value_counts(normalize=True)
    index = ask(generated, "concentration", asked)
    if shares.empty:  # all hires of a longer period lie before its last 12 months
        assert index is None or pd.isna(index.value)
        return
    assert index.value == pytest.approx(10_000 * (shares**2).sum())
    assert index.largest_share == pytest.approx(shares.max())
    assert 10_000 / index.providers - 1e-6 <= index.value <= 10_000


@settings(max_examples=examples(15))
@given(asked=asked)
def test_utilisation_equals_pandas(generated, tables, asked):
    first, last = (pd.Timestamp(month) for month in asked["months"])
    last = min(last + pd.DateOffset(months=1) - pd.DateOffset(days=1), AS_OF)
    periods = generated.cursor().execute(
        "SELECT * FROM staging.provider_period_scopes WHERE scope_code = ?", [asked["scope"]]
    ).df()  # fmt: skip
    begins, ends = pd.to_datetime(periods.active_from), pd.to_datetime(periods.active_to)
    there = periods[(begins <= last) & (ends.isna() | (ends > first))].provider_id
    base = tables["providers"].set_index("provider_id").region_code
    there = {p for p in there if asked["code"] in ("FR", base[p])}
    filled = tables["requests"][tables["requests"].outcome == "filled"]
    hires = in_scope(tables, filled, asked["scope"])
    hired = set(hires[(hires.hired >= first) & (hires.hired <= last)].provider_id)
    found = ask(generated, "utilisation", asked)
    if found is None:
        assert not there
    else:
        assert found.denominator == len(there)
        assert pd.isna(found.value) or found.numerator == len(there & hired)


def test_price_and_quality_equal_pandas(generated, tables):
    providers = tables["providers"]
    offered = generated.cursor().execute("SELECT * FROM marts.provider_domains").df()
    scored = generated.cursor().execute("FROM staging.provider_quality").df()
    for scope in SCOPES:
        mine = in_scope(tables, offered, scope)
        active = providers[providers.provider_id.isin(mine[mine.is_active].provider_id)]
        median = active.groupby("departement_code").price_hour_eur.median().dropna()
        rows = metric(generated, "price", level="departement", scopes=[scope])
        found = rows.set_index("territory_code").value.dropna()
        pd.testing.assert_series_equal(found, median, check_names=False)
        books = providers[
            providers.provider_id.isin(mine.provider_id)
            & ~providers.inactive_reason.isin(["left", "gone", "inactive"])
        ].merge(scored, on="provider_id")
        rows = metric(generated, "quality_score", level="region", scopes=[scope])
        mean = books.groupby("region_code").quality_score.mean()
        found = rows.set_index("territory_code").value
        pd.testing.assert_series_equal(found, mean, check_names=False, check_index_type=False)


@settings(max_examples=examples(20))
@given(asked=asked)
def test_served_falls_as_k_rises_and_places_add_up(generated, asked):
    shares = [ask(generated, "results_at_least_k", asked | {"k": k}) for k in (1, 3, 10)]
    if shares[0] is not None:
        assert [s.numerator for s in shares] == sorted((s.numerator for s in shares), reverse=True)
    covered = [ask(generated, "coverage_population", asked | {"k": k}) for k in (1, 2, 5)]
    if asked["scope"] != "unknown":
        assert [c.value for c in covered] == sorted((c.value for c in covered), reverse=True)
    parts = metric(
        generated, "fill_rate", level="departement", within_level="region", within_code="53",
        scopes=[asked["scope"]], days=asked["days"], from_=asked["months"][0],
        to=asked["months"][1],
    )  # fmt: skip
    whole = ask(generated, "fill_rate", asked | {"code": "53"})
    if whole is not None:
        assert parts.numerator.sum() == whole.numerator
        assert parts.denominator.sum() == whole.denominator


@settings(max_examples=examples(25))
@given(asked=asked)
def test_demand_where_too_few_come_equals_pandas(generated, tables, asked):
    """Decided commune by commune over the requests themselves, whatever the window and k."""
    asked = asked | {"days": 14, "scope": asked["scope"].replace("unknown", "all")}
    posted = window(tables, tables["requests"], asked, "day").dropna(subset="commune_code")
    posted = posted.assign(
        is_known=(posted.age >= 14)
        & (posted.outcome != "unknown")
        & ((posted.outcome != "filled") | posted.filled_days.notna()),
        is_unmet=~(posted.filled_days <= 14),
    )
    posted["is_unmet"] &= posted.is_known
    places = posted.groupby("commune_code").agg(
        requests=("request_id", "size"), known=("is_known", "sum"), unmet=("is_unmet", "sum")
    )
    demand, gap, deserts = (
        ask(generated, name, asked) for name in ("coverage_demand", "gap", "deserts")
    )
    if places.empty:  # before columns come: pandas would take the rows of the first one
        assert demand is gap is deserts is None
        return
    supply = generated.cursor().execute(
        "SELECT commune_code, providers FROM marts.commune_supply WHERE scope_code = ?",
        [asked["scope"]],
    ).df()  # fmt: skip
    people = generated.cursor().execute("FROM reference.communes").df().set_index("commune_code")
    places["population"] = people.population
    places["providers"] = supply.set_index("commune_code").providers
    places["providers"] = places.providers.fillna(0)
    few, none = places[places.providers < asked["k"]], places[places.providers == 0]
    assert demand.denominator == places.requests.sum()
    assert demand.denominator - demand.numerator == few.requests.sum()
    assert (deserts.numerator, deserts.denominator) == (len(none), len(places))
    assert (deserts.n, deserts.population) == (none.requests.sum(), none.population.sum())
    if few.empty:
        assert gap is None
        return
    assert (gap.numerator, gap.denominator) == (few.unmet.sum(), few.known.sum())
    assert (gap.n, gap.communes, gap.population) == (
        few.requests.sum(), len(few), few.population.sum()
    )  # fmt: skip
    assert gap.missing == (asked["k"] - few.providers).sum()


def survival_build(answered: list[int], censored: list[int]) -> duckdb.DuckDBPyConnection:
    """No more of a build than the median needs: one cell's buckets."""
    connection = duckdb.connect()
    connection.execute(paths.MACROS.read_text("utf-8"))
    connection.execute(
        "CREATE SCHEMA marts; CREATE SCHEMA reference;"
        "CREATE TABLE reference.domain_scopes AS SELECT 'all' AS scope_code, 'x' AS domain_code"
    )
    connection.execute(
        "CREATE TABLE reference.response_buckets AS"
        " SELECT unnest($edges) AS upper_hours, generate_subscripts($edges, 1) - 1 AS bucket",
        {"edges": [float(edge) for edge in RESPONSE_BUCKETS_HOURS]},
    )
    rows = pd.DataFrame(
        {
            "month": dt.date(2026, 1, 1), "departement_code": "35", "region_code": "53",
            "domain_code": "x", "bucket": range(len(answered)),
            "upper_hours": [float(edge) for edge in RESPONSE_BUCKETS_HOURS[: len(answered)]],
            "answered": answered, "censored": censored,
        }
    )  # fmt: skip
    rows = rows[rows.answered + rows.censored > 0]
    connection.register("rows", rows)
    connection.execute("CREATE TABLE marts.first_response_buckets AS FROM rows")
    months = layers.read_sql(layers.FOLDERS["marts"] / "first_response_months.sql")
    connection.execute(f"CREATE TABLE {months.table} AS {months.body}")
    return connection


counts = st.lists(st.integers(0, 6), min_size=12, max_size=12)


@settings(max_examples=examples(60))
@given(answered=counts, censored=counts)
def test_first_response_equals_lifelines(answered, censored):
    if not sum(answered) + sum(censored):
        return
    rows = metric(survival_build(answered, censored), "first_response", from_="2026-01-01")
    found = rows.iloc[0]
    hours = RESPONSE_BUCKETS_HOURS[: len(answered)]
    fitter = KaplanMeierFitter().fit(
        np.repeat(np.array([*hours, *hours], dtype=float), [*answered, *censored]),
        np.repeat([1, 0], [sum(answered), sum(censored)]),
    )
    for share, value in ((0.5, found.value), (0.1, found.p90)):
        # lifelines compares without a tolerance, so its own curve is read with ours
        curve = fitter.survival_function_.iloc[:, 0]
        reached = curve[curve <= share + 1e-12]
        assert (reached.index[0] if len(reached) else None) == (None if pd.isna(value) else value)
