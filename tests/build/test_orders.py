"""No figure depends on an order that nobody states: every query is looked at in DuckDB's own plan.

Where a test here fails on a new query: write the ORDER BY whose keys no two rows share; add doubles
up with sum_in_order; or, where the order is total already, say by which key in TOTAL.
"""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from etl import layers, paths
from etl.build import make, warehouse
from etl.insight.priorities import CELLS
from etl.sample import sample
from tests import cooperative_market
from tests.market import write_drops
from tests.orders import Watch, plan, unstated, with_values

ROOT = Path(__file__).resolve().parents[2]
# The last key of an order, why no two rows share it (with the keys before it), and where.
TOTAL = {
    ("drop_number", "a key comes once in a drop"): (
        "staging.abroad", "staging.cooperative_years", "staging.cooperatives", "staging.events",
        "staging.population",
        "staging.project_steps", "staging.projects", "staging.provider_versions",
        "staging.responses", "staging.targets",
    ),
    ("file_id", "each file has its number"): ("accepted.drops",),
    ("organisation", "a project's grants are summed by organisation"): ("contributions",),
    ("year", "a key of its contract, after the firm or the territory and band"): (
        "marts.commune_need", "marts.cooperatives", "marts.projects",
        "pages/search/years_of_firm.sql",
    ),
    ("rid", "each row has its own"): (
        "SELECT count(*) AS met, arg_min(text, rid) AS value FROM (SE",
        "SELECT count(*) AS met, arg_min(text, rid) AS value, min(lin",
        "SELECT count(now), count(DISTINCT now), arg_min(now IS NOT N",
    ),
    ("value", "grouped by it"): ("profile", "pages/quality/profile_findings.sql"),
    ("line", "distinct lines of a file"): ("corrected",),
    ("key", "distinct keys of a file"): ("corrected",),
    ("age_days", "grouped by it"): ("published.survival", "etl/insight/metrics/survival.sql"),
    ("bucket", "one row a bucket"): (
        "etl/insight/metrics/first_response.sql", "pages/shared/answered_in_periods.sql",
    ),
    ("version", "numbered before"): ("staging.establishment_periods",),
    ("day", "distinct"): ("staging.establishment_periods",),
    ("establishment_id", "distinct"): ("marts.concentration_months",),
    ("hires", "of two turns of a month one adds hires, one takes them"): (
        "marts.concentration_months",
    ),
    ("month", "one row a month"): ("marts.months",),
    ("word", "distinct"): ("marts.search_words",),
    ("siren", "one row a firm"): ("marts.nearest_caes",),
    ("provider_id", "one row a provider"): (
        "marts.providers", "marts.search_rows", "staging.establishment_periods",
        "staging.providers",
    ),
    ("domain_code", "one row a domain"): ("marts.search_domains", "reference.scopes"),
    ("scope_code", "territories × scopes"): ("marts.concentration_months",),
    ("scope_code", "one row a scope"): ("etl/insight/priorities/ranked_domains.sql",),
    ("commune_code", "the key of the reference"): (
        "commune_codes", "etl/insight/changes/changed_places.sql",
        "etl/insight/priorities/ranked_communes.sql", "pages/finding/communes_by_sound.sql",
        "pages/finding/largest_commune.sql",
    ),
    ("near_commune_code", "one row a place, with the codes before it"): ("marts.search_places",),
    ("code", "one row a commune"): ("pages/coverage/desert_communes.sql",),
    ("code", "one row a région"): ("pages/bring/proposed_regions.sql",),
    ("reason_code", "of which a column has one a line"): (
        "pages/quality/refused_rows.sql", "pages/quality/repaired_values.sql",
    ),
    ("arguments", "rows alike stand for each other"): ("pages/quality/rows_to_correct.sql",),
    # a key that is not shown has no name in a plan
    ("?", "provider_id, one row a provider"): ("pages/coverage/nearest_providers.sql",),
}  # fmt: skip
# Queries of which DuckDB writes no plan, beside plain reading of files
UNREAD = {
    "marts.commune_accessibility": "sums of decimals, and of doubles on one grid",
    "WITH told AS ( SELECT * FROM shown_cells WHERE status IN ('s": "compares sums with room",
}
# Files whose queries no test here runs
ELSEWHERE = {
    "etl/build/keys_alike.sql": "with a name of a column put in; pairs in order of both",
    "etl/build/keys_of_others.sql": "with names of columns put in; in order of files",
    "etl/disclosure/earlier.sql": "of an edition before; in order of contributors and parts",
    "etl/disclosure/check.sql": "over a frame of Python's; rows in order of cells",
    "etl/bring/agreeing.sql": "of one file that came back; counts, in order of files",
    "etl/bring/text_cells.sql": "of the sample of one file, a row for each text",
    "etl/bring/facts.sql": "of the sample of one file; in order of columns",
    "etl/bring/known_events.sql": "of a build that is served; in order of its key",
    "etl/bring/repeated.sql": "of the sample of one file; in order of columns",
    "etl/bring/own_files.sql": "of a build that is served; in order of files",
    "etl/bring/where_rows_fall.sql": "of one file; counts in order of rows and codes",
    "etl/bring/refused.sql": "of a build that is served; in order of files and lines",
    "etl/bring/refused_files.sql": "of a build that is served; in order of files",
    "etl/bring/known_targets.sql": "of a build that is served; in order of its key",
    "etl/intake/sirene.sql": "one head office a firm: by its number, then by its line",
    "etl/intake/findings_grouped.sql": "of one file; examples by number, line and value, each once",
    "etl/sample/drawn_providers.sql": "over frames of Python's; lists and rows in order of numbers",
    "etl/sample/drawn_requests.sql": "over a frame of Python's, rows in order of numbers",
    "etl/sample/drawn_responses.sql": "over a frame of Python's, rows in order of numbers",
}
# Files of several rows without an order of their own
IN_NO_ORDER = {
    "etl/insight/changes/moved_cells.sql": "a table for other queries",
    "etl/insight/changes/moved_providers.sql": "a table for other queries",
    "etl/insight/changes/scope_loads.sql": "a table for other queries",
    "pages/quality/unknowns.sql": "the parts of a UNION ALL follow each other",
}
WRITTEN = re.compile(r"\b(any_value|arg_\w+|avg|first|last|list|product|row_number|sum)\s*\(|LIMIT")


