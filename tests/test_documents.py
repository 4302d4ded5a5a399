"""What the documents say is what the code does."""

from pathlib import Path

from etl.dictionary import dictionary

ROOT = Path(__file__).parents[1]


def test_the_dictionary_is_up_to_date():
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert written == dictionary() + "\n", "run: python -m etl.dictionary > data/README.md"
