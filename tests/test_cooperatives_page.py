"""The Co-operatives page: each figure against a plain reckoning over the build's staging tables."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pages.cooperatives import charts, tables
from pages.shared import query
from tests.market import make_build
from tests.pages_fixture import run_page, texts

PAGE = Path(charts.__file__)
AS_OF = pd.Timestamp("2026-10-31")
COOPERATIVES = """\
siren,name,form,is_cae,legal_category,origin,domains,commune_code,departement_code,registered_on,cooperative_since,ceased_on,exit_kind,is_active
000000018,Alpha,scop,false,5458,ex_nihilo,house_cleaning|gardening,35238,,2019-02-01,2019-02-01,,,
000000026,Bêta,scic,true,5460,transformation,gardening,35047,,2001-02-01,2020-03-01,,,
000000034,Gamma,scop,false,5458,transmission,house_cleaning,75056,,1999-01-01,2020-06-01,2024-05-01,closure,
000000042,Delta,other,,,,elderly_care,,35,2021-07-01,,,,
000000059,Epsilon,,,,,,,,,,,,
000000067,Zêta,scop,false,5458,rescue,gardening,29019,,2018-01-01,2018-01-01,,,false
000000075,Êta,scop,true,5458,ex_nihilo,gardening,29019,,,,2025-02-02,liquidation,
000000083,Thêta,scic,false,,ex_nihilo,house_cleaning,69123,,2025-12-31,2025-12-31,,,
000000091,Iota,scop,,,rescue,house_cleaning,69123,,2026-01-01,2026-01-01,2026-09-30,merger,
"""
YEARS = """\
siren,year,employees,jobs_kept
000000018,2024,10,
000000018,2025,12,
000000026,2024,7,
000000026,2025,,
000000034,2024,5,40
000000042,2025,3,
000000059,2025,99,
000000083,2025,2,
"""
UNDATED = """\
siren,name,form,domains,commune_code
000000018,Alpha,scop,house_cleaning,35238
000000026,Bêta,scic,gardening,35047
"""
FILTERS: list[dict[str, str]] = [
    {},
    {"form": "scop"},
    {"form": "unknown"},
    {"scope": "gardening"},
    {"scope": "unknown"},
    {"level": "region", "code": "53"},
    {"level": "region", "code": "53", "form": "scic", "scope": "gardening"},
    {"level": "region", "code": "06"},
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cooperatives")
    drops = {
        "cooperatives/2026-10-31.csv": COOPERATIVES,
        "cooperative_years/2026-06-30.csv": YEARS,
    }
    make_build(folder, drops).close()
    return folder / "warehouse"


@pytest.fixture
def served(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))


@pytest.fixture(scope="module")
def staged(warehouse: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Co-operatives, their years, and (scope_code, domain_code), as staged."""
    path = (warehouse / "current" / "marketplace.duckdb").resolve()
    with query.cursor(str(path)) as db:
        return (
            db.execute("FROM staging.cooperatives").df(),
            db.execute("FROM staging.cooperative_years").df(),
            db.execute("FROM reference.domain_scopes").df(),
        )


def ask(name: str, **filters: str) -> pd.DataFrame:
    asked = {"scope": "all", "level": "country", "code": "FR", "form": "all"} | filters
    return query.page_sql(str(PAGE), name, **asked)


def chosen(staged: tuple[pd.DataFrame, ...], **filters: str) -> pd.DataFrame:
    """The staged co-operatives that the filters leave, reckoned row by row."""
    rows, _years, scopes = staged
    wanted = set(scopes.loc[scopes["scope_code"] == filters.get("scope", "all"), "domain_code"])
    keep = [
        bool(wanted & set(row["domain_codes"] if len(row["domain_codes"]) else ["unknown"]))
        and filters.get("form", "all") in ("all", row["form"])
        and ("level" not in filters or row["region_code"] == filters["code"])
        for _n, row in rows.iterrows()
    ]
    return rows[keep]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.usefixtures("served")