def plain(sql: str) -> str:
    """A statement without its lines of comment, on one line."""
    return " ".join(re.sub(r"(?m)^\s*--.*\n", "", sql).rstrip("; \n").split())


def left_to_chance(found: dict[str, set[str]], *, asked: bool) -> list[str]:
    """What no entry of TOTAL speaks for, and the entries that nothing needs any more."""
    left, met = [], set()
    entries = {
        (key.strip(), place)
        for (key, _), places in TOTAL.items()
        for place in places
        if ("/" in place) == asked
    }
    for place, each in sorted((place, each) for place, every in found.items() for each in every):
        key = re.search(r" ORDER BY .*?(\w+|\?)\)?$", each)
        if key and (key[1], place) in entries:
            met.add((key[1], place))
        else:
            left.append(f"{place}: {each}")
    return left + sorted(f"{place}: {key} is no key there" for key, place in entries - met)


@pytest.fixture(scope="module")
def watch(tmp_path_factory) -> tuple[Watch, Path]:
    """A sample and a build, every query of which was looked at; the build's folder."""
    folder = tmp_path_factory.mktemp("orders")
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", watch.connect)
        sample(folder / "sample", providers=20, requests=40, cooperatives=4, months=1)
        raw = write_drops(folder / "raw", cooperative_market.DROPS)
        for source in ("events", "population", "providers", "responses", "targets"):
            shutil.copytree(folder / "sample" / source, raw / source, dirs_exist_ok=True)
        points = raw / "requests" / "points-2026-01-31.csv"
        points.parent.mkdir(exist_ok=True)
        points.write_text("request_id,created_at,lat,lon\nA-1,2026-01-05,47.2184,-1.5536\n")
        assert make.build(raw, folder / "warehouse").is_published
    return watch, (folder / "warehouse" / "current").resolve()


@pytest.mark.middle
def test_no_query_of_a_build_leaves_anything_to_chance(watch):
    assert left_to_chance(watch[0].found, asked=False) == []
    unread = watch[0].unread
    assert {place for place, (sql, _) in unread.items() if WRITTEN.search(sql)} <= UNREAD.keys()
    assert set(UNREAD) <= unread.keys()


