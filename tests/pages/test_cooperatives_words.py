"""What the sentences of the Co-operatives page are of."""

from pathlib import Path

import pytest

from tests.pages_fixture import run_page, texts


def test_jobs_of_other_cooperatives_say_of_which(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the domain and the form that were chosen no headcount is told, so the sentence that tells
    one names those it is of, and no sentence counts those that declared none."""
    market = sample_market / "warehouse"
    of_place = run_page(
        monkeypatch, market, "cooperatives", as_="partner", in_="region-53", form="scop"
    )
    told = "The co-operatives that told how many they employ (Bretagne, All domains, "
    assert f"{told}all forms) had **" in texts(of_place)
    at = run_page(monkeypatch, market, "cooperatives", as_="partner", scope="gardening")
    assert "they employ (France, All domains) had **" in texts(at)
    at = run_page(monkeypatch, market, "cooperatives", as_="partner")
    assert "Those that told how many they employ had **" in texts(at)


def test_of_those_born_the_year_before_it_is_said_how_many_live(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that so few do not tell how they last; of none that there was none."""
    market = sample_market / "warehouse"
    at = run_page(monkeypatch, market, "cooperatives")
    row = at.dataframe[0].value.set_index("Year").loc[2024]
    born, living = row["Births"], row["Born then, living still"]
    told = f"Of **{born}** born in 2024 **{living}** live still: too few to tell how they last."
    assert told in texts(at)
    at = run_page(monkeypatch, market, "cooperatives", in_="region-76", form="scop")
    assert "None was born in 2024." in texts(at)


def test_no_title_tells_the_survival_of_fewer_than_can_be_told(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of some region and form a handful was followed; the sentence and the title say the same."""
    few = 0
    for region in ("53", "76", "84"):
        asked = {"view": "survival", "in_": f"region-{region}", "form": "scop"}
        told = texts(run_page(monkeypatch, sample_market / "warehouse", "cooperatives", **asked))
        is_few = "last 5 years: **too few to tell**" in told
        few += is_few
        assert ("too few to tell after 5 years" in told) == is_few
    assert few
