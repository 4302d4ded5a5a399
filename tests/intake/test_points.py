"""Who and what is placed by coordinates alone: of a département, and of a commune only by reach."""

import duckdb
import pytest

from etl import layers, paths
from etl.insight.recruit.what_if import read_places, what_if
from pages.finding import search
from tests.market import make_build, metric
from tests.pages_fixture import run_page, texts

WINDOW = {"from_": "2025-11-01", "to": "2026-10-01"}
# five requests name Morlaix, three were placed beside it, two beside Quimper
REQUESTS = "request_id,created_at,status,commune_code,latitude,longitude,domain\n" + "".join(
    [f"A{n},2026-06-{n:02} 10:00,expired,29151,,,gardening\n" for n in range(1, 6)]
    + [f"B{n},2026-06-{n:02} 10:00,expired,,48.58,-3.83,gardening\n" for n in range(1, 4)]
    + [f"C{n},2026-06-{n:02} 10:00,expired,,47.99,-4.10,gardening\n" for n in range(1, 3)]
)
# N names Rennes, B and S lie beside Bruz, 11 km from there: B comes as far, S does not
PROVIDERS = """\
provider_id,name,domains,commune_code,latitude,longitude,reach_km
N,Nord,gardening,35238,,,5
B,Bocage,gardening,,48.025,-1.747,20
S,Sud,gardening,,48.025,-1.747,5
"""


@pytest.fixture(scope="module")
def requests(tmp_path_factory):
    return make_build(tmp_path_factory.mktemp("requests"), {"requests/r-2026-10-31.csv": REQUESTS})


@pytest.mark.middle
def test_requests_by_a_point_count_from_the_departement_up(requests):
    figures = {
        name: {
            level: metric(
                requests, name, level=level, within_level="departement", within_code="29",
                scopes=["gardening"], **WINDOW,
            ).set_index("territory_code").n.to_dict()
            for level in ("departement", "commune")
        }
        for name in ("requests", "coverage_demand", "gap", "deserts")
    }  # fmt: skip
    everywhere = {"departement": {"29": 10}, "commune": {"29151": 5}}
    # a desert is a commune: what was posted in one names it
    deserts = {"departement": {"29": 5}, "commune": {"29151": 5}}
    assert figures == dict.fromkeys(("requests", "coverage_demand", "gap"), everywhere) | {
        "deserts": deserts
    }
    desert = metric(requests, "deserts", scopes=["gardening"], **WINDOW).iloc[0]
    assert (desert.numerator, desert.denominator) == (1, 1)


def listed(build, folder: str, name: str, **params) -> dict:
    file = layers.read_sql(paths.ROOT / folder / f"{name}.sql")
    asked = {"from": "2025-11-01", "to": "2026-10-01", "k": 3} | params
    rows = build.execute(file.body, {name: asked[name] for name in file.parameters}).df()
    code = next(c for c in ("code", "commune_code", "commune") if c in rows)
    return {row[code]: row["requests"] for _, row in rows.iterrows() if row["requests"]}


def test_lists_of_communes_name_none_for_a_point(requests):
    within = {"within_level": "departement", "within_code": "29", "scope": "gardening"}
    deserts = listed(requests, "pages/coverage", "desert_communes", by="requests", most=9, **within)
    assert deserts == {"29151": 5}
    founders = "etl/insight/report/founders"
    assert listed(requests, founders, "desert_cells", **within) == {"Morlaix": 5}
    # a recruit serves those who are near
    assert listed(requests, "etl/insight/recruit", "recruit_places", **within) == {
        "29151": 5, "29254": 3, "29232": 2,
    }  # fmt: skip
    within |= {"within_level": "commune", "within_code": "29151"}
    assert listed(requests, "etl/insight/recruit", "recruit_places", **within) == {"29151": 5}


