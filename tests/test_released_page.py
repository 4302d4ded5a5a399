"""What a partner agency gets on the co-operatives page: released figures, and the report."""

import pytest

from etl import build
from pages.shared import access, export
from tests import overview_market as market
from tests.market import write_drops
from tests.pages_fixture import run_page, texts
from tests.partners_fixture import with_partners


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    result = build.build(write_drops(folder / "raw", market.make().drops), folder / "founders")
    assert result.is_published, result.checks_failed
    return with_partners(folder / "founders", folder / "warehouse")


@pytest.mark.parametrize(
    ("lang", "sentence", "withheld"),
    [
        ("en", "**37 co-operatives** lived at the end of 2025; 9 were born", "Withheld is not"),
        ("fr", "**37 coopératives** vivaient à la fin de 2025\xa0; 9 sont nées", "Secret ne veut"),
    ],
)
def test_a_partner_sees_the_released_years_alone(
    home, monkeypatch, tmp_path, lang, sentence, withheld
):
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path))
    page = run_page(monkeypatch, home, "cooperatives", lang, **{"as": "partner"})
    said = texts(page)
    assert sentence.replace("\xa0", " ") in said.replace("\xa0", " ").replace("\u202f", " ")
    assert withheld in said
    table = page.dataframe[0].value
    assert table.iloc[:, :5].values.tolist() == [["2025", 37, 9, 2, 7], ["2024", 30, 6, 2, 4]]
    assert table.iloc[:, 5].tolist() == ["341", "312"]


def test_the_reports_are_made_at_the_click_for_who_may_have_them(home, monkeypatch, tmp_path):
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path))
    for audience in ("partners", "founders"):
        made = export._made(
            "overview", access.LOCAL, "fr", "pdf", lambda a=audience: export._report(a, "fr", "pdf")
        )
        assert made.startswith(b"%PDF")
    assert "export" in next(tmp_path.glob("*.jsonl")).read_text()
