"""The quality page shows what the build says, in both languages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages_fixture import assert_fine, make_warehouse, run_page, texts


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return make_warehouse(tmp_path / "warehouse")


def table(test: AppTest, column: str) -> list[dict]:
    """The rows of the first table that has a column."""
    found = next(frame.value for frame in test.dataframe if column in frame.value.columns)
    return found.to_dict("records")


def test_the_answer_in_english(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality", lang="en")
    shown = texts(page)
    assert "Can I trust these figures?" in shown
    assert "**99.7%** of the 1,008 rows" in shown and "3 were refused" in shown
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
        "Raison": "Le prestataire n'a pas d'identifiant",
        "Lignes refusées": 2,
    }


def test_each_file_adds_up(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    page = run_page(monkeypatch, warehouse, "quality")
    rows = table(page, "Date found")
    assert [row["File"] for row in rows] == [
        "requests/2026-11-22.csv",
        "providers/2026-11-20.csv",
        "providers/2026-10-20.csv",
    ]
    assert all(row["Read"] == row["Accepted"] + row["Refused"] for row in rows)
    assert rows[2]["Columns nobody asked for"] == "colour, shoe_size"
    assert rows[0]["Date found"] == "newest date in its rows"
    ages = {
        row["Source"]: row["Days behind the newest source"] for row in table(page, "Newest file")
    }
    assert ages == {"providers": 2, "requests": 0}


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
    page.selectbox(key="filter_reason").select("repeated").run()
    assert_fine(page)
    assert "**1 refused row**" in texts(page)
    assert page.query_params["reason"] == "repeated"


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


def test_the_refused_rows_of_a_file_in_its_own_columns(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
    from pages.quality import tables
    from pages.shared import query

    rows = query.page_sql(tables.__file__, "refused_file", file="providers/2026-11-20.csv")
    names = {"line": "refused_line", "reason": "refused_reason"}
    assert tables.to_correct(rows, names, "en").to_dict("records") == [
        {
            "provider_id": "P1", "name": "Anne", "city": "Bruz",
            "refused_line": 2, "refused_reason": "provider_id: The key comes twice",
        },
        {
            "provider_id": "", "name": "Zoé", "city": "Bruz", "refused_line": 4,
            "refused_reason": "provider_id: The provider has no identifier ; "
            "reach_km: Not a number",
        },
    ]  # fmt: skip
