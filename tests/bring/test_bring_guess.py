"""What is guessed of a foreign file, and the sidecar that it gets."""

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import check
from etl.bring import draft, looking, proposal, sampling, saying
from etl.intake import contract
from etl.problems import FileProblem
from tests.ingesting import drop_text, only, rows
from tests.judged import guessed
from tests.shared_files import shared_file
from tests.sizes import examples, some

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "etl/README.md").read_text(encoding="utf-8")
# What a file may be refused for, whatever its sidecar says.
TOLD = ("no_rows", "empty", "all_refused")
TABLES = ("accepted", "refused", "repaired")


def example(ending: str, kind: str) -> str:
    """A file of the worked example, as the document writes it."""
    found = re.search(rf"annuaire-2026-11-20\.{ending}`:\n\n```{kind}\n(.*?)```", README, re.S)
    assert found
    return found[1]


def written(path: Path, **said) -> tuple[proposal.Proposal, draft.Draft, str]:
    """What is proposed for a file, its draft, and the sidecar."""
    looked = looking.look(path)
    found = proposal.propose(looked)
    drawn = draft.of(looked, found, **said)
    return found, drawn, draft.toml(drawn)


def test_the_worked_example_is_read_as_by_the_hand_written_sidecar(tmp_path):
    name = "annuaire-2026-11-20.csv"
    drops = []
    for who in ("hand", "guess"):
        file = drop_text(tmp_path / who, "providers", example("csv", "csv"), name)
        sidecar = example("csv.toml", "toml")
        if who == "guess":
            found, _, sidecar = written(file, mode="snapshot")
            assert found.source == "providers"
        drop_text(tmp_path / who, "providers", sidecar, f"{name}.toml")
        drops.append(only(tmp_path / who))
    hand, guess = drops
    assert hand.mode == guess.mode == "snapshot"
    assert hand.unknown_columns == guess.unknown_columns == []
    for table in TABLES:
        assert rows(hand, table) == rows(guess, table)


def test_what_is_private_is_not_shown(tmp_path):
    text = (
        "id,mail,tel,ne le,nom\n"
        "1,a@example.org,06 39 98 00 00,02/11/1970,Lieu A\n"
        "2,b@example.org,06 39 98 00 01,02/12/1971,Lieu B\n"
    )
    looked = looking.look(drop_text(tmp_path, "providers", text))
    private = {column.name: column.private for column in looked.columns if column.private}
    assert private == {"mail": "mail", "tel": "phone", "ne le": "birth_date"}
    assert all(not c.examples and not c.words for c in looked.columns if c.private)
    assert looked.head[0] == ("1", "", "", "", "Lieu A")


LAYOUTS = [one.layout for one in guessed.judged("dev") if one.source != guessed.NONE]


@pytest.mark.long
@pytest.mark.parametrize("layout", some(LAYOUTS, 6, 7))
def test_what_is_drafted_is_a_sidecar_that_intake_takes(tmp_path, layout):
    file = tmp_path / layout
    file.write_bytes((guessed.FOLDER / "layouts" / layout).read_bytes())
    looked = guessed.looked(layout)
    found = guessed.proposed(layout)
    if found.source is None or found.missing:
        return
    drawn = draft.of(looked, found)
    if not draft.is_dated(drawn, file):
        drawn = draft.of(looked, found, as_of=date(2026, 11, 1))
    file.with_name(f"{layout}.toml").write_text(draft.toml(drawn), "utf-8")
    (report,) = check.check([file], found.source)
    assert report.problem is None, report.problem
    for match in found.matches:
        assert match.field in contract.load(found.source).names
        assert all(saying.match(match, language) for language in ("en", "fr"))


def test_an_empty_file_is_told(tmp_path):
    with pytest.raises(FileProblem, match="empty"):
        looking.look(drop_text(tmp_path, "providers", ""))


