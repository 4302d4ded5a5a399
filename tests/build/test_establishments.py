"""Numbers of firms and establishments: zeros are none, and one SIRET is one establishment."""

import json
import shutil

import pytest

from etl import check
from etl.build import make, warehouse
from etl.problems import Note
from etl.words import reasons
from pages.finding.search import search
from tests.ingesting import drop_text, findings, only, rows
from tests.market import make_build, metric
from tests.pages_fixture import run_page, texts
from tests.shared_files import shared_file

SIREN = "552100554"
SIRET = f"{SIREN}00013"

# -- zeros -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("siren", "siret", "found"),
    [
        ("000000000", "", ["siren_zeros"]),
        ("000 000 000", "", ["siren_zeros"]),
        ("0", "", ["siren_zeros"]),
        ("00000000", "", ["siren_zeros"]),  # eight: a spreadsheet took a zero away
        ("", "00000000000000", ["siret_zeros"]),
        ("", "000 000 000 00000", ["siret_zeros"]),
        ("", "00000000000018", ["siret_zeros"]),  # passes its check digit
        ("", "00000000000013", ["siret_zeros"]),
        ("999999999", "11111111111111", ["siren_check", "siret_check"]),
        ("000006536", "00000653600015", []),  # low numbers are numbers
        ("6536", "", ["siren_length"]),
    ],
)
def test_a_number_of_zeros_is_none(tmp_path, siren, siret, found):
    drop_text(tmp_path, "providers", f"provider_id;siren;siret\nP;{siren};{siret}\n")
    drop = only(tmp_path)
    assert [reason for _, _, reason in findings(drop, "repaired")] == found
    (row,) = rows(drop)
    assert (row["siren"] is None, row["siret"] is None) == (
        not siren or any("siren" in reason for reason in found),
        not siret or any("siret" in reason for reason in found),
    )


def test_each_repeated_digit_but_zero_fails_its_check_digit(tmp_path):
    lines = "".join(f"{n},{str(n) * 9},{str(n) * 14}\n" for n in range(1, 10))
    drop_text(tmp_path, "providers", f"provider_id,siren,siret\n{lines}")
    assert {reason for _, _, reason in findings(only(tmp_path), "repaired")} == {
        "siren_check", "siret_check",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text", "table"),
    [
        ("cooperatives", "siren\n000000000\n", "refused"),
        ("cooperative_years", "siren,year\n000 000 000,2025\n", "refused"),
        ("projects", "project_id,siren\n1,000000000\n", "repaired"),
    ],
)
def test_zeros_are_refused_as_a_key_and_left_out_elsewhere(tmp_path, source, text, table):
    drop_text(tmp_path, source, text)
    drop = only(tmp_path)
    assert findings(drop, table) == [(2, "siren", "siren_zeros")]
    (row,) = rows(drop, table)
    assert row["reason_en"].startswith("“siren” is zeros, which are nobody’s SIREN.")
    assert row["reason_fr"].startswith("« siren » ne contient que des zéros")
    assert row["reason_fr"].endswith("ou laissez la cellule vide.")


@pytest.mark.middle
def test_no_provider_becomes_a_scop_by_zeros(tmp_path):
    """Three associations wrote zeros, as did a SCOP in formation: none of them is one."""
    raw = tmp_path / "raw"
    shutil.copytree(shared_file("cases/foreign/06-zero-siren"), raw)
    result = make.build(raw, tmp_path / "warehouse")
    assert result.is_published
    assert result.sources["cooperatives"]["refused"] == 1
    with warehouse.open_build((tmp_path / "warehouse" / "current").resolve()) as con:
        assert con.execute(
            "SELECT provider_id, siren, is_scop, is_cooperative FROM marts.providers ORDER BY 1"
        ).fetchall() == [(f"P{n}", None, False, False) for n in (1, 2, 3)]
        assert con.execute("SELECT siren FROM marts.cooperatives").fetchall() == [(SIREN,)]


