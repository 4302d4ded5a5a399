"""The committed reference tables: complete, consistent, and close to independent sources."""

from __future__ import annotations

import csv
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.shared_files import shared_file

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "data" / "reference"
KINDS = {"individual", "association", "company", "cooperative", "other"}
LEVELS = ["departements", "regions"]


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


@cache
def table(name: str) -> list[dict[str, str]]:
    return read_csv(REFERENCE / f"{name}.csv")


@cache
def outlines(level: str) -> list[dict]:
    path = REFERENCE / f"outlines_{level}.geojson"
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def column(name: str, key: str) -> list[str]:
    return [row[key] for row in table(name)]


def fold(text: str) -> str:
    """Lower case, no accents, one space for whatever is neither a letter nor a digit."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def rings(feature: dict):
    """Every ring of a feature, with whether it is an exterior one."""
    for polygon in feature["geometry"]["coordinates"]:
        for number, ring in enumerate(polygon):
            yield number == 0, ring


def signed_area(ring: list[list[float]]) -> float:
    """Positive for a counter-clockwise ring."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def bounds(feature: dict) -> tuple[float, float, float, float]:
    points = [point for _, ring in rings(feature) for point in ring]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def population_by(key: str) -> Counter:
    total: Counter = Counter()
    for row in table("communes"):
        total[row[key]] += int(row["population"])
    return total


# --- files ---


def test_every_file_has_its_source():
    files = {path.name for path in REFERENCE.iterdir() if path.is_file()}
    listed = column("sources", "file")
    assert sorted(listed) == listed
    assert set(listed) == files - {"README.md", "sources.csv"}
    assert all(value.strip() for row in table("sources") for value in row.values())


def test_readme_and_sources_agree():
    lines = (REFERENCE / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    assert cells[0] == list(table("sources")[0])
    assert cells[2:] == [list(row.values()) for row in table("sources")]


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.name)
def test_files_are_plain(path):
    raw = path.read_bytes()
    assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\n")
    for row in read_csv(path):
        assert all(value is not None and value == value.strip() for value in row.values()), row
        assert None not in row


# --- domains ---


def test_domains_are_those_of_the_article():
    expected = [f"I-{n}" for n in range(1, 6)] + [f"II-{n}" for n in range(1, 22)]
    assert sorted(column("domains", "legal_code")) == sorted(expected)
    assert len(set(column("domains", "domain_code"))) == 26
    assert sorted(map(int, column("domains", "sort_order"))) == list(range(1, 27))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in column("domains", "domain_code"))
    assert not {"all", "unknown"} & set(column("domains", "domain_code"))


def test_families_are_used():
    assert len(table("families")) == 6
    assert set(column("domains", "family_code")) == set(column("families", "family_code"))


def test_approval_rules():
    for row in table("domains"):
        first = row["legal_code"].startswith("I-")
        assert row["needs_agrement"] == ("true" if first else "false")
        assert row["regime"] == ("agrement" if first else "declaration")
        accepted = row["legal_code"] in {"I-3", "I-4", "I-5"}
        assert row["autorisation_accepted_in_prestataire"] == ("true" if accepted else "false")
        assert row["need_band"] in {"0-4", "5-19", "75+", "all"}


def test_domains_equal_the_law():
    law = {row["code"]: row for row in read_csv(shared_file("real/sap_activites_D7231-1.csv"))}
    for row in table("domains"):
        article = law.pop(row["legal_code"])
        assert row["official_label_fr"] == article["libelle"]
        assert row["regime"] == article["regime"]
        assert (
            row["is_offre_globale"]
            == {"oui": "true", "non": "false"}[article["condition_offre_globale"]]
        )
    assert not law


def test_aliases_lead_to_one_domain():
    aliases = [fold(alias) for alias in column("domain_aliases", "alias")]
    assert [alias for alias, count in Counter(aliases).items() if count > 1] == []
    assert set(column("domain_aliases", "domain_code")) == set(column("domains", "domain_code"))
    own = {fold(row[key]) for row in table("domains") for key in ("domain_code", "legal_code")}
    assert not own & set(aliases)
    assert all(aliases)


def test_aliases_survive_lists():
    assert [
        alias for alias in column("domain_aliases", "alias") if re.search(r"[,|;]", alias)
    ] == []


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Ménage", "house_cleaning"),
        ("REPASSAGE", "house_cleaning"),
        ("femme de menage", "house_cleaning"),
        ("baby sitting", "childcare_3_and_over"),
        ("Garde d’enfants", "childcare_3_and_over"),
        ("cours particuliers", "tutoring"),
        ("auxiliaire de vie", "elderly_care"),
        ("tonte", "gardening"),
        ("homme toutes mains", "handyman"),
        ("NAF 8810A", "elderly_care"),
        ("8121Z", "house_cleaning"),
        ("81.30Z", "gardening"),
        ("88.91A", "childcare_under_3"),
        ("85.59B", "tutoring"),
    ],
)
def test_what_people_write(text, domain):
    known = {fold(row["alias"]): row["domain_code"] for row in table("domain_aliases")}
    assert known[fold(text)] == domain


# --- territories ---