CELLS = st.one_of(
    st.sampled_from(
        ["", "35000", "Rennes", "01/02/2026", "13/01/2026", "ménage", "12,5", "oui", "x"]
    ),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n"), max_size=8),
)
NAMES = st.one_of(
    st.sampled_from(
        ["", "id", "ID", "date", "ville", "<b>ville</b>", "*", "'; --", 'a"b', "é" * 300]
    ),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n"), max_size=12),
)


@pytest.mark.long
@settings(max_examples=examples(60))
@given(st.lists(NAMES, min_size=1, max_size=7), st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_no_file_ends_in_a_traceback(tmp_path_factory, names, records):
    file = tmp_path_factory.mktemp("odd") / "odd-2026-11-01.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([names, *records])
    try:
        looked = looking.look(file)
    except FileProblem:
        return
    for source in (None, "providers", "requests", "cooperatives", "population"):
        found = proposal.propose(looked, source)
        if found.source is None:
            continue
        drawn = draft.of(looked, found, as_of=date(2026, 11, 1))
        file.with_name(f"{file.name}.toml").write_text(draft.toml(drawn), "utf-8")
        (report,) = check.check([file], found.source)
        if report.problem is None:
            continue
        assert not report.problem.code.startswith("sidecar"), report.problem
        assert found.missing or report.problem.code in TOLD, report.problem


@pytest.mark.long
def test_a_file_of_many_columns_is_looked_at_and_one_of_too_many_is_told(tmp_path):
    def wide(columns: int) -> looking.Looked:
        names = ",".join(f"colonne {number}" for number in range(columns))
        row = ",".join(str(number % 7) for number in range(columns))
        return looking.look(drop_text(tmp_path, "providers", f"{names}\n{row}\n{row}\n"))

    looked = wide(2_000)
    assert len(looked.columns) == 2_000 and len(looked.head[0]) == 2_000
    assert proposal.propose(looked).source is None
    with pytest.raises(FileProblem, match="too_wide"):
        wide(10_000)


# Columns of layouts that nobody made for this project; what was measured is in tests/README.md.
@pytest.mark.parametrize(
    ("half", "sources", "recall", "precision", "grave"),
    [
        pytest.param("dev", 34, 0.98, 0.99, 0, marks=pytest.mark.long),
        pytest.param("second", 30, 0.97, 0.99, 0, marks=pytest.mark.long),
        pytest.param("third", 25, 0.98, 0.99, 0, marks=pytest.mark.long),
        pytest.param("fourth", 13, 0.97, 0.99, 0, marks=pytest.mark.long),
        ("fifth", 8, 0.98, 0.99, 0),
        pytest.param("sixth", 17, 0.95, 0.99, 0, marks=pytest.mark.long),
        pytest.param("seventh", 9, 0.98, 0.99, 0, marks=pytest.mark.long),
        pytest.param("eighth", 16, 0.95, 0.99, 0, marks=pytest.mark.long),
        ("ninth", 11, 0.97, 0.99, 0),
        pytest.param("tenth", 14, 0.99, 0.99, 0, marks=pytest.mark.long),
        pytest.param("eleventh", 14, 0.97, 0.99, 0, marks=pytest.mark.long),
        ("locked", 20, 0.9, 0.98, 2),
    ],
)
def test_judged_layouts_are_matched_as_well_as_was_measured(
    half, sources, recall, precision, grave
):
    total = guessed.measure(half, is_told=True)
    said = guessed.shown(half, total)
    assert total.sources >= sources and total.grave <= grave, said
    assert total.recall >= recall and total.precision >= precision, said
    assert total.words["wrong"] == 0, said


@pytest.mark.middle
@pytest.mark.parametrize(
    ("name", "source", "reason"),
    [
        ("laposte_hexasmal.csv", None, "reference"),
        ("insee_categories_juridiques_sap_scop.csv", None, "reference"),
        ("sap_activites_D7231-1.csv", None, "reference"),
        ("dares_poem_sap_prestataire_heures_mensuelles_2018_2020.csv", None, "figures"),
        ("drees_beneficiaires_apa_pch_departement_2010_2019.csv", None, "figures"),
        ("scop_series_nationales_publiees.csv", None, "figures"),
        ("siae_marche_inclusion.csv", "providers", None),
        ("etablissements_metz_services.csv", "providers", None),
        ("baltimore_311_sample.csv", "requests", None),
        ("dans_ma_rue_paris_10000.csv", "requests", None),
        ("sirene_cooperatives_numerique_extrait.csv", "cooperatives", None),
        ("insee_population_departement_age_2021.csv", "population", None),
    ],
)
def test_real_files_are_taken_for_what_they_are(name, source, reason):
    found = proposal.propose(looking.look(shared_file(f"real/{name}")))
    assert (found.source, found.why_none) == (source, reason)
    assert source is None or not (found.missing or found.key_by_line)
    assert source is not None or all(saying.why_none(found, lang) for lang in ("en", "fr"))


@pytest.mark.parametrize(
    ("text", "source", "fields"),
    [
        # an identifier that one row lacks, or none at all: the page asks for it
        (
            "N°;Enseigne;Statut;Activités;Tarif\n1;Aide Plus;SARL;ménage;24,50\n"
            ";Le Goff;micro-entreprise;jardinage;19\n3;Coup;association;ménage;22\n",
            "providers", {"provider_id": "N°", "name": "Enseigne", "kind": "Statut"},
        ),
        (
            "Enseigne;Statut;Activités;Tarif horaire\nAide;SARL;ménage;24\nGo;EI;jardinage;19\n",
            "providers", {"provider_id": None, "price_hour_eur": "Tarif horaire"},
        ),
        # nobody knows the word for the rows, and one identifier names each of them
        (
            "N° de saisine;N° client;Date de réception;Nature du besoin;État\n"
            "S1;C1;03/01/2026;Ménage;Clôturée\nS2;C2;14/01/2026;Ménage;En cours\n"
            "S3;C3;15/01/2026;Courses;Annulée\n",
            "requests", {"request_id": "N° de saisine", "created_at": "Date de réception"},
        ),
        # an order names its customer and its provider more than once
        (
            "booking id,pro id,service,scheduled for,payment status,total\nB1,P1,Cleaning,"
            "2026-02-10,paid,80\nB2,P2,Gardening,2026-02-11,paid,60\nB3,P1,Cleaning,2026-02-12,"
            "refunded,80\n",
            "requests", {"request_id": "booking id", "created_at": None, "status": None},
        ),
        # a day of the end that open requests have too is when somebody hopes to be done
        (
            "Deal ID,Service,Created Time,Stage,Closing Date\nD1,Cleaning,2026-01-13,Closed Won,"
            "2026-02-01\nD2,Gardening,2026-01-14,In progress,2026-03-01\nD3,Ironing,2026-01-15,"
            "Closed Won,2026-02-02\nD4,Ironing,2026-01-16,Lost,2026-03-02\nD5,Cleaning,2026-01-17,"
            "Won,2026-03-04\n",
            "requests", {"request_id": "Deal ID", "status": "Stage", "closed_at": None},
        ),
        # answers name a request more than once, here with days as a spreadsheet keeps them
        (
            "N° candidature;N° mission;N° intervenant;Reçue le;État\nC1;M1;I1;46289,6354;Retenue\n"
            "C2;M1;I2;46290,1250;Refusée\nC3;M2;I1;46291,5417;Refusée\n",
            "responses", {"request_id": "N° mission", "responded_at": "Reçue le"},
        ),
        (
            "N° candidature;N° mission;Service;Date de création;Statut\nC1;M1;Ménage;13/01/2026;"
            "Retenue\nC2;M1;Ménage;14/01/2026;Refusée\nC3;M2;Jardinage;15/01/2026;Refusée\n",
            None, {},
        ),
        # a column called so that names no domain, and one that does; half a point is none
        (
            "provider_id;domains;name;Offre;Tarif horaire;Lat\nP1;SERVICE;A;Ménage;20;48,11\n"
            "P2;SERVICE;B;Jardinage;21;48,12\nP3;SERVICE;C;Ménage;22;48,13\n",
            "providers", {"domains": "Offre", "latitude": None},
        ),
        # two words below the header that are names elsewhere make no header of their row
        (
            "Réf.;Titre;Commune d'implantation;Secteur;Création ou reprise ?;Emplois visés;Étape\n"
            "P1;A;Metz;Ménage;Création;7;Étude\nP2;B;Lyon;Jardinage;Création;8;Financement\n"
            "P3;C;Nantes;Ménage;Reprise;9;Étude\n",
            "projects",
            {"project_id": "Réf.", "city": "Commune d'implantation", "domain": "Secteur",
             "origin": "Création ou reprise ?", "planned_jobs": "Emplois visés"},
        ),
        # payments and reviews are none, nor what a server writes down of requests to it
        (
            "time,request_uri,status,request_id\n2026-01-13T10:00:00Z,/a,200,r1\n"
            "2026-01-13T10:01:00Z,/b,404,r2\n2026-01-13T10:02:00Z,/a,200,r3\n", None, {},
        ),
        (
            "id paiement;id demande;date;montant;statut\nX1;D1;01/01/2026;10;payé\n"
            "X2;D1;13/01/2026;20;payé\nX3;D2;14/01/2026;30;remboursé\n", None, {},
        ),
        (
            "review_id,provider_id,rating,created_at\n1,P1,5,2026-01-01\n2,P1,4,2026-01-02\n"
            "3,P2,3,2026-01-03\n", None, {},
        ),
    ],
)  # fmt: skip
def test_a_source_is_proposed_where_one_thing_is_missing(tmp_path, text, source, fields):
    found = proposal.propose(looking.look(drop_text(tmp_path, "x", text)))
    columns = {match.field: match.columns[0] for match in found.matches if match.columns}
    assert found.source == source
    assert {field: columns.get(field) for field in fields} == fields


def test_one_row_is_no_table_of_figures(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("a;b;c;d;e;f;g;h;i;j\n1;2;3;4;5;6;7;8;x;y\n", encoding="utf-8")
    assert proposal.propose(looking.look(path)).why_none == "unknown"


def test_months_first_are_told_where_days_show_it_alone(tmp_path):
    text = "request_id,created_at,closed_at\nR1,03/04/2026,03/13/2026\nR2,03/05/2026,03/06/2026\n"
    looked = looking.look(drop_text(tmp_path, "requests", text))
    found = proposal.propose(looked)
    drawn = draft.of(looked, found)
    assert drawn.reading.date_format == ("%m/%d/%Y",)
    alone = text.replace("03/13", "03/12")
    looked = looking.look(drop_text(tmp_path, "requests", alone))
    assert draft.of(looked, proposal.propose(looked)).reading.date_format == ()


def test_of_a_long_list_within_an_object_the_head_is_looked_at(tmp_path):
    items = [
        {"request_id": f"R{n}", "created_at": "2026-10-01", "service": "ménage", "note": "x" * 900}
        for n in range(6000)
    ]
    path = tmp_path / "a-2026-11-01.json"
    path.write_text(json.dumps({"page": [1, 2], "result": {"items": items}}), encoding="utf-8")
    sample = sampling.of(path, tmp_path)
    assert sample.path.stat().st_size < sampling.JSON_HEAD < path.stat().st_size
    looked = looking.look(path)
    assert looked.offered[0].path == "result.items"
    assert not looked.is_counted and abs(looked.rows - 6000) < 60
    assert proposal.propose(looked).source == "requests"


def test_what_a_reader_chooses_is_taken_as_said(tmp_path):
    text = "id;ville;commune de naissance;service;date demande\n1;Rennes;Bruz;ménage;02/11/2026\n"
    looked = looking.look(drop_text(tmp_path, "requests", text))
    found = proposal.propose(looked, "requests", {"city": None, "domain": "ville"})
    matches = {match.field: match for match in found.matches}
    assert "city" not in matches and matches["domain"].columns == ("ville",)
    assert matches["domain"].reason == "chosen"


def test_a_column_that_has_a_field_s_name_can_stay_empty(tmp_path):
    text = "request_id,created_at,city\nR1,2026-10-01,Rennes\n"
    file = drop_text(tmp_path, "requests", text)
    looked = looking.look(file)
    drawn = draft.of(looked, proposal.propose(looked, "requests", {"city": None}))
    drop_text(tmp_path, "requests", draft.toml(drawn), f"{file.name}.toml")
    (row,) = rows(only(tmp_path))
    assert row["city"] is None and row["commune_code"] is None


@pytest.mark.parametrize(
    ("source", "text", "said", "counts"),
    [
        # a total and a test are no requests; a firm may be called Total
        (
            "requests",
            "request_id,created_at,postcode,type\n1,05/10/2026,35000,demande\n"
            "2,13/10/2026,35000,test interne\n3,06/10/2026,35000,demande\nTotal,06/10/2026,,3\n",
            {"where": {"request_id": {"not": "Total"}, "type": {"not": "test interne"}}},
            (2, 2, 0),
        ),
        (
            "requests",
            "request_id,created_at,postcode,status\n1,05/10/2026,35000,open\n2,13/10/2026,35000,"
            "Closed (Duplicate)\n3,06/10/2026,35000,open\n4,07/10/2026,35000,not duplicate\n",
            {"where": {"status": {"not": "Closed (Duplicate)"}}},
            (3, 1, 0),
        ),
        (
            "requests",
            "id,date demande,postcode,nature\n1,05/10/2026,35000,Requête\n2,13/10/2026,35000,"
            "Plainte\n3,06/10/2026,35000,Requête\n4,07/10/2026,35000,Requête\n5,07/10/2026,35000,Autre\n",
            {"where": {"nature": {"not": "Plainte"}}},
            (4, 1, 0),
        ),
        # a row for each service of a provider, as long as nothing else differs
        (
            "providers",
            "provider_id,name,postcode,city,domains\n1,Total,35000,Rennes,ménage\n"
            "1,Total,35000,Rennes,jardinage\n2,B,35000,Rennes,bricolage\n",
            {"merge": ["domains"]},
            (2, 0, 0),
        ),
        (
            "providers",
            "provider_id,name,postcode,city,domains\n1,Total,35000,Rennes,ménage\n"
            "1,A,35000,Rennes,jardinage\n2,B,35000,Rennes,bricolage\n",
            {},
            (2, 0, 1),
        ),
        # two columns of people, and their whole where it stands there
        (
            "providers",
            "provider_id,name,postcode,effectif hommes,effectif femmes\n1,A,35000,2,3\n2,B,35000,"
            "1,1\n3,C,35000,7,4\n",
            {"sum": {"employees": ["effectif hommes", "effectif femmes"]}},
            (3, 0, 0),
        ),
        (
            "providers",
            "provider_id,name,postcode,effectif,effectif hommes,effectif femmes\n1,A,35000,5,2,3\n"
            "2,B,35000,2,1,1\n3,C,35000,11,7,4\n",
            {},
            (3, 0, 0),
        ),
    ],
)  # fmt: skip
def test_rows_that_do_not_count_are_proposed_with_the_reason(tmp_path, source, text, said, counts):
    file = drop_text(tmp_path, source, text, "rows-2026-11-01.csv")
    looked = looking.look(file)
    found = proposal.propose(looked, source)
    sidecar = draft.toml(draft.of(looked, found))
    told = tomllib.loads(sidecar)
    assert {verb: told[verb] for verb in ("merge", "where", "sum") if verb in told} == said
    for language in ("en", "fr"):
        assert all(saying.rule(rule, language) for rule in found.rules)
    file.with_name(f"{file.name}.toml").write_text(sidecar, "utf-8")
    drop = only(tmp_path)
    assert (len(rows(drop)), drop.filtered, drop.refused) == counts
    assert not [note for note in drop.notes if note.code.startswith("unmet")]
