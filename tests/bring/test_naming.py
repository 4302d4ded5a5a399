"""Which field the name of a column says, and which it does not."""

import pytest

from etl.bring import naming, titles


@pytest.mark.parametrize(
    ("name", "source", "field"),
    [
        ("créée le", "requests", "created_at"), ("Créé le", "requests", "created_at"),
        ("createdAt", "requests", "created_at"), ("N° demande", "requests", "request_id"),
        ("codePostalEtablissement", "providers", "postcode"), ("cp_client", "requests", "postcode"),
        ("Répondue le", "responses", "responded_at"),
        ("Tarif h. (€)", "providers", "price_hour_eur"), ("DÃ©nomination", "providers", "name"),
        ("D\ufffdnomination", "providers", "name"), ("Worker Name", "providers", "name"),
        ("Affaire - Valeur", "requests", "amount_eur"), ("place.town", "requests", "city"),
        ("Quel est votre code postal ?", "requests", "postcode"),
        ("addresses.0.locality", "providers", "city"),
        ("RegAddress.PostCode", "providers", "postcode"),
        ("contact-city", "providers", "city"), ("custom-radius-km", "providers", "reach_km"),
        ("Effectif ETP fin d'exercice", "cooperative_years", "employees_fte"),
        ("Emplois prévus à 5 ans", "projects", "planned_jobs"),
    ],
)  # fmt: skip
def test_names_that_say_a_field(name, source, field):
    assert naming.said(name, source, field).score > naming.NEAR


@pytest.mark.parametrize(
    ("name", "source", "field"),
    [
        ("Pop. mun.", "population", "population"), ("Mill.", "population", "year"),
        ("% voix sal.", "cooperatives", "votes_share_employees"),
        ("Vil. interv.", "requests", "city"), ("Clôt. dossier", "requests", "closed_at"),
        ("eff3112", "cooperative_years", "employees"), ("Rais. soc.", "providers", "name"),
        ("socsal", "cooperative_years", "member_employees"), ("dtclot", "requests", "closed_at"),
    ],
)  # fmt: skip
def test_names_that_are_cut_short_say_it_less(name, source, field):
    said = naming.said(name, source, field)
    assert naming.PART + 0.1 < said.score < naming.NEAR and said.is_short, said


@pytest.mark.parametrize(
    ("name", "source", "field"),
    [
        ("data.attributes.created_at", "requests", "created_at"),
        ("profile.displayName", "providers", "name"), ("flags.public", "providers", "is_published"),
        ("hourlyRate.amount", "providers", "price_hour_eur"),
        ("schedule.duration_minutes", "requests", "hours"),
        ("pro.accepted_at", "requests", "filled_at"),
    ],
)  # fmt: skip
def test_names_within_others_say_what_they_hold(name, source, field):
    assert naming.said(name, source, field).score > naming.NEAR


@pytest.mark.parametrize(
    ("name", "source", "field"),
    [
        ("ville du prestataire", "requests", "city"), ("id client", "requests", "request_id"),
        ("date de naissance", "providers", "joined_on"), ("dernière MAJ", "requests", "closed_at"),
        ("montant HT", "requests", "amount_eur"), ("date prestation", "requests", "created_at"),
        ("Quote #", "requests", "responses"), ("company.created_on", "providers", "joined_on"),
        ("Tarif (net)", "providers", "price_hour_eur"),
        ("approval_status", "requests", "status"), ("logo_url", "providers", "url"),
        ("statut paiement", "requests", "status"), ("Suivi par", "requests", "status"),
        ("bank_city", "providers", "city"), ("contact city", "requests", "city"),
        ("Lead price", "requests", "amount_eur"), ("Ville fact.", "requests", "city"),
        ("customer.created_at", "requests", "created_at"), ("Cat.", "requests", "fee_eur"),
        ("Effectif fin de l'an passé", "cooperative_years", "employees"),
    ],
)  # fmt: skip
def test_names_that_say_something_else(name, source, field):
    said = naming.said(name, source, field)
    assert said.score <= naming.PART + 0.1, said


def test_a_header_in_another_language_is_said_in_french():
    names = ["Auftragsnr.", "PLZ Rechnung", "Leistungsart", "Erfasst am", "Brutto EUR"]
    assert titles.of(names, {}) == [
        "demande numero", "code postal facturation", "prestation type", "saisi le", "ttc eur",
    ]  # fmt: skip
    for names in (["Ville", "Fin", "Nombre", "Code"], ["city", "land", "radio", "status"]):
        assert titles.of(names, {}) == names


def test_an_answer_says_what_was_asked():
    names = ["id", "Question 1", "Response 1", "Question 2", "Response 2", "Response 3"]
    asked = {1: "Code postal ?", 2: "35000"}
    assert titles.of(names, asked)[2:] == [
        "Code postal ?",
        "Question 2",
        "Response 2",
        "Response 3",
    ]
