"""Several tables in one text or sheet: those below the first are told."""

import pytest

from tests.ingesting import drop_text, only
from tests.intake.test_told import DAY, book, dropped, notes

HEAD = ["provider_id", "name", "city"]
ROWS = [["P1", "A", "Brest"], ["P2", "B\nand C", "Brest"]]


@pytest.mark.parametrize(
    ("below", "line"),
    [
        ([[], ["Prestation", "Prix", ""], ["Ménage", "25", ""]], 5),
        ([["Prestation", "Prix", ""], ["Ménage", "25", ""]], None),  # a row like any other
        ([[], HEAD, ["P3", "C", "Brest"]], None),  # told as the header once more
        ([[], ["P3", "C", "Brest"]], None),
        ([[], ["Bretagne", "", ""], ["P3", "C", "Brest"]], None),  # a title between the rows
        ([[], ["Prestation", "Prix", ""]], None),
    ],
)
def test_a_header_below_a_blank_line_is_told(tmp_path, below, line):
    drop = dropped(tmp_path / "sheet", "providers", book([HEAD, *ROWS, *below]))
    assert notes(drop).get("second_table", {}).get("line") == line
    cells = ([f'"{cell}"' for cell in row] for row in (HEAD, *ROWS, *below))
    text = "".join(";".join(row) + "\n" for row in cells)
    drop_text(tmp_path / "text", "providers", text, f"{DAY}.csv")
    told = notes(only(tmp_path / "text")).get("second_table")
    names = ["Prestation", "Prix"]
    assert told == (line and {"line": line + 1, "names": names, "met": 1})


def test_the_end_of_a_sheet_is_no_blank_line(tmp_path):
    made = book([HEAD, *ROWS], [HEAD, ["Jean", "Jean", "Brest"], *ROWS], names=["One", "Other"])
    drop_text(tmp_path, "providers", 'sheets = ["One", "Other"]', f"{DAY}.xlsx.toml")
    assert "second_table" not in notes(dropped(tmp_path, "providers", made))
