"""The verbs that say what cells mean, each on a file of its kind."""

import pytest

from etl.intake import opening
from etl.words import reasons
from tests.ingesting import drop_text, findings, problems, rows
from tests.shared_files import shared_file
from tests.sidecar_cases import case, notes, read

# -- join ----------------------------------------------------------------------------------------


def test_case_11_day_and_time_in_two_columns(tmp_path):
    drop = case(
        tmp_path,
        "requests",
        11,
        '[join.created_at]\ncolumns = ["jour", "heure"]\n'
        '[join.first_response_at]\ncolumns = ["reponse_jour", "reponse_heure"]\n',
    )
    hours = [(r["first_response_at"] - r["created_at"]).total_seconds() / 3600 for r in rows(drop)]
    assert hours == [1.5, 11]


def test_joined_days_times_and_keys(tmp_path):
    drop = read(
        tmp_path,
        "requests",
        "agence;no;jour;heure\n"
        "N;1;2026-07-01;8h05\nN;2;01/07/2026;\nS;1;2026-07-01 00:00:00;1899-12-31 18:30:00\n"
        "S;;2026-07-01;9h\nS;3;;10:00\nS;4;2026-07-01;9 h\n",
        '[join.request_id]\ncolumns = ["agence", "no"]\nseparator = "-"\n'
        '[join.created_at]\ncolumns = ["jour", "heure"]\n',
    )
    assert [(r["request_id"], r["created_at"].strftime("%d %H:%M")) for r in rows(drop)] == [
        ("N-1", "01 06:05"),
        ("N-2", "30 22:00"),  # the day alone begins at midnight in Paris
        ("S-1", "01 16:30"),
        ("S-4", "01 07:00"),
    ]
    # a key of which a part is missing is none; a time without its day is no day
    assert findings(drop, "refused") == [
        (5, "agence / no", "missing_required"),
        (6, "jour / heure", "unreadable_datetime"),
    ]


# -- flags ---------------------------------------------------------------------------------------


def test_case_04_ticked_columns_name_the_state(tmp_path):
    drop = case(
        tmp_path,
        "requests",
        4,
        '[flags.status]\npourvue = "filled"\nannulee = "cancelled"\n"*" = "open"\n',
    )
    assert [row["status"] for row in rows(drop)] == ["filled", "cancelled", "open"]


@pytest.mark.long
def test_case_09_one_column_for_each_service(tmp_path):
    drop = case(
        tmp_path,
        "providers",
        9,
        '[flags.domains]\nmenage = "house_cleaning"\njardinage = "gardening"\n'
        'bricolage = "handyman"\n',
    )
    found = [row["domain_codes"] for row in rows(drop)]
    assert found == [["handyman", "house_cleaning"], ["gardening"]]


def test_what_neither_ticks_nor_unticks_is_listed(tmp_path):
    drop = read(
        tmp_path,
        "requests",
        "request_id;created_at;fait;annulé\n1;2026-07-01;OUI;non\n2;2026-07-01;peut-être;oui\n"
        "3;2026-07-01;;non\n4;2026-07-01;Non;\n5;2026-07-01;0;Vrai\n6;2026-07-01;faux;0\n",
        '[flags.status]\nfait = "filled"\n"annulé" = "cancelled"\n"*" = "open"\n',
    )
    states = [row["status"] for row in rows(drop)]
    # 3 and 4: an empty cell says nothing in a column that writes its no
    assert states == ["filled", None, None, None, "cancelled", "open"]
    (odd,) = rows(drop, "repaired")
    assert (odd["line"], odd["value"]) == (3, "fait: peut-être")


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("ja", "nein"),
        ("Sì", "No"),
        ("on", "off"),
        ("✔️", "✗"),
        ("VRAI", "FAUX"),
        ("☑", "☐"),
        ("x", "-"),
    ],
)
def test_ticks_of_other_houses(reading, yes, no):
    asked = "SELECT read_flag($yes), coalesce(read_flag(nullif($no, '-')), false)"
    assert reading.execute(asked, {"yes": yes, "no": no}).fetchone() == (True, False)


def test_a_sign_that_is_no_tick_does_not_leave_the_columns_name(tmp_path):
    # “pourvue” alone would be read as filled, “annulée” as cancelled
    drop = read(
        tmp_path,
        "requests",
        "request_id;created_at;pourvue;annulée\n1;2026-07-01;/;\n2;2026-07-01;;☂\n3;2026-07-01;x;\n",
        '[flags.status]\npourvue = "filled"\n"annulée" = "cancelled"\n"*" = "open"\n',
    )
    assert [row["status"] for row in rows(drop)] == [None, None, "filled"]
    assert [(r["line"], r["value"]) for r in rows(drop, "repaired")] == [(2, "/"), (3, "☂")]


