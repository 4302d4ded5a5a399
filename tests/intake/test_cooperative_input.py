"""Bad rows about co-operatives: each is refused or repaired, with its reason in both languages."""

import json
from datetime import date

import pandas as pd
import pytest

from etl.intake import contract
from etl.words import reasons
from tests.ingesting import drop_text, findings, only, rows
from tests.intake.test_real_files import load, original
from tests.market import make_build
from tests.shared_files import shared_file

SIREN, OTHER = "552100554", "356000000"
SHARES = ("capital_share_employees", "votes_share_employees")
PARTS = {
    "permanent_employees": "employees", "qualified_employees": "employees",
    "member_employees": "employees / members",
}  # fmt: skip


def loaded(folder, source: str, text: str):
    drop_text(folder, source, text)
    return only(folder)


def test_a_bad_row_says_where_what_why_and_what_to_do_in_both_languages(tmp_path):
    text = f"SIREN;Votes_share_employees\n{SIREN};101\n123456789;50\n"
    drop = loaded(tmp_path, "cooperatives", text)
    (repaired,), (refused,) = rows(drop, "repaired"), rows(drop, "refused")
    assert (repaired["line"], repaired["column_name"], repaired["value"]) == (
        2, "Votes_share_employees", "101",
    )  # fmt: skip
    assert repaired["reason_en"] == (
        "“Votes_share_employees” is above 100. The value is left out. "
        "Correct it in the file and build again."
    )
    assert repaired["reason_fr"] == (
        "« Votes_share_employees » est supérieure à 100. La valeur est écartée. "
        "Corrigez-la dans le fichier, puis relancez la construction."
    )
    assert (refused["line"], refused["value"]) == (3, "123456789")
    assert refused["reason_en"].endswith("directory of companies and correct the file.")
    assert refused["reason_fr"].endswith("annuaire des entreprises et corrigez le fichier.")
    assert json.loads(refused["row_json"]) == {"SIREN": "123456789", "Votes_share_employees": "50"}


@pytest.mark.parametrize("field", SHARES)
@pytest.mark.parametrize(
    ("text", "value"), [("100", 100), ("0", 0), ("100,1", None), ("-0.1", None), ("51 ", 51)]
)
def test_shares_lie_between_0_and_100(tmp_path, field, text, value):
    drop = loaded(tmp_path, "cooperatives", f"siren;{field}\n{SIREN};{text}\n")
    assert rows(drop)[0][field] == value
    assert len(rows(drop, "repaired")) == (value is None)


@pytest.mark.middle
def test_a_birth_after_its_exit_is_left_out_and_the_exit_stays(tmp_path):
    with make_build(
        tmp_path,
        {
            "cooperatives/a-2026-11-01.csv": "siren,registered_on,cooperative_since,ceased_on\n"
            f"{SIREN},2020-01-01,2025-01-01,2024-06-30\n{OTHER},2024-07-01,,2024-06-30\n"
        },
    ) as con:
        found = con.execute(
            "SELECT siren, cooperative_since, registered_on, exited_on, is_living"
            " FROM marts.cooperatives ORDER BY siren"
        ).fetchall()
        listed = con.execute(
            "SELECT line, column_name, reason_code, value FROM quality.repaired_values"
        ).fetchall()
    gone = date(2024, 6, 30)
    assert found == [
        (OTHER, None, None, gone, False),
        (SIREN, None, date(2020, 1, 1), gone, False),
    ]
    assert listed == [
        (2, "cooperative_since", "too_late", "2025-01-01"),
        (3, "registered_on", "too_late", "2024-07-01"),
    ]


@pytest.mark.parametrize(("part", "whole"), PARTS.items())
def test_a_part_is_not_above_its_whole(tmp_path, part, whole):
    text = f"siren,year,employees,members,{part}\n"
    text += f"{SIREN},2023,10,10,11\n{SIREN},2024,10,10,10\n{SIREN},2025,,,11\n"
    drop = loaded(tmp_path, "cooperative_years", text)
    assert [row[part] for row in rows(drop)] == [None, 10, 11]
    (listed,) = rows(drop, "repaired")
    assert (listed["line"], listed["column_name"], listed["reason_code"]) == (
        2, part, "above_other",
    )  # fmt: skip
    assert f"“{whole}”" in listed["reason_en"]


def test_members_may_be_more_than_employees_but_no_employee_member_without_either(tmp_path):
    text = "siren,year,employees,members,member_employees\n"
    text += f"{SIREN},2023,10,30,9\n{SIREN},2024,10,8,9\n"
    drop = loaded(tmp_path, "cooperative_years", text)
    assert [row["member_employees"] for row in rows(drop)] == [9, None]
    assert findings(drop, "repaired") == [(3, "member_employees", "above_other")]


