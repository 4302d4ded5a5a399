"""Co-operatives against other people's arithmetic: lifelines, and pandas on the drops."""

import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError

from etl import paths
from etl.build import warehouse
from tests.market import metric
from tests.sizes import examples

YEARS = [1.0, 2.0, 3.0, 4.0, 5.0]
PERIOD = {"from_": "2017-01-01", "to": "2025-12-01"}
LIFE = {"origin": "all", "form": "all"}


@pytest.fixture(scope="module")
def generated(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.fixture(scope="module")
def register(sample_market) -> pd.DataFrame:
    """One row per co-operative, worked out from the drops themselves."""
    drops = []
    for path in sorted((sample_market / "raw" / "cooperatives").glob("*.csv")):
        dates = ["cooperative_since", "registered_on", "ceased_on"]
        rows = pd.read_csv(path, dtype={"siren": str, "legal_category": str}, parse_dates=dates)
        drops.append(rows.assign(as_of=pd.Timestamp(path.stem.removeprefix("cooperatives-"))))
    rows = pd.concat(drops)
    days = sorted(rows.as_of.unique())
    found = rows.groupby("siren").last()
    found["entered"] = rows.groupby("siren").as_of.min()
    found["shown_last"] = rows.groupby("siren").as_of.max()
    following = dict(zip(days, [*days[1:], pd.NaT], strict=True))
    gone = found.shown_last.map(following)
    found["exited"] = pd.concat([rows.groupby("siren").ceased_on.last(), gone], axis=1).min(axis=1)
    found["born"] = found.cooperative_since.fillna(found.registered_on)
    found["origin"] = found.origin.fillna("unknown")
    found["end"] = found.exited.fillna(days[-1])
    return found


@pytest.fixture(scope="module")
def years(sample_market) -> pd.DataFrame:
    (path,) = (sample_market / "raw" / "cooperative_years").glob("*.csv")
    return pd.read_csv(path, dtype={"siren": str}).set_index(["siren", "year"])


def kaplan_meier(entry, end, exited) -> KaplanMeierFitter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of few early entries, which is what we test
        return KaplanMeierFitter().fit(end, exited, entry=entry)


@pytest.mark.parametrize("origin", ["all", "ex_nihilo", "transmission", "rescue", "transformation"])
@pytest.mark.parametrize("first", ["2000-01-01", "2017-01-01", "2020-01-01"])
def test_survival_equals_lifelines(generated, register, origin, first):
    born = register[(register.born >= first) & (register.born < "2026-01-01")]
    if origin != "all":
        born = born[born.origin == origin]
    entry = (born.entered - born.born).dt.days.clip(lower=0)
    end = (born.end - born.born).dt.days
    watched = end > entry
    asked = {"from_": first, "to": "2025-12-01", "scopes": ["all"], "origin": origin, "form": "all"}
    rows = metric(generated, "survival", years=YEARS, **asked).set_index("years")
    assert (rows.n == watched.sum()).all() and (rows.left_out == (~watched).sum()).all()
    fitted = kaplan_meier(entry[watched], end[watched], born.exited.notna()[watched])
    told = rows[rows.why.isna()]
    bounds = fitted.confidence_interval_
    for age, row in told.iterrows():
        assert row.value == pytest.approx(fitted.predict(365.25 * age), abs=1e-9)
        days = 365.25 * age
        assert row.at_risk == ((entry < days) & (end >= days) & watched).sum()
        if row.numerator and 0 < row.value < 1:
            low, high = bounds[bounds.index <= days].iloc[-1]
            assert (row.low, row.high) == pytest.approx((low, high), abs=1e-9)
    assert told.value.is_monotonic_decreasing


lives = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 60), st.booleans()), min_size=1, max_size=25
)


