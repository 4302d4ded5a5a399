"""The synthetic marketplace: same arguments, same bytes; the asked numbers; a likely shape."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.sample import NotASample, sample
from etl.sample.identifiers import check_digit
from etl.sample.world import add_months

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
SMALL = {"providers": 300, "requests": 1_500, "cooperatives": 20, "months": 9}


def digests(directory: Path) -> dict[str, str]:
    """Hash of every file by its path."""
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def read(path: Path) -> pd.DataFrame:
    """A drop as text, whatever its style."""
    is_spreadsheet = not path.name.endswith(".gz") and ";" in path.read_bytes()[:200].decode()
    separator, encoding = (";", "cp1252") if is_spreadsheet else (",", "utf-8")
    return pd.read_csv(path, dtype=str, sep=separator, encoding=encoding)


def source(directory: Path, name: str) -> pd.DataFrame:
    """Every row of a source, drop after drop."""
    paths = sorted(p for p in (directory / name).iterdir() if p.suffix != ".toml")
    return pd.concat([read(path).assign(drop=path.name) for path in paths], ignore_index=True)


def latest(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The last drop's row of each key, and of two in a drop the first."""
    rows = rows[rows[key].notna()].drop_duplicates([key, "drop"], keep="first")
    return rows.drop_duplicates(key, keep="last").set_index(key)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Hashes of a small sample."""
    directory = tmp_path_factory.mktemp("small")
    sample(directory, **SMALL)
    return digests(directory)


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of the default size."""
    directory = tmp_path_factory.mktemp("sample") / "raw"
    written = sample(directory)
    assert written["files"] == len([p for p in digests(directory) if not p.endswith(".toml")])
    return directory


@pytest.fixture(scope="module")
def requests(default: Path) -> pd.DataFrame:
    """The last state of every request that can be read."""
    rows = source(default, "requests")
    rows["created"] = pd.to_datetime(rows["created_at"], errors="coerce")
    return latest(rows[rows["created"].notna()], "request_id")


@pytest.fixture(scope="module")
def providers(default: Path) -> pd.DataFrame:
    """The last state of every provider."""
    return latest(source(default, "providers"), "provider_id")


@pytest.mark.middle
def test_another_seed_gives_another_marketplace(small: dict[str, str], tmp_path: Path) -> None:
    sample(tmp_path, seed=2, **SMALL)
    other = digests(tmp_path)
    assert small.keys() == other.keys()
    for name in ("providers", "requests", "responses", "cooperatives", "project_steps"):
        assert small[f"{name}/{name}-2026-10-31.csv"] != other[f"{name}/{name}-2026-10-31.csv"]


@pytest.mark.middle
def test_same_bytes_again_over_a_former_sample_and_nothing_else(
    small: dict[str, str], tmp_path: Path
) -> None:
    sample(tmp_path / "raw", until=date(2025, 3, 15), **SMALL)
    sample(tmp_path / "raw", **SMALL)
    assert digests(tmp_path / "raw") == small
    own = tmp_path / "raw" / "providers" / "our-own-2026-01-01.csv"
    own.write_text("provider_id\nx\n", encoding="utf-8")
    before = digests(tmp_path / "raw")
    with pytest.raises(NotASample, match="our-own-2026-01-01"):
        sample(tmp_path / "raw", **SMALL)
    assert digests(tmp_path / "raw") == before


@pytest.mark.parametrize(("name", "number"), [("providers", 0), ("months", 0), ("seed", -1)])
def test_refuses_numbers_that_make_no_marketplace(tmp_path: Path, name: str, number: int) -> None:
    with pytest.raises(ValueError, match=name):
        sample(tmp_path / "raw", **{**SMALL, name: number})
    assert not (tmp_path / "raw").exists()


@pytest.mark.middle
def test_the_smallest_sample(tmp_path: Path) -> None:
    written = sample(tmp_path, providers=1, requests=0, cooperatives=0, months=1)
    assert "requests" not in written
    assert source(tmp_path, "providers")["provider_id"].dropna().nunique() == 1


@pytest.mark.middle
def test_every_drop_is_marked_synthetic(default: Path) -> None:
    names = set(digests(default))
    drops = {name for name in names if not name.endswith(".toml")}
    assert {f"{name}.toml" for name in drops} | drops == names
    for name in drops:
        sidecar = (default / f"{name}.toml").read_text(encoding="utf-8")
        assert "synthetic = true" in sidecar
        assert ("snapshot" in sidecar) == name.startswith("cooperatives/")


@pytest.mark.middle
def test_numbers_are_those_asked_for(default: Path, requests: pd.DataFrame) -> None:
    assert source(default, "providers")["provider_id"].dropna().nunique() == 4_000
    assert len(requests) == 60_000
    assert source(default, "cooperatives")["siren"].nunique() == 120
    assert requests["created"].min() >= pd.Timestamp("2023-11-01")
    assert requests["created"].max() < pd.Timestamp("2026-11-01")


