"""Which field the name of a column says, and which it does not."""

import pytest

from etl.bring import naming


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
        ("ville du prestataire", "requests", "city"), ("id client", "requests", "request_id"),
        ("date de naissance", "providers", "joined_on"), ("dernière MAJ", "requests", "closed_at"),
        ("montant HT", "requests", "amount_eur"), ("date prestation", "requests", "created_at"),
        ("Quote #", "requests", "responses"), ("company.created_on", "providers", "joined_on"),
        ("Tarif (net)", "providers", "price_hour_eur"),
        ("approval_status", "requests", "status"), ("logo_url", "providers", "url"),
        ("statut paiement", "requests", "status"), ("Suivi par", "requests", "status"),
        ("bank_city", "providers", "city"), ("contact city", "requests", "city"),
        ("Lead price", "requests", "amount_eur"),
        ("Effectif fin de l'an passé", "cooperative_years", "employees"),
    ],
)  # fmt: skip
def test_names_that_say_something_else(name, source, field):
    said = naming.said(name, source, field)
    assert said.score <= naming.PART + 0.1, said
