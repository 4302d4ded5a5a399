"""Numbers with a unit beside them, and columns that look as if they were in another one."""

import pytest

from etl.intake import opening, units
from etl.intake.contract import load
from tests.ingesting import drop_text, findings, only, rows
from tests.shared_files import shared_file
from tests.sidecar_cases import notes, read


def test_case_11_amounts_dressed_as_euros(tmp_path):
    (file,) = shared_file("cases/foreign/11-units/requests").iterdir()
    drop_text(tmp_path, "requests", file.read_bytes(), file.name)
    drop = only(tmp_path)
    assert [row["amount_eur"] for row in rows(drop)] == [25, 1234.5]
    assert drop.repaired == 0


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    return opening.connect(tmp_path_factory.mktemp("scratch"))


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("EUR", "25 €", 25), ("EUR", "€25", 25), ("EUR", "1.234,5 EUR", 1234.5),
        ("EUR", "1\u202f234,50\u00a0€", 1234.5), ("EUR", "12 euros TTC", 12),
        ("EUR", "25 à 30 €", None), ("EUR", "25 € HT", None), ("EUR", "€", None),
        ("EUR", "150 €/h", "measure"), ("EUR", "2500 c", "other"), ("EUR", "3 k€", "other"),
        ("EUR", "$40", "measure"), ("EUR", "40 CHF", "measure"),
        ("EUR per hour", "25€/h", 25), ("EUR per hour", "22,50 € / heure", 22.5),
        ("EUR per hour", "24 € de l'heure", 24), ("EUR per hour", "150 €/jour", "measure"),
        ("hours", "3 h", 3), ("hours", "3h30", 3.5), ("hours", "1 h 05", 1 + 5 / 60),
        ("hours", "2:45", 2.75), ("hours", "2:45:00", 2.75), ("hours", "2,5 heures", 2.5),
        ("hours", "30 min", "other"), ("hours", "45'", "other"), ("hours", "2 jours", "measure"),
        ("km", "12 km", 12), ("km", "7,5 kilomètres", 7.5), ("km", "500 m", "other"),
        ("km", "30 min", "measure"), ("percent", "60 %", 60), ("percent", "51,2%", 51.2),
        ("people", "12 salariés", 12), ("full-time equivalents", "3,5 ETP", 3.5),
        ("km", "12 €", "measure"), ("EUR", "3 h", "measure"), ("people", "65 %", "measure"),
        ("hours", "65 %", "measure"), ("answers", "65 %", "measure"), ("km", "12 rue", None),
        ("unit of the metric", "65 %", 0.65), ("unit of the metric", "0,8", 0.8),
        ("unit of the metric", "65", 65), ("unit of the metric", "12,5 pour cent", 0.125),
        ("requests per month", "12 par mois", 12), ("requests per month", "4 demandes/mois", 4),
    ],
)  # fmt: skip
def test_a_number_beside_its_unit(con, unit, text, value):
    number = units.number(unit, "x", "read_number", "NULL")
    kinds = f"WHEN {units.is_other(unit, 'x')} THEN 'other' "
    kinds += f"WHEN {units.is_foreign(unit, 'x')} THEN 'measure'"
    found = con.execute(
        f"SELECT number, CASE WHEN number IS NULL THEN CASE {kinds} END END "
        f"FROM (SELECT x, {number} AS number FROM (SELECT $x AS x))",
        {"x": text},
    ).fetchone()
    told = (None, value) if isinstance(value, str) else None
    assert found == (told or (pytest.approx(value) if value else None, None))


def test_a_duration_is_no_distance_and_a_percentage_no_count(tmp_path):
    text = "provider_id;reach_km;employees\n1;30 min;65 %\n2;500 m;3\n3;15000 km;12\n"
    drop = read(tmp_path, "providers", text)
    assert [row["reach_km"] for row in rows(drop)] == [None] * 3
    told = {(row["line"], row["column_name"]): row for row in rows(drop, "repaired")}
    for key in ((2, "reach_km"), (2, "employees")):
        assert told[key]["reason_code"] == "other_measure"
        assert "no factor" in told[key]["reason_en"] and "aucun facteur" in told[key]["reason_fr"]
        assert "[times]" not in told[key]["reason_en"] + told[key]["reason_fr"]
    assert "[times] reach_km = 0.001 (m)" in told[3, "reach_km"]["reason_en"]
    # it says its unit: no guess at metres
    assert told[4, "reach_km"]["reason_code"] == "above_maximum"