AMOUNTS = [
    ("cooperative_years", "siren,year", f"{SIREN},2025", field)
    for field in ("employees", "employees_fte", "members", "jobs_kept", "revenue_eur",
                  "cae_entrepreneurs", "cape_holders")
] + [
    ("projects", "project_id", "P1", "planned_jobs"),
    ("project_steps", "project_id,step,on", "P1,financed,2025-01-01", "amount_eur"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "keys", "values", "field"), AMOUNTS)
def test_amounts_are_not_negative(tmp_path, source, keys, values, field):
    drop = loaded(tmp_path, source, f"{keys},{field}\n{values},-1\n")
    assert rows(drop)[0][field] is None
    assert findings(drop, "repaired") == [(2, field, "below_minimum")]


@pytest.mark.parametrize("year", ["1899", "2101", "202", "20255", "deux mille", "2025.5"])
def test_years_out_of_range_are_refused(tmp_path, year):
    drop = loaded(tmp_path, "cooperative_years", f"siren,year\n{SIREN},{year}\n{SIREN},2025.0\n")
    assert [row["year"] for row in rows(drop)] == [2025]
    assert [line for line, *_ in findings(drop, "refused")] == [2]


@pytest.mark.middle
def test_a_year_that_has_not_begun_is_listed_and_not_the_last_one_stated(tmp_path):
    drops = {
        "cooperatives/a-2026-11-01.csv": f"siren\n{SIREN}\n",
        "cooperative_years/a-2026-11-01.csv": f"siren,year,employees\n{SIREN},2025,5\n"
        f"{SIREN},2062,50\n",
    }
    with make_build(tmp_path, drops) as con:
        assert con.execute("SELECT last_year, employees FROM marts.cooperatives").fetchall() == [
            (2025, 5)
        ]
        listed = "SELECT line, column_name, value, reason_code FROM quality.repaired_values"
        assert con.execute(listed).fetchall() == [(3, "year", "2062", "year_after_the_data")]


@pytest.mark.long
def test_a_year_twice_keeps_the_first_row_of_a_drop_and_the_last_drop(tmp_path):
    head = "siren,year,employees\n"
    drops = {
        "cooperatives/a-2026-10-01.csv": f"siren\n{SIREN}\n",
        "cooperative_years/a-2026-10-01.csv": head + f"{SIREN},2025,5\n{SIREN},2025,6\n",
        "cooperative_years/a-2026-11-01.csv": head + f"{SIREN},2025,7\n",
    }
    with make_build(tmp_path, drops) as con:
        kept = "SELECT siren, year, employees FROM staging.cooperative_years"
        assert con.execute(kept).fetchall() == [(SIREN, 2025, 7)]
        refused = con.execute(
            "SELECT file, line, value, reason_code, column_name, arguments"
            " FROM quality.refused_rows"
        ).fetchall()
    ((file, line, value, code, *filled),) = refused
    assert (file, line) == ("cooperative_years/a-2026-10-01.csv", 3)
    assert (value, code) == (f"{SIREN} | 2025", "repeated_key")
    reason = reasons.finding(code, *filled, "en", is_refused=True)
    assert "already stands on line 2" in reason and "Remove one of the two" in reason


@pytest.mark.middle
def test_a_step_before_its_project_was_received_loses_its_date_and_is_listed(tmp_path):
    steps = "project_id,step,on\nP1,supported,2025-01-01\nP2,supported,2025-01-01\n"
    drops = {
        "projects/a-2026-11-01.csv": "project_id\nP1\nP2\n",
        "project_steps/a-2026-10-01.csv": steps + "P2,received,2025-01-01\n",
        # what was received stands in another file
        "project_steps/b-2026-11-01.csv": "project_id,step,on\nP1,received,2025-02-01\n",
    }
    with make_build(tmp_path, drops) as con:
        assert con.execute(
            "SELECT project_id, \"on\" FROM staging.project_steps WHERE step = 'supported'"
            " ORDER BY project_id"
        ).fetchall() == [("P1", None), ("P2", date(2025, 1, 1))]
        listed = con.execute(
            "SELECT file, line, column_name, value, reason_code, arguments"
            " FROM quality.repaired_values"
        ).fetchall()
    (found,) = listed
    code = "step_before_received"
    assert found == ("project_steps/a-2026-10-01.csv", 2, "on", "2025-01-01", code, None)
    for lang, todo in (("en", "Correct one"), ("fr", "Corrigez l’une")):
        assert todo in reasons.finding(code, "on", None, lang, is_refused=False)


