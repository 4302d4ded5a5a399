"""Which columns fill fields and which do not, by kinds of files that strangers made."""

import gzip
import tomllib
import zipfile

import pytest

from etl.bring import again, corrected, draft, looking, proposal
from etl.bring.folders import Folders
from etl.intake import contract
from etl.problems import FileProblem
from tests.ingesting import drop_text, only, rows


def filled(tmp_path, source, text, name="x-2026-11-01.csv"):
    """The columns that fill each field of a source."""
    found = proposal.propose(looking.look(drop_text(tmp_path, source, text, name)), source)
    return {match.field: match.columns for match in found.matches if match.columns}


@pytest.mark.parametrize(
    ("source", "text", "fields"),
    [
        # codes of activity give way to words for them, and fill nothing where few name a domain
        (
            "providers",
            "id,NAF-APE,Activités SAP\nA,81.21Z,ménage\nB,81.30Z,jardinage\nC,88.10A,ménage\n",
            {"domains": ("Activités SAP",)},
        ),
        ("providers", "id,code APE\nA,86.90D\nB,88.99B\nC,81.21Z\nD,62.01Z\n", {"domains": None}),
        # the type of a third party is its size or its part as well
        (
            "providers",
            "Id,Type du tiers,Type d'entité légale\n1,TPE,SARL\n2,Particulier,EURL\n3,PME,SAS\n",
            {"kind": ("Type d'entité légale",)},
        ),
        ("providers", "Id,Type de tiers\n1,Client\n2,Prospect\n3,Fournisseur\n", {"kind": None}),
        ("providers", "Id,Mode d'intervention\n1,Fixe\n2,Ponctuel\n3,Urgent\n", {"modes": None}),
        ("projects", "Id projet,Origine\n1,Site web\n2,Salon\n3,Annonce\n", {"origin": None}),
        # an order holds bookings, and its total and day are not theirs
        (
            "requests",
            "Booking ID,Order ID,Order Total,Booking Cost,Order Date\n1,7,90,40,2026-01-13\n"
            "2,7,90,50,2026-01-13\n3,8,60,60,2026-01-14\n",
            {"amount_eur": ("Booking Cost",), "created_at": None},
        ),
        # who pays the bill may live elsewhere
        ("requests", "Booking ID,Billing City\n1,Metz\n2,Nancy\n3,Reims\n", {"city": None}),
        # a day with the column of its hour, and a day that stands for none
        (
            "requests",
            "N° demande,Date appel,Heure,Canal\n1,13/01/2026,10:30,tél\n2,14/01/2026,11:00,mail\n",
            {"created_at": ("Date appel", "Heure")},
        ),
        (
            "providers",
            "id,date_disso\n1,0001-01-01\n2,0001-01-01\n3,2023-01-05\n4,0001-01-01\n",
            {"left_on": ("date_disso",)},
        ),
        # the commune of an old register stands in two columns
        (
            "providers",
            "id,departement,commune\n1,35,288\n2,44,109\n3,2A,004\n",
            {"commune_code": ("departement", "commune")},
        ),
        ("providers", "id,departement,commune\n1,35,Metz\n2,44,109\n", {"commune_code": None}),
        # codes of indicators look like those of départements
        ("targets", "Indicateur,Code,Cible\nA,01,5\nB,02,6\nC,03,7\n", {"territory_code": None}),
        (
            "targets",
            "Indicateur,Échelon,Code,Cible\nA,Département,01,5\nB,Département,02,6\n",
            {"territory_code": ("Code",)},
        ),
        # a mode is no domain, though people search for one by it
        (
            "providers",
            "id,Ménage,Jardinage,Emploi direct\n1,x,,x\n2,,x,x\n3,x,x,\n",
            {"domains": ("Ménage", "Jardinage")},
        ),
        # whoever uses a desk is not who works
        ("requests", "request id,user id\n1,U1\n2,U2\n3,U1\n", {"provider_id": None}),
    ],
)  # fmt: skip
def test_columns_that_mislead_fill_nothing(tmp_path, source, text, fields):
    found = filled(tmp_path, source, text)
    assert {field: found.get(field) for field in fields} == fields


@pytest.mark.parametrize("source", contract.sources())
def test_columns_without_a_value_are_matched_by_name_and_break_nothing(tmp_path, source):
    names = [field.name for field in contract.load(source).fields]
    rows_ = "".join(",".join([f"K{n}", *[""] * (len(names) - 1)]) + "\n" for n in (1, 2, 3))
    for header in (names, ["id", *[f"{name} (k€)" for name in names[1:]]]):
        path = drop_text(tmp_path, source, ",".join(header) + "\n" + rows_, "x-2026-11-01.csv")
        looked = looking.look(path)
        for guessed in contract.sources():
            found = proposal.propose(looked, guessed)
            tomllib.loads(draft.toml(draft.of(looked, found)))


def test_a_column_that_denies_a_field_is_read_the_other_way_round(tmp_path):
    text = "provider_id,is_closed\nA,true\nB,false\nC,false\n"
    file = drop_text(tmp_path, "providers", text, "x-2026-11-01.csv")
    looked = looking.look(file)
    found = proposal.propose(looked, "providers")
    file.with_name(f"{file.name}.toml").write_text(draft.toml(draft.of(looked, found)), "utf-8")
    assert [row["is_active"] for row in rows(only(tmp_path))] == [False, True, True]
    # words that say it by themselves are not turned round
    assert "is_active" not in filled(
        tmp_path / "words", "providers", "provider_id,archived\nA,Archivé\nB,\nC,Archivé\n"
    )


