"""The overview shows what pandas counts in the dropped rows, and says what cannot be told."""

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest

from etl.build import make, warehouse
from etl.insight.changes import NotComparable, compare
from pages.overview import figures
from pages.shared import apart, i18n
from pages.shared.filters import Period
from tests import overview_market as market
from tests.market import write_drops
from tests.pages_fixture import assert_fine, frames, run_page, texts

YEAR = Period(dt.date(2025, 11, 1), dt.date(2026, 10, 1))
NOW, EARLIER = ("2025-11", "2026-10"), ("2024-11", "2025-10")
K = 2


def name_of(metric) -> str:
    """The name of a card; it leads to the cell that it tells of."""
    name, address = re.fullmatch(r"\[(.+)\]\((coverage\?.+view=cell)\)", metric.label).groups()
    assert "in=country-FR" in address and "measure=" in address
    return name


@pytest.fixture(scope="module")
def rows() -> market.Market:
    return market.make()


@pytest.fixture(scope="module")
def home(rows: market.Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two builds: the drops of August, then those of October too."""
    folder = tmp_path_factory.mktemp("overview")
    august = {name: text for name, text in rows.drops.items() if "2026-08" in name}
    for drops in (august, rows.drops):
        result = make.build(write_drops(folder / "raw", drops), folder / "warehouse")
        assert result.is_published, result.checks_failed
    return folder / "warehouse"


@pytest.fixture
def read(home: Path, monkeypatch: pytest.MonkeyPatch):
    """Figures of the year to October 2026, as the page reads them."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    return lambda scope="all", k=K, days=14: figures.read(
        figures.read_loaded(), scope, k, days, YEAR
    )


def one_build(folder: Path, drops: dict[str, str]) -> Path:
    result = make.build(write_drops(folder / "raw", drops), folder / "warehouse")
    assert result.is_published, result.checks_failed
    return folder / "warehouse"


def test_coverage_is_decided_per_commune_over_the_domains_in_use(read, rows):
    data = read()
    assert data.domains == sorted(market.DOMAINS)
    covered = market.reached(rows, market.AS_OF) >= K
    people = rows.communes.set_index("commune_code")["population"]
    share = (covered.mul(people, axis=0)).to_numpy().sum() / (people.sum() * 3)
    assert data.coverage["coverage_population"].value == pytest.approx(share, rel=1e-9)
    assert data.coverage["coverage_cells"].value == pytest.approx(covered.to_numpy().mean())
    posted = market.in_months(rows, *NOW).dropna(subset=["commune_code", "domain"])
    met = [covered.loc[r.commune_code, r.domain] for r in posted.itertuples()]
    demand = data.coverage["coverage_demand"]
    assert (demand.numerator, demand.denominator) == (sum(met), len(met))


def test_coverage_of_one_domain_is_its_own(read, rows):
    people = rows.communes.set_index("commune_code")["population"]
    covered = market.reached(rows, market.AS_OF)["gardening"] >= K
    found = read("gardening").coverage["coverage_population"]
    assert found.value == pytest.approx(people[covered].sum() / people.sum())


def test_active_providers_count_once_whatever_their_kind(read, rows):
    expected = market.active(rows, market.AS_OF)["kind"].replace("", "unknown").value_counts()
    shown = read().kinds.set_index("kind")["providers"]
    assert shown.drop("all").to_dict() == expected.reindex(shown.index[1:], fill_value=0).to_dict()
    assert shown["all"] == expected.sum()
    with_commune = market.active(rows, market.AS_OF)["commune_code"].notna().sum()
    assert read().kinds.set_index("kind").loc["all", "reaching"] == with_commune


@pytest.mark.parametrize("scope", ["all", "house_cleaning", "unknown"])
@pytest.mark.parametrize("days", [7, 14])
def test_requests_and_fill_rate_this_year_and_the_year_before(read, rows, scope, days):
    data = read(scope, days=days)
    for months, requests, found in (
        (NOW, data.requests, data.fill),
        (EARLIER, data.requests_earlier, data.fill_earlier),
    ):
        posted = market.in_months(rows, *months)
        if scope != "all":
            posted = posted[posted["domain"].fillna("unknown") == scope]
        filled, known, left_out = market.fill(posted, days)
        assert requests.value == len(posted)
        assert (found.numerator, found.n, found.left_out) == (filled, known, left_out)
        assert (found.low, found.high) == pytest.approx(market.wilson(filled, known), abs=1e-6)


def test_first_answer_is_the_kaplan_meier_of_lifelines(read, rows):
    data = read()
    for months, found in ((NOW, data.answer), (EARLIER, data.answer_earlier)):
        median, p90, n = market.first_answer(market.in_months(rows, *months))
        assert (found.value, found.n) == (median, n)
        assert found.p90 == (None if p90 == float("inf") else p90)


