"""Numbers like 1.250, where nothing but the rest of their column tells what its mark means."""

import pytest

from tests.ingesting import drop_text, findings, only, rows

DAY = "a-2026-11-20"


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["1.250", "1,300", "40"], [None, None, 40]), (["1.250", "12,5"], [None, 12.5]),
        (["1,234,567", "1,250"], [1234567, None]), (["1.250,00", "1.250 €"], [1250, None]),
        (["1,234.50", "12.125", "1,250"], [1234.5, 12.125, None]),
        (["0.250", "1.500", "1,5"], [0.25, 1.5, 1.5]), (["1.250", "1.300"], [1.25, 1.3]),
        (["1 250,125", "12,125"], [1250.125, 12.125]),
    ],
)  # fmt: skip
def test_numbers_whose_mark_the_column_contradicts_are_set_aside(tmp_path, texts, read):
    lines = "".join(f"R{n};2026-10-01;{one}\n" for n, one in enumerate(texts))
    drop_text(tmp_path, "requests", f"request_id;created_at;amount_eur\n{lines}", f"{DAY}.csv")
    drop = only(tmp_path)
    assert [row["amount_eur"] for row in rows(drop)] == read
    aside = [(n, "amount_eur", "either_mark") for n, one in enumerate(read, 2) if one is None]
    assert findings(drop, "repaired") == aside


def test_a_factor_does_not_hide_which_mark_the_column_contradicts(tmp_path):
    text = "request_id;created_at;Minutes\nR1;2026-10-01;1.250\nR2;2026-10-01;1,300\n"
    text += "R3;2026-10-01;90\n"
    drop_text(tmp_path, "requests", text, f"{DAY}.csv")
    verbs = '[rename]\nhours = "Minutes"\n[times]\nhours = "1/60"\n'
    drop_text(tmp_path, "requests", verbs, f"{DAY}.csv.toml")
    assert [row["hours"] for row in rows(only(tmp_path))] == [None, None, 1.5]
    drop_text(tmp_path, "requests", f'decimal = "."\n{verbs}', f"{DAY}.csv.toml")
    assert [row["hours"] for row in rows(only(tmp_path))] == [
        0.0208333333333333,
        21.6666666666667,
        1.5,
    ]
