"""The sheet of a provider: the record, where it is from, and figures that pandas confirms."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import search_market
from tests.pages_fixture import run_page, texts


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return search_market.make(tmp_path_factory.mktemp("sheet"))


def sheet(at: AppTest) -> str:
    return " ".join(element.proto.body for element in at.get("html"))


def test_the_sheet_tells_the_record_and_where_it_is_from(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="P2")
    said = sheet(at)
    for text in (
        "Ménage &amp; Cœur", "Bruz (35) — known to the commune", "20 km", "28.50 €",
        "Cœur coopératif · SCOP · living", "File providers/2026-10-31.csv, line 3",
    ):  # fmt: skip
        assert text in said
    said = sheet(run_page(monkeypatch, warehouse, "search", provider="P3", lang="fr"))
    for text in ("(sans nom)", "connu au département", "valeur par défaut"):
        assert text in said


def test_a_name_is_never_markup(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="P6", q="gras")
    assert "<h3>&lt;b&gt;*<mark>Gras</mark>*&lt;/b&gt; [x](//x.fr) $a$</h3>" in sheet(at)
    assert "Gras" not in texts(at)
    (offers,) = (table.value for table in at.dataframe if "Approval" in table.value)
    assert "No" in set(offers["Approval"])


def test_an_unknown_provider_is_said(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search", provider="nobody")
    assert "No provider has this identifier any more." in texts(at)