def test_a_column_that_nothing_ticks_is_told(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "provider_id,a,b\n1,✓,\n2,,\n",
        '[flags.domains]\na = ["gardening", "handyman"]\nb = "childcare"\n"*" = "admin_help"\n',
    )
    assert [row["domain_codes"] for row in rows(drop)] == [
        ["gardening", "handyman"],
        ["admin_help"],
    ]
    assert notes(drop) == {"unmet_flag": "[flags.domains]: the column “b” is ticked in no row."}


# -- times ---------------------------------------------------------------------------------------


def test_numbers_are_multiplied(tmp_path):
    drop = read(
        tmp_path,
        "requests",
        "request_id;created_at;minutes;cents\n1;2026-07-01;90;123 456\n2;2026-07-01;20;30\n"
        "3;2026-07-01;une heure;\n",
        '[rename]\nhours = "minutes"\namount_eur = "cents"\n'
        '[times]\nhours = "1/60"\namount_eur = 0.01\n',
    )
    first, second, third = rows(drop)
    assert (first["hours"], first["amount_eur"]) == (1.5, 1234.56)
    assert (second["hours"], second["amount_eur"]) == (0.333333333333333, 0.3)
    assert (third["hours"], third["amount_eur"]) == (None, None)
    assert findings(drop, "repaired") == [(4, "minutes", "unreadable_number")]


def test_a_factor_leaves_no_trace_of_binary_fractions(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "provider_id;w\n1;0,1\n2;1.234,5\n",
        'decimal = ","\n[rename]\ncapacity_per_month = "w"\n[times]\ncapacity_per_month = 3\n',
    )
    assert [row["capacity_per_month"] for row in rows(drop)] == [0.3, 3703.5]


# -- extract -------------------------------------------------------------------------------------

ADDRESS = (
    '[extract.postcode]\ncolumn = "adresse"\npattern = "postcode"\n'
    '[extract.city]\ncolumn = "adresse"\npattern = "city"\n'
)


def test_case_06_the_commune_of_an_address(tmp_path):
    drop = case(tmp_path, "providers", 6, ADDRESS)
    assert [row["commune_code"] for row in rows(drop)] == ["33063", "33096", "14627"]
    assert drop.notes == []


@pytest.mark.parametrize(
    ("address", "postcode", "city"),
    [
        ("10000 rue de Paris, 35000 Rennes", "35000", "Rennes"),
        ("10000 av. de Paris 35000 Rennes", "35000", "Rennes"),
        ("1 rue de Rennes - 75006 PARIS - FRANCE", "75006", "PARIS"),
        ("4 place Bellecour\n69002 Lyon 2e\nFrance", "69002", "Lyon"),
        ("CS 10000, 35042 Rennes cedex 9", "35042", "Rennes cedex"),
        ("12 rue X, Fort-de-France (97200)", "97200", "Fort-de-France"),
        ("3 rue X, 75 011 Paris", "75011", "Paris"),
        ("14 rue des 3 Frères 21000Dijon", "21000", "Dijon"),
        ("Bât 12 100 rue Y, 80190 Y", "80190", "Y"),
        ("8 mai 45 69003 Lyon", "69003", "Lyon"),
        ("97200 FORT DE FRANCE", "97200", "FORT DE FRANCE"),
        ("Bourg-en-Bresse 01000, France", "01000", "Bourg-en-Bresse"),
        ("80120 Rue", "80120", "Rue"),
        ("F-59000 Lille, Nord", "59000", "Lille"),
        ("12 rue de la Paix Lyon 69003", "69003", None),
        ("10000 rue de Paris", None, None),
        ("12 rue de la Paix, Bordeaux", None, None),
    ],
)
def test_the_parts_of_an_address(reading, address, postcode, city):
    found = reading.execute("SELECT postcode_in($a), city_in($a)", {"a": address}).fetchone()
    assert found == (postcode, city)


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    return opening.connect(tmp_path_factory.mktemp("scratch"))


@pytest.mark.long
def test_the_city_of_every_commune_is_found_in_an_address(reading):
    """But those whose name holds a bracket, or a dash between spaces."""
    lost = reading.execute(
        "SELECT name FROM reference.communes WHERE name NOT LIKE '%(%' AND name NOT LIKE '% - %' "
        "AND (city_in('12 rue de la Paix, 35000 ' || name) IS DISTINCT FROM name "
        "OR city_in('Bât 4 - 44100 ' || upper(name) || ', France') IS DISTINCT FROM upper(name))"
    ).fetchall()
    assert lost == []