def test_a_siren_that_fails_its_check_digit_is_refused_as_a_key_and_left_out_elsewhere(tmp_path):
    for source, text in (
        ("cooperatives", "siren\n552100555\n"),
        ("cooperative_years", "siren,year\n552100555,2025\n"),
    ):
        drop = loaded(tmp_path / source, source, text)
        assert (drop.accepted, findings(drop, "refused")) == (0, [(2, "siren", "siren_check")])
    for source, key in (("projects", "project_id"), ("providers", "provider_id")):
        drop = loaded(tmp_path / source, source, f"{key},siren\n1,552100555\n")
        assert rows(drop)[0]["siren"] is None
        assert findings(drop, "repaired") == [(2, "siren", "siren_check")]


@pytest.mark.parametrize("source", contract.sources())
def test_not_diffusible_is_unknown_in_every_column(tmp_path, source):
    described = contract.load(source)
    values = [f.example if f.required else "[ND]" for f in described.fields]
    # the example of a domain or of a place may depend on what is not said
    cells = ";".join(value.replace(";", " ") for value in values)
    drop = loaded(tmp_path, source, ";".join(described.names) + "\n" + cells + "\n")
    assert (drop.accepted, drop.repaired) == (1, 0)
    row = rows(drop)[0]
    for field in described.fields:
        if not field.required and field.name in row:
            assert row[field.name] is None, field.name


@pytest.mark.middle
def test_a_legal_category_that_a_spreadsheet_made_a_number_is_the_same(tmp_path):
    text = f"siren,legal_category\n{SIREN},5458.0\n{OTHER},5458\n"
    with make_build(tmp_path, {"cooperatives/a-2026-11-01.csv": text}) as con:
        found = con.execute("SELECT legal_category, form FROM marts.cooperatives").fetchall()
    assert found == [("5458", "scop"), ("5458", "scop")]


@pytest.mark.long
def test_a_drop_says_nothing_of_what_it_has_no_column_for(tmp_path):
    """A federation's list, then a register that knows less, then a word that takes one back."""
    federation = (
        "siren,name,form,is_cae,origin,domains,cooperative_since,capital_share_employees,"
        "votes_share_employees,commune_code,is_active,exit_kind,ceased_on\n"
        f"{SIREN},Les Lilas,scic,true,rescue,II-1,2020-01-01,60,70,44109,,,\n"
        f"{OTHER},Le Pré,scop,false,rescue,II-1,2020-01-01,60,70,44109,false,merger,2024-06-30\n"
    )
    drops = {
        "cooperatives/a-2026-09-01.csv": federation,
        "cooperatives/b-2026-10-01.csv": "siren,name,legal_category,domains,registered_on\n"
        f"{SIREN},LES LILAS,5458,,2010-01-01\n{OTHER},LE PRE,5458,,2010-01-01\n",
        "cooperatives/c-2026-11-01.csv": f"siren,origin\n{SIREN},\n",
    }
    with make_build(tmp_path, drops) as con:
        found = con.execute(
            "SELECT name, form, legal_category, is_cae, origin, domain_codes, born_on,"
            " registered_on, is_scop_compliant, commune_code, place_precision, exited_on,"
            " exit_kind, is_living FROM marts.cooperatives ORDER BY siren"
        ).fetchall()
    gone, born, registered = date(2024, 6, 30), date(2020, 1, 1), date(2010, 1, 1)
    same = (born, registered)
    domain = found[0][5]
    assert len(domain) == 1
    assert found == [
        ("LE PRE", "scop", "5458", False, "rescue", domain, *same, "yes", "44109", "commune",
         gone, "merger", False),
        ("LES LILAS", "scic", "5458", True, None, domain, *same, None, "44109", "commune",
         None, None, True),
    ]  # fmt: skip


@pytest.mark.long
def test_one_drop_may_say_again_that_a_co_operative_lives(tmp_path):
    drops = {
        "cooperatives/a-2026-09-01.csv": f"siren,ceased_on,exit_kind\n{SIREN},2024-06-30,merger\n",
        "cooperatives/b-2026-10-01.csv": f"siren,is_active\n{SIREN},true\n",
    }
    with make_build(tmp_path, drops) as con:
        found = con.execute("SELECT exited_on, exit_kind, is_living FROM marts.cooperatives")
        assert found.fetchall() == [(None, None, True)]


