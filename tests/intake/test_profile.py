"""What a file's rows became is counted as one would count it by hand, and told in two languages."""

import json
import random
from datetime import date, timedelta

import pandas as pd
import pytest

from etl import check
from etl.intake.profile import KEPT
from tests.ingesting import drop_text, only, rows

REQUESTS = """\
request_id,domain,city,postcode,created_at,status,first_response_at,filled_at,amount_eur
R1,house_cleaning,Rennes,35000,2026-01-05 09:00,filled,2026-01-05 11:00,2026-01-07 09:00,40
R2,gardening,Rennes,35000,2026-02-05,filled,,,1250
R3,gardening,Bruz,35170,2026-07-05 10:00,open,,,
R4,,,,2026-03-01 08:30,,2026-03-02 08:30,,20.5
R4,,,,2026-03-01 08:30,open,,,7
R5,sorcery,Rennes,35000,2026-05-05 12:00,cancelled,,,dear
R6,sorcery,Rennes,35000,2026-05-06 12:00,cancelled,,,cheap
R7,witchcraft,Rennes,35000,2026-05-07 12:00,expired,2026-05-01 12:00,,cheap
"""


def counted(profile: list[dict], field: str, measure: str = "value") -> dict:
    return {
        r["value"]: r["rows"] for r in profile if (r["field"], r["measure"]) == (field, measure)
    }


def ends(profile: list[dict], field: str) -> list[str]:
    found = {r["measure"]: r["value"] for r in profile if r["field"] == field}
    return [found[part] for part in ("min", "median", "max")]


def test_each_row_is_counted_once(tmp_path):
    drop_text(tmp_path, "requests", REQUESTS)
    profile = rows(only(tmp_path), "profile")
    assert counted(profile, "", "rows") == {None: 7}  # the second R4 is refused
    assert counted(profile, "place") == {"commune": 6, "unknown": 1}
    assert counted(profile, "commune") == {"35238": 5, "35047": 1}
    assert counted(profile, "departement") == {"35": 6}
    assert counted(profile, "domain") == {"house_cleaning": 1, "gardening": 2, None: 4}
    assert counted(profile, "status") == {
        "filled": 2, "open": 1, "cancelled": 2, "expired": 1, None: 1,
    }  # fmt: skip
    assert counted(profile, "status", "with filled_at")["filled"] == 1
    assert counted(profile, "status", "with first_response_at") == {
        "filled": 1, "open": 0, "cancelled": 0, "expired": 0, None: 1,
    }  # fmt: skip
    # 20.5, 40, 1250 of R4, R1, R2; "dear" and "cheap" are none
    assert ends(profile, "amount_eur") == ["20.5", "40.0", "1250.0"]
    assert counted(profile, "amount_eur", "empty") == {None: 4}
    # R7's answer came before the request; of four moments the lower one in the middle
    assert ends(profile, "first_response_at - created_at") == ["2.0", "2.0", "24.0"]
    assert ends(profile, "created_at") == [
        "2026-01-05 09:00:00", "2026-05-05 12:00:00", "2026-07-05 10:00:00",
    ]  # fmt: skip
    assert counted(profile, "created_at", "midnight") == {None: 1}
    # no value that names somebody
    texts = ("request_id", "city", "postcode")
    assert not {r["value"] for r in profile if r["field"] in texts} - {None}
    assert counted(profile, "request_id", "filled") == {None: 7}