def test_a_siren_of_zeros_gives_way_to_the_start_of_the_siret(tmp_path):
    drops = {
        "providers/a-2026-11-01.csv": f"provider_id,siren,siret\nA,000000000,{SIRET}\nB,{SIREN},0\n"
    }
    with make_build(tmp_path, drops) as con:
        assert con.execute("SELECT siren, siret FROM marts.providers ORDER BY ALL").fetchall() == [
            (SIREN, SIRET), (SIREN, None),
        ]  # fmt: skip


# -- one SIRET, several identifiers ----------------------------------------------------------


def siret(number: int) -> str:
    """A SIRET with a right check digit, of a firm and establishment of their own."""
    body = f"{checked(f'8{number:07d}')}0001"
    return checked(body)


def checked(body: str) -> str:
    """The digits with the one that makes them pass (Luhn)."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in body[::-1][::2]]
    return body + str(-(sum(doubled) + sum(map(int, body[::-1][1::2]))) % 10)


RENNES, NANTES, BREST = "35238", "44109", "29019"
HEAD = "provider_id,kind,siret,domains,commune_code,reach_km,capacity_per_month,price_hour_eur,"
HEAD += "joined_on,left_on,is_active,is_published\n"
# X: three ids, the last line on offer speaks; Y: the later line left, the earlier is on offer;
# Z: one line unpublished; each of the others stands alone
TWINS = {
    "providers/a-2026-10-31.csv": HEAD
    + f"""X1,association,{siret(1)},menage,{RENNES},10,4,30,2026-01-10,,,
X2,company,{siret(1)},menage|jardinage,{NANTES},10,5,20,2026-03-10,,,
X3,association,{siret(1)},menage,{NANTES},10,6,25,2026-05-10,,,
X4,association,{siret(1)},menage,{BREST},10,7,25,2026-05-10,2026-09-10,,
Y1,individual,{siret(2)},menage,{RENNES},10,8,10,2026-02-10,,,
Y2,individual,{siret(2)},jardinage,{RENNES},10,9,10,2026-01-10,2026-06-10,,
Z1,individual,{siret(3)},menage,{RENNES},10,,12,2026-01-10,,,
Z2,individual,{siret(3)},menage,{RENNES},10,,12,2026-01-10,,,false
A,individual,,menage,{RENNES},10,,14,2026-01-10,,,
B,individual,{siret(4)[:-1]}0,menage,{RENNES},10,,16,2026-01-10,,,
""",
    "requests/a-2026-10-31.csv": "request_id,domain,commune_code,created_at,status,filled_at,"
    "provider_id\n"
    f"""1,menage,{RENNES},2026-08-01,filled,2026-08-02,X1
