"""Answers, hires, money, prices and records of a market small enough to count by hand."""

import pandas as pd
import pytest

from tests.market import make_build, metric

PROVIDERS = """\
provider_id,name,kind,modes,siren,domains,approvals,commune_code,reach_km,capacity_per_month,price_hour_eur,joined_on,left_on,last_seen_on,url
A,Anne,individual,direct,,gardening,,35238,10,5,15,2025-01-10,,2026-10-01,
B,Bruno,individual,prestataire,,gardening,,35238,10,5,20,2025-01-10,,2026-10-20,
C,Coop,cooperative,prestataire,732829320,gardening|elderly_care,elderly_care:agrement,35238,20,9,31,2025-02-01,,2026-10-20,https://example.org
D,Dora,individual,direct|prestataire,,gardening,,29019,10,,,2025-01-10,,2026-10-01,
E,Émile,individual,direct,,gardening,,35238,10,5,90,2025-01-10,2026-03-31,2026-03-30,
F,,company,,,,,,,,,2025-01-10,,2025-08-03,
"""
REQUESTS = """\
request_id,domain,commune_code,created_at,status,responses,first_response_at,filled_at,closed_at,provider_id,amount_eur,fee_eur
R1,gardening,35238,2026-09-01 10:00,filled,,,2026-09-05 10:00,,A,100,10
R2,gardening,35238,2026-09-02 10:00,filled,3,2026-09-02 12:00,2026-09-30 10:00,,A,200,10
R3,gardening,35238,2026-09-03 10:00,filled,5,2026-09-25 10:00,2026-10-01 10:00,,C,50,5
R4,gardening,35238,2026-09-04 10:00,expired,0,,,2026-10-04 10:00,,,
R5,gardening,35238,2026-09-05 10:00,cancelled,2,2026-09-05 11:00,,2026-09-06 10:00,,,
R6,gardening,29019,2026-09-06 10:00,filled,1,2026-09-06 11:00,2026-09-07 10:00,,D,80,
R7,gardening,29019,2026-09-07 10:00,filled,1,2026-09-07 11:00,2026-09-08 10:00,,,80,90
R8,gardening,35238,2026-10-25 10:00,filled,4,2026-10-25 11:00,2026-10-26 10:00,,B,40,4
R9,elderly_care,35238,2025-03-07 10:00,filled,1,2025-03-07 11:00,,,C,10,1
"""
# A answers R1 twice; B in time; C too late
RESPONSES = """\
request_id,provider_id,responded_at
R1,A,2026-09-01 11:00
R1,A,2026-09-01 12:00
R1,B,2026-09-02 11:00
R1,C,2026-09-25 11:00
"""
SEPTEMBER = {"from_": "2026-09-01", "to": "2026-09-01"}
AUTUMN = {"from_": "2026-09-01", "to": "2026-10-01"}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return make_build(
        tmp_path_factory.mktemp("market"),
        {
            "providers/2026-10-31.csv": PROVIDERS,
            "requests/2026-10-31.csv": REQUESTS,
            "responses/2026-10-31.csv": RESPONSES,
        },
    )


def value(rows: pd.DataFrame, scope: str, territory: str = "FR") -> pd.Series:
    found = rows[(rows.scope_code == scope) & (rows.territory_code == territory)]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.middle
def test_a_provider_that_answers_twice_is_one_answer_and_the_late_do_not_count(market):
    served = {
        k: value(
            metric(market, "results_at_least_k", k=k, level="departement", **SEPTEMBER),
            "gardening",
            "35",
        )
        for k in (1, 2, 3)
    }
    # within 14 days R1 has 2 answers, R3 none (its first came after 22 days), R4 none; R2 has 3 and
    # R5 2, of which the first are known to be in time and the others may be
    assert [row.numerator for row in served.values()] == [3, 1, 0]
    assert [row.denominator for row in served.values()] == [5, 3, 4]
    assert [row.undated for row in served.values()] == [0, 2, 1]
    later = metric(market, "results_at_least_k", k=3, days=30, level="departement", **SEPTEMBER)
    found = value(later, "gardening", "35")
    assert (found.numerator, found.denominator) == (1, 3)  # R1 of R1, R4, R5; R2 and R3 may be
    october = {"from_": "2026-10-01", "to": "2026-10-01"}
    young = value(metric(market, "results_at_least_k", **october), "gardening")
    assert (young.n, young.left_out) == (0, 1)
    assert pd.isna(young.value)


def test_unmet_demand_tells_the_late_and_the_withdrawn_apart(market):
    unmet = value(
        metric(market, "unmet_demand", level="departement", **SEPTEMBER), "gardening", "35"
    )
    assert (unmet.numerator, unmet.denominator) == (4, 5)
    assert (unmet.filled_late, unmet.cancelled) == (2, 1)  # R2 and R3; R5. R4 expired
    commune = metric(
        market, "unmet_demand", level="commune", within_level="departement", within_code="35",
        **SEPTEMBER,
    )  # fmt: skip
    found = value(commune, "gardening", "35238")
    assert (found.filled_late, found.cancelled) == (2, 1)


