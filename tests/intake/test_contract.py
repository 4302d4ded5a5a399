"""Values, places, domains, keys and dates as the contracts promise."""

import json
from datetime import date, datetime

import pytest

from etl.intake import contract
from tests.ingesting import drop_text, findings, only, rows

NANTES = ("44109", "44", "52", "commune")


def one(folder, source: str, **values: str) -> tuple[dict, list]:
    """The accepted row made of these columns, and what was repaired in it."""
    keys = {"providers": "provider_id", "requests": "request_id"}
    values = {keys[source]: "1", **values} if source in keys else values
    if source == "requests":
        values.setdefault("created_at", "2026-10-01")
    drop_text(folder, source, "\t".join(values) + "\n" + "\t".join(values.values()) + "\n")
    drop = only(folder)
    assert drop.accepted == 1, rows(drop, "refused")
    return rows(drop)[0], [(c, code) for _, c, code in findings(drop, "repaired")]


@pytest.mark.parametrize("source", contract.sources())
def test_contracts_are_table_schemas(source):
    data = json.loads(contract.contract_path(source).read_text(encoding="utf-8"))
    names = [field["name"] for field in data["fields"]]
    assert set(data["primaryKey"]) <= set(names) and len(set(names)) == len(names)
    for field in data["fields"]:
        for key in ("title", "description", "example", "type"):
            assert field[key], (field["name"], key)
        words = set(field.get("constraints", {}).get("enum", ()))
        assert set(field.get("synonyms", {}).values()) <= words
        assert all(word == contract.fold(word) for word in field.get("synonyms", {}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5), ("12,5", 12.5), ("1 234,5", 1234.5), ("1\u202f234\u00a0567", 1234567),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,234,567", 1234567), ("1e3", 1000),
        (",5", 0.5),
        ("abc", None), ("12 34", None), ("nan", None), ("inf", None), ("1_000", None), ("-3", None),
    ],
)  # fmt: skip
def test_numbers(tmp_path, text, value):
    row, repaired = one(tmp_path, "providers", price_hour_eur=text)
    assert row["price_hour_eur"] == value
    assert len(repaired) == (value is None and text != "nan")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-01T10:00:00Z", datetime(2026, 10, 1, 10)),
        ("2026-10-01 10:00", datetime(2026, 10, 1, 8)),
        ("2026-01-01 10:00:00+05:30", datetime(2026, 1, 1, 4, 30)),
        ("01/10/2026 10:00", datetime(2026, 10, 1, 8)),
        ("1/10/2026", datetime(2026, 9, 30, 22)),
        ("01/12/2026 10:00:30", datetime(2026, 12, 1, 9, 0, 30)),
        ("1790848800", datetime(2026, 10, 1, 10)),  # seconds since 1970, or thousandths of them
        ("1790848800000", datetime(2026, 10, 1, 10)),
        ("46296,5000", datetime(2026, 10, 1, 10)),  # as a spreadsheet keeps them
        ("46296.4166666667", datetime(2026, 10, 1, 8)),
    ],
)
def test_moments_are_of_paris_unless_they_say_otherwise(tmp_path, text, value):
    assert one(tmp_path, "requests", created_at=text)[0]["created_at"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-02-28", date(2026, 2, 28)), ("28/02/2026", date(2026, 2, 28)),
        ("28.02.2026", date(2026, 2, 28)), ("20260228", date(2026, 2, 28)),
        ("2026-02-27T23:30:00Z", date(2026, 2, 28)), ("2026-02-28 00:00:00", date(2026, 2, 28)),
        ("30/02/2026", None), ("1772235000", date(2026, 2, 28)), ("9790848800000", None),
        ("46081.999", date(2026, 2, 28)), ("46081", None), ("46081,50", None),
        ("infinity", None), ("0001-01-01", None), ("yesterday", None),
    ],
)  # fmt: skip
def test_days(tmp_path, text, value):
    row, repaired = one(tmp_path, "providers", joined_on=text)
    assert row["joined_on"] == value
    assert repaired == ([("joined_on", "unreadable_date")] if value is None else [])


