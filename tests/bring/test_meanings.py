"""What the words of a column mean to a field, and which stay without a meaning."""

import pytest

from etl.bring import domain_words, meanings
from etl.intake import contract


def told(source: str, field: str, text: str) -> str | None:
    return meanings.proposed(source, contract.load(source)[field], text)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Ménage régulier", "house_cleaning"), ("Grand ménage de printemps", "house_cleaning"),
        ("Tonte et taille de haies", "gardening"), ("Jardinage à domicile", "gardening"),
        ("Services à domicile > Ménage", "house_cleaning"), ("DIY & repairs", "handyman"),
        ("Garde enfants (+3 ans)", "childcare_3_and_over"), ("Nanny / baby", "childcare_under_3"),
        ("Childcare 3+", "childcare_3_and_over"), ("Nanny (under 3)", "childcare_under_3"),
        ("Accompagnement RDV médical", "elderly_escort"), ("Help for seniors", "elderly_care"),
        # what others do, what is sold or taught, and what is asked of a town
        ("Nettoyage de bureaux", None), ("Vente de produits de jardinage", None),
        ("Formation garde d'enfants", None), ("Location de matériel de jardinage", None),
        ("Taxi", None), ("Street Cleaning", None), ("Numérique", None), ("Aide", None),
        ("Cours", None), ("Ménage et plomberie", None), ("Pas de ménage", None),
    ],
)  # fmt: skip
def test_a_label_names_a_domain_by_its_words(text, domain):
    assert told("requests", "domain", text) == domain


@pytest.mark.parametrize(
    ("source", "field", "text", "value"),
    [
        ("requests", "status", "Duplicate (Closed)", "cancelled"),
        ("requests", "status", "En cours (Planifié)", "open"),
        ("requests", "status", "Terminée - non pourvue", None),
        ("requests", "status", "En cours d'affectation", "open"),
        ("requests", "status", "Non résolue", None),
        ("requests", "status", "Closed", None),
        ("providers", "kind", "SAS - Société par actions simplifiée", "company"),
        ("providers", "kind", "5710", "company"),
        ("providers", "kind", "Co-op", "cooperative"),
        ("providers", "modes", "Prestataire et mandataire", "prestataire|mandataire"),
        ("providers", "modes", "Direct employment (CESU)", "direct"),
        ("cooperatives", "form", "Société coopérative de production anonyme", "scop"),
        ("cooperatives", "form", "Société coopérative d'intérêt collectif anonyme", "scic"),
        ("cooperatives", "form", "Société coopérative artisanale", "other"),
        ("cooperatives", "form", "SCOP (coopérative)", "scop"),
        ("cooperatives", "exit_kind", "Sortie du statut coopératif", "conversion"),
        ("projects", "origin", "Transmission aux salariés", "transmission"),
        ("project_steps", "step", "Loan Approved", "financed"),
        ("project_steps", "step", "Employment Agency Support", "agency_support"),
        ("project_steps", "step", "Recherche de financement", None),
        ("project_steps", "step", "Loan refused", None),
        ("population", "band", "Y_GE75", "75+"),
        ("providers", "is_active", "Retirée", "false"),
        ("providers", "is_active", "Paused", "false"),
    ],
)  # fmt: skip
def test_a_word_is_told_by_its_parts(source, field, text, value):
    assert told(source, field, text) == value


@pytest.mark.parametrize(
    ("texts", "closed"),
    [
        (["New", "Completed", "Closed", "Cancelled"], "filled"),
        (["Nouveau", "Résolu", "Closed"], "filled"),
        # of those that found somebody, or of whose end nothing is said, it tells nothing
        (["Pourvue", "Closed", "Annulée"], None),
        (["Open", "Closed", "Duplicate (Closed)"], None),
    ],
)
def test_closed_is_filled_where_the_other_states_say_so(texts, closed):
    field = contract.load("requests")["status"]
    found = meanings.of_column("requests", field, dict.fromkeys(texts, 1))
    assert found["Closed"] == closed


def test_a_column_of_other_trades_is_asked_for_nothing_at_home():
    field = contract.load("requests")["domain"]
    few = {"Tree trimming": 1, "Pothole": 5, "Ménage": 1}
    assert meanings.of_column("requests", field, few) == {
        "Tree trimming": None, "Pothole": None, "Ménage": "house_cleaning",
    }  # fmt: skip
    assert (
        meanings.of_column("requests", field, {"Tree trimming": 3})["Tree trimming"] == "gardening"
    )


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("Garde d'enfants", True), ("Service de garde d'enfants", True), ("Nounou", True),
        ("Garde d'enfants de plus de 3 ans", False), ("Garde d'enfants (+ 3 ans)", False),
        ("Entretien", True), ("Entretien du jardin", False), ("Ménage", False),
    ],
)  # fmt: skip
def test_words_of_several_domains_are_known_as_such(text: str, is_open: bool) -> None:
    assert domain_words.is_guess(text) == is_open
