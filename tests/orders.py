"""What a query leaves to chance, read from DuckDB's own plan of it, with macros written out."""

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

# one of several rows, or rows in a row: which, only an ORDER BY says
PICKS = {
    "any_value", "arbitrary", "arg_max", "arg_max_null", "arg_min", "arg_min_null", "array_agg",
    "first", "group_concat", "histogram", "last", "list", "listagg", "max_by", "min_by", "mode",
    "string_agg",
}  # fmt: skip
PLACES = {"first_value", "lag", "last_value", "lead", "nth_value", "ntile", "row_number"}
# doubles round with each addition; approximations go by the order of rows too
ROUNDED = {
    "avg", "corr", "covar_pop", "covar_samp", "entropy", "favg", "fsum", "geometric_mean",
    "kahan_sum", "kurtosis", "mean", "product", "regr_slope", "skewness", "stddev", "stddev_pop",
    "stddev_samp", "sum", "var_pop", "var_samp", "variance",
}  # fmt: skip
GUESSED = {"approx_count_distinct", "approx_quantile", "approx_top_k", "reservoir_quantile"}
OF_THE_MOMENT = {
    "current_date", "gen_random_uuid", "get_current_timestamp", "nextval", "now", "random", "today",
    "uuid",
}  # fmt: skip
# the table that a statement fills, and the query that fills it
FILLS = (
    r"CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW) (\S+) AS\s+(.*)",
    r"INSERT INTO (\S+)(?: BY NAME)?\s+(.*)",
    r"COPY \((.*)\) TO '.*",
    r"(.*)",
)
Node = dict[str, Any]


def unstated(sql: str, plans: list[Node]) -> set[str]:
    """What in a query's plans depends on an order, each as `function(argument) ORDER BY keys`."""
    return {found for plan in plans for node in _nodes(plan) for found in _judged(node, sql)}


def _nodes(node: Any) -> Iterator[Node]:
    """Every operator and expression of a plan; not what goes on inside a function of lists, whose
    members have an order."""
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each)
    elif isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key != "function_data":
                yield from _nodes(value)


def _judged(node: Node, sql: str) -> Iterator[str]:
    kind, name = node.get("expression_class"), _name(node)
    if kind == "BOUND_AGGREGATE":
        words = [_text(child) for child in node["children"]]
        orders = [_text(each["expression"]) for each in (node["order_bys"] or {}).get("orders", [])]
        # subqueries and pivots have aggregates of their own, of one row each
        is_own = _is_written(name, sql) and "__internal" not in "".join(words)
        if name in PICKS and is_own and not set(words[:1]) <= set(orders):
            yield f"{name}({words[0]})" + _by(orders or words[1:])
        of_doubles = any(each["id"] in ("DOUBLE", "FLOAT") for each in node["arguments"])
        if name in GUESSED or (name in ROUNDED and of_doubles):
            yield f"{name}({', '.join(words)}) of doubles"
    elif kind == "BOUND_WINDOW":
        name = name or node["type"].removeprefix("WINDOW_").lower()
        words = [_text(each) for each in node["partitions"]]
        orders = [_text(each["expression"]) for each in node["orders"]]
        if name in PLACES and _is_written(name, sql):
            yield f"{name}() PARTITION BY {', '.join(words)}" + _by(orders)
        if name in ROUNDED and node["return_type"]["id"] in ("DOUBLE", "FLOAT") and not orders:
            yield f"{name}() of doubles PARTITION BY {', '.join(words)}"
    elif kind == "BOUND_FUNCTION" and name in OF_THE_MOMENT:
        yield f"{name}()"
    elif node.get("type") in ("LOGICAL_LIMIT", "LOGICAL_TOP_N") and re.search(r"\bLIMIT\b", sql):
        below = node["children"][0]
        yield "LIMIT" + _by([_text(each["expression"]) for each in below.get("orders", [])])
    elif node.get("type") == "LOGICAL_DISTINCT" and "ON" in str(node.get("distinct_type")):
        yield "DISTINCT ON"
    elif node.get("type") == "LOGICAL_UNNEST" and len(node["expressions"]) > 1:
        lists = [each["child"] for each in node["expressions"]]
        is_told = all(
            _name(each) == "list_value" or "_REF" not in json.dumps(each) for each in lists
        )
        if not is_told or len({len(each.get("children") or "") for each in lists}) > 1:
            yield "unnest(…), unnest(…)"  # DuckDB pairs their members, and pads the shorter