def test_kinds_truths_codes_and_missing_values(tmp_path):
    row, repaired = one(
        tmp_path, "providers", kind=" ASSO ", is_active="Vrai", is_published="non",
        legal_category="5458.0", siret="356 000 000 00048", siren="356000000", url="[ND]",
        name="n/a", modes="Mandataire|DIRECT",
    )  # fmt: skip
    assert (row["kind"], row["is_active"], row["is_published"]) == ("association", True, False)
    assert (row["legal_category"], row["siret"]) == ("5458", "35600000000048")
    assert row["url"] is None and row["name"] is None
    assert row["modes"] == ["direct", "mandataire"] and not repaired


def test_wrong_values_are_left_out_and_listed(tmp_path):
    row, repaired = one(
        tmp_path, "providers", kind="zebra", siret="35600000000049", siren="12", reach_km="-1",
        joined_on="2026-05-01", left_on="2026-04-01", modes="direct,boat", domains="ménage|zzz",
    )  # fmt: skip
    assert sorted(repaired) == [
        ("domains", "unknown_domain"), ("kind", "not_in_list"), ("left_on", "too_early"),
        ("modes", "items_not_in_list"), ("reach_km", "below_minimum"), ("siren", "siren_length"),
        ("siret", "siret_check"),
    ]  # fmt: skip
    assert row["left_on"] is None and row["modes"] == ["direct"]
    assert row["domain_codes"] == ["house_cleaning"]


@pytest.mark.parametrize(
    ("text", "codes", "is_listed"),
    [
        ("II-2", ["gardening"], False), ("ii-2 : Petit jardinage", ["gardening"], False),
        ("II-2|I-1, ménage", ["childcare_under_3", "gardening", "house_cleaning"], False),
        ("MÉNAGE, Jardinage", ["gardening", "house_cleaning"], False),
        ("8810A", ["elderly_care"], False), ("", [], False), ("astrology", [], True),
    ],
)  # fmt: skip
def test_domains(tmp_path, text, codes, is_listed):
    row, repaired = one(tmp_path, "providers", domains=text, name="x")
    assert row["domain_codes"] == codes and bool(repaired) == is_listed


def test_approvals(tmp_path):
    row, repaired = one(tmp_path, "providers", approvals="II-2:déclaration|agrément|foo:agrement")
    assert row["approvals"] == ["*:agrement", "gardening:declaration"]
    assert repaired == [("approvals", "unknown_approval")]


