"""The page that brings files, as a founder uses it: real files, a real build in its own process."""

import io
import json
import time
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl import layers, paths
from etl.bring import folders, history, incoming, states
from etl.bring.before import header_of
from etl.build import make, warehouse
from pages.bring import choices
from pages.quality import correct
from tests.market import write_drops
from tests.pages_fixture import make_warehouse, run_page

TOWN = (
    "N°;Enseigne;Statut;Activités;Adresse;Tarif;Courriel\n"
    "A-17;Au fil des jours;ASSO;menage / repassage;12 rue des Lilas, 35170 Bruz;23,50;a@b.fr\n"
    "A-18;Les mains vertes;SARL;jardinage;3 place du Marché, 35000 Rennes;31;c@d.fr\n"
    "A-19;Anne Le Gall;;soutien scolaire;8 rue de Brest, 35000 Rennes;15,80;e@f.fr\n"
    "A-20;Proxi Aide;ASSO;bricolage;1 quai Lamartine, 35000 Rennes;26;i@j.fr\n"
    ";Sans numéro;SARL;bricolage;2 rue du Port, 35400 Saint-Malo;29;g@h.fr\n"
)
OWNER = "local"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, in which the sample is served."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    make_warehouse(tmp_path / "data" / "warehouse")
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(tmp_path / "data" / "warehouse"))
    return tmp_path / "data"


def sent(name: str, content: bytes | str) -> incoming.Upload:
    content = content.encode() if isinstance(content, str) else content
    upload = incoming.begin(OWNER, name, len(content))
    return incoming.append(upload.id, OWNER, 0, content)


def opened(monkeypatch: pytest.MonkeyPatch, data: Path, lang: str = "en") -> AppTest:
    return run_page(monkeypatch, data / "warehouse", "bring", lang)


def press(test: AppTest, label: str) -> None:
    next(button for button in test.button if button.label == label).click().run()


def until(
    test: AppTest, upload: incoming.Upload, is_so: Callable[[states.State], bool]
) -> states.State:
    for _ in range(600):
        found = states.state(upload.folder)
        if found and is_so(found):
            test.run()
            assert not test.exception
            return found
        time.sleep(0.1)
    raise AssertionError(states.state(upload.folder))


def texts(test: AppTest) -> str:
    kinds = ("markdown", "caption", "success", "error", "warning", "info", "subheader", "text")
    return "\n".join(str(e.value) for kind in kinds for e in getattr(test, kind))


def column(test: AppTest, label: str):
    return next(box for box in test.selectbox if box.label == label)