def _is_written(name: str, sql: str) -> bool:
    """DuckDB adds functions of its own to a plan."""
    return re.search(rf"\b{name}\s*\(", sql, re.I) is not None


def _by(orders: list[str]) -> str:
    return f" ORDER BY {', '.join(orders)}" if orders else ""


def _name(node: Node) -> str:
    return ((node.get("qname") or {}).get("path") or [""])[-1]


def _text(node: Node) -> str:
    kind = node.get("expression_class")
    if kind in ("BOUND_REF", "BOUND_COLUMN_REF"):
        return node.get("alias") or "?"
    if kind == "BOUND_CONSTANT":
        return str((node.get("value") or {}).get("value"))
    if kind == "BOUND_CASE":
        return "CASE"
    inside = node.get("children") or ([node["child"]] if node.get("child") else [])
    name = _name(node) or node.get("type", "").removeprefix("OPERATOR_").lower()
    return f"{name}({', '.join(map(_text, inside))})"


def literal(value: object) -> str:
    """A parameter's value written into a query."""
    if value is None or isinstance(value, bool | int):
        return "NULL" if value is None else str(value)
    if isinstance(value, float):
        return f"{value!r}::DOUBLE"
    if isinstance(value, datetime.date):
        return f"DATE '{value}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    return "'" + str(value).replace("'", "''") + "'"


def with_values(sql: str, parameters: Any) -> str:
    """A query with its parameters written out; those not given are NULL."""
    if isinstance(parameters, dict):
        return re.sub(r"\$([a-z_]\w*)", lambda at: literal(parameters.get(at[1])), sql)
    values = iter(parameters or ())
    return re.sub(r"\?|\$\d+", lambda _: literal(next(values, None)), sql)


def _filled(sql: str) -> tuple[str, str]:
    """The table that a statement fills (else how its query begins), and its query."""
    sql = re.sub(r"(?m)^\s*--.*\n", "", sql).strip()
    match = next(filter(None, (re.fullmatch(each, sql, re.S) for each in FILLS)))
    query = match.groups()[-1]
    return match[1] if match.lastindex == 2 else " ".join(query.split())[:60], query


def plan(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Node]:
    """The plans of a SELECT. Raises ValueError where DuckDB cannot write them down."""
    row = connection.execute("SELECT json_serialize_plan($sql)", {"sql": sql}).fetchone()
    found = json.loads(row[0]) if row else {"error": True, "error_message": ""}
    if found["error"]:
        raise ValueError(found["error_message"])
    return found["plans"]


class Watch:
    """Looks at every query of the connections that are made through `connect`.

    found: what each leaves to chance, by the table it makes or what it begins with; unread: those
    that have no plan (text, reason); statements: all that were looked at.
    """

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}
        self.unread: dict[str, tuple[str, str]] = {}
        self.statements: set[str] = set()
        self._connect = duckdb.connect

    def connect(self, *arguments: Any, **options: Any) -> "Watched":
        return Watched(self._connect(*arguments, **options), self)

    def look(self, connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any) -> None:
        if sql in self.statements:
            return
        self.statements.add(sql)
        place, query = _filled(sql)
        if not re.match(r"(SELECT|WITH|FROM|PIVOT)\b", query):
            return
        try:
            plans = plan(connection, with_values(query, parameters))
        except (ValueError, duckdb.Error) as error:
            self.unread[place] = query, str(error)
            return
        if found := unstated(query, plans):
            self.found.setdefault(place, set()).update(found)


class Watched:
    """A connection whose queries are looked at before they run, one by one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, watch: Watch) -> None:
        self._connection, self._watch = connection, watch

    def execute(self, query: Any, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        for each in duckdb.extract_statements(query) if isinstance(query, str) else [query]:
            # the plan of a view over Parquet files cannot be written down, that of a table can
            sql = each.query.replace("CREATE VIEW accepted.", "CREATE TABLE accepted.", 1)
            self._watch.look(self._connection, sql, parameters)
            self._connection.execute(sql, parameters)
        return self._connection

    def cursor(self) -> "Watched":
        return Watched(self._connection.cursor(), self._watch)

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