def test_utilisation_is_the_share_of_the_active_who_were_hired(market):
    # gardening in autumn: A, B, C hired; D hired in another place, yet hired; E has left
    country = value(metric(market, "utilisation", **AUTUMN), "gardening")
    assert (country.numerator, country.denominator) == (4, 4)
    september = value(metric(market, "utilisation", **SEPTEMBER), "gardening")
    assert september.numerator == 2  # A and D; C was hired on 1 October, B on the 26th
    spring = {"from_": "2026-01-01", "to": "2026-03-01"}
    assert value(metric(market, "utilisation", **spring), "gardening").denominator == 5
    assert pd.isna(value(metric(market, "utilisation", **spring), "gardening").value)
    care = value(metric(market, "utilisation", **AUTUMN), "elderly_care")
    assert (care.numerator, care.denominator) == (0, 1)


def test_concentration_of_a_year_of_hires(market):
    rows = metric(market, "concentration", level="departement", to="2026-10-01")
    rennes = value(rows, "gardening", "35")  # A 2, B 1, C 1
    assert rennes.value == 10_000 * (4 + 1 + 1) / 16
    assert (rennes.largest_share, rennes.providers, rennes.n) == (0.5, 3, 4)
    brest = value(rows, "gardening", "29")
    assert (brest.value, brest.left_out) == (10_000, 1)
    # eleven months later the hires of September have gone from the year, those of 2025 long before
    assert "elderly_care" not in set(rows.scope_code)
    assert value(metric(market, "concentration", to="2026-02-01"), "all").value == 10_000


def test_direct_hires_by_kind(market):
    direct = value(metric(market, "direct_hire_share", kind="all", **AUTUMN), "gardening")
    # A twice; B and C in prestataire mode; D works both ways; R7 names nobody
    assert (direct.numerator, direct.denominator, direct.left_out) == (2, 4, 2)
    people = value(metric(market, "direct_hire_share", kind="individual", **AUTUMN), "gardening")
    assert (people.numerator, people.denominator, people.left_out) == (2, 3, 1)


def test_what_the_provider_keeps(market):
    kept = value(metric(market, "provider_share", **AUTUMN), "gardening")
    # R1, R2, R3 and R8; R6 has no fee, the fee of R7 is above its amount
    assert (kept.numerator, kept.denominator) == (90 + 190 + 45 + 36, 390)
    assert kept.take_rate == pytest.approx(29 / 390)
    assert (kept.n, kept.left_out) == (4, 2)


def test_the_median_price_of_the_active(market):
    country = value(metric(market, "price"), "gardening")  # 15, 20, 31; D tells none, E has left
    assert (country.value, country.n, country.left_out) == (20, 3, 1)
    brest = value(metric(market, "price", level="departement"), "gardening", "29")
    assert pd.isna(brest.value) and brest.left_out == 1


def test_quality_counts_only_the_criteria_that_apply(market):
    records = {
        provider: (score, correct)
        for provider, score, correct in market.execute(
            "SELECT provider_id, quality_score, to_correct FROM marts.providers"
        ).fetchall()
    }
    assert records["A"] == (1, [])  # employed by the household: no SIREN, no site, no approval
    assert records["B"] == (pytest.approx(7 / 8, abs=1e-4), ["identifier"])
    assert records["C"] == (1, [])
    assert records["D"] == (
        pytest.approx(5 / 8, abs=1e-4),
        ["identifier", "price", "capacity"],
    )
    # last seen 454 days before: fresh by (730 - 454) / 547, and one of 9 criteria
    assert records["F"] == (
        pytest.approx((730 - 454) / 547 / 9, abs=1e-4),
        ["name", "domain", "place", "identifier", "price", "capacity", "reach", "url", "freshness"],
    )
    country = value(metric(market, "quality_score"), "gardening")  # E has left
    assert country.value == pytest.approx((1 + 7 / 8 + 1 + 5 / 8) / 4, abs=1e-4)
    assert (country.n, country.complete) == (4, 2)


@pytest.mark.parametrize(
    ("scope", "level", "code", "k", "state"),
    [
        ("gardening", "departement", "35", 3, "short_of_supply"),  # 2 of 5 without an answer
        ("gardening", "departement", "29", 1, "healthy"),  # 2 of 2 filled
        ("gardening", "departement", "29", 2, "short_of_supply"),
        ("gardening", "departement", "22", 3, "dormant"),
        ("elderly_care", "departement", "35", 1, "short_of_demand"),  # nobody asks
        ("elderly_care", "departement", "35", 2, "dormant"),
    ],
)
def test_market_state(market, scope, level, code, k, state):
    rows = metric(market, "market_state", level=level, k=k, scopes=[scope], **SEPTEMBER)
    found = value(rows, scope, code)
    assert found.state == state


def test_market_state_shows_what_it_is_made_of(market):
    rows = metric(market, "market_state", level="departement", scopes=["gardening"], **SEPTEMBER)
    rennes = value(rows, "gardening", "35")
    assert (rennes.numerator, rennes.denominator, rennes.n) == (3, 3, 5)
    assert (rennes.zero_response, rennes.fill_rate) == (0.4, 0.2)
    assert rennes.pressure == pytest.approx(5 / 3)