def test_the_living_and_what_is_not_known(
    staged: tuple[pd.DataFrame, ...], filters: dict[str, str]
) -> None:
    rows = chosen(staged, **filters)
    closed = (rows["exited_on"] <= AS_OF) | (rows["is_active"].eq(False).fillna(False))
    living = rows[~closed]
    got = ask("summary", **filters).iloc[0]
    dated = rows["cooperative_since"].fillna(rows["registered_on"])
    assert got["records"] == 9
    assert got["living"] == len(living)
    assert got["birth_unknown"] == dated[living.index].isna().sum()
    assert got["place_unknown"] == living["region_code"].isna().sum()
    assert got["domain_unknown"] == (living["domain_codes"].str.len() == 0).sum()
    assert got["cae"] == (living["is_cae"] == True).sum()  # noqa: E712
    by_registration = rows["cooperative_since"].isna() & rows["registered_on"].notna()
    assert got["births_by_registration"] == by_registration.sum()
    assert got["closed_undated"] == (closed & rows["exited_on"].isna()).sum()
    assert got["exits_without_birth"] == (rows["exited_on"].notna() & dated.isna()).sum()
    forms = ask("forms", **filters).set_index("form")["living"]
    assert forms.to_dict() == living["form"].value_counts().to_dict()
    domains = ask("domains", **filters).set_index("domain_code")["living"].to_dict()
    exploded = living["domain_codes"].map(lambda codes: list(codes) or ["unknown"]).explode()
    scope = filters.get("scope", "all")
    counted = exploded.value_counts().to_dict()
    assert domains == {code: n for code, n in counted.items() if scope in ("all", code)}
    regions = ask("regions", **filters)
    everywhere = {k: v for k, v in filters.items() if k not in ("level", "code")}
    anywhere = chosen(staged, **everywhere)
    gone = (anywhere["exited_on"] <= AS_OF) | anywhere["is_active"].eq(False).fillna(False)
    assert regions["living"].sum() == (~gone).sum()


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.usefixtures("served")
def test_births_exits_and_jobs_by_year(
    staged: tuple[pd.DataFrame, ...], filters: dict[str, str]
) -> None:
    rows = chosen(staged, **filters)
    born = rows["cooperative_since"].fillna(rows["registered_on"])
    rows = rows.assign(born=born)[born.notna()]
    stated = staged[1].merge(rows[["siren"]])
    got = ask("years", **filters).set_index("year")
    assert set(rows["born"].dt.year) <= set(got.index)
    for year, line in got.iterrows():
        declared = stated[(stated["year"] == year) & stated["employees"].notna()]
        end = min(pd.Timestamp(int(str(year)), 12, 31), AS_OF)
        placed = rows[rows["exited_on"].notna() | ~rows["is_active"].eq(False).fillna(False)]
        alive = (placed["born"] <= end) & ~(placed["exited_on"] <= end)
        assert line["births"] == (rows["born"].dt.year == year).sum()
        assert line["exits"] == (rows["exited_on"].dt.year == year).sum()
        assert line["net"] == line["births"] - line["exits"]
        assert line["living"] == alive.sum()
        assert line["declared"] == len(declared)
        kept = stated.loc[stated["year"] == year, "jobs_kept"]
        for column, expected in (
            ("employees", declared["employees"].sum(min_count=1)),
            ("jobs_kept", kept.sum(min_count=1)),
        ):
            assert (pd.isna(line[column]) and pd.isna(expected)) or line[column] == expected
        registered = rows["cooperative_since"].isna() & (rows["born"].dt.year == year)
        assert line["by_registration"] == registered.sum()


@pytest.mark.usefixtures("served")
def test_by_hand() -> None:
    # living: Alpha, Bêta, Delta, Epsilon, Thêta; not Gamma, Êta, Iota (ceased) nor Zêta (said so)
    facts = ask("summary").iloc[0]
    assert (facts["living"], facts["birth_unknown"], facts["closed_undated"]) == (5, 1, 1)
    years = ask("years").set_index("year")
    assert tuple(years.loc[2025, ["births", "exits", "employees", "declared"]]) == (1, 0, 17, 3)
    assert tuple(years.loc[2026, ["births", "exits", "net"]]) == (1, 1, 0)
    assert tuple(years.loc[2024, ["employees", "jobs_kept"]]) == (22, 40)


