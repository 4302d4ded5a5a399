# ruff: noqa: E501 (the rows of a drop are lines of their own length)
"""Supply and demand of a marketplace small enough to count on one's fingers."""

import math

import duckdb
import pandas as pd
import pytest

from etl import paths
from tests.market import make_build, metric

PROVIDERS = """\
provider_id,name,kind,modes,domains,approvals,commune_code,departement_code,reach_km,joined_on,left_on,last_seen_on,is_published,is_active
P1,Anne Le Gall,individual,direct,house_cleaning,,35238,,10,2025-01-10,,2026-10-01,true,
P2,Asso Bocage,association,prestataire,house_cleaning|elderly_care,elderly_care:agrement,35238,,,2025-11-20,,2026-10-20,true,
P3,Vite SARL,company,prestataire,elderly_care,house_cleaning:declaration,35238,,20,2025-02-01,,2026-10-20,true,
P4,Parti,individual,direct,house_cleaning,,35238,,20,2025-01-10,2026-06-30,2026-06-01,true,
P5,Caché,individual,direct,house_cleaning,,35238,,20,2025-01-10,,2026-10-01,false,
P6,Ancien,individual,direct,house_cleaning,,35238,,20,2025-01-10,,2026-07-01,true,
P7,Sans commune,individual,direct,house_cleaning,,,35,20,2025-01-10,,,true,
P8,Sans lieu,individual,direct,house_cleaning,,,,20,2025-01-10,,2026-10-01,,
P9,Bientôt,individual,direct,house_cleaning,,35238,,20,2026-12-01,,,true,
P10,Inactif,individual,direct,house_cleaning,,35238,,20,,,,true,false
P11,Brest Aide,individual,direct,gardening,,29019,,5,2025-01-10,,2026-10-01,true,
P12,Nounou,individual,direct,childcare_under_3,childcare_under_3:declaration,35238,,5,2025-01-10,,2026-10-01,true,
"""
REQUESTS = """\
request_id,domain,commune_code,created_at,status,responses,first_response_at,filled_at,closed_at
R1,house_cleaning,35238,2026-09-01 10:00,filled,3,2026-09-01 12:00,2026-09-05 10:00,
R2,house_cleaning,35238,2026-09-02 10:00,expired,0,,,2026-10-02 10:00
R3,house_cleaning,35238,2026-09-03 10:00,filled,1,2026-09-20 10:00,2026-09-30 10:00,
R4,house_cleaning,35238,2026-10-25 10:00,open,0,,,
R5,house_cleaning,35238,2026-09-10 10:00,,,,,
R6,house_cleaning,35238,2026-09-11 10:00,cancelled,0,,,2026-09-12 10:00
R7,house_cleaning,29019,2026-09-12 10:00,filled,1,2026-09-12 11:00,2026-09-26 10:00,
R8,,,2026-09-13 10:00,filled,1,2026-09-13 11:00,2026-09-14 10:00,
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return make_build(
        tmp_path_factory.mktemp("market"),
        {"providers/2026-10-31.csv": PROVIDERS, "requests/2026-10-31.csv": REQUESTS},
    )


def value(rows: pd.DataFrame, scope: str, territory: str = "FR") -> pd.Series:
    found = rows[(rows.scope_code == scope) & (rows.territory_code == territory)]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.middle
def test_each_provider_is_active_or_says_why_not(market):
    reasons = dict(
        market.execute("SELECT provider_id, inactive_reason FROM marts.providers").fetchall()
    )
    assert reasons == {
        "P1": None, "P2": None, "P3": "not_approved", "P4": "left", "P5": "unpublished",
        "P6": "stale", "P7": None, "P8": None, "P9": "not_joined", "P10": "inactive", "P11": None,
        "P12": None,
    }  # fmt: skip


def test_only_a_known_lack_of_approval_excludes(market):
    approvals = market.execute(
        "SELECT provider_id, domain_code, approval FROM marts.provider_domains"
    ).fetchall()
    known = {(provider, domain): approval for provider, domain, approval in approvals}
    assert known["P2", "elderly_care"] == "yes"
    assert known["P3", "elderly_care"] == "no"
    assert known["P1", "house_cleaning"] == "not_required"
    # employed by the household itself: needs none, whatever its declaration says
    assert known["P12", "childcare_under_3"] == "not_required"


def test_active_providers_are_distinct_at_every_level(market):
    country = metric(market, "active_providers")
    assert value(country, "all").value == 6
    assert value(country, "house_cleaning").value == 4  # P1, P2, P7 and P8 whose place is unknown
    assert value(country, "elderly_care").value == 1
    departements = metric(market, "active_providers", level="departement")
    assert value(departements, "house_cleaning", "35").value == 3
    assert value(departements, "all", "29").value == 1
    communes = metric(
        market, "active_providers", level="commune", within_level="departement", within_code="35"
    )
    assert value(communes, "house_cleaning", "35238").value == 2


def great_circle_km(communes: pd.DataFrame, code: str) -> pd.Series:
    """The spherical law of cosines: another formula than the one under test."""
    here = communes.set_index("commune_code").loc[code]
    lat, lon = communes.latitude.map(math.radians), communes.longitude.map(math.radians)
    lat0, lon0 = math.radians(here.latitude), math.radians(here.longitude)
    cosine = lat.map(math.sin) * math.sin(lat0) + lat.map(math.cos) * math.cos(lat0) * (
        lon - lon0
    ).map(math.cos)
    return cosine.clip(upper=1).map(math.acos) * 6371.0088


def test_coverage_counts_people_of_the_communes_within_reach(market):
    communes = pd.read_csv(paths.REFERENCE / "communes.csv", dtype={"commune_code": str})
    reached = communes[great_circle_km(communes, "35238") <= 10]
    assert "35024" in set(reached.commune_code)  # Betton is 8 km from Rennes
    rows = metric(market, "coverage_population", k=2, scopes=["house_cleaning"])
    covered = value(rows, "house_cleaning")
    assert covered.numerator == reached.population.sum()
    assert covered.denominator == communes.population.sum()
    assert value(metric(market, "coverage_cells", k=2), "house_cleaning").numerator == len(reached)
    assert value(metric(market, "coverage_population", k=3), "house_cleaning").value == 0


def test_coverage_of_demand_is_decided_where_requests_land(market):
    rows = metric(market, "coverage_demand", k=2, from_="2026-09-01", to="2026-09-01")
    found = value(rows, "house_cleaning")
    assert (found.numerator, found.denominator) == (5, 6)  # Brest is not reached


@pytest.mark.middle
def test_where_nobody_comes_people_are_counted_all_the_same(tmp_path):
    """No commune is reached at all: everybody is there, and nobody is covered."""
    provider = PROVIDERS.splitlines()[0] + "\nP8,Sans lieu,individual,direct,gardening,,,,,,,,,\n"
    drops = {"providers/2026-10-31.csv": provider, "requests/2026-10-31.csv": REQUESTS}
    market = make_build(tmp_path, drops)
    people = market.execute("SELECT sum(population) FROM reference.communes").fetchone()[0]
    for level in ("country", "departement"):
        rows = metric(market, "coverage_population", level=level, scopes=["gardening"])
        assert (rows.numerator.sum(), rows.denominator.sum()) == (0, people)
        assert rows.n.sum() == people
    found = value(metric(market, "gap", from_="2026-09-01", to="2026-09-01"), "house_cleaning")
    assert (found.communes, found.missing, found.n) == (2, 6, 6)
    with pytest.raises(duckdb.Error, match="k is 1 to 10"):
        metric(market, "gap", k=11)


def test_fill_rate_leaves_out_the_young_and_the_unknown(market):
    asked = {"from_": "2026-09-01", "to": "2026-10-01"}
    country = value(metric(market, "fill_rate", **asked), "house_cleaning")
    assert (country.numerator, country.denominator, country.left_out) == (2, 5, 2)
    rennes = value(
        metric(market, "fill_rate", level="departement", **asked), "house_cleaning", "35"
    )
    assert (rennes.value, rennes.n) == (0.25, 4)
    # 1 of 4: Wilson's interval, from a table
    assert rennes.low == pytest.approx(0.0456, abs=1e-4)
    assert rennes.high == pytest.approx(0.6994, abs=1e-4)
    unmet = value(metric(market, "unmet_demand", level="region", **asked), "house_cleaning", "53")
    assert unmet.numerator == 3


def test_no_answer_within_the_time_is_zero_response(market):
    asked = {"from_": "2026-09-01", "to": "2026-09-01", "level": "departement"}
    rennes = value(metric(market, "zero_response", **asked), "house_cleaning", "35")
    assert (rennes.numerator, rennes.denominator) == (3, 4)  # R5: nobody knows


def test_first_response_keeps_the_waiting_as_censored(market):
    asked = {"from_": "2026-09-01", "to": "2026-09-01", "level": "departement"}
    rennes = value(metric(market, "first_response", **asked), "house_cleaning", "35")
    # S = 3/4 after 2 h; R6 withdrawn at 24 h; then 1 of 2 after 408 h, in the bucket up to 504 h
    assert rennes.value == 504
    assert pd.isna(rennes.p90)
    assert rennes.n == 4


def test_a_request_of_unknown_domain_and_place_counts_for_the_country(market):
    rows = metric(market, "requests", from_="2026-09-01", to="2026-09-01")
    assert value(rows, "all").value == 7
    assert value(rows, "unknown").value == 1
    assert set(metric(market, "requests", level="region").territory_code) <= {"53"}


def test_history_counts_who_was_there(market):
    months = market.execute(
        "SELECT CAST(month AS VARCHAR), providers, joined, left_providers FROM marts.supply_months"
        " WHERE level = 'country' AND scope_code = 'house_cleaning' AND kind = 'all'"
    ).fetchall()
    history = {month[:7]: counts for month, *counts in months}
    assert history["2025-01"] == [5, 5, 0]  # P1, P4, P6, P7, P8
    assert history["2025-11"] == [6, 1, 0]  # P2 joins
    assert history["2026-06"] == [5, 0, 1]  # P4 leaves
    assert history["2026-09"] == [4, 0, 1]  # P6 was last seen 90 days before 2026-09-29
    assert history["2026-10"] == [4, 0, 0]


def test_pressure_divides_requests_by_the_providers_of_those_months(market):
    asked = {"from_": "2026-09-01", "to": "2026-09-01"}
    pressure = value(metric(market, "pressure", **asked), "house_cleaning")
    assert pressure.value == pytest.approx(6 / 4)
    assert "gardening" not in set(metric(market, "pressure", **asked).scope_code)


def test_gap_is_what_is_lost_where_there_are_too_few(market):
    rows = metric(market, "gap", level="departement", from_="2026-09-01", to="2026-09-01")
    rennes = value(rows, "house_cleaning", "35")
    assert (rennes.value, rennes.missing, rennes.n) == (3, 1, 5)


def test_requests_age_only_while_they_are_known(tmp_path):
    """Providers were dropped a month after the requests: the requests did not grow older."""
    later = PROVIDERS.replace("P11,", "P13,")
    market = make_build(
        tmp_path,
        {
            "providers/2026-11-30.csv": later,
            "requests/2026-10-31.csv": REQUESTS,
        },
    )
    rows = metric(market, "fill_rate", from_="2026-10-01", to="2026-11-01")
    found = value(rows, "house_cleaning")
    assert (found.n, found.left_out) == (0, 1)  # R4 was six days old when last heard of
    months = market.execute("SELECT count(*) FROM marts.months WHERE has_requests").fetchone()
    assert months == (2,)  # September and October


def test_a_target_given_as_a_percentage_is_a_share_and_listed(tmp_path):
    drops = {
        "providers/2026-10-31.csv": "provider_id,domains,commune_code\n1,gardening,35238\n",
        "targets/2026-10-31.csv": "metric,target\n"
        "fill_rate,60\ncoverage_population,0.9\nactive_providers,50\nprovider_share,1\nunheard,7\n"
        "zero_response,250\n",
    }
    with make_build(tmp_path, drops) as con:
        told = dict(con.execute("SELECT metric, target FROM marts.targets").fetchall())
        listed = con.execute(
            "SELECT line, column_name, value FROM quality.repaired_values"
            " WHERE reason_code = 'target_as_percentage'"
        ).fetchall()
    assert told == {
        "fill_rate": 0.6, "coverage_population": 0.9, "active_providers": 50,
        "provider_share": 1, "unheard": 7, "zero_response": 250,
    }  # fmt: skip
    assert listed == [(2, "target", "60.0")]