@settings(max_examples=examples(150))
@given(lives=lives)
def test_any_lives_equal_lifelines(lives):
    """Ages in hundreds of days, so that entries, exits and ends fall together."""
    rows = pd.DataFrame(lives, columns=["entry", "lived", "exited"])
    rows["end"] = rows.entry + rows.lived
    moves = pd.concat([
        pd.DataFrame({"age": rows.entry, "entered": 1, "exited": 0, "censored": 0}),
        pd.DataFrame({"age": rows.end, "entered": 0, "exited": rows.exited.astype(int),
                      "censored": (~rows.exited).astype(int)}),
    ])  # fmt: skip
    db = duckdb.connect()
    db.register("days", moves.groupby("age").sum().reset_index())
    db.execute(paths.MACROS.read_text("utf-8"))
    db.execute("CREATE SCHEMA marts")
    db.execute(
        "CREATE TABLE marts.survival_days AS SELECT DATE '2020-01-01' AS born_month,"
        " 'rescue' AS origin, 'scop' AS form, '53' AS region_code, '35' AS departement_code,"
        " 'all' AS scope_code, 100 * age AS age_days, entered, exited, censored, 0 AS unwatched"
        " FROM days"
    )
    db.execute("CREATE TABLE marts.cooperatives AS SELECT DATE '2024-01-01' AS exited_on")
    asked = {"scopes": ["all"], "from_": "2020-01-01", "to": "2020-12-01", **LIFE}
    curve = metric(db, "survival", years=[], **asked)
    assert len(curve) == rows[rows.exited].end.nunique()
    assert (curve.n == len(rows)).all()
    told = curve[curve.why.isna()]
    try:
        fitted = kaplan_meier(100 * rows.entry, 100 * rows.end, rows.exited)
    except StatError:  # it refuses where nobody is left and more come: so do we, from there on
        present = [((rows.entry <= age) & (rows.end > age)).sum() for age in range(100)]
        gap = next(a for a in range(rows.entry.min(), 100) if not present[a])
        assert (told.years * 365.25 <= 100 * gap + 1).all()
        fitted = None
    for row in told.itertuples():
        age = round(row.years * 365.25)
        if fitted:
            assert row.value == pytest.approx(fitted.predict(age), abs=1e-9)
        assert row.at_risk == ((100 * rows.entry < age) & (100 * rows.end >= age)).sum() > 0
        assert 0 <= row.low <= row.value + 1e-12 and row.value <= row.high + 1e-12 <= 1 + 1e-9
    # survivors alone, or a time that nobody was watched in, tell nothing
    if rows.entry.min() > 3:
        assert (curve.why == "seen_late").all() or curve.empty
    db.close()


def scoped(register: pd.DataFrame, generated, scope: str) -> set[str]:
    scopes = generated.cursor().execute("FROM reference.domain_scopes").df()
    members = set(scopes[scopes.scope_code == scope].domain_code)
    return {s for s, domains in register.domains.items() if members & set(domains.split("|"))}


@pytest.mark.parametrize("scope", ["all", "family_home", "elderly_care"])
def test_counts_equal_pandas_and_balance(generated, register, scope):
    mine = register[register.index.isin(scoped(register, generated, scope))]
    before = 0
    for year in range(2012, 2026):
        asked = {"from_": f"{year}-01-01", "to": f"{year}-12-01", "scopes": [scope]}
        ends_on = pd.Timestamp(year, 12, 31)
        living = mine[(mine.born <= ends_on) & ~(mine.exited <= ends_on)]
        counted = metric(generated, "cooperatives", **asked)
        count = counted.value.sum()
        assert count == len(living)
        growth = metric(generated, "net_growth", **asked)
        births = metric(generated, "births", **asked).value.sum()
        assert births == (mine.born.dt.year == year).sum()
        assert growth.exits.sum() == (mine.exited.dt.year == year).sum()
        if year > 2012:
            assert growth.value.sum() == count - before
        before = count
    kinds = ["closure", "liquidation", "merger", "conversion", "exit_unknown"]
    whole = metric(generated, "net_growth", from_="2012-01-01", to="2025-12-01", scopes=[scope])
    assert whole[kinds].sum().sum() == whole.exits.sum()


