"""Relations among figures of firms that no head of the list declares are found and protected."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.build import warehouse
from etl.disclosure import published_tables, undeclared
from etl.disclosure.published_tables import Relation, Table, Term
from etl.words import partner_status
from tests.disclosing import Publisher, rows_of

FIRMS, YEARS = 12, range(2020, 2025)
PLAIN = [Table("invented", "firms", {}, "", ())]


def drawn(seed: int, measures: list[str]) -> pd.DataFrame:
    """Figures of firms that have nothing to do with each other."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            {"contributor": f"f{n}", "period": str(year), "measure": measure,
             "value": float(draw.integers(0, 60)), "base": None}
            for n in range(FIRMS) for year in YEARS for measure in measures
        ]
    )  # fmt: skip


def planted(rows: pd.DataFrame, terms: list[Term]) -> pd.DataFrame:
    """With a measure more that the terms give, for every firm and year that has them all."""
    figures = rows.set_index(["measure", "contributor", "period"])["value"]
    more = []
    for n in range(FIRMS):
        for year in YEARS:
            keys = [(term.measure, f"f{n}", str(year + term.lag)) for term in terms]
            if all(key in figures.index for key in keys):
                total = sum(t.sign * figures[key] for t, key in zip(terms, keys, strict=True))
                more.append((f"f{n}", str(year), "planted", total, None))
    return pd.concat([rows, pd.DataFrame(more, columns=rows.columns)])


TERMS = st.lists(
    st.builds(
        Term,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([-1, 0, 1]),
        st.sampled_from([1, -1]),
    ),
    min_size=1, max_size=3, unique_by=lambda term: (term.measure, term.lag),
)  # fmt: skip


@given(st.integers(0, 10**6), TERMS)
def test_a_planted_relation_is_found(seed: int, terms: list[Term]) -> None:
    rows = planted(drawn(seed, ["a", "b", "c", "d"]), terms)
    (found,) = undeclared.find(PLAIN, rows)
    both = [*found.own, *(Term(t.measure, t.lag, -t.sign) for t in found.other)]
    mine = [Term("planted", 0, 1), *(Term(t.measure, t.lag, -t.sign) for t in terms)]
    assert undeclared._normal(both) == undeclared._normal(mine)


@given(st.integers(0, 10**6))
def test_where_there_is_none_none_is_found(seed: int) -> None:
    rows = drawn(seed, ["a", "b", "c"])
    few = rows.assign(value=rows["value"].where(rows["contributor"] == "f3", 0.0))
    assert undeclared.find(PLAIN, rows) == [] and undeclared.find(PLAIN, few) == []


def test_what_a_head_declares_is_not_found_again() -> None:
    terms = (Term("a", -1, 1), Term("b", 0, -1))
    rows = planted(drawn(1, ["a", "b"]), list(terms))
    # the same, said of the year before and turned round
    said = Relation((Term("b", -1, 1), Term("planted", -1, 1)), (Term("a", -2, 1),))
    assert undeclared.find([Table("invented", "firms", {}, "", (said,))], rows) == []
    assert [undeclared.text(one) for one in undeclared.find(PLAIN, rows)] == [
        "a = b[+1] + planted[+1]"
    ]


@pytest.mark.middle
def test_the_list_declares_all_that_follows_in_the_sample(sample_market: Path) -> None:
    """Of the whole list: nothing is left to find, and without its heads flows and stocks are."""
    tables = [table for table in published_tables.tables() if table.protects == "firms"]
    served = (sample_market / "warehouse" / "current").resolve()
    with warehouse.open_build(served, warehouse.DATABASE) as connection:
        rows = pd.concat([connection.execute(table.body).df() for table in tables])
    assert undeclared.find(tables, rows) == []
    bare = [Table(t.name, t.protects, t.header, t.body, ()) for t in tables]
    assert any("lost" in undeclared.text(one) for one in undeclared.find(bare, rows))


def test_what_is_found_is_protected_and_told(tmp_path: Path) -> None:
    """Jobs of two years less the flows would be what happened to a firm whose flow is unknown."""
    firms = [(f"f{n}", 10.0 + n, 10.0 + n + (n % 3 - 1) * 3) for n in range(24)]
    both = [*firms, ("new", 0.0, 9.0)]
    jobs = rows_of(
        [one for f, a, b in both for one in ((f, "11", a, "2023"), (f, "11", b, "2024"))]
    )
    change = rows_of([(f, "11", b - a) for f, a, b in firms], "grown", "flows")
    publisher = Publisher(tmp_path, {"jobs": "", "flows": "-- country_only: grown\n"})
    told, cells = publisher.edition(pd.concat([jobs, change]))
    assert told["relations"] == ["grown = jobs - jobs[-1]"]
    assert set(cells[cells["measure"] == "grown"]["status"]) == {"withheld"}
    _, said = partner_status.in_words(told | {"is_new": True}, "en")
    assert "protected as if it did: grown = jobs - jobs[-1]" in said[1]
