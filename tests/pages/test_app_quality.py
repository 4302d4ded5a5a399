"""The quality page shows what the build says, in both languages."""

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.market import make_build
from tests.pages_fixture import assert_fine, frames, make_warehouse, run_page, texts


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return make_warehouse(tmp_path / "warehouse")


def table(test: AppTest, column: str) -> list[dict]:
    """The rows of the first table that has a column."""
    found = next(frame for frame in frames(test) if column in frame.columns)
    return found.to_dict("records")


def count(row: dict[str, str], *columns: str) -> int:
    """The sum of numbers as they are written."""
    return sum(int(row[column].replace(",", "")) for column in columns)


def test_the_answer_in_english(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality", lang="en")
    shown = texts(page)
    assert "Can I trust these figures?" in shown
    assert "**99.7%** of the 1,008 rows" in shown and "3 were refused" in shown
    assert "3 were refused, and 3 values were set aside; each is listed below" in shown
    assert "Sample data" in shown
    assert [metric.value for metric in page.metric] == ["1,008", "3", "3", "2 of 2"]


def test_the_answer_in_french(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality", lang="fr")
    shown = texts(page)
    assert "Puis-je me fier à ces chiffres\u202f?" in shown
    assert "**99,7\u202f%** des 1\u202f008 lignes lues" in shown
    assert "Données d’exemple" in shown
    assert [metric.value for metric in page.metric] == ["1\u202f008", "3", "3", "2 sur 2"]
    assert table(page, "Lignes refusées")[0] == {
        "Source": "prestataires",
        "Colonne": "provider_id",
        "Raison": "« … » est vide alors qu’elle est obligatoire.",
        "Lignes refusées": "2",
    }


def test_of_nothing_refused_it_is_said_in_words(monkeypatch, tmp_path) -> None:
    drops = {"providers/2026-06-30.csv": "provider_id,domains\nP1,gardening\nP2,gardening\n"}
    make_build(tmp_path, drops).close()
    page = run_page(monkeypatch, tmp_path / "warehouse", "quality", lang="fr")
    assert "aucune n’a été refusée et aucune valeur n’a été écartée." in texts(page)


def test_each_file_adds_up(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality")
    rows = table(page, "Date found")
    assert [row["File"] for row in rows] == [
        "requests/2026-11-22.csv",
        "providers/2026-11-20.csv",
        "providers/2026-10-20.csv",
    ]
    assert all(count(row, "Read") == count(row, "Accepted", "Refused") for row in rows)
    assert rows[2]["Columns nobody asked for"] == "colour, shoe_size"
    assert rows[0]["Date found"] == "newest date in its rows"
    ages = {
        row["Source"]: row["Days behind the newest source"] for row in table(page, "Newest file")
    }
    assert ages == {"providers": 2, "requests": 0}


def test_what_to_know_of_a_file(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality", lang="fr")
    said = "city : la colonne « x » est vide dans toutes les lignes."
    note = {"Fichier": "providers/2026-11-20.csv", "À savoir": said}
    assert table(page, "À savoir") == [note]


def test_a_row_with_two_reasons_counts_once(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    page = run_page(monkeypatch, warehouse, "quality", file="providers/2026-11-20.csv")
    assert "**2 refused rows**" in texts(page)
    assert [(row["Line"], row["Column"]) for row in table(page, "Value")] == [
        ("2", "provider_id"),
        ("4", "provider_id"),
        ("4", "reach_km"),
    ]
    page.selectbox(key="filter_reason").select("repeated_key").run()
    assert_fine(page)
    assert "**1 refused row**" in texts(page)
    assert page.query_params["reason"] == "repeated_key"


def test_the_same_number_of_open_rows_stands_everywhere(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    with duckdb.connect(str(warehouse / "current" / "marketplace.duckdb")) as db:
        db.execute("UPDATE quality.refused_rows SET is_corrected = file_id = 2 AND line = 4")
        db.execute("UPDATE quality.files SET corrected_rows = 1 WHERE file_id = 2")
        db.execute("UPDATE quality.files SET corrects = 'providers/a.csv' WHERE file_id = 3")
    page = run_page(monkeypatch, warehouse, "quality")
    shown = texts(page)
    # three were refused, of which line 4 of the second file is back
    assert "2 were refused" in shown and "1 more was refused and has come back corrected." in shown
    assert page.metric[1].value == "2" and "**2 refused rows**" in shown
    footer = [link.proto.label for link in page.get("page_link")]
    assert "2 of 1,008 rows were refused" in footer
    files = table(page, "Date found")
    told = [(count(row, "Refused"), count(row, "Corrected")) for row in files]
    assert told == [(0, 0), (1, 1), (1, 0)]
    assert [row["Corrects"] for row in files] == ["providers/a.csv", "", ""]
    for row in files:
        assert count(row, "Read") == count(row, "Accepted", "Refused", "Corrected")
    reasons = {row["Column"]: row for row in table(page, "Refused rows")}
    reason = reasons["reach_km"]
    assert count(reason, "Refused rows") == 0 and count(reason, "Corrected") == 1
    rows = [(row["Line"], row["Corrected"]) for row in table(page, "Value")]
    assert rows == [("3", ""), ("2", ""), ("4", "✓"), ("4", "✓")]
    page = run_page(monkeypatch, warehouse, "quality", lang="fr", reason="unreadable_number")
    shown = texts(page)
    assert "**0 ligne refusée** · 1 autre, refusée, est revenue corrigée." in shown


def test_unknown_shares(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality")
    providers = table(page, "Rows in use")[0]
    assert providers["Rows in use"] == 5
    assert providers["Domain unknown (%)"] == 20.0
    assert providers["Place known, but not the commune (%)"] == 20.0


def test_repaired_values_wait_behind_their_panel(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    page = run_page(monkeypatch, warehouse, "quality")
    assert not [box for box in page.selectbox if box.key == "filter_repair"]
    page.session_state["repaired"] = True
    assert_fine(page.run())
    (reason,) = (box for box in page.selectbox if box.key == "filter_repair")
    assert len(reason.options) > 1
    linked = run_page(monkeypatch, warehouse, "quality", repair=reason.options[1])
    assert [box for box in linked.selectbox if box.key == "filter_repair"]


def test_language_follows_the_browser_then_the_switch(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    page = run_page(monkeypatch, warehouse, "quality", lang="nope")
    assert "Can I trust" in texts(page)
    page.context["locale"] = "fr-CA"
    assert "Puis-je" in texts(page.run())
    page.segmented_control(key="language").set_value("en").run()
    assert "Can I trust" in texts(page) and page.query_params["lang"] == "en"
    page.query_params.clear()
    assert "Can I trust" in texts(page.run())


def test_what_the_rows_of_a_file_became(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality", lang="fr")
    shown = texts(page).replace("\\", "")
    assert "**Lieu** à la commune 900 · lieu inconnu 100" in shown
    assert "**Communes** Rennes (35238) 600 · 2 de plus : 300" in shown
    assert "**Domaine** Petit jardinage (gardening) 990 · sans valeur 10" in shown
    assert "· Heures · Commission" in shown  # has no column
    amount, filled = table(page, "médiane")
    assert amount == {
        "Champ": "Montant", "min": "5,5 €", "médiane": "40 €", "max": "12\u202f500 €",
        "sans valeur": 20, "sans heure": 0,
    }  # fmt: skip
    assert filled["max"] == "22 nov. 2026 10:30" and filled["sans heure"] == 12
    assert table(page, "Issue") == [
        {"Issue": "pourvue", "lignes": 700, "Pourvue le": 650},
        {"Issue": "ouverte", "lignes": 300, "Pourvue le": 0},
    ]
    page.selectbox(key="filter_profile").select("2").run()
    assert_fine(page)
    assert page.query_params["profile"] == "2"
    assert [(row["Résultat"], row["Constats"]) for row in table(page, "Exemples")] == [
        ("refusé", "1"), ("refusé", "1"), ("refusé", "1"), ("écarté", "1"), ("écarté", "1"),
    ]  # fmt: skip
    assert "ligne 2 [P1]" in [row["Exemples"] for row in table(page, "Exemples")]