def test_territories_nest():
    regions = column("regions", "region_code")
    region_of = {row["departement_code"]: row["region_code"] for row in table("departements")}
    communes = column("communes", "commune_code")
    assert (len(set(regions)), len(regions)) == (18, 18)
    assert (len(region_of), len(table("departements"))) == (101, 101)
    assert len(set(communes)) == len(communes) > 34_000
    assert set(region_of.values()) == set(regions)
    for row in table("communes"):
        assert len(row["commune_code"]) == 5
        assert row["commune_code"].startswith(row["departement_code"])
        assert region_of[row["departement_code"]] == row["region_code"]
    assert {row["departement_code"] for row in table("communes")} == set(region_of)


def test_big_cities_are_one_commune():
    codes = set(column("communes", "commune_code"))
    former = {row["former_code"]: row["commune_code"] for row in table("commune_aliases")}
    assert {"75056", "69123", "13055"} <= codes
    for first, last, city in [(75101, 75120, "75056"), (69381, 69389, "69123")]:
        assert {former[str(code)] for code in range(first, last + 1)} == {city}
    assert {former[str(code)] for code in range(13201, 13217)} == {"13055"}


def test_former_codes_lead_to_communes_of_today():
    codes = set(column("communes", "commune_code"))
    former = column("commune_aliases", "former_code")
    assert len(set(former)) == len(former) > 4_000
    assert not set(former) & codes
    assert set(column("commune_aliases", "commune_code")) <= codes


def test_populations_add_up():
    departements, regions = population_by("departement_code"), population_by("region_code")
    region_of = {row["departement_code"]: row["region_code"] for row in table("departements")}
    summed: Counter = Counter()
    for code, people in departements.items():
        summed[region_of[code]] += people
    assert summed == regions
    assert 66_000_000 < departements.total() == regions.total() < 70_000_000
    empty = {row["commune_code"] for row in table("communes") if row["population"] == "0"}
    assert empty == {"55039", "55050", "55139", "55189", "55239", "55307"}


@pytest.mark.parametrize(("year", "tolerance"), [(2018, 0.07), (2021, 0.05)])
def test_populations_are_near_the_estimates(year, tolerance):
    rows = read_csv(shared_file(f"real/insee_population_departement_age_{year}.csv"))
    ours = population_by("departement_code")
    assert {row["code_departement"] for row in rows} == set(ours)
    for row in rows:
        # Mayotte's figure is that of the census of 2017.
        allowed = 0.12 if row["code_departement"] == "976" else tolerance
        expected = int(row["pop_total"])
        assert ours[row["code_departement"]] == pytest.approx(expected, rel=allowed), row


def test_postcodes():
    departement = {row["commune_code"]: row["departement_code"] for row in table("communes")}
    found = defaultdict(set)
    for row in table("postcodes"):
        assert re.fullmatch(r"\d{5}", row["postcode"])
        found[row["postcode"]].add(departement[row["commune_code"]])
    pairs = [tuple(row.values()) for row in table("postcodes")]
    assert len(set(pairs)) == len(pairs)
    assert {row["commune_code"] for row in table("postcodes")} == set(departement)
    assert found["94390"] == {"91"}
    corsica = [places for code, places in found.items() if code.startswith("20")]
    assert set().union(*corsica) == {"2A", "2B"} and all(len(places) == 1 for places in corsica)
    paris = {row["postcode"] for row in table("postcodes") if row["commune_code"] == "75056"}
    assert {f"750{n:02}" for n in range(1, 21)} | {"75116"} == paris
    assert sum(len(places) > 1 for places in found.values()) < 30


def test_the_post_office_is_understood():
    """Communes, former ones too, and postcodes of an older official list are known."""
    codes = {row["commune_code"]: row for row in table("communes")}
    former = {row["former_code"]: row["commune_code"] for row in table("commune_aliases")}
    pairs = {(row["postcode"], row["commune_code"]) for row in table("postcodes")}
    departements = set(column("departements", "departement_code"))
    unknown, missing, far, rows = [], [], [], 0
    for row in read_csv(shared_file("real/laposte_hexasmal.csv"), delimiter=";"):
        code = row["Code_commune_INSEE"]
        if code[:2] not in departements and code[:3] not in departements:
            continue  # the other overseas territories, and Monaco
        rows += 1
        today = former.get(code, code)
        if today not in codes:
            unknown.append(code)
        elif (row["Code_postal"].zfill(5), today) not in pairs:
            missing.append((row["Code_postal"], code))
        elif code == today and row["coordonnees_gps"]:
            latitude, longitude = map(float, row["coordonnees_gps"].split(","))
            place = codes[code]
            north = (latitude - float(place["latitude"])) * 111.2
            east = (longitude - float(place["longitude"])) * 111.2
            if math.hypot(north, east * math.cos(math.radians(latitude))) > 5:
                far.append(code)
    assert rows > 38_000
    assert unknown == []
    assert len(missing) < 0.001 * rows, missing
    assert len(far) < 0.005 * rows, far


# --- outlines ---