def test_months_hold_the_year_before_and_leave_young_ones_out(read, rows):
    data = read()
    shown = data.months.set_index(data.months["month"].dt.to_period("M"))
    assert len(shown) == 12
    for month, row in shown.iterrows():
        posted = market.in_months(rows, str(month), str(month))
        earlier = market.in_months(rows, str(month - 12), str(month - 12))
        assert (row["requests"], row["requests_earlier"]) == (len(posted), len(earlier))
        filled, known, left_out = market.fill(posted, 14)
        assert (row["known"], row["left_out"]) == (known, left_out)
        if str(month) == "2026-10":
            assert pd.isna(row["fill_rate"]) and pd.isna(row["low"])
        else:
            assert row["fill_rate"] == pytest.approx(filled / known)
        filled, known, _left = market.fill(earlier, 14)
        assert row["fill_rate_earlier"] == pytest.approx(filled / known)


def test_active_providers_at_the_end_of_each_month_of_one_file(rows, tmp_path, monkeypatch):
    """With one file its dates are all there is, so pandas can look at any day."""
    drops = {"providers/2026-08-31.csv": rows.drops["providers/2026-08-31.csv"]}
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(one_build(tmp_path, drops)))
    period = Period(dt.date(2026, 3, 1), dt.date(2026, 8, 1))
    loaded = figures.read_loaded()
    assert not loaded.tells_seen, "no file came later"
    supply = figures.read(loaded, "all", K, 14, period).supply
    known = rows.providers
    for month in pd.period_range("2026-03", "2026-08", freq="M"):
        day = month.to_timestamp(how="end").normalize()
        there = known[
            (known["joined_on"] <= day)
            & ~(known["left_on"] <= day)
            & ~(known["last_seen_on"] < day - pd.Timedelta(days=90))
        ]
        found = supply[supply["month"] == month.to_timestamp()].set_index("kind")["providers"]
        assert found["all"] == len(there)
        by_kind = there["kind"].replace("", "unknown").value_counts()
        assert {kind: found.get(kind, 0) for kind in by_kind.index} == by_kind.to_dict()


def test_a_difference_of_rates_has_newcombes_interval():
    """Newcombe 1998, method 10, example (a): 56/70 - 48/80 = 0.20 (0.0524 to 0.3339)."""
    one, other = (apart.Told(x / n, *market.wilson(x, n)) for x, n in ((56, 70), (48, 80)))
    assert apart.apart(one, other) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_what_changed_is_the_difference_of_the_two_builds(home, rows):
    served = (home / "current").resolve()
    previous = warehouse.previous_build(home, served.name)
    found = compare(warehouse.build_folder(home, previous), served, k=K, scopes=["all"])
    assert found.previous_as_of == market.BEFORE
    before = market.reached(rows, market.BEFORE) >= K
    today = market.reached(rows, market.AS_OF) >= K
    people = rows.communes.set_index("commune_code")["population"]
    totals = found.totals.set_index("has_risen")
    for has_risen, crossed in ((False, before & ~today), (True, today & ~before)):
        assert crossed.to_numpy().any(), "the market must move both ways"
        somewhere = crossed.any(axis=1)
        assert totals.loc[has_risen, "cells"] == crossed.to_numpy().sum()
        assert totals.loc[has_risen, "communes"] == somewhere.sum()
        assert totals.loc[has_risen, "population"] == people[somewhere].sum()
        places = found.places[found.places["has_risen"] == has_risen]
        cells = crossed.melt(ignore_index=False, var_name="domain", value_name="has_crossed")
        cells = cells[cells["has_crossed"]].reset_index().merge(rows.communes, on="commune_code")
        expected = cells.groupby(["departement_code", "domain"])["population"].agg(["size", "sum"])
        got = places.set_index(["departement_code", "domain_code"])[["communes", "population"]]
        assert got.sort_index().to_numpy().tolist() == expected.sort_index().to_numpy().tolist()


