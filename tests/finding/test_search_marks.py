"""Found words are marked in a name, and a name is never markup."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.finding import highlight, lexicon

HOSTILE = [
    "<script>alert(1)</script>", "**bold**", "[x](javascript:alert(1))", ":red[x]", "$x$", "<b>x",
    "<img src=x onerror=alert(1)>", "&lt;i&gt;", "`x`", "\"><mark>", "l'été d'Œuvre",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_found_words_are_marked_and_nothing_else_is_markup(name: str) -> None:
    for found in (
        frozenset({"bold", "alert", "x", "script", "mark", "ete", "oeuvre"}),
        frozenset(),
    ):
        shown = highlight.marked(name, frozenset(found))
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert html.unescape(bare) == name and not set('<>"') & set(bare)
        assert ("<mark>" in shown) == any(
            set(map(lexicon.stem, lexicon.fold(part).split())) & found
            for part in name.replace("'", " ").split()
        )


@given(name=st.text(max_size=40), words=st.lists(st.text(max_size=8), max_size=3))
def test_whatever_the_name_the_marks_are_the_only_tags(name: str, words: list[str]) -> None:
    shown = highlight.marked(name, frozenset(words))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert html.unescape(bare) == html.unescape(html.escape(name)) and "<" not in bare


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Jardin d'Été", ["Jardin", "Été"]),
        ("Les Jardins", ["Jardins"]),
        ("L’Œuvre-Été", ["Œuvre", "Été"]),
        ("Le Jardin-Bleu", ["Jardin"]),
        ("D'ECO", ["D'ECO"]),  # found joined
        ("Aide & Jar-din", ["Jar-din"]),
        ("jardins  jardinage", ["jardins"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
    ],
)
def test_the_words_themselves_are_marked(name: str, found: list[str]) -> None:
    words = frozenset({"jardin", "ete", "oeuvre", "deco"})
    shown = highlight.pieces(name, words)
    assert shown[1::2] == found and "".join(shown) == name
