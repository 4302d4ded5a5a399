"""Targets and events on the overview, beside what pandas counts in the dropped rows."""

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from etl import layers
from etl.build import make
from etl.build.warehouse import DATABASE
from etl.insight import digest
from etl.insight.digest import report as digest_report
from etl.insight.report.founders import goals as founders_goals
from etl.insight.report.words import ReportWords
from etl.words.words import Words
from pages.overview import figures, goals
from pages.shared import chart_marks, i18n
from tests import overview_market as market
from tests.insight.test_report import plain
from tests.market import write_drops
from tests.pages_fixture import run_page, texts

WINDOW = ("2025-11", "2026-10")
K = 3
DROPS = {
    "targets/2026-10-31.csv": "domain,territory_level,territory_code,metric,target,due_on\n"
    ",,,coverage_population,0.9,2027-12-31\n"
    ",,,fill_rate,0.95,2026-09-30\n"
    "house_cleaning,,,fill_rate,0.01,\n"
    "gardening,departement,35,coverage_cells,0.99,2027-06-30\n"
    ",,,first_response,100000,2027-06-30\n"
    ",,,no *such* metric,1,\n",
    "events/2026-10-31.csv": "on,label,domain,territory_level,territory_code\n"
    "2024-01-05,Too early,,,\n"
    "2026-03-16,Launch *now* <b>,,,\n"
    "2026-03-20,Gardens,gardening,region,53\n",
}


@pytest.fixture(scope="module")
def rows() -> market.Market:
    return market.make()


