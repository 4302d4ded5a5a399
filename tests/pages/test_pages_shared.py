"""The shared part of the pages: queries, formats, filters, exports."""

import csv
import datetime as dt
import io
import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl.build.warehouse import open_build
from pages.shared import export, filters, i18n, query, visitor
from tests.pages_fixture import (
    AS_OF,
    ROOT,
    assert_fine,
    make_warehouse,
    publish,
    run_page,
    written,
)

NARROW = "\u202f"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_warehouse(tmp_path / "warehouse")
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(folder))
    return folder


@pytest.mark.parametrize("value", [None, math.nan, np.nan, pd.NA, pd.NaT, np.float64("nan")])
def test_a_missing_value_is_never_zero(value: object) -> None:
    assert i18n.number(value) == i18n.percent(value) == i18n.words().hours(value) == "–"
    assert i18n.date(value) == i18n.month(value) == "–"


def test_an_infinite_time_is_longer_than_a_year_and_no_other_infinite_value_is_shown() -> None:
    assert i18n.words().hours(math.inf) == "over a year"
    assert i18n.number(math.inf) == i18n.percent(math.inf) == "–"


def test_numbers_read_as_in_the_language() -> None:
    assert i18n.number(1234567.891, 1, "fr") == f"1{NARROW}234{NARROW}567,9"
    assert i18n.number(1234567.891, 1, "en") == "1,234,567.9"
    assert i18n.number(0, lang="en") == "0"
    assert i18n.percent(0.1234, 1, "fr") == f"12,3{NARROW}%"
    assert i18n.percent(0.1234, 1, "en") == "12.3%"
    assert i18n.number(np.int64(5), lang="fr") == "5"


def test_plurals_follow_the_language() -> None:
    words = ("{n} day", "{n} days")
    assert i18n.ngettext(*words, 0, "fr") == i18n.ngettext(*words, 1.5, "fr") == "{n} jour"
    assert i18n.ngettext(*words, 2, "fr") == "{n} jours"
    assert i18n.ngettext(*words, 0, "en") == "{n} days"


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (dt.date(2026, 11, 22), dt.date(2026, 10, 1)),
        (dt.date(2026, 11, 30), dt.date(2026, 11, 1)),
        (dt.date(2024, 2, 28), dt.date(2024, 1, 1)),
        (dt.date(2026, 1, 5), dt.date(2025, 12, 1)),
    ],
)
def test_the_last_complete_month(as_of: dt.date, last: dt.date) -> None:
    assert filters.last_complete_month(as_of) == last


def test_a_period_knows_its_months_and_the_year_before() -> None:
    period = filters.Period(dt.date(2025, 11, 1), dt.date(2026, 10, 1))
    assert period.months == 12
    assert period.year_earlier() == (dt.date(2024, 11, 1), dt.date(2025, 10, 1))


def test_a_sql_takes_only_the_parameters_it_names(warehouse: Path) -> None:
    rows = query.page_sql(
        str(ROOT / "pages" / "shared" / "page.py"), "territory", level="commune", code="35238", k=3
    )
    assert rows["name"].tolist() == ["Rennes"]