def test_a_percent_sign_means_a_hundredth_where_a_share_is_read(tmp_path):
    ids = ["552100554", "542051180", "356000000", "784608416"]
    cells = zip(ids, ["0,51", "65 %", "1", "0,7"], strict=True)
    text = "siren;capital_share_employees\n" + "".join(f"{i};{v}\n" for i, v in cells)
    drop = read(tmp_path / "bare", "cooperatives", text)
    # percent is the field's unit: what says it is kept, the others are set aside and told
    assert [row["capital_share_employees"] for row in rows(drop)] == [None, 65, None, None]
    said = read(tmp_path / "t", "cooperatives", text, "[times]\ncapital_share_employees = 100\n")
    assert [row["capital_share_employees"] for row in rows(said)] == [51, 65, 100, 70]
    text = "territory_level;territory_code;metric;target\n"
    text += "pays;FR;fill_rate;65 %\nregion;53;fill_rate;0,8\n"
    drop = read(tmp_path / "targets", "targets", text)
    assert [row["target"] for row in rows(drop)] == [0.65, 0.8] and drop.repaired == 0


def test_another_unit_is_told_with_its_factor_and_read_with_it(tmp_path):
    text = "request_id;created_at;hours\n1;2026-07-01;30 min\n2;2026-07-01;2 h\n3;2026-07-01;90\n"
    drop = read(tmp_path / "a", "requests", text)
    assert [row["hours"] for row in rows(drop)] == [None, 2, 90]
    (told,) = rows(drop, "repaired")
    assert (told["line"], told["value"], told["reason_code"]) == (2, "30 min", "other_unit")
    assert '[times] hours = "1/60" (min)' in told["reason_en"]
    drop = read(tmp_path / "b", "requests", text, '[times]\nhours = "1/60"\n')
    # 2 h says its own unit, and keeps it
    assert [row["hours"] for row in rows(drop)] == [0.5, 2, 1.5]


@pytest.mark.parametrize(
    ("source", "field", "values", "times", "expected"),
    [
        ("providers", "reach_km", [10000, 500, 20000, 15000], "0.001", [10, 0.5, 20, 15]),
        ("providers", "price_hour_eur", [2500, 2250, 1990], "0.01", [25, 22.5, 19.9]),
        ("requests", "hours", [90, 120, 45, 60], '"1/60"', [1.5, 2, 0.75, 1]),
        ("requests", "amount_eur", [12000, 5550, 9000], "0.01", [120, 55.5, 90]),
        ("cooperatives", "capital_share_employees", [0.51, 1, 0.7], "100", [51, 100, 70]),
        ("cooperative_years", "revenue_eur", [150, 2300, 0, 900], "1000", [150e3, 2.3e6, 0, 9e5]),
    ],
)
def test_a_column_on_another_scale_is_set_aside_with_its_factor(
    tmp_path, source, field, values, times, expected
):
    key = load(source).key[0]
    ids = ["552100554", "542051180", "356000000", "784608416"]
    more = {"requests": ";created_at", "cooperative_years": ";year"}.get(source, "")
    cell = {"requests": ";2026-07-01", "cooperative_years": ";2025"}.get(source, "")
    text = f"{key};{field}{more}\n" + "".join(
        f"{one};{value}{cell}\n" for one, value in zip(ids, values, strict=False)
    )
    drop = read(tmp_path / "as-it-is", source, text)
    assert [row[field] for row in rows(drop)] == [None] * len(values)
    assert {code for _, _, code in findings(drop, "repaired")} == {"other_scale"}
    remedy = f"[times] {field} = {times}"
    assert remedy in notes(drop)["other_scale"] and remedy in rows(drop, "repaired")[0]["reason_fr"]
    said = read(tmp_path / "said", source, text, f"[times]\n{field} = {times}\n")
    assert [row[field] for row in rows(said)] == expected and said.repaired == 0
    right = read(tmp_path / "right", source, text, f"[times]\n{field} = 1\n")
    kept = [None if field == "reach_km" and v > 1000 else v for v in values]
    assert [row[field] for row in rows(right)] == kept


def test_single_slips_are_told_and_plausible_columns_kept(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "provider_id;reach_km;price_hour_eur\n1;10;25\n2;15000;200\n3;300;90\n4;1000;\n",
    )
    found = [(row["reach_km"], row["price_hour_eur"]) for row in rows(drop)]
    assert found == [(10, 25), (None, 200), (300, 90), (1000, None)]
    assert [code for _, _, code in findings(drop, "repaired")] == ["other_scale"]
    assert drop.notes == []
    text = "request_id;created_at;hours\n1;2026-07-01;61\n2;2026-07-01;100\n3;2026-07-01;72.5\n"
    drop = read(tmp_path / "b", "requests", text)  # long contracts, no minutes
    assert [row["hours"] for row in rows(drop)] == [61, 100, 72.5]
