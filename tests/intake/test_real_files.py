"""Files nobody made for this project load whole through sidecars alone; counts from pandas."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from etl.intake.lake_drop import Drop
from tests.ingesting import findings, only, problems, rows
from tests.shared_files import shared_file

SIDECARS = Path(__file__).parents[1] / "sidecars"


def expected(name: str) -> dict:
    return json.loads(shared_file("real/expected_open.json").read_text())[name]


def load(folder: Path, source: str, name: str, sidecar: str | None = None) -> Drop:
    target = folder / "raw" / source
    target.mkdir(parents=True)
    shutil.copy(shared_file(f"real/{name}"), target / name)
    shutil.copy(SIDECARS / f"{sidecar or name}.toml", target / f"{name}.toml")
    return only(folder)


def original(name: str, **options) -> pd.DataFrame:
    return pd.read_csv(shared_file(f"real/{name}"), dtype=str, keep_default_na=False, **options)


def frame(drop: Drop) -> pd.DataFrame:
    return pd.DataFrame(rows(drop))


def test_register_of_work_integration(tmp_path):
    name = "siae_marche_inclusion.csv"
    drop, source, facts = load(tmp_path, "providers", name), original(name, sep=";"), expected(name)
    assert (drop.read, drop.refused) == (facts["rows"], 0) == (len(source), 0)
    got = frame(drop)
    assert (got["kind"] == "association").sum() == facts["kind"]["AI"]
    by_departement = got["departement_code"].value_counts()
    for code, count in facts["all_per_departement"].items():
        assert by_departement[code] == count
    domains = {"8810A": "elderly_care", "8130Z": "gardening", "8121Z": "house_cleaning"}
    counts = got["domain_codes"].map(",".join).value_counts()
    for naf, domain in domains.items():
        assert counts[domain] == facts["naf_home"][naf]
    # Saint-Pierre-et-Miquelon is no département.
    assert set(source["post_code"][got["place_precision"] == "unknown"]) == {"97500"}
    assert set(got["provider_id"]) == set(source["pk"])


def luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def test_register_of_work_integration_lists_the_wrong_siret(tmp_path):
    name = "siae_marche_inclusion.csv"
    drop, source = load(tmp_path, "providers", name), original(name, sep=";")
    wrong = {
        line
        for line, siret in enumerate(source["siret"], 2)
        if not luhn(siret) and not (siret.startswith("356000000") and sum(map(int, siret)) % 5 == 0)
    }
    assert {line for line, column, _ in findings(drop, "repaired") if column == "siret"} == wrong


def test_establishments_of_one_commune(tmp_path):
    name = "etablissements_metz_services.csv"
    drop, source, facts = load(tmp_path, "providers", name), original(name), expected(name)
    assert (drop.read, drop.accepted) == (facts["rows"], facts["rows"])
    got = frame(drop)
    nameless = (source["raisonsociale"] == "") & (source["enseigne"] == "")
    assert got["name"].isna().sum() == nameless.sum() == 1356
    assert got["joined_on"].isna().all() and got["is_active"].isna().all()
    assert (got["commune_code"] == "57463").sum() == (source["codecommune"] == "57463").sum()
    assert drop.as_of_origin == "sidecar"


def test_reports_of_paris(tmp_path):
    name = "dans_ma_rue_paris_10000.csv"
    drop, source, facts = load(tmp_path, "requests", name), original(name), expected(name)
    assert (drop.read, drop.refused, facts["rows"]) == (10000, 0, 10000)
    got = frame(drop)
    assert got["status"].isna().all()
    assert (got["domain_code"] == "house_cleaning").sum() == facts["type"]["Propreté"]
    assert (
        got["domain_code"].isna().sum()
        == (
            ~source["type"].isin(
                ["Propreté", "Arbres, végétaux et animaux", "Éclairage / Électricité"]
            )
        ).sum()
    )
    # two reports of "Paris 14" and "Paris 17" have a postcode of the départements beside it
    beside = ~source["code_postal"].str.startswith("75")
    assert beside.sum() == 2 and (got["place_precision"] == "region").eq(beside).all()
    assert (got["departement_code"].isna() == beside).all()
    local = pd.to_datetime(got["created_at"]).dt.tz_localize("UTC").dt.tz_convert("Europe/Paris")
    assert (local.dt.strftime("%Y-%m-%d") == source["datedecl"]).all()


def test_requests_of_a_city_elsewhere(tmp_path):
    name = "baltimore_311_sample.csv"
    drop, source, facts = load(tmp_path, "requests", name), original(name), expected(name)
    # every point lies in Maryland, and is told
    assert (drop.read, drop.refused) == (10000, 0)
    assert drop.repaired == (source["Latitude"] != "").sum()
    (note,) = (note for note in drop.notes if note.code == "points_outside")
    assert note.arguments["met"] == note.arguments["given"] == drop.repaired
    got = frame(drop)
    assert (got["status"] == "filled").sum() == facts["status"]["Closed"]
    assert got["closed_at"].isna().sum() == facts["close_missing"]
    assert set(got["place_precision"]) == {"unknown"} and got["postcode"].isna().all()
    hours = (got["closed_at"] - got["created_at"]).dt.total_seconds() / 3600
    for kind, median in facts["median_hours"].items():
        assert hours[source["SRType"] == kind].median() == pytest.approx(median, abs=0.01)
    noon = pd.Timestamp("2018-04-12 11:11:26", tz="America/New_York").tz_convert("UTC")
    assert got["created_at"].iloc[0] == noon.tz_localize(None)


def test_cooperatives_of_sirene(tmp_path):
    name = "sirene_cooperatives_numerique_extrait.csv"
    drop, source = load(tmp_path, "cooperatives", name), original(name, encoding="utf-8-sig")
    assert (drop.read, drop.refused) == (len(source), 0) == (171, 0)
    got = frame(drop)
    scop = source["categorie_juridique"].str[:4].isin(["5458", "5558", "5658"])
    assert (got["form"] == "scop").sum() == scop.sum()
    assert got["form"].isna().sum() == (~scop).sum()
    assert (got["legal_category"] == source["categorie_juridique"].str[:4]).all()
    assert (~got["is_active"].astype(bool)).sum() == (source["est_active"] == "False").sum()
    assert got["ceased_on"].isna().all() and set(got["place_precision"]) == {"unknown"}
    assert (drop.as_of.isoformat(), drop.as_of_origin) == (source["date_creation"].max(), "rows")


@pytest.mark.parametrize("year", [2014, 2018, 2020, 2021])
def test_population_by_age(tmp_path, year):
    name = f"insee_population_departement_age_{year}.csv"
    drop = load(tmp_path, "population", name, "insee_population_departement_age.csv")
    source = original(name)
    assert (drop.read, drop.refused, drop.repaired) == (4 * len(source), 0, 0)
    got = frame(drop).pivot(index="territory_code", columns="band", values="population")
    numbers = source.set_index("code_departement").filter(like="pop_").astype(int)
    assert (got["all"].sort_index() == numbers["pop_total"].sort_index()).all()
    old = numbers[["pop_75-79", "pop_80-84", "pop_85-89", "pop_90-94", "pop_95+"]].sum(axis=1)
    assert (got["75+"].sort_index() == old.sort_index()).all()
    assert got["5-19"].sum() == numbers[["pop_5-9", "pop_10-14", "pop_15-19"]].sum().sum()


def test_a_file_without_identifiers_is_refused_as_a_whole(tmp_path):
    target = tmp_path / "raw" / "requests"
    target.mkdir(parents=True)
    shutil.copy(shared_file("real/montreal_plateau_requetes311.csv.gz"), target)
    (problem,) = problems(tmp_path)
    assert problem.code == "header"
    assert "request_id, created_at" in problem.reason_en and "MOIS_CREATION" in problem.reason_en
