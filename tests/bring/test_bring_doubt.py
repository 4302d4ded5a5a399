"""What stays empty rather than wrong, and what is no source though it looks like one."""

import pytest

from etl.bring import looking, proposal
from tests.ingesting import drop_text


@pytest.mark.parametrize(
    ("source", "text", "filled"),
    [
        # short words may say the invoice, the agency, an advance, a call back, wages, the capital
        (
            "requests",
            "N° dem.;Dt. fact.;Dt. rel.;Mt. acpte;CP ag.;Ville prest.;Cne nais.;Comm.;Et. fact.\n"
            "D1;01/05/2026;02/07/2026;5;57000;Metz;Nancy;3;payée\n"
            "D2;14/05/2026;15/07/2026;6;54000;Nancy;Metz;4;annulée\n"
            "D3;17/05/2026;18/07/2026;7;88000;Épinal;Reims;5;payée\n",
            {"request_id"},
        ),
        (
            "cooperative_years",
            "siren;an;sal_moy;eff_cdd;soc_ext;nb_ent;cap_soc\n824000016;2023;21000;1;2;3;40\n"
            "824000016;2024;22000;2;3;4;50\n824000016;2025;23000;3;4;5;60\n",
            {"siren", "year"},
        ),
        (
            "providers",
            "Code;Cap. soc.;Tar. km;Ville interv.;Dt. fin agr.\nP1;1000;0,50;Metz;01/05/2027\n"
            "P2;2000;0,60;Nancy;14/05/2027\nP3;3000;0,70;Reims;15/05/2027\n",
            {"provider_id"},
        ),
    ],
)  # fmt: skip
def test_short_words_that_say_several_things_stay_empty(tmp_path, source, text, filled):
    found = proposal.propose(looking.look(drop_text(tmp_path, source, text)), source)
    assert {match.field for match in found.matches if match.columns} == filled


@pytest.mark.parametrize(
    "text",
    [
        # staff asks its own house, and a survey asks for marks
        "N° demande;Matricule;Type;Demandée le;Statut;Solde (h)\nA1;M1;RTT;01/09/2026;Validée;10\n"
        "A2;M1;RTT;14/09/2026;Refusée;9\nA3;M2;Congés payés;15/09/2026;Validée;8\n",
        "N° demande;Type de frais;Ville;Demandée le;Statut;Montant TTC\nF1;Repas;Metz;01/09/2026;"
        "Validée;10\nF2;Train;Metz;14/09/2026;Refusée;90\nF3;Hôtel;Nancy;15/09/2026;Validée;80\n",
        "ID réponse;Date de soumission;Quel service ?;Code postal;Qualité [1 à 5];Accueil [1 à 5]\n"
        "1;01/09/2026;Ménage;57000;4;5\n2;14/09/2026;Ménage;54000;3;5\n3;15/09/2026;Jardinage;"
        "88000;2;5\n",
    ],
)
def test_what_staff_and_surveys_ask_for_is_no_request(tmp_path, text):
    assert proposal.propose(looking.look(drop_text(tmp_path, "x", text))).source is None