@pytest.mark.parametrize("unit", ["headcount", "fte"])
def test_jobs_equal_pandas_and_balance(generated, register, years, unit):
    column = {"headcount": "employees", "fte": "employees_fte"}[unit]
    rows = metric(generated, "jobs", unit=unit, scopes=["all"], **PERIOD).set_index("year")
    for year, row in rows.iterrows():
        created = lost = kept = unknown = 0.0
        for siren, firm in register.iterrows():
            is_birth, is_exit = firm.born.year == year, firm.exited.year == year
            if firm.born.year > year or firm.exited.year < year:
                continue
            this = years[column].get((siren, year), np.nan) if not is_exit else 0.0
            last = years[column].get((siren, year - 1), np.nan) if not is_birth else 0.0
            held = years.jobs_kept.get((siren, year), np.nan)
            if np.isnan(held):
                must = is_birth and firm.origin in ("transmission", "rescue")
                held = np.nan if must else 0.0
            if is_exit:
                held = 0.0
            elif unit == "fte" and held:
                share = years.employees_fte.get((siren, year), np.nan)
                held = round(held * share / years.employees.get((siren, year), np.nan), 2)
            change = this - last - held
            if np.isnan(change):
                unknown += 1
                continue
            created, lost = created + max(change, 0), lost + max(-change, 0)
            kept += held
        assert (row.created, row.lost, row.kept) == pytest.approx((created, lost, kept), abs=0.05)
        assert row.left_out == unknown
        assert row.value == pytest.approx(row.created - row.lost)
        assert row.closing - row.opening == pytest.approx(row.value + row.kept)
        assert min(row.births, row.expansions, row.contractions, row.exits) >= 0
        assert row.created == pytest.approx(row.births + row.expansions)


def test_shares_and_people_equal_pandas(generated, register, years):
    flat = years.reset_index().merge(register, left_on="siren", right_index=True)
    ends_on = pd.to_datetime(flat.year.astype(str) + "-12-31")
    flat = flat[(flat.born <= ends_on) & ~(flat.exited <= ends_on)]
    for name, column in (
        ("lasting_jobs", "permanent_employees"),
        ("qualified_jobs", "qualified_employees"),
        ("membership", "member_employees"),
    ):
        rows = metric(generated, name, scopes=["all"], **PERIOD).set_index("year")
        both = flat.dropna(subset=[column, "employees"])
        both = both[(both[column] <= both.employees) & both.year.isin(rows.index)]
        sums = both.groupby("year")[[column, "employees"]].sum()
        assert rows.numerator.tolist() == sums[column].tolist()
        assert rows.denominator.tolist() == sums.employees.tolist()
    rows = metric(generated, "cae_people", scopes=["all"], **PERIOD).set_index("year")
    people = flat.groupby("year")[["cae_entrepreneurs", "cape_holders"]].sum().loc[rows.index]
    assert rows.value.fillna(0).tolist() == people.cae_entrepreneurs.tolist()
    assert rows.cape_holders.fillna(0).tolist() == people.cape_holders.tolist()


def test_retention_equals_pandas(generated, register, years):
    rows = metric(generated, "job_retention", scopes=["all"], **PERIOD).set_index("year")
    staff = years.employees
    for year, row in rows.iterrows():
        ends = {3: [0.0, 0.0], 5: [0.0, 0.0]}
        for siren, firm in register[register.born.dt.year == year].iterrows():
            start = staff.get((siren, year), np.nan)
            for horizon, sums in ends.items():
                later = staff.get((siren, year + horizon), np.nan)
                if firm.exited <= pd.Timestamp(year + horizon, 12, 31):
                    later = 0.0
                if year + horizon <= 2025 and start > 0 and not np.isnan(later):
                    sums[0] += later
                    sums[1] += start
        assert row.numerator == (ends[3][0] if ends[3][1] else pytest.approx(np.nan, nan_ok=True))
        expected = ends[5][0] / ends[5][1] if ends[5][1] else np.nan
        assert row.after_5y == pytest.approx(expected, nan_ok=True)


@pytest.fixture(scope="module")
def projects(sample_market) -> pd.DataFrame:
    raw = sample_market / "raw"
    (path,) = (raw / "project_steps").glob("*.csv")
    steps = pd.read_csv(path, parse_dates=["on"])
    dated = steps.pivot_table(index="project_id", columns="step", values="on", aggfunc="min")
    paid = steps.pivot_table(index="project_id", columns="step", values="amount_eur", aggfunc="sum")
    return dated.join(paid[["financed"]].add_suffix("_eur"))


