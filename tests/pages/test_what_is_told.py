"""What pages tell of figures that cannot be told so closely, or not at all."""

import re
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import read_po

from etl.insight import partner_cells, registry
from etl.insight.partner_cells import Rounded, Withheld
from pages.compare import words as compared
from pages.compare.figures import Panel
from pages.cooperatives import summary
from pages.coverage import cells
from pages.overview import figures, times, words
from pages.overview.figures import Figure
from pages.search import charts
from pages.shared import partner_charts
from pages.shared.apart import Told
from tests.pages.test_compare_page import asked
from tests.pages_fixture import ROOT, run_page, texts


def test_a_share_of_rounded_persons_is_no_closer_than_rounding_lets_it_be():
    """8 co-operatives and 6 SCOP of 493 may read 5 and 10 of 495: in bands no part is above."""
    whole = Rounded(495)
    some, scop = (partner_cells.share_of_persons(Rounded(n), whole) for n in (5, 10))
    assert some == Withheld(1 / 499, 9 / 491) and scop == Withheld(6 / 499, 14 / 491)
    assert partner_cells.share_of_persons(Rounded(25), whole) == 25 / 495
    unsure = partner_cells.share_of_persons(Rounded(25), whole, is_unsure=True)
    assert unsure == Withheld(21 / 499, 29 / 491)
    assert partner_cells.share_of_persons(5.0, 493.0) == 5 / 493  # founders' are not rounded


def test_a_place_of_one_area_has_its_value():
    """Guyane is a région and its département: one value, not one towards the mean of each level."""
    rows = pd.DataFrame(
        {
            "code": ["973", "35", "29"], "parent_code": ["03", "53", "53"],
            "shrunk": [0.13, 0.4, 0.5], "tint": [0.13, 0.4, 0.5],
        }
    )  # fmt: skip
    regions = pd.DataFrame({"code": ["03", "53"], "shrunk": [0.14, 0.45], "tint": [0.14, 0.45]})
    told = cells.as_their_parts(regions, rows)
    assert told["shrunk"].tolist() == [0.13, 0.45] and told["tint"].tolist() == [0.13, 0.45]


def test_people_of_several_domains_are_counted_once():
    rows = pd.DataFrame({"numerator": [1, 2], "denominator": [10, 10], "n": [10, 10]})
    assert figures._sum("coverage_population", rows).n == 10
    assert figures._sum("coverage_demand", rows).n == 20


def test_the_year_before_has_the_same_floor():
    """20 cases are too few to tell a time of; 17 a year before are no less so."""
    few = Figure(value=36.0, n=17)
    assert "a year earlier: too few to tell" in times.response_notes(Figure(value=30.0, n=40), few)
    rate = Figure(value=0.5, n=8, low=0.2, high=0.8)
    change = words.fill_change(Figure(value=0.9, n=80, low=0.8, high=0.95), rate)
    assert change == (None, "a year earlier: too few to tell")


def test_where_nobody_has_a_date_who_came_is_not_known():
    def moved(joined: int) -> figures.Overview:
        nothing = dict.fromkeys(figures.Overview.__dataclass_fields__)
        rows = pd.DataFrame({"joined": [0, joined], "left_providers": [0, 0]})
        return figures.Overview(**{**nothing, "supply": rows})  # type: ignore[arg-type]

    assert not words.knows_moves(moved(0)) and words.knows_moves(moved(1))


def test_exits_without_a_date_stand_beside_the_net_growth():
    assert summary._unplaced(0) == []
    (told,) = summary._unplaced(39)
    assert told.startswith("39 more closed, nobody knows when")


def test_a_count_has_whole_ticks():
    months = pd.DataFrame({"month": ["2026-01-01"], "answers": [1], "hires": [0]})
    assert charts.work(months).layout.yaxis.dtick == 1
    assert charts.work(months.assign(answers=40)).layout.yaxis.dtick is None


def test_shares_on_an_axis_are_written_as_everywhere():
    axis = partner_charts.percent_axis(1.0)
    assert axis["ticktext"][:3] == ["0%", "25%", "50%"]
    assert partner_charts.percent_axis(0.012)["ticktext"][1] == "0.25%"
    every = [str(year) for year in range(2015, 2026)]
    series = [partner_charts.Series("x", [1.0] * 11, "#000000")]
    drawn = partner_charts.moves(every, series, [], ("net", [1.0] * 11))
    assert list(drawn.layout.xaxis.tickvals) == every[::2] and drawn.layout.xaxis.tickangle == 0


def test_a_range_of_few_cases_says_how_many_and_how_sure():
    def panel(name: str, value: float, n: int) -> Panel:
        return Panel(name, value, Told(value, value - 0.1, value + 0.1), n, pd.DataFrame())

    found = [panel("Guyane", 0.2, 12), *(panel(name, 0.7, 90) for name in ("A", "B", "C"))]
    assert "from 20% (Guyane, 12 cases, 10% – 30%) to 70% (C)" in compared.finding(found, asked())
    two = compared.finding([panel("Corse", 0.5, 17), panel("A", 0.7, 90)], asked())
    assert "Corse 50% (40% – 60%), A 70%;" in two


# letters of a formula, and words of who made the data; in help, formulas may stand
JARGON = re.compile(
    r"\(left_out\)|\bT (days|jours)\b|"
    r"\b([kK]|n =|cells?|[mM]ature|snapshots?|[hH]eadcounts?|cellules?|mûres?)\b"
)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_jargon_stands_on_a_page(language: str) -> None:
    """Neither in a definition, nor in any other text of the pages."""
    said = [text for one in registry.metrics(language).values() for text in (one.label, one.why)]
    for file in (ROOT / "pages").rglob("fr.po"):
        for message in read_po(file.open("rb")):
            ids, texts = message.id, message.string
            text = ids if language == "en" else texts
            said += [*text] if isinstance(text, tuple) else [text]
    assert not [text for text in said if JARGON.search(re.sub(r"\{\w+\}", "", text))]


@pytest.mark.middle
def test_domains_say_how_many_squares_cannot_be_told(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a level of areas offered that the view does not have."""
    warehouse = sample_market / "warehouse"
    at = run_page(monkeypatch, warehouse, "coverage", view="domains", measure="fill_rate")
    assert " squares have too few cases to tell." in texts(at)
    assert "Areas" not in [box.label for box in at.selectbox]
    at = run_page(monkeypatch, warehouse, "cooperatives", "fr", as_="partner", view="market")
    heads = [str(head) for frame in at.dataframe for head in frame.value.columns]
    assert any(head.endswith("\u202f: coopératives") or " : coop" in head for head in heads), heads