def test_check_tells_it_in_both_languages(tmp_path, capsys):
    path = drop_text(tmp_path, "requests", REQUESTS)
    assert check.run([path], "requests", as_json=False) == 1
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "what the 7 accepted rows became:" in shown
    assert "place         to the commune 6 · place unknown 1" in shown
    assert "communes      Rennes (35238) 5 · Bruz (35047) 1" in shown
    assert len([line for line in shown if line.startswith("régions ")]) == 1
    domains = "domain        Light gardening (gardening) 2 · House cleaning and housework"
    assert any(line.startswith(domains) for line in shown)
    assert "status        cancelled 2 · filled 2 · expired 1 · open 1 · no value 1" in shown
    (amount,) = (line.split() for line in shown if line.startswith("amount_eur,"))
    assert amount == ["amount_eur,", "EUR", "20.5", "40", "1,250", "4"]
    assert "created_at: without a time of day 1" in shown
    # one reason, three findings, two values: the most frequent first
    at = shown.index(
        next(line for line in shown if line.startswith("repaired 3  “domain” names a domain"))
    )
    assert shown[at + 1] == "2 times, first on line 7 [sorcery] · line 9 [witchcraft]"
    check.run([path], "requests", as_json=False, language="fr")
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    counts = "8 lignes lues, 7 acceptées, 1 refusées, 7 corrections ; au 2026-11-01"
    assert shown[0] == f"{path} : {counts} (d’après son nom)"
    assert check.run([path], "nothing", as_json=False, language="fr") == 2
    assert "source inconnue « nothing »" in capsys.readouterr().err
    assert "lieu          à la commune 6 · lieu inconnu 1" in shown
    (amount,) = (line.split() for line in shown if line.startswith("amount_eur,"))
    assert amount == ["amount_eur,", "€", "20,5", "40", "1", "250", "4"]  # a narrow space
    check.run([path], "requests", as_json=True)
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    assert [r["line"] for r in entry["repaired_values"] if r["column_name"] == "domain"] == [
        7,
        8,
        9,
    ]
    assert {"field": "", "measure": "rows"}.items() <= entry["profile"][0].items()


def test_a_reason_that_differs_from_line_to_line_stays_open(tmp_path, capsys):
    text = "provider_id,name\nA,Anne\nB,Bob\nA,Ann\nB,Bert\n"
    path = drop_text(tmp_path, "providers", text)
    assert check.run([path], "providers", as_json=False) == 1
    shown = capsys.readouterr().out
    assert "refused 2  This key (provider_id) already stands on line …" in shown
    assert "line 4 [A] · line 5 [B]" in shown
    # no value of a person but the offending key
    assert not {"Anne", "Bob", "Ann", "Bert"} & set(shown.replace("[", " ").split())


@pytest.mark.parametrize("seed", [1, 2])
def test_pandas_counts_the_same(tmp_path, seed):
    """Numbers, days, values and their tail, recomputed from the text of the file."""
    chance = random.Random(seed)
    start = date(2019, 1, 1)
    communes = ["35238", "44109", "33063", "2A004", "97411", "", *(f"0100{n}" for n in (1, 2, 4))]
    communes += [f"350{n}" for n in range(22, 30)]
    table = pd.DataFrame(
        {
            "provider_id": [f"P{n}" for n in range(300)],
            "commune_code": [chance.choice(communes) for _ in range(300)],
            "kind": [chance.choice(["company", "individual", ""]) for _ in range(300)],
            "domains": [chance.choice(["gardening", "gardening|tutoring", ""]) for _ in range(300)],
            "reach_km": [chance.choice(["", f"{chance.random() * 60:.2f}"]) for _ in range(300)],
            "joined_on": [f"{start + timedelta(chance.randrange(2000))}" for _ in range(300)],
        }
    )
    drop_text(tmp_path, "providers", table.to_csv(index=False))
    profile = rows(only(tmp_path), "profile")
    read = table.replace("", None)
    for field in ("kind", "commune"):
        column = read["commune_code" if field == "commune" else field].dropna()
        wanted = column.value_counts().rename_axis("value").reset_index(name="rows")
        wanted = wanted.sort_values(["rows", "value"], ascending=[False, True])
        found = counted(profile, field)
        found.pop(None, None)
        assert found == dict(wanted.head(KEPT).itertuples(index=False))
        rest = wanted["rows"].iloc[KEPT:]
        assert counted(profile, field, "others") == (
            {str(len(rest)): rest.sum()} if len(rest) else {}
        )
    items = read["domains"].str.split("|").explode()
    assert counted(profile, "domains") == {
        **items.value_counts(), None: int(read["domains"].isna().sum()),
    }  # fmt: skip
    reach = read["reach_km"].dropna().astype(float)
    middle = reach.quantile(0.5, interpolation="lower")
    assert list(map(float, ends(profile, "reach_km"))) == [reach.min(), middle, reach.max()]
    assert counted(profile, "reach_km", "empty") == {None: 300 - len(reach)}
    days = read["joined_on"].sort_values().tolist()
    assert ends(profile, "joined_on") == [days[0], days[149], days[-1]]