@pytest.mark.parametrize("first", ["2015-01-01", "2022-01-01"])
def test_the_funnel_equals_pandas_and_never_grows(generated, projects, first):
    mine = projects[(projects.received >= first) & (projects.received < "2026-01-01")]
    asked = {"scopes": ["all"], "from_": first, "to": "2025-12-01"}
    rows = metric(generated, "pipeline", **asked).set_index("step")
    through = pd.Series(True, index=mine.index)
    for step in ("received", "supported", "financed", "registered"):
        through &= mine[step].notna()
        assert rows.loc[step, "value"] == through.sum()
        assert rows.loc[step, "n"] == mine[step].notna().sum()
    assert rows.loc["financed", "euros"] == mine.financed_eur.sum()
    main = rows[~rows.is_branch].sort_values("step_order").value
    assert main.is_monotonic_decreasing
    times = metric(generated, "pipeline_times", **asked).set_index(["from_step", "to_step"])
    for begun, done in (("received", "supported"), ("received", "registered")):
        end = pd.concat([mine.abandoned, mine.registered], axis=1).min(axis=1)
        end = mine[done].fillna(end).fillna(pd.Timestamp("2026-10-31"))
        days = (end - mine[begun]).dt.days
        fitted = kaplan_meier(None, days, mine[done].notna())
        row = times.loc[(begun, done)]
        assert row.n == len(mine) and row.numerator == mine[done].notna().sum()
        expected = fitted.median_survival_time_
        assert row.value == expected or (np.isinf(expected) and np.isnan(row.value))


def test_regions_add_up_and_openings_equal_unmet_demand(generated):
    for name, more in (
        ("cooperatives", {}), ("births", {}), ("jobs", {"unit": "headcount"}), ("pipeline", {}),
    ):  # fmt: skip
        country = metric(generated, name, scopes=["all"], **PERIOD, **more).numerator.sum()
        regions = metric(generated, name, level="region", scopes=["all"], **PERIOD, **more)
        assert regions.numerator.sum() <= country or name == "jobs"
    asked = {"from_": "2025-10-01", "to": "2026-09-01"}
    unmet = metric(generated, "unmet_demand", level="departement", **asked)
    openings = metric(generated, "openings", days=14, **asked)
    keys = ["territory_code", "scope_code"]
    both = openings.merge(unmet, on=keys, suffixes=("", "_unmet"))
    assert len(both) == len(openings)
    assert (both.numerator == both.numerator_unmet).all()
    assert (both.denominator == both.denominator_unmet).all()


def test_hires_and_providers_of_cooperatives_equal_pandas(generated):
    providers = generated.cursor().execute("FROM marts.providers").df()
    coops = providers[providers.is_cooperative]
    registered = set(generated.cursor().execute("FROM marts.cooperatives").df().siren)
    assert set(coops.provider_id) == set(
        providers[(providers.kind == "cooperative") | providers.siren.isin(registered)].provider_id
    )
    row = metric(generated, "scop_share_providers", scopes=["all"]).iloc[0]
    assert (row.numerator, row.denominator) == (coops.is_active.sum(), providers.is_active.sum())
    hires = generated.cursor().execute(
        "SELECT * FROM staging.hires WHERE provider_id IS NOT NULL"
        " AND month BETWEEN DATE '2025-10-01' AND DATE '2026-09-01'"
    ).df()  # fmt: skip
    row = metric(generated, "scop_share_hires", scopes=["all"]).iloc[0]
    mine = hires[hires.provider_id.isin(coops.provider_id)]
    assert (row.numerator, row.denominator) == (len(mine), len(hires))
    assert row.scop == mine.provider_id.isin(coops[coops.is_scop].provider_id).sum()


def test_the_sample_is_of_the_order_of_what_is_published(generated):
    """The invented register behaves like the movement: within wide bounds of its own series."""
    series = generated.cursor().execute("FROM reference.cooperative_series").df()

    def published(indicator: str) -> pd.Series:
        return series[series.indicator == indicator].value

    rate = metric(generated, "survival", years=[5.0], scopes=["all"], **PERIOD, **LIFE)
    shares = published("survival_5y_percent") / 100
    assert shares.min() - 0.15 < rate.value.iloc[0] < shares.max() + 0.15
    members = metric(generated, "membership", scopes=["all"], **PERIOD).value
    assert members.mean() == pytest.approx(27_330 / 51_500, abs=0.12)
    size = metric(generated, "jobs", unit="headcount", scopes=["all"], **PERIOD)
    known = size[size.n > 0].iloc[-1]
    mean = published("employees").sum() / published("cooperatives").sum()
    assert mean / 2.5 < known.closing / known.n < mean * 2.5
    births = metric(generated, "births", scopes=["all"], **PERIOD).iloc[0]
    yearly = births.value / 9 / metric(generated, "cooperatives", scopes=["all"], **PERIOD).value[0]
    movement = published("births").mean() / published("cooperatives").mean()
    assert movement / 2.5 < yearly < movement * 2.5
