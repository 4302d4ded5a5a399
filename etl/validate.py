"""One file's `raw` table through its contract: accepted, refused and repaired rows, in SQL.

The layers, each a table or a view of the same connection: raw -> texts (clean text per contract
field) -> places, domain_texts, approval_texts (distinct writings, looked up once) -> typed
(values, and one column of reason codes per field) -> issues -> three Parquet files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from etl.contract import (
    PLACE,
    PLACE_OUTPUT,
    SQL_TYPES,
    Contract,
    Field,
    Reading,
    name,
    quote,
    reading,
)
from etl.mapping import Mapping
from etl.sidecar import Sidecar

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Counts:
    """Rows read, accepted and refused (read = accepted + refused), and values repaired."""

    read: int
    accepted: int
    refused: int
    repaired: int


class Validation:
    """Compiles and runs the passes over one file."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract,
        mapping: Mapping,
        sidecar: Sidecar,
    ) -> None:
        self.con, self.contract, self.mapping = con, contract, mapping
        self.sidecar = sidecar

    def run(self) -> None:
        """Fills `typed`, `issues` and `refused_rows`."""
        self.con.execute(f"SET TimeZone = {quote(self.sidecar.time_zone)}")
        self.con.execute(self.texts_sql())
        self.look_up()
        self.con.execute(self.typed_sql())
        self.con.execute(self.issues_sql())
        self.repeated_keys()

    # -- texts ---------------------------------------------------------------------------------

    def texts_sql(self) -> str:
        missing = ", ".join(quote(value) for value in self.contract.missing if value)
        longest = max(map(len, self.contract.missing))
        self.con.execute(
            f"CREATE OR REPLACE MACRO known(words) AS CASE WHEN length(words) <= {longest} "
            f"AND lower(words) IN ({missing}) THEN NULL ELSE words END"
        )
        decimal = quote(self.sidecar.decimal) if self.sidecar.decimal else "NULL"
        trimmed = "".join(f", trimmed(c{i}) AS c{i}" for i in self.mapping.used)
        cells = "".join(f", known(c{i}) AS k{i}" for i in self.mapping.used)
        numbers = "".join(f", read_number(k{i}, {decimal}) AS n{i}" for i in self.mapping.numbers)
        plain = {f"k{i}" for i in self.mapping.used}
        mapped, texts = "", ""
        for field in self.contract.names:
            text = self.mapping.texts.get(field, "NULL::VARCHAR")
            is_clean = text in plain or text == "NULL::VARCHAR"
            mapped += f", {text} AS {name('t_' + field)}"
            clean = name("t_" + field) if is_clean else f"known(trimmed({name('t_' + field)}))"
            texts += f", {clean} AS {name('x_' + field)}"
        entries = len(self.mapping.entries)
        rid, entry, each = "line", "", ""
        if entries:
            rid, entry = f"line * {entries} + entry - 1", ", entry"
            each = f", (SELECT unnest(range(1, {entries + 1})) AS entry)"
        # Each layer names what the next one uses: macros repeat their arguments.
        layer = f"SELECT line{entry}{trimmed} FROM raw{each}"
        layer = f"SELECT line{entry}{cells} FROM ({layer})"
        layer = f"SELECT *{numbers} FROM ({layer})" if numbers else layer
        layer = f"SELECT line{entry}{mapped} FROM ({layer})"
        order = " ORDER BY rid" if entries else ""
        select = f"SELECT {rid} AS rid, line{texts} FROM ({layer}){order}"
        return f"CREATE OR REPLACE TABLE texts AS {select}"

    # -- lookups -------------------------------------------------------------------------------

    def look_up(self) -> None:
        if self.contract.has_place:
            inputs = ", ".join(f"x_{field} AS {field}" for field in PLACE)
            self.make("place_inputs", f"SELECT DISTINCT {inputs} FROM texts", "places.sql")
        for lookup, script in (("domains", "domains.sql"), ("approvals", "approvals.sql")):
            for field in self.contract.lookup_fields(lookup):
                text = f"x_{field.name}"
                select = f"SELECT DISTINCT {text} AS text FROM texts WHERE {text} IS NOT NULL"
                self.make(script.replace("s.sql", "_inputs"), select, script)
        if self.contract.lookup_fields("territory"):
            self.con.execute(self.territories_sql())

    def make(self, table: str, select: str, script: str) -> None:
        self.con.execute(f"CREATE OR REPLACE TABLE {table} AS {select}")
        self.con.execute((HERE / script).read_text(encoding="utf-8"))

    def territories_sql(self) -> str:
        level = self.plain_reading(self.contract["territory_level"]).value
        written = f"{level} AS level, upper(whole_code(x_territory_code)) AS code"
        return (
            "CREATE OR REPLACE TABLE territories AS SELECT x_territory_level AS level_given, "
            "x_territory_code AS code_given, territory_code FROM ("
            f"SELECT DISTINCT x_territory_level, x_territory_code, {written} "
            "FROM texts) AS given LEFT JOIN territory_codes ON territory_codes.level = given.level "
            "AND territory_codes.code = CASE "
            "WHEN given.level IN ('region', 'departement') AND length(given.code) = 1 "
            "OR given.level = 'commune' AND length(given.code) = 4 THEN '0' || given.code "
            "ELSE given.code END"
        )

    # -- typed ---------------------------------------------------------------------------------

    def plain_reading(self, field: Field) -> Reading:
        return reading(field, f"x_{field.name}", self.sidecar.decimal, self.sidecar.date_format)

    def typed_sql(self) -> str:
        plain = [field for field in self.contract.fields if field.lookup is None]
        casts, issues, values = [], [], []
        for field in plain:
            read = self.plain_reading(field)
            casts.append(f"{read.value} AS {name('c_' + field.name)}")
            issue = f"({read.issue})"
            if field.required:
                issue = (
                    f"CASE WHEN {name('x_' + field.name)} IS NULL THEN 'missing_required' "
                    f"ELSE {issue} END"
                )
            issues.append(f"{issue} AS {name('i_' + field.name)}")
            values.append(self.value_sql(field))
        for parts in self.lookup_columns():
            for target, part in zip((casts, issues, values), parts, strict=True):
                target.extend(part)
        joins = self.joins_sql()
        inner = f"SELECT texts.*, {', '.join(casts)} FROM texts{joins}"
        judged = f"SELECT *, {', '.join(issues)} FROM ({inner})"
        valued = (
            f"SELECT rid, line, {', '.join(values)}, "
            f"{', '.join(name('i_' + f) for f in self.contract.names)}"
            f"{''.join(f', length(x_{f}) <= 10 AS is_day_{f}' for f in self.checked_moments())} "
            f"FROM ({judged})"
        )
        return f"CREATE OR REPLACE TABLE typed AS {self.row_checked(valued)}"

    def value_sql(self, field: Field) -> str:
        """The value, unless something is wrong with it; of a list, the part that is known."""
        cast, issue = name("c_" + field.name), name("i_" + field.name)
        if field.is_list:
            return f"CASE WHEN len({cast}) > 0 THEN {cast} END AS {name(field.name)}"
        return (
            f"CASE WHEN {issue} IS NULL THEN {cast} END::{SQL_TYPES[field.type]} "
            f"AS {name(field.name)}"
        )

    def lookup_columns(self) -> list[tuple[list[str], list[str], list[str]]]:
        parts = []
        for field in self.contract.lookup_fields("domains"):
            known = "domain_texts.domain_codes"
            if field.is_list:
                cast, out = f"coalesce({known}, []::VARCHAR[])", "domain_codes"
                issue = "domain_texts.has_unknown"
            else:
                cast, out = f"CASE WHEN len({known}) = 1 THEN {known}[1] END", "domain_code"
                issue = f"domain_texts.has_unknown OR len({known}) > 1"
            parts.append(self.looked_up(field, cast, out, issue, "unknown_domain"))
        for field in self.contract.lookup_fields("approvals"):
            cast = "CASE WHEN len(approval_texts.approvals) > 0 THEN approval_texts.approvals END"
            issue = "approval_texts.has_unknown"
            parts.append(self.looked_up(field, cast, field.name, issue, "unknown_approval"))
        for field in self.contract.lookup_fields("territory"):
            issue = "x_territory_code IS NOT NULL AND territories.territory_code IS NULL"
            parts.append(
                self.looked_up(
                    field, "territories.territory_code", field.name, issue, "unknown_territory"
                )
            )
        if self.contract.has_place:
            casts = [f"places.{c} AS c_{c}" for c in (*PLACE_OUTPUT, "place_precision")]
            casts += ["places.issue_field", "places.issue_code"]
            values = [f"c_{c} AS {c}" for c in (*PLACE_OUTPUT, "place_precision")]
            issues = [
                f"CASE WHEN issue_field = {quote(field)} THEN issue_code END AS i_{field}"
                for field in PLACE
            ]
            parts.append((casts, issues, values))
        return parts

    def looked_up(
        self, field: Field, cast: str, out: str, issue: str, code: str
    ) -> tuple[list[str], list[str], list[str]]:
        flag = f"{field.name}_is_bad"
        missing = f"WHEN x_{field.name} IS NULL THEN 'missing_required' " if field.required else ""
        return (
            [f"{cast} AS {name('c_' + field.name)}", f"({issue}) AS {flag}"],
            [f"CASE {missing}WHEN {flag} THEN {quote(code)} END AS {name('i_' + field.name)}"],
            [f"{name('c_' + field.name)} AS {out}"],
        )

    def joins_sql(self) -> str:
        joins = ""
        if self.contract.has_place:
            given = ("commune_given", "postcode_given", "city_given", "departement_given")
            same = " AND ".join(
                f"places.{column} IS NOT DISTINCT FROM texts.x_{field}"
                for column, field in zip(given, PLACE, strict=True)
            )
            joins += f" LEFT JOIN places ON {same}"
        for lookup, table in (("domains", "domain_texts"), ("approvals", "approval_texts")):
            for field in self.contract.lookup_fields(lookup):
                joins += f" LEFT JOIN {table} ON {table}.text = texts.x_{field.name}"
        if self.contract.lookup_fields("territory"):
            joins += (
                " LEFT JOIN territories ON level_given IS NOT DISTINCT FROM x_territory_level "
                "AND code_given IS NOT DISTINCT FROM x_territory_code"
            )
        return joins

    def checked_moments(self) -> list[str]:
        checks = self.contract.row_checks
        return [c.field for c in checks if self.contract[c.field].type == "datetime"]

    def row_checked(self, valued: str) -> str:
        """A value that contradicts another is left out; a bare day of the same day is moved up.

        A file that writes only the day of an answer does not say that it came before its request.
        """
        replaced: dict[str, str] = {}
        cases: dict[str, str] = {}
        for check in self.contract.row_checks:
            field, broken, moved = check.field, check.is_broken, ""
            if self.contract[field].type == "datetime":
                first = name(check.other)
                same_day = f"is_day_{field} AND {name(field)} + INTERVAL 1 DAY > {first}"
                moved = f"WHEN {broken} AND {same_day} THEN {first}"
                broken = f"{broken} AND NOT ({same_day})"
            before = replaced.get(field, name(field))
            replaced[field] = f"CASE WHEN {broken} THEN NULL {moved} ELSE {before} END"
            issue = name("i_" + field)
            cases[issue] = cases.get(issue, f"WHEN {issue} IS NOT NULL THEN {issue}")
            cases[issue] += f" WHEN {broken} THEN {quote(check.reason_code)}"
        lines = [f"{sql} AS {name(field)}" for field, sql in replaced.items()]
        lines += [f"CASE {each} END AS {issue}" for issue, each in cases.items()]
        drop = "".join(f", is_day_{field}" for field in self.checked_moments())
        if not lines:
            return valued
        exclude = f" EXCLUDE ({drop[2:]})" if drop else ""
        return f"SELECT *{exclude} REPLACE ({', '.join(lines)}) FROM ({valued})"

    # -- issues --------------------------------------------------------------------------------

    def issues_sql(self) -> str:
        fields = self.contract.names
        bad = " OR ".join(f"{name('i_' + field)} IS NOT NULL" for field in fields)
        columns = ", ".join(f"typed.{name('i_' + field)}" for field in fields)
        self.con.execute(
            f"CREATE OR REPLACE TABLE bad AS SELECT texts.*, {columns} "
            f"FROM (SELECT * FROM typed WHERE {bad}) AS typed JOIN texts USING (rid)"
        )
        parts = [
            f"SELECT rid, line, {quote(field)} AS field, x_{field} AS value, "
            f"i_{field} AS reason_code, {self.contract[field].required} AS is_refused, "
            f"NULL::BIGINT AS first_line FROM bad WHERE i_{field} IS NOT NULL"
            for field in fields
        ]
        return f"CREATE OR REPLACE TABLE issues AS {' UNION ALL '.join(parts)}"

    def repeated_keys(self) -> None:
        """The first row of a key is kept, among the rows that can be used at all."""
        key = [self.key_column(field) for field in self.contract.key]
        columns = ", ".join(key)
        refused = "(SELECT rid FROM issues WHERE is_refused)"
        self.con.execute(
            f"CREATE OR REPLACE TABLE repeated AS SELECT {columns}, min(rid) AS first_rid, "
            f"min(line) AS first_line FROM typed WHERE rid NOT IN {refused} "
            f"GROUP BY {columns} HAVING count(*) > 1"
        )
        same = " AND ".join(f"typed.{c} IS NOT DISTINCT FROM repeated.{c}" for c in key)
        shown = ", ".join(f"typed.{c}::VARCHAR" for c in key)
        self.con.execute(
            f"INSERT INTO issues SELECT rid, line, {quote(self.contract.key[0])}, "
            f"concat_ws(' | ', {shown}), 'repeated_key', true, first_line "
            f"FROM typed JOIN repeated ON {same} AND typed.rid > first_rid "
            f"WHERE rid NOT IN {refused}"
        )
        self.con.execute(
            "CREATE OR REPLACE TABLE refused_rows AS "
            "SELECT DISTINCT rid FROM issues WHERE is_refused"
        )

    def key_column(self, field: str) -> str:
        return "domain_code" if self.contract[field].lookup == "domains" else name(field)

    # -- results -------------------------------------------------------------------------------

    def counts(self) -> Counts:
        row = self.con.execute(
            "SELECT (SELECT count(*) FROM typed), (SELECT count(*) FROM refused_rows), "
            "(SELECT count(*) FROM malformed), "
            "(SELECT count(*) FROM issues WHERE rid NOT IN (FROM refused_rows))"
        ).fetchone()
        assert row is not None
        typed, refused, malformed, repaired = row
        return Counts(typed + malformed, typed - refused, refused + malformed, repaired)

    def newest(self, before: date | None = None) -> date | None:
        """The newest date of the accepted rows in the fields that date a file, or None; only those
        ``before`` a day where one is given."""
        until = f"DATE '{before or '9999-12-31'}'"
        last_day = {
            "date": f"max({{0}}) FILTER ({{0}} < {until})",
            # moments are in UTC, days are those of Paris
            "datetime": f"timezone('Europe/Paris', timezone('UTC', max({{0}}) FILTER"
            f" ({{0}} < timezone('UTC', timezone('Europe/Paris', {until}::TIMESTAMP)))))::DATE",
            "integer": f"make_date(max({{0}}) FILTER ({{0}} < year({until})), 1, 1)",
        }
        dates = [
            last_day[field.type].format(name(field.name))
            for field in self.contract.fields
            if field.dates_the_file
        ]
        if not dates:
            return None
        row = self.con.execute(
            f"SELECT greatest({', '.join(dates)}) FROM typed WHERE rid NOT IN (FROM refused_rows)"
        ).fetchone()
        return row[0] if row else None
