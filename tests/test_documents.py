"""What the documents say is what the code does."""

from pathlib import Path

from etl.reference.make_dictionary import dictionary

ROOT = Path(__file__).parents[1]


def test_the_dictionary_is_up_to_date():
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert written == dictionary() + "\n", (
        "run: python -m etl.reference.make_dictionary > data/README.md"
    )


def test_the_dictionary_tells_the_other_names_of_a_column():
    line = next(line for line in dictionary().splitlines() if line.startswith("| longitude |"))
    assert "Also read under `lon`, `lng`, `long`, `x`, `coord_x`, " in line
    assert "`geo_lng`, where latitude has a column too." in line