@pytest.fixture(scope="module")
def home(rows: market.Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("targets")
    result = make.build(write_drops(folder / "raw", rows.drops | DROPS), folder / "warehouse")
    assert result.is_published, result.checks_failed
    return folder / "warehouse"


def cells(test) -> pd.DataFrame:
    """The table of targets as it is read, by metric, domain and place."""
    heads = {"Target", "Objectif"}
    (found,) = [t.value for t in test.table if heads & {str(c) for c in t.value.columns}]
    return found


def percent(value: float, lang: str) -> str:
    return i18n.words(lang).measure(value, "share", is_full=True)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_targets_stand_beside_what_pandas_counts(home, rows, monkeypatch, lang):
    # the filters ask for something else: a target keeps its terms
    test = run_page(monkeypatch, home, lang=lang, k="1", days="7", period="3")
    found = cells(test)
    names = found.iloc[:, 0].tolist()
    now, state = found.iloc[:, 2].tolist(), found.iloc[:, 4].tolist()
    reads = {
        "en": ("Fill rate", "People covered", "missed", "not reached yet", "reached"),
        "fr": ("Taux de demandes pourvues", "Population couverte", "manqué",
               "pas encore atteint", "atteint"),
    }[lang]  # fmt: skip
    fill, coverage, missed, under_way, reached = reads
    posted = market.in_months(rows, *WINDOW)
    filled, known, _left = market.fill(posted, 14)
    low, high = market.wilson(filled, known)
    counts = {"en": "requests: ", "fr": "demandes : "}[lang]
    assert names[0].startswith(f"[{fill} · ") and missed in state[0]
    assert now[0] == (
        f"**{percent(filled / known, lang)}** ({percent(low, lang)} – {percent(high, lang)},"
        f" {counts}{i18n.number(known, lang=lang)})"
    )
    served = market.reached(rows, market.AS_OF) >= K
    people = rows.communes.set_index("commune_code")["population"]
    share = served.mul(people, axis=0).to_numpy().sum() / (people.sum() * 3)
    (place,) = [i for i, name in enumerate(names) if coverage in name]
    counts = {"en": "people: ", "fr": "personnes : "}[lang]
    assert now[place] == (
        f"**{percent(share, lang)}** ({counts}{i18n.number(people.sum(), lang=lang)})"
    )
    assert under_way in state[place]
    here = rows.communes.set_index("commune_code")["departement_code"] == "35"
    gardens = served.loc[here, "gardening"]
    (place,) = [i for i, name in enumerate(names) if "(35\\)" in name]
    assert f"**{percent(gardens.mean(), lang)}**" in now[place]
    link = f"coverage?lang={lang}&scope=gardening&in=departement-35&measure=coverage_cells&k=3"
    assert link in names[place] and "&days=14&period=12&view=cell)" in names[place]
    cleaning = posted[posted["domain"] == "house_cleaning"]
    filled, known, _left = market.fill(cleaning, 14)
    done = [i for i, text in enumerate(state) if text.startswith(":material/check_circle:")]
    assert [state[i].split(": ")[1] for i in done] == [reached, reached]
    assert any(f"**{percent(filled / known, lang)}**" in now[i] for i in done)
    (unknown,) = [i for i, name in enumerate(names) if "such" in name]
    assert names[unknown].startswith("no \\*such\\* metric") and now[unknown] == "**–**"
    told = {"en": "2 of 6 targets are reached, 1 missed.", "fr": "Objectifs atteints : 2 sur 6"}
    assert told[lang] in texts(test)


def test_targets_of_the_domain_asked_for_only(home, monkeypatch):
    test = run_page(monkeypatch, home, scope="gardening")
    assert cells(test).shape[0] == 1
    assert "1 of 1" not in texts(test) and "0 of 1 target is reached" in texts(test)


@pytest.mark.middle
def test_events_are_named_with_what_they_are_about(home, monkeypatch):
    shown = events_to_choose(run_page(monkeypatch, home))
    assert r"**1** 16 Mar 2026: Launch \*now\* \<b\>" in shown
    assert r"**2** 20 Mar 2026: Gardens \(Light gardening, Bretagne\)" in shown
    assert "Too early" not in shown
    assert "Gardens" not in events_to_choose(run_page(monkeypatch, home, scope="handyman"))


def events_to_choose(test) -> str:
    """What stands below the charts, the key of their numbers."""
    return "\n".join(test.button_group(key="filter_event").options)


def test_events_stand_at_their_day_on_the_charts():
    months = pd.Series(pd.to_datetime(["2026-02-01", "2026-03-01"]))
    events = pd.DataFrame(
        {
            "happened_on": pd.to_datetime(["2026-01-31", "2026-03-16", "2026-03-31"]),
            "label": ["before", "<b>", "last"],
            "number": [1, 2, 3],
        }
    )
    found = chart_marks.mark(months, events)
    assert [line["x0"] for line in found.lines] == pytest.approx([1.0, 1 + 0.5 - 0.5 / 31])
    (label,) = found.texts
    assert label["text"] == "<b>2, 3</b>"
    assert label["hovertext"] == "16 Mar 2026: &lt;b&gt;<br>31 Mar 2026: last"
    assert chart_marks.mark(months, events.iloc[:0]) == chart_marks.Marks([], [])


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_chart_of_fill_rates_carries_its_target(home, monkeypatch, lang):
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    monkeypatch.setattr(i18n, "language", lambda: lang)
    targets = goals.read_targets(figures.read_loaded(), "all")
    text = {"en": "target 95% by 30 Sep 2026", "fr": "objectif 95\u202f% au 30 sept. 2026"}
    assert goals.fill_targets(targets, "all", 14) == [(0.95, text[lang])]
    assert goals.fill_targets(targets, "all", 7) == [], "set for another horizon"
    assert goals.fill_targets(targets, "gardening", 14) == []
    (line,) = chart_marks.aim([(0.95, text[lang])]).lines
    assert line["y0"] == line["y1"] == 0.95


@pytest.mark.middle
@pytest.mark.parametrize("is_old", [False, True])
def test_no_section_without_targets(rows, tmp_path, monkeypatch, is_old):
    """An old build, which a rollback may serve again, has not even the tables."""
    result = make.build(write_drops(tmp_path / "raw", rows.drops), tmp_path / "warehouse")
    assert result.is_published
    if is_old:
        with duckdb.connect(str(tmp_path / "warehouse/current" / DATABASE)) as connection:
            connection.execute("DROP TABLE marts.targets; DROP TABLE marts.events")
    test = run_page(monkeypatch, tmp_path / "warehouse")
    assert "Targets" not in [heading.value for heading in test.subheader]


@pytest.mark.long
def test_a_target_for_any_metric_is_told_or_not_known(rows, tmp_path, monkeypatch):
    """Survival asks for an age that no target states, and some metrics have several rows."""
    names = [file.name for file in layers.files_of("metrics")]
    drops = {"targets/2026-10-31.csv": "metric,target\n" + "".join(f"{n},1\n" for n in names)}
    assert make.build(write_drops(tmp_path / "raw", rows.drops | drops), tmp_path).is_published
    test = run_page(monkeypatch, tmp_path)
    assert f"of {len(names)} targets are reached" in texts(test)
    targets = goals.read_targets(figures.read_loaded(), "all").set_index("metric")
    assert targets.loc["survival", "state"] == "unknown"
    assert targets.loc["fill_rate", "state"] == "missed"
    assert digest.digest(tmp_path, language="fr", form="html")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_target_reads_the_same_on_the_page_in_the_report_and_in_the_digest(
    home, monkeypatch, lang
):
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    monkeypatch.setattr(i18n, "language", lambda: lang)
    figures_ = [
        ("first_response", "hours", 0.5, 30.3, "30 min", ("30.3 h", "30,3 h")),
        ("price", "eur_per_hour", 24.5, 26, ("€24.50", "24,50 €"), ("€26.00", "26,00 €")),
        ("accessibility", "per_month_per_person", 0.0015, 0.00096,
         ("1.50 per 1,000 people", "1,50 pour 1 000 habitants"),
         ("0.96 per 1,000 people", "0,96 pour 1 000 habitants")),
        ("concentration", "index", 500, 1234.5, "500", ("1,234.5", "1 234,5")),
        ("fill_rate", "share", 0.65, 0.648, ("65%", "65 %"), ("64.8%", "64,8 %")),
        ("pressure", "ratio", 0.04, 1.27, ("0.04", "0,04"), ("1.27", "1,27")),
        ("requests", "count", 40, 1200, "40", ("1,200", "1 200")),
    ]  # fmt: skip
    frame = pd.DataFrame(
        [
            {"metric": metric, "unit": unit, "target": target, "value": value}
            for metric, unit, target, value, *_texts in figures_
        ]
    ).assign(
        scope_code="all", scope_fr="Tous", scope_en="All", level="country", code="FR",
        place="France", due_on=pd.Timestamp("2026-09-30"), state="missed", n=5.0, low=None,
        high=None, left_out=0.0, undated=0.0, waiting=0.0, progress=None,
    )  # fmt: skip
    served = digest_report.Served(
        "b", dt.date(2026, 10, 31), False, 90, goals.terms(), {}, frame, frame, frame
    )
    mailed = digest_report._targets(Words(lang), served).rows
    words = ReportWords(lang)
    _answer, printed = founders_goals.targets(frame, words).blocks
    page = goals.to_read(frame)
    reported = {row[0]: row for row in printed.rows}
    for place, (metric, *_numbers, target, value) in enumerate(figures_):
        said = [
            text if isinstance(text, str) else text[("en", "fr").index(lang)]
            for text in (target, value)
        ]
        row = reported[words.metric(metric).label]
        for told in (
            mailed[place][4:6],
            [page.iloc[place, 1], page.iloc[place, 2].split("**")[1]],
            [words.cell(row[place], printed.columns[place]) for place in (3, 4)],
        ):
            assert [plain(text) for text in told] == said, metric
