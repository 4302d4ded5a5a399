"""The verbs that say which rows count, and as what, each on a file of its kind."""

import hashlib

import pytest

from etl.words import reasons
from tests.ingesting import drop_text, findings, ingested, problems, rows
from tests.sidecar_cases import case, notes, read

# -- where ---------------------------------------------------------------------------------------


def test_case_13_test_rows_and_totals_are_filtered(tmp_path):
    drop = case(tmp_path, "requests", 13, '[where]\ntype = "demande"\n')
    assert (drop.read, drop.accepted, drop.refused, drop.filtered) == (4, 2, 0, 2)
    assert [row["request_id"] for row in rows(drop)] == ["1", "3"]
    assert drop.notes == [] and drop.unknown_columns == []


def test_rows_to_keep_and_to_leave_out(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "pk,etat,zone\n1,ACTIF,Nord\n2, actif ,NA\n3,Fermé,Sud\n4,ferme,Sud\n5,,Est\n6,Sommé,Est\n",
        '[rename]\nprovider_id = "pk"\n'
        '[where]\nEtat = { not = ["Fermé", "Total"] }\nzone = { not = "" }\n',
    )
    # 2 has no zone; 3 and 4 are closed, accent or not; an empty state is none of those left out
    assert [row["provider_id"] for row in rows(drop)] == ["1", "5", "6"]
    assert (drop.read, drop.filtered) == (6, 3)
    assert notes(drop) == {
        "unmet_where": "[where] Etat: no row holds “Total”. "
        "The column holds: “ACTIF”, “Fermé”, “Sommé”."
    }


def test_where_of_a_wide_file_counts_its_long_rows(tmp_path):
    drop = read(
        tmp_path,
        "population",
        "dep,y,all,kids\n44,2021,100,10\nTotal,2021,200,20\n",
        '[rename]\nterritory_code = "dep"\nyear = "y"\n[constant]\n'
        'territory_level = "departement"\n[where]\ndep = { not = "total" }\n'
        '[unpivot]\nfield = "band"\nvalue = "population"\n[unpivot.columns]\nall = "all"\n'
        '"0-4" = "kids"\n',
    )
    assert (drop.read, drop.accepted, drop.filtered) == (4, 2, 2)


def test_where_that_keeps_nothing_is_refused(tmp_path):
    drop_text(tmp_path, "providers", "provider_id,t\n1,a\n2,b\n")
    drop_text(
        tmp_path, "providers", 'mode = "snapshot"\n[where]\nt = "c"\n', "a-2026-11-01.csv.toml"
    )
    assert [p.code for p in problems(tmp_path)] == ["none_kept"]


# -- rows of one key, and rows without one -------------------------------------------------------

PROVIDERS = (
    "provider_id;name;city;departement_code;domains;approvals\n"
    "1;A;Rennes;35;ménage;ménage:declaration\n1;A;Rennes;35;jardinage;\n"
    "2;B;Rennes;35;bricolage;\n1;A;Nantes;44;tutoring;\n"
    "1;A;Rennes;35;ménage|zz;jardinage:agrement\n2;B;Rennes;35;bricolage;\n"
)


def test_case_23_one_line_for_each_service(tmp_path):
    drop = case(tmp_path, "providers", 23, 'merge = ["domains"]\n')
    assert (drop.read, drop.accepted, drop.refused, drop.merged) == (3, 3, 0, 1)
    found = [(row["provider_id"], row["domain_codes"]) for row in rows(drop)]
    assert found == [("1", ["gardening", "house_cleaning"]), ("2", ["handyman"])]


def test_merged_rows_agree_in_all_else(tmp_path):
    drop = read(tmp_path, "providers", PROVIDERS, 'merge = ["domains", "approvals"]\n')
    # line 5 is of another town; 3 and 6 go into line 2, and 7 repeats line 4
    assert (drop.read, drop.accepted, drop.refused, drop.merged) == (6, 5, 1, 3)
    first, second = rows(drop)
    assert (first["line"], first["domain_codes"]) == (2, ["gardening", "house_cleaning"])
    assert first["approvals"] == ["gardening:agrement", "house_cleaning:declaration"]
    assert (second["domain_codes"], second["approvals"]) == (["handyman"], None)
    assert findings(drop, "refused") == [(5, "provider_id", "repeated_key")]
    assert findings(drop, "repaired") == [(6, "domains", "unknown_domain")]
    assert drop.notes == []


