"""A link that names what is not here says so, and nothing is shown as if it were that."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl.paths import PAGES as FOLDER
from pages import PAGES
from pages.shared import asked
from tests import cooperative_market
from tests.market import make_build
from tests.pages_fixture import run_page, tabled, texts
from tests.sizes import some

OPENED = [
    (role, page.slug)
    for role in ("founder", "partner")
    for page in PAGES
    if role in page.audience and page.slug != "bring"
]
# what stands in a link that somebody wrote by hand, or that is older than the data
WRONG = {
    "scope": "knitting", "in": "region-999", "period": "2031-01..2031-02", "measure": "luck",
    "view": "x-ray", "tab": "second", "k": "11", "days": "5", "kind": "robot",
    "domain": "gardening",
}  # fmt: skip
NAMED = {"scope": "a domain", "in": "a place", "period": "a period", "measure": "a measure"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    make_build(folder, cooperative_market.DROPS).close()
    return folder / "warehouse"


def about_the_link(test: AppTest) -> list[str]:
    return [one.value for one in test.warning if "This link" in one.value]


def all_else(test: AppTest) -> list[str]:
    """All that the page says but the word about the link, and what its pick lists show."""
    told = {line for one in about_the_link(test) for line in one.split("\n")}
    said = [line for line in texts(test).split("\n") if line not in told]
    said += [f"{one.label}: {one.value}" for one in test.selectbox]
    return [*said, tabled(test)]


@pytest.mark.middle
@pytest.mark.parametrize(("role", "slug"), some(OPENED, small=4, middle=6))
def test_what_is_not_here_is_told_and_nothing_is_shown_as_if_it_were(
    monkeypatch, home, role, slug
) -> None:
    view = {"as_": "partner"} if role == "partner" else {}
    plain = run_page(monkeypatch, home, slug, **view)
    assert not about_the_link(plain)
    opened = run_page(monkeypatch, home, slug, **view, in_=WRONG["in"], **{
        name: value for name, value in WRONG.items() if name != "in"
    })  # fmt: skip
    (told,) = about_the_link(opened)
    for name, value in WRONG.items():
        written = value.replace("-", "\\-").replace(".", "\\.")
        what = (
            f"{NAMED[name]} that is not here: {written}" if name in NAMED else f"{name}={written}"
        )
        assert what in told, name
    assert all_else(opened) == all_else(plain)
    assert not WRONG.keys() & {*opened.query_params}, "the address says what is shown"
    opened.run()
    assert not about_the_link(opened)


def test_what_a_link_asks_for_in_several_ways_is_told(monkeypatch, home) -> None:
    """And of territories to compare one that stands there twice, or a fourth."""
    plain = run_page(monkeypatch, home, "compare")
    twice = run_page(monkeypatch, home, "compare", places=["region-53", "region-76"], k=["2", "2"])
    (told,) = about_the_link(twice)
    assert "in several ways: places=region\\-53, places=region\\-76." in told and "k=" not in told
    assert all_else(twice) == all_else(plain) and "places" not in twice.query_params
    foreign = run_page(monkeypatch, home, "compare", lang="xx")
    assert "not here: lang=xx." in about_the_link(foreign)[0]
    assert "lang" not in foreign.query_params
    for many in ("region-53,region-53", "region-53,region-76,region-84,region-11"):
        opened = run_page(monkeypatch, home, "compare", places=many)
        assert "not here: places=region" in about_the_link(opened)[0]
        assert all_else(opened) == all_else(plain)


@pytest.mark.middle
def test_a_link_that_is_right_is_not_spoken_of(monkeypatch, home) -> None:
    shared = {"scope": "family_home", "in_": "departement-35", "k": "2", "kind": "company"}
    for slug in ("overview", "search", "cooperatives", "projects"):
        opened = run_page(monkeypatch, home, slug, period="3", days="7", **shared)
        assert not about_the_link(opened), slug


def test_the_territory_carries_over_to_the_overview(monkeypatch, home) -> None:
    france = run_page(monkeypatch, home, "overview")
    rennes = run_page(monkeypatch, home, "overview", in_="commune-35238")
    assert "**Ille-et-Vilaine**" in texts(rennes) and "**Ille-et-Vilaine**" not in texts(france)
    assert [one.value for one in rennes.metric] != [one.value for one in france.metric]


def names_read(modules: Iterable[Path]) -> Iterator[str]:
    """The names that the modules of a page look up in the address."""
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = {
                "read": node.args[:1], "pick": node.args[:1], "number": node.args[:1],
                "switch": node.args[:1],
                "box": [*node.args[1:2], *(k.value for k in node.keywords)],
            }.get(name, [])  # fmt: skip
            yield from (
                one.value
                for one in given
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


@pytest.mark.parametrize("slug", asked.OWN)
def test_each_page_is_known_by_the_names_that_it_reads(slug: str) -> None:
    modules = list((FOLDER / slug).glob("*.py"))
    own = "".join(path.read_text("utf-8") for path in modules)
    for name, call in (
        ("parts", "parts.choose("), ("event_change", "event_change.show("),
        ("tabs", "tabs."),
    ):  # fmt: skip
        if call in own:
            modules.append(FOLDER / "shared" / f"{name}.py")
    found = {*names_read(modules)} - asked.SHARED.keys()
    assert {name for name in found if name.isidentifier()} == asked.OWN[slug]
