"""Whatever is typed is answered: no error, bounded work, and a stop after two seconds."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.finding import index, misspelt, names_of_places, parse
from pages.finding import search as searching
from pages.shared import query
from tests import search_market
from tests.pages_fixture import assert_fine, listed, run_page, texts
from tests.sizes import examples, some

ODD = search_market.ODD
TYPED = [words for words in ODD if "\ud800" not in words]  # no browser sends half a character
READ = 2  # times: as it is written, and as it is heard
# of leaving out one word, and one more each time: beside all domains that are asked for, and any
WAYS = 4 * parse.MOST_WORDS


pytestmark = pytest.mark.usefixtures("served")


@settings(max_examples=examples(60))
@given(words=st.text(max_size=60))
def test_any_text_is_answered(words: str) -> None:
    rows, total = searching.search(words)
    assert len(rows) == total <= 9


@pytest.mark.parametrize("words", ODD, ids=range(len(ODD)))
def test_odd_words_are_answered(words: str) -> None:
    searching.search(words)


def test_odd_words_in_the_box(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_page(monkeypatch, warehouse, "search")
    for words in some(TYPED, small=5, middle=12):
        if len(words) <= searching.MAX_LENGTH:
            at.text_input(key="words_q").set_value(words).run()
            assert_fine(at)


@pytest.mark.long
@pytest.mark.parametrize("slug", ["search", "coverage"])
def test_odd_words_in_the_address(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    for words in some(TYPED, small=5, middle=12):
        more = {"provider": words} if slug == "search" else {"view": "providers"}
        at = run_page(monkeypatch, warehouse, slug, q=words, who=words, page=words, **more)
        shown = at.text_input(key="words_q" if slug == "search" else "words_who").value
        assert len(shown) <= searching.MAX_LENGTH
        assert ("Only the first 200 characters" in texts(at)) == (len(words.strip()) > 250)
    at = run_page(monkeypatch, warehouse, "search", page="9" * 40)
    assert len(listed(at)) == 9


def test_words_beyond_the_most_are_left_out_and_told(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"w{n}" for n in range(30)]
    rows, _total = searching.search(" ".join(words))
    understood = rows.attrs["reading"]
    assert understood.words == words[: parse.MOST_WORDS]
    assert understood.left_out == words[parse.MOST_WORDS :]
    at = run_page(monkeypatch, warehouse, "search", q=" ".join(words))
    assert "Too many words; not searched: w12 w13" in texts(at)
    at = run_page(monkeypatch, warehouse, "search", q="menage")
    assert "Too many words" not in texts(at)


@pytest.mark.parametrize(
    "words",
    [
        *ODD,
        " ".join(f"mena{letter}e" for letter in "abcdefhijklmnopqrstuvwxyz"),
        "jardan menaje brezt coeut zoa " * 8,
        "anne gall menage coeur jardin ete gras brest aide zoe pari parti " * 3,
        "saint denis paris rennes brest lyon " * 6,
        "1 22 333 35000 75011 552100554 " * 8,
    ],
    ids=range(len(ODD) + 5),
)
def test_the_work_of_a_query_is_bounded(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    work: Counter[str] = Counter()

    def counting(place: Any, name: str, amount: Callable[..., int]) -> None:
        real = getattr(place, name)

        def counted(*args: Any, **more: Any) -> Any:
            work[name] += amount(*args)
            return real(*args, **more)

        monkeypatch.setattr(place, name, counted)

    counting(parse, "_understand", lambda *_args: 1)
    counting(index.Index, "begun", lambda *_args: 1)
    counting(index.Index, "slipped", lambda *_args: 1)
    counting(names_of_places.Names, "misspelt", lambda _names, windows, _most: len(windows))
    counting(query, "quick_sql", lambda *_args: 1)
    counting(searching, "find", lambda *_args: 1)
    rows, _total = searching.search(words, with_facets=True)
    assert work["find"] <= WAYS
    assert work["_understand"] <= READ
    assert work["slipped"] <= (READ + 1) * parse.MOST_WORDS  # and as one name
    assert work["begun"] <= 2 * (READ + 1) * parse.MOST_WORDS
    assert work["misspelt"] <= READ * misspelt.MOST_WINDOWS
    # of a phrase, of a radius, of the rows of one page, of words, places and names that are heard
    assert work["quick_sql"] <= WAYS + 5
    assert len(rows) <= searching.PAGE_SIZE
    assert len(rows.attrs["reading"].words) <= parse.MOST_WORDS


@pytest.fixture
def slow(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same build, but whoever asks it for the providers of a page waits for hours."""
    folder = tmp_path / "slow"
    shutil.copytree((warehouse / "current").resolve(), folder / "builds" / "slow")
    (folder / "current").symlink_to("builds/slow")
    database = folder / "builds" / "slow" / "marketplace.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "UPDATE quality.build SET build_id = 'slow';"
            " CREATE TABLE marts.fast AS FROM marts.providers;"
            " DROP TABLE marts.providers; CREATE VIEW marts.providers AS SELECT fast.* FROM"
            " marts.fast AS fast WHERE (SELECT max(hash(one.range * two.range)) FROM"
            " range(100_000_000) AS one CROSS JOIN range(100_000_000) AS two) > 0"
        )
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(folder))
    return folder


@pytest.mark.middle
def test_a_query_is_stopped_after_two_seconds_with_a_message(
    slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(query.TooLong, match="longer than 2 s"):
        searching.search("menage")
    with pytest.raises(AssertionError, match="longer than 2 s and was stopped"):
        run_page(monkeypatch, slow, "search", q="menage")  # which fails at what the page says