@pytest.mark.parametrize(
    ("sidecar", "refused"),
    [
        ("", 4),
        ('merge = ["domains"]', 3),  # 3 and 6 have other approvals than line 2
    ],
)
def test_the_verb_that_would_merge_is_named(tmp_path, sidecar, refused):
    drop = read(tmp_path, "providers", PROVIDERS, sidecar)
    assert (drop.read, drop.refused) == (6, refused)
    assert [reasons.note(note, "en") for note in drop.notes] == [
        "Rows refused that repeat a key and differ only in domains, approvals: 2. To unite them, "
        'write merge = ["domains", "approvals"] in the sidecar.'
    ]


def test_equal_rows_need_no_verb(tmp_path):
    drop = read(tmp_path, "providers", "provider_id;name\n1;A\n1;A\n")
    assert (drop.refused, drop.notes) == (1, [])


LINES = "cree_le;code_postal;service\n05/10/2026;35000;ménage\n05/10/2026;35000;ménage\n"


def test_case_07_requests_without_an_identifier(tmp_path):
    drop = case(
        tmp_path,
        "requests",
        7,
        'key = "line"\n[rename]\ncreated_at = "cree_le"\npostcode = "code_postal"\n'
        'domain = "service"\n',
    )
    assert (drop.read, drop.accepted) == (3, 3)
    keys = [row["request_id"] for row in rows(drop)]
    assert keys == [f"{drop.content_hash[:16]}:{line}" for line in (2, 3, 4)]
    assert "dropped twice count twice" in notes(drop)["line_key"]


def test_no_other_file_replaces_a_row_without_an_identifier(tmp_path):
    sidecar = 'key = "line"\n[rename]\ncreated_at = "cree_le"\n'
    for day, text in (("01", LINES), ("02", LINES + "06/10/2026;;\n")):
        drop_text(tmp_path, "requests", text, f"a-2026-11-{day}.csv")
        drop_text(tmp_path, "requests", sidecar, f"a-2026-11-{day}.csv.toml")
    keys = [row["request_id"] for drop in ingested(tmp_path) for row in rows(drop)]
    assert len(set(keys)) == 5
    answers = "request_id,provider_id,responded_at\nR1,P1,2026-10-06\n"
    drop_text(tmp_path, "responses", answers, "b.csv")
    told = problems(tmp_path)
    assert [problem.code for problem in told] == ["line_key_referred"] * 2
    assert "responses" in told[0].reason_en and "responses" in told[0].remedy_fr


def test_one_correction_of_a_line_replaces_another(tmp_path):
    sidecar = 'key = "line"\n[rename]\ncreated_at = "cree_le"\n'
    first = drop_text(tmp_path, "requests", LINES + "bientôt;35000;\n")
    drop_text(tmp_path, "requests", sidecar, first.name + ".toml")
    content = hashlib.sha256(first.read_bytes()).hexdigest()
    for name, day in (("b.csv", "07/10/2026"), ("c.csv", "08/10/2026")):
        text = f"cree_le;code_postal;service;maillage_raison\n{day};35000;;ligne 4 : date\n"
        drop_text(tmp_path, "requests", text, name)
        drop_text(tmp_path, "requests", f'corrects = "{content}"\n{sidecar}', f"{name}.toml")
    keys = [[row["request_id"] for row in rows(drop)] for drop in ingested(tmp_path)]
    assert keys == [
        [f"{content[:16]}:2", f"{content[:16]}:3"], [f"{content[:16]}:4"], [f"{content[:16]}:4"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "sidecar", "code"),
    [
        ("providers", 'key = "line"', "line_key"),
        ("projects", 'key = "line"', "line_key"),
        ("responses", 'key = "line"', "line_key"),
        ("requests", 'key = "line"\nmode = "snapshot"', "line_key_snapshot"),
        ("requests", 'key = "row"', "sidecar_value"),
        ("requests", 'key = "line"\n[rename]\nrequest_id = "x"', "sidecar_twice"),
        ("requests", 'merge = ["domain"]', "sidecar_value"),
        ("providers", 'merge = ["name"]', "sidecar_value"),
    ],
)
def test_where_merge_and_key_are_refused(tmp_path, source, sidecar, code):
    drop_text(tmp_path, source, "id,x,created_at\n1,2,2026-01-01\n")
    drop_text(tmp_path, source, sidecar, "a-2026-11-01.csv.toml")
    assert [problem.code for problem in problems(tmp_path)] == [code]


# -- counts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "departement;service;2026-01;2026-02;2026-03",
        "zone;janv. 2026;févr. 2026",
        "x;T1 2026;T2 2026",
        "x;2024;2025",
        "x;01/2026;02/2026",
        "commune;janvier;février",
    ],
)
def test_case_08_counts_by_month_are_no_rows(tmp_path, header):
    width = header.count(";")
    drop_text(tmp_path, "requests", f"{header}\n35{';12' * width}\n")
    (problem,) = problems(tmp_path)
    assert problem.code == "counts" and "request_id, created_at" in problem.remedy_en