def test_a_pattern_of_ones_own_and_what_it_did_not_find(tmp_path):
    drop = read(
        tmp_path,
        "requests",
        "objet;created_at\nDemande n°12 (urgent);2026-07-01\nDevis n°7;2026-07-01\n"
        "Relance;2026-07-01\n;2026-07-01\n",
        "[extract.request_id]\ncolumn = 'objet'\npattern = 'n°([0-9]+)'\n",
    )
    assert [row["request_id"] for row in rows(drop)] == ["12", "7"]
    assert notes(drop) == {
        "unmet_pattern": "[extract.request_id]: nothing was found in 1 of 3 texts, "
        "the first on line 4."
    }


# -- splits --------------------------------------------------------------------------------------


def test_a_split_of_a_split(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "provider_id;where;what\n1;Bât A, 44000 Nantes;pro: ménage/jardinage\n",
        '[[split.postcode]]\ncolumn = "where"\nseparator = ","\npart = -1\n'
        '[[split.postcode]]\nseparator = " "\npart = 2\n'
        '[[split.domains]]\ncolumn = "what"\nseparator = ":"\npart = 2\n'
        '[[split.domains]]\nseparator = "/"\n',
    )
    (row,) = rows(drop)
    assert (row["postcode"], row["departement_code"]) == ("44000", "44")
    assert row["domain_codes"] == ["gardening", "house_cleaning"]


# -- values --------------------------------------------------------------------------------------


def test_case_18_words_for_missing_that_mean_something(tmp_path):
    sidecar = shared_file("cases/meaning/18_na-2026-10-31.csv.toml").read_text(encoding="utf-8")
    drop = case(tmp_path, "requests", 18, sidecar)
    assert [row["status"] for row in rows(drop)] == ["open", "expired", "filled", "cancelled"]


def test_a_map_is_asked_before_the_words_for_missing_and_star_after(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        "provider_id;a;b;kind;actif\n1;?;jardin;N/A;\n2;NC;NC;n/a ;A\n3;;;-;x\n",
        '[rename]\ndomains = ["a", "b"]\nis_active = "actif"\n'
        '[values.domains]\n"?" = "handyman"\n"*" = "gardening"\n'
        '[values.kind]\n"N/A" = "company"\n[values.is_active]\n"" = "true"\nA = "false"\n',
    )
    found = [(r["domain_codes"], r["kind"], r["is_active"]) for r in rows(drop)]
    # "*" never makes something of a cell that is missing: NC, - and the empty one stay so
    assert found == [(["handyman"], "company", True), ([], "company", False), ([], None, None)]
    assert findings(drop, "repaired") == [(4, "actif", "unreadable_boolean")]


def test_accents_and_spaces_aside_and_what_met_nothing(tmp_path):
    drop = read(
        tmp_path,
        "requests",
        "request_id;created_at;status\n1;2026-07-01;Annulée  client\n2;2026-07-01;A+\n"
        "3;2026-07-01;a-\n4;2026-07-01;Ouverte\n",
        '[values.status]\n"annulee client" = "cancelled"\n"A+" = "filled"\nclos = "expired"\n',
    )
    assert [row["status"] for row in rows(drop)] == ["cancelled", "filled", None, "open"]
    assert notes(drop) == {
        "unmet_values": "[values.status]: no row holds “clos”. "
        "The column holds: “A+”, “a-”, “Annulée  client”, “Ouverte”."
    }


def test_a_key_of_a_list_may_be_the_whole_cell_or_an_item(tmp_path):
    drop = read(
        tmp_path,
        "providers",
        'provider_id;domains\n1;"garde, ménage"\n2;A|B\n3;8810.0\n',
        '[values.domains]\n"garde, ménage" = "pet_care"\nb = "gardening"\nA = "handyman"\n'
        '8810 = "elderly_care"\nC = "admin_help"\n',
    )
    found = [row["domain_codes"] for row in rows(drop)]
    assert found == [["pet_care"], ["gardening", "handyman"], ["elderly_care"]]
    assert "no row holds “C”." in notes(drop)["unmet_values"]


def test_a_map_of_a_field_without_a_column_is_told(tmp_path):
    sidecar = '[values.kind]\nA = "company"\n[times]\nreach_km = 0.001\n'
    drop = read(tmp_path, "providers", "provider_id\n1\n", sidecar)
    assert [reasons.note(note, "en") for note in drop.notes] == [
        "[values.kind]: no column of the file fills “kind”.",
        "[times] reach_km: no column of the file fills “reach_km”.",
    ]


# -- dates ---------------------------------------------------------------------------------------


