"""Our territory: what its file may say, that it decides no row, and what pages speak of first."""

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from etl import layers, paths
from etl.__main__ import main
from etl.bring import folders, job, settling, states
from etl.bring.folders import Folders
from etl.bring.states import Job
from etl.build import make, territory, warehouse
from etl.insight import registry
from etl.problems import InputErrors
from etl.words import reasons
from tests.pages_fixture import run_page, tabled, texts

PROVIDERS = """provider_id,name,domains,commune_code,joined_on
p1,Au fil des jours,gardening,35238,2025-01-01
p2,Proxi Aide,cleaning,35047,2025-01-01
p3,Les mains vertes,gardening,29019,2025-01-01
p4,Coup de main,cleaning,56260,2025-01-01
"""
ASKED = 3 * [
    "35238,gardening",
    "29019,cleaning",
    "22278,gardening",
    "56260,cleaning",
    "35288,cleaning",
]
ELSEWHERE = ["44109,cleaning", "75056,cleaning"]
REQUESTS = "request_id,commune_code,domain,created_at,status,filled_at\n" + "".join(
    f"r{n},{asked},2026-0{1 + n % 9}-03T10:00:00,"
    + (f"filled,2026-0{1 + n % 9}-05T10:00:00\n" if n % 3 == 0 else "open,\n")
    for n, asked in enumerate([*ASKED, *ELSEWHERE])
)
BRITTANY = '[territory]\nregions = ["53"]\n'
SEVERAL = '[territory]\nregions = ["53"]\ndepartements = ["44"]\n'
VALUES = {
    "level": "", "within_level": "", "within_code": "", "scopes": ["all"], "k": 1, "days": 14,
    "from": "2026-01-01", "to": "2026-10-01", "kind": "all",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The data folder of a build of the four providers with a file of settings; "" has none."""
    made: dict[str, Path] = {}

    def build(settings: str) -> Path:
        if settings not in made:
            data = tmp_path_factory.mktemp("data")
            for source, text in (("providers", PROVIDERS), ("requests", REQUESTS)):
                (data / "raw" / source).mkdir(parents=True)
                (data / "raw" / source / f"{source}-2026-11-01.csv").write_text(text)
            if settings:
                (data / territory.FILE).write_text(settings)
            assert make.build(data / "raw", data / "warehouse").is_published
            made[settings] = data
        return made[settings]

    return build


def served(data: Path) -> str:
    return str(warehouse.served_build(data / "warehouse"))


# -- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "english", "french"),
    [
        ("[territory\n", 1, "not written as TOML", "pas écrits en TOML"),
        ('[territory]\nregions = ["53"\n', 3, "not written as TOML", "pas écrits en TOML"),
        ("k = 3\n", 1, "unknown key: k.", "clé inconnue : k."),
        ('[territory]\n\nregion = ["53"]\n', 3, "Did you mean “regions”?", "dire « regions » ?"),
        ('[territory]\nregions = ["Bretagne"]\n', 2, "Did you mean “53”?", "dire « 53 » ?"),
        ('[territory]\nregions = [\n  "53",\n  "54",\n]\n', 4, "nobody knows: “54”", "« 54 »"),
        ('[territory]\ndepartements = ["2a"]\n', 2, "nobody knows: “2a”", "« 2a »"),
        ("[territory]\nregions = [53]\n", 2, 'Expected: ["53"]', 'Attendu : ["53"]'),
        ('[territory]\nregions = "53"\n', 2, "cannot be used: 53", "inutilisable : 53"),
        ("territory = 3\n", 1, "Expected: [territory]", "Attendu : [territory]"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    text: str, line: int, english: str, french: str, tmp_path: Path
) -> None:
    (tmp_path / territory.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        territory.read(tmp_path / territory.FILE)
    (problem,) = raised.value.problems
    told = {lang: reasons.problem(problem, lang) for lang in ("en", "fr")}
    assert all(said.startswith(f"settings.toml:{line}: ") for said in told.values()), told
    assert english in told["en"] and french in told["fr"], told


@pytest.mark.long
def test_each_mistake_is_told_and_nothing_is_built(built: Callable[[str], Path]) -> None:
    data = built("")
    (data / territory.FILE).write_text('[territory]\nregions = ["54"]\ndepartement = ["44"]\n')
    try:
        with pytest.raises(InputErrors) as raised:
            make.build(data / "raw", data / "warehouse")
    finally:
        (data / territory.FILE).unlink()
    assert {(one.code, one.line) for one in raised.value.problems} == {
        ("settings_code", 2), ("settings_key", 3),
    }  # fmt: skip


def test_a_departement_of_a_region_that_is_listed_is_needless() -> None:
    found = territory.parse(b'[territory]\nregions = ["53", "53"]\ndepartements = ["35", "44"]\n')
    assert (found.regions, found.departements) == (("53",), ("44",))
    told = [reasons.note(note, lang) for note in found.notes for lang in ("en", "fr")]
    assert "stands there twice" in told[0] and "Ille-et-Vilaine (35) is needless" in told[2]
    assert "deux fois" in told[1] and "est inutile" in told[3]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[territory]\nregions = []\n"])
def test_nothing_said_is_all_of_france(text: str) -> None:
    assert not territory.parse(text.encode())


def test_a_file_keeps_its_comments(tmp_path: Path) -> None:
    file = tmp_path / territory.FILE
    assert territory.parse(
        settling.text_with(file, ["53"], ["44", "35"]).encode()
    ) == territory.Territory(("53",), ("44",))
    file.write_text('# ours\n[territory]  # as voted\nregions = ["53"]\n')
    text = settling.text_with(file, [], ["44"])
    assert "# ours" in text and "# as voted" in text
    assert territory.parse(text.encode()) == territory.Territory((), ("44",))
    for broken in ("[territory\n", f"regions = {'[' * 5000}", f"regions = {'9' * 5000}"):
        file.write_text(broken)
        with pytest.raises(InputErrors):
            settling.text_with(file, ["53"], [])


# -- the build -------------------------------------------------------------------------------------


@pytest.mark.long
def test_it_is_an_input_of_the_build(built: Callable[[str], Path]) -> None:
    ids = {served(built(text)) for text in ("", BRITTANY, SEVERAL)}
    assert len(ids) == 3
    stated = warehouse.manifest(built(SEVERAL) / "warehouse", served(built(SEVERAL)))
    assert stated["territory"] == {"regions": ["53"], "departements": ["44"]}
    again = built(BRITTANY)
    (again / territory.FILE).write_text(f"# the same\n{BRITTANY}")
    assert make.build(again / "raw", again / "warehouse").build_id == served(again)


@pytest.mark.middle
def test_it_decides_no_row_of_any_mart_and_no_figure(built: Callable[[str], Path]) -> None:
    connection = duckdb.connect()
    for name, text in (("one", ""), ("other", SEVERAL)):
        data = built(text)
        database = warehouse.build_folder(data / "warehouse", served(data)) / warehouse.DATABASE
        connection.execute(f"ATTACH '{database}' AS {name} (READ_ONLY)")
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables()"
        " WHERE database_name = 'one' AND schema_name IN ('reference', 'staging', 'marts')"
    ).fetchall()
    assert len(tables) > 40
    for table in tables:
        one, other = (f'{name}."{table[0]}"."{table[1]}"' for name in ("one", "other"))
        differing = (
            f"(FROM {one} EXCEPT ALL FROM {other}) UNION ALL (FROM {other} EXCEPT ALL FROM {one})"
        )
        assert connection.execute(f"SELECT count(*) FROM ({differing})").fetchone() == (0,), table
    compared = [one for one in registry.metrics().values() if set(one.parameters) <= VALUES.keys()]
    assert len(compared) > 15
    for metric in compared:
        found = []
        for name in ("one", "other"):
            connection.execute(f"USE {name}")
            found.append(asked(connection, metric.name, "region", "country", "FR").df())
        assert found[0].equals(found[1]), metric.name


def asked(
    connection: duckdb.DuckDBPyConnection, name: str, level: str, within: str, code: str
) -> duckdb.DuckDBPyConnection:
    file = layers.read_sql(layers.FOLDERS["metrics"] / f"{name}.sql")
    values = VALUES | {"level": level, "within_level": within, "within_code": code}
    return connection.execute(file.body, {p: values[p] for p in file.parameters})


@pytest.mark.parametrize(
    "name",
    [
        "requests", "fill_rate", "zero_response", "unmet_demand", "coverage_population",
        "coverage_cells", "coverage_demand", "gap", "deserts", "pressure",
    ],
)  # fmt: skip
def test_several_territories_count_as_one(built: Callable[[str], Path], name: str) -> None:
    data = built(SEVERAL)
    folder = warehouse.build_folder(data / "warehouse", served(data))
    with warehouse.open_build(folder) as connection:
        whole = asked(connection, name, "several", "several", "region-53+departement-44").df()
        parts = [
            asked(connection, name, level, level, code).df()
            for level, code in (("region", "53"), ("departement", "44"))
        ]
    (row,) = whole.to_dict("records")
    for column in ("numerator", "denominator", "n"):
        assert row[column] == pytest.approx(sum(part[column].sum() for part in parts)) or (
            column == "denominator" and name == "requests"
        ), column
    assert row["territory_code"] == "several"


# -- the pages -------------------------------------------------------------------------------------


def said(test: AppTest) -> str:
    """All that a page shows: texts, tables and charts."""
    tables = [tabled(test), *(frame.value.to_string() for frame in test.table)]
    charts = [chart.proto.spec for chart in test.get("plotly_chart")]
    return re.sub("clocks of Paris|heure de Paris", "", "\n".join([texts(test), *tables, *charts]))


def press(test: AppTest, label: str) -> None:
    next(button for button in test.button if button.label == label).click().run()


@pytest.mark.middle
@pytest.mark.parametrize(
    ("lang", "ours", "everything"),
    [
        ("en", "Our territory (Bretagne)", "All of France"),
        ("fr", "Notre territoire (Bretagne)", "Toute la France"),
    ],
)
@pytest.mark.parametrize("slug", ["", "coverage"])
def test_four_providers_in_brittany_are_not_furthest_behind_in_paris(
    built: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    slug: str,
    lang: str,
    ours: str,
    everything: str,
) -> None:
    test = run_page(monkeypatch, built(BRITTANY) / "warehouse", slug, lang)
    shown = said(test)
    assert f"**{ours}**" in shown
    assert not re.search(r"\b(Nord|Paris|Loire-Atlantique)\b", shown)
    assert "in" not in test.query_params
    if slug:
        (drawn,) = [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]
        places = {one for trace in drawn["data"] for one in trace.get("locations", [])}
        assert {"22", "29", "35", "56"} <= places and not {"75", "59", "44"} & places
        # nowhere do three come yet: the map is not grey for all that
        assert {"en": "1 provider is enough", "fr": "1 suffit"}[lang] in shown
        assert max(map(max, (trace["z"] for trace in drawn["data"] if "z" in trace))) > 0
    press(test, everything)
    assert "Paris" in said(test) and test.query_params["in"] == "country-FR"
    press(test, ours)
    assert "Paris" not in said(test) and "in" not in test.query_params


def test_what_an_address_asks_for_comes_first(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = built(BRITTANY) / "warehouse"
    for address, name in (("country-FR", "France"), ("departement-44", "Loire-Atlantique")):
        for slug in ("", "coverage"):
            test = run_page(monkeypatch, home, slug, in_=address)
            assert f"**{name}**" in texts(test) and test.query_params["in"] == address
    assert "**Our territory (Bretagne)**" in texts(
        run_page(monkeypatch, home, "coverage", in_="ours")
    )


def test_a_search_looks_in_all_of_france(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = run_page(monkeypatch, built(BRITTANY) / "warehouse", "coverage")
    test.switch_page("search/page.py")
    test.run()
    (region,) = [box for box in test.selectbox if box.label == "Region"]
    assert region.value == ""


@pytest.mark.parametrize("slug", ["", "coverage", "recruit", "projects"])
def test_without_a_file_pages_begin_with_france(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    test = run_page(monkeypatch, built("") / "warehouse", slug, view="map")
    assert "Our territory" not in texts(test)
    assert "Our territory" not in str([box.options for box in test.selectbox])


@pytest.mark.long
@pytest.mark.parametrize(
    ("slug", "view"),
    [("", ""), ("recruit", ""), ("projects", "openings")]
    + [("coverage", view) for view in ("map", "domains", "cell", "deserts", "providers")],
)
def test_several_territories_are_one_on_every_page(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, slug: str, view: str
) -> None:
    test = run_page(monkeypatch, built(SEVERAL) / "warehouse", slug, view=view or "map")
    shown = said(test)
    ours, buttons = "Our territory (Bretagne, Loire-Atlantique)", {b.label for b in test.button}
    assert not re.search(r"\b(Nord|Paris)\b", shown)
    if slug == "recruit":  # it opens at a département of it, from where both are a click away
        assert {ours, "France"} <= buttons
    else:
        assert f"**{ours}**" in shown and "All of France" in buttons


# -- choosing it -----------------------------------------------------------------------------------


@pytest.mark.long
def test_what_is_settled_is_written_once_it_is_published(
    built: Callable[[str], Path], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (data / "raw" / "providers").mkdir(parents=True)
    (data / "raw" / "providers" / "providers-2026-11-01.csv").write_text(PROVIDERS)
    here = Folders(data, data / "warehouse", tmp_path / "logs")
    for text, status in ((BRITTANY, "done"), ('[territory]\nregions = ["54"]\n', "failed")):
        states.ask(here.settling, Job("settle", here, "anne@example.org", "", sidecar=text))
        job.work(here.settling)
        found = states.state(here.settling)
        assert found and found.status == status
    assert here.settings.read_text() == BRITTANY
    stated = warehouse.manifest(here.warehouse, served(data))
    assert stated["territory"] == {"regions": ["53"], "departements": []}
    # a trial is made with it too, so that what was tried is what is served
    file = here.incoming / "one" / "more-2026-11-02.csv"
    file.parent.mkdir(parents=True)
    file.write_text(PROVIDERS.replace("p1,", "p9,"))
    for kind in ("try", "bring"):
        states.ask(file.parent, Job(kind, here, "anne", str(file), "providers", file.name))
        job.work(file.parent)
        found = states.state(file.parent)
        assert found and found.status == "done", found
        made = found.result["build"]
        if kind == "try":
            tried = made["build"]
    assert made == tried == served(data)


@pytest.mark.long
def test_a_founder_chooses_it_on_the_page(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built(""), data, symlinks=True)
    monkeypatch.setattr(paths, "DATA", data)
    monkeypatch.setenv("MAILLAGE_LOGS", str(tmp_path / "logs"))
    test = run_page(monkeypatch, data / "warehouse", "bring")
    press(test, "Begin with Bretagne")
    second = run_page(monkeypatch, data / "warehouse", "bring")  # while it is worked out
    assert not states.start(data / "settling", Job("settle", folders.here(), "b", "settings.toml"))
    for _ in range(600):
        found = states.state(data / "settling")
        if found and found.status != "running":
            break
        time.sleep(0.1)
    assert found and found.status == "done", found
    (log,) = (tmp_path / "logs").glob("access-*.jsonl")
    assert '"step": "settle"' in log.read_text()
    test.run()
    assert "Pages begin with **Bretagne**" in texts(test)
    assert territory.read(data / territory.FILE).regions == ("53",)
    second.run()
    press(second, "Begin there")
    assert "This is settled already" in texts(second)


def test_a_digest_begins_with_it(
    built: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["digest", "--lang", "en", "--warehouse", str(built(BRITTANY) / "warehouse")]
    for more, told in (([], True), (["--france"], False), (["--region", "44"], False)):
        assert main([*asked, *more]) == 0
        assert ("Bretagne" in capsys.readouterr().out.splitlines()[0]) == told


def test_the_page_proposes_where_the_data_is(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, told in (
        ("en", "The data proposes Bretagne: there are 4 of 4 active providers"),
        ("fr", "Les données proposent Bretagne : on y trouve 4 des 4 prestataires actifs"),
    ):
        test = run_page(monkeypatch, built("") / "warehouse", "bring", lang)
        assert told in texts(test) and re.search(r"15 (of|des) 17", texts(test))
    assert "Commencer par Bretagne" in [button.label for button in test.button]