@pytest.mark.parametrize(
    ("given", "found", "listed"),
    [
        ({"commune_code": "1004"}, (None, None, None, "unknown"), "short_code"),
        ({"commune_code": "1004", "city": "Ambérieu-en-Bugey"},
         ("01004", "01", "84", "commune"), None),
        ({"commune_code": "75109"}, ("75056", "75", "11", "commune"), None),
        ({"commune_code": "2a004"}, ("2A004", "2A", "94", "commune"), None),
        ({"postcode": "75009"}, ("75056", "75", "11", "commune"), None),
        ({"postcode": "6000.0"}, (None, None, None, "unknown"), "short_code"),
        ({"postcode": "6000.0", "city": "NICE"}, ("06088", "06", "93", "commune"), None),
        ({"postcode": "6000", "departement_code": "6"}, ("06088", "06", "93", "commune"), None),
        ({"postcode": "75436", "city": "PARIS CEDEX 09"}, ("75056", "75", "11", "commune"), None),
        ({"postcode": "33077", "city": "BORDEAUX CEDEX"}, ("33063", "33", "75", "commune"), None),
        ({"postcode": "21079"}, (None, "21", "27", "departement"), None),
        ({"postcode": "97261"}, (None, "972", "02", "departement"), None),
        ({"postcode": "69003", "city": "Lyon 3e"}, ("69123", "69", "84", "commune"), None),
        ({"postcode": "01000", "city": "ST DENIS LES BOURG"},
         ("01344", "01", "84", "commune"), None),
        ({"postcode": "01000"}, (None, "01", "84", "departement"), None),
        ({"postcode": "20200", "city": "Bastia", "departement_code": "20"},
         ("2B033", "2B", "94", "commune"), None),
        ({"departement_code": "69M"}, (None, "69", "84", "departement"), None),
        ({"departement_code": "1"}, (None, "01", "84", "departement"), None),
        ({"departement_code": "2b"}, (None, "2B", "94", "departement"), None),
        ({"departement_code": "20"}, (None, None, "94", "region"), None),
        ({"postcode": "05110"}, (None, None, "93", "region"), None),
        ({"postcode": "05110", "departement_code": "04"}, (None, "04", "93", "departement"), None),
        ({"postcode": "99999"}, (None, None, None, "unknown"), "unresolved_place"),
        ({"city": "Nantes"}, NANTES, None),
        ({"city": "Nantes", "country": "DE"}, (None, None, None, "abroad"), "abroad"),
        ({"commune_code": "44109", "departement_code": "69"},
         (None, None, None, "unknown"), "place_conflict"),
        ({"commune_code": "99999", "postcode": "44000"}, NANTES, "unknown_place_part"),
        ({"name": "nowhere"}, (None, None, None, "unknown"), None),
    ],
)  # fmt: skip
def test_places(tmp_path, given, found, listed):
    row, repaired = one(tmp_path, "providers", **given)
    keys = ("commune_code", "departement_code", "region_code", "place_precision")
    assert tuple(row[key] for key in keys) == found
    assert [code for _, code in repaired] == ([listed] if listed else [])


def test_an_answer_before_its_request_is_left_out_but_a_bare_day_is_not_earlier(tmp_path):
    row, repaired = one(
        tmp_path, "requests", created_at="2026-10-02 15:00", first_response_at="2026-10-02",
        filled_at="2026-10-01", closed_at="2026-10-02 14:59", status="pourvue",
    )  # fmt: skip
    assert row["first_response_at"] == row["created_at"]
    assert row["filled_at"] is None and row["closed_at"] is None
    assert sorted(repaired) == [("closed_at", "too_early"), ("filled_at", "too_early")]


def test_rows_without_a_key_or_a_required_value_and_repeated_keys_are_refused(tmp_path):
    drop_text(
        tmp_path,
        "requests",
        "request_id;created_at\n;2026-01-01\n1;soon\n1;2026-01-02\n1.0;2026-01-03\n2;2026-01-04\n",
    )
    drop = only(tmp_path)
    assert findings(drop, "refused") == [
        (2, "request_id", "missing_required"),
        (3, "created_at", "unreadable_datetime"),
        (5, "request_id", "repeated_key"),
    ]
    assert "line 4" in rows(drop, "refused")[2]["reason_en"]


def test_population_needs_a_territory_that_exists(tmp_path):
    text = "territory_level,territory_code,year,band,population\n"
    text += "departement,69D,2021,total,10\nregion,11,2021,75+,1\ndepartement,99,2021,all,1\n"
    text += "commune,1004,2021,0-4,2\nplanet,FR,2021,all,2\npays,fr,2021.0,all,3\n"
    drop_text(tmp_path, "population", text, "p.csv")
    drop = only(tmp_path)
    assert [(r["territory_code"], r["band"]) for r in rows(drop)] == [
        ("69", "all"), ("11", "75+"), ("01004", "0-4"), ("FR", "all"),
    ]  # fmt: skip
    assert (4, "territory_code", "unknown_territory") in findings(drop, "refused")
    assert (drop.as_of, drop.as_of_origin, drop.refused) == (date(2021, 1, 1), "rows", 2)


def test_a_siren_that_is_the_key_is_refused_when_it_is_wrong(tmp_path):
    drop_text(tmp_path, "cooperatives", "siren\n552100554\n552100555\n")
    drop = only(tmp_path)
    assert findings(drop, "refused") == [(3, "siren", "siren_check")]
