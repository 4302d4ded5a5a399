"""How the partners' pages read: bands, few, an edition, regions together, and no reason."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl import paths
from etl.insight.partner_cells import Fewer, Revised, Withheld
from etl.words import names
from pages.cooperatives import words
from pages.shared import export, i18n, partner_figures
from tests import cooperative_market
from tests.market import make_build
from tests.pages_fixture import run_page, tabled, texts
from tests.partners_fixture import with_partners


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose partners.duckdb is written by hand, with bands and regions together."""
    folder = tmp_path_factory.mktemp("by_hand")
    make_build(folder, cooperative_market.DROPS).close()
    return with_partners(folder / "warehouse", folder / "copy")


@pytest.mark.parametrize(
    ("lang", "said", "cells"),
    [
        ("en", "Edition 2026-Q4 of 31 October 2026; the next",
         ("20 to 50", "withheld", "Other regions together", "fewer than 5")),
        ("fr", "Édition 2026-Q4 du 31 octobre 2026 ; la suivante",
         ("20 à 50", "non communiqué", "Autres régions ensemble", "moins de 5")),
    ],
)  # fmt: skip
def test_a_partner_reads_bands_an_edition_and_no_reason(
    by_hand: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str, cells: tuple
) -> None:
    read = ""
    for slug, view, part in (
        ("cooperatives", "jobs", "place"), ("projects", "openings", "kind"),
        ("cooperatives", "quality", "time"),
    ):  # fmt: skip
        at = run_page(monkeypatch, by_hand, slug, lang, view=view, part=part, as_="partner")
        assert said in texts(at)
        read += tabled(at)
    assert not [cell for cell in cells if cell not in read]
    assert not re.search(r"withheld \(|too few\)|secondary|\(trop peu", read)
    # what only founders see is no part to choose either
    assert not re.search("founders|fondateurs", str([one.proto for one in at.get("button_group")]))


def test_an_edition_made_before_a_column_was_told_is_read_without_it(
    by_hand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = [
        list(run_page(monkeypatch, by_hand, "cooperatives", as_=role).dataframe[0].value.columns)
        for role in ("partner", "founder")
    ]
    assert heads[0] == ["Year", "Living", "Births", "Exits", "Net growth"]
    assert set(heads[1]) - set(heads[0]) == {"Born then, living still"}


def test_a_headline_of_few_tells_the_interval(
    by_hand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, by_hand, "cooperatives", form="scic", part="kind", as_="partner")
    assert "Between **58% and 92%** live 5 years or more (20 followed)" in texts(at)
    assert "**8 co-operatives** lived" in texts(at) and "80%" not in texts(at)


@pytest.mark.parametrize("slug", ["cooperatives", "projects"])
def test_the_report_is_of_the_region_chosen(
    by_hand: Path, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    for chosen in ("region-53", "departement-35"):
        at = run_page(monkeypatch, by_hand, slug, in_=chosen, as_="partner")
        labels = [button.proto.label for button in at.get("download_button")]
        assert "Report for partner agencies, Bretagne (PDF)" in labels


@pytest.mark.parametrize(
    ("slug", "view", "part"),
    [
        ("cooperatives", "jobs", "flow"),
        ("cooperatives", "market", "time"),
        ("projects", "means", ""),
    ],
)
def test_a_partner_is_told_which_figures_have_two_digits(
    by_hand: Path, monkeypatch: pytest.MonkeyPatch, slug: str, view: str, part: str
) -> None:
    said = "hires by co-operatives and euros per planned job are told to two digits"
    for reader in ("partner", "founder"):
        asked = {"view": view, "as_": reader} | ({"part": part} if part else {})
        at = run_page(monkeypatch, by_hand, slug, **asked)
        assert any(said in one.value for one in at.caption) == (reader == "partner")


def test_files_carry_words_where_no_number_is_told() -> None:
    cells = [1.5, Withheld(), Withheld(0.2, 0.5), Fewer(), Revised(7), None]
    rows = pd.DataFrame({"A": pd.Series(cells, dtype=object)})
    taken = partner_figures.taken(rows, {"A": "share"})
    lines = list(csv.reader(io.StringIO(export.to_csv(taken, "en").decode())))
    assert [line[0] for line in lines] == [
        "A", "1.5", "withheld", "20% to 50%", "fewer than 5", "7", ""
    ]  # fmt: skip


def test_every_code_has_words() -> None:
    reference: Any = pd.read_csv(paths.ROOT / "data" / "reference" / "cooperative_series.csv")
    for code in reference["indicator"].unique():
        assert words.indicator(code) != code
    for of, codes in (("form", names.FORMS), ("origin", names.ORIGINS), ("exit", names.EXITS)):
        assert all(i18n.name(of, code) != code for code in codes)