def test_a_register_becomes_figures_in_two_clicks(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent("annuaire-2026-11-20.csv", TOWN)
    test = opened(monkeypatch, data)
    assert column(test, "What is one row of this file?").value == "providers"
    assert "as they look private: Courriel" in texts(test)
    assert "a@b.fr" not in str(test)
    press(test, "Read it and work out the figures")
    found = until(test, upload, lambda state: state.status != "running")
    assert found.status == "done", found
    cards = {metric.label: metric.value for metric in test.metric}
    assert (cards["Rows read"], cards["Rows accepted"], cards["Rows refused"]) == ("5", "4", "1")
    assert cards["Active providers"] == "4"
    assert "4 new, none was known before." in texts(test)
    assert not [*(data / "raw").rglob("*.csv")]
    press(test, "Bring it in")
    until(test, upload, lambda state: state.kind == "bring" and state.status != "running")
    assert "providers/annuaire" in texts(test) and "is brought in" in texts(test)
    served = warehouse.served_build(data / "warehouse")
    assert warehouse.manifest(data / "warehouse", str(served))["sources"]["providers"]["read"] == 5
    (entry,) = history.standing(folders.here())
    assert (entry["file"], entry["account"]) == ("providers/annuaire-2026-11-20.csv", "local")
    sidecar = (data / "raw" / f"{entry['file']}.toml").read_text()
    assert 'provider_id = "N°"' in sidecar and "Courriel" not in sidecar
    (log,) = (data.parent / "logs").glob("access-*.jsonl")
    steps = [entry.get("step") for entry in map(json.loads, log.read_text().splitlines())]
    assert [step for step in steps if step] == ["try", "bring"]
    # the next one of the same columns needs no column to be chosen
    again = sent("annuaire-2026-12-20.csv", TOWN.replace("A-19", "A-29"))
    test.run()
    assert "Read it as providers/annuaire-2026-11-20.csv, which had the same columns" in [
        toggle.label for toggle in test.toggle
    ]
    assert not [box for box in test.selectbox if box.label == "Provider *"]
    press(test, "Read it and work out the figures")
    until(test, again, lambda state: state.status != "running")
    assert "Of 4 known before, 0 change and 3 stay the same; 1 is new." in texts(test)


def test_what_is_chosen_stands_in_the_sidecar_and_outlives_the_visit(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent("liste.csv", TOWN)
    test = opened(monkeypatch, data)
    assert "of which day it is: today is proposed" in texts(test)
    test.date_input[0].set_value(None).run()
    assert "of which day it is: choose one" in texts(test)
    assert next(b for b in test.button if b.label.startswith("Read it")).disabled
    column(test, "Name").set_value("\0empty").run()
    test.radio[0].set_value("snapshot").run()
    test.date_input[0].set_value("2026-11-01").run()
    said = choices.of(upload.folder)
    assert (said.columns, said.mode, said.as_of) == ({"name": None}, "snapshot", "2026-11-01")
    other = opened(monkeypatch, data)
    code = other.code[0].value
    assert 'mode = "snapshot"' in code and "as_of = 2026-11-01" in code and "name =" not in code
    assert not next(b for b in other.button if b.label.startswith("Read it")).disabled


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("loi.csv", "article,texte\nL1,Le salarié a droit\nL2,La durée\n", "none of the sources"),
        ("lois.json", '{\n"L1": {"text": "a"},\n"L2": {"text": "b"}\n}', "none of the sources"),
        ("leer.csv", " \n\n", "cannot be read"),
        ("boese.xlsx", b"PK\x03\x04 no workbook", "cannot be read"),
        ("nul.csv", b"provider_id,name\np1,a\0b\n", "under “Read it otherwise”"),
    ],
)
def test_what_cannot_be_brought_says_why(
    data: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | str, told: str
) -> None:
    test = opened(monkeypatch, data)
    upload = sent(name, content)
    test.run()
    assert told in texts(test)
    press(test, "Throw the file away")
    assert not upload.folder.exists() and not test.exception