@pytest.mark.middle
def test_every_query_that_the_build_has_in_a_file_was_looked_at(watch):
    seen = "\n".join(map(plain, watch[0].statements))
    for path in sorted((ROOT / "etl").rglob("*.sql")):
        name = str(path.relative_to(ROOT))
        if name in ELSEWHERE or path in (*ASKED, layers.SHELL):
            continue
        for statement in duckdb.extract_statements(path.read_text(encoding="utf-8")):
            query = plain(statement.query)
            if re.match(r"(CREATE (OR REPLACE )?(TEMP )?TABLE|SELECT|WITH|FROM)", query):
                assert query in seen, (name, query[:80])


ASKED = [
    path
    for folder in ("etl/insight", "pages")
    for path in sorted((ROOT / folder).rglob("*.sql"))
    if path != layers.SHELL  # what metrics repeat: asked with each of them
]


@pytest.fixture(scope="module")
def builds(watch, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """That build, served and as the one before, and what changed between the two."""
    served = watch[1] / warehouse.DATABASE
    before = shutil.copy(served, tmp_path_factory.mktemp("before") / "before.duckdb")
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{served}' AS served (READ_ONLY)")
    partners = watch[1] / warehouse.PARTNERS
    connection.execute(f"ATTACH '{partners}' AS partners (READ_ONLY)")
    connection.execute(f"ATTACH '{before}' AS previous (READ_ONLY); USE served")
    for folder, names in (
        ("changes", ("moved_cells", "moved_providers", "scope_loads")), ("priorities", CELLS),
    ):  # fmt: skip
        for name in names:
            file = layers.read_sql(paths.ETL / "insight" / folder / f"{name}.sql")
            connection.execute(f"CREATE TEMP TABLE {name} AS {file.body}")
    return connection


def test_no_query_that_is_asked_of_a_build_leaves_anything_to_chance(builds):
    found = {}
    for path in ASKED:
        file = layers.read_sql(path)
        name = str(path.relative_to(ROOT))
        builds.execute("USE partners" if "published.edition" in file.body else "USE served")
        found[name] = unstated(file.body, plan(builds, with_values(file.body, {})))
        is_one_row = re.match(r"one row($|,)", file.header.get("grain", ""))
        is_ordered = re.search(r"(?m)^ORDER BY|ORDER BY [^()]*\Z", file.body)
        assert is_one_row or is_ordered or path.parent.name == "metrics" or name in IN_NO_ORDER, (
            name
        )
    assert left_to_chance(found, asked=True) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT any_value(a) FROM t GROUP BY b", "any_value(a)"),
        ("SELECT list(DISTINCT a) FROM t", "list(a)"),
        ("SELECT list(a ORDER BY b) FROM t", "list(a) ORDER BY b"),
        ("SELECT list(a ORDER BY b, a) FROM t", None),
        ("SELECT arg_max(a, b) FROM t", "arg_max(a) ORDER BY b"),
        ("SELECT sum(x) FROM t", "sum(x) of doubles"),
        ("SELECT avg(x) OVER (PARTITION BY a) FROM t", "avg() of doubles PARTITION BY a"),
        ("SELECT sum(a) OVER (ORDER BY b), sum(x) OVER (ORDER BY a) FROM t", None),
        ("SELECT sum(a), avg(a), max(x) FROM t", None),
        ("SELECT list_sum(list(x ORDER BY x)), list_avg([0.1, 0.2]) FROM t", None),
        ("SELECT * FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1",
         "row_number() PARTITION BY a ORDER BY b"),
        ("SELECT a FROM t LIMIT 1", "LIMIT"),
        ("SELECT a FROM t ORDER BY a LIMIT 1", "LIMIT ORDER BY a"),
        ("SELECT DISTINCT ON (a) b FROM t", "DISTINCT ON"),
        ("SELECT unnest(l), unnest([a, b]) FROM t", "unnest(…), unnest(…)"),
        ("SELECT unnest([1, 2]), unnest([3])", "unnest(…), unnest(…)"),
        ("SELECT unnest([1, 2]), unnest([a, b]) FROM t", None),
        ("SELECT random() FROM t", "random()"),
        ("SELECT (SELECT max(a) FROM t), a IN (SELECT b FROM t) FROM t", None),
    ],
)  # fmt: skip
def test_what_depends_on_an_order_is_seen(query, expected):
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b INTEGER, x DOUBLE, l INTEGER[])")
        assert unstated(query, plan(connection, query)) == ({expected} if expected else set())