def test_nothing_outside_the_build_can_be_read(warehouse: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with query.cursor(str(query.build().path)) as cursor:
        for sql in (
            f"SELECT * FROM read_csv('{secret}')",
            "SET enable_external_access = true",
            "SET memory_limit = '64GB'",
            "CREATE TABLE marts.x AS SELECT 1",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(sql)


def test_a_new_build_is_served_at_the_next_question(warehouse: Path) -> None:
    assert query.build().id == "20261122-aaaa"
    make_warehouse(warehouse, "20261123-bbbb", synthetic=False)
    assert (query.build().id, query.build().is_synthetic) == ("20261123-bbbb", False)
    publish(warehouse, "20261122-aaaa")
    assert query.build().id == "20261122-aaaa"


def test_a_run_keeps_the_build_it_began_with(warehouse: Path) -> None:
    def run() -> list[str]:
        query.start_run()
        before = query.build().id
        publish(warehouse, "20261123-bbbb")
        within = query.together({"one": lambda: query.build().id})["one"]
        after = query.build().id
        query.start_run()
        return [before, within, after, query.build().id]

    make_warehouse(warehouse, "20261123-bbbb")
    publish(warehouse, "20261122-aaaa")
    assert copy_context().run(run) == [*["20261122-aaaa"] * 3, "20261123-bbbb"]


def test_a_file_is_of_the_build_that_its_page_shows(warehouse: Path) -> None:
    def run() -> visitor.Handing:
        query.start_run()
        handing = visitor.handing()
        query.build()
        return handing

    make_warehouse(warehouse, "20261123-bbbb")
    publish(warehouse, "20261122-aaaa")
    handing = copy_context().run(run)
    publish(warehouse, "20261123-bbbb")
    assert handing("csv", lambda: query.build().id.encode()) == b"20261122-aaaa"


def test_many_readers_ask_at_once(warehouse: Path) -> None:
    found: list[int] = []

    def ask(level: str, n: int) -> None:
        rows = query.page_sql(
            str(ROOT / "pages" / "shared" / "page.py"),
            "territories",
            parent_level="country",
            parent_code="FR",
            level=level,
            n=n,
        )
        found.append(len(rows))

    readers = [threading.Thread(target=ask, args=("region", n)) for n in range(24)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [2] * 24


@pytest.mark.middle
def test_a_build_is_opened_by_many_at_once(warehouse: Path) -> None:
    """Who opens a file that is open already shares its settings, which are locked by then."""
    folder, threads = (warehouse / "current").resolve(), 4

    def opened(barrier: threading.Barrier) -> duckdb.DuckDBPyConnection:
        barrier.wait()
        return open_build(folder)

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(25):
            for connection in [*pool.map(opened, [threading.Barrier(threads)] * threads)]:
                connection.close()


def test_an_endless_question_is_interrupted(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "TIMEOUT_S", 0.2)
    sql = tmp_path / "endless.sql"
    sql.write_text(
        "SELECT count(*) FROM range(100000000) a, range(100000000) b"
        " WHERE hash(a.range, b.range) = 1"
    )
    with pytest.raises(query.QueryError) as error:
        query.page_sql(str(tmp_path / "page.py"), "endless")
    assert "was stopped" in str(error.value)


def test_a_failure_tells_no_path_and_no_sql(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.sql").write_text("SELECT secret_column FROM marts.nowhere")
    with pytest.raises(query.QueryError) as error:
        query.page_sql(str(tmp_path / "page.py"), "wrong")
    assert not {"secret_column", "nowhere", str(tmp_path), "SELECT"} & set(str(error.value).split())


AWKWARD = pd.DataFrame(
    {
        "name": ["=1+1", "@cmd", 'Zoé; "x"', None],
        "share": [0.5, 1234.25, math.nan, -2.0],
        "siren": ["012345678", "-5", "+33 1", ""],
        "on": pd.to_datetime(["2026-11-22", None, "2026-01-01", "2026-01-02"]),
        "domains": [["a", "b"], [], ["c"], ["d"]],
    }
)


def test_csv_opens_right_in_each_language() -> None:
    french = export.to_csv(AWKWARD, "fr")
    assert french.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(french.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["'=1+1", "0,5", "012345678", "2026-11-22", "a|b"]
    assert rows[2] == ["'@cmd", "1234,25", "-5", "", ""]
    assert rows[3][:2] == ['Zoé; "x"', ""]
    english = export.to_csv(AWKWARD, "en")
    assert not english.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(english.decode())))[1][1] == "0.5"


def test_xlsx_holds_true_numbers_and_no_formula() -> None:
    data = export.to_xlsx(
        {"Where: [all]/" + "x" * 40: AWKWARD, "Second": lambda: AWKWARD.head(1)},
        [("Build", "b1"), ("Territory", "=France")],
        [("Figure", "Definition"), ("Coverage", "share of people")],
        "About",
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 3 and book.sheetnames[1:] == ["Second", "About"]
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type == "s"
    assert sheet["B3"].value == 1234.25 and sheet["B4"].value is None
    assert sheet["C2"].value == "012345678"
    assert sheet["D2"].value == dt.datetime(2026, 11, 22)
    assert [cell.value for cell in book["About"]["A"]] == [
        "Build", "Territory", None, "Figure", "Coverage",
    ]  # fmt: skip


def test_as_of_of_the_fixture(warehouse: Path) -> None:
    assert query.build().as_of == AS_OF


def test_filters_read_the_address_and_keep_their_value(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_page(
        monkeypatch, warehouse, "quality", file="providers/2026-11-20.csv", reason="nope"
    )
    assert page.selectbox(key="filter_file").value == "providers/2026-11-20.csv"
    assert page.selectbox(key="filter_reason").value == "all"
    assert dict(page.query_params) == {"lang": "en", "file": "providers/2026-11-20.csv"}
    page.query_params.clear()  # as Streamlit does when the page changes
    page.switch_page("overview/page.py").run()
    page.query_params.clear()
    page.switch_page("quality/page.py").run()
    assert_fine(page)
    assert page.selectbox(key="filter_file").value == "providers/2026-11-20.csv"
    assert page.query_params["file"] == "providers/2026-11-20.csv"
    del page.query_params["file"]  # as the Back button does
    page.run()
    assert page.selectbox(key="filter_file").value == "all"


def shown_plain() -> None:
    import pandas as pd
    import streamlit as st

    from pages.shared import theme

    rows = pd.DataFrame(
        {
            "rate": [0.0, 0.08163, None],
            "price": [15.5, 9.0, 12.346],
            "n": [1, 2, 3],
            "name": ["<b>one</b>", "two", ""],
            "address": ["recruit?in=a&k=2", None, None],
        }
    )
    look = {"address": st.column_config.LinkColumn("Look there", display_text="Look"), "n": None}
    theme.plain(rows, shares=["rate"], column_config=look)
    theme.plain(rows, wraps=True)
    theme.table(rows[["price", "name"]], key="led", leads=[{"in": n} for n in "abc"])


def test_the_numbers_of_a_column_have_one_number_of_decimals() -> None:
    """Rounded here, for the browser cuts what is more than it may show."""
    at = AppTest.from_function(shown_plain).run()
    assert not at.exception
    told, led = at.dataframe
    assert led.key == "led"
    assert told.value["rate"].iloc[1] == 0.082 and told.value["price"].iloc[2] == 12.35
    columns = json.loads(told.proto.columns)
    kinds = {name: columns[name]["type_config"] for name in ("rate", "price")}
    assert [kind["step"] for kind in kinds.values()] == [0.001, 0.01]
    assert [kind["format"] for kind in kinds.values()] == ["percent", "localized"]


def test_a_table_is_written_out_for_a_telephone() -> None:
    """Each cell with its column's name, as its grid has them; where rows lead on, so does a name,
    with all else of the address."""
    at = AppTest.from_function(shown_plain)
    at.query_params["k"] = "2"
    at.run()
    phone, led = written(at, '<div class="rows phone" ')
    assert phone.columns.tolist() == ["rate", "price", "name", "Look there"]
    assert phone["rate"].tolist() == ["0.0%", "8.2%", "–"]
    assert phone["price"].tolist() == ["15.50", "9.00", "12.35"]
    assert phone["name"].tolist() == ["<b>one</b>", "two", ""]
    assert phone["Look there"].tolist() == ['<a href="recruit?in=a&k=2">Look</a>', "–", "–"]
    assert led["name"].tolist()[1] == '<a href="?k=2&in=b">two</a>'
    (wide,) = written(at, '<div class="rows" ')
    assert wide["n"].tolist() == ["1", "2", "3"]
    (shown, *_rest) = (one.proto.body for one in at.get("html"))
    assert 'data-name="price" class="number short">15.50<' in shown
    assert "<b>" not in shown and 'class="title ">&lt;b&gt;one' in shown