def test_the_file_in_hand_stays_when_another_one_comes(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent("first-2026-11-20.csv", f"Liste du 20;;\n{TOWN}")
    test = opened(monkeypatch, data)
    assert "below line 1" in texts(test) and "without names" not in texts(test)
    sent("second-2026-11-20.csv", TOWN)
    test.run()
    assert column(test, "Which file?").options == ["first-2026-11-20.csv", "second-2026-11-20.csv"]
    assert test.subheader[0].value.replace("\\", "") == "first-2026-11-20.csv"
    assert "above: second-2026-11-20.csv" in texts(test).replace("\\", "")


@pytest.mark.middle
def test_another_line_of_names_is_chosen_by_its_first_cells(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is guessed stands above: a legend that names more of what is known."""
    rows = "A-1;Anne;Rennes;a@b.fr\nA-2;Paul;Bruz;06 12 34 56 78\n"
    text = f"provider_id;name;city;postcode;kind\n\nNo.;Wer;Wo;Mail\n{rows}"
    sent("p-2026-11-01.csv", text)
    test = opened(monkeypatch, data)
    line = column(test, "Line with the names of the columns")
    assert line.options == [
        "as guessed", "line 1: provider_id · name · city · postcode",
        "line 3: No. · Wer · Wo · Mail",
        "line 4: A-1 · Anne · Rennes · …", "line 5: A-2 · Paul · Bruz · …",
        "none: it has no names of columns",
    ]  # fmt: skip
    line.set_value("3").run()
    column(test, "What is one row of this file?").set_value("providers").run()
    column(test, "Provider *").set_value("No.").run()
    said = tomllib.loads(test.code[0].value)
    assert said["skip"] == 2 and said["rename"]["provider_id"] == "No." and "header" not in said
    assert "Mail (" in texts(test).replace("\\", "") and "a@b.fr" not in str(test)
    column(test, "Line with the names of the columns").set_value("none").run()
    column(test, "What is one row of this file?").set_value("providers").run()
    assert tomllib.loads(test.code[0].value)["header"] == [f"column_{n}" for n in range(1, 6)]


def test_how_dates_decimals_and_units_are_read_stands_beside_their_columns(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "provider_id;name;joined_on;price_hour_eur;reach_km\np1;A;02/03/2026;23,50;12\n"
    sent("p-2026-11-01.csv", f"{text}p2;B;02/25/2026;24,00;15\n")
    told = texts(opened(monkeypatch, data)).replace("\\", "")
    assert "Read month first: 02/03/2026 is 3 February 2026" in told
    assert "Decimal comma: 23,50 is 23.50" in told


@pytest.mark.parametrize("is_by_hand", [False, True])
def test_words_that_are_new_are_mapped_on_top_of_the_mapping_of_before(
    data: Path, monkeypatch: pytest.MonkeyPatch, is_by_hand: bool
) -> None:
    name, head = "requests/r-2026-10-01.csv", ["request_id", "created_at", "Etat du dossier"]
    text = ";".join(head) + "\nr1;2026-10-01;Zu\nr2;2026-10-02;Za\n"
    said = '[rename]\nstatus = "Etat du dossier"\n[values.status]\nZu = "filled"\nZa = "expired"\n'
    other = {"requests/x-2026-12-01.csv": "a;b;c\n", "requests/x-2026-12-01.csv.toml": said}
    write_drops(data / "raw", {name: text, f"{name}.toml": said, **other})
    if not is_by_hand:
        header = header_of(head)
        history.note(folders.here(), "brought", "zoe", source="requests", file=name, header=header)
    sent("r-2026-11-01.csv", text.replace("r2", "r3").replace("Za", "Zinzin"))
    test = opened(monkeypatch, data)
    assert "These words are new" in texts(test)
    assert not [box for box in test.selectbox if box.label.startswith(("Zu", "Za"))]
    column(test, "Zinzin (1)").set_value("open").run()
    code = test.code[0].value
    assert 'Zinzin = "open"' in code and 'Zu = "filled"' in code and 'Za = "expired"' in code


def test_words_and_ticks_of_several_domains_are_told_before_the_trial(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent("p-2026-11-01.csv", "provider_id,domains\np1,Garde d'enfants\np2,Ménage\n")
    test = opened(monkeypatch, data)
    assert "unknown until you choose: “Garde d'enfants” (" in texts(test).replace("\\", "")
    assert "every row counts as active" in texts(test)
    incoming.remove(upload.id, OWNER)
    sent("t-2026-11-01.csv", "provider_id,Ménage,Nounou\np1,x,\np2,,x\np3,x,x\n")
    test = opened(monkeypatch, data)
    assert "are taken so: “Nounou” (" in texts(test).replace("\\", "")


def test_markup_and_formulas_stay_text(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "<img src=x onerror=alert(1)>"
    sent(
        f"{odd}.csv",
        f"provider_id,{odd},name\np1,=1+1,{odd}\np2,[a](javascript:x),*b*\np3,$x$,`c`\n",
    )
    for lang in ("en", "fr"):
        test = opened(monkeypatch, data, lang)
        shown = [m.value for m in (*test.markdown, *test.caption, *test.subheader)]
        assert not [text for text in shown if "<img" in text.replace("\\<", "")]


@pytest.mark.middle
def test_a_file_that_was_brought_is_taken_back(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "provider_id,name,domains,commune_code\np1,Anne,gardening,35238\n"
    write_drops(data / "raw", {"providers/a-2026-10-01.csv": rows})
    history.note(
        folders.here(), "brought", "zoe", source="providers", file="providers/b-2026-11-01.csv"
    )
    write_drops(data / "raw", {"providers/b-2026-11-01.csv": rows.replace("p1", "p2")})
    test = opened(monkeypatch, data)
    press(test, "Take it back and build without it")
    (folder,) = (data / "removed").iterdir()
    for _ in range(600):
        if (found := states.state(folder)) and found.status != "running":
            break
        time.sleep(0.1)
    test.run()
    assert found and found.status == "done", found
    assert "was taken back; the figures are without it" in texts(test)
    assert not (data / "raw/providers/b-2026-11-01.csv").exists()
    assert [e["event"] for e in history.entries(folders.here())] == ["taken_back", "brought"]
    # again under the same name: the line of the first time stays what it was
    write_drops(data / "raw", {"providers/b-2026-11-01.csv": rows.replace("p1", "p2")})
    history.note(
        folders.here(), "brought", "max", source="providers", file="providers/b-2026-11-01.csv"
    )
    test.run()
    newer, older = next(t.value for t in test.dataframe if "State" in t.value)["State"]
    assert newer == "in use" and older.startswith("taken back by local, ")
    # the only file that there is
    (data / "raw/providers/a-2026-10-01.csv").unlink()
    test.run()
    assert "It is the only file there is" in texts(test)
    assert next(b for b in test.button if b.label.startswith("Take it back")).disabled


def test_a_founder_with_nothing_but_the_sample_sees_this_page_first(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = AppTest.from_file(str(paths.ROOT / "pages" / "main.py"), default_timeout=60)
    test.query_params["lang"] = "en"
    test.run()
    assert test.title[0].value == "Bring files"
    write_drops(data / "raw", {"events/e-2026-10-01.csv": "on,label\n2026-01-01,x\n"})
    test = AppTest.from_file(str(paths.ROOT / "pages" / "main.py"), default_timeout=60)
    test.query_params["lang"] = "en"
    test.run()
    assert test.title[0].value == "Overview"


@pytest.mark.long
def test_rows_that_were_corrected_come_back_without_a_question(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "provider_id,name,domains,commune_code\np1,Anne,gardening,35238\n,Zoe,gardening,35238\n"
    orders = "request_id,created_at\nr1,2026-10-01\n,2026-10-02\n"
    write_drops(
        data / "raw", {"providers/a-2026-10-01.csv": rows, "requests/r-2026-10-01.csv": orders}
    )
    make.build(data / "raw", data / "warehouse")
    sql = layers.read_sql(Path(correct.__file__).with_name("rows_to_correct.sql"))
    with warehouse.open_build((data / "warehouse" / "current").resolve()) as con:
        packed = correct.archive(con.execute(sql.body, {"file": "all"}).df(), "en")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as there, zipfile.ZipFile(out, "w") as corrected:
        for name in there.namelist():
            text = there.read(name).decode("utf-8-sig")
            if name.endswith(".csv"):
                head, row = text.splitlines()
                text = f"{head}\r\nnew{row}\r\n"
            corrected.writestr(name, text)
    upload = sent("to-correct.zip", out.getvalue())
    test = opened(monkeypatch, data)
    told = texts(test)
    for file in ("providers/a-2026-10-01.csv", "requests/r-2026-10-01.csv"):
        assert f"Rows to correct of {file}: 1, of which 1 was changed." in told.replace("\\", "")
    assert not [box for box in test.selectbox if box.label.startswith("What is one row")]
    press(test, "Read it and work out the figures")
    until(test, upload, lambda state: state.status != "running")
    assert "Of 1 known before" in texts(test) and "whole list" not in texts(test)
    press(test, "Bring it in")
    done = until(test, upload, lambda state: state.kind == "bring" and state.status != "running")
    assert done.status == "done", done
    with warehouse.open_build((data / "warehouse" / "current").resolve()) as con:
        found = con.execute("SELECT provider_id FROM marts.providers ORDER BY ALL").fetchall()
        left = con.execute(
            "SELECT count(*) FROM quality.refused_rows WHERE NOT is_corrected"
        ).fetchall()
    assert found == [("new",), ("p1",)] and left == [(0,)]


@pytest.mark.long
def test_a_file_is_read_otherwise_at_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "provider_id;name;joined_on\np1;Zoé;03/04/2025\np2;Anne;05/06/2025\n"
    upload = sent("p-2026-11-01.csv", text.encode("cp850"))
    test = opened(monkeypatch, data)
    column(test, "Encoding").set_value("cp850").run()
    column(test, "Dates").set_value("%m/%d/%Y").run()
    assert choices.of(upload.folder).otherwise == {
        "encoding": "cp850", "date_format": "%m/%d/%Y",
    }  # fmt: skip
    code = test.code[0].value
    assert 'encoding = "cp850"' in code and 'date_format = "%m/%d/%Y"' in code
    press(test, "Read it and work out the figures")
    done = until(test, upload, lambda state: state.status != "running")
    assert done.result["first_rows"][1][0] == ["p1", "Zoé", "2025-03-04"]