2,menage,{RENNES},2026-08-01,filled,2026-08-02,X3
3,menage,{RENNES},2026-08-01,filled,2026-08-02,A
4,menage,{RENNES},2026-08-01,open,,
5,menage,{NANTES},2026-08-01,filled,2026-08-02,nobody
""",
    "responses/a-2026-10-31.csv": "request_id,provider_id,responded_at\n"
    "1,X1,2026-08-01T10:00\n1,X2,2026-08-01T09:00\n1,X4,2026-08-01T12:00\n"
    "2,X3,2026-08-01T10:00\n2,A,2026-08-01T11:00\n3,A,2026-08-01T10:00\n",
}


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    with make_build(tmp_path_factory.mktemp("twins"), TWINS) as con:
        yield con


def supply(con, level: str, code: str, scope: str) -> int:
    row = con.execute(
        "SELECT providers_based FROM marts.territory_supply"
        " WHERE level = ? AND code = ? AND scope_code = ? AND kind = 'all'",
        [level, code, scope],
    ).fetchone()
    return row[0] if row else 0


def test_three_identifiers_of_one_siret_do_not_cover_a_town(tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(shared_file("cases/foreign/04-same-siret"), raw)
    assert make.build(raw, tmp_path / "warehouse").is_published
    with warehouse.open_build((tmp_path / "warehouse" / "current").resolve()) as con:
        assert supply(con, "country", "FR", "house_cleaning") == 1
        shown = "SELECT DISTINCT providers FROM marts.commune_supply WHERE scope_code = 'all'"
        assert con.execute(shown).fetchall() == [(1,)]
        for k in (1, 3):
            found = metric(con, "coverage_population", scopes=["house_cleaning"], k=k)
            assert (found.numerator[0] > 0) == (k == 1)
        listed = "SELECT line, reason_code FROM quality.repaired_values WHERE column_name = 'siret'"
        assert con.execute(listed).fetchall() == [
            (2, "siret_of_several_providers"), (3, "siret_of_several_providers"),
        ]  # fmt: skip
        # each id stays a row
        assert con.execute("SELECT count(*) FROM marts.providers").fetchone() == (3,)


def test_the_latest_row_on_offer_speaks(twins):
    """X as X3 in Nantes, Y as Y1, Z as Z1, and A and B: five, of whom X left Rennes."""
    assert twins.execute(
        "SELECT provider_id FROM marts.providers WHERE is_counted ORDER BY 1"
    ).fetchall() == [(each,) for each in ("A", "B", "X3", "Y1", "Z1")]
    assert supply(twins, "country", "FR", "all") == 5
    assert supply(twins, "commune", RENNES, "all") == 4
    assert supply(twins, "departement", "44", "house_cleaning") == 1
    assert supply(twins, "departement", "29", "all") == 0
    # X2 and Y2 offered gardening, but neither speaks
    assert supply(twins, "country", "FR", "gardening") == 0
    kinds = "SELECT kind, providers_based FROM marts.territory_supply WHERE level = 'country'"
    assert dict(twins.execute(f"{kinds} AND scope_code = 'all'").fetchall()) == {
        "all": 5, "association": 1, "individual": 4,
    }  # fmt: skip


def test_capacity_price_and_share_are_of_who_speaks(twins):
    # X3 6, Y1 8, and 1 each for Z1, A and B, who do not say
    assert twins.execute(
        "SELECT sum(capacity_per_month) FROM staging.catchment_supply WHERE scope_code = 'all'"
    ).fetchone() == (17,)
    # 25, 10, 12, 14, 16
    price = metric(twins, "price", scopes=["all"])
    assert (price.value[0], price.n[0]) == (14, 5)
    assert metric(twins, "scop_share_providers", scopes=["all"]).denominator[0] == 5


def test_history_counts_who_spoke_then(twins):
    """X in Rennes from January, in Nantes from March (X2), in Brest from May to September (X4 is
    the later line of two who joined that day), in Nantes since (X3); it joins once and never
    leaves. Y gardens from January (Y2), and is a cleaner once Y1, an earlier line, is alone."""
    month = "SELECT providers, joined, left_providers FROM marts.supply_months"
    month += " WHERE level = ? AND code = ? AND scope_code = ? AND kind = 'all' AND month = ?"

    def told(code: str, on: str, scope: str = "all") -> tuple:
        level = "country" if code == "FR" else "departement"
        return twins.execute(month, [level, code, scope, on]).fetchone() or (0, 0, 0)

    assert told("FR", "2026-01-01") == (5, 5, 0)
    assert told("FR", "2026-03-01") == told("FR", "2026-09-01") == (5, 0, 0)
    counts = {
        code: [told(code, f"2026-{on:02}-01")[0] for on in (1, 3, 5, 8, 9)]
        for code in ("35", "44", "29")
    }
    assert counts == {"35": [5, 4, 4, 4, 4], "44": [0, 1, 0, 0, 1], "29": [0, 0, 1, 1, 0]}
    assert [told("FR", f"2026-{on:02}-01", "gardening")[0] for on in (1, 3, 5, 6)] == [1, 2, 1, 0]


def test_hires_and_answers_are_shared_by_establishment(twins):
    """Hires: X two, A one, nobody known one; answers: X one of request 1, X and A of request 2."""
    index = metric(twins, "concentration", scopes=["all"]).iloc[0]
    assert index.value == pytest.approx(10_000 * (4 + 1 + 1) / 16)
    assert (index.providers, index.largest_share) == (3, 0.5)
    used = metric(twins, "utilisation", scopes=["all"]).iloc[0]
    assert (used.numerator, used.denominator) == (2, 5)
    for k, served in ((1, 3), (2, 1), (3, 0)):
        found = metric(twins, "results_at_least_k", scopes=["all"], k=k).iloc[0]
        # filled without an answer that anybody told of: left out
        assert (found.numerator, found.denominator) == (served, 4)
    first = "SELECT first_response_hours FROM staging.requests WHERE request_id = '1'"
    assert twins.execute(first).fetchone() == (9,)
    own = "SELECT provider_id, answers, hires FROM marts.provider_months ORDER BY ALL"
    assert twins.execute(own).fetchall() == [
        ("A", 2, 1), ("X1", 1, 1), ("X2", 1, 0), ("X3", 1, 1), ("X4", 1, 0), ("nobody", 0, 1),
    ]  # fmt: skip


@pytest.mark.middle
def test_a_search_counts_providers_and_lists_records(tmp_path, monkeypatch):
    make_build(tmp_path, TWINS)
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(tmp_path / "warehouse"))
    found, total = search("", with_facets=True)
    # X, Y, Z, A and B, all of them on offer
    assert (total, found.attrs["providers"], found.attrs["active"]) == (10, 5, 5)
    facets = found.attrs["facets"]
    counts = {(row.facet, row.value): row.n for row in facets.itertuples() if row.n}
    assert counts == {
        ("active", "1"): 5, ("domain", "house_cleaning"): 5, ("domain", "gardening"): 2,
        ("kind", "association"): 1, ("kind", "company"): 1, ("kind", "individual"): 4,
        ("territory", "53"): 5, ("territory", "52"): 1,
    }  # fmt: skip
    page = texts(run_page(monkeypatch, tmp_path / "warehouse", "search"))
    assert "**5 providers** found in 10 records, 5 of them are active." in page


def test_partners_see_one_contributor(twins):
    """Of the quarter that ended in September: X (X3 since the 10th), Y, Z, A and B."""
    offered = "SELECT contributor FROM marts.provider_quarters WHERE scope_code = 'all' AND"
    assert twins.execute(f"{offered} quarter = DATE '2026-07-01' ORDER BY 1").fetchall() == sorted(
        [("A",), ("B",), *((siret(n)[:9],) for n in (1, 2, 3))]
    )
    hired = "SELECT contributor, sum(hires) FROM marts.provider_hires GROUP BY 1 ORDER BY 1"
    assert twins.execute(hired).fetchall() == [(siret(1)[:9], 2), ("A", 1), ("nobody", 1)]


def test_repeats_are_listed_where_they_stand_and_told_of_the_file(twins):
    listed = "SELECT line FROM quality.repaired_values WHERE reason_code = ? ORDER BY 1"
    assert twins.execute(listed, ["siret_of_several_providers"]).fetchall() == [
        (2,), (3,), (5,), (7,), (9,),
    ]  # fmt: skip
    (arguments,) = twins.execute(
        "SELECT arguments FROM quality.file_notes WHERE note_code = 'shared_siret'"
    ).fetchone()
    told = reasons.note(Note("shared_siret", json.loads(arguments)), "en")
    assert told.startswith(
        f"SIRET under several identifiers: 3, in 8 rows; the first is {siret(1)} (lines 2, 3, 4, 5)"
    )


def test_check_tells_of_a_siret_under_several_identifiers(tmp_path, capsys):
    path = tmp_path / "p-2026-10-31.csv"
    path.write_text(f"provider_id,siret\n1,{SIRET}\n2,{SIRET}\n2,{SIRET}\n3,\n4,\n")
    check.run([path], "providers", as_json=False, language="fr")
    told = f"1, dans 2 lignes ; le premier est {SIRET} (lignes 2, 3)"
    assert f"SIRET sous plusieurs identifiants : {told}" in capsys.readouterr().out
    path.write_text(f"provider_id,siret\n1,{SIRET}\n2,\n")
    check.run([path], "providers", as_json=False, language="fr")
    assert "SIRET" not in capsys.readouterr().out