def test_case_21_a_year_is_read_and_a_month_in_words_is_listed(tmp_path):
    sidecar = shared_file("cases/meaning/21_annee-2026-10-31.csv.toml").read_text(encoding="utf-8")
    drop = case(tmp_path, "cooperatives", 21, sidecar)
    first, second = rows(drop)
    assert (str(first["cooperative_since"]), second["cooperative_since"]) == ("2018-01-01", None)
    assert (first["is_active"], second["is_active"]) == (True, False)
    assert findings(drop, "repaired") == [(3, "annee_creation", "unreadable_date")]


# -- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sidecar", "code", "word"),
    [
        ('[where]\ny = "1"', "sidecar_column", "id"),
        ("[where]\nx = []", "sidecar_value", "not"),
        ("[where]\nx = { is = 1 }", "sidecar_key", "not"),
        ('[join.name]\ncolumns = ["id", "y"]', "sidecar_column", "id"),
        ('[join.name]\ncolumns = "id"\nsep = "-"', "sidecar_key", "separator"),
        ('[flags.kind]\n"*" = "company"', "sidecar_value", "column"),
        ('[flags.kind]\nx = ["company", "association"]', "sidecar_value", "value"),
        ('[flags.name]\nx = "A"', "sidecar_value", "domains"),
        ('[times]\nname = 2', "sidecar_value", "reach_km"),
        ("[times]\nreach_km = 0", "sidecar_value", "1/60"),
        ('[times]\nreach_km = "1/0"', "sidecar_value", "1/60"),
        ('[times]\nreach_km = "1e400"', "sidecar_value", "1/60"),
        ("[times]\nreach_km = nan", "sidecar_value", "1/60"),
        ('[extract.city]\ncolumn = "x"\npattern = "town"', "sidecar_value", "postcode"),
        ('[extract.city]\ncolumn = "x"\npattern = "(a)(b)"', "sidecar_value", "city"),
        ('[extract.city]\ncolumn = "x"\npattern = "(a"', "sidecar_value", "city"),
        ('[extract.city]\ncolumn = "x"\npattern = "(a{1001})"', "sidecar_value", "city"),
        (f'[extract.city]\ncolumn = "x"\npattern = "({"a" * 200})"', "sidecar_value", "city"),
        ("[extract.city]\ncolumn = 'x'\npattern = '(''+)'", "sidecar_syntax", ""),
        ('[[split.city]]\ncolumn = "x"\nseparator = ","', "sidecar_value", "1"),
        ('[[split.domains]]\ncolumn = "x"\nseparator = ","\n[[split.domains]]\nseparator = "/"',
         "sidecar_value", "1"),
        ('[[split.city]]\nseparator = ","\npart = 1', "sidecar_value", "column"),
        ("split = { city = [] }", "sidecar_value", "column"),
        ('[join.name]\ncolumns = "x"\n[rename]\nname = "x"', "sidecar_twice", "one"),
    ],
)  # fmt: skip
def test_mistakes_name_the_key_and_the_remedy(tmp_path, sidecar, code, word):
    drop_text(tmp_path, "providers", "id,x\n1,2\n")
    drop_text(tmp_path, "providers", sidecar, "a-2026-11-01.csv.toml")
    (problem,) = problems(tmp_path)
    assert problem.code == code
    assert word in problem.remedy_en and problem.remedy_fr


def test_dates_with_the_month_first_are_told(tmp_path):
    text = "request_id;created_at\n1;10/01/2026\n2;10/15/2026\n3;2026-10-03\n4;01/31/2026 08:00\n"
    drop = read(tmp_path, "requests", text, "")
    assert (drop.accepted, drop.refused) == (2, 2)
    told = notes(drop)["month_first"]
    assert "“10/15/2026”: 2." in told and "day first: 1." in told
    # day first as it should be, with one mistake: nothing to guess
    right = "request_id;created_at\n1;13/10/2026\n2;31/31/2026\n"
    assert "month_first" not in notes(read(tmp_path, "requests", right, ""))


@pytest.mark.parametrize(
    ("amounts", "met"),
    [
        (["12,50", "1.5", "1.250", "1.250 €"], 2),
        (["12.50", "1,250", "0,5"], 1),
        (["12.50", "1.250", "3"], None),
        (["1.250,00", "12,50", "1 250"], None),
    ],
)
def test_thousands_that_look_like_decimals_are_told(tmp_path, amounts, met):
    lines = [f'{n};2026-07-01;"{amount}"' for n, amount in enumerate(amounts)]
    text = "\n".join(["request_id;created_at;amount_eur", *lines]) + "\n"
    told = notes(read(tmp_path, "requests", text, "")).get("two_marks")
    assert (f"three decimals: {met}." in told) if met else told is None