@pytest.mark.middle
def test_answers_belong_to_requests_and_hires_to_answers(
    default: Path, requests: pd.DataFrame, providers: pd.DataFrame
) -> None:
    answers = source(default, "responses")
    answers["at"] = pd.to_datetime(answers["responded_at"], errors="coerce")
    answers = answers[answers["at"].notna() & answers["provider_id"].notna()]
    is_known = answers["request_id"].isin(requests.index)
    assert 0 < (~is_known).sum() < 0.001 * len(answers)
    answers = answers[is_known].drop_duplicates(["request_id", "provider_id", "at"])
    assert answers["provider_id"].isin(providers.index).all()
    created = answers["request_id"].map(requests["created"])
    assert (answers["at"] >= created).all()
    counted = answers.groupby("request_id").size().reindex(requests.index, fill_value=0)
    assert (counted == requests["responses"].astype(int)).all()
    first = answers.groupby("request_id")["at"].min()
    told = pd.to_datetime(requests["first_response_at"]).dropna()
    wrong = told < requests.loc[told.index, "created"]
    assert 0 < wrong.sum() < 0.002 * len(told)
    assert (told[~wrong] == first.reindex(told[~wrong].index)).all()
    hires = requests[requests["filled_at"].notna()]
    pairs = pd.MultiIndex.from_frame(hires.reset_index()[["request_id", "provider_id"]])
    assert pairs.isin(pd.MultiIndex.from_frame(answers[["request_id", "provider_id"]])).all()
    joined = pd.to_datetime(hires["provider_id"].map(providers["joined_on"]))
    assert (joined <= hires["created"]).all()


@pytest.mark.middle
def test_statuses_agree_with_dates(requests: pd.DataFrame) -> None:
    end = pd.Timestamp("2026-11-01")
    filled = requests["status"] == "filled"
    assert (
        requests.loc[filled, ["filled_at", "provider_id", "amount_eur", "fee_eur"]]
        .notna()
        .all(axis=None)
    )
    closed = requests["status"].isin(["cancelled", "expired"])
    assert requests.loc[closed, "closed_at"].notna().all()
    still = requests[requests["status"] == "open"]
    assert still[["filled_at", "closed_at"]].isna().all(axis=None)
    assert (still["created"] >= end - pd.Timedelta(days=31)).all()
    amount, fee = (
        requests[n].str.replace(",", ".").astype(float) for n in ("amount_eur", "fee_eur")
    )
    assert (fee / amount).dropna().between(0.098, 0.152).all()


def test_demand_follows_the_seasons_and_grows(requests: pd.DataFrame) -> None:
    by_month = requests.groupby([requests["domain"], requests["created"].dt.month]).size().unstack()
    assert by_month.loc["gardening", 5] > 4 * by_month.loc["gardening", 12]
    assert by_month.loc["tutoring", 10] > 3 * by_month.loc["tutoring", 7]
    years = requests.groupby((requests["created"] - pd.DateOffset(months=10)).dt.year).size()
    assert years.is_monotonic_increasing


def test_supply_is_thick_in_cities_and_thin_in_deserts(requests: pd.DataFrame) -> None:
    place = requests["commune_code"].str[:2]
    filled = requests["filled_at"].notna()
    assert filled[place.isin(["75", "92", "93", "94"])].mean() > 0.75
    assert filled[place.isin(["15", "23", "36", "48", "52", "58"])].mean() < 0.3
    assert 0.5 < filled.mean() < 0.7


def test_most_providers_are_individuals_and_every_departement_has_some(
    providers: pd.DataFrame,
) -> None:
    assert (providers["kind"] == "individual").mean() == pytest.approx(0.68, abs=0.01)
    communes = pd.read_csv(REFERENCE / "communes.csv", dtype=str, keep_default_na=False)
    place = providers["commune_code"].map(communes.set_index("commune_code")["departement_code"])
    names = communes.drop_duplicates("name").set_index("name")["departement_code"]
    found = set(place.dropna()) | set(providers["departement_code"].dropna())
    found |= set(providers["city"].map(names).dropna())
    assert found == set(communes["departement_code"])


def test_identifiers_are_valid_and_tie_cooperatives(default: Path, providers: pd.DataFrame) -> None:
    cooperatives = source(default, "cooperatives")["siren"]
    siren = providers["siren"].dropna()
    assert not siren.loc[providers["kind"] == "individual"].any()
    number = siren.astype(int).to_numpy()
    assert (check_digit(number // 10, 8) == number % 10).all()
    mine = providers[providers["kind"] == "cooperative"]
    assert len(mine) > 0
    assert mine["siren"].isin(cooperatives).all()
    siret = providers["siret"].dropna().astype(int).to_numpy()
    wrong = check_digit(siret // 10, 13) != siret % 10
    assert 0 < wrong.sum() < 0.01 * len(siret)


@pytest.mark.middle
def test_cooperatives_die_at_a_likely_rate(tmp_path: Path) -> None:
    sample(tmp_path, providers=1, requests=0, cooperatives=1_000, months=1)
    rows = latest(source(tmp_path, "cooperatives"), "siren")
    gone = pd.to_datetime(rows["ceased_on"])
    since = pd.to_datetime(rows["cooperative_since"])
    vanished = rows["drop"] < "cooperatives-2026-10-31.csv"  # left without a word
    gone = gone.where(~vanished, pd.to_datetime(rows["drop"].str[13:23]))
    cohort = (since >= "2016-11-01") & (since < "2021-10-31")
    alive = gone.isna() | (gone - since > pd.Timedelta(days=5 * 365))
    assert alive[cohort].mean() == pytest.approx(0.78, abs=0.05)


@pytest.mark.middle
def test_there_is_something_to_refuse_and_to_repair(default: Path) -> None:
    rows = source(default, "requests")
    assert rows["request_id"].isna().any()
    assert rows.dropna(subset="request_id").duplicated(["request_id", "drop"]).any()
    assert pd.to_datetime(rows["created_at"], errors="coerce").isna().any()
    assert (rows["domain"] == "conciergerie 2.0").any()
    assert (rows["postcode"] == "00000").any()
    assert rows["amount_eur"].str.contains(",", na=False).any()
    first = (default / "providers" / "providers-2023-10-31.csv").read_bytes()
    assert b";" in first
    assert "é".encode("cp1252") in first
    assert (default / "responses" / "responses-2024-01-31.csv.gz").exists()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 10, 31), -1, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 31)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2026, 5, 30), -3, date(2026, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_months_end_where_months_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
