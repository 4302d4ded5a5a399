"""A city with more in its cell, and a column of countries that names a part of France."""

from tests.intake.test_places import check


def test_an_arrondissement_that_a_city_does_not_have_is_no_part_of_it(tmp_path):
    check(tmp_path, [
        ("city=Paris 11e", "75056"), ("city=Paris 20", "75056"), ("city=PARIS 08", "75056"),
        ("city=Paris 15ème", "75056"), ("city=Paris 75", "75056"), ("city=Lyon 3", "69123"),
        ("city=Marseille 16e arrondissement", "13055"), ("city=75011 Paris", "75056"),
        ("city=PARIS CEDEX 08", "75056"), ("city=PARIS 23 CEDEX", "75056"),
        ("city=Nice 06", "06088"),
        ("city=Paris 21", "unknown", "city unresolved_place"),
        ("city=Paris 0", "unknown", "city unresolved_place"),
        ("city=Lyon 12ème", "unknown", "city unresolved_place"),
        ("city=Marseille 17", "unknown", "city unresolved_place"),
        ("city=Paris 21; postcode=75011", "75056"),
    ])  # fmt: skip


def test_a_country_behind_a_city_is_that_of_the_row(tmp_path):
    check(tmp_path, [
        ("city=Paris, Texas", "abroad", "city abroad"),
        ("city=Paris (USA)", "abroad", "city abroad"),
        ("city=Paris, TX", "abroad", "city abroad"),
        ("city=Vienne (Autriche)", "abroad", "city abroad"),
        ("city=Valence, Espagne", "abroad", "city abroad"),
        ("city=Montréal (Québec)", "abroad", "city abroad"),
        ("city=Valence, Espagne; postcode=26000", "26362", "city place_conflict"),
        ("city=Saint-Denis (La Réunion)", "97411"),
        ("city=Lyon (Rhône)", "69123"),
        ("city=Paris, France", "75056"),
        ("city=Paris - Île-de-France", "75056"),
    ])  # fmt: skip


def test_what_nobody_knows_beside_a_city_is_told(tmp_path):
    check(tmp_path, [
        ("city=Paris, centre", "75056", "city city_in_part"),
        ("city=Paris, centre; postcode=75001", "75056"),
        ("city=Paris (11e)", "75056"),
        ("city=Paris, centre; departement_code=75", "75056"),
    ])  # fmt: skip


def test_a_part_of_france_may_stand_as_a_country(tmp_path):
    check(tmp_path, [
        ("city=Saint-Denis; country=Réunion", "97411"),
        ("city=Saint-Denis; country=RE", "97411"),
        ("city=Saint-Denis; country=974 - La Réunion", "97411"),
        ("city=Sainte-Marie; country=Martinique", "97228"),
        ("country=GP", "971"), ("country=MTQ", "972"), ("country=Guyane", "973"),
        ("country=Mayotte", "976"), ("country=Île de la Réunion", "974"),
        ("country=Bretagne", "region 53"), ("country=France", "unknown"),
        ("city=Rennes; country=DOM", "35238"),
        ("postcode=75011; city=Paris; country=RE", "75056", "country place_conflict"),
        ("departement_code=35; country=RE", "35", "country place_conflict"),
        ("postcode=35000; country=RE", "unknown", "country place_conflict"),
        ("city=Saint-Denis; country=GP", "unknown", "city place_conflict"),
    ])  # fmt: skip


def test_a_commune_that_bears_the_name_of_a_departement_is_told(tmp_path):
    check(tmp_path, [
        ("city=La Réunion", "47222", "city city_or_departement"),
        ("city=Vienne", "38544", "city city_or_departement"),
        ("city=Vienne; postcode=38200", "38544"),
        ("city=Vienne; departement_code=38", "38544"),
        ("city=Mayenne", "53147"), ("city=Paris", "75056"), ("city=Rennes", "35238"),
    ])  # fmt: skip