def test_long_lists_of_domains_are_no_free_text(tmp_path):
    lists = [
        "Entretien de la maison et travaux ménagers|Petits travaux de jardinage",
        "Assistance administrative à domicile|Soutien scolaire ou cours à domicile",
        "Livraison de courses à domicile|Garde d'enfants de plus de 3 ans",
        "Assistance informatique à domicile|Travaux de petit bricolage",
    ]
    text = "provider_id;activites\n" + "".join(f"P{k};{one}\n" for k, one in enumerate(lists))
    assert filled(tmp_path, "providers", text)["domains"] == ("activites",)


@pytest.mark.parametrize(
    ("name", "header", "source"),
    [
        # answers name requests more than once, in however many columns
        ("bids", "id,project_id,bidder_id,submitdate", "responses"),
        ("agenda-evenements", "uid,title_fr,firstdate_begin,updatedat", "events"),
        ("table", "uid,title_fr,firstdate_begin,updatedat", None),
    ],
)
def test_a_file_of_many_columns_is_told_by_its_name_or_its_keys(tmp_path, name, header, source):
    more = ",".join(f"extra {letter}" for letter in "abcdefghijklmnop")
    body = "".join(
        f"{k},P{k // 2},B{k % 3},2026-01-{k + 10}" + f",{k}" * 16 + "\n" for k in range(6)
    )
    if source != "responses":
        body = body.replace("P0", "Fête").replace("P1", "Salon").replace("P2", "Débat")
        body = "".join(
            f"{k},Salon {k},2026-01-{k + 10},2026-02-{k + 10}" + f",{k}" * 16 + "\n"
            for k in range(6)
        )
    file = drop_text(tmp_path, "x", f"{header},{more}\n{body}", f"{name}-2026-11-01.csv")
    assert proposal.propose(looking.look(file)).source == source


def test_a_word_of_several_domains_stays_unknown_until_somebody_says(tmp_path):
    text = "provider_id,domains\np1,Garde d'enfants\np2,Ménage\np3,Jardinage\n"
    looked = looking.look(drop_text(tmp_path, "providers", text))
    found = proposal.propose(looked, "providers")
    said = tomllib.loads(draft.toml(draft.of(looked, found)))
    assert said["values"]["domains"] == {"Garde d'enfants": ""}
    (word,) = [word for words in found.words for word in words.entries if word.guess]
    assert word.guess == "childcare_3_and_over"
    # beside a file that was read by a sidecar without a word of it, nothing is new
    assert not again.with_new_words(looked, "providers", {}).words


@pytest.mark.parametrize(
    ("texts", "is_matched"),
    [("Actif Actif Résilié", True), ("CDI CDD CDI", False), ("Signé Envoyé Relancé", False)],
)
def test_the_state_of_a_contract_is_one_where_its_words_are(tmp_path, texts, is_matched):
    lines = [f"p{n},Ana,{text}" for n, text in enumerate(texts.split())]
    text = "\n".join(["provider_id,name,Statut du contrat", *lines, ""])
    assert ("is_active" in filled(tmp_path, "providers", text)) == is_matched


@pytest.mark.parametrize(
    ("name", "start", "line"), [("a.csv", b"", 1), ("a.csv", b"id,name\n", 2), ("a.json", b"[", 1)]
)
def test_a_packed_file_of_one_line_is_told_as_that(tmp_path, name, start, line):
    packed = gzip.compress(start + bytes(20 * 1024**2).replace(b"\0", b"["), 1)
    path = drop_text(tmp_path, "providers", packed, f"{name}.gz")
    with pytest.raises(FileProblem, match="long_line") as found:
        looking.look(path)
    assert found.value.line == line


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_a_packed_file_that_is_cut_is_told_as_that(tmp_path, name):
    rows = b"".join(b"%d,name %d\n" % (number, number * 7) for number in range(200_000))
    packed = gzip.compress(b"id,name\n" + rows, 1)
    path = drop_text(tmp_path, "providers", packed[: len(packed) // 4], f"{name}.gz")
    with pytest.raises(FileProblem, match="truncated"):
        looking.look(path)


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
@pytest.mark.parametrize(
    ("right", "wrong"), [("é".encode(), b"\xab\xab"), (b"PK\x01\x02", b"PK\x01\x03")]
)
def test_an_archive_whose_list_is_damaged_is_told_as_that(tmp_path, name, right, wrong):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("é.csv", "a,maillage_reason\n1,2\n")
    path.write_bytes(path.read_bytes().replace(right, wrong))
    places = Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")
    with pytest.raises(FileProblem):
        corrected.recognise(path, places)
    with pytest.raises(FileProblem):
        looking.look(path)


def test_a_long_line_is_a_row_all_the_same(tmp_path):
    text = f"id,name\n1,{'x' * 2 * 1024**2}\n2,b\n".encode()
    path = drop_text(tmp_path, "providers", gzip.compress(text, 1), "a.csv.gz")
    assert looking.look(path).rows == 2