def test_what_changed_counts_providers_requests_and_refusals(home, rows):
    served = (home / "current").resolve()
    previous = warehouse.build_folder(home, warehouse.previous_build(home, served.name))
    found = compare(previous, served, k=K, scopes=["house_cleaning"])

    def cleaning(day: dt.date) -> set[str]:
        there = market.active(rows, day)
        return set(there.loc[there["domains"].str.contains("house_cleaning"), "provider_id"])

    before, today = cleaning(market.BEFORE), cleaning(market.AS_OF)
    counts = found.providers.groupby("change")["providers"].sum()
    assert counts.to_dict() == {"arrived": len(today - before), "gone": len(before - today)}
    reasons = found.providers.set_index(["change", "reason"])["providers"]
    assert reasons["arrived", "new"] == sum(name.startswith("N") for name in today - before)
    now = market.known_providers(rows, market.AS_OF).set_index("provider_id")
    left = now.loc[list(before - today), "left_on"].notna().sum()
    assert reasons["gone", "left"] == left
    assert reasons["gone", "stale"] == len(before - today) - left
    loads = found.loads.iloc[0]
    cleaning_requests = rows.requests[rows.requests["domain"] == "house_cleaning"]
    assert loads["requests_now"] == len(cleaning_requests)
    early = cleaning_requests["created_at"] < pd.Timestamp(market.BEFORE)
    assert loads["requests_before"] == early.sum()
    assert (loads["new_files"], loads["new_refused"]) == (2, 1)
    assert loads["new_read"] == len(rows.late) + (~(rows.requests["created_at"]
        < pd.Timestamp(market.BEFORE))).sum() + 1  # fmt: skip


@pytest.mark.long
def test_builds_that_are_not_of_a_kind_are_not_compared(home, tmp_path):
    sample = one_build(
        tmp_path,
        {
            "events/2026-09-01.csv": "on,label\n2026-08-01,Launch\n",
            "events/2026-09-01.csv.toml": "synthetic = true\n",
        },
    )
    with pytest.raises(NotComparable) as raised:
        compare((sample / "current").resolve(), (home / "current").resolve(), k=K, scopes=["all"])
    assert raised.value.reason == "sample"
    with pytest.raises(NotComparable) as raised:
        compare(tmp_path / "gone", (home / "current").resolve(), k=K, scopes=["all"])
    assert raised.value.reason == "unreadable"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_says_its_figures(home, rows, read, monkeypatch, lang):
    data = read("house_cleaning")
    test = run_page(monkeypatch, home, lang=lang, scope="house_cleaning", k=str(K))
    shown = texts(test)
    metrics = {name_of(metric): metric.value for metric in test.metric}
    posted = market.in_months(rows, *NOW)
    posted = posted[posted["domain"] == "house_cleaning"]
    filled, known, left_out = market.fill(posted, 14)
    share = i18n.percent(filled / known, lang=lang)
    assert share in metrics.values()
    assert i18n.number(len(posted), lang=lang) in metrics.values()
    assert i18n.number(data.kinds["providers"].iloc[0], lang=lang) in metrics.values()
    for words_in in {
        "en": (
            "filled within 14 days",
            f"{left_out} left out",
            "became active",
            "fell below 2",
            "later files may add some",
        ),
        "fr": (
            "pourvues en 14 jours",
            f"{left_out} écartées",
            "devenus actifs",
            "sous 2",
            "peuvent en ajouter",
        ),
    }[lang]:
        assert words_in in shown
    assert not frames(test), "the tables wait behind their panel"
    test.session_state["tables"] = True
    assert_fine(test.run())
    key_figures = frames(test)[0]
    key_figures = key_figures.set_index(key_figures.columns[0])
    told = key_figures.loc[{"en": "Requests", "fr": "Demandes"}[lang]].iloc[1]
    assert told == i18n.number(len(posted), lang=lang)
    rate = key_figures.loc[{"en": "Fill rate", "fr": "Taux de demandes pourvues"}[lang]]
    assert list(rate.iloc[1:3]) == [i18n.number(filled / known, 3, lang), str(known)]
    worst = data.gaps.iloc[0]
    gaps = test.table[0].value
    assert len(gaps) == len(data.gaps)
    address = f"lang={lang}&scope=house_cleaning&k={K}&in=departement-{worst['departement_code']}"
    assert gaps.iloc[0, 0].endswith(f"(recruit?{address})")
    assert gaps.iloc[0, 2].endswith(f"(coverage?{address}&view=cell)")
    assert i18n.number(worst["value"], 1, lang=lang) in gaps.iloc[0, 1]


def test_filters_live_in_the_address(home, monkeypatch):
    test = run_page(monkeypatch, home, period="2026-01..2026-03", days="7", k="1", scope="unknown")
    assert test.selectbox(key="filter_days").value == "7"
    shown = texts(test)
    assert "Coverage cannot be told" in shown
    test.selectbox(key="filter_scope").set_value("gardening").run()
    assert_fine(test)
    assert test.query_params["scope"] in ("gardening", ["gardening"])
    assert "at least 1 active provider of Light gardening" in texts(test)