@pytest.mark.long
def test_the_digest_names_no_new_desert_for_a_point(tmp_path):
    provider = "provider_id,domains,commune_code,reach_km,left_on\nP,gardening,29151,90,"
    drops = {"requests/r-2026-10-30.csv": REQUESTS, "providers/p-2026-10-30.csv": provider + "\n"}
    make_build(tmp_path, drops).close()
    before = (tmp_path / "warehouse" / "current").resolve() / "marketplace.duckdb"
    drops = {"providers/p-2026-10-31.csv": provider + "2026-10-31\n"}
    served = make_build(tmp_path, drops)
    path = served.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchone()
    served.close()
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{before}' AS previous (READ_ONLY)")
        both.execute(f"ATTACH '{path[0]}' AS served (READ_ONLY)")
        asked = {"areas": [], "scopes": ["all"]}
        assert listed(both, "etl/insight/digest", "new_deserts", **asked) == {"29151": 5}


def test_what_if_counts_points_as_the_metrics_do(requests):
    """Coverage and gap of the département, with nobody there: all ten requests are lost."""
    places = read_places(requests, "gardening", "2025-11-01", "2026-10-01", 1, "departement", "29")
    found = what_if(places, k=1)
    gap = metric(
        requests, "gap", level="departement", within_level="departement", within_code="29",
        scopes=["gardening"], k=1, **WINDOW,
    ).iloc[0]  # fmt: skip
    assert (gap.numerator, gap.missing, gap.communes) == (10, 1, 1)
    assert places.lacks_providers.all() and places.unmet.sum() == pytest.approx(gap.value)
    assert found.coverage_demand == 0


@pytest.mark.long
def test_a_gap_of_points_alone_is_told_without_a_commune(tmp_path):
    text = "".join(line + "\n" for line in REQUESTS.splitlines() if line[0] != "A")
    build = make_build(tmp_path, {"requests/r-2026-10-31.csv": text})
    gap = metric(build, "gap", level="departement", scopes=["gardening"], **WINDOW)
    told = gap.set_index("territory_code").loc["29", ["numerator", "n", "missing", "communes"]]
    assert told.tolist() == [5, 5, 0, 0]
    assert metric(build, "gap", level="commune", scopes=["gardening"], **WINDOW).empty


@pytest.mark.long
def test_the_overview_calls_no_point_a_commune(tmp_path, monkeypatch):
    drops = {"requests/r-2026-10-31.csv": REQUESTS, "providers/p-2026-10-31.csv": PROVIDERS}
    make_build(tmp_path, drops).close()
    said = texts(run_page(monkeypatch, tmp_path / "warehouse"))
    assert "10 requests with a known commune or coordinates" in said
    said = texts(run_page(monkeypatch, tmp_path / "warehouse", lang="fr"))
    assert "10 demandes de commune ou de coordonnées connues" in said


@pytest.mark.middle
def test_a_provider_by_a_point_is_found_by_distance_and_in_no_commune(tmp_path, monkeypatch):
    make_build(tmp_path, {"providers/p-2026-10-31.csv": PROVIDERS}).close()
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(tmp_path / "warehouse"))

    def found(level="commune", code="35238", words="", **asked):
        rows, total = search.search(words, level=level, code=code, with_facets=True, **asked)
        assert total == len(rows)
        return rows

    come = found(reaching=True, sort="distance")
    assert come.provider_id.tolist() == ["N", "B"] and 10 < come.km.iloc[1] < 11
    assert come.attrs["providers"] == 2
    assert set(found(within_km=20).provider_id) == {"N", "B", "S"}
    assert set(found(within_km=5).provider_id) == set(found().provider_id) == {"N"}
    assert set(found(code="35047", reaching=True).provider_id) == {"B", "S"}
    assert found(code="35047").empty and found("country", "FR", "bruz").empty
    assert set(found("country", "FR", "gardening 35").provider_id) == {"N", "B", "S"}
    whole = found("departement", "35")
    assert set(whole.provider_id) == {"N", "B", "S"}
    facets = whole.attrs["facets"]
    assert facets[facets.facet == "territory"][["value", "n"]].values.tolist() == [["35238", 1]]
    assert search.table(whole)["Place"].tolist().count("Ille-et-Vilaine (35)") == 2

    at = run_page(monkeypatch, tmp_path / "warehouse", "search", provider="B")
    html = " ".join(element.proto.body for element in at.get("html"))
    assert "Ille-et-Vilaine (35) — placed by coordinates" in html