@pytest.mark.usefixtures("served")
def test_a_line_never_joins_two_scopes() -> None:
    series = query.page_sql(str(PAGE), "series")
    reference = pd.read_csv(query.ROOT / "data" / "reference" / "cooperative_series.csv")
    assert len(series) == len(reference)
    for indicator in ("cooperatives", "employees", "births"):
        rows = series[series["indicator"] == indicator]
        figure, legend = charts.national(rows.assign(shown=rows["scope_en"]), "x")
        assert len(legend) == rows["series_code"].nunique()
        drawn = 0
        for line in figure.data:
            points = set(zip(line.x, line.y, strict=True))
            owners = [
                code
                for code, own in rows.groupby("series_code")
                if points <= set(zip(own["year"], own["value"], strict=True))
            ]
            assert len(owners) == 1
            own = rows[(rows["series_code"] == owners[0]) & rows["year"].isin(line.x[1:])]
            assert not own["is_break_before"].any()
            drawn += len(line.x)
        assert drawn == len(rows)


@pytest.mark.parametrize(
    ("lang", "answer", "unknown"),
    [
        (
            "en",
            "**5 co-operatives** live on 31 Oct 2026. In 2025, **1 birth, 0 exits",
            "birth date",
        ),
        (
            "fr",
            "**5 coopératives** vivantes au 31 oct. 2026. En 2025, **1 naissance, 0",
            "de naissance",
        ),
    ],
)
def test_the_page_in_both_languages(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, lang: str, answer: str, unknown: str
) -> None:
    at = run_page(monkeypatch, warehouse, "cooperatives", lang=lang)
    said = texts(at)
    assert answer in said
    assert unknown in said
    # 12 + 3 + 2 jobs stated for 2025 by three; Alpha, Bêta, Delta and Thêta lived at its end
    assert [card.value for card in at.metric] == ["5", "+1", "17", "–"]
    of_them = {"en": "3 declared, 4 living", "fr": "3 déclarantes, 4 vivantes"}
    assert of_them[lang] in said
    scopes = {"en": "of every trade, in all of France", "fr": "de tous les métiers, dans toute"}
    assert scopes[lang] in said
    published = at.dataframe[-1].value
    assert published.iloc[:, -1].str.startswith("http").all()
    assert len(published) == 76


def test_filters_of_the_page(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "cooperatives", form="scic", in_="region-53")
    assert "**1 co-operative** lives" in texts(at)
    at = run_page(monkeypatch, warehouse, "cooperatives", in_="region-06", form="scic")
    assert "No co-operative matches these filters." in texts(at)


def test_growth_cannot_be_told_without_births(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_build(tmp_path, {"cooperatives/2026-10-31.csv": UNDATED}).close()
    at = run_page(monkeypatch, tmp_path / "warehouse", "cooperatives")
    said = texts(at)
    assert "**2 co-operatives** live" in said
    assert "**cannot be told**" in said
    assert "births" not in said.partition("Published")[0]
    at = run_page(monkeypatch, tmp_path / "warehouse", "cooperatives", lang="fr")
    assert "**On ne peut pas dire**" in texts(at)


def test_without_cooperatives_the_national_series_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drops = {"providers/2026-10-31.csv": "provider_id,commune_code\nP1,35238\n"}
    make_build(tmp_path, drops).close()
    at = run_page(monkeypatch, tmp_path / "warehouse", "cooperatives")
    said = texts(at)
    assert "No co-operative is in the data yet." in said
    assert "data/raw/cooperatives" in said
    assert "Published national figures" in said
    assert len(at.dataframe[0].value) == 76


@pytest.mark.usefixtures("served")
def test_files_carry_their_definitions(monkeypatch: pytest.MonkeyPatch, warehouse: Path) -> None:
    at = run_page(monkeypatch, warehouse, "cooperatives")
    labels = [button.proto.label for button in at.get("download_button")]
    assert {"CSV – By year", "CSV – Definitions", "XLSX"} <= set(labels)


def test_every_form_and_indicator_has_words() -> None:
    reference: Any = pd.read_csv(query.ROOT / "data" / "reference" / "cooperative_series.csv")
    assert set(tables.FORMS) == {"all", "scop", "scic", "other", "unknown"}
    for code in reference["indicator"].unique():
        assert tables.indicator_label(code) != code