@pytest.mark.parametrize("level", LEVELS)
def test_every_territory_has_an_outline(level):
    key = f"{level[:-1]}_code"
    names = {row[key]: row["name"] for row in table(level)}
    features = outlines(level)
    assert [feature["id"] for feature in features] == sorted(names)
    for feature in features:
        assert feature["properties"] == {"code": feature["id"], "name": names[feature["id"]]}
    size = (REFERENCE / f"outlines_{level}.geojson").stat().st_size
    assert 30_000 < size < 320_000


@pytest.mark.parametrize("level", LEVELS)
def test_rings_turn_the_right_way(level):
    for feature in outlines(level):
        for is_exterior, ring in rings(feature):
            assert ring[0] == ring[-1] and len(ring) > 3
            assert (signed_area(ring) < 0) == is_exterior
            assert abs(signed_area(ring)) > 0.001, f"speck or hairline hole in {feature['id']}"


@pytest.mark.parametrize("level", LEVELS)
def test_borders_are_shared(level):
    """An edge is drawn by at most two territories, once each way: nothing overlaps."""
    edges: Counter = Counter()
    for feature in outlines(level):
        for _, ring in rings(feature):
            edges.update(pairwise(map(tuple, ring)))
    assert max(edges.values()) == 1
    shared = sum((end, start) in edges for start, end in edges)
    assert shared > 0.4 * len(edges)


@pytest.mark.parametrize("level", LEVELS)
def test_communes_lie_in_their_outline(level):
    boxes = {feature["id"]: bounds(feature) for feature in outlines(level)}
    strict = 0
    for row in table("communes"):
        west, south, east, north = boxes[row[f"{level[:-1]}_code"]]
        x, y = float(row["longitude"]), float(row["latitude"])
        assert west - 0.3 <= x <= east + 0.3 and south - 0.3 <= y <= north + 0.3, row
        strict += west <= x <= east and south <= y <= north
    assert strict > 0.999 * len(table("communes"))


def test_coordinates_are_short():
    for row in table("communes"):
        assert re.fullmatch(r"-?\d+\.\d{4}", row["latitude"]), row
        assert re.fullmatch(r"-?\d+\.\d{4}", row["longitude"]), row


# --- legal forms and the published series ---


def test_legal_forms():
    rows = {row["legal_category"]: row for row in table("legal_forms")}
    assert len(rows) == len(table("legal_forms"))
    assert all(re.fullmatch(r"\d{4}", code) for code in rows)
    assert {row["kind"] for row in rows.values()} == KINDS
    scops = {code for code, row in rows.items() if row["cooperative_form"] == "scop"}
    assert scops == {"5458", "5558", "5658"}
    unknown = {
        c for c, r in rows.items() if r["kind"] == "cooperative" and not r["cooperative_form"]
    }
    assert unknown == {"5460", "5560", "5660"}
    for code, row in rows.items():
        assert row["cooperative_form"] in {"", "scop", "other"}
        assert row["kind"] == "cooperative" or not row["cooperative_form"]
        assert (row["kind"] == "association") == code.startswith("92")
        assert not code.startswith("7") or row["kind"] == "other"
    assert rows["5785"]["kind"] == rows["5710"]["kind"] == "company"


def test_legal_forms_hold_the_official_labels():
    rows = {row["legal_category"]: row for row in table("legal_forms")}
    kinds = {
        "entrepreneur_individuel": "individual",
        "autre_cooperative": "cooperative",
        "scop": "cooperative",
        "societe": "company",
    }
    for row in read_csv(shared_file("real/insee_categories_juridiques_sap_scop.csv")):
        assert rows[row["code"]]["label_fr"] == row["libelle"]
        assert rows[row["code"]]["kind"] == kinds[row["groupe"]]


def test_series_join_like_with_like():
    series = defaultdict(list)
    for row in table("cooperative_series"):
        assert float(row["value"]) > 0 and row["scope_fr"] and row["scope_en"] and row["unit"]
        assert row["source_url"].startswith(("http://", "https://"))
        assert row["is_break_before"] in {"true", "false"}
        assert bool(row["note_fr"]) == bool(row["note_en"])
        series[row["series_code"]].append(row)
    assert len(table("cooperative_series")) == 76
    for rows in series.values():
        kinds = {(row["indicator"], row["scope_fr"], row["scope_en"], row["unit"]) for row in rows}
        years = [row["year"] for row in rows]
        assert len(kinds) == 1 and years == sorted(set(years))
        assert all(row["is_break_before"] == "false" for row in rows[1:])
        first = rows[0]
        earlier = any(
            row["indicator"] == first["indicator"] and row["year"] < first["year"]
            for row in table("cooperative_series")
        )
        assert (first["is_break_before"] == "true") == earlier
        assert not (years[0] < "2014" <= years[-1]), "CG Scop counts non-members from 2014"


def test_series_hold_every_published_figure():
    published = Counter(
        (row["annee"], row["perimetre"], row["valeur"], row["source_url"])
        for row in read_csv(shared_file("real/scop_series_nationales_publiees.csv"))
    )
    ours = Counter(
        (row["year"], row["scope_fr"], row["value"], row["source_url"])
        for row in table("cooperative_series")
    )
    assert ours == published