def test_without_requests_demand_is_unknown_not_zero(rows, tmp_path, monkeypatch):
    drops = {"providers/2026-08-31.csv": rows.drops["providers/2026-08-31.csv"]}
    test = run_page(monkeypatch, one_build(tmp_path, drops))
    shown = texts(test)
    assert "No request has been loaded yet: demand cannot be told." in shown
    assert "This is the first build" in shown
    values = {name_of(metric): metric.value for metric in test.metric}
    assert [values[name] for name in ("Requests", "Filled within 14 days")] == ["–", "–"]
    assert values["First answer: half within"] == values["Requests covered"] == "–"
    assert values["Active providers"] == i18n.number(len(market.active(rows, market.BEFORE)))


@pytest.mark.long
def test_without_providers_supply_is_unknown_not_zero(rows, tmp_path, monkeypatch):
    drops = {"requests/2026-10-31.csv": rows.requests.to_csv(index=False)}
    home = one_build(tmp_path, drops)
    for lang, sentence in (
        ("en", "No provider has been loaded yet: coverage cannot be told."),
        ("fr", "Aucun prestataire n’est encore chargé : la couverture est inconnue."),
    ):
        test = run_page(monkeypatch, home, lang=lang)
        assert sentence in texts(test)
        values = [metric.value for metric in test.metric]
        assert values[:4] == ["–"] * 4
        assert values[4] == i18n.number(len(market.in_months(rows, *NOW)))


@pytest.mark.long
def test_without_answers_or_outcomes_nothing_is_made_up(rows, tmp_path, monkeypatch):
    bare = rows.requests[["request_id", "domain", "commune_code", "created_at"]]
    test = run_page(
        monkeypatch, one_build(tmp_path, {"requests/2026-10-31.csv": bare.to_csv(index=False)})
    )
    shown = texts(test)
    assert "The fill rate cannot be told" in shown
    values = {name_of(metric): metric.value for metric in test.metric}
    assert values["Filled within 14 days"] == values["First answer: 9 in 10 within"] == "–"
    posted = len(market.in_months(rows, *NOW))
    assert f"{posted} left out (recent or unknown)" in shown


@pytest.mark.middle
def test_neither_providers_nor_requests(tmp_path, monkeypatch):
    drops = {"events/2026-09-01.csv": "on,label\n2026-08-01,Launch\n"}
    test = run_page(monkeypatch, one_build(tmp_path, drops), lang="fr")
    assert {metric.value for metric in test.metric} == {"–"}


@pytest.mark.long
def test_few_cases_say_so_and_months_not_loaded_are_no_zero(tmp_path, monkeypatch):
    """Five requests, none filled, loaded to the 20th of September; the providers came later."""
    lines = [f"R{n},gardening,35238,2026-07-0{n + 1} 10:00,expired,0" for n in range(5)]
    header = "request_id,domain,commune_code,created_at,status,responses\n"
    home = one_build(
        tmp_path,
        {
            "requests/2026-09-20.csv": header + "\n".join(lines) + "\n",
            "providers/2026-10-31.csv": "provider_id,domains\nP1,gardening\n",
        },
    )
    test = run_page(monkeypatch, home)
    shown = texts(test)
    assert "Too few requests have a known outcome to tell how many are filled (5)." in shown
    assert "0% – 43%" in shown
    assert "Requests are known from Jul 2026 to" in shown
    values = {name_of(metric): metric.value for metric in test.metric}
    unsure = ("Filled within 14 days", "First answer: half within", "Requests covered")
    assert {values[name] for name in unsure} == {"too few to tell"}
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    data = figures.read(figures.read_loaded(), "all", 3, 14, YEAR)
    assert data.requests_earlier.value is None
    months = data.months.set_index("month")["requests"]
    assert months["2026-07-01"] == 5 and months["2026-08-01"] == 0
    assert months[["2026-06-01", "2026-09-01", "2026-10-01"]].isna().all()


def test_a_year_that_was_not_loaded_whole_is_not_compared(read, monkeypatch):
    begun = Period(
        dt.date(2025, 1, 1), dt.date(2025, 12, 1)
    )  # the first request is of September 2024
    data = figures.read(figures.read_loaded(), "all", K, 14, begun)
    assert data.requests.value and data.requests_earlier.value is None
    assert data.fill_earlier.value is None and data.answer_earlier.n == 0


def test_shares_are_never_rounded_to_nothing_or_all():
    assert [i18n.share(x) for x in (None, 0.0, 0.0001, 0.034, 0.62, 0.9999, 1.0)] == [
        "–", "0%", "< 0.1%", "3.4%", "62%", "> 99.9%", "100%",
    ]  # fmt: skip


@pytest.mark.middle
def test_past_months_meet_the_providers_of_today(home, monkeypatch):
    past = texts(run_page(monkeypatch, home, period="2025-01..2025-12"))
    assert past.count("past requests against today’s providers") == 2, "the card and the worklist"
    assert "today’s providers" not in texts(run_page(monkeypatch, home))
