"""The parts of the page that bring templates, targets and events, as a reader meets them."""

import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl.bring import rows as written
from etl.bring.folders import Folders
from etl.build import make
from pages import door
from pages.bring import rows
from pages.door import roles
from pages.shared import export
from tests.market import write_drops

DROPS = {
    "providers/p-2026-10-31.csv": (
        "provider_id,domains,commune_code,joined_on\np1,gardening,35238,2025-01-01\n"
    ),
    "targets/t-2026-10-31.csv": (
        "domain,territory_level,territory_code,metric,target,due_on\n"
        "gardening,commune,35238,fill_rate,0.6,2027-12-31\n,,,coverage_population,0.8,\n"
        "balloons,country,FR,fill_rate,0.5,2027-12-31\n"
    ),
}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    data = tmp_path_factory.mktemp("data")
    found = Folders(data, data / "warehouse", data / "logs")
    write_drops(found.raw, DROPS)
    assert make.build(found.raw, found.warehouse).is_published
    return found


def parts() -> None:
    import pages.door  # noqa: F401
    from pages.bring import rows, templates
    from pages.shared import query

    query.start_run()
    templates.show()
    rows.show(lambda source, name, text, sidecar: None)


def shown(monkeypatch: pytest.MonkeyPatch, folders: Folders, lang: str) -> AppTest:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(folders.warehouse))
    test = AppTest.from_function(parts, default_timeout=60)
    test.query_params["lang"] = lang
    test.run()
    assert not test.exception, [one.value for one in test.exception]
    return test


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_templates_and_lists_are_shown_in_the_language(
    monkeypatch: pytest.MonkeyPatch, market: Folders, lang: str
) -> None:
    test = shown(monkeypatch, market, lang)
    test.selectbox(key="template_source").select("providers").run()
    assert not test.exception
    labels = [json.loads(json.dumps(one.proto.label)) for one in test.get("download_button")]
    assert labels == (
        ["À remplir (XLSX)", "À remplir (CSV)"] if lang == "fr" else
        ["To fill in (XLSX)", "To fill in (CSV)"]
    )  # fmt: skip
    assert len(test.dataframe) == 2
    (warned,) = test.warning
    assert "targets/t-2026-10-31.csv:4" in warned.value.replace("\\", "")
    assert not test.button  # nothing was changed yet


def test_a_template_is_handed_to_who_was_shown_the_button() -> None:
    from etl.bring import templates

    content = export._made(
        door.handing_to(roles.LOCAL), "fr", "xlsx", lambda: templates.xlsx("events", "fr")
    )
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0] == "events"


def test_what_is_edited_is_written_as_the_contract_names_it(market: Folders) -> None:
    known = written.read(market, "targets").rows
    start = rows.to_edit(known)
    assert start["place"].tolist() == [None, "commune-35238"]
    assert written.changes("targets", known, rows.edited(start)) == written.Changes(0, 0, 0)
    fresh = pd.DataFrame(
        {"metric": ["fill_rate", None], "target": [0.5, None], "place": ["departement-2A", None]}
    )
    table = rows.edited(pd.concat([start, fresh], ignore_index=True))
    assert written.text("targets", table).splitlines()[1:] == [
        ",,,coverage_population,0.8,",
        "gardening,commune,35238,fill_rate,0.6,2027-12-31",
        ",departement,2A,fill_rate,0.5,",
    ]
    assert written.findings("targets", written.text("targets", table)) == []


@pytest.mark.middle
def test_beside_the_sample_alone_no_list_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folders = Folders(tmp_path, tmp_path / "warehouse", tmp_path / "logs")
    write_drops(folders.raw, DROPS | {f"{name}.toml": "synthetic = true\n" for name in DROPS})
    assert make.build(folders.raw, folders.warehouse).is_published
    test = shown(monkeypatch, folders, "en")
    assert not test.dataframe


def words_of(count: int) -> None:
    import pages.door  # noqa: F401
    from etl.bring.matched import Proposal, Word, Words
    from pages.bring import choices, filling
    from pages.shared import query

    query.start_run()
    entries = tuple(Word(f"state {number}", 1, None) for number in range(count))
    found = Proposal((), "requests", words=(Words("status", "State", entries),))
    filling.words(found, choices.Choices(source="requests"), "key")


@pytest.mark.parametrize(("count", "height"), [(3, 0), (9, 400)])
def test_many_words_scroll_so_that_the_buttons_stay_near(count: int, height: int) -> None:
    test = AppTest.from_function(words_of, args=(count,), default_timeout=60).run()
    assert not test.exception, [one.value for one in test.exception]
    assert len(test.selectbox) == count
    (box,) = test.expander[0].children.values()
    assert box.proto.height_config.pixel_height == height


def headline() -> None:
    import pages.door  # noqa: F401
    from pages.bring import outcome
    from pages.shared import query

    query.start_run()
    told = {"months": ["2025-11-01", "2026-10-01"], "months_before": ["2025-10-01", "2026-09-01"]}
    before = {"requests": 3.0, "fill_rate": None}
    after = {"requests": None, "fill_rate": None, "cooperatives": 2.0}
    outcome._figures({"before": before, "after": after, **told})


def test_a_figure_that_is_none_says_why(monkeypatch: pytest.MonkeyPatch, market: Folders) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(market.warehouse))
    test = AppTest.from_function(headline, default_timeout=60).run()
    assert not test.exception, [one.value for one in test.exception]
    young, none = [one.value for one in test.caption][-2:]
    assert young.startswith("–: of the requests of Oct 2025 – Sep 2026 none is old enough")
    assert none.startswith("–: no request of Nov 2025 – Oct 2026 is known")