@pytest.mark.long
def test_a_birth_after_an_exit_that_another_drop_tells_is_listed_and_not_used(tmp_path):
    drops = {
        "cooperatives/a-2026-09-01.csv": f"siren,ceased_on\n{SIREN},2024-06-30\n",
        "cooperatives/b-2026-10-01.csv": f"siren,cooperative_since\n{SIREN},2025-01-01\n",
    }
    with make_build(tmp_path, drops) as con:
        found = con.execute("SELECT born_on, exited_on, is_living FROM marts.cooperatives")
        assert found.fetchall() == [(None, date(2024, 6, 30), False)]
        listed = con.execute(
            "SELECT file, line, column_name, value, reason_code FROM quality.repaired_values"
        ).fetchall()
    assert listed == [
        ("cooperatives/b-2026-10-01.csv", 2, "cooperative_since", "2025-01-01", "birth_after_exit")
    ]


def test_new_columns_are_named_and_left_alone(tmp_path):
    text = f"siren,activitePrincipaleNAF25UniteLegale\n{SIREN},88.10Y\n"
    drop = loaded(tmp_path, "cooperatives", text)
    assert (drop.accepted, drop.unknown_columns) == (1, ["activitePrincipaleNAF25UniteLegale"])


@pytest.mark.long
def test_a_provider_is_tied_to_its_co_operative_by_siren_or_the_start_of_its_siret(tmp_path):
    drops = {
        "cooperatives/a-2026-11-01.csv": f"siren,form\n{SIREN},scop\n{OTHER},scop\n",
        "providers/a-2026-11-01.csv": "provider_id,siren,siret\n"
        f"by siren,{SIREN},\nby siret,,{SIREN}00013\nat odds,{OTHER},{SIREN}00021\n",
    }
    with make_build(tmp_path, drops) as con:
        tied = "SELECT siren, provider_count FROM marts.cooperatives ORDER BY siren"
        assert con.execute(tied).fetchall() == [(OTHER, 1), (SIREN, 2)]
        scops = "SELECT count(*) FROM marts.providers WHERE is_scop"
        assert con.execute(scops).fetchall() == [(3,)]
        listed = "SELECT line, column_name, value, reason_code FROM quality.repaired_values"
        assert con.execute(listed).fetchall() == [
            (4, "siret", f"{SIREN}00021", "siret_of_another_siren")
        ]


@pytest.mark.long
def test_real_establishments_are_tied_by_their_siret(tmp_path):
    """Real SIRETs alone, made providers of co-operatives with the real SIRENs among them."""
    name = "etablissements_metz_services.csv"
    drop = load(tmp_path / "alone", "providers", name)
    good = {row["siret"] for row in rows(drop) if row["siret"]}
    source = original(name)
    sirens = sorted({siret[:9] for siret in good})
    text = "provider_id,siret\n" + "".join(f"{s},{s}\n" for s in source["siret"])
    drops = {
        "providers/a-2026-11-01.csv": text,
        "cooperatives/a-2026-11-01.csv": "siren\n" + "\n".join(sirens) + "\n",
    }
    wanted = pd.Series(sorted(good)).str[:9].value_counts()
    with make_build(tmp_path, drops) as con:
        found = con.execute(
            "SELECT siren, provider_count FROM marts.cooperatives WHERE provider_count > 0"
        ).fetchall()
    assert dict(found) == wanted.to_dict() and len(found) > 1000


def test_the_real_extract_with_bad_rows_added_loses_those_alone(tmp_path):
    name = "sirene_cooperatives_numerique_extrait.csv"
    plain = load(tmp_path / "plain", "cooperatives", name)
    text = shared_file(f"real/{name}").read_bytes().decode("utf-8")
    header, first = text.splitlines()[:2]
    width = len(header.split(","))
    bad = ["311337241" + "," * (width - 1), first, "[ND]" + "," * (width - 1)]
    drop_text(tmp_path, "cooperatives", text.rstrip() + "\n" + "\n".join(bad) + "\n", name)
    (sidecar,) = (tmp_path / "plain").rglob(f"{name}.toml")
    (tmp_path / "raw" / "cooperatives" / f"{name}.toml").write_bytes(sidecar.read_bytes())
    drop = only(tmp_path)
    assert (drop.accepted, drop.refused) == (plain.accepted, 3)
    assert [code for *_, code in findings(drop, "refused")] == [
        "siren_check", "repeated_key", "missing_required",
    ]  # fmt: skip
    assert rows(drop) == rows(plain)
