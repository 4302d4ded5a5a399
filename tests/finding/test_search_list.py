"""The list of providers: the found words are marked, a name opens its sheet, nothing is markup."""

import html
from pathlib import Path

import pytest

from tests.pages_fixture import list_data, listed, pieces, run_page

HOSTILE = [
    "<b>x</b> Durandal", "**x** Durandal", "[a](javascript:alert(1)) Durandal", "$x$ Durandal",
    ":red[x] Durandal", ":material/home: Durandal", "<img src=x onerror=alert(1)> Durandal",
    "&lt;i&gt; Durandal", "`x` Durandal", "https://www.example.org Durandal", "Durandal \u202e gpj",
]  # fmt: skip
NAMED = "".join(f"H{n},{name},company,,,,,,,,,,\n" for n, name in enumerate(HOSTILE))


def marked(cells: list[list[str]]) -> list[list[str]]:
    return [cell[1::2] for cell in cells]


@pytest.mark.parametrize(
    ("q", "title", "found"),
    [
        ("menage rennes", "Domains", [["Ménage"]]),
        ("menage rennes", "Place", [["Rennes"]]),
        ("MÉNAGES bruz", "Domains", [["Ménage"]]),
        ("coeur", "Name", [["Cœur"]]),
        ("jardins d’été", "Name", [["Jardin", "Été"]]),
        ("jardinnage brest", "Domains", [["jardinage"]]),
        ("le-gal anne", "Name", [["Anne", "Gall"]]),
        ("brest aide", "Name", [["Brest", "Aide"]]),
        ("29 jardinage", "Place", [["29"]]),
        ("bretagne gall", "Place", [["Rennes (35)"]]),
        ("sarl coeur", "Kind", [["Entreprise"]]),
        ("5521005", "SIREN", [["5521005"]]),
        ("552 100 554", "SIREN", [["552100554"]]),
        ('"Parti"', "Name", [["Parti"]]),
    ],
)
def test_the_found_words_are_marked(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, q: str, title: str, found: list[list[str]]
) -> None:
    at = run_page(monkeypatch, warehouse, "search", lang="fr", q=q)
    french = {"Name": "Nom", "Domains": "Domaines", "Place": "Lieu", "Kind": "Type"}
    cells = marked(pieces(at)[french.get(title, title)])
    assert [cell for cell in cells if cell][: len(found)] == found


def test_what_nobody_asked_for_is_not_marked(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = pieces(run_page(monkeypatch, warehouse, "search", q="menage rennes le gall"))
    found = {title: marked(column)[0] for title, column in cells.items() if marked(column)[0]}
    assert set(found) == {"Name", "Domains", "Place"}
    assert found["Name"] == ["Gall"]
    cells = pieces(run_page(monkeypatch, warehouse, "search"))
    assert not any(part for column in cells.values() for part in marked(column) if part)


def test_a_name_in_the_list_is_the_text_that_was_given(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", q="durandal")
    names = pieces(at)["Name"]
    # what HTML writes for a character is read as that character, and shown as text
    assert sorted(map("".join, names)) == sorted(map(html.unescape, HOSTILE))
    assert marked(names) == [["Durandal"]] * len(HOSTILE)
    for text in (*(e.value for e in at.markdown), *(e.proto.body for e in at.get("html"))):
        assert "urandal" not in text


def test_a_page_of_the_list_and_the_address_of_a_sheet(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = run_page(monkeypatch, warehouse, "search", sort="freshness", kind="company")
    assert list_data(at)["address"] == "?lang=en&sort=freshness&kind=company&provider="
    assert len(listed(at)) == len(HOSTILE) + 2
    at = run_page(
        monkeypatch, warehouse, "coverage", view="providers", in_="departement-29", who="aide"
    )
    assert list_data(at)["address"].endswith(
        "search?lang=en&scope=all&in=departement-29&active=1&q=aide&provider="
    )
    assert marked(pieces(at)["Name"]) == [["Aide"]]
